//! An officer is replaced: root and directory in one file, by the thresholds of the roots before and after.

use super::founding::ORGANISATION;
use super::play::Play;
use crate::recipes::Failure;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("November: a key officer hands over to another");
    let fingerprint = play.office().fingerprint_of("zhou");
    play.act("chen", &["keys", "officer", "--name", "陈静", "-o", "chen.card"])?;
    let replace = ["keys", "officers", "--add", "chen.card", "--remove", "郑洁", "-o", "root-2.json"];
    play.act("zhou", &replace)?;
    play.act("wu", &["keys", "sign", "root-2.json"])?;
    play.act("zhou", &["keys", "publish", "root-2.json", "--relay", "-o", ORGANISATION])?;
    play.act("chen", &["keys", "officer", "--organisation", ORGANISATION, "--fingerprint", &fingerprint])?;
    play.act("zhou", &["keys", "transcript"])?;
    play.act("wu", &["keys", "sync", "--from", ORGANISATION])?;
    play.act("li", &["keys", "sync"])?;
    Ok(())
}

/// What an officer looks at every month.
pub(super) fn monthly(play: &mut Play) -> Result<(), Failure> {
    play.scene("December: an officer looks whether all is in order");
    play.act("zhou", &["doctor"])?;
    play.act("zhou", &["keys", "officers"])?;
    play.act("zhou", &["keys", "invite", "--list"])?;
    Ok(())
}
