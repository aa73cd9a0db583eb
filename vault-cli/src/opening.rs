//! Opening an item as this reader: admitted by every rule, unlocked by the reader's own key.

use std::collections::BTreeSet;

use vault_core::admission::{Code, Refused};
use vault_core::decision::carried_by;
use vault_core::item::ItemHeader;
use vault_core::opening::{AdmittedItem, OpenError, ResealedError, UnlockedItem};
use vault_core::recovery::Restored;
use vault_core::stream::open;
use vault_keys::key_id::KeyId;
use vault_keys::keyfile::PersonKeys;
use vault_keys::secret::FileKey;

use crate::approval::proposal;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::history::History;
use crate::lang::Msg;
use crate::own_entry::{self, Misfit};
use crate::sealing::storage_full;
use crate::ui::Ui;
use crate::{clock, msg, refusals, renewal};

/// Has every rule judge an item for a reader with these keys, who knows this much of it; without keys, as a bystander
/// who means to check.
///
/// # Errors
/// The refusals, all of them.
pub fn admit(desk: &Desk, header: ItemHeader, keys: &[KeyId], history: &History) -> Outcome<AdmittedItem> {
    let waits = proposal::is_open(&header);
    let versions: Vec<u32> = versions(&header).into_iter().chain(history.versions()).collect();
    let entered = history.entered();
    desk.published(versions, |published| {
        AdmittedItem::new(header, published, history.reader(keys, entered.as_deref()), clock::now())
    })?
    .map_err(|refused| {
        let mut failure = refused_words(desk, &refused);
        if waits && failure.code.as_deref() == Some(NOT_LISTED) {
            failure.hints = vec![msg!("open-not-released")];
        }
        failure
    })
}

/// The directories that an item names: by them its label, its rows and the decisions in it are judged.
#[must_use]
pub fn versions(header: &ItemHeader) -> BTreeSet<u32> {
    let own = [header.label().value().directory.version, header.access().value().directory.version];
    let decisions = carried_by(header).map(|note| note.value().directory.version);
    own.into_iter().chain(decisions).collect()
}

/// An item that a rule refuses to its reader, in words.
#[must_use]
pub fn refused_words(desk: &Desk, refused: &Refused) -> Failure {
    let failure = refusals::failure(refused, &desk.everyone);
    match failure.code.as_deref() {
        Some("directory-unknown") => failure.hint(msg!("open-sync-next")),
        _ => named_otherwise(desk, failure),
    }
}

/// Where the item was sealed to another key that the directory names for the reader, or to one of before, the sender is
/// not who can help.
fn named_otherwise(desk: &Desk, mut failure: Failure) -> Failure {
    let misfits = own_entry::misfits(&desk.home, &desk.known).unwrap_or_default();
    let words: Vec<Msg> =
        misfits.iter().filter(|misfit| misfit.kind().is_opening()).map(Misfit::words).collect();
    if words.is_empty() {
        let of_before = failure.code.as_deref() == Some(NOT_LISTED) && renewal::has_former(&desk.home);
        return if of_before { failure.hint(msg!("open-former-next")) } else { failure };
    }
    if failure.code.as_deref() == Some(NOT_LISTED) {
        failure.hints = words;
    } else if let Some(other) =
        failure.also.iter_mut().find(|other| other.code.as_deref() == Some(NOT_LISTED))
    {
        other.hints = words;
    }
    failure
}

/// The rule that finds no row with a key of the reader.
const NOT_LISTED: &str = Code::ReaderNotListed.as_str();

/// The opening keys' ids, the present one first.
#[must_use]
pub fn key_ids(keys: &PersonKeys) -> Vec<KeyId> {
    keys.identities().map(|identity| identity.to_recipient().key_id()).collect()
}

