//! The recipes of `cargo xtask`, one file each.

pub mod check;
pub mod crash;
pub mod demo_approvals;
pub mod demo_keys;
pub mod links;
mod play;
pub mod rules;

/// What went wrong, in words for a developer.
pub type Failure = Box<dyn std::error::Error>;

/// One thing a developer can run by name.
#[derive(Debug)]
pub struct Recipe {
    /// What is typed after `cargo xtask`.
    pub name: &'static str,
    /// One line for the list.
    pub summary: &'static str,
    /// Runs it with the arguments after the name.
    pub run: fn(&[String]) -> Result<(), Failure>,
}

/// All recipes, in the order of the list.
pub const RECIPES: &[Recipe] = &[
    Recipe {
        name: "bench-keys",
        summary: "re-wrap 10,000 headers, beside age",
        run: crate::bench::keys::run,
    },
    Recipe {
        name: "bench-relay",
        summary: "send and receive through the relay, and small items, beside their peers",
        run: crate::bench::relay::run,
    },
    Recipe {
        name: "bench-seal",
        summary: "seal and open 1 GiB in memory, beside age and cp",
        run: crate::bench::seal::run,
    },
    Recipe { name: "check", summary: "format, lints, tests, documents, links", run: check::run },
    Recipe {
        name: "crash",
        summary: "N items acknowledged while programs and relay are killed at random, and nothing is lost",
        run: crash::run,
    },
    Recipe {
        name: "demo-approvals",
        summary: "a secret paper from its handler to its reader, played by the real programs",
        run: demo_approvals::run,
    },
    Recipe {
        name: "demo-keys",
        summary: "a year of an office's keys, played by the real programs, and every refusal once",
        run: demo_keys::run,
    },
    Recipe {
        name: "links",
        summary: "every relative link in the documents leads somewhere",
        run: links::run,
    },
    Recipe {
        name: "rules",
        summary: "every rule of the trade broken once, beside its nearest neighbour that is allowed",
        run: rules::run,
    },
];
