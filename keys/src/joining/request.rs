//! A request for new keys, `vault-join/2` (docs/joining.md, "Request").
//!
//! A signed note. Its lines prove possession: `…/join` is made by the signing key it names, `…/invite` by the
//! key of a one-time code, `…/p12` by the person's present signing key. Station keys sign no text: they prove
//! themselves on connecting.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::code::JoinCode;
use super::invitation::InvitationId;
use crate::bytes::{ByteString, Bytes};
use crate::digest::{NoteHash, OrgId};
use crate::directory::{InForce, Inactive, WordError, check_name, is_pinyin, words};
use crate::key_id::{KeyKind, fingerprint};
use crate::note::{
    KeyName, NoteError, OfficeName, SignatureError, Signed, Signer, Text, TextError, Verifier, VerifierKeys,
};
use crate::numbers::{PersonNo, text_forms};
use crate::opening::{PublicKeyError as OpeningKeyError, Recipient};
use crate::signing::{PublicKeyError, SigningKey, VerifyingKey};
use crate::text_type;
use crate::time::Time;

/// The largest request in bytes.
pub const REQUEST_MAX: usize = 16 * 1024;
/// The longest name, as in entries.
const NAME_MAX: usize = 192;

text_type! {
    /// The type of a request for keys.
    pub struct RequestType = "vault-join/2";
}

words! {
    /// What the keys are for.
    Purpose {
        /// To be enrolled: all three keys, by invitation.
        Join = "join",
        /// Another machine: a station key, by the present signing key.
        Station = "station",
        /// New opening or signing key in place of present ones, by the present signing key.
        Rotate = "rotate",
        /// New keys for someone enrolled who cannot use the old, by invitation.
        Replace = "replace",
    }
}

/// The text of a request, `vault-join/2`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestText {
    /// Always `vault-join/2`.
    #[serde(rename = "type")]
    pub tag: RequestType,
    /// The organisation.
    pub org: OrgId,
    /// What the keys are for.
    pub purpose: Purpose,
    /// Who asks; null for someone not yet enrolled.
    pub person: Option<PersonNo>,
    /// The invitation; null where the present key asks.
    pub invitation: Option<InvitationId>,
    /// The name, as the member writes it.
    pub name: String,
    /// Its sound; may be empty.
    pub pinyin: String,
    /// The new opening key.
    pub opening: Option<OpeningPublic>,
    /// The new signing key, Ed25519.
    pub signing: Option<Bytes<32>>,
    /// The machine's key, Ed25519.
    pub station: Option<Bytes<32>>,
    /// When it was made.
    pub made: Time,
}

/// A public opening key with its kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningPublic {
    /// One of the two opening kinds.
    pub kind: KeyKind,
    /// The raw public key.
    pub key: ByteString,
}

/// What signs a request.
#[derive(Debug, Default)]
pub struct Secrets<'a> {
    /// The new signing key, if the request names one.
    pub new: Option<&'a SigningKey>,
    /// The person's present signing key, to add a station or rotate.
    pub present: Option<&'a SigningKey>,
    /// The one-time code, to join or replace.
    pub code: Option<&'a JoinCode>,
}

