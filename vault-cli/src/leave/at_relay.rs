//! Requests over the relay: handed in, answered, and brought into this home with their decisions.

use vault_core::decision::RequestFile;
use vault_core::item::Decider;

use super::course::{Standing, act_words};
use super::files::{self, Requests};
use super::using;
use crate::clock;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::inbox::Inbox;
use crate::item_words::holder_words;
use crate::msg;
use crate::relay::Line;
use crate::ui::Ui;

/// How requests are named where items are named too.
const LEAD: &str = "req-";

/// The short name of a request: `req-` and the first eight digits of its hash.
#[must_use]
pub fn short(file: &RequestFile) -> String {
    let hash = file.request.hash().to_string();
    format!("{LEAD}{}", hash.get(..8).unwrap_or(&hash))
}

/// Whether a word names a request and not an item.
#[must_use]
pub fn is_name(word: &str) -> bool {
    word.strip_prefix(LEAD).is_some_and(|rest| rest.len() >= 4 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Brings what the relay has into this home; answers all of it, the newest last. Whatever names a directory that is not
/// here yet, and cannot be proved without it, waits until it is.
///
/// # Errors
/// The relay cannot be asked, shows what nobody signed, or the disk refuses.
pub fn sync(line: &Line, desk: &Desk) -> Outcome<Vec<RequestFile>> {
    let org = desk.known.organisation.org();
    let files = line.wait(line.client().asked(org))?;
    let kept = Requests::open(&desk.home, org)?;
    let mut proved = Vec::new();
    for file in files {
        match files::prove(desk, &file) {
            Ok(()) => {}
            Err(_) if names_later(desk, &file) => continue,
            Err(failure) => return Err(failure),
        }
        kept.keep(&file)?;
        proved.push(file);
    }
    Ok(proved)
}

/// Whether a request, a decision or a label names a directory after the one that is here.
fn names_later(desk: &Desk, file: &RequestFile) -> bool {
    let here = desk.known.directory().number();
    let labels = file.labels.iter().map(|label| label.value().directory.version);
    file.versions().chain(labels).any(|version| version > here)
}

/// The request that a word names, as the relay has it.
///
/// # Errors
/// There is none, or several fit.
pub fn find(line: &Line, desk: &Desk, word: &str) -> Outcome<RequestFile> {
    let mut fitting: Vec<RequestFile> = sync(line, desk)?;
    let wanted = word.strip_prefix(LEAD).unwrap_or(word).to_ascii_lowercase();
    fitting.retain(|file| file.request.hash().to_string().starts_with(&wanted));
    match (fitting.pop(), fitting.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(Failure::usage(msg!("asking-none", word = word)).hint(msg!("asking-none-next"))),
        (Some(_), false) => Err(Failure::usage(msg!("item-several", word = word))),
    }
}

/// The requests that wait for this person's answer. Notices of changes come into this home with them.
///
/// # Errors
/// As [`sync`].
pub fn for_me(line: &Line, desk: &Desk) -> Outcome<Vec<RequestFile>> {
    let mut requests = sync(line, desk)?;
    requests.retain(|file| is_my_turn(desk, file));
    Ok(requests)
}

/// Prints the requests that wait for this person's answer; nothing where there are none.
pub fn tell_waiting(ui: &Ui, desk: &Desk, requests: &[RequestFile]) {
    if !requests.is_empty() {
        ui.say(&msg!("asking-pending"));
        table(ui, desk, requests);
    }
}

/// Whether this person can answer the step that comes next.
#[must_use]
fn is_my_turn(desk: &Desk, file: &RequestFile) -> bool {
    let now = clock::now();
    let standing = Standing::of(file);
    let mine = |decider: &Decider| {
        let matter = vault_core::admission::Matter::of_request(&file.request);
        let directory = desk.known.directory();
        let all = vault_core::admission::capacities(&matter, decider, &[], directory, desk.me, now.day());
        !all.is_empty()
    };
    now <= file.request.value().decide_by && standing.next().is_some_and(mine)
}

/// Tells of each request whether what it allowed was done here already.
fn used(desk: &Desk) -> impl Fn(&RequestFile) -> bool {
    // Where the inbox cannot be read nothing was done here.
    let inbox = Inbox::open(&desk.home).ok();
    move |file| inbox.as_ref().is_some_and(|inbox| using::used_here(inbox, file))
}

/// Prints requests as a table; nothing where there are none.
pub fn table(ui: &Ui, desk: &Desk, files: &[RequestFile]) {
    let used = used(desk);
    let rows: Vec<Vec<String>> = files
        .iter()
        .map(|file| {
            let request = file.request.value();
            vec![
                short(file),
                ui.words(&act_words(request.act)),
                holder_words(&desk.everyone, request.requester.person.into()),
                ui.words(&if used(file) { msg!("asking-used") } else { Standing::of(file).words() }),
                clock::local(request.decide_by),
            ]
        })
        .collect();
    if !rows.is_empty() {
        let names = [
            msg!("name-request"),
            msg!("form-act"),
            msg!("form-requester"),
            msg!("name-state"),
            msg!("form-decide-by"),
        ];
        ui.table(&names, &rows);
    }
}

/// Requests as `--json` shows them.
#[must_use]
pub fn document(desk: &Desk, files: &[RequestFile]) -> serde_json::Value {
    let used = used(desk);
    let one = |file: &RequestFile| {
        let request = file.request.value();
        serde_json::json!({
            "request": file.request.hash().to_string(),
            "name": short(file),
            "act": request.act.word(),
            "requester": request.requester.person.to_string(),
            "state": Standing::of(file).word(),
            "used": used(file),
            "decide_by": request.decide_by.to_string(),
            "my_turn": is_my_turn(desk, file),
        })
    };
    files.iter().map(one).collect()
}
