//! A disk that really is full: sealing and opening on a tiny file system of their own, with real processes.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::process::Command;

use serde_json::json;
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

/// Has the relay of the folder named first keep its data on a file system of 4 MiB. When `fill` appears beside its data, the
/// rest of the room is taken, and given back when `free` appears.
const SMALL_DATA: &str = r#"
data="$0/data"; small="$0/small"
mkdir "$small" && mount -t tmpfs -o size=4m none "$small" || exit 99
cp -a "$data/." "$small/" && mount --bind "$small" "$data" || exit 99
until_there() { while [ -d "$0" ] && [ ! -e "$0/$1" ]; do sleep 0.02; done; }
(
    until_there fill; dd if=/dev/zero of="$small/filler" bs=4k; : > "$0/filled"
    until_there free; rm "$small/filler"; : > "$0/freed"
) < /dev/null > /dev/null 2>&1 &
exec "$@"
"#;

#[test]
fn the_relays_database_has_no_room() {
    let mut office = Office::new(PROGRAMS);
    let tool = Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).output();
    let tool = tool.ok().filter(|output| output.status.success());
    if found_or_skipped(tool, "a file system of its own for a relay", "unshare -rm and tmpfs").is_none() {
        return;
    }
    office.close_relay();
    let folder = office.path("relay");
    office.open_relay_under(&["unshare", "-rm", "sh", "-c", SMALL_DATA, &folder]);
    let say = |word: &str, answer: &str| {
        fs::write(format!("{folder}/{word}"), b"").unwrap();
        let begun = std::time::Instant::now();
        while fs::metadata(format!("{folder}/{answer}")).is_err() {
            assert!(begun.elapsed().as_secs() < 60, "no answer to {word}");
            std::thread::yield_now();
        }
    };
    let first = office.file("第一.txt", b"first");
    let second = office.file("第二.txt", b"second");
    office.send("wang", &first, "李娜");
    say("fill", "filled");
    // Nothing is taken, what can be read is served, and the relay lives. The first thing `send` asks for is a transaction.
    let draft = ["--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3"];
    let resume: Vec<String> = (0..3)
        .map(|_| {
            let (exit, error) = office.refused("wang", &[&["send", &second], &draft[..]].concat());
            assert_eq!((exit, &error["code"]), (5, &json!("relay-full")), "{error}");
            let next = error["next"][0].as_str().unwrap();
            next.split_whitespace().last().unwrap().to_owned()
        })
        .collect();
    let (exit, error) = office.refused("li", &["receive"]);
    assert_eq!((exit, &error["code"]), (5, &json!("relay-full")), "{error}");
    let waiting = |office: &Office| office.json("li", &["inbox"])["waiting"].as_array().unwrap().len();
    assert_eq!(waiting(&office), 1);
    // There is room again, and nobody starts the relay anew.
    say("free", "freed");
    for id in &resume {
        office.ok("wang", &["outbox", "resume", id]);
    }
    assert_eq!(waiting(&office), 4);
    office.ok("li", &["receive"]);
    let inbox = office.json("li", &["inbox"]);
    assert_eq!((inbox["stored"].as_array().unwrap().len(), waiting(&office)), (4, 0), "{inbox}");
    office.close_relay();
}
