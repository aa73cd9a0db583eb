//! The talk with a plugin's process, well-behaved and not.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use vault::token::process::{Limits, RunError, converse};
use vault_keys::plugin::{
    Lie, Message, MessageError, Person, Talk, TalkError, TokenIdentity, TokenRecipient,
};
use vault_keys::secret::FileKey;
use vault_tests::tray::Tray;
use zeroize::Zeroizing;

const FILE_KEY: [u8; 16] = [0x5a; 16];

/// Talks with the plugin of a tray.
struct Talks(Tray);

impl Talks {
    fn new() -> Self {
        Self(Tray::new(env!("CARGO_BIN_EXE_age-plugin-vaulttest")))
    }

    fn identity(&self) -> TokenIdentity {
        let text = fs::read_to_string(self.0.path("token")).unwrap();
        text.lines().last().unwrap().parse().unwrap()
    }

    fn wrap(&self) -> Result<Vec<Message>, RunError> {
        let recipient: TokenRecipient = self.0.recipient.parse().unwrap();
        let mut talk = Talk::wrap(&[&recipient], &FileKey::from_bytes(&FILE_KEY));
        converse(&self.0.program(), &mut talk, &mut Alone, limits())?;
        Ok(talk.wrapped()?)
    }

    fn unwrap(&self, stanzas: &[Message], person: &mut dyn Person) -> Result<Option<FileKey>, RunError> {
        let mut talk = Talk::unwrap(&[&self.identity()], stanzas);
        converse(&self.0.program(), &mut talk, person, limits())?;
        Ok(talk.unwrapped()?)
    }

    /// How opening fails while the plugin misbehaves in this way.
    fn unwrap_fails(&self, how: &str) -> RunError {
        self.0.misbehave("");
        let stanzas = self.wrap().unwrap();
        self.0.misbehave(how);
        self.unwrap(&stanzas, &mut Alone).unwrap_err()
    }

    fn wrap_fails(&self, how: &str) -> RunError {
        self.0.misbehave(how);
        self.wrap().unwrap_err()
    }

    /// The process that was started last.
    fn process(&self) -> u32 {
        let started = fs::read_to_string(self.0.path("started")).unwrap();
        started.lines().next().unwrap().parse().unwrap()
    }
}

/// Short enough for a test to wait, long enough for a busy machine to start a process.
fn limits() -> Limits {
    Limits { first: Duration::from_secs(3), whole: Duration::from_secs(4), bytes: 256 * 1024 }
}

/// Nobody.
struct Alone;

impl Person for Alone {
    fn show(&mut self, _: &str) {}

    fn confirm(&mut self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn ask(&mut self, _: &str, _: bool) -> Option<Zeroizing<String>> {
        None
    }
}

/// Somebody with a PIN, who takes her time.
struct Clerk {
    pin: &'static str,
    heard: Vec<String>,
}

impl Person for Clerk {
    fn show(&mut self, text: &str) {
        self.heard.push(text.to_owned());
    }

    fn confirm(&mut self, text: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        self.heard.push(format!("{text} {yes} {no:?}"));
        Some(true)
    }

