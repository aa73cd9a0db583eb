//! Speaking to the relay: as this station, over one connection, with its errors in words.
//!
//! Each connection first holds the register against the last checkpoint kept here: a relay that shows
//! another past than before is not spoken to, and both checkpoints are kept as evidence. Before it ends, all
//! checkpoints that evidence brought must lie on one line with it, and the newest is kept.

use std::future::Future;

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use vault_core::admission::Code;
use vault_core::policy::Profile;
use vault_core::register::checkpoint::{CheckpointNote, LogVerifier, SignedCheckpoint};
use vault_keys::directory::{From, Organisation, SuccessionError};
use vault_keys::joining::Request;
use vault_keys::station::StationKey;
use vault_relay::client::{Client, ClientError, DialError, Peer, Standing};
use vault_relay::congestion::UnknownCongestion;

use crate::error::{Failure, Kind, Outcome};
use crate::home::Home;
use crate::trust::{self, Known, Taken};
use crate::{entries, identity, msg, officer, renewal};

/// A connection, with the runtime it lives on.
#[derive(Debug)]
pub struct Line {
    runtime: Runtime,
    client: Client,
    home: Home,
    log: LogVerifier,
    /// Whether a newer organisation was taken into use while dialling.
    is_renewed: bool,
}

const OTHER_LOG: &str = "other-log";

impl Line {
    /// Dials the relay that the root names.
    ///
    /// # Errors
    /// The policy lets nothing pass a relay; it cannot be reached, is another one, or shows another register than
    /// before.
    pub fn dial(home: &Home, known: &Known) -> Outcome<Self> {
        // An officer's machine still hands the next directory over: it is by that the relay learns to refuse.
        if !officer::present(home) {
            Self::is_allowed(known)?;
        }
        let station = identity::station(home)?;
        let line = Self::connect(home, &known.organisation, &station)?;
        match line.hold_against(&known.organisation) {
            Err(failure) if failure.code.as_deref() == Some(OTHER_LOG) => {
                // Only officers end a log and begin the next. The root that says so may be new here.
                if !line.take_newest(home)?.newer {
                    return Err(failure);
                }
                let known = trust::load(home)?;
                drop(line);
                let mut line = Self::connect(home, &known.organisation, &station)?;
                line.is_renewed = true;
                line.hold_against(&known.organisation)?;
                Ok(line)
            }
            held => held.map(|()| line),
        }
    }

    /// Whether this program can speak to a relay, and the policy in force lets anything pass one.
    ///
    /// # Errors
    /// Either is for machines that stand alone.
    pub fn is_allowed(known: &Known) -> Outcome {
        if cfg!(not(feature = "network")) {
            return Err(dial_failure(&DialError::NoNetwork));
        }
        // A policy that this program cannot read is told of where it is needed; the next one may be readable.
        let policy = trust::policy(&known.organisation);
        if policy.is_ok_and(|policy| policy.value().profile() == Profile::Standalone) {
            return Err(Failure::rule(Code::Standalone));
        }
        Ok(())
    }

    fn connect(home: &Home, organisation: &Organisation, station: &StationKey) -> Outcome<Self> {
        let mut peer = Peer::from_root(organisation.root())
            .map_err(|error| Failure::failed(msg!("relay-none")).because(&error))?;
        if let Ok(word) = std::env::var("VAULT_CONGESTION") {
            let unknown = |error| Failure::usage(msg!("congestion-unknown")).because(&error);
            peer.congestion = word.parse().map_err(|error: UnknownCongestion| unknown(error))?;
        }
        // Two threads: the connection must stay alive while a person is thinking about a question.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Failure::failed(msg!("relay-socket")).because(&error))?;
        let client = runtime.block_on(Client::dial(&peer, station)).map_err(|error| dial_failure(&error))?;
        Ok(Self { runtime, client, home: home.clone(), log: peer.log.verifier, is_renewed: false })
    }

    /// Hands a request for keys in, as a station which no directory need know yet. Nothing else is asked of the
    /// relay: it owes strangers nothing that could be held against it.
    ///
    /// # Errors
    /// It cannot be reached, is another one, or does not admit the request.
    pub fn hand_in(
        home: &Home,
        organisation: &Organisation,
        station: &StationKey,
        request: &Request,
    ) -> Outcome {
        let line = Self::connect(home, organisation, station)?;
        line.wait(line.client.request(request)).map_err(|failure| match failure.code.as_deref() {
            Some("not-admitted" | "station-unknown") => Failure::new(Kind::Refused, msg!("not-admitted"))
                .code("not-admitted")
                .hint(msg!("not-admitted-next")),
            _ => failure,
        })
    }

