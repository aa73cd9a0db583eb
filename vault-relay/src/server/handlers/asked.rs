//! `ask`, `asked`, `respond`: requests for every act but sealing and sending, and the decisions on them
//! (docs/decisions.md, "Requests"; docs/relay-protocol.md, "Requests for leave").
//!
//! A request is judged as it comes in, with the labels the relay holds; each decision on it as those on items are. What a
//! leave allows is judged where it is used.

use std::sync::Arc;

use vault_core::admission::{Entered, Relay, Side, hear_on_request, judge_request, principals};
use vault_core::decision::{
    Act, Answer, DECISION_MAX, DecisionNote, REQUEST_MAX, Request, RequestFile, Taken,
};
use vault_core::item::{Label, LabelHash};
use vault_core::limits::LABEL_MAX;
use vault_keys::digest::NoteHash;
use vault_keys::directory::Place;
use vault_keys::note::Signed;
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::entry;
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::{Frames, judge, party, statement};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Decided, Done, Listed, Requests};
use crate::store::{AskedDecision, AskedRecord, CopyRecord, ItemRecord, StoreError, Transaction, View};

/// Requests of one person that wait at once.
const WAITING_MAX: usize = 200;

/// How long one that nobody answered counts as one of them at least, in days: whoever gives nobody the time to answer asks
/// no more often by it.
const UNANSWERED_DAYS: i64 = 30;

/// How long a request is listed for those who asked and are asked, in days: as long as the longest leave.
const LISTED_DAYS: i64 = 366;

/// Most requests in one listing.
const LISTED_MAX: usize = 1000;

pub(super) async fn ask(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let note = statement::read(frames).await?;
    let ctx = Arc::clone(context);
    let index = context.write(move |transaction| ask_in(&ctx, transaction, caller, &note)).await?;
    context.register.flush().await?;
    reply.accept_with(&Done { leaves: 1 }).await?;
    party::send_evidence(context, reply, &[index]).await
}

fn ask_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    note: &[u8],
) -> Result<u64, Failure> {
    let (force, now) = (context.judging(transaction, caller)?, context.now());
    let request = Signed::<Request>::parse(note, force.org(), REQUEST_MAX)
        .map_err(|error| Failure::against_rule(RelayCode::StatementForm, error.to_string()))?;
    let text = request.value();
    if text.requester.person != caller.person || text.station != caller.station {
        let reason = "the request is not by the person of this station, at this station";
        return Err(Failure::against_rule(RelayCode::StatementSigner, reason));
    }
    if let Some(known) = transaction.asked(request.hash())? {
        return Ok(known.position);
    }
    let mine = transaction.asked_of(&[caller.person], now.plus_seconds(-LISTED_DAYS * 86_400))?;
    let lately = now.plus_seconds(-UNANSWERED_DAYS * 86_400);
    let mut waiting = 0;
    for asked in mine.iter().filter(|asked| asked.requester == caller.person && asked.state == "asked") {
        waiting += usize::from(asked.received >= lately || waits(asked, &read(asked, &force)?, now));
    }
    if waiting >= WAITING_MAX {
        let reason = "so many requests of this person wait that no more are taken";
        return Err(Failure::refuse(RelayCode::RequestsFull, reason));
    }
    let mut labels = Vec::new();
    for item in &text.items {
        // Whoever has no part in an item cannot tell by asking that it exists.
        let found = party::find(transaction, &force, caller, item.label, now)?;
        labels.push(label(&found.item.label_note, &force)?);
    }
    let versions = judge::versions(&force, transaction, [text.directory.version])?;
    let all: Vec<&Signed<Label>> = labels.iter().collect();
    let judged = judge::with_published(&force, &versions, |published| {
        judge_request(published, &request, &all, Side::Relay(Relay::item(caller.person)), now)
    });
    judged.map_err(|refused| Failure::by_rule(&refused))?;
    let position = transaction.queue_leaf(&entry::of_request(context, &force, request.note(), now)?)?;
    let asked = text.deciders.iter().flat_map(|decider| decider.asked.iter().copied());
    let persons: Vec<PersonNo> = asked.chain([caller.person]).collect();
    let items: Vec<LabelHash> = text.items.iter().map(|item| item.label).collect();
    let record = AskedRecord {
        request: request.hash(),
        note: request.encode(),
        requester: caller.person,
        act: text.act.word().to_owned(),
        received: now,
        state: "asked".to_owned(),
        position,
    };
    transaction.put_asked(&record, &persons, &items)?;
    Ok(position)
}

