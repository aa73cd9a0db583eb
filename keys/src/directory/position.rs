//! Places in the register: what came before what (docs/directory.md, "Positions").
//!
//! Only the register orders acts. A time that someone claims never does.

use serde::{Deserialize, Serialize};

use crate::note::KeyName;

/// A register and how many leaves it had: everything at a leaf of this index or higher came after.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The register, as its checkpoints name it.
    pub origin: KeyName,
    /// The number of leaves.
    pub size: u64,
}

/// Where one leaf stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The register.
    pub origin: KeyName,
    /// The leaf's index, counted from 0.
    pub index: u64,
}

impl Position {
    /// Whether `place` came after; `None` if it stands in another register, which orders nothing.
    pub fn is_before(&self, place: &Place) -> Option<bool> {
        (self.origin == place.origin).then_some(place.index >= self.size)
    }
}

impl Place {
    /// The position from which this leaf and all later ones count as after.
    pub fn position(&self) -> Position {
        Position { origin: self.origin.clone(), size: self.index }
    }
}
