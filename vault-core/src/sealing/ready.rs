//! The dry run: a draft becomes the label and wraps it would have, and they are judged before anything is sealed
//! (rule 10: all checks run before sealing, never after).

use vault_keys::directory::Directory;
use vault_keys::key_id::KeyId;
use vault_keys::note::{Note, Text as _};
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::opening::{Recipient, Suite};
use vault_keys::time::Time;

use super::draft::{Draft, Payload, RecoveryChoice};
use crate::admission::{self, Code, Decision, Facts, Published, Refusal, Refused, Side, Subject};
use crate::item::build::Wrap;
use crate::item::{
    Approval, ApprovalKind, Commitment, Content, ContentHash, Decider, DirectoryRef, ItemId, Label,
    LabelType, Manifest, ManifestHash, ManifestType, NumberedCopy, Row, Sender,
};
use crate::level::{Level, TopSecret};
use crate::mark::{Mark, MarkError, TypedMark};
use crate::policy::{Policy, RecoveryRule};
use crate::scope::Ascending;
use crate::term::Term;

/// Who seals, and where.
#[derive(Debug, Clone, Copy)]
pub struct Author {
    /// The person.
    pub person: PersonNo,
    /// The id of the signing key the label will be signed with.
    pub key: KeyId,
    /// The id of this station's key.
    pub station: KeyId,
}

/// A draft that no rule refuses, ready to be sealed once.
#[derive(Debug)]
pub struct ReadyDraft {
    pub(super) label: Label,
    pub(super) wraps: Vec<Wrap>,
    pub(super) manifest: Manifest,
    pub(super) notes: Vec<Note>,
}

impl ReadyDraft {
    /// Judges a draft for this payload and plans the item under the directory in force.
    ///
    /// # Errors
    /// [`Refused`] with every refusal: what `vault check` prints.
    pub fn new(
        draft: &Draft,
        payload: Payload,
        author: Author,
        published: &Published<'_>,
        item: ItemId,
        now: Time,
    ) -> Result<Self, Refused> {
        let mut decision = Decision::default();
        let policy = published.policy(published.present().policy());
        let mark = read_mark(draft, policy, &mut decision);
        let manifest = manifest(draft, payload, published, item);
        admission::judge_names(mark.as_ref().map(Mark::level), &manifest, &mut decision);
        if let Err(error) = manifest.check_form() {
            decision.refuse(Refusal::new(Code::ManifestUnfit, error.field));
        }
        let directory = published.present();
        let Some(mark) = mark else { return Err(decision.settle().into_refused()) };
        let policy = published.policy(directory.policy());
        let Some(mut label) = label(draft, &mark, author, directory, policy, item, now) else {
            decision.refuse(Refusal::new(Code::SenderUnit, author.person));
            return Err(decision.settle().into_refused());
        };
        if let (Some(policy), None) = (policy, draft.standing) {
            demand(&mut label, draft, policy, directory, &mut decision);
        }
        if let Err(error) = label.check_form() {
            decision.refuse(Refusal::new(Code::LabelUnfit, error.field));
        }
        let notes = draft.notes.clone();
        let rows = admission::plan_rows(&label, directory);
        let subject = Subject::Planned { label: &label, rows: &rows, notes: &notes };
        let facts = Facts { published: *published, subject, side: Side::Sender };
        decision.join(admission::check(&facts, now));
        if decision.refusals().iter().any(|refusal| refusal.code == Code::DeciderMissing) {
            decision.retract(Code::DecidersDiffer);
        }
        decision.settle().accepted()?;
        let wraps = rows.into_iter().filter_map(|row| wrap(directory, row)).collect();
        Ok(Self { label, wraps, manifest, notes })
    }

    /// The label as it will be, but for manifest and content: what the summary before the yes shows.
    #[must_use]
    pub const fn label(&self) -> &Label {
        &self.label
    }

    /// Who will hold which wrap, copy 0 first.
    #[must_use]
    pub fn wraps(&self) -> &[Wrap] {
        &self.wraps
    }

