//! One consignment: a copy on its way to one holder, from release to its one final state.
//!
//! ```text
//! available -> demanded -> received      (final)
//!     ^------------'  lapse, damage
//! available | demanded -> returned       (final)
//! available            -> recalled | expired   (final)
//! withheld                               (final from release on)
//! ```
//! Several clerks may demand a unit's copy at once; the first valid receipt settles it. A demand names
//! and pins the header it was shown, so a later header never touches it. Copy 0 does not travel and has
//! no consignment. When a holder passes his copy on, that is a new consignment: this one stays ended.

use thiserror::Error;
use vault_keys::key_id::KeyId;
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;

use crate::item::hashes::AccessHash;
use crate::register::leaf::LeafHash;

/// Demands one consignment keeps, open and lapsed together; more are refused.
pub const DEMANDS_MAX: usize = 64;
/// Those of one person among them: of a unit's clerks none uses up what is there for the others.
pub const DEMANDS_PER_PERSON_MAX: usize = 16;

/// Where a copy stands, as listings show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CopyState {
    /// Waiting for its holder.
    Available,
    /// At least one signed demand is open.
    Demanded,
    /// A receipt settled it. Final.
    Received,
    /// The holder gave it back without taking it. Final.
    Returned,
    /// The sender called it back before anybody demanded it. Final.
    Recalled,
    /// The holder no longer qualified at release. Final.
    Withheld,
    /// Its time passed. Final.
    Expired,
}

impl CopyState {
    /// All states, in the order of the design.
    pub const ALL: [Self; 7] = [
        Self::Available,
        Self::Demanded,
        Self::Received,
        Self::Returned,
        Self::Recalled,
        Self::Withheld,
        Self::Expired,
    ];

    /// The stable word for storage, replies and `--json`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Demanded => "demanded",
            Self::Received => "received",
            Self::Returned => "returned",
            Self::Recalled => "recalled",
            Self::Withheld => "withheld",
            Self::Expired => "expired",
        }
    }

    /// The state of a stored word; `None` for any other text.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether the copy has ended; an ended copy never revives.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Available | Self::Demanded)
    }
}

/// A signed demand as the consignment remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Demand {
    /// Its register leaf: its name from here on.
    pub leaf: LeafHash,
    /// The access note of the header it was shown and is served under.
    pub access: AccessHash,
    /// Who signed it.
    pub person: PersonNo,
    /// The machine the bytes go to.
    pub station: KeyId,
    /// When the relay took it.
    pub time: Time,
    /// Whether it is still waited for.
    pub standing: DemandStanding,
}

/// Whether a demand is still waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DemandStanding {
    /// Bytes may be served, a receipt is expected.
    Open,
    /// No receipt came in time. Its receipt is still taken while the copy has not ended.
    Lapsed,
}

/// Why a consignment cannot take this step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CopyRefusal {
    /// It reached its final state.
    #[error("the copy is {} already", .0.word())]
    Ended(CopyState),
    /// The demand names a header that has been replaced.
    #[error("the header was replaced; look at the current one first")]
    StaleHeader {
        /// The access note in force.
        current: AccessHash,
    },
    /// No demand of that leaf stands here.
    #[error("no such demand stands on this copy")]
    UnknownDemand,
    /// The receipt names another header than its demand.
    #[error("the receipt names another header than the demand it answers")]
    OtherHeader {
        /// The access note the demand pinned.
        pinned: AccessHash,
    },
    /// Somebody demanded the copy: a recall comes too late, an expiry waits.
    #[error("the copy is demanded already")]
    DemandedAlready,
    /// Too many demands stand on the copy.
    #[error("{DEMANDS_MAX} demands stand on this copy; no more are taken")]
    TooManyDemands,
    /// Too many demands of one person stand on the copy.
    #[error("{DEMANDS_PER_PERSON_MAX} demands of yours stand on this copy; no more are taken")]
    TooManyOfPerson,
}

/// Whether a step changed anything; saying the same again gets the same answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The state changed.
    Done,
    /// The same had been said before.
    Already,
}

