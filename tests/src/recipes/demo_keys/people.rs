//! A transfer, a deputy and a leaver go into one draft, which is signed once.

use super::founding::sign_and_publish;
use super::play::Play;
use crate::recipes::Failure;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("June: one is transferred, one has a deputy, one leaves; signed once for all");
    play.act("zhou", &["keys", "change", "刘洋", "--unit", "办公室", "--post", "秘书", "--role", "承办人"])?;
    let days = ["--from", "2099-07-01", "--to", "2099-07-31"];
    let deputy = ["keys", "deputy", "王建国", "--for", "批准人", "--by", "赵丽华"];
    play.act("zhou", &[&deputy[..], &days].concat())?;
    drop(play.office().file("离岗承诺书.pdf", "离岗保密承诺书\n".as_bytes()));
    let leave = ["keys", "leave", "韩梅", "--held", "0", "--pending", "0"];
    let letter = ["--letter", "leaver:2099-12-31:离岗承诺书.pdf", "--cooling-off", "2099-12-31"];
    play.act("zhou", &[&leave[..], &letter].concat())?;
    play.act("zhou", &["keys", "draft"])?;
    sign_and_publish(play, "directory-7.json")?;
    Ok(())
}
