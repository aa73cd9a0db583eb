//! Reading everything before somebody asks for it: the database, the register beside it, every part; and removing parts that
//! no record names (docs/reliability.md, "Scrub").

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::context::{Context, blocking};
use super::failure::Failure;
use super::{spoilt, upkeep};
use crate::store::{PartsName, StoreError};

/// What a scrub read, and what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scrubbed {
    /// Parts read whole.
    pub parts: u64,
    /// Bytes of these.
    pub bytes: u64,
    /// Parts damaged or gone; each is put aside, entered and named to its parties.
    pub damaged: u64,
    /// Parts of unfinished uploads that were damaged or gone; their senders are asked for them again.
    pub asked_again: u64,
    /// Uploads whose parts no record names; they are removed.
    pub orphans: u64,
    /// Leaves read from the register.
    pub leaves: u64,
    /// What is wrong with the register's files.
    pub register: Vec<String>,
    /// What is wrong with the database.
    pub database: Vec<String>,
}

impl Scrubbed {
    /// Whether everything is as it was stored.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.damaged == 0 && self.register.is_empty() && self.database.is_empty()
    }
}

/// Reads everything at most this fast; requests are served meanwhile.
pub(crate) async fn run(context: &Arc<Context>, bytes_per_second: u64) -> Result<Scrubbed, Failure> {
    let mut done = Scrubbed::default();
    let metadata = Arc::clone(&context.metadata);
    done.database = blocking(move || Ok(metadata.verify()?)).await?;
    (done.leaves, done.register) = context.register.audit(Arc::clone(&context.metadata)).await?;
    let begun = Instant::now();
    let named = match context.read(|view| Ok(view.parts_named()?)).await {
        Ok(named) => named,
        // A row that names parts is damaged; it is among the findings.
        Err(Failure::Store(StoreError::Damaged { .. })) if !done.database.is_empty() => return Ok(done),
        Err(error) => return Err(error),
    };
    for (name, index, length) in named {
        let ctx = Arc::clone(context);
        let wanted = usize::try_from(length).map_err(|_| Failure::Ours("a part above usize"))?;
        let read = blocking(move || match ctx.parts.read(name, index, 0, wanted) {
            Ok(bytes) => Ok(bytes.len() == wanted),
            Err(StoreError::PartDamaged { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        });
        if read.await? {
            (done.parts, done.bytes) = (done.parts + 1, done.bytes + length);
        } else {
            mend(context, (name, index), &mut done).await?;
        }
        let due = Duration::from_secs_f64(done.bytes as f64 / bytes_per_second.max(1) as f64);
        tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
    }
    // A damaged database may not know what it names: nothing is taken for nobody's.
    if done.database.is_empty() {
        done.orphans = orphans(context).await?;
    }
    Ok(done)
}

/// What does not read is entered where it is an item's, and asked for again where it is an upload's. What was received or
/// given up meanwhile is neither.
async fn mend(
    context: &Arc<Context>,
    (name, index): (PartsName, u64),
    done: &mut Scrubbed,
) -> Result<(), Failure> {
    if let Some(label) = context.read(move |view| Ok(view.payload_under(name)?)).await? {
        spoilt::enter(context, (label, name), vec![index]).await?;
        done.damaged += 1;
        return Ok(());
    }
    let ctx = Arc::clone(context);
    let forgotten = context.write(move |transaction| {
        let known = transaction.upload_part(name, index)?.is_some();
        if known {
            transaction.forget_part(name, index)?;
            ctx.parts.set_aside(name, index)?;
        }
        Ok(known)
    });
    done.asked_again += u64::from(forgotten.await?);
    Ok(())
}

/// Removes parts of uploads that nobody knows. An upload is noted before its first part comes, so none is under way.
async fn orphans(context: &Arc<Context>) -> Result<u64, Failure> {
    let parts = Arc::clone(&context.parts);
    let mut found = 0;
    for name in blocking(move || Ok(parts.names()?)).await? {
        let nobodys = context.write(move |transaction| {
            let nobodys = transaction.upload(name)?.is_none() && transaction.payload_under(name)?.is_none();
            if nobodys {
                transaction.put_removal(name)?;
            }
            Ok(nobodys)
        });
        found += u64::from(nobodys.await?);
    }
    upkeep::remove_parts(context).await?;
    Ok(found)
}
