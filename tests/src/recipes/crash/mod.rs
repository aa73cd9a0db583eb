//! `cargo xtask crash N [SEED]`: staff send, receive, give back and call back while their programs and the relay are killed at
//! random, until N items were acknowledged; then an oracle reads what everybody kept and was told (docs/reliability.md,
//! "Kills").
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

mod oracle;

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;

use super::Failure;
use crate::office::{Ended, Office, Programs};

/// How often a command is cut off, of a hundred.
const CLIENT_KILLED: u32 = 35;
/// How often the relay is, under a command.
const RELAY_KILLED: u32 = 15;
/// Latest moment of a kill after the command began.
const KILLED_BY_MS: u64 = 400;
/// Parts enough that they go to the relay while they are sealed.
const LARGE: usize = 17 << 20;

/// Two readers; the sender is `wang`.
const READERS: [(&str, &str); 2] = [("li", "李娜"), ("zhang", "张伟")];

/// Runs until so many items were acknowledged, and judges.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let wanted: usize = arguments.first().ok_or("say how many: cargo xtask crash 1000")?.parse()?;
    let seed: u64 = match arguments.get(1) {
        Some(seed) => seed.parse()?,
        None => rand::random(),
    };
    let begun = Instant::now();
    let done = play(Programs::build()?, wanted, seed)?;
    println!("{done}, in {} s, seed {seed}", begun.elapsed().as_secs());
    Ok(())
}

/// Plays, settles what was left under way, and has the oracle judge.
///
/// # Errors
/// What the oracle found, or that something could not be settled.
pub fn play(programs: Programs, wanted: usize, seed: u64) -> Result<String, Failure> {
    let mut day = Day {
        office: Office::new(programs),
        rng: StdRng::seed_from_u64(seed),
        texts: BTreeMap::new(),
        acknowledged: Vec::new(),
        clients: 0,
        relays: 0,
    };
    while day.acknowledged.len() < wanted {
        day.act().map_err(|error| format!("{error} (seed {seed})"))?;
    }
    day.settle().map_err(|error| format!("{error} (seed {seed})"))?;
    let found = oracle::judge(&day.office, &day.texts, &day.acknowledged)
        .map_err(|error| format!("{error} (seed {seed})"))?;
    Ok(format!("{found}; {} clients and {} relays killed", day.clients, day.relays))
}

/// What goes on in the office, and what its people were told.
struct Day {
    office: Office,
    rng: StdRng,
    /// What was sent, by title.
    texts: BTreeMap<String, Vec<u8>>,
    /// Items whose acceptance a program reported before it ended by itself.
    acknowledged: Vec<String>,
    clients: u32,
    relays: u32,
}

impl Day {
    fn act(&mut self) -> Result<(), Failure> {
        match self.rng.random_range(0..100) {
            0..55 => self.send(),
            55..65 => {
                let ended = self.command("wang", &["outbox", "resume"])?;
                self.heard(&ended);
                Ok(())
            }
            65..85 => {
                let (home, _) = self.reader();
                self.command(home, &["receive"]).map(drop)
            }
            85..92 => self.give_back(),
            _ => self.call_back(),
        }
    }

    fn reader(&mut self) -> (&'static str, &'static str) {
        READERS[self.rng.random_range(0..READERS.len())]
    }

    fn send(&mut self) -> Result<(), Failure> {
        let title = format!("件{:05}", self.texts.len());
        let length = if self.rng.random_range(0..100) < 4 { LARGE } else { self.rng.random_range(1..20_000) };
        let mut text = title.clone().into_bytes();
        text.resize(title.len() + length, 0);
        self.rng.fill(&mut text[title.len()..]);
        let file = self.office.file(&format!("{title}.bin"), &text);
        let to = match self.rng.random_range(0..3) {
            0 => "李娜",
            1 => "张伟",
            _ => "李娜,张伟",
        };
        self.texts.insert(title, text);
        let words = ["send", &file, "--to", to, "--mark", "内部", "--term", "2年", "--basis", "清单3"];
        let ended = self.command("wang", &words)?;
        self.heard(&ended);
        Ok(std::fs::remove_file(file)?)
    }

    /// What a program that ended by itself reports as accepted.
    fn heard(&mut self, ended: &Option<Ended>) {
        let Some(ended) = ended.as_ref().filter(|ended| ended.code == 0) else { return };
        let document: Value = serde_json::from_str(&ended.out).unwrap_or_default();
        let one = document["item"].as_str().filter(|_| document["state"] == "accepted");
        let several = document["accepted"].as_array().into_iter().flatten();
        let items = one.into_iter().chain(several.filter_map(|item| item["item"].as_str()));
        self.acknowledged.extend(items.map(str::to_owned));
    }

    fn give_back(&mut self) -> Result<(), Failure> {
        let (home, _) = self.reader();
        let waits = self.office.run(home, &["--json"]);
        let waits: Value = serde_json::from_str(&waits.out).unwrap_or_default();
        let Some(number) = waits["waiting"][0]["number"].as_u64() else { return Ok(()) };
        self.command(home, &["return", &number.to_string(), "--reason", "other"]).map(drop)
    }

    fn call_back(&mut self) -> Result<(), Failure> {
        if self.acknowledged.is_empty() {
            return Ok(());
        }
        // Mostly what was sent just now: of the rest everything was fetched.
        let back = self.rng.random_range(0..self.acknowledged.len().min(5));
        let item = self.acknowledged[self.acknowledged.len() - 1 - back].clone();
        self.command("wang", &["recall", &item]).map(drop)
    }

    /// Runs a command under which somebody may be killed; `None` where it was the command itself.
    fn command(&mut self, home: &str, words: &[&str]) -> Result<Option<Ended>, Failure> {
        let words = [words, &["--json"]].concat();
        let mut command = self.office.command(home, &words);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let fate = self.rng.random_range(0..100);
        let moment = Duration::from_micros(self.rng.random_range(0..KILLED_BY_MS * 1000));
        if fate < CLIENT_KILLED {
            return self.kill(child, moment);
        }
        if fate < CLIENT_KILLED + RELAY_KILLED {
            std::thread::sleep(moment);
            self.office.kill_relay();
            self.relays += 1;
            // As a supervisor does; the command hears from the new one that its connection is gone.
            self.office.open_relay();
            return end_of(child).map(Some);
        }
        end_of(child).map(Some)
    }

    fn kill(&mut self, mut child: Child, moment: Duration) -> Result<Option<Ended>, Failure> {
        std::thread::sleep(moment);
        if child.try_wait()?.is_some() {
            // It was quicker, and what it said counts.
            return end_of(child).map(Some);
        }
        child.kill()?;
        child.wait()?;
        self.clients += 1;
        Ok(None)
    }

    /// Everybody tries again until nothing is left under way.
    fn settle(&mut self) -> Result<(), Failure> {
        for (home, words) in
            [("wang", &["outbox", "resume"][..]), ("li", &["receive"]), ("zhang", &["receive"])]
        {
            let ended = self.office.run(home, &[words, &["--json"]].concat());
            if ended.code != 0 {
                return Err(format!("{home} cannot settle: {}{}", ended.out, ended.err).into());
            }
            self.heard(&Some(ended));
        }
        Ok(())
    }
}

fn end_of(child: Child) -> Result<Ended, Failure> {
    let output = child.wait_with_output()?;
    let code = output.status.code().unwrap_or(-1);
    Ok(Ended { code, out: String::from_utf8(output.stdout)?, err: String::new() })
}
