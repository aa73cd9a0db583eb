//! One's own entry held against the keys of this home: whoever publishes a directory could put another key into it, and
//! what is sealed to the person would go there. Only the person can notice. docs/directory.md, "Own entry".

use vault_keys::directory::{Key, PersonEntry};
use vault_keys::key_id::{KeyId, KeyKind};

use crate::error::Outcome;
use crate::home::Home;
use crate::identity;
use crate::lang::Msg;
use crate::msg;
use crate::renewal;
use crate::trust::Known;
use crate::ui::Ui;

/// What does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The entry has a key in use that this home does not have.
    NotMine {
        /// What it is for.
        kind: KeyKind,
        /// Which key it is.
        key: KeyId,
    },
    /// As that, and this home's own key is retired: exchanged on another machine, or by somebody else.
    Exchanged {
        /// What it is for.
        kind: KeyKind,
        /// The key that stands in its place.
        key: KeyId,
    },
    /// This home's key is in use no longer, and no other is.
    Ended {
        /// What it is for.
        kind: KeyKind,
    },
}

impl Misfit {
    /// What it is, and what to do.
    #[must_use]
    pub fn words(&self) -> Msg {
        match self {
            Self::NotMine { kind, key } => {
                msg!("own-key-not-mine", kind = identity::kind_words(*kind), key = key.groups())
            }
            Self::Exchanged { kind, key } => {
                msg!("own-key-exchanged", kind = identity::kind_words(*kind), key = key.groups())
            }
            Self::Ended { kind } => msg!("own-key-ended", kind = identity::kind_words(*kind)),
        }
    }

    /// The word that programs read.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotMine { .. } => "not-mine",
            Self::Exchanged { .. } => "exchanged",
            Self::Ended { .. } => "ended",
        }
    }

    /// What the key is for.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match self {
            Self::NotMine { kind, .. } | Self::Exchanged { kind, .. } | Self::Ended { kind } => *kind,
        }
    }

    /// The key that this home does not have.
    #[must_use]
    pub fn key(&self) -> Option<KeyId> {
        match self {
            Self::NotMine { key, .. } | Self::Exchanged { key, .. } => Some(*key),
            Self::Ended { .. } => None,
        }
    }
}

/// What does not fit between the keys of this home and its person's entry; nothing while the directory knows none of
/// them, which is told elsewhere.
///
/// # Errors
/// The home's own files are damaged.
pub fn misfits(home: &Home, known: &Known) -> Outcome<Vec<Misfit>> {
    if !identity::exists(home) {
        return Ok(Vec::new());
    }
    let (card, directory) = (identity::card(home)?, known.directory());
    let (opening, signing) = (card.recipient()?.key_id(), card.signing_id());
    let ids = [signing, opening, card.station_id()];
    let Some((person, _)) = ids.iter().find_map(|id| directory.key(id)) else { return Ok(Vec::new()) };
    let Some(entry) = directory.person(person) else { return Ok(Vec::new()) };
    // New keys that the directory shows already, while an interrupted command has not taken them into use yet.
    let waiting = renewal::waiting(home, known.organisation.org())?;
    let waiting: Vec<KeyId> =
        waiting.iter().flat_map(|request| request.keys()).map(|(kind, key)| KeyId::of(kind, key)).collect();
    Ok(compare(entry, (opening, signing), &waiting))
}

/// Warns of what does not fit, however quiet the output.
///
/// # Errors
/// As [`misfits`].
pub fn warn(ui: &Ui, home: &Home, known: &Known) -> Outcome {
    for misfit in misfits(home, known)? {
        ui.warn(&misfit.words());
    }
    Ok(())
}

