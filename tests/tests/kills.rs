//! A short run of `cargo xtask crash`: programs and relay are killed at random, and an oracle finds nothing lost.
#![allow(clippy::unwrap_used, reason = "tests")]

use vault_tests::office::Programs;
use vault_tests::recipes::crash;

#[test]
fn nothing_acknowledged_is_lost_when_programs_and_relay_are_killed() {
    let programs = Programs {
        vault: env!("CARGO_BIN_EXE_vault-under-test"),
        relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
    };
    let seed = std::env::var("VAULT_CRASH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let found = crash::play(programs, 12, seed).unwrap();
    assert!(found.contains("0 lost"), "{found}");
}
