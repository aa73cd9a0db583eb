//! The messages of each verb, with their limits (docs/relay-protocol.md, "Verbs").
//!
//! These are carriers: hashes are 32 raw bytes, notes and headers are bytes that travel unchanged. What they
//! mean is decided where they are parsed, once, by the types of `vault-core` and `vault-keys`.

use minicbor::{Decode, Encode, bytes::ByteArray, bytes::ByteVec};

use super::frame::Message;
use vault_core::register::proof::EVIDENCE_LEN_MAX;

/// A SHA-256 or BLAKE3 value, or a chaining value.
pub type Hash = ByteArray<32>;

/// Word every request begins with.
pub const MAGIC: &str = "vault-relay";

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// Most bytes of an item's header (design section 5).
pub const HEADER_MAX: usize = 3 * MIB / 2;
/// Most bytes of one note or leaf on the wire.
pub const NOTE_MAX: usize = 64 * KIB;
/// Most entries in one page of a listing.
pub const PAGE_MAX: u32 = 200;
/// Most bytes of an organisation file.
pub const ORGANISATION_MAX: u64 = 64 * MIB as u64;
/// Most bytes of one signed text of the directory (root, directory, policy) on the wire.
pub const TEXT_MAX: usize = MIB;

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Verb {
    /// Announces an item that will be submitted and asks which parts are there already.
    Open = 1,
    /// Brings one part of the payload.
    Part = 2,
    /// Has the item checked, claimed and entered.
    Commit = 3,
    /// Lists label facts of what concerns the asking person.
    List = 4,
    /// Shows one item's header.
    Header = 5,
    /// Brings a signed demand.
    Demand = 6,
    /// Takes payload bytes under a demand.
    Fetch = 7,
    /// Brings a signed receipt.
    Receipt = 8,
    /// Brings another statement of a person about an item (damaged, opened, exported).
    Event = 9,
    /// Asks for state, copies and evidence of one item.
    Status = 10,
    /// Brings the organisation up to date.
    Sync = 11,
    /// Brings a newer organisation to the relay.
    Publish = 12,
    /// Reads the register: checkpoint, consistency, tiles.
    Register = 13,
    /// Brings an officer's list of invitations, which admit requests for keys.
    Invite = 14,
    /// Brings a request for keys: the one verb that a station in no directory may use.
    Request = 15,
    /// Lists the requests for keys that wait for an officer.
    Requests = 16,
    /// Stays open and tells of every new version of the organisation.
    Watch = 17,
    /// Replaces the header of an item whose copies still wait.
    Replace = 18,
    /// Proves where stop lists stand in the register.
    Stops = 19,
    /// Brings a decision on a proposed item, and the finished header where it completes the decisions.
    Decide = 20,
    /// Brings a request for leave: any act but sealing and sending.
    Ask = 21,
    /// Lists the requests for leave that wait for me, mine, and decided changes of what I hold.
    Asked = 22,
    /// Brings a decision on a request for leave.
    Respond = 23,
    /// Brings a statement again that a log had entered which ended.
    Restate = 24,
    /// Announces an item that is still being sealed, so that its parts may come meanwhile.
    Announce = 25,
}

impl Verb {
    /// Every verb, in the order of the specification.
    pub const ALL: [Self; 25] = [
        Self::Open,
        Self::Part,
        Self::Commit,
        Self::List,
        Self::Header,
        Self::Demand,
        Self::Fetch,
        Self::Receipt,
        Self::Event,
        Self::Status,
        Self::Sync,
        Self::Publish,
        Self::Register,
        Self::Invite,
        Self::Request,
        Self::Requests,
        Self::Watch,
        Self::Replace,
        Self::Stops,
        Self::Decide,
        Self::Ask,
        Self::Asked,
        Self::Respond,
        Self::Restate,
        Self::Announce,
    ];

    /// The verb of this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| *verb as u8 == number)
    }

    /// Its name in documents and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Part => "part",
            Self::Commit => "commit",
            Self::List => "list",
            Self::Header => "header",
            Self::Demand => "demand",
            Self::Fetch => "fetch",
            Self::Receipt => "receipt",
            Self::Event => "event",
            Self::Status => "status",
            Self::Sync => "sync",
            Self::Publish => "publish",
            Self::Register => "register",
            Self::Invite => "invite",
            Self::Request => "request",
            Self::Requests => "requests",
            Self::Watch => "watch",
            Self::Replace => "replace",
            Self::Stops => "stops",
            Self::Decide => "decide",
            Self::Ask => "ask",
            Self::Asked => "asked",
            Self::Respond => "respond",
            Self::Restate => "restate",
            Self::Announce => "announce",
        }
    }
}

