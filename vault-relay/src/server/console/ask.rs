//! Asking a running relay over its socket: what the operator's commands do.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

use super::super::backup::Manifest;
use super::super::config::Config;
use super::super::scrub::Scrubbed;
use super::status::Status;

/// Most bytes of an answer.
const ANSWER_MAX: usize = 1 << 20;

/// How long a relay may take to say how it is. A backup takes as long as it takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a running relay did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// Nobody listens.
    #[error("no relay answers at {path}; is it running?")]
    NotRunning {
        /// The socket.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It says no.
    #[error("the relay says: {0}")]
    Said(String),
    /// What it says is not understood.
    #[error("the relay's answer is not understood")]
    Answer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It takes too long.
    #[error("the relay has not answered within {} seconds", PATIENCE.as_secs())]
    Silent,
}

/// How the running relay is.
pub async fn ask_status(config: &Config) -> Result<Status, ConsoleError> {
    let request = request("GET", "/status", Bytes::new())?;
    let asked = ask(&config.console.socket, request);
    let bytes = tokio::time::timeout(PATIENCE, asked).await.map_err(|_| ConsoleError::Silent)??;
    serde_json::from_slice(&bytes).map_err(|error| ConsoleError::Answer(Box::new(error)))
}

/// Has the running relay write a backup into a new folder.
pub async fn ask_backup(config: &Config, to: &Path) -> Result<Manifest, ConsoleError> {
    let request = request("POST", "/backup", Bytes::from(to.display().to_string()))?;
    let bytes = ask(&config.console.socket, request).await?;
    serde_json::from_slice(&bytes).map_err(|error| ConsoleError::Answer(Box::new(error)))
}

/// Has the running relay read everything it has, at most so many MiB in a second.
pub async fn ask_scrub(config: &Config, mib_per_second: u64) -> Result<Scrubbed, ConsoleError> {
    let request = request("POST", "/scrub", Bytes::from(mib_per_second.to_string()))?;
    let bytes = ask(&config.console.socket, request).await?;
    serde_json::from_slice(&bytes).map_err(|error| ConsoleError::Answer(Box::new(error)))
}

fn request(method: &str, path: &str, body: Bytes) -> Result<Request<Full<Bytes>>, ConsoleError> {
    let request = Request::builder().method(method).uri(path).header("host", "relay").body(Full::new(body));
    request.map_err(|error| ConsoleError::Answer(Box::new(error)))
}

async fn ask(socket: &Path, request: Request<Full<Bytes>>) -> Result<Bytes, ConsoleError> {
    let broken = |error: hyper::Error| ConsoleError::Answer(Box::new(error));
    let stream = UnixStream::connect(socket)
        .await
        .map_err(|source| ConsoleError::NotRunning { path: socket.to_owned(), source })?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let driver = tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status();
    let body =
        Limited::new(response.into_body(), ANSWER_MAX).collect().await.map_err(ConsoleError::Answer)?;
    driver.abort();
    let bytes = body.to_bytes();
    if status == StatusCode::OK {
        return Ok(bytes);
    }
    Err(ConsoleError::Said(String::from_utf8_lossy(&bytes).trim_end().to_owned()))
}
