//! Hardware tokens: a key file that a plugin opens (`docs/keys.md`, "Key file locked by a token").
//!
//! `vault_keys::plugin` knows what is said; here is who is asked ([`place`]), how long and how much ([`process`]), and
//! what the person sees of it (`terminal`).

use std::path::{Path, PathBuf};

use vault_keys::keyfile::{ByTokenError, LockError, PersonKeys, UnlockError};
use vault_keys::plugin::{
    Message, Person, PluginName, Talk, TalkError, Token, TokenIdentity, TokenRecipient, Tokens,
};
use vault_keys::secret::FileKey;

use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Home, read_limited};
use crate::msg;

pub mod place;
pub mod process;
mod terminal;

use process::{Limits, RunError};
use terminal::Terminal;

/// The list of tokens beside the key file.
pub(crate) const TOKENS_FILE: &str = "identity.tokens";

/// The largest file of identities that is read, in bytes.
const IDENTITIES_MAX: u64 = 64 * 1024;

/// The tokens that lock the key file of this home.
///
/// # Errors
/// The list is missing, open to others or damaged.
pub fn load(home: &Home) -> Outcome<Tokens> {
    let bytes = home.read_secret(TOKENS_FILE)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| home.damaged(TOKENS_FILE))?;
    Tokens::parse(text).map_err(|error| home.damaged(TOKENS_FILE).because(&error))
}

/// Writes the list of tokens; it must be there before a key file that needs it.
///
/// # Errors
/// The disk refuses.
pub(crate) fn save(home: &Home, tokens: &Tokens) -> Outcome {
    home.write(TOKENS_FILE, tokens.encode().as_bytes())
}

/// Where the list of tokens of a key file elsewhere lies: beside it, with `.tokens` at the end of the name.
#[must_use]
pub fn list_beside(key_file: &Path) -> PathBuf {
    let mut list = key_file.as_os_str().to_owned();
    list.push(".tokens");
    list.into()
}

