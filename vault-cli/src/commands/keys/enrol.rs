//! `vault keys enrol`: enter requests for keys into the next directory: new members, new keys, further machines.
//!
//! What confers trust is the number that officer and member compare by voice. All go into one draft, signed once.

use serde_json::{Value, json};
use vault_core::level::Level;
use vault_core::mark::TypedMark;
use vault_keys::directory::{Act, Affiliation, Caution, Clearance, LevelWord, Role, StationClass};
use vault_keys::joining::{InviteError, Purpose, Request};
use vault_keys::key_id::{KeyId, KeyKind};

use super::acting;
use super::showing::affiliation_words;
use crate::cli::EnrolArgs;
use crate::cli::officer::AffiliationWord;
use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::home::Home;
use crate::officer::{Invitations, NextDirectory, Planned};
use crate::people::{self, Listed};
use crate::relay::Line;
use crate::trust::{self, Known};
use crate::{clock, label_words, msg, names, request, weak_units};

pub(super) fn run(context: &Context, args: &EnrolArgs) -> Outcome {
    let home = context.home()?;
    let _lock = home.lock()?;
    let mut entering = Entering {
        context,
        home: &home,
        next: NextDirectory::open(&home)?,
        known: trust::load(&home)?,
        invitations: Invitations::load(&home)?,
        args,
    };
    match &args.request {
        Some(file) => {
            let request = request::read(file, entering.known.organisation.org())?;
            let document = entering.one(request)?;
            entering.save()?;
            context.ui.json(&document);
        }
        None => entering.pending()?,
    }
    context.ui.note(&msg!("enrolled-next"));
    Ok(())
}

/// One officer at work on requests, all of which go into one draft.
struct Entering<'a> {
    context: &'a Context,
    home: &'a Home,
    next: NextDirectory,
    known: Known,
    invitations: Invitations,
    args: &'a EnrolArgs,
}