    /// The manifest as it will be sealed.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

/// The mark of the draft, or a refusal that says why there is none.
fn read_mark(draft: &Draft, policy: Option<&Policy>, decision: &mut Decision) -> Option<Mark> {
    let typed = match TypedMark::read(&draft.mark) {
        Ok(typed) => typed,
        Err(error) => {
            decision.refuse(mark_refusal(&error));
            return None;
        }
    };
    let term = match (typed.term, &draft.term) {
        (Some(marked), Some(asked)) if marked != *asked => {
            decision.refuse(Refusal::new(Code::MarkDiffers, format_args!("{marked}, {asked}")));
            return None;
        }
        (Some(marked), _) => marked,
        (None, Some(asked)) => asked.clone(),
        (None, None) => Term::None,
    };
    let longest = admission::longest_years(typed.level, &draft.basis, policy);
    match Mark::within(typed.level, term, longest) {
        Ok(mark) => Some(mark),
        Err(error) => {
            decision.refuse(admission::term_refusal(&error));
            None
        }
    }
}

fn mark_refusal(error: &MarkError) -> Refusal {
    match error {
        MarkError::TopSecret(TopSecret { reason }) => Refusal::new(Code::TopSecret, reason),
        MarkError::Term(error) => admission::term_refusal(error),
        other => Refusal::new(Code::MarkUnreadable, other),
    }
}

fn manifest(draft: &Draft, payload: Payload, published: &Published<'_>, item: ItemId) -> Manifest {
    Manifest {
        tag: ManifestType,
        org: published.org(),
        item,
        title: draft.title.clone(),
        form: payload.form,
        files: payload.files,
        points: draft.points.clone(),
        reasons: draft.reasons.clone(),
        resealed: None,
    }
}

/// The label, or `None` if the sender names no unit and has no post to take one from.
fn label(
    draft: &Draft,
    mark: &Mark,
    author: Author,
    directory: &Directory,
    policy: Option<&Policy>,
    item: ItemId,
    now: Time,
) -> Option<Label> {
    let first_post = directory.person(author.person).and_then(|sender| sender.posts.first());
    let unit = draft.unit.or_else(|| first_post.map(|post| post.unit))?;
    let copies = std::iter::once(author.person.into()).chain(draft.copies.iter().copied());
    Some(Label {
        tag: LabelType,
        org: directory.org(),
        item,
        doc_no: draft.doc_no.clone(),
        suite: draft.suite,
        level: mark.level(),
        mark: mark.to_string(),
        term: mark.term().clone(),
        starts: draft.starts,
        ends: draft.starts.date.and_then(|date| mark.term().last_day(date)),
        basis: draft.basis.clone(),
        class: draft.class.clone(),
        kind: draft.kind.clone(),
        carrier: draft.carrier.clone(),
        made: now,
        origin: draft.origin.clone(),
        copying: draft.copying,
        flags: draft.flags.clone(),
        urgency: draft.urgency,
        read_by: draft.read_by,
        not_before: draft.not_before,
        keep_until: draft.keep_until,
        decide_by: draft.decide_by,
        pass_down: draft.pass_down.clone(),
        drafts: draft.drafts.clone(),
        policy: directory.policy(),
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        unit,
        sender: Sender { person: author.person, key: author.key },
        handler: draft.handler.unwrap_or(author.person),
        station: author.station,
        scope: draft.scope.clone(),
        copies: copies.zip(0..).map(|(holder, no)| NumberedCopy { no, holder }).collect(),
        deciders: Vec::new(),
        approval: draft.standing.map_or(Approval { kind: ApprovalKind::None, request: None }, |request| {
            Approval { kind: ApprovalKind::Standing, request: Some(request) }
        }),
        recovery: recovery(&draft.recovery, (mark.level(), draft.suite), unit, directory, policy),
        manifest: ManifestHash::from_bytes([0; 32]),
        content: Content {
            length: 0,
            blake3: ContentHash::from_bytes([0; 32]),
            commit: Commitment::from_bytes([0; 32]),
        },
    })
}

/// Puts into the label who is asked for the decisions that the policy demands, and until when.
fn demand(label: &mut Label, draft: &Draft, policy: &Policy, directory: &Directory, decision: &mut Decision) {
    for step in &policy.level(label.level).steps {
        let named = draft.asked.iter().find(|(named, _)| *named == step.step);
        let asked = named.map_or_else(
            || {
                let day = label.made.day();
                let able = admission::who_may_decide(directory, &step.role, label.unit, label.level, day);
                let apart = |person: &PersonNo| *person == label.sender.person || *person == label.handler;
                Ascending::of(able.into_iter().filter(|person| !apart(person)))
            },
            |(_, asked)| asked.clone(),
        );
        if asked.is_empty() {
            decision.refuse(Refusal::new(Code::DeciderMissing, &step.step));
            continue;
        }
        label.deciders.push(Decider { step: step.step.clone(), role: step.role.clone(), asked });
    }
    if !label.deciders.is_empty() {
        label.approval.kind = ApprovalKind::Decisions;
        label.decide_by = label.decide_by.or_else(|| Some(label.made.plus_days(policy.decide_days().into())));
    }
}

/// The units whose recovery keys get a wrap.
pub(super) fn recovery(
    choice: &RecoveryChoice,
    (level, suite): (Level, Suite),
    unit: UnitNo,
    directory: &Directory,
    policy: Option<&Policy>,
) -> Ascending<UnitNo> {
    let rule = policy.map(|policy| policy.level(level).recovery);
    match (choice, rule) {
        (RecoveryChoice::Units(units), _) => units.clone(),
        (RecoveryChoice::ByPolicy, None | Some(RecoveryRule::Forbidden)) => Ascending::empty(),
        (RecoveryChoice::ByPolicy, Some(RecoveryRule::Required | RecoveryRule::Allowed)) => {
            let nearest = admission::recovery_unit(directory, unit, level, suite);
            nearest.into_iter().map(|unit| unit.number).collect()
        }
    }
}

/// The wrap a row stands for.
pub(super) fn wrap(directory: &Directory, row: Row) -> Option<Wrap> {
    let recipient: Recipient = match directory.key(&row.key) {
        Some((_, key)) => key.recipient()?,
        None => directory.recovery_key(&row.key)?.1.recipient()?,
    };
    Some(Wrap { recipient, holder: row.holder, right: row.right })
}
