//! `cargo xtask bench-relay`: the whole way of an item, each half beside its peers in one run on one file system.

mod accept;
mod link;
mod office;
mod peers;
mod stored;
mod watchers;
mod whole;

use std::path::PathBuf;

use super::halves::{self, Half};
use crate::recipes::Failure;

const HALVES: &[Half<Options>] = &[
    Half { name: "whole", run: whole::run },
    Half { name: "accept", run: accept::run },
    Half { name: "link", run: link::run },
    Half { name: "watchers", run: watchers::run },
    Half { name: "stored", run: stored::run },
];

/// Options: `--only NAME` (one half; all otherwise), `--rounds N` (5), `--mib N` (1024), `--items N` (2,000), `--link-mib N` (8),
/// `--watchers N` (5,000), `--stored N` (100,000), `--dir DIR` (the folder for everything that is stored: `target`),
/// `--wormhole DIR` (where `wormhole` and `twist` lie, if not on the path),
/// `--write` (puts each table into docs/performance.md).
#[derive(Debug)]
struct Options {
    only: Option<String>,
    rounds: u32,
    mib: u64,
    items: usize,
    link_mib: u64,
    watchers: usize,
    stored: usize,
    dir: PathBuf,
    wormhole: Option<PathBuf>,
    write: bool,
}

/// Runs the bench.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    halves::run("bench-relay", HALVES, &options, options.only.as_deref(), options.write)
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let dir = crate::project_root().join("target");
        let mut options = Self {
            only: None,
            rounds: 5,
            mib: 1024,
            items: 2000,
            link_mib: 8,
            watchers: 5000,
            stored: 100_000,
            dir,
            wormhole: None,
            write: false,
        };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} takes a value"));
            match name.as_str() {
                "--only" => options.only = Some(value()?.clone()),
                "--rounds" => options.rounds = value()?.parse()?,
                "--mib" => options.mib = value()?.parse()?,
                "--items" => options.items = value()?.parse()?,
                "--link-mib" => options.link_mib = value()?.parse()?,
                "--watchers" => options.watchers = value()?.parse()?,
                "--stored" => options.stored = value()?.parse()?,
                "--dir" => options.dir = value()?.into(),
                "--wormhole" => options.wormhole = Some(value()?.into()),
                "--write" => options.write = true,
                other => return Err(format!("there is no option `{other}`").into()),
            }
        }
        Ok(options)
    }

    fn command(&self, half: &str) -> String {
        format!("cargo xtask bench-relay --only {half} --mib {} --rounds {}", self.mib, self.rounds)
    }
}
