//! How a sender finds out how much a line carries.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The congestion control of what this side sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Congestion {
    /// Slows down at every loss (RFC 9438).
    #[default]
    Cubic,
    /// Goes by the rate and the round trips it measures: for long lines that lose packets for other reasons than being full.
    /// The library that carries it calls it experimental.
    Bbr,
}

/// A word that is neither `cubic` nor `bbr`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the congestion control is cubic or bbr, not {0:?}")]
pub struct UnknownCongestion(pub String);

impl FromStr for Congestion {
    type Err = UnknownCongestion;

    fn from_str(word: &str) -> Result<Self, UnknownCongestion> {
        match word {
            "cubic" => Ok(Self::Cubic),
            "bbr" => Ok(Self::Bbr),
            other => Err(UnknownCongestion(other.to_owned())),
        }
    }
}
