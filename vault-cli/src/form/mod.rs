//! The form 审批单: what is asked, about which items, and one row for each step, for every act and for sending. One
//! form, drawn from signed texts alone, for the terminal ([`terminal`]) and for paper ([`html`]).
//!
//! What only holders may know (title, secret points, opinions, reasons) stands on it where the keys at hand open it, and is
//! said to be closed where not: the form never claims that nothing was written.

pub mod html;
pub mod item;
pub mod terminal;

use vault_core::decision::{Answer, Closed, DecisionNote, Request, RequestFile};
use vault_core::item::{Decider, Label};
use vault_core::term::Term;
use vault_keys::digest::NoteHash;
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::Signed;

use crate::desk::Desk;
use crate::item_words::{holder_words, name_words};
use crate::lang::{Lang, Msg};
use crate::leave::course::{Standing, act_words, role_words, step_words};
use crate::people::Listed;
use crate::ui::Ui;
use crate::{clock, label_words, msg};

/// A form, every word of it in one language.
#[derive(Debug, Clone)]
pub struct Form {
    /// The language it is in.
    pub lang: Lang,
    /// What it is called.
    pub heading: String,
    /// The organisation.
    pub organisation: String,
    /// What is asked, by whom, until when.
    pub facts: Vec<(String, String)>,
    /// The record of each item.
    pub items: Vec<Record>,
    /// The headings of the steps' table.
    pub columns: Vec<String>,
    /// One row for each step, and one for an answer that ended it.
    pub steps: Vec<Vec<String>>,
    /// How far it has come.
    pub state: (String, String),
    /// SHA-256 of the text that was decided on, with its name.
    pub hash: (String, String),
    /// What the form is worth.
    pub notice: String,
}

/// One item's record: its heading, the mark as printed, its fields.
#[derive(Debug, Clone)]
pub struct Record {
    /// Which item.
    pub heading: String,
    /// The mark as printed; the level where there is none.
    pub mark: String,
    /// Name and value of every field.
    pub fields: Vec<(String, String)>,
}

/// The form of a request with its decisions; with keys, also what is closed to strangers.
#[must_use]
pub fn of_request(ui: &Ui, desk: &Desk, file: &RequestFile, keys: Option<&PersonKeys>) -> Form {
    let standing = Standing::of(file);
    let say = |msg: &Msg| ui.words(msg);
    let reason = match &file.request.value().reason {
        None => say(&msg!("form-none")),
        Some(closed) => opened(closed, keys).unwrap_or_else(|| say(&msg!("form-closed"))),
    };
    let opinion = |note: &DecisionNote| match &note.opinion {
        None => String::new(),
        Some(opinion) => opinion
            .hash
            .map(|hash| Closed { hash, sealed: opinion.sealed.clone() })
            .and_then(|closed| opened(&closed, keys))
            .unwrap_or_else(|| say(&msg!("form-closed"))),
    };
    let rows = steps(ui, &desk.everyone, &standing.steps, standing.refused, opinion);
    let state = (say(&msg!("name-state")), say(&standing.words()));
    let hash = (say(&msg!("form-hash")), file.request.hash().to_string());
    let form = of_draft(ui, desk, file.request.value(), &file.labels, &reason);
    Form { steps: rows, state, hash, ..form }
}

