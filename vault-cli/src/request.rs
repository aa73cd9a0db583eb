//! The join request: what a new member hands to the key officer (docs/directory.md, "Join request").
//!
//! One JSON line in the strict form of signed texts, and a signature over exactly those bytes by the
//! signing key it names: proof that the member holds that key. Opening and station keys cannot sign such
//! texts; a false one harms nobody but the member, who could then open nothing or reach no relay.

use serde::{Deserialize, Serialize};
use vault_keys::bytes::{ByteString, Bytes};
use vault_keys::digest::OrgId;
use vault_keys::json;
use vault_keys::key_id::{KeyId, KeyKind, fingerprint};
use vault_keys::opening::Recipient;
use vault_keys::signing::{SigningKey, VerifyingKey};
use vault_keys::text_type;
use vault_keys::time::Time;

use crate::error::{Failure, Kind, Outcome};
use crate::msg;

/// The largest request file in bytes.
pub const REQUEST_MAX: usize = 64 * 1024;

text_type! {
    /// The type of a join request.
    pub struct JoinType = "vault-join/1";
}

/// What a new member asks to be entered with.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct JoinText {
    /// Always `vault-join/1`.
    #[serde(rename = "type")]
    pub tag: JoinType,
    /// The organisation.
    pub org: OrgId,
    /// The member's name.
    pub name: String,
    /// Its sound.
    pub pinyin: String,
    /// The opening key.
    pub opening: PublicKey,
    /// The signing key, Ed25519.
    pub signing: Bytes<32>,
    /// The station key of the member's machine.
    pub station: Bytes<32>,
    /// When it was made.
    pub made: Time,
}

/// An opening key with its kind.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    /// One of the two opening kinds.
    pub kind: KeyKind,
    /// The raw public key.
    pub key: ByteString,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RequestFile {
    format: String,
    request: String,
    signature: Bytes<64>,
}

const FORMAT: &str = "vault-request-join/1";

impl JoinText {
    /// Signs and encodes the request file.
    ///
    /// # Errors
    /// The name cannot stand in a text.
    pub fn sign(&self, key: &SigningKey) -> Outcome<Vec<u8>> {
        let line = json::to_line(self);
        let checked: Result<Self, _> = json::from_line(&line);
        checked.map_err(|error| Failure::usage(msg!("name-unfit")).because(&error))?;
        let file = RequestFile {
            format: FORMAT.to_owned(),
            signature: Bytes(key.sign_bytes(&line)),
            request: String::from_utf8(line).map_err(|_| unreadable())?,
        };
        let mut bytes = serde_json::to_vec_pretty(&file).map_err(|error| unreadable().because(&error))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a request file whose signature holds.
    ///
    /// # Errors
    /// It is malformed, for another organisation, or its signature does not hold.
    pub fn verify(bytes: &[u8], org: OrgId) -> Outcome<Self> {
        let file: RequestFile =
            serde_json::from_slice(bytes).map_err(|error| unreadable().because(&error))?;
        if file.format != FORMAT {
            return Err(unreadable());
        }
        let line = file.request.as_bytes();
        let text: Self = json::from_line(line).map_err(|error| unreadable().because(&error))?;
        if text.org != org {
            return Err(Failure::rule(vault_core::admission::Code::WrongOrg));
        }
        let key = VerifyingKey::from_bytes(&text.signing.0).map_err(|error| unreadable().because(&error))?;
        key.verify_bytes(line, &file.signature.0)
            .ok_or_else(|| Failure::new(Kind::Integrity, msg!("request-signature")))?;
        Recipient::from_public(text.opening.kind, &text.opening.key.0)
            .map_err(|error| unreadable().because(&error))?;
        VerifyingKey::from_bytes(&text.station.0).map_err(|error| unreadable().because(&error))?;
        Ok(text)
    }

    /// A number that member and officer compare by voice: it covers the three keys.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut all = Vec::new();
        for id in [
            KeyId::of(self.opening.kind, &self.opening.key.0),
            KeyId::of(KeyKind::Sign, &self.signing.0),
            KeyId::of(KeyKind::Station, &self.station.0),
        ] {
            all.extend_from_slice(id.as_bytes());
        }
        fingerprint(&vault_keys::digest::sha256(&all))
    }
}

fn unreadable() -> Failure {
    Failure::failed(msg!("request-unreadable")).hint(msg!("request-unreadable-next"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_keys::keyfile::PersonKeys;
    use vault_keys::opening::Suite;
    use vault_keys::station::StationKey;

    use super::*;
    use crate::clock::randomness;

    fn request() -> (JoinText, SigningKey) {
        let rng = &mut randomness();
        let keys = PersonKeys::generate(Suite::Hybrid, rng);
        let recipient = keys.opening.to_recipient();
        let text = JoinText {
            tag: JoinType,
            org: OrgId::from_bytes([7; 32]),
            name: "李娜".to_owned(),
            pinyin: "li na".to_owned(),
            opening: PublicKey { kind: recipient.kind(), key: ByteString(recipient.public_bytes()) },
            signing: Bytes(*keys.signing.public().as_bytes()),
            station: Bytes(StationKey::generate(rng).public()),
            made: "2026-11-22T00:00:00Z".parse().unwrap(),
        };
        (text, keys.signing)
    }

    #[test]
    fn a_request_comes_back_and_any_change_is_noticed() {
        let (text, key) = request();
        let file = text.sign(&key).unwrap();
        assert_eq!(JoinText::verify(&file, text.org).unwrap(), text);
        let other = String::from_utf8(file.clone()).unwrap().replace("李娜", "李那");
        assert_eq!(JoinText::verify(other.as_bytes(), text.org).unwrap_err().kind, Kind::Integrity);
        let elsewhere = OrgId::from_bytes([8; 32]);
        assert_eq!(JoinText::verify(&file, elsewhere).unwrap_err().code.as_deref(), Some("wrong-org"));
        for length in [0, 10, file.len() / 2, file.len() - 3] {
            assert!(JoinText::verify(&file[..length], text.org).is_err());
        }
    }

    #[test]
    fn a_name_that_cannot_stand_in_a_text_is_refused() {
        let (mut text, key) = request();
        text.name = "李\u{202e}娜".to_owned();
        assert_eq!(text.sign(&key).unwrap_err().message.key(), "name-unfit");
    }
}
