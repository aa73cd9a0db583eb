//! One-time codes and the inbox they open: a code admits one request, in its time, and nothing else.

use vault_keys::joining::JoinCode;

use super::super::joining::code_of;
use super::super::play::Play;
use crate::recipes::Failure;

const FILE: &str = "sheet-he/organisation.vault";
/// How many guesses come in at the same time.
const FLOOD: usize = 24;

pub(super) fn used_twice(play: &mut Play, code: &str) -> Result<(), Failure> {
    play.act("zhou", &["keys", "invite", "--name", "何明", "--relay", "-o", "sheet-he"])?;
    let (sheet, fingerprint) = (code_of(play, "sheet-he", "何明")?, play.office().fingerprint_of("zhou"));
    let words = ["join", FILE, &sheet, "--name", "何明", "--fingerprint", &fingerprint];
    play.act("he", &words)?;
    play.aside("somebody has found the sheet");
    play.refuse("thief", &words, code)
}

fn guess(fingerprint: &str) -> Vec<String> {
    let guess = JoinCode::generate(&mut vault::clock::randomness()).to_text();
    ["join", FILE, &guess, "--name", "何明", "--fingerprint", fingerprint].map(str::to_owned).to_vec()
}

pub(super) fn guessed(play: &mut Play, code: &str) -> Result<(), Failure> {
    let words = guess(&play.office().fingerprint_of("zhou"));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    play.refuse("thief", &words, code)
}

/// A request by file that comes after eight days, with a code that was good for seven.
pub(super) fn expired(play: &mut Play, code: &str) -> Result<(), Failure> {
    play.act("zhou", &["keys", "invite", "--name", "何清", "-o", "sheet-late"])?;
    let (sheet, fingerprint) = (code_of(play, "sheet-late", "何清")?, play.office().fingerprint_of("zhou"));
    let words = ["join", FILE, &sheet, "--name", "何清", "--fingerprint", &fingerprint, "-o", "late.note"];
    play.act("late", &words)?;
    let later = vault::clock::now().plus_days(8).to_string();
    let words = ["keys", "enrol", "late.note", "--unit", "执法队", "--post", "队员", "--clearance", "无"];
    play.refuse_at(&later, "zhou", &words, code)
}

/// Guesses from many homes at once: none gets in, and who is invited still does.
pub(super) fn flooded(play: &mut Play, code: &str) -> Result<(), Failure> {
    let fingerprint = play.office().fingerprint_of("zhou");
    let commands: Vec<(String, Vec<String>)> =
        (0..FLOOD).map(|number| (format!("flood-{number}"), guess(&fingerprint))).collect();
    play.refuse_all(&commands, &[code, "relay-busy"])?;
    play.act("zhou", &["keys", "invite", "--name", "林明", "--relay", "-o", "sheet-lin"])?;
    let sheet = code_of(play, "sheet-lin", "林明")?;
    let words = ["join", FILE, &sheet, "--name", "林明", "--fingerprint", &fingerprint];
    play.act("lin-ming", &words)?;
    let waiting = play.look("zhou", &["keys", "enrol", "--pending"])?;
    if waiting["later"].as_array().map_or(0, Vec::len) != 2 {
        return Err(format!("others wait in the inbox than the two who were invited: {waiting}").into());
    }
    play.aside("two requests wait in the inbox, those of the two who were invited");
    Ok(())
}
