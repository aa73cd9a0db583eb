//! Circulation 传阅 with real processes: a received copy goes along its scope, by file or through the relay, and no further.
#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::json;
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

#[test]
fn a_received_copy_goes_along_its_scope() {
    let office = Office::with_deciders(PROGRAMS);
    let file = office.file("学习材料.txt", "请大家传阅。\n".as_bytes());
    let send = ["send", &file, "--to", "李娜", "--scope", "张伟,陈静", "--mark", "内部", "--term", "2年"];
    let sent = office.json("wang", &[&send[..], &["--basis", "清单3"]].concat());
    let item = sent["item"].as_str().unwrap().to_owned();
    office.ok("li", &["receive"]);

    // From her to the next: the file opens for him, and still for nobody else.
    let path = |name: &str| office.path(name);
    let (first, second, third) = (path("传阅1.age"), path("传阅2.age"), path("传阅3.age"));
    let left = office.json("li", &["circulate", &item])["left"].clone();
    assert_eq!(left.as_array().map(Vec::len), Some(2));
    office.ok("li", &["circulate", &item, "--to", "张伟", "-o", &first]);
    assert_eq!(office.ok("zhang", &["open", &first, "--stdout"]).out, "请大家传阅。\n");
    assert_eq!(office.refused("chen", &["open", &first, "--stdout"]).1["code"], "reader-not-listed");

    // On from him, and the way is to be seen on the file itself.
    office.ok("zhang", &["circulate", &first, "--to", "陈静", "-o", &second]);
    assert_eq!(office.ok("chen", &["open", &second, "--stdout"]).out, "请大家传阅。\n");
    let way = office.json("chen", &["circulate", &second]);
    assert_eq!(way["left"], json!([]));
    let passed: Vec<_> = way["passed"].as_array().unwrap().iter().map(|it| it["copy"].clone()).collect();
    assert_eq!(passed, [json!(1), json!(1)]);

    // Who is not in the scope gets nothing, whoever passes it; nor does one pass on what one no longer holds.
    let outside = office.refused("chen", &["circulate", &second, "--to", "吴强", "-o", &third]);
    assert_eq!((outside.0, &outside.1["code"]), (3, &json!("outside-scope")));
    assert!(!std::path::Path::new(&third).exists());
    assert_eq!(office.refused("wu", &["circulate", &second, "--to", "张伟", "-o", &third]).0, 1);
    assert_eq!(office.refused("zhang", &["circulate", &second, "--to", "陈静", "-o", &third]).0, 1);
}

/// An item for 李娜 that 张伟 and 陈静 may know, received by her.
fn received(office: &Office) -> String {
    let file = office.file("学习材料.txt", "请大家传阅。\n".as_bytes());
    let send = ["send", &file, "--to", "李娜", "--scope", "张伟,陈静", "--mark", "内部", "--term", "2年"];
    let sent = office.json("wang", &[&send[..], &["--basis", "清单3"]].concat());
    office.ok("li", &["receive"]);
    sent["item"].as_str().unwrap().to_owned()
}

#[test]
fn through_the_relay_each_reader_receives_reads_and_passes_on() {
    let office = Office::with_deciders(PROGRAMS);
    let item = received(&office);
    for (from, to, name) in [("li", "zhang", "张伟"), ("zhang", "chen", "陈静")] {
        // Nobody has anything of it before it is passed to him.
        assert_eq!(office.json(to, &["receive"])["received"], json!([]));
        let passed = office.json(from, &["circulate", &item, "--to", name]);
        assert!(passed["leaf"].is_u64(), "{passed}");
        assert_eq!(office.json(to, &[])["waiting"][0]["item"], json!(item));
        assert_eq!(office.json(to, &["receive"])["received"][0]["title"], "学习材料");
        assert_eq!(office.ok(to, &["read", &item, "--stdout"]).out, "请大家传阅。\n");
        // Out of his hands: he does not pass it on twice.
        assert_eq!(office.refused(from, &["circulate", &item, "--to", "陈静"]).0, 1);
    }
    // All of them see the way, those who had it first among them; the sender sees every hand.
    for reader in ["li", "zhang", "chen"] {
        let way = office.json(reader, &["circulate", &item]);
        let to: Vec<_> = way["passed"].as_array().unwrap().iter().map(|it| it["to"].clone()).collect();
        assert_eq!((to, &way["left"]), (vec![json!("p3"), json!("p4")], &json!([])), "{reader}");
    }
    let status = office.json("wang", &["status", &item]);
    let hands: Vec<_> =
        status["copies"].as_array().unwrap().iter().map(|copy| copy["holder"].clone()).collect();
    assert_eq!(hands, [json!("p2"), json!("p3"), json!("p4")]);
    // Whoever is outside the scope gets it by nobody's hand.
    let outside = office.refused("chen", &["circulate", &item, "--to", "吴强"]);
    assert_eq!((outside.0, &outside.1["code"]), (3, &json!("outside-scope")));
    assert_eq!(office.json("wu", &["receive"])["received"], json!([]));
}

#[test]
fn a_copy_signed_over_while_the_relay_was_away_is_handed_in_by_the_next_try() {
    let mut office = Office::with_deciders(PROGRAMS);
    let item = received(&office);
    // Signed, kept, and no answer came: as after a crash between the two.
    let by_file = office.path("x.age");
    office.ok("li", &["circulate", &item, "--to", "张伟", "-o", &by_file]);
    std::fs::copy(&by_file, office.path(&format!("li/inbox/{item}.passing"))).unwrap();
    office.close_relay();
    assert_eq!(office.refused("li", &["circulate", &item, "--to", "张伟"]).0, 5);
    office.open_relay();
    // It is not signed over to somebody else now: the one signature stands.
    let passed = office.json("li", &["circulate", &item, "--to", "陈静"]);
    assert_eq!(passed["to"], "p3");
    office.ok("zhang", &["receive"]);
    assert_eq!(office.ok("zhang", &["read", &item, "--stdout"]).out, "请大家传阅。\n");
}

#[test]
fn what_took_decisions_goes_along_its_scope_with_them() {
    let office = Office::with_deciders(PROGRAMS);
    let file = office.file("方案.txt", "机密内容\n".as_bytes());
    let sent = office.propose("wang", &file, "李娜", &["--scope", "张伟"]);
    let item = sent["item"].as_str().unwrap();
    office.ok("chen", &["approve", item]);
    office.ok("wu", &["approve", item]);
    office.ok("li", &["receive"]);
    office.ok("li", &["circulate", item, "--to", "张伟"]);
    // The next reader proves from the register that nobody's refusal was left out.
    office.ok("zhang", &["receive"]);
    assert_eq!(office.ok("zhang", &["read", item, "--stdout"]).out, "机密内容\n");
    // Whoever decided has no copy to pass on.
    assert_ne!(office.run("chen", &["circulate", item, "--to", "张伟"]).code, 0);
}
