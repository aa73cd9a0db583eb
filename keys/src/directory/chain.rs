//! Putting stop lists from two places together: those in hand and those that arrive (docs/directory.md, "Stop list").

use super::head::StopRef;
use super::stop::{Stop, StopSuccessionError};

/// The stop lists to hold over a directory that folds up to `folded`, ascending without gaps.
///
/// `older` are those in hand, `newer` those that arrive; either may know more. Nothing in hand is lost to a file that
/// does not know of it. Where `newer` begins further on than `older` ends, what lies between was folded by whoever
/// made the directory, and the older ones are let go. That the lists follow each other is judged by
/// [`InForce::new`](super::InForce::new).
///
/// # Errors
/// [`StopSuccessionError::Fork`] when both sides have a list under one number and the texts differ.
pub fn join_stops(
    older: &[Stop],
    newer: &[Stop],
    folded: Option<StopRef>,
) -> Result<Vec<Stop>, StopSuccessionError> {
    for stop in newer {
        let number = stop.number();
        if older.iter().any(|known| known.number() == number && known.hash() != stop.hash()) {
            return Err(StopSuccessionError::Fork { number });
        }
    }
    let number = |stop: Option<&Stop>| stop.map_or(0, Stop::number);
    let mut joined: Vec<Stop> = match newer.first() {
        None => older.to_vec(),
        Some(first) if number(older.last()).saturating_add(1) < first.number() => newer.to_vec(),
        Some(first) => {
            let before = older.iter().filter(|stop| stop.number() < first.number());
            let after = older.iter().filter(|stop| stop.number() > number(newer.last()));
            before.chain(newer).chain(after).cloned().collect()
        }
    };
    // Lists that end before the folded one say nothing any more, and nothing leads from them to those that follow.
    if number(joined.last()) < folded.map_or(0, |folded| folded.number) {
        joined.clear();
    }
    Ok(joined)
}
