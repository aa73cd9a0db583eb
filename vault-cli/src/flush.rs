//! Statements that could not be handed to the relay when they were signed go with the next connection.

use crate::desk::Desk;
use crate::error::Outcome;
use crate::evidence::LeafAndProof;
use crate::inbox::Inbox;
use crate::relay::Line;
use crate::statement;

/// Hands in what is pending. What still cannot be handed in stays; nobody is kept waiting for it.
pub fn pending(line: &Line, desk: &Desk, inbox: &Inbox) {
    for item in inbox.items().unwrap_or_default() {
        let Ok(mut kept) = inbox.evidence(item) else { continue };
        if kept.pending.is_empty() {
            continue;
        }
        let left: Vec<String> = std::mem::take(&mut kept.pending);
        for note in left {
            match hand_in(line, desk, &note) {
                Some(Ok(leaf)) => kept.add([leaf]),
                Some(Err(_)) => kept.pending.push(note),
                // Unreadable: it can never be handed in.
                None => {}
            }
        }
        // A failure leaves the old list, and the relay answers the same statement with the same leaf.
        drop(inbox.keep(item, &kept));
    }
}

fn hand_in(line: &Line, desk: &Desk, note: &str) -> Option<Outcome<LeafAndProof>> {
    let event = statement::read(note, desk.known.organisation.org())?;
    Some(line.wait(line.client().statement(&event)).map(|evidence| LeafAndProof::from(&evidence)))
}
