//! What the check is told: the item, what the organisation has published, and on whose side it runs.
//!
//! Everything here is borrowed and was verified where it came in: a [`Directory`] and a policy are only
//! handed in after their officers' signatures held. The check fetches nothing.

use vault_keys::digest::{OrgId, PolicyHash};
use vault_keys::directory::Directory;
use vault_keys::key_id::KeyId;
use vault_keys::note::Signed;
use vault_keys::numbers::PersonNo;

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

/// Directories and policies whose signatures were verified.
#[derive(Debug, Clone, Copy)]
pub struct Published<'a> {
    /// The organisation.
    pub org: OrgId,
    /// Directories known here, ascending by number; the last is the newest and counts as the one in force.
    pub directories: &'a [&'a Directory],
    /// Policies known here, in any order.
    pub policies: &'a [&'a Signed<Policy>],
}

impl<'a> Published<'a> {
    /// The directory in force: the newest known.
    #[must_use]
    pub fn in_force(&self) -> Option<&'a Directory> {
        self.directories.last().copied()
    }

    /// The directory of this number and hash.
    ///
    /// # Errors
    /// [`NoDirectory`] tells an unknown one from one of the same number with another content.
    pub fn directory(&self, named: &DirectoryRef) -> Result<&'a Directory, NoDirectory> {
        let known = self.directories.iter().find(|directory| directory.number() == named.version);
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
    },
    /// A sealed item's header, as parsed.
    Sealed(&'a ItemHeader),
    /// Bytes that did not parse as an item's header, with the reason.
    Unreadable(&'a ItemError),
}

/// On whose side the check runs, and what only that side knows.
#[derive(Debug, Clone, Copy)]
pub enum Side<'a> {
    /// The sender before sealing: a dry run.
    Sender,
    /// The relay at commit.
    Relay {
        /// The person whose station submits.
        submitter: PersonNo,
        /// The access note now stored, when a header is replaced; `None` for a new item.
        stored: Option<&'a Signed<Access>>,
    },
    /// A reader, or the import of a file.
    Reader {
        /// Ids of the reader's own opening keys, retired ones too. Empty where nobody means to open: then
        /// no row is asked for (`vault inspect`).
        keys: &'a [KeyId],
        /// The newest access note of this item known here.
        known: Option<&'a Signed<Access>>,
    },
}
