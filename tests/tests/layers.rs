//! The arrows between the houses (`ARCHITECTURE.md`, "Invariants"): what each crate may know, read from the feature tree
//! that cargo resolves and from the sources themselves.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use vault_tests::project_root;

/// The resolved tree of one package as a release would build it: `cargo tree -e features,normal`.
fn feature_tree(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-e", "features,normal", "--prefix", "none"])
        .args(arguments)
        .current_dir(project_root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![project_root().join(folder)];
    while let Some(path) = waiting.pop() {
        // Files and folders called `tests` are no part of the product.
        if path.file_stem().is_some_and(|stem| stem == "tests") {
            continue;
        }
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, product(&text).to_owned()));
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// A source without the `mod tests { … }` at its end, whatever attributes stand before it.
fn product(text: &str) -> &str {
    let tests = text.match_indices("\n#[cfg(test)]\n").find(|(at, mark)| {
        let mut rest = text[at + mark.len()..].lines();
        rest.find(|line| !line.starts_with("#[")).is_some_and(|line| line == "mod tests {")
    });
    tests.map_or(text, |(at, _)| &text[..at])
}

/// No line of `folder` names one of `words`, comments aside; `except` are folders and files that may.
fn nowhere(folder: &str, words: &[&str], except: &[&str]) {
    let root = project_root();
    let mut offences = Vec::new();
    for (path, text) in sources(folder) {
        let name = path.strip_prefix(&root).unwrap();
        if except.iter().any(|allowed| name.starts_with(Path::new(folder).join(allowed))) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if !line.trim_start().starts_with("//") {
                offences.extend(
                    words
                        .iter()
                        .filter(|word| line.contains(**word))
                        .map(|word| format!("{}:{}: {word}", name.display(), number + 1)),
                );
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn the_relay_is_built_without_everything_that_opens_items() {
    let tree = feature_tree(&["-p", "vault-relay"]);
    assert!(tree.lines().any(|line| line.starts_with("rusqlite v")), "the tree is not the server's:\n{tree}");
    for feature in ["vault-keys feature \"open\"", "vault-core feature \"open\""] {
        assert!(!tree.contains(feature), "{feature} is in the relay");
    }
    assert!(!tree.lines().any(|line| line.starts_with("age v")), "the age crate is in the relay");
}

#[test]
fn the_relay_names_no_opening_key() {
    nowhere("vault-relay/src", &["Identity", "PersonKeys", "FileKey", "keyfile"], &[]);
}

#[test]
fn releases_lack_the_test_hooks() {
    // Without a package: what the README's `cargo run` and `cargo build` select.
    for package in [&[][..], &["-p", "vault"], &["-p", "vault-relay"]] {
        let tree = feature_tree(package);
        assert!(!tree.contains("test-hooks"), "test hooks in {package:?}:\n{tree}");
    }
}

#[test]
fn packages_for_staff_lack_the_server() {
    let tree = feature_tree(&["-p", "vault", "--no-default-features", "--features", "network"]);
    assert!(tree.contains("vault-relay feature \"client\""), "{tree}");
    assert!(!tree.contains("vault-relay feature \"server\""), "{tree}");
    assert!(!tree.lines().any(|line| line.starts_with("rusqlite v")), "{tree}");
}

#[test]
fn a_program_for_machines_that_stand_alone_has_no_network() {
    let network = ["quinn", "quinn-proto", "quinn-udp", "rustls", "socket2"];
    let has = |tree: &str, name: &str| tree.lines().any(|line| line.starts_with(&format!("{name} v")));
    let tree = feature_tree(&["-p", "vault", "--no-default-features"]);
    for absent in network {
        assert!(!has(&tree, absent), "{absent} in a program that stands alone:\n{tree}");
    }
    assert!(!tree.contains("tokio feature \"net\""), "{tree}");
    // The same names are found where they belong.
    let tree = feature_tree(&["-p", "vault"]);
    assert!(network.iter().all(|present| has(&tree, present)) && tree.contains("tokio feature \"net\""));
    // And nobody opens a socket beside them.
    let sockets = ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "ToSocketAddrs", "tokio::net"];
    nowhere("vault-cli/src", &sockets, &["demo"]);
    nowhere("vault-relay/src", &sockets, &["server", "transport.rs", "client/link.rs"]);
}

#[test]
fn keys_and_core_have_no_network_no_runtime_and_no_other_tls() {
    for package in ["vault-keys", "vault-core"] {
        let tree = feature_tree(&["-p", package, "--all-features"]);
        for absent in ["tokio v", "quinn v", "rustls v", "ring v", "openssl"] {
            assert!(!tree.lines().any(|line| line.starts_with(absent)), "{absent} in {package}");
        }
    }
}

#[test]
fn keys_and_core_read_no_clock_and_draw_no_randomness() {
    let words =
        ["SystemTime", "Instant::now", "Timestamp::now", "Zoned::now", "SysRng", "getrandom", "rand::rng"];
    nowhere("keys/src", &words, &[]);
    nowhere("vault-core/src", &words, &[]);
}

#[test]
fn only_the_disk_knows_a_disk_and_only_stream_and_syncs_have_threads() {
    let network = ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "ToSocketAddrs"];
    nowhere("keys/src", &network, &[]);
    nowhere("keys/src", &["std::fs", "std::thread", "thread::"], &[]);
    nowhere("vault-core/src", &network, &[]);
    nowhere(
        "vault-core/src",
        &["std::thread", "thread::scope", "thread::spawn"],
        &["stream", "disk/early.rs", "disk/together.rs"],
    );
    nowhere(
        "vault-core/src",
        &["std::fs::write", "fs::write(", "File::create(", "fs::rename("],
        &["disk", "archive"],
    );
}
