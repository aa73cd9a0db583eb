//! A person's keys in the home: the key file, locked by a passphrase or by tokens, the station key, and a public card
//! that says which keys these are while they are locked.

use std::path::Path;

use serde::{Deserialize, Serialize};
use vault_keys::bytes::Bytes;
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::keyfile::{LockedBy, PersonKeys};
use vault_keys::opening::{Recipient, Suite};
use vault_keys::plugin::Tokens;
use vault_keys::station::StationKey;
use vault_keys::time::Time;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, Home, write_whole};
use crate::key_lock::{self, KeyLock};
use crate::keyring::Entry;
use crate::lang::Msg;
use crate::passphrase::Source;
use crate::{clock, msg, renewal, token};

pub(crate) const KEY_FILE: &str = "identity.age";
pub(crate) const STATION_FILE: &str = "station.key";
pub(crate) const CARD_FILE: &str = "identity.json";

/// The public half, kept in the clear.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PublicCard {
    /// `vault-identity/1`.
    pub format: String,
    /// The opening key, as age writes recipients.
    pub opening: String,
    /// The signing key, 32 bytes.
    pub signing: Bytes<32>,
    /// This machine's station key, 32 bytes.
    pub station: Bytes<32>,
}

impl PublicCard {
    /// The card of these keys on the machine with this station key.
    #[must_use]
    pub fn of(keys: &PersonKeys, station: Bytes<32>) -> Self {
        Self {
            format: "vault-identity/1".to_owned(),
            opening: keys.opening.to_recipient().to_string(),
            signing: Bytes(*keys.signing.public().as_bytes()),
            station,
        }
    }

    /// Whether these are the keys of the card: while a key file is exchanged for the next, they may not be.
    fn is_of(&self, keys: &PersonKeys) -> bool {
        *self == Self::of(keys, self.station)
    }

    /// The opening key.
    ///
    /// # Errors
    /// The card is damaged.
    pub fn recipient(&self) -> Outcome<Recipient> {
        self.opening.parse().map_err(|error| Failure::failed(msg!("identity-damaged")).because(&error))
    }

    /// The signing key's id.
    #[must_use]
    pub fn signing_id(&self) -> KeyId {
        KeyId::of(KeyKind::Sign, &self.signing.0)
    }

    /// The station key's id.
    #[must_use]
    pub fn station_id(&self) -> KeyId {
        KeyId::of(KeyKind::Station, &self.station.0)
    }
}

/// Whether the home holds an identity.
#[must_use]
pub fn exists(home: &Home) -> bool {
    home.has(KEY_FILE)
}

/// Makes keys, locks them by these tokens or with a new passphrase, and writes them; an identity that is there is
/// never replaced.
///
/// # Errors
/// There is one already, no passphrase was given, a token does not answer, or the disk refuses.
pub fn create(context: &Context, home: &Home, tokens: Option<Tokens>) -> Outcome<(PublicCard, PersonKeys)> {
    if exists(home) {
        return Err(Failure::failed(msg!("identity-exists")).hint(msg!("identity-exists-next")));
    }
    let lock = KeyLock::fresh(context, tokens)?;
    let keys = PersonKeys::generate(Suite::Hybrid, &mut clock::randomness());
    let file = lock.lock(context, &keys)?;
    let card = settle_in(home, &keys, &file, &lock)?;
    Ok((card, keys))
}

/// Takes a locked key file from another machine, and the keys in it, into use here, with a station key of this
/// machine's own.
///
/// # Errors
/// There is an identity already, or the disk refuses.
pub fn restore(home: &Home, file: &[u8], keys: &PersonKeys, lock: &KeyLock) -> Outcome<PublicCard> {
    if exists(home) {
        return Err(Failure::failed(msg!("identity-exists")).hint(msg!("identity-exists-next")));
    }
    settle_in(home, keys, file, lock)
}

/// Writes the files of a machine's first identity.
fn settle_in(home: &Home, keys: &PersonKeys, file: &[u8], lock: &KeyLock) -> Outcome<PublicCard> {
    let station = StationKey::generate(&mut clock::randomness());
    let card = PublicCard::of(keys, Bytes(station.public()));
    write_station(home, STATION_FILE, &station)?;
    home.write_json(CARD_FILE, &card)?;
    if let Some(tokens) = lock.tokens() {
        token::save(home, tokens)?;
    }
    // The key file goes last: it is what makes the identity exist.
    home.write(KEY_FILE, file)?;
    Ok(card)
}

