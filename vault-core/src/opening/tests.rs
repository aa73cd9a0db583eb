//! Items forged by people who hold keys: each case of bad input that only opening, or the whole way, can tell.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::Mutex;

use proptest::prelude::*;
use vault_keys::note::{KeyName, Signed};
use vault_keys::opening::Recipient;

use super::*;
use crate::admission::Code;
use crate::item::{Access, Header, LabelHash, Stanza, StanzasHash, item_header, stanza};
use crate::stream::Progress;
use crate::stream::nonce::PayloadNonce;
use crate::stream::seal;
use crate::test_world::{SealedBytes, SeededRng, World};

const TEXT: &[u8] = "各科室:\n关于办公用品采购的通知。\n".as_bytes();

/// p1's item to p3 and p4.
fn sealed(world: &World) -> SealedBytes {
    world.seal(&world.draft(&[3, 4]), TEXT, 1)
}

/// Opens an item file as a member, the whole way.
fn open(world: &World, file: &[u8], member: u32) -> Result<Vec<u8>, Failure> {
    let source = ItemSource::read(file.to_vec()).map_err(Failure::Source)?;
    let identity = &world.member(member).opening;
    let keys = [identity.to_recipient().key_id()];
    let shelf = world.shelf();
    let admitted = AdmittedItem::new(source.header, &shelf.published(), Reader::new(&keys), world.now())
        .map_err(|refused| Failure::Open(refused.into()))?;
    let unlocked = admitted.unlock(&[identity]).map_err(Failure::Open)?;
    let (output, progress) = (Mutex::new(Vec::new()), Progress::new());
    unlocked.open_payload(&source.content, &output, &Work::new(&progress)).map_err(Failure::Open)?;
    Ok(output.into_inner().unwrap())
}

