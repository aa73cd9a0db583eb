//! The committed items of tests/fixtures/items: made from fixed seeds, kept for ever.
//!
//! The test makes them again and compares every byte, so a change of format shows. To make new ones run it with
//! `VAULT_WRITE_FIXTURES=1`; old ones are never rewritten once a release has been made with them.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use vault_core::bundle::{Bundle, Layout};
use vault_core::item::*;
use vault_core::stream::at::ReadAt;
use vault_keys::bytes::Bytes;
use vault_keys::opening::Suite;

use super::sample::{ORG, Sample, file, pattern, sha256_hex};

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/items")
}

/// The fixtures: name and content, in the order of their seeds.
fn all() -> Vec<(&'static str, Sample)> {
    use Suite::{Classic, Hybrid};
    let chunk = 64 * 1024;
    vec![
        ("hybrid-0", Sample::new(Hybrid, &[], 10)),
        ("hybrid-1", Sample::new(Hybrid, &pattern(1), 11)),
        ("hybrid-65536", Sample::new(Hybrid, &pattern(chunk), 12)),
        ("classic-1", Sample::new(Classic, &pattern(1), 13)),
        ("classic-65535", Sample::new(Classic, &pattern(chunk - 1), 14)),
        ("classic-65537", Sample::new(Classic, &pattern(chunk + 1), 15)),
        ("hybrid-tar", tar(Hybrid, 16)),
        ("classic-tar", tar(Classic, 17)),
    ]
}

fn tar(suite: Suite, seed: u64) -> Sample {
    let files = [("通知.txt", "请于周五前报送。\n"), ("附件.csv", "a,b\n1,2\n")];
    let entries = files.map(|(name, text)| {
        let media = if name.ends_with("csv") { "text/csv" } else { "text/plain" };
        file(name, text.len(), media)
    });
    let layout = Layout::new(entries.iter().map(|file| (&file.name, file.size))).unwrap();
    let mut tar = vec![0; usize::try_from(layout.length().bytes()).unwrap()];
    let texts = files.map(|(_, text)| text.as_bytes().to_vec()).to_vec();
    Bundle::new(layout, texts).unwrap().read_full_at(&mut tar, 0).unwrap();
    Sample::with(
        suite,
        &tar,
        seed,
        |_| {},
        |manifest| {
            manifest.form = PayloadForm::Tar;
            manifest.files = entries.to_vec();
        },
    )
}

/// What a reader needs, and what it must find.
fn expected(name: &str, sample: &Sample) -> Value {
    let label = sample.header.label().value();
    json!({
        "file": format!("{name}.age"),
        "suite": label.suite.to_string(),
        "sha256": sha256_hex(&sample.bytes()),
        "identity": *sample.people.recipient.to_text(),
        "sender_identity": *sample.people.sender.to_text(),
        "sender_public": Bytes(*sample.people.signing.public().as_bytes()).to_string(),
        "org": ORG.to_string(),
        "item": label.item.to_string(),
        "label": sample.header.label_hash().to_string(),
        "access": sample.header.access_hash().to_string(),
        "header_len": sample.header.len(),
        "file_key": super::sample::hex(sample.file_key.expose()),
        "title": sample.header.open_manifest(&sample.file_key).unwrap().title,
        "plaintext_len": sample.plaintext.len(),
        "plaintext_sha256": sha256_hex(&sample.plaintext),
    })
}

#[test]
fn committed_items_are_made_again_byte_for_byte() {
    let folder = folder();
    let fixtures = all();
    let index: Vec<Value> = fixtures.iter().map(|(name, sample)| expected(name, sample)).collect();
    let index = serde_json::to_string_pretty(&index).unwrap() + "\n";
    if std::env::var_os("VAULT_WRITE_FIXTURES").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (name, sample) in &fixtures {
            fs::write(folder.join(format!("{name}.age")), sample.bytes()).unwrap();
        }
        fs::write(folder.join("items.json"), &index).unwrap();
    }
    for (name, sample) in &fixtures {
        let committed = fs::read(folder.join(format!("{name}.age"))).unwrap();
        assert!(committed == sample.bytes(), "{name} is made as it was");
    }
    assert_eq!(fs::read_to_string(folder.join("items.json")).unwrap(), index);
}

#[test]
fn committed_items_open_with_the_stream_of_this_crate() {
    use vault_core::stream::ContentLen;
    use vault_core::stream::seek::SealedReader;
    for (name, sample) in all() {
        let committed = fs::read(folder().join(format!("{name}.age"))).unwrap();
        let item = ItemHeader::parse(&committed).unwrap();
        let (_, file_key) = sample.people.recipient.unwrap_any(item.recipients()).unwrap().unwrap();
        item.verify_file_key(&file_key).unwrap();
        let content = committed[item.len()..].to_vec();
        let length = ContentLen::new(item.label().value().content.length).unwrap();
        let mut reader = SealedReader::new(content, length, &file_key).unwrap();
        let mut plaintext = Vec::new();
        std::io::Read::read_to_end(&mut reader, &mut plaintext).unwrap();
        assert!(plaintext == sample.plaintext, "{name}");
    }
}
