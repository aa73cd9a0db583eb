//! What the relay keeps, behind two small traits: immutable parts, and metadata with transactions
//! (design section 8, "Storage"; docs/relay-protocol.md, "Order of writes").
//!
//! Handlers load facts inside one transaction, ask the pure rules of `vault-core`, and write what follows. A
//! store decides nothing. Order for whoever implements it:
//!
//! - [`Parts::put`] returns only when the bytes are durable; a part never changes afterwards;
//! - [`Metadata::write`] is all or nothing and durable when it returns; writers come one after another, and several may
//!   share one sync;
//! - a leaf gets its index in the register inside the transaction ([`Transaction::queue_leaf`]), without gaps; the
//!   sequencer appends it afterwards and finds it here again after a crash.

pub mod disk;
pub mod embedded;

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vault_core::item::{AccessHash, ItemId, LabelHash, Word};
use vault_core::register::leaf::LeafHash;
use vault_core::stream::layout::ContentLen;
use vault_core::stream::parts::{ContentHash, PartValue};
use vault_core::transfer::copy::{Consignment, CopyState};
use vault_core::transfer::item::ItemState;
use vault_keys::digest::{DirectoryHash, NoteHash, RootHash};
use vault_keys::directory::Role;
use vault_keys::joining::InvitationId;
use vault_keys::key_id::KeyId;
use vault_keys::note::OfficeName;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

