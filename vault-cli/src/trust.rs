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

use serde::{Deserialize, Serialize};
use vault_core::admission::Published;
use vault_core::policy::Policy;
use vault_core::weak_unit::{self, WeakUnit};
use vault_keys::digest::OrgId;
use vault_keys::directory::{
    Directory, Fresh, From, Future, InForce, ORGANISATION_MAX, Organisation, OrganisationError, Part, Place,
    Seen, SeenError, Stop, StopAct, StopSuccessionError, SuccessionError, Woven, lost_acts, weave,
};
use vault_keys::note::Signed;
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;
use vault_relay::client::ClientError;

use crate::clock;
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::identity::PublicCard;
use crate::lang::Msg;
use crate::msg;
use crate::people::{self, Listed};
use crate::ui::Ui;

use contradictions::{Side, Subject};

pub use contradictions::{keep_checkpoints, kept as contradictions};
pub use faults::{stops_failure, succession_failure, warning_words};

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
/// It is older than what was seen, contradicts it, does not follow it, is dated ahead, or cannot be stored.
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

/// The organisation as this home knows it.
#[derive(Debug)]
pub struct Known {
    /// The newest organisation.
    pub organisation: Organisation,
    in_force: InForce,
    seen: Seen,
    home: Home,
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
        let origin = place.origin.parse().map_err(|error| home.damaged(STOPS_FILE).because(&error))?;
        in_force = in_force.with_stop_leaf(place.stop, Place { origin, index: place.index });
    }
    Ok(Known { organisation, in_force, seen, home: home.clone() })
}

impl Known {
    /// Root, directory, stop lists and freshness: what acts are judged by.
    #[must_use]
    pub fn in_force(&self) -> &InForce {
        &self.in_force
    }

    /// The directory in force, with the stop lists applied.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        self.in_force.directory()
    }

    /// The highest stop list whose place in the register is not known here; `None` if all are.
    #[must_use]
    pub fn places_wanted_after(&self) -> Option<u32> {
        let known = |stop: &Stop| self.in_force.stop_leaf(stop.number()).is_some();
        let first = self.in_force.stops().iter().find(|stop| !known(stop))?;
        Some(first.number().saturating_sub(1))
    }

    /// An earlier organisation, as it was seen when it was in force.
    #[must_use]
    pub fn earlier(&self, number: u32) -> Option<Organisation> {
        let path = self.home.path(&numbered(number));
        let bytes = crate::home::read_limited(&path, ORGANISATION_MAX as u64).ok()?;
        parse(&bytes, Some(self.organisation.org())).ok()
    }

    /// What the organisation has published, as far as it is known here: what is in force and, for an item that names an
    /// earlier directory, that one too.
    ///
    /// # Errors
    /// The cached policy cannot be read.
    pub fn published<T>(&self, names: Option<u32>, judge: impl FnOnce(&Published<'_>) -> T) -> Outcome<T> {
        let current = &self.organisation;
        let earlier = names
            .filter(|number| *number < current.directory().number())
            .and_then(|number| self.earlier(number));
        let all = earlier.iter().chain([current]);
        let policies: Vec<Signed<Policy>> = all.map(policy).collect::<Outcome<_>>()?;
        let policies: Vec<&Signed<Policy>> = policies.iter().collect();
        let earlier: Vec<&Directory> = earlier.iter().map(Organisation::directory).collect();
        Ok(judge(&Published { in_force: &self.in_force, earlier: &earlier, policies: &policies }))
    }

    /// Whether the newest freshness note seen knows less than this home: what was published here may not have reached the
    /// relay.
    #[must_use]
    pub fn is_unheard(&self) -> bool {
        let stop = self.in_force.last_stop().map_or(0, |stop| stop.number);
        let heard = self.seen.fresh.as_ref();
        heard.is_some_and(|fresh| fresh.directory < self.directory().number() || fresh.stop < stop)
    }

    /// Refuses to seal where what is in hand is expired, stale, behind what is known to exist, or not what was seen.
    /// Reading is never blocked.
    ///
    /// # Errors
    /// In words, with what to do.
    pub fn may_seal(&self, now: Time) -> Outcome {
        if let Some(fault) = self.not_as_seen() {
            return Err(fault);
        }
        self.seen
            .check_clock(now)
            .and_then(|()| self.in_force.may_seal(now))
            .map_err(|refusal| faults::seal(&refusal))
    }

    /// What to warn of, weak units aside. Nothing of this blocks.
    #[must_use]
    pub fn warnings(&self, now: Time) -> Vec<Msg> {
        let not_as_seen = self.not_as_seen().map(|failure| failure.message.clone());
        let others = self.in_force.warnings(now);
        let others = others.iter().map(warning_words);
        not_as_seen.into_iter().chain(others).collect()
    }

    /// Units where one absence stops the mail or one lost key loses a document, under the policy in force; none while
    /// the policy cannot be read, which is told elsewhere.
    #[must_use]
    pub fn weak_units(&self) -> Vec<WeakUnit> {
        let (persons, units) = (self.directory().persons(), self.directory().units());
        policy(&self.organisation)
            .map(|policy| weak_unit::weak_units(policy.value(), persons, units))
            .unwrap_or_default()
    }

    /// What is wrong with the cache: it is older than what was seen (a crash between two writes, or somebody put an old
    /// one back), or other texts stand in it under the numbers seen.
    fn not_as_seen(&self) -> Option<Failure> {
        self.seen.check_held(&self.organisation).err().map(|error| faults::held(&error))
    }

    /// Who this home belongs to.
    ///
    /// # Errors
    /// The directory does not know the keys here (yet).
    pub fn me(&self, card: &PublicCard) -> Outcome<PersonNo> {
        match self.directory().key(&card.signing_id()) {
            Some((person, _)) => Ok(person),
            None => Err(Failure::failed(msg!("me-unknown")).hint(msg!("me-unknown-next"))),
        }
    }

    /// Everybody and every unit, for finding and listing.
    #[must_use]
    pub fn everyone(&self) -> Vec<Listed> {
        everyone(self.directory())
    }
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
