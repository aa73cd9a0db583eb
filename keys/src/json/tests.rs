//! One test per rule of docs/notes.md, "JSON", named after it.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;
use serde::Deserialize;

text_type! {
    struct SampleType = "vault-sample/1";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    #[serde(rename = "type")]
    tag: SampleType,
    name: String,
    count: u64,
    note: Option<String>,
    list: Vec<u64>,
    flag: bool,
}

fn sample() -> Sample {
    Sample { tag: SampleType, name: "李娜".to_owned(), count: 0, note: None, list: vec![], flag: true }
}

const LINE: &str =
    "{\"type\":\"vault-sample/1\",\"name\":\"李娜\",\"count\":0,\"note\":null,\"list\":[],\"flag\":true}\n";

/// Reads the sample line with `from` replaced by `to`.
fn read(from: &str, to: &str) -> Result<Sample, JsonError> {
    assert!(LINE.contains(from), "{from}");
    from_line(LINE.replacen(from, to, 1).as_bytes())
}

fn form(result: Result<Sample, JsonError>) -> String {
    match result {
        Err(JsonError::Form { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_one_encoding_is_accepted() {
    assert_eq!(String::from_utf8(to_line(&sample())).unwrap(), LINE);
    assert_eq!(from_line(LINE.as_bytes()), Ok(sample()));
}

#[test]
fn one_line_and_one_line_feed() {
    for bad in ["", "\n", "{}", "{}\n\n", "\n{}\n"] {
        let result = from_line::<Sample>(bad.as_bytes());
        assert!(matches!(result, Err(JsonError::Line | JsonError::Form { .. })), "{bad:?}");
    }
    assert_eq!(read("}\n", "}"), Err(JsonError::Line));
    assert_eq!(read("}\n", "}\n\n"), Err(JsonError::Line));
    assert_eq!(read(",", ",\n"), Err(JsonError::Line));
}

#[test]
fn no_byte_order_mark() {
    assert_eq!(read("{", "\u{feff}{"), Err(JsonError::Character { at: 0, character: '\u{feff}' }));
}

#[test]
fn carriage_return_is_refused() {
    assert_eq!(read("}\n", "}\r\n"), Err(JsonError::Character { at: LINE.len() - 1, character: '\r' }));
}

#[test]
fn no_space_outside_strings() {
    assert_eq!(read(":", ": "), Err(JsonError::Space { at: 8 }));
    assert_eq!(read("}", " }"), Err(JsonError::Space { at: LINE.len() - 2 }));
    assert_eq!(read(":", ":\t"), Err(JsonError::Character { at: 8, character: '\t' }));
    assert_eq!(read("李娜", "李 娜").map(|sample| sample.name), Ok("李 娜".to_owned()));
}

#[test]
fn fields_in_the_order_of_the_spec() {
    let swapped = read("\"count\":0,\"note\":null", "\"note\":null,\"count\":0");
    assert_eq!(swapped, Err(JsonError::NotCanonical { at: LINE.find("count").unwrap() }));
}

#[test]
fn known_fields_only() {
    assert!(form(read("\"count\":0", "\"count\":0,\"more\":0")).starts_with("unknown field `more`"));
}

#[test]
fn all_fields_present() {
    assert!(form(read("\"count\":0,", "")).starts_with("missing field `count`"));
    // serde would forgive an absent option; the comparison with the one encoding does not.
    assert!(matches!(read("\"note\":null,", ""), Err(JsonError::NotCanonical { .. })));
    assert!(form(read("\"list\":[],", "")).starts_with("missing field `list`"));
}

#[test]
fn no_duplicates() {
    assert!(form(read("\"count\":0", "\"count\":0,\"count\":0")).starts_with("duplicate field `count`"));
}

#[test]
fn integers_are_plain() {
    let at = LINE.find(":0").unwrap() + 1;
    for bad in ["-1", "-0", "+1", "01", "00", "1.0", "1e1", "1E1", "0.0", ".5", "1.", "9007199254740992"] {
        assert_eq!(read(":0", &format!(":{bad}")), Err(JsonError::Number { at }), "{bad}");
    }
    assert!(matches!(read(":0", ":18446744073709551616"), Err(JsonError::Number { .. })));
    assert!(matches!(read("[]", "[1,02]"), Err(JsonError::Number { .. })));
    for (text, value) in [("0", 0), ("7", 7), ("10", 10), ("9007199254740991", INTEGER_MAX)] {
        assert_eq!(read(":0", &format!(":{text}")).map(|sample| sample.count), Ok(value));
    }
}

#[test]
fn utf8_only() {
    let mut line = LINE.as_bytes().to_vec();
    let at = LINE.find('李').unwrap();
    line[at] = 0xff;
    assert_eq!(from_line::<Sample>(&line), Err(JsonError::Utf8 { at }));
}

#[test]
fn normalisation_form_c_only() {
    assert_eq!(read("李娜", "Zoe\u{308}"), Err(JsonError::Nfc));
    assert_eq!(read("李娜", "Zoë").map(|sample| sample.name), Ok("Zoë".to_owned()));
    // A compatibility ideograph whose canonical form is another code point.
    assert_eq!(read("李娜", "\u{f9e1}"), Err(JsonError::Nfc));
    // A combining mark that does not compose is fine.
    assert!(read("李娜", "q\u{308}").is_ok());
}

#[test]
fn two_escapes_only() {
    assert_eq!(read("李娜", "a\\\"b\\\\c").map(|sample| sample.name), Ok("a\"b\\c".to_owned()));
    for bad in ["\\n", "\\/", "\\u0041", "\\u4e00", "\\b", "\\t", "\\ud800"] {
        assert_eq!(read("李娜", bad), Err(JsonError::Escape { at: 33 }), "{bad}");
    }
}

#[test]
fn no_control_characters() {
    for character in ['\0', '\u{1}', '\t', '\r', '\u{1b}', '\u{7f}', '\u{80}', '\u{85}', '\u{9f}'] {
        let expected = Err(JsonError::Character { at: 33, character });
        assert_eq!(read("李娜", &character.to_string()), expected);
    }
}

#[test]
fn no_bidi_characters() {
    for character in ['\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
        let expected = Err(JsonError::Character { at: 33, character });
        assert_eq!(read("李娜", &character.to_string()), expected);
    }
}

#[test]
fn no_zero_width_characters() {
    let invisible =
        ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{3164}', '\u{fe0f}', '\u{e0101}'];
    for character in invisible {
        let expected = Err(JsonError::Character { at: 33, character });
        assert_eq!(read("李娜", &character.to_string()), expected);
    }
}

#[test]
fn no_line_separators() {
    for character in ['\u{2028}', '\u{2029}'] {
        let expected = Err(JsonError::Character { at: 33, character });
        assert_eq!(read("李娜", &character.to_string()), expected);
    }
}

#[test]
fn depth_at_most_six() {
    let nested = |depth: usize| format!("{}{}\n", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(check_line(nested(6).as_bytes()), Ok("[[[[[[]]]]]]"));
    assert_eq!(check_line(nested(7).as_bytes()), Err(JsonError::Depth { at: 6 }));
    assert_eq!(check_line(nested(100_000).as_bytes()), Err(JsonError::Depth { at: 6 }));
    assert!(check_line(b"[[],[],[],[],[],[],[],[]]\n").is_ok());
    assert!(check_line(b"[\"[[[[[[[[[[\"]\n").is_ok());
}

#[test]
fn type_of_another_purpose() {
    let reason = form(read("vault-sample/1", "vault-sample/2"));
    assert!(reason.starts_with("type \"vault-sample/2\" where \"vault-sample/1\" is expected"), "{reason}");
}

#[test]
fn grammar_is_enforced() {
    for (from, to) in
        [("null", "nul"), ("null", "NULL"), ("[]", "[,]"), ("true}", "true},"), ("李娜\"", "李娜")]
    {
        assert!(!form(read(from, to)).is_empty(), "{to}");
    }
}

#[test]
fn writers_are_held_to_the_same_rules() {
    let hidden = Sample { name: "a\u{202e}b".to_owned(), ..sample() };
    assert!(matches!(encode_line(&hidden), Err(JsonError::Character { .. })));
    let control = Sample { name: "a\nb".to_owned(), ..sample() };
    assert!(matches!(encode_line(&control), Err(JsonError::Escape { .. })));
    let large = Sample { count: INTEGER_MAX + 1, ..sample() };
    assert!(matches!(encode_line(&large), Err(JsonError::Number { .. })));
    assert_eq!(encode_line(&sample()).unwrap(), LINE.as_bytes());
}

/// A string that may stand in a signed text.
fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| {
        let text: String = text.chars().filter(|character| !is_banned(*character)).collect();
        text.nfc().collect()
    })
}

proptest! {
    #[test]
    fn values_round_trip(
        name in text(), count in 0..=INTEGER_MAX, note in proptest::option::of(text()),
        list in proptest::collection::vec(0..=INTEGER_MAX, 0..4), flag: bool,
    ) {
        let value = Sample { tag: SampleType, name, count, note, list, flag };
        let line = encode_line(&value).unwrap();
        prop_assert_eq!(from_line::<Sample>(&line), Ok(value));
    }

    #[test]
    fn whatever_is_read_has_one_encoding(at in 0..LINE.len(), byte: u8) {
        let mut line = LINE.as_bytes().to_vec();
        line[at] = byte;
        if let Ok(value) = from_line::<Sample>(&line) {
            prop_assert_eq!(to_line(&value), line);
        }
    }

    /// The pass over stretches beyond ASCII finds what a pass over the whole text finds.
    #[test]
    fn strings_are_judged_as_a_whole(text in "[a-zé\u{300}-\u{31b}李\u{1100}-\u{1175}가\u{200b}\u{7f}\u{1f}]{0,12}") {
        let banned = text.char_indices().find(|(_, character)| is_banned(*character));
        let expected = match banned {
            Some((at, character)) => Err(JsonError::Character { at, character }),
            None if text.nfc().eq(text.chars()) => Ok(()),
            None => Err(JsonError::Nfc),
        };
        prop_assert_eq!(check_str(&text), expected);
    }

    #[test]
    fn any_truncation_fails(end in 0..LINE.len()) {
        prop_assert!(from_line::<Sample>(&LINE.as_bytes()[..end]).is_err());
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(from_line::<Sample>(&bytes));
    }
}
