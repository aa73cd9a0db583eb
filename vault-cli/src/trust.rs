//! What this home believes: the pinned organisation and the highest versions it has seen, kept apart
//! from the cached files and written before those are replaced. Design section 6; docs/directory.md,
//! "Highest versions".
//!
//! ```text
//! seen.json                  vault-seen/1: root, directory, stop list, freshness, latest time
//! stops.json                 where stop lists stand in the register, once that was proven
//! checkpoint.txt             the newest checkpoint of the register
//! organisation/next.json     what is being taken into use; it counts from when seen.json names it
//! organisation/current.json  the cache: the organisation as it is used
//! organisation/7.json        the same when directory 7 was the newest: labels are judged by what they name
//! contradiction/             signed texts that cannot both be: evidence
//! ```

mod contradictions;
mod faults;
mod known;

use serde::{Deserialize, Serialize};
use vault_core::policy::Policy;
use vault_keys::digest::OrgId;
use vault_keys::directory::{
    Directory, Fresh, From, Future, ORGANISATION_MAX, Organisation, OrganisationError, Part, Place, Seen,
    SeenError, Stop, StopAct, StopSuccessionError, SuccessionError, Woven, lost_acts, weave,
};
use vault_keys::note::Signed;
use vault_relay::client::ClientError;

use crate::clock;
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::msg;
use crate::people::{self, Listed};
use crate::ui::Ui;

use contradictions::{Side, Subject};

pub use contradictions::{keep_checkpoints, kept as contradictions};
pub use faults::{stops_failure, succession_failure, warning_words};
pub use known::Known;

const SEEN_FILE: &str = "seen.json";
const STOPS_FILE: &str = "stops.json";
/// A file of its own, as commands that only look write it too.
const CHECKPOINT_FILE: &str = "checkpoint.txt";
const FOLDER: &str = "organisation";
const CURRENT: &str = "organisation/current.json";
/// Beside the cache until the pins name it. An officer's new text lies nowhere else then: made anew it would be a fork.
const NEXT: &str = "organisation/next.json";

/// Whether this home belongs to an organisation.
#[must_use]
pub fn is_pinned(home: &Home) -> bool {
    home.has(SEEN_FILE)
}

/// The organisation this home belongs to.
///
/// # Errors
/// It has joined none, or the file is damaged.
pub fn pinned(home: &Home) -> Outcome<OrgId> {
    seen(home).map(|seen| seen.org)
}

fn seen(home: &Home) -> Outcome<Seen> {
    if !home.has(SEEN_FILE) {
        return Err(Failure::failed(msg!("org-none")).hint(msg!("identity-none-next")));
    }
    home.read_json(SEEN_FILE)
}

/// The newest checkpoint of the register that was seen, a signed note.
#[must_use]
pub fn last_checkpoint(home: &Home) -> Option<Vec<u8>> {
    home.read(CHECKPOINT_FILE).ok()
}

/// Remembers a newer checkpoint.
///
/// # Errors
/// The disk refuses.
pub fn remember_checkpoint(home: &Home, checkpoint: &[u8]) -> Outcome {
    if last_checkpoint(home).as_deref() == Some(checkpoint) {
        return Ok(());
    }
    home.write(CHECKPOINT_FILE, checkpoint)
}

/// Reads and verifies an organisation file.
///
/// # Errors
/// It is malformed, of another organisation than the pinned one, or its signatures do not hold.
pub fn parse(bytes: &[u8], pinned: Option<OrgId>) -> Outcome<Organisation> {
    Organisation::parse(bytes, pinned).map_err(|error| faults::organisation(&error))
}

