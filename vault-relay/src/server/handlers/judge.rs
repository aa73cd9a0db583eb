//! Bringing the admission check its facts: the header as parsed, the versions it names, the claim on its id.

use std::collections::BTreeSet;
use std::sync::Arc;

use vault_core::admission::{Brought, Facts, Published, Relay, Side, Subject, carries_decisions, check};
use vault_core::decision::{carried_by, requests_in};
use vault_core::item::{ApprovalKind, ItemError, ItemHeader, ItemId, LabelHash};
use vault_core::stream::layout::ContentLen;
use vault_core::transfer::item::Claim;
use vault_keys::time::Time;

use super::super::context::Caller;
use super::super::failure::Failure;
use super::super::force::{Force, Version};
use crate::proto::codes::RelayCode;
use crate::store::{Transaction, View};

/// Directories brought up for one header: what its notes name beyond that is not known here. Each costs as much as the
/// directory is long.
const DIRECTORIES_MAX: usize = 16;

/// A header that parsed, with what everything else is keyed by.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) item: ItemHeader,
    pub(super) label: LabelHash,
    pub(super) length: ContentLen,
}

/// Parses the header of an item; the refusal of a header that does not parse is the admission's own.
pub(super) fn parse(bytes: &[u8], force: &Force, caller: Caller, now: Time) -> Result<Parsed, Failure> {
    let parsed = ItemHeader::parse(bytes);
    if parsed.as_ref().is_ok_and(|item| item.len() != bytes.len()) {
        return Err(Failure::refuse(RelayCode::MalformedRequest, "bytes follow the header"));
    }
    match parsed {
        Ok(item) => {
            let label = item.label_hash();
            let length = ContentLen::new(item.label().value().content.length).map_err(|_| {
                refused_as(&Subject::Sealed(&item), &[], force, caller, now)
                    .unwrap_or(Failure::Ours("a length no payload has was admitted"))
                    .about(item.label().value().item, label)
            })?;
            Ok(Parsed { item, label, length })
        }
        Err(error) => Err(unreadable(&error, force, caller, now)),
    }
}

/// Asks the admission check about a new item's header under the versions it names and the one in force.
pub(super) fn admit(
    parsed: &Parsed,
    force: &Force,
    view: &dyn View,
    caller: Caller,
    now: Time,
) -> Result<(), Failure> {
    let approval = parsed.item.label().value().approval;
    let brought = match (approval.kind, approval.request) {
        (ApprovalKind::Standing, Some(request)) => {
            Brought::Standing(view.standing_uses(request)?.saturating_add(1))
        }
        _ => Brought::Item,
    };
    admit_as(parsed, brought, force, view, caller, now)
}

/// The same about a header that is brought for something else, beside what is stored of its item.
pub(super) fn admit_as(
    parsed: &Parsed,
    brought: Brought<'_>,
    force: &Force,
    view: &dyn View,
    caller: Caller,
    now: Time,
) -> Result<(), Failure> {
    let label = parsed.item.label().value();
    let access = parsed.item.access().value();
    let decisions = match brought {
        Brought::Item | Brought::Standing(_) => &[],
        Brought::Release(stored) | Brought::Header(stored) | Brought::Passed(stored) => stored.decisions,
    };
    let of_decisions = decisions.iter().map(|one| one.note.value().directory.version);
    let own = [label.directory.version, access.directory.version];
    let mut numbers: BTreeSet<u32> = own.into_iter().chain(of_decisions).collect();
    // A leave or an old label that the header carries was decided under directories of its own.
    let carried = carried_by(&parsed.item).map(|decision| decision.value().directory.version);
    let requests = requests_in(parsed.item.notes(), parsed.item.org());
    let requests = requests.map(|request| request.value().directory.version);
    let first = parsed.item.first_label().map(|first| first.value().directory.version);
    for number in first.into_iter().chain(carried).chain(requests) {
        if numbers.len() < DIRECTORIES_MAX {
            numbers.insert(number);
        }
    }
    let named = versions(force, view, numbers)?;
    let side = Side::Relay(Relay { submitter: caller.person, brought });
    let refused = refused_by(&Subject::Sealed(&parsed.item), &named, force, side, now);
    match refused.map_or_else(|| left_out(&parsed.item, view), |refused| Ok(Some(refused)))? {
        Some(refused) => Err(refused.about(label.item, parsed.label)),
        None => Ok(()),
    }
}

