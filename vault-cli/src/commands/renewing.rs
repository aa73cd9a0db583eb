//! `vault identity rotate`, `replace` and `restore`: new keys for someone enrolled, and another machine.
//!
//! Each makes a request that the key officers enter into the directory; nothing here changes what is in force.

use std::path::Path;

use serde_json::json;
use vault_keys::bytes::Bytes;
use vault_keys::digest::OrgId;
use vault_keys::directory::{Inactive, KeyState, ORGANISATION_MAX};
use vault_keys::joining::{JoinCode, Purpose, Request};
use vault_keys::keyfile::{KEY_FILE_MAX, PersonKeys};
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::opening::{Identity, Suite};
use vault_keys::signing::SigningKey;
use vault_keys::station::StationKey;

use super::join::{REQUEST_FILE, compare, hand_over, is_free};
use crate::cli::{ReplaceArgs, RestoreArgs, RotateArgs};
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Home, read_limited};
use crate::identity::{self, PublicCard};
use crate::key_lock::{self, KeyLock};
use crate::lang::Msg;
use crate::outbox::Outbox;
use crate::relay::Line;
use crate::renewal::{self, Next};
use crate::trust::{self, Known};
use crate::{clock, msg, people, request};

/// New keys in place of present ones, which open what is old as before.
pub(super) fn rotate(context: &Context, args: &RotateArgs) -> Outcome {
    if args.withdraw {
        return withdraw(context);
    }
    let ui = &context.ui;
    is_free(args.output.as_deref())?;
    let desk = Desk::open(context)?;
    let _lock = desk.home.lock()?;
    // Asked for neither: both.
    let (opening, signing) =
        if args.opening || args.signing { (args.opening, args.signing) } else { (true, true) };
    let org = desk.known.organisation.org();
    let request = match renewal::waiting(&desk.home, org)? {
        Some(waiting) => {
            let value = waiting.value();
            let same = waiting.is_for(Purpose::Rotate)
                && (value.opening.is_some(), value.signing.is_some()) == (opening, signing);
            if !same {
                let number = waiting.fingerprint();
                return Err(Failure::failed(msg!("renewal-pending", number = number))
                    .code("renewal-pending")
                    .hint(msg!("renewal-pending-next")));
            }
            waiting
        }
        None => {
            ui.say(&msg!("rotate-says"));
            if signing && !Outbox::open(&desk.home)?.waiting()?.is_empty() {
                ui.warn(&msg!("rotate-outbox"));
            }
            ui.confirm(&msg!("rotate-ask"))?;
            rotation(context, &desk, opening, signing)?
        }
    };
    hand_over(context, &request, args.output.as_deref(), || {
        let line = Line::dial(&desk.home, &desk.known)?;
        line.wait(line.client().request(&request))?;
        line.close()
    })?;
    tell(context, &request, args.output.as_deref(), &msg!("renewal-next"));
    Ok(())
}

/// Takes a rotation back that was asked for; one that the directory shows is finished instead.
fn withdraw(context: &Context) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let known = trust::load(&home)?;
    let Some(request) = renewal::waiting(&home, known.organisation.org())? else {
        return Err(Failure::failed(msg!("rotate-withdraw-none")).code("nothing-waits"));
    };
    if !request.is_for(Purpose::Rotate) {
        let number = request.fingerprint();
        return Err(Failure::failed(msg!("rotate-withdraw-other", number = number)).code("renewal-pending"));
    }
    // What is in force by now decides, and the relay knows it best.
    let newest = Line::dial(&home, &known).and_then(|line| {
        line.sync(&home)?.told(ui);
        line.close()
    });
    match newest {
        Err(failure) if failure.kind == Kind::Network => ui.warn(&msg!("rotate-withdraw-offline")),
        other => other?,
    }
    let known = trust::load(&home)?;
    renewal::settle(&home, &known)?;
    if renewal::waiting(&home, known.organisation.org())?.is_none() {
        ui.json(&json!({ "withdrawn": false, "renewed": true }));
        ui.done(&msg!("rotate-withdraw-late"));
        ui.note(&msg!("renewed-next"));
        return Ok(());
    }
    ui.confirm(&msg!("rotate-withdraw-ask", number = request.fingerprint()))?;
    renewal::withdraw(&home)?;
    ui.json(&json!({
        "withdrawn": true, "renewed": false, "request_fingerprint": request.fingerprint(),
    }));
    ui.done(&msg!("rotate-withdrawn"));
    ui.note(&msg!("rotate-withdrawn-next"));
    Ok(())
}

