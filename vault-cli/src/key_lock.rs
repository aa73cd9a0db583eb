//! What locks a person's key file: a passphrase, or hardware tokens (`docs/keys.md`).

use std::path::Path;

use vault_keys::keyfile::{Cost, LockedBy, PersonKeys, UnlockError};
use vault_keys::plugin::Tokens;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::identity::KEY_FILE;
use crate::{msg, token};

/// What locks a key file, so that the next one is locked the same way.
pub enum KeyLock {
    /// A passphrase.
    Passphrase(Zeroizing<String>),
    /// Each of these tokens.
    Tokens(Tokens),
}

impl KeyLock {
    /// These tokens if there are any, or else a new passphrase.
    ///
    /// # Errors
    /// The passphrase is too short, or nobody can be asked.
    pub fn fresh(context: &Context, tokens: Option<Tokens>) -> Outcome<Self> {
        match tokens {
            Some(tokens) => Ok(Self::Tokens(tokens)),
            None => Ok(Self::Passphrase(context.passphrase.fresh(&context.ui, &msg!("passphrase-new"))?)),
        }
    }

    /// The keys here together with what locks them. Asked for also while unlocked: without it nothing can be locked.
    ///
    /// # Errors
    /// The passphrase is wrong, no token opens them, or the key file is damaged or open to others.
    pub fn present(context: &Context, home: &Home) -> Outcome<(PersonKeys, Self)> {
        open(context, &home.read_secret(KEY_FILE)?, || token::load(home))
    }

    /// The tokens, if tokens lock.
    #[must_use]
    pub fn tokens(&self) -> Option<&Tokens> {
        match self {
            Self::Passphrase(_) => None,
            Self::Tokens(tokens) => Some(tokens),
        }
    }

    /// Locks keys.
    ///
    /// # Errors
    /// A token does not answer as it should, or the system refuses.
    pub fn lock(&self, context: &Context, keys: &PersonKeys) -> Outcome<Vec<u8>> {
        match self {
            Self::Passphrase(passphrase) => keys
                .lock(passphrase, cost())
                .map_err(|error| Failure::failed(msg!("identity-not-locked")).because(&error)),
            Self::Tokens(tokens) => token::lock(context, keys, tokens),
        }
    }
}

impl std::fmt::Debug for KeyLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyLock(..)")
    }
}

/// Opens a key file; `list` gives the tokens where tokens lock it.
///
/// # Errors
/// The passphrase is wrong, no token opens it, or it is damaged.
pub fn open(
    context: &Context,
    file: &[u8],
    list: impl FnOnce() -> Outcome<Tokens>,
) -> Outcome<(PersonKeys, KeyLock)> {
    match locked_by(file)? {
        LockedBy::Token => {
            let tokens = list()?;
            Ok((token::unlock(context, file, &tokens)?, KeyLock::Tokens(tokens)))
        }
        LockedBy::Passphrase => {
            let passphrase = context.passphrase.existing(&context.ui, &msg!("passphrase-ask"))?;
            let keys = PersonKeys::unlock(file, &passphrase).map_err(|error| unlock_failure(&error))?;
            Ok((keys, KeyLock::Passphrase(passphrase)))
        }
    }
}

/// Opens a copy of a key file that lies elsewhere, with the list of tokens beside it where tokens lock it.
///
/// # Errors
/// As [`open`], the list is missing, or its programs are not trusted.
pub fn open_backup(context: &Context, path: &Path, file: &[u8]) -> Outcome<(PersonKeys, KeyLock)> {
    open(context, file, || token::arrived(context, &token::list_beside(path))).map_err(|failure| {
        if failure.code.as_deref() != Some(DAMAGED) {
            return failure;
        }
        // The file named on the command line, not the one in the home.
        let mut of_backup = Failure::failed(msg!("backup-damaged", path = path.display().to_string()))
            .code("backup-damaged")
            .hint(msg!("backup-damaged-next"));
        of_backup.detail.clone_from(&failure.detail);
        of_backup
    })
}

/// What opens this key file.
///
/// # Errors
/// It is damaged.
pub fn locked_by(file: &[u8]) -> Outcome<LockedBy> {
    LockedBy::of(file).map_err(|error| unlock_failure(&error))
}

const DAMAGED: &str = "identity-damaged";

/// The cost of a guess: the standard one, unless a test asks for the cheap one.
#[must_use]
pub fn cost() -> Cost {
    #[cfg(feature = "test-hooks")]
    if std::env::var_os("VAULT_TEST_CHEAP").is_some() {
        return Cost::Cheap;
    }
    Cost::Standard
}

/// A key file that did not open, in words.
#[must_use]
pub fn unlock_failure(error: &UnlockError) -> Failure {
    match error {
        UnlockError::WrongPassphrase => Failure::failed(msg!("passphrase-wrong"))
            .code("wrong-passphrase")
            .hint(msg!("passphrase-wrong-next")),
        other => Failure::failed(msg!("identity-damaged"))
            .code(DAMAGED)
            .because(other)
            .hint(msg!("identity-damaged-next")),
    }
}
