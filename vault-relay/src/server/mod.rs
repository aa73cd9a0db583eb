//! The server: checks every rule, reads nothing (design section 8; docs/relay-protocol.md).
//!
//! [`Relay::start`] runs one in this process; the binary does the same from a configuration file. Requests come
//! in through `listen` and `connection`, are carried out by one handler per verb, and touch the world only
//! through the two storage traits and the register's writer.

mod backup;
mod clock;
mod config;
mod connection;
mod console;
mod context;
mod counts;
mod door;
mod enrolment;
mod entry;
mod failure;
mod force;
mod freshness;
mod handlers;
mod init;
mod install;
mod keyring;
mod listen;
mod mail;
mod pace;
mod register;
mod relay;
mod reply;
mod reset;
mod room;
mod scrub;
mod spoilt;
mod tally;
mod upkeep;

pub use backup::{BackupError, Manifest, Restarted, restart, restore};
pub use clock::{Clock, SystemClock};
pub use config::{Config, ConfigError, Console, Limits, Log, LogForm};
pub use console::{ConsoleError, Status, ask_backup, ask_scrub, ask_status};
pub use force::InstallError;
pub use init::{CARD_NAME, CONFIG_NAME, InitError, NewRelay, card, init};
pub use keyring::{Keyring, KeyringError};
pub use register::RegisterError;
pub use relay::{Checked, Relay, StartError, backup, check, import};
pub use scrub::Scrubbed;
