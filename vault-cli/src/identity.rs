//! A person's keys in the home: the locked key file, the station key, and a public card that says
//! without a passphrase which keys these are.

use serde::{Deserialize, Serialize};
use vault_keys::bytes::Bytes;
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::keyfile::{Cost, PersonKeys, UnlockError};
use vault_keys::opening::{Recipient, Suite};
use vault_keys::station::StationKey;
use vault_keys::time::Time;
use zeroize::Zeroizing;

use crate::clock;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, Home, write_whole};
use crate::keyring::Entry;
use crate::{msg, renewal};

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

/// Makes keys, locks them with a new passphrase and writes them; an identity that is there is never
/// replaced.
///
/// # Errors
/// There is one already, no passphrase was given, or the disk refuses.
pub fn create(context: &Context, home: &Home) -> Outcome<(PublicCard, PersonKeys)> {
    if exists(home) {
        return Err(Failure::failed(msg!("identity-exists")).hint(msg!("identity-exists-next")));
    }
    let lock = KeyLock::fresh(context)?;
    let rng = &mut clock::randomness();
    let keys = PersonKeys::generate(Suite::Hybrid, rng);
    let file = lock.lock(&keys)?;
    let card = settle_in(home, &keys, &file)?;
    Ok((card, keys))
}

/// Takes a locked key file from another machine, and the keys in it, into use here, with a station key of this
/// machine's own.
///
/// # Errors
/// There is an identity already, or the disk refuses.
pub fn restore(home: &Home, file: &[u8], keys: &PersonKeys) -> Outcome<PublicCard> {
    if exists(home) {
        return Err(Failure::failed(msg!("identity-exists")).hint(msg!("identity-exists-next")));
    }
    settle_in(home, keys, file)
}

/// Opens a locked key file that lies elsewhere.
///
/// # Errors
/// The passphrase is wrong, or the file is damaged.
pub fn open_backup(context: &Context, file: &[u8]) -> Outcome<PersonKeys> {
    let passphrase = context.passphrase.existing(&context.ui, &msg!("passphrase-ask"))?;
    open_file(file, &passphrase)
}

/// Writes the files of a machine's first identity.
fn settle_in(home: &Home, keys: &PersonKeys, file: &[u8]) -> Outcome<PublicCard> {
    let station = StationKey::generate(&mut clock::randomness());
    let card = PublicCard::of(keys, Bytes(station.public()));
    write_station(home, STATION_FILE, &station)?;
    home.write_json(CARD_FILE, &card)?;
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

/// What locks a key file, so that the next one is locked the same way.
pub struct KeyLock {
    passphrase: Zeroizing<String>,
}

impl KeyLock {
    /// A new passphrase.
    ///
    /// # Errors
    /// It is too short, or nobody can be asked.
    pub fn fresh(context: &Context) -> Outcome<Self> {
        Ok(Self { passphrase: context.passphrase.fresh(&context.ui, &msg!("passphrase-new"))? })
    }

    /// The keys here together with what locks them. Asked for also while unlocked: without it nothing can be locked.
    ///
    /// # Errors
    /// As [`unlock`].
    pub fn present(context: &Context, home: &Home) -> Outcome<(PersonKeys, Self)> {
        let file = home.read_secret(KEY_FILE)?;
        let passphrase = context.passphrase.existing(&context.ui, &msg!("passphrase-ask"))?;
        Ok((open_file(&file, &passphrase)?, Self { passphrase }))
    }

    /// Locks keys.
    ///
    /// # Errors
    /// The system refuses.
    pub fn lock(&self, keys: &PersonKeys) -> Outcome<Vec<u8>> {
        lock(keys, &self.passphrase)
    }
}

impl std::fmt::Debug for KeyLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyLock(..)")
    }
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

/// The keys: from the kernel's keyring while unlocked, by passphrase otherwise.
///
/// # Errors
/// The passphrase is wrong, or the key file is damaged or open to others.
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
    let passphrase = context.passphrase.existing(&context.ui, &msg!("passphrase-ask"))?;
    open_file(&file, &passphrase)
}

/// Keeps the keys in the kernel's keyring for a while.
///
/// # Errors
/// As [`unlock`], or the kernel refuses.
pub fn keep_unlocked(context: &Context, home: &Home, time: std::time::Duration) -> Outcome {
    let card = card(home)?;
    let file = home.read_secret(KEY_FILE)?;
    let passphrase = context.passphrase.existing(&context.ui, &msg!("passphrase-ask"))?;
    let keys = open_file(&file, &passphrase)?;
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

/// Copies the locked key file to a new place.
///
/// # Errors
/// There is something already, or it cannot be written.
pub fn back_up(home: &Home, to: &std::path::Path) -> Outcome {
    if !exists(home) {
        return Err(none());
    }
    write_whole(to, &home.read_secret(KEY_FILE)?, Existing::Keep)
}

/// Locks the key file anew.
///
/// # Errors
/// The old passphrase is wrong, the new one too short, or the disk refuses.
pub fn change_passphrase(context: &Context, home: &Home, new: &crate::passphrase::Source) -> Outcome {
    let card = card(home)?;
    let file = home.read_secret(KEY_FILE)?;
    let old = context.passphrase.existing(&context.ui, &msg!("passphrase-ask"))?;
    let keys = open_file(&file, &old)?;
    let fresh = new.fresh(&context.ui, &msg!("passphrase-new"))?;
    if home.has(renewal::KEY_FILE) {
        // First, so that a crash leaves the present file as it was. After one, the next file may have the new
        // passphrase already; after `identity replace` it has one of its own, and keeps it.
        let next = home.read_secret(renewal::KEY_FILE)?;
        if let Ok(next) = PersonKeys::unlock(&next, &old) {
            home.write(renewal::KEY_FILE, &lock(&next, &fresh)?)?;
        }
    }
    home.write(KEY_FILE, &lock(&keys, &fresh)?)?;
    let _was_there = entry(&card).forget();
    Ok(())
}

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
        other => Failure::failed(msg!("identity-damaged")).because(other).hint(msg!("identity-damaged-next")),
    }
}

fn open_file(file: &[u8], passphrase: &str) -> Outcome<PersonKeys> {
    PersonKeys::unlock(file, passphrase).map_err(|error| unlock_failure(&error))
}

fn lock(keys: &PersonKeys, passphrase: &str) -> Outcome<Vec<u8>> {
    keys.lock(passphrase, cost())
        .map_err(|error| Failure::failed(msg!("identity-not-locked")).because(&error))
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
