//! A client that skips its own checks: a top-secret label that no type of ours can hold, put together as
//! text, signed with a genuine key, MACed with a genuine file key, and submitted by a genuine station.
//!
//! Only the demonstration and the tests do this; it shows that the refusal does not rest on the sender.

use std::sync::Arc;

use vault_core::item::header::Header;
use vault_core::item::item_header::commitment;
use vault_core::item::{ItemHeader, ItemId, LabelHash};
use vault_core::stream::ContentLen;
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::{KeyName, Note};
use vault_keys::secret::FileKey;
use vault_relay::client::{Payload, Transfer};

use super::stage::{Stage, WANG, broken};
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::history::History;
use crate::outbox::Outbox;
use crate::relay::Line;
use crate::{clock, msg, opening};

/// Submits a forged top-secret item and answers the relay's refusal.
///
/// # Errors
/// The forgery could not be made, or the relay took it.
pub(super) fn submit(stage: &Stage<'_>) -> Outcome<Failure> {
    let context = stage.context_of(WANG.home);
    let desk = Desk::at(stage.home(WANG.home)?)?;
    let keys = desk.unlock(&context)?;
    let outbox = Outbox::open(&desk.home)?;
    let item = outbox.sent()?.pop().ok_or_else(|| Failure::failed(msg!("demo-untrue")))?;
    let genuine = outbox.sent_header(item)?.header;
    let unlocked = opening::unlock(&desk, genuine.clone(), &keys, &History::here())?;
    let (header, label) = forge(&desk, &keys, &genuine, unlocked.file_key())?;
    let line = Line::dial(&desk.home, &desk.known)?;
    let length = genuine.label().value().content.length;
    let payload = Payload {
        spool: Arc::new(vec![0_u8; header.len()]),
        offset: 0,
        length: ContentLen::new(length).map_err(|error| broken(&error))?,
    };
    let transfer = Arc::new(Transfer::default());
    match line.wait(line.client().submit(label, header.bytes(), &payload, &transfer)) {
        Err(refusal) => Ok(refusal),
        Ok(_) => Err(Failure::new(crate::error::Kind::Integrity, msg!("demo-untrue"))),
    }
}

/// The genuine item's header with another label, and an access note to match.
fn forge(
    desk: &Desk,
    keys: &PersonKeys,
    genuine: &ItemHeader,
    file_key: &FileKey,
) -> Outcome<(Header, LabelHash)> {
    let old = genuine.label().value();
    let item = ItemId::generate(clock::now(), &mut clock::randomness());
    let level = |word: &str| format!("\"level\":\"{word}\"");
    let mark = |mark: &str| format!("\"mark\":\"{mark}\"");
    let text = genuine
        .label()
        .text()
        .replace(&old.item.to_string(), &item.to_string())
        .replace(&level(old.level.word()), &level("top-secret"))
        .replace(&mark(&old.mark), &mark("绝密★30年"))
        .replace(&old.content.commit.to_string(), &commitment(file_key, item).to_string());
    let label = sign(desk, keys, text)?;
    let hash = LabelHash::of_note(label.hash());
    let text = genuine
        .access()
        .text()
        .replace(&old.item.to_string(), &item.to_string())
        .replace(&genuine.label_hash().to_string(), &hash.to_string());
    let access = sign(desk, keys, text)?;
    let mut stanzas = genuine.header().stanzas().to_vec();
    for stanza in &mut stanzas {
        match stanza.args.first().map(String::as_str) {
            Some("vault-label") => stanza.body = label.encode(),
            Some("vault-access") => stanza.body = access.encode(),
            _ => {}
        }
    }
    let header = Header::write(&stanzas, file_key).map_err(|error| broken(&error))?;
    Ok((header, hash))
}

fn sign(desk: &Desk, keys: &PersonKeys, text: String) -> Outcome<Note> {
    let name = KeyName::person(&desk.known.organisation.org(), desk.me);
    Note::sign(text, &name, &keys.signing).map_err(|error| broken(&error))
}
