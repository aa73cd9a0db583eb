//! Commands of key officers and of whoever joins, cut off between two writes: the same command again goes on, and says
//! nothing that is not so. Each state is made by hand from the files before and after (docs/directory.md, "Taking into
//! use").
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vault_tests::office::{Ended, OFFICER, Office, Programs, STAFF};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

const NEXT: &str = "organisation/next.json";
const CURRENT: &str = "organisation/current.json";

/// A home before a command and after it, from which every state between two of its writes is made.
struct Cut {
    home: PathBuf,
    kept: PathBuf,
    number: u64,
}

impl Cut {
    /// Runs the command, which puts directory `number` in use, once; it succeeds.
    fn of(office: &Office, home: &str, number: u64, words: &[&str]) -> Self {
        let kept = PathBuf::from(office.path(&format!("cut-{home}")));
        drop(fs::remove_dir_all(&kept));
        let cut = Self { home: PathBuf::from(office.path(home)), kept, number };
        if cut.home.exists() {
            copy(&cut.home, &cut.kept.join("before"));
        } else {
            fs::create_dir_all(cut.kept.join("before")).unwrap();
        }
        office.ok(home, words);
        copy(&cut.home, &cut.kept.join("after"));
        cut
    }

    /// How many writes there are of taking into use.
    const STEPS: usize = 4;

    /// The home as it was when only the first `done` writes had happened: the text beside the cache, the pins, the
    /// numbered copy, the cache. Of the rest of the home, `also` was written before.
    fn at(&self, done: usize, also: &[&str]) {
        fs::remove_dir_all(&self.home).unwrap();
        copy(&self.kept.join("before"), &self.home);
        private(&self.home);
        let numbered = format!("organisation/{}.json", self.number);
        let writes =
            [(CURRENT, NEXT), ("seen.json", "seen.json"), (&*numbered, &*numbered), (CURRENT, CURRENT)];
        let also = also.iter().map(|name| (*name, *name));
        for (from, to) in also.chain(writes.into_iter().take(done)) {
            let to = self.home.join(to);
            if to.parent().is_some_and(|folder| !folder.exists()) {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                private(to.parent().unwrap());
            }
            fs::copy(self.kept.join("after").join(from), to).unwrap();
        }
        if done == Self::STEPS {
            fs::remove_file(self.home.join(NEXT)).unwrap();
        }
    }

    fn is_finished(&self) {
        assert!(!self.home.join(NEXT).exists());
        assert!(self.home.join(CURRENT).exists());
        assert!(self.home.join(format!("organisation/{}.json", self.number)).exists());
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    private(to);
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, to).unwrap();
        }
    }
}

fn private(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
}

/// The signed texts of an organisation file.
fn texts(file: &str) -> (String, Vec<String>) {
    let file: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let stops = file["stops"].as_array().cloned().unwrap_or_default();
    let stops = stops.iter().map(|stop| stop.as_str().unwrap().to_owned()).collect();
    (file["directory"].as_str().unwrap().to_owned(), stops)
}

/// An office whose officer is a person with a station too. Nothing is published yet.
fn drafted(office: &mut Office) {
    let organisation = office.found();
    for staff in [OFFICER].iter().chain(&STAFF) {
        office.enrol(*staff, &organisation);
    }
}

#[test]
fn a_stop_cut_off_is_finished_and_not_made_again() {
    let office = Office::with_officer(PROGRAMS);
    office.ok("officer", &["keys", "sync"]);
    let file = office.path("stopped.json");
    let words = ["keys", "stop", "李娜", "--station", "--reason", "stolen", "-o", &file];
    let cut = Cut::of(&office, "officer", 2, &words);
    let signed = texts(&file);
    assert_eq!(signed.1.len(), 1);
    for done in 0..=Cut::STEPS {
        cut.at(done, &[]);
        fs::remove_file(&file).unwrap();
        let again = office.json("officer", &words);
        cut.is_finished();
        assert_eq!(again["stop"], 1);
        // Before the pins nothing had gone out, and a new list is made; from then on there is one text only.
        assert_eq!(again["already"].as_bool().unwrap_or_default(), done >= 2, "step {done}");
        assert!(done < 2 || texts(&file) == signed, "step {done}");
        let transcript = office.ok("officer", &["keys", "transcript"]).out;
        assert_eq!(transcript.matches("act: published").count(), 3, "step {done}\n{transcript}");
        // Once more changes nothing, and a stop of somebody else goes upon it.
        office.ok("officer", &words);
        let other = office.path("other.json");
        let next = ["keys", "stop", "张伟", "--suspend", "--reason", "inquiry", "-o", &other];
        assert_eq!(office.json("officer", &next)["stop"], 2);
        assert!(!Path::new(&office.path("officer/contradiction")).exists());
    }

    // In force here, and the relay knows nothing of it: the officer is told, and the same command reaches the relay.
    cut.at(Cut::STEPS, &[]);
    let synced = office.ok("officer", &["keys", "sync"]);
    assert!(synced.err.contains("vault keys publish --relay"), "{}{}", synced.out, synced.err);
    let doctor = office.run("officer", &["doctor"]);
    assert!(doctor.out.contains("vault keys publish --relay"), "{}{}", doctor.out, doctor.err);
    assert_eq!(office.run("li", &["receive"]).code, 0);
    let handed = office.json("officer", &[&words[..], &["--relay"]].concat());
    assert_eq!((&handed["already"], &handed["relay"]), (&true.into(), &true.into()));
    assert_eq!(office.refused("li", &["receive"]).1["code"], "station-unknown");
    for words in [&["keys", "sync"][..], &["doctor"]] {
        let ended = office.run("officer", words);
        assert!(
            !ended.out.contains("publish --relay") && !ended.err.contains("publish --relay"),
            "{ended:?}"
        );
    }
}