    /// The connection.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Waits for an answer.
    ///
    /// # Errors
    /// The relay refuses, or the connection breaks.
    pub fn wait<T>(&self, answer: impl Future<Output = Result<T, ClientError>>) -> Outcome<T> {
        match self.runtime.block_on(answer) {
            Err(ClientError::Split { had, shown }) => Err(self.split(&had, &shown)),
            Err(ClientError::Contradiction { shown, error }) => {
                trust::keep_shown(&self.home, shown, &error)?;
                Err(failure(&error))
            }
            other => other.map_err(|error| {
                let behind = matches!(error, ClientError::Succession(SuccessionError::Rollback { .. }));
                let failure = failure(&error);
                // What an officer published here may have been cut off on its way.
                if behind && officer::present(&self.home) {
                    failure.hint(msg!("relay-behind-officer"))
                } else {
                    failure
                }
            }),
        }
    }

    /// Begins a task on the connection, to be waited for by [`Line::finish`].
    pub fn begin(
        &self,
        task: impl Future<Output = Result<(), ClientError>> + Send + 'static,
    ) -> JoinHandle<Result<(), ClientError>> {
        self.runtime.spawn(task)
    }

    /// Waits for a task, whatever comes of it: that the relay tells when it is next asked.
    pub fn finish(&self, task: JoinHandle<Result<(), ClientError>>) {
        drop(self.runtime.block_on(task));
    }

    /// Fetches the newest organisation and takes it into use, and with it new keys that waited for it, which count as
    /// newer.
    ///
    /// # Errors
    /// The relay cannot be asked, or what it shows does not follow what is known.
    pub fn sync(&self, home: &Home) -> Outcome<Taken> {
        let taken = self.take_newest(home)?;
        self.prove_stops(home)?;
        let settled = renewal::settle(home, &trust::load(home)?)?;
        Ok(Taken { newer: taken.newer || settled || self.is_renewed, ..taken })
    }

    fn take_newest(&self, home: &Home) -> Outcome<Taken> {
        trust::settle(home)?;
        let known = trust::load(home)?;
        match self.wait(self.client.sync(&known.organisation))? {
            Some(newer) => trust::accept(home, &newer, From::Relay),
            None => Ok(Taken::default()),
        }
    }

    /// Learns where stop lists stand in the register: what was signed before counts.
    fn prove_stops(&self, home: &Home) -> Outcome {
        let known = trust::load(home)?;
        match known.places_wanted_after() {
            Some(after) => {
                let places = self.wait(self.client.stop_places(&known.organisation, after))?;
                trust::remember_stops(home, &places)
            }
            None => Ok(()),
        }
    }

    /// Has the register confirm what it showed, keeps its newest checkpoint and says goodbye.
    ///
    /// # Errors
    /// It showed two pasts, or the relay cannot be asked any more.
    pub fn close(self) -> Outcome {
        match self.wait(self.client.confirm())? {
            Some(newest) => trust::remember_checkpoint(&self.home, &newest.encode()),
            None => Ok(()),
        }
    }

    fn hold_against(&self, organisation: &Organisation) -> Outcome {
        let note = trust::last_checkpoint(&self.home).and_then(|note| CheckpointNote::parse(&note).ok());
        let had = note.as_ref().and_then(|note| note.verified_by(&self.log).ok());
        if let (None, Some(note), Some(ended)) = (&had, note, organisation.root().ended_log()) {
            let seen = organisation.roots().iter().rev().find_map(|root| {
                let origin = root.log_origin().as_str().parse().ok()?;
                note.verified_by(&LogVerifier::new(origin, root.log().clone())).ok()
            });
            let newest = self.wait(self.client.begins(ended, seen.as_ref()))?;
            return trust::remember_checkpoint(&self.home, &newest.encode());
        }
        match self.wait(self.client.checkpoint(had.as_ref()))? {
            Standing::Continues(now) => trust::remember_checkpoint(&self.home, &now.encode()),
            Standing::Split { had, shown } => Err(self.split(&had, &shown)),
        }
    }

    /// Keeps both checkpoints, which together convict the log.
    fn split(&self, had: &SignedCheckpoint, shown: &SignedCheckpoint) -> Failure {
        match trust::keep_checkpoints(&self.home, [had, shown]) {
            Ok(folder) => Failure::new(Kind::Integrity, msg!("register-split"))
                .code("split-view")
                .hint(msg!("register-split-next", path = folder.display().to_string())),
            Err(failure) => failure,
        }
    }
}

