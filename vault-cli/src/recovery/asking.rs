//! Asking for a run: the request to be signed, and the run's own key, which stays on this machine, locked.

use vault_core::item::LabelHash;
use vault_keys::digest::NoteHash;
use vault_keys::directory::{Directory, Proposal, Subject};
use vault_keys::key_id::KeyId;
use vault_keys::numbers::PersonNo;
use vault_keys::opening::{Identity, Suite};
use vault_keys::recovery::{
    Cover, RecoveryPublic, RecoveryReason, RecoveryRequestText, RecoveryRequestType, RecoverySetText,
    lock_run_key,
};
use vault_keys::time::Time;

use crate::error::{Failure, Kind, Outcome};
use crate::home::Home;
use crate::people::Listed;
use crate::{clock, item_words, key_lock, msg};

const FOLDER: &str = "recovery/runs";

/// What is asked for.
#[derive(Debug)]
pub struct Asking<'a> {
    /// The directory in force.
    pub directory: &'a Directory,
    /// Everybody, for words.
    pub everyone: &'a [Listed],
    /// The set whose shares it takes.
    pub set: &'a RecoverySetText,
    /// Who is to read again.
    pub person: PersonNo,
    /// The items listed; none for all that the person holds.
    pub items: Vec<LabelHash>,
    /// Why.
    pub reason: RecoveryReason,
    /// For how many days.
    pub days: u32,
    /// Now.
    pub now: Time,
}

/// Makes the request, to be signed. The run's own key is kept in this home, locked by `passphrase`.
///
/// # Errors
/// The person has no key to wrap to, the request cannot be, or the disk refuses.
pub fn ask(home: &Home, asking: &Asking<'_>, passphrase: &str) -> Outcome<(RecoveryRequestText, Proposal)> {
    let run = Identity::generate(Suite::Hybrid, &mut clock::randomness());
    let mut items: Vec<NoteHash> =
        asking.items.iter().map(|item| NoteHash::from_bytes(*item.as_bytes())).collect();
    items.sort_unstable();
    items.dedup();
    let text = RecoveryRequestText {
        tag: RecoveryRequestType,
        org: asking.directory.org(),
        cover: if items.is_empty() { Cover::Person } else { Cover::Items },
        unit: asking.set.unit,
        set: asking.set.set,
        person: asking.person,
        key: present_key(asking)?,
        items,
        reason: asking.reason,
        made: asking.now,
        not_after: asking.now.plus_days(asking.days),
        run: RecoveryPublic::of(&run.to_recipient()),
    };
    let proposal = Proposal::other(Subject::RecoveryRequest, &text)
        .map_err(|error| Failure::usage(msg!("recovery-ask-unfit")).because(&error))?;
    let locked = lock_run_key(&run, passphrase, key_lock::cost())
        .map_err(|error| Failure::failed(msg!("identity-not-locked")).because(&error))?;
    home.folder(FOLDER)?;
    home.write(&key_file(&text.run.id), &locked)?;
    Ok((text, proposal))
}

/// Where the run's own key is kept until the run.
pub(super) fn key_file(id: &KeyId) -> String {
    format!("{FOLDER}/{id}.age")
}

/// The person's hybrid key; items of another suite cannot be wrapped to it, which the run says.
fn present_key(asking: &Asking<'_>) -> Outcome<KeyId> {
    let entry = asking.directory.person(asking.person).filter(|entry| entry.is_active());
    let key = entry.and_then(|entry| {
        [Suite::Hybrid, Suite::Classic].iter().find_map(|suite| entry.opening_key(suite.kind()))
    });
    key.map(|key| key.id).ok_or_else(|| {
        let person = item_words::holder_words(asking.everyone, asking.person.into());
        Failure::new(Kind::Refused, msg!("recovery-key-inactive", person = person))
            .code("recovery-key-inactive")
            .hint(msg!("recovery-key-inactive-next"))
    })
}