impl Entering<'_> {
    /// Everything that waits at the relay; each number is compared, and what was not stays for later.
    fn pending(&mut self) -> Outcome {
        let ui = &self.context.ui;
        let line = Line::dial(self.home, &self.known)?;
        let requests = line.wait(line.client().requests(&self.known.organisation))?;
        line.close()?;
        let (mut entered, mut later) = (Vec::new(), Vec::new());
        for request in requests {
            let fingerprint = request.fingerprint();
            if self.holds(&request) {
                continue;
            }
            match self.one(request) {
                Ok(document) => entered.push(document),
                Err(failure) if failure.code.as_deref() == Some(LATER) => later.push(fingerprint),
                Err(failure) => {
                    // One bad request does not stand in the way of the others.
                    ui.warn(&failure.message);
                    later.push(fingerprint);
                }
            }
        }
        if !entered.is_empty() {
            self.save()?;
        }
        ui.json(&json!({ "entered": entered, "later": later }));
        if entered.is_empty() && later.is_empty() {
            ui.say(&msg!("enrol-nothing"));
        }
        Ok(())
    }

    /// Whether the draft has the keys of this request already.
    fn holds(&self, request: &Request) -> bool {
        let has = |(kind, key): (KeyKind, &[u8])| {
            let id = KeyId::of(kind, key);
            self.next.persons.iter().any(|entry| entry.keys.iter().any(|known| known.id == id))
        };
        request.keys().all(has)
    }

    /// One request: shown, its number compared, entered into the draft.
    fn one(&mut self, request: Request) -> Outcome<Value> {
        let invitation = request.value().invitation;
        let document = match request.value().purpose {
            Purpose::Join => self.newcomer(request),
            _ => self.member(request),
        }?;
        if let Some(id) = invitation {
            self.invitations.use_up(id);
        }
        Ok(document)
    }

    /// Keeps the draft first: an invitation that stays open beside it does no harm.
    fn save(&self) -> Outcome {
        self.next.save(self.home)?;
        self.invitations.save(self.home)?;
        // Once for all that was entered: the next clerk may be in the same list.
        let ui = &self.context.ui;
        for weak in self.next.weak_units(&self.known.organisation)? {
            ui.warn(&weak_units::words(ui, weak, &self.next.units));
        }
        Ok(())
    }

    fn newcomer(&mut self, request: Request) -> Outcome<Value> {
        let ui = &self.context.ui;
        self.check_invitation(&request)?;
        let plan = self.plan(&request)?;
        let fingerprint = request.fingerprint();
        if !ui.is_json() {
            let roles: Vec<String> = plan.roles.iter().map(|role| ui.words(&role_words(*role))).collect();
            let mut facts = vec![
                (msg!("name-name"), people::with_sound(&plan.name, &plan.pinyin)),
                (msg!("name-post"), format!("{} {}", plan.unit, plan.post)),
                (msg!("name-clearance"), clearance_words(self.context, plan.clearance)),
            ];
            if !roles.is_empty() {
                facts.push((msg!("name-roles"), ui.list(&roles)));
            }
            if plan.clerk {
                facts.push((msg!("name-roles"), ui.words(&msg!("role-clerk"))));
            }
            if plan.affiliation != Affiliation::Own {
                facts.push((msg!("name-affiliation"), ui.words(&affiliation_words(plan.affiliation))));
            }
            if let Some(level) = plan.unit_level {
                facts.push((
                    msg!("name-unit-level"),
                    format!("{}: {}", plan.unit, level_words(self.context, level)),
                ));
            }
            let papers = plan.papers(None).unwrap_or_default();
            let papers = [
                (msg!("paper-vetting"), papers.vetting),
                (msg!("paper-training"), papers.training),
                (msg!("paper-letter"), papers.letter),
            ];
            for (what, paper) in papers {
                if let Some(paper) = paper {
                    facts.push((msg!("name-papers"), ui.words(&super::papers::fact(what, &paper))));
                }
            }
            if let Some(class) = plan.station {
                facts.push((msg!("name-station-class"), ui.words(&station_words(class))));
            }
            facts.push((msg!("name-request-number"), fingerprint.clone()));
            ui.facts(&facts);
        }
        let invited = request.value().invitation.and_then(|id| self.invitations.name(id)).map(str::to_owned);
        let calls_himself = request.value().name.clone();
        let other = invited.as_deref().filter(|invited| !names::is_same(invited, &calls_himself));
        if let Some(invited) = other {
            // A code in other hands, or a slip: the officer hears the voice and decides.
            ui.warn(&msg!("enrol-other-name", invited = invited, name = &calls_himself));
        }
        self.compare(&fingerprint, &msg!("enrol-ask"))?;
        if other.is_some() && self.args.name.is_none() {
            let asked = ui.confirm(&msg!("enrol-other-name-ask", name = &plan.name));
            if asked.is_err() && self.args.request.is_none() {
                return Err(Failure::new(Kind::Refused, msg!("enrol-later")).code(LATER));
            }
            asked?;
        }
        let enrolled = self.next.enrol(self.home, request, &plan)?;
        ui.done(&msg!("enrolled", name = &plan.name, number = enrolled.person.to_string()));
        if enrolled.new_unit {
            ui.done(&msg!("enrolled-unit", name = &plan.unit, number = enrolled.unit.to_string()));
        }
        self.point_out(&enrolled.cautions);
        Ok(json!({
            "person": enrolled.person.to_string(),
            "unit": enrolled.unit.to_string(),
            "new_unit": enrolled.new_unit,
            "name": plan.name,
            "invited_as": invited,
            "calls_himself": calls_himself,
            "request_fingerprint": fingerprint,
        }))
    }

    /// New keys or another machine of someone enrolled.
    fn member(&mut self, request: Request) -> Outcome<Value> {
        let ui = &self.context.ui;
        let unknown = || Failure::new(Kind::Integrity, msg!("request-not-authorised")).code("not-authorised");
        let person = request.value().person.ok_or_else(unknown)?;
        let everyone = people::everyone(&self.next.persons, &self.next.units);
        let who = people::by_number(&everyone, person).map_or_else(|| person.to_string(), Listed::line);
        let purpose = request.value().purpose;
        let words = match purpose {
            Purpose::Station => msg!("request-station", who = who.as_str()),
            Purpose::Rotate => msg!("request-rotate", who = who.as_str()),
            _ => msg!("request-replace", who = who.as_str()),
        };
        if purpose == Purpose::Replace {
            self.check_invitation(&request)?;
        }
        let fingerprint = request.fingerprint();
        if !ui.is_json() {
            ui.say(&words);
            ui.facts(&[(msg!("name-request-number"), fingerprint.clone())]);
        }
        self.compare(&fingerprint, &msg!("request-ask"))?;
        let request = Box::new(request);
        let act = match purpose {
            Purpose::Station => Act::AddStation { request, class: None },
            Purpose::Rotate => Act::Rotate { request },
            _ => Act::Replace { person, request },
        };
        let done = self.next.apply(self.home, act)?;
        ui.done(&msg!("request-entered", who = who.as_str()));
        self.point_out(&done.cautions);
        Ok(json!({
            "person": person.to_string(),
            "purpose": purpose.as_str(),
            "request_fingerprint": fingerprint,
        }))
    }

    /// A request by an invitation of this officer must have been made with its code, in its time. An invitation of
    /// another officer is judged by the relay that admitted the request; the number decides in either case.
    fn check_invitation(&self, request: &Request) -> Outcome {
        let id = request.value().invitation;
        let Some(invitation) = id.and_then(|id| self.invitations.invitation(id)) else { return Ok(()) };
        invitation.admits(request, clock::now()).map_err(|error| {
            let words = match error {
                InviteError::Expired { at } => msg!("invite-expired", time = clock::local(at)),
                InviteError::WrongCode => msg!("invite-wrong-code"),
                _ => msg!("invite-not-for-this"),
            };
            Failure::new(Kind::Refused, words).code("not-admitted").hint(msg!("invite-anew"))
        })
    }

    /// As what the person is to be entered: as invited, as said on the command line, or as asked for now.
    fn plan(&self, request: &Request) -> Outcome<Planned> {
        let (ui, args, value) = (&self.context.ui, self.args, request.value());
        let planned = value.invitation.and_then(|id| self.invitations.plan(id));
        let words = |given: &Option<String>,
                     planned: Option<&String>,
                     question: crate::lang::Msg,
                     option: &str| match (given, planned) {
            (Some(given), _) => Ok(given.trim().to_owned()),
            (None, Some(planned)) => Ok(planned.clone()),
            (None, None) => ui.ask(&question, None, option),
        };
        let clearance = match (&args.clearance, planned) {
            (Some(word), _) => read_clearance(word)?,
            (None, Some(planned)) => planned.clearance,
            (None, None) => read_clearance(&ui.ask(&msg!("ask-clearance"), None, "--clearance")?)?,
        };
        let named = planned.map_or(&value.name, |plan| &plan.name);
        Ok(Planned {
            name: names::name(args.name.as_ref().unwrap_or(named))?,
            pinyin: match (&args.pinyin, &args.name) {
                (Some(typed), _) => names::sound(typed)?,
                // The sound belongs to the name it came with.
                (None, Some(name)) => names::pinyin_of(name),
                (None, None) => planned.map_or(&value.pinyin, |plan| &plan.pinyin).clone(),
            },
            unit: names::name(&words(
                &args.unit,
                planned.map(|plan| &plan.unit),
                msg!("ask-unit"),
                "--unit",
            )?)?,
            // Who types a unit now sees what comes of it; one that a table named must be there, or have been meant as new.
            new_unit: args.unit.is_some() || planned.is_none_or(|plan| plan.new_unit),
            post: names::name_of_post(&words(
                &args.post,
                planned.map(|plan| &plan.post),
                msg!("ask-post"),
                "--post",
            )?)?,
            clearance,
            roles: if args.role.is_empty() {
                planned.map_or_else(Vec::new, |plan| plan.roles.clone())
            } else {
                args.role.iter().map(|word| read_role(word)).collect::<Outcome<_>>()?
            },
            affiliation: args.affiliation.map_or_else(
                || planned.map_or(Affiliation::Own, |plan| plan.affiliation),
                AffiliationWord::read,
            ),
            clerk: args.clerk || planned.is_some_and(|plan| plan.clerk),
            unit_level: match &args.unit_level {
                Some(word) => Some(read_level(word)?),
                None => planned.and_then(|plan| plan.unit_level),
            },
            vetting: planned.and_then(|plan| plan.vetting.clone()),
            training: planned.and_then(|plan| plan.training.clone()),
            letter: planned.and_then(|plan| plan.letter.clone()),
            station: planned.and_then(|plan| plan.station),
        })
    }

    /// The number is what confers trust. With `--number` the officer typed what he was told; a yes for everything
    /// that waits is never taken.
    fn compare(&self, fingerprint: &str, question: &crate::lang::Msg) -> Outcome {
        let digits = |words: &str| words.chars().filter(char::is_ascii_digit).collect::<String>();
        let later = || Failure::new(Kind::Refused, msg!("enrol-later")).code(LATER);
        if self.args.request.is_some() && self.args.number.is_empty() {
            return self.context.ui.confirm(question);
        }
        if !self.args.number.is_empty() {
            let told = self.args.number.iter().any(|told| digits(told) == digits(fingerprint));
            return if told {
                Ok(())
            } else if self.args.request.is_some() {
                Err(Failure::new(Kind::Integrity, msg!("number-differs")).code("number-differs"))
            } else {
                Err(later())
            };
        }
        match self.context.ui.ask_optional(&msg!("enrol-number-ask"))? {
            Some(typed) if digits(&typed) == digits(fingerprint) => Ok(()),
            Some(_) => Err(Failure::new(Kind::Integrity, msg!("number-differs")).code("number-differs")),
            None => Err(later()),
        }
    }

    fn point_out(&self, cautions: &[Caution]) {
        for words in cautions.iter().filter_map(|caution| acting::words(*caution)) {
            self.context.ui.warn(&words);
        }
    }
}

