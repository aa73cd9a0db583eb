//! Whether a request is in order, and whether it is decided: the leave of every act but sending (docs/decisions.md,
//! "Requests").

use vault_keys::digest::{NoteHash, PolicyHash};
use vault_keys::directory::Directory;
use vault_keys::key_id::KeyKind;
use vault_keys::note::{Note, Signed, Verifier};
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::clearance;
use super::code::Code;
use super::deciding::{self, Entered, Matter};
use super::facts::{Facts, Published, Side, Subject};
use super::ground::look_up_by;
use super::refusal::{Decision, Refusal, Refused};
use super::{level, standing};
use crate::decision::{Act, DecisionNote, Request, Taken, carried_by, decisions_in};
use crate::item::{ItemHeader, Label, LabelHash, OriginKind};
use crate::policy::Step;
use crate::register::event::{Event, EventKind};

impl<'a> Matter<'a> {
    /// An act asked for.
    #[must_use]
    pub fn of_request(request: &'a Signed<Request>) -> Self {
        Self::asked(request.value(), request.hash())
    }

    /// The same of a text whose hash is this; who is asked is judged before there is one.
    fn asked(text: &'a Request, hash: NoteHash) -> Self {
        Self {
            about: crate::decision::About::request(hash),
            unit: text.unit,
            level: text.level,
            apart: [text.requester.person; 2],
            deciders: &text.deciders,
            decide_by: Some(text.decide_by),
            made: text.made,
        }
    }
}

/// Judges a request before it is signed, by whoever means to ask: everything but the signature.
///
/// # Errors
/// [`Refused`] with every refusal.
pub fn judge_request_draft(
    published: &Published<'_>,
    request: &Request,
    labels: &[&Signed<Label>],
    now: Time,
) -> Result<(), Refused> {
    asked(published, request, None, labels, Side::Sender, now)
}

/// Judges a request as it is asked: by the relay when it comes in, and by whoever is to decide on it. `labels` are those
/// of the items it concerns, each proved by whoever hands them in; empty for a standing approval.
///
/// # Errors
/// [`Refused`] with every refusal.
pub fn judge_request(
    published: &Published<'_>,
    request: &Signed<Request>,
    labels: &[&Signed<Label>],
    side: Side<'_>,
    now: Time,
) -> Result<(), Refused> {
    asked(published, request.value(), Some(request), labels, side, now)
}

fn asked(
    published: &Published<'_>,
    text: &Request,
    signed: Option<&Signed<Request>>,
    labels: &[&Signed<Label>],
    side: Side<'_>,
    now: Time,
) -> Result<(), Refused> {
    let facts = Facts { published: *published, subject: Subject::Request(text), side };
    let mut decision = Decision::default();
    if text.org != published.org() {
        decision.refuse(Refusal::new(Code::WrongOrg, text.org));
        return decision.settle().accepted().map(drop);
    }
    in_order(&facts, text, signed, &mut decision);
    about_items(&facts, text, labels, &mut decision);
    if now > text.decide_by {
        decision.refuse(Refusal::new(Code::DecideByPassed, text.decide_by));
    }
    if !matches!(side, Side::Reader(_)) && published.present().policy() != text.policy {
        decision.refuse(Refusal::new(Code::PolicyDiffers, text.policy));
    }
    decision.settle().accepted().map(drop)
}

