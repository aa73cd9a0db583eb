//! The access note: which item and label it names, its place in the line, and who wrote it
//! (design section 5, "Access note").

use vault_keys::directory::{Directory, Key, PersonEntry};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::{KeyName, Signed, Verifier};
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;

use super::code::Code;
use super::facts::{Brought, Facts, Reader, Relay, Side, Subject};
use super::ground::{Ground, Grounds, look_up};
use super::own;
use super::passed::passed;
use super::refusal::{Decision, Refusal, Remark};
use super::request;
use super::rows::{self, Note, Rows};
use super::standing;
use crate::decision::{Course, Request};
use crate::item::{
    Access, AccessHash, ItemHeader, Label, LabelHash, Line, OriginKind, Right, Row, shared_in,
};

/// Judges the access note and its rows; before sealing, the rows alone.
pub(super) fn judge(
    facts: &Facts<'_>,
    label: &Label,
    grounds: &Grounds<'_>,
    decided: &Course,
    now: Time,
    decision: &mut Decision,
) {
    match facts.subject {
        Subject::Planned { rows, .. } => {
            let hash = LabelHash::from_bytes([0; 32]);
            let rows = Rows {
                label,
                hash,
                rows,
                older: &[],
                unseen: false,
                since: &[],
                note: Note::First,
                decided: false,
                leaves: &[],
                passed: &[],
            };
            rows::judge(&rows, grounds.of_access(grounds.named()), decision);
        }
        Subject::Sealed(item) => {
            before_release(label, item, decided, decision);
            note(facts, label, item, grounds, decided, now, decision);
        }
        Subject::Request(_) | Subject::Unreadable(_) => {}
    }
}

/// Until every decision is made there is no wrap for any copy but the sender's.
fn before_release(label: &Label, item: &ItemHeader, decided: &Course, decision: &mut Decision) {
    let resealed = label.origin.kind == OriginKind::Resealed;
    if resealed || decided.is_complete(&label.deciders) {
        return;
    }
    let travels = |row: &Row| match row.right {
        Right::Copy(no) => no > 0,
        Right::Leave(_) => true,
        Right::Decider(_) | Right::Recovery => false,
    };
    if let Some(index) = item.access().value().rows.iter().position(travels) {
        decision.refuse(Refusal::new(Code::DecisionMissing, format_args!("row {index}")));
    }
}

fn note(
    facts: &Facts<'_>,
    label: &Label,
    item: &ItemHeader,
    grounds: &Grounds<'_>,
    decided: &Course,
    now: Time,
    decision: &mut Decision,
) {
    // That the note is about this item, label, suite and these stanzas was seen when the header was parsed.
    let signed = item.access();
    let access = signed.value();
    if access.line == Line::Own {
        let stored = match facts.side {
            Side::Relay(relay) => relay.stored().map(|stored| stored.access.value().rows.as_slice()),
            Side::Reader(_) | Side::Sender => None,
        };
        let leaves = leaves(facts, item, stored.unwrap_or_default(), now, decision);
        let carried = carried_basis(facts, label, item, decided, &leaves, decision);
        let passed = passed(&facts.published, label, access.label, item.notes());
        let basis = own::Basis { carried: carried.as_ref(), leaves: &leaves, passed: &passed };
        own::judge(facts, label, signed, grounds, &basis, decision);
        reader_listed(facts, access, decision);
        return;
    }
    let before = match facts.side {
        Side::Relay(relay) => relay.stored().map(|stored| stored.access),
        Side::Reader(reader) => reader.known,
        Side::Sender => None,
    };
    place(facts, label, signed, before, decision);
    let named = look_up(facts, label, &access.directory, decision);
    let older = before.map_or(&[][..], |before| before.value().rows.as_slice());
    let seen = before.and_then(|before| before.value().seq).unwrap_or_default();
    let missed = access.seq.is_some_and(|seq| seq > seen.saturating_add(1));
    let unseen = missed && matches!(facts.side, Side::Reader(_));
    let leaves = leaves(facts, item, older, now, decision);
    let known = before.is_some_and(|before| before.hash() == signed.hash());
    let travels = |row: &Row| matches!(row.right, Right::Copy(no) if no > 0);
    let releases = known || unseen || !older.iter().any(travels);
    let writers = Writers { label, decided, access, older, unseen, releases, leaves: &leaves };
    for ground in grounds.of_access(named) {
        if let Some((person, key)) = writer(signed, &writers, &ground, decision) {
            standing::of_writer(facts, signed, &key, decision);
            brought_by(facts, person, decision);
        }
    }
    let release = matches!(facts.side, Side::Relay(Relay { brought: Brought::Release(_), .. }));
    let note = match access.seq {
        _ if release => Note::Release,
        Some(1) => Note::First,
        _ => Note::Later,
    };
    let since = since(facts, label, access);
    let rows = Rows {
        label,
        hash: access.label,
        rows: &access.rows,
        older,
        unseen,
        since: &since,
        note,
        decided: decided.is_complete(&label.deciders),
        leaves: &leaves,
        passed: &[],
    };
    rows::judge(&rows, grounds.of_access(named), decision);
    for row in rows::dropped(&rows, facts.published.present()) {
        // A reader may not have seen the stop list yet, and reading waits for no news.
        if let Side::Reader(_) = facts.side {
            decision.remark(Remark::RowDropped);
        } else {
            let about = format_args!("{} {}", row.holder, row.key.groups());
            decision.refuse(Refusal::new(Code::RowDropped, about));
        }
    }
    reader_listed(facts, access, decision);
}

