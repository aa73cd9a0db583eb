//! A colleague outside the scope gets nothing, before and after the release.

use super::propose;
use crate::office::only;
use crate::recipes::Failure;
use crate::recipes::play::Play;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("A colleague outside the scope is refused");
    let item = propose(play, "人事建议.txt", "关于岗位调整的建议\n", &[])?;
    play.act("chen", &["approve", &item])?;
    play.act("wu", &["approve", &item])?;
    play.act("zhang", &[])?;
    play.act("li", &["receive", &item])?;
    play.aside("李娜 hands him the sealed file; he has no wrap in it");
    let received = only(play.path("li/inbox").as_ref(), &format!("{item}.age"));
    std::fs::copy(received, play.path("passed-on.age"))?;
    play.refuse("zhang", &["open", "passed-on.age"], "reader-not-listed")
}
