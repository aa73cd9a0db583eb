//! What a key could open: asked after a loss, answered from headers alone.

use std::collections::BTreeMap;

use vault_keys::key_id::KeyId;
use vault_keys::numbers::{Holder, PersonNo};

use crate::item::{AccessHash, ItemHeader, ItemId, LabelHash, Line, Row};

/// Whose reach is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// One opening key.
    Key(KeyId),
    /// Every key that stands in a row as this person's.
    Person(PersonNo),
}

/// One item that could be opened, with one key, by one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The item.
    pub item: ItemId,
    /// Its label.
    pub label: LabelHash,
    /// The row: which key, whose, by what right.
    pub row: Row,
    /// The first note at hand that has the row: its number, none for a holder's own; and its hash.
    pub since: (Option<u32>, AccessHash),
    /// Whether the newest shared note at hand has the row still.
    pub stands: bool,
}

/// Every item whose headers at hand have a row of `whose`, by item and key. Several headers of one item may come, in
/// any order: an earlier one counts although a later one left the row out, since whoever kept it opens that copy.
pub fn reach<'a>(headers: impl IntoIterator<Item = &'a ItemHeader>, whose: Whose) -> Vec<Reach> {
    let mut found: BTreeMap<(ItemId, LabelHash, KeyId), Reach> = BTreeMap::new();
    let mut newest: BTreeMap<LabelHash, (u32, AccessHash)> = BTreeMap::new();
    let mut standing: Vec<(LabelHash, AccessHash, KeyId)> = Vec::new();
    for header in headers {
        let access = header.access().value();
        let (item, label, hash) = (access.item, header.label_hash(), header.access_hash());
        if let (Line::Shared, Some(seq)) = (access.line, access.seq) {
            let entry = newest.entry(label).or_insert((seq, hash));
            if seq > entry.0 {
                *entry = (seq, hash);
            }
        }
        for row in access.rows.iter().filter(|row| whose.is(row)) {
            standing.push((label, hash, row.key));
            let reach = Reach { item, label, row: row.clone(), since: (access.seq, hash), stands: false };
            let entry = found.entry((item, label, row.key)).or_insert_with(|| reach.clone());
            // An own note comes after the shared one it rests on.
            let order = |seq: Option<u32>| seq.unwrap_or(u32::MAX);
            if order(access.seq) < order(entry.since.0) {
                *entry = reach;
            }
        }
    }
    let mut reaches: Vec<Reach> = found.into_values().collect();
    for reach in &mut reaches {
        let in_newest =
            |(_, hash): &(u32, AccessHash)| standing.contains(&(reach.label, *hash, reach.row.key));
        reach.stands = newest.get(&reach.label).is_some_and(in_newest);
    }
    reaches
}

impl Whose {
    fn is(self, row: &Row) -> bool {
        match self {
            Self::Key(key) => row.key == key,
            Self::Person(person) => row.holder == Holder::Person(person),
        }
    }
}
