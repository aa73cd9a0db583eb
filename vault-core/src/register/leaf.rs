//! Leaves: one line by the relay, then what happened.
//!
//! ```text
//! {"type":"vault-leaf/1",...}\n
//! a person's or office's whole signed note   |   the relay's own event as one unsigned line
//! ```
//! The first line dates the rest and chains it to the item's leaf before; 16 random bytes keep a leaf hash from
//! being guessed. The whole is what is hashed. docs/register.md, "Leaf".

use serde::{Deserialize, Serialize};
use thiserror::Error;
use vault_keys::bytes::Bytes;
use vault_keys::digest::OrgId;
use vault_keys::json;
use vault_keys::merkle;
use vault_keys::note::{Note, NoteError, OfficeName, Signed, Text, parse_text};
use vault_keys::text_type;
use vault_keys::time::Time;

use super::event::{Event, Speaker};
use super::tiles::LEAF_LEN_MAX;

vault_keys::digest_type! {
    /// The RFC 6962 leaf hash of a leaf's bytes: its name everywhere.
    pub struct LeafHash;
}

impl LeafHash {
    /// The hash of these bytes as a leaf.
    #[must_use]
    pub fn of(leaf: &[u8]) -> Self {
        Self::from_bytes(merkle::leaf_hash(leaf))
    }
}

text_type! {
    /// The type of a leaf's first line.
    pub struct LeafType = "vault-leaf/1";
}

/// A leaf's first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafHead {
    /// `vault-leaf/1`.
    #[serde(rename = "type")]
    pub tag: LeafType,
    /// The organisation.
    pub org: OrgId,
    /// When the relay took it: the one time that counts.
    pub time: Time,
    /// The leaf before this one about the same item, if there is one.
    pub previous: Option<LeafHash>,
    /// The relay that wrote it.
    pub relay: OfficeName,
    /// Random bytes.
    pub salt: Bytes<16>,
    /// The leaf of an ended log whose note stands here again, because the log that took its place began without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restates: Option<LeafHash>,
}

impl LeafHead {
    /// A first line.
    #[must_use]
    pub fn new(
        org: OrgId,
        time: Time,
        previous: Option<LeafHash>,
        relay: OfficeName,
        salt: [u8; 16],
    ) -> Self {
        Self { tag: LeafType, org, time, previous, relay, salt: Bytes(salt), restates: None }
    }
}

impl Text for LeafHead {
    const TYPE: &'static str = "vault-leaf/1";

    fn org(&self) -> OrgId {
        self.org
    }
}

/// What a leaf says behind its first line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one is made per leaf and moved rarely")]
pub enum LeafBody {
    /// A signed text: label, decision, a person's event, directory, ...; its signatures are not verified here.
    Note(Note),
    /// The relay's own event.
    Event(Event),
}

/// A leaf with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    head: LeafHead,
    body: LeafBody,
    bytes: Vec<u8>,
}

