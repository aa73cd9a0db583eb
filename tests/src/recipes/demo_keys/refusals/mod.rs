//! Every refusal that bad input in keys and papers meets, once each, after the year. Which ones there are stands in
//! docs/refusals.md, "Bad input in keys and papers".
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

mod codes;
mod keys;
mod plugins;
mod roots;
mod shares;
mod signers;
mod times;

use super::play::Play;
use crate::recipes::Failure;

/// One kind of bad input.
#[derive(Debug)]
pub(super) struct Row {
    /// As the document names it.
    pub case: &'static str,
    /// The stable code of the refusal; empty where the outcome is that nothing is refused.
    pub code: &'static str,
    /// Brings the real programs there.
    act: fn(&mut Play, &str) -> Result<(), Failure>,
}

impl Row {
    const fn new(
        case: &'static str,
        code: &'static str,
        act: fn(&mut Play, &str) -> Result<(), Failure>,
    ) -> Self {
        Self { case, code, act }
    }
}

/// In the order in which they are played: later ones stand on what earlier ones left.
pub(super) const ROWS: &[Row] = &[
    Row::new("a root not signed by the officers of the one before", "too-few-officers", roots::not_by_before),
    Row::new("a root not signed by its own officers", "too-few-officers", roots::not_by_itself),
    Row::new("a root whose number is skipped", "sequence", roots::skipped),
    Row::new("a root whose number is repeated", "sequence", roots::repeated),
    Row::new("a root with a lower number", "proposal-broken", roots::lower),
    Row::new("a root with a wrong predecessor", "fork", roots::predecessor),
    Row::new("one officer who makes a root of his own", "too-few-officers", roots::one_officer),
    Row::new("an officer with two keys, to be counted twice", "root-unfit", roots::two_keys),
    Row::new("an officer stopped between proposal and publication", "outdated", roots::stopped_officer),
    Row::new("a stop list that grants", "stop-grants", roots::granting_stop),
    Row::new("a number reused", "forgets", keys::number_reused),
    Row::new("two persons with one key", "key-taken", keys::two_persons),
    Row::new("one key for two kinds", "one-key-two-kinds", keys::two_kinds),
    Row::new("a small-order key", "unusable-key", keys::small_order),
    Row::new("a request without proof of possession", "no-proof", keys::no_proof),
    Row::new("a code used twice", "not-admitted", codes::used_twice),
    Row::new("a code guessed at", "not-admitted", codes::guessed),
    Row::new("a code that has expired", "not-admitted", codes::expired),
    Row::new("the enrolment inbox flooded", "not-admitted", codes::flooded),
    Row::new("an expired root", "root-expired", times::root),
    Row::new("an expired directory", "directory-expired", times::directory),
    Row::new("no fresh news", "stale", times::fresh),
    Row::new("the clock set back", "clock-back", times::clock),
    Row::new("a share of another set", "share-other-set", shares::other_set),
    Row::new("a damaged share", "share-damaged", shares::damaged),
    Row::new("one share too few", "shares-too-few", shares::too_few),
    Row::new("an old item whose signer's key was revoked after it was signed", "", signers::after),
    Row::new(
        "an old item whose signer's key was revoked before it was signed",
        "signer-revoked",
        signers::before,
    ),
    Row::new("an old item without proof of when it was signed", "signer-unproven", signers::unproven),
    Row::new("a token's plugin that hangs", "token-hangs", plugins::hangs),
    Row::new("a token's plugin that floods", "token-floods", plugins::floods),
    Row::new("a token's plugin that lies", "token-lies", plugins::lies),
];

/// Plays each.
pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("December: everything that is refused, once each");
    for Row { case, code, act } in ROWS {
        let outcome = if code.is_empty() { "accepted" } else { code };
        println!("\n-- {case}: {outcome}");
        act(play, code)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::ROWS;

    /// The rows of the document's table: what the bad input is, in English, and the code.
    fn documented() -> Vec<(String, String)> {
        let text = std::fs::read_to_string(crate::project_root().join("docs/refusals.md")).unwrap();
        let (_, section) = text.split_once("\n## Bad input in keys and papers").unwrap();
        let (section, _) = section.split_once("\n## ").unwrap();
        let rows = section.lines().filter(|line| line.contains("<br>"));
        rows.map(|row| {
            let (case, rest) = row.trim_start_matches("| ").split_once("<br>").unwrap();
            let code = rest.split_once('`').and_then(|(_, code)| code.split_once('`'));
            (case.to_owned(), code.map_or_else(String::new, |(code, _)| code.to_owned()))
        })
        .collect()
    }

    #[test]
    fn each_kind_of_bad_input_is_played_once() {
        let played: Vec<(String, String)> =
            ROWS.iter().map(|row| (row.case.to_owned(), row.code.to_owned())).collect();
        assert_eq!(played, documented());
        for (place, row) in ROWS.iter().enumerate() {
            assert!(ROWS.iter().skip(place + 1).all(|other| other.case != row.case), "{}", row.case);
        }
    }
}
