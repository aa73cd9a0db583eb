//! The `scrypt` stanza (C2SP `age.md`, "The scrypt recipient type"), for the test vectors. The product unlocks key files
//! through the `age` crate and never meets this stanza in an item.

use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use vault_core::item::stanza::{Stanza, from_base64};
use vault_keys::secret::FileKey;

use super::Failure;

/// The first argument of the stanza.
pub const TAG: &str = "scrypt";
/// The bound age.md suggests to readers: 2^22 takes 4 GiB.
const WORK_FACTOR_MAX: u8 = 22;
const LABEL: &[u8] = b"age-encryption.org/v1/scrypt";

/// Tries a passphrase on a stanza of this type; `None` if it does not fit.
///
/// # Errors
/// [`Failure::Header`] if the stanza is malformed or demands too much work.
pub fn unwrap(stanza: &Stanza, passphrase: &str) -> Result<Option<FileKey>, Failure> {
    let [_, salt, work_factor] = stanza.args.as_slice() else { return Err(Failure::Header) };
    let salt = from_base64(salt.as_bytes()).filter(|salt| salt.len() == 16).ok_or(Failure::Header)?;
    let log_n = decimal(work_factor).filter(|log_n| *log_n <= WORK_FACTOR_MAX).ok_or(Failure::Header)?;
    if stanza.body.len() != 32 {
        return Err(Failure::Header);
    }
    let params = scrypt::Params::new(log_n, 8, 1, 32).map_err(|_| Failure::Header)?;
    let mut key = [0; 32];
    let salt = [LABEL, &salt].concat();
    scrypt::scrypt(passphrase.as_bytes(), &salt, &params, &mut key).map_err(|_| Failure::Header)?;
    let opened = ChaCha20Poly1305::new(&key.into()).decrypt(&Nonce::default(), stanza.body.as_slice());
    Ok(opened.ok().and_then(|file_key| FileKey::from_slice(&file_key)))
}

/// A decimal number from 1 on, with no sign and no leading zero.
fn decimal(text: &str) -> Option<u8> {
    let number: u8 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}
