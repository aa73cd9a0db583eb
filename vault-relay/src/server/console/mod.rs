//! The operator's console: how the relay is, on a socket of this machine's user, and where wished as metrics on the loopback
//! (docs/guide-operators.md, "Watching"). Numbers, verbs and codes only: no name, title or file name is in it.
//!
//! ```text
//! GET  /health    200 or 503, one line
//! GET  /metrics   Prometheus text
//! GET  /status    JSON; socket only
//! POST /backup    the body is an absolute path; socket only
//! POST /scrub     the body is how many MiB to read in a second; socket only
//! ```

mod ask;
mod metrics;
mod status;

use std::convert::Infallible;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinSet;

use super::config::Console;
use super::connection::chain;
use super::context::{Context, blocking};
use super::failure::Failure;
use super::relay::StartError;
use super::{backup, scrub};

pub use ask::{ConsoleError, ask_backup, ask_scrub, ask_status};
pub use status::Status;

/// Longest path a backup may be asked for.
const PATH_MAX: usize = 4096;

/// How long a request may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Requests at once: whoever asks more often waits.
const AT_ONCE: usize = 8;

/// Which of the two places a request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The socket of this machine's user.
    Socket,
    /// The loopback, where every process of the machine can ask.
    Loopback,
}

/// The listening ends; the socket's file goes with them.
pub(crate) struct Ends {
    socket: Option<UnixListener>,
    metrics: Option<TcpListener>,
    path: PathBuf,
}

impl Ends {
    /// Where metrics are asked for.
    pub(crate) fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref()?.local_addr().ok()
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        // A file that stays is replaced at the next start.
        drop(fs::remove_file(&self.path));
    }
}

/// Opens both ends. Without its socket, whose path may be too long for one, a relay serves its stations all the same.
pub(crate) async fn open(config: &Console) -> Result<Ends, StartError> {
    let path = &config.socket;
    let socket = match listen(path) {
        Ok(socket) => Some(socket),
        Err(error) => {
            tracing::error!(%error, socket = %path.display(), "the console cannot listen; the relay serves without it");
            None
        }
    };
    let metrics = match config.metrics {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    Ok(Ends { socket, metrics, path: path.clone() })
}

/// A socket that an earlier run left is replaced: the data folder is held by this process alone.
fn listen(path: &Path) -> std::io::Result<UnixListener> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let socket = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(socket)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let failed = |source| StartError::Console { place: address.to_string(), source };
    TcpListener::bind(address).await.map_err(failed)
}

