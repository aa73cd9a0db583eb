//! What a signature is still worth after its key was revoked: position decides, never a claimed time
//! (docs/directory.md, "Positions").
//!
//! The sender and the relay need none of this: they judge by what is in force now, where a revoked key is stopped.

use vault_keys::directory::{Place, Standing};
use vault_keys::key_id::KeyId;
use vault_keys::note::Signed;

use super::code::Code;
use super::deciding::Entered;
use super::facts::{Arrival, Facts, Side};
use super::refusal::{Decision, Refusal, Remark};
use crate::decision::Request;
use crate::item::{Access, Label};

/// Judges the key that the label names as the sender's.
pub(super) fn of_sender(facts: &Facts<'_>, label: &Label, decision: &mut Decision) {
    let Side::Reader(reader) = facts.side else { return };
    let signature = Signature { text: "label", key: &label.sender.key, place: reader.signed.label };
    judge(facts, &signature, reader.arrival, Remark::SenderKeyStoppedSince, decision);
}

/// Judges the key that the access note was found to be signed with.
pub(super) fn of_writer(facts: &Facts<'_>, access: &Signed<Access>, key: &KeyId, decision: &mut Decision) {
    let Side::Reader(reader) = facts.side else { return };
    let signature = Signature { text: "access", key, place: reader.signed.access };
    // The very note that was accepted here before comes with nothing new to be suspected of.
    let seen = reader.known.is_some_and(|known| known.hash() == access.hash());
    let arrival = if seen { Arrival::Before } else { reader.arrival };
    judge(facts, &signature, arrival, Remark::WriterKeyStoppedSince, decision);
}

/// Judges the key of a decision, which its leaf dates.
pub(super) fn of_decider(facts: &Facts<'_>, one: &Entered<'_>, decision: &mut Decision) {
    let arrival = match facts.side {
        Side::Reader(reader) => reader.arrival,
        // The relay took it under what was in force then, so it stands before every stop that came since; what was
        // revoked from an earlier position on is revoked here too.
        Side::Relay(_) if one.place.is_some() => Arrival::Before,
        Side::Relay(_) | Side::Sender => return,
    };
    let signature = Signature { text: "decision", key: &one.note.value().key, place: one.place };
    judge(facts, &signature, arrival, Remark::DeciderKeyStoppedSince, decision);
}

/// Judges the key of a request; it stands in the register where a relay carried it.
pub(super) fn of_requester(facts: &Facts<'_>, request: &Request, decision: &mut Decision) {
    let Side::Reader(reader) = facts.side else { return };
    let signature = Signature { text: "request", key: &request.requester.key, place: None };
    judge(facts, &signature, reader.arrival, Remark::DeciderKeyStoppedSince, decision);
}

/// Judges the keys of what a new item, or a new row, brings along and no register dates: at the relay as at every reader,
/// or whoever stole a key would date what he signs with it back to when it was good.
pub(super) fn of_undated(
    facts: &Facts<'_>,
    request: Option<&Request>,
    decisions: &[Entered<'_>],
    decision: &mut Decision,
) {
    let Side::Relay(_) = facts.side else { return };
    let asked = request.map(|request| ("request", &request.requester.key));
    let decided = decisions.iter().map(|one| ("decision", &one.note.value().key));
    for (text, key) in asked.into_iter().chain(decided) {
        let signature = Signature { text, key, place: None };
        judge(facts, &signature, Arrival::Now, Remark::DeciderKeyStoppedSince, decision);
    }
}

struct Signature<'a> {
    text: &'static str,
    key: &'a KeyId,
    place: Option<&'a Place>,
}

fn judge(
    facts: &Facts<'_>,
    signature: &Signature<'_>,
    arrival: Arrival,
    remark: Remark,
    decision: &mut Decision,
) {
    let Signature { text, key, place } = signature;
    match (facts.published.in_force.standing(key, *place), arrival) {
        // A key that no directory knows is refused where the signature is judged.
        (Standing::Good | Standing::Unknown, _) => {}
        (Standing::Revoked, _) => decision.refuse(Refusal::new(Code::SignerRevoked, text)),
        (Standing::Unproven, Arrival::Now) => decision.refuse(Refusal::new(Code::SignerUnproven, text)),
        (Standing::Unproven, Arrival::Before) => decision.remark(remark),
    }
}
