//! Who holds a copy once it was passed on along the scope 传阅 (docs/decisions.md, "Circulation").

use vault_keys::directory::Standing;
use vault_keys::note::{Note, Signed, Verifier};
use vault_keys::numbers::{Holder, PersonNo};

use super::facts::Published;
use super::scope;
use crate::item::{Label, LabelHash};
use crate::register::event::{Event, EventKind, events_in};

/// A copy in the hands of somebody to whom it was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// The copy's number.
    pub copy: u32,
    /// To whom it was passed.
    pub to: PersonNo,
}

/// Everybody to whom a copy was signed over by whoever held it last, in that order, as the notes beside the item show.
/// What is signed by somebody who did not hold the copy, or goes beyond the scope, leads nowhere.
#[must_use]
pub fn passed(published: &Published<'_>, label: &Label, hash: LabelHash, notes: &[Note]) -> Vec<Passed> {
    let mut events: Vec<Signed<Event>> = events_in(notes, label.org)
        .filter(|event| event.value().kind == EventKind::Passed && event.value().label == Some(hash))
        .filter(|event| is_signed(published, event))
        .collect();
    let directory = published.present();
    let mut passed: Vec<Passed> = Vec::new();
    for copy in label.copies.iter().filter(|copy| copy.no > 0) {
        let mut holder = copy.holder;
        while let Some(place) = events.iter().position(|event| {
            let event = event.value();
            let by_holder = event.person.is_some_and(|person| directory.acts_for(holder, person));
            let to = event.to.is_some_and(|to| to.person().is_some() && scope::is_in(label, directory, to));
            event.copy == Some(copy.no) && by_holder && to
        }) {
            let event = events.swap_remove(place);
            let Some(to) = event.value().to.and_then(|to| to.person()) else { break };
            holder = Holder::Person(to);
            passed.push(Passed { copy: copy.no, to });
        }
    }
    passed
}

/// By a key that was the person's, whatever became of it since, unless it was revoked before.
fn is_signed(published: &Published<'_>, event: &Signed<Event>) -> bool {
    let text = event.value();
    let (Some(person), Some(key)) = (text.person, text.key) else { return false };
    if published.in_force.standing(&key, None) == Standing::Revoked {
        return false;
    }
    let key = published.present().person(person).and_then(|it| it.key(&key)).and_then(|key| key.verifying());
    let verifier = key.map(|key| Verifier::person(&text.org, person, key));
    verifier.is_some_and(|verifier| event.verified_by(&verifier).is_ok())
}
