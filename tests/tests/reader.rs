//! A second reader, in Python, written from docs/item.md alone (`tests/reader/vault_item.py`): it opens what we seal and
//! refuses what we refuse. So the specification is enough.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::Value;
use vault_core::item::access::Line;
use vault_core::item::{Header, ItemHeader, Stanza, StanzasHash, stanza};
use vault_keys::digest::sha256;
use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::PersonNo;
use vault_keys::opening::{Identity, Suite};
use vault_keys::secret::FileKey;
use vault_keys::signing::SigningKey;
use vault_tests::age_reader::{Keys, decrypt};
use vault_tests::fixtures;
use vault_tests::hex;
use vault_tests::items::{Made, make};
use vault_tests::require::found_or_skipped;

const SUITES: [Suite; 2] = [Suite::Hybrid, Suite::Classic];

#[test]
fn opens_fresh_items() {
    let Some(reader) = Reader::find() else { return };
    for suite in SUITES {
        for (seed, size) in (1..).zip([0, 1, 65_536, 65_537, 200_000]) {
            let plaintext = vec![u8::try_from(seed).unwrap(); size];
            let made = make(suite, seed, &plaintext);
            let holder = &made.identities[usize::try_from(seed % 3).unwrap()];
            let (report, opened) = reader.open(&made, holder).unwrap();
            assert!(opened == plaintext, "{suite}, {size} bytes");

            // What it says about the item is what our own types say.
            let header = ItemHeader::parse(&made.bytes).unwrap();
            assert_eq!(report["label_hash"], header.label_hash().to_string());
            assert_eq!(report["access_hash"], header.access_hash().to_string());
            assert_eq!(report["label"], serde_json::to_value(header.label().value()).unwrap());
            let notes: Vec<String> = header.notes().iter().map(|note| note.hash().to_string()).collect();
            assert_eq!(report["notes"], serde_json::to_value(notes).unwrap());
            assert_eq!(report["row"]["key"], holder.to_recipient().key_id().to_string());
            assert_eq!(report["manifest"]["files"][0]["name"], "通知.docx");
            assert_eq!(report["sha256"], hex(&sha256(&plaintext)));
        }
    }
}

#[test]
fn opens_the_committed_items() {
    let Some(reader) = Reader::find() else { return };
    for fixture in fixtures::all() {
        let signer = format!("{}/p1", fixture.org.get(..16).unwrap());
        for identity in [&fixture.identity, &fixture.sender_identity] {
            let signed_by = format!("{signer}:{}", fixture.sender_public);
            let (report, plaintext) = reader.run(&fixture.bytes(), identity, &signed_by).unwrap();
            assert_eq!(hex(&sha256(&plaintext)), fixture.plaintext_sha256, "{}", fixture.file);
            assert_eq!(report["label_hash"], fixture.label);
            assert_eq!(report["access_hash"], fixture.access);
            assert_eq!(report["manifest"]["title"], fixture.title);
        }
    }
}