/// Why storage could not do its work. Never a peer's fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database failed, or answered what it never should.
    #[error("the relay's database failed: {context}")]
    Database {
        /// What was being done.
        context: &'static str,
        /// The database's own words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database's file is no whole database: cut short, or its pages are not what was written.
    #[error("the relay's database file is cut short or damaged ({context}); nothing was changed in it")]
    File {
        /// What was being done.
        context: &'static str,
        /// The database's own words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The folder of parts failed.
    #[error("the folder of parts failed")]
    Parts(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A commit that several callers shared failed: nothing of theirs was changed.
    #[error("a commit shared with other requests failed")]
    Shared(#[source] Arc<Self>),
    /// Stored bytes are not what was stored: the disk, or somebody's hand.
    #[error("stored {what} is damaged")]
    Damaged {
        /// What kind of record.
        what: &'static str,
    },
    /// A part's bytes are not what was stored, or are gone.
    #[error("part {index} is damaged on the disk")]
    PartDamaged {
        /// Its number.
        index: u64,
    },
    /// A part with other bytes is there already.
    #[error("part {index} is there already with other bytes")]
    PartConflict {
        /// Its number.
        index: u64,
    },
    /// The data folder was made by a newer version.
    #[error("the data folder has schema {found}, this program knows up to {known}")]
    NewerSchema {
        /// Version found.
        found: u32,
        /// Newest version known.
        known: u32,
    },
}

/// Under which name the parts of one upload lie: the label's hash for an item's first submission, or a hash of sender and item
/// where it was announced before it had a label; the access note's for a later consignment that brings the content again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartsName([u8; 32]);

impl PartsName {
    /// From the bytes of that hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of that hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartsName {
    /// The name of an upload that is announced before its item has a label: no two persons share one.
    #[must_use]
    pub fn announced(sender: PersonNo, item: ItemId) -> Self {
        Self(*blake3::hash(format!("vault-upload/1 {sender} {item}").as_bytes()).as_bytes())
    }
}

impl From<LabelHash> for PartsName {
    fn from(label: LabelHash) -> Self {
        Self(*label.as_bytes())
    }
}

impl From<AccessHash> for PartsName {
    fn from(access: AccessHash) -> Self {
        Self(*access.as_bytes())
    }
}

/// Payload bytes in immutable parts, kept under the name of the upload that brought them.
pub trait Parts: Debug + Send + Sync {
    /// Stores one part durably. The same part again is fine.
    fn put(&self, name: PartsName, index: u64, bytes: &[u8]) -> Result<(), StoreError>;

    /// Reads `length` bytes of a part from `offset` within it.
    fn read(&self, name: PartsName, index: u64, offset: u64, length: usize) -> Result<Vec<u8>, StoreError>;

    /// Whether a whole part of this length is there.
    fn holds(&self, name: PartsName, index: u64, length: u64) -> Result<bool, StoreError>;

    /// Puts a damaged part aside: it is missing from now on.
    fn set_aside(&self, name: PartsName, index: u64) -> Result<(), StoreError>;

    /// Every name that has parts, in no order: to find what no record names.
    fn names(&self) -> Result<Vec<PartsName>, StoreError>;

    /// Removes all parts under a name; fine when there are none.
    fn remove(&self, name: PartsName) -> Result<(), StoreError>;
}

/// Everything else, with transactions.
pub trait Metadata: Debug + Send + Sync {
    /// Runs `work` on one consistent view.
    fn read(&self, work: &mut dyn FnMut(&dyn View)) -> Result<(), StoreError>;

    /// Runs `work` in one transaction: kept and durable when it answers [`End::Commit`], undone otherwise.
    ///
    /// `work` may see what a transaction just before it wrote and has not returned from: the two become durable
    /// together, or neither does. So nothing that cannot be undone may follow from it before this returns.
    fn write(&self, work: &mut dyn FnMut(&mut dyn Transaction) -> End) -> Result<(), StoreError>;

    /// Has the database read and verify everything it has; what it finds wrong, in its words.
    fn verify(&self) -> Result<Vec<String>, StoreError>;

    /// Writes one consistent view, whole and synced, into a new file that [`embedded::Database`] opens.
    fn snapshot(&self, to: &Path) -> Result<(), StoreError>;
}

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Keep everything.
    Commit,
    /// Keep nothing.
    Undo,
}

/// Runs `work` on one consistent view and hands its result on.
pub fn read<T, E: From<StoreError>>(
    store: &dyn Metadata,
    mut work: impl FnMut(&dyn View) -> Result<T, E>,
) -> Result<T, E> {
    let mut result = None;
    store.read(&mut |view| result = Some(work(view)))?;
    result.unwrap_or_else(|| Err(StoreError::Damaged { what: "view" }.into()))
}

/// Runs `work` in one transaction; an error undoes it.
pub fn write<T, E: From<StoreError>>(
    store: &dyn Metadata,
    mut work: impl FnMut(&mut dyn Transaction) -> Result<T, E>,
) -> Result<T, E> {
    let mut result = None;
    store.write(&mut |transaction| {
        let end = work(transaction);
        let how = if end.is_ok() { End::Commit } else { End::Undo };
        result = Some(end);
        how
    })?;
    result.unwrap_or_else(|| Err(StoreError::Damaged { what: "transaction" }.into()))
}

/// An upload that is not committed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRecord {
    /// Its name, and that of its parts.
    pub name: PartsName,
    /// Who brings it, and alone may go on with it.
    pub sender: PersonNo,
    /// The item.
    pub item: ItemId,
    /// The header as last opened; none of one that was only announced.
    pub header: Option<Vec<u8>>,
    /// Bytes of the payload.
    pub length: ContentLen,
    /// When it was last opened; abandoned uploads are removed by age.
    pub opened: Time,
}

/// A committed item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRecord {
    /// Its label: the name of the item at the relay.
    pub label: LabelHash,
    /// The item id.
    pub item: ItemId,
    /// The label's sender.
    pub sender: PersonNo,
    /// The label, a signed note, byte for byte.
    pub label_note: Vec<u8>,
    /// The access note of the header now stored.
    pub access: AccessHash,
    /// Bytes of the payload.
    pub length: ContentLen,
    /// Hash of the payload.
    pub content: ContentHash,
    /// Where the item stands.
    pub state: ItemState,
    /// When the relay accepted it.
    pub accepted: Time,
    /// When it was released.
    pub released: Option<Time>,
    /// Holders see the header only from this time on (the label's `not_before`).
    pub not_before: Option<Time>,
    /// From then on undemanded copies expire (the earlier of the label's `read_by` and `keep_until`).
    pub not_after: Option<Time>,
    /// Where the parts of the payload lie; none once it went.
    pub payload: Option<PartsName>,
    /// Who brought it, if not the sender: it takes his room.
    pub brought_by: Option<PersonNo>,
    /// The newest leaf that names this item; the next one names it as `previous`.
    pub last_leaf: LeafHash,
    /// Register index of the last leaf of its acceptance: it is listed once that leaf is published.
    pub accepted_index: u64,
}

