//! `vault doctor`: what is wrong on this machine, each with what to do.

use serde_json::json;
use vault_keys::directory::{FRESH_SKEW_S, Root};
use vault_keys::keyfile::LockedBy;
use vault_keys::numbers::PersonNo;
use vault_relay::memory::Swap;

use super::join;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{self, Home};
use crate::lang::Msg;
use crate::trust::{self, Known};
use crate::ui::Ui;
use crate::{
    clock, identity, keyring, msg, officer, own_entry, reading, recovery, renewal, token, weak_units,
};

/// How one check ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    Good,
    Note,
    Wrong,
}

struct Report {
    lines: Vec<(Finding, &'static str, Msg)>,
}

impl Report {
    fn add(&mut self, finding: Finding, name: &'static str, words: Msg) {
        self.lines.push((finding, name, words));
    }

    fn judge(&mut self, good: bool, name: &'static str, yes: Msg, no: Msg) {
        if good { self.add(Finding::Good, name, yes) } else { self.add(Finding::Wrong, name, no) }
    }
}

pub(super) fn run(context: &Context) -> Outcome {
    let ui = &context.ui;
    let mut report = Report { lines: Vec::new() };
    let place = context.place()?;
    match Home::open(&place) {
        Ok(home) => look(ui, &home, &mut report),
        Err(failure) => report.add(Finding::Wrong, "home", failure.message.clone()),
    }
    memory(&mut report);
    let in_memory = reading::private_folder().is_ok();
    report.judge(in_memory, "reading", msg!("doctor-memory"), msg!("read-no-memory"));
    let documents: Vec<_> = report
        .lines
        .iter()
        .map(|(finding, name, words)| {
            let word = match finding {
                Finding::Good => "good",
                Finding::Note => "note",
                Finding::Wrong => "wrong",
            };
            json!({ "check": name, "finding": word, "words": ui.words(words) })
        })
        .collect();
    ui.json(&json!({ "checks": documents }));
    for (finding, _, words) in &report.lines {
        match finding {
            Finding::Good => ui.done(words),
            Finding::Note => ui.aside(&ui.words(words)),
            Finding::Wrong => ui.refused(words),
        }
    }
    if report.lines.iter().any(|(finding, ..)| *finding == Finding::Wrong) {
        return Err(Failure::failed(msg!("doctor-wrong")));
    }
    Ok(())
}

/// What the system does for secrets in memory.
fn memory(report: &mut Report) {
    let guarded = vault_relay::memory::guard();
    report.judge(guarded.dumps, "dumps", msg!("doctor-no-dumps"), msg!("doctor-dumps"));
    let swap = std::fs::read_to_string("/proc/swaps").is_ok_and(|swaps| swaps.lines().count() > 1);
    match (guarded.swap, swap) {
        (Swap::Locked, _) => report.add(Finding::Good, "swap", msg!("doctor-swap-locked")),
        (_, false) => report.add(Finding::Good, "swap", msg!("doctor-swap-none")),
        // Encrypted swap cannot be told from plain: a person has to know.
        (_, true) => report.add(Finding::Note, "swap", msg!("doctor-swap-on")),
    }
    let keyring = if keyring::works() { msg!("doctor-keyring") } else { msg!("doctor-no-keyring") };
    report.add(Finding::Note, "keyring", keyring);
}

/// The plugins that a key file locked by tokens needs.
fn tokens(home: &Home, report: &mut Report) {
    let tokens = match identity::locked_by(home) {
        Ok(LockedBy::Passphrase) => return,
        Ok(LockedBy::Token) => token::load(home),
        Err(failure) => Err(failure),
    };
    let found = match &tokens {
        Ok(tokens) => tokens.as_slice().iter().try_for_each(|token| {
            let path = token::program(token.identity.name())?.display().to_string();
            report.add(Finding::Good, "token", msg!("doctor-token", path = path));
            Ok(())
        }),
        Err(_) => Ok(()),
    };
    if let Err(failure) = tokens.map(drop).and(found) {
        report.add(Finding::Wrong, "token", failure.message.clone());
    }
}

fn look(ui: &Ui, home: &Home, report: &mut Report) {
    report.add(Finding::Good, "home", msg!("doctor-home", path = home.path("").display().to_string()));
    for name in [
        "identity.age",
        "identity.tokens",
        "station.key",
        "renewal/identity.age",
        "renewal/station.key",
        "officer/officer.age",
    ] {
        if !home.has(name) {
            continue;
        }
        match home::private(&home.path(name)) {
            Ok(()) => report.add(Finding::Good, "private", msg!("doctor-private", name = name)),
            Err(failure) => report.add(Finding::Wrong, "private", failure.message.clone()),
        }
    }
    if identity::exists(home) {
        let open = identity::is_unlocked(home);
        let words = if open { msg!("doctor-unlocked") } else { msg!("doctor-locked") };
        report.add(Finding::Note, "unlocked", words);
        tokens(home, report);
    } else {
        report.add(Finding::Note, "identity", msg!("identity-none"));
    }
    // Not while another command is at work here: it may be the run itself.
    if let Ok(Some(_lock)) = home.lock_if_free() {
        match recovery::wipe(home) {
            Ok(true) => report.add(Finding::Note, "recovery", msg!("doctor-run-wiped")),
            Ok(false) => {}
            Err(failure) => report.add(Finding::Wrong, "recovery", failure.message.clone()),
        }
    }
    for contradiction in trust::contradictions(home) {
        report.add(Finding::Wrong, "contradiction", contradiction);
    }
    let known = match trust::load(home) {
        Ok(known) => known,
        Err(failure) => return report.add(Finding::Wrong, "organisation", failure.message.clone()),
    };
    let root: &Root = known.organisation.root();
    report.add(Finding::Good, "organisation", msg!("doctor-organisation", name = root.name()));
    let (now, directory) = (clock::now(), known.directory());
    report.judge(
        !directory.is_expired(now),
        "directory",
        msg!("doctor-directory", number = directory.number(), day = directory.expires().day().to_string()),
        msg!("directory-expired"),
    );
    // What was signed has been: a clock that shows less is behind. Clocks that differ a little are all right.
    report.judge(
        known.in_force().latest().seconds_since(now) <= FRESH_SKEW_S,
        "clock",
        msg!("doctor-clock", time = clock::local(now)),
        msg!("doctor-clock-behind"),
    );
    match known.may_seal(now) {
        Ok(()) => report.add(Finding::Good, "sealing", msg!("doctor-may-seal")),
        Err(failure) => report.add(Finding::Wrong, "sealing", failure.message.clone()),
    }
    for warning in known.warnings(now) {
        report.add(Finding::Note, "warning", warning);
    }
    if officer::present(home) && known.is_unheard() {
        report.add(Finding::Note, "published", msg!("unheard"));
    }
    for weak in weak_units::of(ui, &known, |_| true) {
        report.add(Finding::Note, "unit", weak);
    }
    if identity::exists(home) {
        own_keys(home, &known, report);
    }
}

/// Whether the directory knows the keys here, what of them still waits, and what of the person's papers runs out.
fn own_keys(home: &Home, known: &Known, report: &mut Report) {
    let waiting = renewal::waiting(home, known.organisation.org());
    match (identity::card(home).and_then(|card| known.me(&card)), join::waiting(home, known)) {
        (Ok(person), _) => {
            report.add(Finding::Good, "enrolled", msg!("synced-me", number = person.to_string()));
            papers(known, person, report);
            entry_fits(home, known, report);
        }
        (Err(_), Some(number)) => {
            report.add(Finding::Note, "enrolled", msg!("doctor-request-waits", number = number));
        }
        (Err(failure), None) => {
            report.add(Finding::Wrong, "enrolled", failure.message.clone());
            // The signing key may be gone from an entry that another key here still finds.
            if own_entry::misfits(home, known).is_ok_and(|misfits| !misfits.is_empty()) {
                entry_fits(home, known, report);
            }
        }
    }
    match waiting {
        Ok(Some(request)) => {
            report.add(Finding::Note, "renewal", msg!("renewal-waits", number = request.fingerprint()));
        }
        Ok(None) => {}
        Err(failure) => report.add(Finding::Wrong, "renewal", failure.message.clone()),
    }
}

/// Whether the directory names the keys here as the person's own, and no others.
fn entry_fits(home: &Home, known: &Known, report: &mut Report) {
    match own_entry::misfits(home, known) {
        Ok(misfits) if misfits.is_empty() => {
            report.add(Finding::Good, "own-keys", msg!("doctor-own-keys"));
        }
        Ok(misfits) => {
            misfits.iter().for_each(|misfit| report.add(Finding::Wrong, "own-keys", misfit.words()));
        }
        Err(failure) => report.add(Finding::Wrong, "own-keys", failure.message.clone()),
    }
}

/// Own papers that have run out, or soon will.
fn papers(known: &Known, person: PersonNo, report: &mut Report) {
    let Some(entry) = known.directory().person(person) else { return };
    let now = clock::now();
    let (today, soon) = (now.day(), now.plus_days(PAPER_WARN_DAYS).day());
    let papers = [
        (entry.vetting, msg!("paper-vetting")),
        (entry.training, msg!("paper-training")),
        (entry.letter, msg!("paper-letter")),
    ];
    for (until, paper) in papers {
        let Some(until) = until.filter(|until| *until < soon) else { continue };
        let day = until.to_string();
        if until < today {
            report.add(Finding::Wrong, "papers", msg!("doctor-paper-over", paper = paper, day = day));
        } else {
            report.add(Finding::Note, "papers", msg!("doctor-paper-soon", paper = paper, day = day));
        }
    }
}

/// How long before its last day a paper is pointed out.
const PAPER_WARN_DAYS: u32 = 30;
