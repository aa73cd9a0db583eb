//! `cargo xtask RECIPE`: what developers run by hand. Without a recipe it lists them.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers that talks on the terminal"
)]

use std::process::ExitCode;

use vault_tests::recipes::{RECIPES, Recipe};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        list();
        return ExitCode::SUCCESS;
    };
    let Some(recipe) = RECIPES.iter().find(|recipe| recipe.name == name) else {
        eprintln!("there is no recipe `{name}`");
        list();
        return ExitCode::from(2);
    };
    match (recipe.run)(&arguments.collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn list() {
    println!("cargo xtask RECIPE");
    for Recipe { name, summary, .. } in RECIPES {
        println!("  {name:<14} {summary}");
    }
}
