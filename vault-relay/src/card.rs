//! The relay's card: what the key officers need to name a relay in root 1 (docs/relay-protocol.md, "Card").
//!
//! `vault-relay init` writes it, `vault keys init --relay-card` reads it. It carries public keys only and no
//! signature: whoever carries it between the two machines vouches for it, and root 1 then signs its content.

use serde::{Deserialize, Serialize};
use vault_keys::bytes::Bytes;
use vault_keys::directory::EndedLog;
use vault_keys::key_id::office_digits;

/// Format word of the card.
pub const FORMAT: &str = "vault-relay-card/1";

/// Most bytes of a card file.
pub const CARD_MAX: usize = 16 << 10;

/// Public keys and addresses of one relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayCard {
    /// [`FORMAT`].
    pub format: String,
    /// Name of the relay, `relay-1`.
    pub name: String,
    /// Where stations reach it, `host:port`.
    pub addresses: Vec<String>,
    /// Its TLS key.
    pub ed25519: Bytes<32>,
    /// Its log.
    pub log: LogCard,
    /// The notary key it holds.
    pub notary: OfficeCard,
}

/// Origin and keys of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogCard {
    /// First line of every checkpoint.
    pub origin: String,
    /// Ed25519 half.
    pub ed25519: Bytes<32>,
    /// ML-DSA-44 half (1,312 bytes).
    pub ml_dsa_44: Bytes<1312>,
    /// The log that it goes on from, where that one lost leaves and was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succeeds: Option<EndedLog>,
}

/// Both halves of an office's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeCard {
    /// Ed25519 half.
    pub ed25519: Bytes<32>,
    /// ML-DSA-44 half (1,312 bytes).
    pub ml_dsa_44: Bytes<1312>,
}

/// Why bytes are no card.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    /// Longer than [`CARD_MAX`].
    #[error("a relay card is at most {CARD_MAX} bytes long")]
    TooLong,
    /// Not the JSON of a card.
    #[error("this is no relay card")]
    Malformed(#[from] serde_json::Error),
    /// A card of another version.
    #[error("this card has the format {0:?}, not {FORMAT:?}")]
    Format(String),
}

impl LogCard {
    /// The 30 digits of the two keys.
    #[must_use]
    pub fn digits(&self) -> String {
        office_digits(&self.ed25519.0, Some(&self.ml_dsa_44.0))
    }
}

impl OfficeCard {
    /// The 30 digits of the two keys.
    #[must_use]
    pub fn digits(&self) -> String {
        office_digits(&self.ed25519.0, Some(&self.ml_dsa_44.0))
    }
}

impl RelayCard {
    /// The 30 digits of the TLS key.
    #[must_use]
    pub fn digits(&self) -> String {
        office_digits(&self.ed25519.0, None)
    }

    /// Reads a card file.
    pub fn parse(bytes: &[u8]) -> Result<Self, CardError> {
        if bytes.len() > CARD_MAX {
            return Err(CardError::TooLong);
        }
        let card: Self = serde_json::from_slice(bytes)?;
        if card.format == FORMAT { Ok(card) } else { Err(CardError::Format(card.format)) }
    }

    /// The card as a file, for eyes and programs.
    pub fn to_json(&self) -> Result<Vec<u8>, CardError> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
