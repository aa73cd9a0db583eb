//! A bench in several halves, each with a table of its own in docs/performance.md.
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

use super::report;
use crate::recipes::Failure;

/// One half: measures, and returns its table.
pub(super) struct Half<O> {
    pub(super) name: &'static str,
    pub(super) run: fn(&O) -> Result<String, Failure>,
}

/// Runs all halves, or the one named, and prints their tables; with `write` they go into the document.
pub(super) fn run<O>(
    bench: &str,
    halves: &[Half<O>],
    options: &O,
    only: Option<&str>,
    write: bool,
) -> Result<(), Failure> {
    let wanted = || halves.iter().filter(|half| only.is_none_or(|name| name == half.name));
    if wanted().next().is_none() {
        let names: Vec<&str> = halves.iter().map(|half| half.name).collect();
        return Err(format!("--only takes one of: {}", names.join(", ")).into());
    }
    for half in wanted() {
        let table = (half.run)(options)?;
        println!("{table}");
        if write {
            report::write(&format!("{bench}-{}", half.name), &table)?;
        }
    }
    Ok(())
}
