//! Who is to be told that something of his has changed. Each person who watches has a number; it is counted up whenever a leaf is
//! published about an item or a request in which he has a part. What changed he asks for himself.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use vault_keys::directory::Directory;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Day;

use super::context::Context;
use super::failure::Failure;
use super::tally::lock;
use crate::store::View;

/// The numbers of those who watch.
#[derive(Debug, Default)]
pub(crate) struct Mail(Mutex<HashMap<PersonNo, watch::Sender<u64>>>);

impl Mail {
    /// The number of a person, for as long as the answer is kept.
    pub(crate) fn of(&self, person: PersonNo) -> watch::Receiver<u64> {
        let mut watched = lock(&self.0);
        watched.retain(|_, number| number.receiver_count() > 0);
        watched.entry(person).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    fn is_wanted(&self) -> bool {
        !lock(&self.0).is_empty()
    }

    fn tell(&self, persons: &BTreeSet<PersonNo>) {
        let watched = lock(&self.0);
        for number in persons.iter().filter_map(|person| watched.get(person)) {
            number.send_modify(|number| *number = number.wrapping_add(1));
        }
    }
}

/// Tells of everything that is published, until the relay ends.
pub(crate) async fn run(context: Arc<Context>) {
    let mut published = context.register.published();
    let mut told = published.borrow_and_update().checkpoint().size();
    while published.changed().await.is_ok() {
        let size = published.borrow_and_update().checkpoint().size();
        if context.mail.is_wanted() {
            let ctx = Arc::clone(&context);
            match context.read(move |view| concerned(&ctx, view, told, size)).await {
                Ok(persons) => context.mail.tell(&persons),
                // A client asks by itself when it is used; nothing is lost by silence.
                Err(error) => tracing::error!(%error, "those who watch could not be told"),
            }
        }
        told = size;
    }
}

/// Everybody who has a part in what the leaves of these places are about.
fn concerned(context: &Context, view: &dyn View, from: u64, to: u64) -> Result<BTreeSet<PersonNo>, Failure> {
    let (force, today) = (context.current.require()?, context.now().day());
    let directory = force.directory();
    let touched = view.touched(from, to)?;
    let mut persons = BTreeSet::new();
    for person in touched.persons {
        with_deputies(&mut persons, directory, person, today);
    }
    for label in touched.items {
        let Some(item) = view.item(label)? else { continue };
        persons.insert(item.sender);
        for copy in view.copies(label)? {
            match copy.holder {
                Holder::Person(person) => drop(persons.insert(person)),
                Holder::Unit(unit) => {
                    let clerks = directory.unit(unit).map(|unit| unit.clerks.as_slice());
                    persons.extend(clerks.unwrap_or_default());
                }
            }
        }
        for decider in view.deciders(label)? {
            with_deputies(&mut persons, directory, decider.person, today);
        }
    }
    Ok(persons)
}

fn with_deputies(persons: &mut BTreeSet<PersonNo>, directory: &Directory, person: PersonNo, today: Day) {
    persons.insert(person);
    let deputies = directory.person(person).map(|entry| entry.deputies.as_slice()).unwrap_or_default();
    let in_force = deputies.iter().filter(|deputy| deputy.from <= today && today <= deputy.to);
    persons.extend(in_force.map(|deputy| deputy.person));
}
