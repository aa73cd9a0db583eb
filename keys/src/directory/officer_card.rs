//! An officer's card: the public keys of whoever is to become a key officer (docs/directory.md, "Officer's
//! card").
//!
//! It is made before there is a root that names him, and carries proof that he holds both keys: a card for keys
//! that nobody holds would make a root which too few can ever change.

use serde::{Deserialize, Serialize};

use super::root_text::{Officer, office};
use super::rules::named;
use crate::bytes::Bytes;
use crate::digest::OrgId;
use crate::key_id::office_digits;
use crate::note::{KeyName, NoteError, OfficeName, SignatureError, Signed, Text, TextError, Verifier};
use crate::signing::OfficeKey;
use crate::text_type;
use crate::time::Time;

/// The largest card in bytes.
pub const OFFICER_CARD_MAX: usize = 16 * 1024;
/// The office name under which a card is signed. No organisation stands before it: 64 zeros do.
const OFFICE: &str = "card";

text_type! {
    /// The type of an officer's card.
    pub struct OfficerCardType = "vault-officer-card/1";
}

/// The text of a card, `vault-officer-card/1`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficerCardText {
    /// Always `vault-officer-card/1`.
    #[serde(rename = "type")]
    pub tag: OfficerCardType,
    /// 64 zeros: it belongs to no organisation.
    pub org: OrgId,
    /// Who holds the keys, in words.
    pub holder: String,
    /// When it was made.
    pub made: Time,
    /// The raw Ed25519 key.
    pub ed25519: Bytes<32>,
    /// The raw ML-DSA-44 key.
    pub ml_dsa_44: Bytes<1312>,
}

/// A card whose holder has proved to hold both keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfficerCard(Signed<OfficerCardText>);

/// Why a card is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfficerCardError {
    /// No well-formed card.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A line by one of the two keys is missing or wrong.
    #[error("the card does not prove that its holder has both keys")]
    Possession(#[from] SignatureError),
}

impl OfficerCard {
    /// Makes the card of whoever holds `key`.
    pub fn sign(holder: &str, made: Time, key: &OfficeKey) -> Result<Self, OfficerCardError> {
        let public = key.public();
        let text = OfficerCardText {
            tag: OfficerCardType,
            org: OrgId::ZERO,
            holder: holder.to_owned(),
            made,
            ed25519: Bytes(*public.ed25519().as_bytes()),
            ml_dsa_44: Bytes(*public.ml_dsa()),
        };
        Self::checked(Signed::sign(text, &name(), key)?)
    }

    /// Reads a card.
    pub fn parse(bytes: &[u8]) -> Result<Self, OfficerCardError> {
        Self::checked(Signed::parse(bytes, OrgId::ZERO, OFFICER_CARD_MAX)?)
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        self.0.encode()
    }

    /// Who holds the keys, in words.
    pub fn holder(&self) -> &str {
        &self.0.value().holder
    }

    /// The 30 digits of both keys, which two people compare aloud: the same that a paper shows which names the officer.
    pub fn digits(&self) -> String {
        let text = self.0.value();
        office_digits(&text.ed25519.0, Some(&text.ml_dsa_44.0))
    }

    /// The officer as a root names him.
    pub fn officer(&self, name: OfficeName) -> Officer {
        let text = self.0.value();
        Officer { name, holder: text.holder.clone(), ed25519: text.ed25519, ml_dsa_44: text.ml_dsa_44 }
    }

    fn checked(signed: Signed<OfficerCardText>) -> Result<Self, OfficerCardError> {
        let text = signed.value();
        let public = office(&text.ed25519, &text.ml_dsa_44)
            .map_err(|error| NoteError::from(TextError::new("key", error.to_string())))?;
        let office: OfficeName = OFFICE.parse().expect("a fixed name of lower-case letters");
        signed.verified_by(&Verifier::office(&OrgId::ZERO, &office, public))?;
        Ok(Self(signed))
    }
}

fn name() -> KeyName {
    KeyName::office(&OrgId::ZERO, &OFFICE.parse().expect("a fixed name of lower-case letters"))
}

impl Text for OfficerCardText {
    const TYPE: &'static str = OfficerCardType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        named("holder", &self.holder)
    }
}