/// The form of a request before it is signed.
#[must_use]
pub fn of_draft(ui: &Ui, desk: &Desk, request: &Request, labels: &[Signed<Label>], reason: &str) -> Form {
    let everyone = &desk.everyone;
    let who = |holder| holder_words(everyone, holder);
    let say = |msg: &Msg| ui.words(msg);
    let mut facts = vec![
        (msg!("form-act"), say(&act_words(request.act))),
        (msg!("form-requester"), who(request.requester.person.into())),
        (msg!("form-unit"), who(request.unit.into())),
        (msg!("name-level"), label_words::level(ui, request.level)),
    ];
    let mut more = |name: Msg, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    let holders: Vec<String> = request.holders.iter().map(|holder| who(*holder)).collect();
    more(msg!("form-holders"), (!holders.is_empty()).then(|| ui.list(&holders)));
    more(msg!("form-custodian"), request.custodian.map(|person| who(person.into())));
    let copies: Vec<String> = request.copies.iter().map(|no| format!("{no:06}")).collect();
    more(msg!("name-copies"), (!copies.is_empty()).then(|| ui.list(&copies)));
    let parameters = &request.parameters;
    more(msg!("form-new-level"), parameters.level.map(|level| label_words::level(ui, level)));
    more(msg!("form-new-term"), parameters.term.as_ref().map(Term::to_string));
    more(msg!("form-due"), parameters.due.map(|day| day.to_string()));
    more(msg!("form-briefed-by"), parameters.briefed_by.map(|person| who(person.into())));
    more(msg!("form-count"), parameters.count.map(|count| count.to_string()));
    more(msg!("form-reason"), Some(reason.to_owned()));
    more(msg!("form-made"), Some(clock::local(request.made)));
    more(msg!("form-decide-by"), Some(clock::local(request.decide_by)));
    more(msg!("form-not-after"), Some(clock::local(request.not_after)));
    more(msg!("form-policy"), Some(request.policy.to_string()));
    let items = request.items.iter().map(|named| {
        let label = labels.iter().find(|label| label.value().item == named.item);
        match label {
            Some(label) => item::record(ui, label.value(), everyone, None),
            None => Record {
                heading: say(&msg!("form-item", item = named.item.to_string())),
                mark: String::new(),
                fields: vec![(say(&msg!("form-label-hash")), named.label.to_string())],
            },
        }
    });
    let items = items.collect();
    let open: Vec<(&Decider, Option<&Signed<DecisionNote>>)> =
        request.deciders.iter().map(|decider| (decider, None)).collect();
    Form {
        lang: ui.manner().lang,
        heading: say(&msg!("form-of-request", act = act_words(request.act))),
        organisation: desk.known.organisation.root().name().to_owned(),
        facts: facts.into_iter().map(|(name, value)| (say(&name), value)).collect(),
        items,
        columns: columns(ui),
        steps: steps(ui, everyone, &open, None, |_| String::new()),
        state: (say(&msg!("name-state")), say(&msg!("form-unsigned"))),
        hash: (say(&msg!("form-hash")), say(&msg!("form-unsigned"))),
        notice: say(&msg!("form-notice")),
    }
}

/// A closed text, where one of these keys opens it.
fn opened(closed: &Closed, keys: Option<&PersonKeys>) -> Option<String> {
    let identities: Vec<_> = keys?.identities().collect();
    closed.open(&identities).ok()
}

/// The headings of the steps' table.
fn columns(ui: &Ui) -> Vec<String> {
    [
        msg!("form-step"),
        msg!("form-signer"),
        msg!("form-on-behalf"),
        msg!("form-answer"),
        msg!("form-date"),
        msg!("form-opinion"),
        msg!("form-fingerprint"),
    ]
    .iter()
    .map(|name| ui.words(name))
    .collect()
}

/// One row for each step; a refusal stands in the row of its step.
fn steps(
    ui: &Ui,
    everyone: &[Listed],
    steps: &[(&Decider, Option<&Signed<DecisionNote>>)],
    refused: Option<&Signed<DecisionNote>>,
    opinion: impl Fn(&DecisionNote) -> String,
) -> Vec<Vec<String>> {
    let row = |(decider, agreed): &(&Decider, Option<&Signed<DecisionNote>>)| {
        let step =
            format!("{} · {}", ui.words(&step_words(&decider.step)), ui.words(&role_words(&decider.role)));
        let of_step = refused.filter(|note| note.value().step == decider.step);
        let Some(signed) = agreed.or(of_step) else {
            let asked: Vec<String> =
                decider.asked.iter().map(|person| name_words(everyone, (*person).into())).collect();
            let asked = ui.words(&msg!("form-asked", names = ui.list(&asked)));
            return vec![
                step,
                asked,
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ];
        };
        let note = signed.value();
        vec![
            step,
            holder_words(everyone, note.person.into()),
            note.principal.map(|person| holder_words(everyone, person.into())).unwrap_or_default(),
            ui.words(&answer_words(note.answer)),
            clock::local(note.made),
            opinion(note),
            fingerprint(signed.hash()),
        ]
    };
    steps.iter().map(row).collect()
}

/// An answer in words.
#[must_use]
pub fn answer_words(answer: Answer) -> Msg {
    match answer {
        Answer::Agree => msg!("word-answer-agree"),
        Answer::Refuse => msg!("word-answer-refuse"),
        Answer::Withdraw => msg!("word-answer-withdraw"),
    }
}

/// The first 20 digits of what was signed, in groups of four, as keys are shown.
fn fingerprint(hash: NoteHash) -> String {
    let hex = hash.to_string();
    let groups: Vec<&str> = (0..5).filter_map(|group| hex.get(group * 4..group * 4 + 4)).collect();
    groups.join(" ")
}
