//! Bringing the organisation up to date, and publishing a newer one.

use vault_core::register::leaf::LeafBody;
use vault_keys::directory::{
    DirectoryText, ENTRY_MAX, FRESH_MAX, Fresh, HEAD_MAX, InForceError, ORGANISATION_MAX, Organisation,
    OrganisationError, POLICY_MAX, Part, Place, ROOT_MAX, STOP_MAX, Stop, StopSuccessionError,
    SuccessionError, join_stops,
};
use vault_keys::note::Signed;
use vault_keys::numbers::Holder;

use super::dial::{Client, Reply};
use super::error::ClientError;
use super::register::Evidence;
use crate::proto::frame::DATA_MAX;
use crate::proto::message::{self, Publish, Published, Sync, Synced, Verb};

/// Most texts of one kind in a reply.
const TEXTS_MAX: u32 = 200_000;

/// What became of an organisation that was handed to the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// It brought something new, which is in force there now.
    Taken,
    /// The very same is in force there.
    Already,
    /// Nothing in it is new, and the relay has what is newer.
    Newer {
        /// Number of the directory in force there.
        directory: u32,
        /// Number of the newest stop list there; 0 for none.
        stop: u32,
    },
}

impl Client {
    /// Fetches what is newer than `have` and verifies the whole as its successor; `None` when there is nothing newer.
    ///
    /// Where the relay has another stop list than `have` under one number, the outcome has the relay's:
    /// [`weave`](vault_keys::directory::weave) puts both together.
    ///
    /// One request, one reply: where nothing changed but the freshness note, that note is all that travels.
    pub async fn sync(&self, have: &Organisation) -> Result<Option<Organisation>, ClientError> {
        let (directory, in_force) = (have.directory(), have.in_force());
        let request = Sync {
            root: have.root().number(),
            directory: directory.number(),
            hash: Some((*directory.hash().as_bytes()).into()),
            stop: in_force.last_stop().map_or(0, |stop| stop.number),
            fresh: in_force.fresh().map_or(0, |fresh| u64::try_from(fresh.made().unix()).unwrap_or(0)),
        };
        match self.sync_from(&request, have, Stops::Join).await {
            // Two stop lists of one number: the relay's whole chain, once. Whoever takes it keeps what both took.
            Err(error) if is_stop_fork(&error) => {
                let stop = directory.value().stop.map_or(0, |folded| folded.number);
                self.sync_from(&Sync { stop, fresh: 0, ..request }, have, Stops::Replace).await
            }
            // Differences that do not fit together: take everything, once.
            Err(ClientError::Organisation(_) | ClientError::Succession(SuccessionError::Gap { .. })) => {
                let request =
                    Sync { root: have.root().number(), directory: 0, hash: None, stop: 0, fresh: 0 };
                self.sync_from(&request, have, Stops::Join).await
            }
            other => other,
        }
    }

    /// Where the stop lists above `after` stand in the register, each proven by its leaf under a signed checkpoint.
    ///
    /// Only leaves that carry the very list in hand are answered.
    pub async fn stop_places(
        &self,
        have: &Organisation,
        after: u32,
    ) -> Result<Vec<(u32, Place)>, ClientError> {
        let mut reply = self.call(Verb::Stops, &message::Stops { after }).await?;
        let evidence = self.evidence(&mut reply).await?;
        let stops = have.in_force().stops();
        let place = |one: &Evidence| {
            let stop = stops.iter().find(|stop| carries(one, stop))?;
            let origin = have.root().log_origin().clone();
            Some((stop.number(), Place { origin, index: one.leaf.index }))
        };
        Ok(evidence.iter().filter_map(place).collect())
    }

    /// Hands an organisation to the relay; what it had of it, or has instead.
    pub async fn publish(&self, organisation: &Organisation) -> Result<Handed, ClientError> {
        let file = organisation.encode();
        let mut call = self.begin(Verb::Publish, &Publish { length: file.len() as u64 }).await?;
        for piece in file.chunks(DATA_MAX) {
            if !call.data(piece).await? {
                break;
            }
        }
        call.finish().await?;
        let mut reply = call.answer().await?;
        let published: Published = reply.message().await?;
        reply.end().await?;
        let directory = organisation.directory();
        let stop = organisation.in_force().last_stop().map_or(0, |stop| stop.number);
        // A later directory there is fine: stop lists from this file are in force over it.
        let later = published.directory > directory.number();
        if !later && *published.hash != *directory.hash().as_bytes() {
            return Err(ClientError::Organisation(format!(
                "the relay put directory {} in force, not {}",
                published.directory,
                directory.number()
            )));
        }
        Ok(match published.new {
            true => Handed::Taken,
            false if later || published.stop > stop => {
                Handed::Newer { directory: published.directory, stop: published.stop }
            }
            false => Handed::Already,
        })
    }

