//! Evidence as a file, judged by whoever has the organisation and nothing else: each leaf stands in the register whose keys
//! root names, each person's signature in it holds, and no two leaves or checkpoints contradict each other
//! (docs/evidence.md, "Evidence as a file").

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use vault_core::register::checkpoint::LogVerifier;
use vault_core::register::leaf::{LeafBody, LeafHash};
use vault_core::register::proof::{self, EvidenceError, VerifiedLeaf};
use vault_core::register::tree::TreeRoot;
use vault_keys::directory::{Directory, Organisation};
use vault_keys::key_id::KeyKind;
use vault_keys::note::{KeyName, Note, Verifier};
use vault_keys::numbers::PersonNo;
use vault_relay::client::Evidence;

use crate::entries::Entry;
use crate::error::{Failure, Kind, Outcome};
use crate::evidence::{BYTES_MAX, Kept, LeafAndProof};
use crate::home::{Existing, read_limited, write_whole};
use crate::msg;

/// One leaf of a file, proved.
#[derive(Debug)]
pub struct Proved {
    /// What it says.
    pub entry: Entry,
    /// Leaves under the checkpoint that proves it.
    pub size: u64,
    /// By whom it is signed.
    pub signed: SignedBy,
}

/// By whom a leaf is signed, beside the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedBy {
    /// By nobody: the relay's own word.
    Relay,
    /// By this person, with a key of his.
    Person(PersonNo),
    /// By a person whom the directory at hand does not know, so that nothing is said of it.
    Unknown,
}

/// Writes what is kept of an item as a file for others.
///
/// # Errors
/// Something is there already, or the disk refuses.
pub fn write(kept: &Kept, to: &Path) -> Outcome {
    let shown = Kept { leaves: kept.leaves.clone(), ..Kept::new() };
    write_whole(to, &shown.encode()?, Existing::Keep)
}

