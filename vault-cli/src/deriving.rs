//! What is made from other items 派生: whatever was not said is taken over from the sources (docs/decisions.md,
//! "Derivation"). Whether it may be made so is for the one check to say.

use clap::ValueEnum as _;
use vault_core::admission::inherited;
use vault_core::decision::Act;
use vault_core::item::{Label, LabelHash, Origin, OriginKind, Parent, Word};
use vault_core::level::Level;
use vault_core::mark::TypedMark;
use vault_core::sealing::Draft;
use vault_keys::note::{Note, Signed};
use vault_keys::numbers::Holder;

use crate::cli::DraftArgs;
use crate::cli::items::ReasonCode;
use crate::desk::Desk;
use crate::error::Outcome;
use crate::leave::course::Standing;
use crate::leave::files::{self, Requests};
use crate::leave::subject::Subject;
use crate::ui::Ui;
use crate::{clock, msg, people};

/// The sources of a draft; none for an original.
#[derive(Debug, Default)]
pub struct Sources {
    labels: Vec<Signed<Label>>,
    notes: Vec<Note>,
    reason: Option<Word>,
}

/// Finds the sources, and fills into the arguments what was not said: level, term, basis, scope.
///
/// # Errors
/// A source or a request file cannot be found or read.
pub fn inherit(ui: &Ui, desk: &Desk, args: &DraftArgs) -> Outcome<(DraftArgs, Sources)> {
    let mut args = args.clone();
    let words = &args.deriving.derived_from;
    if words.is_empty() {
        return Ok((args, Sources::default()));
    }
    let org = desk.known.organisation.org();
    let labels: Vec<Signed<Label>> = words
        .iter()
        .map(|word| Subject::find(desk, word).map(|source| source.file.header.label().clone()))
        .collect::<Outcome<_>>()?;
    files::prove_labels(desk, &labels)?;
    let mut notes: Vec<Note> = labels.iter().map(|label| label.note().clone()).collect();
    for path in &args.deriving.leave {
        notes.extend(files::read(std::slice::from_ref(path), org)?.leave().cloned());
    }
    for leave in kept_leaves(desk, &labels)? {
        notes.extend(leave);
    }
    let code = args.deriving.reason_code.unwrap_or(ReasonCode::Summary);
    let reason = code.to_possible_value().and_then(|value| value.get_name().parse().ok());
    let values: Vec<&Label> = labels.iter().map(Signed::value).collect();
    if let Some((level, term)) = inherited(&values, clock::now().day()) {
        let typed = args.mark.as_deref().map(TypedMark::read);
        if typed.is_none() {
            args.mark = Some(mark(level).to_owned());
        }
        let same = typed.as_ref().is_none_or(|it| it.as_ref().is_ok_and(|it| it.level == level));
        let says_term = typed.is_some_and(|it| it.is_ok_and(|it| it.term.is_some()));
        if same && !says_term && args.term.is_none() && level != Level::Unclassified {
            args.term = Some(term.to_string());
        }
        if same && args.basis.is_empty() {
            let highest = values.iter().filter(|label| label.level == level);
            for clause in highest.flat_map(|label| &label.basis) {
                if !args.basis.contains(clause) {
                    args.basis.push(clause.clone());
                }
            }
        }
        ui.note(&msg!("derive-inherited", mark = mark(level), term = term.to_string()));
    }
    if args.scope.is_empty() {
        args.scope = narrowest(&values, desk).iter().map(ToString::to_string).collect();
    }
    Ok((args, Sources { labels, notes, reason }))
}

impl Sources {
    /// Puts origin and notes into the draft.
    pub fn put_into(self, draft: &mut Draft) {
        if self.labels.is_empty() {
            return;
        }
        let parent = |label: &Signed<Label>| Parent {
            item: label.value().item,
            label: LabelHash::of_note(label.hash()),
        };
        draft.origin = Origin {
            kind: OriginKind::Derived,
            parents: self.labels.iter().map(parent).collect(),
            reason: self.reason,
        };
        for note in self.notes {
            if !draft.notes.iter().any(|known| known.hash() == note.hash()) {
                draft.notes.push(note);
            }
        }
    }
}

/// Whoever stands in the scope of every source and is still there.
fn narrowest(sources: &[&Label], desk: &Desk) -> Vec<Holder> {
    let Some((first, others)) = sources.split_first() else { return Vec::new() };
    let within = |holder: &&Holder| others.iter().all(|source| source.scope.has(holder));
    let present = |holder: &&Holder| match holder {
        Holder::Person(person) => {
            people::by_number(&desk.everyone, *person).is_some_and(|listed| listed.active)
        }
        Holder::Unit(_) => true,
    };
    first.scope.iter().filter(within).filter(present).copied().collect()
}

/// Decided leaves to derive from one of these that this home asked for.
fn kept_leaves(desk: &Desk, labels: &[Signed<Label>]) -> Outcome<Vec<Vec<Note>>> {
    let all = Requests::open(&desk.home, desk.known.organisation.org())?.all()?;
    let fits = |file: &vault_core::decision::RequestFile| {
        let request = file.request.value();
        let concerns = labels.iter().any(|label| request.concerns(LabelHash::of_note(label.hash())));
        request.act == Act::Derive
            && request.requester.person == desk.me
            && concerns
            && Standing::of(file).is_complete()
            && clock::now() <= request.not_after
    };
    Ok(all.iter().filter(|file| fits(file)).map(|file| file.leave().cloned().collect()).collect())
}

/// The mark without its term.
const fn mark(level: Level) -> &'static str {
    match level {
        Level::Secret => "机密",
        Level::Confidential => "秘密",
        Level::Internal => "内部",
        Level::Unclassified => "无密级",
    }
}