macro_rules! messages {
    ($($name:ident = $word:literal, $max:expr;)*) => {
        $(impl Message for $name {
            const NAME: &'static str = $word;
            const MAX: usize = $max;
        })*
        /// Every message with its limit in bytes: the table of the specification.
        pub const TABLE: &[(&str, usize)] = &[$(($word, $max)),*];
    };
}

messages! {
    Head = "head", 32;
    Answer = "answer", 4 * KIB;
    Open = "open", HEADER_MAX + 16;
    Opened = "opened", 33 * KIB + 64;
    Part = "part", 96;
    Commit = "commit", 64;
    Done = "done", 16;
    List = "list", 32;
    Listing = "listing", 16;
    Entry = "entry", NOTE_MAX + 64 * KIB;
    ItemRequest = "item-request", 64;
    Header = "header", HEADER_MAX + 128;
    NoteRequest = "note-request", NOTE_MAX + 16;
    Fetch = "fetch", 128;
    Fetching = "fetching", 16;
    Status = "status", 64 * KIB;
    Sync = "sync", 64;
    Synced = "synced", 64;
    Publish = "publish", 16;
    Published = "published", 64;
    RegisterRequest = "register-request", 256;
    RegisterReply = "register-reply", 160 * KIB;
    Invite = "invite", 512 * KIB + 16;
    KeyRequest = "key-request", 16 * KIB + 16;
    Requests = "requests", 8;
    Listed = "listed", 16;
    Watch = "watch", 8;
    News = "news", 160;
    Replace = "replace", HEADER_MAX + 64;
    Stops = "stops", 16;
    Decide = "decide", HEADER_MAX + NOTE_MAX + 64;
    Decided = "decided", 32;
    Restate = "restate", EVIDENCE_LEN_MAX + 16;
    Announce = "announce", 128;
}

/// First frame of every request.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Head {
    /// [`MAGIC`].
    #[n(0)]
    pub magic: String,
    /// Protocol version, now 1.
    #[n(1)]
    pub version: u16,
    /// Number of the [`Verb`].
    #[n(2)]
    pub verb: u8,
}

/// First frame of every reply: done, or refused and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Answer {
    /// `null` when the request was carried out.
    #[n(0)]
    pub refused: Option<Refused>,
}

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Refused {
    /// Stable code (docs/refusals.md).
    #[n(0)]
    pub code: String,
    /// One English sentence for people; programs go by the code.
    #[n(1)]
    pub reason: String,
    /// Seconds after which the same request may succeed; `null` when repeating it is useless.
    #[n(2)]
    pub retry: Option<u32>,
}

/// `open`: the header of the item to come.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Open {
    /// The whole header, from the version line to the LF after the MAC.
    #[n(0)]
    pub header: ByteVec,
}

/// Reply to `open` and `announce`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Opened {
    /// True when this very label was committed before: go on with `commit` for the same answer.
    #[n(0)]
    pub committed: bool,
    /// Number of parts the payload has.
    #[n(1)]
    pub parts: u32,
    /// One bit per part, least significant first: those already stored.
    #[n(2)]
    pub have: ByteVec,
    /// The upload's name: what `part` and `commit` call it.
    #[n(3)]
    pub upload: Hash,
}

/// `announce`: what is known of an item before its payload is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Announce {
    /// The item id.
    #[n(0)]
    pub item: String,
    /// The level its label will declare, as a word.
    #[n(1)]
    pub level: String,
    /// Bytes of the sealed payload, nonce and tags included.
    #[n(2)]
    pub length: u64,
}

/// `part`: announces one part; its bytes follow as data frames.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Part {
    /// The upload, as `opened` named it.
    #[n(0)]
    pub upload: Hash,
    /// Part number, from 0.
    #[n(1)]
    pub index: u32,
    /// Its length in bytes.
    #[n(2)]
    pub length: u32,
    /// Its BLAKE3 chaining value.
    #[n(3)]
    pub chaining: Hash,
}

/// `commit`: names the opened item.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Commit {
    /// The upload, as `opened` named it.
    #[n(0)]
    pub upload: Hash,
}

/// Reply that consists of evidence: this many evidence texts follow, one frame each.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Done {
    /// Number of evidence frames.
    #[n(0)]
    pub leaves: u32,
}