/// What is known when a recall succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// Nobody ever demanded the copy.
    Unserved,
    /// A demand had lapsed: the bytes may have been served and count as known.
    MayBeKnown,
}

/// A copy on its way to one holder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Consignment {
    access: AccessHash,
    demands: Vec<Demand>,
    end: Option<End>,
}

/// How a consignment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// By the receipt that answers this demand.
    Received {
        /// The demand's leaf.
        demand: LeafHash,
    },
    /// Given back by the holder.
    Returned,
    /// Called back by the sender.
    Recalled,
    /// Never offered: the holder did not qualify at release.
    Withheld,
    /// Its time passed.
    Expired,
}

impl Consignment {
    /// A copy offered to its holder under the header with this access note.
    #[must_use]
    pub fn available(access: AccessHash) -> Self {
        Self { access, demands: Vec::new(), end: None }
    }

    /// A copy whose holder did not qualify at release.
    #[must_use]
    pub fn withheld(access: AccessHash) -> Self {
        Self { access, demands: Vec::new(), end: Some(End::Withheld) }
    }

    /// Puts a stored consignment together again; `None` when the parts contradict each other.
    #[must_use]
    pub fn restore(access: AccessHash, demands: Vec<Demand>, end: Option<End>) -> Option<Self> {
        let distinct = demands
            .iter()
            .enumerate()
            .all(|(at, demand)| demands.iter().take(at).all(|earlier| earlier.leaf != demand.leaf));
        let settled = match end {
            Some(End::Received { demand }) => demands.iter().any(|known| known.leaf == demand),
            _ => true,
        };
        (distinct && settled && demands.len() <= DEMANDS_MAX).then_some(Self { access, demands, end })
    }

    /// Where the copy stands.
    #[must_use]
    pub fn state(&self) -> CopyState {
        match self.end {
            Some(End::Received { .. }) => CopyState::Received,
            Some(End::Returned) => CopyState::Returned,
            Some(End::Recalled) => CopyState::Recalled,
            Some(End::Withheld) => CopyState::Withheld,
            Some(End::Expired) => CopyState::Expired,
            None if self.open_demands().next().is_some() => CopyState::Demanded,
            None => CopyState::Available,
        }
    }

    /// The access note a new demand must name.
    #[must_use]
    pub fn access(&self) -> AccessHash {
        self.access
    }

