//! A client that drops a decision, and what would come of a relay that let it.

use super::propose;
use crate::recipes::Failure;
use crate::recipes::play::Play;
use crate::shortcut::Shortcut;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("The approver's program was changed: it leaves out the review, or does not wait for it");
    let item = propose(play, "调研报告.txt", "调研报告\n", &[])?;
    play.refuse("wu", &["approve", &item, "--step", "批准"], "decision-order")?;
    play.act("chen", &["approve", &item, "--opinion", "同意，附表请核。"])?;
    let shortcut = Shortcut::new(play.office(), "wu");
    let answer = shortcut.release_without_review(&item)?;
    play.aside(&format!("the relay refuses the header of such a program: {answer}"));
    if answer != "decision-left-out" {
        return Err(format!("the relay said {answer}").into());
    }

    play.scene("A relay that ignored it would be refused by its readers");
    shortcut.released_without_review(&item, play.path("unreviewed.age").as_ref())?;
    play.refuse("li", &["open", "unreviewed.age"], "decision-missing")?;
    play.act("wu", &["approve", &item])?;
    Ok(())
}
