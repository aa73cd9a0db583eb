//! The file beside a key file that says which tokens lock it (`docs/keys.md`).
//!
//! An age identity file: `age -d -i` opens the key file with it, comments and all.

use core::fmt::Write as _;

use thiserror::Error;
use zeroize::Zeroizing;

use super::names::{TokenIdentity, TokenRecipient};

/// How many tokens may lock one key file.
pub const TOKENS_MAX: usize = 4;

const FIRST_LINE: &str = "# vault-tokens/1";

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Whom the plugin wraps for.
    pub recipient: TokenRecipient,
    /// The program that the person agreed to, as a full path.
    pub program: String,
    /// Where the plugin finds it.
    pub identity: TokenIdentity,
}

/// Every token of a key file, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens(Vec<Token>);

impl Tokens {
    /// These tokens.
    ///
    /// # Errors
    /// There is none or there are too many, or recipient and identity of one belong to different plugins.
    pub fn new(tokens: Vec<Token>) -> Result<Self, TokensError> {
        if tokens.len() > TOKENS_MAX {
            return Err(TokensError::Count);
        }
        Self::read(tokens)
    }

    fn read(tokens: Vec<Token>) -> Result<Self, TokensError> {
        if tokens.is_empty() || tokens.len() > 4 * TOKENS_MAX {
            return Err(TokensError::Count);
        }
        if tokens.iter().any(|token| token.recipient.name() != token.identity.name()) {
            return Err(TokensError::Plugin);
        }
        Ok(Self(tokens))
    }

    /// The tokens, in the order they are tried.
    #[must_use]
    pub fn as_slice(&self) -> &[Token] {
        &self.0
    }

    /// These tokens and others: while one list takes the place of another, a key file may need either.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        let new = others.0.iter().filter(|other| !self.0.contains(other));
        Self(self.0.iter().chain(new).cloned().collect())
    }

    /// The text of the file.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(64 + 8192 * self.0.len()));
        // Writing into a string does not fail.
        let _written = writeln!(text, "{FIRST_LINE}");
        for token in &self.0 {
            let _written = writeln!(text, "# recipient: {}", token.recipient);
            let _written = writeln!(text, "# program: {}", token.program);
            let _written = writeln!(text, "{}", token.identity.expose());
        }
        text
    }

    /// Reads the file.
    ///
    /// # Errors
    /// It is not what [`Tokens::encode`] writes.
    pub fn parse(text: &str) -> Result<Self, TokensError> {
        let mut lines = text.lines().enumerate();
        let bad = |number: usize| TokensError::Line { line: number + 1 };
        if lines.next().is_none_or(|(_, line)| line != FIRST_LINE) {
            return Err(bad(0));
        }
        let mut tokens = Vec::new();
        while let Some((number, line)) = lines.next() {
            let recipient = line
                .strip_prefix("# recipient: ")
                .and_then(|value| value.parse().ok())
                .ok_or_else(|| bad(number))?;
            let program = lines
                .next()
                .and_then(|(_, line)| line.strip_prefix("# program: "))
                .filter(|path| path.starts_with('/'))
                .ok_or_else(|| bad(number + 1))?
                .to_owned();
            let identity =
                lines.next().and_then(|(_, line)| line.parse().ok()).ok_or_else(|| bad(number + 2))?;
            tokens.push(Token { recipient, program, identity });
        }
        // While one list takes the place of another, both stand in the file.
        Self::read(tokens)
    }
}

/// Why a list of tokens was refused. It never quotes the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TokensError {
    /// None, or more than [`TOKENS_MAX`].
    #[error("a key file is locked by 1 to {TOKENS_MAX} tokens")]
    Count,
    /// Recipient and identity name different plugins.
    #[error("recipient and identity of a token belong to different plugins")]
    Plugin,
    /// A line is missing, unknown, out of order or malformed.
    #[error("line {line} of the list of tokens is not as its format says")]
    Line {
        /// Counted from 1.
        line: usize,
    },
}
