//! `part`: one piece of the payload. Durable before it is answered; its bytes are hashed as they arrive.

use std::sync::Arc;

use tokio::time::timeout;
use vault_core::stream::parts::{PartHasher, PartValue};

use super::super::context::{Caller, Context, blocking};
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::Frames;
use crate::proto::codes::RelayCode;
use crate::proto::message::Part;
use crate::proto::wire::{DATA_PATIENCE, WireError};
use crate::store::{PartsName, StoreError};

/// One person may take this fraction of the memory for parts, so that a slow sender leaves room for others,
const PERSON_SHARE: usize = 4;
/// but at least what one client has under way.
const PERSON_LEAST: usize = 4;

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let part: Part = frames.message().await?;
    let name = PartsName::from_bytes(*part.upload);
    let index = u64::from(part.index);
    let (upload, known) =
        context.read(move |view| Ok((view.upload(name)?, view.upload_part(name, index)?))).await?;
    let upload = upload.filter(|upload| upload.sender == caller.person).ok_or_else(|| {
        Failure::refuse(RelayCode::NoSuchUpload, "there is no such upload; it begins with open")
    })?;
    let out_of_place = |_| Failure::refuse(RelayCode::PartOutOfPlace, "the payload has no such part");
    let range = upload.length.part(index).map_err(out_of_place)?;
    if u64::from(part.length) != range.end - range.start {
        return Err(Failure::refuse(
            RelayCode::PartOutOfPlace,
            format!("part {index} has {} bytes, not {}", range.end - range.start, part.length),
        ));
    }
    let announced = PartValue::from_bytes(*part.chaining);
    // The spool the parts come from was changed between two attempts.
    let arrived_before =
        || Failure::refuse(RelayCode::PartDamaged, format!("part {index} arrived before with other bytes"));
    if known.is_some_and(|known| known != announced) {
        return Err(arrived_before());
    }

    let few = (context.limits().parts_in_memory / PERSON_SHARE).max(PERSON_LEAST);
    let _place = context.parts_of.enter(caller.person, few).ok_or_else(|| {
        Failure::refuse(RelayCode::Busy, format!("{few} parts of this sender are under way already"))
    })?;
    let _memory = context
        .part_memory
        .acquire()
        .await
        .map_err(|_| Failure::refuse(RelayCode::Closing, "the relay closes down"))?;
    let mut hasher = PartHasher::new(upload.length, index).map_err(out_of_place)?;
    let mut bytes = Vec::with_capacity(part.length as usize);
    let arriving = async {
        while bytes.len() < part.length as usize {
            let left = u64::from(part.length) - bytes.len() as u64;
            let new = frames.data(&mut bytes, left).await?;
            hasher.update(bytes.get(bytes.len() - new..).unwrap_or_default()).map_err(out_of_place)?;
        }
        Ok::<_, Failure>(frames.end().await?)
    };
    timeout(DATA_PATIENCE, arriving).await.map_err(|_| WireError::Silent)??;
    if hasher.finish().map_err(out_of_place)? != announced {
        return Err(Failure::refuse(
            RelayCode::PartDamaged,
            format!("the bytes of part {index} do not have the announced value"),
        ));
    }
    if known.is_none() {
        let ctx = Arc::clone(context);
        // First the bytes, durably; then the note that they are there.
        let stored = blocking(move || Ok(ctx.parts.put(name, index, &bytes)?)).await;
        stored.map_err(|failure| match failure {
            // The other one came at the same time.
            Failure::Store(StoreError::PartConflict { .. }) => arrived_before(),
            failure => failure,
        })?;
        let noted = context.write(move |transaction| {
            let open = transaction.upload(name)?.is_some_and(|upload| upload.sender == caller.person);
            if open {
                transaction.put_part(name, index, announced)?;
            } else if transaction.payload_under(name)?.is_none() {
                // The upload ended while this part was on its way: its bytes belong to nothing.
                transaction.put_removal(name)?;
            }
            Ok(open)
        });
        if !noted.await? {
            return Err(Failure::refuse(RelayCode::NoSuchUpload, "the upload has ended meanwhile"));
        }
    }
    context.counts.took(u64::from(part.length));
    reply.accept().await?;
    Ok(())
}
