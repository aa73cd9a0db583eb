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
use vault_core::disk::durable::{RealDisk, replace};
use vault_relay::server::{self, Clock as _, Config, LogForm, NewRelay, Relay, SystemClock};

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
    /// Say how the running relay is.
    Status {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Have the running relay read everything it has, and say what is damaged.
    Scrub {
        /// MiB to read in a second at most: staff are served meanwhile.
        #[arg(long, default_value_t = 64)]
        mib_per_second: u64,
    },
    /// Write a backup into a new folder, of a relay that runs or lies still.
    Backup {
        /// The folder; must not be there yet.
        to: PathBuf,
    },
    /// Make a backup the data of this relay, whose data folder must not be there.
    Restore {
        /// The folder that `vault-relay backup` wrote.
        from: PathBuf,
        /// The backup is older than what was signed: end the log, and go on under the new `origin` of the configuration.
        #[arg(long)]
        restart: bool,
    },
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
        Command::Status { json } => status(&arguments.config, json),
        Command::Scrub { mib_per_second } => scrub(&arguments.config, mib_per_second),
        Command::Backup { to } => backup(&arguments.config, &to),
        Command::Restore { from, restart: false } => restore(&arguments.config, &from),
        Command::Restore { from, restart: true } => restart(&arguments.config, &from),
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
        let mut hangup = signal(SignalKind::hangup())?;
        let relay = Relay::start(config).await?;
        for address in relay.addresses() {
            println!("listening on {address}");
        }
        tell_systemd(sd_notify::NotifyState::Ready);
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = hangup.recv() => reload(&relay, path),
            }
        }
        tell_systemd(sd_notify::NotifyState::Stopping);
        relay.shutdown().await;
        Ok(())
    })
}

/// What cannot be taken is said and changes nothing.
fn reload(relay: &Relay, path: &std::path::Path) {
    let taken = Config::load(path).and_then(|config| relay.reload(&config));
    if let Err(error) = taken {
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        tracing::error!(%error, source, "the changed configuration is not taken; everything stays as it was");
    }
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

fn status(path: &std::path::Path, json: bool) -> Result<(), Box<dyn Error>> {
    let config = Config::load(path)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let status = runtime.block_on(server::ask_status(&config))?;
    if json {
        println!("{}", serde_json::to_string_pretty(&status)?);
        return Ok(());
    }
    let totals = &status.totals;
    let mib = |bytes: u64| format!("{} MiB", bytes >> 20);
    println!("relay {}, version {}, running since {}", status.relay, status.version, status.started);
    match status.directory {
        Some(number) => println!("directory    {number}"),
        None => println!("directory    none yet: vault-relay import ORGANISATION-FILE"),
    }
    println!(
        "register     {} leaves, {} published, last at {}",
        totals.leaves, status.published, status.checkpoint
    );
    println!(
        "connections  {}, {} watching, {} downloads",
        status.connections, status.watches, status.fetches
    );
    println!("items        {}, {} wait for decision", totals.items, totals.proposed);
    println!(
        "waiting      {} copies, {} contents, {}",
        totals.waiting,
        totals.payloads,
        mib(totals.payload_bytes)
    );
    println!("uploads      {} unfinished, {} to be removed", totals.uploads, totals.removals);
    println!("disk         {} free", mib(status.free_bytes));
    println!("moved        {} in, {} out since the start", mib(status.bytes_in), mib(status.bytes_out));
    if totals.damaged > 0 {
        println!("DAMAGED      {} parts on this disk: see docs/guide-operators.md", totals.damaged);
    }
    let refused = status.requests.iter().filter(|(_, outcome, _)| outcome != "done");
    for (verb, outcome, count) in refused {
        println!("not done     {count} x {verb}: {outcome}");
    }
    Ok(())
}

fn scrub(path: &std::path::Path, mib_per_second: u64) -> Result<(), Box<dyn Error>> {
    let config = Config::load(path)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(server::ask_scrub(&config, mib_per_second))?;
    println!("read {} parts ({} MiB), {} leaves, the database", done.parts, done.bytes >> 20, done.leaves);
    if done.orphans > 0 {
        println!("removed {} uploads that no record named", done.orphans);
    }
    if done.asked_again > 0 {
        println!("{} parts of unfinished uploads are asked for again", done.asked_again);
    }
    if done.is_clean() {
        println!("everything is as it was stored");
        return Ok(());
    }
    for finding in done.database.iter().chain(&done.register) {
        println!("DAMAGED  {finding}");
    }
    Err(format!(
        "{} parts are damaged; see \"Disk full, disk failing\" in docs/guide-operators.md",
        done.damaged
    )
    .into())
}

fn backup(path: &std::path::Path, to: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let config = Config::load(path)?;
    let to = std::path::absolute(to)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let written = match runtime.block_on(server::ask_backup(&config, &to)) {
        // Nobody holds the data: it is backed up as it lies there.
        Err(server::ConsoleError::NotRunning { .. }) => server::backup(&config, &to)?,
        asked => asked?,
    };
    println!(
        "backed up {} items, {} parts ({} MiB), {} leaves: {}",
        written.items,
        written.parts,
        written.bytes >> 20,
        written.leaves,
        to.display()
    );
    if written.damaged > 0 {
        println!("{} parts are damaged on the relay's disk and are not in it", written.damaged);
    }
    println!("the relay's keys are not in it: keep a copy of {} apart", config.keys.display());
    Ok(())
}

fn restore(path: &std::path::Path, from: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let config = Config::load(path)?;
    let restored = server::restore(&config, from)?;
    println!(
        "restored {} items, {} parts, {} leaves of {}",
        restored.items, restored.parts, restored.leaves, restored.time
    );
    println!("every part, the database and the register were verified");
    println!(
        "what was acknowledged after that time is not in it: before you start this relay, read \"Restoring\" in docs/guide-operators.md"
    );
    Ok(())
}

fn restart(path: &std::path::Path, from: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let config = Config::load(path)?;
    let server::Restarted { manifest, card, signed } = server::restart(&config, from, SystemClock.now())?;
    let file = path.with_file_name(server::CARD_NAME);
    replace(&RealDisk, &file, &card.to_json()?)?;
    println!(
        "restored {} items, {} parts, {} leaves of {}",
        manifest.items, manifest.parts, manifest.leaves, manifest.time
    );
    match signed {
        Some(signed) => println!(
            "the log {} ends: {} of {signed} leaves are left of it",
            manifest.origin, manifest.leaves
        ),
        None => println!("the log {} ends: {} leaves are left of it", manifest.origin, manifest.leaves),
    }
    println!("the log {} goes on from these; read its keys out to the key officers:", config.origin);
    println!("  register keys  {}", card.log.digits());
    println!("next: give {} to the key officers (vault keys officers --relay-card)", file.display());
    println!(
        "then: vault-relay import ORGANISATION-FILE, vault-relay serve; read \"Restoring\" in docs/guide-operators.md"
    );
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
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
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