#[test]
fn what_is_in_force_here_goes_to_a_relay_that_lacks_it() {
    let office = Office::with_officer(PROGRAMS);
    office.ok("officer", &["keys", "sync"]);
    office.ok("officer", &["keys", "change", "李娜", "--post", "处长"]);
    let file = office.path("third.json");
    office.ok("officer", &["keys", "publish", "-o", &file]);
    // The relay is a directory behind: said to an officer with what to do, and done without the paper.
    let behind = office.refused("officer", &["keys", "sync"]);
    assert_eq!(behind.1["code"], "rollback");
    assert!(behind.1["next"].to_string().contains("vault keys publish --relay"), "{}", behind.1);
    let handed = office.json("officer", &["keys", "publish", "--relay"]);
    assert_eq!((&handed["directory"], &handed["file"]), (&3.into(), &Value::Null));
    assert_eq!(office.json("li", &["keys", "sync"])["directory"], 3);
    // Now it has everything: the same command is the usual one, a directory with another sixty days.
    assert_eq!(office.json("officer", &["keys", "publish", "--relay"])["directory"], 4);
}

#[test]
fn one_of_several_officers_hands_over_and_renews_nothing() {
    let mut office = Office::empty(PROGRAMS);
    let (card, file) = (office.relay_card(), office.path("organisation.json"));
    let words =
        ["keys", "init", "--name", "滨海市示范局", "--officer", "周敏,吴芳,郑洁", "--internal", "free"];
    office.ok("officer", &[&words[..], &["--relay-card", &card, "-o", &file]].concat());
    office.enrol(OFFICER, &file);
    let second = office.path("officer-o2.age");
    office.ok("officer", &["keys", "publish", "--at-terminal", &second, "-o", &file]);
    office.import(&file);
    office.open_relay();
    // The relay lacks nothing, and one is too few for another directory: nothing is made, nothing is refused.
    for _ in 0..2 {
        let handed = office.json("officer", &["keys", "publish", "--relay"]);
        assert_eq!((&handed["directory"], &handed["already"]), (&2.into(), &true.into()));
    }
    let renewed = office.json("officer", &["keys", "publish", "--relay", "--at-terminal", &second]);
    assert_eq!((&renewed["directory"], &renewed["already"]), (&3.into(), &Value::Null));
}

#[test]
fn a_publication_cut_off_is_finished_and_not_made_again() {
    let mut office = Office::empty(PROGRAMS);
    drafted(&mut office);
    let (paper, file) = (office.path("paper.json"), office.path("published.json"));
    copy(Path::new(&office.path("officer")), Path::new(&office.path("drafted")));
    office.ok("officer", &["keys", "sign", "-o", &paper]);
    for from_draft in [false, true] {
        let words: Vec<&str> = match from_draft {
            false => vec!["keys", "publish", &paper, "-o", &file],
            true => {
                fs::remove_dir_all(office.path("officer")).unwrap();
                copy(Path::new(&office.path("drafted")), Path::new(&office.path("officer")));
                vec!["keys", "publish", "-o", &file]
            }
        };
        // A draft knows what was proposed of it before anything is signed.
        let also: &[&str] = if from_draft { &["officer/proposed.json"] } else { &[] };
        let cut = Cut::of(&office, "officer", 2, &words);
        let signed = texts(&file);
        if from_draft {
            let draft = fs::read(office.path("cut-officer/before/officer/draft.json")).unwrap();
            let mut draft: Value = serde_json::from_slice(&draft).unwrap();
            draft["proposed"] = hash_of(&signed.0).into();
            fs::write(office.path("cut-officer/after/officer/proposed.json"), draft.to_string()).unwrap();
        }
        for done in 0..=Cut::STEPS {
            cut.at(done, also);
            if from_draft {
                let officer = cut.home.join("officer");
                fs::rename(officer.join("proposed.json"), officer.join("draft.json")).unwrap();
            }
            fs::remove_file(&file).unwrap();
            let again = office.json("officer", &words);
            cut.is_finished();
            assert_eq!((&again["directory"], &again["persons"]), (&2.into(), &4.into()), "step {done}");
            assert_eq!(again["already"].as_bool().unwrap_or_default(), done >= 2, "step {done}");
            if done >= 2 || !from_draft {
                assert_eq!(texts(&file), signed, "step {done}");
            }
            assert_eq!(office.json("officer", &["keys", "draft"])["pending"], false);
        }
    }
}

