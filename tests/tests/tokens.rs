//! Key files locked by a token: journeys with a real plugin process, well-behaved and not.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use vault_keys::keyfile::LockedBy;
use vault_tests::office::{Office, Programs, only};
use vault_tests::require::found_or_skipped;
use vault_tests::tray::{PLUGIN, Tray};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

/// A tray with the plugin that is built beside this test.
fn tray() -> Tray {
    Tray::new(env!("CARGO_BIN_EXE_age-plugin-vaulttest"))
}

/// A person of an office with a tray of plugins.
struct Desk {
    office: Office,
    tray: Tray,
}

impl Desk {
    /// Somebody whose keys are locked by the passphrase.
    fn new() -> Self {
        let desk = Self { office: Office::empty(PROGRAMS), tray: tray() };
        assert_eq!(desk.run(&["identity", "new"]).0, 0);
        desk
    }

    /// Somebody enrolled, whose keys are locked by the token.
    fn enrolled() -> Self {
        let desk = Self { office: Office::new(PROGRAMS), tray: tray() };
        let (code, words) = desk.lock_by_token();
        assert_eq!(code, 0, "{words}");
        desk
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        self.run_in("wang", words)
    }

    /// With the plugins at hand, in this home.
    fn run_in(&self, home: &str, words: &[&str]) -> (i32, String) {
        let folder = self.tray.folder.path();
        let output = self.office.command(home, words).env("VAULT_TEST_PLUGINS", folder).output().unwrap();
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap(), text)
    }

    fn ok_in(&self, home: &str, words: &[&str]) -> String {
        let (code, text) = self.run_in(home, words);
        assert_eq!(code, 0, "{words:?}: {text}");
        text
    }

    /// The officer enters a request, and this home takes the next directory into use.
    fn enter(&self, home: &str, request: &str) {
        self.office.ok("officer", &["keys", "enrol", request]);
        let organisation = self.office.path("next.json");
        self.office.ok("officer", &["keys", "publish", "-o", &organisation]);
        self.ok_in(home, &["keys", "sync", "--from", &organisation]);
    }

    /// Seals an item in this home, and opens its own copy.
    fn is_open(&self, home: &str) {
        let file = self.office.file("note.txt", b"a note");
        let (item, opened) = (self.office.path("note.vault"), self.office.path("opened.txt"));
        let label = ["--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3"];
        self.ok_in(home, &[&["seal", &file, "-o", &item], &label[..]].concat());
        self.ok_in(home, &["open", &item, "-o", &opened]);
        assert_eq!(fs::read(&opened).unwrap(), b"a note");
        fs::remove_file(item).unwrap();
        fs::remove_file(opened).unwrap();
    }

    fn lock_by_token(&self) -> (i32, String) {
        let words = self.token_words();
        self.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn token_words(&self) -> [String; 6] {
        let words = [
            "identity",
            "token",
            "--recipient",
            &self.tray.recipient,
            "--identity",
            &self.tray.text("token"),
        ];
        words.map(str::to_owned)
    }

    /// The key file as it lies in the home.
    fn key_file(&self) -> Vec<u8> {
        fs::read(self.office.path("wang/identity.age")).unwrap()
    }

    /// Opening the keys; the words say how it went. Changing to a passphrase and failing at its end opens them
    /// and changes nothing.
    fn open(&self) -> (i32, String) {
        let empty = self.office.file("empty", b"\n");
        fs::set_permissions(&empty, Permissions::from_mode(0o600)).unwrap();
        self.run(&["identity", "token", "--remove", "--new-passphrase-file", &empty])
    }
}

#[test]
fn a_token_takes_the_place_of_the_passphrase_and_gives_it_back() {
    let desk = Desk::new();
    let (code, words) = desk.lock_by_token();
    assert_eq!(code, 0, "{words}");
    // The full path was shown, and that one token is a risk.
    assert!(words.contains(&desk.tray.text(PLUGIN)), "{words}");
    assert!(words.contains("only one token"), "{words}");
    let (_, shown) = desk.run(&["identity", "show"]);
    assert!(shown.contains(&desk.tray.recipient), "{shown}");
    let (code, words) = desk.run(&["identity", "passphrase"]);
    assert_eq!(code, 1);
    assert!(words.contains("identity token --remove"), "{words}");
    let (code, words) = desk.run(&["identity", "backup", "backup.age"]);
    assert_eq!(code, 0);
    assert!(words.contains("only with the token"), "{words}");
    // The office's passphrase file serves as the new passphrase, too.
    let pass = desk.office.path("pass");
    let (code, words) = desk.run(&["identity", "token", "--remove", "--new-passphrase-file", &pass]);
    assert_eq!(code, 0, "{words}");
    assert!(!Path::new(&desk.office.path("wang/identity.tokens")).exists());
    assert_eq!(desk.run(&["identity", "passphrase", "--new-passphrase-file", &pass]).0, 0);
}

