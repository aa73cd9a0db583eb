//! Evidence as files: written by those who have it, judged by anybody without the relay.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use serde_json::{Value, json};
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

/// Sender and recipient write what they have; the relay goes away for good; an auditor without a home judges it.
#[test]
fn evidence_is_judged_without_the_relay_by_the_organisations_file_alone() {
    let mut office = Office::new(PROGRAMS);
    let file = office.file("值班通知.txt", "值班\n".as_bytes());
    let sent = office.send("wang", &file, "李娜");
    let item = sent["item"].as_str().unwrap();
    office.ok("li", &["receive"]);
    office.ok("li", &["read", "1", "--stdout"]);
    office.ok("wang", &["status", item]);
    let (of_sender, of_reader) = (office.path("sender.json"), office.path("reader.json"));
    office.ok("wang", &["register", "export", item, "-o", &of_sender]);
    office.ok("li", &["register", "export", "1", "-o", &of_reader]);
    // Written over is nothing; and nothing secret is in it.
    assert_eq!(office.refused("wang", &["register", "export", item, "-o", &of_sender]).0, 1);
    let text = fs::read_to_string(&of_sender).unwrap();
    assert!(!text.contains("值班"), "{text}");
    office.close_relay();

    let judged = office.json("li", &["register", "verify", &of_sender, &of_reader]);
    let kinds: Vec<Value> =
        judged["leaves"].as_array().unwrap().iter().map(|leaf| leaf["kind"].clone()).collect();
    for kind in ["label", "accepted", "released", "available", "shown", "demanded", "received", "opened"] {
        assert!(kinds.contains(&json!(kind)), "{kind} is not among {kinds:?}");
    }
    let by = |kind: &str| {
        let leaf = judged["leaves"].as_array().unwrap().iter().find(|leaf| leaf["kind"] == kind);
        leaf.unwrap()["signed_by"].clone()
    };
    assert_eq!((by("label"), by("received"), by("accepted")), (json!("p1"), json!("p2"), Value::Null));
    // An auditor, with the organisation's file and nothing else.
    let organisation = office.path("organisation.json");
    let organisation =
        if fs::exists(&organisation).unwrap() { organisation } else { office.path("org.vault") };
    let audited = office.json("auditor", &["register", "verify", &of_sender, "--org", &organisation]);
    assert_eq!(audited["fingerprint"], judged["fingerprint"]);
    // One byte of a proof, another organisation, no file at all.
    let doctored = office.path("doctored.json");
    fs::write(&doctored, text.replacen("\\n\\n", "\\nA", 1)).unwrap();
    let refused = office.refused("li", &["register", "verify", &doctored]);
    assert_eq!((refused.0, refused.1["code"].as_str()), (4, Some("evidence-proof")), "{}", refused.1);
    let none = office.refused("li", &["register", "verify", &office.file("leer.json", b"{}")]);
    assert_eq!((none.0, none.1["code"].as_str()), (4, Some("evidence-form")));
}
