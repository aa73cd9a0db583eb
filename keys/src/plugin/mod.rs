//! Hardware tokens, reached through age plugins (`docs/keys.md`, "Key file locked by a token"; C2SP `age-plugin.md`).
//!
//! A plugin is a program that wraps file keys for a token and unwraps them again. This is our side of the talk with
//! it: which token ([`TokenRecipient`], [`TokenIdentity`], [`Tokens`]), what is said ([`Message`]) and in which order
//! ([`Talk`]). Nothing here starts the program, waits for it or trusts it: lines go in, lines come out, and whatever
//! it does that the protocol does not allow ends the talk with an error that names it.

mod message;
mod names;
mod talk;
mod tokens;

pub use message::{LINE_MAX, Message, MessageError, Reader};
pub use names::{PluginName, TokenIdentity, TokenRecipient};
pub use talk::{Complaint, Heard, Lie, MESSAGES_SHOWN_MAX, Person, Talk, TalkError};
pub use tokens::{TOKENS_MAX, Token, Tokens, TokensError};

#[cfg(test)]
mod tests;
