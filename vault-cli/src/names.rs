//! Names as people type them: tidied where that changes nothing to the eye, then held against the very rule that entries
//! are held against, before a code is drawn or a request made. docs/directory.md, "Names".

use pinyin::ToPinyin as _;
use unicode_normalization::UnicodeNormalization as _;
use vault_keys::directory::{NameFault, check_name, check_title, is_pinyin};
use vault_keys::unicode::is_wide_or_narrow_space;

use crate::error::{Failure, Outcome};
use crate::lang::Msg;
use crate::msg;

/// The name of a person, unit or officer, as it may stand in an entry.
///
/// # Errors
/// No entry could hold it.
pub fn name(typed: &str) -> Outcome<String> {
    let name = tidy(typed);
    check_name(&name).map_err(|fault| unfit(typed, fault))?;
    Ok(name)
}

/// The title of a post, which somebody meant to give.
///
/// # Errors
/// It is empty, or no entry could hold it.
pub fn name_of_post(typed: &str) -> Outcome<String> {
    let title = tidy(typed);
    let fault = if title.is_empty() { Err(NameFault::Empty) } else { check_title(&title) };
    fault.map_err(|fault| unfit(typed, fault))?;
    Ok(title)
}

/// A sound as somebody typed it.
///
/// # Errors
/// It has other signs than the letters a to z and spaces.
pub fn sound(typed: &str) -> Outcome<String> {
    let sound = tidy(typed).to_lowercase();
    if is_pinyin(&sound) {
        return Ok(sound);
    }
    Err(Failure::usage(msg!("pinyin-unfit", word = typed))
        .code("pinyin-unfit")
        .hint(msg!("pinyin-unfit-next")))
}

/// Whether two names are one to the eye: spaces do not tell people apart.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    without_spaces(one) == without_spaces(other)
}

/// A name without its spaces, for finding it twice.
#[must_use]
pub fn without_spaces(name: &str) -> String {
    tidy(name).replace(' ', "")
}

/// A name's sound without tones: `李娜` gives `li na`, `Zoë O'Neil` gives `zoe oneil`. Empty where some letter has no
/// plain one that everybody agrees upon.
#[must_use]
pub fn pinyin_of(name: &str) -> String {
    let mut words: Vec<String> = vec![String::new()];
    for c in name.chars() {
        if let Some(sound) = c.to_pinyin() {
            // ü is v; ê, in very few words, loses its roof.
            words.push(sound.plain().replace('ü', "v").nfd().filter(char::is_ascii_lowercase).collect());
            words.push(String::new());
        } else if c.is_whitespace() || matches!(c, '-' | '‐' | '·' | '•' | '.') {
            words.push(String::new());
        } else if let Some(last) = words.last_mut() {
            for plain in c.to_lowercase().nfd() {
                if plain.is_ascii_lowercase() {
                    last.push(plain);
                } else if plain.is_alphanumeric() {
                    return String::new();
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// Spaces of every width become one plain space, none at either end; letters in normalisation form C. Control characters
/// stay, to be refused: what was meant by them nobody knows.
fn tidy(typed: &str) -> String {
    let plain: String = typed.nfc().map(|c| if is_wide_or_narrow_space(c) { ' ' } else { c }).collect();
    plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn unfit(typed: &str, fault: NameFault) -> Failure {
    Failure::usage(msg!("name-unfit", name = typed, why = fault_words(fault)))
        .code("name-unfit")
        .hint(msg!("name-unfit-next"))
}

fn fault_words(fault: NameFault) -> Msg {
    match fault {
        NameFault::Empty => msg!("name-unfit-empty"),
        NameFault::TooLong => msg!("name-unfit-long"),
        NameFault::At => msg!("name-unfit-at"),
        _ => msg!("name-unfit-signs"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn names_that_no_entry_could_hold() {
        let bad = [
            "",
            "  ",
            "\u{3000}",
            "a@b",
            "李\n娜",
            "李\u{1b}[2J娜",
            "李\0娜",
            "李\u{202e}娜",
            "李\u{200b}娜",
            "\u{2800}",
        ];
        for typed in bad.into_iter().map(str::to_owned).chain(["李".repeat(100)]) {
            assert_eq!(name(&typed).unwrap_err().code.as_deref(), Some("name-unfit"), "{typed:?}");
        }
        assert_eq!(name(&"李".repeat(64)).unwrap(), "李".repeat(64));
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        assert_eq!(name(" 赵\u{3000}\u{a0}云 ").unwrap(), "赵 云");
        assert_eq!(name("Zoe\u{308}").unwrap(), "Zoë");
        assert!(is_same("李娜", "李\u{a0}娜") && is_same("李　娜", "李 娜") && !is_same("李娜", "李纳"));
    }

    #[test]
    fn sounds_of_names() {
        for (written, sound) in [
            ("李娜", "li na"),
            ("吕布", "lv bu"),
            ("Anna 王", "anna wang"),
            ("Zoë", "zoe"),
            ("O'Neil", "oneil"),
            ("Jean-Luc", "jean luc"),
            ("买买提·艾力", "mai mai ti ai li"),
            ("Søren", ""),
            ("张三2", ""),
        ] {
            assert_eq!(pinyin_of(written), sound, "{written}");
            assert!(is_pinyin(&pinyin_of(written)));
        }
    }

    #[test]
    fn sounds_as_typed() {
        assert_eq!(sound(" LI  Na").unwrap(), "li na");
        for typed in ["LI NA!", "lǐ", "li na2"] {
            assert_eq!(sound(typed).unwrap_err().code.as_deref(), Some("pinyin-unfit"), "{typed}");
        }
    }
}
