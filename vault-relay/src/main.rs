//! `vault-relay`: makes, runs and checks a relay.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is where a program speaks to its user")]

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use rand_core::UnwrapErr;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use vault_relay::server::{self, Config, LogForm, NewRelay, Relay, SystemClock};

/// Most bytes of an organisation file.
const ORGANISATION_MAX: u64 = vault_relay::proto::message::ORGANISATION_MAX;

/// Store-and-forward between offices over QUIC: checks every rule, reads nothing.
#[derive(Debug, Parser)]
#[command(name = "vault-relay", version)]
struct Arguments {
    /// Configuration file of the relay.
    #[arg(long, global = true, env = "VAULT_RELAY_CONFIG", default_value = server::CONFIG_NAME)]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make keys, configuration, an empty register and the card for the key officers.
    Init {
        /// Folder of the new relay; made if it is not there.
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Name of the relay, as root will name it.
        #[arg(long, default_value = "relay-1")]
        name: String,
        /// Address to listen on; may be repeated.
        #[arg(long, default_value = "0.0.0.0:7443")]
        listen: Vec<SocketAddr>,
        /// Where stations reach it, host:port; may be repeated. Default: the listening addresses.
        #[arg(long = "address")]
        addresses: Vec<String>,
        /// Name of its log for ever, such as relay.example/log.
        #[arg(long)]
        origin: Option<String>,
    },
    /// Run the relay until it is told to end (SIGTERM, SIGINT).
    Serve,
    /// Read configuration, keys, storage and register, and say what is wrong.
    Check,
    /// Put an organisation file in force while the relay is not running.
    Import {
        /// The file that `vault keys publish` wrote.
        organisation: PathBuf,
    },
}

fn main() -> ExitCode {
    // The relay's keys open nothing, and still let whoever has them pose as it.
    if !vault_relay::memory::close() {
        eprintln!("vault-relay: the system does not keep other processes of this user from reading memory");
    }
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Init { folder, name, listen, addresses, origin } => {
            init(&folder, NewRelay { name, listen, addresses, origin })
        }
        Command::Serve => serve(&arguments.config),
        Command::Check => check(&arguments.config),
        Command::Import { organisation } => import(&arguments.config, &organisation),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vault-relay: {error}");
            let mut source = error.source();
            while let Some(inner) = source {
                eprintln!("  because: {inner}");
                source = inner.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn init(folder: &std::path::Path, relay: NewRelay) -> Result<(), Box<dyn Error>> {
    let (config, card) = server::init(folder, relay, &SystemClock, &mut UnwrapErr(getrandom::SysRng))?;
    println!("made relay {} in {}", config.name, folder.display());
    // What key officers see before they sign a root that names this relay.
    println!("read these out to the key officers, who see the same before they sign:");
    println!("  relay key      {}", card.digits());
    println!("  register keys  {}", card.log.digits());
    println!("  notary keys    {}", card.notary.digits());
    println!("next: give {} to the key officers (vault keys init --relay-card)", server::CARD_NAME);
    println!("then: vault-relay import ORGANISATION-FILE, vault-relay serve");
    Ok(())
}

fn serve(path: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let config = Config::load(path)?;
    start_log(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let relay = Relay::start(config).await?;
        for address in relay.addresses() {
            println!("listening on {address}");
        }
        tell_systemd(sd_notify::NotifyState::Ready);
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tell_systemd(sd_notify::NotifyState::Stopping);
        relay.shutdown().await;
        Ok(())
    })
}

fn check(path: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let config = Config::load(path)?;
    let checked = server::check(&config)?;
    println!("relay {}: configuration, keys, storage and register are in order", config.name);
    println!("register: {} leaves", checked.leaves);
    if vault_keys::OPENS_ITEMS {
        println!(
            "build: contains code that opens items; build the relay alone: cargo build --release -p vault-relay"
        );
    } else {
        println!("build: contains no code that opens items");
    }
    match checked.directory {
        Some(number) => println!("directory: {number}"),
        None => println!("directory: none yet; vault-relay import ORGANISATION-FILE"),
    }
    Ok(())
}

fn import(path: &std::path::Path, organisation: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let config = Config::load(path)?;
    if std::fs::metadata(organisation)?.len() > ORGANISATION_MAX {
        return Err("an organisation file is at most 64 MiB long".into());
    }
    let (number, hash) = server::import(&config, &std::fs::read(organisation)?)?;
    println!("directory {number} ({hash}) is in force");
    Ok(())
}

fn start_log(config: &Config) -> Result<(), Box<dyn Error>> {
    let filter = EnvFilter::try_new(&config.log.filter)?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log.form {
        LogForm::Text => log.init(),
        LogForm::Json => log.json().init(),
    }
    Ok(())
}

/// Outside systemd there is nobody to tell, and nothing depends on it.
fn tell_systemd(state: sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "systemd was not told");
    }
}
