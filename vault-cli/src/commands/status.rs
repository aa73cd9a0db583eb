//! `vault status`: where the copies of what was sent are, and the evidence for it.

use serde_json::{Value, json};
use vault_core::item::{ItemId, Label, LabelHash};
use vault_core::opening::UnlockedItem;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::ItemState;
use vault_relay::client::{Copy, Folder, ItemStatus, ListedItem};

use crate::approval::standing::{self, Standing};
use crate::approval::traces::Traces;
use crate::approval::{news, pending, steps};
use crate::context::Context;
use crate::desk::Desk;
use crate::entries::{self, Entry};
use crate::error::Outcome;
use crate::evidence::{Kept, LeafAndProof};
use crate::history::History;
use crate::inbox::Inbox;
use crate::itemfile::ItemFile;
use crate::lang::Msg;
use crate::leave::{at_relay, changes};
use crate::outbox::{Outbox, find_item, short};
use crate::relay::Line;
use crate::{clock, custody, evidence_file, item_words, msg, opening, waiting};

pub(super) fn run(context: &Context, word: Option<&str>, opinions: bool) -> Outcome {
    let desk = Desk::open(context)?;
    let line = Line::dial(&desk.home, &desk.known)?;
    let desk = desk.in_step(&context.ui, &line)?;
    let outcome = match word {
        None => list(context, &desk, &line),
        Some(word) => one(context, &desk, &line, word, opinions),
    };
    let closed = line.close();
    outcome.and(closed)
}

fn list(context: &Context, desk: &Desk, line: &Line) -> Outcome {
    let ui = &context.ui;
    let sent = waiting::all(line, Folder::Sent)?;
    let mut documents = Vec::new();
    let mut rows = Vec::new();
    for item in &sent {
        let label = item.label.value();
        // A listing of what was sent does not carry the copies: they are asked for item by item.
        let status = asked(desk, line, item.hash())?;
        let to: Vec<String> = label
            .copies
            .iter()
            .filter(|copy| copy.no > 0)
            .map(|copy| item_words::name_words(&desk.everyone, copy.holder))
            .collect();
        rows.push(vec![
            short(label.item),
            clock::local(item.accepted),
            ui.list(&to),
            ui.words(&progress_words(line, item, &status)?),
            item_words::mark(ui, label),
        ]);
        documents.push(json!({
            "item": label.item.to_string(),
            "state": item.state.word(),
            "accepted": item.accepted.to_string(),
            "copies": status.copies.iter().map(copy_document).collect::<Vec<_>>(),
        }));
    }
    ui.json(&json!({ "sent": documents }));
    if rows.is_empty() {
        ui.say(&msg!("nothing-sent"));
        return Ok(());
    }
    ui.table(
        &[msg!("name-item"), msg!("name-accepted"), msg!("name-to"), msg!("name-state"), msg!("name-mark")],
        &rows,
    );
    Ok(())
}

/// Where an item stands, with evidence in which every signature holds: a relay can enter what nobody signed.
fn asked(desk: &Desk, line: &Line, hash: LabelHash) -> Outcome<ItemStatus> {
    let status = line.wait(line.client().status(hash))?;
    for one in &status.evidence {
        evidence_file::signed(desk.known.directory(), one)?;
    }
    Ok(status)
}

fn progress_words(line: &Line, item: &ListedItem, status: &ItemStatus) -> Outcome<Msg> {
    if status.state != ItemState::Released {
        if status.state == ItemState::Proposed {
            let given = pending::given(line, item.label.value(), item.hash(), status)?;
            let standing = Standing::of(item.label.value(), item.hash(), &given);
            if let Some(next) = standing.next() {
                return Ok(msg!("item-waits-for", step = steps::words(&next.step)));
            }
        }
        return Ok(item_state_words(status.state.word()));
    }
    let all = status.copies.len();
    let received = status.copies.iter().filter(|copy| copy.state == CopyState::Received).count();
    Ok(msg!("received-of", received = received, all = all))
}

