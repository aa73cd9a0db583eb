//! What every command gets: where to print, where the home is, where passphrases come from.

use std::path::PathBuf;

use crate::cli::Global;
use crate::error::Outcome;
use crate::home::Home;
use crate::passphrase::Source;
use crate::ui::Ui;

/// The surroundings of one command.
#[derive(Debug)]
pub struct Context {
    /// Where it prints and asks.
    pub ui: Ui,
    /// Where passphrases come from.
    pub passphrase: Source,
    asked_home: Option<PathBuf>,
}

impl Context {
    /// As the global options say.
    #[must_use]
    pub fn new(ui: Ui, global: &Global) -> Self {
        Self { ui, passphrase: Source::new(global.passphrase_file.clone()), asked_home: global.home.clone() }
    }

    /// For a home and passphrase source chosen by the program itself.
    #[must_use]
    pub fn at(ui: Ui, home: PathBuf, passphrase_file: Option<PathBuf>) -> Self {
        Self { ui, passphrase: Source::new(passphrase_file), asked_home: Some(home) }
    }

    /// Where the home is or will be.
    ///
    /// # Errors
    /// The user has no home folder.
    pub fn place(&self) -> Outcome<PathBuf> {
        Home::place(self.asked_home.as_deref())
    }

    /// The existing home.
    ///
    /// # Errors
    /// As [`Home::open`].
    pub fn home(&self) -> Outcome<Home> {
        Home::open(&self.place()?)
    }

    /// The home, made if there is none.
    ///
    /// # Errors
    /// As [`Home::open_or_create`].
    pub fn new_home(&self) -> Outcome<Home> {
        Home::open_or_create(&self.place()?)
    }
}
