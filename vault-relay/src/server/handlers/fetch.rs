//! `fetch`: payload bytes under a demand, from any offset, with bounded memory.

use std::sync::Arc;

use vault_core::item::LabelHash;
use vault_core::register::leaf::LeafHash;
use vault_core::stream::parts::PART_LEN;

use super::super::context::{Caller, Context, blocking};
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::super::spoilt;
use super::{Frames, party, proposal};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Fetch, Fetching};
use crate::store::StoreError;

/// Read and sent at once; the transport holds a few of these per stream.
const PIECE: u64 = 1 << 20;

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let fetch: Fetch = frames.message().await?;
    frames.end().await?;
    let label = LabelHash::from_bytes(*fetch.label);
    // From here on the payload is not removed under us.
    let _running = context.fetches.enter(label, usize::MAX);
    let demand = LeafHash::from_bytes(*fetch.demand);
    let ctx = Arc::clone(context);
    let (item, damaged) = context
        .read(move |view| {
            let force = ctx.current.require()?;
            let now = ctx.now();
            let party = party::find(view, &force, caller, label, now)?;
            party.is_cleared(&force, caller)?;
            let serves = party
                .copies
                .iter()
                .filter_map(|copy| copy.consignment.serves(demand, caller.person))
                .any(|demand| demand.station == caller.station);
            if !serves && party.decides && party.reviews(&force, caller, demand)? {
                // He signed for the bytes he decides on; they are his to look at until that is done.
                proposal::awaits_decision(&party.item, party.decide_by()?, now)?;
                return Ok((party.item, view.damage(label)?));
            }
            if !serves {
                let refused =
                    Failure::against_rule(RelayCode::NoDemand, "no open demand of yours stands behind this");
                return Err(refused.about(party.item.item, label));
            }
            Ok((party.item, view.damage(label)?))
        })
        .await?;
    let Some(parts) = item.payload else {
        return Err(Failure::refuse(RelayCode::PayloadGone, "the payload is not kept any more"));
    };
    let rest = item
        .length
        .bytes()
        .checked_sub(fetch.offset)
        .ok_or_else(|| Failure::refuse(RelayCode::RangeOutside, "the payload ends before this offset"))?;
    let length = fetch.length.unwrap_or(rest);
    if length > rest {
        return Err(Failure::refuse(RelayCode::RangeOutside, "the payload ends before this range"));
    }
    let (mut offset, end) = (fetch.offset, fetch.offset + length);
    if damaged.iter().any(|part| (offset / PART_LEN..end.div_ceil(PART_LEN)).contains(part)) {
        return Err(spoilt::refusal(&item, &damaged));
    }
    reply.accept_with(&Fetching { length }).await?;
    while offset < end {
        let (index, within) = (offset / PART_LEN, offset % PART_LEN);
        let take = PIECE.min(PART_LEN - within).min(end - offset);
        let ctx = Arc::clone(context);
        let wanted = usize::try_from(take).map_err(|_| Failure::Ours("a piece above usize"))?;
        let bytes = match blocking(move || Ok(ctx.parts.read(parts, index, within, wanted)?)).await {
            Ok(bytes) if bytes.len() == wanted => bytes,
            // The reply breaks off; the next attempt is told why, and may fetch the parts that are whole.
            Ok(_) | Err(Failure::Store(StoreError::PartDamaged { .. })) => {
                spoilt::enter(context, (label, parts), vec![index]).await?;
                return Err(StoreError::PartDamaged { index }.into());
            }
            Err(failure) => return Err(failure),
        };
        reply.data(&bytes).await?;
        context.counts.gave(take);
        offset += take;
    }
    Ok(())
}