fn one(context: &Context, desk: &Desk, line: &Line, word: &str, opinions: bool) -> Outcome {
    let ui = &context.ui;
    let found = find(desk, line, word)?;
    let (label, hash) = (found.label(), found.hash());
    let status = asked(desk, line, hash)?;
    found.keep(desk, &status)?;
    // Notices of changes come into this home with whatever else was asked.
    at_relay::sync(line, desk)?;
    if let Found::Sent(_) = found
        && status.state == ItemState::Released
    {
        news::adopt(line, desk, &Outbox::open(&desk.home)?, label.item)?;
    }
    let given = pending::given(line, label, hash, &status)?;
    let standing = Standing::of(label, hash, &given);
    let unlocked = if opinions { Some(found.unlock(context, desk, line)?) } else { None };
    let file_key = unlocked.as_ref().map(UnlockedItem::file_key);
    let entries: Vec<Entry> = status.evidence.iter().map(Entry::of).collect();
    let changed = changes::of(desk, (label, hash))?;
    let noted = match found {
        Found::Sent(_) => changes::noted(&changed, &status),
        _ => Vec::new(),
    };
    ui.json(&json!({
        "item": label.item.to_string(),
        "state": status.state.word(),
        "accepted": status.accepted.to_string(),
        "noted": noted.iter().map(changes::Noted::document).collect::<Vec<_>>(),
        "released": status.released.map(|time| time.to_string()),
        "decide_by": label.decide_by.map(|time| time.to_string()),
        "changes": changed.iter().map(changes::Change::document).collect::<Vec<_>>(),
        "steps": standing::document(&standing, file_key),
        "copies": status.copies.iter().map(copy_document).collect::<Vec<_>>(),
        "evidence": entries.iter().map(Entry::document).collect::<Vec<_>>(),
    }));
    let mut facts = vec![
        (msg!("name-item"), label.item.to_string()),
        (msg!("name-state"), ui.words(&item_state_words(status.state.word()))),
        (msg!("name-accepted"), clock::local(status.accepted)),
    ];
    if let Some(by) = label.decide_by.filter(|_| status.state == ItemState::Proposed) {
        let left = standing::time_left(ui, label.decide_by, clock::now());
        let words = msg!("until-left", time = clock::local(by), left = left);
        facts.push((msg!("name-decide-by"), ui.words(&words)));
    }
    if let Some(released) = status.released.filter(|_| !label.deciders.is_empty()) {
        facts.push((msg!("name-released"), clock::local(released)));
    }
    let mut kept = Kept::new();
    kept.add(status.evidence.iter().map(LeafAndProof::from));
    facts.extend(changes::facts(ui, desk, label, &changed, Some(&kept)));
    facts.extend(noted.iter().flat_map(|one| one.facts(ui, desk)));
    facts.push((msg!("name-mark"), item_words::mark(ui, label)));
    ui.facts(&facts);
    ui.gap();
    if !standing.steps.is_empty() {
        standing::table(ui, &desk.everyone, Some(desk.known.directory()), &standing);
        ui.gap();
    }
    if let Some(file_key) = file_key {
        standing::opinions(ui, &desk.everyone, &given, hash, file_key);
    } else if given.iter().any(|one| one.note.value().opinion.is_some()) {
        ui.note(&msg!("opinions-next", item = short(label.item)));
    }
    let rows: Vec<Vec<String>> = status.copies.iter().map(|copy| copy_row(context, desk, copy)).collect();
    if !rows.is_empty() {
        let headings =
            [msg!("name-copy"), msg!("name-holder"), msg!("name-state"), msg!("name-since"), msg!("name-by")];
        ui.table(&headings, &rows);
        ui.gap();
    }
    news::tell_withheld(ui, desk, label, &news::withheld(&status));
    entries::table(ui, &desk.everyone, &entries);
    ui.note(&msg!("evidence-checked"));
    Ok(())
}

/// An item that this person has to do with.
enum Found {
    /// Sent from here.
    Sent(ItemFile),
    /// Received here.
    Received(ItemFile),
    /// To be decided on, or decided; nothing of it is here but the evidence of own acts.
    Deciding(Box<Label>, LabelHash),
}

