//! `open`: announces an item, or a later consignment of one whose content comes again. It grants nothing; it refuses early
//! what commit would refuse anyway.

use std::sync::Arc;

use vault_core::stream::layout::ContentLen;
use vault_core::transfer::item::Claim;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::next::{self, Judged};
use super::{Frames, judge};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Open, Opened};
use crate::store::{PartsName, Transaction, UploadRecord};

const MIB: u64 = 1 << 20;

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let open: Open = frames.message().await?;
    frames.end().await?;
    let ctx = Arc::clone(context);
    let outcome = context.write(move |transaction| {
        let force = ctx.judging(transaction, caller)?;
        let now = ctx.now();
        let parsed = judge::parse(&open.header, &force, caller, now)?;
        let label = parsed.item.label().value();
        let committed = || {
            let (parts, upload) = (parts(parsed.length)?, (*parsed.label.as_bytes()).into());
            Ok(Outcome::Opened(Opened { committed: true, parts, have: Vec::new().into(), upload }))
        };
        let item = transaction.item(parsed.label)?;
        let name = match item.filter(|item| item.sender != caller.person || next::goes_on(&parsed, item)) {
            Some(_) => match next::judge(&ctx, transaction, (&force, &parsed), caller, now)? {
                Judged::Entered(_) => return committed(),
                Judged::Next(_) => PartsName::from(parsed.item.access_hash()),
            },
            None => {
                let claimed = transaction.claimed(label.sender.person, label.item)?;
                if Claim::judge(claimed, parsed.label) == Claim::Same && label.sender.person == caller.person
                {
                    // Committed before: whatever changed since, the answer stays the same.
                    return committed();
                }
                judge::admit(&parsed, &force, transaction, caller, now)?;
                // Admitted, so the label is signed by its sender: two of his labels claim one item id.
                if let Some(refused) =
                    judge::conflict(transaction, caller, label.item, &open.header, parsed.label, now)?
                {
                    return Ok(Outcome::Conflict(refused));
                }
                // Announced while it was sealed: its parts are there already.
                let announced = PartsName::announced(caller.person, label.item);
                let begun = transaction.upload(announced)?;
                match begun.is_some_and(|upload| upload.length == parsed.length) {
                    true => announced,
                    false => PartsName::from(parsed.label),
                }
            }
        };
        may_begin(&ctx, &force, transaction, caller, name, parsed.length)?;
        transaction.put_upload(&UploadRecord {
            name,
            sender: caller.person,
            item: label.item,
            header: Some(open.header.to_vec()),
            length: parsed.length,
            opened: now,
        })?;
        Ok(Outcome::Opened(opened(transaction, name, parsed.length)?))
    });
    match outcome.await? {
        Outcome::Opened(opened) => Ok(reply.accept_with(&opened).await?),
        Outcome::Conflict(refused) => Err(refused),
    }
}

/// Refuses a new upload of this length beyond what the sender may have under way, or have here.
pub(super) fn may_begin(
    context: &Context,
    force: &Force,
    transaction: &dyn Transaction,
    caller: Caller,
    name: PartsName,
    length: ContentLen,
) -> Result<(), Failure> {
    if transaction.upload(name)?.is_some() {
        return Ok(());
    }
    let limits = context.limits();
    let (bytes, uploads) = transaction.uploads_of(caller.person)?;
    let too_many = uploads >= limits.uploads_per_sender;
    if too_many || bytes.saturating_add(length.bytes()) / MIB > limits.upload_mib_per_sender {
        return Err(Failure::refuse(RelayCode::Busy, "too many uploads of this sender are unfinished"));
    }
    has_room(context, force, transaction, caller, length.bytes())
}

/// An open upload as its sender goes on with it: its name, and which parts are there.
pub(super) fn opened(
    transaction: &dyn Transaction,
    name: PartsName,
    length: ContentLen,
) -> Result<Opened, Failure> {
    let parts = parts(length)?;
    let mut have = vec![0_u8; parts.div_ceil(8) as usize];
    for (index, _) in transaction.upload_parts(name)? {
        if let Some(byte) = usize::try_from(index / 8).ok().and_then(|at| have.get_mut(at)) {
            *byte |= 1 << (index % 8);
        }
    }
    Ok(Opened { committed: false, parts, have: have.into(), upload: (*name.as_bytes()).into() })
}

fn parts(length: ContentLen) -> Result<u32, Failure> {
    u32::try_from(length.parts()).map_err(|_| Failure::Ours("more parts than u32"))
}

/// Refuses what would go beyond the quota of the sender, or of a unit of his. What is here goes once its holders have received it.
pub(super) fn has_room(
    context: &Context,
    force: &Force,
    view: &dyn Transaction,
    caller: Caller,
    bytes: u64,
) -> Result<(), Failure> {
    let limits = context.limits();
    let full = |whose: &str, (kept, items): (u64, u64), most: u64, most_mib: u64| {
        if items < most && kept.saturating_add(bytes) / MIB <= most_mib {
            return Ok(());
        }
        let mib = kept / MIB;
        let reason =
            format!("{items} items of {whose} with {mib} MiB wait to be received; no more are taken");
        Err(Failure::refuse(RelayCode::QuotaFull, reason))
    };
    full("yours", view.kept_of(caller.person)?, limits.kept_per_sender, limits.kept_mib_per_sender)?;
    let directory = force.directory();
    let posts = directory.person(caller.person).map(|person| person.posts.as_slice()).unwrap_or_default();
    for post in posts {
        let mut kept = (0_u64, 0_u64);
        for person in directory.persons().iter().filter(|person| person.has_post_in(post.unit)) {
            let (bytes, items) = view.kept_of(person.number)?;
            kept = (kept.0.saturating_add(bytes), kept.1.saturating_add(items));
        }
        full("your unit", kept, limits.kept_per_unit, limits.kept_mib_per_unit)?;
    }
    Ok(())
}

/// What the transaction leaves behind. A conflict is kept, so it must not undo the transaction.
enum Outcome {
    Opened(Opened),
    Conflict(Failure),
}