#[test]
fn keys_can_be_made_on_a_token_at_once() {
    let desk = Desk { office: Office::empty(PROGRAMS), tray: tray() };
    let identity = desk.tray.text("token");
    let (code, words) =
        desk.run(&["identity", "new", "--recipient", &desk.tray.recipient, "--identity", &identity]);
    assert_eq!(code, 0, "{words}");
    let (code, words) = desk.open();
    assert!(code != 0 && words.contains("first line of the passphrase file is empty"), "{words}");
}

#[test]
fn either_of_two_tokens_opens() {
    let desk = Desk::new();
    let second = desk.tray.another("second");
    let both = format!(
        "{}{}",
        fs::read_to_string(desk.tray.path("token")).unwrap(),
        fs::read_to_string(desk.tray.path("second")).unwrap()
    );
    let both = desk.office.file("both", both.as_bytes());
    let first = &desk.tray.recipient;
    let (code, words) =
        desk.run(&["identity", "token", "--recipient", first, "--recipient", &second, "--identity", &both]);
    assert_eq!(code, 0, "{words}");
    assert!(!words.contains("only one token"), "{words}");
    // Without the first: its lines out of the list.
    let list = desk.office.path("wang/identity.tokens");
    let text = fs::read_to_string(&list).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let without = [lines.get(..1).unwrap(), lines.get(4..).unwrap()].concat().join("\n");
    fs::write(&list, without).unwrap();
    let (_, words) = desk.open();
    assert!(words.contains("first line of the passphrase file is empty"), "{words}");
}

#[test]
fn a_token_that_misbehaves_loses_nothing() {
    let desk = Desk::new();
    let before = desk.key_file();
    for (how, code) in [
        ("wraps-other-key", "token-wrong-key"),
        ("wraps-natively", "token-lies"),
        ("exits", "token-ends"),
        ("garbage", "token-garbled"),
        ("complains", "token-complains"),
        ("floods-messages", "token-floods"),
    ] {
        desk.tray.misbehave(how);
        let (exit, words) = desk.lock_by_token();
        assert!(exit != 0, "{how}: {words}");
        assert!(!words.contains('\u{1b}'), "{how}: {words:?}");
        assert_eq!(desk.key_file(), before, "{how}");
        let identity = desk.tray.text("token");
        let (_, document) = desk.run(&[
            "identity",
            "token",
            "--json",
            "--recipient",
            &desk.tray.recipient,
            "--identity",
            &identity,
        ]);
        assert!(document.contains(code), "{how}: {document}");
    }
    desk.tray.misbehave("");
    assert_eq!(desk.lock_by_token().0, 0);
    let locked = desk.key_file();
    for how in ["wrong-file-key", "short-file-key", "two-file-keys", "exits", "complains", "garbage"] {
        desk.tray.misbehave(how);
        let (code, words) = desk.open();
        assert!(code != 0 && !words.contains("first line of the passphrase"), "{how}: {words}");
        assert_eq!(desk.key_file(), locked, "{how}");
    }
}

/// The next keys are locked as the present ones are, and until they are in use nothing changes the lock.
#[test]
fn rotated_keys_stay_locked_by_the_token() {
    let desk = Desk::enrolled();
    let request = desk.office.path("rotate.note");
    desk.ok_in("wang", &["identity", "rotate", "-o", &request]);
    let next = fs::read(desk.office.path("wang/renewal/identity.age")).unwrap();
    assert_eq!(LockedBy::of(&next).unwrap(), LockedBy::Token);
    let pass = desk.office.path("pass");
    let remove = ["identity", "token", "--remove", "--new-passphrase-file", &pass];
    let again = desk.token_words();
    for words in [remove.to_vec(), again.iter().map(String::as_str).collect()] {
        let (code, text) = desk.run(&[&words[..], &["--json"]].concat());
        assert!(code != 0 && text.contains("renewal-pending"), "{text}");
    }
    desk.enter("wang", &request);
    assert_eq!(desk.key_file(), next);
    desk.is_open("wang");
}

