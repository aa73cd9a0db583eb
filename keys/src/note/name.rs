//! Names of keys on signature lines (docs/notes.md, "Signature lines").

use std::fmt;
use std::str::FromStr;

use crate::digest::OrgId;
use crate::numbers::{PersonNo, text_forms};

/// The name of a key on signature lines.
///
/// Ours are 16 hexadecimal digits of the organisation, `/`, and a person's number or an office's name.
/// Others (witnesses of elsewhere) are any C2SP key name: not empty, no space, no plus.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// The name of an office's key within its organisation, such as `o1`, `log`, `notary`, `relay-1`.
///
/// One to 32 lower-case letters, digits and hyphens, beginning with a letter; never of the form of a person's
/// or unit's number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfficeName(String);

impl KeyName {
    /// The key name of a person of the organisation.
    pub fn person(org: &OrgId, person: PersonNo) -> Self {
        Self(format!("{}/{person}", org.short()))
    }

    /// The key name of an office of the organisation.
    pub fn office(org: &OrgId, office: &OfficeName) -> Self {
        Self(format!("{}/{office}", org.short()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is no name of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Empty, or with a space, plus or control character.
    #[error("a key name is not empty and has no space, plus or control character")]
    Key,
    /// Not of the form of an office's name.
    #[error(
        "an office's name is 1 to 32 of a-z, 0-9 and hyphen, begins with a letter and is not like p1 or u1"
    )]
    Office,
}

impl FromStr for KeyName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let bad = |character: char| character.is_whitespace() || character.is_control() || character == '+';
        if text.is_empty() || text.contains(bad) { Err(NameError::Key) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl OfficeName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OfficeName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let form = (1..=32).contains(&text.len())
            && text.bytes().all(known)
            && text.starts_with(|first: char| first.is_ascii_lowercase());
        let mut rest = text.chars();
        let numbered = matches!(rest.next(), Some('p' | 'u')) && rest.all(|other| other.is_ascii_digit());
        if form && !numbered { Ok(Self(text.to_owned())) } else { Err(NameError::Office) }
    }
}

impl fmt::Display for OfficeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_forms!(KeyName);
text_forms!(OfficeName);
