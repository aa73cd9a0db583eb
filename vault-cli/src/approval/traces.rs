//! What a decider's home keeps of an item: that it was opened here, and the evidence of his own acts. Neither header nor
//! content stays; both go with the command that showed them.

use std::path::PathBuf;

use vault_core::decision::{AboutKind, DecisionNote};
use vault_core::item::{ItemId, LabelHash};
use vault_keys::time::Time;

use crate::desk::Desk;
use crate::error::Outcome;
use crate::evidence::{Kept, LeafAndProof};
use crate::home::Home;
use crate::outbox::items_in;

const FOLDER: &str = "decisions";

/// The folder.
#[derive(Debug)]
pub struct Traces {
    folder: PathBuf,
}

impl Traces {
    /// Opens it, making it when first needed.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(home: &Home) -> Outcome<Self> {
        Ok(Self { folder: home.folder(FOLDER)? })
    }

    /// What is kept of an item; nothing yet is nothing.
    ///
    /// # Errors
    /// It is damaged.
    pub fn of(&self, item: ItemId) -> Outcome<Kept> {
        let path = self.path(item);
        if path.exists() { Kept::read(&path) } else { Ok(Kept::new()) }
    }

    /// When this home first opened the item.
    ///
    /// # Errors
    /// What is kept is damaged.
    pub fn opened(&self, item: ItemId) -> Outcome<Option<Time>> {
        Ok(self.of(item)?.opened)
    }

    /// Remembers that the item was opened here.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remember_opened(&self, item: ItemId, now: Time) -> Outcome {
        let mut kept = self.of(item)?;
        if kept.opened.is_none() {
            kept.opened = Some(now);
            kept.write(&self.path(item))?;
        }
        Ok(())
    }

    /// Keeps the evidence of own acts.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep(&self, item: ItemId, leaves: impl IntoIterator<Item = LeafAndProof>) -> Outcome {
        let mut kept = self.of(item)?;
        kept.add(leaves);
        kept.write(&self.path(item))
    }

    /// The items of which something is kept, oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn items(&self) -> Outcome<Vec<ItemId>> {
        items_in(&self.folder, ".json")
    }

    /// The label on which this person decided, by his own decision; none where he only looked.
    ///
    /// # Errors
    /// What is kept is damaged.
    pub fn label(&self, item: ItemId, desk: &Desk) -> Outcome<Option<LabelHash>> {
        let org = desk.known.organisation.org();
        let leaves = self.of(item)?.leaves;
        Ok(leaves.iter().rev().find_map(|kept| {
            let note = kept.leaf(org)?.signed::<DecisionNote>().ok()?;
            let about = note.value().about;
            (about.kind == AboutKind::Label).then(|| LabelHash::from_bytes(*about.hash.as_bytes()))
        }))
    }

    fn path(&self, item: ItemId) -> PathBuf {
        self.folder.join(format!("{item}.json"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::Traces;
    use crate::evidence::LeafAndProof;
    use crate::home::Home;

    #[test]
    fn the_first_opening_stays_and_evidence_is_added() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open_or_create(&dir.path().join("home")).unwrap();
        let traces = Traces::open(&home).unwrap();
        let item = "0197a1b2-c3d4-7000-8000-00000000aaaa".parse().unwrap();
        assert_eq!(traces.opened(item).unwrap(), None);
        let (first, second) =
            ("2026-11-22T08:00:00Z".parse().unwrap(), "2026-11-22T09:00:00Z".parse().unwrap());
        traces.remember_opened(item, first).unwrap();
        traces.keep(item, [LeafAndProof { index: 3, proof: "proof".to_owned() }]).unwrap();
        traces.remember_opened(item, second).unwrap();
        assert_eq!(traces.opened(item).unwrap(), Some(first));
        assert_eq!(traces.of(item).unwrap().leaves.len(), 1);
    }
}
