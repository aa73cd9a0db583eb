//! `vault keys sign`: show what a paper says, ask once, add this officer's signature, write the file back.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_keys::digest::NoteHash;
use vault_keys::directory::{Organisation, Progress};

use super::showing::{self, Shown};
use crate::cli::SignArgs;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, Home, write_whole};
use crate::officer::{self, Entry, Hands, NextDirectory, Paper, Transcript, Verb};
use crate::{clock, msg};

pub(super) fn run(context: &Context, args: &SignArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let before = officer::known(&home)?;
    let mut papers = papers(&home, args)?;
    if let [(paper, _)] = papers.as_mut_slice() {
        for copy in &args.merge {
            paper.merge(&Paper::read(copy)?)?;
        }
    } else if !args.merge.is_empty() {
        return Err(Failure::usage(msg!("sign-merge-one")));
    }
    let shown = papers
        .iter()
        .map(|(paper, _)| show(context, &home, paper, before.as_ref()))
        .collect::<Outcome<Vec<Shown>>>()?;
    ui.confirm(&msg!("sign-ask", count = papers.len()))?;
    let hands = Hands::unlock(context, &home, &args.at_terminal)?;
    let mut documents = Vec::new();
    for ((paper, path), shown) in papers.iter_mut().zip(&shown) {
        documents.push(sign(context, &home, paper, before.as_ref(), &hands, shown, path)?);
    }
    ui.json(&json!({ "files": documents }));
    Ok(())
}

/// The papers to sign, and where each is written.
fn papers(home: &Home, args: &SignArgs) -> Outcome<Vec<(Paper, PathBuf)>> {
    if args.files.is_empty() {
        let paper = Paper::Proposal(NextDirectory::open(home)?.propose(home, clock::now())?);
        let path = args.output.clone().unwrap_or_else(|| PathBuf::from("directory.proposal"));
        if path.exists() {
            let path = path.display().to_string();
            return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
        }
        return Ok(vec![(paper, path)]);
    }
    args.files.iter().map(|path| Ok((Paper::read(path)?, path.clone()))).collect()
}

/// Shows a paper and enters in the transcript that it was shown.
pub(super) fn show(
    context: &Context,
    home: &Home,
    paper: &Paper,
    before: Option<&Organisation>,
) -> Outcome<Shown> {
    let ui = &context.ui;
    let shown = showing::paper(context, paper, before)?;
    shown.print(context);
    ui.line(&ui.words(&msg!("sign-hash", number = paper.number())));
    let progress = paper.progress(before)?;
    showing::progress(context, &progress);
    record(home, Verb::Shown, paper, &progress, &shown)?;
    Ok(shown)
}

/// Signs one paper, writes it back and says how far it is.
pub(super) fn sign(
    context: &Context,
    home: &Home,
    paper: &mut Paper,
    before: Option<&Organisation>,
    hands: &Hands,
    shown: &Shown,
    path: &Path,
) -> Outcome<Value> {
    let ui = &context.ui;
    let names = paper.sign(hands, before)?;
    // Written whole and in its place: whoever is interrupted has the old file or the new one.
    write_whole(path, &paper.encode(), Existing::Replace)?;
    let progress = paper.progress(before)?;
    record(home, Verb::Signed, paper, &progress, shown)?;
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let shown_path = path.display().to_string();
    ui.done(&msg!("signed", names = ui.list(&names), path = shown_path.clone()));
    showing::progress(context, &progress);
    let enough = progress.iter().all(|one| one.enough);
    if enough {
        ui.note(&msg!("signed-enough-next", path = shown_path.clone()));
    } else {
        ui.note(&msg!("signed-next", path = shown_path.clone()));
    }
    Ok(json!({
        "file": shown_path,
        "hash": paper.hash().to_string(),
        "number": paper.number(),
        "title": shown.title,
        "changes": shown.lines,
        "warnings": shown.warnings,
        "signed_now": names,
        "progress": showing::document(&progress),
        "enough": enough,
    }))
}

/// Enters an act in the transcript.
pub(super) fn record(
    home: &Home,
    verb: Verb,
    paper: &Paper,
    progress: &[Progress],
    shown: &Shown,
) -> Outcome {
    let mut signed: Vec<String> =
        progress.iter().flat_map(|one| &one.signed).map(ToString::to_string).collect();
    signed.sort();
    signed.dedup();
    let entry =
        Entry { time: clock::now(), verb, hash: paper.hash().to_string(), signed, words: shown.words() };
    Transcript::of(home).enter(&entry)
}

/// Enters that a paper is in force here, where the program was cut off before it could.
pub(super) fn record_again(context: &Context, home: &Home, hash: NoteHash) -> Outcome {
    let hash = hash.to_string();
    let transcript = Transcript::of(home);
    if transcript.has(Verb::Published, &hash)? {
        return Ok(());
    }
    let words = vec![context.ui.words(&msg!("published-cut-off"))];
    transcript.enter(&Entry { time: clock::now(), verb: Verb::Published, hash, signed: Vec::new(), words })
}
