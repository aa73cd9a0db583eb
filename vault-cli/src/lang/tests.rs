//! Both languages say the same things, and every text that is named exists.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{CHINESE, ENGLISH, Lang, Texts};

/// Keys with the values each asks for.
fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines() {
        let starts_key = line.starts_with(|c: char| c.is_ascii_lowercase());
        if starts_key && let Some((key, _)) = line.split_once(" =") {
            key.clone_into(&mut current);
            let before = found.insert(current.clone(), BTreeSet::new());
            assert!(before.is_none(), "{key} stands twice");
        }
        for piece in line.split("$").skip(1) {
            let name: String =
                piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect();
            if let Some(names) = found.get_mut(&current) {
                names.insert(name);
            }
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_keys_and_values() {
    let (zh, en) = (keys(CHINESE), keys(ENGLISH));
    let only_zh: Vec<_> = zh.keys().filter(|key| !en.contains_key(*key)).collect();
    let only_en: Vec<_> = en.keys().filter(|key| !zh.contains_key(*key)).collect();
    assert!(only_zh.is_empty() && only_en.is_empty(), "only zh: {only_zh:?}; only en: {only_en:?}");
    for (key, names) in &zh {
        assert_eq!(names, &en[key], "{key} takes other values in the other language");
    }
}

#[test]
fn both_files_are_well_formed() {
    for source in [CHINESE, ENGLISH] {
        if let Err((_, errors)) = fluent_bundle::FluentResource::try_new(source.to_owned()) {
            panic!("{errors:?}");
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// The keys named by `msg!(…)` and `.text(…)` anywhere in the crate.
fn used() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        for opening in ["msg!(", ".text("] {
            for piece in file.split(opening).skip(1) {
                let piece = piece.trim_start();
                if let Some(rest) = piece.strip_prefix('"')
                    && let Some((key, _)) = rest.split_once('"')
                    && key.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    found.insert(key.to_owned());
                }
            }
        }
    }
    found
}

#[test]
fn every_key_used_exists() {
    let texts = Texts::load(Lang::En);
    let missing: Vec<_> = used().into_iter().filter(|key| key != "key" && !texts.has(key)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_plain_key_is_used() {
    let used = used();
    let families = ["help", "word-", "clap-"];
    let idle: Vec<_> = keys(ENGLISH)
        .into_keys()
        .filter(|key| !families.iter().any(|family| key.starts_with(family)) && !used.contains(key))
        .collect();
    assert!(idle.is_empty(), "{idle:#?}");
}

#[test]
fn locale_decides_the_language() {
    let with = |name: &'static str, value: &'static str| {
        Lang::from_locale(move |asked| (asked == name).then(|| value.to_owned()))
    };
    assert_eq!(with("LANG", "zh_CN.UTF-8"), Lang::Zh);
    assert_eq!(with("LC_ALL", "zh_TW.UTF-8"), Lang::Zh);
    assert_eq!(with("LANG", "C.UTF-8"), Lang::En);
    assert_eq!(with("NOTHING", ""), Lang::En);
}

#[test]
fn counts_and_nested_texts_are_filled_in() {
    let texts = Texts::load(Lang::En);
    assert_eq!(texts.say(&msg!("count-files", count = 1_u64)), "1 file");
    assert_eq!(texts.say(&msg!("count-files", count = 3_u64)), "3 files");
}

#[test]
fn words_from_outside_cannot_steer_the_terminal() {
    let texts = Texts::load(Lang::En);
    let said = texts.say(&msg!("io-not-found", path = "a\u{1b}[2Jb\u{202e}txt.exe\nc"));
    assert!(said.contains("a\u{fffd}[2Jb\u{fffd}txt.exe\u{fffd}c"), "{said:?}");
    let said = texts.say(&msg!("io-not-found", path = "a\u{61c}b\u{2028}c\u{2069}d"));
    assert!(said.contains("a\u{fffd}b\u{fffd}c\u{fffd}d"), "{said:?}");
}
