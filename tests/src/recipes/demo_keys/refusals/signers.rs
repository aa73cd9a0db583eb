//! What is worth an item whose signer's key was revoked: the register decides, and where it says nothing nobody does.

use super::super::founding::ORGANISATION;
use super::super::joining::send;
use super::super::play::Play;
use crate::recipes::Failure;

fn signing_key(play: &Play, home: &str) -> Result<String, Failure> {
    let shown = play.look(home, &["identity", "show"])?;
    Ok(shown["signing"]["id"].as_str().ok_or("a key has a number")?.to_owned())
}

/// 赵丽华's item came in first; then her key is stopped. What was signed before counts.
pub(super) fn after(play: &mut Play, _accepted: &str) -> Result<(), Failure> {
    for home in ["zhao", "liu", "lin"] {
        play.act(home, &["keys", "sync"])?;
    }
    let item = send(play, "zhao", "工作要点.txt", "林芳")?;
    play.act("lin", &["receive"])?;
    let words = ["--to", "林芳", "--mark", "内部", "--term", "1年", "--basis", "清单3", "-o", "by-hand.age"];
    play.act("zhao", &[&["seal", "工作要点.txt"][..], &words].concat())?;
    let key = signing_key(play, "zhao")?;
    let stop = ["keys", "stop", "赵丽华", "--key", &key, "--reason", "stolen", "--relay", "-o", ORGANISATION];
    play.act("zhou", &stop)?;
    play.act("lin", &["keys", "sync"])?;
    play.act("lin", &["read", &item, "--stdout"])?;
    Ok(())
}

/// Two officers say since when 刘洋's key was in other hands: before his item.
pub(super) fn before(play: &mut Play, code: &str) -> Result<(), Failure> {
    let item = send(play, "liu", "报销说明.txt", "林芳")?;
    play.act("lin", &["receive"])?;
    let key = signing_key(play, "liu")?;
    let stop =
        ["keys", "stop", "刘洋", "--key", &key, "--reason", "stolen", "--since", "0", "-o", "since.json"];
    play.act("zhou", &stop)?;
    play.act("wu", &["keys", "sync", "--from", ORGANISATION])?;
    play.act("wu", &["keys", "sign", "since.json"])?;
    play.act("zhou", &["keys", "publish", "since.json", "--relay", "-o", ORGANISATION])?;
    play.act("lin", &["keys", "sync"])?;
    play.refuse("lin", &["read", &item, "--stdout"], code)
}

/// The file that 赵丽华 sealed by hand is in no register: nothing proves that it is older than the theft.
pub(super) fn unproven(play: &mut Play, code: &str) -> Result<(), Failure> {
    play.refuse("lin", &["open", "by-hand.age", "-o", "by-hand.txt"], code)
}
