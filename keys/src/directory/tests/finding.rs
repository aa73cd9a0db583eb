//! Finding people and units.

use super::*;

fn found(query: &str) -> String {
    let found = directory(&root()).find(query);
    let words: Vec<String> = found.iter().map(|one| format!("{} {:?}", one.holder, one.by)).collect();
    words.join(", ")
}

#[test]
fn by_number() {
    assert_eq!(found("p2"), "p2 Number");
    assert_eq!(found(" P2 "), "p2 Number");
    assert_eq!(found("u2"), "u2 Number");
    assert_eq!(found("p4"), "p4 Number"); // who has left is found by number
    assert_eq!(found("p9"), "");
}

#[test]
fn by_address() {
    assert_eq!(found("李娜@财务科"), "p1 Address");
    assert_eq!(found("李娜@办公室"), "p3 Address");
    assert_eq!(found("li na@办公室"), "p3 Address");
    assert_eq!(found("李娜@u2"), "p1 Address");
    assert_eq!(found("王强@财务科"), "");
    assert_eq!(found("@财务科"), "");
    let directory = directory(&root());
    let addresses: Vec<String> = directory.addresses(directory.person(p(1)).unwrap()).collect();
    assert_eq!(addresses, ["李娜@财务科"]);
}

#[test]
fn by_name_and_every_namesake() {
    assert_eq!(found("王强"), "p2 Name");
    assert_eq!(found("李娜"), "p1 Name, p3 Name");
    assert_eq!(found("李"), "");
    assert_eq!(found("李宁"), "");
}

#[test]
fn by_pinyin_and_initials() {
    for query in ["wang qiang", "wangqiang", "Wang Qiang", "WANG-QIANG"] {
        assert_eq!(found(query), "p2 Pinyin", "{query}");
    }
    assert_eq!(found("lina"), "p1 Pinyin, p3 Pinyin");
    assert_eq!(found("wq"), "p2 Initials");
    assert_eq!(found("ln"), "p1 Initials, p3 Initials");
    assert_eq!(found("lin"), "");
    assert_eq!(found(""), "");
}

#[test]
fn by_unit_name() {
    assert_eq!(found("财务科"), "u2 Name");
    assert_eq!(found("财务"), "");
}
