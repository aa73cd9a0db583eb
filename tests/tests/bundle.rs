//! Several files in one item, with real processes: sealed, opened into a new folder, and read by stock tar programs.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::process::Command;

use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

#[test]
fn several_files_go_and_come_back() {
    let office = Office::new(PROGRAMS);
    let long = format!("{}.txt", "长".repeat(70));
    let files: [(&str, &[u8]); 4] =
        [("a.txt", b"one"), ("通知.docx", &[7; 70_000]), ("empty", b""), (&long, b"long name")];
    let paths = files.map(|(name, bytes)| office.file(name, bytes));
    let sealed = office.path("several.age");
    let mut words = vec!["seal"];
    words.extend(paths.iter().map(String::as_str));
    let draft =
        ["--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3", "--title", "试验", "-o"];
    words.extend(draft.into_iter().chain([sealed.as_str()]));
    office.ok("wang", &words);

    let target = office.path("out");
    office.ok("li", &["open", &sealed, "-o", &target]);
    let opened = |folder: &str| {
        for (name, bytes) in files {
            assert!(fs::read(format!("{folder}/{name}")).unwrap() == bytes, "{name}");
        }
        assert_eq!(fs::read_dir(folder).unwrap().count(), files.len());
    };
    opened(&target);
    assert_eq!(office.refused("li", &["open", &sealed, "-o", &sealed]).0, 1, "the output exists");

    // What stock age would give out is what stock tar takes.
    let tar = office.command("li", &["open", &sealed, "--stdout"]).output().unwrap();
    let tar = office.file("several.tar", &tar.stdout);
    let unpacked = office.path("unpacked");
    fs::create_dir(&unpacked).unwrap();
    assert!(Command::new("tar").args(["-xf", &tar, "-C", &unpacked]).status().unwrap().success());
    opened(&unpacked);
}
