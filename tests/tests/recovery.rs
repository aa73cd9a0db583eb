//! A recovery key's whole way with real processes: dealt, signed, asked for, handed over, joined, given back; and what
//! is refused on the way.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use vault_tests::office::{Office, Programs, only};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};
const TEXT: &[u8] = "关于值班安排的通知\n".as_bytes();

/// An office whose sending unit has a recovery key that any two of three open; the set is signed.
struct Dealt {
    office: Office,
    set: String,
}

impl Dealt {
    fn new() -> Self {
        let mut office = Office::new(PROGRAMS);
        let set = deal(&office, "deal");
        let organisation = office.path("organisation.2");
        office.ok("officer", &["keys", "publish", "-o", &organisation]);
        office.close_relay();
        office.import(&organisation);
        office.open_relay();
        for home in ["wang", "li", "zhang"] {
            office.ok(home, &["keys", "sync"]);
        }
        Self { office, set }
    }

    fn share(&self, folder: &str, number: usize) -> String {
        let path = self.office.path(folder);
        let prefix = format!("share-{number}-");
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        let is = |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(&prefix);
        entries.into_iter().find(is).unwrap().display().to_string()
    }

    /// Asks for everything that 李娜 holds; the officer signs.
    fn ask(&self, name: &str) -> String {
        let request = self.office.path(name);
        let words = ["keys", "recovery", "ask", "李娜", "--set", &self.set, "--reason", "forgotten"];
        self.office.ok("officer", &[&words[..], &["-o", &request]].concat());
        self.office.ok("officer", &["keys", "sign", &request]);
        request
    }

    fn give(&self, home: &str, request: &str, share: &str, out: &str) -> String {
        let out = self.office.path(out);
        let words = ["keys", "recovery", "give", request, share, "--set", &self.set, "-o", &out];
        self.office.ok(home, &words);
        out
    }

    /// The words of a run on the officer's machine.
    fn recover<'a>(
        &'a self,
        request: &'a str,
        shares: &[&'a str],
        items: &'a str,
        out: &'a str,
    ) -> Vec<&'a str> {
        let mut words = vec!["keys", "recover", request, "--set", &self.set, "--items", items, "-o", out];
        for share in shares {
            words.extend(["--share", share]);
        }
        words
    }
}

fn deal(office: &Office, folder: &str) -> String {
    let out = office.path(folder);
    let words =
        ["keys", "recovery", "new", "办公室", "--holders", "王建国,李娜,张伟", "--need", "2", "-o", &out];
    office.ok("officer", &words);
    let set = format!("{out}/set.proposal");
    office.ok("officer", &["keys", "sign", &set]);
    set
}

#[test]
fn dealt_asked_for_handed_over_and_given_back() {
    let dealt = Dealt::new();
    let office = &dealt.office;
    let file = office.file("值班通知.txt", TEXT);
    office.send("wang", &file, "李娜");
    office.ok("li", &["receive"]);
    for (home, number) in [("wang", 1), ("li", 2), ("zhang", 3)] {
        office.ok(home, &["keys", "recovery", "check", &dealt.share("deal", number), "--set", &dealt.set]);
    }
    let listed = office.json("officer", &["keys", "recovery", "list"]);
    assert_eq!(listed["sets"], serde_json::json!([]), "this machine has not been shown the set yet");

    let request = dealt.ask("request.proposal");
    let one = dealt.give("wang", &request, &dealt.share("deal", 1), "one.age");
    let three = dealt.give("zhang", &request, &dealt.share("deal", 3), "three.age");
    let (inbox, out) = (office.path("li/inbox"), office.path("given-back"));
    let key = only(Path::new(&office.path("officer/recovery/runs")), ".age");
    let locked = fs::read(&key).unwrap();
    let run = office.json("officer", &dealt.recover(&request, &[&one, &three], &inbox, &out));
    assert_eq!(run["restored"].as_array().unwrap().len(), 1, "{run}");
    assert!(Path::new(&out).join("record.json").exists());

    let taken = office.json("li", &["identity", "recovered", &out]);
    assert_eq!(taken["items"].as_array().unwrap().len(), 1, "{taken}");
    assert_eq!(taken["waiting_for_relay"], 0, "{taken}");
    let item = taken["items"][0].as_str().unwrap().to_owned();
    // Holder and sender find it in the register, once, however often the files are taken.
    office.ok("li", &["identity", "recovered", &out]);
    for home in ["li", "wang"] {
        assert_eq!(entries(office, home, &item), 1, "{home}");
    }
    assert_eq!(office.ok("li", &["read", &item, "--stdout"]).out.as_bytes(), TEXT);
    // What was given back is for nobody else.
    let (code, error) = office.refused("zhang", &["identity", "recovered", &out]);
    assert_eq!((code, error["code"].as_str()), (3, Some("recover-nothing")));

    // The request is used up, and the run's own key is gone.
    let again = office.path("again");
    let (code, error) = office.refused("officer", &dealt.recover(&request, &[&one, &three], &inbox, &again));
    assert_eq!((code, error["code"].as_str()), (3, Some("recovery-used")));
    assert!(!Path::new(&again).exists());
    assert!(!key.exists());
    // A run that was cut off just before leaves its key behind: whatever comes next about recovery wipes it.
    let asked = office.path("asked-again");
    let ask = ["keys", "recovery", "ask", "李娜", "--set", &dealt.set, "--reason", "forgotten", "-o", &asked];
    for words in [dealt.recover(&request, &[&one, &three], &inbox, &again), ask.to_vec(), vec!["doctor"]] {
        fs::write(&key, &locked).unwrap();
        let _ended = office.run("officer", &words);
        assert!(!key.exists(), "{words:?}");
    }
    // The key of the run that was just asked for is still to be used.
    let asked = fs::read_dir(office.path("officer/recovery/runs")).unwrap();
    assert_eq!(asked.count(), 1);
}