/// However a command ends, the relay is told: otherwise it would keep the connection until it idles out.
impl Drop for Line {
    fn drop(&mut self) {
        self.runtime.block_on(self.client.clone().close());
    }
}

/// Why no connection came about.
#[must_use]
pub fn dial_failure(error: &DialError) -> Failure {
    match error {
        DialError::WrongRelayKey { .. } => {
            Failure::new(Kind::Integrity, msg!("relay-other")).hint(msg!("relay-other-next")).because(error)
        }
        DialError::NoNetwork => Failure::new(Kind::Network, msg!("network-none"))
            .code("network-none")
            .hint(msg!("network-none-next")),
        _ => Failure::new(Kind::Network, msg!("relay-away")).hint(msg!("relay-away-next")).because(error),
    }
}

/// Why a request failed.
#[must_use]
pub fn failure(error: &ClientError) -> Failure {
    match error {
        ClientError::Refused { code, reason, retry } => match (code.parse::<Code>(), retry) {
            (Ok(code), _) => Failure::rule(code),
            (Err(_), Some(_)) => {
                Failure::new(Kind::Network, msg!("relay-later")).code(code.as_str()).detail(reason.as_str())
            }
            (Err(_), None) if code == "invitations-ahead" => {
                Failure::new(Kind::Refused, msg!("invite-ahead"))
                    .code(code.as_str())
                    .hint(msg!("invite-ahead-next"))
            }
            (Err(_), None) => {
                Failure::new(Kind::Refused, msg!("relay-refused")).code(code.as_str()).detail(reason.as_str())
            }
        },
        ClientError::StationRefused => Failure::new(Kind::Refused, msg!("relay-station"))
            .code("station-unknown")
            .hint(msg!("relay-station-next")),
        ClientError::Split { .. } => {
            Failure::new(Kind::Integrity, msg!("register-split")).code("split-view").because(error)
        }
        ClientError::Unproved { copy, state } => Failure::new(
            Kind::Integrity,
            msg!("copy-unproved", copy = format!("{copy:06}"), state = entries::state_words(*state)),
        )
        .code("copy-unproved")
        .hint(msg!("copy-unproved-next")),
        ClientError::NotContinued { had, shown } => {
            Failure::new(Kind::Integrity, msg!("register-not-continued", had = *had, shown = *shown))
                .code("register-not-continued")
                .hint(msg!("register-not-continued-next"))
        }
        ClientError::OtherLog(_) => Failure::new(Kind::Integrity, msg!("register-other"))
            .code(OTHER_LOG)
            .because(error)
            .hint(msg!("relay-other-next")),
        ClientError::Evidence(_) => Failure::new(Kind::Integrity, msg!("relay-evidence"))
            .because(error)
            .hint(msg!("open-damaged-next")),
        ClientError::Chain(_) => Failure::new(Kind::Integrity, msg!("relay-evidence"))
            .code("chain-broken")
            .because(error)
            .hint(msg!("relay-other-next")),
        ClientError::Organisation(_) => Failure::new(Kind::Integrity, msg!("org-broken")).because(error),
        // Older than what is known here: somebody serves what is outdated, or the relay has not been brought up to
        // date. Either way nothing goes through it until the operator has looked.
        ClientError::Succession(SuccessionError::Rollback { .. }) => {
            Failure::new(Kind::Integrity, msg!("relay-behind"))
                .code("rollback")
                .hint(msg!("relay-behind-next"))
        }
        ClientError::Succession(other) => trust::succession_failure(other),
        ClientError::Stops(other) => trust::stops_failure(other),
        ClientError::Protocol(_) => Failure::new(Kind::Integrity, msg!("relay-untrue"))
            .code("relay-untrue")
            .hint(msg!("relay-other-next"))
            .because(error),
        ClientError::File(io) => crate::sealing::storage_full(io)
            .unwrap_or_else(|| Failure::failed(msg!("spool-failed")).because(error)),
        ClientError::SpoolChanged => Failure::new(Kind::Integrity, msg!("spool-changed"))
            .code("spool-changed")
            .hint(msg!("spool-changed-next")),
        _ => Failure::new(Kind::Network, msg!("relay-broke")).hint(msg!("relay-away-next")).because(error),
    }
}