/// Writes a station key.
///
/// # Errors
/// The disk refuses.
pub fn write_station(home: &Home, name: &str, station: &StationKey) -> Outcome {
    home.write(name, Zeroizing::new(format!("{}\n", station.to_text().as_str())).as_bytes())
}

/// The public card.
///
/// # Errors
/// There is no identity, or the card is damaged.
pub fn card(home: &Home) -> Outcome<PublicCard> {
    if !exists(home) {
        return Err(none());
    }
    home.read_json(CARD_FILE)
}

/// This machine's station key.
///
/// # Errors
/// There is none, others can read it, or it is damaged.
pub fn station(home: &Home) -> Outcome<StationKey> {
    if !exists(home) {
        return Err(none());
    }
    read_station(home, STATION_FILE)
}

/// Reads a station key.
///
/// # Errors
/// Others can read it, or it is damaged.
pub fn read_station(home: &Home, name: &str) -> Outcome<StationKey> {
    let bytes = home.read_secret(name)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| home.damaged(name))?;
    StationKey::parse(text.trim_end()).map_err(|error| home.damaged(name).because(&error))
}

/// The keys: from the kernel's keyring while unlocked, by passphrase or token otherwise.
///
/// # Errors
/// The passphrase is wrong, no token opens them, or the key file is damaged or open to others.
pub fn unlock(context: &Context, home: &Home) -> Outcome<PersonKeys> {
    let card = card(home)?;
    // Checked also while unlocked, so that a home that lies open is noticed at once.
    let file = home.read_secret(KEY_FILE)?;
    if let Some(text) = entry(&card).find()
        && let Ok(keys) = PersonKeys::from_text(&text)
        && card.is_of(&keys)
    {
        return Ok(keys);
    }
    let (keys, _lock) = key_lock::open(context, &file, || token::load(home))?;
    Ok(keys)
}

/// Keeps the keys in the kernel's keyring for a while.
///
/// # Errors
/// As [`unlock`], or the kernel refuses.
pub fn keep_unlocked(context: &Context, home: &Home, time: std::time::Duration) -> Outcome {
    let card = card(home)?;
    let (keys, _lock) = KeyLock::present(context, home)?;
    // A second entry beside it says until when: the kernel tells nobody.
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let until = clock::now().plus_seconds(seconds).to_string();
    until_entry(&card).keep(until.as_bytes(), time)?;
    entry(&card).keep(&keys.to_text(), time)
}

/// Until when the keys are open; `None` while they are locked.
///
/// # Errors
/// There is no identity.
pub fn unlocked_until(home: &Home) -> Outcome<Option<Time>> {
    let card = card(home)?;
    if entry(&card).find().is_none() {
        return Ok(None);
    }
    let until = until_entry(&card).find();
    Ok(until.and_then(|text| std::str::from_utf8(&text).ok()?.parse().ok()))
}

/// Forgets what [`keep_unlocked`] kept; true if there was something.
///
/// # Errors
/// There is no identity.
pub fn lock_again(home: &Home) -> Outcome<bool> {
    let card = card(home)?;
    let _was_said = until_entry(&card).forget();
    Ok(entry(&card).forget())
}

/// Whether the keys are in the keyring.
#[must_use]
pub fn is_unlocked(home: &Home) -> bool {
    card(home).is_ok_and(|card| entry(&card).find().is_some())
}

/// Copies the locked key file to a new place, and the list of tokens beside it if tokens lock it; answers whether
/// they do.
///
/// # Errors
/// There is something already, or it cannot be written.
pub fn back_up(home: &Home, to: &Path) -> Outcome<LockedBy> {
    let locked_by = locked_by(home)?;
    if locked_by == LockedBy::Token {
        let list = token::list_beside(to);
        write_whole(&list, &home.read_secret(token::TOKENS_FILE)?, Existing::Keep)?;
    }
    write_whole(to, &home.read_secret(KEY_FILE)?, Existing::Keep)?;
    Ok(locked_by)
}

