//! The text forms of keys: Bech32 (BIP 173) without its length limit, as age.md asks.
//!
//! One text per key: public ones in lower case, secret ones in upper case, the checksum of BIP 173 and not
//! that of BIP 350. Anything else is refused, so a key text can be compared as a string.

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Checksum, Fe1024, Hrp};
use thiserror::Error;
use zeroize::Zeroizing;

/// Why a key text was refused. It never quotes the text: an identity is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyTextError {
    /// Not Bech32, or mistyped: the checksum does not hold.
    #[error("this is not a key text, or it was mistyped (the checksum does not hold)")]
    Checksum,
    /// Bech32, but not of a kind this program knows, or not in the case its kind is written in.
    #[error("this key text is of an unknown kind")]
    Kind,
    /// The text carries more or fewer bytes than its kind of key has.
    #[error("the key text has the wrong length for its kind")]
    Length,
    /// The bytes are no usable public key.
    #[error(transparent)]
    Key(#[from] crate::opening::PublicKeyError),
}

pub(crate) fn encode_lower(prefix: &str, bytes: &[u8]) -> String {
    bech32::encode_lower::<LongBech32>(hrp(prefix), bytes).expect(SHORT_ENOUGH)
}

pub(crate) fn encode_upper(prefix: &str, bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(bech32::encode_upper::<LongBech32>(hrp(prefix), bytes).expect(SHORT_ENOUGH))
}

/// Decodes exactly `N` public bytes from a text with this lower-case prefix.
pub(crate) fn decode_lower<const N: usize>(prefix: &str, text: &str) -> Result<Box<[u8; N]>, KeyTextError> {
    let mut bytes = Box::new([0; N]);
    decode_into(prefix, text, bytes.as_mut_slice())?;
    canonical(text, &encode_lower(prefix, bytes.as_slice()))?;
    Ok(bytes)
}

/// Decodes exactly `N` secret bytes from a text with this upper-case prefix.
pub(crate) fn decode_upper<const N: usize>(
    prefix: &str,
    text: &str,
) -> Result<crate::secret::Secret<N>, KeyTextError> {
    let mut outcome = Ok(());
    let secret = crate::secret::Secret::filled_by(|bytes| {
        outcome = decode_into(prefix, text, bytes.as_mut_slice());
    });
    outcome?;
    canonical(text, &encode_upper(prefix, secret.expose()))?;
    Ok(secret)
}

/// One text per key: the other case, and padding bits that are not zero, end here.
fn canonical(text: &str, expected: &str) -> Result<(), KeyTextError> {
    if text == expected { Ok(()) } else { Err(KeyTextError::Kind) }
}

/// Checks that a text is Bech32 in one case; what it carries is somebody else's affair.
#[cfg(feature = "open")]
pub(crate) fn check(text: &str) -> Result<(), KeyTextError> {
    CheckedHrpstring::new::<LongBech32>(text).map(drop).map_err(|_| KeyTextError::Checksum)
}

/// The human-readable part of a text, in the case it is written in.
pub(crate) fn prefix_of(text: &str) -> Option<&str> {
    text.rsplit_once('1').map(|(prefix, _)| prefix)
}

fn decode_into(prefix: &str, text: &str, out: &mut [u8]) -> Result<(), KeyTextError> {
    let checked = CheckedHrpstring::new::<LongBech32>(text).map_err(|_| KeyTextError::Checksum)?;
    if checked.hrp() != hrp(prefix) {
        return Err(KeyTextError::Kind);
    }
    let mut bytes = checked.byte_iter();
    for slot in out.iter_mut() {
        *slot = bytes.next().ok_or(KeyTextError::Length)?;
    }
    if bytes.next().is_some() {
        return Err(KeyTextError::Length);
    }
    Ok(())
}

fn hrp(prefix: &str) -> Hrp {
    Hrp::parse_unchecked(prefix)
}

const SHORT_ENOUGH: &str = "every key of ours is far below the length limit";

/// Bech32 with room for the 1,959 characters of a hybrid recipient.
///
/// Beyond 1,023 characters the checksum still finds almost every error, but no longer promises to find
/// any four of them; that is what the age specification accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum LongBech32 {}

impl Checksum for LongBech32 {
    type MidstateRepr = u32;
    type CorrectionField = Fe1024;
    const ROOT_GENERATOR: Fe1024 = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: core::ops::RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = 4096;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = Bech32::TARGET_RESIDUE;
}