#[test]
fn refuses_what_we_refuse() {
    let Some(reader) = Reader::find() else { return };
    let made = make(Suite::Classic, 1, b"one");
    let other = make(Suite::Classic, 2, b"two");
    let header = Header::parse(&made.bytes).unwrap();
    let refused = |bytes: Vec<u8>, why: &str| {
        let changed = Made { bytes, ..make(Suite::Classic, 1, b"one") };
        let said = reader.open(&changed, &made.identities[1]).unwrap_err();
        assert!(said.contains(why), "{why:?} expected, {said:?} said");
    };

    refused(made.bytes[..header.len() - 1].to_vec(), "cut off");
    let content = &made.bytes[header.len()..];
    let mut flipped = made.bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;
    refused(flipped, "not the one the label names");
    refused(made.bytes[..made.bytes.len() - 1].to_vec(), "another length");

    // What a recipient could do, who knows the file key and can write a header that holds.
    let keys = |made: &Made| Keys::from(made.identities[0].to_text().parse::<Identity>().unwrap());
    let opened = decrypt(&made.bytes, &keys(&made)).unwrap();
    let rewritten = |change: &dyn Fn(&mut Vec<Stanza>)| {
        let mut stanzas = header.stanzas().to_vec();
        change(&mut stanzas);
        let header = Header::write(&stanzas, &opened.file_key).unwrap();
        [header.bytes(), content].concat()
    };
    let theirs = Header::parse(&other.bytes).unwrap();
    let theirs = theirs.stanzas();
    assert_eq!(rewritten(&|_| {}), made.bytes);
    refused(rewritten(&|stanzas| stanzas.swap(0, 1)), "other recipient stanzas");
    refused(rewritten(&|stanzas| stanzas.swap(3, 4)), "misplaced");
    refused(rewritten(&|stanzas| stanzas.truncate(5)), "missing");
    refused(rewritten(&|stanzas| stanzas.push(stanzas[3].clone())), "misplaced");
    refused(rewritten(&|stanzas| stanzas[3].args[1] = "2".into()), "unknown version");
    refused(rewritten(&|stanzas| stanzas[4] = theirs[4].clone()), "manifest is not the one");
    refused(rewritten(&|stanzas| stanzas[5] = theirs[5].clone()), "access note is of another item");
    refused(rewritten(&|stanzas| stanzas[3].body[60] ^= 1), "access note is of another org");
    refused(rewritten(&|stanzas| stanzas[3].body[1] = b' '), "vault-label/1 is not");
    refused(rewritten(&|stanzas| stanzas[6].body.truncate(100)), "a note is cut off");

    // The whole header moved to a new file key, with an access note of the mover's own.
    let moved_key = FileKey::from_bytes(b"YELLOW SUBMARINE");
    let rng = &mut StdRng::seed_from_u64(9);
    let mover = SigningKey::generate(rng);
    let mut stanzas = header.stanzas().to_vec();
    let mut wraps = Vec::new();
    for (stanza, holder) in stanzas.iter_mut().zip(&made.identities) {
        *stanza = holder.to_recipient().wrap(&moved_key, rng).unwrap();
        stanza::encode(stanza, &mut wraps);
    }
    let item = ItemHeader::parse(&made.bytes).unwrap();
    let mut access = item.access().value().clone();
    (access.line, access.seq, access.previous) = (Line::Own, None, Some(item.access_hash()));
    access.stanzas = StanzasHash::from_bytes(sha256(&wraps));
    let access =
        Signed::sign(access, &KeyName::person(&item.org(), PersonNo::new(2).unwrap()), &mover).unwrap();
    stanzas[5].body = access.encode();
    let moved = Header::write(&stanzas, &moved_key).unwrap();
    refused([moved.bytes(), content].concat(), "another file key");

    let stranger = Identity::generate(Suite::Classic, rng);
    assert!(reader.open(&made, &stranger).unwrap_err().contains("no row for this key"));
    let unsigned = Made { signing_key: *mover.public().as_bytes(), ..make(Suite::Classic, 1, b"one") };
    assert!(reader.open(&unsigned, &made.identities[1]).unwrap_err().contains("another signing key"));
}

struct Reader {
    python: PathBuf,
}

impl Reader {
    fn find() -> Option<Self> {
        let python = vault_tests::interop_dir().join("venv/bin/python");
        let found = python.is_file().then_some(Self { python });
        found_or_skipped(found, "Python with cryptography, blake3 and kyber-py", "tests/interop/install.sh")
    }

    fn open(&self, made: &Made, holder: &Identity) -> Result<(Value, Vec<u8>), String> {
        let signed_by = format!("{}:{}", made.signer, URL_SAFE_NO_PAD.encode(made.signing_key));
        self.run(&made.bytes, &holder.to_text(), &signed_by)
    }

    /// Its report and the plaintext, or the rule it names.
    fn run(&self, bytes: &[u8], identity: &str, signed_by: &str) -> Result<(Value, Vec<u8>), String> {
        let folder = tempfile::tempdir().unwrap();
        let [item, key, out] = ["item", "identity", "out"].map(|name| folder.path().join(name));
        fs::write(&item, bytes).unwrap();
        fs::write(&key, identity).unwrap();
        let script = vault_tests::project_root().join("tests/reader/vault_item.py");
        let mut command = Command::new(&self.python);
        command.arg(script).args([&item, &key, &out]).arg(format!("--signed-by={signed_by}"));
        let output = command.output().unwrap();
        if output.status.success() {
            return Ok((serde_json::from_slice(&output.stdout).unwrap(), fs::read(&out).unwrap()));
        }
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!out.exists(), "a refused item leaves nothing: {said}");
        Err(said.trim().strip_prefix("refused: ").unwrap_or_else(|| panic!("{said}")).to_owned())
    }
}
