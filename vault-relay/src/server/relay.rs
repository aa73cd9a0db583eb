//! One running relay: start, where it listens, end.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use quinn::{Endpoint, ServerConfig, TokioRuntime};
use tokio::sync::{RwLock, Semaphore, watch};
use tokio::task::JoinSet;
use vault_core::register::checkpoint::{LogKey, LogVerifier, OriginError};
use vault_keys::digest::DirectoryHash;
use vault_keys::joining::InvitationList;
use vault_keys::note::OfficeName;

use super::backup::{self, BackupError, Manifest};
use super::clock::{Clock, SystemClock};
use super::config::{Config, ConfigError};
use super::context::{Context, Lanes, Meter};
use super::counts::Counts;
use super::door::Door;
use super::enrolment::{Enrolment, Gate};
use super::force::{Current, Force, InstallError, Own, Version};
use super::keyring::{Keyring, KeyringError};
use super::mail::{self, Mail};
use super::pace::Pace;
use super::register::{Register, RegisterError, Writer};
use super::reset::ResetSecret;
use super::room::Rooms;
use super::tally::Tally;
use super::{console, freshness, install, listen, upkeep};
use crate::store::disk::{self, StoreDisk};
use crate::store::embedded::{DataFolder, DataFolderError, Database};
use crate::store::{self, Metadata, Parts, StoreError};
use crate::tls::{self, TlsError, TlsKey};
use crate::transport;

