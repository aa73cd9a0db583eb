//! What nobody has to refuse, because the key does not fit.

use std::sync::Mutex;

use vault_core::admission::Reader;
use vault_core::opening::files::FileOpenError;
use vault_core::opening::{AdmittedItem, OpenError};
use vault_core::stream::{Progress, Work};
use vault_core::test_world::{SealedBytes, SeededRng, World};
use vault_keys::keyfile::{Cost, PersonKeys, UnlockError};
use vault_keys::opening::Suite;

use super::lazy::plain;
use super::{Case, Judge};

const TEXT: &[u8] = "各科室：会议改在周五。\n".as_bytes();
const PASSPHRASE: &str = "correct horse battery staple";

fn sealed(world: &World) -> SealedBytes {
    world.seal(&world.draft(&[3]), TEXT, 1)
}

/// What stands in the way of opening this item with p3's key.
fn open(world: &World, item: &SealedBytes, content: &Vec<u8>) -> Vec<String> {
    let (shelf, identity) = (world.shelf(), &world.member(3).opening);
    let keys = [identity.to_recipient().key_id()];
    let (output, progress) = (Mutex::new(Vec::new()), Progress::new());
    let opened = AdmittedItem::new(item.header.clone(), &shelf.published(), Reader::new(&keys), world.now())
        .map_err(OpenError::from)
        .and_then(|admitted| admitted.unlock(&[identity]))
        .and_then(|unlocked| unlocked.open_payload(content, &output, &Work::new(&progress)));
    match opened {
        Ok(_) => {
            assert_eq!(output.into_inner().expect("no panic"), TEXT);
            Vec::new()
        }
        Err(OpenError::Refused(refused)) => super::world::refused(Err(refused)),
        Err(OpenError::Payload(_)) => vec!["damaged".to_owned()],
        Err(other) => vec![other.to_string()],
    }
}

/// The same into a file, of which nothing may be there unless everything is.
fn open_to_disk(world: &World, item: &SealedBytes, content: &Vec<u8>) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("通知.txt");
    let (shelf, identity) = (world.shelf(), &world.member(3).opening);
    let keys = [identity.to_recipient().key_id()];
    let admitted =
        AdmittedItem::new(item.header.clone(), &shelf.published(), Reader::new(&keys), world.now());
    let unlocked = admitted.expect("p3 holds it").unlock(&[identity]).expect("he opens it");
    let opened = unlocked.open_file(content, &target, &Work::new(&Progress::new()));
    let left = std::fs::read_dir(folder.path()).expect("the folder").count();
    match opened {
        Ok(()) if left == 1 => Vec::new(),
        Err(FileOpenError::Open(OpenError::Payload(_))) if left == 0 => vec!["damaged".to_owned()],
        other => vec![format!("{other:?}, {left} files")],
    }
}

/// Whether a key opens one of the wraps.
fn unwraps(world: &World, item: &SealedBytes, number: u32) -> Vec<String> {
    match world.member(number).opening.unwrap_any(item.header.recipients()) {
        Ok(Some(_)) => Vec::new(),
        Ok(None) => vec!["no-wrap".to_owned()],
        Err(error) => vec![error.to_string()],
    }
}

pub(super) const CASES: &[Case] = &[
    Case::crypto("key-of-somebody-who-is-not-named", &[9, 45, 59, 73, 76], "no-wrap", |which| {
        let world = plain();
        let item = sealed(&world);
        Box::new(move || unwraps(&world, &item, which.of(4, 3)))
    }),
    Case::crypto("content-changed-in-one-bit", &[64, 65, 1], "damaged", |which| {
        let world = plain();
        let item = sealed(&world);
        let mut content = item.content.clone();
        content[40] ^= which.of(1, 0);
        Box::new(move || open(&world, &item, &content))
    }),
    Case::crypto("content-of-another-item", &[1, 64], "damaged", |which| {
        let world = plain();
        let (item, other) = (sealed(&world), world.seal(&world.draft(&[3]), TEXT, 2));
        let content = which.of(other.content, item.content.clone());
        Box::new(move || open(&world, &item, &content))
    }),
    Case::crypto("damaged-item-leaves-nothing-on-disk", &[31], "damaged", |which| {
        let world = plain();
        let item = sealed(&world);
        let mut content = item.content.clone();
        content[40] ^= which.of(1, 0);
        Box::new(move || open_to_disk(&world, &item, &content))
    }),
    Case::crypto("key-file-without-its-passphrase", &[87, 89], "passphrase", |which| {
        let keys = PersonKeys::generate(Suite::Hybrid, &mut SeededRng::new(1));
        let file = keys.lock(PASSPHRASE, Cost::Cheap).expect("a locked key file");
        judge_passphrase(file, which.of("correct horse battery stapler", PASSPHRASE))
    }),
];

fn judge_passphrase(file: Vec<u8>, typed: &'static str) -> Judge {
    Box::new(move || match PersonKeys::unlock(&file, typed) {
        Ok(_) => Vec::new(),
        Err(UnlockError::WrongPassphrase) => vec!["passphrase".to_owned()],
        Err(other) => vec![other.to_string()],
    })
}