/// Judges a decision on a request that reaches the relay now, as [`super::hear`] does for an item.
///
/// # Errors
/// [`Refused`] with every refusal.
pub fn hear_on_request(
    published: &Published<'_>,
    request: &Signed<Request>,
    before: &[Entered<'_>],
    new: &Entered<'_>,
) -> Result<Taken, Refused> {
    let matter = Matter::of_request(request);
    deciding::heard(published, Subject::Request(request.value()), &matter, &[], before, new)
}

/// Judges a decided request where somebody makes use of it: in order, decided with these decisions, in time, and over
/// this label where it is about an item.
///
/// # Errors
/// [`Refused`] with every refusal.
pub fn judge_leave(
    published: &Published<'_>,
    request: &Signed<Request>,
    decisions: &[Signed<DecisionNote>],
    over: Option<(&Label, LabelHash)>,
    now: Time,
) -> Result<(), Refused> {
    let side = Side::Reader(super::facts::Reader::default());
    let facts = Facts { published: *published, subject: Subject::Request(request.value()), side };
    let notes: Vec<Note> =
        std::iter::once(request.note()).chain(decisions.iter().map(Signed::note)).cloned().collect();
    let mut decision = Decision::default();
    if leave_in(&facts, &notes, request.hash(), Use::First, &mut decision).is_none() {
        decision.refuse(Refusal::new(Code::LeaveMissing, request.value().act));
    }
    if let Some((label, hash)) = over {
        if !request.value().concerns(hash) {
            decision.refuse(Refusal::new(Code::LeaveOther, request.value().act));
        }
        reaches(request.value(), label, &mut decision);
        changed(&facts, request.value(), label, &mut decision);
    }
    if now > request.value().not_after {
        decision.refuse(Refusal::new(Code::LeaveExpired, request.value().not_after));
    }
    decision.settle().accepted().map(drop)
}

/// The same where somebody is about to make use of it: what a policy demands that came in force meanwhile, it has too.
///
/// # Errors
/// [`Refused`] with every refusal.
pub fn judge_use(
    published: &Published<'_>,
    request: &Signed<Request>,
    decisions: &[Signed<DecisionNote>],
    over: Option<(&Label, LabelHash)>,
    now: Time,
) -> Result<(), Refused> {
    judge_leave(published, request, decisions, over, now)?;
    let mut decision = Decision::default();
    under_policy(published, published.present().policy(), request.value(), &mut decision);
    decision.settle().accepted().map(drop)
}

/// Whether a leave is used for the first time, or was judged before where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// For the first time.
    First,
    /// What rests on it stands already.
    Before,
}

impl Use {
    /// By what an item's notes carry, its label aside: a new item brings it, the next header of one does not.
    pub(super) fn by_item(facts: &Facts<'_>) -> Self {
        match facts.side {
            Side::Relay(relay) if relay.stored().is_some() => Self::Before,
            _ => Self::First,
        }
    }
}

/// The requester's signature and station, and that the steps are those of the policy, asked of whoever may take them.
fn in_order(facts: &Facts<'_>, text: &Request, signed: Option<&Signed<Request>>, decision: &mut Decision) {
    let Some(ground) = look_up_by(facts, text.made, &text.directory, decision) else { return };
    let requester = text.requester.person;
    let Some(person) = ground.directory.person(requester) else {
        return decision.refuse(Refusal::new(Code::NumberUnknown, requester));
    };
    let key = ground.keys(person, KeyKind::Sign).find(|key| key.id == text.requester.key);
    let verifier = key.and_then(|key| key.verifying()).map(|key| Verifier::person(&text.org, requester, key));
    let proves = |verifier: Verifier| signed.is_none_or(|request| request.verified_by(&verifier).is_ok());
    if !verifier.is_some_and(proves) {
        decision.refuse(Refusal::new(Code::RequestSignature, requester));
    }
    if !ground.keys(person, KeyKind::Station).any(|key| key.id == text.station) {
        decision.refuse(Refusal::new(Code::StationKey, text.station));
    }
    standing::of_requester(facts, text, decision);
    // What the issuer does not decide is decided at home, and not where an approver is easier to find.
    if !Request::is_issuers(text.act) && !ground.stands_in() && !person.has_post_in(text.unit) {
        decision.refuse(Refusal::new(Code::RequestUnit, text.unit));
    }
    if !ground.stands_in() {
        deciding::judge_asked(
            &Matter::asked(text, NoteHash::from_bytes([0; 32])),
            ground.directory,
            decision,
        );
        holders(text, ground.directory, decision);
    }
    let Some(policy) = facts.published.policy(text.policy) else {
        return decision.refuse(Refusal::new(Code::PolicyUnknown, text.policy));
    };
    let asked = text.deciders.iter().map(|decider| (&decider.step, &decider.role));
    if !asked.eq(policy.act(text.act).iter().map(|step| (&step.step, &step.role))) {
        decision.refuse(Refusal::new(Code::DecidersDiffer, text.act));
    }
    if text.act == Act::Standing {
        standing_limits(text, policy.standing(), decision);
    }
}