pub(super) async fn respond(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let note = statement::read(frames).await?;
    let ctx = Arc::clone(context);
    let (index, state) =
        context.write(move |transaction| respond_in(&ctx, transaction, caller, &note)).await?;
    context.register.flush().await?;
    reply.accept_with(&Decided { state, leaves: 1 }).await?;
    party::send_evidence(context, reply, &[index]).await
}

fn respond_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    note: &[u8],
) -> Result<(u64, String), Failure> {
    let (force, now) = (context.judging(transaction, caller)?, context.now());
    let decision = Signed::<DecisionNote>::parse(note, force.org(), DECISION_MAX)
        .map_err(|error| Failure::against_rule(RelayCode::StatementForm, error.to_string()))?;
    let text = decision.value();
    if text.person != caller.person || text.station != caller.station {
        let reason = "the decision is not by the person of this station, at this station";
        return Err(Failure::against_rule(RelayCode::StatementSigner, reason));
    }
    let nothing = || Failure::refuse(RelayCode::NoSuchItem, "there is no such request for you here");
    let record = transaction.asked(text.about.hash)?.ok_or_else(nothing)?;
    let request = read(&record, &force)?;
    if !may_see(&request, &force, caller, now) {
        return Err(nothing());
    }
    let known = transaction.asked_decisions(record.request)?;
    if let Some(same) = known.iter().find(|one| one.decision == decision.hash()) {
        return Ok((same.position, record.state));
    }
    let before = entered(&known, &force)?;
    let of_decisions = before.iter().map(|(note, ..)| note.value().directory.version);
    let own = [request.value().directory.version, text.directory.version];
    let versions = judge::versions(&force, transaction, own.into_iter().chain(of_decisions))?;
    let entered: Vec<Entered<'_>> =
        before.iter().map(|(note, time, place)| Entered { note, time: *time, place: Some(place) }).collect();
    let new = Entered { note: &decision, time: now, place: None };
    let heard = judge::with_published(&force, &versions, |published| {
        hear_on_request(published, &request, &entered, &new)
    });
    let taken = heard.map_err(|refused| Failure::by_rule(&refused))?;
    if text.answer != Answer::Refuse {
        let mut file = file(transaction, &force, &record, request, |_| Ok(true))?;
        file.add(decision.clone());
        if !file.has_room() {
            let reason = "the answers to this request would not fit a request file any more; refuse it, or let it lapse";
            return Err(Failure::refuse(RelayCode::StatementsFull, reason));
        }
    }
    let state = match taken {
        Taken::Completed => "decided",
        Taken::Refused => "refused",
        Taken::Step | Taken::Withdrawn => "asked",
    };
    let position = transaction.queue_leaf(&entry::of_request(context, &force, decision.note(), now)?)?;
    let answer = AskedDecision {
        request: record.request,
        decision: decision.hash(),
        note: decision.encode(),
        time: now,
        position,
    };
    transaction.put_asked_decision(&answer, state)?;
    Ok((position, state.to_owned()))
}

pub(super) async fn list(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let _asked: Requests = frames.message().await?;
    frames.end().await?;
    let ctx = Arc::clone(context);
    let listed = context.read(move |view| listed(view, &*ctx.current.require()?, caller, ctx.now())).await?;
    let count = u32::try_from(listed.len()).map_err(|_| Failure::Ours("more requests than u32"))?;
    reply.accept_with(&Listed { count }).await?;
    // One after the other: each has up to 64 labels.
    for request in listed {
        let ctx = Arc::clone(context);
        let file = context
            .read(move |view| shown(view, &*ctx.current.require()?, (caller, request), ctx.now()))
            .await?;
        reply.text(&file).await?;
    }
    Ok(())
}

/// Everything this person has to do with.
fn listed(view: &dyn View, force: &Force, caller: Caller, now: Time) -> Result<Vec<NoteHash>, Failure> {
    let since = now.plus_seconds(-LISTED_DAYS * 86_400);
    let principals = principals(force.directory(), caller.person, now.day());
    let mut persons: Vec<PersonNo> = principals.into_iter().map(|(principal, _)| principal).collect();
    persons.push(caller.person);
    let mut found = view.asked_of(&persons, since)?;
    let holders = force.holders_of(caller.person);
    for act in [Act::Change, Act::Declassify] {
        found.extend(view.asked_about(act.word(), caller.person, &holders)?);
    }
    found.sort_by_key(|asked| asked.position);
    found.dedup_by_key(|asked| asked.position);
    let mut skipped = found.len().saturating_sub(LISTED_MAX);
    let mut listed = Vec::new();
    for record in found {
        let request = read(&record, force)?;
        // What came later and waits no more takes no place from what waits.
        if skipped > 0 && !waits(&record, &request, now) {
            skipped -= 1;
            continue;
        }
        if listed.len() == LISTED_MAX {
            break;
        }
        if is_notice(&record, &request) || may_see(&request, force, caller, now) {
            listed.push(record.request);
        }
    }
    Ok(listed)
}