/// Why something is not a leaf.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LeafError {
    /// Longer than the register takes.
    #[error("leaf of {len} bytes: at most {LEAF_LEN_MAX} fit into the register")]
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// Nothing follows the first line.
    #[error("nothing follows the leaf's first line")]
    NoBody,
    /// The first line is not that of a leaf.
    #[error("the leaf's first line: {0}")]
    Head(#[source] NoteError),
    /// What follows is neither a signed text nor an event.
    #[error("what the leaf carries: {0}")]
    Body(#[source] NoteError),
    /// A person's event without signature, or a relay's with one.
    #[error("a {kind:?} event is {must}")]
    Speaker {
        /// The event's kind.
        kind: &'static str,
        /// How it must stand.
        must: &'static str,
    },
}

impl Leaf {
    /// A leaf that carries a signed note, with the lines the caller verified.
    ///
    /// # Errors
    /// When the note is no text of the head's organisation, or the leaf would be too long.
    pub fn of_note(head: &LeafHead, note: &Note) -> Result<Self, LeafError> {
        Self::assemble(head, &note.encode())
    }

    /// A leaf that carries the relay's own event.
    ///
    /// # Errors
    /// When the event is a person's, breaks a rule of its kind, or the leaf would be too long.
    pub fn of_event(head: &LeafHead, event: &Event) -> Result<Self, LeafError> {
        Self::assemble(head, &json::to_line(event))
    }

    /// Reads a leaf of this organisation. Writing it again gives the same bytes.
    ///
    /// # Errors
    /// When the bytes are not a leaf, or one of another organisation.
    pub fn parse(bytes: &[u8], org: OrgId) -> Result<Self, LeafError> {
        if bytes.len() > LEAF_LEN_MAX {
            return Err(LeafError::TooLong { len: bytes.len() });
        }
        let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
        let (first, rest) = bytes.split_at_checked(end).ok_or(LeafError::NoBody)?;
        let head: LeafHead = parse_text(first, org).map_err(LeafError::Head)?;
        if rest.is_empty() {
            return Err(LeafError::NoBody);
        }
        // A relay's event is one line; a note has its blank line and signatures behind it.
        let line_end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let body = if line_end == rest.len() {
            let event: Event = parse_text(rest, org).map_err(LeafError::Body)?;
            if event.kind.speaker() == Speaker::Person {
                return Err(LeafError::Speaker { kind: event.kind.word(), must: "signed by the person" });
            }
            LeafBody::Event(event)
        } else {
            LeafBody::Note(check_note(Note::parse(rest, LEAF_LEN_MAX).map_err(LeafError::Body)?, org)?)
        };
        Ok(Self { head, body, bytes: bytes.to_vec() })
    }

    /// The first line.
    #[must_use]
    pub fn head(&self) -> &LeafHead {
        &self.head
    }

    /// What it carries.
    #[must_use]
    pub fn body(&self) -> &LeafBody {
        &self.body
    }

    /// The signed text it carries, as a value of type `T`. Not verified yet.
    ///
    /// # Errors
    /// When it carries a relay's event or a text of another type.
    pub fn signed<T: Text>(&self) -> Result<Signed<T>, NoteError> {
        match &self.body {
            LeafBody::Note(note) => Signed::from_note(note.clone(), self.head.org),
            LeafBody::Event(_) => Err(NoteError::NoLines),
        }
    }

    /// The relay's own event, if it carries one.
    #[must_use]
    pub fn event(&self) -> Option<&Event> {
        match &self.body {
            LeafBody::Event(event) => Some(event),
            LeafBody::Note(_) => None,
        }
    }

    /// Its bytes, as they are hashed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> LeafHash {
        LeafHash::of(&self.bytes)
    }

    fn assemble(head: &LeafHead, body: &[u8]) -> Result<Self, LeafError> {
        let mut bytes = json::to_line(head);
        bytes.extend_from_slice(body);
        // Reading it back is the one check that no reader will refuse what is written.
        Self::parse(&bytes, head.org)
    }
}

/// A note may carry any text of the organisation; only a relay's event may not come signed.
fn check_note(note: Note, org: OrgId) -> Result<Note, LeafError> {
    #[derive(Deserialize)]
    struct Opening {
        #[serde(rename = "type")]
        tag: String,
        org: OrgId,
    }
    let body = |error| LeafError::Body(NoteError::Json(error));
    let line = json::check_line(note.text().as_bytes()).map_err(body)?;
    let opening: Opening = serde_json::from_str(line)
        .map_err(|error| body(json::JsonError::Form { reason: error.to_string() }))?;
    // Root 1 cannot contain its own hash: it carries zeros, and its hash is the organisation.
    let is_first_root = opening.org == OrgId::ZERO && OrgId::of_note(note.hash()) == org;
    if opening.org != org && !is_first_root {
        return Err(LeafError::Body(NoteError::Org { found: opening.org, wanted: org }));
    }
    if opening.tag == Event::TYPE {
        let event: Event = parse_text(note.text().as_bytes(), org).map_err(LeafError::Body)?;
        if event.kind.speaker() == Speaker::Relay {
            return Err(LeafError::Speaker { kind: event.kind.word(), must: "the relay's own, unsigned" });
        }
    }
    Ok(note)
}
