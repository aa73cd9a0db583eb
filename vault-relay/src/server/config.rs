//! The relay's configuration file (docs/relay-protocol.md, "Configuration").
//!
//! One TOML file; unknown keys are refused, so a slip of the pen does not silently mean a default. Paths are
//! taken from the file's own folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::congestion::Congestion;

/// Less than this would keep the longest message out.
const REQUEST_MIB_LEAST: u32 = 2;

/// Most bytes of a configuration file.
const CONFIG_MAX: u64 = 64 << 10;

/// Settings of one relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of this relay, as root names it: `relay-1`.
    pub name: String,
    /// Addresses to listen on; port 0 lets the system choose.
    pub listen: Vec<SocketAddr>,
    /// Where stations reach it, `host:port`, for the card.
    pub addresses: Vec<String>,
    /// Origin of its log: the first line of every checkpoint.
    pub origin: String,
    /// Folder of database, parts and register.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// Folder of the relay's own keys.
    #[serde(default = "default_keys")]
    pub keys: PathBuf,
    /// File with the last checkpoint signed: outside the data folder, so that a restored data folder is noticed.
    #[serde(default = "default_guard")]
    pub guard: PathBuf,
    /// How it finds out how much a line to a station carries.
    #[serde(default)]
    pub congestion: Congestion,
    /// Bounds on what the relay does at once.
    #[serde(default)]
    pub limits: Limits,
    /// How it logs.
    #[serde(default)]
    pub log: Log,
    /// Where its operator asks how it is.
    #[serde(default)]
    pub console: Console,
}

/// Where the operator asks: `vault-relay status`, `vault-relay backup`, and what watches the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Console {
    /// A socket for this machine's user alone: status, health, metrics, backup.
    pub socket: PathBuf,
    /// An address of the loopback for health and metrics; none by default.
    pub metrics: Option<SocketAddr>,
}

impl Default for Console {
    fn default() -> Self {
        Self { socket: "console.sock".into(), metrics: None }
    }
}

/// Bounds on what the relay does at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// Connections of one station at once.
    pub connections_per_station: usize,
    /// Connections of one address (of IPv6 the network of 64 bits) that have not said who they are.
    pub handshakes_per_address: usize,
    /// Requests of one person that are not dealt with, in memory, in MiB; payload and organisation files apart.
    pub request_mib_per_person: u32,
    /// The same of everybody together.
    pub request_mib: u32,
    /// Parts of 4 MiB held in memory at once, over all connections.
    pub parts_in_memory: usize,
    /// Open uploads of one sender.
    pub uploads_per_sender: u64,
    /// Bytes all open uploads of one sender may announce, in MiB.
    pub upload_mib_per_sender: u64,
    /// Items of one sender whose content is kept here.
    pub kept_per_sender: u64,
    /// Bytes of these, in MiB.
    pub kept_mib_per_sender: u64,
    /// The same of everybody with a post in one unit together.
    pub kept_per_unit: u64,
    /// Bytes of these, in MiB.
    pub kept_mib_per_unit: u64,
    /// Requests of one person in a minute.
    pub requests_per_minute: u32,
    /// Days after which an upload that was not committed is removed.
    pub upload_days: u32,
    /// Refusals of one person that enter the register per hour; more are only logged.
    pub refusals_per_hour: u32,
    /// Seconds given to running requests when the relay closes.
    pub drain_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            connections_per_station: 16,
            handshakes_per_address: 64,
            request_mib_per_person: 16,
            request_mib: 128,
            parts_in_memory: 32,
            uploads_per_sender: 64,
            upload_mib_per_sender: 2 << 20,
            kept_per_sender: 10_000,
            kept_mib_per_sender: 4 << 20,
            kept_per_unit: 100_000,
            kept_mib_per_unit: 16 << 20,
            requests_per_minute: 60_000,
            upload_days: 7,
            refusals_per_hour: 60,
            drain_seconds: 20,
        }
    }
}