/// An item sent from here, received here, or waiting for a decision of mine.
fn find(desk: &Desk, line: &Line, word: &str) -> Outcome<Found> {
    let outbox = Outbox::open(&desk.home)?;
    let missing = match find_item(&outbox.sent()?, word) {
        Ok(item) => return outbox.sent_header(item).map(Found::Sent),
        Err(failure) => failure,
    };
    let inbox = Inbox::open(&desk.home)?;
    if let Ok(item) = inbox.find(word) {
        return inbox.item(item).map(Found::Received);
    }
    let listed = waiting::all(line, Folder::Deciding)?;
    let items: Vec<ItemId> = listed.iter().map(|one| one.label.value().item).collect();
    if let Ok(item) = find_item(&items, word)
        && let Some(one) = listed.iter().find(|one| one.label.value().item == item)
    {
        return Ok(Found::Deciding(Box::new(one.label.value().clone()), one.hash()));
    }
    // Whoever signed may ask what became of it: of the item only his own evidence is here.
    let traces = Traces::open(&desk.home)?;
    let hash = find_item(&traces.items()?, word).and_then(|item| traces.label(item, desk));
    let Ok(Some(hash)) = hash else { return Err(missing) };
    let status = line.wait(line.client().status(hash))?;
    let label = status.evidence.iter().find_map(|one| {
        let note = one.leaf.leaf.signed::<Label>().ok()?;
        (LabelHash::of_note(note.hash()) == hash).then(|| note.value().clone())
    });
    label.map(|label| Found::Deciding(Box::new(label), hash)).ok_or(missing)
}

impl Found {
    fn label(&self) -> &Label {
        match self {
            Self::Sent(file) | Self::Received(file) => file.header.label().value(),
            Self::Deciding(label, _) => label,
        }
    }

    fn hash(&self) -> LabelHash {
        match self {
            Self::Sent(file) | Self::Received(file) => file.header.label_hash(),
            Self::Deciding(_, hash) => *hash,
        }
    }

    /// New leaves are kept beside what was kept before; what was told here need not be told again.
    fn keep(&self, desk: &Desk, status: &ItemStatus) -> Outcome {
        let item = self.label().item;
        let new = status.evidence.iter().map(LeafAndProof::from);
        match self {
            Self::Sent(_) => {
                let outbox = Outbox::open(&desk.home)?;
                let mut kept = outbox.evidence(item)?;
                kept.add(new);
                if kept.told.is_some() {
                    kept.told = Some(status.state.word().to_owned());
                }
                outbox.keep(item, &kept)
            }
            Self::Received(_) => {
                let inbox = Inbox::open(&desk.home)?;
                let mut kept = inbox.evidence(item)?;
                kept.add(new);
                inbox.keep(item, &kept)
            }
            Self::Deciding(..) => Ok(()),
        }
    }

    fn unlock(&self, context: &Context, desk: &Desk, line: &Line) -> Outcome<UnlockedItem> {
        let keys = desk.unlock(context)?;
        match self {
            Self::Sent(file) => {
                let kept = Outbox::open(&desk.home)?.evidence(self.label().item)?;
                let history = History::kept(desk, &file.header, &kept);
                opening::unlock(desk, file.header.clone(), &keys, &history)
            }
            Self::Received(file) => custody::unlock(desk, &Inbox::open(&desk.home)?, &file.header, &keys),
            Self::Deciding(_, hash) => {
                let shown = line.wait(line.client().header(*hash))?;
                let leaves = shown.evidence.iter().map(|one| (one.leaf.index, &one.leaf.leaf));
                let history = History::proved(desk, &shown.header, leaves);
                opening::unlock(desk, shown.header.clone(), &keys, &history)
            }
        }
    }
}

fn copy_row(context: &Context, desk: &Desk, copy: &Copy) -> Vec<String> {
    vec![
        format!("{:06}", copy.no),
        item_words::name_words(&desk.everyone, copy.holder),
        context.ui.words(&entries::state_words(copy.state)),
        clock::local(copy.since),
        copy.person.map(|person| item_words::name_words(&desk.everyone, person.into())).unwrap_or_default(),
    ]
}

fn copy_document(copy: &Copy) -> Value {
    json!({
        "copy": copy.no,
        "holder": copy.holder.to_string(),
        "state": copy.state.word(),
        "number": copy.number,
        "since": copy.since.to_string(),
        "person": copy.person.map(|person| person.to_string()),
    })
}

fn item_state_words(word: &str) -> Msg {
    match word {
        "proposed" => msg!("item-proposed"),
        "released" => msg!("item-released"),
        "refused" => msg!("item-refused"),
        "withdrawn" => msg!("item-withdrawn"),
        "lapsed" => msg!("item-lapsed"),
        _ => Msg::new("word-other").with("word", word),
    }
}
