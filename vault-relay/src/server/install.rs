//! Putting an organisation in force: verify, store, then let it count (used by `publish` and `vault-relay import`).
//!
//! Each new stop list becomes a leaf of the register in the transaction that stores it: its place there says from
//! where on it holds.

use vault_core::register::leaf::{Leaf, LeafHead};
use vault_keys::digest::OrgId;
use vault_keys::directory::Stop;
use vault_keys::note::Note;
use vault_keys::time::Time;

use super::entry;
use super::force::{Current, Force, InstallError, Own, Version};
use crate::store::{self, Metadata, NewLeaf, StopRecord, Transaction};

/// Verifies an organisation file and puts in force what is new in it; false where nothing was.
pub(crate) fn install(
    metadata: &dyn Metadata,
    own: &Own,
    current: &Current,
    file: &[u8],
    now: Time,
) -> Result<bool, InstallError> {
    let in_force = current.get();
    match own.judge(file, in_force.as_deref(), now)? {
        Some(version) => put(metadata, own, current, version, now).map(|()| true),
        None => Ok(false),
    }
}

/// Stores a version that was judged, and lets it count.
pub(crate) fn put(
    metadata: &dyn Metadata,
    own: &Own,
    current: &Current,
    version: Version,
    now: Time,
) -> Result<(), InstallError> {
    let in_force = version.organisation.in_force();
    let known = current.get().map_or(0, |force| force.newest.organisation.roots().len());
    store::write(metadata, |transaction| {
        if transaction.newest_directory()?.map(|(number, _)| number) != Some(version.directory().number()) {
            transaction.put_organisation(&version.texts())?;
        }
        let kept = transaction.stops_since(0)?;
        let first = in_force.stops().first().map_or(u32::MAX, Stop::number);
        transaction.drop_stops_below(first)?;
        // Where a directory decided for another list than the one published first, that one and what follows it go.
        let stands = |known: &&StopRecord| {
            let same = |stop: &&Stop| stop.number() == known.number && stop.signed().encode() == known.note;
            known.number < first || in_force.stops().iter().any(|stop| same(&stop))
        };
        let gone = kept.iter().find(|known| !stands(known)).map(|known| known.number);
        if let Some(number) = gone {
            transaction.drop_stops_from(number)?;
        }
        let kept =
            kept.iter().filter(|known| gone.is_none_or(|gone| known.number < gone)).collect::<Vec<_>>();
        for stop in in_force.stops() {
            if !kept.iter().any(|known| known.number == stop.number()) {
                enter(transaction, own, stop, now)?;
            }
        }
        // The first leaf of a log that took the place of another is the root in which the officers say so.
        for pair in version.organisation.roots().windows(2).skip(known.saturating_sub(1)) {
            if let [before, root] = pair
                && root.ended_log() != before.ended_log()
            {
                transaction.queue_leaf(&leaf_of(own, root.org(), root.note(), now)?)?;
            }
        }
        match in_force.fresh() {
            Some(fresh) => transaction.put_fresh(&fresh.signed().encode()),
            // With a new root: the note in hand rests on the one before, and would refuse the whole at the next start.
            None => transaction.drop_fresh(),
        }
        .map_err(InstallError::from)
    })?;
    current.replace(Force::new(version));
    Ok(())
}

fn enter(transaction: &mut dyn Transaction, own: &Own, stop: &Stop, now: Time) -> Result<(), InstallError> {
    let position = transaction.queue_leaf(&leaf_of(own, stop.org(), stop.signed().note(), now)?)?;
    let note = stop.signed().encode();
    Ok(transaction.put_stop(&StopRecord { number: stop.number(), note, position })?)
}

/// The leaf of a paper that officers signed.
fn leaf_of(own: &Own, org: OrgId, note: &Note, now: Time) -> Result<NewLeaf, InstallError> {
    let salt = entry::salt().map_err(|_| InstallError::Ours("the system gives no random bytes"))?;
    let head = LeafHead::new(org, now, None, own.name.clone(), salt);
    let leaf = Leaf::of_note(&head, note).map_err(|_| InstallError::PaperTooLong)?;
    let (hash, note) = (leaf.hash(), Some(note.hash()));
    Ok(NewLeaf { hash, leaf: leaf.bytes().to_vec(), label: None, copy: None, note })
}
