//! Re-wrapping many headers after keys were replaced, beside `age` decrypting and encrypting the same texts.
//!
//! Ours, for each header: every rule that a reader asks, two signatures among them; unwrap the file key; check MAC and
//! commitment; wrap for the keys that are new; sign the next access note; close the header; read it again as others
//! will. The payload stays where it is; `age`, which has no re-wrap, must move it.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::num::NonZeroUsize;
use std::process::{Command, Stdio};
use std::time::Instant;

use vault_core::admission::{Arrival, Reader};
use vault_core::item::ItemHeader;
use vault_core::rewrap::Rewrapper;
use vault_core::rewrap::many::Run;
use vault_core::stream::{Progress, Work};
use vault_core::test_world::{SeededRng, World};
use vault_keys::directory::KeyState;
use vault_keys::opening::{Identity, Suite};

use super::Options;
use crate::bench::machine;
use crate::bench::measure::Line;
use crate::project_root;
use crate::recipes::Failure;

/// What the issue asks for on two cores.
const PER_SECOND_GOAL: f64 = 2000.0;
/// The text of each item: short, so that `age` is not charged for bytes that a re-wrap need not move.
const TEXT: &[u8] = b"text";
/// Items that `age` handles in each round: it is slower, and its rate does not depend on how many there are.
const PEER_ITEMS: usize = 500;

pub(super) fn run(options: &Options) -> Result<String, Failure> {
    // Our own code is not optimised while developing: its figures would say nothing.
    if cfg!(debug_assertions) { released(options) } else { here(options) }
}

/// The same half by an xtask that is built as programs are released.
fn released(options: &Options) -> Result<String, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--release", "--quiet", "-p", "vault-tests", "--bin", "xtask", "--"])
        .args(["bench-keys", "--only", "rewrap", "--rounds", &options.rounds.to_string()])
        .args(["--headers", &options.headers.to_string()])
        .current_dir(project_root())
        .stderr(Stdio::inherit())
        .output()?;
    if output.status.success() { Ok(String::from_utf8(output.stdout)?) } else { Err("no figures".into()) }
}

fn here(options: &Options) -> Result<String, Failure> {
    let mut world = World::new();
    let headers = headers(&world, options.headers)?;
    let old: Identity = world.member(1).opening.to_text().parse()?;
    // The stolen laptop of one holder; then all three keys at once, so that nothing of the old header can stay.
    world.replace_opening(3, Suite::Hybrid, KeyState::Stopped, 33);
    let one = Case { name: "one key stopped and replaced", made: 1, world: clone_of(&world) };
    world.replace_opening(1, Suite::Hybrid, KeyState::Stopped, 31);
    world.replace_opening(4, Suite::Hybrid, KeyState::Stopped, 34);
    let all = Case { name: "all three keys replaced", made: 3, world };
    let peer = Peer::find()?;
    let load = machine::load();

    let mut rates = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..options.rounds {
        let [single, pair, few, theirs] = &mut rates;
        single.push(all.rate(&headers, &old, 1)?);
        pair.push(all.rate(&headers, &old, 2)?);
        few.push(one.rate(&headers, &old, 2)?);
        theirs.push(peer.rate()?);
    }
    let [single, pair, few, theirs] = rates.map(median);
    let mut table = String::new();
    writeln!(
        table,
        "{} headers, hybrid, three recipients; {} rounds, medians.\n",
        headers.len(),
        options.rounds
    )?;
    writeln!(table, "| what | threads | per second | of `age` |")?;
    writeln!(table, "|---|---|---|---|")?;
    for (what, threads, rate) in [(all.name, 1, single), (all.name, 2, pair), (one.name, 2, few)] {
        writeln!(table, "| re-wrap, {what} | {threads} | {rate:.0} | {:.1} |", rate / theirs)?;
    }
    writeln!(table, "| {} | 1 | {theirs:.0} | 1.0 |", peer.name())?;
    let verdict = if pair >= PER_SECOND_GOAL { "reached" } else { "**missed**" };
    writeln!(table, "\nGoal: {pair:.0} per second on two threads, at least {PER_SECOND_GOAL} ({verdict}).")?;
    writeln!(
        table,
        "\n{}; load {load} at the start; `cargo xtask bench-keys --only rewrap --headers {}`.",
        machine::describe(),
        headers.len()
    )?;
    Ok(table)
}

