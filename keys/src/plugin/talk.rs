//! The talk with a plugin: `recipient-v1` wraps a file key, `identity-v1` unwraps it.
//!
//! The client speaks first and says everything at once; then the plugin asks and reports, one message at a time, each
//! of which is answered, until it says `done`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

use super::message::{Message, MessageError, Reader};
use super::names::{TokenIdentity, TokenRecipient};
use crate::secret::FileKey;

/// How many texts of a plugin a person is shown in one talk.
pub const MESSAGES_SHOWN_MAX: usize = 16;

/// How many messages a plugin may send in one talk.
const MESSAGES_MAX: usize = 64;

/// Characters of one text that a person is shown.
const TEXT_MAX: usize = 500;

/// Types of stanza that age programs open themselves: a token has nothing to do with them.
const NATIVE: [&str; 5] = ["scrypt", "X25519", "mlkem768x25519", "ssh-rsa", "ssh-ed25519"];

/// The person at the machine, as far as a plugin may reach her.
pub trait Person {
    /// Shows a text of the plugin.
    fn show(&mut self, text: &str);
    /// Asks for a choice; `None` if nobody can be asked.
    fn confirm(&mut self, text: &str, yes: &str, no: Option<&str>) -> Option<bool>;
    /// Asks for a line, for example a PIN; `None` if nobody can be asked.
    fn ask(&mut self, text: &str, secret: bool) -> Option<Zeroizing<String>>;
}

/// One talk, from our side.
#[derive(Debug)]
pub struct Talk {
    job: Job,
    reader: Reader,
    opening: Zeroizing<Vec<u8>>,
    messages: usize,
    shown: usize,
    complaints: Vec<Complaint>,
    stanzas: Vec<Message>,
    file_key: Option<FileKey>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    /// For so many recipients.
    Wrap(usize),
    /// With so many identities.
    Unwrap,
}

impl Talk {
    /// Asks for a file key to be wrapped for these tokens of one plugin.
    #[must_use]
    pub fn wrap(recipients: &[&TokenRecipient], file_key: &FileKey) -> Self {
        let mut opening = Zeroizing::new(Vec::new());
        for recipient in recipients {
            Message::new("add-recipient", &[recipient.as_str()], &[]).encode_to(&mut opening);
        }
        Message::new("wrap-file-key", &[], file_key.expose()).encode_to(&mut opening);
        Self::begin(Job::Wrap(recipients.len()), opening)
    }

    /// Asks for the file key in one of these stanzas, with these tokens of one plugin.
    #[must_use]
    pub fn unwrap(identities: &[&TokenIdentity], stanzas: &[Message]) -> Self {
        let mut opening = Zeroizing::new(Vec::new());
        for identity in identities {
            Message::new("add-identity", &[identity.expose()], &[]).encode_to(&mut opening);
        }
        for stanza in stanzas {
            let words: Vec<&str> =
                ["0", &stanza.tag].into_iter().chain(stanza.args.iter().map(String::as_str)).collect();
            Message::new("recipient-stanza", &words, &stanza.body).encode_to(&mut opening);
        }
        Self::begin(Job::Unwrap, opening)
    }

    fn begin(job: Job, mut opening: Zeroizing<Vec<u8>>) -> Self {
        Message::new("done", &[], &[]).encode_to(&mut opening);
        Self {
            job,
            reader: Reader::default(),
            opening,
            messages: 0,
            shown: 0,
            complaints: Vec::new(),
            stanzas: Vec::new(),
            file_key: None,
        }
    }

