//! `cargo xtask check`: what `.ci/run` checks, without installing anything.
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

use std::process::Command;

use super::{Failure, links};

const STEPS: [&[&str]; 5] = [
    &["fmt", "--all", "--check"],
    &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"],
    &["clippy", "--quiet", "-p", "vault", "--no-default-features", "--", "-D", "warnings"],
    &["test", "--workspace"],
    &["doc", "--quiet", "--workspace", "--no-deps"],
];

/// Runs each step and stops at the first that fails.
pub fn run(_arguments: &[String]) -> Result<(), Failure> {
    for step in STEPS {
        println!("== cargo {}", step.join(" "));
        let status = Command::new("cargo").args(step).current_dir(crate::project_root()).status()?;
        if !status.success() {
            return Err(format!("`cargo {}` failed", step.join(" ")).into());
        }
    }
    links::run(&[])
}
