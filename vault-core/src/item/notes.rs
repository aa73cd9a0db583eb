//! Notes an item carries with it: decisions, leaves, old labels (`vault-notes` stanzas).
//!
//! docs/item.md "Notes". Bodies are (u32 big-endian length, whole note)…; the notes of all stanzas together
//! ascend by the hash of their text, none twice. This file reads the container; what a note says, and whether
//! its signatures count, is asked by whoever needs it.
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use vault_keys::json;
use vault_keys::note::{Note, NoteError};

use crate::limits::{NOTES_MAX, NOTES_STANZAS_MAX};

/// Why notes cannot be read, or packed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotesError {
    /// A stanza without any note.
    #[error("a notes stanza is empty")]
    Empty,
    /// A length that goes beyond the stanza, or bytes left over.
    #[error("a notes stanza is cut off, or its lengths do not add up")]
    Length,
    /// A note that is malformed, or whose text is no line of strict JSON.
    #[error("note {index} is malformed")]
    Note {
        /// Its place among all notes of the item, from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        error: NoteError,
    },
    /// The notes do not ascend by hash, or one stands there twice.
    #[error("note {index} is out of order, or stands there twice")]
    Order {
        /// Its place among all notes of the item, from 0.
        index: usize,
    },
    /// More notes than [`NOTES_STANZAS_MAX`] stanzas of [`NOTES_MAX`] bytes hold.
    #[error("the notes do not fit an item")]
    TooMany,
}

/// Reads the notes of all `vault-notes` stanzas, given in order.
///
/// # Errors
/// [`NotesError`] names the rule broken.
pub fn parse<'a>(bodies: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<Note>, NotesError> {
    let mut notes: Vec<Note> = Vec::new();
    for body in bodies {
        if body.is_empty() {
            return Err(NotesError::Empty);
        }
        let mut rest = body;
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk::<4>().ok_or(NotesError::Length)?;
            let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| NotesError::Length)?;
            let (bytes, after) = after.split_at_checked(length).ok_or(NotesError::Length)?;
            rest = after;
            let index = notes.len();
            let note = Note::parse(bytes, NOTES_MAX).map_err(|error| NotesError::Note { index, error })?;
            json::check_line(note.text().as_bytes())
                .map_err(|error| NotesError::Note { index, error: error.into() })?;
            if notes.last().is_some_and(|last| last.hash() >= note.hash()) {
                return Err(NotesError::Order { index });
            }
            notes.push(note);
        }
    }
    Ok(notes)
}

/// Packs notes into the bodies of as few stanzas as hold them, in the order of their hashes.
///
/// Of two notes with the same text the one with more signature lines is kept.
///
/// # Errors
/// [`NotesError::TooMany`] if they do not fit.
pub fn pack(notes: impl IntoIterator<Item = Note>) -> Result<Vec<Vec<u8>>, NotesError> {
    let mut notes: Vec<Note> = notes.into_iter().collect();
    notes.sort_by_key(|note| (note.hash(), core::cmp::Reverse(note.lines().len())));
    notes.dedup_by_key(|note| note.hash());
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    for note in notes {
        let bytes = note.encode();
        let length = u32::try_from(bytes.len()).map_err(|_| NotesError::TooMany)?;
        let needed = bytes.len().saturating_add(4);
        if needed > NOTES_MAX {
            return Err(NotesError::TooMany);
        }
        if bodies.last().is_none_or(|body| body.len().saturating_add(needed) > NOTES_MAX) {
            bodies.push(Vec::new());
        }
        if let Some(body) = bodies.last_mut() {
            body.extend_from_slice(&length.to_be_bytes());
            body.extend_from_slice(&bytes);
        }
    }
    if bodies.len() > NOTES_STANZAS_MAX { Err(NotesError::TooMany) } else { Ok(bodies) }
}
