//! A strict reader of age's armor (C2SP `age.md`, "ASCII armor"): RFC 7468, strictly, with padded canonical base64 in
//! lines of 64. The product writes and reads none; this serves the test vectors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Failure;

const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";
const COLUMNS: usize = 64;

/// The bytes inside an armored file. White space may stand before and after it, and lines may end with CR LF.
///
/// # Errors
/// [`Failure::Armor`].
pub fn decode(text: &[u8]) -> Result<Vec<u8>, Failure> {
    let text = core::str::from_utf8(text).map_err(|_| Failure::Armor)?;
    let text = text.trim_matches(|character: char| character.is_ascii_whitespace());
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    if lines.next() != Some(BEGIN) || lines.next_back() != Some(END) {
        return Err(Failure::Armor);
    }
    let lines: Vec<&str> = lines.collect();
    let Some((last, full)) = lines.split_last() else { return Ok(Vec::new()) };
    if full.iter().any(|line| line.len() != COLUMNS) || last.is_empty() || last.len() > COLUMNS {
        return Err(Failure::Armor);
    }
    STANDARD.decode(lines.concat()).map_err(|_| Failure::Armor)
}
