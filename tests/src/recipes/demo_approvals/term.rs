//! At the end of its term an item awaits a review; published is what the review lets through.

use super::{newest_request, send_internal};
use crate::recipes::Failure;
use crate::recipes::play::Play;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("A term ends, and a release review");
    let item = send_internal(play, "会议安排.txt", "6个月")?;
    play.act("li", &["receive", &item])?;
    play.aside("seven months later");
    let later = vault::clock::now().plus_days(215).to_string();
    play.act_at(&later, "li", &["read", &item, "--stdout"])?;
    play.aside("at present: nothing is published without the head of section and the classification officer");
    play.refuse("li", &["export", &item, "--release", "-o", "公开稿.txt"], "release-missing")?;
    play.act("li", &["release", &item, "--reason", "拟公开；删去联系方式"])?;
    let request = newest_request(play, "li")?;
    play.act("chen", &["approve", &request, "--opinion", "已核，可公开"])?;
    play.act("zhao", &["approve", &request, "--opinion", "准予公开"])?;
    play.act("li", &["request", "list"])?;
    play.act("li", &["export", &item, "--release", "-o", "公开稿.txt"]).map(drop)
}
