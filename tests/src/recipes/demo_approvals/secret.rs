//! From the handler to the reviewer to the absent approver's deputy, and out.

use super::{propose, says};
use crate::recipes::Failure;
use crate::recipes::play::Play;

const TEXT: &str = "关于预算调整的请示\n一、调减办公经费。\n";

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("A 机密 paper is proposed: sealed once, held at the relay, closed to its reader");
    let item = propose(play, "预算请示.txt", TEXT, &["--urgency", "urgent"])?;
    play.act("li", &[])?;
    play.act("wang", &["chase", &item])?;

    play.scene("The reviewer sees it, reads it and agrees");
    play.act("chen", &[])?;
    let read = play.act("chen", &["read", &item, "--stdout"])?;
    says(&read, TEXT)?;
    play.act("chen", &["approve", &item, "--opinion", "同意。第二段数字已核。"])?;

    play.scene("The approver is away: his deputy decides for him, and her yes releases it");
    play.act("zhao", &["pending"])?;
    play.act("zhao", &["read", &item, "--stdout"])?;
    play.act("zhao", &["approve", &item, "--opinion", "同意印发。"])?;

    play.scene("Its reader fetches it, and the handler is told");
    play.act("li", &["receive", &item])?;
    let received = play.look("li", &["inbox"])?;
    let stored = received["stored"].as_array().and_then(|stored| stored.last()).cloned();
    let number = stored.and_then(|stored| stored["number"].as_u64()).ok_or("nothing was received")?;
    says(&play.act("li", &["read", &number.to_string(), "--stdout"])?, TEXT)?;
    play.act("wang", &[])?;
    says(&play.act("wang", &["status", &item, "--opinions"])?, "同意印发。")
}
