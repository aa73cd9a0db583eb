//! Lists that stand for sets: ascending, nothing twice.
//!
//! Signed texts write a set in one way only, so that equal sets have equal bytes; scopes, asked persons and
//! flags are such lists (docs/item.md, "Label").

use core::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, de};

/// A list in strictly ascending order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Ascending<T>(Vec<T>);

/// The list is not strictly ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the list is not in ascending order without repetition (entry {index})")]
pub struct NotAscending {
    /// The first entry that is not greater than the one before it, counted from 0.
    pub index: usize,
}

impl<T: Ord> Ascending<T> {
    /// The empty set.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// Takes entries in any order, sorts them and drops repetitions.
    #[must_use]
    pub fn of(entries: impl IntoIterator<Item = T>) -> Self {
        let mut entries: Vec<T> = entries.into_iter().collect();
        entries.sort();
        entries.dedup();
        Self(entries)
    }

    /// Takes a list that must already be in order.
    ///
    /// # Errors
    /// [`NotAscending`] names the first entry out of order.
    pub fn parse(entries: Vec<T>) -> Result<Self, NotAscending> {
        let out_of_order = entries.iter().zip(entries.iter().skip(1)).position(|(a, b)| a >= b);
        match out_of_order {
            Some(index) => Err(NotAscending { index: index.saturating_add(1) }),
            None => Ok(Self(entries)),
        }
    }

    /// Whether the entry is in the set.
    #[must_use]
    pub fn has(&self, entry: &T) -> bool {
        self.0.binary_search(entry).is_ok()
    }
}

impl<T> Deref for Ascending<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Ord> Default for Ascending<T> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<T: Ord> FromIterator<T> for Ascending<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        Self::of(entries)
    }
}

impl<'a, T> IntoIterator for &'a Ascending<T> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for Ascending<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(Vec::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repetition_are_checked() {
        assert!(Ascending::parse(vec![1, 2, 5]).is_ok());
        assert!(Ascending::<u8>::parse(vec![]).is_ok());
        assert_eq!(Ascending::parse(vec![1, 3, 2]), Err(NotAscending { index: 2 }));
        assert_eq!(Ascending::parse(vec![1, 1]), Err(NotAscending { index: 1 }));
        assert_eq!(&*Ascending::of([3, 1, 3]), &[1, 3]);
        assert!(serde_json::from_str::<Ascending<u8>>("[2,1]").is_err());
    }
}
