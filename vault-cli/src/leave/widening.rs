//! Letting somebody in by leave: the next shared header, with the leave and the decisions on it among its notes.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use vault_core::admission::{Code, Refusal, judge_leave};
use vault_core::decision::{Act, RequestFile};
use vault_core::disk::private::PrivateFile;
use vault_core::item::{ItemHeader, Label, LabelHash};
use vault_core::opening::UnlockedItem;
use vault_core::rewrap::{RewrapError, Rewrapped, Rewrapper};
use vault_keys::keyfile::PersonKeys;

use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::history::History;
use crate::sealing::storage_full;
use crate::{clock, itemfile, msg, opening, refusals};

/// Judges a decided request where it is used: in order, decided, in time, over this label, for this act.
///
/// # Errors
/// A rule refuses it, or it is for another act.
pub fn judge(desk: &Desk, file: &RequestFile, act: Act, over: (&Label, LabelHash)) -> Outcome {
    if file.request.value().act != act {
        let other = super::course::act_words(file.request.value().act);
        return Err(Failure::new(Kind::Refused, msg!("leave-other-act", act = other)).code("leave-other"));
    }
    desk.published(file.versions(), |published| {
        judge_leave(published, &file.request, &file.decisions, Some(over), clock::now())
    })?
    .map_err(|refused| refusals::failure(&refused, &desk.everyone))
}

/// Makes the widened header and has the rules judge it as every reader will.
///
/// # Errors
/// The item cannot be re-wrapped by this person, or a rule refuses the outcome.
pub fn header(
    desk: &Desk,
    keys: &PersonKeys,
    item: &UnlockedItem,
    leave: &RequestFile,
) -> Outcome<Rewrapped> {
    let custodian = leave.request.value().custodian;
    if desk.me != item.label().sender.person && Some(desk.me) != custodian {
        // Said before anything is made: every reader would refuse it.
        let mut failure = refusals::one(&Refusal::new(Code::AccessWriter, desk.me), &desk.everyone);
        failure.kind = Kind::Refused;
        return Err(failure);
    }
    let identities: Vec<_> = keys.identities().collect();
    let rewrapper = Rewrapper::new(desk.me, &keys.signing, &identities, desk.known.directory());
    let decisions = leave.decisions.iter().map(|decision| decision.note().clone());
    let widened = rewrapper
        .widen(item, &leave.request, decisions, &mut clock::randomness())
        .map_err(|error| failure(&error))?;
    if widened.rows.added.is_empty() {
        return Err(Failure::failed(msg!("widen-nobody")).code("nothing-to-do"));
    }
    let history = History::here().with_shared(item.header().access());
    drop(opening::admit(desk, widened.header.clone(), &opening::key_ids(keys), &history)?);
    Ok(widened)
}

fn failure(error: &RewrapError) -> Failure {
    match error {
        RewrapError::NotShared => Failure::failed(msg!("widen-own")).code("not-shared").because(error),
        other => Failure::failed(msg!("rewrap-failed")).because(other),
    }
}

/// Writes the item with another header; the content is copied byte for byte. Nothing is replaced.
///
/// # Errors
/// Something is there already, the content is not whole, or the disk refuses.
pub fn write(whole: &Path, header: &ItemHeader, output: &Path) -> Outcome {
    let mut source = itemfile::ItemFile::open(whole)?;
    if !source.is_whole() {
        return Err(Failure::new(Kind::Integrity, msg!("item-length"))
            .code("content-length")
            .hint(msg!("item-cut-next")));
    }
    let fail = |error: std::io::Error| storage_full(&error).unwrap_or_else(|| Failure::io(output, &error));
    let start = source.header.len() as u64;
    source.file.seek(SeekFrom::Start(start)).map_err(|error| Failure::io(whole, &error))?;
    let target = PrivateFile::new(output).map_err(fail)?;
    let mut bytes = target.file();
    bytes.write_all(header.bytes()).map_err(fail)?;
    std::io::copy(&mut source.file, &mut bytes).map_err(fail)?;
    target.finish_durable().map(drop).map_err(fail)
}