/// The ids of every opening key this person ever had, lost ones too: the directory remembers whose they are.
#[must_use]
pub fn every_key_id(desk: &Desk) -> Vec<KeyId> {
    let keys = desk.known.directory().person(desk.me).into_iter().flat_map(|entry| &entry.keys);
    keys.filter(|key| key.kind.is_opening()).map(|key| key.id).collect()
}

/// Admits and unlocks.
///
/// # Errors
/// A rule refuses, or the item does not open with these keys.
pub fn unlock(
    desk: &Desk,
    header: ItemHeader,
    keys: &PersonKeys,
    history: &History,
) -> Outcome<UnlockedItem> {
    let admitted = admit(desk, header, &key_ids(keys), history)?;
    let identities: Vec<_> = keys.identities().collect();
    admitted.unlock(&identities).map_err(|error| failure(&error))
}

/// Tells the reader what is to be told although nothing is refused.
pub fn tell(ui: &Ui, item: &UnlockedItem) {
    for remark in item.remarks() {
        ui.warn(&remark_words(remark.as_str()));
    }
}

/// Admits and unlocks an item that a recovery run gave back.
///
/// # Errors
/// A rule refuses, or what was given back does not serve this item and these keys.
pub fn unlock_restored(
    desk: &Desk,
    header: ItemHeader,
    keys: &PersonKeys,
    restored: &[u8],
    history: &History,
) -> Outcome<UnlockedItem> {
    let admitted = admit(desk, header, &every_key_id(desk), history)?;
    let identities: Vec<_> = keys.identities().collect();
    let restored = Restored::parse(restored, desk.known.organisation.org())
        .map_err(|error| failure(&OpenError::Restored(error)))?;
    admitted.unlock_restored(&restored, &identities).map_err(|error| failure(&error))
}

/// The file key that a recovery run gave back for an item, proved by its header and label.
///
/// # Errors
/// It does not serve this item and these keys.
pub fn restored_key(
    desk: &Desk,
    header: &ItemHeader,
    keys: &PersonKeys,
    restored: &[u8],
) -> Outcome<FileKey> {
    let identities: Vec<_> = keys.identities().collect();
    Restored::parse(restored, desk.known.organisation.org())
        .and_then(|restored| restored.file_key(header, &identities))
        .map_err(|error| failure(&OpenError::Restored(error)))
}

/// What the reader is told although nothing is refused.
#[must_use]
pub fn remark_words(word: &str) -> Msg {
    match word {
        "directory-expired" => msg!("directory-expired"),
        "sender-key-stopped-since" => msg!("remark-key-stopped"),
        "writer-key-stopped-since" => msg!("remark-writer-stopped"),
        "decider-key-stopped-since" => msg!("remark-decider-stopped"),
        "decisions-by-file" => msg!("remark-decisions-by-file"),
        "row-dropped" => msg!("remark-row-dropped"),
        "term-ended" => msg!("remark-term-ended"),
        "not-yet" => msg!("remark-not-yet"),
        "judged-by-later-directory" => msg!("remark-later-directory"),
        _ => msg!("remark-other", word = word),
    }
}

/// An item that does not open, in words: wrong keys and damage are told apart no further than the format does.
#[must_use]
pub fn failure(error: &OpenError) -> Failure {
    match error {
        OpenError::Refused(refused) => refusals::failure(refused, &[]),
        OpenError::NoKey => Failure::failed(msg!("open-not-mine")).code("not-a-recipient"),
        OpenError::Resealed(ResealedError::OtherContent | ResealedError::OtherKey) => {
            Failure::new(Kind::Integrity, msg!("open-not-the-first"))
                .code("not-the-first")
                .hint(msg!("open-damaged-next"))
        }
        OpenError::Payload(open::OpenError::Output(io)) => Failure::failed(msg!("output-broken")).because(io),
        other => storage_full(other).unwrap_or_else(|| {
            Failure::new(Kind::Integrity, msg!("open-damaged"))
                .code("damaged")
                .hint(msg!("open-damaged-next"))
                .because(other)
        }),
    }
}
