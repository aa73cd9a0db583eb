//! Items of fixed seeds: a small world without a directory, and edits that re-sign and re-MAC.

use core::convert::Infallible;

use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use rand_core::{TryCryptoRng, TryRng};
use vault_core::item::build::{Plan, Wrap, Writer};
use vault_core::item::*;
use vault_core::level::Level;
use vault_core::mark::Mark;
use vault_core::scope::Ascending;
use vault_core::stream::PlaintextLen;
use vault_core::term::Term;
use vault_keys::derive;
use vault_keys::digest::{DirectoryHash, OrgId, sha256, sha256_of};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::{KeyName, Note, Signed};
use vault_keys::numbers::Holder;
use vault_keys::opening::{Identity, Recipient, Suite};
use vault_keys::secret::FileKey;
use vault_keys::signing::SigningKey;

/// Random bytes that are the same for ever: SHA-256(seed, counter). Library generators change with versions.
pub(crate) struct Fixed {
    seed: u64,
    block: u64,
    left: Vec<u8>,
}

impl Fixed {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, block: 0, left: Vec::new() }
    }
}

impl TryRng for Fixed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            if self.left.is_empty() {
                self.left = sha256_of(&[&self.seed.to_be_bytes(), &self.block.to_be_bytes()]).to_vec();
                self.block += 1;
            }
            *byte = self.left.remove(0);
        }
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}

pub(crate) const ORG: OrgId = OrgId::from_bytes([0x5a; 32]);

/// The sender p1 and the recipient p2, for one suite, from a seed.
pub(crate) struct People {
    pub(crate) name: KeyName,
    pub(crate) signing: SigningKey,
    pub(crate) sender: Identity,
    pub(crate) recipient: Identity,
}

impl People {
    pub(crate) fn new(suite: Suite, seed: u64) -> Self {
        let rng = &mut Fixed::new(seed);
        let signing = SigningKey::generate(rng);
        let sender = Identity::generate(suite, rng);
        let recipient = Identity::generate(suite, rng);
        Self { name: KeyName::person(&ORG, "p1".parse().unwrap()), signing, sender, recipient }
    }

    pub(crate) fn writer(&self) -> Writer<'_> {
        Writer { name: &self.name, key: &self.signing }
    }

    pub(crate) fn wraps(&self) -> Vec<Wrap> {
        let wrap = |recipient: Recipient, holder: &str, copy| Wrap {
            recipient,
            holder: holder.parse().unwrap(),
            right: Right::Copy(copy),
        };
        vec![wrap(self.sender.to_recipient(), "p1", 0), wrap(self.recipient.to_recipient(), "p2", 1)]
    }
}

/// A whole item and what it was made from.
pub(crate) struct Sample {
    pub(crate) people: People,
    pub(crate) file_key: FileKey,
    pub(crate) header: ItemHeader,
    pub(crate) content: Vec<u8>,
    pub(crate) plaintext: Vec<u8>,
}

impl Sample {
    /// An item of level internal with one file.
    pub(crate) fn new(suite: Suite, plaintext: &[u8], seed: u64) -> Self {
        let files = vec![file("通知.txt", plaintext.len(), "text/plain")];
        Self::with(suite, plaintext, seed, |_| {}, |manifest| manifest.files = files)
    }

    pub(crate) fn small() -> Self {
        Self::new(Suite::Classic, b"hello", 1)
    }

    pub(crate) fn with(
        suite: Suite,
        plaintext: &[u8],
        seed: u64,
        change: impl FnOnce(&mut Label),
        fill: impl FnOnce(&mut Manifest),
    ) -> Self {
        let people = People::new(suite, seed);
        let rng = &mut Fixed::new(seed.wrapping_add(1 << 32));
        let item = ItemId::generate("2026-11-22T01:00:00Z".parse().unwrap(), rng);
        let mut label = label(suite, item, people.signing.key_id());
        change(&mut label);
        let mut manifest = manifest(item);
        fill(&mut manifest);
        let length = PlaintextLen::new(plaintext.len() as u64).unwrap();
        let plan =
            Plan::new(label, &manifest, &people.wraps(), vec![], length, people.writer(), rng).unwrap();
        let file_key = FileKey::from_bytes(plan.file_key().expose());
        let content = seal(plaintext, &file_key, [u8::try_from(seed).unwrap(); 16]);
        let header_len = plan.header_len();
        let hash = ContentHash::from_bytes(*blake3::hash(&content).as_bytes());
        let header = plan.finish(hash, people.writer()).unwrap();
        assert_eq!(header.len(), header_len);
        Self { people, file_key, header, content, plaintext: plaintext.to_vec() }
    }

