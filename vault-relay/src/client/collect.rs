//! Receiving: list, header, demand, fetch, receipt, and what else a party says or asks about an item.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use vault_core::item::{AccessHash, ItemHeader, Label, LabelHash};
use vault_core::register::event::Event;
use vault_core::register::leaf::LeafHash;
use vault_core::stream::at::WriteAt;
use vault_core::stream::parts::PART_LEN;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::ItemState;
use vault_keys::note::{Note, Signed};
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::copies;
use super::dial::Client;
use super::error::ClientError;
use super::lanes::{LANES, Lanes};
use super::register::Evidence;
use super::submit::Transfer;
use crate::proto::frame::Message;
use crate::proto::message::{
    self, CopyLine, Entry, Fetch, Fetching, Folder, Header, ItemRequest, List, Listing, NOTE_MAX,
    NoteRequest, PAGE_MAX, Restate, Verb,
};

/// How far ahead of what is written bytes are asked for: this much may wait in memory.
const WINDOW: u64 = LANES as u64 * PART_LEN;

/// One page of a listing.
#[derive(Debug, Clone)]
pub struct Page {
    /// The items, in order of acceptance.
    pub items: Vec<ListedItem>,
    /// Where the next page begins; `None` when this is the last.
    pub next: Option<u64>,
}

/// What is shown of an item before its header is asked for: label facts, no title.
#[derive(Debug, Clone)]
pub struct ListedItem {
    /// The label as the relay passes it on. Its signature is verified by admission, with the header.
    pub label: Signed<Label>,
    /// Where the item stands.
    pub state: ItemState,
    /// When the relay accepted it.
    pub accepted: Time,
    /// The person's copies; none where he sent it or only decides.
    pub copies: Vec<Copy>,
}

impl ListedItem {
    /// The item's name at the relay.
    #[must_use]
    pub fn hash(&self) -> LabelHash {
        LabelHash::of_note(self.label.hash())
    }
}

/// One copy as the relay sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Copy number.
    pub no: u32,
    /// Whose copy it is.
    pub holder: Holder,
    /// Where it stands.
    pub state: CopyState,
    /// Consignment number of this holder, from 1 without gaps.
    pub number: u64,
    /// When it took this state.
    pub since: Time,
    /// Who demanded or received it last.
    pub person: Option<PersonNo>,
}

/// A header as shown, with the evidence of the item so far.
#[derive(Debug, Clone)]
pub struct ShownHeader {
    /// The header; admission judges it.
    pub header: ItemHeader,
    /// Hash of its access note: what a demand names.
    pub access: AccessHash,
    /// Leaves of the item this person may read, verified, oldest first.
    pub evidence: Vec<Evidence>,
}

/// State of one item, with evidence.
#[derive(Debug, Clone)]
pub struct ItemStatus {
    /// Where the item stands.
    pub state: ItemState,
    /// When the relay accepted it.
    pub accepted: Time,
    /// When it was released.
    pub released: Option<Time>,
    /// All copies for the sender; the asking person's otherwise.
    pub copies: Vec<Copy>,
    /// Leaves of the item this person may read, verified, oldest first.
    pub evidence: Vec<Evidence>,
}

impl Client {
    /// One page of a listing; begin with `after` 0.
    pub async fn list(&self, which: Folder, after: u64) -> Result<Page, ClientError> {
        let request = List { folder: which as u8, after, most: PAGE_MAX };
        let mut reply = self.call(Verb::List, &request).await?;
        let listing: Listing = reply.message().await?;
        if listing.entries > PAGE_MAX {
            return Err(ClientError::Protocol("a page with more entries than asked for".to_owned()));
        }
        let (mut items, mut last) = (Vec::new(), after);
        for _ in 0..listing.entries {
            let entry: Entry = reply.message().await?;
            if entry.cursor <= last {
                return Err(ClientError::Protocol("a listing that does not go on".to_owned()));
            }
            last = entry.cursor;
            items.push(listed(self, &entry)?);
        }
        reply.end().await?;
        if listing.more && items.is_empty() {
            return Err(ClientError::Protocol("a listing that does not go on".to_owned()));
        }
        Ok(Page { items, next: listing.more.then_some(last) })
    }

