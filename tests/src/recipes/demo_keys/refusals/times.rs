//! What has expired or is not fresh seals nothing, and reads on.

use super::super::play::Play;
use crate::recipes::Failure;

const SEAL: [&str; 10] =
    ["seal", "会议通知.txt", "--to", "李娜", "--mark", "内部", "--term", "1年", "--basis", "清单3"];

/// Sealing is refused at this time, and what was received is read.
fn sealing(play: &mut Play, time: &str, code: &str) -> Result<(), Failure> {
    play.refuse_at(time, "lin", &[&SEAL[..], &["-o", "never.age"]].concat(), code)?;
    if play.path_exists("never.age") {
        return Err("something was sealed".into());
    }
    play.act_at(time, "zhang", &["read", "1", "--stdout"])?;
    Ok(())
}

pub(super) fn root(play: &mut Play, code: &str) -> Result<(), Failure> {
    sealing(play, "2099-01-01T00:00:00Z", code)
}

pub(super) fn directory(play: &mut Play, code: &str) -> Result<(), Failure> {
    sealing(play, &vault::clock::now().plus_days(61).to_string(), code)
}

pub(super) fn fresh(play: &mut Play, code: &str) -> Result<(), Failure> {
    sealing(play, &vault::clock::now().plus_days(15).to_string(), code)
}

pub(super) fn clock(play: &mut Play, code: &str) -> Result<(), Failure> {
    sealing(play, "2020-01-01T00:00:00Z", code)
}
