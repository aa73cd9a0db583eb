//! `cargo xtask bench-keys`: what officers and clients do many times over, each half beside its peer.

mod directory;
mod rewrap;

use super::halves::{self, Half};
use crate::recipes::Failure;

const HALVES: &[Half<Options>] =
    &[Half { name: "directory", run: directory::run }, Half { name: "rewrap", run: rewrap::run }];

/// Options: `--only NAME` (one half; all otherwise), `--rounds N` (5), `--people N` (10,000), `--headers N` (10,000),
/// `--write` (puts each table into docs/performance.md).
struct Options {
    only: Option<String>,
    rounds: u32,
    people: u32,
    headers: usize,
    write: bool,
}

/// Runs the bench.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    halves::run("bench-keys", HALVES, &options, options.only.as_deref(), options.write)
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self { only: None, rounds: 5, people: 10_000, headers: 10_000, write: false };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} takes a value"));
            match name.as_str() {
                "--only" => options.only = Some(value()?.clone()),
                "--rounds" => options.rounds = value()?.parse()?,
                "--people" => options.people = value()?.parse()?,
                "--headers" => options.headers = value()?.parse()?,
                "--write" => options.write = true,
                other => return Err(format!("there is no option `{other}`").into()),
            }
        }
        Ok(options)
    }
}