    /// The header of one item. From here on its manifest counts as known to this person.
    pub async fn header(&self, label: LabelHash) -> Result<ShownHeader, ClientError> {
        let mut reply = self.call(Verb::Header, &named(label)).await?;
        let shown: Header = reply.message().await?;
        let header = ItemHeader::parse(&shown.header)
            .map_err(|error| ClientError::Protocol(format!("a header that is none: {error}")))?;
        let access = header.access_hash();
        let agrees = header.label_hash() == label
            && header.len() == shown.header.len()
            && *access.as_bytes() == *shown.access;
        if !agrees {
            return Err(ClientError::Protocol("the header of another item".to_owned()));
        }
        let evidence = self.leaves(&mut reply, shown.leaves).await?;
        Ok(ShownHeader { header, access, evidence })
    }

    /// Hands in a signed demand, or a decider's (`review`); its evidence names the leaf under which bytes are served.
    pub async fn demand(&self, note: &Signed<Event>) -> Result<Evidence, ClientError> {
        self.state(Verb::Demand, note).await
    }

    /// Hands in a signed receipt.
    pub async fn receipt(&self, note: &Signed<Event>) -> Result<Evidence, ClientError> {
        self.state(Verb::Receipt, note).await
    }

    /// Hands in another signed statement: `damaged` or `opened`, or `withdrawn` by the sender of a proposed item.
    pub async fn statement(&self, note: &Signed<Event>) -> Result<Evidence, ClientError> {
        self.state(Verb::Event, note).await
    }

    /// Hands a statement in again that stood in a log that ended, by the proof it had there.
    pub async fn restate(&self, proof: &[u8], note: &Signed<Event>) -> Result<Evidence, ClientError> {
        self.state_by(Verb::Restate, &Restate { proof: proof.to_vec().into() }, note).await
    }

    /// Fetches payload bytes from `offset` to the end into `sink`, at the same offsets and in order, under the demand with this
    /// leaf: a few parts at once, over a few connections. `length` is the payload's as the label gives it.
    ///
    /// The bytes are not verified here: opening them is, against the label's content hash.
    pub async fn fetch(
        &self,
        label: LabelHash,
        demand: LeafHash,
        offset: u64,
        length: u64,
        sink: &(dyn WriteAt + Send),
        transfer: &Transfer,
    ) -> Result<(), ClientError> {
        transfer.add(offset);
        let lanes = Arc::new(Lanes::new(self));
        let (came, mut coming) = unbounded_channel();
        // Dropped on any way out, it ends what is under way.
        let mut running = JoinSet::new();
        let (mut next, mut written, mut ahead) = (offset, offset, BTreeMap::<u64, Vec<u8>>::new());
        while written < length {
            while next < length && next < written.saturating_add(WINDOW) {
                let mut range = next..(next / PART_LEN + 1).saturating_mul(PART_LEN).min(length);
                next = range.end;
                let (lanes, came) = (Arc::clone(&lanes), came.clone());
                running.spawn(async move {
                    let lane = lanes.of(range.start / PART_LEN).await;
                    let mut fetched = lane.piece(label, demand, &mut range, &came).await;
                    // The relay may have no room for one more connection, or the line may have lost it.
                    if fetched.is_err() && !std::ptr::eq(lane, lanes.first()) {
                        fetched = lanes.first().piece(label, demand, &mut range, &came).await;
                    }
                    if let Err(error) = fetched {
                        came.send(Err(error)).ok();
                    }
                });
            }
            let (at, bytes) = coming.recv().await.ok_or(ClientError::Cancelled)??;
            transfer.add(bytes.len() as u64);
            ahead.insert(at, bytes);
            // In order: the sink has all there is up to its end, so that a fetch cut off goes on from there.
            while let Some(bytes) = ahead.remove(&written) {
                if transfer.is_cancelled() {
                    return Err(ClientError::Cancelled);
                }
                // Blocking, but into a page cache or a pipe of this process; a task of its own costs more.
                sink.write_all_at(&bytes, written).map_err(ClientError::File)?;
                written += bytes.len() as u64;
            }
        }
        // Each ends with the end of its reply, which is looked at.
        while running.join_next().await.is_some() {}
        lanes.end().await;
        match coming.try_recv() {
            Ok(Err(error)) => Err(error),
            _ => Ok(()),
        }
    }

