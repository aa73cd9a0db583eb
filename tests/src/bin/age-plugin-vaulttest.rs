//! A plugin that speaks the real protocol (C2SP `age-plugin.md`) and can be told to misbehave.
//!
//! Its "token" is an X25519 key in the identity text: nobody gains anything by it. It shares no code of the protocol
//! with `vault_keys::plugin`, so that the two check each other; Debian's `age` talks with it as well.
//!
//! ```text
//! age-plugin-vaulttest --generate FILE      writes an identity file, prints the recipient
//! age-plugin-vaulttest --age-plugin=…       as age programs start it
//! ```
//!
//! A file `misbehave` beside the program names one thing it does wrong. What it is started with goes to `started`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it talks on standard output, and a test sees it fall"
)]

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, exit};
use std::{env, fs, thread};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use getrandom::SysRng;
use rand_core::UnwrapErr;
use vault_keys::key_id::KeyKind;
use vault_keys::opening::{Identity, Recipient, Stanza, Suite};
use vault_keys::secret::FileKey;

const RECIPIENT: &str = "age1vaulttest";
const IDENTITY: &str = "AGE-PLUGIN-VAULTTEST-";
const STANZA: &str = "vaulttest";

fn main() {
    let mut words = env::args().skip(1);
    match (words.next().as_deref(), words.next()) {
        (Some("--generate"), Some(file)) => generate(&file),
        (Some("--age-plugin=recipient-v1"), None) => Plugin::start().wrap(),
        (Some("--age-plugin=identity-v1"), None) => Plugin::start().unwrap(),
        _ => exit(2),
    }
}

fn generate(file: &str) {
    let identity = Identity::generate(Suite::Classic, &mut UnwrapErr(SysRng));
    let public = identity.to_recipient().public_bytes();
    let recipient = bech32::encode_lower::<Bech32>(Hrp::parse(RECIPIENT).unwrap(), &public).unwrap();
    let secret = data_of(&identity.to_text());
    let text = bech32::encode_upper::<Bech32>(Hrp::parse(IDENTITY).unwrap(), &secret).unwrap();
    fs::write(file, format!("# public key: {recipient}\n{text}\n")).unwrap();
    println!("{recipient}");
}

fn data_of(text: &str) -> Vec<u8> {
    CheckedHrpstring::new::<Bech32>(text).unwrap().byte_iter().collect()
}

fn recipient_of(text: &str) -> Recipient {
    Recipient::from_public(KeyKind::OpeningClassic, &data_of(text)).unwrap()
}

fn identity_of(text: &str) -> Identity {
    let hrp = Hrp::parse("AGE-SECRET-KEY-").unwrap();
    Identity::parse(&bech32::encode_upper::<Bech32>(hrp, &data_of(text)).unwrap()).unwrap()
}

struct Plugin {
    misbehave: String,
    input: io::Lines<io::StdinLock<'static>>,
}

impl Plugin {
    fn start() -> Self {
        let folder: PathBuf = env::current_exe().unwrap().parent().unwrap().to_owned();
        let misbehave = fs::read_to_string(folder.join("misbehave")).unwrap_or_default().trim().to_owned();
        let environment: Vec<String> = env::vars().map(|(name, value)| format!("{name}={value}")).collect();
        let started = format!("{}\n{}\n", std::process::id(), environment.join("\n"));
        fs::write(folder.join("started"), started).unwrap();
        Self { misbehave, input: io::stdin().lines() }
    }

    fn wrap(mut self) {
        let (mut recipients, mut file_key) = (Vec::new(), None);
        while let Some((words, body)) = self.receive() {
            match words.first().map(String::as_str) {
                Some("add-recipient") => recipients.push(recipient_of(words.get(1).unwrap())),
                Some("add-identity") => recipients.push(identity_of(words.get(1).unwrap()).to_recipient()),
                Some("wrap-file-key") => file_key = FileKey::from_slice(&body),
                Some("done") => break,
                _ => {}
            }
        }
        let file_key = file_key.unwrap();
        self.act_up();
        let wrapped_key = match self.misbehave.as_str() {
            // Wrapped well, and not what was asked for.
            "wraps-other-key" => FileKey::from_bytes(&[7; 16]),
            _ => file_key,
        };
        let file = if self.misbehave == "wraps-other-file" { "1" } else { "0" };
        let tag = if self.misbehave == "wraps-natively" { "X25519" } else { STANZA };
        let times = if self.misbehave == "wraps-twice" { 2 } else { 1 };
        for recipient in recipients {
            let stanza = recipient.wrap(&wrapped_key, &mut UnwrapErr(SysRng)).unwrap();
            for _ in 0..times {
                self.ask(&["recipient-stanza", file, tag, stanza.args.get(1).unwrap()], &stanza.body);
            }
        }
        if self.misbehave == "wraps-and-complains" {
            self.ask(&["error", "internal"], b"no");
        }
        send(&["done"], &[]);
    }

