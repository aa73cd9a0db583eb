//! `cargo xtask demo-approvals`: a 机密 paper on its way from the handler to its reader, and whatever may come between,
//! played by the real programs.
//!
//! Each scene is a file and leaves the office as it found it, but for the papers; scenes are played in the order of the
//! list. The programs are those of the journeys: the same as released, with a cheap passphrase hash and a clock that can
//! be set.
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

mod by_file;
mod derived;
mod dropped;
mod leave;
mod outside;
mod refused;
mod secret;
mod term;

use std::time::Instant;

use super::Failure;
use super::play::{Manner, Play};
use crate::office::{DECIDERS, Office, Programs, STAFF};

/// One scene.
type Scene = fn(&mut Play) -> Result<(), Failure>;

const SCENES: &[Scene] = &[
    secret::play,
    outside::play,
    refused::play,
    dropped::play,
    by_file::play,
    leave::play,
    derived::play,
    term::play,
];

/// Plays every scene. `--lang zh` plays in Chinese, `--lines COUNT` shows more of each answer.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let manner = Manner::read(arguments, "demo-approvals", 40)?;
    let programs = Programs::build()?;
    let started = Instant::now();
    let mut play = Play::of(Office::with_deciders(programs), manner);
    println!("Each command also has --passphrase-file FILE and --yes: nobody sits here to type.");
    for (home, name, unit, post, _) in STAFF.iter().chain(&DECIDERS) {
        println!("   {home:<6} {name} · {unit} {post}");
    }
    println!("   陈静 reviews, 吴强 approves, and for this month 赵丽华 acts in his place.");
    for scene in SCENES {
        scene(&mut play)?;
    }
    let (acts, refusals) = play.counts();
    let seconds = started.elapsed().as_secs();
    println!("\n{acts} acts and {refusals} refusals, all as expected, in {seconds} s");
    Ok(())
}

/// Proposes a 机密 paper of 王建国's to 李娜; answers the item.
fn propose(play: &mut Play, name: &str, text: &str, more: &[&str]) -> Result<String, Failure> {
    drop(play.office().file(name, text.as_bytes()));
    let words = ["send", name, "--to", "李娜", "--mark", "机密★10年", "--basis", "国3.1"];
    play.act("wang", &[&words[..], more].concat())?;
    newest(play)
}

/// The item that 王建国 sent last.
fn newest(play: &Play) -> Result<String, Failure> {
    let sent = play.look("wang", &["status"])?;
    let newest = sent["sent"].as_array().and_then(|sent| sent.last()).map(|sent| sent["item"].clone());
    let item = newest.as_ref().and_then(|item| item.as_str()).ok_or("nothing was sent")?;
    // As people type it: the end of the id.
    Ok(item.rsplit('-').next().unwrap_or(item).to_owned())
}

/// Sends an 内部 paper of 王建国's to 李娜 and 张伟; answers the item.
fn send_internal(play: &mut Play, name: &str, term: &str) -> Result<String, Failure> {
    drop(play.office().file(name, "关于安排的通知\n".as_bytes()));
    let words = ["send", name, "--to", "李娜,张伟", "--mark", "内部", "--term", term, "--basis", "清单3"];
    play.act("wang", &words)?;
    newest(play)
}

/// The newest request that somebody has to do with, by its short name.
fn newest_request(play: &Play, home: &str) -> Result<String, Failure> {
    let listed = play.look(home, &["request", "list"])?;
    let newest = listed["requests"].as_array().and_then(|all| all.last()).map(|one| one["name"].clone());
    let name = newest.as_ref().and_then(|name| name.as_str()).ok_or("nothing was asked")?;
    Ok(name.to_owned())
}

/// What a command must have said.
fn says(said: &str, words: &str) -> Result<(), Failure> {
    if said.contains(words) { Ok(()) } else { Err(format!("not said: {words}\n{said}").into()) }
}
