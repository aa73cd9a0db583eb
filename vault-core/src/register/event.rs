//! Events: what happened to an item, one JSON line each (`vault-event/1`).
//!
//! A **person's** event is a signed note; a **relay's** event stands unsigned in its leaf, covered by the
//! checkpoint, and proves only what the relay said. Each kind belongs to one of the two. The kinds are a closed
//! list that covers design section 8 and the register events of the trade; acts that are documents of their own
//! (labels, decisions, requests, directories, books) are leaves themselves and need no event.
//! `docs/register.md` has the table of kinds and the fields each demands.

use serde::{Deserialize, Serialize};
use vault_keys::digest::{NoteHash, OrgId, PolicyHash};
use vault_keys::key_id::KeyId;
use vault_keys::note::{Note, Signed, Text, TextError};
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::text_type;
use vault_keys::time::Time;

use super::leaf::LeafHash;
use super::returned::ReturnReason;
use crate::item::hashes::{AccessHash, LabelHash};
use crate::item::id::ItemId;
use crate::stream::parts::ContentHash;

/// Most bytes of a person's event with its signature lines.
pub const EVENT_LEN_MAX: usize = 8 * 1024;

/// Most bytes of an event's `note`.
pub const EVENT_NOTE_LEN_MAX: usize = 512;

/// Longest refusal code, in bytes.
const CODE_LEN_MAX: usize = 64;

text_type! {
    /// The type of an event.
    pub struct EventType = "vault-event/1";
}

/// Who may say that this happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The relay, unsigned in its own leaf.
    Relay,
    /// A person, signed.
    Person,
}

/// A text and its version or number, as an event names what was in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InForce {
    /// Its number.
    pub number: u64,
    /// SHA-256 of its text.
    pub hash: NoteHash,
}

/// One event. Fields that do not belong to its kind are `None`, and `null` on the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// `vault-event/1`.
    #[serde(rename = "type")]
    pub tag: EventType,
    /// The organisation.
    pub org: OrgId,
    /// What happened.
    pub kind: EventKind,
    /// The item it happened to.
    pub item: Option<ItemId>,
    /// That item's label.
    pub label: Option<LabelHash>,
    /// The access note of the header that was used.
    pub access: Option<AccessHash>,
    /// The content hash.
    pub content: Option<ContentHash>,
    /// The copy's number (份号).
    pub copy: Option<u32>,
    /// The consignment's number in its recipient's own sequence, from 1: a hidden one leaves a gap.
    pub number: Option<u64>,
    /// The person who acted, or was shown something.
    pub person: Option<PersonNo>,
    /// The person's signing key.
    pub key: Option<KeyId>,
    /// The machine it was done on.
    pub station: Option<KeyId>,
    /// When, by the clock of whoever says so.
    pub time: Time,
    /// The policy in force.
    pub policy: Option<PolicyHash>,
    /// The directory in force.
    pub directory: Option<InForce>,
    /// The last stop in force.
    pub stop: Option<InForce>,
    /// The decided request, leave or standing approval it rests on.
    pub approval: Option<NoteHash>,
    /// How many uses of a standing approval this makes.
    #[serde(rename = "use")]
    pub use_no: Option<u64>,
    /// To whom something was passed, lent, handed or returned.
    pub to: Option<Holder>,
    /// The leaf this answers: a receipt names its demand.
    pub refers: Option<LeafHash>,
    /// Why it was refused (`docs/refusals.md`), or given back ([`ReturnReason`]).
    pub code: Option<String>,
    /// A few words, never secret.
    pub note: Option<String>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $speaker:ident, [$($must:ident)*];)+) => {
        /// What happened: a closed list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $word)] $name,)+
        }

        impl EventKind {
            /// All kinds, in the order of the specification.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word on the line.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Who may say it.
            #[must_use]
            pub fn speaker(self) -> Speaker {
                match self { $(Self::$name => Speaker::$speaker,)+ }
            }

            /// The fields it must carry besides `type`, `org`, `kind` and `time`; a person's event also
            /// names `person` and `key`.
            #[must_use]
            pub fn required(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$(stringify!($must)),*],)+ }
            }
        }
    };
}

