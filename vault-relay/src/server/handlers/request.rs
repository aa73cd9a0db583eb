//! `request`: takes a request for keys into the enrolment inbox. `requests`: shows officers what waits in it.
//!
//! To the outside all refusals are one: not admitted. Whoever has no code learns neither whether an invitation
//! exists nor whether it was used.

use std::sync::Arc;

use vault_keys::digest::NoteHash;
use vault_keys::directory::Role;
use vault_keys::joining::{Admitted, Inbox, Purpose, Request};
use vault_keys::key_id::KeyId;
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::enrolment::{REQUEST_DAYS, REQUESTS_PAGE, REQUESTS_PER_PERSON, REQUESTS_SHOWN};
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::Frames;
use crate::proto::codes::RelayCode;
use crate::proto::message::{KeyRequest, Listed, Requests};
use crate::store::{RequestRecord, Transaction, View};

const DAY_S: i64 = 24 * 3600;

/// Takes one request; `caller` is none for a station in no directory.
pub(crate) async fn handle(
    context: &Arc<Context>,
    caller: Option<Caller>,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let brought: KeyRequest = frames.message().await?;
    frames.end().await?;
    let (ctx, note) = (Arc::clone(context), Arc::<[u8]>::from(&**brought.note));
    let (reading, read) = (Arc::clone(context), Arc::clone(&note));
    // Judged on a view first: whoever comes without a code never makes those who write wait.
    if context.read(move |view| judge(&reading, view, caller, &read)).await?.is_some() {
        let take = move |transaction: &mut dyn Transaction| {
            if let Some((record, replaced)) = judge(&ctx, transaction, caller, &note)? {
                replaced.into_iter().try_for_each(|older| transaction.drop_request(older))?;
                transaction.put_request(&record)?;
            }
            Ok(())
        };
        context.write(take).await?;
    }
    reply.accept().await?;
    Ok(())
}

/// Shows key officers what waits.
pub(super) async fn list(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let Requests {} = frames.message().await?;
    frames.end().await?;
    let ctx = Arc::clone(context);
    let waiting = context
        .read(move |view| {
            let (force, now) = (ctx.current.require()?, ctx.now());
            let entry = force.directory().person(caller.person);
            if !entry.is_some_and(|entry| entry.holds_role(Role::KeyOfficer, None, now.day())) {
                let reason = "this needs the role of a key officer";
                return Err(Failure::refuse(RelayCode::OfficersOnly, reason));
            }
            waiting(view, &force, now)
        })
        .await?;
    let count = u32::try_from(waiting.len()).map_err(|_| Failure::Ours("more requests than u32"))?;
    reply.accept_with(&Listed { count }).await?;
    for request in waiting {
        reply.text(&request.note).await?;
    }
    Ok(())
}

/// What is to be stored of a request that is admitted, and in the place of which; none when it was stored before.
fn judge(
    context: &Context,
    view: &dyn View,
    caller: Option<Caller>,
    note: &[u8],
) -> Result<Option<(RequestRecord, Vec<NoteHash>)>, Failure> {
    let (force, now) = (context.current.require()?, context.now());
    let request = Request::verify(note, force.org()).map_err(|_| not_admitted())?;
    let mut replaced = Vec::new();
    let person = if let Some(id) = request.value().invitation {
        let root = force.newest.organisation.root();
        let invitation = context.enrolment.invitation(root, id).ok_or_else(not_admitted)?;
        let used = view.request_by(id)?.map(|hash| (id, hash));
        match Inbox::new([&invitation], used).admit(&request, now).map_err(|_| not_admitted())? {
            Admitted::Again => return Ok(None),
            Admitted::New => None,
        }
    } else {
        let person = of_member(&request, &force, caller)?;
        let mut waiting = view.requests_of(person, shown_since(now))?;
        waiting.retain(|record| is_waiting(record, &force));
        if waiting.iter().any(|one| one.hash == request.hash()) {
            return Ok(None);
        }
        // The newest are what he wants now: keys drawn for an older one may be lost, and nobody carries it out.
        let over = (waiting.len() + 1).saturating_sub(REQUESTS_PER_PERSON);
        replaced.extend(waiting.iter().take(over).map(|one| one.hash));
        Some(person)
    };
    let record = RequestRecord {
        hash: request.hash(),
        invitation: request.value().invitation,
        person,
        note: request.signed().encode(),
        received: now,
    };
    Ok(Some((record, replaced)))
}

/// A member's own request: signed by his key in force, brought by a station of his.
fn of_member(request: &Request, force: &Force, caller: Option<Caller>) -> Result<PersonNo, Failure> {
    let caller = caller.ok_or_else(not_admitted)?;
    let in_force = force.newest.organisation.in_force();
    let person = request.authorised(in_force).map_err(|_| not_admitted())?;
    let own = request.is_for(Purpose::Station) || request.is_for(Purpose::Rotate);
    if own && person == caller.person { Ok(person) } else { Err(not_admitted()) }
}

/// What came lately and is not carried out, oldest first.
fn waiting(view: &dyn View, force: &Force, now: Time) -> Result<Vec<RequestRecord>, Failure> {
    let mut after = (shown_since(now), NoteHash::from_bytes([0; 32]));
    let mut waiting = Vec::new();
    // Page by page: what is carried out takes no place from what waits.
    while waiting.len() < REQUESTS_SHOWN {
        let page = view.requests_after(after, REQUESTS_PAGE)?;
        let Some(last) = page.last() else { break };
        after = (last.received, last.hash);
        waiting.extend(page.into_iter().filter(|record| is_waiting(record, force)));
    }
    waiting.truncate(REQUESTS_SHOWN);
    Ok(waiting)
}

/// Whether a request is not carried out: some key of it is not in the directory.
fn is_waiting(record: &RequestRecord, force: &Force) -> bool {
    Request::verify(&record.note, force.org()).is_ok_and(|request| {
        !request.keys().all(|(kind, key)| force.directory().key(&KeyId::of(kind, key)).is_some())
    })
}

fn shown_since(now: Time) -> Time {
    now.plus_seconds(-REQUEST_DAYS * DAY_S)
}

fn not_admitted() -> Failure {
    Failure::refuse(RelayCode::NotAdmitted, "the request is not admitted")
}
