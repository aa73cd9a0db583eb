//! What the register's leaves say of an item, one entry each: when, what, of which copy, and by whom.

use serde_json::{Value, json};
use vault_core::decision::DecisionNote;
use vault_core::item::{Access, Label};
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::LeafBody;
use vault_core::register::returned::ReturnReason;
use vault_core::transfer::copy::CopyState;
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;
use vault_relay::client::Evidence;

use crate::lang::Msg;
use crate::people::Listed;
use crate::ui::Ui;
use crate::{clock, item_words, msg};

/// What one leaf says.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its index in the register.
    pub index: u64,
    /// When the relay wrote it.
    pub time: Time,
    /// What happened.
    pub what: What,
    /// The copy it is about, where it is about one.
    pub copy: Option<u32>,
    /// Who did it, or was shown something.
    pub person: Option<PersonNo>,
    /// Why a copy was given back.
    pub reason: Option<ReturnReason>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The label itself.
    Label,
    /// Another access note.
    Access,
    /// A decision.
    Decision,
    /// An event.
    Event(EventKind),
}

impl Entry {
    /// What a leaf of an item says.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        let leaf = &evidence.leaf.leaf;
        let (index, time) = (evidence.leaf.index, leaf.head().time);
        let plain = |what, person| Self { index, time, what, copy: None, person, reason: None };
        let of_event = |event: &Event| Self {
            copy: event.copy,
            reason: event.return_reason(),
            ..plain(What::Event(event.kind), event.person)
        };
        if let LeafBody::Event(event) = leaf.body() {
            return of_event(event);
        }
        if let Ok(event) = leaf.signed::<Event>() {
            return of_event(event.value());
        }
        if let Ok(note) = leaf.signed::<DecisionNote>() {
            return plain(What::Decision, Some(note.value().person));
        }
        if leaf.signed::<Access>().is_ok() {
            return plain(What::Access, None);
        }
        let sender = leaf.signed::<Label>().ok().map(|label| label.value().sender.person);
        plain(What::Label, sender)
    }

    /// Whether it is an event of this kind about this copy.
    #[must_use]
    pub fn is_of(&self, kind: EventKind, copy: u32) -> bool {
        self.what == What::Event(kind) && self.copy == Some(copy)
    }

    /// As `--json` shows it.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({
            "index": self.index,
            "kind": self.what.word(),
            "time": self.time.to_string(),
            "copy": self.copy,
            "person": self.person.map(|person| person.to_string()),
            "reason": self.reason.map(ReturnReason::word),
        })
    }

    fn words(&self) -> Msg {
        match self.reason {
            Some(reason) => msg!("event-returned", reason = reason_words(reason)),
            None => self.what.words(),
        }
    }
}

impl What {
    /// The stable word of `--json`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Access => "access",
            Self::Decision => "decision",
            Self::Event(kind) => kind.word(),
        }
    }

    fn words(self) -> Msg {
        match self.word() {
            "label" => msg!("event-label"),
            "access" => msg!("event-access"),
            "accepted" => msg!("event-accepted"),
            "released" => msg!("event-released"),
            "available" => msg!("event-available"),
            "shown" => msg!("event-shown"),
            "demanded" => msg!("event-demanded"),
            "received" => msg!("event-received"),
            "damaged" => msg!("event-damaged"),
            "opened" => msg!("event-opened"),
            "exported" => msg!("event-exported"),
            "recovered" => msg!("event-recovered"),
            "copied" => msg!("event-copied"),
            "carried-out" => msg!("event-carried-out"),
            "brought-back" => msg!("event-brought-back"),
            "lent" => msg!("event-lent"),
            "given-back" => msg!("event-given-back"),
            "refused" => msg!("event-refused"),
            "lapsed" => msg!("event-lapsed"),
            "removed" => msg!("event-removed"),
            "spoilt" => msg!("event-spoilt"),
            "decision" => msg!("event-decision"),
            "review" => msg!("event-review"),
            "withdrawn" => msg!("event-withdrawn"),
            "withheld" => msg!("event-withheld"),
            "chased" => msg!("event-chased"),
            "noted" => msg!("event-noted"),
            "expired" => msg!("event-expired"),
            "passed" => msg!("event-passed"),
            "recalled" => msg!("event-recalled"),
            word => Msg::new("word-other").with("word", word),
        }
    }
}

/// Prints entries as a table, oldest first.
pub fn table(ui: &Ui, everyone: &[Listed], entries: &[Entry]) {
    let by = |person: PersonNo| item_words::name_words(everyone, person.into());
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            vec![
                entry.index.to_string(),
                clock::local(entry.time),
                entry.copy.map(|copy| format!("{copy:06}")).unwrap_or_default(),
                entry.person.map(by).unwrap_or_default(),
                ui.words(&entry.words()),
            ]
        })
        .collect();
    let headings =
        [msg!("name-leaf"), msg!("name-time"), msg!("name-copy"), msg!("name-by"), msg!("name-event")];
    ui.table(&headings, &rows);
}

/// Why a copy was given back, in words.
#[must_use]
pub fn reason_words(reason: ReturnReason) -> Msg {
    match reason {
        ReturnReason::NotForMe => msg!("return-not-for-me"),
        ReturnReason::Incomplete => msg!("return-incomplete"),
        ReturnReason::WrongMark => msg!("return-wrong-mark"),
        ReturnReason::Twice => msg!("return-twice"),
        ReturnReason::Other => msg!("return-other"),
    }
}

/// The state of a copy in words.
#[must_use]
pub fn state_words(state: CopyState) -> Msg {
    match state {
        CopyState::Available => msg!("copy-available"),
        CopyState::Demanded => msg!("copy-demanded"),
        CopyState::Received => msg!("copy-received"),
        CopyState::Returned => msg!("copy-returned"),
        CopyState::Recalled => msg!("copy-recalled"),
        CopyState::Withheld => msg!("copy-withheld"),
        CopyState::Expired => msg!("copy-expired"),
    }
}
