//! `vault join`: pin the organisation after comparing its fingerprint, make keys, hand the request in.

use std::path::Path;

use serde_json::json;
use vault_keys::digest::OrgId;
use vault_keys::directory::{ORGANISATION_MAX, Organisation};
use vault_keys::joining::{JoinCode, Request};

use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, Home, read_limited, write_whole};
use crate::relay::Line;
use crate::trust::{self, Known};
use crate::{clock, identity, msg, names, request};

/// The request as it was first made: asked for again, the same goes out.
pub(crate) const REQUEST_FILE: &str = "request.note";

/// What the member says about himself.
pub(crate) struct Member<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) pinyin: Option<&'a str>,
    pub(crate) fingerprint: Option<&'a str>,
    pub(crate) output: Option<&'a Path>,
}

pub(crate) fn run(context: &Context, file: &Path, code: Option<&str>, member: &Member<'_>) -> Outcome {
    let ui = &context.ui;
    let bytes = read_limited(file, ORGANISATION_MAX as u64)?;
    let organisation = trust::parse(&bytes, None)?;
    let code = match code {
        Some(typed) => request::code(typed)?,
        None => request::code(&ui.ask(&msg!("ask-code"), None, "CODE")?)?,
    };
    compare(context, &organisation, member.fingerprint)?;
    let name = match member.name {
        Some(name) => names::name(name)?,
        None => names::name(&ui.ask(&msg!("ask-own-name"), None, "--name")?)?,
    };
    let pinyin = member.pinyin.map_or_else(|| Ok(names::pinyin_of(&name)), names::sound)?;
    is_free(member.output)?;
    let home = context.new_home()?;
    let _lock = home.lock()?;
    trust::pin(&home, &organisation)?;
    let request = request(context, &home, organisation.org(), &name, &pinyin, &code)?;
    hand_over(context, &request, member.output, || {
        Line::hand_in(&home, &trust::load(&home)?.organisation, &identity::station(&home)?, &request)
    })?;
    ui.json(&json!({
        "organisation": organisation.root().name(),
        "org": organisation.org().to_string(),
        "fingerprint": organisation.root().fingerprint(),
        "request": member.output,
        "request_fingerprint": request.fingerprint(),
    }));
    ui.done(&msg!("joined", name = organisation.root().name()));
    ui.facts(&[(msg!("name-request-number"), request.fingerprint())]);
    ui.note(&if member.output.is_some() { msg!("join-next") } else { msg!("join-next-relay") });
    Ok(())
}

/// Refuses a place where something is.
pub(super) fn is_free(output: Option<&Path>) -> Outcome {
    match output {
        Some(path) if path.exists() => {
            Err(Failure::failed(msg!("io-exists", path = path.display().to_string()))
                .hint(msg!("io-exists-next")))
        }
        _ => Ok(()),
    }
}

/// Writes a request to a file, or hands it to the relay.
pub(super) fn hand_over(
    context: &Context,
    request: &Request,
    output: Option<&Path>,
    hand_in: impl FnOnce() -> Outcome,
) -> Outcome {
    if let Some(path) = output {
        write_whole(path, &request.signed().encode(), Existing::Keep)?;
        context.ui.done(&msg!("request-written", path = path.display().to_string()));
        return Ok(());
    }
    hand_in().map_err(|failure| failure.hint(msg!("join-by-file")))?;
    context.ui.done(&msg!("request-handed-in"));
    Ok(())
}

/// Has the person compare the organisation's 30 digits, or takes the ones that were told.
pub(super) fn compare(context: &Context, organisation: &Organisation, told: Option<&str>) -> Outcome {
    let root = organisation.root();
    let digits = |words: &str| words.chars().filter(char::is_ascii_digit).collect::<String>();
    if let Some(told) = told {
        return if digits(told) == digits(&root.fingerprint()) {
            Ok(())
        } else {
            Err(Failure::new(Kind::Integrity, msg!("fingerprint-differs"))
                .hint(msg!("fingerprint-differs-next")))
        };
    }
    if !context.ui.is_json() {
        context.ui.facts(&[
            (msg!("name-organisation"), root.name().to_owned()),
            (msg!("name-fingerprint"), root.fingerprint()),
        ]);
    }
    context.ui.confirm(&msg!("fingerprint-ask"))
}

/// The number of this home's request to be enrolled, if one was made.
pub(super) fn waiting(home: &Home, known: &Known) -> Option<String> {
    let note = home.read(REQUEST_FILE).ok()?;
    Request::verify(&note, known.organisation.org()).ok().map(|request| request.fingerprint())
}

/// The request of before with this very code, or a new one, with new keys unless there are some.
fn request(
    context: &Context,
    home: &Home,
    org: OrgId,
    name: &str,
    pinyin: &str,
    code: &JoinCode,
) -> Outcome<Request> {
    if home.has(REQUEST_FILE) {
        let made = Request::verify(&home.read(REQUEST_FILE)?, org).map_err(|_| home.damaged(REQUEST_FILE))?;
        if made.value().invitation == Some(code.id(&org)) && made.value().name == name {
            return Ok(made);
        }
    }
    let (card, keys) = if identity::exists(home) {
        (identity::card(home)?, identity::unlock(context, home)?)
    } else {
        identity::create(context, home, None)?
    };
    let request = request::join(org, (name, pinyin), &card, &keys, code, clock::now())?;
    home.write(REQUEST_FILE, &request.signed().encode())?;
    Ok(request)
}