#[derive(Debug)]
enum Failure {
    Source(#[expect(dead_code, reason = "shown when a test fails")] SourceError),
    Open(OpenError),
}

impl Failure {
    /// The first refusal's code, if a rule refused.
    fn code(&self) -> Option<Code> {
        match self {
            Self::Open(OpenError::Refused(refused)) => Some(refused.refusals[0].code),
            _ => None,
        }
    }
}

/// What a recipient has who opened the item: its file key.
fn file_key(world: &World, item: &SealedBytes, member: u32) -> FileKey {
    let identity = &world.member(member).opening;
    identity.unwrap_any(item.header.recipients()).unwrap().unwrap().1
}

fn ours(tag: &str, body: Vec<u8>) -> Stanza {
    Stanza { args: vec![tag.to_owned(), "1".to_owned()], body }
}

/// A header of these parts, closed with this file key.
fn header(
    recipients: &[Stanza],
    label: Vec<u8>,
    manifest: Stanza,
    access: Vec<u8>,
    file_key: &FileKey,
) -> Result<ItemHeader, ItemError> {
    let mut stanzas = recipients.to_vec();
    stanzas.push(ours(item_header::LABEL, label));
    stanzas.push(manifest);
    stanzas.push(ours(item_header::ACCESS, access));
    ItemHeader::from_header(Header::write(&stanzas, file_key).unwrap())
}

/// `item` with other recipient stanzas, its access note written for them and signed by `signer`.
fn rewritten(
    world: &World,
    item: &SealedBytes,
    recipients: &[Stanza],
    file_key: &FileKey,
    signer: u32,
) -> ItemHeader {
    let bytes: Vec<u8> = recipients.iter().flat_map(stanza::to_bytes).collect();
    let mut access: Access = item.header.access().value().clone();
    access.stanzas = StanzasHash::from_bytes(vault_keys::digest::sha256(&bytes));
    let signer = world.member(signer);
    let name = KeyName::person(&access.org, signer.person);
    let access = Signed::sign(access, &name, &signer.signing).unwrap();
    let (label, manifest) = (item.header.label().encode(), item.header.manifest().to_stanza());
    header(recipients, label, manifest, access.encode(), file_key).unwrap()
}

fn wraps(world: &World, keys: [(u32, &FileKey); 3]) -> Vec<Stanza> {
    let mut rng = SeededRng::new(77);
    let wrap = |(member, key): (u32, &FileKey)| {
        let recipient: Recipient = world.member(member).opening.to_recipient();
        recipient.wrap(key, &mut rng).unwrap()
    };
    keys.map(wrap).into()
}

/// A payload sealed by someone who knows the file key.
fn payload(file_key: &FileKey, plaintext: &[u8], nonce: u64) -> Vec<u8> {
    let (output, progress) = (Mutex::new(Vec::new()), Progress::new());
    let length = PlaintextLen::new(plaintext.len() as u64).unwrap();
    let nonce = PayloadNonce::generate(&mut SeededRng::new(nonce));
    seal::seal(&plaintext.to_vec(), length, file_key, nonce, &output, &Work::new(&progress)).unwrap();
    output.into_inner().unwrap()
}

#[test]
fn holders_open_it_and_nobody_else() {
    let world = World::new();
    let item = sealed(&world);
    for holder in [1, 3, 4] {
        assert_eq!(open(&world, &item.file(), holder).unwrap(), TEXT);
    }
    assert_eq!(open(&world, &item.file(), 2).unwrap_err().code(), Some(Code::ReaderNotListed));
}

#[test]
fn a_top_secret_item_is_refused_before_anything_is_unwrapped() {
    let world = World::new();
    let item = sealed(&world);
    let key = file_key(&world, &item, 3);
    let note = String::from_utf8(item.header.label().encode()).unwrap();
    for level in ["top-secret", "绝密", "TOP SECRET", "", "cosmic"] {
        let note = note.replace("\"level\":\"internal\"", &format!("\"level\":\"{level}\""));
        let manifest = item.header.manifest().to_stanza();
        let access = item.header.access().encode();
        let error = header(item.header.recipients(), note.into_bytes(), manifest, access, &key).unwrap_err();
        let shelf = world.shelf();
        let decision = refusal_of_form(&error, &shelf.published(), world.now());
        assert_eq!(decision.first(), Some(Code::TopSecret), "{level:?}");
    }
}

#[test]
fn the_manifest_and_the_readers_own_row_come_with_it() {
    let world = World::new();
    let item = sealed(&world);
    let identity = &world.member(3).opening;
    let shelf = world.shelf();
    let admitted =
        AdmittedItem::new(item.header, &shelf.published(), Reader::default(), world.now()).unwrap();
    let unlocked = admitted.unlock(&[identity]).unwrap();
    assert_eq!(unlocked.manifest().title, "关于办公用品采购的通知");
    assert_eq!(unlocked.row().unwrap().right.to_string(), "copy:1");
    assert_eq!(unlocked.plaintext_len().bytes(), TEXT.len() as u64);
    assert!(!format!("{unlocked:?}").contains("采购"));
    let mut out = Vec::new();
    let progress = Progress::new();
    unlocked.open_payload_to(&item.content, &mut out, &Work::new(&progress)).unwrap();
    assert_eq!(out, TEXT);
    unlocked.verify_payload(&item.content, &Work::new(&progress)).unwrap();
    let mut read = Vec::new();
    std::io::Read::read_to_end(&mut unlocked.reader(&item.content).unwrap(), &mut read).unwrap();
    assert_eq!(read, TEXT);
}

#[test]
fn a_former_key_still_opens_old_items() {
    let mut world = World::new();
    let item = sealed(&world);
    let now = world.now();
    world.change(|persons, _| {
        for key in &mut persons[2].keys {
            key.state = vault_keys::directory::KeyState::Retired;
            key.to = Some(now);
        }
    });
    assert_eq!(open(&world, &item.file(), 3).unwrap(), TEXT);
}

#[test]
fn label_lifted_onto_another_file_by_a_recipient() {
    let world = World::new();
    let item = sealed(&world);
    // p3 puts label and manifest on a file of his own; he cannot sign the access note as the sender.
    let own = FileKey::generate(&mut SeededRng::new(5));
    let lifted = rewritten(&world, &item, &wraps(&world, [(1, &own), (3, &own), (4, &own)]), &own, 3);
    let file = [lifted.bytes(), &payload(&own, TEXT, 6)].concat();
    assert_eq!(open(&world, &file, 4).unwrap_err().code(), Some(Code::AccessWriter));
}

#[test]
fn label_lifted_onto_another_file_by_the_sender() {
    let world = World::new();
    let item = sealed(&world);
    let own = FileKey::generate(&mut SeededRng::new(5));
    let lifted = rewritten(&world, &item, &wraps(&world, [(1, &own), (3, &own), (4, &own)]), &own, 1);
    let file = [lifted.bytes(), &payload(&own, TEXT, 6)].concat();
    let error = open(&world, &file, 4).unwrap_err();
    assert!(matches!(error, Failure::Open(OpenError::FileKey(FileKeyError::Commit))), "{error:?}");
}

#[test]
fn payload_swapped_by_another_recipient_who_knows_the_file_key() {
    let world = World::new();
    let item = sealed(&world);
    let key = file_key(&world, &item, 3);
    let other: Vec<u8> = TEXT.iter().rev().copied().collect();
    let file = [item.header.bytes(), &payload(&key, &other, 6)].concat();
    let error = open(&world, &file, 4).unwrap_err();
    assert!(matches!(error, Failure::Open(OpenError::Payload(open::OpenError::OtherContent))), "{error:?}");
    // The very same plaintext under another nonce is another content, too.
    let file = [item.header.bytes(), &payload(&key, TEXT, 6)].concat();
    let error = open(&world, &file, 4).unwrap_err();
    assert!(matches!(error, Failure::Open(OpenError::Payload(open::OpenError::OtherContent))), "{error:?}");
}

#[test]
fn two_payload_nonces() {
    let world = World::new();
    let item = sealed(&world);
    let nonce = &item.content[..16];
    let file = [item.header.bytes(), nonce, &item.content].concat();
    let error = open(&world, &file, 4).unwrap_err();
    assert!(
        matches!(error, Failure::Open(OpenError::Payload(open::OpenError::TrailingBytes { .. }))),
        "{error:?}"
    );
    let file = [item.header.bytes(), &[7; 16], &item.content[16..]].concat();
    let error = open(&world, &file, 4).unwrap_err();
    assert!(matches!(error, Failure::Open(OpenError::Payload(open::OpenError::Chunk { .. }))), "{error:?}");
}

#[test]
fn file_key_differing_between_stanzas() {
    let world = World::new();
    let item = sealed(&world);
    let key = file_key(&world, &item, 1);
    let other = FileKey::generate(&mut SeededRng::new(5));
    let split = rewritten(&world, &item, &wraps(&world, [(1, &key), (3, &key), (4, &other)]), &key, 1);
    let file = [split.bytes(), &item.content].concat();
    assert_eq!(open(&world, &file, 3).unwrap(), TEXT);
    let error = open(&world, &file, 4).unwrap_err();
    assert!(matches!(error, Failure::Open(OpenError::FileKey(FileKeyError::Mac))), "{error:?}");
}

#[test]
fn a_wrap_for_someone_else_than_its_row_says() {
    let world = World::new();
    let item = sealed(&world);
    let key = file_key(&world, &item, 1);
    // Row 2 is p4's, its stanza is wrapped for p2: p4 finds out, and p2 gets nothing by it.
    let false_wrap = rewritten(&world, &item, &wraps(&world, [(1, &key), (3, &key), (2, &key)]), &key, 1);
    let file = [false_wrap.bytes(), &item.content].concat();
    let error = open(&world, &file, 4).unwrap_err();
    assert!(matches!(error, Failure::Open(OpenError::FalseWrap { row: 2 })), "{error:?}");
    assert_eq!(open(&world, &file, 2).unwrap_err().code(), Some(Code::ReaderNotListed));
    let shelf = world.shelf();
    let admitted = AdmittedItem::new(false_wrap, &shelf.published(), Reader::default(), world.now()).unwrap();
    assert!(matches!(admitted.unlock(&[&world.member(2).opening]), Err(OpenError::NoKey)));
}

#[test]
fn manifest_of_another_item() {
    let world = World::new();
    let (item, other) = (sealed(&world), world.seal(&world.draft(&[3, 4]), TEXT, 2));
    let key = file_key(&world, &item, 1);
    let parts = |label: Vec<u8>, access: Vec<u8>| {
        header(item.header.recipients(), label, other.header.manifest().to_stanza(), access, &key)
    };
    let error = parts(item.header.label().encode(), item.header.access().encode()).unwrap_err();
    assert_eq!(error, ItemError::OtherManifest);
    // Even with the sender's signature over it, it does not open under this item's key.
    let mut label = item.header.label().value().clone();
    label.manifest = other.header.manifest_hash();
    let name = KeyName::person(&label.org, label.sender.person);
    let signing = &world.member(1).signing;
    let label = Signed::sign(label, &name, signing).unwrap();
    let mut access = item.header.access().value().clone();
    access.label = LabelHash::of_note(label.hash());
    let access = Signed::sign(access, &name, signing).unwrap();
    let mixed = parts(label.encode(), access.encode()).unwrap();
    let error = open(&world, &[mixed.bytes(), &item.content].concat(), 3).unwrap_err();
    assert!(matches!(error, Failure::Open(OpenError::Manifest(ManifestOpenError::Seal))), "{error:?}");
}

#[test]
fn access_note_of_another_item_is_refused_by_its_form() {
    let world = World::new();
    let (item, other) = (sealed(&world), world.seal(&world.draft(&[3, 4]), TEXT, 2));
    let key = file_key(&world, &item, 1);
    let (label, manifest) = (item.header.label().encode(), item.header.manifest().to_stanza());
    let error =
        header(item.header.recipients(), label, manifest, other.header.access().encode(), &key).unwrap_err();
    assert_eq!(error, ItemError::AccessOtherItem);
    let shelf = world.shelf();
    let decision = refusal_of_form(&error, &shelf.published(), world.now());
    assert_eq!(decision.first(), Some(Code::AccessOtherItem));
}

#[test]
fn a_title_with_a_higher_mark_is_refused_on_opening_as_well() {
    let world = World::new();
    let item = sealed(&world);
    let key = file_key(&world, &item, 1);
    // A changed client of the sender's seals another manifest and signs everything again.
    let mut manifest = item.header.open_manifest(&key).unwrap();
    let mut with_title = |title: &str| {
        title.clone_into(&mut manifest.title);
        let stanza = manifest.seal(&key, &mut SeededRng::new(8)).unwrap().to_stanza();
        let mut label = item.header.label().value().clone();
        label.manifest =
            crate::item::ManifestHash::from_bytes(vault_keys::digest::sha256(&stanza::to_bytes(&stanza)));
        let name = KeyName::person(&label.org, label.sender.person);
        let signing = &world.member(1).signing;
        let label = Signed::sign(label, &name, signing).unwrap();
        let mut access = item.header.access().value().clone();
        access.label = LabelHash::of_note(label.hash());
        let access = Signed::sign(access, &name, signing).unwrap();
        let header = header(item.header.recipients(), label.encode(), stanza, access.encode(), &key).unwrap();
        open(&world, &[header.bytes(), &item.content].concat(), 3)
    };
    assert_eq!(with_title("绝密★30年 通知").unwrap_err().code(), Some(Code::TopSecret));
    assert_eq!(with_title("机密★10年 通知").unwrap_err().code(), Some(Code::TitleMark));
    assert_eq!(with_title("普通通知").unwrap(), TEXT);
}

#[test]
fn every_truncation_fails() {
    let world = World::new();
    let file = sealed(&world).file();
    for length in (0..file.len()).step_by(97).chain(file.len() - 40..file.len()) {
        assert!(open(&world, &file[..length], 3).is_err(), "{length}");
    }
    let longer = [file.as_slice(), b"x"].concat();
    assert!(open(&world, &longer, 3).is_err());
}

#[test]
fn headers_without_end_are_refused_before_they_are_read() {
    let endless = [b"age-encryption.org/v1\n".as_slice(), &b"-> x y\n\n".repeat(400_000)].concat();
    let error = ItemSource::read(endless).unwrap_err();
    assert!(matches!(error, SourceError::Item(_)), "{error:?}");
    let long_line = [b"age-encryption.org/v1\n-> ".as_slice(), &vec![b'x'; 3 << 20]].concat();
    let error = ItemSource::read(long_line).unwrap_err();
    assert!(matches!(error, SourceError::Item(ItemError::TooLarge { .. })), "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever bit is flipped anywhere, nothing opens.
    #[test]
    fn any_flipped_bit_fails(place: prop::sample::Index, bit in 0..8_u8) {
        let world = WORLD.with(std::rc::Rc::clone);
        let mut file = world.1.clone();
        let at = place.index(file.len());
        file[at] ^= 1 << bit;
        prop_assert!(open(&world.0, &file, 3).is_err(), "byte {at}");
    }
}

thread_local! {
    static WORLD: std::rc::Rc<(World, Vec<u8>)> = {
        let world = World::new();
        let file = sealed(&world).file();
        std::rc::Rc::new((world, file))
    };
}