/// A consignment: a copy on its way to one holder, with the rule machine that judges it. A copy that is passed on makes the
/// next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRecord {
    /// The item's label.
    pub label: LabelHash,
    /// Copy number, 1 and up: copy 0 does not travel.
    pub copy: u32,
    /// How often the copy was passed on before it came to this holder.
    pub hop: u32,
    /// Whose copy it is.
    pub holder: Holder,
    /// Consignment number, counted per holder from 1 without gaps.
    pub number: u64,
    /// State and demands.
    pub consignment: Consignment,
    /// When it took its present state.
    pub since: Time,
    /// Who brought it there: the person of the newest demand or of the receipt.
    pub person: Option<PersonNo>,
    /// Register index of the leaf that offers or withholds it: it is listed once that leaf is published.
    pub offered: u64,
}

impl CopyRecord {
    /// Where the copy stands.
    #[must_use]
    pub fn state(&self) -> CopyState {
        self.consignment.state()
    }
}

/// Somebody who may decide on an item at one of its steps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeciderRecord {
    /// The step.
    pub step: Word,
    /// The role that takes it.
    pub role: Word,
    /// Who.
    pub person: PersonNo,
    /// By what.
    pub by: DeciderBy,
}

/// By what somebody is a decider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeciderBy {
    /// The label asks for him: his deputies may sign for him.
    Label,
    /// A row of the access note stored: a deputy at the time of sealing, or added since.
    Access,
}

/// What some leaves are about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Items, and those about which a request was decided.
    pub items: Vec<LabelHash>,
    /// Who asks or is asked in a request for leave.
    pub persons: Vec<PersonNo>,
}

/// In what capacity somebody looks for what he may decide on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// For himself.
    Own(PersonNo),
    /// As deputy of somebody whom a label asks in this role.
    Deputy(PersonNo, Role),
}

impl DeciderRecord {
    /// Whether somebody in this capacity may decide here.
    #[must_use]
    pub fn admits(&self, capacity: Capacity) -> bool {
        match capacity {
            Capacity::Own(person) => self.person == person,
            Capacity::Deputy(principal, role) => {
                self.person == principal && self.by == DeciderBy::Label && self.role.as_str() == role.as_str()
            }
        }
    }
}

/// A leaf of one item, or of none. Whether it is published yet, the register's size says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRecord {
    /// Its index in the register.
    pub index: u64,
    /// The leaf.
    pub leaf: NewLeaf,
}

/// A leaf to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLeaf {
    /// RFC 6962 hash of the leaf.
    pub hash: LeafHash,
    /// The leaf, byte for byte.
    pub leaf: Vec<u8>,
    /// The item it belongs to.
    pub label: Option<LabelHash>,
    /// The copy it is about. A leaf about one copy is shown to its holder and the sender only.
    pub copy: Option<u32>,
    /// The note it carries, by the hash of its text: the same note again gets the same leaf.
    pub note: Option<NoteHash>,
}

/// One page position in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Cursor of this entry: one above its `accepted_index`, so 0 stands before everything.
    pub cursor: u64,
    /// The item.
    pub item: ItemRecord,
    /// The copies that concern the asking holders; none in the other listings.
    pub copies: Vec<CopyRecord>,
}

/// One version of the organisation, as signed texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationTexts {
    /// Number of its directory.
    pub number: u32,
    /// Hash of its directory's head.
    pub hash: DirectoryHash,
    /// Root notes, root 1 first.
    pub roots: Vec<Vec<u8>>,
    /// The policy note.
    pub policy: Vec<u8>,
    /// Heads of all directories known before this one, oldest first, without a gap before this one.
    pub earlier: Vec<Vec<u8>>,
    /// The directory's head.
    pub directory: Vec<u8>,
    /// Entries in directory order.
    pub entries: Vec<(Holder, Vec<u8>)>,
    /// Stop lists in force over the newest version, ascending without gaps; none with earlier versions.
    pub stops: Vec<Vec<u8>>,
    /// The newest freshness note, with the newest version only.
    pub fresh: Option<Vec<u8>>,
}

/// A request for keys as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// Hash of its text.
    pub hash: NoteHash,
    /// The invitation that admitted it.
    pub invitation: Option<InvitationId>,
    /// The member who asks, where there was no invitation.
    pub person: Option<PersonNo>,
    /// The signed note.
    pub note: Vec<u8>,
    /// When it came.
    pub received: Time,
}

/// A request for leave as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedRecord {
    /// Hash of its text.
    pub request: NoteHash,
    /// The signed note.
    pub note: Vec<u8>,
    /// Who asks.
    pub requester: PersonNo,
    /// The act, by its word.
    pub act: String,
    /// When it came.
    pub received: Time,
    /// How far it has come: `asked`, `decided` or `refused`.
    pub state: String,
    /// Index of its leaf in the register.
    pub position: u64,
}

