//! The manifest: padding, association with its item, and its own rules.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use vault_core::item::manifest::{ManifestOpenError, ManifestSealError};
use vault_core::item::*;
use vault_keys::bytes::Bytes;
use vault_keys::derive;
use vault_keys::json::to_line;
use vault_keys::secret::FileKey;

use super::sample::{Fixed, ORG, file, manifest};

fn item() -> ItemId {
    "019a5f3e-8a00-7abc-9def-0123456789ab".parse().unwrap()
}

fn key() -> FileKey {
    FileKey::from_bytes(&[4; 16])
}

fn seal(change: impl FnOnce(&mut Manifest)) -> Result<ManifestStanza, ManifestSealError> {
    let mut manifest = manifest(item());
    change(&mut manifest);
    manifest.seal(&key(), &mut Fixed::new(1))
}

/// Seals any bytes as a manifest, as a client without checks would.
fn seal_raw(padded: &[u8]) -> ManifestStanza {
    let salt = [7; 16];
    let cipher = ChaCha20Poly1305::new(derive::manifest_key(&key(), &salt).expose().into());
    let item = item();
    let message = Payload { msg: padded, aad: item.as_bytes() };
    ManifestStanza { salt, body: cipher.encrypt(&Nonce::default(), message).unwrap() }
}

fn open(stanza: &ManifestStanza) -> Result<Manifest, ManifestOpenError> {
    Manifest::open(stanza, ORG, item(), &key())
}

#[test]
fn opens_as_it_was_sealed() {
    let stanza = seal(|manifest| {
        manifest.points = vec!["第三条数字".to_owned()];
        manifest.reasons = vec![FieldReason {
            field: "not_before".to_owned().try_into().unwrap(),
            text: "公布前".to_owned(),
        }];
        manifest.resealed = Some(Resealed { file_key: Bytes([1; 16]), nonce: Bytes([2; 16]) });
    });
    let opened = open(&stanza.unwrap()).unwrap();
    assert_eq!(opened.points.len(), 1);
    assert_eq!(opened.resealed.as_ref().unwrap().file_key, Bytes([1; 16]));
    assert_eq!(format!("{opened:?}"), format!("Manifest({}, ..)", item()));
}

#[test]
fn padded_to_five_sizes() {
    for (title, size) in [(1, 1024), (600, 1024), (600, 2048)] {
        let points = if size == 2048 { vec!["密".repeat(300)] } else { vec![] };
        let stanza =
            seal(|manifest| (manifest.title, manifest.points) = ("a".repeat(title), points)).unwrap();
        assert_eq!(stanza.body.len(), size + 16);
    }
    let files = |count: usize| {
        (0..count).map(|number| file(&format!("{number:0200}.txt"), 1, "text/plain")).collect()
    };
    let long = seal(|manifest| (manifest.form, manifest.files) = (PayloadForm::Tar, files(60))).unwrap();
    assert_eq!(long.body.len(), 16_384 + 16);
    let longer = seal(|manifest| (manifest.form, manifest.files) = (PayloadForm::Tar, files(70)));
    assert!(matches!(longer, Err(ManifestSealError::TooLong { .. })));
}

#[test]
fn manifest_padded_otherwise() {
    let line = to_line(&manifest(item()));
    let padded = |size: usize, with: u8| {
        let mut padded = line.clone();
        padded.resize(size, with);
        open(&seal_raw(&padded)).map(|_| ())
    };
    assert_eq!(padded(1024, b'\n'), Ok(()));
    assert_eq!(padded(2048, b'\n'), Err(ManifestOpenError::Padding));
    assert_eq!(padded(1023, b'\n'), Err(ManifestOpenError::Padding));
    assert_eq!(padded(1024, b' '), Err(ManifestOpenError::Padding));
    assert_eq!(padded(1024, 0), Err(ManifestOpenError::Padding));
    assert_eq!(open(&seal_raw(&[b'a'; 1024])).unwrap_err(), ManifestOpenError::Padding);
}

#[test]
fn manifest_of_another_item() {
    let other: ItemId = "019a5f3e-8a00-7abc-9def-0123456789ac".parse().unwrap();
    let stanza = seal(|_| {}).unwrap();
    assert_eq!(Manifest::open(&stanza, ORG, other, &key()).unwrap_err(), ManifestOpenError::Seal);
    // Sealed for this item and naming another inside.
    let mut line = to_line(&manifest(other));
    line.resize(1024, b'\n');
    assert_eq!(open(&seal_raw(&line)).unwrap_err(), ManifestOpenError::OtherItem { item: other });
}

#[test]
fn manifest_changed_or_under_another_key() {
    let stanza = seal(|_| {}).unwrap();
    let wrong = FileKey::from_bytes(&[5; 16]);
    assert_eq!(Manifest::open(&stanza, ORG, item(), &wrong).unwrap_err(), ManifestOpenError::Seal);
    let mut salted = stanza.clone();
    salted.salt[0] ^= 1;
    assert_eq!(open(&salted).unwrap_err(), ManifestOpenError::Seal);
    let mut changed = stanza;
    changed.body[100] ^= 1;
    assert_eq!(open(&changed).unwrap_err(), ManifestOpenError::Seal);
}

#[test]
fn manifest_rules() {
    let refused = |change: fn(&mut Manifest)| {
        assert!(matches!(seal(change), Err(ManifestSealError::Text(_))));
    };
    refused(|manifest| manifest.title.clear());
    refused(|manifest| manifest.title = "a\u{202e}b".to_owned());
    refused(|manifest| manifest.title = "a".repeat(601));
    refused(|manifest| manifest.files.clear());
    refused(|manifest| manifest.files.push(file("other.txt", 1, "text/plain")));
    refused(|manifest| {
        manifest.form = PayloadForm::Tar;
        manifest.files = vec![file("A.txt", 1, "text/plain"), file("a.TXT", 1, "text/plain")];
    });
    refused(|manifest| manifest.files[0].media = "text".to_owned());
    refused(|manifest| manifest.files[0].media = "text/plain; charset=utf-8".to_owned());
    refused(|manifest| manifest.points = vec![String::new()]);
    refused(|manifest| manifest.points = vec!["a".to_owned(); 65]);
}

#[test]
fn file_names_that_mislead_are_refused_when_read() {
    let line = String::from_utf8(to_line(&manifest(item()))).unwrap();
    for name in ["..", "a/b", "a\\\\b", "gpj\u{202e}.exe", "CON", "nul.txt", "a.", " a", ""] {
        let mut line = line.replace("通知.txt", name).into_bytes();
        line.resize(1024, b'\n');
        assert!(matches!(open(&seal_raw(&line)).unwrap_err(), ManifestOpenError::Text(_)), "{name:?}");
    }
}
