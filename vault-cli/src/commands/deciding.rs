//! Deciding over the relay: `vault pending`, reading what waits, answering it, taking an answer or an item back.

use std::path::Path;

use serde_json::json;
use vault_core::decision::{Answer, Taken};
use vault_core::item::ItemHeader;
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::{Leaf, LeafHash};
use vault_core::stream::at::Shifted;
use vault_core::stream::{Progress, Work};
use vault_core::transfer::item::ItemState;
use vault_keys::keyfile::PersonKeys;
use vault_relay::client::{ListedItem, Transfer};

use super::approve::{ask_and_sign, document, said, tell_withheld, withheld_document};
use super::read::Show;
use crate::approval::answer::{self, Answered, Capacity, Wish};
use crate::approval::finish;
use crate::approval::pending;
use crate::approval::proposal::Proposal;
use crate::approval::standing::{self, Given};
use crate::approval::traces::Traces;
use crate::cli::{DecideArgs, ReadArgs};
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::evidence::LeafAndProof;
use crate::history::History;
use crate::leave::{self, files};
use crate::outbox::{Outbox, find_item, short};
use crate::relay::Line;
use crate::{clock, item_words, msg, opening, statement};

/// `vault pending`.
pub(super) fn list(context: &Context) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let line = Line::dial(&desk.home, &desk.known)?;
    // Who may decide is the directory's to say.
    let desk = desk.synced(ui, &line)?;
    let pending = pending::for_me(&line, &desk)?;
    let requests = leave::at_relay::for_me(&line, &desk)?;
    line.close()?;
    ui.json(&json!({
        "pending": pending::document(&pending),
        "requests": leave::at_relay::document(&desk, &requests),
    }));
    leave::at_relay::tell_waiting(ui, &desk, &requests);
    if pending.is_empty() && requests.is_empty() {
        ui.say(&msg!("pending-nothing"));
    }
    if !pending.is_empty() {
        ui.heading(&msg!("pending-heading", count = pending.len()));
        pending::table(ui, &desk, &pending);
        ui.note(&msg!("pending-next"));
    }
    desk.warn(ui);
    Ok(())
}

/// An item at the relay, fetched to be decided on.
struct Fetched {
    header: ItemHeader,
    proposal: Proposal,
}

fn fetch(desk: &Desk, line: &Line, keys: &PersonKeys, listed: &ListedItem) -> Outcome<Fetched> {
    let shown = line.wait(line.client().header(listed.hash()))?;
    let leaves = shown.evidence.iter().map(|one| (one.leaf.index, &one.leaf.leaf));
    let history = History::proved(desk, &shown.header, leaves);
    let chain = history.chain().ok_or_else(pending::unproved)?;
    let given: Vec<Given> = chain.decisions().iter().map(Given::from).collect();
    let proposal = Proposal::unlock(desk, keys, shown.header.clone(), &history, given, true)?;
    Ok(Fetched { header: shown.header, proposal })
}

/// `vault approve` and `vault refuse` on an item at the relay.
pub(super) fn at_relay(context: &Context, word: &str, place: &DecideArgs, wish: &Wish<'_>) -> Outcome {
    let ui = &context.ui;
    if !place.with.is_empty() || place.output.is_some() {
        let what = if place.output.is_some() { "--output" } else { "--with" };
        return Err(Failure::usage(msg!("decide-file-only", what = what)));
    }
    let (_lock, desk, line) = Desk::at_relay(context)?;
    desk.known.may_seal(clock::now())?;
    let listed = pending::find(&line, word)?;
    let keys = desk.unlock(context)?;
    let fetched = fetch(&desk, &line, &keys, &listed)?;
    opening::tell(ui, &fetched.proposal.unlocked);
    let capacity = answer::capacity(ui, &desk, &fetched.proposal, wish)?;
    let item = listed.label.value().item;
    let opened = Traces::open(&desk.home)?.opened(item)?.is_some();
    let read_it = format!("vault read {}", short(item));
    let signing = (&keys, &capacity, wish, opened);
    let answered = ask_and_sign(context, &desk, &fetched.proposal, signing, &read_it)?;
    let decider = Decider { context, keys: &keys, listed: &listed, capacity: &capacity, wish, opened };
    decider.hand_in(desk, &line, fetched, answered)?;
    line.close()
}

/// One person with one answer to one item.
struct Decider<'a> {
    context: &'a Context,
    keys: &'a PersonKeys,
    listed: &'a ListedItem,
    capacity: &'a Capacity,
    wish: &'a Wish<'a>,
    opened: bool,
}

/// What the relay says when this home was behind; with what is newest the same answer can be given again.
const BEHIND: [&str; 6] = [
    "decision-directory",
    "header-needed",
    "access-sequence",
    "access-split",
    "access-stale",
    "access-directory",
];

/// What it says when somebody else was faster.
const FASTER: [&str; 4] = ["decision-order", "decision-refused", "decide-by-passed", "item-state"];

