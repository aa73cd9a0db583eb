//! The ground an item is judged on: which directories, and what counts as an active key in them.
//!
//! The label's directory judges what the sender did. At the relay the directory in force when it commits judges as
//! well, so that nobody submits under a directory that still grants what has been taken away (design section 5,
//! "Access note", and section 7, "Release"). A reader who never saw the directory named, because the organisation
//! published twice while he was away, judges by the next one he has: reading is never blocked by staleness.

use vault_keys::directory::{Directory, Key, KeyState, PersonEntry};
use vault_keys::key_id::KeyKind;
use vault_keys::time::Time;

use super::code::Code;
use super::facts::{Facts, NoDirectory, Published, Side};
use super::refusal::{Decision, Refusal, Remark};
use crate::item::{DirectoryRef, Label};

/// A directory that judges.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) directory: &'a Directory,
    /// When the item was made, if this directory stands in for an earlier one that is not at hand.
    made: Option<Time>,
}

impl<'a> Ground<'a> {
    /// The directory in force here, with the stop lists applied.
    pub(super) fn present(published: &Published<'a>) -> Self {
        Self { directory: published.present(), made: None }
    }

    /// Whether the directory stands in for an earlier one.
    pub(super) const fn stands_in(&self) -> bool {
        self.made.is_some()
    }

    /// Whether a key could be used when the item was made: active, or here, retired since. What was stopped since is
    /// not taken at a claimed time's word.
    pub(super) fn is_usable(&self, key: &Key) -> bool {
        match key.state {
            KeyState::Active => true,
            KeyState::Retired => self.made.is_some_and(|made| key.to.is_none_or(|to| made < to)),
            KeyState::Stopped => false,
        }
    }

    /// The keys of one kind with which a person could sign, or connect. A key that was stopped before the directory
    /// that stands in may have been in use: whether its signature counts is for its standing to say.
    pub(super) fn keys(&self, person: &'a PersonEntry, kind: KeyKind) -> impl Iterator<Item = &'a Key> {
        let was_usable =
            |key: &Key| self.is_usable(key) || (self.stands_in() && key.state == KeyState::Stopped);
        person.keys.iter().filter(move |key| key.kind == kind && was_usable(key))
    }
}

/// The grounds of one item: those the label names, and the directory in force where that judges too.
#[derive(Debug)]
pub(super) struct Grounds<'a> {
    named: Option<Ground<'a>>,
    in_force: Option<Ground<'a>>,
    replaces: bool,
}

impl<'a> Grounds<'a> {
    pub(super) fn find(facts: &Facts<'a>, label: &Label, now: Time, decision: &mut Decision) -> Self {
        let named = look_up(facts, label, &label.directory, decision);
        if let Some(ground) = named
            && !ground.stands_in()
            && ground.directory.is_expired(label.made)
        {
            decision.refuse(Refusal::new(Code::DirectoryExpired, ground.directory.expires()));
        }
        let in_force = match facts.side {
            Side::Sender | Side::Relay(_) => Some(facts.published.present()),
            Side::Reader(_) => None,
        };
        if let Some(directory) = in_force
            && directory.is_expired(now)
        {
            decision.refuse(Refusal::new(Code::DirectoryExpired, directory.expires()));
        }
        let in_force = in_force.map(|directory| Ground { directory, made: None });
        let replaces = matches!(facts.side, Side::Relay(relay) if relay.stored().is_some());
        Self { named, in_force, replaces }
    }

    /// Those that judge the label. A header that replaces another does not bring the label up again.
    pub(super) fn of_label(&self) -> impl Iterator<Item = Ground<'a>> {
        let in_force = if self.replaces { None } else { self.in_force };
        both(self.named, in_force)
    }

    /// Those that judge the rows of an access note that names `named`.
    pub(super) fn of_access(&self, named: Option<Ground<'a>>) -> impl Iterator<Item = Ground<'a>> {
        both(named, self.in_force)
    }

    /// The one the label names.
    pub(super) const fn named(&self) -> Option<Ground<'a>> {
        self.named
    }
}

/// Both, or one of them if they are the same. A directory under stop lists is another than the one that was signed,
/// whose hash it has.
fn both<'a>(named: Option<Ground<'a>>, in_force: Option<Ground<'a>>) -> impl Iterator<Item = Ground<'a>> {
    let same = |other: &Ground<'_>| named.is_some_and(|one| core::ptr::eq(one.directory, other.directory));
    named.into_iter().chain(in_force.filter(|other| !same(other)))
}

/// The ground for a directory that a text names, or a refusal that says why there is none.
pub(super) fn look_up<'a>(
    facts: &Facts<'a>,
    label: &Label,
    named: &DirectoryRef,
    decision: &mut Decision,
) -> Option<Ground<'a>> {
    look_up_by(facts, label.made, named, decision)
}

/// The same for a text made at `made`.
pub(super) fn look_up_by<'a>(
    facts: &Facts<'a>,
    made: Time,
    named: &DirectoryRef,
    decision: &mut Decision,
) -> Option<Ground<'a>> {
    match facts.published.directory(named) {
        Ok(directory) => Some(Ground { directory, made: None }),
        Err(NoDirectory::Differs) => {
            decision.refuse(Refusal::new(Code::DirectoryDiffers, named.version));
            None
        }
        Err(NoDirectory::Unknown) => {
            if let Side::Reader(_) = facts.side
                && let Some(directory) = next_after(&facts.published, named.version)
            {
                decision.remark(Remark::JudgedByLaterDirectory);
                return Some(Ground { directory, made: Some(made) });
            }
            decision.refuse(Refusal::new(Code::DirectoryUnknown, named.version));
            None
        }
    }
}

/// The first directory known after this number.
fn next_after<'a>(published: &Published<'a>, number: u32) -> Option<&'a Directory> {
    published.signed().find(|directory| directory.number() > number)
}