/// A leave under another policy than the one it was asked for under: it has every step that this one demands, in their
/// order, and keeps within its limits. A policy that is tightened reaches what was decided before and not used yet.
pub(super) fn under_policy(
    published: &Published<'_>,
    policy: PolicyHash,
    text: &Request,
    decision: &mut Decision,
) {
    let Some(policy) = published.policy(policy).filter(|_| policy != text.policy) else { return };
    let mut taken = text.deciders.iter();
    let mut has = |step: &Step| taken.any(|own| own.step == step.step && own.role == step.role);
    if !policy.act(text.act).iter().all(&mut has) {
        decision.refuse(Refusal::new(Code::DecidersDiffer, text.act));
    }
    if text.act == Act::Standing {
        standing_limits(text, policy.standing(), decision);
    }
}

/// Who gets something may get it: known, cleared, of the house where it is a state secret.
fn holders(text: &Request, directory: &Directory, decision: &mut Decision) {
    if text.act == Act::Standing {
        return;
    }
    for holder in text.holders.iter() {
        match holder {
            Holder::Person(number) => match directory.person(*number) {
                Some(person) => clearance::person(person, text.level, Code::HolderClearance, decision),
                None => decision.refuse(Refusal::new(Code::NumberUnknown, number)),
            },
            Holder::Unit(number) => match directory.unit(*number) {
                Some(unit) if clearance::handles(unit, text.level) => {}
                Some(_) => decision.refuse(Refusal::new(Code::UnitLevel, number)),
                None => decision.refuse(Refusal::new(Code::NumberUnknown, number)),
            },
        }
    }
}

/// A standing approval stays within what the policy allows.
fn standing_limits(text: &Request, rule: Option<crate::policy::StandingRule>, decision: &mut Decision) {
    let Some(rule) = rule else {
        return decision.refuse(Refusal::new(Code::StandingBeyond, "policy"));
    };
    if text.level > rule.ceiling {
        decision.refuse(Refusal::new(Code::StandingBeyond, text.level));
    }
    if text.not_after > text.made.plus_days(rule.longest_days.into()) {
        decision.refuse(Refusal::new(Code::StandingBeyond, text.not_after));
    }
    if text.parameters.count.is_some_and(|count| count > rule.most_uses) {
        decision.refuse(Refusal::new(Code::StandingBeyond, "count"));
    }
}

/// The request says of its items what their labels say.
fn about_items(facts: &Facts<'_>, text: &Request, labels: &[&Signed<Label>], decision: &mut Decision) {
    for item in &text.items {
        let found = labels.iter().find(|label| LabelHash::of_note(label.hash()) == item.label);
        let Some(label) = found.map(|label| label.value()).filter(|label| label.item == item.item) else {
            decision.refuse(Refusal::new(Code::RequestItem, item.item));
            continue;
        };
        reaches(text, label, decision);
        changed(facts, text, label, decision);
        let lower = text.parameters.level.is_some_and(|level| level < label.level);
        if text.act == Act::Change && lower && label.origin.kind == OriginKind::Derived {
            // What came from elsewhere is lowered at its source.
            decision.refuse(Refusal::new(Code::DerivedLevel, item.item));
        }
    }
}

/// What a change makes of an item is what an item can be: level and term fit each other and the policy.
fn changed(facts: &Facts<'_>, text: &Request, label: &Label, decision: &mut Decision) {
    if text.act != Act::Change {
        return;
    }
    let new = Label {
        level: text.parameters.level.unwrap_or(label.level),
        term: text.parameters.term.clone().unwrap_or_else(|| label.term.clone()),
        ..label.clone()
    };
    level::term(&new, facts.published.policy(text.policy), decision);
}

