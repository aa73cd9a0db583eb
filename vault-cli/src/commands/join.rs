//! `vault join`: pin the organisation after comparing its fingerprint, make keys, write the request.

use std::path::{Path, PathBuf};

use serde_json::json;
use vault_keys::bytes::{ByteString, Bytes};
use vault_keys::directory::{ORGANISATION_MAX, Organisation};

use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, Home, read_limited, write_whole};
use crate::people::pinyin_of;
use crate::request::{JoinText, JoinType, PublicKey};
use crate::{clock, identity, msg, trust};

/// What the member says about himself.
pub(crate) struct Member<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) pinyin: Option<&'a str>,
    pub(crate) fingerprint: Option<&'a str>,
    pub(crate) output: Option<&'a Path>,
}

pub(crate) fn run(context: &Context, file: &Path, member: &Member<'_>) -> Outcome {
    let bytes = read_limited(file, ORGANISATION_MAX as u64)?;
    let organisation = trust::parse(&bytes, None)?;
    compare(context, &organisation, member.fingerprint)?;
    let ui = &context.ui;
    let name = match member.name {
        Some(name) => name.trim().to_owned(),
        None => ui.ask(&msg!("ask-own-name"), None, "--name")?,
    };
    let pinyin = member.pinyin.map_or_else(|| pinyin_of(&name), |sound| sound.trim().to_lowercase());
    let output = member.output.map_or_else(|| default_output(&name), Path::to_owned);
    if output.exists() {
        return Err(Failure::failed(msg!("io-exists", path = output.display().to_string()))
            .hint(msg!("io-exists-next")));
    }
    let home = context.new_home()?;
    let _lock = home.lock()?;
    trust::pin(&home, &organisation)?;
    let request = request(context, &home, &organisation, name, pinyin, &output)?;
    ui.json(&json!({
        "organisation": organisation.root().name(),
        "org": organisation.org().to_string(),
        "fingerprint": organisation.root().fingerprint(),
        "request": output,
        "request_fingerprint": request.fingerprint(),
    }));
    ui.done(&msg!("joined", name = organisation.root().name()));
    ui.done(&msg!("request-written", path = output.display().to_string()));
    ui.facts(&[(msg!("name-request-number"), request.fingerprint())]);
    ui.note(&msg!("join-next"));
    Ok(())
}

fn compare(context: &Context, organisation: &Organisation, told: Option<&str>) -> Outcome {
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

/// Makes keys unless there are some (a request may have to be written twice), and signs the request.
fn request(
    context: &Context,
    home: &Home,
    organisation: &Organisation,
    name: String,
    pinyin: String,
    output: &Path,
) -> Outcome<JoinText> {
    let (card, keys) = if identity::exists(home) {
        (identity::card(home)?, identity::unlock(context, home)?)
    } else {
        identity::create(context, home)?
    };
    let recipient = card.recipient()?;
    let text = JoinText {
        tag: JoinType,
        org: organisation.org(),
        name,
        pinyin,
        opening: PublicKey { kind: recipient.kind(), key: ByteString(recipient.public_bytes()) },
        signing: Bytes(card.signing.0),
        station: Bytes(card.station.0),
        made: clock::now(),
    };
    write_whole(output, &text.sign(&keys.signing)?, Existing::Keep)?;
    Ok(text)
}

fn default_output(name: &str) -> PathBuf {
    let safe: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    PathBuf::from(format!("vault-request-join-{safe}.json"))
}