/// Items by p1 to p3 and p4.
fn headers(world: &World, count: usize) -> Result<Vec<ItemHeader>, Failure> {
    let draft = world.draft(&[3, 4]);
    (0..count).map(|seed| Ok(world.seal(&draft, TEXT, u64::try_from(seed)?).header)).collect()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What changed since the items were sealed.
struct Case {
    name: &'static str,
    /// Wraps to be made for each item.
    made: usize,
    world: World,
}

impl Case {
    /// Headers re-wrapped per second.
    fn rate(&self, headers: &[ItemHeader], old: &Identity, threads: usize) -> Result<f64, Failure> {
        let (world, shelf, progress) = (&self.world, self.world.shelf(), Progress::new());
        let member = world.member(1);
        let rewrapper = Rewrapper::new(
            member.person,
            &member.signing,
            &[&member.opening, old],
            shelf.in_force.directory(),
        );
        let run = Run {
            published: shelf.published(),
            reader: Reader { arrival: Arrival::Before, ..Reader::default() },
            now: world.now(),
        };
        let work = Work { threads: NonZeroUsize::new(threads).ok_or("no thread")?, progress: &progress };
        let (mut made, mut failure) = (0, None);
        let start = Instant::now();
        rewrapper.next_many(
            headers.iter().cloned(),
            &run,
            &work,
            SeededRng::new,
            |_, outcome| match outcome {
                Ok(Some(next)) if next.rows.added.len() == self.made => made += 1,
                Ok(_) => failure = Some("another number of wraps than the case is about".to_owned()),
                Err(error) => failure = Some(error.to_string()),
            },
        )?;
        let taken = start.elapsed().as_secs_f64();
        match failure {
            Some(failure) => Err(failure.into()),
            None => Ok(f64::from(made) / taken),
        }
    }
}

/// The world again: a case keeps the keys of its day.
fn clone_of(world: &World) -> World {
    let mut again = World::new();
    again.replace_opening(3, Suite::Hybrid, KeyState::Stopped, 33);
    debug_assert_eq!(again.directory().hash(), world.directory().hash());
    again
}

/// Debian's `age` where it is installed, a process for each file as an administrator's script would have it; the `age`
/// crate otherwise, in this process. Three X25519 recipients either way, which is less work than three hybrid ones.
enum Peer {
    Program { folder: tempfile::TempDir, version: String },
    Crate(Box<CratePeer>),
}

struct CratePeer {
    identity: age::x25519::Identity,
    recipients: Vec<age::x25519::Recipient>,
    sealed: Vec<u8>,
}

impl Peer {
    fn find() -> Result<Self, Failure> {
        if let Ok(version) = Line::new("age").with(["--version"]).output() {
            let folder = tempfile::tempdir()?;
            let at = |name: &str| folder.path().join(name);
            let mut recipients = String::new();
            for number in 1..=3 {
                let key = at(&format!("key.{number}"));
                Line::new("age-keygen").with(["-o"]).with([&key]).output()?;
                recipients += &Line::new("age-keygen").with(["-y"]).with([&key]).output()?;
            }
            std::fs::write(at("recipients"), recipients)?;
            std::fs::write(at("plain"), TEXT)?;
            Line::new("age")
                .with(["-R"])
                .with([at("recipients")])
                .with(["-o"])
                .with([at("sealed"), at("plain")])
                .output()?;
            return Ok(Self::Program { folder, version: version.trim().to_owned() });
        }
        let identities: Vec<_> = (0..3).map(|_| age::x25519::Identity::generate()).collect();
        let recipients = identities.iter().map(age::x25519::Identity::to_public).collect();
        let identity = identities.into_iter().next().ok_or("no identity")?;
        let mut peer = CratePeer { identity, recipients, sealed: Vec::new() };
        peer.sealed = peer.encrypt(TEXT)?;
        Ok(Self::Crate(Box::new(peer)))
    }

    fn name(&self) -> String {
        match self {
            Self::Program { version, .. } => format!("`age` {version}, decrypt and encrypt, a process each"),
            Self::Crate(_) => "`age` (the Rust crate, in one process), decrypt and encrypt".to_owned(),
        }
    }

    /// Items decrypted and encrypted again per second, one after the other.
    fn rate(&self) -> Result<f64, Failure> {
        let start = Instant::now();
        for _ in 0..PEER_ITEMS {
            match self {
                Self::Program { folder, .. } => {
                    let at = |name: &str| folder.path().join(name);
                    let [plain, again] = [at("plain.again"), at("sealed.again")];
                    Line::new("age")
                        .with(["-d", "-i"])
                        .with([at("key.1")])
                        .with(["-o"])
                        .with([&plain, &at("sealed")])
                        .output()?;
                    Line::new("age")
                        .with(["-R"])
                        .with([at("recipients")])
                        .with(["-o"])
                        .with([&again, &plain])
                        .output()?;
                }
                Self::Crate(peer) => {
                    let plain = peer.decrypt()?;
                    if plain != TEXT || peer.encrypt(&plain)?.is_empty() {
                        return Err("age gave another text".into());
                    }
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        Ok(PEER_ITEMS as f64 / start.elapsed().as_secs_f64())
    }
}

impl CratePeer {
    fn encrypt(&self, plain: &[u8]) -> Result<Vec<u8>, Failure> {
        let recipients = self.recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
        let mut sealed = Vec::new();
        let mut writer = age::Encryptor::with_recipients(recipients)?.wrap_output(&mut sealed)?;
        writer.write_all(plain)?;
        writer.finish()?;
        Ok(sealed)
    }

    fn decrypt(&self) -> Result<Vec<u8>, Failure> {
        let mut plain = Vec::new();
        let identity = std::iter::once(&self.identity as &dyn age::Identity);
        age::Decryptor::new(&self.sealed[..])?.decrypt(identity)?.read_to_end(&mut plain)?;
        Ok(plain)
    }
}
