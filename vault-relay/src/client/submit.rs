//! Submitting an item: open, the missing parts over several streams, commit.
//!
//! The payload is read from the outbox spool, part by part, and never kept in memory as a whole. A resumed
//! submit asks which parts the relay has. The spool is kept until [`Client::submit`] returned evidence: only
//! then has the relay synced every byte.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::task::JoinSet;
use vault_core::item::{ItemHeader, LabelHash};
use vault_core::stream::at::ReadAt;
use vault_core::stream::layout::ContentLen;
use vault_core::stream::parts::part_value;

use super::dial::Client;
use super::error::ClientError;
use super::register::Evidence;
use crate::proto::message::{Commit, Open, Opened, Part, Replace, Verb};

/// Parts under way at once: enough to fill a long line, and 16 MiB of memory.
const STREAMS: usize = 4;

/// What is submitted, and how far it is.
#[derive(Debug, Default)]
pub struct Transfer {
    moved: AtomicU64,
    cancelled: AtomicBool,
}

impl Transfer {
    /// Payload bytes at the other side so far, those of earlier attempts included.
    pub fn moved_bytes(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }

    /// Asks the transfer to stop at the next part.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, bytes: u64) {
        self.moved.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// The relay's acceptance, proven: what the sender keeps as evidence.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// Leaves of the item from label to availability, each under a signed checkpoint.
    pub evidence: Vec<Evidence>,
}

/// Where the sealed payload lies in a spool.
#[derive(Clone)]
pub struct Payload {
    /// The spool, usually a file.
    pub spool: Arc<dyn ReadAt + Send + Sync>,
    /// Where the payload nonce stands: the length of the header before it.
    pub offset: u64,
    /// Bytes from there to the end.
    pub length: ContentLen,
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Payload").field("offset", &self.offset).field("length", &self.length).finish()
    }
}

impl Client {
    /// Submits one item and returns when the relay has it durably, checked and entered.
    ///
    /// `label` and `payload` must belong to `header`; the relay checks that and everything else again.
    pub async fn submit(
        &self,
        label: LabelHash,
        header: &[u8],
        payload: &Payload,
        transfer: &Arc<Transfer>,
    ) -> Result<Acceptance, ClientError> {
        let opened = self.open(header).await?;
        if opened.committed {
            transfer.add(payload.length.bytes());
        } else {
            self.send_parts(*label.as_bytes(), payload, &opened, transfer).await?;
        }
        Ok(Acceptance { evidence: self.commit(*label.as_bytes()).await? })
    }

    /// Hands in the next header of an item together with its content, which the relay keeps no more: for somebody let in, or
    /// to whom a copy is passed on. Answers the leaf of the access note, or of the statement that passes the copy on.
    pub async fn bring(
        &self,
        header: &ItemHeader,
        payload: &Payload,
        transfer: &Arc<Transfer>,
    ) -> Result<Evidence, ClientError> {
        let opened = self.open(header.bytes()).await?;
        if opened.committed {
            // It was entered meanwhile, or the answer to that was lost.
            return self.replace_header(header.label_hash(), header.bytes()).await;
        }
        let name = *header.access_hash().as_bytes();
        self.send_parts(name, payload, &opened, transfer).await?;
        last(self.commit(name).await?)
    }

    async fn open(&self, header: &[u8]) -> Result<Opened, ClientError> {
        let mut reply = self.call(Verb::Open, &Open { header: header.to_vec().into() }).await?;
        Ok(reply.message().await?)
    }

    async fn commit(&self, upload: [u8; 32]) -> Result<Vec<Evidence>, ClientError> {
        let mut reply = self.call(Verb::Commit, &Commit { upload: upload.into() }).await?;
        self.evidence(&mut reply).await
    }

    /// Hands in the next header of an item, where the relay has the content or nobody new needs it. Answers the leaf of the
    /// access note, or of the statement that passes a copy on.
    pub async fn replace_header(&self, label: LabelHash, header: &[u8]) -> Result<Evidence, ClientError> {
        let request = Replace { label: (*label.as_bytes()).into(), header: header.to_vec().into() };
        let mut reply = self.call(Verb::Replace, &request).await?;
        last(self.evidence(&mut reply).await?)
    }

    async fn send_parts(
        &self,
        upload: [u8; 32],
        payload: &Payload,
        opened: &Opened,
        transfer: &Arc<Transfer>,
    ) -> Result<(), ClientError> {
        if u64::from(opened.parts) != payload.length.parts() {
            return Err(ClientError::Protocol("the relay counts another number of parts".to_owned()));
        }
        let mut running = JoinSet::new();
        for index in 0..opened.parts {
            let range = payload.length.part(index.into()).map_err(|_| ClientError::SpoolChanged)?;
            let stored = opened.have.get(index as usize / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1);
            if stored {
                transfer.add(range.end - range.start);
                continue;
            }
            if running.len() == STREAMS {
                join_one(&mut running).await?;
            }
            if transfer.is_cancelled() {
                return Err(ClientError::Cancelled);
            }
            let (client, payload, transfer) = (self.clone(), payload.clone(), Arc::clone(transfer));
            running.spawn(async move { client.send_part(upload, &payload, index, &transfer).await });
        }
        while !running.is_empty() {
            join_one(&mut running).await?;
        }
        Ok(())
    }

    async fn send_part(
        &self,
        upload: [u8; 32],
        payload: &Payload,
        index: u32,
        transfer: &Transfer,
    ) -> Result<(), ClientError> {
        let range = payload.length.part(index.into()).map_err(|_| ClientError::SpoolChanged)?;
        let (spool, length, start) =
            (Arc::clone(&payload.spool), payload.length, payload.offset + range.start);
        let size = usize::try_from(range.end - range.start).map_err(|_| ClientError::SpoolChanged)?;
        let (bytes, value) = tokio::task::spawn_blocking(move || {
            let mut bytes = vec![0; size];
            if spool.read_full_at(&mut bytes, start).map_err(ClientError::File)? < size {
                return Err(ClientError::SpoolChanged);
            }
            let value = part_value(length, index.into(), &bytes).map_err(|_| ClientError::SpoolChanged)?;
            Ok::<_, ClientError>((bytes, value))
        })
        .await
        .map_err(|_| ClientError::Cancelled)??;
        let part = Part {
            upload: upload.into(),
            index,
            length: u32::try_from(size).map_err(|_| ClientError::SpoolChanged)?,
            chaining: (*value.as_bytes()).into(),
        };
        let mut call = self.begin(Verb::Part, &part).await?;
        call.data(&bytes).await?;
        call.finish().await?;
        call.answer().await?.end().await?;
        transfer.add(size as u64);
        Ok(())
    }
}

fn last(evidence: Vec<Evidence>) -> Result<Evidence, ClientError> {
    let nothing = || ClientError::Protocol("a header was taken without a leaf".to_owned());
    evidence.into_iter().next_back().ok_or_else(nothing)
}

async fn join_one(running: &mut JoinSet<Result<(), ClientError>>) -> Result<(), ClientError> {
    match running.join_next().await {
        Some(joined) => joined.map_err(|_| ClientError::Cancelled)?,
        None => Ok(()),
    }
}
