//! Requests for keys, `vault-join/2` (docs/joining.md): what a member makes, and what an officer reads.

use std::path::Path;

use vault_keys::bytes::{ByteString, Bytes};
use vault_keys::digest::OrgId;
use vault_keys::joining::{
    CodeError, JoinCode, OpeningPublic, Purpose, REQUEST_MAX, Request, RequestError, RequestText,
    RequestType, Secrets,
};
use vault_keys::keyfile::PersonKeys;
use vault_keys::numbers::PersonNo;
use vault_keys::opening::Recipient;
use vault_keys::time::Time;

use crate::error::{Failure, Kind, Outcome};
use crate::home::read_limited;
use crate::identity::PublicCard;
use crate::msg;

/// Reads a one-time code as someone typed it.
///
/// # Errors
/// It was mistyped.
pub fn code(typed: &str) -> Outcome<JoinCode> {
    JoinCode::parse(typed).map_err(|error| {
        let words = match error {
            CodeError::Checksum => msg!("code-mistyped"),
            _ => msg!("code-form"),
        };
        Failure::usage(words).code("code-mistyped").hint(msg!("code-next"))
    })
}

/// The request of someone new.
///
/// # Errors
/// The name cannot stand in a request.
pub fn join(
    org: OrgId,
    (name, pinyin): (&str, &str),
    card: &PublicCard,
    keys: &PersonKeys,
    code: &JoinCode,
    made: Time,
) -> Outcome<Request> {
    let text = RequestText {
        tag: RequestType,
        org,
        purpose: Purpose::Join,
        person: None,
        invitation: Some(code.id(&org)),
        name: name.to_owned(),
        pinyin: pinyin.to_owned(),
        opening: Some(opening(&card.recipient()?)),
        signing: Some(Bytes(card.signing.0)),
        station: Some(Bytes(card.station.0)),
        made,
    };
    sign(text, &Secrets { new: Some(&keys.signing), code: Some(code), ..Secrets::default() })
}

/// New keys in place of present ones, asked for with the present signing key.
///
/// # Errors
/// Never for keys made here.
pub fn rotate(
    org: OrgId,
    person: PersonNo,
    present: &PersonKeys,
    next: &PersonKeys,
    made: Time,
) -> Outcome<Request> {
    let (old, new) = (present.opening.to_recipient(), next.opening.to_recipient());
    let signing = (next.signing.public() != present.signing.public()).then_some(&next.signing);
    let text = RequestText {
        tag: RequestType,
        org,
        purpose: Purpose::Rotate,
        person: Some(person),
        invitation: None,
        name: String::new(),
        pinyin: String::new(),
        opening: (old.key_id() != new.key_id()).then(|| opening(&new)),
        signing: signing.map(|key| Bytes(*key.public().as_bytes())),
        station: None,
        made,
    };
    sign(text, &Secrets { new: signing, present: Some(&present.signing), code: None })
}

/// New keys for someone who can no longer use the old ones, by a one-time code; with a station key where the machine
/// is not, or no longer, one of his.
///
/// # Errors
/// Never for keys made here.
pub fn replace(
    org: OrgId,
    person: PersonNo,
    keys: &PersonKeys,
    station: Option<Bytes<32>>,
    code: &JoinCode,
    made: Time,
) -> Outcome<Request> {
    let text = RequestText {
        tag: RequestType,
        org,
        purpose: Purpose::Replace,
        person: Some(person),
        invitation: Some(code.id(&org)),
        name: String::new(),
        pinyin: String::new(),
        opening: Some(opening(&keys.opening.to_recipient())),
        signing: Some(Bytes(*keys.signing.public().as_bytes())),
        station,
        made,
    };
    sign(text, &Secrets { new: Some(&keys.signing), code: Some(code), ..Secrets::default() })
}

/// Another machine of someone enrolled.
///
/// # Errors
/// Never for keys made here.
pub fn station(
    org: OrgId,
    person: PersonNo,
    station: Bytes<32>,
    keys: &PersonKeys,
    made: Time,
) -> Outcome<Request> {
    let text = RequestText {
        tag: RequestType,
        org,
        purpose: Purpose::Station,
        person: Some(person),
        invitation: None,
        name: String::new(),
        pinyin: String::new(),
        opening: None,
        signing: None,
        station: Some(station),
        made,
    };
    sign(text, &Secrets { present: Some(&keys.signing), ..Secrets::default() })
}

/// Reads a request file.
///
/// # Errors
/// It is malformed, of another organisation, or does not prove what it must.
pub fn read(path: &Path, org: OrgId) -> Outcome<Request> {
    let bytes = read_limited(path, REQUEST_MAX as u64)?;
    Request::verify(&bytes, org).map_err(|error| failure(&error))
}

/// A request that is refused, in words.
#[must_use]
pub fn failure(error: &RequestError) -> Failure {
    let integrity = |code: &str, words| Failure::new(Kind::Integrity, words).code(code).because(error);
    match error {
        RequestError::NoProof(_) => integrity("no-proof", msg!("request-signature")),
        RequestError::NotAuthorised => integrity("not-authorised", msg!("request-not-authorised")),
        RequestError::OneKeyTwoKinds => integrity("one-key-two-kinds", msg!("request-one-key")),
        RequestError::Opening(_) | RequestError::Key { .. } => {
            integrity("unusable-key", msg!("request-unusable-key"))
        }
        RequestError::Inactive(_) => {
            Failure::new(Kind::Refused, msg!("request-inactive")).code("inactive").because(error)
        }
        _ => Failure::failed(msg!("request-unreadable")).hint(msg!("request-unreadable-next")).because(error),
    }
}

fn opening(recipient: &Recipient) -> OpeningPublic {
    OpeningPublic { kind: recipient.kind(), key: ByteString(recipient.public_bytes()) }
}

fn sign(text: RequestText, secrets: &Secrets<'_>) -> Outcome<Request> {
    Request::sign(text, secrets).map_err(|error| failure(&error))
}
