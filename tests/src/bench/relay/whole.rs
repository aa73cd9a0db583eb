//! One large file from one office to another: sealed, taken durably by the relay, fetched, verified, stored and signed
//! for; beside `scp`, which does neither seal nor keep, and magic-wormhole, which keeps nothing.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::super::files::{Files, remove};
use super::super::measure::{Line, Runs};
use super::super::office::Office;
use super::super::{machine, programs};
use super::Options;
use super::peers::{Ssh, Wormhole};
use crate::recipes::Failure;

/// Sending, and receiving, at most this share of `scp` and a sync.
const SCP_GOAL: f64 = 1.0;
/// Both together at most this share of magic-wormhole.
const WORMHOLE_GOAL: f64 = 1.0;

pub(super) fn run(options: &Options) -> Result<String, Failure> {
    let [vault, relay] = programs::build()?;
    let folder = tempfile::Builder::new().prefix("bench-relay-").tempdir_in(&options.dir)?;
    let office = Office::found(folder.path(), &vault, &relay)?;
    let serving = office.serve()?;
    let outcome = measure(options, folder.path(), &office);
    drop(serving);
    office.close()?;
    outcome
}

fn measure(options: &Options, folder: &Path, office: &Office) -> Result<String, Failure> {
    let files = Files::new(folder);
    let note = files.at("time");
    let plain = files.random("plain", options.mib)?;
    let copied = files.at("copied");
    let ssh = Ssh::start(folder)?;
    let wormhole = Wormhole::start(folder, options.wormhole.as_deref())?;
    let [mut scp, mut send, mut receive, mut passed] = [(); 4].map(|()| Runs::default());
    let filler = filler(&files)?;
    let load = machine::load();
    for _ in 0..options.rounds {
        let settled = || settle(&filler);
        settled()?;
        scp.add(ssh.scp(&plain, &copied).measure(&note)?);
        remove(&copied)?;
        settled()?;
        send.add(office.send(&plain).measure(&note)?);
        settled()?;
        receive.add(office.receive().measure(&note)?);
        empty(&office.inbox(), options.mib)?;
        if let Some(wormhole) = &wormhole {
            settled()?;
            passed.add(wormhole.pass(&plain, &copied).measure(&note)?);
            remove(&copied)?;
        }
    }
    let mut table = String::new();
    writeln!(table, "{} MiB, {} rounds, median wall time of each.\n", options.mib, options.rounds)?;
    writeln!(table, "| program | median | shortest to longest | of `scp` | peak memory |")?;
    writeln!(table, "|---|---|---|---|---|")?;
    let mut line = |name: &str, runs: &Runs| {
        writeln!(
            table,
            "| {name} | {:.2} s | {:.2}–{:.2} s | {:.2} | {} MiB |",
            runs.median(),
            runs.shortest(),
            runs.longest(),
            runs.median() / scp.median(),
            runs.peak_mib(),
        )
    };
    line("`scp`, then `sync`", &scp)?;
    line("`vault send`", &send)?;
    line("`vault receive`", &receive)?;
    if wormhole.is_some() {
        line("magic-wormhole through its transit relay, then `sync`", &passed)?;
    }
    let both = send.median() + receive.median();
    let mut goals = vec![
        goal("send", "of `scp`", send.median() / scp.median(), SCP_GOAL),
        goal("receive", "of `scp`", receive.median() / scp.median(), SCP_GOAL),
    ];
    if wormhole.is_some() {
        goals.push(goal("both", "of magic-wormhole", both / passed.median(), WORMHOLE_GOAL));
    } else {
        writeln!(table, "\nmagic-wormhole is not installed here and was left out.")?;
    }
    writeln!(table, "\nGoals: {}.", goals.join("; "))?;
    writeln!(table, "\n{}; load {load} at the start; `{}`.", machine::describe(), options.command("whole"))?;
    Ok(table)
}

/// What the one before left to be written must not be waited for by the next.
///
/// And all find what a machine has that has been up for a while: no memory that nobody uses, but files in it that were read
/// before. A virtual machine gives what is free back to its host within seconds, and the first write to it afterwards costs ten
/// times as much: whoever writes more, or later, would pay for that and not for what it does.
fn settle(filler: &Path) -> Result<(), Failure> {
    Line::new("sync").output()?;
    let (mut file, mut piece) = (File::open(filler)?, vec![0; 1 << 20]);
    while file.read(&mut piece)? > 0 {}
    Ok(())
}

/// A file as long as memory, of nothing but holes.
fn filler(files: &Files) -> Result<PathBuf, Failure> {
    let path = files.at("filler");
    File::create(&path)?.set_len(machine::memory_kib() << 10)?;
    Ok(path)
}

fn goal(what: &str, unit: &str, found: f64, most: f64) -> String {
    let verdict = if found <= most { "reached" } else { "**missed**" };
    format!("{what} {found:.2} {unit}, at most {most} ({verdict})")
}

/// Looks that the file arrived whole, and takes it away again.
fn empty(inbox: &Path, mib: u64) -> Result<(), Failure> {
    let mut found = 0;
    for entry in fs::read_dir(inbox)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            continue;
        }
        if entry.metadata()?.len() >= mib << 20 {
            found += 1;
        }
        remove(&entry.path())?;
    }
    if found == 1 { Ok(()) } else { Err(format!("{found} items arrived, not one").into()) }
}
