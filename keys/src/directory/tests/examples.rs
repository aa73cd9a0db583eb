//! The examples of docs/notes.md and docs/directory.md are what this code writes.
//!
//! Whole notes stand in docs/examples/, short values in the documents themselves. After a deliberate change
//! `VAULT_EXAMPLES=write cargo test -p vault-keys examples -- --nocapture` writes the files again and prints
//! the values the documents must hold.

use std::path::PathBuf;

use super::sample::*;
use crate::digest::{OrgId, sha256, write_hex};
use crate::directory::{Fresh, OfficerCard, Position, Stop, StopAct, StopReason};
use crate::key_id::{KeyId, KeyKind, fingerprint};
use crate::merkle;
use crate::note::{KeyName, LineKind, Signed, Text, Verifier, key_hash};
use crate::text_type;
use serde::{Deserialize, Serialize};

text_type! {
    struct ExampleType = "vault-example/1";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    #[serde(rename = "type")]
    tag: ExampleType,
    org: OrgId,
    word: String,
    amount: u32,
    day: Option<crate::time::Day>,
}

impl Text for Example {
    const TYPE: &'static str = ExampleType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }
}

#[test]
fn docs_notes_hold_their_examples() {
    let org = root().org();
    let example = Example { tag: ExampleType, org, word: "说“\\\"”".to_owned(), amount: 20, day: None };
    let (name, key) = (KeyName::person(&org, p(1)), signing_key(1));
    let signed = Signed::sign(example, &name, &key).unwrap();
    assert!(signed.verified_by(&Verifier::person(&org, p(1), key.public())).is_ok());
    check_file("person.note", &signed.encode());
    let (officer, public) = (KeyName::office(&org, &office("o1")), office_key(1).public());
    check_values(
        "notes.md",
        &[
            signed.note().to_string(),
            format!("seed       {}", hex(key.expose_seed())),
            format!("public key {}", hex(key.public().as_bytes())),
            format!("key id     {}", key.key_id()),
            format!("groups     {}", key.key_id().groups()),
            format!("name       {name}"),
            format!(
                "key hash   {}",
                hex(&key_hash(&name, LineKind::Ed25519.type_bytes(), key.public().as_bytes()))
            ),
            format!("note hash  {}", signed.hash()),
            format!("name      {officer}"),
            format!(
                "Ed25519   {}",
                hex(&key_hash(&officer, LineKind::Ed25519.type_bytes(), public.ed25519().as_bytes()))
            ),
            format!(
                "ML-DSA-44 {}",
                hex(&key_hash(&officer, LineKind::MlDsa44.type_bytes(), public.ml_dsa()))
            ),
            format!("fingerprint {}", fingerprint(org.as_bytes())),
        ],
    );
}

#[test]
fn docs_directory_holds_its_examples() {
    let root = root();
    let directory = directory(&root);
    check_file("root-1.note", &root.note().encode());
    check_file("directory-1.note", &directory.head().encode());
    check_file("entries.jsonl", &directory.entry_texts().collect::<Vec<_>>().concat());
    let (unit, proof) = directory.entry_path(u(1).into()).unwrap();
    let path: String = proof.path.iter().map(|hash| format!("  {}\n", hex(hash))).collect();
    let recovery = directory.unit(u(2)).and_then(|unit| unit.recovery.clone()).unwrap();
    assert_eq!(recovery.id, KeyId::of(KeyKind::OpeningHybrid, &recovery.key.0));
    check_values(
        "directory.md",
        &[
            format!("org         {}", root.org()),
            format!("fingerprint {}", root.fingerprint()),
            directory.head().text().to_owned(),
            format!("directory   {}", directory.hash()),
            String::from_utf8(unit.to_vec()).unwrap(),
            format!("leaf hash   {}", hex(&merkle::leaf_hash(unit))),
            format!("index {} of 6\n{path}", proof.index),
            format!(
                "SHA-256 of entries.jsonl {}",
                hex(&sha256(&directory.entry_texts().collect::<Vec<_>>().concat()))
            ),
        ],
    );
}