/// Whether a request reaches an item: asked for at its level, and of the unit that decides. A leave is judged by this
/// where it is used, too: by file nobody else has seen both.
pub(super) fn reaches(text: &Request, label: &Label, decision: &mut Decision) {
    // A leave for something lower is none for this.
    if text.level < label.level {
        decision.refuse(Refusal::new(Code::RequestLevel, label.item));
    }
    if !Request::is_issuers(text.act) {
        return;
    }
    if label.origin.kind == OriginKind::Resealed {
        // Whoever resealed it did not issue it: the first item is what its issuer decides on.
        decision.refuse(Refusal::new(Code::RequestItem, label.item));
    }
    if text.unit != label.unit {
        decision.refuse(Refusal::new(Code::RequestUnit, text.unit));
    }
}

/// A request among notes, with what the decisions beside it come to. Nothing is said where there is no such request.
pub(super) fn leave_in(
    facts: &Facts<'_>,
    notes: &[Note],
    hash: NoteHash,
    uses: Use,
    decision: &mut Decision,
) -> Option<Signed<Request>> {
    let note = notes.iter().find(|note| note.hash() == hash)?;
    let request = Signed::<Request>::from_note(note.clone(), facts.published.org()).ok()?;
    let mut faults = Decision::default();
    in_order(facts, request.value(), Some(&request), &mut faults);
    let matter = Matter::of_request(&request);
    let carried: Vec<Signed<DecisionNote>> = decisions_in(notes, facts.published.org()).collect();
    let entered = deciding::by_file(&matter, &carried);
    let course = deciding::judge_all(facts, &matter, &[], &entered, &mut faults);
    if !course.is_complete(matter.deciders) {
        faults.refuse(Refusal::new(Code::LeaveUndecided, request.value().act));
    }
    if uses == Use::First {
        standing::of_undated(facts, Some(request.value()), &entered, &mut faults);
    }
    decision.join(faults);
    Some(request)
}

/// Judges a statement that cites a leave which stands at the relay, decided or not: it is about an item of the leave, by whom
/// it was given to, says that its act was done, and in time by the statement's own. Nobody uses up another's.
///
/// # Errors
/// [`Refused`] with every refusal.
pub fn judge_cited(leave: &Request, is_decided: bool, event: &Event) -> Result<(), Refused> {
    let mut decision = Decision::default();
    let done = match event.kind {
        EventKind::Copied => Some(Act::Copy),
        EventKind::CarriedOut => Some(Act::CarryOut),
        EventKind::Lent => Some(Act::LendOutside),
        EventKind::Exported => Some(Act::Export),
        _ => None,
    };
    let given = event.person.is_some_and(|person| {
        person == leave.requester.person || leave.custodian.is_some_and(|custodian| custodian == person)
    });
    let concerned = event.label.is_some_and(|label| leave.concerns(label));
    if done != Some(leave.act) || !given || !concerned {
        decision.refuse(Refusal::new(Code::LeaveOther, event.kind.word()));
    } else if !is_decided {
        decision.refuse(Refusal::new(Code::LeaveUndecided, leave.act));
    }
    if event.time > leave.not_after {
        decision.refuse(Refusal::new(Code::LeaveExpired, leave.not_after));
    }
    decision.accepted().map(drop)
}

/// Whether a header carries every decision on its leaves that a relay has entered: a refusal or withdrawal that is left out
/// would show nowhere else.
///
/// # Errors
/// [`Code::DecisionLeftOut`], once for each that is missing.
pub fn carries_decisions(item: &ItemHeader, entered: &[NoteHash]) -> Result<(), Refused> {
    let carried: Vec<NoteHash> = carried_by(item).map(|decision| decision.hash()).collect();
    let mut decision = Decision::default();
    for missing in entered.iter().filter(|hash| !carried.contains(hash)) {
        decision.refuse(Refusal::new(Code::DecisionLeftOut, missing));
    }
    decision.accepted().map(drop)
}

/// Whether a leave lets this person hold a wrap of this label's item.
pub(super) fn lets_in(request: &Request, label: LabelHash, directory: &Directory, person: PersonNo) -> bool {
    let gives = matches!(request.act, Act::Widen | Act::Copy | Act::LendOutside);
    let named = request.holders.iter().any(|holder| directory.acts_for(*holder, person));
    gives && request.concerns(label) && named
}
