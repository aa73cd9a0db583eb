//! Two hosts on this machine, joined by a line whose delay, rate and loss are ours to set.
//!
//! Each host is a network namespace with one TUN device. What a host sends comes out of its device as packets, waits on the
//! [`queue`] of its direction, and goes into the other's. Needs root; touches no address outside the two namespaces.

mod queue;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tun_rs::{DeviceBuilder, SyncDevice};

use self::queue::Queue;
use super::measure::Line;
use crate::recipes::Failure;

/// Bytes of a packet at most.
const MTU: u16 = 1500;

/// What a line is like, each way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    /// There and back.
    pub(super) round_trip: Duration,
    /// Of so many packets one is lost; 0 for none.
    pub(super) one_lost_of: u32,
    /// Bits per second.
    pub(super) rate: u64,
}

/// One of the two hosts.
#[derive(Debug)]
pub(super) struct Host {
    namespace: String,
    /// Its address on the line.
    pub(super) address: &'static str,
}

impl Host {
    /// The words that let a command run there, behind `ip`.
    pub(super) fn enter(&self) -> Vec<String> {
        ["netns", "exec", &self.namespace].map(str::to_owned).to_vec()
    }

    fn ip(&self, words: &[&str]) -> Result<(), Failure> {
        Line::new("ip").with(["-n", &self.namespace]).with(words).output().map(drop)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        Line::new("ip").with(["netns", "delete", &self.namespace]).output().ok();
    }
}

/// Both hosts and the line between them.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) near: Host,
    pub(super) far: Host,
    queues: [Arc<Mutex<Queue>>; 2],
    ended: Arc<AtomicBool>,
    carriers: Vec<JoinHandle<()>>,
}

impl Joined {
    /// Makes both hosts; nothing of them outlives this value.
    pub(super) fn new(shape: Shape, seed: u64) -> Result<Self, Failure> {
        let ended = Arc::new(AtomicBool::new(false));
        let (near, one) = host("near", "10.99.0.1")?;
        let (far, other) = host("far", "10.99.0.2")?;
        let queue = |seed| Arc::new(Mutex::new(Queue::new(shape, StdRng::seed_from_u64(seed))));
        let queues = [queue(seed), queue(seed + 1)];
        let mut joined = Self { near, far, queues: queues.clone(), ended, carriers: Vec::new() };
        let [there, back] = queues;
        for (from, to, queue) in [(&one, &other, there), (&other, &one, back)] {
            joined.carry(Arc::clone(from), Arc::clone(to), queue);
        }
        Ok(joined)
    }

    /// Makes the line another one, with the losses of this seed.
    pub(super) fn set(&self, shape: Shape, seed: u64) {
        for (queue, seed) in self.queues.iter().zip(seed..) {
            *lock(queue) = Queue::new(shape, StdRng::seed_from_u64(seed));
        }
    }

    /// Carries packets one way, in two threads: one takes them in and says when each is due, the other waits for that.
    fn carry(&mut self, from: Arc<SyncDevice>, to: Arc<SyncDevice>, queue: Arc<Mutex<Queue>>) {
        let (send, due) = mpsc::channel::<(Instant, Vec<u8>)>();
        let ended = Arc::clone(&self.ended);
        self.carriers.push(thread::spawn(move || {
            let mut packet = vec![0; usize::from(MTU) + 64];
            // The device goes with its namespace: then reading fails.
            while let Ok(length) = from.recv(&mut packet) {
                let due = lock(&queue).take(Instant::now(), length);
                let packet = packet.get(..length).unwrap_or_default().to_vec();
                if due.is_some_and(|due| send.send((due, packet)).is_err()) || ended.load(Ordering::Relaxed) {
                    break;
                }
            }
        }));
        self.carriers.push(thread::spawn(move || {
            while let Ok((at, packet)) = due.recv() {
                thread::sleep(at.saturating_duration_since(Instant::now()));
                // A host that is gone takes nothing.
                to.send(&packet).ok();
            }
        }));
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Both devices are taken down, so that whoever waits for packets hears of it.
        for host in [&self.near, &self.far] {
            host.ip(&["link", "delete", "line"]).ok();
        }
        for carrier in self.carriers.drain(..) {
            carrier.join().ok();
        }
    }
}

/// Makes a namespace with a TUN device at this address, and TCP under Cubic.
fn host(name: &str, address: &'static str) -> Result<(Host, Arc<SyncDevice>), Failure> {
    let namespace = format!("vault-bench-{}-{name}", std::process::id());
    Line::new("ip").with(["netns", "add", &namespace]).output().map_err(needs_root)?;
    let host = Host { namespace, address };
    // Short: the name of a device has at most 15 bytes. In its namespace it is `line`.
    let outside = format!("vb{}{name:.1}", std::process::id() % 100_000);
    let device: io::Result<_> = DeviceBuilder::new().name(&outside).mtu(MTU).enable(false).build_sync();
    let device = device.map_err(|error| needs_root(error.into()))?;
    Line::new("ip").with(["link", "set", &outside, "netns", &host.namespace, "name", "line"]).output()?;
    host.ip(&["address", "add", &format!("{address}/24"), "dev", "line"])?;
    host.ip(&["link", "set", "lo", "up"])?;
    host.ip(&["link", "set", "line", "up", "mtu", &MTU.to_string()])?;
    // A namespace may not choose the control of all its connections, but that of a route.
    host.ip(&["route", "replace", "10.99.0.0/24", "dev", "line", "congctl", "cubic"])?;
    Ok((host, Arc::new(device)))
}

fn needs_root(failure: Failure) -> Failure {
    format!("two hosts on one machine need root and /dev/net/tun: {failure}").into()
}

fn lock(queue: &Mutex<Queue>) -> std::sync::MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}