    /// Fetches a range piece by piece, each told of as it comes; what is left of the range is what did not come.
    async fn piece(
        &self,
        label: LabelHash,
        demand: LeafHash,
        range: &mut Range<u64>,
        came: &UnboundedSender<Result<(u64, Vec<u8>), ClientError>>,
    ) -> Result<(), ClientError> {
        let wanted = range.end - range.start;
        let request = Fetch {
            label: (*label.as_bytes()).into(),
            demand: (*demand.as_bytes()).into(),
            offset: range.start,
            length: Some(wanted),
        };
        let mut reply = self.call(Verb::Fetch, &request).await?;
        let fetching: Fetching = reply.message().await?;
        if fetching.length != wanted {
            return Err(ClientError::Protocol("the relay serves another length than asked for".to_owned()));
        }
        while range.start < range.end {
            let mut bytes = Vec::new();
            let length = reply.data(&mut bytes, range.end - range.start).await? as u64;
            // Nobody takes it any more: whoever fetched has given up.
            came.send(Ok((range.start, bytes))).map_err(|_| ClientError::Cancelled)?;
            range.start += length;
        }
        Ok(reply.end().await?)
    }

    /// Where an item and its copies stand.
    pub async fn status(&self, label: LabelHash) -> Result<ItemStatus, ClientError> {
        let mut reply = self.call(Verb::Status, &named(label)).await?;
        let status: message::Status = reply.message().await?;
        if *status.label != *label.as_bytes() {
            return Err(ClientError::Protocol("the status of another item".to_owned()));
        }
        let evidence = self.leaves(&mut reply, status.leaves).await?;
        let copies = status.copies.iter().map(copy).collect::<Result<Vec<_>, _>>()?;
        copies::borne_out(&copies, &evidence)?;
        Ok(ItemStatus {
            state: item_state(&status.state)?,
            accepted: time(status.accepted)?,
            released: status.released.map(time).transpose()?,
            copies,
            evidence,
        })
    }

    /// Hands in a statement. The evidence must be of this very note, not of some other leaf.
    async fn state(&self, verb: Verb, note: &Signed<Event>) -> Result<Evidence, ClientError> {
        self.state_by(verb, &NoteRequest { note: note.encode().into() }, note).await
    }

    async fn state_by<M: Message>(
        &self,
        verb: Verb,
        request: &M,
        note: &Signed<Event>,
    ) -> Result<Evidence, ClientError> {
        let mut reply = self.call(verb, request).await?;
        let [evidence] = <[Evidence; 1]>::try_from(self.evidence(&mut reply).await?)
            .map_err(|_| ClientError::Protocol("one leaf was expected".to_owned()))?;
        let same = evidence.leaf.leaf.signed::<Event>().is_ok_and(|entered| entered.hash() == note.hash());
        if same { Ok(evidence) } else { Err(ClientError::Evidence("a leaf of another statement".to_owned())) }
    }
}

fn named(label: LabelHash) -> ItemRequest {
    ItemRequest { label: (*label.as_bytes()).into() }
}

fn listed(client: &Client, entry: &Entry) -> Result<ListedItem, ClientError> {
    let label = Note::parse(&entry.label, NOTE_MAX)
        .and_then(|note| Signed::from_note(note, client.log().org))
        .map_err(|error| ClientError::Protocol(format!("a label that is none: {error}")))?;
    Ok(ListedItem {
        label,
        state: item_state(&entry.state)?,
        accepted: time(entry.accepted)?,
        copies: entry.copies.iter().map(copy).collect::<Result<_, _>>()?,
    })
}

fn copy(line: &CopyLine) -> Result<Copy, ClientError> {
    let wrong = |what: &str| ClientError::Protocol(format!("a copy whose {what} is none"));
    Ok(Copy {
        no: line.copy,
        holder: line.holder.parse().map_err(|_| wrong("holder"))?,
        state: CopyState::from_word(&line.state).ok_or_else(|| wrong("state"))?,
        number: line.number,
        since: time(line.since)?,
        person: line.person.as_deref().map(str::parse).transpose().map_err(|_| wrong("person"))?,
    })
}

pub(super) fn item_state(word: &str) -> Result<ItemState, ClientError> {
    ItemState::from_word(word).ok_or_else(|| ClientError::Protocol(format!("an unknown item state {word:?}")))
}

fn time(seconds: u64) -> Result<Time, ClientError> {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Time::from_unix(seconds).ok())
        .ok_or_else(|| ClientError::Protocol("a time out of range".to_owned()))
}
