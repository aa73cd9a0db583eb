//! One direction of a line: when a packet that enters it now comes out, if it does.

use std::time::{Duration, Instant};

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::Shape;

/// The longest a packet waits for those before it; one that would wait longer is dropped, as a router does.
const PATIENCE: Duration = Duration::from_millis(100);

/// One direction.
#[derive(Debug)]
pub(super) struct Queue {
    shape: Shape,
    losses: StdRng,
    /// When everything that entered is on its way.
    free: Option<Instant>,
}

impl Queue {
    pub(super) fn new(shape: Shape, losses: StdRng) -> Self {
        Self { shape, losses, free: None }
    }

    /// Takes a packet of so many bytes; when it arrives, or none if it is lost.
    pub(super) fn take(&mut self, now: Instant, bytes: usize) -> Option<Instant> {
        let begins = self.free.map_or(now, |free| free.max(now));
        if begins.saturating_duration_since(now) > PATIENCE {
            return None;
        }
        let sending = Duration::from_nanos(bytes as u64 * 8 * 1_000_000_000 / self.shape.rate);
        let ends = begins + sending;
        self.free = Some(ends);
        let lost = self.shape.one_lost_of > 0 && self.losses.random_range(0..self.shape.one_lost_of) == 0;
        (!lost).then(|| ends + self.shape.round_trip / 2)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rand::SeedableRng as _;

    use super::*;

    fn queue(one_lost_of: u32) -> Queue {
        let shape = Shape { round_trip: Duration::from_millis(50), one_lost_of, rate: 8_000_000 };
        Queue::new(shape, StdRng::seed_from_u64(1))
    }

    #[test]
    fn packets_come_out_one_after_another_and_half_a_round_trip_later() {
        let (mut queue, now) = (queue(0), Instant::now());
        let out: Vec<_> = (0..3).map(|_| queue.take(now, 1000).unwrap() - now).collect();
        assert_eq!(out, [26, 27, 28].map(Duration::from_millis));
        // Later on an idle line nobody waits.
        let later = now + Duration::from_secs(1);
        assert_eq!(queue.take(later, 1000).unwrap() - later, Duration::from_millis(26));
    }

    #[test]
    fn a_full_line_drops_what_comes() {
        let (mut queue, now) = (queue(0), Instant::now());
        let taken = (0..1000).filter(|_| queue.take(now, 1000).is_some()).count();
        assert_eq!(taken, 101);
    }

    #[test]
    fn so_many_are_lost() {
        let (mut queue, mut now) = (queue(100), Instant::now());
        let mut lost = 0;
        for _ in 0..100_000 {
            now += Duration::from_millis(2);
            lost += u32::from(queue.take(now, 1000).is_none());
        }
        assert!((900..1100).contains(&lost), "{lost}");
    }
}