/// Why a relay does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyringError),
    /// The origin cannot name a log.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The name cannot name a relay.
    #[error("{0:?} cannot name a relay")]
    Name(String),
    /// Another process uses the data folder, or it cannot be used.
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    /// Storage does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The register does not open.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The stored organisation does not verify any more.
    #[error("the stored organisation does not verify")]
    Organisation(#[from] InstallError),
    /// The root in force does not name this relay and its log as they are.
    #[error(
        "the root in force does not name this relay and its log; after `restore --restart`, import the root that does"
    )]
    NotNamed(#[source] InstallError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Metrics cannot be offered where the configuration says.
    #[error("the console cannot listen on {place}")]
    Console {
        /// The address.
        place: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// A relay, running.
#[derive(Debug)]
pub struct Relay {
    addresses: Vec<SocketAddr>,
    closing: watch::Sender<bool>,
    listeners: JoinSet<()>,
    /// Ends with the relay, also when it is dropped without a shutdown.
    upkeep: JoinSet<()>,
    context: Arc<Context>,
    writer: Writer,
    metrics: Option<SocketAddr>,
}

/// Storage, keys and organisation of a relay that is not listening.
struct Opened {
    name: OfficeName,
    keys: Keyring,
    own: Own,
    metadata: Arc<dyn Metadata>,
    parts: Arc<dyn Parts>,
    current: Arc<Current>,
}

impl Relay {
    /// Starts a relay on the running runtime. It serves when this returns.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        Self::start_at(config, Arc::new(SystemClock), disk::own()).await
    }

    /// The same with another clock, for tests.
    #[cfg(feature = "test-hooks")]
    pub async fn start_with(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Self::start_at(config, clock, disk::own()).await
    }

    /// The same on another disk, for tests.
    #[cfg(feature = "test-hooks")]
    pub async fn start_on(
        config: Config,
        clock: Arc<dyn Clock>,
        disk: StoreDisk,
    ) -> Result<Self, StartError> {
        Self::start_at(config, clock, disk).await
    }

    async fn start_at(config: Config, clock: Arc<dyn Clock>, disk: StoreDisk) -> Result<Self, StartError> {
        let opening = (config.clone(), Arc::clone(&clock));
        let opened = tokio::task::spawn_blocking(move || {
            let (config, clock) = opening;
            let Opened { name, keys, own, metadata, parts, current } = open(&config, disk.clone())?;
            // After a restore that ended the log, nothing is served before a root names the new one.
            if let Some(force) = current.get() {
                own.check_named(&force.newest.organisation).map_err(StartError::NotNamed)?;
            }
            let enrolment = Arc::new(Enrolment::new(invitations(&*metadata, &current)?));
            let Keyring { tls, log, notary } = keys;
            let log = LogKey::new(config.origin.parse()?, log);
            let (register, writer) = Register::open(
                disk,
                &config.register_folder(),
                &config.guard,
                log,
                Arc::clone(&metadata),
                clock,
            )?;
            let reset = ResetSecret::of(&tls);
            let tls = (TlsKey::new(&tls)?, reset);
            Ok::<_, StartError>((
                name,
                own,
                metadata,
                parts,
                (current, enrolment),
                notary,
                tls,
                register,
                writer,
            ))
        });
        let (name, own, metadata, parts, (current, enrolment), notary, (tls, reset), register, writer) =
            opened.await.map_err(|_| RegisterError::Stopped)??;
        let (closing, closed) = watch::channel(false);
        let ends = console::open(&config.console).await?;
        let metrics = ends.metrics_address();
        let context = Arc::new(Context {
            counts: Counts::default(),
            started: clock.now(),
            removing: RwLock::default(),
            part_memory: Semaphore::new(config.limits.parts_in_memory),
            parts_of: Tally::default(),
            publishing: Semaphore::new(1),
            publishing_of: Tally::default(),
            arriving: Lanes::default(),
            door: Door::default(),
            rooms: Rooms::default(),
            stations: Tally::default(),
            fetches: Tally::default(),
            refusals: Meter::default(),
            limits: std::sync::RwLock::new(Arc::new(config.limits.clone())),
            rates: Meter::default(),
            enrolment,
            mail: Mail::default(),
            pace: Pace::default(),
            watches_of: Tally::default(),
            closing: closed.clone(),
            config,
            name,
            own,
            notary,
            clock,
            metadata,
            parts,
            register,
            current,
        });
        let (mut listeners, mut addresses) = (JoinSet::new(), Vec::new());
        for address in &context.config.listen {
            let endpoint = bind(*address, &tls, &reset, &context)?;
            let failed = |source| StartError::Listen { address: *address, source };
            addresses.push(endpoint.local_addr().map_err(failed)?);
            listeners.spawn(listen::serve(endpoint, Arc::clone(&context), closed.clone()));
        }
        let mut upkeep = JoinSet::new();
        upkeep.spawn(upkeep::run(Arc::clone(&context)));
        upkeep.spawn(freshness::run(Arc::clone(&context)));
        upkeep.spawn(mail::run(Arc::clone(&context)));
        upkeep.spawn(console::run(Arc::clone(&context), ends));
        tracing::info!(relay = %context.name, ?addresses, "serving");
        Ok(Self { addresses, closing, listeners, upkeep, context, writer, metrics })
    }

    /// Where it listens; with port 0 in the configuration, the port the system chose.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where metrics are asked for, if anywhere; with port 0 in the configuration, the port the system chose.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// The first of them.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.addresses.first().copied()
    }

    /// Puts the limits of a changed configuration in force, for what comes from now on.
    ///
    /// # Errors
    /// Something else is changed too, or a value cannot be; then everything stays as it is.
    pub fn reload(&self, changed: &Config) -> Result<(), ConfigError> {
        let limits = self.context.config.new_limits(changed)?;
        *self.context.limits.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(limits);
        tracing::info!("new limits are in force");
        Ok(())
    }

    /// Does at once what is otherwise done at intervals, for tests.
    #[cfg(feature = "test-hooks")]
    pub async fn upkeep_now(&self) {
        if let Err(error) = upkeep::sweep(&self.context).await {
            tracing::error!(%error, "upkeep failed");
        }
        if let Err(error) = freshness::look(&self.context).await {
            tracing::error!(%error, "no freshness note could be made");
        }
    }

    /// Drains and ends: no new connection or request, running requests finish, everything queued is published.
    pub async fn shutdown(mut self) {
        tracing::info!("closing");
        self.closing.send_replace(true);
        self.upkeep.shutdown().await;
        while self.listeners.join_next().await.is_some() {}
        self.context.register.close();
        self.writer.join().await;
        tracing::info!("closed");
    }
}

