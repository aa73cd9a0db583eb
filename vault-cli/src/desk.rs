//! What every command that seals, sends or opens works with: the home, the organisation in force, and
//! who this is.

use vault_core::admission::Published;
use vault_core::policy::Policy;
use vault_keys::directory::{Directory, Organisation};
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::Signed;
use vault_keys::numbers::PersonNo;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::identity::{self, PublicCard};
use crate::people::Listed;
use crate::trust::{self, Known};
use crate::ui::Ui;
use crate::{clock, msg};

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
        let card = identity::card(&home)?;
        let me = known.me(&card)?;
        let everyone = known.everyone();
        Ok(Self { home, known, card, me, everyone })
    }

    /// Warns of what is about to block, and of units that hang on one clerk.
    pub fn warn(&self, ui: &Ui) {
        for warning in self.known.warnings(clock::now()) {
            ui.warn(&warning);
        }
    }

    /// The keys, unlocked.
    ///
    /// # Errors
    /// As [`identity::unlock`].
    pub fn unlock(&self, context: &Context) -> Outcome<PersonKeys> {
        identity::unlock(context, &self.home)
    }

    /// What the organisation has published, as far as it is known here: the directory in force and, for an
    /// item that names an earlier one, that one too.
    ///
    /// # Errors
    /// The cached policy cannot be read.
    pub fn published<T>(&self, names: Option<u32>, judge: impl FnOnce(&Published<'_>) -> T) -> Outcome<T> {
        let current = &self.known.organisation;
        let earlier = names
            .filter(|number| *number < current.directory().number())
            .and_then(|number| self.known.earlier(number));
        let all: Vec<&Organisation> = earlier.iter().chain([current]).collect();
        let directories: Vec<&Directory> =
            earlier.iter().map(|organisation| organisation.directory()).collect();
        let policies: Vec<Signed<Policy>> = all.iter().map(|known| policy(known)).collect::<Outcome<_>>()?;
        let policies: Vec<&Signed<Policy>> = policies.iter().collect();
        Ok(judge(&Published { in_force: self.known.in_force(), earlier: &directories, policies: &policies }))
    }
}

/// The policy of an organisation, whose signatures were verified when it was read.
fn policy(organisation: &Organisation) -> Outcome<Signed<Policy>> {
    Signed::from_note(organisation.policy().clone(), organisation.org())
        .map_err(|error| Failure::failed(msg!("org-broken")).because(&error))
}
