//! `vault-relay init`: keys, configuration, empty register and card of a new relay.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use vault_core::register::checkpoint::{LogKey, OriginError};
use vault_keys::bytes::Bytes;
use vault_keys::signing::OfficePublic;

use super::clock::Clock;
use super::config::{Config, ConfigError};
use super::keyring::{Keyring, KeyringError};
use super::register::{Register, RegisterError};
use crate::card::{CardError, FORMAT, LogCard, OfficeCard, RelayCard};
use crate::store::disk;

/// Name of the configuration file in a relay's folder.
pub const CONFIG_NAME: &str = "relay.toml";
/// Name of the card in a relay's folder.
pub const CARD_NAME: &str = "relay-card.json";

/// Why a relay could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// There is a relay in this folder.
    #[error("there is a relay in {0} already")]
    AlreadyThere(PathBuf),
    /// A file could not be written.
    #[error("cannot write {path}")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The settings cannot be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The settings cannot be written as TOML: a fault of this program.
    #[error("the configuration cannot be written")]
    Toml(#[from] toml::ser::Error),
    /// Keys could not be made.
    #[error(transparent)]
    Keys(#[from] KeyringError),
    /// The origin cannot name a log.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The register could not be begun.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The card could not be written.
    #[error(transparent)]
    Card(#[from] CardError),
}

/// What a new relay is called and where it is.
#[derive(Debug, Clone)]
pub struct NewRelay {
    /// Its name, `relay-1`.
    pub name: String,
    /// Addresses to listen on.
    pub listen: Vec<SocketAddr>,
    /// Where stations reach it; the listening addresses when empty.
    pub addresses: Vec<String>,
    /// Origin of its log; made from name and first address when `None`.
    pub origin: Option<String>,
}

/// Makes a relay in `folder`, which may be empty or not there yet. Answers configuration and card.
pub fn init(
    folder: &Path,
    relay: NewRelay,
    clock: &dyn Clock,
    rng: &mut dyn CryptoRng,
) -> Result<(Config, RelayCard), InitError> {
    let path = folder.join(CONFIG_NAME);
    if path.exists() {
        return Err(InitError::AlreadyThere(folder.to_owned()));
    }
    let first = relay.listen.first().copied().unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 7443)));
    let mut config = Config::in_folder(folder, &relay.name, first);
    if !relay.listen.is_empty() {
        config.addresses = relay.listen.iter().map(ToString::to_string).collect();
        config.listen = relay.listen;
    }
    if !relay.addresses.is_empty() {
        config.addresses = relay.addresses;
    }
    if let Some(origin) = relay.origin {
        config.origin = origin;
    }
    config.check()?;
    create_private(folder)?;
    let keys = Keyring::create(&config.keys, rng)?;
    let card = card(&config, &keys);
    create_private(&config.data)?;
    let log = LogKey::new(config.origin.parse()?, keys.log);
    Register::create(&disk::own(), &config.register_folder(), &config.guard, log, clock)?;
    write(&folder.join(CARD_NAME), &card.to_json()?)?;
    // The configuration last: with it there, everything else is.
    let mut relative = config.clone();
    let socket = &mut relative.console.socket;
    for inner in [&mut relative.data, &mut relative.keys, &mut relative.guard, socket] {
        if let Ok(below) = inner.strip_prefix(folder) {
            *inner = below.to_owned();
        }
    }
    write(&path, toml::to_string(&relative)?.as_bytes())?;
    Ok((config, card))
}

/// The card of a relay.
pub fn card(config: &Config, keys: &Keyring) -> RelayCard {
    let log = office(&keys.log.public());
    RelayCard {
        format: FORMAT.to_owned(),
        name: config.name.clone(),
        addresses: config.addresses.clone(),
        ed25519: Bytes(keys.tls.public()),
        log: LogCard {
            origin: config.origin.clone(),
            ed25519: log.ed25519,
            ml_dsa_44: log.ml_dsa_44,
            succeeds: None,
        },
        notary: office(&keys.notary.public()),
    }
}

fn office(public: &OfficePublic) -> OfficeCard {
    OfficeCard { ed25519: Bytes(*public.ed25519().as_bytes()), ml_dsa_44: Bytes(*public.ml_dsa()) }
}

fn create_private(folder: &Path) -> Result<(), InitError> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|source| InitError::Write { path: folder.to_owned(), source })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), InitError> {
    use vault_core::disk::durable::{RealDisk, replace};
    replace(&RealDisk, path, bytes).map_err(|source| InitError::Write { path: path.to_owned(), source })
}
