//! What happens on stage. Every claim is checked before it is printed; one that does not hold ends the
//! demonstration with an error.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use vault_core::register::checkpoint::LogVerifier;
use vault_core::register::event::{Event, EventKind};
use vault_core::register::proof::{Evidence, VerifiedLeaf};

use super::forgery;
use super::stage::{LI, Stage, WANG};
use crate::error::{Failure, Kind, Outcome};
use crate::evidence::Kept;
use crate::home::{Existing, write_whole};
use crate::inbox::Inbox;
use crate::outbox::{Outbox, short};
use crate::{msg, trust};

/// What was shown, for `--json`.
pub(super) struct Facts {
    /// The item.
    pub(super) item: String,
    /// The leaf of the receipt.
    pub(super) receipt_leaf: u64,
}

pub(super) fn play(stage: &mut Stage<'_>) -> Outcome<Facts> {
    send(stage)?;
    look_without_key(stage)?;
    receive(stage)?;
    let receipt_leaf = evidence(stage)?;
    top_secret(stage)?;
    Ok(Facts { item: stage.item_word().to_owned(), receipt_leaf })
}

fn send(stage: &mut Stage<'_>) -> Outcome {
    stage.scene(&msg!("demo-scene-send"));
    let file = stage.file().display().to_string();
    stage.show(
        WANG,
        &[
            "send",
            &file,
            "--to",
            "李娜,zhangwei",
            "--mark",
            "内部",
            "--term",
            "2年",
            "--basis",
            "工作秘密清单第3项",
        ],
    )?;
    let item = Outbox::open(&stage.home(WANG.home)?)?.sent()?.pop().ok_or_else(untrue)?;
    stage.remember(short(item));
    Ok(())
}

fn look_without_key(stage: &Stage<'_>) -> Outcome {
    stage.scene(&msg!("demo-scene-relay"));
    let plaintext = fs::read(stage.file()).map_err(|error| Failure::io(stage.file(), &error))?;
    let name = stage.file().file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let middle = plaintext.len() / 2;
    let sample = plaintext.get(middle..(middle + 48).min(plaintext.len())).unwrap_or_default();
    for needle in [sample, name.as_bytes()] {
        if needle.len() >= 8 && holds(&stage.folder().join("relay"), needle)? {
            return Err(untrue());
        }
    }
    stage.done(&msg!("demo-relay-blind"));
    Ok(())
}

fn receive(stage: &Stage<'_>) -> Outcome {
    stage.scene(&msg!("demo-scene-receive"));
    stage.show(LI, &[])?;
    stage.show(LI, &["receive"])?;
    stage.aside(&msg!("demo-demand-first"));
    let inbox = Inbox::open(&stage.home(LI.home)?)?;
    let item = inbox.items()?.pop().ok_or_else(untrue)?;
    let sealed = inbox.path(item);
    stage.aside(&msg!("demo-inspect-lead"));
    stage.show(LI, &["inspect", &sealed.display().to_string()])?;
    // What `read` hands to the viewer, taken here into a folder of the demonstration to be compared.
    let opened = stage.folder().join("opened");
    stage.quietly(LI.home, &["open", &sealed.display().to_string(), "-o", &opened.display().to_string()])?;
    if !identical(&opened, stage.file())? {
        return Err(untrue());
    }
    fs::remove_file(&opened).map_err(|error| Failure::io(&opened, &error))?;
    let bytes = fs::metadata(stage.file()).map_err(|error| Failure::io(stage.file(), &error))?.len();
    stage.done(&msg!("demo-identical", bytes = bytes));
    Ok(())
}

fn evidence(stage: &Stage<'_>) -> Outcome<u64> {
    stage.scene(&msg!("demo-scene-evidence"));
    stage.show(WANG, &["status", stage.item_word()])?;
    let home = stage.home(WANG.home)?;
    let outbox = Outbox::open(&home)?;
    let item = outbox.sent()?.pop().ok_or_else(untrue)?;
    let receipt = receipt(&home, &outbox.evidence(item)?)?;
    let (leaf, proof) = (&receipt.0, &receipt.1);
    let path = stage.folder().join("receipt.tlog-proof");
    write_whole(&path, proof.as_bytes(), Existing::Replace)?;
    let size = leaf.checkpoint.checkpoint().size();
    stage.done(&msg!("demo-receipt", leaf = leaf.index, size = size));
    stage.aside(&msg!("demo-receipt-signed"));
    stage.aside(&msg!("demo-receipt-proof"));
    Ok(leaf.index)
}

