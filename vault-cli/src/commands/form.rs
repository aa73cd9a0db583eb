//! `vault form`: the form 审批单 of an item or of a request, on the terminal or as a page to print.

use std::path::Path;

use serde_json::json;
use vault_core::opening::UnlockedItem;
use vault_keys::keyfile::PersonKeys;

use crate::cli::requests::FormArgs;
use crate::context::Context;
use crate::custody;
use crate::desk::Desk;
use crate::error::Outcome;
use crate::form::{self, Form};
use crate::history::History;
use crate::home::{Existing, write_whole};
use crate::inbox::Inbox;
use crate::leave::files;
use crate::leave::subject::{Place, Subject};
use crate::{identity, msg, opening};

pub(super) fn run(context: &Context, args: &FormArgs) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let form = if args.what.iter().all(|word| files::is_request(word) || Path::new(word).is_file())
        && args.what.iter().any(|word| files::is_request(word))
    {
        let file = files::read(&args.what, desk.known.organisation.org())?;
        files::prove_labels(&desk, &file.labels)?;
        form::of_request(ui, &desk, &file, keys(context, &desk)?.as_ref())
    } else {
        of_item(context, &desk, args.what.first().map_or("", String::as_str))?
    };
    match &args.html {
        None => {
            form.print(ui);
            ui.json(&form.document());
        }
        Some(path) => {
            write_whole(path, form.html().as_bytes(), Existing::Keep)?;
            ui.json(&json!({ "file": path, "hash": form.hash.1 }));
            ui.done(&msg!("form-written", path = path.display().to_string()));
            ui.note(&msg!("form-written-next"));
        }
    }
    Ok(())
}

/// The keys where they lie open: a form can be looked at without a passphrase, and says what stays closed.
fn keys(context: &Context, desk: &Desk) -> Outcome<Option<PersonKeys>> {
    let wanted = identity::is_unlocked(&desk.home) || context.passphrase.is_given();
    if wanted { desk.unlock(context).map(Some) } else { Ok(None) }
}

fn of_item(context: &Context, desk: &Desk, word: &str) -> Outcome<Form> {
    let ui = &context.ui;
    let subject = Subject::find(desk, word)?;
    let header = subject.file.header;
    // Whether its signatures hold is judged in any case; without keys as by a bystander.
    let unlocked: Option<UnlockedItem> = match keys(context, desk)? {
        Some(keys) => match subject.place {
            Place::Received(_) => Some(custody::unlock(desk, &Inbox::open(&desk.home)?, &header, &keys)?),
            Place::Sent(_) => Some(opening::unlock(desk, header.clone(), &keys, &History::here())?),
            Place::File(_) => opening::unlock(desk, header.clone(), &keys, &History::default()).ok(),
        },
        None => None,
    };
    if unlocked.is_none() {
        let history = match subject.place {
            Place::File(_) => History::default(),
            Place::Received(_) | Place::Sent(_) => History::here(),
        };
        drop(opening::admit(desk, header.clone(), &[], &history)?);
    }
    Ok(form::item::of_item(ui, desk, &header, unlocked.as_ref()))
}
