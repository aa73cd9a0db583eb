//! Locking, unlocking, and every way a key file can be wrong.
#![allow(clippy::unwrap_used, reason = "tests")]

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::station::StationKey;

const PASSPHRASE: &str = "正确 horse battery 订书机";

fn keys() -> PersonKeys {
    let rng = &mut StdRng::seed_from_u64(1);
    let mut keys = PersonKeys::generate(Suite::Classic, rng);
    keys.replace_opening(Identity::generate(Suite::Hybrid, rng));
    keys.replace_opening(Identity::generate(Suite::Hybrid, rng));
    keys.org = Some(OrgId::from_bytes([0xab; 32]));
    keys.person = Some(PersonNo::new(3).unwrap());
    keys
}

fn locked() -> Vec<u8> {
    keys().lock(PASSPHRASE, Cost::Cheap).unwrap()
}

fn content(text: &str) -> UnlockError {
    let file = lock(text.as_bytes(), PASSPHRASE, Cost::Cheap).unwrap();
    PersonKeys::unlock(&file, PASSPHRASE).unwrap_err()
}

#[test]
fn keys_come_back_as_they_were() {
    let again = PersonKeys::unlock(&locked(), PASSPHRASE).unwrap();
    assert_eq!(*text::encode_person(&again), *text::encode_person(&keys()));
    assert_eq!(again.identities().count(), 3);
    assert_eq!(again.earlier[1].suite(), Suite::Classic);

    let fresh = PersonKeys::generate(Suite::Hybrid, &mut StdRng::seed_from_u64(2));
    let again = PersonKeys::unlock(&fresh.lock("x", Cost::Cheap).unwrap(), "x").unwrap();
    assert_eq!((again.org, again.person), (None, None));
}

#[test]
fn officer_keys_come_back_as_they_were() {
    let rng = &mut StdRng::seed_from_u64(1);
    let keys = OfficerKeys { org: None, name: "o1".into(), key: OfficeKey::generate(rng) };
    let file = keys.lock(PASSPHRASE, Cost::Cheap).unwrap();
    let again = OfficerKeys::unlock(&file, PASSPHRASE).unwrap();
    assert_eq!(*text::encode_officer(&again), *text::encode_officer(&keys));
    assert!(matches!(
        PersonKeys::unlock(&file, PASSPHRASE),
        Err(UnlockError::Content(ContentError::Type { .. }))
    ));
    assert!(matches!(
        OfficerKeys::unlock(&locked(), PASSPHRASE),
        Err(UnlockError::Content(ContentError::Type { .. }))
    ));
}

/// An identity file for any age program: the opening key is its only line that is not a comment.
#[test]
fn the_opened_text_is_an_age_identity_file() {
    let keys = keys();
    let text = text::encode_person(&keys);
    let text = core::str::from_utf8(&text).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines, [keys.opening.to_text().as_str()]);
}

#[test]
fn wrong_passphrase() {
    for wrong in ["", "x", "正确 horse battery 订书机 "] {
        assert!(matches!(PersonKeys::unlock(&locked(), wrong), Err(UnlockError::WrongPassphrase)));
    }
    assert!(matches!(keys().lock("", Cost::Cheap), Err(LockError::EmptyPassphrase)));
}

#[test]
fn a_cut_or_changed_key_file_is_damaged() {
    let file = locked();
    for length in (21..file.len()).step_by(3) {
        assert!(
            matches!(PersonKeys::unlock(&file[..length], PASSPHRASE), Err(UnlockError::Damaged)),
            "{length}"
        );
    }
    let mut changed = file.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(matches!(PersonKeys::unlock(&changed, PASSPHRASE), Err(UnlockError::Damaged)));
    let mut longer = file;
    longer.push(0);
    assert!(matches!(PersonKeys::unlock(&longer, PASSPHRASE), Err(UnlockError::Damaged)));
}

#[test]
fn any_flipped_bit_is_refused() {
    let file = locked();
    for bit in (0..file.len() * 8).step_by(31) {
        let mut changed = file.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(PersonKeys::unlock(&changed, PASSPHRASE).is_err(), "bit {bit}");
    }
}