/// The token is lost: new keys with a passphrase, by a code; the old key file and its list of tokens are kept.
#[test]
fn a_lost_token_is_replaced() {
    let desk = Desk::enrolled();
    let before = desk.key_file();
    let list = fs::read(desk.office.path("wang/identity.tokens")).unwrap();
    let code = desk.office.invite("officer", &["王建国"], "sheet");
    let request = desk.office.path("replace.note");
    // Nobody has the plugin any more.
    desk.office.ok("wang", &["identity", "replace", &code, "-o", &request]);
    desk.enter("wang", &request);
    assert_eq!(LockedBy::of(&desk.key_file()).unwrap(), LockedBy::Passphrase);
    assert!(!Path::new(&desk.office.path("wang/identity.tokens")).exists());
    let former = PathBuf::from(desk.office.path("wang/former"));
    let kept = only(&former, ".age");
    assert_eq!(fs::read(&kept).unwrap(), before);
    assert_eq!(fs::read(format!("{}.tokens", kept.display())).unwrap(), list);
    desk.office.ok("wang", &["identity", "show"]);
    desk.is_open("wang");
    // And the next token locks the new keys.
    assert_eq!(desk.lock_by_token().0, 0);
    desk.is_open("wang");
}

/// A backup and the list beside it, on another machine with the same token: the program is agreed to again.
#[test]
fn another_machine_from_a_backup_that_a_token_locks() {
    let desk = Desk::enrolled();
    let (backup, request) = (desk.office.path("wang.age"), desk.office.path("station.note"));
    desk.ok_in("wang", &["identity", "backup", &backup]);
    let organisation = desk.office.path("organisation.json");
    let fingerprint = desk.office.fingerprint();
    let restore = [
        "identity",
        "restore",
        &backup,
        "--organisation",
        &organisation,
        "--fingerprint",
        &fingerprint,
        "-o",
        &request,
    ];
    let list = format!("{backup}.tokens");
    let kept = fs::read(&list).unwrap();
    fs::write(&list, b"no list\n").unwrap();
    let (code, text) = desk.run_in("wang-2", &restore);
    assert!(code != 0 && text.contains("no list of tokens"), "{text}");
    assert!(!Path::new(&desk.office.path("wang-2/identity.age")).exists());
    fs::write(&list, kept).unwrap();
    let text = desk.ok_in("wang-2", &restore);
    assert!(text.contains(&desk.tray.text(PLUGIN)), "{text}");
    desk.enter("wang-2", &request);
    desk.is_open("wang-2");
}

#[test]
fn a_plugin_that_others_could_have_changed_is_not_started() {
    let desk = Desk::new();
    fs::set_permissions(desk.tray.program(), Permissions::from_mode(0o777)).unwrap();
    let (code, words) = desk.lock_by_token();
    assert_eq!(code, 3, "{words}");
    assert!(!desk.tray.path("started").exists());
}

/// Debian's `age`, with the same plugin and the list of tokens for an identity file, opens the key file.
#[test]
fn a_token_locked_backup_opens_with_stock_age() {
    let age =
        ["/usr/bin/age", "/usr/local/bin/age"].map(PathBuf::from).into_iter().find(|path| path.exists());
    let Some(age) = found_or_skipped(age, "Debian's age", "apt-get install age") else { return };
    let desk = Desk::new();
    let (code, words) = desk.lock_by_token();
    assert_eq!(code, 0, "{words}");
    assert_eq!(desk.run(&["identity", "backup", "backup.age"]).0, 0);
    let opened = Command::new(age)
        .args(["-d", "-i", &desk.office.path("backup.age.tokens"), &desk.office.path("backup.age")])
        .env("PATH", format!("{}:/usr/bin:/bin", desk.tray.folder.path().display()))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&opened.stdout);
    assert!(text.starts_with("# vault-keys/1\n"), "{}", String::from_utf8_lossy(&opened.stderr));
}
