#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use zeroize::Zeroizing;

use super::{
    Heard, LINE_MAX, Lie, MESSAGES_SHOWN_MAX, Message, MessageError, Person, PluginName, Reader, TOKENS_MAX,
    Talk, TalkError, Token, TokenIdentity, TokenRecipient, Tokens, TokensError,
};
use crate::key_text::{encode_lower, encode_upper};
use crate::secret::FileKey;

/// Somebody who has nothing to say.
struct Nobody;

impl Person for Nobody {
    fn show(&mut self, _: &str) {}

    fn confirm(&mut self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn ask(&mut self, _: &str, _: bool) -> Option<Zeroizing<String>> {
        None
    }
}

fn recipient(name: &str) -> TokenRecipient {
    encode_lower(&format!("age1{name}"), &[0x11; 32]).parse().unwrap()
}

fn identity(name: &str) -> TokenIdentity {
    encode_upper(&format!("AGE-PLUGIN-{}-", name.to_uppercase()), &[0x22; 8]).parse().unwrap()
}

fn token(name: &str) -> Token {
    Token {
        recipient: recipient(name),
        program: format!("/usr/bin/age-plugin-{name}"),
        identity: identity(name),
    }
}

fn read(bytes: &[u8]) -> Result<Vec<Message>, MessageError> {
    let mut reader = Reader::default();
    let mut read = Vec::new();
    let text = bytes.strip_suffix(b"\n").unwrap();
    for line in text.split(|byte| *byte == b'\n') {
        read.extend(reader.line(line)?);
    }
    Ok(read)
}

/// Says these lines to a talk; answers what it wrote back and whether it is done.
fn said(talk: &mut Talk, lines: &str) -> Result<(String, bool), TalkError> {
    let mut answers = String::new();
    for line in lines.lines() {
        match talk.hear(line.as_bytes(), &mut Nobody)? {
            Heard::Part => {}
            Heard::Answer(answer) => answers.push_str(core::str::from_utf8(&answer).unwrap()),
            Heard::Done => return Ok((answers, true)),
        }
    }
    Ok((answers, false))
}

fn wrapping() -> Talk {
    Talk::wrap(&[&recipient("probe")], &FileKey::from_bytes(&[0x33; 16]))
}

fn unwrapping() -> Talk {
    let stanza = Message::new("probe", &["abc"], &[0x44; 49]);
    Talk::unwrap(&[&identity("probe")], &[stanza])
}

/// `docs/keys.md`, the example.
#[test]
fn the_talk_is_as_the_document_shows_it() {
    let mut talk = wrapping();
    assert_eq!(talk.argument(), "--age-plugin=recipient-v1");
    let text = String::from_utf8(talk.opening().to_vec()).unwrap();
    let expected = format!(
        "-> add-recipient {}\n\n-> wrap-file-key\nMzMzMzMzMzMzMzMzMzMzMw\n-> done\n\n",
        recipient("probe")
    );
    assert_eq!(text, expected);
    let (answers, done) =
        said(&mut talk, "-> msg\ndG91Y2g\n-> recipient-stanza 0 probe abc\nRERE\n-> done\n\n").unwrap();
    assert_eq!(answers, "-> ok\n\n-> ok\n\n");
    assert!(done);
    assert_eq!(talk.wrapped().unwrap(), [Message::new("probe", &["abc"], b"DDD")]);

    let mut talk = unwrapping();
    assert_eq!(talk.argument(), "--age-plugin=identity-v1");
    let text = String::from_utf8(talk.opening().to_vec()).unwrap();
    // 49 bytes are 66 characters: a full line and two more.
    let body = format!("{}\nRA\n", "RERE".repeat(16));
    let expected = format!(
        "-> add-identity {}\n\n-> recipient-stanza 0 probe abc\n{body}-> done\n\n",
        identity("probe").expose()
    );
    assert_eq!(text, expected);
    let (answers, done) = said(&mut talk, "-> file-key 0\nMzMzMzMzMzMzMzMzMzMzMw\n-> done\n\n").unwrap();
    assert_eq!((answers.as_str(), done), ("-> ok\n\n", true));
    assert_eq!(talk.unwrapped().unwrap().unwrap().expose(), &[0x33; 16]);
}

#[test]
fn questions_that_nobody_answers_fail_and_the_talk_goes_on() {
    let mut talk = unwrapping();
    let asked =
        "-> request-secret\nUElO\n-> request-public\nUElO\n-> confirm eWVz\nUElO\n-> what\n\n-> done\n\n";
    let (answers, done) = said(&mut talk, asked).unwrap();
    assert_eq!(answers, "-> fail\n\n-> fail\n\n-> fail\n\n-> unsupported\n\n");
    assert!(done && talk.unwrapped().unwrap().is_none());
}

#[test]
fn answers_to_questions_nobody_asked_are_refused() {
    let lies = [
        ("-> file-key 1\nMzMzMzMzMzMzMzMzMzMzMw\n", Lie::OtherFile),
        ("-> file-key\nMzMzMzMzMzMzMzMzMzMzMw\n", Lie::OtherFile),
        ("-> file-key 0\nMzMz\n", Lie::FileKeyLength { found: 3 }),
        (
            "-> file-key 0\nMzMzMzMzMzMzMzMzMzMzMw\n-> file-key 0\nMzMzMzMzMzMzMzMzMzMzMw\n",
            Lie::SecondFileKey,
        ),
    ];
    for (lines, lie) in lies {
        assert_eq!(said(&mut unwrapping(), lines), Err(TalkError::Lies(lie)), "{lines}");
    }
    // Each state machine has its own answers; the other's are unknown commands to it.
    let (answers, _) = said(&mut unwrapping(), "-> recipient-stanza 0 probe\n\n").unwrap();
    assert_eq!(answers, "-> unsupported\n\n");
    let (answers, _) = said(&mut wrapping(), "-> file-key 0\nMzMzMzMzMzMzMzMzMzMzMw\n").unwrap();
    assert_eq!(answers, "-> unsupported\n\n");
}

#[test]
fn native_stanzas_are_no_work_of_a_token() {
    for native in ["scrypt", "X25519", "mlkem768x25519", "ssh-rsa", "ssh-ed25519"] {
        let line = format!("-> recipient-stanza 0 {native} abc\n\n");
        assert_eq!(said(&mut wrapping(), &line), Err(TalkError::Lies(Lie::ForeignStanza)));
    }
}

#[test]
fn texts_and_messages_are_counted() {
    let mut talk = unwrapping();
    for _ in 0..MESSAGES_SHOWN_MAX {
        said(&mut talk, "-> msg\ndG91Y2g\n").unwrap();
    }
    assert_eq!(said(&mut talk, "-> msg\ndG91Y2g\n"), Err(TalkError::TooMuch));
    let mut talk = unwrapping();
    let grease = "-> grease\n\n".repeat(64);
    said(&mut talk, &grease).unwrap();
    assert_eq!(said(&mut talk, "-> grease\n\n"), Err(TalkError::TooMuch));
}

#[test]
fn lines_that_are_no_messages() {
    for (text, error) in [
        ("hello\n", MessageError::First),
        ("->\n", MessageError::First),
        ("-> \n", MessageError::First),
        ("-> msg \n", MessageError::First),
        ("-> msg  a\n", MessageError::First),
        ("-> m\u{e9}\n", MessageError::First),
        ("-> msg\n====\n", MessageError::Body),
        // Not canonical: spare bits that are not zero.
        ("-> msg\nRB\n", MessageError::Body),
        ("-> msg\nRA==\n", MessageError::Body),
    ] {
        assert_eq!(read(text.as_bytes()), Err(error), "{text:?}");
    }
    let long = format!("-> {}\n", "x".repeat(LINE_MAX));
    assert_eq!(read(long.as_bytes()), Err(MessageError::Long));
    let wide = format!("-> msg\n{}\n", "A".repeat(68));
    assert_eq!(read(wide.as_bytes()), Err(MessageError::Long));
    let tall = format!("-> msg\n{}", format!("{}\n", "A".repeat(64)).repeat(400));
    assert_eq!(read(tall.as_bytes()), Err(MessageError::Long));
}

proptest! {
    #[test]
    fn messages_come_back(words in prop::collection::vec("[!-~]{1,20}", 1..5), body: Vec<u8>) {
        let args: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let message = Message::new(words.first().unwrap(), &args, &body);
        prop_assert_eq!(read(&message.encode()).unwrap(), [message]);
    }
}

#[test]
fn names_cannot_lead_out_of_a_folder() {
    for good in ["yubikey", "fido2-hmac", "a"] {
        assert_eq!(good.parse::<PluginName>().unwrap().program(), format!("age-plugin-{good}"));
    }
    let long = "a".repeat(33);
    for bad in ["", "..", "a/b", "../x", "A", "a.b", "a b", "é", "pq", &long] {
        assert!(bad.parse::<PluginName>().is_err(), "{bad}");
    }
    for bad in ["", "..", "a/b", "../x", "a.b", "pq", &long] {
        let text = encode_lower(&format!("age1{bad}"), &[1; 32]);
        assert!(text.parse::<TokenRecipient>().is_err(), "{bad}");
    }
}

#[test]
fn texts_of_tokens_are_checked() {
    let text = recipient("probe").to_string();
    assert_eq!(recipient("probe").name().as_str(), "probe");
    assert_eq!(identity("probe").name().as_str(), "probe");
    assert!(text.to_uppercase().parse::<TokenRecipient>().is_err());
    let (kept, last) = text.split_at(text.len() - 1);
    let other = if last == "q" { "p" } else { "q" };
    assert!(format!("{kept}{other}").parse::<TokenRecipient>().is_err());
    assert!(identity("probe").expose().to_lowercase().parse::<TokenIdentity>().is_err());
    // A native recipient and a native identity are no tokens.
    assert!(encode_lower("age", &[1; 32]).parse::<TokenRecipient>().is_err());
    assert!(encode_upper("AGE-SECRET-KEY-", &[1; 32]).parse::<TokenIdentity>().is_err());
    assert!(!format!("{:?}", identity("probe")).contains(identity("probe").expose()));
}

#[test]
fn the_list_of_tokens_has_one_form() {
    let tokens = Tokens::new(vec![token("probe"), token("other")]).unwrap();
    let text = tokens.encode();
    assert_eq!(Tokens::parse(&text).unwrap(), tokens);
    assert!(text.starts_with("# vault-tokens/1\n# recipient: age1probe1"));
    for (from, to, line) in [
        ("vault-tokens/1", "vault-tokens/2", 1),
        ("# recipient: age1probe", "# recipient: age1prob", 2),
        ("# program: /usr", "# program: usr", 3),
        ("AGE-PLUGIN-PROBE", "AGE-PLUGIN-PROVE", 4),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_eq!(Tokens::parse(&changed), Err(TokensError::Line { line }), "{to}");
    }
    let mixed = Token { identity: identity("other"), ..token("probe") };
    assert_eq!(Tokens::new(vec![mixed]), Err(TokensError::Plugin));
    assert_eq!(Tokens::new(Vec::new()), Err(TokensError::Count));
    assert_eq!(Tokens::new(vec![token("probe"); TOKENS_MAX + 1]), Err(TokensError::Count));
    assert_eq!(Tokens::parse("# vault-tokens/1\n"), Err(TokensError::Count));
}
