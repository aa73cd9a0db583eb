//! A laptop is stolen: the machine and its keys are stopped by one officer, waiting items are wrapped anew by their
//! sender and held ones by their holder.

use super::founding::{ORGANISATION, sign_and_publish};
use super::joining::send;
use super::play::{Play, thirty_digits};
use crate::recipes::Failure;

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    second_machine(play)?;
    stolen(play)
}

fn second_machine(play: &mut Play) -> Result<(), Failure> {
    play.scene("April: somebody uses his keys on a second machine, a laptop");
    let fingerprint = play.office().fingerprint_of("zhou");
    play.act("zhang", &["identity", "backup", "zhang.age"])?;
    let words = ["identity", "restore", "zhang.age", "--organisation", ORGANISATION];
    let more = ["--fingerprint", &fingerprint, "-o", "laptop.note"];
    let said = play.act("laptop", &[&words[..], &more].concat())?;
    play.act("zhou", &["keys", "enrol", "laptop.note", "--number", &thirty_digits(&said)?])?;
    sign_and_publish(play, "directory-5.json")?;
    for home in ["zhang", "laptop", "wang"] {
        play.act(home, &["keys", "sync"])?;
    }
    Ok(())
}

fn stolen(play: &mut Play) -> Result<(), Failure> {
    play.scene("May: the laptop is stolen, with the key file on it");
    let held = send(play, "wang", "人事安排.txt", "张伟")?;
    play.act("zhang", &["receive"])?;
    let waiting = send(play, "wang", "约谈提纲.txt", "张伟")?;
    let shown = play.look("laptop", &["identity", "show"])?;
    // As somebody types it: the beginning of the number is enough.
    let id = |key: &str| shown[key]["id"].as_str().and_then(|id| id.get(..12)).ok_or("a key has a number");
    let (opening, signing, station) = (id("opening")?, id("signing")?, id("station")?);

    play.aside("one officer alone, without a network; then another hands the file to the relay");
    let stop = ["keys", "stop", "张伟", "--reason", "stolen", "-o", ORGANISATION, "--key"];
    play.act("zheng", &["keys", "sync", "--from", ORGANISATION])?;
    play.act("zheng", &["keys", "show", "张伟"])?;
    play.act("zheng", &[&stop[..], &[station]].concat())?;
    play.act("zhou", &["keys", "publish", ORGANISATION, "--relay"])?;
    play.refuse("laptop", &["receive"], "station-unknown")?;
    play.aside("on the machine that is left he makes new keys; his voice and the number confirm them");
    let said = play.act("zhang", &["identity", "rotate"])?;
    play.act("zhou", &["keys", "enrol", "--pending", "--number", &thirty_digits(&said)?])?;
    sign_and_publish(play, "directory-6.json")?;
    play.act("zhang", &["keys", "sync"])?;
    play.act("zheng", &["keys", "sync", "--from", ORGANISATION])?;
    for key in [opening, signing] {
        play.act("zheng", &[&stop[..], &[key]].concat())?;
    }
    play.act("zhou", &["keys", "publish", ORGANISATION, "--relay"])?;
    for home in ["wang", "zhang"] {
        play.act(home, &["keys", "sync"])?;
    }
    play.act("wang", &["keys", "who-could-read", "张伟", "--key", opening])?;
    play.act("wang", &["outbox", "rewrap"])?;
    play.act("zhang", &["receive"])?;
    play.act("zhang", &["read", &waiting, "--stdout"])?;
    play.act("zhang", &["inbox", "rekey"])?;
    play.act("zhang", &["inbox", "reseal", &held])?;
    Ok(())
}
