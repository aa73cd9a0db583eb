//! Who signed, with which key, and from which station.

use vault_keys::directory::{Directory, Key, KeyState, PersonEntry};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::Verifier;

use super::code::Code;
use super::facts::{Facts, Side, Subject};
use super::refusal::{Decision, Refusal};
use crate::item::Label;

/// Judges sender, signing key, station and the label's signature under one directory.
pub(super) fn judge_sender(facts: &Facts<'_>, label: &Label, directory: &Directory, decision: &mut Decision) {
    if let Side::Relay { submitter, .. } = facts.side
        && submitter != label.sender.person
    {
        decision.refuse(Refusal::new(Code::SubmitterDiffers, submitter));
    }
    let Some(sender) = directory.person(label.sender.person) else {
        decision.refuse(Refusal::new(Code::SenderUnknown, label.sender.person));
        return;
    };
    if active_key(sender, &label.station, KeyKind::Station).is_none() {
        decision.refuse(Refusal::new(Code::StationKey, label.station));
    }
    let Some(key) = active_key(sender, &label.sender.key, KeyKind::Sign) else {
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

/// The person's key of this id, if it is active and of this kind.
pub(super) fn active_key<'a>(person: &'a PersonEntry, id: &KeyId, kind: KeyKind) -> Option<&'a Key> {
    person.active_keys(kind).find(|key| key.id == *id)
}

/// True if the directory says that the key was stopped.
pub(super) fn is_stopped(directory: &Directory, id: &KeyId) -> bool {
    directory.key(id).is_some_and(|(_, key)| key.state == KeyState::Stopped)
}
