//! `vault recall` 追回: the sender calls copies back that nobody has fetched, and hears of each what became of it: taken back
//! unseen, taken back after its title was shown, or too late.

use serde_json::{Value, json};
use vault_core::item::{ItemHeader, ItemId};
use vault_core::register::event::EventKind;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::ItemState;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;
use vault_relay::client::{Copy, ItemStatus};

use crate::cli::RecallArgs;
use crate::context::Context;
use crate::desk::Desk;
use crate::entries::{self, Entry};
use crate::error::{Failure, Kind, Outcome};
use crate::evidence::LeafAndProof;
use crate::lang::Msg;
use crate::outbox::{Outbox, find_item, short};
use crate::relay::Line;
use crate::ui::Ui;
use crate::{clock, item_words, msg, people, statement};

pub(super) fn run(context: &Context, args: &RecallArgs) -> Outcome {
    let ui = &context.ui;
    let (_lock, desk, line) = Desk::at_relay(context)?;
    let outbox = Outbox::open(&desk.home)?;
    let item = find_item(&outbox.sent()?, &args.item)?;
    let header = outbox.sent_header(item)?.header;
    let status = line.wait(line.client().status(header.label_hash()))?;
    recallable(&status, item)?;
    let named = named(ui, &desk, &args.to)?;
    let wanted = chosen(&status, &named);
    if wanted.is_empty() {
        return Err(
            Failure::usage(msg!("recall-no-copy")).hint(msg!("recall-no-copy-next", item = short(item)))
        );
    }
    let open: Vec<&Copy> = wanted.iter().copied().filter(|copy| copy.state == CopyState::Available).collect();
    if !open.is_empty() {
        let names: Vec<String> = open.iter().map(|copy| name(&desk, copy.holder)).collect();
        ui.facts(&[
            (msg!("name-item"), item.to_string()),
            (msg!("name-holder"), ui.list(&names)),
            (msg!("name-mark"), item_words::mark(ui, header.label().value())),
        ]);
        ui.confirm(&msg!("recall-ask"))?;
        call_back(context, &desk, &line, &header, &open)?;
    }
    // Asked again: what became of each copy is what the relay has now, and its proofs stay here.
    let status = line.wait(line.client().status(header.label_hash()))?;
    line.close()?;
    let mut kept = outbox.evidence(item)?;
    kept.add(status.evidence.iter().map(LeafAndProof::from));
    outbox.keep(item, &kept)?;
    let entries: Vec<Entry> = status.evidence.iter().map(Entry::of).collect();
    let copies = chosen(&status, &named);
    let outcomes: Vec<(&Copy, Fate)> = copies.iter().map(|copy| (*copy, Fate::of(copy, &entries))).collect();
    if outcomes.iter().any(|(copy, _)| copy.state == CopyState::Recalled) {
        tell(ui, &desk, item, &outcomes);
        return Ok(());
    }
    Err(nothing(&desk, item, &outcomes))
}

/// Why nothing could be called back, copy by copy.
fn nothing(desk: &Desk, item: ItemId, outcomes: &[(&Copy, Fate)]) -> Failure {
    let failure = Failure::new(Kind::Refused, msg!("recall-nothing")).code("copy-state");
    let of_copies = outcomes.iter().fold(failure, |failure, (copy, fate)| {
        let (no, who) = (format!("{:06}", copy.no), name(desk, copy.holder));
        failure.hint(msg!("recall-copy", copy = no, who = who, fate = fate.words(desk, copy)))
    });
    if !outcomes.iter().any(|(_, fate)| matches!(fate, Fate::TooLate(..))) {
        return of_copies;
    }
    of_copies.hint(msg!("recall-late-next")).hint(msg!("recall-known-next", item = short(item)))
}

/// Only what was released is recalled.
fn recallable(status: &ItemStatus, item: ItemId) -> Outcome {
    let failure = match status.state {
        ItemState::Released => return Ok(()),
        ItemState::Proposed => Failure::new(Kind::Refused, msg!("recall-proposed"))
            .hint(msg!("recall-proposed-next", item = short(item))),
        _ => Failure::new(Kind::Refused, msg!("recall-ended")).hint(msg!("chase-nothing-here-next")),
    };
    Err(failure.code("item-state"))
}

fn named(ui: &Ui, desk: &Desk, words: &[String]) -> Outcome<Vec<Holder>> {
    words.iter().map(|word| Ok(people::resolve(ui, &desk.everyone, word)?.holder)).collect()
}

