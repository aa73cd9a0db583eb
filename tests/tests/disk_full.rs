//! A disk that really is full: sealing and opening on a tiny file system of their own, with real processes.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::process::Command;

use vault_tests::office::{Office, Programs, ended};
use vault_tests::require::found_or_skipped;

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

/// Mounts a file system of 256 KiB on the first word, in a name space that ends with the process, runs the rest, and
/// prints the names that are left there behind a line `left:`.
const SMALL_DISK: &str = r#"
mount -t tmpfs -o size=256k none "$0" || exit 99
"$@"; code=$?
echo left:; ls -A "$0"
exit $code
"#;

#[test]
fn disk_full_leaves_nothing() {
    let office = Office::new(PROGRAMS);
    let small = office.path("small");
    fs::create_dir(&small).unwrap();
    let tool = Command::new("unshare").args(["-rm", "sh", "-c", SMALL_DISK, &small, "true"]).output();
    let tool = tool.ok().filter(|output| output.status.success());
    if found_or_skipped(tool, "a file system of its own for a test", "unshare -rm and tmpfs").is_none() {
        return;
    }

    let file = office.file("通知.txt", &vec![b'x'; 1 << 20]);
    let draft = ["--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3", "-o"];
    let sealed = office.path("通知.age");
    office.ok("wang", &[&["seal", &file], &draft[..], &[&sealed]].concat());
    let target = format!("{small}/out");
    for (home, words) in [
        ("wang", [&["seal", &file], &draft[..], &[&target]].concat()),
        ("li", vec!["open", &sealed, "-o", &target]),
    ] {
        let vault = office.command(home, &words);
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", SMALL_DISK, &small]).arg(vault.get_program()).args(vault.get_args());
        command.env_clear();
        command.envs(vault.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let ended = ended(&mut command);
        assert_eq!(ended.code, 1, "{words:?}\n{}{}", ended.out, ended.err);
        assert!(ended.out.ends_with("left:\n"), "{words:?} left something:\n{}", ended.out);
        assert!(ended.err.contains("full"), "{words:?} does not say why:\n{}", ended.err);
    }
}
