//! Statements that could not be handed to the relay when they were signed go with the next connection.

use vault_core::admission::Code;

use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::evidence::LeafAndProof;
use crate::inbox::Inbox;
use crate::outbox::short;
use crate::relay::Line;
use crate::ui::Ui;
use crate::{msg, statement};

/// Hands in what is pending. What cannot be handed in yet stays; nobody is kept waiting for it. What the relay
/// refuses for good is said once and kept among the refused.
pub fn pending(ui: &Ui, line: &Line, desk: &Desk, inbox: &Inbox) {
    for item in inbox.items().unwrap_or_default() {
        let Ok(mut kept) = inbox.evidence(item) else { continue };
        if kept.pending.is_empty() {
            continue;
        }
        let left: Vec<String> = std::mem::take(&mut kept.pending);
        for note in left {
            match hand_in(line, desk, &note) {
                Some(Ok(leaf)) => kept.add([leaf]),
                Some(Err(failure)) if is_for_good(&failure) => {
                    let code = failure.code.clone().unwrap_or_default();
                    ui.warn(&msg!("entry-refused", item = short(item), code = code));
                    kept.refused.push(note);
                }
                Some(Err(_)) => kept.pending.push(note),
                // Unreadable: it can never be handed in.
                None => {}
            }
        }
        // A failure leaves the old list, and the relay answers the same statement with the same leaf.
        drop(inbox.keep(item, &kept));
    }
}

/// Hands in what is pending if the relay can be reached; otherwise it goes with the next connection, and the person is
/// told so.
///
/// # Errors
/// Anything but a network that is not there.
pub fn now_or_later(context: &Context, desk: &Desk, inbox: &Inbox) -> Outcome {
    let handed_in = Line::dial(&desk.home, &desk.known).and_then(|line| {
        pending(&context.ui, &line, desk, inbox);
        line.close()
    });
    match handed_in {
        Ok(()) => Ok(()),
        Err(failure) if failure.kind == Kind::Network => {
            context.ui.note(&msg!("entry-later"));
            Ok(())
        }
        Err(failure) if failure.code.as_deref() == Some(Code::Standalone.as_str()) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Codes that say nothing against the statement: the station may be known again, a clock set right, a relay renewed.
const NOT_FOR_GOOD: [&str; 4] = ["station-unknown", "statement-time", "unknown-verb", "unsupported-version"];

/// Whether the same statement can never be entered. A relay that is busy is of the kind `Network`.
fn is_for_good(failure: &Failure) -> bool {
    let passing = failure.code.as_deref().is_none_or(|code| NOT_FOR_GOOD.contains(&code));
    failure.kind == Kind::Refused && !passing
}

fn hand_in(line: &Line, desk: &Desk, note: &str) -> Option<Outcome<LeafAndProof>> {
    let event = statement::read(note, desk.known.organisation.org())?;
    Some(line.wait(line.client().statement(&event)).map(|evidence| LeafAndProof::from(&evidence)))
}

#[cfg(test)]
mod tests {
    use vault_relay::client::ClientError;

    use super::is_for_good;
    use crate::relay::failure;

    #[test]
    fn what_may_be_entered_later_is_not_given_up() {
        let refused = |code: &str, retry| {
            is_for_good(&failure(&ClientError::Refused { code: code.into(), reason: String::new(), retry }))
        };
        assert!(refused("statements-full", None) && refused("statement-signer", None));
        assert!(!refused("relay-busy", Some(5)) && !refused("statement-time", None));
        assert!(!is_for_good(&failure(&ClientError::StationRefused)));
        assert!(!is_for_good(&failure(&ClientError::Cancelled)));
    }
}