    fn unwrap(mut self) {
        let (mut identities, mut stanzas) = (Vec::new(), Vec::new());
        while let Some((words, body)) = self.receive() {
            match words.first().map(String::as_str) {
                Some("add-identity") => identities.push(identity_of(words.get(1).unwrap())),
                Some("recipient-stanza") if words.get(2).is_some_and(|tag| tag == STANZA) => {
                    let args = vec!["X25519".to_owned(), words.get(3).unwrap().clone()];
                    stanzas.push(Stanza { args, body });
                }
                Some("done") => break,
                _ => {}
            }
        }
        self.act_up();
        let found = identities.iter().find_map(|identity| identity.unwrap_any(&stanzas).unwrap());
        if let Some((_, file_key)) = found {
            match self.misbehave.as_str() {
                "short-file-key" => drop(self.ask(&["file-key", "0"], &[1; 15])),
                "wrong-file-key" => drop(self.ask(&["file-key", "0"], &[1; 16])),
                "other-file" => drop(self.ask(&["file-key", "1"], file_key.expose())),
                _ => drop(self.ask(&["file-key", "0"], file_key.expose())),
            }
            if self.misbehave == "two-file-keys" {
                self.ask(&["file-key", "0"], file_key.expose());
            }
        }
        send(&["done"], &[]);
    }

    /// Does what it was told to do wrong before the work itself, and what well-behaved plugins do, too.
    fn act_up(&mut self) {
        match self.misbehave.as_str() {
            "hangs" => thread::park(),
            "hangs-with-child" => {
                // It would outlive its parent, and keep the pipe open.
                let mut child = Command::new("/usr/bin/sleep").arg("600").spawn().unwrap();
                let text = format!("{}", child.id());
                self.ask(&["msg"], text.as_bytes());
                child.wait().unwrap();
            }
            "floods-line" => loop {
                // Ends when the pipe is closed.
                io::stdout().write_all(&[b'x'; 4096]).unwrap();
            },
            "floods-messages" => loop {
                self.ask(&["msg"], b"look here");
            },
            "floods-grease" => loop {
                self.ask(&["grease-of-mine"], &[0; 60]);
            },
            "floods-bytes" => loop {
                send(&["grease-of-mine"], &[0; 12_000]);
            },
            "exits" => exit(1),
            "garbage" => println!("who are you?"),
            "bad-base64" => println!("-> msg\n=====\n"),
            "complains" => {
                self.ask(&["error", "identity", "0"], "请插入令牌\u{1b}[2J".as_bytes());
                send(&["done"], &[]);
                exit(0);
            }
            "silent" => {
                send(&["done"], &[]);
                exit(0);
            }
            "unknown-commands" => {
                let answer = self.ask(&["grease-of-mine", "a", "b"], b"grease");
                assert_eq!(answer, (vec!["unsupported".to_owned()], Vec::new()));
            }
            "asks" => {
                self.ask(&["msg"], "请触摸令牌\u{1b}]0;\u{7}".as_bytes());
                let (yes, no) = (STANDARD_NO_PAD.encode("plug in"), STANDARD_NO_PAD.encode("skip"));
                let (words, _) = self.ask(&["confirm", &yes, &no], b"Where is it?");
                assert_eq!(words, ["ok", "yes"]);
                assert_eq!(self.ask(&["request-public"], b"Which slot?").1, b"9a");
                let (words, pin) = self.ask(&["request-secret"], b"PIN?");
                if words != ["ok"] || pin != b"123456" {
                    self.ask(&["error", "identity", "0"], b"wrong PIN");
                    send(&["done"], &[]);
                    exit(0);
                }
            }
            _ => {}
        }
    }

    fn ask(&mut self, words: &[&str], body: &[u8]) -> (Vec<String>, Vec<u8>) {
        send(words, body);
        // Whoever closes the pipe has heard enough.
        self.receive().unwrap_or_else(|| exit(1))
    }

    fn receive(&mut self) -> Option<(Vec<String>, Vec<u8>)> {
        let first = self.input.next()?.unwrap();
        let words = first.strip_prefix("-> ").unwrap().split(' ').map(str::to_owned).collect();
        let mut base64 = String::new();
        loop {
            let line = self.input.next()?.unwrap();
            base64.push_str(&line);
            if line.len() < 64 {
                return Some((words, STANDARD_NO_PAD.decode(base64).unwrap()));
            }
        }
    }
}

fn send(words: &[&str], body: &[u8]) {
    let base64 = STANDARD_NO_PAD.encode(body);
    let mut text = format!("-> {}\n", words.join(" "));
    let mut lines = base64.as_bytes().chunks_exact(64);
    for line in &mut lines {
        text.push_str(std::str::from_utf8(line).unwrap());
        text.push('\n');
    }
    text.push_str(std::str::from_utf8(lines.remainder()).unwrap());
    text.push('\n');
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).unwrap();
}
