//! Memory for requests that are not dealt with: bounded for each person and in all (docs/relay-protocol.md, "Limits").
//!
//! A frame may be 1.5 MiB long, and a station may have 16 connections with 32 requests each. Whoever sends all of them but
//! the last byte would keep 0.8 GiB here without doing anything that is refused.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use vault_keys::numbers::PersonNo;

use super::tally::lock;
use crate::proto::wire;

/// Bytes of requests on their way, by person.
#[derive(Debug, Default)]
pub(crate) struct Rooms(Arc<Mutex<HashMap<PersonNo, usize>>>);

/// What one person may have on his way, and all together, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    pub(crate) person: usize,
    pub(crate) all: usize,
}

impl Rooms {
    /// Room for one request of this person; nothing is taken yet.
    pub(crate) fn of(&self, person: PersonNo, most: Most) -> Room {
        Room { taken: Arc::clone(&self.0), person, most, own: 0 }
    }
}

/// What one request takes.
#[derive(Debug)]
pub(crate) struct Room {
    taken: Arc<Mutex<HashMap<PersonNo, usize>>>,
    person: PersonNo,
    most: Most,
    own: usize,
}

impl wire::Room for Room {
    fn take(&mut self, bytes: usize) -> bool {
        let mut taken = lock(&self.taken);
        let all: usize = taken.values().sum();
        let person = taken.get(&self.person).copied().unwrap_or_default();
        if person.saturating_add(bytes) > self.most.person || all.saturating_add(bytes) > self.most.all {
            return false;
        }
        taken.insert(self.person, person + bytes);
        self.own += bytes;
        true
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        if let Some(person) = taken.get_mut(&self.person) {
            *person = person.saturating_sub(self.own);
            // Only whoever has something on his way takes memory.
            if *person == 0 {
                taken.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use vault_keys::numbers::PersonNo;

    use super::{Most, Rooms};
    use crate::proto::wire::Room as _;

    #[test]
    fn room_is_counted_for_each_person_and_in_all_and_given_back() {
        let (rooms, most) = (Rooms::default(), Most { person: 10, all: 15 });
        let person = |number| PersonNo::new(number).expect("a number");
        let (mut one, mut two) = (rooms.of(person(1), most), rooms.of(person(1), most));
        assert!(one.take(6) && two.take(4) && !two.take(1), "two requests of one person share his room");
        let mut other = rooms.of(person(2), most);
        assert!(other.take(5) && !other.take(1), "no more than all may have");
        drop(one);
        assert!(other.take(5) && !other.take(1), "what ended makes room; nobody has more than his share");
        drop((two, other));
        assert!(rooms.0.lock().expect("nobody panicked").is_empty());
    }
}