    async fn sync_from(
        &self,
        request: &Sync,
        have: &Organisation,
        what: Stops,
    ) -> Result<Option<Organisation>, ClientError> {
        let mut reply = self.call(Verb::Sync, request).await?;
        let synced: Synced = reply.message().await?;
        let newer_roots = texts(&mut reply, "root", synced.roots, ROOT_MAX).await?;
        let directory = if synced.newer {
            let policy = reply.text("policy", POLICY_MAX).await?;
            let head = reply.text("directory", HEAD_MAX).await?;
            let earlier = texts(&mut reply, "earlier head", synced.earlier, HEAD_MAX).await?;
            let entries = texts(&mut reply, "entry", synced.entries, ENTRY_MAX).await?;
            Some(Newer { policy, head, earlier, entries, whole: synced.whole })
        } else {
            None
        };
        let stops = texts(&mut reply, "stop list", synced.stops, STOP_MAX).await?;
        let fresh = if synced.fresh { Some(reply.text("freshness note", FRESH_MAX).await?) } else { None };
        reply.end().await?;

        let base = match directory {
            Some(newer) => newer.over(have, newer_roots)?,
            None if stops.is_empty() && fresh.is_none() => return Ok(None),
            None => have.clone(),
        };
        let stops = stops
            .iter()
            .map(|note| base.verify_stop(note).map_err(|error| wrong(&error)))
            .collect::<Result<Vec<_>, _>>()?;
        let folded = base.directory().value().stop;
        let stops = match what {
            Stops::Join => join_stops(have.in_force().stops(), &stops, folded)
                .map_err(|error| stops_contradict(error, &stops))?,
            Stops::Replace => stops,
        };
        let fresh = match fresh {
            Some(note) => Some(Fresh::verify(base.root(), &note).map_err(|error| wrong(&error))?),
            // A note under an older root says nothing any more.
            None => {
                have.in_force().fresh().filter(|had| had.value().root.hash == base.root().hash()).cloned()
            }
        };
        base.with(stops, fresh).map(Some).map_err(|error| match error {
            OrganisationError::InForce(InForceError::Stops(error)) => ClientError::Stops(error),
            OrganisationError::InForce(InForceError::Fork { part: Part::Stop, number }) => {
                ClientError::Stops(StopSuccessionError::Fork { number })
            }
            other => wrong(&other),
        })
    }
}

/// What to do with the stop lists that come.
#[derive(Clone, Copy)]
enum Stops {
    /// They continue those in hand.
    Join,
    /// They stand in the place of those in hand.
    Replace,
}

fn is_stop_fork(error: &ClientError) -> bool {
    match error {
        ClientError::Stops(StopSuccessionError::Fork { .. }) => true,
        ClientError::Contradiction { error, .. } => is_stop_fork(error),
        _ => false,
    }
}

/// A newer directory as it came.
struct Newer {
    policy: Vec<u8>,
    head: Vec<u8>,
    earlier: Vec<Vec<u8>>,
    entries: Vec<Vec<u8>>,
    whole: bool,
}

impl Newer {
    /// Put together with what is in hand, verified, and a successor of it.
    fn over(self, have: &Organisation, newer_roots: Vec<Vec<u8>>) -> Result<Organisation, ClientError> {
        not_older(&self.head, have)?;
        let mut roots: Vec<Vec<u8>> = have.roots().iter().map(|root| root.note().encode()).collect();
        roots.extend(newer_roots);
        let mut heads: Vec<Vec<u8>> = have.earlier().iter().map(Signed::encode).collect();
        heads.push(have.directory().head().encode());
        heads.extend(self.earlier.into_iter().filter(|head| !heads.contains(head)).collect::<Vec<_>>());
        let entries = if self.whole { self.entries } else { merged(have, self.entries)? };
        let file = organisation_file(&roots, &self.policy, &self.head, &heads, &entries);
        let organisation = Organisation::parse(&file, Some(have.org())).map_err(|error| wrong(&error))?;
        match organisation.successor_of(have.directory()) {
            Ok(()) => Ok(organisation),
            Err(fork @ SuccessionError::Fork { .. }) => Err(fork_shown(fork, self.head)),
            Err(other) => Err(ClientError::Succession(other)),
        }
    }
}

/// What the relay shows does not verify; everything behind the error in one line.
fn wrong(error: &dyn std::error::Error) -> ClientError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    ClientError::Organisation(text)
}