/// A decision on a request for leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedDecision {
    /// The request.
    pub request: NoteHash,
    /// Hash of the decision's text.
    pub decision: NoteHash,
    /// The signed note.
    pub note: Vec<u8>,
    /// The time of its leaf.
    pub time: Time,
    /// Index of its leaf in the register.
    pub position: u64,
}

/// A stop list as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopRecord {
    /// Its number.
    pub number: u32,
    /// The signed note.
    pub note: Vec<u8>,
    /// Index of its leaf in the register.
    pub position: u64,
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Items ever accepted.
    pub items: u64,
    /// Those that wait for decision.
    pub proposed: u64,
    /// Consignments that nobody has received yet and that have not ended.
    pub waiting: u64,
    /// Names whose parts are to be removed is kept.
    pub payloads: u64,
    /// Bytes of these.
    pub payload_bytes: u64,
    /// Uploads that are not committed.
    pub uploads: u64,
    /// Names whose parts are still to be removed.
    pub removals: u64,
    /// Damaged parts.
    pub damaged: u64,
    /// Leaves, published or not.
    pub leaves: u64,
}

/// What can be asked.
pub trait View {
    /// How much there is of everything.
    fn totals(&self) -> Result<Totals, StoreError>;
    /// Every part that a payload kept or an upload needs: name, index and length.
    fn parts_named(&self) -> Result<Vec<(PartsName, u64, u64)>, StoreError>;

    /// The organisation with the highest directory number.
    fn organisation(&self) -> Result<Option<OrganisationTexts>, StoreError>;
    /// The organisation as of one directory, if that one was installed here: its policy, head and entries.
    fn organisation_at(&self, number: u32) -> Result<Option<OrganisationTexts>, StoreError>;
    /// Number and hash of the newest directory.
    fn newest_directory(&self) -> Result<Option<(u32, DirectoryHash)>, StoreError>;
    /// Stop lists above this number, ascending.
    fn stops_since(&self, number: u32) -> Result<Vec<StopRecord>, StoreError>;
    /// The lists of invitations, one of each officer, as signed notes.
    fn invitations(&self) -> Result<Vec<Vec<u8>>, StoreError>;
    /// The request that used this invitation.
    fn request_by(&self, invitation: InvitationId) -> Result<Option<NoteHash>, StoreError>;
    /// Requests behind this one in order of (when it came, hash), at most `most`.
    fn requests_after(&self, after: (Time, NoteHash), most: u32) -> Result<Vec<RequestRecord>, StoreError>;
    /// Requests of one member that came since, oldest first.
    fn requests_of(&self, person: PersonNo, since: Time) -> Result<Vec<RequestRecord>, StoreError>;
    /// A request for leave.
    fn asked(&self, request: NoteHash) -> Result<Option<AskedRecord>, StoreError>;
    /// The decisions on it, oldest first.
    fn asked_decisions(&self, request: NoteHash) -> Result<Vec<AskedDecision>, StoreError>;
    /// Requests for leave that one of these persons asked or is asked, received since, the oldest first.
    fn asked_of(&self, persons: &[PersonNo], since: Time) -> Result<Vec<AskedRecord>, StoreError>;
    /// Decided requests of this act about items that this person sent or one of these holders has, oldest first.
    fn asked_about(
        &self,
        act: &str,
        sender: PersonNo,
        holders: &[Holder],
    ) -> Result<Vec<AskedRecord>, StoreError>;
    /// Entries now in force that were installed with a directory above this number, in directory order.
    fn entries_since(&self, number: u32) -> Result<Vec<Vec<u8>>, StoreError>;

    /// An upload by its name.
    fn upload(&self, name: PartsName) -> Result<Option<UploadRecord>, StoreError>;
    /// Its stored parts, ascending.
    fn upload_parts(&self, name: PartsName) -> Result<Vec<(u64, PartValue)>, StoreError>;
    /// One stored part.
    fn upload_part(&self, name: PartsName, index: u64) -> Result<Option<PartValue>, StoreError>;
    /// Bytes and number of the open uploads of one sender.
    fn uploads_of(&self, sender: PersonNo) -> Result<(u64, u64), StoreError>;
    /// Bytes and number of the items of one sender whose payload is kept.
    fn kept_of(&self, sender: PersonNo) -> Result<(u64, u64), StoreError>;
    /// Open uploads last opened before `before`.
    fn uploads_before(&self, before: Time) -> Result<Vec<PartsName>, StoreError>;