/// Pins an organisation in a home that has none; in its own home this is [`accept`].
///
/// # Errors
/// The home belongs to another one, or the disk refuses.
pub fn pin(home: &Home, organisation: &Organisation) -> Outcome {
    if is_pinned(home) {
        if pinned(home)? != organisation.org() {
            return Err(Failure::failed(msg!("org-other")).hint(msg!("org-other-next")));
        }
        return accept(home, organisation, From::File).map(drop);
    }
    // A freshness note dated ahead is dropped, as in `accept`; whoever joins has nothing yet that it could take.
    let (organisation, _) = organisation.clone().without_note_ahead(clock::now());
    let in_force = organisation.in_force();
    in_force.check_not_future(clock::now()).map_err(|error| faults::seen(&SeenError::Future(error)))?;
    store(home, &Seen::first(in_force), &organisation)
}

/// What came of an organisation that arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Whether root, directory or stop lists were newer.
    pub newer: bool,
    /// A freshness note that was dropped: it is dated ahead of this machine's clock.
    pub ahead: Option<Future>,
    /// What stop lists took that another of their number has displaced: the next directory lifts it, or has.
    pub lost: Vec<StopAct>,
}

impl Taken {
    /// Warns of what was dropped; true if anything was newer.
    pub fn told(&self, ui: &Ui) -> bool {
        if let Some(ahead) = &self.ahead {
            ui.warn(&faults::ahead_words(ahead));
        }
        self.newer
    }
}

/// Takes what is newer in an organisation into use.
///
/// What is in hand and not in the file stays: a file may know less of stop lists and freshness than this home. A
/// freshness note dated ahead is dropped, and keeps nothing else back. Of two stop lists under one number both take
/// away; both are kept as evidence.
///
/// # Errors
/// It is older than what was seen, or its policy is, contradicts it, does not follow it, is dated ahead, or cannot be stored.
pub fn accept(home: &Home, organisation: &Organisation, from: From) -> Outcome<Taken> {
    settle(home)?;
    let (organisation, ahead) = organisation.clone().without_note_ahead(clock::now());
    let organisation = &organisation;
    let seen = seen(home)?;
    let known = cached(home, &seen)?;
    if let Err(fault) = seen.check_held(&known) {
        // Somebody may have put other signed texts into the cache. What arrives replaces them; they are kept first.
        Fault::Seen(fault).keep(home, &known, organisation)?;
    }
    let merged = merge(&known, organisation, from).and_then(|(merged, fork)| {
        seen.advance(&merged, clock::now()).map(|next| (next, merged, fork)).map_err(Fault::Seen)
    });
    let (next, merged, fork) = match merged {
        Ok(fits) => fits,
        Err(fault) => {
            fault.keep(home, &known, organisation)?;
            return Err(fault.failure());
        }
    };
    Policy::check_follows(&policy(&merged)?, &policy(&known)?)
        .map_err(|error| faults::policy_lower(&error))?;
    if let Some(number) = fork {
        Fault::Stops(StopSuccessionError::Fork { number }).keep(home, &known, organisation)?;
    }
    let newer = !same_rights(&known, &merged);
    if newer || fresh_hash(&known) != fresh_hash(&merged) || next != seen {
        store(home, &next, &merged)?;
    }
    Ok(Taken { newer, ahead, lost: lost_acts(known.in_force(), merged.in_force()) })
}

/// Why an organisation is not taken.
enum Fault {
    Seen(SeenError),
    Stops(StopSuccessionError),
    Parts(OrganisationError),
}

impl Fault {
    /// What contradicts what; `None` where nothing does.
    fn subject(&self) -> Option<Subject> {
        use vault_keys::directory::InForceError;
        let (part, number) = match self {
            Self::Seen(SeenError::Fork { part, number }) => (*part, *number),
            Self::Seen(SeenError::FreshFork { made }) => {
                (Part::Fresh, u64::try_from(made.unix()).unwrap_or_default())
            }
            Self::Stops(error) => (Part::Stop, stops_subject(error)?),
            Self::Parts(OrganisationError::InForce(InForceError::Fork { part, number })) => {
                (*part, u64::from(*number))
            }
            _ => return None,
        };
        Some(Subject { part, number })
    }

