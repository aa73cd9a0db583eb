//! Names of files inside an item: safe to show and safe to write on any common system.
//!
//! docs/item.md "File names". A name comes from a stranger's machine, so what could mislead the eye, climb out
//! of a folder or address a device is refused when sealing and again when reading.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use vault_keys::json::{self, JsonError};

use crate::limits::FILE_NAME_MAX;

/// A checked file name: one path component.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(String);

impl FileName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two names clash on systems that ignore case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

/// Why a text cannot be a file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileNameError {
    /// No name at all.
    #[error("the file name is empty")]
    Empty,
    /// Longer than file systems take.
    #[error("the file name has {bytes} bytes; {FILE_NAME_MAX} is the most")]
    TooLong {
        /// Its length in bytes of UTF-8.
        bytes: usize,
    },
    /// A control, direction or invisible character.
    #[error("the file name holds the forbidden character U+{:04X}", u32::from(*.character))]
    Character {
        /// The character.
        character: char,
    },
    /// A character that parts folders, drives or streams: `/`, `\` or `:`.
    #[error("the file name holds {character:?}, which parts folders")]
    Separator {
        /// The character.
        character: char,
    },
    /// Not in Unicode normalisation form C.
    #[error("the file name is not in Unicode normalisation form C")]
    Normalisation,
    /// A space at either end, or a dot at the end, which some systems drop.
    #[error("the file name begins or ends with a space, or ends with a dot")]
    Edge,
    /// `.`, `..` or the name of a device (`CON`, `NUL`, `COM1` …), with or without an ending.
    #[error("the file name is reserved")]
    Reserved,
}

impl FromStr for FileName {
    type Err = FileNameError;

    fn from_str(text: &str) -> Result<Self, FileNameError> {
        if text.is_empty() {
            return Err(FileNameError::Empty);
        }
        if text.len() > FILE_NAME_MAX {
            return Err(FileNameError::TooLong { bytes: text.len() });
        }
        match json::check_str(text) {
            Ok(()) => {}
            Err(JsonError::Character { character, .. }) => {
                return Err(FileNameError::Character { character });
            }
            Err(_) => return Err(FileNameError::Normalisation),
        }
        if let Some(character) = text.chars().find(|c| matches!(c, '/' | '\\' | ':')) {
            return Err(FileNameError::Separator { character });
        }
        if text == "." || text == ".." || is_device(text) {
            return Err(FileNameError::Reserved);
        }
        if text.trim() != text || text.ends_with('.') {
            return Err(FileNameError::Edge);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whether some systems take the name for a device, whatever its ending.
fn is_device(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let port = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    port.is_some_and(|port| {
        let mut characters = port.chars();
        let digit = characters.next().is_some_and(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'));
        digit && characters.next().is_none()
    })
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Silent: file names are secret and logs are not.
impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileName(..)")
    }
}

impl Serialize for FileName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FileName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, error: FileNameError) {
        assert_eq!(text.parse::<FileName>(), Err(error), "{text:?}");
    }

    #[test]
    fn ordinary_names_are_taken() {
        for good in [
            "通知.docx",
            "a",
            ".gitignore",
            "关于“会议”的通知（1）.pdf",
            "console.txt",
            "com10.txt",
            "COM",
            "a b.c",
        ] {
            assert!(good.parse::<FileName>().is_ok(), "{good:?}");
        }
    }

    #[test]
    fn file_name_with_control_character() {
        for character in ['\0', '\n', '\r', '\t', '\u{1b}', '\u{7f}', '\u{85}', '\u{2028}'] {
            check(&format!("a{character}b"), FileNameError::Character { character });
        }
    }

    #[test]
    fn file_name_with_right_to_left_mark() {
        for character in ['\u{200f}', '\u{202e}', '\u{2067}', '\u{061c}', '\u{200b}', '\u{feff}'] {
            check(&format!("gpj{character}.exe"), FileNameError::Character { character });
        }
    }

    #[test]
    fn file_name_of_255_bytes_and_of_256() {
        assert!(format!("{}.md", "密".repeat(84)).parse::<FileName>().is_ok());
        check(&format!("{}.txt", "密".repeat(84)), FileNameError::TooLong { bytes: 256 });
    }

    #[test]
    fn file_name_reserved() {
        for text in [
            ".",
            "..",
            "CON",
            "con",
            "nul.txt",
            "Aux.tar.gz",
            "COM1",
            "lpt9.log",
            "COM¹",
            "con .txt",
            "CONIN$",
        ] {
            check(text, FileNameError::Reserved);
        }
    }

    #[test]
    fn file_name_that_climbs_or_hides() {
        check("../a", FileNameError::Separator { character: '/' });
        check("/etc/passwd", FileNameError::Separator { character: '/' });
        check("a\\b", FileNameError::Separator { character: '\\' });
        check("a:b", FileNameError::Separator { character: ':' });
        check("", FileNameError::Empty);
        for text in [" a", "a ", "a.", "\u{3000}a", "..."] {
            check(text, FileNameError::Edge);
        }
        check("e\u{301}", FileNameError::Normalisation);
    }
}