impl Decider<'_> {
    /// Hands the answer in, with the finished header where it completes the steps. Once more with what is newest, if this
    /// home was behind.
    fn hand_in(&self, desk: Desk, line: &Line, fetched: Fetched, answered: Answered) -> Outcome {
        match self.try_once(&desk, line, &fetched.proposal, &answered) {
            Err(failure) if is_one_of(&failure, &BEHIND) => {
                let desk = desk.synced(&self.context.ui, line)?;
                let again = fetch(&desk, line, self.keys, self.listed)?;
                let answered =
                    answer::sign(&desk, self.keys, &again.proposal, self.capacity, self.wish, self.opened)?;
                self.try_once(&desk, line, &again.proposal, &answered)
                    .map_err(|failure| self.faster(&desk, line, failure))
            }
            other => other.map_err(|failure| self.faster(&desk, line, failure)),
        }
    }

    fn try_once(&self, desk: &Desk, line: &Line, proposal: &Proposal, answered: &Answered) -> Outcome {
        let ui = &self.context.ui;
        let finished = match answered.taken {
            Taken::Completed => Some(finish::header(desk, self.keys, proposal, &answered.given)?),
            _ => None,
        };
        let header = finished.as_ref().map(|finished| &finished.header);
        let decided = line.wait(line.client().decide(proposal.hash(), &answered.note, header))?;
        let traces = Traces::open(&desk.home)?;
        traces.keep(proposal.label().item, [LeafAndProof::from(&decided.evidence)])?;
        let mut document = document(proposal, self.capacity, self.wish, answered, self.opened);
        document["leaf"] = json!(decided.evidence.leaf.index);
        document["state"] = json!(decided.state.word());
        if let Some(finished) = &finished {
            document["withheld"] = withheld_document(&finished.withheld);
        }
        ui.json(&document);
        said(ui, desk, proposal, self.capacity, answered);
        if let Some(finished) = finished.filter(|_| decided.state == ItemState::Released) {
            ui.aside(&ui.words(&msg!("said-released")));
            tell_withheld(ui, desk, &finished.withheld);
        }
        ui.aside(&ui.words(&msg!("decided-leaf", index = decided.evidence.leaf.index)));
        Ok(())
    }

    /// Where somebody else was faster, shows how the item stands now.
    fn faster(&self, desk: &Desk, line: &Line, failure: Failure) -> Failure {
        if !is_one_of(&failure, &FASTER) {
            return failure;
        }
        let hash = self.listed.hash();
        let status = line.wait(line.client().status(hash));
        if let Ok(status) = status
            && let Ok(given) = pending::given(line, self.listed.label.value(), hash, &status)
        {
            let label = self.listed.label.value();
            let standing = standing::Standing::of(label, hash, &given);
            let directory = desk.known.directory();
            standing::table(&self.context.ui, &desk.everyone, Some(directory), &standing);
        }
        failure.hint(msg!("decide-faster-next", item = short(self.listed.label.value().item)))
    }
}

fn is_one_of(failure: &Failure, codes: &[&str]) -> bool {
    failure.kind == Kind::Refused && failure.code.as_deref().is_some_and(|code| codes.contains(&code))
}

/// `vault read` of an item that waits for this person's decision; `missing` says that nothing of the name was received.
pub(super) fn read(context: &Context, args: &ReadArgs, missing: Failure) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let lock = home.lock()?;
    let desk = Desk::at(home.clone())?;
    let line = match Line::dial(&home, &desk.known) {
        // What was not received cannot be looked at without the relay.
        Err(failure) if failure.kind == Kind::Network => return Err(missing),
        other => other?,
    };
    let desk = desk.synced(ui, &line)?;
    let listed = match pending::find(&line, &args.item) {
        Err(failure) if failure.message.key() == "pending-none-such" => return Err(missing),
        other => other?,
    };
    let keys = desk.unlock(context)?;
    let Fetched { header, proposal } = fetch(&desk, &line, &keys, &listed)?;
    opening::tell(ui, &proposal.unlocked);
    let show = Show::new(context, &desk, args, &proposal.unlocked)?;
    let traces = Traces::open(&desk.home)?;
    let item = proposal.label().item;
    let demand = match earlier_demand(&desk, &traces, &header)? {
        Some(leaf) => leaf,
        None => {
            let demand = statement::sign(&desk, &keys, EventKind::Review, &header, None, None)?;
            let evidence = line.wait(line.client().demand(&demand))?;
            traces.keep(item, [LeafAndProof::from(&evidence)])?;
            evidence.leaf.leaf.hash()
        }
    };
    // A file without a name: whatever happens, nothing of it stays on the disk, sealed as it is.
    let place = home.path("");
    let file = tempfile::tempfile_in(&place).map_err(|error| Failure::io(&place, &error))?;
    let content = Shifted::new(file, 0);
    let length = proposal.label().content.length;
    let transfer = Transfer::default();
    ui.progress(&msg!("progress-receive"), length).during(
        || transfer.moved_bytes(),
        || {
            let fetched = line.client().fetch(listed.hash(), demand, 0, length, &content, &transfer);
            line.wait(fetched)
        },
    )?;
    line.close()?;
    let progress = Progress::new();
    ui.progress(&msg!("progress-verify"), length)
        .during(
            || progress.done_bytes(),
            || proposal.unlocked.verify_payload(&content, &Work::new(&progress)),
        )
        .map_err(|error| opening::failure(&error))?;
    traces.remember_opened(item, clock::now())?;
    // Reading takes its time, and nothing here is written any more.
    drop(lock);
    show.content(&content)?;
    ui.note(&msg!("review-next", item = short(item)));
    Ok(())
}

