//! Copies that go back: given back with a reason, called back in time and too late, expired.
#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

fn item(sent: &Value) -> &str {
    sent["item"].as_str().unwrap()
}

fn states(document: &Value) -> Vec<Value> {
    document["copies"].as_array().unwrap().iter().map(|copy| copy["state"].clone()).collect()
}

fn code((exit, error): &(i32, Value)) -> (i32, &str) {
    (*exit, error["code"].as_str().unwrap())
}

#[test]
fn a_copy_given_back_is_told_to_its_sender_with_the_reason() {
    let office = Office::new(PROGRAMS);
    let file = office.file("值班通知.txt", "值班\n".as_bytes());
    let sent = office.send("wang", &file, "李娜");
    // A reason outside the list is none.
    assert_eq!(office.run("li", &["return", "1", "--reason", "不想要"]).code, 2);
    let back = office.json("li", &["return", "1", "--reason", "not-for-me"]);
    assert_eq!((&back["item"], &back["reason"]), (&sent["item"], &json!("not-for-me")));
    // Told once where the sender looks, and shown by `status` as often as he asks.
    let news = office.json("wang", &[])["news"].clone();
    let told = &news[0]["copies"][0];
    assert_eq!(
        (&told["kind"], &told["reason"], &told["person"]),
        (&json!("returned"), &json!("not-for-me"), &json!("p2"))
    );
    assert_eq!(office.json("wang", &[])["news"], json!([]));
    let status = office.json("wang", &["status", item(&sent)]);
    assert_eq!(states(&status), ["returned"]);
    let shown = office.ok("wang", &["status", item(&sent), "--lang", "zh"]).out;
    assert!(shown.contains("退回：应送他人（收件人签署）"), "{shown}");
    // It is gone for its holder, and he is told how.
    assert_eq!(code(&office.refused("li", &["receive", "1"])), (3, "copy-state"));
    assert_eq!(code(&office.refused("li", &["return", "1", "--reason", "other"])), (3, "copy-state"));
    assert_eq!(office.json("li", &["receive"])["received"], json!([]));
    // Nor can it be called back, or given back by somebody who never had it.
    assert_eq!(code(&office.refused("wang", &["recall", item(&sent)])), (3, "copy-state"));
    assert_eq!(office.run("zhang", &["return", item(&sent), "--reason", "other"]).code, 2);
}

#[test]
fn a_recall_says_of_each_copy_what_became_of_it() {
    let office = Office::new(PROGRAMS);
    let file = office.file("值班通知.txt", "值班\n".as_bytes());
    let sent = office.send("wang", &file, "李娜,财务科");
    office.ok("zhang", &["receive"]);
    // Not a sender's item here; then one copy in time and one too late.
    assert_eq!(office.run("li", &["recall", item(&sent)]).code, 2);
    let late = office.refused("wang", &["recall", item(&sent), "--to", "财务科"]);
    assert_eq!(code(&late), (3, "copy-state"));
    let recalled = office.json("wang", &["recall", item(&sent)]);
    let fates: Vec<_> =
        recalled["copies"].as_array().unwrap().iter().map(|copy| copy["fate"].clone()).collect();
    assert_eq!(fates, ["unseen", "too-late"]);
    assert_eq!(states(&recalled), ["recalled", "received"]);
    let refused = office.refused("li", &["receive", item(&sent)]);
    assert_eq!(code(&refused), (3, "copy-state"));
    // Once more: the same answer, and no second entry.
    let again = office.json("wang", &["recall", item(&sent), "--to", "李娜"]);
    assert_eq!(again["copies"][0]["fate"], "unseen");
    let status = office.json("wang", &["status", item(&sent)]);
    let entered = status["evidence"].as_array().unwrap().iter().filter(|leaf| leaf["kind"] == "recalled");
    assert_eq!(entered.count(), 1);
}

#[test]
fn what_waits_for_decision_is_withdrawn_instead() {
    let office = Office::with_deciders(PROGRAMS);
    let file = office.file("通知.txt", "一\n".as_bytes());
    let sent = office.propose("wang", &file, "李娜", &[]);
    let refused = office.refused("wang", &["recall", item(&sent)]);
    assert_eq!(code(&refused), (3, "item-state"));
    office.ok("wang", &["withdraw", item(&sent)]);
    assert_eq!(code(&office.refused("wang", &["recall", item(&sent)])), (3, "item-state"));
}
