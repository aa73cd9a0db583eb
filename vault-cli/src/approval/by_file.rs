//! Decisions and released items as files, for machines without a network: a note beside the item, and at the end the item
//! with its finished header. Content is copied byte for byte.

use std::path::{Path, PathBuf};

use vault_core::admission::{Code, Matter, Refusal, Refused, hear};
use vault_core::decision::{About, DECISION_MAX, DecisionNote, carried_by};
use vault_core::item::ItemHeader;
use vault_keys::digest::OrgId;
use vault_keys::note::Signed;

use super::standing::{self, Given};
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, read_limited, write_whole};
use crate::itemfile::{ItemFile, looks_sealed};
use crate::{msg, opening, refusals};

/// The sealed file that a word names, if it is the path of one.
#[must_use]
pub fn sealed(word: &str) -> Option<PathBuf> {
    let path = Path::new(word);
    // A word with an ending or a folder in it is a path, even if nothing is there: then the file is what is missing.
    let is_path = word.contains('/') || path.extension().is_some_and(|ending| ending == "age");
    (is_path || path.is_file() && looks_sealed(path)).then(|| path.to_owned())
}

/// Reads a decision that came as a file.
///
/// # Errors
/// It cannot be read, or is no decision of this organisation.
pub fn read(path: &Path, org: OrgId) -> Outcome<Signed<DecisionNote>> {
    let bytes = read_limited(path, DECISION_MAX as u64)?;
    Signed::parse(&bytes, org, DECISION_MAX).map_err(|error| {
        Failure::new(Kind::Integrity, msg!("note-unread", path = path.display().to_string()))
            .code("note-unread")
            .because(&error)
    })
}

/// Writes a decision as a file; nothing is replaced.
///
/// # Errors
/// Something is there already, or the disk refuses.
pub fn write(path: &Path, note: &Signed<DecisionNote>) -> Outcome {
    write_whole(path, &note.encode(), Existing::Keep)
}

/// The decisions on a sealed file: those in its header and those beside it, in the order of their signers' clocks.
///
/// # Errors
/// A file beside it is no decision.
pub fn given(header: &ItemHeader, beside: &[PathBuf]) -> Outcome<Vec<Given>> {
    let about = About::label(header.label_hash());
    let mut notes: Vec<Signed<DecisionNote>> =
        carried_by(header).filter(|note| note.value().about == about).collect();
    for path in beside {
        // A middle step's answer may come as the item itself, with the decisions in its header.
        let more = if looks_sealed(path) {
            carried_by(&ItemFile::open(path)?.header).collect()
        } else {
            vec![read(path, header.org())?]
        };
        for note in more {
            if !notes.iter().any(|known| known.hash() == note.hash()) {
                notes.push(note);
            }
        }
    }
    let mut given: Vec<Given> = notes.into_iter().map(Given::by_file).collect();
    standing::sort_by_time(&mut given, header.label().value());
    Ok(given)
}

/// Judges decisions that came beside a sealed file, in their order, as the relay judges them when they arrive. Those in its
/// header are judged with the header.
///
/// # Errors
/// A rule refuses one of them.
pub fn judge(desk: &Desk, header: &ItemHeader, given: &[Given]) -> Outcome {
    let (label, rows) = (header.label().value(), &header.access().value().rows);
    let matter = Matter::of_label(label, header.label_hash());
    let versions = given.iter().map(|one| one.note.value().directory.version);
    let versions: Vec<u32> = opening::versions(header).into_iter().chain(versions).collect();
    let entered: Vec<_> = given.iter().map(Given::entered).collect();
    for (index, new) in entered.iter().enumerate() {
        let before = entered.get(..index).unwrap_or_default();
        let heard = desk.published(versions.iter().copied(), |published| {
            hear(published, label, rows, &matter, before, new)
        })?;
        // It was signed under the directory of its day; only what arrives at the relay has to name the one in force.
        let refusals = heard.err().map(|refused| refused.refusals).unwrap_or_default();
        let refusals: Vec<Refusal> =
            refusals.into_iter().filter(|one| one.code != Code::DecisionDirectory).collect();
        if !refusals.is_empty() {
            return Err(refusals::failure(&Refused { refusals }, &desk.everyone));
        }
    }
    Ok(())
}
