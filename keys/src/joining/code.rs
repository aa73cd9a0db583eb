//! The one-time code (docs/joining.md, "Code").
//!
//! 128 random bits, so guessing is hopeless and no memory-hard hashing is needed; 28 characters of Crockford's
//! base 32, of which the last bits are a checksum, so a typing slip is noticed before anything is sent.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::invitation::InvitationId;
use crate::derive;
use crate::digest::{OrgId, sha256_of};
use crate::secret::Secret;
use crate::signing::SigningKey;

/// Digits and capital letters without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters: 28 of five bits are 128 bits of the code and 12 of its checksum.
const LEN: usize = 28;
const GROUP: usize = 4;
const CHECK_LABEL: &[u8] = b"vault/join-code/check/1";

/// A one-time code. It derives the key that signs one request, and that key's public name.
#[derive(Debug)]
pub struct JoinCode(Secret<16>);

/// Why a text is no code. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// Not 28 characters of the alphabet.
    #[error("a code has 28 letters and digits")]
    Form,
    /// The checksum does not hold: mistyped.
    #[error("the code was mistyped (its checksum does not hold)")]
    Checksum,
}

impl JoinCode {
    /// A fresh code.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret::generate(rng))
    }

    /// Reads what someone typed. Case, spaces and hyphens do not count; I and L are 1, O is 0.
    pub fn parse(typed: &str) -> Result<Self, CodeError> {
        let mut bits = Zeroizing::new([0_u8; LEN]);
        let mut count = 0;
        for character in typed.chars().filter(|typed| !matches!(typed, ' ' | '-')) {
            let value = value_of(character).ok_or(CodeError::Form)?;
            *bits.get_mut(count).ok_or(CodeError::Form)? = value;
            count += 1;
        }
        if count != LEN {
            return Err(CodeError::Form);
        }
        // 140 bits, of which the first 128 are the code.
        let mut bytes = Zeroizing::new([0_u8; 18]);
        for (index, value) in bits.iter().enumerate() {
            for bit in 0..5 {
                let at = index * 5 + bit;
                if value >> (4 - bit) & 1 == 1
                    && let Some(byte) = bytes.get_mut(at / 8)
                {
                    *byte |= 0x80 >> (at % 8);
                }
            }
        }
        let code = bytes.first_chunk::<16>().map(Secret::copied_from).ok_or(CodeError::Form)?;
        let [first, second] = checksum(code.expose());
        if bytes.get(16..) == Some(&[first, second]) { Ok(Self(code)) } else { Err(CodeError::Checksum) }
    }

    /// The code as it is printed: seven groups of four characters.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0_u8; 18]);
        let (code, check) = bytes.split_at_mut(16);
        code.copy_from_slice(self.0.expose());
        check.copy_from_slice(&checksum(self.0.expose()));
        let mut text = Zeroizing::new(String::with_capacity(LEN + LEN / GROUP));
        for index in 0..LEN {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            let value = (0..5).fold(0_usize, |value, bit| {
                let at = index * 5 + bit;
                let byte = bytes.get(at / 8).copied().unwrap_or(0);
                value << 1 | usize::from(byte >> (7 - at % 8) & 1)
            });
            text.push(char::from(ALPHABET.get(value).copied().unwrap_or(b'0')));
        }
        text
    }

    /// The code's public name: what the relay finds the invitation by.
    pub fn id(&self, org: &OrgId) -> InvitationId {
        InvitationId::from_bytes(*derive::invitation_id(&self.0, org).expose())
    }

    /// The key that signs the request. Its public half stands in the invitation, so the relay can check a
    /// request and cannot make one.
    pub fn key(&self, org: &OrgId) -> SigningKey {
        SigningKey::from_seed(derive::invitation_seed(&self.0, org).expose())
    }
}

/// Twelve bits, and four zeros.
fn checksum(code: &[u8; 16]) -> [u8; 2] {
    let [first, second, ..] = sha256_of(&[CHECK_LABEL, &[0], code]);
    [first, second & 0xf0]
}

fn value_of(typed: char) -> Option<u8> {
    let typed = match typed.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let at = ALPHABET.iter().position(|known| char::from(*known) == typed)?;
    u8::try_from(at).ok()
}
