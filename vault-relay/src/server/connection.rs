//! One connection of one station: each bidirectional stream is one request (docs/relay-protocol.md, "Requests").
//!
//! The directory is asked at the handshake, again at every request, and whenever a newer one is installed:
//! a station that lost its right is cut off, not only kept from connecting again.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use quinn::{Connection, Incoming, RecvStream, SendStream, VarInt};
use rustls::pki_types::CertificateDer;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::context::Context;
use super::door::network;
use super::enrolment::{STRANGER_PATIENCE, STRANGERS_PER_ADDRESS};
use super::failure::Failure;
use super::handlers;
use super::reply::Reply;
use super::room::Most;
use super::tally::Place;
use crate::proto::codes::{CLOSE_BUSY, CLOSE_STATION, RelayCode};
use crate::proto::message::{Head, MAGIC, Verb};
use crate::proto::wire::{FrameReader, PATIENCE};
use crate::proto::{ALPN, VERSION};
use crate::tls::{self, PublicKey};

/// The span of `requests_per_minute`, in seconds.
const MINUTE_SECONDS: i64 = 60;

/// How long a handshake may take.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
/// How long a watching client may take to hear that the watch ends.
const WATCH_GOODBYE: Duration = Duration::from_secs(1);

/// How long a stranger may take to read the answer.
const STRANGER_GOODBYE: Duration = Duration::from_secs(2);

/// QUIC application error: the relay closes down.
const CLOSE_CLOSING: u32 = 3;

/// Serves one connection to its end. Its address has a place at the door until the station is known.
pub(crate) async fn serve(
    context: Arc<Context>,
    incoming: Incoming,
    at_the_door: Place<IpAddr>,
    closing: watch::Receiver<bool>,
) {
    let from = incoming.remote_address();
    let Ok(connecting) = incoming.accept() else { return };
    let connection = match tokio::time::timeout(HANDSHAKE_PATIENCE, connecting).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return tracing::info!(%from, %error, "handshake failed"),
        Err(_) => return tracing::info!(%from, "handshake took too long"),
    };
    // From here on it is counted for its station, or as a stranger.
    drop(at_the_door);
    let Some(station) = station_of(&connection) else {
        return close(&connection, CLOSE_STATION, RelayCode::StationUnknown);
    };
    if context.caller(&station).is_none() {
        return serve_stranger(&context, &connection, from.ip()).await;
    }
    let Some(_slot) = context.stations.enter(station, context.limits().connections_per_station) else {
        return close(&connection, CLOSE_BUSY, RelayCode::Busy);
    };
    serve_requests(context, &connection, station, closing).await;
}

/// Serves a station in no directory: one request for keys, within narrow limits, and then the end.
async fn serve_stranger(context: &Arc<Context>, connection: &Connection, address: IpAddr) {
    let enrolment = &context.enrolment;
    let (Ok(_permit), Some(_place)) = (
        enrolment.strangers.try_acquire(),
        enrolment.strangers_of.enter(network(address), STRANGERS_PER_ADDRESS),
    ) else {
        return close(connection, CLOSE_BUSY, RelayCode::Busy);
    };
    let served = async {
        let Ok((send, recv)) = connection.accept_bi().await else { return };
        let (mut frames, mut reply) = (FrameReader::new(recv), Reply::new(send));
        let outcome = async {
            let head: Head = frames.message().await?;
            match verb_of(&head)? {
                Verb::Request => handlers::request::handle(context, None, &mut frames, &mut reply).await,
                _ => Err(station_unknown()),
            }
        };
        match outcome.await {
            Ok(()) => tracing::info!("a request for keys came in"),
            Err(failure) => {
                match &failure {
                    Failure::Refused(refusal) => tracing::info!(code = refusal.code, "a stranger is refused"),
                    Failure::Wire(error) => tracing::info!(%error, "a stranger broke off"),
                    other => tracing::error!(error = %chain(other), "a request for keys failed"),
                }
                if !reply.refuse(&failure).await {
                    return;
                }
            }
        }
        let mut send = reply.into_stream();
        if send.finish().is_ok() {
            let _gone = send.stopped().await;
            // Acknowledged is not read: closing at once would take the answer from a slow reader's hands.
            drop(tokio::time::timeout(STRANGER_GOODBYE, connection.closed()).await);
        }
    };
    if tokio::time::timeout(STRANGER_PATIENCE, served).await.is_err() {
        tracing::info!("a stranger took too long");
    }
    close(connection, CLOSE_STATION, RelayCode::StationUnknown);
}