    /// Which label (sender, item id) belongs to.
    fn claimed(&self, sender: PersonNo, item: ItemId) -> Result<Option<LabelHash>, StoreError>;
    /// An item by its label.
    fn item(&self, label: LabelHash) -> Result<Option<ItemRecord>, StoreError>;
    /// Its header.
    fn header(&self, label: LabelHash) -> Result<Option<Vec<u8>>, StoreError>;
    /// The header with which a consignment came to its holder, where it was passed on to him.
    fn passed_header(&self, label: LabelHash, copy: u32, hop: u32) -> Result<Option<Vec<u8>>, StoreError>;
    /// Its consignments, by copy, in the order in which each was passed on.
    fn copies(&self, label: LabelHash) -> Result<Vec<CopyRecord>, StoreError>;
    /// Its leaves, oldest first.
    fn leaves(&self, label: LabelHash) -> Result<Vec<LeafRecord>, StoreError>;
    /// The leaf of an item that carries this note.
    fn leaf_of_note(&self, label: LabelHash, note: NoteHash) -> Result<Option<LeafRecord>, StoreError>;
    /// Items with a copy for one of `holders` whose offer is published in a register of `size` leaves, after cursor
    /// `after`, in order of acceptance.
    fn inbox(&self, holders: &[Holder], size: u64, after: u64, most: u32) -> Result<Vec<Listed>, StoreError>;
    /// Items of one sender whose acceptance is published, likewise.
    fn sent(&self, sender: PersonNo, size: u64, after: u64, most: u32) -> Result<Vec<Listed>, StoreError>;
    /// Proposed items on which somebody in one of these capacities may decide, whose acceptance is published, likewise.
    fn deciding(
        &self,
        capacities: &[Capacity],
        size: u64,
        after: u64,
        most: u32,
    ) -> Result<Vec<Listed>, StoreError>;
    /// How often this standing approval was used.
    fn standing_uses(&self, request: NoteHash) -> Result<u32, StoreError>;
    /// Who may decide on an item; nobody where its label demands no decision.
    fn deciders(&self, label: LabelHash) -> Result<Vec<DeciderRecord>, StoreError>;
    /// Proposed items whose time to decide ended before `now`.
    fn undecided(&self, now: Time) -> Result<Vec<LabelHash>, StoreError>;

    /// The parts of an item that are known to be damaged, ascending.
    fn damage(&self, label: LabelHash) -> Result<Vec<u64>, StoreError>;
    /// Leaves from this index on, ascending, at most `most`.
    fn leaves_from(&self, index: u64, most: u32) -> Result<Vec<LeafRecord>, StoreError>;
    /// What the leaves of these places, from the first to before the second, are about.
    fn touched(&self, from: u64, to: u64) -> Result<Touched, StoreError>;
    /// Names whose parts are to be removed: the transaction said so, the files may still be there.
    fn removals(&self) -> Result<Vec<PartsName>, StoreError>;
    /// The item whose payload lies under this name.
    fn payload_under(&self, name: PartsName) -> Result<Option<LabelHash>, StoreError>;
    /// Released items with a payload and no copy that could still be fetched.
    fn spent(&self) -> Result<Vec<LabelHash>, StoreError>;
    /// Items whose `not_after` has passed and that have copies still available.
    fn overdue(&self, now: Time) -> Result<Vec<LabelHash>, StoreError>;
    /// Consignments with an open demand older than `before`: label, copy and hop.
    fn demanded_before(&self, before: Time) -> Result<Vec<(LabelHash, u32, u32)>, StoreError>;
}

/// What can be written, on top of what can be asked.
pub trait Transaction: View {
    /// Installs a newer organisation. Entries that did not change stay as they are; older ones are kept, so that
    /// every version installed can be put together again.
    fn put_organisation(&mut self, organisation: &OrganisationTexts) -> Result<(), StoreError>;

    /// Keeps a stop list. The same again is fine, another under its number is not.
    fn put_stop(&mut self, stop: &StopRecord) -> Result<(), StoreError>;
    /// Lets go of stop lists below this number: nothing leads from them to those in force. Their leaves stay.
    fn drop_stops_below(&mut self, number: u32) -> Result<(), StoreError>;
    /// Lets go of stop lists of this number and above: a directory decided for others. Their leaves stay.
    fn drop_stops_from(&mut self, number: u32) -> Result<(), StoreError>;
    /// Replaces the freshness note.
    fn put_fresh(&mut self, note: &[u8]) -> Result<(), StoreError>;

