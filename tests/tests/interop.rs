//! Other age programs and ours, both ways: files of theirs opened by our reader, items of ours opened by them to the
//! exact bytes. Debian's `age` and PyPI's `pyrage` know the classic suite, npm's `age-encryption` both.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use vault_core::admission::Reader;
use vault_core::decision::{About, Answer, DecisionNote, DecisionType};
use vault_core::item::DirectoryRef;
use vault_core::opening::AdmittedItem;
use vault_core::policy::Policy;
use vault_core::rewrap::Rewrapper;
use vault_core::scope::Ascending;
use vault_core::test_world::World;
use vault_keys::digest::sha256;
use vault_keys::keyfile::{Cost, PersonKeys};
use vault_keys::note::{KeyName, Signed};
use vault_keys::opening::{Identity, Suite};
use vault_tests::age_reader::{Keys, decrypt};
use vault_tests::require::found_or_skipped;
use vault_tests::{fixtures, hex, items};

/// Around every border of the chunks, and the empty file.
const SIZES: [usize; 7] = [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000];

#[test]
fn debian_age() {
    let how = "apt-get install age";
    let Some(age) = found_or_skipped(on_path("age"), "Debian's age", how) else { return };
    both_ways(&Other {
        seal: Box::new(age_seal(&age)),
        open: Box::new(age_open(&age)),
        suite: Suite::Classic,
    });
}

#[test]
fn pyrage() {
    let Some(call) = python_call() else { return };
    both_ways(&Other { seal: call("seal"), open: call("open"), suite: Suite::Classic });
}

#[test]
fn age_encryption_hybrid() {
    let Some(call) = node_call() else { return };
    both_ways(&Other { seal: call("seal"), open: call("open"), suite: Suite::Hybrid });
}

#[test]
fn age_encryption_classic() {
    let Some(call) = node_call() else { return };
    both_ways(&Other { seal: call("seal"), open: call("open"), suite: Suite::Classic });
}

/// The backup of a person's keys, opened without us, is an identity file that opens the person's items without us.
#[test]
fn a_backup_opens_with_stock_age() {
    let how = "apt-get install age and script (bsdutils)";
    let tools = on_path("age").zip(on_path("script"));
    let Some((age, script)) = found_or_skipped(tools, "Debian's age and a terminal for it", how) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);

    let mut made = items::make(Suite::Classic, 5, b"classic");
    let mut keys = PersonKeys::generate(Suite::Classic, &mut StdRng::seed_from_u64(6));
    keys.replace_opening(made.identities.remove(1));
    fs::write(at("keys.age"), keys.lock("correct horse", Cost::Cheap).unwrap()).unwrap();
    fs::write(at("item.age"), &made.bytes).unwrap();

    // age reads a passphrase from a terminal only; `script` makes one.
    let command = format!("{} -d -o keys.txt keys.age", age.display());
    let mut child = Command::new(script)
        .current_dir(folder.path())
        .args(["-qec", &command, "/dev/null"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"correct horse\n").unwrap();
    assert!(child.wait().unwrap().success(), "age does not unlock the backup");

    run(Command::new(&age)
        .args(["-d", "-i"])
        .arg(at("keys.txt"))
        .arg("-o")
        .arg(at("plain"))
        .arg(at("item.age")));
    assert_eq!(fs::read(at("plain")).unwrap(), b"classic");
}

/// Until an item is released nobody but those who decide can open it, with whatever program; then its reader can.
#[test]
fn an_item_opens_with_stock_age_once_it_is_released() {
    let how = "apt-get install age";
    let Some(age) = found_or_skipped(on_path("age"), "Debian's age", how) else { return };
    opens_once_released(Suite::Classic, &|input, output, identity| {
        let file = input.with_extension("identity");
        fs::write(&file, format!("{identity}\n")).unwrap();
        let mut command = Command::new(&age);
        command.args(["-d", "-i"]).arg(&file).arg("-o").arg(output).arg(input).output().unwrap()
    });
}