#[test]
fn share_of_another_set_damaged_and_one_too_few() {
    let dealt = Dealt::new();
    let office = &dealt.office;
    let request = dealt.ask("request.proposal");
    let one = dealt.give("wang", &request, &dealt.share("deal", 1), "one.age");
    let inbox = office.path("li/inbox");
    let refused = |shares: &[&str], code: &str| {
        let out = office.path("out");
        let (_, error) = office.refused("officer", &dealt.recover(&request, shares, &inbox, &out));
        assert_eq!(error["code"], code, "{error}");
        assert!(!Path::new(&out).exists(), "a refused run leaves nothing");
    };
    refused(&[&one], "shares-too-few");
    // The same share twice counts once.
    refused(&[&one, &one], "shares-too-few");
    let mut bytes = fs::read(&one).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let damaged = office.file("damaged.age", &bytes);
    refused(&[&one, &damaged], "share-damaged");
    // A bare share, not handed over to this run.
    refused(&[&one, &dealt.share("deal", 3)], "share-other-key");
    // A share of another dealing.
    let other = deal(office, "other");
    let (_, error) =
        office.refused("wang", &["keys", "recovery", "check", &dealt.share("other", 1), "--set", &dealt.set]);
    assert_eq!(error["code"], "share-other-set", "{error}");
    let out = office.path("out");
    let words = ["keys", "recovery", "give", &request, &dealt.share("other", 1), "--set", &other, "-o", &out];
    let (code, error) = office.refused("wang", &words);
    assert_eq!((code, error["code"].as_str()), (3, Some("recovery-other-set")));
}

#[test]
fn requests_unsigned_expired_and_on_another_machine() {
    let dealt = Dealt::new();
    let office = &dealt.office;
    let request = office.path("unsigned.proposal");
    let words = ["keys", "recovery", "ask", "李娜", "--set", &dealt.set, "--reason", "lost", "-o", &request];
    office.ok("officer", &words);
    let share = dealt.share("deal", 1);
    let out = office.path("out");
    let give = ["keys", "recovery", "give", &request, &share, "--set", &dealt.set, "-o", &out];
    let (code, error) = office.refused("wang", &give);
    assert_eq!((code, error["code"].as_str()), (3, Some("recovery-unsigned")));
    office.ok("officer", &["keys", "sign", &request]);
    let later = vault::clock::now().plus_days(8).to_string();
    let expired = office.run_at(&later, "wang", &[&give[..], &["--json"]].concat());
    assert_eq!(expired.code, 3);
    assert!(expired.out.contains("recovery-expired"), "{}", expired.out);
    office.ok("wang", &give);
    let other = dealt.give("zhang", &request, &dealt.share("deal", 3), "three.age");
    let inbox = office.path("li/inbox");
    let given = office.path("given");
    let (code, error) = office.refused("wang", &dealt.recover(&request, &[&out, &other], &inbox, &given));
    assert_eq!((code, error["code"].as_str()), (3, Some("recovery-run-elsewhere")));
}

