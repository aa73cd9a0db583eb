//! `cargo xtask bench-seal`: sealing and opening a file in memory, beside `age` and `cp`.
//!
//! Every program runs as a process of its own, in turn, in each of the rounds; the figures are medians. Ours seals
//! hybrid for two recipients and the sender, with keys unlocked, signs the label and checks every rule; `age` seals
//! for three X25519 recipients.
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::files::{Files, remove, same};
use super::measure::{Line, Runs};
use super::office::Office;
use super::{machine, programs, report};
use crate::recipes::Failure;

/// What the issue asks for: at most this share of `age`'s wall time.
const RATIO_GOAL: f64 = 0.65;
/// And at most this much memory, in MiB, whatever the size.
const PEAK_GOAL_MIB: u64 = 64;
/// And at most this long for `vault inspect` of a small item, in seconds.
const INSPECT_GOAL: f64 = 0.020;

/// Runs the bench. Options: `--mib N` (1024), `--rounds N` (5), `--dir DIR` (/dev/shm), `--big-mib N` (4096; 0 leaves
/// the large file out), `--write` (puts the table into docs/performance.md).
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    let [vault, relay] = programs::build()?;
    let folder = tempfile::Builder::new().prefix("bench-seal-").tempdir_in(&options.dir)?;
    let files = Files::new(folder.path());
    let office = Office::found(folder.path(), &vault, &relay)?;
    let outcome = measure(&options, &files, &office);
    // The keyring is cleaned whatever came out.
    office.close()?;
    let table = outcome?;
    println!("{table}");
    if options.write {
        report::write("bench-seal", &table)?;
    }
    Ok(())
}

struct Options {
    mib: u64,
    big_mib: u64,
    rounds: u32,
    dir: PathBuf,
    write: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options =
            Self { mib: 1024, big_mib: 4096, rounds: 5, dir: PathBuf::from("/dev/shm"), write: false };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} takes a value"));
            match name.as_str() {
                "--mib" => options.mib = value()?.parse()?,
                "--big-mib" => options.big_mib = value()?.parse()?,
                "--rounds" => options.rounds = value()?.parse()?,
                "--dir" => options.dir = value()?.into(),
                "--write" => options.write = true,
                other => return Err(format!("there is no option `{other}`").into()),
            }
        }
        Ok(options)
    }
}

struct Contender {
    name: &'static str,
    line: Line,
    output: PathBuf,
    runs: Runs,
}

fn measure(options: &Options, files: &Files, office: &Office) -> Result<String, Failure> {
    let note = files.at("time");
    let plain = files.random("plain", options.mib)?;
    let age = Age::new(files)?;
    let (sealed_by_age, sealed_by_us) = (files.at("plain.age"), files.at("plain.vault"));
    age.seal(&plain, &sealed_by_age).output()?;
    office.seal(&plain, &sealed_by_us).output()?;

    let output = files.at("output");
    let contender = |name, line| Contender { name, line, output: output.clone(), runs: Runs::default() };
    let mut contenders = [
        contender("`cp`", Line::new("cp").with([&plain, &output])),
        contender("`age`, seal", age.seal(&plain, &output)),
        contender("`vault seal`", office.seal(&plain, &output)),
        contender("`age`, open", age.open(&sealed_by_age, &output)),
        contender("`vault open`", office.open(&sealed_by_us, &output)),
    ];
    let load = machine::load();
    for round in 1..=options.rounds {
        for contender in &mut contenders {
            remove(&contender.output)?;
            contender.runs.add(contender.line.measure(&note)?);
        }
        if round == 1 && !same(&plain, &output)? {
            return Err("what was opened is not what was sealed".into());
        }
    }
    for file in [&output, &sealed_by_age, &sealed_by_us, &plain] {
        remove(file)?;
    }

    let mut table = String::new();
    let [_, age_seal, vault_seal, age_open, vault_open] = &contenders;
    writeln!(table, "{} MiB, {} rounds, median wall time of each.\n", options.mib, options.rounds)?;
    writeln!(table, "| program | median | shortest to longest | of `age` | peak memory |")?;
    writeln!(table, "|---|---|---|---|---|")?;
    for contender in &contenders {
        let runs = &contender.runs;
        let peer = if contender.name.contains("open") { age_open } else { age_seal };
        writeln!(
            table,
            "| {} | {:.2} s | {:.2}–{:.2} s | {:.2} | {} MiB |",
            contender.name,
            runs.median(),
            runs.shortest(),
            runs.longest(),
            runs.median() / peer.runs.median(),
            runs.peak_mib(),
        )?;
    }
    let mut goals = vec![
        goal("seal", "of `age`", vault_seal.runs.median() / age_seal.runs.median(), RATIO_GOAL),
        goal("open", "of `age`", vault_open.runs.median() / age_open.runs.median(), RATIO_GOAL),
    ];
    if options.big_mib > 0 {
        let peak_mib = big(options, files, office, &note)?;
        writeln!(table, "\n{} MiB: peak memory of `vault` {peak_mib} MiB.", options.big_mib)?;
        let highest = peak_mib.max(vault_seal.runs.peak_mib()).max(vault_open.runs.peak_mib());
        #[expect(clippy::cast_precision_loss, reason = "a few MiB")]
        goals.push(goal("memory", "MiB", highest as f64, PEAK_GOAL_MIB as f64));
    }
    let inspect = inspect(files, office, &note)?;
    writeln!(
        table,
        "\n`vault inspect` of an item of 1 KiB, as a whole process, median of 21: {:.1} ms.",
        inspect * 1e3
    )?;
    goals.push(goal("inspect", "s", inspect, INSPECT_GOAL));
    writeln!(table, "\nGoals: {}.", goals.join("; "))?;
    writeln!(
        table,
        "\n{}; {}; load {load} at the start; `{}`.",
        machine::describe(),
        versions()?,
        options.command()
    )?;
    Ok(table)
}

