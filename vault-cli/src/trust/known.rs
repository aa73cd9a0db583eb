//! The organisation in force as one home knows it: what acts are judged by, and what is worth a warning.

use std::collections::BTreeSet;

use vault_core::admission::Published;
use vault_core::policy::Policy;
use vault_core::weak_unit::{self, WeakUnit};
use vault_keys::directory::{Directory, InForce, ORGANISATION_MAX, Organisation, Seen, Stop};
use vault_keys::note::Signed;
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;

use super::faults::warning_words;
use super::{everyone, faults, numbered, parse, policy};
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::identity::PublicCard;
use crate::lang::Msg;
use crate::msg;
use crate::people::Listed;

/// The organisation as this home knows it.
#[derive(Debug)]
pub struct Known {
    /// The newest organisation.
    pub organisation: Organisation,
    pub(super) in_force: InForce,
    pub(super) seen: Seen,
    pub(super) home: Home,
}

impl Known {
    /// Root, directory, stop lists and freshness: what acts are judged by.
    #[must_use]
    pub fn in_force(&self) -> &InForce {
        &self.in_force
    }

    /// The directory in force, with the stop lists applied.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        self.in_force.directory()
    }

    /// The highest stop list whose place in the register is not known here; `None` if all are.
    #[must_use]
    pub fn places_wanted_after(&self) -> Option<u32> {
        let known = |stop: &Stop| self.in_force.stop_leaf(stop.number()).is_some();
        let first = self.in_force.stops().iter().find(|stop| !known(stop))?;
        Some(first.number().saturating_sub(1))
    }

    /// An earlier organisation, as it was seen when it was in force.
    #[must_use]
    pub fn earlier(&self, number: u32) -> Option<Organisation> {
        let path = self.home.path(&numbered(number));
        let bytes = crate::home::read_limited(&path, ORGANISATION_MAX as u64).ok()?;
        parse(&bytes, Some(self.organisation.org())).ok()
    }

    /// What the organisation has published, as far as it is known here: what is in force and, for an item that names
    /// earlier directories, those too.
    ///
    /// # Errors
    /// The cached policy cannot be read.
    pub fn published<T>(
        &self,
        names: impl IntoIterator<Item = u32>,
        judge: impl FnOnce(&Published<'_>) -> T,
    ) -> Outcome<T> {
        let current = &self.organisation;
        let names: BTreeSet<u32> =
            names.into_iter().filter(|number| *number < current.directory().number()).collect();
        let earlier: Vec<Organisation> =
            names.into_iter().filter_map(|number| self.earlier(number)).collect();
        let all = earlier.iter().chain([current]);
        let policies: Vec<Signed<Policy>> = all.map(policy).collect::<Outcome<_>>()?;
        let policies: Vec<&Signed<Policy>> = policies.iter().collect();
        let earlier: Vec<&Directory> = earlier.iter().map(Organisation::directory).collect();
        Ok(judge(&Published { in_force: &self.in_force, earlier: &earlier, policies: &policies }))
    }

    /// Whether the newest freshness note seen knows less than this home: what was published here may not have reached the
    /// relay.
    #[must_use]
    pub fn is_unheard(&self) -> bool {
        let stop = self.in_force.last_stop().map_or(0, |stop| stop.number);
        let heard = self.seen.fresh.as_ref();
        heard.is_some_and(|fresh| fresh.directory < self.directory().number() || fresh.stop < stop)
    }

    /// Refuses to seal where what is in hand is expired, stale, behind what is known to exist, or not what was seen.
    /// Reading is never blocked.
    ///
    /// # Errors
    /// In words, with what to do.
    pub fn may_seal(&self, now: Time) -> Outcome {
        if let Some(fault) = self.not_as_seen() {
            return Err(fault);
        }
        self.seen
            .check_clock(now)
            .and_then(|()| self.in_force.may_seal(now))
            .map_err(|refusal| faults::seal(&refusal))
    }

    /// What to warn of, weak units aside. Nothing of this blocks.
    #[must_use]
    pub fn warnings(&self, now: Time) -> Vec<Msg> {
        let not_as_seen = self.not_as_seen().map(|failure| failure.message.clone());
        let others = self.in_force.warnings(now);
        let others = others.iter().map(warning_words);
        not_as_seen.into_iter().chain(others).collect()
    }

    /// Units where one absence stops the mail or one lost key loses a document, under the policy in force; none while
    /// the policy cannot be read, which is told elsewhere.
    #[must_use]
    pub fn weak_units(&self) -> Vec<WeakUnit> {
        let (persons, units) = (self.directory().persons(), self.directory().units());
        policy(&self.organisation)
            .map(|policy| weak_unit::weak_units(policy.value(), persons, units))
            .unwrap_or_default()
    }

    /// What is wrong with the cache: it is older than what was seen (a crash between two writes, or somebody put an old
    /// one back), or other texts stand in it under the numbers seen.
    fn not_as_seen(&self) -> Option<Failure> {
        self.seen.check_held(&self.organisation).err().map(|error| faults::held(&error))
    }

    /// Who this home belongs to.
    ///
    /// # Errors
    /// The directory does not know the keys here (yet).
    pub fn me(&self, card: &PublicCard) -> Outcome<PersonNo> {
        match self.directory().key(&card.signing_id()) {
            Some((person, _)) => Ok(person),
            None => Err(Failure::failed(msg!("me-unknown")).hint(msg!("me-unknown-next"))),
        }
    }

    /// Everybody and every unit, for finding and listing.
    #[must_use]
    pub fn everyone(&self) -> Vec<Listed> {
        everyone(self.directory())
    }
}
