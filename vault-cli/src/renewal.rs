//! New keys of a person that wait for the directory (docs/keys.md, "New keys").
//!
//! ```text
//! renewal/identity.age    the next key file, locked
//! renewal/identity.json   its public half
//! renewal/station.key     this machine's next key, if it gets one
//! renewal/request.note    the request, written last: with it the renewal exists
//! former/ID-ID.age        locked key files that were replaced, never deleted
//! former/ID-ID.note       the request for such keys, where it was taken back: an officer may have it all the same
//! ```
//!
//! The present keys stay in use until the directory shows the new ones. Whichever comes first, a crash or the
//! directory, both key files are there.

use std::fs;

use vault_keys::digest::OrgId;
use vault_keys::joining::{Purpose, Request};
use vault_keys::key_id::KeyId;
use vault_keys::keyfile::LockedBy;
use vault_keys::station::StationKey;

use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::identity::{self, PublicCard};
use crate::key_lock::{self, KeyLock};
use crate::token;
use crate::trust::Known;

/// The next key file.
pub(crate) const KEY_FILE: &str = "renewal/identity.age";
const FOLDER: &str = "renewal";
const CARD_FILE: &str = "renewal/identity.json";
const STATION_FILE: &str = "renewal/station.key";
const REQUEST_FILE: &str = "renewal/request.note";
const FORMER: &str = "former";

/// Whether keys lie here that were replaced, and whose passphrase may be forgotten.
#[must_use]
pub(crate) fn has_former(home: &Home) -> bool {
    home.has(FORMER)
}

/// New keys to be kept.
#[derive(Debug)]
pub struct Next<'a> {
    /// The locked key file.
    pub file: &'a [u8],
    /// Its public half.
    pub card: &'a PublicCard,
    /// The machine's next key, if it gets one.
    pub station: Option<&'a StationKey>,
    /// What asks for them.
    pub request: &'a Request,
}

/// The request that waits, if one does.
///
/// # Errors
/// The file is damaged.
pub fn waiting(home: &Home, org: OrgId) -> Outcome<Option<Request>> {
    if !home.has(REQUEST_FILE) {
        return Ok(None);
    }
    let request = Request::verify(&home.read(REQUEST_FILE)?, org);
    request.map(Some).map_err(|error| home.damaged(REQUEST_FILE).because(&error))
}

/// The station key with which the request is handed in: the machine's next one, or the present.
///
/// # Errors
/// Others can read it, or it is damaged.
pub fn station(home: &Home) -> Outcome<StationKey> {
    if home.has(STATION_FILE) { identity::read_station(home, STATION_FILE) } else { identity::station(home) }
}

/// Takes new keys back before the directory shows them. They are set aside with their request, locked as they are: an
/// officer who had entered it already may still publish it, and then nobody else has these keys.
///
/// # Errors
/// The disk refuses; then the renewal is still there.
pub fn withdraw(home: &Home) -> Outcome {
    let card: PublicCard = home.read_json(CARD_FILE)?;
    let aside = set_aside(home, KEY_FILE, &card)?;
    home.write_json(&format!("{aside}.json"), &card)?;
    if home.has(STATION_FILE) {
        identity::write_station(home, &format!("{aside}.key"), &identity::read_station(home, STATION_FILE)?)?;
    }
    home.write(&format!("{aside}.note"), &home.read(REQUEST_FILE)?)?;
    clear(home)
}

/// Keeps new keys. Those of a renewal that was given up are set aside as if they were taken back.
///
/// # Errors
/// The disk refuses.
pub fn begin(home: &Home, next: &Next<'_>) -> Outcome {
    if home.has(REQUEST_FILE) {
        withdraw(home)?;
    }
    clear(home)?;
    home.folder(FOLDER)?;
    home.write(KEY_FILE, next.file)?;
    home.write_json(CARD_FILE, next.card)?;
    if let Some(station) = next.station {
        identity::write_station(home, STATION_FILE, station)?;
    }
    home.write(REQUEST_FILE, &next.request.signed().encode())
}

