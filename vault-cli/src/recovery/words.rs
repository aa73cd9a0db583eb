//! What a set and a request say, in words: shown before anybody signs, gives or runs.

use vault_keys::directory::Directory;
use vault_keys::key_id::KeyId;
use vault_keys::numbers::PersonNo;
use vault_keys::recovery::{Cover, RecoveryReason, RecoveryRequestText, RecoverySetText};

use crate::lang::Msg;
use crate::people::Listed;
use crate::ui::Ui;
use crate::{clock, item_words, msg};

/// Whose key a set splits, among whom, and how many it takes.
#[must_use]
pub fn set_facts(
    ui: &Ui,
    everyone: &[Listed],
    directory: &Directory,
    set: &RecoverySetText,
) -> Vec<(Msg, String)> {
    let mut facts = vec![
        (msg!("name-unit"), item_words::holder_words(everyone, set.unit.into())),
        (msg!("name-recovery-key"), set.key.id.groups()),
        (msg!("name-recovery-set"), format!("{} · {}", set.set, clock::local(set.made))),
        (
            msg!("name-recovery-need"),
            ui.words(&msg!("recovery-need", need = u64::from(set.threshold), of = set.shares.len() as u64)),
        ),
    ];
    for (index, share) in set.shares.iter().enumerate() {
        let name = if index == 0 { msg!("name-recovery-holders") } else { msg!("name-blank") };
        let holder = item_words::holder_words(everyone, share.person.into());
        let key = key_words(ui, directory, share.person, &share.key);
        facts.push((name, format!("{} · {holder} · {key}", share.number)));
    }
    facts
}

/// What a request would let be opened, for whom, why and until when.
#[must_use]
pub fn request_facts(
    ui: &Ui,
    everyone: &[Listed],
    directory: &Directory,
    request: &RecoveryRequestText,
) -> Vec<(Msg, String)> {
    let person = item_words::holder_words(everyone, request.person.into());
    let cover = match request.cover {
        Cover::Person => msg!("recovery-cover-person", person = person.clone()),
        Cover::Items => msg!("recovery-cover-items", count = request.items.len() as u64),
    };
    let reason = match request.reason {
        RecoveryReason::Forgotten => msg!("recovery-reason-forgotten"),
        RecoveryReason::Lost => msg!("recovery-reason-lost"),
        RecoveryReason::Departed => msg!("recovery-reason-departed"),
        RecoveryReason::Ordered => msg!("recovery-reason-ordered"),
    };
    let key = key_words(ui, directory, request.person, &request.key);
    let mut facts = vec![
        (msg!("name-recovery-cover"), ui.words(&cover)),
        (msg!("name-recovery-person"), person),
        (msg!("name-opening-key"), key),
        (msg!("name-recovery-unit"), item_words::holder_words(everyone, request.unit.into())),
        (msg!("name-recovery-set"), request.set.to_string()),
        (msg!("name-recovery-run"), request.run.id.groups()),
        (msg!("name-recovery-reason"), ui.words(&reason)),
        (msg!("name-recovery-until"), clock::local(request.not_after)),
    ];
    for (index, item) in request.items.iter().enumerate() {
        let name = if index == 0 { msg!("name-recovery-items") } else { msg!("name-blank") };
        facts.push((name, item.to_string()));
    }
    facts
}

/// An opening key of this person that is in use; said if it is none.
fn key_words(ui: &Ui, directory: &Directory, person: PersonNo, key: &KeyId) -> String {
    let fits = directory
        .key(key)
        .is_some_and(|(owner, found)| owner == person && found.is_active() && found.kind.is_opening());
    if fits { key.groups() } else { ui.words(&msg!("recovery-key-unfit")) }
}
