//! Roots and papers that officers do not get into force.

use std::fs;

use serde_json::Value;

use super::super::founding::ORGANISATION;
use super::super::play::Play;
use crate::recipes::Failure;

/// Somebody the others do not know as an officer has a card made; the old officers have not signed enough.
pub(super) fn not_by_before(play: &mut Play, code: &str) -> Result<(), Failure> {
    let fingerprint = play.office().fingerprint_of("zhou");
    play.act("sun", &["keys", "officer", "--name", "孙立", "-o", "sun.card"])?;
    play.act("sun", &["keys", "officer", "--organisation", ORGANISATION, "--fingerprint", &fingerprint])?;
    let words = ["keys", "officers", "--add", "sun.card", "--remove", "陈静", "-o", "by-sun.json"];
    play.act("zhou", &words)?;
    play.act("sun", &["keys", "sign", "by-sun.json"])?;
    play.refuse("zhou", &["keys", "publish", "by-sun.json"], code)
}

/// Two of the present officers sign, one of whom is no officer of the next root.
pub(super) fn not_by_itself(play: &mut Play, code: &str) -> Result<(), Failure> {
    play.act("zhou", &["keys", "officers", "--remove", "陈静", "-o", "without-chen.json"])?;
    play.act("chen", &["keys", "sign", "without-chen.json"])?;
    play.refuse("zhou", &["keys", "publish", "without-chen.json"], code)
}

pub(super) fn skipped(play: &mut Play, code: &str) -> Result<(), Failure> {
    play.act("zhou", &["keys", "officers", "--renew", "-o", "root-3.json"])?;
    numbered(play, "4", code)
}

pub(super) fn repeated(play: &mut Play, code: &str) -> Result<(), Failure> {
    numbered(play, "2", code)
}

pub(super) fn lower(play: &mut Play, code: &str) -> Result<(), Failure> {
    numbered(play, "1", code)
}

/// The proposed root 3 with another number; the next officer is asked to sign it.
fn numbered(play: &mut Play, number: &str, code: &str) -> Result<(), Failure> {
    let lead = "\\\"number\\\":3,\\\"name\\\"";
    let text = play.text("root-3.json")?;
    let changed = text.replace(lead, &lead.replace('3', number));
    if changed == text {
        return Err("the number was not found".into());
    }
    play.aside(&format!("somebody writes {number} for 3 into root-3.json"));
    let name = format!("numbered-{number}.json");
    fs::write(play.path(&name), changed)?;
    play.refuse("wu", &["keys", "sign", &name], code)
}

pub(super) fn predecessor(play: &mut Play, code: &str) -> Result<(), Failure> {
    let text = play.text("root-3.json")?;
    let lead = "\\\"witnesses\\\":[],\\\"previous\\\":\\\"";
    let (before, after) = text.split_once(lead).ok_or("no predecessor in the root")?;
    let (_, rest) = after.split_at_checked(64).ok_or("a hash has 64 digits")?;
    play.aside("somebody names another root as the one before");
    fs::write(play.path("predecessor.json"), format!("{before}{lead}{}{rest}", "7".repeat(64)))?;
    play.refuse("wu", &["keys", "sign", "predecessor.json"], code)
}

/// He removes the others and lowers the thresholds, in a root that only he has signed.
pub(super) fn one_officer(play: &mut Play, code: &str) -> Result<(), Failure> {
    let words = ["keys", "officers", "--remove", "吴芳", "--remove", "陈静", "--root", "1", "--enrol", "1"];
    play.act("zhou", &[&words[..], &["-o", "alone.json"]].concat())?;
    play.refuse("zhou", &["keys", "publish", "alone.json"], code)
}

pub(super) fn two_keys(play: &mut Play, code: &str) -> Result<(), Failure> {
    play.act("wu-again", &["keys", "officer", "--name", "吴芳", "-o", "wu-again.card"])?;
    play.refuse("zhou", &["keys", "officers", "--add", "wu-again.card", "-o", "twice.json"], code)
}

/// 陈静 signs the next directory; then a root is published of which she is no officer any more.
pub(super) fn stopped_officer(play: &mut Play, code: &str) -> Result<(), Failure> {
    play.act("zhou", &["keys", "change", "宋波", "--post", "组长"])?;
    play.act("zhou", &["keys", "sign", "-o", "early.json"])?;
    play.act("chen", &["keys", "sign", "early.json"])?;
    play.act("wu", &["keys", "sync", "--from", ORGANISATION])?;
    play.act("wu", &["keys", "sign", "without-chen.json"])?;
    play.act("zhou", &["keys", "publish", "without-chen.json", "--relay", "-o", ORGANISATION])?;
    play.refuse("zhou", &["keys", "publish", "early.json"], code)?;
    play.act("zhou", &["keys", "draft", "--drop"])?;
    Ok(())
}

/// List 5 without what list 4 took.
pub(super) fn granting_stop(play: &mut Play, code: &str) -> Result<(), Failure> {
    let suspend = ["keys", "stop", "唐磊", "--suspend", "--reason", "inquiry", "--relay", "-o", ORGANISATION];
    play.act("zhou", &suspend)?;
    let words = ["keys", "stop", "唐磊", "--reason", "compromised", "--since", "0", "-o", "second.json"];
    play.act("zhou", &words)?;
    let mut list: Value = serde_json::from_str(&play.text("second.json")?)?;
    let text = list["text"].as_str().ok_or("a proposal has a text")?.to_owned();
    let acts = text.split_once("\"acts\":[").and_then(|(_, acts)| acts.split_once("},{"));
    let (first, _) = acts.ok_or("two acts stand in the list")?;
    list["text"] = text.replace(&format!("{first}}},"), "").into();
    list["lines"] = Value::Array(Vec::new());
    play.aside("somebody strikes the first act, the suspension, out of second.json");
    fs::write(play.path("granting.json"), list.to_string())?;
    play.act("wu", &["keys", "sync", "--from", ORGANISATION])?;
    play.refuse("wu", &["keys", "sign", "granting.json"], code)
}
