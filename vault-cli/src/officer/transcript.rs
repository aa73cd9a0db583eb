//! The officer's transcript: every act shown, signed and published here, each entry naming the one before by its
//! hash (docs/directory.md, "Transcript").
//!
//! It is for people, and for nobody's trust: it tells an officer, years later, what he put his name to.

use vault_keys::digest::{NoteHash, sha256};
use vault_keys::time::Time;

use crate::error::{Failure, Kind, Outcome};
use crate::home::Home;
use crate::msg;

const FOLDER: &str = "officer";
const FILE: &str = "officer/transcript.txt";
const HEAD: &str = "vault-transcript/1\n";

/// What was done with a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// It was shown, before the question whether to sign.
    Shown,
    /// It was signed here.
    Signed,
    /// It was taken into use here.
    Published,
}

/// One act.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When, by this machine's clock.
    pub time: Time,
    /// What was done.
    pub verb: Verb,
    /// The paper's hash.
    pub hash: String,
    /// Who had signed it then.
    pub signed: Vec<String>,
    /// What it says, in words, a line each.
    pub words: Vec<String>,
}

/// What a transcript holds, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The whole text.
    pub text: String,
    /// How many entries.
    pub entries: usize,
    /// The hash of the last one: written down elsewhere, it shows later that nothing was cut off.
    pub last: String,
}

/// A home's transcript.
#[derive(Clone, Copy, Debug)]
pub struct Transcript<'a>(&'a Home);

impl<'a> Transcript<'a> {
    /// The transcript of this home, which may not have been begun.
    #[must_use]
    pub const fn of(home: &'a Home) -> Self {
        Self(home)
    }

    /// Adds an entry, after verifying what is there.
    ///
    /// # Errors
    /// The transcript was changed by something else, or the disk refuses.
    pub fn enter(self, entry: &Entry) -> Outcome {
        let before = self.read()?;
        let text = before.text + "\n" + &entry.text(before.entries + 1, &before.last);
        self.0.folder(FOLDER)?;
        self.0.write(FILE, text.as_bytes())
    }

    /// Whether this was done with the paper of this hash.
    ///
    /// # Errors
    /// An entry does not name the one before it.
    pub fn has(self, verb: Verb, hash: &str) -> Outcome<bool> {
        Ok(self.read()?.text.contains(&act_lines(verb, hash)))
    }

    /// Reads and verifies the whole.
    ///
    /// # Errors
    /// An entry does not name the one before it.
    pub fn read(self) -> Outcome<Reading> {
        let text = match self.0.has(FILE) {
            true => String::from_utf8(self.0.read(FILE)?).map_err(|_| changed(0))?,
            false => HEAD.to_owned(),
        };
        let (head, rest) = text.split_at_checked(HEAD.len()).ok_or_else(|| changed(0))?;
        if head != HEAD {
            return Err(changed(0));
        }
        let (mut last, mut entries) = (hash(HEAD), 0);
        for entry in rest.split("\n\n") {
            let entry = entry.trim_matches('\n');
            if entry.is_empty() {
                continue;
            }
            let entry = format!("{entry}\n");
            entries += 1;
            if !entry.starts_with(&lead(entries, &last)) {
                return Err(changed(entries));
            }
            last = hash(&entry);
        }
        Ok(Reading { text, entries, last })
    }
}

impl Entry {
    fn text(&self, number: usize, before: &str) -> String {
        let mut text = lead(number, before);
        let (time, act, officers) = (self.time, act_lines(self.verb, &self.hash), self.signed.join(" "));
        text.push_str(&format!("time: {time}\n{act}officers: {officers}\n"));
        for line in self.words.iter().flat_map(|words| words.lines()).map(str::trim) {
            // An empty line would end the entry.
            if !line.is_empty() {
                text.push_str(&format!("  {line}\n"));
            }
        }
        text
    }
}

fn act_lines(verb: Verb, hash: &str) -> String {
    let verb = match verb {
        Verb::Shown => "shown",
        Verb::Signed => "signed",
        Verb::Published => "published",
    };
    format!("act: {verb}\nhash: {hash}\n")
}

fn lead(number: usize, before: &str) -> String {
    format!("entry: {number}\nbefore: {before}\n")
}

fn hash(text: &str) -> String {
    NoteHash::from_bytes(sha256(text.as_bytes())).to_string()
}

fn changed(entry: usize) -> Failure {
    Failure::new(Kind::Integrity, msg!("transcript-changed", entry = entry))
        .code("transcript-changed")
        .hint(msg!("transcript-changed-next"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Entry, FILE, Transcript, Verb};
    use crate::home::Home;

    fn entry(words: &str) -> Entry {
        Entry {
            time: "2026-11-25T10:00:00Z".parse().unwrap(),
            verb: Verb::Signed,
            hash: "ab".repeat(32),
            signed: vec!["o1".to_owned(), "o2".to_owned()],
            words: vec![words.to_owned(), "two\n\nlines".to_owned()],
        }
    }

    #[test]
    fn each_entry_names_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open_or_create(&dir.path().join("home")).unwrap();
        let transcript = Transcript::of(&home);
        assert_eq!(transcript.read().unwrap().entries, 0);
        transcript.enter(&entry("李娜登记入录")).unwrap();
        transcript.enter(&entry("二")).unwrap();
        transcript.enter(&entry("三")).unwrap();
        let reading = transcript.read().unwrap();
        assert_eq!(reading.entries, 3);
        assert!(reading.text.contains("  李娜登记入录\n  two\n  lines\n\nentry: 2\n"), "{}", reading.text);

        // Changing, dropping or swapping any entry but the last is noticed.
        let whole = reading.text;
        let changed = |text: &str| {
            home.write(FILE, text.as_bytes()).unwrap();
            transcript.read().map_err(|failure| failure.code.clone())
        };
        let told = Err(Some("transcript-changed".to_owned()));
        assert_eq!(changed(&whole.replace("李娜", "李宁")), told);
        let parts: Vec<&str> = whole.split("\n\n").collect();
        assert_eq!(changed(&[parts[0], parts[2], parts[3]].join("\n\n")), told);
        assert_eq!(changed(&[parts[0], parts[2], parts[1], parts[3]].join("\n\n")), told);
        assert_eq!(changed("another file\n"), told);
        // Cutting off the end is not: the last hash, written down elsewhere, would show it.
        assert_eq!(changed(&format!("{}\n", parts[..3].join("\n\n"))).unwrap().entries, 2);
        assert!(transcript.enter(&entry("四")).is_ok());
    }
}
