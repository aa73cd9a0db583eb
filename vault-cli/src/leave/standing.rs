//! Sending under a standing approval 常设审批: named, or found among what this home keeps where it fits the draft. The relay
//! counts the uses (docs/decisions.md, "Standing approvals").

use std::path::PathBuf;

use vault_core::admission::judge_use;
use vault_core::decision::{Act, Request, RequestFile};
use vault_core::level::Level;
use vault_core::mark::TypedMark;
use vault_core::sealing::Draft;
use vault_keys::numbers::Holder;

use super::course::Standing;
use super::files::{self, Requests};
use crate::desk::Desk;
use crate::error::Outcome;
use crate::ui::Ui;
use crate::{clock, msg, trust};

/// By what an item may go out without a decision of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// By nothing: it goes by file, where nobody counts.
    #[default]
    Never,
    /// By whatever serves, where the policy would have it decided on.
    WhereItServes,
    /// By this one.
    This(PathBuf),
}

/// Puts a standing approval into a draft, if one is wanted and serves.
///
/// # Errors
/// The one that was named cannot be read, or what is kept is damaged.
pub fn put_into(ui: &Ui, desk: &Desk, wanted: &Wanted, draft: &mut Draft) -> Outcome {
    let org = desk.known.organisation.org();
    let file = match wanted {
        Wanted::Never => return Ok(()),
        Wanted::This(path) => {
            let file = files::read(&[path], org)?;
            Requests::open(&desk.home, org)?.keep(&file)?;
            file
        }
        Wanted::WhereItServes => match find(desk, draft)? {
            Some(file) => file,
            None => return Ok(()),
        },
    };
    let request = file.request.value();
    ui.note(&msg!(
        "standing-used",
        until = clock::local(request.not_after),
        count = request.parameters.count.unwrap_or_default()
    ));
    draft.standing = Some(file.request.hash());
    draft.unit = draft.unit.or(Some(request.unit));
    draft.notes.extend(file.leave().cloned());
    Ok(())
}

/// One that this home keeps and that serves: only where the policy demands a decision, and nobody said whom to ask.
fn find(desk: &Desk, draft: &Draft) -> Outcome<Option<RequestFile>> {
    let Ok(TypedMark { level, .. }) = TypedMark::read(&draft.mark) else { return Ok(None) };
    let policy = trust::policy(&desk.known.organisation)?;
    let rule = policy.value().level(level);
    if level == Level::Unclassified || rule.steps.is_empty() || !draft.asked.is_empty() {
        return Ok(None);
    }
    let all = Requests::open(&desk.home, desk.known.organisation.org())?.all()?;
    for file in all.into_iter().rev() {
        if fits(desk, file.request.value(), level, draft) && serves(desk, &file)? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

fn fits(desk: &Desk, request: &Request, level: Level, draft: &Draft) -> bool {
    let posts = desk.known.directory().person(desk.me).map(|me| me.posts.as_slice()).unwrap_or_default();
    let unit = draft.unit.or_else(|| posts.first().map(|post| post.unit));
    let me = Holder::Person(desk.me);
    let mut to = draft.copies.iter().chain(draft.scope.iter()).filter(|holder| **holder != me);
    request.act == Act::Standing
        && level <= request.level
        && unit == Some(request.unit)
        && to.all(|holder| request.holders.has(holder))
}

fn serves(desk: &Desk, file: &RequestFile) -> Outcome<bool> {
    if !Standing::of(file).is_complete() {
        return Ok(false);
    }
    let judged = desk.published(file.versions(), |published| {
        judge_use(published, &file.request, &file.decisions, None, clock::now())
    })?;
    Ok(judged.is_ok())
}
