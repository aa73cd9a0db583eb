//! Small items of ours, made with fixed seeds through the product's own builder: for other programs to open.
//!
//! They are items in form: header, label, manifest, access note, payload. No directory stands behind them; whether
//! anyone was allowed to make them is tested elsewhere.

use std::sync::Mutex;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use vault_core::item::access::Right;
use vault_core::item::build::{Plan, Wrap, Writer};
use vault_core::item::label::{
    Approval, ApprovalKind, Content, Copying, DirectoryRef, Label, LabelType, NumberedCopy, Origin,
    OriginKind, Sender, Starts, StartsBy, Urgency,
};
use vault_core::item::manifest::{FileEntry, Manifest, ManifestType, PayloadForm};
use vault_core::item::{Commitment, ContentHash, ItemId, ManifestHash};
use vault_core::level::Level;
use vault_core::scope::Ascending;
use vault_core::stream::nonce::PayloadNonce;
use vault_core::stream::{PlaintextLen, Progress, Work, seal};
use vault_core::term::Term;
use vault_keys::digest::{DirectoryHash, OrgId, PolicyHash};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::{KeyName, Note};
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::opening::{Identity, Suite};
use vault_keys::signing::SigningKey;

/// A finished item and the keys around it.
#[derive(Debug)]
pub struct Made {
    /// Header and payload.
    pub bytes: Vec<u8>,
    /// The opening keys of copy 0 (the sender), copy 1 and copy 2.
    pub identities: Vec<Identity>,
    /// The name on the sender's signature lines.
    pub signer: KeyName,
    /// The sender's signing key, public.
    pub signing_key: [u8; 32],
}

/// Seals `plaintext` as one file for the sender and two others.
///
/// # Panics
/// If the product refuses its own item: then the test has found something.
#[must_use]
pub fn make(suite: Suite, seed: u64, plaintext: &[u8]) -> Made {
    let rng = &mut StdRng::seed_from_u64(seed);
    let identities: Vec<Identity> = (0..3).map(|_| Identity::generate(suite, rng)).collect();
    let signing = SigningKey::generate(rng);
    let signer = KeyName::person(&org(), person(1));
    let item = ItemId::generate(NOW.parse().expect("a time"), rng);
    let wraps: Vec<Wrap> = (0..)
        .zip(&identities)
        .map(|(no, identity)| Wrap {
            recipient: identity.to_recipient(),
            holder: Holder::Person(person(no + 1)),
            right: Right::Copy(no),
        })
        .collect();
    let manifest = Manifest {
        tag: ManifestType,
        org: org(),
        item,
        title: "关于召开第三季度例会的通知".into(),
        form: PayloadForm::File,
        files: vec![FileEntry {
            name: "通知.docx".parse().expect("a file name"),
            size: plaintext.len() as u64,
            media: "application/octet-stream".into(),
        }],
        points: Vec::new(),
        reasons: Vec::new(),
        resealed: None,
    };
    let length = PlaintextLen::new(plaintext.len() as u64).expect("a small file");
    let writer = Writer { name: &signer, key: &signing };
    let label = label(suite, item, &signing);
    let plan = Plan::new(label, &manifest, &wraps, notes(writer), length, writer, rng).expect("a plan");
    let output = Mutex::new(Vec::new());
    let progress = Progress::new();
    let nonce = PayloadNonce::generate(rng);
    let sealed = seal::seal(plaintext, length, plan.file_key(), nonce, &output, &Work::new(&progress));
    let header = plan.finish(sealed.expect("a payload").blake3, writer).expect("a header");
    let mut bytes = header.bytes().to_vec();
    bytes.append(&mut output.into_inner().expect("no thread panicked"));
    Made { bytes, identities, signer, signing_key: *signing.public().as_bytes() }
}

const NOW: &str = "2026-11-22T08:00:00Z";

fn org() -> OrgId {
    OrgId::from_bytes([0x0a; 32])
}

fn person(number: u32) -> PersonNo {
    PersonNo::new(number).expect("a number")
}

/// What an item may carry along; these say nothing, in the form of all signed texts.
fn notes(writer: Writer<'_>) -> Vec<Note> {
    let text = |word| format!("{{\"type\":\"vault-example/1\",\"org\":\"{}\",\"word\":\"{word}\"}}\n", org());
    let sign = |word| Note::sign(text(word), writer.name, writer.key).expect("a note");
    ["同意", "不同意"].map(sign).into()
}

fn label(suite: Suite, item: ItemId, signing: &SigningKey) -> Label {
    let holders = (1..=3).map(|number| Holder::Person(person(number)));
    let copies = (0..).zip(holders.clone()).map(|(no, holder)| NumberedCopy { no, holder });
    Label {
        tag: LabelType,
        org: org(),
        item,
        doc_no: Some("财办〔2026〕12号".into()),
        suite,
        level: Level::Internal,
        mark: "内部".into(),
        term: Term::Years(1),
        starts: Starts { by: StartsBy::Released, date: None },
        ends: None,
        basis: Vec::new(),
        class: None,
        kind: "economic".parse().expect("a word"),
        carrier: "electronic".parse().expect("a word"),
        made: NOW.parse().expect("a time"),
        origin: Origin { kind: OriginKind::Original, parents: Vec::new(), reason: None },
        copying: Copying::None,
        flags: Ascending::default(),
        urgency: Urgency::Normal,
        read_by: None,
        not_before: None,
        keep_until: None,
        decide_by: None,
        pass_down: Ascending::default(),
        drafts: Ascending::default(),
        policy: PolicyHash::from_bytes([0x0b; 32]),
        directory: DirectoryRef { version: 1, hash: DirectoryHash::from_bytes([0x0c; 32]) },
        unit: UnitNo::new(1).expect("a number"),
        sender: Sender { person: person(1), key: signing.key_id() },
        handler: person(1),
        station: KeyId::of(KeyKind::Station, &[0x0d; 32]),
        scope: holders.collect(),
        copies: copies.collect(),
        deciders: Vec::new(),
        approval: Approval { kind: ApprovalKind::None, request: None },
        recovery: Ascending::default(),
        manifest: ManifestHash::from_bytes([0; 32]),
        content: Content {
            length: 0,
            blake3: ContentHash::from_bytes([0; 32]),
            commit: Commitment::from_bytes([0; 32]),
        },
    }
}