#[test]
fn someone_who_lost_a_key_reads_again_and_wraps_for_the_new_one() {
    let mut dealt = Dealt::new();
    let file = dealt.office.file("值班通知.txt", TEXT);
    let sent = dealt.office.send("wang", &file, "李娜");
    let item = sent["item"].as_str().unwrap();
    dealt.office.ok("li", &["receive"]);
    replace_keys(&mut dealt.office);
    let office = &dealt.office;
    let (_, error) = office.refused("li", &["read", item, "--stdout"]);
    assert_eq!(error["code"], "reader-not-listed", "{error}");
    assert!(error["next"].to_string().contains("recovery"), "{error}");

    let request = dealt.ask("request.proposal");
    let one = dealt.give("wang", &request, &dealt.share("deal", 1), "one.age");
    let three = dealt.give("zhang", &request, &dealt.share("deal", 3), "three.age");
    let (inbox, out) = (office.path("li/inbox"), office.path("given-back"));
    office.ok("officer", &dealt.recover(&request, &[&one, &three], &inbox, &out));
    // Without a connection the entry is signed all the same, and goes with the next one.
    dealt.office.close_relay();
    let taken = dealt.office.json("li", &["identity", "recovered", &out]);
    assert_eq!(taken["waiting_for_relay"], 1, "{taken}");
    dealt.office.open_relay();
    let office = &dealt.office;
    assert_eq!(entries(office, "wang", item), 0);
    office.ok("li", &["receive"]);
    assert_eq!(entries(office, "wang", item), 1);
    assert_eq!(office.ok("li", &["read", item, "--stdout"]).out.as_bytes(), TEXT);

    // Her own note takes the place of what was given back.
    let rekeyed = office.json("li", &["inbox", "rekey"]);
    assert_eq!(rekeyed["rekeyed"][0]["item"], serde_json::json!(item), "{rekeyed}");
    fs::remove_file(office.path(&format!("li/inbox/{item}.restored"))).unwrap();
    assert_eq!(office.ok("li", &["read", item, "--stdout"]).out.as_bytes(), TEXT);
    assert_eq!(office.json("li", &["inbox", "rekey"])["unchanged"], 1);
}

/// How many entries of a recovery the register shows this party of the item.
fn entries(office: &Office, home: &str, item: &str) -> usize {
    let status = office.json(home, &["status", item]);
    status["evidence"].as_array().unwrap().iter().filter(|leaf| leaf["kind"] == "recovered").count()
}

#[test]
fn an_item_that_came_by_file_is_given_back_too() {
    let mut dealt = Dealt::new();
    let file = dealt.office.file("值班通知.txt", TEXT);
    let sealed = dealt.office.path("值班通知.age");
    let words = ["seal", &file, "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3"];
    let made = dealt.office.json("wang", &[&words[..], &["-o", &sealed]].concat());
    let item = made["item"].as_str().unwrap().to_owned();
    replace_keys(&mut dealt.office);
    let office = &dealt.office;
    let request = dealt.ask("request.proposal");
    let one = dealt.give("wang", &request, &dealt.share("deal", 1), "one.age");
    let three = dealt.give("zhang", &request, &dealt.share("deal", 3), "three.age");
    let out = office.path("given-back");
    office.ok("officer", &dealt.recover(&request, &[&one, &three], &sealed, &out));

    // Nobody has the item here; and a damaged copy of it does not move in.
    let (_, error) = office.refused("li", &["identity", "recovered", &out]);
    assert_eq!(error["code"], "recover-nothing", "{error}");
    let mut bytes = fs::read(&sealed).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let damaged = office.file("damaged.age", &bytes);
    let (_, error) = office.refused("li", &["identity", "recovered", &out, &damaged]);
    assert_eq!(error["code"], "recover-nothing", "{error}");
    let inbox = office.path(&format!("li/inbox/{item}.age"));
    let partial = office.path(&format!("li/inbox/partial/{item}.age"));
    assert!(!Path::new(&inbox).exists() && !Path::new(&partial).exists());

    let taken = office.json("li", &["identity", "recovered", &out, &sealed]);
    assert_eq!(taken["items"], serde_json::json!([item]), "{taken}");
    assert_eq!(fs::read(&inbox).unwrap(), fs::read(&sealed).unwrap());
    assert_eq!(office.ok("li", &["read", &item, "--stdout"]).out.as_bytes(), TEXT);
    // And it opens by the present key alone from then on.
    let rekeyed = office.json("li", &["inbox", "rekey"]);
    assert_eq!(rekeyed["rekeyed"][0]["item"], serde_json::json!(item), "{rekeyed}");
    fs::remove_file(office.path(&format!("li/inbox/{item}.restored"))).unwrap();
    assert_eq!(office.ok("li", &["read", &item, "--stdout"]).out.as_bytes(), TEXT);
}

/// 李娜 forgot her passphrase: new keys, entered and published.
fn replace_keys(office: &mut Office) {
    let code = office.invite("officer", &["李娜"], "sheet");
    let (request, organisation) = (office.path("replace.note"), office.path("organisation.3"));
    office.ok("li", &["identity", "replace", &code, "-o", &request]);
    office.ok("officer", &["keys", "enrol", &request]);
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    office.close_relay();
    office.import(&organisation);
    office.open_relay();
    for home in ["wang", "li", "zhang"] {
        office.ok(home, &["keys", "sync"]);
    }
}
