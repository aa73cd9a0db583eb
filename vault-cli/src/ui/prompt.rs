//! Questions. They are asked on standard error and answered from the terminal; where nobody can be
//! asked, the command ends and names the option that would have answered.

use std::io::{self, BufRead as _};

use zeroize::Zeroizing;

use super::Ui;
use crate::error::{Failure, Outcome};
use crate::lang::Msg;
use crate::msg;

impl Ui {
    /// Whether a person can be asked.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        self.can_ask
    }

    /// Asks for one line; `option` is the flag that would have answered.
    ///
    /// # Errors
    /// Nobody can be asked, or the answer ended early.
    pub fn ask(&self, question: &Msg, default: Option<&str>, option: &str) -> Outcome<String> {
        if !self.can_ask {
            return match default {
                Some(answer) => Ok(answer.to_owned()),
                None => Err(Failure::usage(msg!("ask-nobody", question = question.clone(), option = option))),
            };
        }
        loop {
            let shown = default.map(|answer| format!(" [{answer}]")).unwrap_or_default();
            self.write_err(&format!("{}{shown}{}", self.words(question), self.texts().text("ask-end")));
            let answer = read_line()?;
            match (answer.is_empty(), default) {
                (false, _) => return Ok(answer),
                (true, Some(answer)) => return Ok(answer.to_owned()),
                (true, None) => {}
            }
        }
    }

    /// Asks for a line that may stay empty.
    ///
    /// # Errors
    /// The answer ended early.
    pub fn ask_optional(&self, question: &Msg) -> Outcome<Option<String>> {
        if !self.can_ask {
            return Ok(None);
        }
        self.write_err(&format!("{}{}", self.words(question), self.texts().text("ask-end")));
        Ok(Some(read_line()?).filter(|answer| !answer.is_empty()))
    }

    /// Asks for a yes. `--yes` answers it; where nobody can be asked the command ends.
    ///
    /// # Errors
    /// Nobody can be asked, or the answer was no.
    pub fn confirm(&self, question: &Msg) -> Outcome {
        if self.manner.yes {
            return Ok(());
        }
        if !self.can_ask {
            return Err(Failure::usage(msg!("ask-nobody", question = question.clone(), option = "--yes")));
        }
        self.write_err(&format!("{} {}", self.words(question), self.texts().text("ask-yes-no")));
        let answer = read_line()?.to_lowercase();
        if matches!(answer.as_str(), "y" | "yes" | "是" | "好" | "确认") {
            Ok(())
        } else {
            Err(Failure::failed(msg!("ask-declined")))
        }
    }

    /// Asks for one of several, by number.
    ///
    /// # Errors
    /// Nobody can be asked, or the answer ended early.
    pub fn choose(
        &self,
        question: &Msg,
        choices: &[String],
        otherwise: impl FnOnce() -> Failure,
    ) -> Outcome<usize> {
        if !self.can_ask {
            return Err(otherwise());
        }
        self.write_err(&format!("{}\n", self.words(question)));
        for (index, choice) in choices.iter().enumerate() {
            self.write_err(&format!("  {}  {choice}\n", index + 1));
        }
        loop {
            self.write_err(&self.words(&msg!("ask-number", count = choices.len())));
            let answer: Option<usize> = read_line()?.parse().ok();
            if let Some(index) =
                answer.and_then(|number| number.checked_sub(1)).filter(|i| *i < choices.len())
            {
                return Ok(index);
            }
        }
    }

    /// Asks for a secret line, without showing it.
    ///
    /// # Errors
    /// Nobody can be asked.
    pub fn ask_secret(&self, question: &Msg, option: &str) -> Outcome<Zeroizing<String>> {
        if !self.can_ask {
            return Err(Failure::usage(msg!("ask-nobody", question = question.clone(), option = option)));
        }
        let words = format!("{}{}", self.words(question), self.texts().text("ask-end"));
        rpassword::prompt_password(words)
            .map(Zeroizing::new)
            .map_err(|error| Failure::failed(msg!("ask-broken")).because(&error))
    }
}

fn read_line() -> Outcome<String> {
    let mut line = String::new();
    let read = io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::failed(msg!("ask-broken")).because(&error))?;
    if read == 0 {
        return Err(Failure::failed(msg!("ask-declined")));
    }
    Ok(line.trim().to_owned())
}
