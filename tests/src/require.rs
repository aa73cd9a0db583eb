//! What a test needs and may not find: vectors, other programs, packages.
//!
//! On a developer's machine a missing thing is one plain line; under `VAULT_TEST_REQUIRE=all`, which `.ci/run`
//! sets, it is a failure. No check is skipped silently.

use std::io::Write as _;

/// Takes what was found; says what is missing otherwise.
///
/// `what` names the thing, `how` the way to get it. Returns `None` after printing one line, so that the test can
/// end there.
///
/// # Panics
/// If the thing is missing and `VAULT_TEST_REQUIRE` is `all`: that is its purpose.
#[must_use]
pub fn found_or_skipped<T>(found: Option<T>, what: &str, how: &str) -> Option<T> {
    if found.is_none() {
        let required = std::env::var_os("VAULT_TEST_REQUIRE").is_some_and(|value| value == "all");
        assert!(!required, "{what}: missing ({how})");
        say(&format!("not checked: {what}: missing ({how})"));
    }
    found
}

/// Prints one line that also shows when the test passes; the test harness keeps back what `println!` prints.
pub fn say(line: &str) {
    // Whether the line can be shown decides no test.
    drop(writeln!(std::io::stderr(), "{line}"));
}