fn rotation(context: &Context, desk: &Desk, opening: bool, signing: bool) -> Outcome<Request> {
    let (present, lock) = KeyLock::present(context, &desk.home)?;
    let rng = &mut clock::randomness();
    let org = desk.known.organisation.org();
    let mut next = PersonKeys::from_text(&present.to_text())
        .map_err(|error| Failure::failed(msg!("identity-damaged")).because(&error))?;
    (next.org, next.person) = (Some(org), Some(desk.me));
    if opening {
        next.replace_opening(Identity::generate(Suite::Hybrid, rng));
    }
    if signing {
        next.signing = SigningKey::generate(rng);
    }
    let request = request::rotate(org, desk.me, &present, &next, clock::now())?;
    // The relay and the officers would refuse it: say so before anything is kept.
    request.authorised(desk.known.in_force()).map_err(|error| request::failure(&error))?;
    let card = PublicCard::of(&next, desk.card.station);
    let file = lock.lock(context, &next)?;
    renewal::begin(&desk.home, &Next { file: &file, card: &card, station: None, request: &request })?;
    Ok(request)
}

/// New keys for someone who can no longer use the old: with a one-time code for this person.
pub(super) fn replace(context: &Context, args: &ReplaceArgs) -> Outcome {
    let ui = &context.ui;
    let code = match &args.code {
        Some(typed) => request::code(typed)?,
        None => request::code(&ui.ask(&msg!("ask-code"), None, "CODE")?)?,
    };
    is_free(args.output.as_deref())?;
    let home = match &args.organisation {
        Some(file) => arrive(context, file, args.fingerprint.as_deref())?,
        None => context.home()?,
    };
    let _lock = home.lock()?;
    let known = trust::load(&home)?;
    let org = known.organisation.org();
    let request = match made_before(&home, org, &code)? {
        Some(request) => request,
        None => {
            ui.say(&msg!("replace-says"));
            ui.confirm(&msg!("replace-ask"))?;
            if identity::exists(&home) {
                replacement(context, &home, &known, args.who.as_deref(), &code)?
            } else {
                first_here(context, &home, &known, args.who.as_deref(), &code)?
            }
        }
    };
    hand_over(context, &request, args.output.as_deref(), || {
        Line::hand_in(&home, &known.organisation, &renewal::station(&home)?, &request)
    })?;
    tell(context, &request, args.output.as_deref(), &msg!("renewal-next"));
    ui.note(&msg!("replace-old-items"));
    Ok(())
}

/// The request of before with this very code: the same goes out again.
fn made_before(home: &Home, org: OrgId, code: &JoinCode) -> Outcome<Option<Request>> {
    let by_code = |request: &Request| request.value().invitation == Some(code.id(&org));
    if let Some(waiting) = renewal::waiting(home, org)?.filter(by_code) {
        return Ok(Some(waiting));
    }
    if !home.has(REQUEST_FILE) || !identity::exists(home) {
        return Ok(None);
    }
    let made = Request::verify(&home.read(REQUEST_FILE)?, org)
        .map_err(|error| home.damaged(REQUEST_FILE).because(&error))?;
    Ok(Some(made).filter(by_code))
}

/// Where the old keys are: they stay until the directory shows the new ones, and are kept aside then.
fn replacement(
    context: &Context,
    home: &Home,
    known: &Known,
    who: Option<&str>,
    code: &JoinCode,
) -> Outcome<Request> {
    let card = identity::card(home)?;
    let person = known.me(&card)?;
    if let Some(word) = who
        && named(context, known, word)? != person
    {
        return Err(Failure::usage(msg!("replace-other-person")).hint(msg!("replace-other-person-next")));
    }
    let lock = KeyLock::fresh(context, None)?;
    let rng = &mut clock::randomness();
    let mut keys = PersonKeys::generate(Suite::Hybrid, rng);
    (keys.org, keys.person) = (Some(known.organisation.org()), Some(person));
    // The machine's key stays where it still counts; one that was stopped would reach no relay.
    let own = known.in_force().station_now(&card.station_id()).is_ok_and(|(entry, _)| entry.number == person);
    let station = (!own).then(|| StationKey::generate(rng));
    let public = station.as_ref().map(|key| Bytes(key.public()));
    let request = request::replace(known.organisation.org(), person, &keys, public, code, clock::now())?;
    let next = PublicCard::of(&keys, public.unwrap_or(card.station));
    let file = lock.lock(context, &keys)?;
    let next = Next { file: &file, card: &next, station: station.as_ref(), request: &request };
    renewal::begin(home, &next)?;
    Ok(request)
}

/// On a machine that has no keys yet.
fn first_here(
    context: &Context,
    home: &Home,
    known: &Known,
    who: Option<&str>,
    code: &JoinCode,
) -> Outcome<Request> {
    let ui = &context.ui;
    let word = match who {
        Some(word) => word.to_owned(),
        None => ui.ask(&msg!("ask-own-number"), None, "--as")?,
    };
    let person = named(context, known, &word)?;
    let (card, keys) = identity::create(context, home, None)?;
    let org = known.organisation.org();
    let request = request::replace(org, person, &keys, Some(card.station), code, clock::now())?;
    home.write(REQUEST_FILE, &request.signed().encode())?;
    Ok(request)
}