#[test]
fn an_item_opens_with_npms_age_encryption_once_it_is_released() {
    let package = vault_tests::interop_dir().join("node_modules/age-encryption");
    let found = on_path("node").filter(|_| package.is_dir());
    let node = found_or_skipped(found, "npm's age-encryption", "tests/interop/install.sh");
    let Some(node) = node else { return };
    let script = vault_tests::project_root().join("tests/interop/age_encryption.mjs");
    opens_once_released(Suite::Hybrid, &|input, output, identity| {
        let mut command = Command::new(&node);
        command.env("VAULT_INTEROP_DIR", vault_tests::interop_dir());
        command.arg(&script).arg("open").arg(input).arg(output).arg(identity).output().unwrap()
    });
}

/// Opens a file with one identity: input, output, identity.
type TryOpen<'a> = &'a dyn Fn(&Path, &Path, &str) -> std::process::Output;

fn opens_once_released(suite: Suite, open: TryOpen<'_>) {
    let (proposed, released, world) = released(suite, b"content");
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("input"), folder.path().join("output"));
    let identity = |number: u32| {
        let member = world.member(number);
        let identity = if suite == Suite::Hybrid { &member.opening } else { &member.classic };
        identity.to_text().to_string()
    };
    let opened = |bytes: &[u8], number: u32| {
        drop(fs::remove_file(&output));
        fs::write(&input, bytes).unwrap();
        let ended = open(&input, &output, &identity(number));
        let opened = fs::read(&output).ok().filter(|_| ended.status.success());
        assert!(opened.as_deref().is_none_or(|opened| opened == b"content"));
        opened.is_some()
    };
    // p1 sent it, p9 approves, p3 is to read it, p4 is nobody to it.
    let who = [1, 9, 3, 4];
    assert_eq!(who.map(|number| opened(&proposed, number)), [true, true, false, false], "proposed");
    assert_eq!(who.map(|number| opened(&released, number)), [true, true, true, false], "released");
}

/// An item for p3 as p1 proposed it and as p9 released it.
fn released(suite: Suite, plaintext: &[u8]) -> (Vec<u8>, Vec<u8>, World) {
    let mut world = World::with_deciders();
    let org = world.root.org();
    world.change_policy(Policy::standard(org));
    let mut draft = world.draft(&[3]);
    draft.suite = suite;
    let p9 = world.member(9);
    draft.asked = vec![("approval".parse().unwrap(), Ascending::of([p9.person]))];
    let item = world.seal(&draft, plaintext, 1);
    let directory = world.directory();
    let note = DecisionNote {
        tag: DecisionType,
        org,
        about: About::label(item.header.label_hash()),
        step: "approval".parse().unwrap(),
        person: p9.person,
        key: p9.signing.key_id(),
        station: p9.station.key_id(),
        principal: None,
        answer: Answer::Agree,
        opened: true,
        previous: None,
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: world.now(),
        not_after: None,
        opinion: None,
    };
    let note = Signed::sign(note, &KeyName::person(&org, p9.person), &p9.signing).unwrap();
    let shelf = world.shelf();
    let identity = if suite == Suite::Hybrid { &p9.opening } else { &p9.classic };
    let keys = [identity.to_recipient().key_id()];
    let admitted =
        AdmittedItem::new(item.header.clone(), &shelf.published(), Reader::new(&keys), world.now());
    let unlocked = admitted.unwrap().unlock(&[identity]).unwrap();
    let rewrapper = Rewrapper::new(p9.person, &p9.signing, &[identity], shelf.in_force.directory());
    let made = rewrapper.release(&unlocked, [note.note().clone()], &mut StdRng::seed_from_u64(9)).unwrap();
    let finished = [made.header.bytes(), item.content.as_slice()].concat();
    (item.file(), finished, world)
}

/// Runs another program: input file, output file, keys.
type Call = Box<dyn Fn(&Path, &Path, &[String])>;

