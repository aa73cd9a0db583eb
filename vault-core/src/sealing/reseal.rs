//! Resealing: a holder seals what he holds anew, under a new file key, after a key was compromised (docs/item.md,
//! "Resealing").
//!
//! What only a decision may change stays as the first label has it, and nobody gets a copy who had none. The rules
//! judge that again from the finished header ([`crate::admission`], `resealed`).

use thiserror::Error;
use vault_keys::bytes::Bytes;
use vault_keys::directory::Directory;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::RecoveryChoice;
use super::ready::{self, Author, ReadyDraft};
use crate::admission::{self, Code, Decision, Facts, Published, Refusal, Refused, Side, Subject};
use crate::item::{
    Approval, ApprovalKind, DirectoryRef, ItemId, Label, Manifest, NumberedCopy, Origin, OriginKind, Parent,
    Resealed, Right, Sender, Urgency,
};
use crate::opening::{OpenError, UnlockedItem};
use crate::stream::at::ReadAt;

/// Why an item is not resealed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResealError {
    /// A rule refuses the item it would become.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The content in hand cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl ReadyDraft {
    /// An item like `old`, whose content `input` is, by `author`, who holds it: he gets copy 0, and where his unit held
    /// the old copy, the unit copy 1 for his fellow clerks.
    ///
    /// # Errors
    /// [`ResealError`]; nothing was drawn or sealed.
    pub fn reseal(
        old: &UnlockedItem,
        input: &impl ReadAt,
        author: Author,
        published: &Published<'_>,
        item: ItemId,
        now: Time,
    ) -> Result<Self, ResealError> {
        let directory = published.present();
        let Some(mut label) = label(old, author, published, item, now) else {
            let mut decision = Decision::default();
            decision.refuse(Refusal::new(Code::SenderUnit, author.person));
            return Err(decision.settle().into_refused().into());
        };
        let mut rows = admission::plan_rows(&label, directory);
        // A unit whose only clerk reseals needs no copy of its own: there is nobody else to open it.
        if !rows.iter().any(|row| row.right == Right::Copy(1)) {
            label.copies.truncate(1);
            rows = admission::plan_rows(&label, directory);
        }
        let subject = Subject::Planned { label: &label, rows: &rows, notes: &[] };
        let facts = Facts { published: *published, subject, side: Side::Sender };
        admission::check(&facts, now).accepted()?;
        let first = old.manifest();
        let manifest = Manifest {
            tag: first.tag,
            org: first.org,
            item,
            title: first.title.clone(),
            form: first.form,
            files: first.files.clone(),
            points: first.points.clone(),
            reasons: first.reasons.clone(),
            resealed: Some(match &first.resealed {
                Some(keys) => Resealed { file_key: keys.file_key, nonce: keys.nonce },
                None => Resealed {
                    file_key: Bytes(*old.file_key().expose()),
                    nonce: Bytes(*old.nonce(input)?.as_bytes()),
                },
            }),
        };
        let mut notes = old.header().notes().to_vec();
        // What was resealed carries the first label among its notes.
        if first.resealed.is_none() {
            notes.push(old.header().label().note().clone());
        }
        let wraps = rows.into_iter().filter_map(|row| ready::wrap(directory, row)).collect();
        Ok(Self { label, wraps, manifest, notes })
    }
}

/// The label, or `None` if the author has no post in whose unit's name he could seal.
fn label(
    old: &UnlockedItem,
    author: Author,
    published: &Published<'_>,
    item: ItemId,
    now: Time,
) -> Option<Label> {
    let (directory, first) = (published.present(), old.label());
    let person = directory.person(author.person)?;
    let own_unit = if person.has_post_in(first.unit) { Some(first.unit) } else { None };
    let unit = own_unit.or_else(|| person.posts.first().map(|post| post.unit))?;
    let policy = published.policy(directory.policy());
    let recovery =
        ready::recovery(&RecoveryChoice::ByPolicy, (first.level, first.suite), unit, directory, policy);
    Some(Label {
        item,
        made: now,
        origin: Origin {
            kind: OriginKind::Resealed,
            parents: if first.origin.kind == OriginKind::Resealed {
                // The first label of all: only of that one the content can be proved.
                first.origin.parents.clone()
            } else {
                vec![Parent { item: first.item, label: old.header().label_hash() }]
            },
            reason: "compromise".parse().ok(),
        },
        // How it travels is not how the first one did.
        urgency: Urgency::Normal,
        read_by: None,
        not_before: None,
        keep_until: None,
        decide_by: None,
        policy: directory.policy(),
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        unit,
        sender: Sender { person: author.person, key: author.key },
        handler: author.person,
        station: author.station,
        copies: copies(first, directory, author.person),
        deciders: Vec::new(),
        approval: Approval { kind: ApprovalKind::None, request: None },
        recovery,
        ..first.clone()
    })
}

/// Copy 0 for whoever reseals; for his fellow clerks the unit's, if it is through the unit that he holds the item.
fn copies(first: &Label, directory: &Directory, person: PersonNo) -> Vec<NumberedCopy> {
    let holds = |holder: &Holder| first.copies.iter().any(|copy| copy.holder == *holder);
    let clerk_of = |holder: &Holder| {
        let unit = holder.unit().and_then(|unit| directory.unit(unit));
        unit.is_some_and(|unit| unit.clerks.contains(&person))
    };
    let unit = first.copies.iter().map(|copy| copy.holder).find(clerk_of);
    let unit = unit.filter(|_| !holds(&person.into()));
    let holders = [Some(person.into()), unit].into_iter().flatten();
    holders.zip(0..).map(|(holder, no)| NumberedCopy { no, holder }).collect()
}