/// The receipt among the evidence, verified from its text alone under the keys of the pinned root.
fn receipt(home: &crate::home::Home, kept: &Kept) -> Outcome<(VerifiedLeaf, String)> {
    let known = trust::load(home)?;
    let root = known.organisation.root();
    let origin = root.log_origin().as_str().parse().map_err(|_| untrue())?;
    let verifier = LogVerifier::new(origin, root.log().clone());
    for kept in &kept.leaves {
        let evidence =
            Evidence::parse(kept.proof.as_bytes()).map_err(|error| super::stage::broken(&error))?;
        let leaf = evidence.verify(&verifier, root.org()).map_err(|error| super::stage::broken(&error))?;
        let Ok(event) = leaf.leaf.signed::<Event>() else { continue };
        if event.value().kind != EventKind::Received {
            continue;
        }
        // The person's own signature inside the leaf, by the key the directory names.
        let (person, key) = event.value().person.zip(event.value().key).ok_or_else(untrue)?;
        let (owner, key) = known.directory().key(&key).ok_or_else(untrue)?;
        let key = key.verifying().filter(|_| owner == person).ok_or_else(untrue)?;
        let signer = vault_keys::note::Verifier::person(&root.org(), person, key);
        event.verified_by(&signer).map_err(|error| super::stage::broken(&error))?;
        return Ok((leaf, kept.proof.clone()));
    }
    Err(untrue())
}

fn top_secret(stage: &Stage<'_>) -> Outcome {
    stage.scene(&msg!("demo-scene-top-secret"));
    let file = stage.file().display().to_string();
    let sealed = stage.folder().join("never.age");
    let output = sealed.display().to_string();
    let by_seal = stage.show(WANG, &["seal", &file, "--to", "李娜", "--mark", "绝密★30年", "-o", &output]);
    must_refuse(by_seal)?;
    if sealed.exists() {
        return Err(untrue());
    }
    let by_send = stage.show(WANG, &["send", &file, "--to", "李娜", "--mark", "TOP SECRET"]);
    must_refuse(by_send)?;
    stage.aside(&msg!("demo-forgery-lead"));
    let refusal = forgery::submit(stage)?;
    if refusal.code.as_deref() != Some("top-secret") {
        return Err(refusal);
    }
    stage.refused(&msg!("demo-forgery-refused"));
    Ok(())
}

fn must_refuse(outcome: Outcome) -> Outcome {
    match outcome {
        Err(failure) if failure.kind == Kind::Refused && failure.code.as_deref() == Some("top-secret") => {
            Ok(())
        }
        Err(failure) => Err(failure),
        Ok(()) => Err(untrue()),
    }
}

/// A claim of the demonstration that does not hold: a bug, or a tampered machine.
fn untrue() -> Failure {
    Failure::new(Kind::Integrity, msg!("demo-untrue"))
}

/// Whether any file below a folder holds these bytes.
fn holds(folder: &Path, needle: &[u8]) -> Outcome<bool> {
    for entry in fs::read_dir(folder).map_err(|error| Failure::io(folder, &error))? {
        let path = entry.map_err(|error| Failure::io(folder, &error))?.path();
        // A socket holds nothing.
        let found =
            if path.is_dir() { holds(&path, needle)? } else { path.is_file() && file_holds(&path, needle)? };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn file_holds(path: &Path, needle: &[u8]) -> Outcome<bool> {
    let fail = |error: std::io::Error| Failure::io(path, &error);
    let mut file = fs::File::open(path).map_err(fail)?;
    let (mut window, mut block) = (Vec::new(), vec![0; 1 << 20]);
    loop {
        let count = file.read(&mut block).map_err(fail)?;
        if count == 0 {
            return Ok(false);
        }
        window.extend_from_slice(block.get(..count).unwrap_or_default());
        if window.windows(needle.len()).any(|piece| piece == needle) {
            return Ok(true);
        }
        let keep = window.len().saturating_sub(needle.len());
        window.drain(..keep);
    }
}

fn identical(one: &Path, other: &Path) -> Outcome<bool> {
    let open = |path: &Path| fs::File::open(path).map_err(|error| Failure::io(path, &error));
    let (mut one, mut other) = (open(one)?, open(other)?);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    loop {
        left.clear();
        right.clear();
        let fail = |error: std::io::Error| super::stage::broken(&error);
        (&mut one).take(1 << 20).read_to_end(&mut left).map_err(fail)?;
        (&mut other).take(1 << 20).read_to_end(&mut right).map_err(fail)?;
        if left != right {
            return Ok(false);
        }
        if left.is_empty() {
            return Ok(true);
        }
    }
}
