//! What a person sees of a plugin: its words as its own, its questions as ours.

use vault_keys::plugin::Person;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::msg;

/// The person at the terminal.
#[derive(Debug)]
pub(super) struct Terminal<'a> {
    context: &'a Context,
    program: String,
}

impl<'a> Terminal<'a> {
    pub(super) fn new(context: &'a Context) -> Self {
        Self { context, program: String::new() }
    }

    /// Says which program speaks from now on.
    pub(super) fn about(&mut self, program: &str) {
        program.clone_into(&mut self.program);
        self.context.ui.note(&msg!("token-waits", path = program));
    }
}

impl Person for Terminal<'_> {
    fn show(&mut self, text: &str) {
        self.context.ui.note(&msg!("token-says", path = self.program.as_str(), words = text));
    }

    fn confirm(&mut self, text: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let ui = &self.context.ui;
        let choices = [yes.to_owned(), no.map_or_else(|| ui.texts().text("token-no"), str::to_owned)];
        let choices = choices.map(|choice| ui.words(&msg!("token-choice", words = choice)));
        let question = msg!("token-asks", path = self.program.as_str(), words = text);
        let nobody = || crate::error::Failure::usage(question.clone());
        ui.choose(&question, &choices, nobody).ok().map(|index| index == 0)
    }

    fn ask(&mut self, text: &str, secret: bool) -> Option<Zeroizing<String>> {
        let question = msg!("token-asks", path = self.program.as_str(), words = text);
        if secret {
            // Never from the passphrase file: a passphrase tried as a PIN would cost the token one of its few tries.
            return self.context.ui.ask_secret(&question, "").ok();
        }
        self.context.ui.ask(&question, None, "").ok().map(Zeroizing::new)
    }
}