fn compare(entry: &PersonEntry, (opening, signing): (KeyId, KeyId), waiting: &[KeyId]) -> Vec<Misfit> {
    // Of somebody who may not act no key is in use, whoever has it.
    if !entry.is_active() {
        return Vec::new();
    }
    let mut misfits = Vec::new();
    for (own, is_kind) in
        [(opening, KeyKind::is_opening as fn(KeyKind) -> bool), (signing, |kind| kind == KeyKind::Sign)]
    {
        let listed = entry.key(&own);
        let in_use = listed.is_some_and(Key::is_active);
        let others: Vec<&Key> = entry
            .keys
            .iter()
            .filter(|key| is_kind(key.kind) && key.is_active() && key.id != own && !waiting.contains(&key.id))
            .collect();
        let ended = listed.is_some() && !in_use;
        misfits.extend(others.iter().map(|key| match ended {
            true => Misfit::Exchanged { kind: key.kind, key: key.id },
            false => Misfit::NotMine { kind: key.kind, key: key.id },
        }));
        let succeeds = entry.keys.iter().any(|key| waiting.contains(&key.id) && is_kind(key.kind));
        if let Some(own) = listed
            && ended
            && others.is_empty()
            && !succeeds
        {
            misfits.push(Misfit::Ended { kind: own.kind });
        }
    }
    misfits
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_keys::bytes::Bytes;
    use vault_keys::digest::OrgId;
    use vault_keys::directory::{Affiliation, Clearance, KeyState, PersonState, PersonType};
    use vault_keys::time::Time;

    use super::*;

    const OPENING: KeyKind = KeyKind::OpeningHybrid;

    fn key(kind: KeyKind, no: u8, state: KeyState) -> Key {
        let from: Time = "2026-01-01T00:00:00Z".parse().unwrap();
        let to = (state != KeyState::Active).then_some(from);
        Key { to, state, ..Key::active(kind, &[no; 32], from) }
    }

    fn entry(keys: Vec<Key>) -> PersonEntry {
        PersonEntry {
            tag: PersonType,
            org: OrgId::from_bytes([7; 32]),
            number: "p4".parse().unwrap(),
            salt: Bytes([0; 16]),
            name: "刘洋".to_owned(),
            pinyin: "liu yang".to_owned(),
            state: PersonState::Active,
            posts: Vec::new(),
            roles: Vec::new(),
            clearance: Clearance::None,
            affiliation: Affiliation::Own,
            keys,
            deputies: Vec::new(),
            vetting: None,
            training: None,
            letter: None,
            personnel: None,
        }
    }

    /// What is found where the home has opening key 1 and signing key 2, and key 5 waits.
    fn found(keys: &[(KeyKind, u8, KeyState)]) -> Vec<&'static str> {
        let id = |kind, no: u8| KeyId::of(kind, &[no; 32]);
        let entry = entry(keys.iter().map(|(kind, no, state)| key(*kind, *no, *state)).collect());
        let own = (id(OPENING, 1), id(KeyKind::Sign, 2));
        compare(&entry, own, &[id(OPENING, 5)]).iter().map(Misfit::word).collect()
    }

    #[test]
    fn a_key_that_this_home_does_not_have() {
        use KeyState::{Active, Retired, Stopped};
        let (mine, sign) = ((OPENING, 1, Active), (KeyKind::Sign, 2, Active));
        assert!(found(&[mine, sign, (OPENING, 3, Retired), (KeyKind::Station, 9, Active)]).is_empty());
        assert_eq!(found(&[(OPENING, 3, Active), sign]), ["not-mine"]);
        assert_eq!(found(&[mine, (KeyKind::OpeningClassic, 3, Active), sign]), ["not-mine"]);
        assert_eq!(found(&[mine, (KeyKind::Sign, 3, Active)]), ["not-mine"]);
        assert_eq!(found(&[(OPENING, 1, Retired), (OPENING, 3, Active), sign]), ["exchanged"]);
        assert_eq!(found(&[(OPENING, 1, Stopped), sign]), ["ended"]);
        // New keys that the directory shows before they are taken into use here.
        assert!(found(&[(OPENING, 1, Retired), (OPENING, 5, Active), sign]).is_empty());
    }

    #[test]
    fn of_somebody_who_left_no_key_is_in_use() {
        let mut entry = entry(vec![key(OPENING, 3, KeyState::Active)]);
        entry.state = PersonState::Closed;
        let id = |kind| KeyId::of(kind, &[1; 32]);
        assert!(compare(&entry, (id(OPENING), id(KeyKind::Sign)), &[]).is_empty());
    }
}
