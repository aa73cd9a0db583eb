//! The same without a network: item and decisions are carried as files.

use super::says;
use crate::recipes::Failure;
use crate::recipes::play::Play;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("Machines without a network carry item and decisions as files");
    drop(play.office().file("密件.txt", "密件正文\n".as_bytes()));
    let words = ["seal", "密件.txt", "--to", "李娜", "--mark", "机密★10年", "--basis", "国3.1"];
    play.act("wang", &words)?;
    let item = "密件.txt.age";
    play.refuse("li", &["open", item], "reader-not-listed")?;
    play.act("chen", &["approve", item, "--opinion", "已核"])?;
    play.act("zhao", &["read", item, "--stdout"])?;
    play.act("zhao", &["approve", item, "--with", "密件.txt.review.note"])?;
    play.act("li", &["check", "密件.txt.released.age"])?;
    play.act("li", &["open", "密件.txt.released.age", "-o", "读出.txt"])?;
    says(&play.text("读出.txt")?, "密件正文")
}
