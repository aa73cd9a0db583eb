//! The stage: an office of real programs, every command shown as typed with what it says, and counted.
//!
//! Whatever ends otherwise than expected ends the whole play: nothing after it would mean anything.
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use vault::interrupt::Fleeting;

use crate::office::{Ended, Office, Programs, ended};
use crate::recipes::Failure;

/// How the play is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// `en` or `zh`: what the programs speak.
    pub lang: &'static str,
    /// How many lines of each answer are shown.
    pub lines: usize,
}

impl Manner {
    /// `--lang zh` plays in Chinese, `--lines COUNT` shows more of each answer.
    pub(super) fn read(arguments: &[String], recipe: &str, lines: usize) -> Result<Self, Failure> {
        let mut manner = Self { lang: "en", lines };
        let mut words = arguments.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match (word, words.next()) {
                ("--lang", Some("en")) => manner.lang = "en",
                ("--lang", Some("zh")) => manner.lang = "zh",
                ("--lines", Some(count)) => manner.lines = count.parse()?,
                _ => return Err(format!("{recipe} [--lang en|zh] [--lines COUNT]").into()),
            }
        }
        Ok(manner)
    }
}

/// The office and what was counted in it.
pub(super) struct Play {
    office: Office,
    manner: Manner,
    /// What the programs find in their environment, beside what every office gives them.
    environment: Vec<(String, String)>,
    acts: usize,
    refusals: usize,
    /// Removes the office also when somebody interrupts.
    _folder: Fleeting,
}

impl Play {
    pub(super) fn new(programs: Programs, manner: Manner) -> Self {
        Self::of(Office::empty(programs), manner)
    }

    /// In an office that was set up before.
    pub(super) fn of(office: Office, manner: Manner) -> Self {
        let folder = Fleeting::new(PathBuf::from(office.path("")));
        Self { office, manner, environment: Vec::new(), acts: 0, refusals: 0, _folder: folder }
    }

    /// Acts and refusals so far.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.acts, self.refusals)
    }

    pub(super) fn scene(&self, title: &str) {
        println!("\n== {title}");
    }

    /// Says what people do beside the machines.
    pub(super) fn aside(&self, words: &str) {
        println!("   ({words})");
    }

    /// A command that must be done; answers what it said.
    pub(super) fn act(&mut self, home: &str, words: &[&str]) -> Result<String, Failure> {
        let ended = self.run(home, words);
        self.done(home, words, &ended)
    }

    /// As [`Play::act`], many times over by many people: shown as one line.
    pub(super) fn quietly(&mut self, home: &str, words: &[&str]) -> Result<String, Failure> {
        let ended = self.run(home, words);
        self.acts += 1;
        if ended.code == 0 { Ok(ended.out) } else { Err(unexpected(home, words, &ended, "done")) }
    }

    /// A command that must be done at another time of day or year.
    pub(super) fn act_at(&mut self, time: &str, home: &str, words: &[&str]) -> Result<String, Failure> {
        println!("   (the clock shows {time})");
        let ended = ended(self.command(home, words).env("VAULT_TEST_TIME", time));
        self.done(home, words, &ended)
    }

    /// A command that must be refused with this code.
    pub(super) fn refuse(&mut self, home: &str, words: &[&str], code: &str) -> Result<(), Failure> {
        let ended = self.run(home, words);
        self.not_done(home, words, &ended, code)
    }

    /// As [`Play::refuse`], at another time.
    pub(super) fn refuse_at(
        &mut self,
        time: &str,
        home: &str,
        words: &[&str],
        code: &str,
    ) -> Result<(), Failure> {
        println!("   (the clock shows {time})");
        let ended = ended(self.command(home, words).env("VAULT_TEST_TIME", time));
        self.not_done(home, words, &ended, code)
    }

    /// A command of the relay's operator.
    pub(super) fn operator(&mut self, words: &[&str], act: impl FnOnce(&mut Office)) {
        println!("  operator $ vault-relay {}", shown(words));
        self.acts += 1;
        act(&mut self.office);
    }

    /// Looks something up that a person would read off a screen; not an act.
    pub(super) fn look(&self, home: &str, words: &[&str]) -> Result<Value, Failure> {
        let ended = self.office.run(home, &[words, &["--json"]].concat());
        if ended.code != 0 {
            return Err(unexpected(home, words, &ended, "done"));
        }
        Ok(serde_json::from_str(&ended.out)?)
    }

    /// Several commands at once, each of which must be refused with one of these codes, and one with the first; shown
    /// as one refusal.
    pub(super) fn refuse_all(
        &mut self,
        commands: &[(String, Vec<String>)],
        codes: &[&str],
    ) -> Result<(), Failure> {
        let ended: Vec<Ended> = std::thread::scope(|scope| {
            let running: Vec<_> = commands
                .iter()
                .map(|(home, words)| {
                    let words: Vec<&str> = words.iter().map(String::as_str).collect();
                    let mut command = self.command(home, &words);
                    scope.spawn(move || ended(&mut command))
                })
                .collect();
            running.into_iter().filter_map(|one| one.join().ok()).collect()
        });
        if ended.len() != commands.len() {
            return Err("a command could not be run".into());
        }
        for ((home, words), ended) in commands.iter().zip(&ended) {
            if ended.code == 0 || !codes.iter().any(|code| says(ended, code)) {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                return Err(unexpected(home, &words, ended, &codes.join(" or ")));
            }
        }
        let is_first = |one: &&Ended| codes.first().is_some_and(|code| says(one, code));
        let first = ended.iter().filter(is_first).count();
        let shown_one = commands.iter().zip(&ended).find(|(_, one)| is_first(one));
        let ((home, words), answer) = shown_one.ok_or("none was refused with the first of the codes")?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        println!("  {home} $ vault {}", shown(&words));
        self.answer(answer);
        let rest = codes.get(1..).unwrap_or_default().join(", ");
        println!("   (… {first} like this, {} told: {rest}; all at the same time)", ended.len() - first);
        self.refusals += 1;
        Ok(())
    }

    pub(super) fn office(&self) -> &Office {
        &self.office
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.office.path(name)
    }

    pub(super) fn path_exists(&self, name: &str) -> bool {
        std::path::Path::new(&self.path(name)).exists()
    }

    /// Reads a file of the office.
    pub(super) fn text(&self, name: &str) -> Result<String, Failure> {
        Ok(fs::read_to_string(self.path(name)).map_err(|error| format!("{name}: {error}"))?)
    }

    /// From now on in the environment of every program.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    fn command(&self, home: &str, words: &[&str]) -> Command {
        let mut command = self.office.command(home, &[words, &["--lang", self.manner.lang]].concat());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&self, home: &str, words: &[&str]) -> Ended {
        ended(&mut self.command(home, words))
    }

    fn done(&mut self, home: &str, words: &[&str], ended: &Ended) -> Result<String, Failure> {
        println!("  {home} $ vault {}", shown(words));
        self.answer(ended);
        if ended.code != 0 {
            return Err(unexpected(home, words, ended, "done"));
        }
        self.acts += 1;
        Ok(ended.out.clone())
    }

    fn not_done(&mut self, home: &str, words: &[&str], ended: &Ended, code: &str) -> Result<(), Failure> {
        println!("  {home} $ vault {}", shown(words));
        self.answer(ended);
        if ended.code == 0 || !says(ended, code) {
            return Err(unexpected(home, words, ended, code));
        }
        self.refusals += 1;
        Ok(())
    }

    /// The first lines of what was said, and all that was said of why something was not done.
    fn answer(&self, ended: &Ended) {
        let lines = |text: &str| -> Vec<String> {
            text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
        };
        let (out, err) = (lines(&ended.out), lines(&ended.err));
        let shown = if ended.code == 0 { [out, err].concat() } else { out };
        for line in shown.iter().take(self.manner.lines) {
            println!("      {line}");
        }
        if shown.len() > self.manner.lines {
            println!("      … ({} lines more)", shown.len() - self.manner.lines);
        }
        if ended.code != 0 {
            lines(&ended.err).iter().for_each(|line| println!("      {line}"));
        }
    }
}

