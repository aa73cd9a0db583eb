//! `cargo xtask demo-keys`: a year in the life of an office, played by the real programs, and then every refusal
//! that bad input in keys and papers meets, once each.
//!
//! The programs are those of the journeys: the same as released, with a cheap passphrase hash and a clock that
//! can be set. Everything happens in one temporary folder and on loopback.
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

mod founding;
mod joining;
mod officers;
mod own_keys;
mod people;
mod refusals;
mod theft;

use std::time::Instant;

use super::Failure;
use super::play::{self, Manner, Play};
use crate::office::Programs;

/// One scene of the year.
type Scene = fn(&mut Play) -> Result<(), Failure>;

const YEAR: &[Scene] = &[
    founding::play,
    joining::play,
    own_keys::rotate,
    theft::play,
    people::play,
    own_keys::lose_and_recover,
    officers::play,
    officers::monthly,
];

/// Plays the year, then the refusals. `--lang zh` plays in Chinese, `--lines COUNT` shows more of each answer.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let manner = Manner::read(arguments, "demo-keys", 4)?;
    let programs = Programs::build()?;
    let started = Instant::now();
    println!("Each command also has --passphrase-file FILE and --yes: nobody sits here to type.");
    let mut play = Play::new(programs, manner);
    for scene in YEAR {
        scene(&mut play)?;
    }
    refusals::play(&mut play)?;
    let (acts, refusals) = play.counts();
    let seconds = started.elapsed().as_secs();
    println!("\n{acts} acts and {refusals} refusals, all as expected, in {seconds} s");
    Ok(())
}
