//! Marks in titles and file names: only who seals or has opened an item can see them.

use super::code::Code;
use super::refusal::{Decision, Refusal};
use crate::item::Manifest;
use crate::level::Level;
use crate::mark;

/// Refuses a title or file name that carries a higher mark than the level declared, and top secret under any level
/// and under none.
pub(crate) fn judge_names(level: Option<Level>, manifest: &Manifest, decision: &mut Decision) {
    let title = std::iter::once((manifest.title.as_str(), Code::TitleMark));
    let names = manifest.files.iter().map(|file| (file.name.as_str(), Code::NameMark));
    for (text, code) in title.chain(names) {
        let Some(found) = mark::highest_in(text) else { continue };
        match found.level {
            None => decision.refuse(Refusal::new(Code::TopSecret, code)),
            Some(marked) if level.is_some_and(|level| found.exceeds(level)) => {
                decision.refuse(Refusal::new(code, marked));
            }
            Some(_) => {}
        }
    }
}
