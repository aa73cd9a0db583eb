//! Submitting an item: open, the missing parts over several streams, commit.
//!
//! The payload is read from the outbox spool, part by part, and never kept in memory as a whole. A resumed
//! submit asks which parts the relay has. Parts of a long item may go ahead while it is still sealed
//! ([`Client::send_ahead`]). The spool is kept until [`Client::submit`] returned evidence: only
//! then has the relay synced every byte.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use vault_core::item::{ItemHeader, ItemId, LabelHash};
use vault_core::level::Level;
use vault_core::register::event::{Event, EventKind, events_in};
use vault_core::register::leaf::LeafBody;
use vault_core::stream::at::ReadAt;
use vault_core::stream::layout::ContentLen;
use vault_core::stream::parts::{PartValue, part_value};

use super::dial::Client;
use super::error::ClientError;
use super::lanes::Lanes;
use super::register::Evidence;
use crate::proto::message::{Announce, Commit, Open, Opened, Part, Replace, Verb};

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
    /// `label` and `payload` must belong to `header`; the relay checks that and everything else again. Only leaves of this label
    /// are taken for its acceptance.
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
            self.send_parts(payload, &opened, transfer).await?;
        }
        let evidence = self.commit(*opened.upload).await?;
        if !accepts(label, &evidence) {
            return Err(ClientError::Evidence("leaves that do not accept this item".to_owned()));
        }
        Ok(Acceptance { evidence })
    }

    /// Brings parts of an item that is still being sealed, each once `sealed` names it, until that ends. What comes of it is
    /// the relay's to forget: [`Client::submit`] asks what is there, and brings the rest.
    pub async fn send_ahead(
        &self,
        item: ItemId,
        level: Level,
        payload: &Payload,
        mut sealed: UnboundedReceiver<(u64, PartValue)>,
        transfer: &Arc<Transfer>,
    ) -> Result<(), ClientError> {
        let announce = Announce {
            item: item.to_string(),
            level: level.word().to_owned(),
            length: payload.length.bytes(),
        };
        let opened: Opened = self.call(Verb::Announce, &announce).await?.message().await?;
        let mut sending = Sending::new(self, *opened.upload, payload, transfer);
        while let Some((index, value)) = sealed.recv().await {
            let index = u32::try_from(index).map_err(|_| ClientError::SpoolChanged)?;
            sending.part(index, Some(value)).await?;
        }
        sending.end().await
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
        self.send_parts(payload, &opened, transfer).await?;
        entered(header.bytes(), self.commit(*opened.upload).await?)
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
        entered(header, self.evidence(&mut reply).await?)
    }

    async fn send_parts(
        &self,
        payload: &Payload,
        opened: &Opened,
        transfer: &Arc<Transfer>,
    ) -> Result<(), ClientError> {
        if u64::from(opened.parts) != payload.length.parts() {
            return Err(ClientError::Protocol("the relay counts another number of parts".to_owned()));
        }
        let mut sending = Sending::new(self, *opened.upload, payload, transfer);
        for index in 0..opened.parts {
            let stored = opened.have.get(index as usize / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1);
            if stored {
                let range = payload.length.part(index.into()).map_err(|_| ClientError::SpoolChanged)?;
                transfer.add(range.end - range.start);
            } else {
                sending.part(index, None).await?;
            }
        }
        sending.end().await
    }

    async fn send_part(
        &self,
        upload: [u8; 32],
        payload: &Payload,
        (index, known): (u32, Option<PartValue>),
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
            let value = match known {
                Some(value) => value,
                None => part_value(length, index.into(), &bytes).map_err(|_| ClientError::SpoolChanged)?,
            };
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

/// Parts of one upload on their way, a few at once, over a few connections.
struct Sending<'a> {
    lanes: Arc<Lanes>,
    upload: [u8; 32],
    payload: &'a Payload,
    transfer: &'a Arc<Transfer>,
    running: JoinSet<Result<(), ClientError>>,
}

impl<'a> Sending<'a> {
    fn new(client: &Client, upload: [u8; 32], payload: &'a Payload, transfer: &'a Arc<Transfer>) -> Self {
        Self { lanes: Arc::new(Lanes::new(client)), upload, payload, transfer, running: JoinSet::new() }
    }

    /// Sends a part off, once fewer than [`STREAMS`] are on their way. Its value is computed unless it is `known`.
    async fn part(&mut self, index: u32, known: Option<PartValue>) -> Result<(), ClientError> {
        if self.running.len() == STREAMS {
            self.join_one().await?;
        }
        if self.transfer.is_cancelled() {
            return Err(ClientError::Cancelled);
        }
        let (lanes, upload) = (Arc::clone(&self.lanes), self.upload);
        let (payload, transfer) = (self.payload.clone(), Arc::clone(self.transfer));
        self.running.spawn(async move {
            let (lane, part) = (lanes.of(index.into()).await, (index, known));
            match lane.send_part(upload, &payload, part, &transfer).await {
                // The relay may have no room for one more connection, or the line may have lost it.
                Err(_) if !std::ptr::eq(lane, lanes.first()) => {
                    lanes.first().send_part(upload, &payload, part, &transfer).await
                }
                sent => sent,
            }
        });
        Ok(())
    }

    /// Waits until all have arrived.
    async fn end(mut self) -> Result<(), ClientError> {
        while !self.running.is_empty() {
            self.join_one().await?;
        }
        self.lanes.end().await;
        Ok(())
    }

    async fn join_one(&mut self) -> Result<(), ClientError> {
        match self.running.join_next().await {
            Some(joined) => joined.map_err(|_| ClientError::Cancelled)?,
            None => Ok(()),
        }
    }
}

/// Whether these leaves are the item's label and the relay's word that it accepts it, as acceptance begins: whatever else a
/// relay answers, the spool stays.
fn accepts(label: LabelHash, evidence: &[Evidence]) -> bool {
    let [first, second, ..] = evidence else { return false };
    let is_label = matches!(first.leaf.leaf.body(), LeafBody::Note(note) if *note.hash().as_bytes() == *label.as_bytes());
    let accepted = |event: &Event| event.kind == EventKind::Accepted && event.label == Some(label);
    is_label && second.leaf.leaf.event().is_some_and(accepted)
}

/// The one leaf a next header was entered under: its access note, or the statement in it that passes a copy on.
fn entered(header: &[u8], evidence: Vec<Evidence>) -> Result<Evidence, ClientError> {
    let [evidence] = <[Evidence; 1]>::try_from(evidence)
        .map_err(|_| ClientError::Protocol("one leaf was expected".to_owned()))?;
    let is_of_header = match (evidence.leaf.leaf.body(), ItemHeader::parse(header)) {
        (LeafBody::Note(note), Ok(header)) => {
            *note.hash().as_bytes() == *header.access_hash().as_bytes()
                || events_in(header.notes(), header.org()).any(|event| event.hash() == note.hash())
        }
        _ => false,
    };
    if is_of_header {
        Ok(evidence)
    } else {
        Err(ClientError::Evidence("a leaf of another header".to_owned()))
    }
}