/// The copies of those named; all of them where nobody is.
fn chosen<'a>(status: &'a ItemStatus, named: &[Holder]) -> Vec<&'a Copy> {
    status.copies.iter().filter(|copy| named.is_empty() || named.contains(&copy.holder)).collect()
}

/// Signs for each copy. One that was demanded while the question stood is left to be told of.
fn call_back(context: &Context, desk: &Desk, line: &Line, header: &ItemHeader, open: &[&Copy]) -> Outcome {
    let keys = desk.unlock(context)?;
    let named = (header.label().value(), header.label_hash());
    for copy in open {
        let said = statement::sign_taken_back(desk, &keys, named, copy.no, None)?;
        match line.wait(line.client().statement(&said)) {
            Ok(_) => {}
            Err(failure) if failure.code.as_deref() == Some("copy-state") => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// What became of a copy, as its entries show.
enum Fate {
    /// Taken back before anybody saw the header.
    Unseen,
    /// Taken back after its header, and with it the title, was shown.
    Shown(Option<PersonNo>, Time),
    /// Taken back after somebody had signed for it and given no receipt: the content may be known.
    Fetched(Option<PersonNo>, Time),
    /// Signed for before it could be taken back.
    TooLate(Option<PersonNo>, Time),
    /// It had ended otherwise.
    Ended,
}

impl Fate {
    fn of(copy: &Copy, entries: &[Entry]) -> Self {
        let last = |kind| entries.iter().rev().find(|entry| entry.is_of(kind, copy.no));
        match copy.state {
            CopyState::Recalled => match (last(EventKind::Demanded), last(EventKind::Shown)) {
                (Some(entry), _) => Self::Fetched(entry.person, entry.time),
                (None, Some(entry)) => Self::Shown(entry.person, entry.time),
                (None, None) => Self::Unseen,
            },
            CopyState::Demanded | CopyState::Received => Self::TooLate(copy.person, copy.since),
            CopyState::Available | CopyState::Returned | CopyState::Withheld | CopyState::Expired => {
                Self::Ended
            }
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Unseen => "unseen",
            Self::Shown(..) => "shown",
            Self::Fetched(..) => "fetched",
            Self::TooLate(..) => "too-late",
            Self::Ended => "ended",
        }
    }

    fn words(&self, desk: &Desk, copy: &Copy) -> Msg {
        let who = |person: &Option<PersonNo>| name(desk, person.map_or(copy.holder, Holder::from));
        match self {
            Self::Unseen => msg!("recall-unseen"),
            Self::Shown(person, time) => msg!("recall-shown", who = who(person), time = clock::local(*time)),
            Self::Fetched(person, time) => {
                msg!("recall-fetched", who = who(person), time = clock::local(*time))
            }
            Self::TooLate(person, time) => msg!("recall-late", who = who(person), time = clock::local(*time)),
            Self::Ended => entries::state_words(copy.state),
        }
    }

    fn is_known(&self) -> bool {
        matches!(self, Self::Shown(..) | Self::Fetched(..) | Self::TooLate(..))
    }
}

fn name(desk: &Desk, holder: Holder) -> String {
    item_words::holder_words(&desk.everyone, holder)
}

fn tell(ui: &Ui, desk: &Desk, item: ItemId, outcomes: &[(&Copy, Fate)]) {
    let document = |(copy, fate): &(&Copy, Fate)| -> Value {
        json!({
            "copy": copy.no,
            "holder": copy.holder.to_string(),
            "state": copy.state.word(),
            "since": copy.since.to_string(),
            "fate": fate.word(),
        })
    };
    ui.json(&json!({
        "item": item.to_string(),
        "copies": outcomes.iter().map(document).collect::<Vec<_>>(),
    }));
    let row = |(copy, fate): &(&Copy, Fate)| {
        vec![format!("{:06}", copy.no), name(desk, copy.holder), ui.words(&fate.words(desk, copy))]
    };
    let rows: Vec<Vec<String>> = outcomes.iter().map(row).collect();
    ui.table(&[msg!("name-copy"), msg!("name-holder"), msg!("name-state")], &rows);
    let recalled = outcomes.iter().filter(|(copy, _)| copy.state == CopyState::Recalled).count();
    if recalled > 0 {
        ui.done(&msg!("recall-done", count = recalled));
    }
    if outcomes.iter().any(|(_, fate)| matches!(fate, Fate::TooLate(..))) {
        ui.warn(&msg!("recall-late-next"));
    }
    if outcomes.iter().any(|(_, fate)| fate.is_known()) {
        ui.note(&msg!("recall-known-next", item = short(item)));
    }
}
