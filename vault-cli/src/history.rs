//! What is known of an item beside its header: the access note accepted before, where its notes stand in the register,
//! and whether it is new here. By this a signature of a key that was revoked since is judged (docs/directory.md,
//! "Positions"), and a holder's own note by the shared one it rests on.

use vault_core::admission::{Arrival, Entered, Positions, Reader};
use vault_core::decision::Chain;
use vault_core::item::{Access, ItemHeader, Label};
use vault_core::register::leaf::Leaf;
use vault_keys::directory::{Place, Root};
use vault_keys::key_id::KeyId;
use vault_keys::note::{KeyName, Signed};

use crate::desk::Desk;
use crate::evidence::Kept;

/// Of one item. The default is an item that comes now with nothing beside it, such as a file.
#[derive(Debug, Default)]
pub struct History {
    known: Option<Signed<Access>>,
    label: Option<Place>,
    access: Option<Place>,
    arrival: Arrival,
    decisions: Option<Chain>,
}

impl History {
    /// An item that comes now with leaves whose proofs were verified.
    #[must_use]
    pub fn proved<'a>(
        desk: &Desk,
        header: &ItemHeader,
        leaves: impl IntoIterator<Item = (u64, &'a Leaf)> + Clone,
    ) -> Self {
        let root = desk.known.organisation.root();
        Self::proved_in(root, root.log_origin(), header, leaves)
    }

    fn proved_in<'a>(
        root: &Root,
        origin: &KeyName,
        header: &ItemHeader,
        leaves: impl IntoIterator<Item = (u64, &'a Leaf)> + Clone,
    ) -> Self {
        let (mut label, mut access) = (None, None);
        for (index, leaf) in leaves.clone() {
            if leaf.signed::<Label>().is_ok_and(|note| note.hash() == header.label().hash()) {
                label = earliest(label, index);
            }
            if names(leaf, header) {
                access = earliest(access, index);
            }
        }
        let place = |index: u64| root.place(origin, index);
        let decisions = Chain::prove(header.label_hash(), origin, leaves).ok();
        let (label, access) = (label.map(place), access.map(place));
        Self { label, access, decisions, ..Self::default() }
    }

    /// An item in this home since it was accepted, with the evidence kept beside it. The evidence was verified before it
    /// was kept.
    #[must_use]
    pub fn kept(desk: &Desk, header: &ItemHeader, kept: &Kept) -> Self {
        let org = desk.known.organisation.org();
        // A log that took the place of another may have shown some of the leaves only; the one before had them all.
        let mut newest = None;
        for log in kept.logs().into_iter().rev() {
            let Ok(origin) = log.parse::<KeyName>() else { continue };
            let of_log = kept.leaves.iter().filter(|kept| kept.log() == log);
            let leaves: Vec<(u64, Leaf)> =
                of_log.filter_map(|kept| Some((kept.index, kept.leaf(org)?))).collect();
            let proved = Self::proved_in(
                desk.known.organisation.root(),
                &origin,
                header,
                leaves.iter().map(|(index, leaf)| (*index, leaf)),
            );
            let is_whole = proved.decisions.is_some();
            if newest.is_none() || is_whole {
                newest = Some(proved);
            }
            if is_whole {
                break;
            }
        }
        Self { arrival: Arrival::Before, ..newest.unwrap_or_default() }
    }

    /// An item in this home since it was accepted, for which no leaf is looked up.
    #[must_use]
    pub fn here() -> Self {
        Self { arrival: Arrival::Before, ..Self::default() }
    }

    /// With the newest shared access note known of the item; for an own note, the one it rests on.
    #[must_use]
    pub fn with_shared(self, note: &Signed<Access>) -> Self {
        Self { known: Some(note.clone()), ..self }
    }

    /// The chain of the item's leaves, where it was proved; to the release or, of an item that waits, as far as it goes.
    #[must_use]
    pub fn chain(&self) -> Option<&Chain> {
        self.decisions.as_ref()
    }

    /// Whether the leaves show every decision from proposal to release.
    #[must_use]
    pub fn proves_decisions(&self) -> bool {
        self.decisions.as_ref().is_some_and(|chain| chain.released().is_some())
    }

    /// The decisions of the chain, as the rules take them.
    #[must_use]
    pub fn entered(&self) -> Option<Vec<Entered<'_>>> {
        self.decisions.as_ref().map(Chain::entered)
    }

    /// The directories by which the decisions of the chain are judged.
    pub fn versions(&self) -> impl Iterator<Item = u32> + '_ {
        let decisions = self.decisions.iter().flat_map(|chain| chain.decisions());
        decisions.map(|one| one.note.value().directory.version)
    }

    /// As the rules take it, for a reader with these keys; `entered` is [`History::entered`].
    #[must_use]
    pub fn reader<'a>(&'a self, keys: &'a [KeyId], entered: Option<&'a [Entered<'a>]>) -> Reader<'a> {
        Reader {
            decisions: entered,
            use_no: self.decisions.as_ref().and_then(Chain::released).and_then(|released| released.use_no),
            keys,
            known: self.known.as_ref(),
            signed: Positions { label: self.label.as_ref(), access: self.access.as_ref() },
            arrival: self.arrival,
        }
    }
}

fn earliest(known: Option<u64>, index: u64) -> Option<u64> {
    Some(known.map_or(index, |known| known.min(index)))
}

/// Whether a leaf shows that the header's access note was there by then.
fn names(leaf: &Leaf, header: &ItemHeader) -> bool {
    let is_note = leaf.signed::<Access>().is_ok_and(|note| note.hash() == header.access().hash());
    is_note || leaf.event().is_some_and(|event| event.access == Some(header.access_hash()))
}