/// What opens the key file.
///
/// # Errors
/// There is none, or it is damaged.
pub fn locked_by(home: &Home) -> Outcome<LockedBy> {
    if !exists(home) {
        return Err(none());
    }
    key_lock::locked_by(&home.read_secret(KEY_FILE)?)
}

/// Locks the key file with a new passphrase in place of the old.
///
/// # Errors
/// Tokens lock the file, the old passphrase is wrong, the new one too short, or the disk refuses.
pub fn change_passphrase(context: &Context, home: &Home, new: &Source) -> Outcome {
    if locked_by(home)? == LockedBy::Token {
        return Err(Failure::failed(msg!("token-no-passphrase")).hint(msg!("token-no-passphrase-next")));
    }
    let (keys, old) = KeyLock::present(context, home)?;
    let fresh = KeyLock::Passphrase(new.fresh(&context.ui, &msg!("passphrase-new"))?);
    if let KeyLock::Passphrase(old) = old
        && home.has(renewal::KEY_FILE)
    {
        // First, so that a crash leaves the present file as it was. After one, the next file may have the new
        // passphrase already; after `identity replace` it has one of its own, and keeps it.
        let next = home.read_secret(renewal::KEY_FILE)?;
        if let Ok(next) = PersonKeys::unlock(&next, &old) {
            home.write(renewal::KEY_FILE, &fresh.lock(context, &next)?)?;
        }
    }
    home.write(KEY_FILE, &fresh.lock(context, &keys)?)?;
    let _was_there = entry(&card(home)?).forget();
    Ok(())
}

/// Locks the key file by these tokens, whatever locks it now.
///
/// # Errors
/// New keys wait for the directory, the file does not open, a token does not answer as it should, or the disk
/// refuses; then the old file stands.
pub fn lock_by_tokens(context: &Context, home: &Home, tokens: &Tokens) -> Outcome {
    nothing_waits(home)?;
    let (keys, old) = KeyLock::present(context, home)?;
    let file = token::lock(context, &keys, tokens)?;
    // Until the new file stands, the list names the tokens of both: whenever this is interrupted, one of them opens
    // what lies there.
    let both = old.tokens().map_or_else(|| tokens.clone(), |old| tokens.and(old));
    token::save(home, &both)?;
    home.write(KEY_FILE, &file)?;
    token::save(home, tokens)?;
    let _was_there = entry(&card(home)?).forget();
    Ok(())
}

/// Locks the key file with a new passphrase in place of tokens.
///
/// # Errors
/// No token locks the file, new keys wait for the directory, no token opens it, the passphrase is too short, or the
/// disk refuses.
pub fn remove_tokens(context: &Context, home: &Home, new: &Source) -> Outcome {
    if locked_by(home)? == LockedBy::Passphrase {
        return Err(Failure::failed(msg!("token-none")).hint(msg!("token-none-next")));
    }
    nothing_waits(home)?;
    let (keys, _old) = KeyLock::present(context, home)?;
    let fresh = KeyLock::Passphrase(new.fresh(&context.ui, &msg!("passphrase-new"))?);
    home.write(KEY_FILE, &fresh.lock(context, &keys)?)?;
    home.remove(token::TOKENS_FILE)?;
    let _was_there = entry(&card(home)?).forget();
    Ok(())
}

/// New keys that wait are locked as the present ones are, and would not follow.
fn nothing_waits(home: &Home) -> Outcome {
    if home.has(renewal::KEY_FILE) {
        return Err(Failure::failed(msg!("token-renewal"))
            .code("renewal-pending")
            .hint(msg!("token-renewal-next")));
    }
    Ok(())
}

/// What a key is for, in words.
#[must_use]
pub fn kind_words(kind: KeyKind) -> Msg {
    match kind {
        KeyKind::Sign => msg!("kind-sign"),
        KeyKind::Station => msg!("kind-station"),
        _ => msg!("kind-opening"),
    }
}

fn entry(card: &PublicCard) -> Entry {
    Entry::new(&card.signing_id().to_string())
}

fn until_entry(card: &PublicCard) -> Entry {
    Entry::new(&format!("{}:until", card.signing_id()))
}

fn none() -> Failure {
    Failure::failed(msg!("identity-none")).hint(msg!("identity-none-next"))
}
