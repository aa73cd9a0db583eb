//! One upload: parts arrive in any order, from any number of streams, and are committed as one content.
//!
//! ```text
//! open -- part, part, ... --> open -- commit --> committed   (final)
//!   '------------------------------- abandon --> abandoned   (final)
//! ```
//! Opening grants nothing: commit repeats every check. A part number belongs to one value for the life of the
//! upload, so bytes that changed between two attempts are found here and not after the last part.

use thiserror::Error;

use crate::item::hashes::LabelHash;
use crate::stream::layout::ContentLen;
use crate::stream::parts::{ContentHash, PartError, PartValue, fold};

/// An upload as the relay holds it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Upload {
    length: ContentLen,
    values: Vec<Option<PartValue>>,
    end: Option<UploadEnd>,
}

/// How an upload ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UploadEnd {
    /// Its parts became the content of the item with this label.
    Committed(LabelHash),
    /// Given up by the sender, or its time passed; its parts may be removed.
    Abandoned,
}

/// Whether a step changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// New: keep the bytes.
    New,
    /// The same had arrived before: the bytes at hand may be dropped.
    Already,
}

/// Why an upload cannot take this step.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UploadRefusal {
    /// It is committed, possibly to another label, or abandoned.
    #[error("the upload has ended")]
    Ended(UploadEnd),
    /// The content has no such part.
    #[error(transparent)]
    Part(#[from] PartError),
    /// The part arrived before with other bytes: the spool it is sent from has changed.
    #[error("part {index} arrived before with other bytes")]
    PartChanged {
        /// The part.
        index: u64,
    },
    /// Parts are missing.
    #[error("{missing} parts are missing, the first is {first}")]
    Incomplete {
        /// How many.
        missing: u64,
        /// The first of them.
        first: u64,
    },
    /// All parts are there and are not what the label promises.
    #[error("the parts do not make the content the label names")]
    OtherContent {
        /// What they make.
        made: ContentHash,
    },
}

impl Upload {
    /// Begins an upload of `length` bytes. The caller has checked the length against its limits: memory
    /// is 33 bytes for each 4 MiB.
    #[must_use]
    pub fn open(length: ContentLen) -> Self {
        let parts = usize::try_from(length.parts()).unwrap_or(usize::MAX);
        Self { length, values: vec![None; parts], end: None }
    }

    /// Puts a stored upload together again from the parts it has.
    ///
    /// # Errors
    /// When a part lies outside the content or appears with two values.
    pub fn restore(
        length: ContentLen,
        parts: impl IntoIterator<Item = (u64, PartValue)>,
        end: Option<UploadEnd>,
    ) -> Result<Self, UploadRefusal> {
        let mut upload = Self::open(length);
        for (index, value) in parts {
            upload.part(index, value)?;
        }
        upload.end = end;
        Ok(upload)
    }

