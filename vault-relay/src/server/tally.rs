//! How many of something are under way for whom: connections of a station, fetches of an item, uploads of a person.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts places by key. Only keys with a place taken take memory.
#[derive(Debug)]
pub(crate) struct Tally<K: Eq + Hash>(Arc<Mutex<HashMap<K, usize>>>);

impl<K: Eq + Hash> Default for Tally<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Eq + Hash + Copy> Tally<K> {
    /// Takes a place for this key, unless it has `most` already; it is given back when dropped.
    pub(crate) fn enter(&self, key: K, most: usize) -> Option<Place<K>> {
        let mut taken = lock(&self.0);
        let count = taken.get(&key).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        taken.insert(key, count + 1);
        Some(Place { taken: Arc::clone(&self.0), key })
    }

    /// Places taken, over all keys.
    pub(crate) fn all(&self) -> usize {
        lock(&self.0).values().sum()
    }

    /// Whether any place of this key is taken.
    pub(crate) fn any(&self, key: K) -> bool {
        lock(&self.0).contains_key(&key)
    }
}

/// One place taken.
#[derive(Debug)]
pub(crate) struct Place<K: Eq + Hash> {
    taken: Arc<Mutex<HashMap<K, usize>>>,
    key: K,
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        if let Some(count) = taken.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.key);
            }
        }
    }
}

/// Nothing is left half-done under these locks, so a panic elsewhere does not spoil what they guard.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn places_are_counted_by_key_and_given_back() {
        let tally = Tally::default();
        let (first, second) = (tally.enter(1, 2), tally.enter(1, 2));
        assert!(first.is_some() && second.is_some() && tally.enter(1, 2).is_none());
        assert!(tally.enter(2, 2).is_some(), "another key has places of its own");
        drop(first);
        assert!(tally.any(1) && tally.enter(1, 2).is_some());
        drop(second);
        assert!(!tally.any(1) && !tally.any(2));
    }
}