kinds! {
    /// The relay holds the item whose label is the leaf before.
    Accepted = "accepted", Relay, [item label access content policy directory refers];
    /// Every demanded decision is made; the term may start today.
    Released = "released", Relay, [item label access policy directory refers];
    /// A copy waits for its holder, under this number.
    Available = "available", Relay, [item label access copy number];
    /// A copy is not offered: its holder does not qualify.
    Withheld = "withheld", Relay, [item label copy];
    /// A header was shown.
    Shown = "shown", Relay, [item label access person station];
    /// Somebody was refused something.
    Refused = "refused", Relay, [code];
    /// A demand got no receipt in time (with `copy` and `refers`), or the item no release (without).
    Lapsed = "lapsed", Relay, [item label];
    /// A copy's time passed.
    Expired = "expired", Relay, [item label copy];
    /// A newer header stands in place of the last one.
    Replaced = "replaced", Relay, [item label access];
    /// The payload was removed: nobody can fetch it any more.
    Removed = "removed", Relay, [item label content];
    /// Parts of the payload are damaged on the relay's disk and are not served; `note` names them.
    Spoilt = "spoilt", Relay, [item label content note];
    /// Signed for, before the bytes are served (领取).
    Demanded = "demanded", Person, [item label access content copy station];
    /// A decider signed for the bytes he is to decide on.
    Review = "review", Person, [item label access content station];
    /// Signed after the bytes were verified and stored (签收).
    Received = "received", Person, [item label access content copy station refers];
    /// Header or bytes are of no use to the holder.
    Damaged = "damaged", Person, [item label access station];
    /// The item was opened.
    Opened = "opened", Person, [item label content station];
    /// The item was read and is signed off (阅签).
    Read = "read", Person, [item label];
    /// A copy was given back instead of signed for; `code` is one of [`ReturnReason`]'s words.
    Returned = "returned", Person, [item label copy code];
    /// The sender called a copy back.
    Recalled = "recalled", Person, [item label copy];
    /// The sender took the item back before release.
    Withdrawn = "withdrawn", Person, [item label];
    /// The sender reminded those he waits for: who decides next, or with `copy` its holder (催办).
    Chased = "chased", Person, [item label];
    /// A holder has taken in a change of level, term or classification, by the decided request in `approval`.
    Noted = "noted", Person, [item label approval];
    /// The holder signed his copy over to somebody in the scope.
    Passed = "passed", Person, [item label copy to];
    /// The mark was put on a paper form of the item.
    Marked = "marked", Person, [item label];
    /// Printed.
    Printed = "printed", Person, [item label];
    /// A numbered copy was made, by leave.
    Copied = "copied", Person, [item label approval];
    /// The plaintext was written elsewhere.
    Exported = "exported", Person, [item label];
    /// Lent to somebody in the scope.
    Lent = "lent", Person, [item to];
    /// The lent item came back.
    GivenBack = "given-back", Person, [item refers];
    /// Taken out of the office, by leave.
    CarriedOut = "carried-out", Person, [item approval];
    /// Back in the office.
    BroughtBack = "brought-back", Person, [item refers];
    /// Put into the archive.
    Filed = "filed", Person, [item];
    /// Taken out of the archive to read.
    Consulted = "consulted", Person, [item];
    /// Handed over to another custodian.
    HandedOver = "handed-over", Person, [item to];
    /// Taken over from another custodian.
    TakenOver = "taken-over", Person, [item refers];
    /// Something does not agree with the register.
    Anomaly = "anomaly", Person, [item note];
    /// A copy cannot be found.
    Lost = "lost", Person, [item];
    /// Destroyed after an approved plan.
    Destroyed = "destroyed", Person, [item approval];
    /// A recovery run gave the item back to the person, by the request named in `approval`.
    Recovered = "recovered", Person, [item label approval];
}

