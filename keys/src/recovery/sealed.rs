//! A share's file: an age v1 file with one recipient stanza and one chunk, so that stock `age` opens it.
//!
//! The general reader and writer of age files is `vault-core`'s; this smallest case stands here because the
//! keys must not lean on what leans on them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::derive;
use crate::opening::{Identity, Recipient, Stanza, WrapError};
use crate::secret::FileKey;

const VERSION: &str = "age-encryption.org/v1\n";
const NONCE_LEN: usize = 16;
const FILE_MAX: usize = 8 * 1024;
/// STREAM nonce of the first and last chunk: counter 0, final flag 1.
const LAST_CHUNK: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// Why a share's file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealedError {
    /// Not an age file with one stanza and one chunk.
    #[error("not a sealed share")]
    Form,
    /// Header or content was changed.
    #[error("the sealed share was changed")]
    Changed,
}

pub(super) fn seal(
    content: &[u8],
    recipient: &Recipient,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, WrapError> {
    let file_key = FileKey::generate(rng);
    let stanza = recipient.wrap(&file_key, rng)?;
    let mut file = VERSION.as_bytes().to_vec();
    let body = STANDARD_NO_PAD.encode(&stanza.body);
    // The body is 32 bytes, hence one line of 43 characters.
    file.extend_from_slice(format!("-> {}\n{body}\n---", stanza.args.join(" ")).as_bytes());
    let mac = derive::header_mac(&file_key, &file);
    file.extend_from_slice(format!(" {}\n", STANDARD_NO_PAD.encode(mac)).as_bytes());
    let mut nonce = [0; NONCE_LEN];
    rng.fill_bytes(&mut nonce);
    file.extend_from_slice(&nonce);
    let sealed = cipher(&file_key, &nonce).encrypt(&Nonce::from(LAST_CHUNK), content);
    file.extend_from_slice(&sealed.expect("a share is far below the cipher's limit"));
    Ok(file)
}

/// The content; `None` if the file is sealed to another key.
pub(super) fn open(file: &[u8], identity: &Identity) -> Result<Option<Zeroizing<Vec<u8>>>, SealedError> {
    let (header, mac, payload) = part(file).ok_or(SealedError::Form)?;
    let stanza = stanza(header).ok_or(SealedError::Form)?;
    let Some(file_key) = identity.unwrap(&stanza).map_err(|_| SealedError::Form)? else { return Ok(None) };
    derive::verify_header_mac(&file_key, header, &mac).map_err(|_| SealedError::Changed)?;
    let (nonce, sealed) = payload.split_first_chunk::<NONCE_LEN>().ok_or(SealedError::Form)?;
    let content = cipher(&file_key, nonce).decrypt(&Nonce::from(LAST_CHUNK), sealed);
    content.map(|content| Some(Zeroizing::new(content))).map_err(|_| SealedError::Changed)
}

fn cipher(file_key: &FileKey, nonce: &[u8; NONCE_LEN]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(*derive::payload_key(file_key, nonce).expose()))
}

/// Header up to and with `---`, MAC, payload.
fn part(file: &[u8]) -> Option<(&[u8], [u8; 32], &[u8])> {
    if file.len() > FILE_MAX {
        return None;
    }
    let dashes = file.windows(5).position(|window| window == b"\n--- ")? + 4;
    let (header, rest) = file.split_at_checked(dashes)?;
    let (mac, payload) = rest.strip_prefix(b" ")?.split_at_checked(43)?;
    let mac = STANDARD_NO_PAD.decode(mac).ok()?.try_into().ok()?;
    Some((header, mac, payload.strip_prefix(b"\n")?))
}

fn stanza(header: &[u8]) -> Option<Stanza> {
    let text = std::str::from_utf8(header).ok()?.strip_prefix(VERSION)?;
    let (args, rest) = text.strip_prefix("-> ")?.split_once('\n')?;
    let body = rest.strip_suffix("\n---")?;
    let body = STANDARD_NO_PAD.decode(body).ok()?;
    Some(Stanza { args: args.split(' ').map(str::to_owned).collect(), body })
}
