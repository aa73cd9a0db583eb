//! What client and plugin say to each other: stanzas as in an age header, line by line.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

/// The longest line that is read, in bytes, without its LF.
pub const LINE_MAX: usize = 4096;

/// The largest body that is read, in bytes. A wrapped key has some tens or hundreds, a message is a sentence.
const BODY_MAX: usize = 16 * 1024;

/// Characters of a full line of a body; a shorter one, possibly empty, ends it.
const COLUMNS: usize = 64;

/// One command, answer or stanza. Its body may be a file key or a PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is.
    pub tag: String,
    /// Further words, each of visible ASCII characters.
    pub args: Vec<String>,
    /// Bytes that belong to it.
    pub body: Zeroizing<Vec<u8>>,
}

impl Message {
    /// A message with these words.
    #[must_use]
    pub fn new(tag: &str, args: &[&str], body: &[u8]) -> Self {
        Self {
            tag: tag.to_owned(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            body: Zeroizing::new(body.to_vec()),
        }
    }

    /// Appends the message to what will be written.
    pub fn encode_to(&self, out: &mut Zeroizing<Vec<u8>>) {
        let base64 = Zeroizing::new(STANDARD_NO_PAD.encode(&*self.body));
        let words: usize = self.args.iter().map(|arg| arg.len() + 1).sum();
        // Made to measure in one piece, so that no growing leaves copies behind.
        let mut whole = Zeroizing::new(Vec::with_capacity(
            out.len() + self.tag.len() + words + base64.len() + base64.len() / COLUMNS + 8,
        ));
        whole.extend_from_slice(out);
        whole.extend_from_slice(b"-> ");
        whole.extend_from_slice(self.tag.as_bytes());
        for arg in &self.args {
            whole.push(b' ');
            whole.extend_from_slice(arg.as_bytes());
        }
        whole.push(b'\n');
        let mut lines = base64.as_bytes().chunks_exact(COLUMNS);
        for line in &mut lines {
            whole.extend_from_slice(line);
            whole.push(b'\n');
        }
        whole.extend_from_slice(lines.remainder());
        whole.push(b'\n');
        *out = whole;
    }

    /// The message as it is written.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::new());
        self.encode_to(&mut out);
        out
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({}, {} args, {} bytes)", self.tag, self.args.len(), self.body.len())
    }
}

/// Puts messages together from lines.
#[derive(Debug, Default)]
pub struct Reader {
    begun: Option<Message>,
}

impl Reader {
    /// Takes one line, without its LF; a message when it is complete.
    ///
    /// # Errors
    /// The line is no part of a message.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<Message>, MessageError> {
        if line.len() > LINE_MAX {
            return Err(MessageError::Long);
        }
        let Some(message) = &mut self.begun else {
            self.begun = Some(first_line(line)?);
            return Ok(None);
        };
        if line.len() > COLUMNS || message.body.len() + line.len() > BODY_MAX {
            return Err(MessageError::Long);
        }
        let part = Zeroizing::new(STANDARD_NO_PAD.decode(line).map_err(|_| MessageError::Body)?);
        let mut body = Zeroizing::new(Vec::with_capacity(message.body.len() + part.len()));
        body.extend_from_slice(&message.body);
        body.extend_from_slice(&part);
        message.body = body;
        Ok(if line.len() < COLUMNS { self.begun.take() } else { None })
    }
}

fn first_line(line: &[u8]) -> Result<Message, MessageError> {
    let text = core::str::from_utf8(line).map_err(|_| MessageError::First)?;
    let mut words = text.strip_prefix("-> ").ok_or(MessageError::First)?.split(' ');
    let tag = words.next().filter(|word| is_word(word)).ok_or(MessageError::First)?;
    let args: Vec<String> = words.map(str::to_owned).collect();
    if !args.iter().all(|arg| is_word(arg)) {
        return Err(MessageError::First);
    }
    Ok(Message { tag: tag.to_owned(), args, body: Zeroizing::new(Vec::new()) })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Why a line is no part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MessageError {
    /// A message begins with `-> ` and words.
    #[error("a line that begins no message")]
    First,
    /// Bodies are canonical base64 without padding.
    #[error("a body that is not base64")]
    Body,
    /// Longer than any message of a plugin.
    #[error("a line or a body that is too long")]
    Long,
}