/// The statements of persons among notes, in their order; their signatures are for whoever reads them to judge.
pub fn events_in(notes: &[Note], org: OrgId) -> impl Iterator<Item = Signed<Event>> + '_ {
    let events = notes.iter().filter(|note| note.text().contains(EventType::NAME));
    events.filter_map(move |note| Signed::from_note(note.clone(), org).ok())
}

impl Event {
    /// An event the relay says happened.
    #[must_use]
    pub fn of_relay(org: OrgId, kind: EventKind, time: Time) -> Self {
        Self {
            tag: EventType,
            org,
            kind,
            item: None,
            label: None,
            access: None,
            content: None,
            copy: None,
            number: None,
            person: None,
            key: None,
            station: None,
            time,
            policy: None,
            directory: None,
            stop: None,
            approval: None,
            use_no: None,
            to: None,
            refers: None,
            code: None,
            note: None,
        }
    }

    /// An event a person signs with this key.
    #[must_use]
    pub fn of_person(org: OrgId, kind: EventKind, person: PersonNo, key: KeyId, time: Time) -> Self {
        Self { person: Some(person), key: Some(key), ..Self::of_relay(org, kind, time) }
    }

    /// Why a copy was given back, where that is what happened.
    #[must_use]
    pub fn return_reason(&self) -> Option<ReturnReason> {
        let code = self.code.as_deref().filter(|_| self.kind == EventKind::Returned)?;
        ReturnReason::from_word(code)
    }

    fn carries(&self, field: &str) -> bool {
        match field {
            "item" => self.item.is_some(),
            "label" => self.label.is_some(),
            "access" => self.access.is_some(),
            "content" => self.content.is_some(),
            "copy" => self.copy.is_some(),
            "number" => self.number.is_some(),
            "person" => self.person.is_some(),
            "key" => self.key.is_some(),
            "station" => self.station.is_some(),
            "policy" => self.policy.is_some(),
            "directory" => self.directory.is_some(),
            "approval" => self.approval.is_some(),
            "to" => self.to.is_some(),
            "refers" => self.refers.is_some(),
            "code" => self.code.is_some(),
            "note" => self.note.is_some(),
            _ => false,
        }
    }
}

impl Text for Event {
    const TYPE: &'static str = "vault-event/1";

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        let signer: &[&'static str] = match self.kind.speaker() {
            Speaker::Person => &["person", "key"],
            Speaker::Relay => &[],
        };
        for field in self.kind.required().iter().chain(signer) {
            if !self.carries(field) {
                return Err(TextError::new(field, format!("missing in a {:?} event", self.kind.word())));
            }
        }
        // A key is there to say who signed; a relay's event is not signed.
        if self.kind.speaker() == Speaker::Relay && self.key.is_some() {
            return Err(TextError::new("key", "a relay's event names no signing key"));
        }
        if self.number == Some(0) {
            return Err(TextError::new("number", "numbers begin with 1"));
        }
        if (self.use_no.is_some() && self.approval.is_none()) || self.use_no == Some(0) {
            return Err(TextError::new("use", "counts uses of an approval, from 1"));
        }
        if self.code.as_ref().is_some_and(|code| !is_code(code)) {
            return Err(TextError::new("code", "not a refusal code"));
        }
        if self.kind == EventKind::Returned && self.return_reason().is_none() {
            return Err(TextError::new("code", "not a reason to give a copy back"));
        }
        match &self.note {
            Some(note) if note.is_empty() || note.len() > EVENT_NOTE_LEN_MAX => {
                Err(TextError::new("note", format!("1 to {EVENT_NOTE_LEN_MAX} bytes")))
            }
            _ => Ok(()),
        }
    }
}

