//! A recovery run with shares that are not enough, or not the ones that were signed for.

use std::fs;

use super::super::own_keys::{DEALT, SET, ask, deal, give, share};
use super::super::play::Play;
use crate::recipes::Failure;

const REQUEST: &str = "second.proposal";

/// A run that must be refused and leave nothing.
fn run(play: &mut Play, shares: &[&str], code: &str) -> Result<(), Failure> {
    let mut words = vec!["keys", "recover", REQUEST, "--set", SET];
    for share in shares {
        words.extend(["--share", share]);
    }
    words.extend(["--items", "li/inbox", "-o", "refused"]);
    play.refuse("zhou", &words, code)?;
    if play.path_exists("refused") {
        return Err("a refused run left something".into());
    }
    Ok(())
}

pub(super) fn other_set(play: &mut Play, code: &str) -> Result<(), Failure> {
    deal(play, "another")?;
    play.act("zhou", &["keys", "draft", "--drop"])?;
    let other = share(play, "another", 1)?;
    play.refuse("wang", &["keys", "recovery", "check", &other, "--set", SET], code)
}

pub(super) fn damaged(play: &mut Play, code: &str) -> Result<(), Failure> {
    ask(play, REQUEST)?;
    for home in ["wang", "lin"] {
        play.act(home, &["keys", "sync"])?;
    }
    let one = share(play, DEALT, 1)?;
    give(play, "wang", REQUEST, &one, "second-1.age")?;
    let three = share(play, DEALT, 3)?;
    give(play, "lin", REQUEST, &three, "second-3.age")?;
    let mut bytes = fs::read(play.path("second-3.age"))?;
    *bytes.last_mut().ok_or("an empty share")? ^= 1;
    fs::write(play.path("damaged.age"), bytes)?;
    play.aside("one bit of the second share is turned");
    run(play, &["second-1.age", "damaged.age"], code)
}

pub(super) fn too_few(play: &mut Play, code: &str) -> Result<(), Failure> {
    run(play, &["second-1.age"], code)
}
