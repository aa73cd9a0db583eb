//! A log that lost leaves ends; another goes on from what is left of it (docs/register.md, "A log that lost leaves").
//!
//! A log is never resumed below what it has signed: it would contradict itself. So what is left gets a new origin, and with it a
//! first checkpoint of its own over the same leaves. That it goes on from the old one, and from where, the officers sign.

use vault_keys::bytes::Bytes;
use vault_keys::directory::EndedLog;
use vault_keys::time::Time;

use super::checkpoint::{Checkpoint, CheckpointNote, LogKey, LogVerifier};
use super::sequencer::{CheckpointPlace, LastCheckpoint, LogStore, OpenLogError};
use super::tree::Tree;

/// Puts the log of `new` in the place of the ended one whose leaves lie in `store`. The caller sees to it that nobody writes there.
///
/// # Errors
/// When there is no log of `old`, its tiles do not make its root, or the storage fails. Done again, it does the same.
pub fn succeed<S: LogStore, L: LastCheckpoint>(
    store: &S,
    last: &L,
    old: &LogVerifier,
    new: &LogKey,
    now: Time,
) -> Result<EndedLog, OpenLogError> {
    let refused = |source| OpenLogError::Checkpoint { place: CheckpointPlace::Register, source };
    let ended = store.read_checkpoint()?.ok_or(OpenLogError::NotThere)?;
    let ended = CheckpointNote::parse(&ended).and_then(|note| note.verified_by(old)).map_err(refused)?;
    let (size, root) = (ended.checkpoint().size(), ended.checkpoint().root());
    if Tree::new(store, size).root_at(size)? != root {
        return Err(OpenLogError::OtherTiles { size });
    }
    let first = Checkpoint::new(new.origin().clone(), size, root);
    let first = new.sign(&first, now.max(ended.time())).map_err(refused)?.encode();
    last.write(&first)?;
    store.write_checkpoint(&first)?;
    Ok(EndedLog { origin: old.origin().key_name().clone(), size, root: Bytes(*root.as_bytes()) })
}
