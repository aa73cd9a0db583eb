//! Folding: one spelling for comparison, with the way back to what was typed.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use vault_keys::unicode::is_banned;

use crate::level::{Level, simplified};

/// The words of marks, longest first where one begins another. 绝密 is not among them.
const WORDS: [(&str, Level); 14] = [
    ("工作秘密", Level::Internal),
    ("内部事项", Level::Internal),
    ("内部资料", Level::Internal),
    ("内部文件", Level::Internal),
    ("内部", Level::Internal),
    ("限制", Level::Internal),
    ("机密级", Level::Secret),
    ("机密", Level::Secret),
    ("秘密级", Level::Confidential),
    ("秘密", Level::Confidential),
    ("无密级", Level::Unclassified),
    ("非密", Level::Unclassified),
    ("公开", Level::Unclassified),
    ("无密", Level::Unclassified),
];

/// The codes of GB/T 7156; UM, top secret, is not among them.
const CODES: [(&str, Level); 4] = [
    ("gk", Level::Unclassified),
    ("xz", Level::Internal),
    ("mm", Level::Confidential),
    ("jm", Level::Secret),
];

const ENGLISH: [(&str, Level); 4] = [
    ("unclassified", Level::Unclassified),
    ("internal", Level::Internal),
    ("confidential", Level::Confidential),
    ("secret", Level::Secret),
];

/// A text decomposed for compatibility (NFKD), simplified and lower case, without spaces, invisible characters and
/// what is drawn over or under others.
pub(super) struct Folded<'a> {
    text: &'a str,
    characters: Vec<Character>,
}

/// One folded character.
#[derive(Clone, Copy)]
pub(super) struct Character {
    /// The folded character.
    pub(super) folded: char,
    /// Whether it was a capital letter.
    pub(super) capital: bool,
    /// Whether spaces or invisible characters stand before it.
    pub(super) spaced: bool,
    /// Where the character it came from begins in the text, in bytes.
    start: usize,
}

impl<'a> Folded<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut characters = Vec::new();
        let mut spaced = false;
        for (start, typed) in text.char_indices() {
            for c in core::iter::once(typed).nfkd().filter(|c| !is_combining_mark(*c)) {
                if c.is_whitespace() || is_banned(c) {
                    spaced = true;
                    continue;
                }
                for folded in c.to_lowercase().map(simplified).map(latin) {
                    characters.push(Character { folded, capital: c.is_uppercase(), spaced, start });
                    spaced = false;
                }
            }
        }
        Self { text, characters }
    }

    pub(super) fn characters(&self) -> &[Character] {
        &self.characters
    }

    /// The folded character at a place.
    pub(super) fn at(&self, place: usize) -> Option<char> {
        self.characters.get(place).map(|c| c.folded)
    }

    /// The first place from `place` on whose character is not of a kind.
    pub(super) fn skip(&self, place: usize, kind: fn(char) -> bool) -> usize {
        let rest = self.characters.get(place..).unwrap_or_default();
        place.saturating_add(rest.iter().take_while(|c| kind(c.folded)).count())
    }

    /// The folded text from a place on.
    pub(super) fn from(&self, place: usize) -> String {
        self.characters.get(place..).unwrap_or_default().iter().map(|c| c.folded).collect()
    }

    /// The text as typed from a place on.
    pub(super) fn original(&self, place: usize) -> &'a str {
        self.characters.get(place).and_then(|c| self.text.get(c.start..)).unwrap_or_default()
    }

    /// The text as typed between two places.
    pub(super) fn original_between(&self, place: usize, end: usize) -> &'a str {
        let start = self.characters.get(place).map_or(self.text.len(), |c| c.start);
        let end = self.characters.get(end).map_or(self.text.len(), |c| c.start);
        self.text.get(start..end).unwrap_or_default().trim()
    }

    /// Whether a word stands at a place; `Some` of its length in characters.
    pub(super) fn word(&self, place: usize, word: &str) -> Option<usize> {
        let length = word.chars().count();
        let here = self.characters.get(place..place.saturating_add(length))?;
        here.iter().map(|c| c.folded).eq(word.chars()).then_some(length)
    }

    /// The level that begins at a place, in Chinese or as a code, and its length in characters.
    pub(super) fn level(&self, place: usize) -> Option<(Level, usize)> {
        let word = WORDS.iter().find_map(|(word, level)| Some((*level, self.word(place, word)?)));
        word.or_else(|| {
            let (level, length) =
                CODES.iter().find_map(|(code, level)| Some((*level, self.word(place, code)?)))?;
            let alone = self.at(place.saturating_add(length)).is_none_or(|c| !c.is_ascii_alphanumeric());
            alone.then_some((level, length))
        })
    }

    /// The level an English word at a place would mean.
    pub(super) fn english(&self, place: usize) -> Option<Level> {
        ENGLISH.iter().find_map(|(word, level)| self.word(place, word).map(|_| *level))
    }
}

/// The Latin letter that a Cyrillic or Greek one cannot be told from, as far as the English words have it.
const fn latin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'і' | 'ι' => 'i',
        'ӏ' => 'l',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        _ => c,
    }
}

/// Brackets that people put around a level.
pub(super) const fn is_bracket(c: char) -> bool {
    matches!(
        c,
        '【' | '】'
            | '['
            | ']'
            | '('
            | ')'
            | '{'
            | '}'
            | '〔'
            | '〕'
            | '《'
            | '》'
            | '〖'
            | '〗'
            | '「'
            | '」'
            | '『'
            | '』'
    )
}

/// Chinese characters, among which a word is not free-standing.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '々' | '〇')
}