/// The shared note among the notes of an item that was passed on, whose own note rests on it: by whom it was written, and
/// with which rows, is judged as that of any shared note.
fn carried_basis(
    facts: &Facts<'_>,
    label: &Label,
    item: &ItemHeader,
    decided: &Course,
    leaves: &[Signed<Request>],
    decision: &mut Decision,
) -> Option<Signed<Access>> {
    let shared = shared_in(item)?;
    let access = shared.value();
    let named = look_up(facts, label, &access.directory, decision)?;
    let writers = Writers { label, decided, access, older: &[], unseen: true, releases: true, leaves };
    writer(&shared, &writers, &named, decision)?;
    let since = since(facts, label, access);
    let rows = Rows {
        label,
        hash: access.label,
        rows: &access.rows,
        older: &[],
        unseen: true,
        since: &since,
        note: Note::Later,
        decided: decided.is_complete(&label.deciders),
        leaves,
        passed: &[],
    };
    rows::judge(&rows, std::iter::once(named), decision);
    Some(shared)
}

/// Every directory from the label's to the access note's, by which any row of the line was written; none where one of
/// them is not at hand.
fn since<'a>(facts: &Facts<'a>, label: &Label, access: &Access) -> Vec<&'a Directory> {
    let (from, to) = (label.directory.version, access.directory.version);
    let between = facts.published.signed().filter(|it| (from..=to).contains(&it.number()));
    let all: Vec<&Directory> = between.collect();
    let wanted = to.checked_sub(from).map(|more| u64::from(more).saturating_add(1));
    if u64::try_from(all.len()).ok() == wanted { all } else { Vec::new() }
}

/// The leaves that rows cite, each decided and in time for the rows it adds; one that is missing or at fault is refused.
fn leaves(
    facts: &Facts<'_>,
    item: &ItemHeader,
    older: &[Row],
    now: Time,
    decision: &mut Decision,
) -> Vec<Signed<Request>> {
    let mut leaves: Vec<Signed<Request>> = Vec::new();
    for row in &item.access().value().rows {
        let Right::Leave(hash) = row.right else { continue };
        let cited = |old: &&Row| old.right == row.right;
        // Whoever was let in by it before may have another key since; somebody else takes another leave.
        let was_used = older.iter().any(|old| cited(&old));
        if was_used && !older.iter().any(|old| cited(&old) && old.holder == row.holder) {
            decision.refuse(Refusal::new(Code::LeaveUsed, row.holder));
        }
        if leaves.iter().any(|leave| leave.hash() == hash) {
            continue;
        }
        let uses = if was_used { request::Use::Before } else { request::Use::First };
        match request::leave_in(facts, item.notes(), hash, uses, decision) {
            Some(leave) => {
                request::reaches(leave.value(), item.label().value(), decision);
                let is_used_now = !was_used && !matches!(facts.side, Side::Reader(_));
                if is_used_now {
                    let in_force = facts.published.present().policy();
                    request::under_policy(&facts.published, in_force, leave.value(), decision);
                }
                if is_used_now && now > leave.value().not_after {
                    decision.refuse(Refusal::new(Code::LeaveExpired, leave.value().not_after));
                }
                leaves.push(leave);
            }
            None => decision.refuse(Refusal::new(Code::LeaveMissing, row.holder)),
        }
    }
    leaves
}

/// The reader has a row of his own.
fn reader_listed(facts: &Facts<'_>, access: &Access, decision: &mut Decision) {
    if let Side::Reader(Reader { keys, .. }) = facts.side
        && !keys.is_empty()
        && !access.rows.iter().any(|row| keys.contains(&row.key))
    {
        decision.refuse(Code::ReaderNotListed);
    }
}