async fn serve_requests(
    context: Arc<Context>,
    connection: &Connection,
    station: PublicKey,
    mut closing: watch::Receiver<bool>,
) {
    let mut requests = JoinSet::new();
    let mut directory = context.current.changes();
    loop {
        tokio::select! {
            stream = connection.accept_bi() => match stream {
                Ok((send, recv)) => {
                    requests.spawn(request(Arc::clone(&context), station, send, recv));
                }
                Err(_) => break,
            },
            _ = directory.changed() => {
                if context.caller(&station).is_none() {
                    tracing::info!("a live connection is cut: its station lost its right");
                    close(connection, CLOSE_STATION, RelayCode::StationUnknown);
                    break;
                }
            }
            Some(_) = requests.join_next() => {}
            _ = closing.changed() => {
                while requests.join_next().await.is_some() {}
                close(connection, CLOSE_CLOSING, RelayCode::Closing);
                break;
            }
        }
    }
    // What was begun is finished even if nobody hears the answer: an entered leaf stays entered.
    requests.detach_all();
}

async fn request(context: Arc<Context>, station: PublicKey, send: SendStream, recv: RecvStream) {
    let begun = Instant::now();
    let mut frames = FrameReader::new(recv);
    let mut reply = Reply::new(send);
    let mut verb = None;
    let outcome = handle(&context, &station, &mut frames, &mut reply, &mut verb).await;
    frames.give_back_room();
    let took_ms = begun.elapsed().as_millis();
    let verb = verb.map_or("none", Verb::name);
    match outcome {
        Ok(()) => {
            context.counts.request(verb, "done");
            tracing::info!(verb, took_ms, "done");
        }
        Err(failure) => {
            match &failure {
                Failure::Refused(refusal) => {
                    context.counts.request(verb, refusal.code);
                    tracing::info!(verb, code = refusal.code, took_ms, "refused");
                    context.enter_refusal(&station, refusal).await;
                }
                Failure::Wire(error) => {
                    context.counts.request(verb, "broken-off");
                    tracing::info!(verb, %error, took_ms, "broken off");
                }
                other => {
                    context.counts.request(verb, "failed");
                    tracing::error!(verb, error = %chain(other), took_ms, "failed");
                }
            }
            if !reply.refuse(&failure).await {
                return;
            }
        }
    }
    let mut send = reply.into_stream();
    if send.finish().is_ok() {
        // Waits until the peer has it all: closing the connection right away would drop the tail. A peer that
        // does not take it is not waited for longer than a frame; of a watch only its end is to arrive, and a client
        // that was killed while it watched does not hold up the relay's end.
        let patience = if verb == Verb::Watch.name() { WATCH_GOODBYE } else { PATIENCE };
        let _gone = tokio::time::timeout(patience, send.stopped()).await;
    }
}

async fn handle(
    context: &Arc<Context>,
    station: &PublicKey,
    frames: &mut FrameReader<RecvStream>,
    reply: &mut Reply,
    seen: &mut Option<Verb>,
) -> Result<(), Failure> {
    let head: Head = frames.message().await?;
    let verb = verb_of(&head)?;
    *seen = Some(verb);
    let caller = context.caller(station).ok_or_else(station_unknown)?;
    let limits = context.limits();
    let most = Most { person: mib(limits.request_mib_per_person), all: mib(limits.request_mib) };
    frames.keep_within(Box::new(context.rooms.of(caller.person, most)));
    let most = limits.requests_per_minute;
    if !context.rates.allows(caller.person, context.now(), MINUTE_SECONDS, most) {
        return Err(Failure::refuse(
            RelayCode::Busy,
            format!("more than {most} requests of yours in a minute"),
        ));
    }
    handlers::dispatch(verb, context, caller, frames, reply).await
}

/// What a request asks for, if it is one of this protocol.
fn verb_of(head: &Head) -> Result<Verb, Failure> {
    if head.magic != MAGIC {
        return Err(Failure::refuse(
            RelayCode::MalformedRequest,
            "this is no request of the vault relay protocol",
        ));
    }
    if head.version != VERSION {
        return Err(Failure::refuse(
            RelayCode::UnsupportedVersion,
            format!("this relay speaks version {VERSION}, not {}", head.version),
        ));
    }
    Verb::from_number(head.verb)
        .ok_or_else(|| Failure::refuse(RelayCode::UnknownVerb, format!("there is no verb {}", head.verb)))
}

fn mib(number: u32) -> usize {
    usize::try_from(u64::from(number) << 20).unwrap_or(usize::MAX)
}

fn station_unknown() -> Failure {
    Failure::refuse(RelayCode::StationUnknown, "this station is not active in the directory in force")
}

/// The station's key. The handshake has verified that the peer holds it.
fn station_of(connection: &Connection) -> Option<PublicKey> {
    let data = connection.handshake_data()?.downcast::<quinn::crypto::rustls::HandshakeData>().ok()?;
    if data.protocol.as_deref() != Some(ALPN) {
        return None;
    }
    let certificates = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    tls::peer_key(&certificates)
}

fn close(connection: &Connection, number: u32, code: RelayCode) {
    connection.close(VarInt::from_u32(number), code.as_str().as_bytes());
}

/// An error with everything behind it, for the log.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