/// A request left for later, which is no error.
const LATER: &str = "later";

/// What a station may be used for, in words.
pub(super) fn station_words(class: StationClass) -> crate::lang::Msg {
    match class {
        StationClass::Internet => msg!("station-internet"),
        StationClass::Internal => msg!("station-internal"),
        StationClass::Classified => msg!("station-classified"),
    }
}

impl AffiliationWord {
    /// Whose employee it is.
    pub(super) fn read(self) -> Affiliation {
        match self {
            Self::Own => Affiliation::Own,
            Self::Outside => Affiliation::Outside,
            Self::Foreign => Affiliation::Foreign,
        }
    }
}

/// The officer may type the ASCII word of the directory or the Chinese level; the summary shows both.
pub(super) fn read_level(word: &str) -> Outcome<LevelWord> {
    if let Ok(level) = word.trim().parse::<LevelWord>() {
        return Ok(level);
    }
    match TypedMark::read(word) {
        Ok(mark) => Ok(match mark.level {
            Level::Unclassified => LevelWord::Unclassified,
            Level::Internal => LevelWord::Internal,
            Level::Confidential => LevelWord::Confidential,
            Level::Secret => LevelWord::Secret,
        }),
        Err(error) => Err(label_words::mark_failure(&error)),
    }
}

