//! The public age test vectors (C2SP/CCTV `age/testdata`), all of them, against the product's own header, identities and
//! payload: what must open opens, what must fail fails in its own class, and with the file key that every vector
//! names, header and payload are written again byte for byte.
//!
//! Where the vectors lie: the folder `CCTV_AGE_DIR`, or `../shared/vectors/cctv-age` beside the project, or the npm
//! package `cctv-age` in `VAULT_INTEROP_DIR`.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use vault_core::item::header::Header;
use vault_core::stream::nonce::PayloadNonce;
use vault_core::stream::{PlaintextLen, Progress, Work, seal};
use vault_keys::digest::sha256;
use vault_keys::secret::FileKey;
use vault_tests::age_reader::{Failure, Keys, armor, decrypt, open_content};
use vault_tests::hex;
use vault_tests::require::{found_or_skipped, say};

const VECTORS: usize = 143;

#[test]
fn age_vectors() {
    let how = "set CCTV_AGE_DIR, or run tests/interop/install.sh";
    let Some(vectors) = found_or_skipped(vectors(), "the age test vectors", how) else { return };
    assert_eq!(vectors.len(), VECTORS, "all of them, and no more");
    let (mut headers, mut payloads) = (0, 0);
    for (name, bytes) in &vectors {
        let vector = Vector::parse(bytes);
        vector.check(name);
        let (header, payload) = vector.write_again(name);
        headers += usize::from(header);
        payloads += usize::from(payload);
        assert!(!vector.succeeds() || (header && payload), "{name}: not written again");
    }
    say(&format!("{VECTORS} age vectors, {headers} headers and {payloads} payloads written again"));
}

/// Names and contents of the vectors, from the first place that has them.
fn vectors() -> Option<BTreeMap<String, Vec<u8>>> {
    let beside = vault_tests::project_root().join("../shared/vectors/cctv-age");
    let named = std::env::var_os("CCTV_AGE_DIR").map(PathBuf::from);
    assert!(named.as_deref().is_none_or(Path::is_dir), "CCTV_AGE_DIR names no folder");
    match named.or_else(|| beside.is_dir().then_some(beside)) {
        Some(folder) => Some(from_folder(&folder)),
        None => from_npm(&vault_tests::interop_dir()),
    }
}

fn from_folder(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// The npm package holds the vectors inside a module, so Node has to write them out.
fn from_npm(interop: &Path) -> Option<BTreeMap<String, Vec<u8>>> {
    interop.join("node_modules/cctv-age").is_dir().then_some(())?;
    let folder = tempfile::tempdir().unwrap();
    let script = "import * as v from 'cctv-age'; import fs from 'node:fs'; \
                  for (const [k, b] of Object.entries(v)) fs.writeFileSync(process.argv[1] + '/' + k, b)";
    let mut node = Command::new("node");
    node.current_dir(interop).args(["--input-type=module", "-e", script]).arg(folder.path());
    assert!(node.status().unwrap().success(), "the npm package cctv-age cannot be read");
    Some(from_folder(folder.path()))
}

/// One vector: its description and its file.
struct Vector {
    expected: Result<(), Failure>,
    /// SHA-256 of the plaintext; of the part before the damage where the payload fails.
    payload: Option<String>,
    /// `None` in the vectors whose point is a file key of another length.
    file_key: Option<FileKey>,
    keys: Keys,
    armored: bool,
    file: Vec<u8>,
}

impl Vector {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let mut file = bytes[end + 2..].to_vec();
        let (mut expected, mut payload, mut file_key) = (None, None, None);
        let (mut keys, mut armored) = (Keys::default(), false);
        for line in core::str::from_utf8(&bytes[..end]).unwrap().lines() {
            let (key, value) = line.split_once(": ").unwrap();
            match key {
                "expect" => expected = Some(outcome(value)),
                "payload" => payload = Some(value.to_owned()),
                "file key" => file_key = FileKey::from_slice(&unhex(value)),
                "identity" => keys.identities.push(value.parse().unwrap()),
                "passphrase" => keys.passphrases.push(value.to_owned()),
                "armored" => armored = value == "yes",
                "compressed" => file = inflate(&file),
                "comment" => {}
                other => panic!("an unknown line in a vector: {other}"),
            }
        }
        Self { expected: expected.unwrap(), payload, file_key, keys, armored, file }
    }

    fn succeeds(&self) -> bool {
        self.expected.is_ok()
    }

    fn binary(&self) -> Result<Vec<u8>, Failure> {
        if self.armored { armor::decode(&self.file) } else { Ok(self.file.clone()) }
    }

    fn check(&self, name: &str) {
        let opened = self.binary().and_then(|file| decrypt(&file, &self.keys));
        if let Ok(opened) = &opened {
            let file_key = self.file_key.as_ref().map(FileKey::expose);
            assert_eq!(Some(opened.file_key.expose()), file_key, "{name}");
            assert_eq!(Some(hex(&sha256(&opened.plaintext))), self.payload, "{name}");
        }
        assert_eq!(opened.map(|_| ()), self.expected, "{name}");
    }

    /// Writes the header again from its stanzas and the payload again from its plaintext, wherever the file has a valid
    /// one, whatever else fails in it. Says which of the two it had.
    fn write_again(&self, name: &str) -> (bool, bool) {
        let Some(file_key) = &self.file_key else { return (false, false) };
        let Ok(file) = self.binary() else { return (false, false) };
        let Ok(header) = Header::parse(&file) else { return (false, false) };
        let content = &file[header.len()..];
        let sound = header.verify_mac(file_key).is_ok();
        if sound {
            let again = Header::write(header.stanzas(), file_key).unwrap();
            assert_eq!(again.bytes(), header.bytes(), "{name}");
        }
        let plaintext = open_content(content, file_key);
        if let Ok(plaintext) = &plaintext {
            assert_eq!(sealed_again(plaintext, content, file_key), content, "{name}");
        }
        (sound, plaintext.is_ok())
    }
}

fn sealed_again(plaintext: &[u8], content: &[u8], file_key: &FileKey) -> Vec<u8> {
    let nonce = PayloadNonce::from_bytes(content[..16].try_into().unwrap());
    let length = PlaintextLen::new(plaintext.len() as u64).unwrap();
    let output = Mutex::new(Vec::new());
    let progress = Progress::new();
    let sealed = seal::seal(plaintext, length, file_key, nonce, &output, &Work::new(&progress)).unwrap();
    let bytes = output.into_inner().unwrap();
    assert_eq!(sealed.length.bytes(), bytes.len() as u64);
    assert_eq!(sealed.blake3.as_bytes(), blake3::hash(&bytes).as_bytes());
    bytes
}

fn outcome(text: &str) -> Result<(), Failure> {
    match text {
        "success" => Ok(()),
        "armor failure" => Err(Failure::Armor),
        "header failure" => Err(Failure::Header),
        "no match" => Err(Failure::NoMatch),
        "HMAC failure" => Err(Failure::Hmac),
        "payload failure" => Err(Failure::Payload),
        other => panic!("an unknown outcome in a vector: {other}"),
    }
}

fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut inflated = Vec::new();
    flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut inflated).unwrap();
    inflated
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = |at| u8::from_str_radix(text.get(at..at + 2).unwrap(), 16).unwrap();
    (0..text.len()).step_by(2).map(digits).collect()
}
