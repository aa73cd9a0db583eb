//! docs/item.md and docs/policy.md hold the very bytes this crate makes, and name every field.

use std::fs;
use std::path::Path;

use vault_core::decision::Act;
use vault_core::item::*;
use vault_core::limits;
use vault_core::policy::{BuiltIn, POLICY_MAX, Policy, SectionName, catalogue};
#[cfg(feature = "test-hooks")]
use vault_core::test_world::written_policy;
use vault_keys::json::to_line;
use vault_keys::opening::Suite;
use vault_keys::{derive, digest};

use super::sample::{ORG, Sample, hex, pattern};

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)).unwrap()
}

/// Every text must stand in the document, whole.
fn check(texts: &[String]) {
    check_in("item.md", texts);
}

fn check_in(name: &str, texts: &[String]) {
    let document = document(name);
    let missing: Vec<&String> = texts.iter().filter(|text| !document.contains(text.trim_end())).collect();
    assert!(
        missing.is_empty(),
        "docs/{name} lacks:\n{}",
        missing.iter().map(|it| it.as_str()).collect::<Vec<_>>().join("\n---\n")
    );
}

#[test]
fn the_example_is_the_item_of_the_fixture() {
    let sample = Sample::new(Suite::Classic, &pattern(1), 13);
    let header = &sample.header;
    let item = header.label().value().item;
    let manifest = header.open_manifest(&sample.file_key).unwrap();
    let nonce = sample.content[..16].try_into().unwrap();
    let value = |name: &str, bytes: &[u8]| format!("{name:<14} {}", hex(bytes));
    check(&[
        String::from_utf8(header.bytes().to_vec()).unwrap(),
        String::from_utf8(header.label().encode()).unwrap(),
        String::from_utf8(header.access().encode()).unwrap(),
        String::from_utf8(to_line(&manifest)).unwrap(),
        format!("identity       {}", *sample.people.recipient.to_text()),
        value("sender public", sample.people.signing.public().as_bytes()),
        value("file key", sample.file_key.expose()),
        value("MAC key", derive::header_mac_key(&sample.file_key).expose()),
        value("manifest salt", &header.manifest().salt),
        value("manifest key", derive::manifest_key(&sample.file_key, &header.manifest().salt).expose()),
        value("item id", item.as_bytes()),
        value("commit", &derive::commit(&sample.file_key, item.as_bytes())),
        value("payload nonce", &sample.content[..16]),
        value("payload key", derive::payload_key(&sample.file_key, &nonce).expose()),
        value("content", &sample.content),
        value("content blake3", blake3::hash(&sample.content).as_bytes()),
        value("plaintext", &sample.plaintext),
        format!("label hash     {}", header.label_hash()),
        format!("access hash    {}", header.access_hash()),
        format!("header length  {}", header.len()),
    ]);
}

#[cfg(feature = "test-hooks")]
#[test]
fn every_field_stands_in_a_table_in_its_order() {
    let sample = Sample::small();
    let policy = String::from_utf8(to_line(&written_policy(ORG))).unwrap();
    let manifest =
        String::from_utf8(to_line(&super::sample::manifest(sample.header.label().value().item))).unwrap();
    for (name, section, text) in [
        ("item.md", "## Label", sample.header.label().text()),
        ("item.md", "## Access note", sample.header.access().text()),
        ("item.md", "## Manifest", &manifest),
        ("policy.md", "## Text", &policy),
    ] {
        let document = document(name);
        let mut rest =
            document.split(&format!("\n{section}\n")).nth(1).unwrap_or_else(|| panic!("{section}"));
        for field in top_level_fields(text) {
            let row = format!("\n| `{field}` |");
            let at =
                rest.find(&row).unwrap_or_else(|| panic!("{section} lacks {field}, or has it out of order"));
            rest = &rest[at + 1..];
        }
    }
}