    fn ask(&mut self, text: &str, secret: bool) -> Option<Zeroizing<String>> {
        self.heard.push(text.to_owned());
        Some(Zeroizing::new(if secret { self.pin } else { "9a" }.to_owned()))
    }
}

fn lie(error: &RunError) -> Lie {
    match error {
        RunError::Talk(TalkError::Lies(lie)) => *lie,
        other => panic!("{other:?}"),
    }
}

/// Whether a process is gone; one that was killed may take a moment, and is asked for with a bound.
fn gone(process: u32) -> bool {
    let asked = Instant::now();
    while asked.elapsed() < Duration::from_secs(10) {
        let status = fs::read_to_string(format!("/proc/{process}/stat"));
        // A child of nobody stays as a zombie where no init collects it.
        if status.is_err() || status.is_ok_and(|line| line.contains(") Z ")) {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

#[test]
fn a_file_key_goes_to_the_token_and_back() {
    let talks = Talks::new();
    let stanzas = talks.wrap().unwrap();
    assert_eq!(stanzas.len(), 1);
    let file_key = talks.unwrap(&stanzas, &mut Alone).unwrap().unwrap();
    assert_eq!(file_key.expose(), &FILE_KEY);
    assert!(gone(talks.process()));
}

#[test]
fn a_stanza_of_another_token_is_not_opened() {
    let (one, other) = (Talks::new(), Talks::new());
    let stanzas = one.wrap().unwrap();
    assert!(other.unwrap(&stanzas, &mut Alone).unwrap().is_none());
}

#[test]
fn a_plugin_gets_nothing_of_our_environment() {
    let talks = Talks::new();
    talks.wrap().unwrap();
    let started = fs::read_to_string(talks.0.path("started")).unwrap();
    let names: Vec<&str> = started.lines().skip(1).filter_map(|line| line.split('=').next()).collect();
    let allowed = ["PATH", "LANG", "LC_ALL", "LC_MESSAGES"];
    assert!(names.contains(&"PATH") && names.iter().all(|name| allowed.contains(name)), "{names:?}");
}

#[test]
fn a_plugin_may_ask_the_person() {
    let talks = Talks::new();
    let stanzas = talks.wrap().unwrap();
    talks.0.misbehave("asks");
    let mut clerk = Clerk { pin: "123456", heard: Vec::new() };
    assert!(talks.unwrap(&stanzas, &mut clerk).unwrap().is_some());
    assert_eq!(clerk.heard.get(1).unwrap(), "Where is it? plug in Some(\"skip\")");
    assert_eq!(clerk.heard.get(2..).unwrap(), ["Which slot?", "PIN?"]);
    let mut stranger = Clerk { pin: "000000", heard: Vec::new() };
    let error = talks.unwrap(&stanzas, &mut stranger).unwrap_err();
    assert!(matches!(error, RunError::Talk(TalkError::Complains(_))), "{error:?}");
}

#[test]
fn unknown_commands_are_answered_as_unsupported() {
    let talks = Talks::new();
    talks.0.misbehave("unknown-commands");
    let stanzas = talks.wrap().unwrap();
    assert!(talks.unwrap(&stanzas, &mut Alone).unwrap().is_some());
}

#[test]
fn plugin_that_hangs() {
    let talks = Talks::new();
    let begun = Instant::now();
    let error = talks.unwrap_fails("hangs");
    assert!(matches!(error, RunError::Hangs { .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(60));
    assert!(gone(talks.process()));
}

#[test]
fn plugin_that_hangs_is_killed_with_its_children() {
    struct Notes(Vec<u32>);
    impl Person for Notes {
        fn show(&mut self, text: &str) {
            self.0.push(text.parse().unwrap());
        }
        fn confirm(&mut self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
            None
        }
        fn ask(&mut self, _: &str, _: bool) -> Option<Zeroizing<String>> {
            None
        }
    }
    let talks = Talks::new();
    let stanzas = talks.wrap().unwrap();
    talks.0.misbehave("hangs-with-child");
    let mut notes = Notes(Vec::new());
    let error = talks.unwrap(&stanzas, &mut notes).unwrap_err();
    assert!(matches!(error, RunError::Hangs { .. }), "{error:?}");
    assert!(gone(talks.process()) && gone(*notes.0.first().unwrap()));
}

#[test]
fn plugin_that_floods() {
    let talks = Talks::new();
    for how in ["floods-line", "floods-messages", "floods-grease", "floods-bytes"] {
        let error = talks.unwrap_fails(how);
        let too_long = RunError::Talk(TalkError::Garbled(MessageError::Long));
        let named = matches!(error, RunError::Floods | RunError::Talk(TalkError::TooMuch))
            || error.to_string() == too_long.to_string();
        assert!(named, "{how}: {error:?}");
        assert!(gone(talks.process()), "{how}");
    }
}

#[test]
fn plugin_that_lies() {
    let talks = Talks::new();
    assert_eq!(lie(&talks.unwrap_fails("other-file")), Lie::OtherFile);
    assert_eq!(lie(&talks.unwrap_fails("short-file-key")), Lie::FileKeyLength { found: 15 });
    assert_eq!(lie(&talks.unwrap_fails("two-file-keys")), Lie::SecondFileKey);
    assert_eq!(lie(&talks.wrap_fails("wraps-other-file")), Lie::OtherFile);
    assert_eq!(lie(&talks.wrap_fails("wraps-natively")), Lie::ForeignStanza);
    assert_eq!(lie(&talks.wrap_fails("wraps-twice")), Lie::TooManyStanzas);
    assert_eq!(lie(&talks.wrap_fails("wraps-and-complains")), Lie::StanzaAndError);
    assert_eq!(lie(&talks.wrap_fails("silent")), Lie::NoStanza);
}

#[test]
fn plugin_that_ends_early() {
    let error = Talks::new().unwrap_fails("exits");
    assert!(matches!(error, RunError::Ends), "{error:?}");
}

#[test]
fn plugin_that_talks_garbage() {
    let talks = Talks::new();
    for (how, why) in [("garbage", MessageError::First), ("bad-base64", MessageError::Body)] {
        match talks.unwrap_fails(how) {
            RunError::Talk(TalkError::Garbled(found)) => assert_eq!(found, why),
            other => panic!("{how}: {other:?}"),
        }
    }
}

#[test]
fn plugin_that_is_not_there() {
    let mut talk = Talk::unwrap(&[], &[]);
    let error = converse(Path::new("/nowhere/age-plugin-x"), &mut talk, &mut Alone, limits()).unwrap_err();
    assert!(matches!(error, RunError::Start(_)), "{error:?}");
}
