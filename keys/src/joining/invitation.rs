//! Invitations: which one-time codes are open (docs/joining.md, "Invitations").
//!
//! Each officer signs a list of his own, which holds public halves only. The relay admits one request per invitation
//! and no request without, so the inbox is never fuller than the lists are long.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::code::JoinCode;
use super::request::{Purpose, Request, invite_name};
use crate::bytes::Bytes;
use crate::digest::{NoteHash, OrgId, parse_hex, write_hex};
use crate::directory::{Root, RootRef};
use crate::note::{KeyName, NoteError, OfficeName, Signed, Text, TextError, Verifier, VerifierKeys};
use crate::numbers::{PersonNo, text_forms};
use crate::signing::{OfficeKey, VerifyingKey};
use crate::text_type;
use crate::time::Time;
use std::fmt;
use std::str::FromStr;

/// The most invitations of one list.
pub const INVITATIONS_MAX: usize = 1000;
/// The largest list in bytes.
pub const INVITATIONS_NOTE_MAX: usize = 512 * 1024;

text_type! {
    /// The type of a list of invitations.
    pub struct InvitationType = "vault-invitations/1";
}

/// The public name of a one-time code: 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvitationId([u8; 16]);

/// The text of a list, `vault-invitations/1`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationsText {
    /// Always `vault-invitations/1`.
    #[serde(rename = "type")]
    pub tag: InvitationType,
    /// The organisation.
    pub org: OrgId,
    /// When it was made.
    pub made: Time,
    /// The root of which one officer signs it.
    pub root: RootRef,
    /// The officer whose list it is, and who signs it.
    pub officer: OfficeName,
    /// The invitations, ascending by id.
    pub invitations: Vec<InvitationEntry>,
}

/// One open invitation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationEntry {
    /// The code's public name.
    pub id: InvitationId,
    /// The public half of the code's key.
    pub key: Bytes<32>,
    /// For whom: null for someone new.
    pub person: Option<PersonNo>,
    /// From when on it admits nothing.
    pub expires: Time,
}

/// An invitation that may admit one request.
pub type Invitation = InvitationEntry;

/// A list that an officer signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvitationList(Signed<InvitationsText>);

/// Why a list of invitations is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvitationsError {
    /// No well-formed list.
    #[error("the list of invitations is malformed")]
    Note(#[from] NoteError),
    /// It rests on another root than the one in force.
    #[error("the list rests on root {found}, not on root {wanted}")]
    Root {
        /// Number of the root it names.
        found: u32,
        /// Number of the root in force.
        wanted: u32,
    },
    /// Whose list it is, is no officer of the root.
    #[error("the list of invitations is of {name}, who is no officer of the root in force")]
    NoOfficer {
        /// Whose it says it is.
        name: OfficeName,
    },
    /// The officer whose list it is did not sign it.
    #[error("{name} did not sign the list of invitations")]
    NotSigned {
        /// Whose it says it is.
        name: OfficeName,
    },
}

/// Why a request is not admitted. To the outside all are one: not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InviteError {
    /// No such invitation: guessed, mistyped or withdrawn.
    #[error("there is no such invitation")]
    Unknown,
    /// The request was not signed with the code.
    #[error("the request was not made with the code of its invitation")]
    WrongCode,
    /// The invitation has expired.
    #[error("the invitation expired at {at}")]
    Expired {
        /// Since when.
        at: Time,
    },
    /// Another request was admitted by it.
    #[error("the invitation was used for another request")]
    Used,
    /// The invitation is for another person, or for something else.
    #[error("the invitation is for someone or something else")]
    NotForThis,
}

/// How a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    /// It uses up its invitation.
    New,
    /// The very same request again: same answer, nothing stored twice.
    Again,
}

/// Open invitations and what used them: the state of the enrolment inbox.
#[derive(Debug, Default, Clone)]
pub struct Inbox {
    open: BTreeMap<InvitationId, Invitation>,
    used: BTreeMap<InvitationId, NoteHash>,
}

impl InvitationEntry {
    /// The invitation of a code.
    pub fn of(code: &JoinCode, org: &OrgId, person: Option<PersonNo>, expires: Time) -> Self {
        let key = Bytes(*code.key(org).public().as_bytes());
        Self { id: code.id(org), key, person, expires }
    }
}

impl InvitationList {
    /// Signs a list as one officer.
    pub fn sign(
        root: &Root,
        made: Time,
        mut invitations: Vec<Invitation>,
        officer: (&OfficeName, &OfficeKey),
    ) -> Result<Self, InvitationsError> {
        invitations.sort_by_key(|invitation| invitation.id);
        let text = InvitationsText {
            tag: InvitationType,
            org: root.org(),
            made,
            root: root.reference(),
            officer: officer.0.clone(),
            invitations,
        };
        let signed = Signed::sign(text, &KeyName::office(&root.org(), officer.0), officer.1)?;
        Self::verify(root, &signed.encode())
    }

