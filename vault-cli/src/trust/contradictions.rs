//! Signed texts that cannot both be, kept as evidence for the key officers (docs/directory.md, "Highest versions").
//!
//! ```text
//! contradiction/directory-2-6f1c0a9b12345678.json    an organisation file, with one directory 2
//! contradiction/directory-2-90e4d7c3ab01f25e.json    another, with another
//! contradiction/stop-5-0b7a5512c0ffee00.note         a note alone, as the relay showed it
//! split-view/48-5ad1f09c2b7e6643.txt                 a checkpoint of the register, of 48 leaves
//! ```
//!
//! A name says what contradicts and under which number, and ends with the beginning of the file's SHA-256: a second
//! contradiction stands beside the first, and the same one shown again adds nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use vault_core::register::checkpoint::SignedCheckpoint;
use vault_keys::digest::{sha256, write_hex};
use vault_keys::directory::Part;

use super::faults;
use crate::error::Outcome;
use crate::home::{Existing, Home, write_whole};
use crate::lang::Msg;
use crate::msg;

const FOLDER: &str = "contradiction";
/// Checkpoints of one register that show two pasts.
const SPLIT_VIEW: &str = "split-view";
/// Most files of one contradiction. Two convict; whoever can sign could otherwise fill the disk.
const EACH_MAX: usize = 4;
/// Most files of all. The first tell how it began.
const ALL_MAX: usize = 64;
/// Hexadecimal digits of the hash in a name.
const HASH_DIGITS: usize = 16;

/// What the texts of a contradiction have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    /// Of what.
    pub part: Part,
    /// The number they share; of freshness notes the time, seconds since 1970.
    pub number: u64,
}

/// One side of a contradiction.
pub(super) enum Side {
    /// An organisation file: everything in hand, or everything that arrived.
    File(Vec<u8>),
    /// A note alone.
    Note(Vec<u8>),
}

/// Keeps both sides.
pub(super) fn keep(home: &Home, subject: Subject, sides: [Side; 2]) -> Outcome {
    home.folder(FOLDER)?;
    for side in sides {
        let kept = names(home, FOLDER);
        let of_this = kept.iter().filter(|name| parse(name) == Some(subject)).count();
        let (bytes, ending) = match side {
            Side::File(bytes) => (bytes, "json"),
            Side::Note(bytes) => (bytes, "note"),
        };
        let name = subject.name(&bytes, ending);
        if kept.contains(&name) || of_this >= EACH_MAX || kept.len() >= ALL_MAX {
            continue;
        }
        write_whole(&home.path(&format!("{FOLDER}/{name}")), &bytes, Existing::Keep)?;
    }
    Ok(())
}

/// Keeps two checkpoints that together convict the log; answers the folder.
///
/// # Errors
/// The disk refuses.
pub fn keep_checkpoints(home: &Home, checkpoints: [&SignedCheckpoint; 2]) -> Outcome<PathBuf> {
    let folder = home.folder(SPLIT_VIEW)?;
    for signed in checkpoints {
        let checkpoint = signed.checkpoint();
        // By what it claims: signed again an hour later it convicts no more than before.
        let claim = short(checkpoint.text().as_bytes());
        let name = format!("{SPLIT_VIEW}/{}-{claim}.txt", checkpoint.size());
        if !home.has(&name) && names(home, SPLIT_VIEW).len() < ALL_MAX {
            home.write(&name, &signed.encode())?;
        }
    }
    Ok(folder)
}

/// Every contradiction kept in this home, in words, each with its files.
#[must_use]
pub fn kept(home: &Home) -> Vec<Msg> {
    let mut files: BTreeMap<Option<Subject>, Vec<String>> = BTreeMap::new();
    for name in names(home, FOLDER) {
        files.entry(parse(&name)).or_default().extend(in_folder(FOLDER, vec![name]));
    }
    let words = |(subject, files): (Option<Subject>, Vec<String>)| {
        let files = files.join(", ");
        match subject {
            Some(subject) => {
                let what = faults::fork_words(subject.part, subject.number);
                msg!("contradiction-kept", what = what, files = files)
            }
            None => msg!("contradiction-file", files = files),
        }
    };
    let split: Vec<String> = in_folder(SPLIT_VIEW, names(home, SPLIT_VIEW)).collect();
    let register = (!split.is_empty())
        .then(|| msg!("contradiction-kept", what = msg!("register-split"), files = split.join(", ")));
    files.into_iter().map(words).chain(register).collect()
}

fn in_folder(folder: &str, names: Vec<String>) -> impl Iterator<Item = String> {
    names.into_iter().map(move |name| format!("{folder}/{name}"))
}

/// The names of the files, ascending.
fn names(home: &Home, folder: &str) -> Vec<String> {
    let Ok(folder) = fs::read_dir(home.path(folder)) else { return Vec::new() };
    let mut names: Vec<String> =
        folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort_unstable();
    names
}

/// What the file of this name contradicts.
fn parse(name: &str) -> Option<Subject> {
    let (word, rest) = name.split_once('-')?;
    let (number, _) = rest.split_once('-')?;
    let part = PARTS.iter().find(|(_, known)| *known == word).map(|(part, _)| *part)?;
    Some(Subject { part, number: number.parse().ok()? })
}

impl Subject {
    fn name(self, bytes: &[u8], ending: &str) -> String {
        let word = PARTS.iter().find(|(part, _)| *part == self.part).map_or("other", |(_, word)| *word);
        format!("{word}-{}-{}.{ending}", self.number, short(bytes))
    }
}

/// The beginning of the SHA-256, in hexadecimal digits.
fn short(bytes: &[u8]) -> String {
    let mut hash = String::new();
    write_hex(&sha256(bytes), &mut hash).expect("a string takes everything");
    hash.truncate(HASH_DIGITS);
    hash
}

const PARTS: [(Part, &str); 5] = [
    (Part::Root, "root"),
    (Part::Directory, "directory"),
    (Part::Stop, "stop"),
    (Part::Fresh, "fresh"),
    (Part::Register, "register"),
];