/// Puts an organisation in force while the relay is not running (`vault-relay import`).
pub fn import(config: &Config, file: &[u8]) -> Result<(u32, DirectoryHash), StartError> {
    let opened = open(config, disk::own())?;
    install::install(&*opened.metadata, &opened.own, &opened.current, file, SystemClock.now())?;
    let force =
        opened.current.get().ok_or(InstallError::Ours("nothing is in force after an installation"))?;
    Ok((force.directory().number(), force.directory().hash()))
}

/// Opens everything a relay needs and closes it again; what is wrong is named (`vault-relay check`).
pub fn check(config: &Config) -> Result<Checked, StartError> {
    let opened = open(config, disk::own())?;
    let log = LogKey::new(config.origin.parse()?, opened.keys.log);
    let leaves = Register::check(&disk::own(), &config.register_folder(), &config.guard, log)?;
    Register::check_database(leaves, &*opened.metadata)?;
    let directory = opened.current.get().map(|force| force.directory().number());
    Ok(Checked { leaves, directory })
}

/// Writes a backup of a relay that is not running (`vault-relay backup`).
pub fn backup(config: &Config, to: &Path) -> Result<Manifest, BackupError> {
    let opened = open(config, disk::own()).map_err(|error| BackupError::Closed(Box::new(error)))?;
    let log = LogKey::new(config.origin.parse()?, opened.keys.log);
    let checkpoint = Register::last(&disk::own(), &config.register_folder(), &config.guard, log)?;
    let source = backup::Source {
        config,
        metadata: &*opened.metadata,
        parts: &*opened.parts,
        checkpoint: &checkpoint,
        now: SystemClock.now(),
    };
    backup::write(&source, to)
}

/// What [`check`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Leaves in the register.
    pub leaves: u64,
    /// Number of the directory in force, if one is installed.
    pub directory: Option<u32>,
}

fn open(config: &Config, disk: StoreDisk) -> Result<Opened, StartError> {
    config.check()?;
    let name: OfficeName = config.name.parse().map_err(|_| StartError::Name(config.name.clone()))?;
    let keys = Keyring::load(&config.keys)?;
    let own = Own {
        name: name.clone(),
        tls: keys.tls.public(),
        log: LogVerifier::new(config.origin.parse()?, keys.log.public()),
    };
    let folder = DataFolder::take(disk, &config.data)?;
    let parts: Arc<dyn Parts> = Arc::new(folder.parts()?);
    let metadata: Arc<dyn Metadata> = Arc::new(Database::open(folder)?);
    let stored = store::read::<_, StoreError>(&*metadata, |view| view.organisation())?;
    let force = stored.map(|texts| Version::restore(&texts)).transpose()?.map(Force::new);
    Ok(Opened { name, keys, own, metadata, parts, current: Arc::new(Current::new(force)) })
}

/// The lists of invitations that storage holds and that rest on the root in force.
fn invitations(metadata: &dyn Metadata, current: &Current) -> Result<Vec<InvitationList>, StoreError> {
    let Some(force) = current.get() else { return Ok(Vec::new()) };
    let root = force.newest.organisation.root();
    let notes = store::read::<_, StoreError>(metadata, |view| view.invitations())?;
    Ok(notes.iter().filter_map(|note| InvitationList::verify(root, note).ok()).collect())
}

fn bind(
    address: SocketAddr,
    key: &TlsKey,
    reset: &ResetSecret,
    context: &Context,
) -> Result<Endpoint, StartError> {
    let gate = Arc::new(Gate {
        current: Arc::clone(&context.current),
        enrolment: Arc::clone(&context.enrolment),
        clock: Arc::clone(&context.clock),
    });
    let tls = tls::quic_server(tls::server(key, gate)?)?;
    let mut server = ServerConfig::with_crypto(Arc::new(tls));
    server.transport_config(transport::relay(context.config.congestion));
    transport::socket(address)
        .and_then(|socket| {
            // With port 0 the one the system chose: it is what a connection of before would come to.
            let endpoint = reset.endpoint(socket.local_addr()?);
            Endpoint::new(endpoint, Some(server), socket, Arc::new(TokioRuntime))
        })
        .map_err(|source| StartError::Listen { address, source })
}

impl Config {
    /// The folder of the register.
    pub(crate) fn register_folder(&self) -> PathBuf {
        self.data.join("register")
    }
}
