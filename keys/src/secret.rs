//! Secret bytes: boxed, wiped when dropped, silent when printed, compared in constant time.
//!
//! Nothing here can be cloned or printed; the bytes are reached through one method, `expose`, so that a
//! search for that word finds every place that touches them.

use core::fmt;

use rand_core::CryptoRng;
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// `N` secret bytes on the heap.
///
/// They sit in a box so that moving the value does not leave copies of the bytes behind on the stack.
pub struct Secret<const N: usize>(Box<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// Makes a secret by letting `fill` write into its zeroed bytes, in place.
    pub fn filled_by(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let mut secret = Self(Box::new([0; N]));
        fill(&mut secret.0);
        secret
    }

    /// Draws a fresh secret.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self::filled_by(|bytes| rng.fill_bytes(bytes))
    }

    /// Copies `bytes` into a secret; the caller still owns, and wipes, the original.
    pub fn copied_from(bytes: &[u8; N]) -> Self {
        Self::filled_by(|own| own.copy_from_slice(bytes))
    }

    /// As [`Secret::copied_from`], for a slice; `None` unless it is exactly `N` bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::copied_from)
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> ConstantTimeEq for Secret<N> {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.as_slice().ct_eq(other.0.as_slice())
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> ZeroizeOnDrop for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret<{N}>(..)")
    }
}

/// The 16-byte key of one age file, from which every other key of the file is derived.
///
/// A file key seals one byte sequence, ever: a new item draws a new one.
pub struct FileKey(Secret<FILE_KEY_LEN>);

const FILE_KEY_LEN: usize = 16;

impl FileKey {
    /// The length of a file key in bytes.
    pub const LEN: usize = FILE_KEY_LEN;

    /// Draws the file key of a new file.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret::generate(rng))
    }

    /// Copies a file key from bytes; the caller still owns, and wipes, the original.
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        Self(Secret::copied_from(bytes))
    }

    /// As [`FileKey::from_bytes`], for a slice; `None` unless it is exactly 16 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Secret::from_slice(bytes).map(Self)
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8; Self::LEN] {
        self.0.expose()
    }
}

impl From<Secret<FILE_KEY_LEN>> for FileKey {
    fn from(secret: Secret<FILE_KEY_LEN>) -> Self {
        Self(secret)
    }
}

impl ConstantTimeEq for FileKey {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl ZeroizeOnDrop for FileKey {}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(..)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_silent() {
        let key = FileKey::from_bytes(&[0xab; 16]);
        assert_eq!(format!("{key:?}"), "FileKey(..)");
        let secret = Secret::<32>::copied_from(&[0xab; 32]);
        assert_eq!(format!("{secret:?}"), "Secret<32>(..)");
    }

    #[test]
    fn length_is_exact() {
        assert!(Secret::<4>::from_slice(&[1, 2, 3]).is_none());
        assert!(Secret::<4>::from_slice(&[1, 2, 3, 4, 5]).is_none());
        assert_eq!(Secret::<4>::from_slice(&[1, 2, 3, 4]).unwrap().expose(), &[1, 2, 3, 4]);
    }

    #[test]
    fn equality_sees_every_byte() {
        let one = Secret::<4>::copied_from(&[1, 2, 3, 4]);
        let same = Secret::<4>::copied_from(&[1, 2, 3, 4]);
        let other = Secret::<4>::copied_from(&[1, 2, 3, 5]);
        assert!(bool::from(one.ct_eq(&same)));
        assert!(!bool::from(one.ct_eq(&other)));
    }
}
