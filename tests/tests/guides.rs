//! The guides in both languages walk the same way, and every command in them is one that the program knows.
#![allow(clippy::unwrap_used, reason = "tests")]

use clap::Parser as _;
use vault::cli::Cli;
use vault_tests::project_root;

/// The command lines behind a prompt, `home $ vault …`, split as a shell would.
fn commands(guide: &str) -> Vec<(String, Vec<String>)> {
    let text = std::fs::read_to_string(project_root().join("docs").join(guide)).unwrap();
    // `vault` alone is a command too: what waits for me.
    let prompts = text.lines().filter_map(|line| line.split_once(" $ vault"));
    let prompts = prompts.filter(|(_, words)| words.is_empty() || words.starts_with(' '));
    prompts
        .map(|(home, words)| {
            // What is left out of a long line stands behind an ellipsis.
            let (words, _) = words.split_once(" …").unwrap_or((words, ""));
            let mut split = vec!["vault".to_owned()];
            for (place, part) in words.split('\'').enumerate() {
                if place % 2 == 1 {
                    split.push(part.to_owned());
                } else {
                    split.extend(part.split_whitespace().map(str::to_owned));
                }
            }
            (home.to_owned(), split)
        })
        .collect()
}

/// Each guide and its twin, and how many commands it shows at the least.
const GUIDES: &[(&str, usize)] = &[("guide-key-officers", 30), ("guide-staff", 30)];

#[test]
fn commands_of_the_guides_are_known_and_the_same_in_both() {
    for (guide, least) in GUIDES {
        let (english, chinese) = (commands(&format!("{guide}.md")), commands(&format!("{guide}.zh-CN.md")));
        assert!(english.len() > *least, "{guide}: {}", english.len());
        for (home, words) in english.iter().chain(&chinese) {
            if let Err(error) = Cli::try_parse_from(words) {
                panic!("{guide}: {home} $ {}: {error}", words.join(" "));
            }
        }
        assert_eq!(verbs(&english), verbs(&chinese), "{guide}");
    }
}

/// Who types, and which command: what both languages share.
fn verbs(all: &[(String, Vec<String>)]) -> Vec<(String, Vec<String>)> {
    let is_verb = |word: &&String| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let verb = |words: &[String]| words.iter().skip(1).take_while(is_verb).take(2).cloned().collect();
    all.iter().map(|(home, words)| (home.clone(), verb(words))).collect()
}
