//! Item ids: UUIDv7 (RFC 9562), written as 36 lower-case characters.
//!
//! The first 48 bits are the time of making, so ids sort by age; the other bits are random. docs/item.md "Label".

use core::fmt;
use core::str::FromStr;

use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::{Builder, Uuid, Variant};
use vault_keys::time::Time;

/// The id of one item, for ever; (sender, item id) belongs to one label.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(Uuid);

impl ItemId {
    /// Makes a new id from the time and 74 random bits.
    pub fn generate(now: Time, rng: &mut dyn CryptoRng) -> Self {
        let mut random = [0; 10];
        rng.fill_bytes(&mut random);
        let millis = u64::try_from(now.unix()).unwrap_or_default().saturating_mul(1000);
        Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// The 16 raw bytes: salt of the commitment, associated data of the manifest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

/// The text is no item id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an item id: a UUID of version 7 in 36 lower-case characters")]
pub struct BadItemId;

impl FromStr for ItemId {
    type Err = BadItemId;

    fn from_str(text: &str) -> Result<Self, BadItemId> {
        let uuid = Uuid::try_parse(text).map_err(|_| BadItemId)?;
        let id = Self(uuid);
        // The parser also takes capitals, braces, URNs and 32 digits; comparing leaves one spelling.
        let canonical = uuid.get_version_num() == 7 && uuid.get_variant() == Variant::RFC4122;
        if canonical && id.to_string() == text { Ok(id) } else { Err(BadItemId) }
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0.as_hyphenated(), f)
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ItemId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn one_spelling_only() {
        let good = "01932f3e-8a00-7abc-9def-0123456789ab";
        assert_eq!(good.parse::<ItemId>().unwrap().to_string(), good);
        for bad in [
            "",
            "01932F3E-8A00-7ABC-9DEF-0123456789AB",
            "01932f3e8a007abc9def0123456789ab",
            "{01932f3e-8a00-7abc-9def-0123456789ab}",
            "urn:uuid:01932f3e-8a00-7abc-9def-0123456789ab",
            "01932f3e-8a00-4abc-9def-0123456789ab",
            "01932f3e-8a00-7abc-cdef-0123456789ab",
            "01932f3e-8a00-7abc-9def-0123456789a",
            " 01932f3e-8a00-7abc-9def-0123456789ab",
        ] {
            assert_eq!(bad.parse::<ItemId>(), Err(BadItemId), "{bad:?}");
        }
    }
}
