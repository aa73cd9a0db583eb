//! A holder's own access note: a re-wrap for himself or his unit, which never replaces a shared one
//! (docs/item.md, "Own notes"). The relay takes one only with a copy that is passed on.

use vault_keys::directory::{Directory, PersonEntry};
use vault_keys::key_id::KeyId;
use vault_keys::note::Signed;
use vault_keys::numbers::{Holder, PersonNo};

use super::access::wrote;
use super::code::Code;
use super::facts::{Brought, Facts, Relay, Side};
use super::ground::{Ground, Grounds, look_up};
use super::passed::Passed;
use super::refusal::{Decision, Refusal};
use super::rows::{self, Note, Rows};
use super::standing;
use crate::decision::Request;
use crate::item::{Access, AccessHash, Label, Line, Right};

/// What an own note may rest on besides what the reader has in hand.
pub(super) struct Basis<'a> {
    /// The shared note among the item's notes, judged.
    pub(super) carried: Option<&'a Signed<Access>>,
    /// The leaves that rows cite.
    pub(super) leaves: &'a [Signed<Request>],
    /// To whom copies were passed.
    pub(super) passed: &'a [Passed],
}

/// Judges an own note against the shared one it rests on, which the reader has in hand or the item carries.
pub(super) fn judge(
    facts: &Facts<'_>,
    label: &Label,
    signed: &Signed<Access>,
    grounds: &Grounds<'_>,
    basis: &Basis<'_>,
    decision: &mut Decision,
) {
    let access = signed.value();
    let (known, submitter) = match facts.side {
        Side::Reader(reader) => (reader.known, None),
        Side::Relay(Relay { submitter, brought: Brought::Passed(stored) }) => {
            (Some(stored.access), Some(submitter))
        }
        side => {
            let replaces = matches!(side, Side::Relay(relay) if relay.stored().is_some());
            decision.refuse(if replaces { Code::OwnReplacesShared } else { Code::LineUnsupported });
            return;
        }
    };
    let rests_on = |known: &&Signed<Access>| {
        let (note, hash) = (known.value(), AccessHash::of_note(known.hash()));
        note.line == Line::Shared && access.previous == Some(hash)
    };
    let known = known.filter(rests_on).or_else(|| basis.carried.filter(rests_on));
    let Some(shared) = known.map(Signed::value) else {
        decision.refuse(Code::OwnBasis);
        return;
    };
    if shared.item != access.item {
        decision.refuse(Code::AccessOtherItem);
    } else if shared.label != access.label {
        decision.refuse(Code::AccessOtherLabel);
    }
    let oldest = shared.directory.version.max(label.directory.version);
    if access.directory.version < oldest {
        let about = format_args!("{} < {oldest}", access.directory.version);
        decision.refuse(Refusal::new(Code::AccessDirectory, about));
    }
    let named = look_up(facts, label, &access.directory, decision);
    for ground in grounds.of_access(named) {
        let Some((writer, key)) = writer(signed, label, &ground) else {
            decision.refuse(Code::AccessSignature);
            continue;
        };
        standing::of_writer(facts, signed, &key, decision);
        // To the relay everybody brings his own.
        if submitter.is_some_and(|submitter| submitter != writer) {
            decision.refuse(Refusal::new(Code::AccessWriter, writer));
        }
        let mut rights = rights(label, shared, ground.directory, writer);
        let passed = basis.passed.iter().filter(|passed| passed.to == writer);
        rights.extend(passed.map(|passed| Right::Copy(passed.copy)));
        if rights.is_empty() {
            decision.refuse(Refusal::new(Code::AccessWriter, writer));
            continue;
        }
        for (index, row) in access.rows.iter().enumerate() {
            // Which unit may have a recovery row, and with which key, is judged with all rows.
            if row.right != Right::Recovery && !rights.contains(&row.right) {
                decision.refuse(Refusal::new(Code::OwnRow, format_args!("row {index}")));
            }
        }
    }
    let rows = Rows {
        label,
        hash: access.label,
        rows: &access.rows,
        older: &shared.rows,
        unseen: false,
        since: &[],
        note: Note::Own,
        // Whose steps they are, the shared note and the label have said.
        decided: true,
        leaves: basis.leaves,
        passed: basis.passed,
    };
    rows::judge(&rows, grounds.of_access(named), decision);
}

/// Whose line the note verifies with, and with which key.
fn writer(signed: &Signed<Access>, label: &Label, ground: &Ground<'_>) -> Option<(PersonNo, KeyId)> {
    let wrote = |person: &PersonEntry| Some((person.number, wrote(signed, label, ground, person)?));
    ground.directory.persons().iter().find_map(wrote)
}

/// By which rights someone holds the item: by rows of the shared note, by the label where his rows were lost with
/// stopped keys, and as a clerk of a unit that holds a copy.
pub(crate) fn rights(label: &Label, shared: &Access, directory: &Directory, person: PersonNo) -> Vec<Right> {
    let own = Holder::Person(person);
    let rows = shared.rows.iter().filter(|row| row.holder == own).map(|row| row.right.clone());
    let copies = label
        .copies
        .iter()
        .filter(|copy| directory.acts_for(copy.holder, person))
        .map(|copy| Right::Copy(copy.no));
    let steps = label.deciders.iter().filter(|decider| decider.asked.has(&person));
    let steps = steps.map(|decider| Right::Decider(decider.step.clone()));
    let mut rights: Vec<Right> = Vec::new();
    for right in rows.chain(copies).chain(steps) {
        if !rights.contains(&right) {
            rights.push(right);
        }
    }
    rights
}
