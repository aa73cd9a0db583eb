//! Circulation 传阅 with real processes: a received copy goes along its scope by file, and no further.
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
