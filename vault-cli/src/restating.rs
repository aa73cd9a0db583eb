//! After the register lost leaves and was begun anew (docs/register.md, "A log that lost leaves"): what was signed here and is not
//! in it any more is handed in again, with the proof that it had; and who sent what is lost is told.

use vault_core::item::{ItemId, Label};
use vault_core::register::event::Event;
use vault_core::register::leaf::Leaf;
use vault_keys::directory::EndedLog;

use crate::approval::traces::Traces;
use crate::desk::Desk;
use crate::error::{Kind, Outcome};
use crate::evidence::{Kept, LeafAndProof};
use crate::home::Home;
use crate::inbox::Inbox;
use crate::msg;
use crate::outbox::{Outbox, short};
use crate::relay::Line;
use crate::ui::Ui;

/// Names the log that everything was handed in again to.
const DONE: &str = "restated.txt";

/// Hands in again what the register lost, once. What cannot be handed in yet goes with the next connection.
///
/// # Errors
/// The disk refuses.
pub fn once(ui: &Ui, line: &Line, desk: &Desk) -> Outcome {
    let root = desk.known.organisation.root();
    let Some(ended) = root.ended_log() else { return Ok(()) };
    let log = root.log_origin().as_str();
    if is_done(&desk.home, log) {
        return Ok(());
    }
    let (inbox, outbox, traces) =
        (Inbox::open(&desk.home)?, Outbox::open(&desk.home)?, Traces::open(&desk.home)?);
    let mut lost = Lost { line, desk, ended, entered: 0, whole: true };
    for item in inbox.items()? {
        let mut kept = inbox.evidence(item)?;
        kept.add(lost.hand_in(&kept));
        inbox.keep(item, &kept)?;
    }
    let sent = outbox.sent()?;
    let mut gone = Vec::new();
    for item in sent {
        let mut kept = outbox.evidence(item)?;
        if lost.is_whole(&kept) {
            gone.push(item);
            continue;
        }
        kept.add(lost.hand_in(&kept));
        outbox.keep(item, &kept)?;
    }
    for item in traces.items()? {
        let again = lost.hand_in(&traces.of(item)?);
        traces.keep(item, again)?;
    }
    let Lost { entered, whole, .. } = lost;
    if whole {
        desk.home.write(DONE, log.as_bytes())?;
        tell(ui, entered, &gone);
    }
    Ok(())
}

fn is_done(home: &Home, log: &str) -> bool {
    home.has(DONE) && home.read(DONE).is_ok_and(|done| done == log.as_bytes())
}

fn tell(ui: &Ui, entered: usize, gone: &[ItemId]) {
    ui.note(&msg!("restated", count = entered));
    for item in gone {
        ui.warn(&msg!("item-lost", item = short(*item)));
    }
}

/// What the register lost, seen from this home.
struct Lost<'a> {
    line: &'a Line,
    desk: &'a Desk,
    ended: &'a EndedLog,
    /// Statements that were entered again.
    entered: usize,
    /// Whether the relay has answered each of them.
    whole: bool,
}

impl Lost<'_> {
    /// Leaves that the register had and has no more.
    fn leaves<'k>(&self, kept: &'k Kept) -> impl Iterator<Item = (&'k LeafAndProof, Leaf)> + use<'k, '_> {
        let (org, ended) = (self.desk.known.organisation.org(), self.ended);
        let is_lost = |one: &&LeafAndProof| one.index >= ended.size && one.log() == ended.origin.as_str();
        kept.leaves.iter().filter(is_lost).filter_map(move |one| Some((one, one.leaf(org)?)))
    }

    /// Whether the item as a whole was accepted after what is left.
    fn is_whole(&self, kept: &Kept) -> bool {
        self.leaves(kept).any(|(_, leaf)| leaf.signed::<Label>().is_ok())
    }

    /// The leaves that own statements of this item have now, in the place of those that were lost.
    fn hand_in(&mut self, kept: &Kept) -> Vec<LeafAndProof> {
        let (org, client) = (self.desk.known.organisation.org(), self.line.client());
        let again: Vec<_> = kept.leaves.iter().filter_map(|one| one.leaf(org)?.head().restates).collect();
        let (mut new, mut whole) = (Vec::new(), true);
        for (one, leaf) in self.leaves(kept) {
            let Ok(event) = leaf.signed::<Event>() else { continue };
            if event.value().person != Some(self.desk.me) || again.contains(&leaf.hash()) {
                continue;
            }
            match self.line.wait(client.restate(one.proof.as_bytes(), &event)) {
                Ok(evidence) => new.push(LeafAndProof::from(&evidence)),
                Err(failure) if failure.kind == Kind::Network => whole = false,
                // The relay knows the item no more, or has meanwhile gone on: the proof of the ended log stays good.
                Err(_) => {}
            }
        }
        self.entered += new.len();
        self.whole &= whole;
        new
    }
}
