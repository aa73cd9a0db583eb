//! What the cases are made with: drafts judged before sealing, items whose label or access note a changed client wrote.

use vault_core::admission::{Brought, Decision, Facts, Reader, Refused, Relay, Side, Stored, Subject, check};
use vault_core::item::build::{BuildError, Plan, Wrap, Writer};
use vault_core::item::{
    Access, ContentHash, FileEntry, Header, ItemError, ItemHeader, Label, PayloadForm, Right, Stanza,
    item_header,
};
use vault_core::policy::{LevelRule, Policy};
use vault_core::scope::Ascending;
use vault_core::sealing::{Draft, Payload, ReadyDraft};
use vault_core::stream::PlaintextLen;
use vault_core::test_world::{Member, SeededRng, World, item_id};
use vault_keys::note::{KeyName, Note, Signed};
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::secret::FileKey;
use vault_keys::signing::SigningKey;
use vault_keys::time::Time;

use super::lazy::{Lazy, plain, with_deciders};
use super::{Judge, Refusals};

/// The plaintext length of items; no payload is sealed where none is opened.
pub(super) const LENGTH: u64 = 1000;

/// An item that the sender's client wrote, and its file key, which he and every holder have.
pub(super) struct Made {
    pub(super) item: ItemHeader,
    pub(super) key: FileKey,
}

pub(super) fn time(text: &str) -> Time {
    text.parse().expect("a time")
}

pub(super) fn person(number: u32) -> PersonNo {
    PersonNo::new(number).expect("a small number")
}

pub(super) fn holders(world: &World, numbers: &[u32]) -> Ascending<Holder> {
    numbers.iter().map(|number| world.member(*number).holder()).collect()
}

/// The codes of a decision.
pub(super) fn codes(decision: &Decision) -> Refusals {
    words(decision.refusals().iter().map(|refusal| refusal.code.as_str()))
}

pub(super) fn refused(result: Result<(), Refused>) -> Refusals {
    result.map_or_else(|refused| words(refused.refusals.iter().map(|it| it.code.as_str())), |()| Vec::new())
}

/// Each code once, whatever number of rows or people it is about.
fn words<'a>(codes: impl Iterator<Item = &'a str>) -> Refusals {
    let mut words: Refusals = Vec::new();
    for code in codes {
        if !words.iter().any(|word| word == code) {
            words.push(code.to_owned());
        }
    }
    words
}

/// A draft of p1's to p3 in the world where 内部 needs no decision, judged before sealing.
pub(super) fn draft(change: impl FnOnce(&mut Lazy, &mut Draft)) -> Judge {
    draft_in(plain(), "通知.txt", change)
}

/// As [`draft`], in another world, with a file of this name.
pub(super) fn draft_in(mut world: Lazy, file: &str, change: impl FnOnce(&mut Lazy, &mut Draft)) -> Judge {
    let mut draft = world.draft(&[3]);
    change(&mut world, &mut draft);
    let file =
        FileEntry { name: file.parse().expect("a file name"), size: LENGTH, media: "text/plain".to_owned() };
    Box::new(move || {
        let payload = Payload { form: PayloadForm::File, files: vec![file.clone()] };
        let author = world.member(1).author();
        let shelf = world.shelf();
        let ready = ReadyDraft::new(&draft, payload, author, &shelf.published(), item_id(1), world.now());
        refused(ready.map(drop))
    })
}

/// A draft of a state secret with this mark, which p8 and p9 are asked to decide on, judged before sealing.
pub(super) fn secret(mark: &str, change: impl FnOnce(&mut Lazy, &mut Draft)) -> Judge {
    draft_in(with_deciders(), "通知.txt", |world, draft| {
        draft.mark = mark.to_owned();
        draft.term = None;
        draft.asked = asked(world, &[8], &[9]);
        change(world, draft);
    })
}

/// Who is asked to review, and to approve.
pub(super) fn asked(
    world: &World,
    review: &[u32],
    approval: &[u32],
) -> Vec<(vault_core::item::Word, Ascending<PersonNo>)> {
    let people = |numbers: &[u32]| numbers.iter().map(|number| world.member(*number).person).collect();
    vec![
        ("review".parse().expect("a word"), people(review)),
        ("approval".parse().expect("a word"), people(approval)),
    ]
}

/// An item by p1 to p3 and p4 whose label and wraps were changed before p1 signed them.
pub(super) fn made(world: &World, change: impl FnOnce(&mut Label, &mut Vec<Wrap>)) -> Made {
    made_of(world, &world.draft(&[3, 4]), change)
}

/// As [`made`], of another draft.
pub(super) fn made_of(world: &World, draft: &Draft, change: impl FnOnce(&mut Label, &mut Vec<Wrap>)) -> Made {
    try_made(world, draft, change).expect("readers can parse it")
}

/// As [`made_of`], where the bytes may be no item.
pub(super) fn try_made(
    world: &World,
    draft: &Draft,
    change: impl FnOnce(&mut Label, &mut Vec<Wrap>),
) -> Result<Made, BuildError> {
    let ready = world.ready(draft, LENGTH, 1).expect("no rule refuses the draft");
    written(world.member(1), &ready, Vec::new(), change)
}