    /// The one argument the program is started with.
    #[must_use]
    pub fn argument(&self) -> &'static str {
        match self.job {
            Job::Wrap(_) => "--age-plugin=recipient-v1",
            Job::Unwrap => "--age-plugin=identity-v1",
        }
    }

    /// What is said first, all at once.
    #[must_use]
    pub fn opening(&mut self) -> Zeroizing<Vec<u8>> {
        core::mem::take(&mut self.opening)
    }

    /// Takes one line of the plugin, without its LF.
    ///
    /// # Errors
    /// The plugin does what the protocol does not allow; the talk is over.
    pub fn hear(&mut self, line: &[u8], person: &mut dyn Person) -> Result<Heard, TalkError> {
        let Some(message) = self.reader.line(line)? else { return Ok(Heard::Part) };
        self.messages += 1;
        if self.messages > MESSAGES_MAX {
            return Err(TalkError::TooMuch);
        }
        let answer = match message.tag.as_str() {
            "done" => return Ok(Heard::Done),
            "msg" => {
                person.show(&self.text(&message.body)?);
                ok(&[], &[])
            }
            "confirm" => self.confirm(&message, person)?,
            "request-public" => self.request(&message, person, false)?,
            "request-secret" => self.request(&message, person, true)?,
            "error" => {
                let about = message.args.first().map_or("internal", String::as_str).to_owned();
                let text = self.text(&message.body)?;
                self.complaints.push(Complaint { about, text });
                ok(&[], &[])
            }
            "recipient-stanza" if self.job != Job::Unwrap => self.stanza(message)?,
            "file-key" if self.job == Job::Unwrap => self.take_file_key(&message)?,
            // Commands of later versions, and grease.
            _ => Message::new("unsupported", &[], &[]),
        };
        Ok(Heard::Answer(answer.encode()))
    }

    /// The stanzas that wrap the file key, after `done`.
    ///
    /// # Errors
    /// The plugin complained, or gave no stanza.
    pub fn wrapped(self) -> Result<Vec<Message>, TalkError> {
        match (self.complaints.is_empty(), self.stanzas.is_empty()) {
            (true, false) => Ok(self.stanzas),
            (true, true) => Err(Lie::NoStanza.into()),
            (false, true) => Err(TalkError::Complains(self.complaints)),
            (false, false) => Err(Lie::StanzaAndError.into()),
        }
    }

    /// The file key, after `done`; `None` if none of the stanzas is for these tokens.
    ///
    /// # Errors
    /// The plugin complained and gave no file key.
    pub fn unwrapped(self) -> Result<Option<FileKey>, TalkError> {
        match self.file_key {
            // One of two tokens may be out of reach while the other opens.
            Some(file_key) => Ok(Some(file_key)),
            None if self.complaints.is_empty() => Ok(None),
            None => Err(TalkError::Complains(self.complaints)),
        }
    }

    fn stanza(&mut self, message: Message) -> Result<Message, TalkError> {
        let Job::Wrap(recipients) = self.job else { return Err(Lie::NoStanza.into()) };
        let mut words = message.args.into_iter();
        if words.next().as_deref() != Some("0") {
            return Err(Lie::OtherFile.into());
        }
        let tag = words.next().ok_or(Lie::NoStanza)?;
        if NATIVE.contains(&tag.as_str()) {
            return Err(Lie::ForeignStanza.into());
        }
        if self.stanzas.len() == recipients {
            return Err(Lie::TooManyStanzas.into());
        }
        self.stanzas.push(Message { tag, args: words.collect(), body: message.body });
        Ok(ok(&[], &[]))
    }

    fn take_file_key(&mut self, message: &Message) -> Result<Message, TalkError> {
        if message.args != ["0"] {
            return Err(Lie::OtherFile.into());
        }
        if self.file_key.is_some() {
            return Err(Lie::SecondFileKey.into());
        }
        let file_key = FileKey::from_slice(&message.body);
        self.file_key = Some(file_key.ok_or(Lie::FileKeyLength { found: message.body.len() })?);
        Ok(ok(&[], &[]))
    }

    fn confirm(&mut self, message: &Message, person: &mut dyn Person) -> Result<Message, TalkError> {
        let text = self.text(&message.body)?;
        let mut choices = Vec::new();
        for word in &message.args {
            let bytes = STANDARD_NO_PAD.decode(word).map_err(|_| MessageError::Body)?;
            choices.push(shortened(&bytes));
        }
        let (Some(yes), true) = (choices.first(), choices.len() <= 2) else {
            return Err(MessageError::First.into());
        };
        Ok(match person.confirm(&text, yes, choices.get(1).map(String::as_str)) {
            Some(true) => ok(&["yes"], &[]),
            Some(false) => ok(&["no"], &[]),
            None => Message::new("fail", &[], &[]),
        })
    }

    fn request(
        &mut self,
        message: &Message,
        person: &mut dyn Person,
        secret: bool,
    ) -> Result<Message, TalkError> {
        let text = self.text(&message.body)?;
        Ok(match person.ask(&text, secret) {
            Some(line) => ok(&[], line.as_bytes()),
            None => Message::new("fail", &[], &[]),
        })
    }

    /// A text that a person is about to see, of which there are not many.
    fn text(&mut self, bytes: &[u8]) -> Result<String, TalkError> {
        self.shown += 1;
        if self.shown > MESSAGES_SHOWN_MAX { Err(TalkError::TooMuch) } else { Ok(shortened(bytes)) }
    }
}

/// What a line led to.
#[derive(Debug)]
pub enum Heard {
    /// A message is not complete yet.
    Part,
    /// This is to be written to the plugin.
    Answer(Zeroizing<Vec<u8>>),
    /// The plugin has nothing more to say.
    Done,
}

/// What a plugin says went wrong, in its own words: to be shown as such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// `recipient`, `identity`, `stanza` or `internal`.
    pub about: String,
    /// The words.
    pub text: String,
}

/// How a talk failed: by the plugin, in every case.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TalkError {
    /// It does not speak the protocol.
    #[error("the plugin sent {0}")]
    Garbled(#[from] MessageError),
    /// It sends more messages, or more texts for people, than anybody needs.
    #[error("the plugin sent too many messages")]
    TooMuch,
    /// It gives an answer that nobody asked for, or one that cannot be true.
    #[error("the plugin {0}")]
    Lies(#[from] Lie),
    /// It reports that it could not do it.
    #[error("the plugin reports an error")]
    Complains(Vec<Complaint>),
}

/// An answer that cannot be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Lie {
    /// One file was asked about, number 0.
    #[error("answers for another file than it was asked about")]
    OtherFile,
    /// A file key has 16 bytes.
    #[error("gave a file key of {found} bytes")]
    FileKeyLength {
        /// How many it had.
        found: usize,
    },
    /// A file has one.
    #[error("gave two file keys")]
    SecondFileKey,
    /// It wrapped nothing and reported nothing.
    #[error("gave no stanza")]
    NoStanza,
    /// It wrapped for more tokens than there are.
    #[error("gave more stanzas than there are tokens")]
    TooManyStanzas,
    /// It wrapped for a passphrase or a key outside a token.
    #[error("gave a stanza that other programs open without it")]
    ForeignStanza,
    /// Either it could or it could not.
    #[error("gave a stanza and reported an error")]
    StanzaAndError,
}

fn ok(args: &[&str], body: &[u8]) -> Message {
    Message::new("ok", args, body)
}

fn shortened(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(TEXT_MAX).collect()
}
