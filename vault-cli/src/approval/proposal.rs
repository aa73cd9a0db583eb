//! An item in the hands of somebody who decides on it: its header unlocked, and the decisions so far.

use serde_json::{Value, json};
use vault_core::decision::{About, carried_by};
use vault_core::item::{ItemHeader, Label, LabelHash};
use vault_core::opening::UnlockedItem;
use vault_keys::keyfile::PersonKeys;

use super::standing::{self, Given, Standing};
use super::steps;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::history::History;
use crate::lang::Msg;
use crate::ui::Ui;
use crate::ui::format::size;
use crate::{clock, item_words, msg, opening};

/// An item that waits for decisions.
#[derive(Debug)]
pub struct Proposal {
    /// Unlocked: title and opinions can be read.
    pub unlocked: UnlockedItem,
    /// The decisions so far, in order.
    pub given: Vec<Given>,
    /// Whether they came from the register, in whose order they stand.
    pub entered: bool,
}

impl Proposal {
    /// Unlocks a header for a decider, after every rule of the reader's side.
    ///
    /// # Errors
    /// A rule refuses it, it does not open, or it waits for no decision.
    pub fn unlock(
        desk: &Desk,
        keys: &PersonKeys,
        header: ItemHeader,
        history: &History,
        given: Vec<Given>,
        entered: bool,
    ) -> Outcome<Self> {
        waits(&header)?;
        let unlocked = opening::unlock(desk, header, keys, history)?;
        Ok(Self { unlocked, given, entered })
    }

    /// The label.
    #[must_use]
    pub fn label(&self) -> &Label {
        self.unlocked.label()
    }

    /// What decisions are about.
    #[must_use]
    pub fn hash(&self) -> LabelHash {
        self.unlocked.header().label_hash()
    }

    /// How far it has come.
    #[must_use]
    pub fn standing(&self) -> Standing<'_> {
        Standing::of(self.label(), self.hash(), &self.given)
    }

    /// Every directory version by which something of it is judged.
    #[must_use]
    pub fn versions(&self) -> Vec<u32> {
        let given = self.given.iter().map(|given| given.note.value().directory.version);
        opening::versions(self.unlocked.header()).into_iter().chain(given).collect()
    }

    /// Shows what is decided on: once, completely, before the one yes.
    pub fn show(&self, ui: &Ui, desk: &Desk, facts: Vec<(Msg, String)>) {
        if ui.is_json() {
            return;
        }
        let (label, manifest) = (self.label(), self.unlocked.manifest());
        let names: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
        let bytes = self.unlocked.plaintext_len().bytes();
        let files = ui.words(&msg!("summary-files", names = ui.list(&names), size = size(bytes)));
        let mut all = vec![(msg!("name-title"), manifest.title.clone()), (msg!("name-files"), files)];
        all.push((msg!("name-sender"), item_words::sender(label, &desk.everyone)));
        for (index, copy) in label.copies.iter().filter(|copy| copy.no > 0).enumerate() {
            let name = if index == 0 { msg!("name-to") } else { msg!("name-blank") };
            let holder = item_words::holder_words(&desk.everyone, copy.holder);
            all.push((name, format!("{:06} {holder}", copy.no)));
        }
        let scope: Vec<String> =
            label.scope.iter().map(|holder| item_words::holder_words(&desk.everyone, *holder)).collect();
        all.push((msg!("name-scope"), ui.list(&scope)));
        if !label.basis.is_empty() {
            all.push((msg!("name-basis"), label.basis.join("；")));
        }
        all.push((msg!("name-term"), item_words::term(ui, label)));
        if let Some(by) = label.decide_by {
            let left = standing::time_left(ui, label.decide_by, clock::now());
            all.push((
                msg!("name-decide-by"),
                ui.words(&msg!("until-left", time = clock::local(by), left = left)),
            ));
        }
        all.extend(facts);
        all.push((msg!("name-mark"), item_words::mark(ui, label)));
        ui.facts(&all);
        ui.gap();
        let standing = self.standing();
        standing::table(ui, &desk.everyone, Some(desk.known.directory()), &standing);
        let key = self.unlocked.file_key();
        standing::opinions(ui, &desk.everyone, &self.given, self.hash(), key);
    }
}

/// Whether an item waits for decisions, by its header alone.
#[must_use]
pub fn is_open(header: &ItemHeader) -> bool {
    let travels =
        |row: &vault_core::item::Row| matches!(row.right, vault_core::item::Right::Copy(no) if no > 0);
    !header.label().value().deciders.is_empty() && !header.access().value().rows.iter().any(travels)
}

fn waits(header: &ItemHeader) -> Outcome {
    if is_open(header) {
        return Ok(());
    }
    let none = header.label().value().deciders.is_empty();
    let words = if none { msg!("decide-none-needed") } else { msg!("decide-done") };
    Err(Failure::new(Kind::Refused, words).code("not-proposed"))
}

/// The decisions in a header, in the order of their signers' clocks.
#[must_use]
pub fn carried(header: &ItemHeader) -> Vec<Given> {
    let about = About::label(header.label_hash());
    let own = carried_by(header).filter(|note| note.value().about == about);
    let mut given: Vec<Given> = own.map(Given::by_file).collect();
    standing::sort_by_time(&mut given, header.label().value());
    given
}

/// What a decider is told of an item before he has unlocked anything.
#[must_use]
pub fn document(ui: &Ui, header: &ItemHeader, standing: &Standing<'_>) -> Value {
    let label = header.label().value();
    json!({
        "steps": standing::document(standing, None),
        "complete": standing.is_complete(),
        "refused": standing.refused.is_some(),
        "next": standing.next().map(|decider| decider.step.as_str()),
        "next_words": standing.next().map(|decider| ui.words(&steps::words(&decider.step))),
        "decide_by": label.decide_by.map(|time| time.to_string()),
    })
}

/// Says in one line what the decisions come to.
pub fn tell(ui: &Ui, header: &ItemHeader, standing: &Standing<'_>) {
    let words = match (standing.refused.is_some(), standing.is_complete(), is_open(header)) {
        (true, _, _) => msg!("decisions-refused"),
        (_, true, true) => msg!("decisions-complete-closed"),
        (_, true, false) => msg!("decisions-complete"),
        _ => {
            let step =
                standing.next().map_or_else(|| msg!("name-blank"), |decider| steps::words(&decider.step));
            msg!("decisions-open", step = step)
        }
    };
    ui.say(&words);
}