/// The person's keys on another machine, from a backup of the key file.
pub(super) fn restore(context: &Context, args: &RestoreArgs) -> Outcome {
    let ui = &context.ui;
    is_free(Some(&args.output))?;
    let file = read_limited(&args.backup, KEY_FILE_MAX as u64)?;
    let home = arrive(context, &args.organisation, args.fingerprint.as_deref())?;
    let _lock = home.lock()?;
    let known = trust::load(&home)?;
    let org = known.organisation.org();
    let (keys, lock) = key_lock::open_backup(context, &args.backup, &file)?;
    let person = match known.in_force().key_now(&keys.signing.key_id()) {
        Ok((entry, _)) => entry.number,
        Err(Inactive::Retired) => {
            return Err(Failure::failed(msg!("restore-older"))
                .code("backup-older")
                .hint(msg!("restore-older-next")));
        }
        Err(Inactive::Unknown) => {
            return Err(Failure::failed(msg!("me-unknown"))
                .code("backup-unknown")
                .hint(msg!("restore-unknown-next")));
        }
        Err(reason) => {
            return Err(Failure::new(Kind::Refused, msg!("request-inactive"))
                .code("inactive")
                .because(&reason));
        }
    };
    let card = if identity::exists(&home) {
        let card = identity::card(&home)?;
        let next = PublicCard::of(&keys, card.station);
        if card != next && exchanged(&known, &card, person) {
            ui.say(&msg!("restore-exchanged"));
            ui.confirm(&msg!("restore-ask"))?;
            renewal::follow(&home, &file, &next, &lock)?;
            ui.done(&msg!("renewed"));
            if known.directory().station(&card.station_id()).is_some() {
                // The machine is enrolled: nothing is asked of an officer.
                ui.json(&json!({ "purpose": null, "person": person.to_string(), "request": null }));
                return Ok(());
            }
        } else if card != next {
            return Err(Failure::failed(msg!("identity-exists")).hint(msg!("identity-exists-next")));
        }
        card
    } else {
        ui.say(&msg!("restore-says"));
        ui.confirm(&msg!("restore-ask"))?;
        identity::restore(&home, &file, &keys, &lock)?
    };
    let request = if home.has(REQUEST_FILE) {
        Request::verify(&home.read(REQUEST_FILE)?, org)
            .map_err(|error| home.damaged(REQUEST_FILE).because(&error))?
    } else {
        let request = request::station(org, person, card.station, &keys, clock::now())?;
        home.write(REQUEST_FILE, &request.signed().encode())?;
        request
    };
    // The relay knows neither this machine nor a code: an officer has to be given the file.
    hand_over(context, &request, Some(&args.output), || Ok(()))?;
    tell(context, &request, Some(&args.output), &msg!("restore-next"));
    Ok(())
}

/// Whether the keys here were this person's, and the directory has retired them.
fn exchanged(known: &Known, card: &PublicCard, person: PersonNo) -> bool {
    let opening = card.recipient().map(|recipient| recipient.key_id()).ok();
    let own = [Some(card.signing_id()), opening];
    let mut own = own.iter().flatten().filter_map(|id| known.directory().key(id));
    own.any(|(holder, key)| holder == person && key.state == KeyState::Retired)
}

/// Takes the organisation into use in this home, new or not, once its 30 digits were compared.
fn arrive(context: &Context, file: &Path, fingerprint: Option<&str>) -> Outcome<Home> {
    let organisation = trust::parse(&read_limited(file, ORGANISATION_MAX as u64)?, None)?;
    compare(context, &organisation, fingerprint)?;
    let home = context.new_home()?;
    let _lock = home.lock()?;
    trust::pin(&home, &organisation)?;
    Ok(home)
}

fn named(context: &Context, known: &Known, word: &str) -> Outcome<PersonNo> {
    match people::resolve(&context.ui, &known.everyone(), word)?.holder {
        Holder::Person(person) => Ok(person),
        Holder::Unit(_) => Err(Failure::usage(msg!("act-person", word = word))),
    }
}

fn tell(context: &Context, request: &Request, output: Option<&Path>, next: &Msg) {
    let ui = &context.ui;
    ui.json(&json!({
        "purpose": request.value().purpose.as_str(),
        "person": request.value().person.map(|person| person.to_string()),
        "request": output,
        "request_fingerprint": request.fingerprint(),
    }));
    ui.facts(&[(msg!("name-request-number"), request.fingerprint())]);
    ui.note(next);
}
