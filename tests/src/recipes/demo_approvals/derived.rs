//! A summary takes over level, term and scope of what it is made from, and needs the issuer's leave.

use super::{newest_request, send_internal};
use crate::recipes::Failure;
use crate::recipes::play::Play;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("A derived summary inherits");
    let item = send_internal(play, "值班安排.txt", "2年")?;
    play.act("li", &["receive", &item])?;
    drop(play.office().file("摘要.txt", "值班安排摘要\n".as_bytes()));
    let seal = ["seal", "摘要.txt", "--derived-from", &item, "--reason-code", "summary", "--to", "张伟"];
    play.refuse("li", &seal, "derived-leave")?;
    play.act("li", &["request", "derive", &item, "--reason", "编写摘要"])?;
    let request = newest_request(play, "li")?;
    play.act("wu", &["approve", &request])?;
    play.act("li", &["request", "list"])?;
    play.refuse("li", &[&seal[..], &["--term", "3年"]].concat(), "derived-term")?;
    play.refuse("li", &[&seal[..], &["--scope", "陈静"]].concat(), "derived-scope")?;
    play.act("li", &seal)?;
    play.act("zhang", &["form", "摘要.txt.age"]).map(drop)
}
