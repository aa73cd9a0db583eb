//! Who is invited as what: kept in the officer's home by the invitation's id, so that entering needs no retyping.
//!
//! The codes themselves are not kept: they stand on the sheets that people are given.

use serde::{Deserialize, Serialize};
use vault_keys::directory::{
    Affiliation, Clearance, FRESH_SKEW_S, LevelWord, Paper, PaperHash, Papers, Role, Root, StationClass,
    StationFacts,
};
use vault_keys::joining::{INVITATIONS_MAX, Invitation, InvitationId, InvitationList, JoinCode};
use vault_keys::key_id::KeyId;
use vault_keys::numbers::PersonNo;
use vault_keys::time::{Day, Time};

use super::{Hands, ours};
use crate::clock;
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::msg;

const FILE: &str = "officer/invitations.json";

/// What a person is to be entered as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The name as it is entered.
    pub name: String,
    /// Its sound.
    pub pinyin: String,
    /// The unit's name or number.
    pub unit: String,
    /// Whether the unit may be made, should there be none: an officer said so, and it is no slip of the pen.
    pub new_unit: bool,
    /// The post held there.
    pub post: String,
    /// The highest level the person may see.
    pub clearance: Clearance,
    /// Roles held in the unit.
    pub roles: Vec<Role>,
    /// Whose employee the person is.
    pub affiliation: Affiliation,
    /// Whether the person receives for the unit.
    pub clerk: bool,
    /// The highest level the unit may handle, where it is new or changed.
    pub unit_level: Option<LevelWord>,
    /// Vetting, as recorded of a paper that is kept elsewhere.
    pub vetting: Option<Recorded>,
    /// Training.
    pub training: Option<Recorded>,
    /// The secrecy letter.
    pub letter: Option<Recorded>,
    /// What the machine that the person joins with may be used for.
    pub station: Option<StationClass>,
}

/// What is recorded of a paper: class, last valid day, and hash where it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Its class: 1 to 32 of a-z, 0-9 and hyphen.
    pub class: String,
    /// Its last valid day.
    pub until: Day,
    /// SHA-256 of the paper.
    pub hash: Option<PaperHash>,
}

impl Planned {
    /// What to enter of papers and of the station with this key; `None` if nothing was planned.
    #[must_use]
    pub fn papers(&self, station: Option<KeyId>) -> Option<Papers> {
        let record = |planned: &Option<Recorded>| {
            let planned = planned.as_ref()?;
            Some((Paper { class: planned.class.clone(), hash: planned.hash }, planned.until))
        };
        let station = self.station.zip(station);
        let station = station.map(|(class, key)| StationFacts { key, class, inspected: None });
        let papers = Papers {
            vetting: record(&self.vetting),
            training: record(&self.training),
            letter: record(&self.letter),
            stations: station.into_iter().collect(),
            ..Papers::default()
        };
        (papers != Papers::default()).then_some(papers)
    }
}

/// One invitation and what it is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Invited {
    name: String,
    invitation: Invitation,
    plan: Option<Planned>,
    /// Entered in a draft: it admits nothing more, and the plan stays in case the draft is dropped.
    used: bool,
}

impl Invited {
    fn is_open(&self, now: Time) -> bool {
        !self.used && now < self.invitation.expires
    }
}

/// The invitations of this officer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitations {
    /// When the last list was dated: the next is later, however fast they follow.
    listed: Option<Time>,
    invited: Vec<Invited>,
}

impl Invitations {
    /// Those of this home.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn load(home: &Home) -> Outcome<Self> {
        if home.has(FILE) { home.read_json(FILE) } else { Ok(Self::default()) }
    }

    /// Keeps them.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn save(&self, home: &Home) -> Outcome {
        home.write_json(FILE, self)
    }

    /// Draws a code for someone new, entered as planned, or for someone enrolled who lost his keys.
    ///
    /// # Errors
    /// So many are open that no list could hold them.
    pub fn invite(
        &mut self,
        root: &Root,
        (name, person): (&str, Option<PersonNo>),
        plan: Option<Planned>,
        expires: Time,
    ) -> Outcome<JoinCode> {
        if self.open(clock::now()).count() >= INVITATIONS_MAX {
            return Err(Failure::failed(msg!("invite-full")));
        }
        let code = JoinCode::generate(&mut clock::randomness());
        let invitation = Invitation::of(&code, &root.org(), person, expires);
        self.invited.push(Invited { name: name.to_owned(), invitation, plan, used: false });
        Ok(code)
    }

    /// The list of what is open, signed by the officer of this home.
    ///
    /// # Errors
    /// The key here is no officer's of the root in force.
    pub fn list(&mut self, root: &Root, hands: &Hands, now: Time) -> Outcome<InvitationList> {
        let none = || Failure::failed(msg!("officer-none")).hint(msg!("officer-none-next"));
        let key = hands.keys().next().ok_or_else(none)?;
        let name = root.office_of(&key.public()).ok_or_else(none)?;
        // A list dated ahead was taken by no relay: after the clock was set right it counts for nothing.
        let last = self.listed.filter(|last| last.seconds_since(now) <= FRESH_SKEW_S);
        let made = last.map_or(now, |last| now.max(last.plus_seconds(1)));
        let list = InvitationList::sign(root, made, self.open(now).cloned().collect(), (name, key))
            .map_err(|error| ours(&error))?;
        self.listed = Some(made);
        Ok(list)
    }

    /// The open ones, with the names they were drawn for.
    pub fn named(&self, now: Time) -> impl Iterator<Item = (&str, &Invitation)> {
        let open = self.invited.iter().filter(move |invited| invited.is_open(now));
        open.map(|invited| (invited.name.as_str(), &invited.invitation))
    }

    /// A request by this invitation was entered.
    pub fn use_up(&mut self, id: InvitationId) {
        self.invited
            .iter_mut()
            .filter(|invited| invited.invitation.id == id)
            .for_each(|invited| invited.used = true);
    }

    /// Takes the invitations with these ids back, and what they were for.
    pub fn withdraw(&mut self, ids: &[InvitationId]) {
        self.invited.retain(|invited| !ids.contains(&invited.invitation.id));
    }

    /// What the person invited by this id is to be entered as.
    #[must_use]
    pub fn plan(&self, id: InvitationId) -> Option<&Planned> {
        self.invited.iter().find(|invited| invited.invitation.id == id)?.plan.as_ref()
    }

    /// Whom the invitation of this id was drawn for.
    #[must_use]
    pub fn name(&self, id: InvitationId) -> Option<&str> {
        let invited = self.invited.iter().find(|invited| invited.invitation.id == id)?;
        Some(&invited.name)
    }

    /// The invitation of this id.
    #[must_use]
    pub fn invitation(&self, id: InvitationId) -> Option<&Invitation> {
        self.invited.iter().map(|invited| &invited.invitation).find(|invitation| invitation.id == id)
    }

    fn open(&self, now: Time) -> impl Iterator<Item = &Invitation> {
        self.named(now).map(|(_, invitation)| invitation)
    }
}