/// Reads a list of tokens that came from elsewhere. What was agreed to there is asked here again.
///
/// # Errors
/// It is missing or damaged, or the answer is no.
pub fn arrived(context: &Context, list: &Path) -> Outcome<Tokens> {
    let damaged = || Failure::failed(msg!("token-list-damaged", path = list.display().to_string()));
    let bytes = zeroize::Zeroizing::new(read_limited(list, IDENTITIES_MAX)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
    let tokens = Tokens::parse(text).map_err(|error| damaged().because(&error))?;
    agree(context, &tokens)?;
    Ok(tokens)
}

/// The full path of a plugin's program.
///
/// # Errors
/// It is in none of the listed folders, or not safe to start.
pub fn program(name: &PluginName) -> Outcome<PathBuf> {
    place::find(name).map_err(|error| error.failure())
}

/// Reads the tokens that a person names: recipients, and a file with the identities that the plugins' own programs
/// wrote, one for each recipient and in their order. Shows each program and asks once whether to trust them.
///
/// # Errors
/// A text is malformed, the two do not match, a program is missing or not safe, or the answer is no.
pub fn chosen(context: &Context, recipients: &[String], identities: &Path) -> Outcome<Tokens> {
    let wrong = |error: &dyn std::error::Error| {
        Failure::usage(msg!("token-texts")).hint(msg!("token-texts-next")).detail(error.to_string())
    };
    let text = zeroize::Zeroizing::new(read_limited(identities, IDENTITIES_MAX)?);
    let text = std::str::from_utf8(&text).map_err(|error| wrong(&error))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let identities: Vec<TokenIdentity> =
        lines.map(str::parse).collect::<Result<_, _>>().map_err(|error| wrong(&error))?;
    if identities.len() != recipients.len() {
        return Err(Failure::usage(msg!("token-texts")).hint(msg!("token-texts-next")));
    }
    let mut tokens = Vec::new();
    for (recipient, identity) in recipients.iter().zip(identities) {
        let recipient: TokenRecipient = recipient.parse().map_err(|error| wrong(&error))?;
        let program = program(identity.name())?;
        tokens.push(Token { recipient, program: program.display().to_string(), identity });
    }
    let tokens = Tokens::new(tokens).map_err(|error| wrong(&error))?;
    agree(context, &tokens)?;
    Ok(tokens)
}

/// Shows each program once and asks whether to trust them.
fn agree(context: &Context, tokens: &Tokens) -> Outcome {
    let mut programs: Vec<&str> = Vec::new();
    for token in tokens.as_slice() {
        if !programs.contains(&token.program.as_str()) {
            programs.push(&token.program);
        }
    }
    context.ui.confirm(&msg!("token-ask-program", path = context.ui.list(&programs)))
}

/// Locks keys by these tokens, and opens the result again before anybody relies on it: a plugin that wrapped for
/// another token, or not at all, is found out while the old key file still stands.
///
/// # Errors
/// A plugin failed, or what it wrapped does not open.
pub fn lock(context: &Context, keys: &PersonKeys, tokens: &Tokens) -> Outcome<Vec<u8>> {
    let mut person = Terminal::new(context);
    let wrap = |file_key: &FileKey| {
        let mut stanzas = Vec::new();
        for token in tokens.as_slice() {
            let talk = Talk::wrap(&[&token.recipient], file_key);
            let talk = run(context, token.recipient.name(), &token.program, talk, &mut person)?;
            stanzas.extend(talk.wrapped().map_err(|error| talk_failure(&token.program, &error))?);
        }
        Ok(stanzas)
    };
    let file = keys.lock_by(wrap).map_err(|error: ByTokenError<Failure, LockError>| match error {
        ByTokenError::Token(failure) => failure,
        other => Failure::failed(msg!("identity-not-locked")).because(&other),
    })?;
    // Each token by itself, so that a second one is no false comfort.
    for token in tokens.as_slice() {
        let alone = Tokens::new(vec![token.clone()])
            .map_err(|error| Failure::failed(msg!("identity-not-locked")).because(&error))?;
        let opened = unlock(context, &file, &alone)?;
        if *opened.to_text() != *keys.to_text() {
            return Err(Failure::new(Kind::Integrity, msg!("token-wrong-key")).code("token-wrong-key"));
        }
    }
    Ok(file)
}

/// Opens a key file with one of these tokens, each plugin being asked once.
///
/// # Errors
/// No token is at hand, a plugin misbehaves, or the file is another token's.
pub fn unlock(context: &Context, file: &[u8], tokens: &Tokens) -> Outcome<PersonKeys> {
    let mut person = Terminal::new(context);
    let unwrap = |stanzas: &[Message]| {
        let mut asked: Vec<&PluginName> = Vec::new();
        let mut failed = None;
        for token in tokens.as_slice() {
            let name = token.identity.name();
            if asked.contains(&name) {
                continue;
            }
            asked.push(name);
            let same = tokens.as_slice().iter().filter(|other| other.identity.name() == name);
            let identities: Vec<&TokenIdentity> = same.map(|other| &other.identity).collect();
            let talk = Talk::unwrap(&identities, stanzas);
            let found = run(context, name, &token.program, talk, &mut person)
                .and_then(|talk| talk.unwrapped().map_err(|error| talk_failure(&token.program, &error)));
            match found {
                Ok(Some(file_key)) => return Ok(Some(file_key)),
                Ok(None) => {}
                // Another plugin may still have its token at hand.
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        failed.map_or(Ok(None), Err)
    };
    PersonKeys::unlock_by(file, unwrap).map_err(|error: ByTokenError<Failure, UnlockError>| match error {
        ByTokenError::Token(failure) => failure,
        ByTokenError::OtherToken => {
            Failure::failed(msg!("token-other")).code("token-other").hint(msg!("token-other-next"))
        }
        ByTokenError::WrongFileKey => {
            Failure::new(Kind::Integrity, msg!("token-wrong-key")).code("token-wrong-key")
        }
        other => {
            Failure::failed(msg!("identity-damaged")).because(&other).hint(msg!("identity-damaged-next"))
        }
    })
}

/// Looks the program up, says so if it is not the one agreed to, and talks with it.
fn run(
    context: &Context,
    name: &PluginName,
    agreed: &str,
    mut talk: Talk,
    person: &mut Terminal<'_>,
) -> Outcome<Talk> {
    let program = program(name)?;
    let path = program.display().to_string();
    if path != agreed {
        context.ui.confirm(&msg!("token-ask-moved", path = path.as_str(), old = agreed))?;
    }
    person.about(&path);
    process::converse(&program, &mut talk, person as &mut dyn Person, Limits::standard())
        .map_err(|error| run_failure(&path, &error))?;
    Ok(talk)
}

fn run_failure(path: &str, error: &RunError) -> Failure {
    let (code, message) = match error {
        RunError::Talk(error) => return talk_failure(path, error),
        RunError::Start(_) => ("token-start", msg!("token-start", path = path)),
        RunError::Hangs { .. } => ("token-hangs", msg!("token-hangs", path = path)),
        RunError::Floods => ("token-floods", msg!("token-floods", path = path)),
        RunError::Ends => ("token-ends", msg!("token-ends", path = path)),
    };
    Failure::failed(message).code(code).because(error).hint(msg!("token-next"))
}

fn talk_failure(path: &str, error: &TalkError) -> Failure {
    let (code, kind, message) = match error {
        TalkError::Complains(complaints) => {
            let words =
                complaints.iter().map(|complaint| complaint.text.as_str()).collect::<Vec<_>>().join("; ");
            let message = msg!("token-complains", path = path, words = words);
            return Failure::failed(message).code("token-complains").hint(msg!("token-next"));
        }
        TalkError::TooMuch => ("token-floods", Kind::Failed, msg!("token-floods", path = path)),
        TalkError::Lies(_) => ("token-lies", Kind::Integrity, msg!("token-lies", path = path)),
        _ => ("token-garbled", Kind::Failed, msg!("token-garbled", path = path)),
    };
    Failure::new(kind, message).code(code).because(error).hint(msg!("token-next"))
}