/// A request whose form, keys and proof of possession are verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request(Signed<RequestText>);

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// No well-formed request.
    #[error("the request is malformed")]
    Note(#[from] NoteError),
    /// The signing key it names did not sign it.
    #[error("the request does not prove that its maker holds the signing key")]
    NoProof(#[source] SignatureError),
    /// The opening key is not usable.
    #[error("the opening key of the request is not usable")]
    Opening(#[source] OpeningKeyError),
    /// The signing or station key is not usable: of small order, or not canonical.
    #[error("the {kind} key of the request is not usable")]
    Key {
        /// What the key is for.
        kind: KeyKind,
        /// Why.
        #[source]
        reason: PublicKeyError,
    },
    /// One key for two kinds.
    #[error("the request uses one key for two kinds")]
    OneKeyTwoKinds,
    /// The person's present key did not sign it.
    #[error("the request is not signed by the present key of its person")]
    NotAuthorised,
    /// The person may not act now.
    #[error("the person may not act: {0}")]
    Inactive(Inactive),
}

impl Request {
    /// Signs a request. The outcome passes the same verification as anyone else's.
    pub fn sign(text: RequestText, secrets: &Secrets<'_>) -> Result<Self, RequestError> {
        let org = text.org;
        let code_key = secrets.code.map(|code| code.key(&org));
        let mut signers: Vec<(KeyName, &dyn Signer)> = Vec::new();
        if let Some(key) = secrets.new {
            signers.push((proof_name(&org), key));
        }
        if let Some((key, person)) = secrets.present.zip(text.person) {
            signers.push((KeyName::person(&org, person), key));
        }
        if let Some(key) = &code_key {
            signers.push((invite_name(&org), key));
        }
        let signed = Signed::sign_all(text, &signers)?;
        Self::verify(&signed.encode(), org)
    }

    /// Reads a request for this organisation: its form, its keys, and the proof of possession.
    pub fn verify(bytes: &[u8], org: OrgId) -> Result<Self, RequestError> {
        let signed = Signed::<RequestText>::parse(bytes, org, REQUEST_MAX)?;
        let value = signed.value();
        if let Some(opening) = &value.opening {
            Recipient::from_public(opening.kind, &opening.key.0).map_err(RequestError::Opening)?;
        }
        let check = |kind, key: &Option<Bytes<32>>| {
            let key = key.as_ref().map(|key| VerifyingKey::from_bytes(&key.0)).transpose();
            key.map_err(|reason| RequestError::Key { kind, reason })
        };
        check(KeyKind::Station, &value.station)?;
        let signing = check(KeyKind::Sign, &value.signing)?;
        let publics: Vec<&[u8]> = keys_of(value).map(|(_, public)| public).collect();
        if publics.iter().enumerate().any(|(index, key)| publics.iter().take(index).any(|other| other == key))
        {
            return Err(RequestError::OneKeyTwoKinds);
        }
        if let Some(key) = signing {
            let verifier = Verifier { name: proof_name(&org), keys: VerifierKeys::Person(key) };
            signed.verified_by(&verifier).map_err(RequestError::NoProof)?;
        }
        Ok(Self(signed))
    }

    /// Whether the request has this purpose.
    pub fn is_for(&self, purpose: Purpose) -> bool {
        self.value().purpose == purpose
    }

    /// The person who asks, if his present signing key, which may act now, signed the request.
    pub fn authorised(&self, in_force: &InForce) -> Result<PersonNo, RequestError> {
        let person = self.value().person.ok_or(RequestError::NotAuthorised)?;
        let entry = in_force.person_now(person).map_err(RequestError::Inactive)?;
        let key = entry.signing_key().and_then(crate::directory::Key::verifying);
        let key = key.ok_or(RequestError::NotAuthorised)?;
        let verifier = Verifier::person(&in_force.org(), person, key);
        self.0.verified_by(&verifier).map_err(|_| RequestError::NotAuthorised)?;
        Ok(person)
    }

    /// The keys it names, with their kinds.
    pub fn keys(&self) -> impl Iterator<Item = (KeyKind, &[u8])> {
        keys_of(self.value())
    }

    /// What the text says.
    pub fn value(&self) -> &RequestText {
        self.0.value()
    }

    /// SHA-256 of the text.
    pub fn hash(&self) -> NoteHash {
        self.0.hash()
    }

    /// The signed note.
    pub fn signed(&self) -> &Signed<RequestText> {
        &self.0
    }

    /// The number that member and officer compare by voice: 30 digits over the whole text, keys and name.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.hash().as_bytes())
    }
}

impl Text for RequestText {
    const TYPE: &'static str = RequestType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        let (person, invited) = (self.person.is_some(), self.invitation.is_some());
        let keys = (self.opening.is_some(), self.signing.is_some(), self.station.is_some());
        let fits = match self.purpose {
            Purpose::Join => !person && invited && keys == (true, true, true),
            Purpose::Station => person && !invited && keys == (false, false, true),
            Purpose::Rotate => person && !invited && (keys.0 || keys.1) && !keys.2,
            Purpose::Replace => person && invited && keys.0 && keys.1,
        };
        if !fits {
            return Err(TextError::new(
                "purpose",
                "not the person, invitation and keys that the purpose has",
            ));
        }
        if self.purpose == Purpose::Join {
            // What no entry could hold is not asked for.
            check_name(&self.name).map_err(|fault| TextError::new("name", fault.to_string()))?;
            if !is_pinyin(&self.pinyin) {
                return Err(TextError::new("pinyin", "lower-case syllables a-z parted by single spaces"));
            }
        }
        if self.name.len() > NAME_MAX || self.pinyin.len() > NAME_MAX {
            return Err(TextError::new("name", "longer than 192 bytes"));
        }
        Ok(())
    }
}

fn keys_of(value: &RequestText) -> impl Iterator<Item = (KeyKind, &[u8])> {
    let opening = value.opening.iter().map(|opening| (opening.kind, opening.key.0.as_slice()));
    let signing = value.signing.iter().map(|key| (KeyKind::Sign, key.0.as_slice()));
    let station = value.station.iter().map(|key| (KeyKind::Station, key.0.as_slice()));
    opening.chain(signing).chain(station)
}

fn proof_name(org: &OrgId) -> KeyName {
    office(org, "join")
}

pub(super) fn invite_name(org: &OrgId) -> KeyName {
    office(org, "invite")
}

fn office(org: &OrgId, name: &str) -> KeyName {
    let name: OfficeName = name.parse().expect("a fixed name of letters only");
    KeyName::office(org, &name)
}
