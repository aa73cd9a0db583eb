//! What the check is told: the item, what the organisation has published, and on whose side it runs.
//!
//! Everything here is borrowed and was verified where it came in: directories, stop lists and policies are only
//! handed in after their officers' signatures held, places in the register after their proofs did. The check
//! fetches nothing.

use vault_keys::digest::{OrgId, PolicyHash};
use vault_keys::directory::{Directory, InForce, Place};
use vault_keys::key_id::KeyId;
use vault_keys::note::{Note, Signed};
use vault_keys::numbers::PersonNo;

use super::deciding::Entered;
use crate::decision::Request;
use crate::item::{Access, DirectoryRef, ItemError, ItemHeader, Label, Row};
use crate::policy::Policy;

/// Everything the check may look at.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What the organisation has published.
    pub published: Published<'a>,
    /// What is judged.
    pub subject: Subject<'a>,
    /// For whom, and what that side alone knows.
    pub side: Side<'a>,
}

/// What the organisation has published, as far as it is known here. Every signature was verified.
#[derive(Debug, Clone, Copy)]
pub struct Published<'a> {
    /// What is in force: root, directory, stop lists, freshness.
    pub in_force: &'a InForce,
    /// Directories before the one in force, ascending by number, as they were signed.
    pub earlier: &'a [&'a Directory],
    /// Policies known here, in any order.
    pub policies: &'a [&'a Signed<Policy>],
}

impl<'a> Published<'a> {
    /// The organisation.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.in_force.org()
    }

    /// The directory in force, with the stop lists applied.
    #[must_use]
    pub fn present(&self) -> &'a Directory {
        self.in_force.directory()
    }

    /// Every directory known here as it was signed, ascending by number.
    pub(super) fn signed(&self) -> impl Iterator<Item = &'a Directory> {
        self.earlier.iter().copied().chain([self.in_force.signed_directory()])
    }

    /// The directory of this number and hash, as it was signed: what it says held until something newer came.
    ///
    /// # Errors
    /// [`NoDirectory`] tells an unknown one from one of the same number with another content.
    pub fn directory(&self, named: &DirectoryRef) -> Result<&'a Directory, NoDirectory> {
        let known = self.signed().find(|directory| directory.number() == named.version);
        match known {
            Some(directory) if directory.hash() == named.hash => Ok(directory),
            Some(_) => Err(NoDirectory::Differs),
            None => Err(NoDirectory::Unknown),
        }
    }

    /// The policy of this hash.
    #[must_use]
    pub fn policy(&self, hash: PolicyHash) -> Option<&'a Policy> {
        self.policies.iter().find(|policy| PolicyHash::of_note(policy.hash()) == hash).map(|it| it.value())
    }
}

/// Why a directory that a text names is not at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDirectory {
    /// No directory of this number is known.
    Unknown,
    /// One of this number is known, and it is another one.
    Differs,
}

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// An item before it is sealed: the label as it will be, but for manifest and content.
    Planned {
        /// The label.
        label: &'a Label,
        /// The rows the access note will have.
        rows: &'a [Row],
        /// The notes it will carry.
        notes: &'a [Note],
    },
    /// A request for some other act.
    Request(&'a Request),
    /// A sealed item's header, as parsed.
    Sealed(&'a ItemHeader),
    /// Bytes that did not parse as an item's header, with the reason.
    Unreadable(&'a ItemError),
}

impl<'a> Subject<'a> {
    /// The notes that the item carries, or will.
    pub(super) fn notes(&self) -> &'a [Note] {
        match self {
            Self::Planned { notes, .. } => notes,
            Self::Sealed(item) => item.notes(),
            Self::Request(_) | Self::Unreadable(_) => &[],
        }
    }
}

/// On whose side the check runs, and what only that side knows.
#[derive(Debug, Clone, Copy)]
pub enum Side<'a> {
    /// The sender before sealing: a dry run.
    Sender,
    /// The relay, with what it has in store.
    Relay(Relay<'a>),
    /// A reader, or the import of a file.
    Reader(Reader<'a>),
}

/// Who brings a header to the relay, and what for.
#[derive(Debug, Clone, Copy)]
pub struct Relay<'a> {
    /// The person whose station submits.
    pub submitter: PersonNo,
    /// What for.
    pub brought: Brought<'a>,
}

/// What a header is brought to the relay for.
#[derive(Debug, Clone, Copy)]
pub enum Brought<'a> {
    /// A new item, by its sender.
    Item,
    /// A new item under a standing approval, with the number of the use it would be, from 1.
    Standing(u32),
    /// The finished header of a proposed item, with the decision that completes it.
    Release(Stored<'a>),
    /// The next header of an item.
    Header(Stored<'a>),
    /// The header with which a holder passes his copy on (docs/decisions.md, "Circulation").
    Passed(Stored<'a>),
}

/// What the relay has of an item.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// The access note now stored.
    pub access: &'a Signed<Access>,
    /// Every decision entered, in order, the one that comes with this header included.
    pub decisions: &'a [Entered<'a>],
}

impl<'a> Relay<'a> {
    /// A new item, by the person who submits it.
    #[must_use]
    pub const fn item(submitter: PersonNo) -> Self {
        Self { submitter, brought: Brought::Item }
    }

    /// The next header of an item, after the one stored.
    #[must_use]
    pub const fn header(submitter: PersonNo, stored: Stored<'a>) -> Self {
        Self { submitter, brought: Brought::Header(stored) }
    }

    /// What is stored already; `None` for a new item.
    pub(super) const fn stored(&self) -> Option<Stored<'a>> {
        match self.brought {
            Brought::Item | Brought::Standing(_) => None,
            Brought::Release(stored) | Brought::Header(stored) | Brought::Passed(stored) => Some(stored),
        }
    }

    /// The decisions entered; `None` for a new item, of which none can be.
    pub(super) fn decisions(&self) -> Option<&'a [Entered<'a>]> {
        self.stored().map(|stored| stored.decisions)
    }
}

/// What a reader knows of an item beside its header.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reader<'a> {
    /// Ids of the reader's own opening keys, retired ones too. Empty where nobody means to open: then
    /// no row is asked for (`vault inspect`).
    pub keys: &'a [KeyId],
    /// The newest shared access note of this item known here; for an own note, the shared one it rests on.
    pub known: Option<&'a Signed<Access>>,
    /// When the item's notes were signed, as far as it is proved.
    pub signed: Positions<'a>,
    /// Whether the item is new here.
    pub arrival: Arrival,
    /// Every decision that the item's chain of leaves holds, in order, once the chain was proved from proposal to release;
    /// `None` where the item came without it, by file.
    pub decisions: Option<&'a [Entered<'a>]>,
    /// The use of its standing approval that the item's proved `released` leaf names.
    pub use_no: Option<u32>,
}

impl<'a> Reader<'a> {
    /// A reader with these keys to whom the item is new, and who knows nothing else of it.
    #[must_use]
    pub fn new(keys: &'a [KeyId]) -> Self {
        Self { keys, ..Self::default() }
    }
}

/// Where the notes of an item stand in the register, each once its proof was verified.
#[derive(Debug, Clone, Copy, Default)]
pub struct Positions<'a> {
    /// The label's leaf.
    pub label: Option<&'a Place>,
    /// The first leaf that names the access note.
    pub access: Option<&'a Place>,
}

/// Whether an item comes now or was accepted here before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrival {
    /// It comes now: what cannot be proved is refused.
    #[default]
    Now,
    /// It lies in the reader's own store since it was accepted: what cannot be proved any more is said.
    Before,
}
