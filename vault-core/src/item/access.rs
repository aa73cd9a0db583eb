//! The access note (`vault-access/1`): who holds which wrap, signed by whoever wrote the recipient stanzas.
//!
//! docs/item.md "Access note". Re-wrapping replaces this note and the recipient stanzas and nothing else.
//! Whether its writer might write it, and its rows stand there by right, is judged by [`crate::admission`].

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use vault_keys::digest::{NoteHash, OrgId};
use vault_keys::key_id::KeyId;
use vault_keys::note::{Text, TextError};
use vault_keys::numbers::Holder;
use vault_keys::opening::Suite;

use super::hashes::{AccessHash, LabelHash, StanzasHash};
use super::id::ItemId;
use super::label::DirectoryRef;
use super::word::Word;
use crate::limits::RECIPIENTS_MAX;

vault_keys::text_type! {
    /// The type of an access note.
    pub struct AccessType = "vault-access/1";
}

/// Who holds which wrap of one label's item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// `vault-access/1`.
    #[serde(rename = "type")]
    pub tag: AccessType,
    /// The organisation.
    pub org: OrgId,
    /// The item's id.
    pub item: ItemId,
    /// The label whose item this is.
    pub label: LabelHash,
    /// Shared, or a holder's own.
    pub line: Line,
    /// The place in the shared line, from 1; null in an own note.
    pub seq: Option<u32>,
    /// Shared: the note before, null in the first. Own: the shared note it rests on.
    pub previous: Option<AccessHash>,
    /// The directory whose keys the wraps are for.
    pub directory: DirectoryRef,
    /// The family of the wraps.
    pub suite: Suite,
    /// The hash of the recipient stanzas' bytes.
    pub stanzas: StanzasHash,
    /// One row per recipient stanza, in their order.
    pub rows: Vec<Row>,
}

impl Text for Access {
    const TYPE: &'static str = AccessType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        let fits = match (self.line, self.seq) {
            (Line::Shared, Some(seq)) => seq >= 1 && (seq == 1) == self.previous.is_none(),
            (Line::Own, None) => self.previous.is_some(),
            (Line::Shared, None) | (Line::Own, Some(_)) => false,
        };
        if !fits {
            return Err(TextError::new("line", "seq and previous do not fit it"));
        }
        if !(1..=RECIPIENTS_MAX).contains(&self.rows.len()) {
            return Err(TextError::new("rows", format!("not 1 to {RECIPIENTS_MAX} of them")));
        }
        Ok(())
    }
}

/// Which line of access notes one belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The one everybody's header follows, numbered from 1.
    Shared,
    /// A holder's re-wrap for himself; it never replaces a shared one.
    Own,
}

/// One wrap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The opening key the stanza is for.
    pub key: KeyId,
    /// Who holds that key.
    pub holder: Holder,
    /// By what right.
    pub right: Right,
}

/// By what right someone holds a wrap.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// `copy:N`: holds copy N, is a clerk of the unit that holds it, or was passed it.
    Copy(u32),
    /// `decider:STEP`: may take that step.
    Decider(Word),
    /// `recovery`: a unit's recovery key.
    Recovery,
    /// `leave:HASH`: is named by that leave or handover list.
    Leave(NoteHash),
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Copy(number) => write!(f, "copy:{number}"),
            Self::Decider(step) => write!(f, "decider:{step}"),
            Self::Recovery => f.write_str("recovery"),
            Self::Leave(leave) => write!(f, "leave:{leave}"),
        }
    }
}

/// The text is no right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a right: copy:N, decider:STEP, recovery or leave:HASH")]
pub struct BadRight;

impl FromStr for Right {
    type Err = BadRight;

    fn from_str(text: &str) -> Result<Self, BadRight> {
        let right = match text.split_once(':') {
            None if text == "recovery" => Self::Recovery,
            Some(("copy", number)) => Self::Copy(number.parse().map_err(|_| BadRight)?),
            Some(("decider", step)) => Self::Decider(step.parse().map_err(|_| BadRight)?),
            Some(("leave", leave)) => Self::Leave(leave.parse().map_err(|_| BadRight)?),
            _ => return Err(BadRight),
        };
        // Comparing leaves one spelling of each number (no sign, no leading zero).
        if right.to_string() == text { Ok(right) } else { Err(BadRight) }
    }
}

impl Serialize for Right {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Right {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_have_one_spelling() {
        let leave = format!("leave:{}", "0a".repeat(32));
        for good in ["copy:0", "copy:12", "decider:review", "recovery", leave.as_str()] {
            assert_eq!(good.parse::<Right>().map(|right| right.to_string()).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "copy",
            "copy:",
            "copy:01",
            "copy:+1",
            "copy:-1",
            "copy:4294967296",
            "decider:",
            "recovery:",
            "leave:0a",
            "passed:1",
        ] {
            assert_eq!(bad.parse::<Right>(), Err(BadRight), "{bad:?}");
        }
    }
}
