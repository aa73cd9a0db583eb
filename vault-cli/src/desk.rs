//! What every command that seals, sends or opens works with: the home, the organisation in force, and
//! who this is.

use std::fs::File;

use vault_core::admission::Published;
use vault_keys::keyfile::PersonKeys;
use vault_keys::numbers::PersonNo;

use crate::clock;
use crate::context::Context;
use crate::error::Outcome;
use crate::home::Home;
use crate::identity::{self, PublicCard};
use crate::own_entry;
use crate::people::Listed;
use crate::relay::Line;
use crate::renewal;
use crate::restating;
use crate::trust::{self, Known};
use crate::ui::Ui;
use crate::weak_units;

/// One person at one station.
#[derive(Debug)]
pub struct Desk {
    /// The home.
    pub home: Home,
    /// The organisation.
    pub known: Known,
    /// The public half of the keys here.
    pub card: PublicCard,
    /// Who this is.
    pub me: PersonNo,
    /// Everybody, for finding and listing.
    pub everyone: Vec<Listed>,
}

impl Desk {
    /// Looks at the home and finds out who this is.
    ///
    /// # Errors
    /// Nothing was joined, or the directory does not know these keys yet.
    pub fn open(context: &Context) -> Outcome<Self> {
        Self::at(context.home()?)
    }

    /// As [`Desk::open`], for a given home.
    ///
    /// # Errors
    /// As there.
    pub fn at(home: Home) -> Outcome<Self> {
        let known = trust::load(&home)?;
        // Where this command changes the home it holds the lock already, and syncing settles.
        if let Ok(_lock) = home.lock() {
            renewal::settle(&home, &known)?;
        }
        let card = identity::card(&home)?;
        let me = known.me(&card)?;
        let everyone = known.everyone();
        Ok(Self { home, known, card, me, everyone })
    }

    /// The home held against other commands, the desk in step with the relay, and the connection to it.
    ///
    /// # Errors
    /// Another command is at work in the home; or as [`Line::dial`] and [`Desk::synced`].
    pub fn at_relay(context: &Context) -> Outcome<(File, Self, Line)> {
        let home = context.home()?;
        let lock = home.lock()?;
        let desk = Self::at(home)?;
        let line = Line::dial(&desk.home, &desk.known)?;
        let desk = desk.synced(&context.ui, &line)?;
        Ok((lock, desk, line))
    }

    /// The same desk once the relay has been asked for what is newest, with its warnings told.
    ///
    /// # Errors
    /// The relay does not answer, or what it has does not verify.
    pub fn synced(self, ui: &Ui, line: &Line) -> Outcome<Self> {
        let desk = if line.sync(&self.home)?.told(ui) { Self::at(self.home)? } else { self };
        restating::once(ui, line, &desk)?;
        Ok(desk)
    }

    /// As [`Self::synced`], for commands that only look: what they look at may rest on a directory that is not here yet. Where
    /// that fails they say why, and go on with what is here.
    ///
    /// # Errors
    /// What was taken into use cannot be read.
    pub fn in_step(self, ui: &Ui, line: &Line) -> Outcome<Self> {
        let desk = match line.sync(&self.home) {
            Ok(taken) if taken.told(ui) => Self::at(self.home)?,
            Ok(_) => self,
            Err(failure) => {
                ui.warn(&failure.message);
                return Ok(self);
            }
        };
        // Where another command is at work in the home, that one does it.
        if let Some(_lock) = desk.home.lock_if_free()? {
            restating::once(ui, line, &desk)?;
        }
        Ok(desk)
    }

    /// Warns of what is about to block, and of what is weak about one's own units.
    pub fn warn(&self, ui: &Ui) {
        self.warn_of_own_keys(ui);
        for warning in self.known.warnings(clock::now()) {
            ui.warn(&warning);
        }
        let own = self.known.directory().person(self.me);
        let own = |unit| own.is_some_and(|me| me.posts.iter().any(|post| post.unit == unit));
        weak_units::warn(ui, &self.known, own);
    }

    /// Warns where the directory names keys for this person that this home does not have.
    pub fn warn_of_own_keys(&self, ui: &Ui) {
        // Files that cannot be read are told of by whoever needs them.
        drop(own_entry::warn(ui, &self.home, &self.known));
    }

    /// The keys, unlocked.
    ///
    /// # Errors
    /// As [`identity::unlock`].
    pub fn unlock(&self, context: &Context) -> Outcome<PersonKeys> {
        identity::unlock(context, &self.home)
    }

    /// As [`Known::published`].
    ///
    /// # Errors
    /// As there.
    pub fn published<T>(
        &self,
        names: impl IntoIterator<Item = u32>,
        judge: impl FnOnce(&Published<'_>) -> T,
    ) -> Outcome<T> {
        self.known.published(names, judge)
    }
}