/// Whether a leave that the header carries comes without a decision that stands here. By file nobody could tell.
fn left_out(item: &ItemHeader, view: &dyn View) -> Result<Option<Failure>, Failure> {
    let mut stored = Vec::new();
    for request in requests_in(item.notes(), item.org()) {
        stored.extend(view.asked_decisions(request.hash())?.iter().map(|known| known.decision));
    }
    Ok(carries_decisions(item, &stored).err().map(|refused| Failure::by_rule(&refused)))
}

/// The versions of these directories, as far as they were ever installed here.
pub(super) fn versions(
    force: &Force,
    view: &dyn View,
    numbers: impl IntoIterator<Item = u32>,
) -> Result<Vec<Arc<Version>>, Failure> {
    let numbers: BTreeSet<u32> = numbers.into_iter().collect();
    let found = numbers.into_iter().filter_map(|number| force.version(number, view).transpose());
    found.collect()
}

/// Hands a rule what is published: these versions and the one in force.
pub(super) fn with_published<T>(
    force: &Force,
    named: &[Arc<Version>],
    rule: impl FnOnce(&Published<'_>) -> T,
) -> T {
    // Ascending by number, the one in force last.
    let mut versions: Vec<&Version> = named.iter().map(AsRef::as_ref).collect();
    if !named.iter().any(|version| Arc::ptr_eq(version, &force.newest)) {
        versions.push(&force.newest);
    }
    versions.sort_by_key(|version| version.directory().number());
    let directories: Vec<_> = versions.iter().map(|version| version.directory()).collect();
    let earlier = directories.split_last().map_or(&[][..], |(_, earlier)| earlier);
    let policies: Vec<_> = versions.iter().map(|version| &version.policy).collect();
    let in_force = force.newest.organisation.in_force();
    rule(&Published { in_force, earlier, policies: &policies })
}

/// (sender, item id) belongs to one label for ever: another admitted label under it is kept as evidence and refused.
pub(super) fn conflict(
    transaction: &mut dyn Transaction,
    caller: Caller,
    item: ItemId,
    header: &[u8],
    label: LabelHash,
    now: Time,
) -> Result<Option<Failure>, Failure> {
    let Claim::Other { bound } = Claim::judge(transaction.claimed(caller.person, item)?, label) else {
        return Ok(None);
    };
    transaction.keep_conflict(label, caller.station, header, now)?;
    let refused = Failure::against_rule(
        RelayCode::LabelConflict,
        format!("this item id belongs to the label {bound}; both are kept as evidence"),
    );
    Ok(Some(refused.about(item, label)))
}

/// The refusal of a header that does not parse, or of a level that no header may declare.
pub(super) fn unreadable(error: &ItemError, force: &Force, caller: Caller, now: Time) -> Failure {
    refused_as(&Subject::Unreadable(error), &[], force, caller, now)
        .unwrap_or(Failure::Ours("an unreadable header was admitted"))
}

fn refused_as(
    subject: &Subject<'_>,
    named: &[Arc<Version>],
    force: &Force,
    caller: Caller,
    now: Time,
) -> Option<Failure> {
    let side = Side::Relay(Relay::item(caller.person));
    refused_by(subject, named, force, side, now)
}

/// The check itself; `None` when nothing is refused.
fn refused_by(
    subject: &Subject<'_>,
    named: &[Arc<Version>],
    force: &Force,
    side: Side<'_>,
    now: Time,
) -> Option<Failure> {
    with_published(force, named, |published| {
        let facts = Facts { published: *published, subject: *subject, side };
        check(&facts, now).accepted().err().map(|refused| Failure::by_rule(&refused))
    })
}
