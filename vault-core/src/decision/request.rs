//! The request 申请 (`vault-request/1`): any act but sealing and sending, asked for and decided like these
//! (docs/decisions.md, "Requests").

use serde::{Deserialize, Serialize};
use vault_keys::digest::{OrgId, PolicyHash};
use vault_keys::key_id::KeyId;
use vault_keys::note::{Text, TextError};
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::time::{Day, Time};

use super::act::Act;
use super::note::Closed;
use crate::item::{Decider, DirectoryRef, LabelHash, Parent, Sender};
use crate::level::Level;
use crate::limits::{LIST_MAX, RECIPIENTS_MAX};
use crate::scope::Ascending;
use crate::term::Term;

vault_keys::text_type! {
    /// The type of a request.
    pub struct RequestType = "vault-request/1";
}

/// Longest request note, in bytes: a register leaf holds it whole.
pub const REQUEST_MAX: usize = 60 * 1024;

/// Most days a decided request is good for; a standing approval may be good for as long as the policy says.
pub const REQUEST_DAYS_MAX: u32 = 90;

/// What somebody asks leave for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// `vault-request/1`.
    #[serde(rename = "type")]
    pub tag: RequestType,
    /// The organisation.
    pub org: OrgId,
    /// What is asked for.
    pub act: Act,
    /// The items it concerns, each by its label; none for a standing approval.
    pub items: Vec<Parent>,
    /// The copy numbers concerned; none where all are, or the act knows no copies.
    pub copies: Ascending<u32>,
    /// Who is let in, or gets something; for a standing approval, to whom may be sent.
    pub holders: Ascending<Holder>,
    /// Who carries it out, and writes the access note where there is one.
    pub custodian: Option<PersonNo>,
    /// What the act needs to know besides.
    pub parameters: Parameters,
    /// The level of the items, the highest of several; of a standing approval, its ceiling.
    pub level: Level,
    /// The unit that decides.
    pub unit: UnitNo,
    /// Who asks.
    pub requester: Sender,
    /// The station it was signed on.
    pub station: KeyId,
    /// Why; closed to strangers.
    pub reason: Option<Closed>,
    /// Who is asked to decide, step by step.
    pub deciders: Vec<Decider>,
    /// The policy in force for the requester.
    pub policy: PolicyHash,
    /// The directory the requester used.
    pub directory: DirectoryRef,
    /// When, by the requester's clock.
    pub made: Time,
    /// Until when it must be decided.
    pub decide_by: Time,
    /// Until when the leave may be used.
    pub not_after: Time,
}

/// What an act needs to know besides items and people; null where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// `change`: the new level.
    pub level: Option<Level>,
    /// `change`: the new term.
    pub term: Option<Term>,
    /// `carry-out`, `lend-outside`: the day by which it is back.
    pub due: Option<Day>,
    /// `lend-outside`: who told the borrower his duties.
    pub briefed_by: Option<PersonNo>,
    /// `copy`: how many copies; `standing`: how many items.
    pub count: Option<u32>,
}

impl Request {
    /// Whether the item of this label is among those it concerns.
    #[must_use]
    pub fn concerns(&self, label: LabelHash) -> bool {
        self.items.iter().any(|item| item.label == label)
    }

    /// Whether the unit that issued the item decides on an act, and not the unit of whoever asks
    /// (rules 27, 38, 45, 56): what its classification is, and who may know it, is the issuer's affair.
    #[must_use]
    pub const fn is_issuers(act: Act) -> bool {
        matches!(act, Act::Widen | Act::Copy | Act::Change | Act::Declassify | Act::Release | Act::Derive)
    }
}

impl Text for Request {
    const TYPE: &'static str = RequestType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        let fails = |field, reason: &str| Err(TextError::new(field, reason));
        let standing = self.act == Act::Standing;
        if self.items.is_empty() != standing || self.items.len() > LIST_MAX {
            return fails("items", "1 to 64 of them; none in a standing approval");
        }
        for (item, others) in self.items.iter().zip(1..) {
            if self.items.iter().skip(others).any(|other| other.item == item.item) {
                return fails("items", "an item stands there twice");
            }
        }
        if self.holders.len() > RECIPIENTS_MAX || self.copies.len() > RECIPIENTS_MAX {
            return fails("holders", "more than an item can have");
        }
        let count = self.parameters.count.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        if self.act == Act::Copy && count.is_some_and(|count| count < self.holders.len()) {
            return fails("count", "fewer copies than people who get one");
        }
        let names = matches!(self.act, Act::Widen | Act::Copy | Act::LendOutside | Act::Standing);
        if names == self.holders.is_empty() {
            return fails("holders", "named where somebody gets something, and nowhere else");
        }
        if self.deciders.is_empty() || self.deciders.len() > LIST_MAX {
            return fails("deciders", "not 1 to 64 steps");
        }
        for (decider, others) in self.deciders.iter().zip(1..) {
            if decider.asked.is_empty() || decider.asked.len() > LIST_MAX {
                return fails("deciders", "a step asks nobody, or too many");
            }
            if self.deciders.iter().skip(others).any(|other| other.step == decider.step) {
                return fails("deciders", "a step stands there twice");
            }
        }
        if !(self.made < self.decide_by && self.decide_by <= self.not_after) {
            return fails("decide_by", "made, decide_by and not_after are not in order");
        }
        if !standing && self.not_after > self.made.plus_days(REQUEST_DAYS_MAX) {
            return fails("not_after", "a leave is good for 90 days at most");
        }
        self.reason.as_ref().map_or(Ok(()), Closed::check_form)?;
        self.parameters.check_form(self.act)
    }
}

impl Parameters {
    fn check_form(&self, act: Act) -> Result<(), TextError> {
        let has = [
            ("level", self.level.is_some(), false, act == Act::Change),
            ("term", self.term.is_some(), false, act == Act::Change),
            ("due", self.due.is_some(), matches!(act, Act::CarryOut | Act::LendOutside), false),
            ("briefed_by", self.briefed_by.is_some(), act == Act::LendOutside, false),
            ("count", self.count.is_some(), matches!(act, Act::Copy | Act::Standing), false),
        ];
        for (field, is_there, must, may) in has {
            if (must && !is_there) || (is_there && !must && !may) {
                return Err(TextError::new(
                    field,
                    "missing where the act needs it, or there where it does not",
                ));
            }
        }
        if act == Act::Change && self.level.is_none() && self.term.is_none() {
            return Err(TextError::new("level", "a change names a level or a term"));
        }
        if self.level == Some(Level::Unclassified) {
            return Err(TextError::new("level", "what is to be no secret any more is declassified"));
        }
        if self.count == Some(0) {
            return Err(TextError::new("count", "nothing is asked for"));
        }
        Ok(())
    }
}