/// Lower-case words joined by hyphens. Which codes exist is not checked: old readers meet newer codes.
fn is_code(text: &str) -> bool {
    text.len() <= CODE_LEN_MAX
        && text.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use vault_keys::json;

    /// An event of this kind with every field it demands and nothing else.
    pub(super) fn example(kind: EventKind) -> Event {
        let mut event = Event::of_relay(OrgId::from_bytes([1; 32]), kind, Time::from_unix(0).unwrap());
        if kind.speaker() == Speaker::Person {
            event.person = Some(PersonNo::new(3).unwrap());
            event.key = Some(KeyId::from_bytes([2; 32]));
        }
        for field in kind.required() {
            match *field {
                "item" => event.item = Some("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()),
                "label" => event.label = Some(LabelHash::from_bytes([3; 32])),
                "access" => event.access = Some(AccessHash::from_bytes([4; 32])),
                "content" => event.content = Some(ContentHash::from_bytes([5; 32])),
                "copy" => event.copy = Some(1),
                "number" => event.number = Some(1),
                "person" => event.person = Some(PersonNo::new(3).unwrap()),
                "station" => event.station = Some(KeyId::from_bytes([6; 32])),
                "policy" => event.policy = Some(PolicyHash::from_bytes([7; 32])),
                "directory" => {
                    event.directory = Some(InForce { number: 1, hash: NoteHash::from_bytes([8; 32]) });
                }
                "approval" => event.approval = Some(NoteHash::from_bytes([9; 32])),
                "to" => event.to = Some("u2".parse().unwrap()),
                "refers" => event.refers = Some(LeafHash::from_bytes([10; 32])),
                "code" if kind == EventKind::Returned => event.code = Some("other".to_owned()),
                "code" => event.code = Some("top-secret".to_owned()),
                "note" => event.note = Some("页码不符".to_owned()),
                other => panic!("no example for {other}"),
            }
        }
        event
    }

    #[test]
    fn every_kind_has_its_own_word_and_comes_back() {
        let mut words: Vec<_> = EventKind::ALL.iter().map(|kind| kind.word()).collect();
        for kind in EventKind::ALL {
            let event = example(*kind);
            event.check_form().unwrap();
            let line = json::encode_line(&event).unwrap();
            assert_eq!(json::from_line::<Event>(&line).unwrap(), event);
            assert!(String::from_utf8(line).unwrap().contains(&format!("\"kind\":\"{}\"", kind.word())));
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), EventKind::ALL.len());
    }

    #[test]
    fn every_demanded_field_is_demanded() {
        for kind in EventKind::ALL {
            for field in kind.required() {
                let line = String::from_utf8(json::to_line(&example(*kind))).unwrap();
                let mut value: serde_json::Value = serde_json::from_str(&line).unwrap();
                value[*field] = serde_json::Value::Null;
                let event: Event = serde_json::from_value(value).unwrap();
                assert_eq!(event.check_form().unwrap_err().field, *field, "{kind:?}");
            }
        }
    }

    #[test]
    fn values_outside_their_bounds_are_refused() {
        let check = |change: &dyn Fn(&mut Event)| {
            let mut event = example(EventKind::Refused);
            change(&mut event);
            event.check_form().map_err(|error| error.field)
        };
        assert_eq!(check(&|_| ()), Ok(()));
        assert_eq!(check(&|event| event.key = Some(KeyId::from_bytes([0; 32]))), Err("key"));
        assert_eq!(check(&|event| event.number = Some(0)), Err("number"));
        assert_eq!(check(&|event| event.use_no = Some(1)), Err("use"));
        for code in ["", "-", "a-", "A", "a_b", "a b"] {
            assert_eq!(check(&|event| event.code = Some(code.to_owned())), Err("code"), "{code}");
        }
        assert_eq!(check(&|event| event.kind = EventKind::Returned), Err("item"));
        let mut returned = example(EventKind::Returned);
        assert_eq!(returned.return_reason(), Some(ReturnReason::Other));
        returned.code = Some("top-secret".to_owned());
        assert_eq!(returned.check_form().unwrap_err().field, "code");
        assert_eq!(check(&|event| event.note = Some(String::new())), Err("note"));
        assert_eq!(check(&|event| event.note = Some("x".repeat(513))), Err("note"));
    }

    #[test]
    fn unknown_kinds_are_refused() {
        let line = String::from_utf8(json::to_line(&example(EventKind::Refused))).unwrap();
        let line = line.replace("\"refused\"", "\"forgotten\"");
        assert!(json::from_line::<Event>(line.as_bytes()).is_err());
    }
}