struct Other {
    seal: Call,
    open: Call,
    suite: Suite,
}

fn both_ways(other: &Other) {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("input"), folder.path().join("output"));
    for (seed, size) in (1..).zip(SIZES) {
        let plaintext = text(seed, size);

        // Theirs, opened by us: the identity is the second of two.
        let rng = &mut StdRng::seed_from_u64(seed);
        let identities = [Identity::generate(other.suite, rng), Identity::generate(other.suite, rng)];
        fs::write(&input, &plaintext).unwrap();
        (other.seal)(
            &input,
            &output,
            &identities.each_ref().map(|identity| identity.to_recipient().to_string()),
        );
        let [_, identity] = identities;
        let opened = decrypt(&fs::read(&output).unwrap(), &Keys::from(identity)).unwrap();
        assert!(opened.plaintext == plaintext, "{size} bytes of theirs");

        // An item of ours, opened by them: with label, manifest and access note in its header, by each holder in turn.
        let made = items::make(other.suite, seed, &plaintext);
        let identity = made.identities.iter().cycle().nth(usize::try_from(seed).unwrap()).unwrap();
        fs::write(&input, &made.bytes).unwrap();
        (other.open)(&input, &output, &[identity.to_text().to_string()]);
        assert!(fs::read(&output).unwrap() == plaintext, "{size} bytes of ours");
    }
    for fixture in fixtures::all().iter().filter(|fixture| fixture.suite == other.suite) {
        fs::write(&input, fixture.bytes()).unwrap();
        (other.open)(&input, &output, std::slice::from_ref(&fixture.identity));
        let found = hex(&sha256(&fs::read(&output).unwrap()));
        assert_eq!(found, fixture.plaintext_sha256, "{}", fixture.file);
    }
}

fn age_seal(age: &Path) -> impl Fn(&Path, &Path, &[String]) + use<> {
    let age = age.to_owned();
    move |input, output, recipients| {
        let recipients = recipients.iter().flat_map(|recipient| ["-r", recipient]);
        run(Command::new(&age).args(recipients).arg("-o").arg(output).arg(input));
    }
}

fn age_open(age: &Path) -> impl Fn(&Path, &Path, &[String]) + use<> {
    let age = age.to_owned();
    move |input, output, identities| {
        let file = input.with_extension("identities");
        fs::write(&file, identities.join("\n") + "\n").unwrap();
        // With -o it would leave no file for an empty plaintext.
        let output = fs::File::create(output).unwrap();
        let mut command = Command::new(&age);
        let status = command.args(["-d", "-i"]).arg(&file).arg(input).stdout(output).status().unwrap();
        assert!(status.success(), "{command:?}");
    }
}

fn python_call() -> Option<impl Fn(&str) -> Call> {
    let python = vault_tests::interop_dir().join("venv/bin/python");
    let found = python.is_file().then_some(python);
    let python = found_or_skipped(found, "PyPI's pyrage", "tests/interop/install.sh")?;
    Some(move |verb: &str| script_call(python.clone(), "pyrage_call.py", verb))
}

fn node_call() -> Option<impl Fn(&str) -> Call> {
    let package = vault_tests::interop_dir().join("node_modules/age-encryption");
    let found = on_path("node").filter(|_| package.is_dir());
    let node = found_or_skipped(found, "npm's age-encryption", "tests/interop/install.sh")?;
    Some(move |verb: &str| script_call(node.clone(), "age_encryption.mjs", verb))
}

fn script_call(program: PathBuf, script: &str, verb: &str) -> Call {
    let script = vault_tests::project_root().join("tests/interop").join(script);
    let verb = verb.to_owned();
    Box::new(move |input, output, keys| {
        let mut command = Command::new(&program);
        command.env("VAULT_INTEROP_DIR", vault_tests::interop_dir());
        run(command.arg(&script).arg(&verb).arg(input).arg(output).args(keys));
    })
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path: OsString = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn text(seed: u64, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    bytes
}
