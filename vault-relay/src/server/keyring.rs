//! The relay's own keys as files: TLS, log and notary, each in a file of mode 0600 (docs/relay-protocol.md, "Keys").
//!
//! ```text
//! tls.key      VAULT-RELAY-KEY-1…                                  one line
//! log.key      # vault-office/1 log,    then two lines of base64url seeds: Ed25519, ML-DSA-44
//! notary.key   # vault-office/1 notary, likewise
//! ```
//! None of them opens anything: whoever steals them can pose as this relay or forge its register from then on,
//! and still reads no item.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use vault_keys::bytes::Bytes;
use vault_keys::key_id::KeyKind;
use vault_keys::signing::OfficeKey;
use vault_keys::station::StationKey;
use zeroize::Zeroizing;

/// Most bytes of a key file.
const KEY_FILE_MAX: u64 = 4096;

/// The relay's keys, unlocked.
#[derive(Debug)]
pub struct Keyring {
    /// TLS key.
    pub tls: StationKey,
    /// Signs checkpoints.
    pub log: OfficeKey,
    /// The notary's, kept here until there is a second machine for it.
    pub notary: OfficeKey,
}

/// Why keys cannot be read or made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// A file cannot be read or written.
    #[error("key file {path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others than the owner can read a key file.
    #[error("key file {path} can be read by others; make it mode 0600")]
    Exposed {
        /// Which.
        path: PathBuf,
    },
    /// A file is no key of the kind it should be.
    #[error("key file {path} holds no {kind} key")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What it should hold.
        kind: &'static str,
    },
}

impl Keyring {
    /// Draws all keys and writes them; refuses to touch a file that is there.
    pub fn create(folder: &Path, rng: &mut dyn CryptoRng) -> Result<Self, KeyringError> {
        let keyring = Self {
            tls: StationKey::generate_for_relay(rng),
            log: OfficeKey::generate(rng),
            notary: OfficeKey::generate(rng),
        };
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)))
            .map_err(|source| KeyringError::File { path: folder.to_owned(), source })?;
        write_new(&folder.join("tls.key"), &Zeroizing::new(format!("{}\n", *keyring.tls.to_text())))?;
        write_new(&folder.join("log.key"), &office_text("log", &keyring.log))?;
        write_new(&folder.join("notary.key"), &office_text("notary", &keyring.notary))?;
        Ok(keyring)
    }

    /// Reads all keys.
    pub fn load(folder: &Path) -> Result<Self, KeyringError> {
        let path = folder.join("tls.key");
        let tls = StationKey::parse(&read_private(&path)?)
            .ok()
            .filter(|key| key.kind() == KeyKind::Relay)
            .ok_or(KeyringError::Malformed { path, kind: "TLS" })?;
        Ok(Self { tls, log: read_office(folder, "log")?, notary: read_office(folder, "notary")? })
    }
}

fn read_office(folder: &Path, name: &'static str) -> Result<OfficeKey, KeyringError> {
    let path = folder.join(format!("{name}.key"));
    let text = read_private(&path)?;
    let mut lines = text.lines();
    let parsed = (|| {
        let head = lines.next()?;
        let seed = |line: Option<&str>| Some(Zeroizing::new(line?.parse::<Bytes<32>>().ok()?.0));
        let (ed25519, ml_dsa) = (seed(lines.next())?, seed(lines.next())?);
        let whole = head == format!("# vault-office/1 {name}") && lines.next().is_none();
        whole.then(|| OfficeKey::from_seeds(&ed25519, &ml_dsa))
    })();
    parsed.ok_or(KeyringError::Malformed { path, kind: name })
}

fn office_text(name: &str, key: &OfficeKey) -> Zeroizing<String> {
    let (ed25519, ml_dsa) = key.expose_seeds();
    let lines = [Zeroizing::new(Bytes(*ed25519).to_string()), Zeroizing::new(Bytes(*ml_dsa).to_string())];
    let [ed25519, ml_dsa] = &lines;
    Zeroizing::new(format!("# vault-office/1 {name}\n{}\n{}\n", **ed25519, **ml_dsa))
}

fn read_private(path: &Path) -> Result<Zeroizing<String>, KeyringError> {
    let failed = |source| KeyringError::File { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(KeyringError::Exposed { path: path.to_owned() });
    }
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(KEY_FILE_MAX).unwrap_or(0)));
    file.take(KEY_FILE_MAX).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

fn write_new(path: &Path, text: &str) -> Result<(), KeyringError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .map_err(|source| KeyringError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing test should panic")]

    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn keys_come_back_and_are_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let made = Keyring::create(folder.path(), &mut rng).unwrap();
        let read = Keyring::load(folder.path()).unwrap();
        assert_eq!(made.tls.public(), read.tls.public());
        assert_eq!(made.log.public(), read.log.public());
        assert_eq!(made.notary.public(), read.notary.public());
        assert!(matches!(Keyring::create(folder.path(), &mut rng), Err(KeyringError::File { .. })));
    }

    #[test]
    fn key_file_readable_by_others_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Keyring::create(folder.path(), &mut rand::rngs::StdRng::seed_from_u64(2)).unwrap();
        let path = folder.path().join("log.key");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keyring::load(folder.path()), Err(KeyringError::Exposed { .. })));
    }

    #[test]
    fn a_key_of_another_office_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Keyring::create(folder.path(), &mut rand::rngs::StdRng::seed_from_u64(3)).unwrap();
        std::fs::copy(folder.path().join("notary.key"), folder.path().join("log.key")).unwrap();
        assert!(matches!(Keyring::load(folder.path()), Err(KeyringError::Malformed { kind: "log", .. })));
    }
}