/// Takes the new keys into use once the directory shows them; true if it did. The caller holds the home's lock.
///
/// Every step may be repeated: after a crash the next call goes on.
///
/// # Errors
/// The disk refuses; then the renewal is still there.
pub fn settle(home: &Home, known: &Known) -> Outcome<bool> {
    revive(home, known)?;
    let Some(request) = waiting(home, known.organisation.org())? else { return Ok(false) };
    // Stopped or not: whatever was sealed to a key that stood in the directory must stay open to its holder.
    let listed = |(kind, key)| known.directory().key(&KeyId::of(kind, key)).is_some();
    if !request.keys().all(listed) {
        return Ok(false);
    }
    let next = home.read_secret(KEY_FILE)?;
    let card: PublicCard = home.read_json(CARD_FILE)?;
    // What is unlocked are the keys of before.
    let _was_open = identity::lock_again(home)?;
    if request.is_for(Purpose::Replace) && *home.read_secret(identity::KEY_FILE)? != *next {
        set_aside(home, identity::KEY_FILE, &identity::card(home)?)?;
    }
    if home.has(STATION_FILE) {
        identity::write_station(home, identity::STATION_FILE, &identity::read_station(home, STATION_FILE)?)?;
    }
    home.write(identity::KEY_FILE, &next)?;
    if key_lock::locked_by(&next)? == LockedBy::Passphrase {
        home.remove(token::TOKENS_FILE)?;
    }
    home.write_json(identity::CARD_FILE, &card)?;
    clear(home)?;
    Ok(true)
}

/// Takes keys into use that were exchanged on another machine; those of before are set aside.
///
/// Every step may be repeated. The caller holds the home's lock.
///
/// # Errors
/// The disk refuses; then the keys of before are still there, or set aside already.
pub fn follow(home: &Home, file: &[u8], card: &PublicCard, lock: &KeyLock) -> Outcome {
    let _was_open = identity::lock_again(home)?;
    if *home.read_secret(identity::KEY_FILE)? != *file {
        set_aside(home, identity::KEY_FILE, &identity::card(home)?)?;
        home.write(identity::KEY_FILE, file)?;
    }
    match lock.tokens() {
        Some(tokens) => token::save(home, tokens)?,
        None => home.remove(token::TOKENS_FILE)?,
    }
    home.write_json(identity::CARD_FILE, card)
}

/// Brings keys back that were taken back and stand in the directory in force all the same: they are the person's now.
fn revive(home: &Home, known: &Known) -> Outcome {
    let Ok(folder) = fs::read_dir(home.path(FORMER)) else { return Ok(()) };
    let names = folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut asides: Vec<String> =
        names.filter_map(|name| Some(format!("{FORMER}/{}", name.strip_suffix(".note")?))).collect();
    asides.sort_unstable();
    for aside in asides {
        // What is damaged in a folder that nobody needs must not keep the person from working.
        let Ok(note) = home.read(&format!("{aside}.note")) else { continue };
        let Ok(request) = Request::verify(&note, known.organisation.org()) else { continue };
        let active = |(kind, key)| known.in_force().key_now(&KeyId::of(kind, key)).is_ok();
        if !request.keys().all(active) {
            continue;
        }
        let station = format!("{aside}.key");
        let station = home.has(&station).then(|| identity::read_station(home, &station)).transpose()?;
        let (file, card) =
            (home.read_secret(&format!("{aside}.age"))?, home.read_json(&format!("{aside}.json"))?);
        begin(home, &Next { file: &file, card: &card, station: station.as_ref(), request: &request })?;
        // The request first: without it the rest is a key file that was set aside.
        for ending in ["note", "json", "key"] {
            home.remove(&format!("{aside}.{ending}"))?;
        }
    }
    Ok(())
}

/// Copies a locked key file to where nothing is deleted, named by its signing and opening key, and the list of its
/// tokens beside it; answers the name without its ending.
fn set_aside(home: &Home, name: &str, card: &PublicCard) -> Outcome<String> {
    home.folder(FORMER)?;
    let (opening, signing) = (card.recipient()?.key_id().to_string(), card.signing_id().to_string());
    let short = |id: String| id.chars().take(16).collect::<String>();
    let aside = format!("{FORMER}/{}-{}", short(opening), short(signing));
    let (file, to) = (home.read_secret(name)?, format!("{aside}.age"));
    // A list that was lost with the token must not keep the new keys out.
    if key_lock::locked_by(&file)? == LockedBy::Token && home.has(token::TOKENS_FILE) {
        home.write(&format!("{to}.tokens"), &home.read_secret(token::TOKENS_FILE)?)?;
    }
    home.write(&to, &file)?;
    Ok(aside)
}

/// Takes the folder away, the request first: without it the rest means nothing.
fn clear(home: &Home) -> Outcome {
    for name in [REQUEST_FILE, STATION_FILE, CARD_FILE, KEY_FILE] {
        if home.has(name) {
            let path = home.path(name);
            fs::remove_file(&path).map_err(|error| Failure::io(&path, &error))?;
        }
    }
    Ok(())
}
