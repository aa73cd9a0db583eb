//! The record of an item 国家秘密事项登记表, every field of it, and the form of its sending.

use vault_core::decision::{About, DecisionNote};
use vault_core::decision::{Answer, Course, carried_by};
use vault_core::item::{Copying, ItemHeader, Label, Manifest, OriginKind};
use vault_core::opening::UnlockedItem;
use vault_keys::note::Signed;
use vault_keys::numbers::Holder;

use super::{Form, Record, columns, steps};
use crate::desk::Desk;
use crate::item_words::{self, holder_words};
use crate::lang::Msg;
use crate::people::Listed;
use crate::ui::Ui;
use crate::{clock, label_words, msg};

/// The form of an item's sending: its record, and the decisions that its header carries. `unlocked` is the same item where
/// the keys at hand open it.
#[must_use]
pub fn of_item(ui: &Ui, desk: &Desk, header: &ItemHeader, unlocked: Option<&UnlockedItem>) -> Form {
    let label = header.label().value();
    let about = About::label(header.label_hash());
    let mut notes: Vec<Signed<DecisionNote>> =
        carried_by(header).filter(|note| note.value().about == about).collect();
    notes.sort_by_key(|note| note.value().place_by_clock(&label.deciders));
    let course =
        Course::of(&label.deciders, notes.iter().map(|note| (note.hash(), note.value(), note.value().made)));
    let by_hash = |hash| notes.iter().find(|note| note.hash() == hash);
    let refused = course.refused().and_then(by_hash);
    let agreed = |step: usize| course.agreed().get(step).and_then(|agreed| by_hash(agreed.decision));
    let rows: Vec<_> =
        label.deciders.iter().zip(0..).map(|(decider, step)| (decider, agreed(step))).collect();
    let opinion = |note: &DecisionNote| match (&note.opinion, unlocked) {
        (None, _) => String::new(),
        (Some(opinion), Some(item)) => {
            let opened = opinion.open(item.file_key(), header.label_hash(), &note.step);
            opened.unwrap_or_else(|_| ui.words(&msg!("form-closed")))
        }
        (Some(_), None) => ui.words(&msg!("form-closed")),
    };
    let state = match (label.deciders.is_empty(), refused.map(|note| note.value().answer)) {
        (_, Some(Answer::Refuse)) => msg!("asking-refused"),
        (true, _) => msg!("form-no-decision"),
        _ if course.is_complete(&label.deciders) => msg!("asking-decided"),
        _ => msg!("form-waits"),
    };
    let say = |msg: &Msg| ui.words(msg);
    Form {
        lang: ui.manner().lang,
        heading: say(&msg!("form-of-sending")),
        organisation: desk.known.organisation.root().name().to_owned(),
        facts: vec![(say(&msg!("form-act")), say(&msg!("form-sending")))],
        items: vec![record(ui, label, &desk.everyone, unlocked.map(UnlockedItem::manifest))],
        columns: columns(ui),
        steps: steps(ui, &desk.everyone, &rows, refused, opinion),
        state: (say(&msg!("name-state")), say(&state)),
        hash: (say(&msg!("form-label-hash")), header.label_hash().to_string()),
        notice: say(&msg!("form-notice")),
    }
}

/// Every field of the record, in the order of the register sheet.
#[must_use]
pub fn record(ui: &Ui, label: &Label, everyone: &[Listed], manifest: Option<&Manifest>) -> Record {
    let who = |holder: Holder| holder_words(everyone, holder);
    let none = || ui.words(&msg!("form-none"));
    let some = |words: Vec<String>| if words.is_empty() { none() } else { ui.list(&words) };
    let closed = || ui.words(&msg!("form-closed"));
    let copies = label.copies.iter().map(|copy| format!("{:06} {}", copy.no, who(copy.holder)));
    let points = manifest.map(|it| some(it.points.clone()));
    let parents = label.origin.parents.iter().map(|parent| parent.item.to_string()).collect::<Vec<_>>();
    let origin = match label.origin.kind {
        OriginKind::Original => ui.words(&msg!("form-original")),
        kind => {
            let name = if kind == OriginKind::Derived { msg!("form-derived") } else { msg!("form-resealed") };
            let reason = label.origin.reason.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{}: {} ({reason})", ui.words(&name), ui.list(&parents))
        }
    };
    let decided = |role: &str| {
        let mut steps = label.deciders.iter().filter(|step| step.role.as_str() == role);
        steps
            .next()
            .map_or_else(none, |step| some(step.asked.iter().map(|person| who((*person).into())).collect()))
    };
    let dates = [
        (msg!("name-made"), Some(clock::local(label.made))),
        (msg!("form-decide-by"), label.decide_by.map(clock::local)),
        (msg!("name-read-by"), label.read_by.map(clock::local)),
        (msg!("name-not-before"), label.not_before.map(clock::local)),
        (msg!("name-keep-until"), label.keep_until.map(clock::local)),
    ];
    let dates = dates.iter().filter_map(|(name, day)| Some(format!("{} {}", ui.words(name), day.as_ref()?)));
    let fields = [
        (msg!("form-title"), manifest.map_or_else(closed, |manifest| manifest.title.clone())),
        (msg!("name-doc-no"), label.doc_no.clone().unwrap_or_else(none)),
        (msg!("name-level"), label_words::level(ui, label.level)),
        (msg!("name-term"), item_words::term(ui, label)),
        (msg!("name-basis"), some(label.basis.clone())),
        (msg!("form-points"), points.unwrap_or_else(closed)),
        (msg!("form-carrier"), carrier(ui, label)),
        (msg!("form-produced"), clock::local(label.made)),
        (msg!("name-scope"), some(label.scope.iter().map(|holder| who(*holder)).collect())),
        (msg!("name-copies"), some(copies.collect())),
        (msg!("name-copying"), ui.words(&copying(label.copying))),
        (msg!("name-urgency"), ui.words(&item_words::urgency(label.urgency))),
        (msg!("form-origin"), origin),
        (msg!("form-drafts"), some(label.drafts.iter().map(ToString::to_string).collect())),
        (msg!("form-handler"), who(label.handler.into())),
        (msg!("form-reviewer"), decided("reviewer")),
        (msg!("form-approver"), decided("approver")),
        (msg!("name-sender"), format!("{} · {}", who(label.sender.person.into()), who(label.unit.into()))),
        (msg!("form-dates"), ui.list(&dates.collect::<Vec<_>>())),
        (msg!("form-policy"), label.policy.to_string()),
    ];
    Record {
        heading: ui.words(&msg!("form-item", item = label.item.to_string())),
        mark: item_words::mark(ui, label),
        fields: fields.into_iter().map(|(name, value)| (ui.words(&name), value)).collect(),
    }
}

fn copying(copying: Copying) -> Msg {
    item_words::copying(copying)
}

fn carrier(ui: &Ui, label: &Label) -> String {
    match label.carrier.as_str() {
        "electronic" => ui.words(&msg!("carrier-electronic")),
        "paper" => ui.words(&msg!("carrier-paper")),
        "magnetic" => ui.words(&msg!("carrier-magnetic")),
        "optical" => ui.words(&msg!("carrier-optical")),
        "device" => ui.words(&msg!("carrier-device")),
        other => other.to_owned(),
    }
}
