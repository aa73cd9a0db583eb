//! A refusal comes back with its reason; a change makes another item, on which nobody has decided; what was proposed can be
//! taken back.

use super::{propose, says};
use crate::recipes::Failure;
use crate::recipes::play::Play;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("A refusal comes back with its reason, and a change voids what was decided");
    let item = propose(play, "采购方案.txt", "采购方案\n", &[])?;
    play.act("chen", &["approve", &item])?;
    play.act("wu", &["refuse", &item, "--reason", "金额与附表不符"])?;
    play.act("wang", &[])?;
    says(&play.act("wang", &["status", &item, "--opinions"])?, "金额与附表不符")?;
    let changed = propose(play, "采购方案.txt", "采购方案（改）\n", &[])?;
    play.aside("the reviewer's yes was to other bytes: the changed paper waits for a review again");
    play.act("wang", &["chase", &changed])?;

    play.scene("What was proposed is taken back before it is released");
    play.act("chen", &["approve", &changed])?;
    play.act("chen", &["withdraw", &changed])?;
    play.refuse("chen", &["withdraw", &changed], "decision-nothing-to-withdraw")?;
    play.act("wang", &["withdraw", &changed])?;
    play.refuse("wang", &["withdraw", &changed], "item-state")
}
