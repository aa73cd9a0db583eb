//! `cargo xtask bench-relay`: what the relay does a second, each figure beside its peer in one run on one disk.
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

mod accept;
mod office;

use super::report;
use crate::recipes::Failure;

/// Options: `--items N` (2,000), `--dir FOLDER` (the target folder: the disk that is measured), `--write` (puts the
/// table into docs/performance.md).
struct Options {
    items: usize,
    folder: std::path::PathBuf,
    write: bool,
}

/// Runs the bench.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    let table = accept::run(&options)?;
    println!("{table}");
    if options.write {
        report::write("bench-relay-accept", &table)?;
    }
    Ok(())
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self { items: 2000, folder: crate::project_root().join("target"), write: false };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} takes a value"));
            match name.as_str() {
                "--items" => options.items = value()?.parse()?,
                "--dir" => options.folder = value()?.into(),
                "--write" => options.write = true,
                other => return Err(format!("unknown option {other}").into()),
            }
        }
        Ok(options)
    }
}
