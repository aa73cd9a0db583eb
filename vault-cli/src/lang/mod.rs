//! Chinese and English: every text a person sees stands in `zh-CN/` and `en/` under the same key. Design
//! section 11.
//!
//! Commands name texts by [`msg!`](crate::msg) and never hold sentences; a test proves that both
//! files have the same keys and that every key used in the sources exists.

use std::borrow::Cow;
use std::fmt;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;
use vault_core::admission::Code;

/// Keys of rules are not in the files: `rule:` and `next:` lead to the words of the code itself.
const RULE: &str = "rule:";
const RULE_NEXT: &str = "next:";

/// The files of one language as one text, each ending with an empty line.
macro_rules! texts_of {
    ($folder:literal: $($file:literal)+) => { concat!($(include_str!(concat!($folder, "/", $file, ".ftl")), "\n"),+) };
}

const ENGLISH: &str = texts_of!("en": "program" "help" "people" "officers" "recovery" "items" "relay" "policy" "approvals" "requests");
const CHINESE: &str = texts_of!("zh-CN": "program" "help" "people" "officers" "recovery" "items" "relay" "policy" "approvals" "requests");

/// The two languages the program speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Reads the word of `--lang`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "zh" | "zh-cn" | "zh_cn" | "cn" => Some(Self::Zh),
            "en" | "en-us" | "en_us" | "en-gb" => Some(Self::En),
            _ => None,
        }
    }

    /// Follows the locale the way other programs do: `LC_ALL`, then `LC_MESSAGES`, then `LANG`.
    #[must_use]
    pub fn from_locale(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| lookup(name).filter(|value| !value.is_empty()))
            .unwrap_or_default();
        if locale.to_ascii_lowercase().starts_with("zh") { Self::Zh } else { Self::En }
    }

    fn source(self) -> &'static str {
        match self {
            Self::Zh => CHINESE,
            Self::En => ENGLISH,
        }
    }

    fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

/// A value inside a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Words, shown as they are.
    Text(String),
    /// A count, so that English can tell one from many.
    Count(u64),
    /// Another text, resolved in the same language.
    Msg(Box<Msg>),
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<&String> for Arg {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}
impl From<u64> for Arg {
    fn from(value: u64) -> Self {
        Self::Count(value)
    }
}
impl From<u32> for Arg {
    fn from(value: u32) -> Self {
        Self::Count(u64::from(value))
    }
}
impl From<usize> for Arg {
    fn from(value: usize) -> Self {
        Self::Count(u64::try_from(value).unwrap_or(u64::MAX))
    }
}
impl From<Msg> for Arg {
    fn from(value: Msg) -> Self {
        Self::Msg(Box::new(value))
    }
}

/// A text by its key, with what is filled into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Msg {
    key: Cow<'static, str>,
    args: Vec<(&'static str, Arg)>,
}

impl Msg {
    /// Names a text. Use the macro [`msg!`](crate::msg), which the key test reads.
    #[must_use]
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), args: Vec::new() }
    }

    /// Fills in one value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// What the rule with this code says; the words stand beside the code in `vault-core`.
    #[must_use]
    pub fn rule(code: Code) -> Self {
        Self::new(format!("{RULE}{code}"))
    }

    /// What to do when the rule with this code refuses.
    #[must_use]
    pub fn rule_next(code: Code) -> Self {
        Self::new(format!("{RULE_NEXT}{code}"))
    }

    /// The key, for logs and `--json`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Names a text: `msg!("key")` or `msg!("key", name = value, …)`.
#[macro_export]
macro_rules! msg {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::lang::Msg::new($key)$(.with(stringify!($name), $value))*
    };
}

/// All texts of one language.
pub struct Texts {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").field("lang", &self.lang).finish_non_exhaustive()
    }
}

impl Texts {
    /// Reads the embedded file of a language.
    #[must_use]
    pub fn load(lang: Lang) -> Self {
        let resource = match FluentResource::try_new(lang.source().to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![id]);
        // Isolation marks around values would stand in file names that people copy out of the output.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self { lang, bundle }
    }

    /// The language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether the key exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A text without values.
    #[must_use]
    pub fn text(&self, key: &'static str) -> String {
        self.say(&Msg::new(key))
    }

    /// The text of a message; an unknown key shows itself instead of hiding.
    #[must_use]
    pub fn say(&self, msg: &Msg) -> String {
        if let Some(words) = self.rule_words(&msg.key) {
            return words.to_owned();
        }
        let Some(pattern) = self.bundle.get_message(&msg.key).and_then(|message| message.value()) else {
            return msg.key.clone().into_owned();
        };
        let mut args = FluentArgs::with_capacity(msg.args.len());
        for (name, value) in &msg.args {
            let value = match value {
                Arg::Text(words) => FluentValue::from(harmless(words)),
                Arg::Count(count) => FluentValue::from(*count),
                Arg::Msg(inner) => FluentValue::from(self.say(inner)),
            };
            args.set(*name, value);
        }
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    fn rule_words(&self, key: &str) -> Option<&'static str> {
        if let Some(code) = key.strip_prefix(RULE_NEXT) {
            let words = code.parse::<Code>().ok()?.words();
            return Some(if self.lang == Lang::Zh { words.advice_zh } else { words.advice });
        }
        let words = key.strip_prefix(RULE)?.parse::<Code>().ok()?.words();
        Some(if self.lang == Lang::Zh { words.meaning_zh } else { words.meaning })
    }

    /// The text if there is one.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<String> {
        self.has(key).then(|| self.say(&Msg::new(key.to_owned())))
    }
}

/// Words from outside, such as a path or what a relay says, without anything that would steer the terminal they are
/// shown on or turn the line around.
#[must_use]
pub fn harmless(words: &str) -> String {
    words.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a character acts instead of being shown: control characters, marks and switches of direction, and the ends of
/// line and paragraph that are no control characters.
pub(crate) fn steers(c: char) -> bool {
    let direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || direction || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests;