/// Proves every leaf of these files.
///
/// # Errors
/// A file is none, a leaf does not stand in the register, a signature does not hold, or two contradict each other; the first
/// is named.
pub fn verify(organisation: &Organisation, paths: &[PathBuf]) -> Outcome<Vec<Proved>> {
    let mut all: BTreeMap<(u64, LeafHash), Proved> = BTreeMap::new();
    let mut seen = Seen::default();
    for path in paths {
        for proof in proofs(path)? {
            let evidence = proved(organisation, &proof).map_err(|failure| failure.on_item(&name(path)))?;
            let leaf = &evidence.leaf;
            seen.hold(leaf).map_err(|failure| failure.on_item(&name(path)))?;
            let signed = signed(organisation.directory(), &evidence)
                .map_err(|failure| failure.on_item(&name(path)))?;
            let size = leaf.checkpoint.checkpoint().size();
            all.insert((leaf.index, leaf.leaf.hash()), Proved { entry: Entry::of(&evidence), size, signed });
        }
    }
    Ok(all.into_values().collect())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The proofs in a file: one C2SP tlog-proof, or as many as the evidence of an item has.
fn proofs(path: &Path) -> Outcome<Vec<LeafAndProof>> {
    let bytes = read_limited(path, BYTES_MAX)?;
    let none = || {
        let shown = path.display().to_string();
        Failure::new(Kind::Integrity, msg!("evidence-none", path = shown)).code("evidence-form")
    };
    if bytes.starts_with(b"{") {
        let kept = Kept::parse(&bytes).ok_or_else(none)?;
        return if kept.leaves.is_empty() { Err(none()) } else { Ok(kept.leaves) };
    }
    let proof = String::from_utf8(bytes).map_err(|_| none())?;
    let index = proof::Evidence::parse(proof.as_bytes()).map_err(|error| none().because(&error))?.index();
    Ok(vec![LeafAndProof { index, proof }])
}

/// A leaf proved under the keys of one of the roots, the newest first.
fn proved(organisation: &Organisation, one: &LeafAndProof) -> Outcome<Evidence> {
    let bad = |error: &EvidenceError| {
        Failure::new(Kind::Integrity, msg!("evidence-bad", index = one.index))
            .code("evidence-proof")
            .because(error)
    };
    let text = one.proof.as_bytes();
    let claim = proof::Evidence::parse(text).map_err(|error| bad(&error))?;
    if claim.index() != one.index {
        return Err(bad(&EvidenceError::Form("another index than the file says")));
    }
    let mut refused = EvidenceError::Form("no root names a register");
    for root in organisation.roots().iter().rev() {
        let Ok(origin) = root.log_origin().as_str().parse() else { continue };
        match claim.verify(&LogVerifier::new(origin, root.log().clone()), organisation.org()) {
            Ok(leaf) => return Ok(Evidence { leaf, text: text.to_vec() }),
            Err(error) => refused = error,
        }
    }
    Err(bad(&refused))
}

/// What the files said so far: a register has one leaf at each place, and one root at each size.
#[derive(Default)]
struct Seen {
    leaves: BTreeMap<(String, u64), LeafHash>,
    roots: BTreeMap<(String, u64), TreeRoot>,
}

impl Seen {
    fn hold(&mut self, leaf: &VerifiedLeaf) -> Outcome {
        let (hash, checkpoint) = (leaf.leaf.hash(), leaf.checkpoint.checkpoint());
        // A log that took the place of another has leaves of its own at the places where that one lost some.
        let at = |number: u64| (checkpoint.origin().as_str().to_owned(), number);
        let same_leaf = *self.leaves.entry(at(leaf.index)).or_insert(hash) == hash;
        let root = checkpoint.root();
        let same_root = *self.roots.entry(at(checkpoint.size())).or_insert(root) == root;
        if same_leaf && same_root {
            return Ok(());
        }
        Err(Failure::new(Kind::Integrity, msg!("evidence-fork", index = leaf.index))
            .code("evidence-fork")
            .hint(msg!("evidence-fork-next")))
    }
}

/// Whose signature in a leaf holds.
///
/// # Errors
/// It names somebody of the directory as its signer, and no key of his made it.
pub(crate) fn signed(directory: &Directory, evidence: &Evidence) -> Outcome<SignedBy> {
    let LeafBody::Note(note) = evidence.leaf.leaf.body() else { return Ok(SignedBy::Relay) };
    let org = directory.org();
    let names = |person: PersonNo| {
        let name = KeyName::person(&org, person);
        note.lines().iter().any(|line| *line.name() == name)
    };
    let mut named = directory.persons().iter().filter(|person| names(person.number)).peekable();
    if named.peek().is_none() {
        return Ok(SignedBy::Unknown);
    }
    let holds = named.find(|person| {
        let keys = person.keys.iter().filter(|key| key.kind == KeyKind::Sign);
        keys.filter_map(|key| key.verifying())
            .any(|key| is_by(note, &Verifier::person(&org, person.number, key)))
    });
    let said = Entry::of(evidence).person;
    holds
        .map(|person| person.number)
        // Somebody's signature under what another is said to have done is none.
        .filter(|signer| said.is_none_or(|person| person == *signer))
        .map(SignedBy::Person)
        .ok_or_else(|| {
            Failure::new(Kind::Integrity, msg!("evidence-signature", index = evidence.leaf.index))
                .code("evidence-signature")
        })
}

fn is_by(note: &Note, verifier: &Verifier) -> bool {
    note.verified_by(verifier).is_ok()
}

#[cfg(all(test, feature = "test-hooks"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_core::disk::durable::RealDisk;
    use vault_core::register::checkpoint::LogKey;
    use vault_core::register::event::{Event, EventKind};
    use vault_core::register::folder::{CheckpointFile, LogFolder};
    use vault_core::register::leaf::{Leaf, LeafHead};
    use vault_core::register::sequencer::Sequencer;
    use vault_core::test_world::{Member, World};
    use vault_keys::note::Signed;
    use vault_keys::signing::OfficeKey;

    use super::*;

    /// What p1 says he opened, signed by this member's key under this member's name.
    fn opened(world: &World, by: &Member, signer: &Member) -> Vec<u8> {
        let org = world.root.org();
        let event = Event {
            item: Some(vault_core::test_world::item_id(1)),
            label: Some(vault_core::item::LabelHash::from_bytes([1; 32])),
            content: Some(vault_core::stream::parts::ContentHash::from_bytes([2; 32])),
            station: Some(by.station.key_id()),
            ..Event::of_person(org, EventKind::Opened, by.person, signer.signing.key_id(), world.now())
        };
        let signed = Signed::sign(event, &KeyName::person(&org, signer.person), &signer.signing).unwrap();
        let head = LeafHead::new(org, world.now(), None, "relay-1".parse().unwrap(), [7; 16]);
        Leaf::of_note(&head, signed.note()).unwrap().bytes().to_vec()
    }

    /// Evidence of every one of these leaves in a log of just them.
    fn log_of(world: &World, key: OfficeKey, leaves: &[Vec<u8>]) -> Kept {
        let folder = tempfile::tempdir().unwrap();
        let key = LogKey::new(world.root.log_origin().as_str().parse().unwrap(), key);
        let guard = CheckpointFile::new(RealDisk, &folder.path().join("guard"));
        let log = LogFolder::take(RealDisk, &folder.path().join("log")).unwrap();
        let mut sequencer = Sequencer::create(log, guard, key, world.now()).unwrap();
        let all: Vec<&[u8]> = leaves.iter().map(Vec::as_slice).collect();
        sequencer.append(0, &all, world.now()).unwrap();
        let checkpoint = sequencer.checkpoint().clone();
        let tiles = LogFolder::reader(RealDisk, &folder.path().join("log"));
        let mut kept = Kept::new();
        kept.add((0..leaves.len() as u64).map(|index| {
            let proof = proof::Evidence::collect(&tiles, index, &checkpoint).unwrap().encode();
            LeafAndProof { index, proof: String::from_utf8(proof).unwrap() }
        }));
        kept
    }

    fn judged(world: &World, files: &[&Kept]) -> Result<Vec<SignedBy>, String> {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> =
            (0..files.len()).map(|number| folder.path().join(format!("{number}.json"))).collect();
        for (kept, path) in files.iter().zip(&paths) {
            write(kept, path).unwrap();
        }
        verify(&world.organisation(), &paths)
            .map(|proved| proved.iter().map(|one| one.signed).collect())
            .map_err(|failure| failure.code.clone().unwrap())
    }

    #[test]
    fn what_stands_in_the_register_under_its_signers_name_holds() {
        let world = World::new();
        let (one, two) = (world.member(1), world.member(2));
        let kept = log_of(&world, World::new().log, &[opened(&world, one, one), opened(&world, two, two)]);
        assert_eq!(
            judged(&world, &[&kept]),
            Ok(vec![SignedBy::Person(one.person), SignedBy::Person(two.person)])
        );
        assert_eq!(judged(&world, &[&kept, &kept]).unwrap().len(), 2, "the same twice is the same");
        // One alone, as the C2SP text it is.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.tlog-proof");
        std::fs::write(&path, &kept.leaves[1].proof).unwrap();
        assert_eq!(verify(&world.organisation(), &[path]).unwrap()[0].entry.index, 1);
    }

    #[test]
    fn a_register_that_took_a_signature_under_another_name() {
        let world = World::new();
        let (one, two) = (world.member(1), world.member(2));
        let kept = log_of(&world, World::new().log, &[opened(&world, one, two)]);
        assert_eq!(judged(&world, &[&kept]), Err("evidence-signature".to_owned()));
        // Nor does one hold whose text was changed after it was signed.
        let leaf = String::from_utf8(opened(&world, one, one)).unwrap().replace("opened", "marked");
        let kept = log_of(&world, World::new().log, &[leaf.into_bytes()]);
        assert_eq!(judged(&world, &[&kept]), Err("evidence-signature".to_owned()));
    }

    #[test]
    fn two_registers_under_one_key_contradict_each_other() {
        let world = World::new();
        let (one, two) = (world.member(1), world.member(2));
        let first = log_of(&world, World::new().log, &[opened(&world, one, one)]);
        let other = log_of(&world, World::new().log, &[opened(&world, two, two)]);
        assert_eq!(judged(&world, &[&first, &other]), Err("evidence-fork".to_owned()));
    }

    #[test]
    fn doctored_cut_or_foreign_evidence() {
        let world = World::new();
        let one = world.member(1);
        let leaves = [opened(&world, one, one), opened(&world, one, one)];
        let kept = log_of(&world, World::new().log, &leaves);
        let proof = "evidence-proof".to_owned();
        let foreign = log_of(&world, World::new().officer, &leaves);
        assert_eq!(judged(&world, &[&foreign]), Err(proof.clone()), "another key");
        let mut swapped = kept.clone();
        swapped.leaves[0].index = 1;
        swapped.leaves.truncate(1);
        assert_eq!(judged(&world, &[&swapped]), Err(proof.clone()), "another place");
        let text = &kept.leaves[0].proof;
        for at in (0..text.len()).step_by(97) {
            let mut doctored = kept.clone();
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            doctored.leaves[0].proof = String::from_utf8_lossy(&bytes).into_owned();
            assert!(judged(&world, &[&doctored]).is_err(), "byte {at}");
        }
        let mut cut = kept.clone();
        cut.leaves[0].proof.truncate(text.len() / 2);
        assert_eq!(judged(&world, &[&cut]), Err(proof));
        assert_eq!(judged(&world, &[&Kept::new()]), Err("evidence-form".to_owned()));
    }
}
