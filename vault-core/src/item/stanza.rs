//! One stanza of an age header: its text form, and base64 as age writes it.
//!
//! C2SP age.md "Header"; docs/item.md "Stanzas". A stanza's bytes run from its `->` to the LF of its last
//! body line; hashes of stanzas are taken over exactly those bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
pub use vault_keys::opening::Stanza;

/// Columns of a full body line.
pub(crate) const COLUMNS: usize = 64;

/// Writes a stanza as age does: arguments, then the body in lines of 64 with a last line shorter than that,
/// which may be empty.
///
/// The arguments must be what a stanza may hold (see [`is_argument`]); both ends of this crate see to it.
pub fn encode(stanza: &Stanza, out: &mut Vec<u8>) {
    out.extend_from_slice(b"->");
    for argument in &stanza.args {
        out.push(b' ');
        out.extend_from_slice(argument.as_bytes());
    }
    out.push(b'\n');
    let body = to_base64(&stanza.body);
    let mut lines = body.as_bytes().chunks_exact(COLUMNS);
    for line in &mut lines {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(lines.remainder());
    out.push(b'\n');
}

/// The bytes of a stanza on their own.
#[must_use]
pub fn to_bytes(stanza: &Stanza) -> Vec<u8> {
    let mut out = Vec::new();
    encode(stanza, &mut out);
    out
}

/// The number of bytes [`encode`] writes.
#[must_use]
pub fn encoded_len(stanza: &Stanza) -> usize {
    let arguments: usize = stanza.args.iter().map(|argument| argument.len().saturating_add(1)).sum();
    let body = stanza.body.len().saturating_mul(4).div_ceil(3);
    // "->", the arguments, LF; the body and one LF for each full line and for the short one.
    arguments.saturating_add(body).saturating_add(body / COLUMNS).saturating_add(4)
}

/// Whether a text can be an argument: one or more visible ASCII characters.
#[must_use]
pub fn is_argument(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_graphic)
}

/// Standard base64 without padding.
#[must_use]
pub fn to_base64(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// Reads base64 in its one canonical form: standard alphabet, no padding, no spare bits, no white space.
#[must_use]
pub fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn stanza(body: usize) -> Stanza {
        Stanza { args: vec!["a".to_owned(), "bc".to_owned()], body: vec![7; body] }
    }

    #[test]
    fn a_full_last_line_is_followed_by_an_empty_one() {
        assert_eq!(to_bytes(&stanza(0)), b"-> a bc\n\n");
        assert!(to_bytes(&stanza(48)).ends_with(b"H\n\n"));
        assert!(!to_bytes(&stanza(47)).ends_with(b"\n\n"));
    }

    #[test]
    fn the_length_is_known_beforehand() {
        for body in 0..200 {
            assert_eq!(encoded_len(&stanza(body)), to_bytes(&stanza(body)).len(), "{body}");
        }
    }

    #[test]
    fn only_canonical_base64_is_read() {
        assert_eq!(from_base64(b"AA"), Some(vec![0]));
        for bad in [&b"AB"[..], b"AA==", b"A", b"A A", b"AA\r", b"A-", b"A_", b"AA\n"] {
            assert_eq!(from_base64(bad), None, "{bad:?}");
        }
    }
}
