//! An organisation of real processes: a relay, a key officer, staff, each with a home of their own.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a journey that cannot be set up ends at once"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// What everybody's keys are locked with.
pub const PASSPHRASE: &str = "春眠不觉晓 处处闻啼鸟";

/// The two programs, as cargo built them for the test.
#[derive(Clone, Copy, Debug)]
pub struct Programs {
    /// `vault`.
    pub vault: &'static str,
    /// The relay.
    pub relay: &'static str,
}

impl Programs {
    /// Builds both, and the plugin of the test token, beside the program that asks, where no test did so.
    ///
    /// # Errors
    /// They cannot be built.
    pub fn build() -> Result<Self, Box<dyn std::error::Error>> {
        let own = std::env::current_exe()?;
        let folder = own.parent().ok_or("a program lies in a folder")?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--package", "vault-tests"]).current_dir(crate::project_root());
        build.args(["--bin", "vault-under-test", "--bin", "vault-relay-under-test"]);
        build.args(["--bin", "age-plugin-vaulttest"]);
        if folder.ends_with("release") {
            build.arg("--release");
        }
        if !build.status()?.success() {
            return Err("the programs could not be built".into());
        }
        let path = |name: &str| -> &'static str { folder.join(name).display().to_string().leak() };
        Ok(Self { vault: path("vault-under-test"), relay: path("vault-relay-under-test") })
    }
}

/// A temporary organisation.
#[derive(Debug)]
pub struct Office {
    programs: Programs,
    folder: tempfile::TempDir,
    relay: Option<Child>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// One member of staff: home, name, unit, post, and more words for `keys enrol`.
pub type Staff = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

/// The staff of most journeys.
pub const STAFF: [Staff; 3] = [
    ("wang", "王建国", "办公室", "主任", &[]),
    ("li", "李娜", "财务科", "科员", &[]),
    ("zhang", "张伟", "财务科", "科长", &["--clerk"]),
];

/// The key officer as a person, in the officer's own home.
pub const OFFICER: Staff = ("officer", "周敏", "办公室", "机要秘书", &["--role", "密钥管理员"]);

/// Those who decide, beside the usual staff: a reviewer, an approver, and who acts in the approver's place.
pub const DECIDERS: [Staff; 3] = [
    ("chen", "陈静", "办公室", "副主任", &["--role", "审核人"]),
    ("wu", "吴强", "办公室", "局长", &["--role", "批准人"]),
    ("zhao", "赵丽华", "办公室", "副局长", &["--role", "定密责任人"]),
];

impl Office {
    /// As [`Office::new`], with [`DECIDERS`]; the approver has a deputy for the coming month.
    #[must_use]
    pub fn with_deciders(programs: Programs) -> Self {
        let mut office = Self::empty(programs);
        let organisation = office.found();
        let people = [&STAFF[..], &DECIDERS].concat();
        for staff in &people {
            office.enrol(*staff, &organisation);
        }
        let today = vault::clock::now().day();
        let month = vault::clock::now().plus_days(30).day();
        let (from, to) = (today.to_string(), month.to_string());
        let deputy = ["keys", "deputy", "吴强", "--for", "批准人", "--by", "赵丽华"];
        office.ok("officer", &[&deputy[..], &["--from", &from, "--to", &to]].concat());
        office.publish_to(&organisation, &people);
        office
    }

    fn publish_to(&mut self, organisation: &str, people: &[Staff]) {
        self.ok("officer", &["keys", "publish", "-o", organisation]);
        for (home, ..) in people {
            self.ok(home, &["keys", "sync", "--from", organisation]);
        }
        self.import(organisation);
        self.open_relay();
    }

    /// Proposes a file as a 机密 item; answers the document.
    pub fn propose(&self, from: &str, file: &str, to: &str, more: &[&str]) -> Value {
        let words = ["send", file, "--to", to, "--mark", "机密★10年", "--basis", "国3.1"];
        self.json(from, &[&words[..], more].concat())
    }