    /// Verifies a list against the root in force. One officer is enough: a code confers no trust.
    pub fn verify(root: &Root, note: &[u8]) -> Result<Self, InvitationsError> {
        let signed = Signed::<InvitationsText>::parse(note, root.org(), INVITATIONS_NOTE_MAX)?;
        let named = signed.value().root;
        if named.number != root.number() || named.hash != root.hash() {
            return Err(InvitationsError::Root { found: named.number, wanted: root.number() });
        }
        let name = &signed.value().officer;
        let officers = root.officers();
        let key = officers.iter().find(|(office, _)| office == name).map(|(_, public)| public.clone());
        let key = key.ok_or_else(|| InvitationsError::NoOfficer { name: name.clone() })?;
        let verifier = Verifier::office(&root.org(), name, key);
        let is_signed = signed.verified_by(&verifier).is_ok();
        if is_signed { Ok(Self(signed)) } else { Err(InvitationsError::NotSigned { name: name.clone() }) }
    }

    /// Whose list it is.
    pub fn officer(&self) -> &OfficeName {
        &self.0.value().officer
    }

    /// The invitation of this id.
    pub fn invitation(&self, id: InvitationId) -> Option<&Invitation> {
        let invitations = self.invitations();
        let place = invitations.binary_search_by_key(&id, |invitation| invitation.id).ok()?;
        invitations.get(place)
    }

    /// Whether it comes after another one of the same officer: dated later, or the very same.
    pub fn follows(&self, before: &Self) -> bool {
        self.0.hash() == before.0.hash() || self.0.value().made > before.0.value().made
    }

    /// The invitations.
    pub fn invitations(&self) -> &[Invitation] {
        &self.0.value().invitations
    }

    /// The signed note.
    pub fn signed(&self) -> &Signed<InvitationsText> {
        &self.0
    }
}

impl Inbox {
    /// The inbox of these invitations, with what was used before (kept by whoever stores the inbox).
    pub fn new<'a>(
        invitations: impl IntoIterator<Item = &'a Invitation>,
        used: impl IntoIterator<Item = (InvitationId, NoteHash)>,
    ) -> Self {
        let open = invitations.into_iter().map(|invitation| (invitation.id, invitation.clone()));
        Self { open: open.collect(), used: used.into_iter().collect() }
    }

    /// Admits a request, or says why not. An admitted one uses up its invitation.
    pub fn admit(&mut self, request: &Request, now: Time) -> Result<Admitted, InviteError> {
        let value = request.value();
        let id = value.invitation.ok_or(InviteError::Unknown)?;
        let invitation = self.open.get(&id).ok_or(InviteError::Unknown)?;
        invitation.admits(request, now)?;
        match self.used.get(&id) {
            Some(hash) if *hash == request.hash() => Ok(Admitted::Again),
            Some(_) => Err(InviteError::Used),
            None => {
                self.used.insert(id, request.hash());
                Ok(Admitted::New)
            }
        }
    }

    /// Which invitations were used, and by which request.
    pub fn used(&self) -> impl Iterator<Item = (&InvitationId, &NoteHash)> {
        self.used.iter()
    }

    /// How many requests can still come in.
    pub fn left(&self, now: Time) -> usize {
        self.open.values().filter(|open| now < open.expires && !self.used.contains_key(&open.id)).count()
    }
}

impl Invitation {
    /// Checks a request against this invitation, but for whether it was used.
    pub fn admits(&self, request: &Request, now: Time) -> Result<(), InviteError> {
        let value = request.value();
        let key = VerifyingKey::from_bytes(&self.key.0).map_err(|_| InviteError::WrongCode)?;
        let verifier = Verifier { name: invite_name(&value.org), keys: VerifierKeys::Person(key) };
        // The code first: who lacks it learns nothing of the invitation.
        request.signed().verified_by(&verifier).map_err(|_| InviteError::WrongCode)?;
        if now >= self.expires {
            return Err(InviteError::Expired { at: self.expires });
        }
        let purpose = if self.person.is_some() { Purpose::Replace } else { Purpose::Join };
        let fits =
            value.invitation == Some(self.id) && value.person == self.person && request.is_for(purpose);
        if fits { Ok(()) } else { Err(InviteError::NotForThis) }
    }
}

impl Text for InvitationsText {
    const TYPE: &'static str = InvitationType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        if self.invitations.len() > INVITATIONS_MAX {
            return Err(TextError::new("invitations", "more than 1000"));
        }
        if !self.invitations.is_sorted_by(|one, next| one.id < next.id) {
            return Err(TextError::new("invitations", "not ascending by id, or one twice"));
        }
        for invitation in &self.invitations {
            VerifyingKey::from_bytes(&invitation.key.0)
                .map_err(|error| TextError::new("key", error.to_string()))?;
        }
        Ok(())
    }
}

impl InvitationId {
    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for InvitationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl FromStr for InvitationId {
    type Err = crate::digest::DigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_hex(text).map(Self).ok_or(crate::digest::DigestError)
    }
}

text_forms!(InvitationId);
