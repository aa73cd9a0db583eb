//! What sort of paper it is, and what its flags say (rules 7 and 119).

use super::code::Code;
use super::refusal::{Decision, Refusal};
use crate::item::{Copying, Flag, Label, OriginKind};

/// Classes of papers that go to those who get a copy, and to nobody else: petitions 信访 and letters 通信.
const NARROW: [&str; 2] = ["petition", "communication"];

/// Judges class and flags.
pub(super) fn judge(label: &Label, decision: &mut Decision) {
    if label.flags.has(&Flag::NoMinutes) && label.copying != Copying::None {
        decision.refuse(Code::SpeechCopied);
    }
    let narrow = label.class.as_ref().is_some_and(|class| NARROW.contains(&class.as_str()));
    // A resealed one has the first one's scope, and copies for fewer.
    if narrow && label.origin.kind != OriginKind::Resealed {
        for holder in &label.scope {
            if !label.copies.iter().any(|copy| copy.holder == *holder) {
                decision.refuse(Refusal::new(Code::ClassScope, holder));
            }
        }
    }
}