#[test]
fn docs_directory_holds_its_stop_fresh_and_person_2() {
    let root = root();
    let position = Position { origin: root.log_origin().clone(), size: 40 };
    let acts = vec![
        StopAct::revoke_key(p(1), signing_key(1).key_id(), StopReason::Stolen).since(position),
        StopAct::suspend(p(3), StopReason::Inquiry),
    ];
    let text = Stop::next_text(&root, None, None, time("2026-01-07T01:00:00Z"), acts);
    let stop = with_officers(&[1, 2], |officers| Stop::sign(text, &root, officers)).unwrap();
    check_file("stop-1.note", &stop.signed().encode());
    let mut text = super::freshness::fresh_text("2026-01-10T00:00:00Z");
    text.stop = Some(stop.reference());
    let fresh = Fresh::sign(text, &root, &office_key(10)).unwrap();
    check_file("fresh.note", &fresh.signed().encode());
    let person = crate::json::to_line(&super::personnel::version_2());
    check_file("person-2.json", &person);
    check_values(
        "directory.md",
        &[
            stop.signed().text().to_owned(),
            format!("stop        {}", stop.hash()),
            fresh.signed().text().to_owned(),
            format!("fresh       {}", fresh.hash()),
            format!("SHA-256 of person-2.json {}", hex(&sha256(&person))),
        ],
    );
}

#[test]
fn docs_joining_holds_its_example() {
    let code = crate::joining::tests::code(1);
    let request = crate::joining::tests::request(&code, 7);
    let org = root().org();
    check_file("join.note", &request.signed().encode());
    let invitation = crate::joining::Invitation::of(&code, &org, None, time("2026-01-14T00:00:00Z"));
    let list = vec![invitation.clone()];
    let made = time("2026-01-07T00:00:00Z");
    let list =
        crate::joining::InvitationList::sign(&root(), made, list, (&office("o3"), &office_key(3))).unwrap();
    check_file("invitations.note", &list.signed().encode());
    check_values(
        "joining.md",
        &[
            format!("code        {}", *code.to_text()),
            format!("id          {}", invitation.id),
            format!("public key  {}", hex(&invitation.key.0)),
            request.signed().note().to_string(),
            format!("hash        {}", request.hash()),
            format!("number      {}", request.fingerprint()),
            list.signed().text().to_owned(),
        ],
    );
}

#[cfg(feature = "open")]
#[test]
fn docs_recovery_holds_its_example() {
    use crate::opening::{Identity, Suite};
    let (set, files) = crate::recovery::tests::example();
    check_file("recovery.note", &set.signed().encode());
    check_file("share-1.age", &files[0]);
    let holder = Identity::from_secret(Suite::Classic, crate::secret::Secret::copied_from(&[0x41; 32]));
    let share = crate::recovery::open_share(&files[0], &holder, &set).unwrap();
    let request = crate::recovery::tests::requests::example();
    check_file("recovery-request.note", &request.signed().encode());
    let made = time("2026-02-02T00:00:00Z");
    let record = crate::recovery::RunRecord::new(&request, vec![1, 3], request.value().items.clone(), made);
    check_values(
        "recovery.md",
        &[
            set.signed().text().to_owned(),
            format!("holder 1    {}", *holder.to_text()),
            share.text_for_docs(&set),
            request.signed().text().to_owned(),
            format!("request     {}", request.hash()),
            String::from_utf8(crate::json::to_line(&record)).unwrap(),
        ],
    );
}

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

fn writes() -> bool {
    std::env::var_os("VAULT_EXAMPLES").is_some_and(|value| value == "write")
}

#[test]
fn docs_directory_holds_founding_and_card() {
    let card = OfficerCard::sign("周明", time("2026-01-04T01:00:00Z"), &office_key(1)).unwrap();
    check_file("officer-card.note", &card.encode());
    let mut founding = super::new_roots::founding();
    founding.sign(None, &office_key(1)).unwrap();
    check_file("founding.json", &founding.encode());
    check_values(
        "directory.md",
        &[format!("card        {}", card.digits()), format!("founding    {}", founding.hash())],
    );
}

fn check_file(name: &str, bytes: &[u8]) {
    let path = docs().join("examples").join(name);
    if writes() {
        std::fs::create_dir_all(docs().join("examples")).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    assert!(std::fs::read(&path).unwrap() == bytes, "docs/examples/{name} is not what the code writes");
}

#[expect(clippy::print_stdout, reason = "prints what the author pastes into the document")]
fn check_values(document: &str, values: &[String]) {
    if writes() {
        values.iter().for_each(|value| println!("{value}"));
        return;
    }
    let text = std::fs::read_to_string(docs().join(document)).unwrap();
    for value in values {
        assert!(text.contains(value.as_str()), "docs/{document} lacks {value}");
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    write_hex(bytes, &mut text).unwrap();
    text
}