/// Whether this refusal carries this code: it stands in brackets behind the sentence, in either language.
fn says(ended: &Ended, code: &str) -> bool {
    [format!("({code})"), format!("（{code}）")].iter().any(|word| ended.err.contains(word))
}

fn unexpected(home: &str, words: &[&str], ended: &Ended, wanted: &str) -> Failure {
    format!(
        "{home}: vault {}\nwanted: {wanted}; found: exit code {}\n{}{}",
        shown(words),
        ended.code,
        ended.out,
        ended.err
    )
    .into()
}

/// The words as somebody types them. Of many numbers in one command the first is shown.
fn shown(words: &[&str]) -> String {
    let mut line = Vec::new();
    let mut left_out = 0_usize;
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        if *word == "--number" && line.contains(&"--number".to_owned()) {
            words.next();
            left_out += 1;
        } else if word.is_empty() || word.contains(' ') {
            line.push(format!("'{word}'"));
        } else {
            line.push((*word).to_owned());
        }
    }
    if left_out > 0 {
        line.push(format!("… (and {left_out} numbers more)"));
    }
    line.join(" ")
}

/// The first number of thirty digits, in six groups of five, that stands in a text.
pub(super) fn thirty_digits(text: &str) -> Result<String, Failure> {
    let is_group = |word: &&str| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = text
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let found = words.windows(6).find(|groups| groups.iter().all(is_group));
    Ok(found.ok_or_else(|| format!("no number to compare in:\n{text}"))?.join(" "))
}

/// The one-time code on a sheet.
pub(super) fn code_on(sheet: &str) -> Result<String, Failure> {
    let is_code = |word: &&str| word.len() == 34 && word.split('-').count() == 7;
    let mut words = sheet.split(|character: char| !character.is_ascii_alphanumeric() && character != '-');
    Ok(words.find(is_code).ok_or("no code on the sheet")?.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{code_on, shown, thirty_digits};

    #[test]
    fn what_people_read_off_a_screen() {
        let text = "号码：12345 67890 12345 67890 12345 67890。请核对";
        assert_eq!(thirty_digits(text).unwrap(), "12345 67890 12345 67890 12345 67890");
        assert!(thirty_digits("12345 67890 12345").is_err());
        assert_eq!(code_on("code: C4C3-1MV4-39MF-JJK9-1Q62-BMFM-P28B\n").unwrap().len(), 34);
    }

    #[test]
    fn commands_are_shown_as_typed() {
        assert_eq!(shown(&["join", "a b", "c"]), "join 'a b' c");
        let many = ["enrol", "--number", "1", "--number", "2", "--number", "3"];
        assert_eq!(shown(&many), "enrol --number 1 … (and 2 numbers more)");
    }
}
