//! Who signed, with which key, and from which station.

use vault_keys::directory::{Key, Standing};
use vault_keys::key_id::KeyKind;
use vault_keys::note::{Signed, Verifier};

use super::code::Code;
use super::facts::{Brought, Facts, Relay, Side, Subject};
use super::ground::Ground;
use super::refusal::{Decision, Refusal, Remark};
use crate::item::Label;

/// Only the label's sender submits it. Who may bring a later header is judged by its access note's signature.
pub(super) fn judge_submitter(facts: &Facts<'_>, label: &Label, decision: &mut Decision) {
    if let Side::Relay(Relay { submitter, brought: Brought::Item | Brought::Standing(_) }) = facts.side
        && submitter != label.sender.person
    {
        decision.refuse(Refusal::new(Code::SubmitterDiffers, submitter));
    }
}

/// Judges sender, signing key, station and the label's signature on one ground.
pub(super) fn judge_sender(facts: &Facts<'_>, label: &Label, ground: &Ground<'_>, decision: &mut Decision) {
    let Some(sender) = ground.directory.person(label.sender.person) else {
        decision.refuse(Refusal::new(Code::SenderUnknown, label.sender.person));
        return;
    };
    if !ground.keys(sender, KeyKind::Station).any(|key| key.id == label.station) {
        decision.refuse(Refusal::new(Code::StationKey, label.station));
    }
    let Some(key) = ground.keys(sender, KeyKind::Sign).find(|key| key.id == label.sender.key) else {
        decision.refuse(Refusal::new(Code::SenderKey, label.sender.key));
        return;
    };
    if let Subject::Sealed(item) = facts.subject {
        // The directory refuses keys that are no keys, so this one reads.
        let signed = verifier(label, key).is_some_and(|key| item.label().verified_by(&key).is_ok());
        if !signed {
            decision.refuse(Refusal::new(Code::LabelSignature, label.sender.person));
        }
    }
}

fn verifier(label: &Label, key: &Key) -> Option<Verifier> {
    Some(Verifier::person(&label.org, label.sender.person, key.verifying()?))
}

/// Judges the signature of another item's label, which came before this one: by whatever key of its sender it names, since he
/// may have another one by now. `missing` is the refusal if it does not hold.
pub(super) fn judge_earlier(
    facts: &Facts<'_>,
    earlier: &Signed<Label>,
    missing: Refusal,
    decision: &mut Decision,
) {
    let (label, sender) = (earlier.value(), &earlier.value().sender);
    let person = facts.published.present().person(sender.person);
    let key = person.and_then(|person| person.key(&sender.key));
    if key.and_then(|key| verifier(label, key)).is_none_or(|key| earlier.verified_by(&key).is_err()) {
        decision.refuse(missing);
    }
    if let Side::Reader(_) = facts.side
        && let Standing::Revoked | Standing::Unproven = facts.published.in_force.standing(&sender.key, None)
    {
        decision.remark(Remark::SenderKeyStoppedSince);
    }
}