    /// Bytes of the whole content.
    #[must_use]
    pub fn length(&self) -> ContentLen {
        self.length
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn end(&self) -> Option<UploadEnd> {
        self.end
    }

    /// The parts that have not arrived, ascending.
    pub fn missing(&self) -> impl Iterator<Item = u64> {
        (0_u64..).zip(&self.values).filter(|(_, value)| value.is_none()).map(|(index, _)| index)
    }

    /// A part's bytes are stored durably and have this value.
    ///
    /// # Errors
    /// When the upload has ended, has no such part, or had it with another value.
    pub fn part(&mut self, index: u64, value: PartValue) -> Result<Stored, UploadRefusal> {
        self.length.part(index)?;
        let slot = usize::try_from(index).ok().and_then(|index| self.values.get_mut(index));
        let Some(slot) = slot else {
            return Err(PartError::NoSuchPart { index, content: self.length.bytes() }.into());
        };
        match *slot {
            Some(known) if known == value => Ok(Stored::Already),
            Some(_) => Err(UploadRefusal::PartChanged { index }),
            None => match self.end {
                Some(end) => Err(UploadRefusal::Ended(end)),
                None => {
                    *slot = Some(value);
                    Ok(Stored::New)
                }
            },
        }
    }

    /// The content hash the arrived parts make, checked against the label's.
    ///
    /// # Errors
    /// When parts are missing or make another content.
    pub fn verify_content(&self, promised: ContentHash) -> Result<ContentHash, UploadRefusal> {
        let present: Vec<PartValue> = self.values.iter().copied().flatten().collect();
        if let Some(first) = self.missing().next() {
            let missing = (self.values.len() - present.len()) as u64;
            return Err(UploadRefusal::Incomplete { missing, first });
        }
        let made = fold(self.length, &present)?;
        if made == promised { Ok(made) } else { Err(UploadRefusal::OtherContent { made }) }
    }

    /// The parts become the content of the item with this label; the admission check has passed.
    ///
    /// # Errors
    /// When parts are missing or wrong, or the upload has ended otherwise.
    pub fn commit(&mut self, label: LabelHash, content: ContentHash) -> Result<Stored, UploadRefusal> {
        match self.end {
            Some(UploadEnd::Committed(known)) if known == label => return Ok(Stored::Already),
            Some(end) => return Err(UploadRefusal::Ended(end)),
            None => {}
        }
        self.verify_content(content)?;
        self.end = Some(UploadEnd::Committed(label));
        Ok(Stored::New)
    }

    /// The sender gives it up, or its time passed.
    ///
    /// # Errors
    /// When it is committed.
    pub fn abandon(&mut self) -> Result<Stored, UploadRefusal> {
        match self.end {
            Some(UploadEnd::Abandoned) => Ok(Stored::Already),
            Some(end) => Err(UploadRefusal::Ended(end)),
            None => {
                self.end = Some(UploadEnd::Abandoned);
                Ok(Stored::New)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;

    use super::*;
    use crate::stream::parts::PART_LEN;

    fn length() -> ContentLen {
        ContentLen::new(2 * PART_LEN + 100).unwrap()
    }

    fn value(byte: u8) -> PartValue {
        PartValue::from_bytes([byte; 32])
    }

    fn label(byte: u8) -> LabelHash {
        LabelHash::from_bytes([byte; 32])
    }

    fn content() -> ContentHash {
        fold(length(), &[value(0), value(1), value(2)]).unwrap()
    }

    #[derive(Clone, Copy, Debug)]
    enum Op {
        Part(u64, u8),
        Commit(u8),
        Abandon,
    }

    fn apply(upload: &mut Upload, op: Op) -> Result<Stored, UploadRefusal> {
        match op {
            Op::Part(index, byte) => upload.part(index, value(byte)),
            Op::Commit(byte) => upload.commit(label(byte), content()),
            Op::Abandon => upload.abandon(),
        }
    }

    #[test]
    fn every_reachable_state_keeps_the_promises() {
        let ops = [
            Op::Part(0, 0),
            Op::Part(0, 9),
            Op::Part(1, 1),
            Op::Part(2, 2),
            Op::Part(3, 3),
            Op::Part(u64::MAX, 3),
            Op::Commit(1),
            Op::Commit(2),
            Op::Abandon,
        ];
        let mut seen = HashSet::new();
        let mut open = vec![Upload::open(length())];
        while let Some(upload) = open.pop() {
            if !seen.insert(upload.clone()) {
                continue;
            }
            for op in ops {
                let mut after = upload.clone();
                let result = apply(&mut after, op);
                if result != Ok(Stored::New) {
                    assert_eq!(after, upload, "{op:?} changed something and said {result:?}");
                }
                if upload.end().is_some() {
                    assert_eq!(after, upload, "an ended upload changed: {op:?}");
                }
                for (before, now) in upload.values.iter().zip(&after.values) {
                    assert!(before.is_none() || before == now, "a part changed its value");
                }
                if matches!(after.end(), Some(UploadEnd::Committed(_))) {
                    assert_eq!(after.verify_content(content()), Ok(content()));
                }
                if result.is_ok() {
                    assert_eq!(apply(&mut after.clone(), op), Ok(Stored::Already), "{op:?} twice");
                }
                open.push(after);
            }
        }
        // 12 sets of parts, each open or abandoned; the complete one also committed to either label.
        assert_eq!(seen.len(), 12 * 2 + 2);
    }

    #[test]
    fn missing_parts_are_named() {
        let mut upload = Upload::open(length());
        upload.part(1, value(1)).unwrap();
        assert_eq!(upload.missing().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(
            upload.commit(label(1), content()),
            Err(UploadRefusal::Incomplete { missing: 2, first: 0 })
        );
    }

    #[test]
    fn changed_spool_is_found_at_its_part() {
        let mut upload = Upload::open(length());
        upload.part(0, value(0)).unwrap();
        assert_eq!(upload.part(0, value(9)), Err(UploadRefusal::PartChanged { index: 0 }));
    }

    #[test]
    fn stored_uploads_come_back() {
        let mut upload = Upload::open(length());
        upload.part(2, value(2)).unwrap();
        assert_eq!(Upload::restore(length(), [(2, value(2))], None), Ok(upload));
        assert!(Upload::restore(length(), [(2, value(2)), (2, value(3))], None).is_err());
        assert!(Upload::restore(length(), [(3, value(3))], None).is_err());
    }
}