/// `list`: a page of label facts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct List {
    /// Number of the [`Folder`].
    #[n(0)]
    pub folder: u8,
    /// Only entries above this cursor; 0 from the beginning.
    #[n(1)]
    pub after: u64,
    /// Most entries wanted, 1 to 200.
    #[n(2)]
    pub most: u32,
}

/// Which items are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Folder {
    /// Items with a copy for the person, or for a unit whose clerk the person is.
    In = 0,
    /// Items the person sent.
    Sent = 1,
    /// Items that wait for decision, on which the person may decide at some step.
    Deciding = 2,
}

impl Folder {
    /// Every folder.
    pub const ALL: [Self; 3] = [Self::In, Self::Sent, Self::Deciding];

    /// The folder of this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|folder| *folder as u8 == number)
    }
}

/// Reply to `list`: this many [`Entry`] frames follow.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Listing {
    /// Number of entry frames.
    #[n(0)]
    pub entries: u32,
    /// Whether there is more after the last of them.
    #[n(1)]
    pub more: bool,
}

/// Label facts of one item.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// Position of this entry; the next page starts after it.
    #[n(0)]
    pub cursor: u64,
    /// The label, a signed note.
    #[n(1)]
    pub label: ByteVec,
    /// State of the item (word of the specification).
    #[n(2)]
    pub state: String,
    /// When the relay accepted it, seconds since 1970.
    #[n(3)]
    pub accepted: u64,
    /// The asking person's copies; none in the other folders.
    #[n(4)]
    pub copies: Vec<CopyLine>,
}

/// One copy as the relay sees it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CopyLine {
    /// Copy number.
    #[n(0)]
    pub copy: u32,
    /// Its holder: a person `p12` or a unit `u3`.
    #[n(1)]
    pub holder: String,
    /// State of the copy (word of the specification).
    #[n(2)]
    pub state: String,
    /// Consignment number for this holder.
    #[n(3)]
    pub number: u64,
    /// When it took this state, seconds since 1970.
    #[n(4)]
    pub since: u64,
    /// Who demanded or received it: `p12`, or `null`.
    #[n(5)]
    pub person: Option<String>,
}

/// `header` and `status`: names one item by its label hash (an item id alone could be anybody's).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ItemRequest {
    /// The label hash.
    #[n(0)]
    pub label: Hash,
}

/// Reply to `header`; evidence texts follow.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Header {
    /// The whole header as now stored.
    #[n(0)]
    pub header: ByteVec,
    /// Hash of its access note's text: what a demand must name.
    #[n(1)]
    pub access: Hash,
    /// Number of evidence frames.
    #[n(2)]
    pub leaves: u32,
}

/// `demand`, `receipt`, `event`: one signed note.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NoteRequest {
    /// The note, byte for byte.
    #[n(0)]
    pub note: ByteVec,
}

/// `restate`: the proof of a leaf in a log that ended.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Restate {
    /// The tlog-proof text, byte for byte.
    #[n(0)]
    pub proof: ByteVec,
}

/// `fetch`: payload bytes under a demand.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Fetch {
    /// The label hash.
    #[n(0)]
    pub label: Hash,
    /// Register leaf hash of the demand.
    #[n(1)]
    pub demand: Hash,
    /// First byte wanted, counted from the payload's nonce.
    #[n(2)]
    pub offset: u64,
    /// How many; `null` for all the rest.
    #[n(3)]
    pub length: Option<u64>,
}

/// Reply to `fetch`: this many bytes follow as data frames.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Fetching {
    /// Number of bytes that follow.
    #[n(0)]
    pub length: u64,
}

/// Reply to `status`; evidence texts follow.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Status {
    /// Label hash.
    #[n(0)]
    pub label: Hash,
    /// State of the item.
    #[n(1)]
    pub state: String,
    /// When the relay accepted it, seconds since 1970.
    #[n(2)]
    pub accepted: u64,
    /// When it was released, or `null`.
    #[n(3)]
    pub released: Option<u64>,
    /// The copies: all for the sender, the asking person's own otherwise.
    #[n(4)]
    pub copies: Vec<CopyLine>,
    /// Number of evidence frames.
    #[n(5)]
    pub leaves: u32,
}

/// `sync`: what the client has.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Sync {
    /// Number of its newest root; 0 for none.
    #[n(0)]
    pub root: u32,
    /// Number of its directory; 0 for none.
    #[n(1)]
    pub directory: u32,
    /// Hash of that directory's text; `null` for none.
    #[n(2)]
    pub hash: Option<Hash>,
    /// Number of its newest stop list, in hand or folded; 0 for none.
    #[n(3)]
    pub stop: u32,
    /// When its freshness note was made, seconds since 1970; 0 for none.
    #[n(4)]
    pub fresh: u64,
}

