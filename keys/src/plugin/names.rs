//! The names of plugins and the texts of their recipients and identities.

use core::fmt;
use core::str::FromStr;

use zeroize::Zeroizing;

use crate::key_text::{self, KeyTextError};

/// The name of a plugin: 1 to 32 of `a-z`, `0-9` and `-`.
///
/// age allows more; a name is part of the name of a program that is started, so this is all that ours may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PluginName(String);

impl PluginName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the program, such as `age-plugin-yubikey`.
    #[must_use]
    pub fn program(&self) -> String {
        format!("age-plugin-{}", self.0)
    }
}

impl FromStr for PluginName {
    type Err = KeyTextError;

    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = (1..=32).contains(&text.len()) && text.bytes().all(letter);
        // `age1pq1…` is a hybrid key of age's own: no token stands behind it.
        if fits && text != "pq" { Ok(Self(text.to_owned())) } else { Err(KeyTextError::Kind) }
    }
}

/// Whom a plugin wraps for: `age1NAME1…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecipient {
    name: PluginName,
    text: String,
}

impl TokenRecipient {
    /// The plugin that knows the token.
    #[must_use]
    pub fn name(&self) -> &PluginName {
        &self.name
    }

    /// The text the plugin gets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for TokenRecipient {
    type Err = KeyTextError;

    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        key_text::check(text)?;
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(KeyTextError::Kind);
        }
        let name = key_text::prefix_of(text).and_then(|prefix| prefix.strip_prefix("age1"));
        Ok(Self { name: name.ok_or(KeyTextError::Kind)?.parse()?, text: text.to_owned() })
    }
}

impl fmt::Display for TokenRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Where a plugin finds the token: `AGE-PLUGIN-NAME-1…`.
///
/// Mostly this is public (a serial number and a slot), but a plugin may put anything into it: it is kept and
/// printed like a secret.
#[derive(Clone)]
pub struct TokenIdentity {
    name: PluginName,
    text: Zeroizing<String>,
}

impl TokenIdentity {
    /// The plugin that knows the token.
    #[must_use]
    pub fn name(&self) -> &PluginName {
        &self.name
    }

    /// The text the plugin gets.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl FromStr for TokenIdentity {
    type Err = KeyTextError;

    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        key_text::check(text)?;
        let name = key_text::prefix_of(text)
            .and_then(|prefix| prefix.strip_prefix("AGE-PLUGIN-")?.strip_suffix('-'))
            .filter(|name| !name.bytes().any(|byte| byte.is_ascii_lowercase()))
            .ok_or(KeyTextError::Kind)?;
        Ok(Self { name: name.to_ascii_lowercase().parse()?, text: Zeroizing::new(text.to_owned()) })
    }
}

impl PartialEq for TokenIdentity {
    fn eq(&self, other: &Self) -> bool {
        *self.text == *other.text
    }
}

impl Eq for TokenIdentity {}

impl fmt::Debug for TokenIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenIdentity({}, ..)", self.name.as_str())
    }
}