/// The file of one of them.
fn shown(
    view: &dyn View,
    force: &Force,
    (caller, request): (Caller, NoteHash),
    now: Time,
) -> Result<Vec<u8>, Failure> {
    let record = view.asked(request)?.ok_or(StoreError::Damaged { what: "request for leave" })?;
    let request = read(&record, force)?;
    let sees_all = may_see(&request, force, caller, now);
    if !sees_all && !is_notice(&record, &request) {
        // Since it was listed another directory came in force.
        return Err(Failure::refuse(RelayCode::NoSuchItem, "there is no such request for you here"));
    }
    let holders = force.holders_of(caller.person);
    // A notice goes to holders of any of its items; what the others say is none of theirs.
    let shows = |item: &ItemRecord| {
        let holds = |copy: CopyRecord| holders.contains(&copy.holder);
        let mine = sees_all || item.sender == caller.person;
        Ok(mine || view.copies(item.label)?.into_iter().any(holds))
    };
    Ok(file(view, force, &record, request, shows)?.encode())
}

/// Whether everybody who has to do with its items hears of it.
fn is_notice(record: &AskedRecord, request: &Signed<Request>) -> bool {
    record.state == "decided" && matches!(request.value().act, Act::Change | Act::Declassify)
}

/// A request with the labels of those items that are shown, and every decision entered.
fn file(
    view: &dyn View,
    force: &Force,
    record: &AskedRecord,
    request: Signed<Request>,
    shows: impl Fn(&ItemRecord) -> Result<bool, Failure>,
) -> Result<RequestFile, Failure> {
    let mut labels = Vec::new();
    for item in &request.value().items {
        if let Some(item) = view.item(item.label)?
            && shows(&item)?
        {
            labels.push(label(&item.label_note, force)?);
        }
    }
    let mut file = RequestFile::of(request, labels);
    for (decision, ..) in entered(&view.asked_decisions(record.request)?, force)? {
        file.add(decision);
    }
    Ok(file)
}

/// Whether somebody asked it, is asked, or acts today in the place of one who is.
fn may_see(request: &Signed<Request>, force: &Force, caller: Caller, now: Time) -> bool {
    let text = request.value();
    let principals = principals(force.directory(), caller.person, now.day());
    let asks = text.requester.person == caller.person;
    asks || text.deciders.iter().any(|decider| {
        let acts = |(principal, role): &(PersonNo, vault_keys::directory::Role)| {
            decider.asked.has(principal) && role.as_str() == decider.role.as_str()
        };
        decider.asked.has(&caller.person) || principals.iter().any(acts)
    })
}

/// Whether somebody may still decide on a request: it is neither answered nor too old for that.
fn waits(record: &AskedRecord, request: &Signed<Request>, now: Time) -> bool {
    record.state == "asked" && now <= request.value().decide_by
}

/// A request as it is stored.
pub(super) fn read(record: &AskedRecord, force: &Force) -> Result<Signed<Request>, Failure> {
    let damaged = |_| Failure::from(StoreError::Damaged { what: "request for leave" });
    Signed::parse(&record.note, force.org(), REQUEST_MAX).map_err(damaged)
}

fn label(note: &[u8], force: &Force) -> Result<Signed<Label>, Failure> {
    let damaged = |_| Failure::from(StoreError::Damaged { what: "label" });
    Signed::parse(note, force.org(), LABEL_MAX).map_err(damaged)
}

type OnLeaf = (Signed<DecisionNote>, Time, Place);

fn entered(known: &[AskedDecision], force: &Force) -> Result<Vec<OnLeaf>, Failure> {
    let origin = force.newest.organisation.root().log_origin();
    let damaged = |_| Failure::from(StoreError::Damaged { what: "decision on a request" });
    known
        .iter()
        .map(|one| {
            let note = Signed::parse(&one.note, force.org(), DECISION_MAX).map_err(damaged)?;
            Ok((note, one.time, Place { origin: origin.clone(), index: one.position }))
        })
        .collect()
}