/// SHA-256 of a note's text.
fn hash_of(note: &str) -> String {
    let text = note.split_once("\n\n").unwrap().0.to_owned() + "\n";
    let mut hash = String::new();
    vault_keys::digest::write_hex(&vault_keys::digest::sha256(text.as_bytes()), &mut hash).unwrap();
    hash
}

#[test]
fn a_home_cut_off_while_it_is_pinned_is_not_dead() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    let fingerprint = office.fingerprint();
    let code = office.invite("officer", &["--name", "李娜"], "sheet");
    let request = office.path("li.note");
    let join =
        ["join", &organisation, &code, "--name", "李娜", "--fingerprint", &fingerprint, "-o", &request];
    let officer = ["keys", "officer", "--organisation", &organisation, "--fingerprint", &fingerprint];
    pinned(&office, "li", 1, &join, Some(&request), &["keys", "list"]);
    pinned(&office, "wu", 1, &officer, None, &["keys", "list"]);

    // On another machine, from a backup.
    office.ok(
        "officer",
        &["keys", "enrol", &request, "--unit", "办公室", "--post", "科员", "--clearance", "无"],
    );
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    let (backup, request) = (office.path("li.age"), office.path("restored.note"));
    office.ok("li", &["identity", "backup", &backup]);
    let restore = ["identity", "restore", &backup, "--organisation", &organisation];
    let restore = [&restore[..], &["--fingerprint", &fingerprint, "-o", &request]].concat();
    pinned(&office, "second", 2, &restore, Some(&request), &["identity", "show"]);
}

/// Cuts a command off at each step at which the home is pinned; afterwards the same command does all of its work.
fn pinned(office: &Office, home: &str, number: u64, words: &[&str], output: Option<&str>, look: &[&str]) {
    let cut = Cut::of(office, home, number, words);
    for done in 0..=Cut::STEPS {
        cut.at(done, &["home.json"]);
        if let Some(output) = output {
            fs::remove_file(output).unwrap();
        }
        // Before the pins the home has joined nothing; from then on it has all it needs.
        let listed = office.run(home, &["keys", "list"]);
        assert_eq!(listed.code == 0, done >= 2, "step {done}: {listed:?}");
        office.ok(home, words);
        cut.is_finished();
        office.ok(home, look);
    }
}

#[test]
fn a_founding_by_files_cut_off_goes_on() {
    let mut office = Office::empty(PROGRAMS);
    let relay_card = office.relay_card();
    let card = office.path("zhou.card");
    office.ok("zhou", &["keys", "officer", "--name", "周明", "-o", &card]);
    let paper = office.path("founding.json");
    let init = ["keys", "init", "--name", "滨海市示范局", "--relay-card", &relay_card, "--card", &card];
    office.ok("clerk", &[&init[..], &["--unit", "办公室", "--internal", "free", "-o", &paper]].concat());
    office.ok("zhou", &["keys", "sign", &paper]);
    let file = office.path("founded.json");
    let words = ["keys", "publish", &paper, "-o", &file];
    let cut = Cut::of(&office, "zhou", 1, &words);
    let signed = texts(&file);
    for done in 0..=Cut::STEPS {
        cut.at(done, &[]);
        fs::remove_file(&file).unwrap();
        let again = office.json("zhou", &words);
        cut.is_finished();
        assert_eq!((&again["root"], &again["directory"]), (&1.into(), &1.into()), "step {done}");
        assert_eq!(texts(&file), signed);
    }
}