pub(super) fn read_clearance(word: &str) -> Outcome<Clearance> {
    if matches!(word.trim(), "none" | "无") {
        return Ok(Clearance::None);
    }
    Ok(match read_level(word)? {
        LevelWord::Unclassified => Clearance::Unclassified,
        LevelWord::Internal => Clearance::Internal,
        LevelWord::Confidential => Clearance::Confidential,
        LevelWord::Secret => Clearance::Secret,
    })
}

pub(super) fn read_role(word: &str) -> Outcome<Role> {
    let word = word.trim();
    let chinese = match word {
        "承办人" => Some(Role::Handler),
        "审核人" => Some(Role::Reviewer),
        "批准人" => Some(Role::Approver),
        "机要员" => Some(Role::Clerk),
        "定密责任人" => Some(Role::ClassificationOfficer),
        "密钥管理员" => Some(Role::KeyOfficer),
        "保管人" => Some(Role::Custodian),
        "监督人" => Some(Role::Supervisor),
        "检查人" => Some(Role::Inspector),
        _ => None,
    };
    chinese.map_or_else(
        || {
            word.parse().map_err(|_| {
                let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
                Failure::usage(msg!("role-unknown", word = word))
                    .hint(msg!("role-known", words = known.join(", ")))
            })
        },
        Ok,
    )
}

pub(super) fn role_words(role: Role) -> crate::lang::Msg {
    match role {
        Role::Handler => msg!("role-handler"),
        Role::Reviewer => msg!("role-reviewer"),
        Role::Approver => msg!("role-approver"),
        Role::Clerk => msg!("role-clerk"),
        Role::ClassificationOfficer => msg!("role-classification-officer"),
        Role::KeyOfficer => msg!("role-key-officer"),
        Role::Custodian => msg!("role-custodian"),
        Role::Supervisor => msg!("role-supervisor"),
        Role::Inspector => msg!("role-inspector"),
    }
}

pub(super) fn clearance_words(context: &Context, clearance: Clearance) -> String {
    match clearance.level() {
        Some(level) => level_words(context, level),
        None => context.ui.words(&msg!("term-none")),
    }
}

pub(super) fn level_words(context: &Context, level: LevelWord) -> String {
    Level::from_word(level.as_str())
        .map_or_else(|_| level.to_string(), |level| label_words::level(&context.ui, level))
}
