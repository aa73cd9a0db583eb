//! The register's writer and readers: one thread appends what transactions queued, everybody reads tiles.
//!
//! Leaves get their index inside the transaction that queues them. The writer thread takes them from storage in
//! that order, so it needs no queue of its own and loses nothing in a crash: on start it simply goes on where
//! the register ends (docs/relay-protocol.md, "Order of writes").

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use vault_core::disk::lock::LockError;
use vault_core::register::audit::{AuditError, audit};
use vault_core::register::checkpoint::{LogKey, LogVerifier, SignedCheckpoint};
use vault_core::register::folder::{CheckpointFile, LogFolder};
use vault_core::register::leaf::LeafHash;
use vault_core::register::proof::{Evidence, ProveError};
use vault_core::register::sequencer::{AppendError, OpenLogError, Sequencer};
use vault_core::register::succession::succeed;
use vault_core::register::tiles::{TileId, TileKind};
use vault_core::register::tree::{Node, ReadTiles, Tree, TreeError};

use vault_keys::directory::EndedLog;
use vault_keys::time::Time;

use super::clock::Clock;
use super::context::blocking;
use super::failure::Failure;
use crate::store::disk::StoreDisk;
use crate::store::{self, LeafRecord, Metadata, StoreError};

/// Leaves appended under one checkpoint at most.
const BATCH: u32 = 1024;

/// When the writer tries again after a failure.
const AGAIN: Duration = Duration::from_secs(5);