    /// A relay that serves, and the usual staff, enrolled and in step.
    #[must_use]
    pub fn new(programs: Programs) -> Self {
        Self::enrolled(programs, &STAFF)
    }

    /// As [`Office::new`], and the officer is enrolled as a person: the relay shows requests to his machine.
    #[must_use]
    pub fn with_officer(programs: Programs) -> Self {
        Self::enrolled(programs, &[&[OFFICER][..], &STAFF].concat())
    }

    fn enrolled(programs: Programs, people: &[Staff]) -> Self {
        let mut office = Self::empty(programs);
        let organisation = office.found();
        for staff in people {
            office.enrol(*staff, &organisation);
        }
        office.publish_to(&organisation, &STAFF);
        office
    }

    /// The path of another program beside these.
    #[must_use]
    pub fn beside(&self, name: &str) -> PathBuf {
        Path::new(self.programs.vault).with_file_name(name)
    }

    /// Nothing but a folder and a passphrase file.
    #[must_use]
    pub fn empty(programs: Programs) -> Self {
        let folder = tempfile::Builder::new().prefix("office-").tempdir().unwrap();
        let pass = folder.path().join("pass");
        fs::write(&pass, format!("{PASSPHRASE}\n")).unwrap();
        fs::set_permissions(&pass, fs::Permissions::from_mode(0o600)).unwrap();
        Self { programs, folder, relay: None }
    }

    /// Makes the relay; answers its card.
    pub fn relay_card(&mut self) -> String {
        self.relay(&["init", &self.path("relay")]);
        self.path("relay/relay-card.json")
    }

    /// Makes relay and organisation; answers the organisation file.
    pub fn found(&mut self) -> String {
        let card = self.relay_card();
        let organisation = self.path("organisation.json");
        self.ok(
            "officer",
            &[
                "keys",
                "init",
                "--name",
                "滨海市示范局",
                "--officer",
                "周敏",
                "--internal",
                "free",
                "--relay-card",
                &card,
                "-o",
                &organisation,
            ],
        );
        organisation
    }

    /// Has somebody join and be entered.
    pub fn enrol(&self, staff: Staff, organisation: &str) {
        let (home, name, unit, post, more) = staff;
        let request = self.path(&format!("{home}.note"));
        self.join("officer", home, name, organisation, &request);
        let mut words = vec!["keys", "enrol", &request, "--unit", unit, "--post", post];
        words.extend(["--clearance", "机密", "--unit-level", "机密"]);
        words.extend(more);
        self.ok("officer", &words);
    }

    /// Has an officer invite somebody, who makes keys and writes the request.
    pub fn join(&self, officer: &str, home: &str, name: &str, organisation: &str, request: &str) {
        let code = self.invite(officer, &["--name", name], &format!("sheets-{home}"));
        let fingerprint = self.fingerprint_of(officer);
        let words =
            ["join", organisation, &code, "--name", name, "--fingerprint", &fingerprint, "-o", request];
        self.ok(home, &words);
    }

    /// Has an officer draw a code; answers it.
    #[must_use]
    pub fn invite(&self, officer: &str, whom: &[&str], folder: &str) -> String {
        let folder = self.path(folder);
        let invited = self.json(officer, &[&["keys", "invite"][..], whom, &["-o", &folder]].concat());
        invited["invited"][0]["code"].as_str().unwrap().to_owned()
    }

    /// The root's 30 digits, as this officer's program shows them.
    #[must_use]
    pub fn fingerprint_of(&self, officer: &str) -> String {
        let listed = self.ok(officer, &["keys", "list", "--lang", "en"]);
        let line = listed.out.lines().find(|line| line.starts_with("fingerprint")).unwrap();
        line.trim_start_matches("fingerprint").trim().to_owned()
    }

    /// The root's 30 digits, as the officer reads them out.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.fingerprint_of("officer")
    }