/// Answers until the relay ends.
pub(crate) async fn run(context: Arc<Context>, ends: Ends) {
    let mut answering = JoinSet::new();
    loop {
        let tcp = async {
            match &ends.metrics {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        let unix = async {
            match &ends.socket {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            came = unix => match came {
                Ok((stream, _)) => { answering.spawn(serve(Arc::clone(&context), stream, Place::Socket)); }
                Err(error) => refused(&error).await,
            },
            came = tcp => match came {
                Ok((stream, _)) => { answering.spawn(serve(Arc::clone(&context), stream, Place::Loopback)); }
                Err(error) => refused(&error).await,
            },
            Some(_) = answering.join_next() => {}
        }
        while answering.len() >= AT_ONCE {
            answering.join_next().await;
        }
    }
}

/// Out of descriptors, say: neither a reason to end nor to spin.
async fn refused(error: &std::io::Error) {
    tracing::warn!(%error, "the console takes no connection now");
    tokio::time::sleep(Duration::from_secs(1)).await;
}

/// One request of one connection.
async fn serve(context: Arc<Context>, stream: impl AsyncRead + AsyncWrite + Unpin + 'static, place: Place) {
    let answer = service_fn(move |request| {
        let context = Arc::clone(&context);
        async move { Ok::<_, Infallible>(answer(&context, request, place).await) }
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    server.keep_alive(false).timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(16 << 10);
    let served = server.serve_connection(TokioIo::new(stream), answer);
    if let Err(error) = served.await {
        tracing::debug!(%error, "a request to the console broke off");
    }
}

async fn answer(context: &Arc<Context>, request: Request<Incoming>, place: Place) -> Response<Full<Bytes>> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    match (&method, path.as_str(), place) {
        (&Method::GET, "/health", _) => match status::collect(context).await {
            Ok(_) => text(StatusCode::OK, "ok\n".to_owned()),
            Err(failure) => text(StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", chain(&failure))),
        },
        (&Method::GET, "/metrics", _) => match status::collect(context).await {
            Ok(status) => text(StatusCode::OK, metrics::text(&status)),
            Err(failure) => text(StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", chain(&failure))),
        },
        (&Method::GET, "/status", Place::Socket) => match status::collect(context).await {
            Ok(status) => json(&status),
            Err(failure) => text(StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", chain(&failure))),
        },
        (&Method::POST, "/backup", Place::Socket) => back_up(context, request).await,
        (&Method::POST, "/scrub", Place::Socket) => scrub(context, request).await,
        _ => text(StatusCode::NOT_FOUND, "there is nothing here\n".to_owned()),
    }
}

/// The words that came with a request; `None` where they are too long, too slow or no words.
async fn words(request: Request<Incoming>) -> Option<String> {
    let body = Limited::new(request.into_body(), PATH_MAX).collect();
    let body = tokio::time::timeout(PATIENCE, body).await.ok()?.ok()?;
    String::from_utf8(body.to_bytes().to_vec()).ok()
}

/// Reads everything; requests are served meanwhile.
async fn scrub(context: &Arc<Context>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let Some(Ok(mib)) = words(request).await.map(|words| words.parse::<u64>()) else {
        return text(StatusCode::BAD_REQUEST, "say how many MiB to read in a second\n".to_owned());
    };
    match scrub::run(context, mib.saturating_mul(1 << 20)).await {
        Ok(done) => {
            tracing::info!(parts = done.parts, damaged = done.damaged, orphans = done.orphans, "scrubbed");
            json(&done)
        }
        Err(failure) => text(StatusCode::INTERNAL_SERVER_ERROR, format!("{}\n", chain(&failure))),
    }
}

/// Writes a backup; parts that are to go wait until it is done.
async fn back_up(context: &Arc<Context>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let Some(path) = words(request).await else {
        return text(StatusCode::BAD_REQUEST, "name a folder\n".to_owned());
    };
    if !Path::new(&path).is_absolute() {
        return text(StatusCode::BAD_REQUEST, "the path must be absolute\n".to_owned());
    }
    let _removing = context.removing.write().await;
    let ctx = Arc::clone(context);
    let written = blocking(move || {
        let checkpoint = ctx.register.checkpoint();
        let source = backup::Source {
            config: &ctx.config,
            metadata: &*ctx.metadata,
            parts: &*ctx.parts,
            checkpoint: &checkpoint,
            now: ctx.now(),
        };
        Ok::<_, Failure>(backup::write(&source, Path::new(&path)))
    });
    match written.await {
        Ok(Ok(manifest)) => {
            tracing::info!(
                items = manifest.items,
                parts = manifest.parts,
                damaged = manifest.damaged,
                "backed up"
            );
            json(&manifest)
        }
        Ok(Err(error)) => text(StatusCode::CONFLICT, format!("{}\n", chain(&error))),
        Err(failure) => text(StatusCode::INTERNAL_SERVER_ERROR, format!("{}\n", chain(&failure))),
    }
}

fn json(value: &impl serde::Serialize) -> Response<Full<Bytes>> {
    let bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    response(StatusCode::OK, "application/json", Bytes::from(bytes))
}

fn text(status: StatusCode, words: String) -> Response<Full<Bytes>> {
    response(status, "text/plain; version=0.0.4; charset=utf-8", Bytes::from(words))
}

fn response(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let kind = hyper::header::HeaderValue::from_static(kind);
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    response
}
