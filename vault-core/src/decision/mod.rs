//! Decisions 审批: who agrees that an item is sent, or that something else is done with one (docs/decisions.md,
//! design section 7).
//!
//! For sealing and sending the request is the label itself; every other act is a request of its own. Both are decided
//! by the same notes in the same order. Nothing here knows people: what a signature and a role are worth is judged by
//! [`crate::admission`].
//!
//! | module | what it is |
//! |---|---|
//! | [`act`] | what else can be asked, one word each |
//! | [`note`] | `vault-decision/1`: one person's answer at one step |
//! | [`course`] | the state machine: which answer may follow which |
//! | `opinion` | the opinion beside an answer, for whoever holds the item (feature `open`) |

pub mod act;
pub mod course;
pub mod note;
#[cfg(feature = "open")]
pub mod opinion;

pub use act::Act;
pub use course::{Agreed, Course, CourseRefusal, Taken};
pub use note::{About, AboutKind, Answer, DECISION_MAX, DecisionNote, DecisionType, Opinion};

use vault_keys::note::Signed;

use crate::item::ItemHeader;

/// The decisions among an item's notes, ascending by hash. Their signatures are judged by the rules.
pub fn carried_by(item: &ItemHeader) -> impl Iterator<Item = Signed<DecisionNote>> + '_ {
    let decisions = item.notes().iter().filter(|note| note.text().contains(DecisionType::NAME));
    decisions.filter_map(|note| Signed::from_note(note.clone(), item.org()).ok())
}