/// The leaf of a demand that this station signed before for the same item.
fn earlier_demand(desk: &Desk, traces: &Traces, header: &ItemHeader) -> Outcome<Option<LeafHash>> {
    let org = desk.known.organisation.org();
    let kept = traces.of(header.label().value().item)?;
    let leaves = kept.leaves.iter().filter_map(|kept| kept.leaf(org));
    let station = desk.card.station_id();
    let is_mine = |leaf: &Leaf| {
        leaf.signed::<Event>().is_ok_and(|note| {
            let event = note.value();
            event.kind == EventKind::Review
                && event.label == Some(header.label_hash())
                && event.person == Some(desk.me)
                && event.station == Some(station)
        })
    };
    let found = leaves.filter(is_mine).map(|leaf| leaf.hash()).next_back();
    Ok(found)
}

/// `vault withdraw`: the sender takes an item back, a decider his agreement.
pub(super) fn withdraw(context: &Context, word: &str, output: Option<&Path>) -> Outcome {
    let ui = &context.ui;
    if files::is_request(word) {
        return leave::deciding::withdraw(context, Path::new(word), output);
    }
    if output.is_some() {
        return Err(Failure::usage(msg!("decide-file-only", what = "--output")));
    }
    if leave::at_relay::is_name(word) {
        let said = Wish { answer: Answer::Withdraw, step: None, principal: None, opinion: None };
        return leave::deciding::at_relay(context, word, &said);
    }
    let (_lock, desk, line) = Desk::at_relay(context)?;
    let outbox = Outbox::open(&desk.home)?;
    if let Ok(item) = find_item(&outbox.sent()?, word) {
        let header = outbox.sent_header(item)?.header;
        let label = header.label().value();
        ui.facts(&[(msg!("name-item"), item.to_string()), (msg!("name-mark"), item_words::mark(ui, label))]);
        let state = line.wait(line.client().status(header.label_hash()))?.state;
        if state != ItemState::Proposed {
            return Err(Failure::new(Kind::Refused, msg!("withdraw-ended"))
                .code("item-state")
                .hint(msg!("withdraw-too-late", item = short(item))));
        }
        ui.confirm(&msg!("withdraw-item-ask"))?;
        let keys = desk.unlock(context)?;
        let event = statement::sign(&desk, &keys, EventKind::Withdrawn, &header, None, None)?;
        let evidence = line.wait(line.client().statement(&event)).map_err(|failure| {
            if failure.code.as_deref() == Some("item-state") {
                return failure.hint(msg!("withdraw-too-late", item = short(item)));
            }
            failure
        })?;
        let mut kept = outbox.evidence(item)?;
        kept.add([LeafAndProof::from(&evidence)]);
        kept.told = Some(ItemState::Withdrawn.word().to_owned());
        outbox.keep(item, &kept)?;
        line.close()?;
        ui.json(&json!({
            "item": item.to_string(),
            "result": "withdrawn",
            "leaf": evidence.leaf.index,
        }));
        ui.done(&msg!("withdrawn-item", item = short(item)));
        return Ok(());
    }
    let listed = pending::find(&line, word)?;
    let keys = desk.unlock(context)?;
    let fetched = fetch(&desk, &line, &keys, &listed)?;
    let wish = Wish { answer: Answer::Withdraw, step: None, principal: None, opinion: None };
    let standing = fetched.proposal.standing();
    let own = standing.steps.iter().find_map(|step| {
        let given = step.agreed.filter(|given| given.note.value().person == desk.me)?;
        Some(Capacity { decider: step.decider.clone(), principal: given.note.value().principal })
    });
    let Some(capacity) = own else {
        return Err(Failure::new(Kind::Refused, msg!("withdraw-nothing"))
            .code("decision-nothing-to-withdraw")
            .hint(msg!("withdraw-nothing-next")));
    };
    let item = listed.label.value().item;
    let opened = Traces::open(&desk.home)?.opened(item)?.is_some();
    let answered = answer::sign(&desk, &keys, &fetched.proposal, &capacity, &wish, opened)?;
    fetched.proposal.show(ui, &desk, Vec::new());
    ui.confirm(&msg!("withdraw-ask"))?;
    let decider = Decider { context, keys: &keys, listed: &listed, capacity: &capacity, wish: &wish, opened };
    decider.hand_in(desk, &line, fetched, answered)?;
    line.close()
}