impl Options {
    fn command(&self) -> String {
        format!("cargo xtask bench-seal --mib {} --rounds {}", self.mib, self.rounds)
    }
}

fn goal(what: &str, unit: &str, found: f64, most: f64) -> String {
    let verdict = if found <= most { "reached" } else { "**missed**" };
    format!("{what} {found:.3} {unit}, at most {most} ({verdict})")
}

/// Seals and opens a large file once, and returns the higher peak of memory in MiB. The file is one hole: reading it
/// costs no memory, and how much memory sealing takes does not depend on what is sealed.
fn big(options: &Options, files: &Files, office: &Office, note: &Path) -> Result<u64, Failure> {
    let (plain, sealed, opened) = (files.at("big"), files.at("big.vault"), files.at("big.opened"));
    File::create(&plain)?.set_len(options.big_mib << 20)?;
    let mut runs = Runs::default();
    runs.add(office.seal(&plain, &sealed).measure(note)?);
    runs.add(office.open(&sealed, &opened).measure(note)?);
    if fs::metadata(&opened)?.len() != options.big_mib << 20 {
        return Err("what was opened is not as long as what was sealed".into());
    }
    for file in [&plain, &sealed, &opened] {
        remove(file)?;
    }
    Ok(runs.peak_mib())
}

/// The median wall time of `vault inspect`, in seconds.
fn inspect(files: &Files, office: &Office, note: &Path) -> Result<f64, Failure> {
    let (plain, sealed) = (files.at("small"), files.at("small.vault"));
    fs::write(&plain, [0x61; 1024])?;
    office.seal(&plain, &sealed).output()?;
    let mut runs = Runs::default();
    for _ in 0..21 {
        runs.add(office.inspect(&sealed).measure(note)?);
    }
    Ok(runs.median())
}

/// Debian's `age` with three recipients.
struct Age {
    identity: PathBuf,
    recipients: PathBuf,
}

impl Age {
    fn new(files: &Files) -> Result<Self, Failure> {
        let age = Self { identity: files.at("age.key"), recipients: files.at("age.recipients") };
        let mut recipients = String::new();
        for identity in [files.at("age.key.1"), files.at("age.key.2"), age.identity.clone()] {
            Line::new("age-keygen").with(["-o"]).with([&identity]).output()?;
            recipients += &Line::new("age-keygen").with(["-y"]).with([&identity]).output()?;
        }
        fs::write(&age.recipients, recipients)?;
        Ok(age)
    }

    fn seal(&self, input: &Path, output: &Path) -> Line {
        Line::new("age").with(["-R"]).with([&self.recipients]).with(["-o"]).with([output, input])
    }

    fn open(&self, input: &Path, output: &Path) -> Line {
        Line::new("age").with(["-d", "-i"]).with([&self.identity]).with(["-o"]).with([output, input])
    }
}

fn versions() -> Result<String, Failure> {
    let age = Line::new("age").with(["--version"]).output()?;
    let rustc = Line::new("rustc").with(["--version"]).output()?;
    Ok(format!("age {}, vault {}, {}", age.trim(), env!("CARGO_PKG_VERSION"), rustc.trim()))
}
