//! `cargo xtask rules`: every rule of the trade that can be broken, broken once, beside its nearest neighbour that is
//! allowed. With `--write` it also enters the cases' names in the table, and the counts in the README.
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

use std::time::Instant;

use super::Failure;
use crate::project_root;
use crate::rules::report::{BEGINNINGS, Counts, Outcome, with_paragraph};
use crate::rules::{cases, table};

/// Runs it.
///
/// # Errors
/// A case came out wrong, or the table cannot be read.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let began = Instant::now();
    let (path, cases) = (project_root().join("docs/rules.md"), cases());
    let mut document = std::fs::read_to_string(&path)?;
    match arguments {
        [] => {}
        // The last column is made from the cases themselves.
        [word] if word == "--write" => {
            document = table::with_cases(&document, &cases);
            std::fs::write(&path, &document)?;
        }
        _ => return Err("cargo xtask rules [--write]".into()),
    }
    let rows = table::read(&document)?;
    let outcome = Outcome::of(&cases);
    for line in outcome.lines(&rows) {
        println!("{line}");
    }
    let counts = Counts::of(&rows, &cases);
    if !arguments.is_empty() {
        for (name, begins, text) in [
            ("README.md", BEGINNINGS[0], counts.english()),
            ("README.zh-CN.md", BEGINNINGS[1], counts.chinese()),
        ] {
            let path = project_root().join(name);
            let document = std::fs::read_to_string(&path)?;
            let document =
                with_paragraph(&document, begins, &text).ok_or("the README has no such paragraph")?;
            std::fs::write(&path, document)?;
        }
    }
    println!("\n{}", counts.english());
    println!("{:.1} s", began.elapsed().as_secs_f64());
    let failures: Vec<&str> = outcome.failures().collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
}
