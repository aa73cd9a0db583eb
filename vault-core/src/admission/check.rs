//! The check itself: what is judged under which directory, and in which order.
//!
//! The label's directory judges what the sender did. At the relay the directory in force when it commits
//! judges as well, so that nobody submits under a directory that still grants what has been taken away
//! (design section 5, "Access note", and section 7, "Release").

use vault_keys::directory::Directory;
use vault_keys::time::Time;

use super::code::Code;
use super::facts::{Facts, NoDirectory, Published, Side, Subject};
use super::refusal::{Decision, Refusal, Remark};
use super::{access, clearance, form, level, limits, policy, scope, signatures};
use crate::item::{DirectoryRef, Label};

/// Judges an item. Every refusal is collected; the order of the answer is that of the code list, with
/// `top-secret` before all others.
///
/// Pure: the same facts at the same time give the same answer wherever it is asked.
#[must_use]
pub fn check(facts: &Facts<'_>, now: Time) -> Decision {
    let mut decision = Decision::default();
    let label = match facts.subject {
        Subject::Unreadable(error) => {
            decision.refuse(form::refusal(error));
            return decision.settle();
        }
        Subject::Planned { label, .. } => label,
        Subject::Sealed(item) => item.label().value(),
    };
    if label.org != facts.published.org {
        decision.refuse(Refusal::new(Code::WrongOrg, label.org));
        return decision.settle();
    }
    let directories = Directories::find(facts, label, now, &mut decision);
    limits::judge(facts, label, now, &mut decision);
    policy::judge(facts, label, &directories, &mut decision);
    level::judge(label, facts.published.policy(label.policy), &mut decision);
    for directory in directories.of_label() {
        signatures::judge_sender(facts, label, directory, &mut decision);
        clearance::judge(label, directory, &mut decision);
        scope::judge_units(label, directory, &mut decision);
    }
    scope::judge(label, &mut decision);
    access::judge(facts, label, &directories, &mut decision);
    remarks(facts, label, now, &mut decision);
    decision.settle()
}

/// The directories the parts of an item are judged under; empty where the one named is not at hand.
pub(crate) struct Directories<'a> {
    named: Option<&'a Directory>,
    in_force: Option<&'a Directory>,
    replaces: bool,
}

impl<'a> Directories<'a> {
    fn find(facts: &Facts<'a>, label: &Label, now: Time, decision: &mut Decision) -> Self {
        let published = &facts.published;
        let named = look_up(published, &label.directory, decision);
        if let Some(directory) = named
            && label.made > directory.expires()
        {
            decision.refuse(Refusal::new(Code::DirectoryExpired, directory.expires()));
        }
        let in_force = match facts.side {
            Side::Sender | Side::Relay { .. } => published.in_force(),
            Side::Reader { .. } => None,
        };
        if let Some(directory) = in_force
            && directory.is_expired(now)
        {
            decision.refuse(Refusal::new(Code::DirectoryExpired, directory.expires()));
        }
        let replaces = matches!(facts.side, Side::Relay { stored: Some(_), .. });
        Self { named, in_force, replaces }
    }

    /// Those that judge the label. A header that replaces another does not bring the label up again.
    pub(crate) fn of_label(&self) -> impl Iterator<Item = &'a Directory> {
        let in_force = if self.replaces { None } else { self.in_force };
        self.named.into_iter().chain(in_force.filter(|it| !same(self.named, it)))
    }

    /// Those that judge the rows of an access note that names `named`.
    pub(crate) fn of_access(&self, named: Option<&'a Directory>) -> impl Iterator<Item = &'a Directory> {
        named.into_iter().chain(self.in_force.filter(move |it| !same(named, it)))
    }

    /// The directory the label names.
    pub(crate) const fn named(&self) -> Option<&'a Directory> {
        self.named
    }
}

fn same(one: Option<&Directory>, other: &Directory) -> bool {
    one.is_some_and(|one| one.hash() == other.hash())
}

/// The directory a text names, or a refusal that says why there is none.
pub(crate) fn look_up<'a>(
    published: &Published<'a>,
    named: &DirectoryRef,
    decision: &mut Decision,
) -> Option<&'a Directory> {
    match published.directory(named) {
        Ok(directory) => Some(directory),
        Err(NoDirectory::Unknown) => {
            decision.refuse(Refusal::new(Code::DirectoryUnknown, named.version));
            None
        }
        Err(NoDirectory::Differs) => {
            decision.refuse(Refusal::new(Code::DirectoryDiffers, named.version));
            None
        }
    }
}

fn remarks(facts: &Facts<'_>, label: &Label, now: Time, decision: &mut Decision) {
    let Side::Reader { .. } = facts.side else { return };
    if let Some(newest) = facts.published.in_force() {
        if newest.is_expired(now) {
            decision.remark(Remark::DirectoryExpired);
        }
        if signatures::is_stopped(newest, &label.sender.key) {
            decision.remark(Remark::SenderKeyStoppedSince);
        }
    }
    if label.ends.is_some_and(|day| day.end() <= now) {
        decision.remark(Remark::TermEnded);
    }
    if label.not_before.is_some_and(|time| time > now) {
        decision.remark(Remark::NotYet);
    }
}