    /// Keeps both sides of a contradiction, for the key officers.
    fn keep(&self, home: &Home, known: &Organisation, arriving: &Organisation) -> Outcome {
        let Some(subject) = self.subject() else { return Ok(()) };
        let sides = [known, arriving].map(|one| Side::File(self.evidence(one)));
        contradictions::keep(home, subject, sides)
    }

    /// The file that is kept. Where freshness is not in question its note stays out: the same contradiction makes the
    /// same file next hour.
    fn evidence(&self, organisation: &Organisation) -> Vec<u8> {
        let of_officers = match self {
            Self::Seen(SeenError::Fork { part, .. }) => *part < Part::Fresh,
            Self::Stops(_) => true,
            Self::Seen(_) | Self::Parts(_) => false,
        };
        let stops = || organisation.in_force().stops().to_vec();
        let plain = of_officers.then(|| organisation.with(stops(), None).ok()).flatten();
        plain.as_ref().unwrap_or(organisation).encode()
    }

    fn failure(&self) -> Failure {
        match self {
            Self::Seen(error) => faults::seen(error),
            Self::Stops(error) => stops_failure(error),
            Self::Parts(error) => faults::organisation(error),
        }
    }
}

/// What arrives, with the stop lists and the freshness note that only this home has; and the number from which on stop
/// lists contradict each other.
fn merge(
    known: &Organisation,
    arriving: &Organisation,
    from: From,
) -> Result<(Organisation, Option<u32>), Fault> {
    let (mine, theirs) = (known.in_force(), arriving.in_force());
    let Woven { chain, beside, fork } = weave(mine, theirs, from).map_err(Fault::Stops)?;
    let of_root = |fresh: &&Fresh| fresh.value().root.hash == arriving.root().hash();
    let notes = theirs.fresh().into_iter().chain(mine.fresh().filter(of_root));
    let fresh = notes.cloned().reduce(Fresh::newer);
    let merged = arriving.with(chain, fresh).map_err(Fault::Parts)?;
    Ok((merged.with_beside(beside), fork))
}

/// The number of the stop list that contradicts another; `None` where none does.
fn stops_subject(error: &StopSuccessionError) -> Option<u64> {
    match error {
        StopSuccessionError::Fork { number } | StopSuccessionError::Grants { found: number, .. } => {
            Some(u64::from(*number))
        }
        _ => None,
    }
}

/// Keeps a note that the relay showed and that contradicts what is in hand, beside what is in hand.
///
/// # Errors
/// The disk refuses.
pub fn keep_shown(home: &Home, shown: Vec<u8>, error: &ClientError) -> Outcome {
    let (part, number) = match error {
        ClientError::Succession(SuccessionError::Fork { number }) => (Part::Directory, u64::from(*number)),
        ClientError::Stops(error) => match stops_subject(error) {
            Some(number) => (Part::Stop, number),
            None => return Ok(()),
        },
        _ => return Ok(()),
    };
    let known = cached(home, &seen(home)?)?;
    let had = known.with(known.in_force().stops().to_vec(), None).unwrap_or(known);
    contradictions::keep(home, Subject { part, number }, [Side::File(had.encode()), Side::Note(shown)])
}

/// Whether both say the same of who may do what.
fn same_rights(one: &Organisation, other: &Organisation) -> bool {
    let (mine, theirs) = (one.in_force(), other.in_force());
    one.root().hash() == other.root().hash()
        && mine.signed_directory().hash() == theirs.signed_directory().hash()
        && mine.stops().iter().map(Stop::hash).eq(theirs.stops().iter().map(Stop::hash))
        && mine.beside().iter().map(Stop::hash).eq(theirs.beside().iter().map(Stop::hash))
}

fn fresh_hash(organisation: &Organisation) -> Option<vault_keys::directory::FreshHash> {
    organisation.in_force().fresh().map(Fresh::hash)
}