/// How the relay logs. Never names, titles or file names: numbers, hashes and codes only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Lines for eyes or JSON for programs.
    pub form: LogForm,
    /// Filter in the notation of `tracing`, for example `info` or `vault_relay=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { form: LogForm::Text, filter: "info".to_owned() }
    }
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogForm {
    /// For eyes.
    Text,
    /// One JSON object a line.
    Json,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is no configuration.
    #[error("the configuration {path} is wrong")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and what.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A value cannot be.
    #[error("configuration: {key} {problem}")]
    Value {
        /// Which key.
        key: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Config {
    /// Reads a configuration and takes its paths from its own folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let failed = |source| ConfigError::Read { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(failed)?.len() > CONFIG_MAX {
            return Err(failed(std::io::Error::from(std::io::ErrorKind::FileTooLarge)));
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        let mut config: Self = toml::from_str(&text)
            .map_err(|source| ConfigError::Malformed { path: path.to_owned(), source: Box::new(source) })?;
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        let socket = &mut config.console.socket;
        for relative in [&mut config.data, &mut config.keys, &mut config.guard, socket] {
            *relative = folder.join(&*relative);
        }
        config.check()?;
        Ok(config)
    }

    /// The configuration of a relay that lives in one folder.
    pub fn in_folder(folder: &Path, name: &str, listen: SocketAddr) -> Self {
        Self {
            name: name.to_owned(),
            listen: vec![listen],
            addresses: vec![listen.to_string()],
            origin: format!("{name}.vault.invalid/log"),
            data: folder.join(default_data()),
            keys: folder.join(default_keys()),
            guard: folder.join(default_guard()),
            congestion: Congestion::default(),
            limits: Limits::default(),
            log: Log::default(),
            console: Console { socket: folder.join(Console::default().socket), metrics: None },
        }
    }

    /// Refuses what cannot work before anything is opened.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, problem| Err(ConfigError::Value { key, problem });
        let name_fits = self.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !name_fits || self.name.is_empty() || self.name.len() > 32 {
            return wrong("name", "must be 1 to 32 of a-z, 0-9 and -");
        }
        if self.listen.is_empty() {
            return wrong("listen", "needs an address");
        }
        if self.addresses.is_empty() {
            return wrong("addresses", "needs an address");
        }
        let origin_fits = self.origin.bytes().all(|b| b.is_ascii_graphic() && b != b'+');
        if !origin_fits || self.origin.is_empty() || self.origin.len() > 200 {
            return wrong("origin", "must be 1 to 200 printable ASCII characters without spaces and +");
        }
        if self.guard.starts_with(&self.data) {
            return wrong("guard", "must lie outside the data folder: it guards against an old copy of it");
        }
        if self.console.metrics.is_some_and(|address| !address.ip().is_loopback()) {
            return wrong(
                "console.metrics",
                "must be an address of the loopback: anybody who reaches it reads it",
            );
        }
        let limits = &self.limits;
        let none = [
            limits.connections,
            limits.connections_per_station,
            limits.handshakes_per_address,
            limits.parts_in_memory,
            limits.requests_per_minute as usize,
        ];
        if none.contains(&0) {
            return wrong("limits", "must be above 0");
        }
        if limits.request_mib_per_person < REQUEST_MIB_LEAST
            || limits.request_mib < limits.request_mib_per_person
        {
            return wrong("limits.request_mib_per_person", "must be 2 to what request_mib allows");
        }
        Ok(())
    }

    /// What a running relay takes from a changed configuration: its limits, where nothing else is changed.
    pub fn new_limits(&self, changed: &Self) -> Result<Limits, ConfigError> {
        if changed.limits.parts_in_memory != self.limits.parts_in_memory {
            return Err(ConfigError::Value {
                key: "limits.parts_in_memory",
                problem: "changes with a restart only",
            });
        }
        let same = Self { limits: self.limits.clone(), ..changed.clone() };
        if same != *self {
            return Err(ConfigError::Value {
                key: "it",
                problem: "changes more than limits, which takes a restart",
            });
        }
        Ok(changed.limits.clone())
    }
}

fn default_data() -> PathBuf {
    "data".into()
}

fn default_keys() -> PathBuf {
    "keys".into()
}

fn default_guard() -> PathBuf {
    "last-checkpoint".into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing test should panic")]

    use super::*;

    const SHORTEST: &str = r#"
        name = "relay-1"
        listen = ["127.0.0.1:7443"]
        addresses = ["relay.example:7443"]
        origin = "relay.example/log"
    "#;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.toml");
        std::fs::write(&path, text).unwrap();
        let mut config = Config::load(&path)?;
        assert!(config.data.starts_with(folder.path()));
        let socket = &mut config.console.socket;
        for relative in [&mut config.data, &mut config.keys, &mut config.guard, socket] {
            *relative = relative.strip_prefix(folder.path()).unwrap().to_owned();
        }
        Ok(config)
    }

    #[test]
    fn what_is_left_out_has_defaults() {
        let config = load(SHORTEST).unwrap();
        assert_eq!(config.limits, Limits::default());
        assert_eq!(config.data, Path::new("data"));
        // And the written form reads back.
        assert_eq!(load(&toml::to_string(&config).unwrap()).unwrap(), config);
    }

    #[test]
    fn unknown_keys_are_refused() {
        let refused = load(&format!("{SHORTEST}\nlisten_port = 5\n"));
        assert!(matches!(refused, Err(ConfigError::Malformed { .. })));
    }

    #[test]
    fn the_congestion_control_is_one_of_two() {
        let with = |line| load(&format!("{SHORTEST}\n{line}\n")).map(|config| config.congestion);
        assert_eq!(with("").unwrap(), Congestion::Cubic);
        assert_eq!(with("congestion = \"bbr\"").unwrap(), Congestion::Bbr);
        assert!(with("congestion = \"BBR\"").is_err() && with("congestion = \"reno\"").is_err());
        assert_eq!("cubic".parse(), Ok(Congestion::Cubic));
        assert!("Bbr".parse::<Congestion>().is_err());
    }

    #[test]
    fn metrics_stay_on_this_machine() {
        let with = |address| load(&format!("{SHORTEST}\n[console]\nmetrics = \"{address}\"\n"));
        assert!(with("127.0.0.1:9464").is_ok() && with("[::1]:9464").is_ok());
        let refused = with("192.0.2.1:9464");
        assert!(matches!(refused, Err(ConfigError::Value { key: "console.metrics", .. })));
    }

    #[test]
    fn the_guard_must_lie_outside_the_data_folder() {
        let refused = load(&format!("{SHORTEST}\nguard = \"data/last\"\n"));
        assert!(matches!(refused, Err(ConfigError::Value { key: "guard", .. })));
    }
}