    /// Every demand that was not withdrawn as damaged, oldest first.
    #[must_use]
    pub fn demands(&self) -> &[Demand] {
        &self.demands
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// The demand under which bytes may be served to this person now.
    #[must_use]
    pub fn serves(&self, leaf: LeafHash, person: PersonNo) -> Option<&Demand> {
        if self.end.is_some() {
            return None;
        }
        self.open_demands().find(|demand| demand.leaf == leaf && demand.person == person)
    }

    /// A holder, or one of the unit's clerks, signs for the bytes to come.
    ///
    /// # Errors
    /// When the copy has ended, the demand names a header no longer current, or too many stand.
    pub fn demand(&mut self, demand: Demand) -> Result<Step, CopyRefusal> {
        if self.demands.iter().any(|known| known.leaf == demand.leaf) {
            return Ok(Step::Already);
        }
        self.not_ended()?;
        if demand.access != self.access {
            return Err(CopyRefusal::StaleHeader { current: self.access });
        }
        if self.demands.len() == DEMANDS_MAX {
            return Err(CopyRefusal::TooManyDemands);
        }
        let own = self.demands.iter().filter(|known| known.person == demand.person).count();
        if own >= DEMANDS_PER_PERSON_MAX {
            return Err(CopyRefusal::TooManyOfPerson);
        }
        self.demands.push(Demand { standing: DemandStanding::Open, ..demand });
        Ok(Step::Done)
    }

    /// A receipt: bytes verified and stored. A lapsed demand may still be answered.
    ///
    /// # Errors
    /// When the copy has ended otherwise, or no demand of that leaf and header stands.
    pub fn receive(&mut self, demand: LeafHash, access: AccessHash) -> Result<Step, CopyRefusal> {
        let known = self.demands.iter().find(|known| known.leaf == demand);
        match self.end {
            Some(End::Received { demand: settled }) if settled == demand => return Ok(Step::Already),
            Some(_) => return Err(CopyRefusal::Ended(self.state())),
            None => {}
        }
        let pinned = known.ok_or(CopyRefusal::UnknownDemand)?.access;
        if pinned != access {
            return Err(CopyRefusal::OtherHeader { pinned });
        }
        self.end = Some(End::Received { demand });
        Ok(Step::Done)
    }

    /// A holder reports the bytes of his demand, or what the header showed him, as damaged: the copy is
    /// available again.
    ///
    /// # Errors
    /// When the copy has ended or the demand is not known.
    pub fn damage(&mut self, demand: Option<LeafHash>) -> Result<Step, CopyRefusal> {
        self.not_ended()?;
        let Some(leaf) = demand else { return Ok(Step::Already) };
        let at =
            self.demands.iter().position(|known| known.leaf == leaf).ok_or(CopyRefusal::UnknownDemand)?;
        self.demands.remove(at);
        Ok(Step::Done)
    }

    /// Marks every open demand taken before `deadline` as lapsed and names them.
    pub fn lapse(&mut self, deadline: Time) -> Vec<LeafHash> {
        if self.end.is_some() {
            return Vec::new();
        }
        let mut lapsed = Vec::new();
        for demand in &mut self.demands {
            if demand.standing == DemandStanding::Open && demand.time < deadline {
                demand.standing = DemandStanding::Lapsed;
                lapsed.push(demand.leaf);
            }
        }
        lapsed
    }

    /// The holder gives the copy back without a receipt.
    ///
    /// # Errors
    /// When the copy has ended otherwise.
    pub fn give_back(&mut self) -> Result<Step, CopyRefusal> {
        if self.end == Some(End::Returned) {
            return Ok(Step::Already);
        }
        self.not_ended()?;
        self.end = Some(End::Returned);
        Ok(Step::Done)
    }

    /// The sender calls the copy back. Whoever demanded first counts as knowing the item.
    ///
    /// # Errors
    /// When the copy has ended or a demand is open.
    pub fn recall(&mut self) -> Result<Recall, CopyRefusal> {
        if self.end != Some(End::Recalled) {
            self.undemanded()?;
            self.end = Some(End::Recalled);
        }
        Ok(if self.demands.is_empty() { Recall::Unserved } else { Recall::MayBeKnown })
    }

    /// The relay finds the copy's time passed. An open demand is let run until it lapses.
    ///
    /// # Errors
    /// When the copy has ended or a demand is open.
    pub fn expire(&mut self) -> Result<Step, CopyRefusal> {
        if self.end == Some(End::Expired) {
            return Ok(Step::Already);
        }
        self.undemanded()?;
        self.end = Some(End::Expired);
        Ok(Step::Done)
    }

    /// The shared line moved on: new demands name the new header, open ones keep theirs.
    ///
    /// # Errors
    /// When the copy has ended.
    pub fn replace_header(&mut self, access: AccessHash) -> Result<Step, CopyRefusal> {
        self.not_ended()?;
        if self.access == access {
            return Ok(Step::Already);
        }
        self.access = access;
        Ok(Step::Done)
    }

    fn open_demands(&self) -> impl Iterator<Item = &Demand> {
        self.demands.iter().filter(|demand| demand.standing == DemandStanding::Open)
    }

    fn not_ended(&self) -> Result<(), CopyRefusal> {
        if self.end.is_some() { Err(CopyRefusal::Ended(self.state())) } else { Ok(()) }
    }

    fn undemanded(&self) -> Result<(), CopyRefusal> {
        self.not_ended()?;
        if self.open_demands().next().is_some() { Err(CopyRefusal::DemandedAlready) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;

    use super::*;

    fn access(byte: u8) -> AccessHash {
        AccessHash::from_bytes([byte; 32])
    }

    fn leaf(byte: u8) -> LeafHash {
        LeafHash::from_bytes([byte; 32])
    }

    fn demand(byte: u8, header: u8, time: i64) -> Demand {
        Demand {
            leaf: leaf(byte),
            access: access(header),
            person: PersonNo::new(u32::from(byte)).unwrap(),
            station: KeyId::from_bytes([byte; 32]),
            time: Time::from_unix(time).unwrap(),
            standing: DemandStanding::Open,
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Op {
        Demand(u8, u8),
        Receive(u8, u8),
        Damage(Option<u8>),
        Lapse(i64),
        GiveBack,
        Recall,
        Expire,
        Replace(u8),
    }

    const OPS: [Op; 16] = [
        Op::Demand(1, 1),
        Op::Demand(1, 2),
        Op::Demand(2, 1),
        Op::Demand(2, 2),
        Op::Receive(1, 1),
        Op::Receive(1, 2),
        Op::Receive(2, 1),
        Op::Receive(2, 2),
        Op::Damage(None),
        Op::Damage(Some(1)),
        Op::Damage(Some(2)),
        Op::Lapse(15),
        Op::Lapse(25),
        Op::GiveBack,
        Op::Recall,
        Op::Expire,
    ];

    fn apply(copy: &mut Consignment, op: Op) -> Result<(), CopyRefusal> {
        match op {
            // Demand 1 comes at second 10, demand 2 at second 20.
            Op::Demand(who, header) => copy.demand(demand(who, header, i64::from(who) * 10)).map(drop),
            Op::Receive(who, header) => copy.receive(leaf(who), access(header)).map(drop),
            Op::Damage(who) => copy.damage(who.map(leaf)).map(drop),
            Op::Lapse(deadline) => {
                drop(copy.lapse(Time::from_unix(deadline).unwrap()));
                Ok(())
            }
            Op::GiveBack => copy.give_back().map(drop),
            Op::Recall => copy.recall().map(drop),
            Op::Expire => copy.expire().map(drop),
            Op::Replace(header) => copy.replace_header(access(header)).map(drop),
        }
    }

    fn check_invariants(before: &Consignment, op: Op, result: Result<(), CopyRefusal>, after: &Consignment) {
        let (from, to) = (before.state(), after.state());
        if result.is_err() {
            assert_eq!(before, after, "a refused step changed something: {op:?}");
        }
        if from.is_final() {
            assert_eq!(before, after, "an ended copy changed: {op:?}");
        }
        let allowed = from == to
            || matches!(
                (from, to),
                (CopyState::Available, CopyState::Demanded)
                    | (CopyState::Demanded, CopyState::Available)
                    | (_, CopyState::Received | CopyState::Returned)
                    | (CopyState::Available, CopyState::Recalled | CopyState::Expired)
            );
        assert!(allowed, "{from:?} -> {to:?} by {op:?}");
        if to == CopyState::Received && from != to {
            assert!(!before.demands().is_empty(), "received without a demand");
        }
        for kept in after.demands() {
            // A demand never changes the header it pinned.
            if let Some(earlier) = before.demands().iter().find(|earlier| earlier.leaf == kept.leaf) {
                assert_eq!(earlier.access, kept.access);
            }
            if after.serves(kept.leaf, kept.person).is_some() {
                assert_eq!(to, CopyState::Demanded);
            }
        }
        assert_eq!(
            Consignment::restore(after.access(), after.demands().to_vec(), after.end()).as_ref(),
            Some(after)
        );
    }

    #[test]
    fn every_reachable_state_keeps_the_promises() {
        let mut seen = HashSet::new();
        let mut open = vec![Consignment::available(access(1)), Consignment::withheld(access(1))];
        let mut ends = HashSet::new();
        while let Some(copy) = open.pop() {
            if !seen.insert(copy.clone()) {
                continue;
            }
            ends.insert(copy.state());
            for op in OPS.into_iter().chain([Op::Replace(1), Op::Replace(2)]) {
                let mut after = copy.clone();
                let result = apply(&mut after, op);
                check_invariants(&copy, op, result, &after);
                // The same step again changes nothing more.
                let mut again = after.clone();
                if apply(&mut again, op).is_ok() && !matches!(op, Op::Damage(_)) {
                    assert_eq!(again, after, "{op:?} twice");
                }
                open.push(after);
            }
        }
        assert_eq!(ends.len(), CopyState::ALL.len(), "some state is never reached: {ends:?}");
        assert!(seen.len() > 50);
    }

    #[test]
    fn first_receipt_settles_and_the_second_clerk_is_told() {
        let mut copy = Consignment::available(access(1));
        copy.demand(demand(1, 1, 10)).unwrap();
        copy.demand(demand(2, 1, 20)).unwrap();
        assert_eq!(copy.receive(leaf(2), access(1)), Ok(Step::Done));
        assert_eq!(copy.receive(leaf(2), access(1)), Ok(Step::Already));
        assert_eq!(copy.receive(leaf(1), access(1)), Err(CopyRefusal::Ended(CopyState::Received)));
    }

    #[test]
    fn replacement_touches_undemanded_copies_only() {
        let mut copy = Consignment::available(access(1));
        copy.demand(demand(1, 1, 10)).unwrap();
        copy.replace_header(access(2)).unwrap();
        assert_eq!(copy.demand(demand(2, 1, 20)), Err(CopyRefusal::StaleHeader { current: access(2) }));
        assert_eq!(copy.receive(leaf(1), access(2)), Err(CopyRefusal::OtherHeader { pinned: access(1) }));
        assert_eq!(copy.receive(leaf(1), access(1)), Ok(Step::Done));
    }

    #[test]
    fn late_receipt_of_a_lapsed_demand_counts() {
        let mut copy = Consignment::available(access(1));
        copy.demand(demand(1, 1, 10)).unwrap();
        assert_eq!(copy.lapse(Time::from_unix(11).unwrap()), [leaf(1)]);
        assert_eq!(copy.state(), CopyState::Available);
        assert_eq!(copy.serves(leaf(1), PersonNo::new(1).unwrap()), None);
        assert_eq!(copy.receive(leaf(1), access(1)), Ok(Step::Done));
    }

    #[test]
    fn recall_is_judged_by_demand() {
        let mut copy = Consignment::available(access(1));
        copy.demand(demand(1, 1, 10)).unwrap();
        assert_eq!(copy.recall(), Err(CopyRefusal::DemandedAlready));
        drop(copy.lapse(Time::from_unix(11).unwrap()));
        assert_eq!(copy.recall(), Ok(Recall::MayBeKnown));
        assert_eq!(Consignment::available(access(1)).recall(), Ok(Recall::Unserved));
    }

    #[test]
    fn demands_are_bounded() {
        let mut copy = Consignment::available(access(1));
        for byte in 1..=DEMANDS_MAX {
            copy.demand(demand(u8::try_from(byte).unwrap(), 1, 10)).unwrap();
        }
        assert_eq!(copy.demand(demand(200, 1, 10)), Err(CopyRefusal::TooManyDemands));
    }

    #[test]
    fn one_clerk_leaves_demands_for_the_others() {
        let mut copy = Consignment::available(access(1));
        let of_first = |byte| Demand { person: PersonNo::new(1).unwrap(), ..demand(byte, 1, 10) };
        for byte in 1..=16 {
            copy.demand(of_first(byte)).unwrap();
        }
        assert_eq!(copy.demand(of_first(17)), Err(CopyRefusal::TooManyOfPerson));
        assert_eq!(copy.demand(of_first(16)), Ok(Step::Already));
        assert_eq!(copy.demand(demand(20, 1, 10)), Ok(Step::Done));
        // One that is given up makes room.
        copy.damage(Some(leaf(3))).unwrap();
        assert_eq!(copy.demand(of_first(17)), Ok(Step::Done));
    }

    #[test]
    fn contradicting_rows_are_not_restored() {
        let received = Some(End::Received { demand: leaf(1) });
        assert_eq!(Consignment::restore(access(1), Vec::new(), received), None);
        let twice = vec![demand(1, 1, 10), demand(1, 1, 10)];
        assert_eq!(Consignment::restore(access(1), twice, None), None);
    }
}