fn store(home: &Home, seen: &Seen, organisation: &Organisation) -> Outcome {
    home.folder(FOLDER)?;
    home.write(NEXT, &organisation.encode())?;
    // The pins before the cache, so that nothing older can be put back unnoticed; after the text, so that they name
    // nothing that is not there. This one write decides: before it the old organisation is in use, after it the new one.
    home.write_json(SEEN_FILE, seen)?;
    move_in(home, organisation)
}

/// Goes on where taking an organisation into use was cut off. The caller holds the home's lock.
///
/// # Errors
/// The disk refuses.
pub fn settle(home: &Home) -> Outcome {
    if !home.has(NEXT) || !is_pinned(home) {
        return Ok(());
    }
    match next(home, &seen(home)?) {
        Some(next) => move_in(home, &next),
        // Cut off before the pins named it: it was never in use.
        None => home.remove(NEXT),
    }
}

/// Puts what the pins name in its places.
fn move_in(home: &Home, next: &Organisation) -> Outcome {
    home.write(&numbered(next.directory().number()), &next.encode())?;
    home.rename(NEXT, CURRENT)
}

/// What waits to take the cache's place, if the pins name it.
fn next(home: &Home, seen: &Seen) -> Option<Organisation> {
    let bytes = crate::home::read_limited(&home.path(NEXT), ORGANISATION_MAX as u64).ok()?;
    parse(&bytes, Some(seen.org)).ok().filter(|next| seen.names(next))
}

/// The organisation in use. Whoever only looks does not hold the home's lock, and finishes nothing.
fn cached(home: &Home, seen: &Seen) -> Outcome<Organisation> {
    if let Some(next) = next(home, seen) {
        return Ok(next);
    }
    let bytes = crate::home::read_limited(&home.path(CURRENT), ORGANISATION_MAX as u64)?;
    parse(&bytes, Some(seen.org))
}

fn numbered(number: u32) -> String {
    format!("{FOLDER}/{number}.json")
}

/// A stop list's proven place.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StopPlace {
    stop: u32,
    origin: String,
    index: u64,
}

/// Remembers where stop lists stand in the register.
///
/// # Errors
/// The disk refuses.
pub fn remember_stops(home: &Home, places: &[(u32, Place)]) -> Outcome {
    if places.is_empty() {
        return Ok(());
    }
    let mut known: Vec<StopPlace> =
        if home.has(STOPS_FILE) { home.read_json(STOPS_FILE)? } else { Vec::new() };
    for (stop, place) in places {
        known.retain(|known| known.stop != *stop);
        known.push(StopPlace { stop: *stop, origin: place.origin.to_string(), index: place.index });
    }
    known.sort_by_key(|known| known.stop);
    home.write_json(STOPS_FILE, &known)
}

/// The organisation in force, verified anew from the cached file.
///
/// # Errors
/// Nothing was joined, or the cached file is damaged.
pub fn load(home: &Home) -> Outcome<Known> {
    let seen = seen(home)?;
    let organisation = cached(home, &seen)?;
    let places: Vec<StopPlace> = if home.has(STOPS_FILE) { home.read_json(STOPS_FILE)? } else { Vec::new() };
    let mut in_force = organisation.in_force().clone().with_seen(&seen);
    for place in places {
        let log = place.origin.parse().map_err(|error| home.damaged(STOPS_FILE).because(&error))?;
        in_force = in_force.with_stop_leaf(place.stop, organisation.root().place(&log, place.index));
    }
    Ok(Known { organisation, in_force, seen, home: home.clone() })
}

/// The policy of an organisation, whose signatures were verified when it was read.
///
/// # Errors
/// It is none that this program reads.
pub fn policy(organisation: &Organisation) -> Outcome<Signed<Policy>> {
    Signed::from_note(organisation.policy().clone(), organisation.org())
        .map_err(|error| Failure::failed(msg!("org-broken")).because(&error))
}

/// Everybody and every unit of a directory.
#[must_use]
pub fn everyone(directory: &Directory) -> Vec<Listed> {
    people::everyone(directory.persons(), directory.units())
}