#[test]
fn a_founding_at_one_terminal_cut_off_goes_on() {
    let mut office = Office::empty(PROGRAMS);
    let card = office.relay_card();
    let file = office.path("organisation.json");
    let keys = ["officer-o2.age", "officer-o3.age"].map(|name| office.path(name));
    let words =
        ["keys", "init", "--name", "滨海市示范局", "--officer", "周明,吴芳,郑洁", "--internal", "free"];
    let words = [&words[..], &["--unit", "财务科", "--relay-card", &card, "-o", &file]].concat();
    let begun = |cut: &Cut| {
        // The file that says which key files there are, as it stands before they do.
        let digest = |path: &Path| {
            let mut hash = String::new();
            let bytes = fs::read(path).unwrap();
            vault_keys::digest::write_hex(&vault_keys::digest::sha256(&bytes), &mut hash).unwrap();
            serde_json::json!({ "path": path, "sha256": hash })
        };
        let places = [cut.home.join("officer/officer.age"), PathBuf::from(&keys[0]), PathBuf::from(&keys[1])];
        let files: Vec<Value> = places.iter().map(|path| digest(path)).collect();
        let begun = serde_json::json!({ "format": "vault-founding/1", "files": files });
        fs::write(cut.kept.join("after/officer/founding.json"), begun.to_string()).unwrap();
    };
    let cut = Cut::of(&office, "zhou", 1, &words);
    assert!(!cut.home.join("officer/founding.json").exists());
    begun(&cut);
    let first = keys.each_ref().map(|key| fs::read(key).unwrap());
    let signed = texts(&file);
    // Cut off while the key files are written: whatever there is of them serves nobody, and is replaced.
    for written in 0..=3 {
        cut.at(0, &["home.json", "officer/founding.json"]);
        fs::remove_file(&file).unwrap();
        for (number, (key, bytes)) in keys.iter().zip(&first).enumerate() {
            drop(fs::remove_file(key));
            if written > number {
                fs::write(key, bytes).unwrap();
            }
        }
        if written == 3 {
            cut.at(0, &["home.json", "officer/founding.json", "officer/officer.age"]);
        }
        let again = office.json("zhou", &words);
        assert_eq!(again["key_files"].as_array().unwrap().len(), 2, "{again}");
        assert_ne!(texts(&file), signed);
        for key in &keys {
            office.ok(
                &format!("takes-{written}-{}", Path::new(key).file_stem().unwrap().display()),
                &["keys", "officer", "--take", key],
            );
        }
    }
    // Cut off once the organisation stands: it is the one organisation, and only its file is written.
    for (key, bytes) in keys.iter().zip(&first) {
        fs::write(key, bytes).unwrap();
    }
    for done in 2..=Cut::STEPS {
        cut.at(done, &["home.json", "officer/founding.json", "officer/officer.age"]);
        fs::remove_file(&file).unwrap();
        let again = office.json("zhou", &words);
        assert_eq!(again["key_files"].as_array().unwrap().len(), 2, "{again}");
        assert_eq!(texts(&file), signed);
        cut.is_finished();
        assert!(!cut.home.join("officer/founding.json").exists());
    }
    // Founded it is not founded again, and no key is taken away that was not of an attempt.
    assert_eq!(office.refused("zhou", &words).0, 1);
    for (key, bytes) in keys.iter().zip(&first) {
        assert_eq!(&fs::read(key).unwrap(), bytes);
    }
}

#[test]
fn an_officers_key_cut_off_before_its_card_goes_on() {
    let office = Office::empty(PROGRAMS);
    let card = office.path("chen.card");
    let words = ["keys", "officer", "--name", "陈静", "-o", &card];
    let made = office.json("chen", &words);
    let key = office.path("chen/officer/officer.age");
    let bytes = fs::read(&key).unwrap();
    // The key stands and its card was not handed out; handed out it is the same again, wherever it lies.
    let written = fs::read(&card).unwrap();
    fs::remove_file(&card).unwrap();
    for _ in 0..2 {
        assert_eq!(office.json("chen", &words)["number"], made["number"]);
        assert_eq!(fs::read(&card).unwrap(), written);
        assert_eq!(fs::read(&key).unwrap(), bytes);
    }
    // The card stands and its key was not written: nobody has that key, and the next card is of another.
    fs::remove_file(&key).unwrap();
    fs::remove_file(&card).unwrap();
    assert_ne!(office.json("chen", &words)["number"], made["number"]);

    // A key that was brought: taken twice it is there; the card of a key that was lost is not handed out for it.
    let brought = office.path("brought.age");
    fs::copy(&key, &brought).unwrap();
    office.ok("lin", &["keys", "officer", "--name", "陈静", "-o", &office.path("lin.card")]);
    fs::remove_file(office.path("lin/officer/officer.age")).unwrap();
    for _ in 0..2 {
        office.ok("lin", &["keys", "officer", "--take", &brought]);
    }
    let Ended { code, .. } =
        office.run("lin", &["keys", "officer", "--name", "陈静", "-o", &office.path("x")]);
    assert_eq!(code, 1);
    let other = office.path("chen/officer/officer.age");
    office.ok("gu", &["keys", "officer", "--name", "顾青", "-o", &office.path("gu.card")]);
    assert_eq!(office.refused("gu", &["keys", "officer", "--take", &other]).0, 1);
}