    /// Has the relay, which is closed, take an organisation file.
    pub fn import(&self, organisation: &str) {
        self.relay(&["import", &self.path("relay"), organisation]);
    }

    /// Starts the relay and waits until it serves.
    pub fn open_relay(&mut self) {
        self.open_relay_under(&[]);
    }

    /// The same under another program, which takes the relay's command line behind its own words.
    pub fn open_relay_under(&mut self, program: &[&str]) {
        let folder = self.path("relay");
        let words = [program, &[self.programs.relay, "serve", &folder]].concat();
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        self.relay = Some(child);
    }

    /// Lets the relay end and waits for it.
    pub fn close_relay(&mut self) {
        if let Some(mut child) = self.relay.take() {
            drop(child.stdin.take());
            assert!(child.wait().unwrap().success());
        }
    }

    /// Ends the relay at once, as a fault would.
    pub fn kill_relay(&mut self) {
        if let Some(mut child) = self.relay.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// A path in the office.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Writes a file into the office.
    #[must_use]
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// The prepared command line of somebody.
    #[must_use]
    pub fn command(&self, home: &str, words: &[&str]) -> Command {
        let mut command = Command::new(self.programs.vault);
        command
            .args(words)
            .args(["--passphrase-file", &self.path("pass"), "--yes"])
            .env_clear()
            .env("VAULT_HOME", self.path(home))
            .env("VAULT_TEST_CHEAP", "1")
            .env("LANG", "en_US.UTF-8")
            .env("PATH", "/usr/bin:/bin")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        if self.relay.is_none() {
            // Nobody answers: there is nothing to be patient for.
            command.env("VAULT_TEST_DIAL_MILLIS", "200");
        }
        command
    }

    /// Runs a command of somebody.
    #[must_use]
    pub fn run(&self, home: &str, words: &[&str]) -> Ended {
        ended(&mut self.command(home, words))
    }

    /// Runs a command of somebody at another time.
    #[must_use]
    pub fn run_at(&self, time: &str, home: &str, words: &[&str]) -> Ended {
        ended(self.command(home, words).env("VAULT_TEST_TIME", time))
    }

    /// Runs a command that must succeed.
    pub fn ok(&self, home: &str, words: &[&str]) -> Ended {
        let ended = self.run(home, words);
        assert_eq!(ended.code, 0, "vault {words:?}\n{}{}", ended.out, ended.err);
        ended
    }

    /// Runs a command that must succeed and answers its JSON document.
    #[must_use]
    pub fn json(&self, home: &str, words: &[&str]) -> Value {
        let words = [words, &["--json"]].concat();
        serde_json::from_str(&self.ok(home, &words).out).unwrap()
    }

    /// Runs a command that must fail and answers exit code and error document.
    #[must_use]
    pub fn refused(&self, home: &str, words: &[&str]) -> (i32, Value) {
        let words = [words, &["--json"]].concat();
        let ended = self.run(home, &words);
        assert_ne!(ended.code, 0, "vault {words:?} succeeded\n{}", ended.out);
        let document: Value = serde_json::from_str(&ended.out).unwrap();
        (ended.code, document["error"].clone())
    }

    /// Sends a file within the office as an internal item.
    pub fn send(&self, from: &str, file: &str, to: &str) -> Value {
        self.json(from, &["send", file, "--to", to, "--mark", "内部", "--term", "2年", "--basis", "清单3"])
    }

    /// Runs the relay's program.
    pub fn relay(&self, words: &[&str]) {
        let status = Command::new(self.programs.relay).args(words).status().unwrap();
        assert!(status.success(), "relay {words:?}");
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(mut child) = self.relay.take() {
            // Its input closes with us; should it not end by itself, it must not outlive the test.
            drop(child.stdin.take());
            drop(child.wait());
        }
    }
}

/// Runs a prepared command.
#[must_use]
pub fn ended(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The only file with this ending in a folder.
#[must_use]
pub fn only(folder: &Path, ending: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.display().to_string().ends_with(ending))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}