    /// The item's file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.header.bytes(), &self.content].concat()
    }

    /// The stanzas, to be changed.
    pub(crate) fn stanzas(&self) -> Vec<Stanza> {
        self.header.header().stanzas().to_vec()
    }

    /// Reads what [`Header::write`] makes of changed stanzas: the MAC is right, the rest may not be.
    pub(crate) fn parse(&self, stanzas: &[Stanza]) -> Result<ItemHeader, ItemError> {
        ItemHeader::from_header(Header::write(stanzas, &self.file_key)?)
    }

    /// The header with the label changed and signed again, and the access note fitted to it.
    pub(crate) fn relabel(&self, change: impl FnOnce(&mut Label)) -> Result<ItemHeader, ItemError> {
        let mut label = self.header.label().value().clone();
        change(&mut label);
        self.replace_label_text(vault_keys::json::to_line(&label))
    }

    /// As [`Sample::relabel`], for a text that need not be a label.
    pub(crate) fn replace_label_text(&self, text: Vec<u8>) -> Result<ItemHeader, ItemError> {
        let note =
            Note::sign(String::from_utf8(text).unwrap(), &self.people.name, &self.people.signing).unwrap();
        let mut access = self.header.access().value().clone();
        access.label = LabelHash::of_note(note.hash());
        let access = Signed::sign(access, &self.people.name, &self.people.signing).unwrap();
        let mut stanzas = self.stanzas();
        stanzas[2].body = note.encode();
        stanzas[4].body = access.encode();
        self.parse(&stanzas)
    }

    /// The header with the access note changed and signed again.
    pub(crate) fn reaccess(&self, change: impl FnOnce(&mut Access)) -> Result<ItemHeader, ItemError> {
        let mut access = self.header.access().value().clone();
        change(&mut access);
        let text = String::from_utf8(vault_keys::json::to_line(&access)).unwrap();
        let note = Note::sign(text, &self.people.name, &self.people.signing).unwrap();
        let mut stanzas = self.stanzas();
        stanzas[4].body = note.encode();
        self.parse(&stanzas)
    }
}

pub(crate) fn label(suite: Suite, item: ItemId, key: KeyId) -> Label {
    let term = Term::Years(3);
    let persons =
        |list: &[&str]| list.iter().map(|it| it.parse::<Holder>().unwrap()).collect::<Ascending<_>>();
    Label {
        tag: LabelType,
        org: ORG,
        item,
        doc_no: Some("示例发〔2026〕5号".to_owned()),
        suite,
        level: Level::Internal,
        mark: Mark::new(Level::Internal, term.clone()).unwrap().to_string(),
        term,
        starts: Starts { by: StartsBy::Released, date: None },
        ends: None,
        basis: vec!["工作秘密事项范围表 3".to_owned()],
        class: Some("document".parse().unwrap()),
        kind: "economic".parse().unwrap(),
        carrier: "electronic".parse().unwrap(),
        made: "2026-11-22T01:00:00Z".parse().unwrap(),
        origin: Origin { kind: OriginKind::Original, parents: vec![], reason: None },
        copying: Copying::None,
        flags: Ascending::empty(),
        urgency: Urgency::Normal,
        read_by: None,
        not_before: None,
        keep_until: Some("2026-12-22T01:00:00Z".parse().unwrap()),
        decide_by: None,
        pass_down: Ascending::empty(),
        drafts: Ascending::empty(),
        policy: PolicyHash::from_bytes([0x11; 32]),
        directory: DirectoryRef { version: 1, hash: DirectoryHash::from_bytes([0x22; 32]) },
        unit: "u1".parse().unwrap(),
        sender: Sender { person: "p1".parse().unwrap(), key },
        handler: "p1".parse().unwrap(),
        station: KeyId::of(KeyKind::Station, &[0x33; 32]),
        scope: persons(&["p1", "p2"]),
        copies: vec![
            NumberedCopy { no: 0, holder: "p1".parse().unwrap() },
            NumberedCopy { no: 1, holder: "p2".parse().unwrap() },
        ],
        deciders: vec![],
        approval: Approval { kind: ApprovalKind::None, request: None },
        recovery: Ascending::empty(),
        manifest: ManifestHash::from_bytes([0; 32]),
        content: Content {
            length: 0,
            blake3: ContentHash::from_bytes([0; 32]),
            commit: Commitment::from_bytes([0; 32]),
        },
    }
}

pub(crate) fn manifest(item: ItemId) -> Manifest {
    Manifest {
        tag: ManifestType,
        org: ORG,
        item,
        title: "关于召开年度预算会议的通知".to_owned(),
        form: PayloadForm::File,
        files: vec![file("通知.txt", 5, "text/plain")],
        points: vec![],
        reasons: vec![],
        resealed: None,
    }
}

pub(crate) fn file(name: &str, size: usize, media: &str) -> FileEntry {
    FileEntry { name: name.parse().unwrap(), size: size as u64, media: media.to_owned() }
}

/// Nonce and chunks, written again here so that the fixtures do not rest on the code they test.
pub(crate) fn seal(plaintext: &[u8], file_key: &FileKey, nonce: [u8; 16]) -> Vec<u8> {
    let key = derive::payload_key(file_key, &nonce);
    let cipher = ChaCha20Poly1305::new(key.expose().into());
    let mut content = nonce.to_vec();
    let mut chunks: Vec<&[u8]> = plaintext.chunks(64 * 1024).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let last = chunks.len() - 1;
    for (index, chunk) in chunks.into_iter().enumerate() {
        let mut counter = [0; 12];
        counter[3..11].copy_from_slice(&(index as u64).to_be_bytes());
        counter[11] = u8::from(index == last);
        content.extend(cipher.encrypt(&Nonce::from(counter), chunk).unwrap());
    }
    content
}

/// Bytes that tell their place.
pub(crate) fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| u8::try_from(index % 251).unwrap()).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}