/// Why the register did not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// Another process writes to it, or its folder cannot be taken.
    #[error("the register's folder cannot be taken")]
    Lock(#[from] LockError),
    /// It does not open.
    #[error("the register does not open")]
    Open(#[from] OpenLogError),
    /// Leaves could not be appended.
    #[error("leaves could not be appended to the register")]
    Append(#[from] AppendError),
    /// Leaves are published that the database does not know.
    #[error(
        "the database ends at {database} leaves and the register has {register}: it is older than what was signed here. \
         Was relay.sqlite-wal removed, or an old relay.sqlite put back?"
    )]
    DatabaseBehind {
        /// Leaves in the database.
        database: u64,
        /// Leaves in the register.
        register: u64,
    },
    /// Evidence could not be made.
    #[error("evidence could not be made")]
    Prove(#[from] ProveError),
    /// The tree could not be read.
    #[error("the register cannot be read")]
    Tree(#[from] TreeError),
    /// It could not be read whole.
    #[error("the register cannot be read")]
    Audit(#[from] AuditError),
    /// The queue in storage could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The writer failed, for everybody who waited.
    #[error(transparent)]
    Shared(Arc<Self>),
    /// Its thread could not be started, or has ended.
    #[error("the register's writer is not running")]
    Stopped,
}

/// Handle on the register.
#[derive(Debug)]
pub(crate) struct Register {
    orders: mpsc::UnboundedSender<Order>,
    published: watch::Receiver<Arc<SignedCheckpoint>>,
    tiles: Arc<LogFolder<StoreDisk>>,
}

/// The writer's thread; join it to know that everything queued is published.
#[derive(Debug)]
pub(crate) struct Writer(JoinHandle<()>);

enum Order {
    /// Something was queued.
    Wake,
    /// Answer when everything queued until now is published.
    Flush(oneshot::Sender<Result<(), Arc<RegisterError>>>),
    /// Publish what is queued and end.
    Close,
}

impl Register {
    /// Makes an empty register.
    pub(crate) fn create(
        disk: &StoreDisk,
        folder: &Path,
        guard: &Path,
        key: LogKey,
        clock: &dyn Clock,
    ) -> Result<(), RegisterError> {
        let log = LogFolder::take(disk.clone(), folder)?;
        drop(Sequencer::create(log, CheckpointFile::new(disk.clone(), guard), key, clock.now())?);
        Ok(())
    }

    /// Opens the register and closes it again; answers how many leaves it has.
    pub(crate) fn check(
        disk: &StoreDisk,
        folder: &Path,
        guard: &Path,
        key: LogKey,
    ) -> Result<u64, RegisterError> {
        Ok(Self::last(disk, folder, guard, key)?.checkpoint().size())
    }

    /// Refuses a database that lacks leaves of the register: what it would enter next would have another's place there.
    pub(crate) fn check_database(register: u64, metadata: &dyn Metadata) -> Result<(), RegisterError> {
        let database = store::read::<_, StoreError>(metadata, |view| view.totals())?.leaves;
        if database < register { Err(RegisterError::DatabaseBehind { database, register }) } else { Ok(()) }
    }

    /// Ends the log of `old` in this folder, and has that of `new` go on from what is left.
    pub(crate) fn succeed(
        disk: &StoreDisk,
        folder: &Path,
        guard: &Path,
        old: &LogVerifier,
        new: &LogKey,
        now: Time,
    ) -> Result<EndedLog, RegisterError> {
        let log = LogFolder::take(disk.clone(), folder)?;
        Ok(succeed(&log, &CheckpointFile::new(disk.clone(), guard), old, new, now)?)
    }

    /// Opens the register and closes it again; answers its last checkpoint.
    pub(crate) fn last(
        disk: &StoreDisk,
        folder: &Path,
        guard: &Path,
        key: LogKey,
    ) -> Result<SignedCheckpoint, RegisterError> {
        let log = LogFolder::take(disk.clone(), folder)?;
        Ok(Sequencer::open(log, CheckpointFile::new(disk.clone(), guard), key)?.checkpoint().clone())
    }

    /// Opens the register, publishes what a crash left queued, and starts the writer.
    pub(crate) fn open(
        disk: StoreDisk,
        folder: &Path,
        guard: &Path,
        key: LogKey,
        metadata: Arc<dyn Metadata>,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, Writer), RegisterError> {
        let log = LogFolder::take(disk.clone(), folder)?;
        let mut sequencer = Sequencer::open(log, CheckpointFile::new(disk.clone(), guard), key)?;
        Self::check_database(sequencer.size(), &*metadata)?;
        publish(&mut sequencer, &*metadata, &*clock)?;
        let (orders, mut taken) = mpsc::unbounded_channel();
        let (again, runtime) = (orders.downgrade(), Handle::current());
        let (publisher, published) = watch::channel(Arc::new(sequencer.checkpoint().clone()));
        let work = move || {
            while let Some(order) = taken.blocking_recv() {
                let mut waiting = Vec::new();
                let mut close = false;
                let mut next = Some(order);
                // Whatever has come meanwhile goes under the same checkpoint.
                while let Some(order) = next {
                    match order {
                        Order::Wake => {}
                        Order::Flush(answer) => waiting.push(answer),
                        Order::Close => close = true,
                    }
                    next = taken.try_recv().ok();
                }
                let result = publish(&mut sequencer, &*metadata, &*clock).map_err(Arc::new);
                if let Err(error) = &result {
                    tracing::error!(error = %super::connection::chain(error), "the register could not be written; it is tried again");
                    // Also when nobody asks: what is queued is owed to those who were not answered.
                    let again = again.clone();
                    runtime.spawn(async move {
                        tokio::time::sleep(AGAIN).await;
                        if let Some(orders) = again.upgrade() {
                            // Closed meanwhile: the next start publishes it.
                            let _closed = orders.send(Order::Wake);
                        }
                    });
                }
                publisher.send_replace(Arc::new(sequencer.checkpoint().clone()));
                for answer in waiting {
                    // The one who asked may have gone.
                    let _gone = answer.send(result.clone());
                }
                if close {
                    break;
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("register".to_owned())
            .spawn(work)
            .map_err(|_| RegisterError::Stopped)?;
        let register = Self { orders, published, tiles: Arc::new(LogFolder::reader(disk, folder)) };
        Ok((register, Writer(thread)))
    }

    /// Tells the writer that something was queued.
    pub(crate) fn wake(&self) {
        // After closing there is nobody to wake; what is queued is published at the next start.
        let _closed = self.orders.send(Order::Wake);
    }

    /// Waits until everything queued before this call is published.
    pub(crate) async fn flush(&self) -> Result<(), Failure> {
        let (answer, waiting) = oneshot::channel();
        self.orders.send(Order::Flush(answer)).map_err(|_| RegisterError::Stopped)?;
        match waiting.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(RegisterError::Shared(error).into()),
            Err(_) => Err(RegisterError::Stopped.into()),
        }
    }

    /// Publishes what is queued and ends the writer.
    pub(crate) fn close(&self) {
        let _closed = self.orders.send(Order::Close);
    }

    /// The newest published checkpoint.
    pub(crate) fn checkpoint(&self) -> Arc<SignedCheckpoint> {
        self.published.borrow().clone()
    }

    /// The newest published checkpoint, now and whenever there is another.
    pub(crate) fn published(&self) -> watch::Receiver<Arc<SignedCheckpoint>> {
        self.published.clone()
    }

    /// Reads the whole register under its newest checkpoint, and holds every leaf of the metadata against it. Answers how many
    /// leaves were read, and what is wrong, in words.
    pub(crate) async fn audit(&self, metadata: Arc<dyn Metadata>) -> Result<(u64, Vec<String>), Failure> {
        let (tiles, checkpoint) = (Arc::clone(&self.tiles), self.checkpoint());
        blocking(move || {
            let (mut rows, mut wrong) = (Vec::<LeafRecord>::new().into_iter().peekable(), Vec::new());
            let (mut failed, mut unread) = (None, 0);
            let report = audit(&*tiles, checkpoint.checkpoint(), |index, leaf| {
                if index < unread {
                    return;
                }
                if rows.peek().is_none_or(|row| row.index < index) {
                    match store::read::<_, StoreError>(&*metadata, |view| view.leaves_from(index, BATCH)) {
                        Ok(next) => rows = next.into_iter().peekable(),
                        Err(StoreError::Damaged { .. }) => {
                            // One of so many; the database's own check says which.
                            unread = index + u64::from(BATCH);
                            wrong.push(format!(
                                "leaves {index} to {} are not compared: one of them is damaged in the database",
                                unread - 1
                            ));
                            return;
                        }
                        Err(error) => failed = failed.take().or(Some(error)),
                    }
                }
                let row = rows.next_if(|row| row.index == index);
                if row.is_none_or(|row| row.leaf.leaf != leaf || row.leaf.hash != LeafHash::of(leaf)) {
                    wrong.push(format!("leaf {index} in the database is not the register's"));
                }
            })
            .map_err(|error| Failure::from(RegisterError::from(error)))?;
            if let Some(error) = failed {
                return Err(error.into());
            }
            wrong.extend(report.findings.iter().map(|one| format!("{}: {:?}", one.tile, one.damage)));
            if report.more > 0 {
                wrong.push(format!("and {} more", report.more));
            }
            if !report.root_matches {
                wrong.push("the leaves do not make the root of the checkpoint".to_owned());
            }
            Ok((report.leaves, wrong))
        })
        .await
    }

    /// Evidence of published leaves, as texts, all under one checkpoint.
    pub(crate) async fn evidence(&self, indices: Vec<u64>) -> Result<Vec<Vec<u8>>, Failure> {
        let (tiles, checkpoint) = (Arc::clone(&self.tiles), self.checkpoint());
        blocking(move || {
            let tiles = Remembered { tiles: &tiles, seen: RefCell::default() };
            let one = |index| Ok(Evidence::collect(&tiles, index, &checkpoint)?.encode());
            Ok(indices.into_iter().map(one).collect::<Result<_, RegisterError>>()?)
        })
        .await
    }

    /// The nodes that show how `checkpoint` continues the tree of `earlier` leaves.
    pub(crate) async fn consistency(
        &self,
        earlier: u64,
        checkpoint: Arc<SignedCheckpoint>,
    ) -> Result<Option<Vec<Node>>, Failure> {
        let tiles = Arc::clone(&self.tiles);
        blocking(move || {
            let size = checkpoint.checkpoint().size();
            if earlier > size {
                return Ok(None);
            }
            let path = Tree::new(&*tiles, size).consistency(earlier).map_err(RegisterError::from)?;
            Ok(Some(path))
        })
        .await
    }

    /// A tile of hashes; leaves' texts are not handed out this way.
    pub(crate) async fn tile(&self, tile: TileId) -> Result<Option<Vec<u8>>, Failure> {
        if tile.kind() == TileKind::Entries {
            return Ok(None);
        }
        let tiles = Arc::clone(&self.tiles);
        blocking(move || {
            let bytes = tiles
                .read_tile(tile)
                .map_err(|source| RegisterError::Tree(TreeError::Storage { tile, source }))?;
            Ok(bytes.and_then(|bytes| tile.cut_from(&bytes).map(<[u8]>::to_vec)))
        })
        .await
    }
}

/// Tiles with those read before: leaves of one item stand close together.
struct Remembered<'a> {
    tiles: &'a LogFolder<StoreDisk>,
    seen: RefCell<HashMap<TileId, Option<Vec<u8>>>>,
}

impl ReadTiles for &Remembered<'_> {
    fn read_tile(&self, tile: TileId) -> io::Result<Option<Vec<u8>>> {
        if let Some(seen) = self.seen.borrow().get(&tile) {
            return Ok(seen.clone());
        }
        let read = self.tiles.read_tile(tile)?;
        self.seen.borrow_mut().insert(tile, read.clone());
        Ok(read)
    }
}

impl Writer {
    /// Waits for the writer to end.
    pub(crate) async fn join(self) {
        if tokio::task::spawn_blocking(move || self.0.join().is_err()).await.unwrap_or(true) {
            tracing::error!("the register's writer ended abnormally");
        }
    }
}

/// Appends everything queued, batch by batch.
fn publish(
    sequencer: &mut Sequencer<LogFolder<StoreDisk>, CheckpointFile<StoreDisk>>,
    metadata: &dyn Metadata,
    clock: &dyn Clock,
) -> Result<(), RegisterError> {
    loop {
        let size = sequencer.size();
        let queued = store::read(metadata, |view| view.leaves_from(size, BATCH))?;
        if queued.is_empty() {
            return Ok(());
        }
        let leaves: Vec<&[u8]> = queued.iter().map(|record| record.leaf.leaf.as_slice()).collect();
        sequencer.append(size, &leaves, clock.now())?;
    }
}