/// The names of the outermost object's fields, in order.
#[cfg(feature = "test-hooks")]
fn top_level_fields(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut names = Vec::new();
    for (index, piece) in text.split('"').enumerate() {
        if index % 2 == 1 {
            let follows = text.split('"').nth(index + 1).is_some_and(|next| next.starts_with(':'));
            if depth == 1 && follows {
                names.push(piece);
            }
        } else {
            for c in piece.chars() {
                depth += i32::from(matches!(c, '{' | '[')) - i32::from(matches!(c, '}' | ']'));
            }
        }
    }
    names
}

#[test]
fn limits_are_those_of_the_code() {
    let number = |value: usize| {
        let digits = value.to_string();
        let groups: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
        groups.join(",")
    };
    check(&[
        format!("| header | {} bytes |", number(limits::HEADER_MAX)),
        format!("| recipient stanzas | {} |", number(limits::RECIPIENTS_MAX)),
        format!("| label note | {} bytes |", number(limits::LABEL_MAX)),
        format!("| access note | {} bytes |", number(limits::ACCESS_MAX)),
        format!("| notes stanzas | {} of {} bytes |", limits::NOTES_STANZAS_MAX, number(limits::NOTES_MAX)),
        format!("| free text of a label | {} bytes |", number(limits::TEXT_MAX)),
        format!("| entries of a short list | {} |", number(limits::LIST_MAX)),
        format!("| scope, `pass_down` | {} entries |", number(limits::SCOPE_MAX)),
        format!("| files | {} |", number(limits::FILES_MAX)),
        format!("| file name | {} bytes |", number(limits::FILE_NAME_MAX)),
        format!("| title | {} bytes |", number(limits::TITLE_MAX)),
        format!("| secret point, reason | {} bytes |", number(limits::REASON_MAX)),
        format!("| header of any age file | {} bytes |", number(limits::AGE_HEADER_MAX)),
        format!("| stanzas of any age file | {} |", number(limits::AGE_STANZAS_MAX)),
    ]);
}

#[test]
fn lists_and_limits_of_policies_are_those_of_the_code() {
    let words = |words: Vec<&str>| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>();
    let number = |value: usize| {
        let digits = value.to_string();
        let groups: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
        groups.join(",")
    };
    let mut all = words(SectionName::ALL.iter().map(|name| name.word()).collect());
    all.push(words(Act::ALL.iter().map(|act| act.word()).collect()).join(", "));
    all.push(words(catalogue::Field::ALL.iter().map(|field| field.word()).collect()).join(", "));
    all.push(format!("A note of at most {} bytes", number(POLICY_MAX)));
    all.push(format!("At most {} clauses in all", number(catalogue::CLAUSES_MAX)));
    all.push(format!("1 to {} bytes, which labels name", catalogue::CLAUSE_ID_MAX));
    all.push(format!("1 to {} bytes |", catalogue::CLAUSE_TEXT_MAX));
    check_in("policy.md", &all);
}

#[test]
fn built_in_policies_stand_there_whole() {
    let texts = [BuiltIn::Standard, BuiltIn::InternalWithoutDecision].map(|which| {
        let line = to_line(&Policy::built_in(ORG, which));
        [String::from_utf8(line.clone()).unwrap(), hex(&digest::sha256(&line))]
    });
    check_in("policy.md", texts.as_flattened());
}

#[test]
fn a_label_of_500_copies_fits_its_limit() {
    // docs/item.md "Limits": the label holds what the recipient stanzas can serve.
    let sample = Sample::small();
    let item = sample.relabel(|label| {
        let holders: Vec<vault_keys::numbers::Holder> =
            (1..=500).map(|number| format!("p{}", 100_000 + number).parse().unwrap()).collect();
        label.scope = holders.iter().copied().collect();
        label.copies = (0..).zip(holders).map(|(no, holder)| NumberedCopy { no, holder }).collect();
    });
    assert!(item.unwrap().label().encode().len() < limits::LABEL_MAX / 2);
}