/// Reply to `sync`. Text frames follow in this order: roots above the client's; then, unless the client has this
/// directory, policy, directory head, earlier heads above the client's, entries; then stop lists above the client's; then
/// the freshness note if it is a newer one.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Synced {
    /// Number of root frames.
    #[n(0)]
    pub roots: u32,
    /// Whether policy, heads and entries follow.
    #[n(1)]
    pub newer: bool,
    /// Number of frames with heads of directories between the client's and the newest.
    #[n(2)]
    pub earlier: u32,
    /// Whether the entries are all there are (true) or only those changed since the client's directory.
    #[n(3)]
    pub whole: bool,
    /// Number of entry frames.
    #[n(4)]
    pub entries: u32,
    /// Number of stop list frames.
    #[n(5)]
    pub stops: u32,
    /// Whether a freshness note follows.
    #[n(6)]
    pub fresh: bool,
}

/// `publish`: an organisation file follows as data frames.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Publish {
    /// Its length in bytes.
    #[n(0)]
    pub length: u64,
}

/// Reply to `publish`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Published {
    /// Number of the directory now in force.
    #[n(0)]
    pub directory: u32,
    /// Hash of its text.
    #[n(1)]
    pub hash: Hash,
    /// Number of the newest stop list now in force, folded or not; 0 for none.
    #[n(2)]
    pub stop: u32,
    /// Whether the file brought anything new.
    #[n(3)]
    pub new: bool,
}

/// `register`: one of three questions.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RegisterRequest {
    /// `null`: the newest checkpoint only. Otherwise also the consistency path from this tree size.
    #[n(0)]
    pub from: Option<u64>,
    /// A tile path of C2SP tlog-tiles without the leading `tile/` (hash tiles only), or `null`.
    #[n(1)]
    pub tile: Option<String>,
}

/// Reply to `register`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RegisterReply {
    /// The newest checkpoint, a signed note.
    #[n(0)]
    pub checkpoint: ByteVec,
    /// Consistency path from the asked size to the checkpoint's.
    #[n(1)]
    pub consistency: Vec<Hash>,
    /// The asked tile, or empty.
    #[n(2)]
    pub tile: ByteVec,
}

/// `invite`: an officer's list of invitations.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Invite {
    /// The list, a signed note.
    #[n(0)]
    pub note: ByteVec,
}

/// `request`: a request for keys.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct KeyRequest {
    /// The request, a signed note.
    #[n(0)]
    pub note: ByteVec,
}

/// `requests`: asks for everything that waits.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Requests {}

/// Reply to `requests`: this many text frames follow.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Listed {
    /// Number of text frames.
    #[n(0)]
    pub count: u32,
}

/// `watch`: asks to be told.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Watch {}

/// What is newest, sent at once, at every change, and at least every half minute.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct News {
    /// Number of the root in force.
    #[n(0)]
    pub root: u32,
    /// Number of the directory in force.
    #[n(1)]
    pub directory: u32,
    /// Hash of its text.
    #[n(2)]
    pub hash: Hash,
    /// Number of the newest stop list; 0 for none.
    #[n(3)]
    pub stop: u32,
    /// When the freshness note was made, seconds since 1970; 0 for none.
    #[n(4)]
    pub fresh: u64,
    /// A number of this person's: another one when something changed in which he has a part.
    #[n(5)]
    pub mail: u64,
}

/// `replace`: the next header of an item.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Replace {
    /// The label hash.
    #[n(0)]
    pub label: Hash,
    /// The whole header.
    #[n(1)]
    pub header: ByteVec,
}

/// `stops`: asks for evidence of the stop lists above this number.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Stops {
    /// 0 for all.
    #[n(0)]
    pub after: u32,
}

/// `decide`: a decision on a proposed item.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Decide {
    /// The label hash.
    #[n(0)]
    pub label: Hash,
    /// The decision, a signed note.
    #[n(1)]
    pub note: ByteVec,
    /// The whole finished header, for the decision that completes the others; not looked at with any other.
    #[n(2)]
    pub header: Option<ByteVec>,
}

/// Reply to `decide`; evidence texts follow.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Decided {
    /// State of the item (word of the specification).
    #[n(0)]
    pub state: String,
    /// Number of evidence frames.
    #[n(1)]
    pub leaves: u32,
}
