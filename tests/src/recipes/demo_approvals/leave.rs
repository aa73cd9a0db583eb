//! A colleague outside the scope is let in by leave, and by nothing else.

use super::says;
use crate::recipes::Failure;
use crate::recipes::play::Play;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("A colleague outside the scope is added by leave");
    drop(play.office().file("内部通知.txt", "关于值班的通知\n".as_bytes()));
    let seal =
        ["seal", "内部通知.txt", "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3"];
    play.act("wang", &seal)?;
    let item = "内部通知.txt.age";
    play.refuse("zhang", &["open", item], "reader-not-listed")?;
    play.act("li", &["widen", item, "--to", "张伟", "--reason", "参加工作组", "-o", "扩大.note"])?;
    let widen = |leave: &'static str| ["widen", item, "--with", leave, "-o", "内部通知-2.age"];
    play.refuse("wang", &widen("扩大.note"), "leave-undecided")?;
    play.refuse("li", &["approve", "扩大.note"], "decider-own-matter")?;
    play.act("wu", &["approve", "扩大.note", "--opinion", "同意"])?;
    play.act("wang", &widen("扩大-2.note"))?;
    play.act("zhang", &["open", "内部通知-2.age", "-o", "张伟读出.txt"])?;
    play.act("li", &["form", "扩大-2.note", "--html", "审批单.html"])?;
    says(&play.text("张伟读出.txt")?, "关于值班的通知")
}
