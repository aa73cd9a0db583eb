//! `open`: announces an item, or a later consignment of one whose content comes again. It grants nothing; it refuses early
//! what commit would refuse anyway.

use std::sync::Arc;

use vault_core::transfer::item::Claim;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
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
        let force = ctx.current.require()?;
        let now = ctx.now();
        let parsed = judge::parse(&open.header, &force, caller, now)?;
        let label = parsed.item.label().value();
        let parts = u32::try_from(parsed.length.parts()).map_err(|_| Failure::Ours("more parts than u32"))?;
        let committed = || Ok(Outcome::Opened(Opened { committed: true, parts, have: Vec::new().into() }));
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
                PartsName::from(parsed.label)
            }
        };
        let known = transaction.upload(name)?;
        if known.is_none() {
            let limits = ctx.limits();
            let (bytes, uploads) = transaction.uploads_of(caller.person)?;
            let too_many = uploads >= limits.uploads_per_sender;
            if too_many || bytes.saturating_add(parsed.length.bytes()) / MIB > limits.upload_mib_per_sender {
                return Err(Failure::refuse(
                    RelayCode::Busy,
                    "too many uploads of this sender are unfinished",
                ));
            }
            has_room(&ctx, transaction, caller, parsed.length.bytes())?;
        }
        transaction.put_upload(&UploadRecord {
            name,
            sender: caller.person,
            item: label.item,
            header: open.header.to_vec(),
            length: parsed.length,
            content: label.content.blake3,
            opened: now,
        })?;
        let mut have = vec![0_u8; parts.div_ceil(8) as usize];
        for (index, _) in transaction.upload_parts(name)? {
            if let Some(byte) = usize::try_from(index / 8).ok().and_then(|at| have.get_mut(at)) {
                *byte |= 1 << (index % 8);
            }
        }
        Ok(Outcome::Opened(Opened { committed: false, parts, have: have.into() }))
    });
    match outcome.await? {
        Outcome::Opened(opened) => Ok(reply.accept_with(&opened).await?),
        Outcome::Conflict(refused) => Err(refused),
    }
}

/// Refuses what would go beyond the sender's quota. What he has here goes once its holders have received it.
pub(super) fn has_room(
    context: &Context,
    view: &dyn Transaction,
    caller: Caller,
    bytes: u64,
) -> Result<(), Failure> {
    let limits = context.limits();
    let (kept, items) = view.kept_of(caller.person)?;
    if items < limits.kept_per_sender && kept.saturating_add(bytes) / MIB <= limits.kept_mib_per_sender {
        return Ok(());
    }
    let reason =
        format!("{items} items of yours with {} MiB wait to be received; no more are taken", kept / MIB);
    Err(Failure::refuse(RelayCode::QuotaFull, reason))
}

/// What the transaction leaves behind. A conflict is kept, so it must not undo the transaction.
enum Outcome {
    Opened(Opened),
    Conflict(Failure),
}