/// What a member's changed client makes of a draft that was in order.
pub(super) fn written(
    member: &Member,
    ready: &ReadyDraft,
    notes: Vec<Note>,
    change: impl FnOnce(&mut Label, &mut Vec<Wrap>),
) -> Result<Made, BuildError> {
    let (mut label, mut wraps) = (ready.label().clone(), ready.wraps().to_vec());
    change(&mut label, &mut wraps);
    let name = KeyName::person(&label.org, label.sender.person);
    let writer = Writer { name: &name, key: &member.signing };
    let length = PlaintextLen::new(LENGTH).expect("a short plaintext");
    let plan = Plan::new(label, ready.manifest(), &wraps, notes, length, writer, &mut SeededRng::new(1))?;
    let key = FileKey::from_bytes(plan.file_key().expose());
    Ok(Made { item: plan.finish(ContentHash::from_bytes([1; 32]), writer)?, key })
}

/// The header of an item with another label or access note in it, closed with its file key.
pub(super) fn reassembled(made: &Made, label: Vec<u8>, access: Vec<u8>) -> Result<ItemHeader, ItemError> {
    let ours = |tag: &str, body| Stanza { args: vec![tag.to_owned(), "1".to_owned()], body };
    let mut stanzas = made.item.recipients().to_vec();
    stanzas.push(ours(item_header::LABEL, label));
    stanzas.push(made.item.manifest().to_stanza());
    stanzas.push(ours(item_header::ACCESS, access));
    ItemHeader::from_header(Header::write(&stanzas, &made.key).expect("a header of the right size"))
}

/// The item with its label's text changed, as whoever carries it could.
pub(super) fn edited(made: &Made, from: &str, to: &str) -> Result<ItemHeader, ItemError> {
    let note = String::from_utf8(made.item.label().encode()).expect("a note is text");
    assert!(note.contains(from), "the label has no {from}");
    reassembled(made, note.replacen(from, to, 1).into_bytes(), made.item.access().encode())
}

/// The item with a changed access note signed by `signer` in the name of `person`.
pub(super) fn with_access(
    made: &Made,
    change: impl FnOnce(&mut Access),
    person: PersonNo,
    signer: &SigningKey,
) -> Result<ItemHeader, ItemError> {
    let mut access = made.item.access().value().clone();
    change(&mut access);
    let name = KeyName::person(&made.item.org(), person);
    let access = Signed::sign(access, &name, signer).expect("an access note");
    reassembled(made, made.item.label().encode(), access.encode())
}

/// The item of [`made`] with its access note changed by p1, judged as [`at_both`], whether it parses or not.
pub(super) fn access(change: impl FnOnce(&World, &mut Access)) -> Judge {
    let world = plain();
    let made = made(&world, |_, _| {});
    let item = with_access(&made, |access| change(&world, access), person(1), &world.member(1).signing);
    parsed(world, item)
}

/// An item of p1's to p3 and p4, changed before he signed it, judged as [`at_both`].
pub(super) fn label(change: impl FnOnce(&World, &mut Label, &mut Vec<Wrap>)) -> Judge {
    let world = plain();
    let made = made(&world, |label, wraps| change(&world, label, wraps));
    at_both(world, made.item)
}

/// An item judged by relay and reader, or the codes for bytes that are none.
pub(super) fn parsed(world: Lazy, item: Result<ItemHeader, ItemError>) -> Judge {
    match item {
        Ok(item) => at_both(world, item),
        Err(error) => Box::new(move || codes(&judge(&world, Subject::Unreadable(&error), relay(&world)))),
    }
}

/// An item judged by the relay as a new one of p1's, and by p3 to whom it comes: both must say the same.
pub(super) fn at_both(world: Lazy, item: ItemHeader) -> Judge {
    Box::new(move || {
        let at_relay = codes(&judge(&world, Subject::Sealed(&item), relay(&world)));
        let at_reader = codes(&judge(&world, Subject::Sealed(&item), Side::Reader(Reader::default())));
        if at_relay == at_reader {
            at_relay
        } else {
            vec![format!("the relay says {at_relay:?}"), format!("the reader says {at_reader:?}")]
        }
    })
}

/// An item judged by a reader to whom it comes, who does not mean to open it.
pub(super) fn at_reader(world: Lazy, item: ItemHeader) -> Judge {
    Box::new(move || codes(&judge(&world, Subject::Sealed(&item), Side::Reader(Reader::default()))))
}

/// An item judged by the relay as a new one of p1's.
pub(super) fn at_relay(world: Lazy, item: ItemHeader, now: Time) -> Judge {
    Box::new(move || {
        let shelf = world.shelf();
        let facts =
            Facts { published: shelf.published(), subject: Subject::Sealed(&item), side: relay(&world) };
        codes(&check(&facts, now))
    })
}

/// The relay's side for a new item that p1 submits.
pub(super) fn relay(world: &World) -> Side<'static> {
    Side::Relay(Relay::item(world.member(1).person))
}

pub(super) fn judge(world: &World, subject: Subject<'_>, side: Side<'_>) -> Decision {
    let shelf = world.shelf();
    check(&Facts { published: shelf.published(), subject, side }, world.now())
}

/// The relay's side for a header after the one it holds.
pub(super) fn stored<'a>(world: &World, stored: &'a ItemHeader) -> Side<'a> {
    let stored = Stored { access: stored.access(), decisions: &[] };
    Side::Relay(Relay { submitter: world.member(1).person, brought: Brought::Header(stored) })
}

/// Puts the policy in force with one level's rule changed.
pub(super) fn policy(
    world: &mut World,
    level: vault_core::level::Level,
    change: impl FnOnce(&mut LevelRule),
) {
    let policy: Policy = world.policies.last().expect("there is a policy").value().clone();
    let mut rule = policy.level(level).clone();
    change(&mut rule);
    world.change_policy(policy.with(rule));
}

/// A wrap of this member's hybrid key by this right.
pub(super) fn wrap(member: &Member, right: Right) -> Wrap {
    Wrap { recipient: member.opening.to_recipient(), holder: member.holder(), right }
}