/// Whether the leaf carries this stop list.
fn carries(evidence: &Evidence, stop: &Stop) -> bool {
    match evidence.leaf.leaf.body() {
        LeafBody::Note(note) => note.hash() == stop.signed().hash(),
        LeafBody::Event(_) => false,
    }
}

/// Names a directory that is older than the one in hand, or a second one of its number, before its heads are put
/// together with ours, which it cannot have.
fn not_older(head: &[u8], have: &Organisation) -> Result<(), ClientError> {
    let offered = Signed::<DirectoryText>::parse(head, have.org(), HEAD_MAX)
        .map_err(|error| ClientError::Organisation(error.to_string()))?;
    let (found, known) = (offered.value().number, have.directory().number());
    if found < known {
        return Err(ClientError::Succession(SuccessionError::Rollback { have: known, found }));
    }
    if found == known && *offered.hash().as_bytes() != *have.directory().hash().as_bytes() {
        // Without the officers' signatures it is no fork, only a relay that says something.
        have.verify_head(head).map_err(|error| wrong(&error))?;
        return Err(fork_shown(SuccessionError::Fork { number: found }, head.to_vec()));
    }
    Ok(())
}

fn fork_shown(fork: SuccessionError, head: Vec<u8>) -> ClientError {
    ClientError::Contradiction { shown: head, error: Box::new(ClientError::Succession(fork)) }
}

/// Stop lists that do not follow those in hand; those that contradict them come with the one that does.
fn stops_contradict(error: StopSuccessionError, shown: &[Stop]) -> ClientError {
    let number = match error {
        StopSuccessionError::Fork { number } => number,
        StopSuccessionError::Grants { found, .. } => found,
        other => return ClientError::Stops(other),
    };
    // The list after the one in hand contradicts it too: by the predecessor it names.
    let at_or_after = shown.iter().find(|stop| stop.number() >= number);
    match at_or_after {
        Some(stop) => ClientError::Contradiction {
            shown: stop.signed().note().encode(),
            error: Box::new(ClientError::Stops(error)),
        },
        None => ClientError::Stops(error),
    }
}

async fn texts(
    reply: &mut Reply,
    name: &'static str,
    count: u32,
    max: usize,
) -> Result<Vec<Vec<u8>>, ClientError> {
    if count > TEXTS_MAX {
        return Err(ClientError::Protocol(format!("{count} texts of kind {name}")));
    }
    let (mut texts, mut total) = (Vec::new(), 0);
    for _ in 0..count {
        let text = reply.text(name, max).await?;
        total += text.len();
        if total > ORGANISATION_MAX {
            return Err(ClientError::Protocol(format!("texts of kind {name} above 64 MiB")));
        }
        texts.push(text);
    }
    Ok(texts)
}

/// The entries of `old` with the changed ones in their places. The Merkle root tells whether that was right.
fn merged(old: &Organisation, changed: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, ClientError> {
    let directory = old.directory();
    let persons = directory.persons().iter().map(|person| Holder::from(person.number));
    let units = directory.units().iter().map(|unit| Holder::from(unit.number));
    let mut entries: std::collections::BTreeMap<Holder, Vec<u8>> =
        persons.chain(units).zip(directory.entry_texts().map(<[u8]>::to_vec)).collect();
    for entry in changed {
        entries.insert(holder_of(&entry)?, entry);
    }
    // Persons ascending, then units ascending: the order of the directory, which is that of `Holder`.
    Ok(entries.into_values().collect())
}

/// Whose entry this is, from its `number` field; the entry itself is verified later.
fn holder_of(entry: &[u8]) -> Result<Holder, ClientError> {
    #[derive(serde::Deserialize)]
    struct Numbered {
        number: Holder,
    }
    serde_json::from_slice::<Numbered>(entry)
        .map(|entry| entry.number)
        .map_err(|_| ClientError::Organisation("an entry without a number".to_owned()))
}

/// The texts as an organisation file, which is verified as any other.
fn organisation_file(
    roots: &[Vec<u8>],
    policy: &[u8],
    directory: &[u8],
    earlier: &[Vec<u8>],
    entries: &[Vec<u8>],
) -> Vec<u8> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = |texts: &[Vec<u8>]| texts.iter().map(|bytes| text(bytes)).collect::<Vec<_>>();
    serde_json::json!({
        "format": "vault-organisation/1",
        "roots": all(roots),
        "policy": text(policy),
        "directory": text(directory),
        "earlier": all(earlier),
        "entries": all(entries),
    })
    .to_string()
    .into_bytes()
}
