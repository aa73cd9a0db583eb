//! A stop list that another officer's of the same number has displaced: what it took, to be stopped again
//! (docs/directory.md, "Two stop lists of one number").

use vault_keys::directory::{StopAct, StopKind};

use crate::lang::Msg;
use crate::msg;
use crate::trust::Known;

/// Digits of a key's number in a command.
const KEY_DIGITS: usize = 8;
/// Most commands that are shown.
const SHOWN_MAX: usize = 16;

/// The commands that take the same away again, upon the list that leads.
#[must_use]
pub fn stop_again(known: &Known, lost: &[StopAct]) -> Vec<Msg> {
    let words = |act: &StopAct| {
        let name = known.directory().person(act.person).map_or_else(String::new, |entry| entry.name.clone());
        msg!("stop-again", who = name, command = command(act))
    };
    lost.iter().take(SHOWN_MAX).map(words).collect()
}

fn command(act: &StopAct) -> String {
    let what = match (act.key, act.kind) {
        (Some(key), _) => {
            let digits: String = key.to_string().chars().take(KEY_DIGITS).collect();
            format!(" --key {digits}")
        }
        (None, StopKind::Suspend) => " --suspend".to_owned(),
        (None, StopKind::Revoke) => String::new(),
    };
    let since = act.since.as_ref().map_or_else(String::new, |since| format!(" --since {}", since.size));
    format!("vault keys stop {}{what} --reason {}{since} --relay", act.person, act.reason)
}
