//! Every rule with one refused case and its nearest accepted neighbour, told apart by code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod access;
mod basis;
mod deciding;
mod draft;
mod label;
mod later_notes;
mod leaves;
mod passed;
mod resealed;
mod standing;

use vault_keys::note::{KeyName, Signed};
use vault_keys::secret::FileKey;
use vault_keys::signing::SigningKey;
use vault_keys::time::Time;

use super::{Code, Decision, Facts, Reader, Relay, Side, Stored, Subject, check};
use crate::item::build::{Plan, Wrap, Writer};
use crate::item::{Access, Header, ItemError, ItemHeader, Label, Stanza, item_header};
use crate::sealing::Draft;
use crate::stream::{ContentHash, PlaintextLen};
use crate::test_world::{SeededRng, World};

/// The plaintext length of items in these tests; no payload is sealed.
const LENGTH: u64 = 1000;

/// The codes of a decision, each once.
fn codes(decision: &Decision) -> Vec<Code> {
    let mut codes: Vec<Code> = decision.refusals().iter().map(|refusal| refusal.code).collect();
    codes.dedup();
    codes
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// The codes that refuse a draft of p1's.
fn draft_codes(world: &World, draft: &Draft) -> Vec<Code> {
    match world.ready(draft, LENGTH, 1) {
        Ok(_) => Vec::new(),
        Err(refused) => {
            let mut codes: Vec<Code> = refused.refusals.iter().map(|refusal| refusal.code).collect();
            codes.dedup();
            codes
        }
    }
}

/// An item by p1 to p3 and p4 whose label and wraps were changed before p1 signed them, as a changed client would;
/// with its file key.
fn item(world: &World, change: impl FnOnce(&mut Label, &mut Vec<Wrap>)) -> (ItemHeader, FileKey) {
    item_of(world, &world.draft(&[3, 4]), change)
}

/// As [`item`], of another draft.
fn item_of(
    world: &World,
    draft: &Draft,
    change: impl FnOnce(&mut Label, &mut Vec<Wrap>),
) -> (ItemHeader, FileKey) {
    let ready = world.ready(draft, LENGTH, 1).unwrap();
    let (mut label, mut wraps) = (ready.label().clone(), ready.wraps().to_vec());
    change(&mut label, &mut wraps);
    let name = KeyName::person(&label.org, label.sender.person);
    let key = &world.member(label.sender.person.value()).signing;
    let writer = Writer { name: &name, key };
    let plaintext = PlaintextLen::new(LENGTH).unwrap();
    let plan =
        Plan::new(label, ready.manifest(), &wraps, Vec::new(), plaintext, writer, &mut SeededRng::new(1))
            .unwrap();
    let file_key = FileKey::from_bytes(plan.file_key().expose());
    (plan.finish(ContentHash::from_bytes([1; 32]), writer).unwrap(), file_key)
}

/// The item's header again with another label or access note in it, closed with its file key.
fn reassemble(
    item: &ItemHeader,
    file_key: &FileKey,
    label: Vec<u8>,
    access: Vec<u8>,
) -> Result<ItemHeader, ItemError> {
    let ours = |tag: &str, body| Stanza { args: vec![tag.to_owned(), "1".to_owned()], body };
    let mut stanzas = item.recipients().to_vec();
    stanzas.push(ours(item_header::LABEL, label));
    stanzas.push(item.manifest().to_stanza());
    stanzas.push(ours(item_header::ACCESS, access));
    ItemHeader::from_header(Header::write(&stanzas, file_key).unwrap())
}

/// The item with a changed access note signed by `signer` as `person`.
fn with_access(
    item: &ItemHeader,
    file_key: &FileKey,
    change: impl FnOnce(&mut Access),
    person: u32,
    signer: &SigningKey,
) -> Result<ItemHeader, ItemError> {
    let mut access = item.access().value().clone();
    change(&mut access);
    let name = KeyName::person(&item.org(), vault_keys::numbers::PersonNo::new(person).unwrap());
    let access = Signed::sign(access, &name, signer).unwrap();
    reassemble(item, file_key, item.label().encode(), access.encode())
}

/// At the relay, for what p1 submits: a new item, or the header after this one.
fn relay<'a>(world: &World, stored: Option<&'a Signed<Access>>) -> Side<'a> {
    let submitter = world.member(1).person;
    Side::Relay(stored.map_or_else(
        || Relay::item(submitter),
        |access| Relay::header(submitter, Stored { access, decisions: &[] }),
    ))
}

fn judge(world: &World, subject: Subject<'_>, side: Side<'_>, now: Time) -> Decision {
    let shelf = world.shelf();
    check(&Facts { published: shelf.published(), subject, side }, now)
}

/// The codes at the relay, for a new item that p1 submits.
fn relay_codes(world: &World, item: &ItemHeader) -> Vec<Code> {
    let side = Side::Relay(Relay::item(world.member(1).person));
    codes(&judge(world, Subject::Sealed(item), side, world.now()))
}

/// The codes at p3 as a reader; his own rows are another test's matter.
fn reader_codes(world: &World, item: &ItemHeader) -> Vec<Code> {
    let keys = [world.member(3).opening.to_recipient().key_id()];
    let side = Side::Reader(Reader::new(&keys));
    let mut codes = codes(&judge(world, Subject::Sealed(item), side, world.now()));
    codes.retain(|code| *code != Code::ReaderNotListed);
    codes
}

/// The codes for a header that does not parse, the same on every side.
fn form_codes(world: &World, error: &ItemError) -> Vec<Code> {
    let side = Side::Relay(Relay::item(world.member(1).person));
    codes(&judge(world, Subject::Unreadable(error), side, world.now()))
}

#[test]
fn an_item_in_order_is_accepted_on_every_side() {
    let world = World::new();
    assert_eq!(draft_codes(&world, &world.draft(&[3, 4])), []);
    let (item, _) = item(&world, |_, _| {});
    assert_eq!(relay_codes(&world, &item), []);
    assert_eq!(reader_codes(&world, &item), []);
}
