//! The wall clock is set back and ahead, under a running relay and between runs: nothing ends that should not, nothing ends
//! twice, and what was entered stays in order (docs/reliability.md, "A clock that jumps").
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Office, Sealed, demand, fetch, kinds, receipt, state};
use vault_core::register::event::EventKind;
use vault_core::sealing::Draft;
use vault_core::term::Term;
use vault_core::transfer::copy::CopyState;
use vault_relay::client::{ClientError, Standing};
use vault_relay::server::Clock as _;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

impl Office {
    async fn sweep(&self) {
        self.relay.as_ref().unwrap().upkeep_now().await;
    }

    async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    /// State of the one copy, and how often its end was entered.
    async fn copy(&self, sealed: &Sealed) -> (CopyState, usize) {
        let status = self.station(1).await.status(sealed.hash()).await.unwrap();
        let ends = ["expired", "received", "returned", "recalled"];
        let ended = kinds(&status.evidence).iter().filter(|kind| ends.contains(kind)).count();
        (status.copies[0].state, ended)
    }

    /// To p3, to be read within ten days.
    async fn sent(&self, seed: u64) -> Sealed {
        let mut draft = Draft::new("关于测试的通知", "内部", &[self.holder(3)]);
        (draft.term, draft.read_by) = (Some(Term::Long), Some(self.world.now().plus_days(10)));
        let sealed = self.seal_draft(seed, b"content", &draft);
        sealed.submit(&self.station(1).await).await;
        sealed
    }

    /// Demanded, fetched and received by p3, who signs with his own clock.
    async fn received(&self, sealed: &Sealed) {
        let (reader, member) = (self.station(3).await, self.world.member(3));
        let leaf = reader.demand(&demand(&self.world, member, sealed)).await.unwrap().leaf.leaf.hash();
        assert_eq!(fetch(&reader, sealed, leaf, 0).await.unwrap(), sealed.content);
        reader.receipt(&receipt(&self.world, member, sealed, leaf)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_set_ahead_for_a_moment_ends_nothing() {
    let office = Office::open().await;
    let sealed = office.sent(1).await;
    office.sweep().await;
    office.clock.set(YEAR);
    office.sweep().await;
    office.clock.forward(HOUR / 2);
    office.sweep().await;
    assert_eq!(office.copy(&sealed).await, (CopyState::Available, 0));
    // Nobody is served by a clock that says it is too late; nothing is lost by that.
    let refused = office.station(3).await.header(sealed.hash()).await;
    assert!(matches!(refused, Err(ClientError::Refused { .. })), "{refused:?}");
    office.clock.set(-YEAR);
    office.sweep().await;
    assert_eq!(office.copy(&sealed).await, (CopyState::Available, 0));
    office.received(&sealed).await;
    assert_eq!(office.copy(&sealed).await, (CopyState::Received, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ended_by_a_clock_that_stayed_ahead_has_one_end_when_it_is_set_back() {
    let mut office = Office::open().await;
    let sealed = office.sent(1).await;
    office.sweep().await;
    office.clock.set(YEAR);
    office.sweep().await;
    office.clock.forward(2 * HOUR);
    office.sweep().await;
    assert_eq!(office.copy(&sealed).await, (CopyState::Expired, 1), "a clock that stays so is believed");
    for set in [-YEAR, -HOUR, YEAR, -YEAR] {
        office.clock.set(set);
        office.restart().await;
        office.clock.forward(2 * HOUR);
        office.sweep().await;
        assert_eq!(office.copy(&sealed).await, (CopyState::Expired, 1), "set by {set} s");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn items_received_and_the_register_stand_whatever_the_clock_does() {
    let mut office = Office::open().await;
    let (done, waits) = (office.sent(1).await, office.sent(2).await);
    office.received(&done).await;
    let mut seen = None;
    for (number, set) in [-HOUR, HOUR, -YEAR, YEAR, HOUR, -HOUR].into_iter().enumerate() {
        office.clock.set(set);
        if number % 2 == 1 {
            office.restart().await;
        }
        office.sweep().await;
        // What comes meanwhile is accepted by a clock near its own, and else refused for its time; its leaf follows the others.
        let late = state(&office.world, office.world.member(3), &done, EventKind::Opened, |event| {
            event.time = event.time.plus_seconds(i64::try_from(number).unwrap());
        });
        let entered = office.station(3).await.statement(&late).await;
        let near = office.world.now().seconds_since(office.clock.now()).abs() < DAY;
        match entered {
            Ok(_) => {}
            Err(ClientError::Refused { code, .. }) => {
                assert!(!near, "set by {set} s: {code}");
                assert!(
                    ["statement-time", "statement-signer", "copy-state"].contains(&code.as_str()),
                    "{code}"
                );
            }
            Err(other) => panic!("set by {set} s: {other:?}"),
        }
        assert_eq!(office.copy(&done).await, (CopyState::Received, 1), "set by {set} s");
        assert_eq!(office.copy(&waits).await, (CopyState::Available, 0), "set by {set} s");
        let standing = office.station(1).await.checkpoint(seen.as_ref()).await.unwrap();
        let Standing::Continues(checkpoint) = standing else { panic!("set by {set} s: the log forks") };
        seen = Some(checkpoint);
    }
    office.received(&waits).await;
    assert_eq!(office.copy(&waits).await, (CopyState::Received, 1));
}
