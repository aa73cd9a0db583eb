//! `vault register`: the evidence of an item as a file, and the judgement of such files without the relay.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_keys::directory::Organisation;
use vault_keys::numbers::Holder;

use crate::approval::traces::Traces;
use crate::cli::RegisterAct;
use crate::context::Context;
use crate::entries;
use crate::error::{Failure, Outcome};
use crate::evidence::Kept;
use crate::evidence_file::{self, Proved, SignedBy};
use crate::home::{Home, read_limited};
use crate::inbox::Inbox;
use crate::outbox::{Outbox, find_item, short};
use crate::{item_words, msg, trust};

/// Far above what an organisation of ten thousand takes.
const ORGANISATION_MAX: u64 = 64 * 1024 * 1024;

pub(super) fn run(context: &Context, act: RegisterAct) -> Outcome {
    match act {
        RegisterAct::Verify { files, org } => verify(context, &files, org.as_deref()),
        RegisterAct::Export { item, output } => export(context, &item, &output),
    }
}

/// What is kept here of an item, as a file.
fn export(context: &Context, word: &str, output: &Path) -> Outcome {
    let (item, kept) = kept(&context.home()?, word)?;
    if kept.leaves.is_empty() {
        return Err(
            Failure::failed(msg!("evidence-nothing")).hint(msg!("evidence-nothing-next", item = &item))
        );
    }
    evidence_file::write(&kept, output)?;
    let path = output.display().to_string();
    context.ui.json(&json!({ "file": output, "leaves": kept.leaves.len() }));
    context.ui.done(&msg!("evidence-written", count = kept.leaves.len(), path = &path));
    context.ui.note(&msg!("evidence-written-next", path = path));
    Ok(())
}

/// Of an item sent from here, received here, or decided on here.
fn kept(home: &Home, word: &str) -> Outcome<(String, Kept)> {
    let outbox = Outbox::open(home)?;
    let missing = match find_item(&outbox.sent()?, word) {
        Ok(item) => return Ok((short(item), outbox.evidence(item)?)),
        Err(missing) => missing,
    };
    let inbox = Inbox::open(home)?;
    if let Ok(item) = inbox.find(word) {
        return Ok((short(item), inbox.evidence(item)?));
    }
    let traces = Traces::open(home)?;
    let item = find_item(&traces.items()?, word).map_err(|_| missing)?;
    Ok((short(item), traces.of(item)?))
}

fn verify(context: &Context, files: &[PathBuf], org: Option<&Path>) -> Outcome {
    let ui = &context.ui;
    let organisation: Organisation = match org {
        Some(path) => trust::parse(&read_limited(path, ORGANISATION_MAX)?, None)?,
        None => trust::load(&context.home()?)?.organisation,
    };
    let proved = evidence_file::verify(&organisation, files)?;
    let root = organisation.root();
    let document = |one: &Proved| -> Value {
        let mut document = one.entry.document();
        document["under"] = json!(one.size);
        document["signed_by"] = match one.signed {
            SignedBy::Relay => Value::Null,
            SignedBy::Person(person) => json!(person.to_string()),
            SignedBy::Unknown => json!("unknown"),
        };
        document
    };
    ui.json(&json!({
        "organisation": root.name(),
        "fingerprint": root.fingerprint(),
        "origin": root.log_origin().as_str(),
        "leaves": proved.iter().map(document).collect::<Vec<_>>(),
    }));
    if ui.is_json() {
        return Ok(());
    }
    let everyone = trust::everyone(organisation.directory());
    let name =
        |person: vault_keys::numbers::PersonNo| item_words::holder_words(&everyone, Holder::Person(person));
    ui.facts(&[
        (msg!("name-organisation"), root.name().to_owned()),
        (msg!("name-fingerprint"), root.fingerprint()),
        (msg!("name-register"), root.log_origin().as_str().to_owned()),
    ]);
    ui.gap();
    let listed: Vec<_> = proved.iter().map(|one| one.entry.clone()).collect();
    entries::table(ui, &everyone, &listed);
    let persons: Vec<String> = {
        let mut signers: Vec<_> = proved
            .iter()
            .filter_map(|one| match one.signed {
                SignedBy::Person(person) => Some(person),
                SignedBy::Relay | SignedBy::Unknown => None,
            })
            .collect();
        signers.sort_unstable();
        signers.dedup();
        signers.into_iter().map(name).collect()
    };
    ui.done(&msg!("evidence-proved", count = proved.len()));
    if !persons.is_empty() {
        ui.say(&msg!("evidence-signed", names = ui.list(&persons)));
    }
    let unknown = proved.iter().filter(|one| one.signed == SignedBy::Unknown).count();
    if unknown > 0 {
        ui.warn(&msg!("evidence-unknown", count = unknown));
    }
    if org.is_some() {
        ui.note(&msg!("evidence-compare"));
    }
    Ok(())
}