    /// Drops the freshness note, which rests on a root that is no longer in force. None there is fine.
    fn drop_fresh(&mut self) -> Result<(), StoreError>;

    /// Replaces the list of invitations of one officer of this root. Lists of other roots go.
    fn put_invitations(
        &mut self,
        officer: &OfficeName,
        root: RootHash,
        note: &[u8],
    ) -> Result<(), StoreError>;
    /// Keeps a request. The same again is fine; another by the same invitation is not.
    fn put_request(&mut self, request: &RequestRecord) -> Result<(), StoreError>;
    /// Forgets a member's own request. One that came by an invitation stays for ever.
    fn drop_request(&mut self, request: NoteHash) -> Result<(), StoreError>;

    /// Keeps a request for leave, who asks and is asked, and the items it concerns.
    fn put_asked(
        &mut self,
        asked: &AskedRecord,
        persons: &[PersonNo],
        items: &[LabelHash],
    ) -> Result<(), StoreError>;
    /// Keeps a decision on it, and how far it has come by that.
    fn put_asked_decision(&mut self, decision: &AskedDecision, state: &str) -> Result<(), StoreError>;

    /// Opens an upload, or replaces header and time of the one there is.
    fn put_upload(&mut self, upload: &UploadRecord) -> Result<(), StoreError>;
    /// Notes a stored part.
    fn put_part(&mut self, name: PartsName, index: u64, value: PartValue) -> Result<(), StoreError>;
    /// Forgets a part that was noted and is not there.
    fn forget_part(&mut self, name: PartsName, index: u64) -> Result<(), StoreError>;
    /// Forgets an upload and its list of parts; the parts' bytes stay.
    fn remove_upload(&mut self, name: PartsName) -> Result<(), StoreError>;
    /// Notes that the parts under a name are to be removed once this transaction is through.
    fn put_removal(&mut self, name: PartsName) -> Result<(), StoreError>;
    /// They are removed.
    fn remove_removal(&mut self, name: PartsName) -> Result<(), StoreError>;

    /// Notes a damaged part; whether it is news.
    fn put_damage(&mut self, label: LabelHash, index: u64, time: Time) -> Result<bool, StoreError>;

    /// Forgets which parts of an item were damaged: its payload was brought again.
    fn forget_damage(&mut self, label: LabelHash) -> Result<(), StoreError>;

    /// Claims (sender, item id) for a label and stores item and header.
    fn put_item(&mut self, item: &ItemRecord, header: &[u8]) -> Result<(), StoreError>;
    /// Replaces an item's header.
    fn put_header(&mut self, label: LabelHash, header: &[u8]) -> Result<(), StoreError>;
    /// Stores what changed in an item.
    fn update_item(&mut self, item: &ItemRecord) -> Result<(), StoreError>;
    /// Counts a use of this standing approval; answers its number, from 1.
    fn use_standing(&mut self, request: NoteHash) -> Result<u32, StoreError>;
    /// Notes that an item waits for decision until then.
    fn put_proposal(&mut self, label: LabelHash, decide_by: Time) -> Result<(), StoreError>;
    /// It waits no more. Who could decide stays known.
    fn remove_proposal(&mut self, label: LabelHash) -> Result<(), StoreError>;
    /// Replaces the list of those who may decide on an item.
    fn put_deciders(&mut self, label: LabelHash, deciders: &[DeciderRecord]) -> Result<(), StoreError>;
    /// Stores a new consignment or what changed in it.
    fn put_copy(&mut self, copy: &CopyRecord) -> Result<(), StoreError>;
    /// Keeps the header of a consignment that was passed on.
    fn put_passed_header(&mut self, copy: &CopyRecord, header: &[u8]) -> Result<(), StoreError>;
    /// The next consignment number for a holder, from 1.
    fn next_number(&mut self, holder: Holder) -> Result<u64, StoreError>;
    /// Keeps a header that was refused because another label holds its item id.
    fn keep_conflict(
        &mut self,
        label: LabelHash,
        station: KeyId,
        header: &[u8],
        time: Time,
    ) -> Result<(), StoreError>;

    /// Gives a leaf the next index in the register and keeps it for the sequencer.
    fn queue_leaf(&mut self, leaf: &NewLeaf) -> Result<u64, StoreError>;
}