#[test]
fn an_excessive_work_factor_is_refused_before_any_work() {
    let file = locked();
    let at = file.windows(3).position(|bytes| bytes == b" 4\n").unwrap();
    let mut costly = file[..at].to_vec();
    costly.extend_from_slice(b" 40");
    costly.extend_from_slice(&file[at + 2..]);
    assert!(matches!(PersonKeys::unlock(&costly, PASSPHRASE), Err(UnlockError::ExcessiveWork { found: 40 })));
}

#[test]
fn other_files_are_told_apart() {
    assert!(matches!(PersonKeys::unlock(b"", "x"), Err(UnlockError::NotAKeyFile)));
    assert!(matches!(PersonKeys::unlock(b"PK\x03\x04", "x"), Err(UnlockError::NotAKeyFile)));
    assert!(matches!(PersonKeys::unlock(&vec![b'a'; KEY_FILE_MAX + 1], "x"), Err(UnlockError::TooLarge)));

    let recipient = age::x25519::Identity::generate().to_public();
    let sealed = age::encrypt(&recipient, b"text").unwrap();
    assert!(matches!(PersonKeys::unlock(&sealed, "x"), Err(UnlockError::NotLocked)));
}

#[test]
fn the_opened_text_has_one_form() {
    let keys = keys();
    let text = text::encode_person(&keys);
    let text = core::str::from_utf8(&text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let with = |change: &dyn Fn(&mut Vec<&str>)| {
        let mut lines = lines.clone();
        change(&mut lines);
        lines.join("\n") + "\n"
    };
    let line = |text: &str| match content(text) {
        UnlockError::Content(ContentError::Line { line }) => line,
        other => panic!("{other}"),
    };
    assert_eq!(line(&with(&|lines| lines.swap(1, 2))), 3);
    assert_eq!(line(&with(&|lines| lines.insert(2, lines[1]))), 3);
    assert_eq!(line(&with(&|lines| lines.insert(1, "# note: x"))), 2);
    assert_eq!(line(&with(&|lines| lines.truncate(3))), 4);
    assert_eq!(line(&with(&|lines| lines[2] = "# person: p03")), 3);
    assert_eq!(line(&with(&|lines| lines.truncate(6))), 7);
    assert_eq!(line(&with(&|lines| lines.push(""))), 8);
    assert_eq!(line(text.trim_end()), 7);
    assert_eq!(line(&text.replace('\n', "\r\n").replacen('\r', "", 1)), 2);

    let newer = with(&|lines| lines[0] = "# vault-keys/2");
    assert!(matches!(content(&newer), UnlockError::Content(ContentError::Newer)));
    let other = with(&|lines| lines[0] = "# created: 2026-01-01T00:00:00Z");
    assert!(matches!(content(&other), UnlockError::Content(ContentError::Type { .. })));
}

#[test]
fn secrets_are_not_printed() {
    let keys = keys();
    let printed = format!("{keys:?} {:?}", UnlockError::WrongPassphrase);
    assert!(!printed.contains("AGE-SECRET"), "{printed}");
}

/// The example of docs/keys.md is what this code writes.
#[test]
fn the_document_shows_these_bytes() {
    let document = include_str!("../../../docs/keys.md");
    let shown = |text: &str| assert!(document.contains(text), "docs/keys.md lacks:\n{text}");
    let keys = PersonKeys {
        org: Some(OrgId::from_bytes([0xab; 32])),
        person: Some(PersonNo::new(3).unwrap()),
        opening: Identity::generate(Suite::Hybrid, &mut Constant(0x11)),
        signing: SigningKey::from_seed(&[0x22; 32]),
        earlier: vec![Identity::generate(Suite::Classic, &mut Constant(0x33))],
    };
    shown(core::str::from_utf8(&text::encode_person(&keys)).unwrap());
    for identity in keys.identities() {
        shown(&identity.to_recipient().key_id().to_string());
    }
    shown(&keys.earlier[0].to_recipient().to_string());
    shown(&StationKey::generate(&mut Constant(0x44)).to_text());
}

/// A generator of one byte, so that the document can say what its seeds are.
struct Constant(u8);

impl rand_core::TryRng for Constant {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_ne_bytes([self.0; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from_ne_bytes([self.0; 8]))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill(self.0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Constant {}