/// The note's place in the shared line, against the label and the note stored or known.
fn place(
    facts: &Facts<'_>,
    label: &Label,
    signed: &Signed<Access>,
    before: Option<&Signed<Access>>,
    decision: &mut Decision,
) {
    let access = signed.value();
    // The form gives every shared note a number, and every one above 1 a predecessor.
    let seq = access.seq.unwrap_or_default();
    let about = |code| Refusal::new(code, format_args!("seq {seq}"));
    // In an older directory keys are active that were stopped when the label was made, or the note before written.
    let oldest = before.map_or(0, |before| before.value().directory.version).max(label.directory.version);
    if access.directory.version < oldest {
        decision.refuse(Refusal::new(
            Code::AccessDirectory,
            format_args!("{} < {oldest}", access.directory.version),
        ));
    }
    let Some(before) = before else {
        // A new item begins its line; a reader may meet it later on.
        let begins = seq == 1;
        let may_be_later = matches!(facts.side, Side::Reader(_));
        if !begins && !may_be_later {
            decision.refuse(about(Code::AccessSequence));
        }
        return;
    };
    // One line of notes is about one label: a later note brings no other in.
    if before.value().item != access.item {
        decision.refuse(about(Code::AccessOtherItem));
    } else if before.value().label != access.label {
        decision.refuse(about(Code::AccessOtherLabel));
    }
    let known = before.value().seq.unwrap_or_default();
    if seq < known {
        decision.refuse(about(Code::AccessStale));
    } else if seq == known {
        if signed.hash() != before.hash() {
            decision.refuse(about(Code::AccessSplit));
        }
    } else if seq == known.saturating_add(1) {
        if access.previous != Some(AccessHash::of_note(before.hash())) {
            decision.refuse(about(Code::AccessSplit));
        }
    } else if !matches!(facts.side, Side::Reader(_)) {
        decision.refuse(about(Code::AccessSequence));
    }
}

/// To the relay everybody brings the next header that he wrote himself.
fn brought_by(facts: &Facts<'_>, writer: PersonNo, decision: &mut Decision) {
    if let Side::Relay(Relay { submitter, brought: Brought::Header(_) }) = facts.side
        && submitter != writer
    {
        decision.refuse(Refusal::new(Code::AccessWriter, submitter));
    }
}

/// What says who may write a shared note.
struct Writers<'a> {
    label: &'a Label,
    decided: &'a Course,
    access: &'a Access,
    older: &'a [Row],
    /// Whether notes before this one were never seen here.
    unseen: bool,
    /// Whether this can be the note that releases: before it no copy had a row, as far as is known here.
    releases: bool,
    leaves: &'a [Signed<Request>],
}

impl Writers<'_> {
    /// The sender writes any note; the one whose decision completed the steps, the one that releases; a decider, one that
    /// adds deciders of his own step and changes nothing else.
    fn may_write(&self, person: PersonNo) -> bool {
        let completed = self.releases
            && self.decided.is_complete(&self.label.deciders)
            && self.decided.agreed().last().is_some_and(|last| last.signer == person);
        person == self.label.sender.person
            || completed
            || self.adds_only_to_his_step(person)
            || self.adds_only_by_his_leave(person)
    }

    /// A leave's custodian adds those whom it names.
    fn adds_only_by_his_leave(&self, person: PersonNo) -> bool {
        let mut own = self.leaves.iter().filter(|leave| leave.value().custodian == Some(person));
        own.any(|leave| {
            let right = Right::Leave(leave.hash());
            self.unseen || self.access.rows.iter().all(|row| self.older.contains(row) || row.right == right)
        })
    }

    fn adds_only_to_his_step(&self, person: PersonNo) -> bool {
        let rows = if self.unseen { &self.access.rows } else { self.older };
        let mut own = rows.iter().filter(|row| row.holder == person.into()).map(|row| &row.right);
        let Some(step) = own.find(|right| matches!(right, Right::Decider(_))) else { return false };
        let carried = |row: &Row| self.older.contains(row) || row.right == *step;
        self.unseen || self.access.rows.iter().all(carried)
    }
}

/// Answers by whom and with which key the note was signed, where he may write it.
fn writer(
    signed: &Signed<Access>,
    writers: &Writers<'_>,
    ground: &Ground<'_>,
    decision: &mut Decision,
) -> Option<(PersonNo, KeyId)> {
    let (label, sender) = (writers.label, writers.label.sender.person);
    let by_sender = ground.directory.person(sender).and_then(|person| wrote(signed, label, ground, person));
    if let Some(key) = by_sender {
        return Some((sender, key));
    }
    let others = ground.directory.persons().iter().filter(|person| person.number != sender);
    let mut wrote = others.filter_map(|person| Some((person, wrote(signed, label, ground, person)?)));
    match wrote.next() {
        Some((person, key)) if writers.may_write(person.number) => return Some((person.number, key)),
        Some((person, _)) => decision.refuse(Refusal::new(Code::AccessWriter, person.number)),
        None => decision.refuse(Refusal::new(Code::AccessSignature, sender)),
    }
    None
}

/// The key of this person that the note's line verifies with.
pub(super) fn wrote(
    signed: &Signed<Access>,
    label: &Label,
    ground: &Ground<'_>,
    person: &PersonEntry,
) -> Option<KeyId> {
    if !has_line(signed, label, person.number) {
        return None;
    }
    let verifies = |key: &&Key| {
        let verifier = key.verifying().map(|key| Verifier::person(&label.org, person.number, key));
        verifier.is_some_and(|verifier| signed.verified_by(&verifier).is_ok())
    };
    ground.keys(person, KeyKind::Sign).find(verifies).map(|key| key.id)
}

/// Cheap test before any curve arithmetic: of ten thousand people few have a line.
fn has_line(signed: &Signed<Access>, label: &Label, person: PersonNo) -> bool {
    let name = KeyName::person(&label.org, person);
    signed.note().lines().iter().any(|line| *line.name() == name)
}
