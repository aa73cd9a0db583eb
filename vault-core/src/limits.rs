//! Every maximum of this crate, with its unit and the reason for its size.
//!
//! A limit is part of the format: what is larger is refused on reading as well as on writing
//! (docs/item.md, "Limits"). The lengths of payloads stand in [`crate::stream::layout`].

/// Longest header of any age file we read, in bytes; Go age stops at the same size.
pub const AGE_HEADER_MAX: usize = 2 * 1024 * 1024;

/// Most stanzas in any age file we read; Go age stops at the same number.
pub const AGE_STANZAS_MAX: usize = 1024;

/// Longest header of an item, in bytes from the version line to the LF of the MAC line: 500 hybrid wraps
/// (780 KB) and every other stanza at its own maximum fit.
pub const HEADER_MAX: usize = 1_572_864;

/// Most recipient stanzas of an item; with a row each they still fit the access note.
pub const RECIPIENTS_MAX: usize = 500;

/// Longest label note, in bytes: a register leaf holds it whole, and tlog-tiles entries end at 65,535 bytes.
pub const LABEL_MAX: usize = 60 * 1024;

/// Longest access note, in bytes: 500 rows of the longest kind and its signature lines.
pub const ACCESS_MAX: usize = 128 * 1024;

/// Most `vault-notes` stanzas of an item.
pub const NOTES_STANZAS_MAX: usize = 4;

/// Longest body of one `vault-notes` stanza, in bytes.
pub const NOTES_MAX: usize = 64 * 1024;

/// The sizes a manifest is padded to, in bytes before sealing, so that its length tells little.
pub const MANIFEST_SIZES: [usize; 5] = [1024, 2048, 4096, 8192, 16_384];

/// Most files named in one manifest; at ordinary name lengths its largest size holds no more.
pub const FILES_MAX: usize = 256;

/// Longest file name, in bytes of UTF-8: the limit of common file systems.
pub const FILE_NAME_MAX: usize = 255;

/// Longest title, in bytes of UTF-8.
pub const TITLE_MAX: usize = 600;

/// Longest free text of a manifest (a secret point, a reason), in bytes of UTF-8.
pub const REASON_MAX: usize = 2000;

/// Longest free text of a signed field (a document number, a basis, a condition), in bytes of UTF-8.
pub const TEXT_MAX: usize = 200;

/// Most entries of a short list in a label (basis, flags, drafts, parents, deciders, recovery units).
pub const LIST_MAX: usize = 64;

/// Most numbers in a scope, in `pass_down` or in `copies`: one wrap each must be possible.
pub const SCOPE_MAX: usize = 1000;
