//! The text inside a key file: one encoding, fields in one order, nothing unknown.

use zeroize::Zeroizing;

use super::{ContentError, OfficerKeys, PersonKeys, seed_of, seed_text};
use crate::opening::Identity;
use crate::signing::{OfficeKey, SigningKey};

const PERSON: &str = "# vault-keys/";
const OFFICER: &str = "# vault-officer/";
const VERSION: &str = "1";

pub(super) fn encode_person(keys: &PersonKeys) -> Zeroizing<Vec<u8>> {
    let mut lines = Lines::new(PERSON, keys.earlier.len());
    if let Some(org) = keys.org {
        lines.field("org", &org.to_string());
    }
    if let Some(person) = keys.person {
        lines.field("person", &person.to_string());
    }
    lines.field("signing", &seed_text(keys.signing.expose_seed()));
    for earlier in &keys.earlier {
        lines.field("earlier", &earlier.to_text());
    }
    lines.line(&keys.opening.to_text());
    lines.0
}

pub(super) fn decode_person(text: &[u8]) -> Result<PersonKeys, ContentError> {
    let mut fields = Fields::open(text, PERSON, "a person's")?;
    let org = fields.optional("org", |value| value.parse().ok())?;
    let person = fields.optional("person", |value| value.parse().ok())?;
    let signing = fields.required("signing", seed_of)?;
    let mut earlier = Vec::new();
    while let Some(identity) = fields.optional("earlier", |value| Identity::parse(value).ok())? {
        earlier.push(identity);
    }
    let opening = fields.line(|line| Identity::parse(line).ok())?;
    fields.finish()?;
    Ok(PersonKeys { org, person, opening, signing: SigningKey::from_seed(signing.expose()), earlier })
}

pub(super) fn encode_officer(keys: &OfficerKeys) -> Zeroizing<Vec<u8>> {
    let mut lines = Lines::new(OFFICER, 0);
    if let Some(org) = keys.org {
        lines.field("org", &org.to_string());
    }
    lines.field("name", &keys.name);
    let (ed25519, ml_dsa) = keys.key.expose_seeds();
    lines.field("ed25519", &seed_text(ed25519));
    lines.field("ml-dsa-44", &seed_text(ml_dsa));
    lines.0
}

pub(super) fn decode_officer(text: &[u8]) -> Result<OfficerKeys, ContentError> {
    let mut fields = Fields::open(text, OFFICER, "an officer's")?;
    let org = fields.optional("org", |value| value.parse().ok())?;
    let name = fields.required("name", |value| is_name(value).then(|| value.to_owned()))?;
    let ed25519 = fields.required("ed25519", seed_of)?;
    let ml_dsa = fields.required("ml-dsa-44", seed_of)?;
    fields.finish()?;
    Ok(OfficerKeys { org, name, key: OfficeKey::from_seeds(ed25519.expose(), ml_dsa.expose()) })
}

fn is_name(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=32).contains(&text.len()) && text.bytes().all(letters)
}

/// Lines being written, in a buffer that never has to grow and so leaves no copies behind.
struct Lines(Zeroizing<Vec<u8>>);

impl Lines {
    fn new(kind: &str, earlier: usize) -> Self {
        let mut lines = Self(Zeroizing::new(Vec::with_capacity(1024 + 128 * earlier)));
        lines.put(&[kind, VERSION, "\n"]);
        lines
    }

    fn field(&mut self, name: &str, value: &str) {
        self.put(&["# ", name, ": ", value, "\n"]);
    }

    fn line(&mut self, line: &str) {
        self.put(&[line, "\n"]);
    }

    fn put(&mut self, parts: &[&str]) {
        for part in parts {
            self.0.extend_from_slice(part.as_bytes());
        }
    }
}

/// Lines being read, in order; each of the readers' values has one text, so there is one encoding of the whole.
struct Fields<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Fields<'a> {
    fn open(text: &'a [u8], kind: &str, expected: &'static str) -> Result<Self, ContentError> {
        let wrong = ContentError::Type { expected };
        let text = core::str::from_utf8(text).map_err(|_| wrong)?;
        let (version, rest) = text.strip_prefix(kind).and_then(|text| text.split_once('\n')).ok_or(wrong)?;
        match version {
            VERSION => Ok(Self { rest, line: 2 }),
            newer if newer.bytes().all(|byte| byte.is_ascii_digit()) => Err(ContentError::Newer),
            _ => Err(wrong),
        }
    }

    fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ContentError> {
        let value = self.rest.split_once('\n').and_then(|(line, rest)| {
            let value = line.strip_prefix("# ")?.strip_prefix(name)?.strip_prefix(": ")?;
            Some((value, rest))
        });
        let Some((value, rest)) = value else { return Ok(None) };
        let value = read(value).ok_or(ContentError::Line { line: self.line })?;
        self.step(rest);
        Ok(Some(value))
    }

    fn required<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, ContentError> {
        let missing = ContentError::Line { line: self.line };
        self.optional(name, read)?.ok_or(missing)
    }

    fn line<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<T, ContentError> {
        let bad = ContentError::Line { line: self.line };
        let (line, rest) = self.rest.split_once('\n').ok_or(bad)?;
        let value = read(line).ok_or(bad)?;
        self.step(rest);
        Ok(value)
    }

    fn finish(self) -> Result<(), ContentError> {
        if self.rest.is_empty() { Ok(()) } else { Err(ContentError::Line { line: self.line }) }
    }

    fn step(&mut self, rest: &'a str) {
        self.rest = rest;
        self.line += 1;
    }
}
