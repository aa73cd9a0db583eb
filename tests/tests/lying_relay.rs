//! A relay whose keys are right and whose files were changed behind its back, by whoever runs it: the reader's program finds
//! out what it leaves out, and takes nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

use rusqlite::{Connection, OpenFlags, params};
use serde_json::json;
use vault_core::decision::DecisionNote;
use vault_core::item::{ItemHeader, Right};
use vault_core::register::leaf::Leaf;
use vault_keys::digest::OrgId;
use vault_tests::office::{Office, Programs};
use vault_tests::shortcut::Shortcut;

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

fn proposed(office: &Office) -> String {
    let file = office.file("预算请示.txt", "关于预算调整的请示\n".as_bytes());
    office.propose("wang", &file, "李娜", &[])["item"].as_str().unwrap().to_owned()
}

/// Changes the relay's database while it does not run.
fn change(office: &mut Office, change: impl FnOnce(&Connection)) {
    office.close_relay();
    let path = office.path("relay/data/relay.sqlite");
    change(&Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap());
    office.open_relay();
}

/// Takes the leaf of the decision that `which` picks away from its item; the register itself cannot be changed.
fn leave_out(database: &Connection, which: impl Fn(&DecisionNote) -> bool) {
    let mut rows = database.prepare("SELECT position, leaf FROM leaf WHERE note IS NOT NULL").unwrap();
    let leaves = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let leaves: Vec<(i64, Vec<u8>)> = leaves.map(Result::unwrap).collect();
    let org = |leaf: &[u8]| -> OrgId {
        let line = leaf.split(|byte| *byte == b'\n').next().unwrap();
        let head: serde_json::Value = serde_json::from_slice(line).unwrap();
        head["org"].as_str().unwrap().parse().unwrap()
    };
    let is_it = |(_, leaf): &&(i64, Vec<u8>)| {
        let note = Leaf::parse(leaf, org(leaf)).unwrap().signed::<DecisionNote>();
        note.is_ok_and(|note| which(note.value()))
    };
    let found: Vec<_> = leaves.iter().filter(is_it).collect();
    assert_eq!(found.len(), 1);
    let changed = "UPDATE leaf SET label = NULL WHERE position = ?1";
    assert_eq!(database.execute(changed, params![found[0].0]).unwrap(), 1);
}

fn received_nothing(office: &Office, code: &str, exit: i32) {
    let (found, error) = office.refused("li", &["receive"]);
    assert_eq!((found, &error["code"]), (exit, &json!(code)), "{error}");
    assert_eq!(office.json("li", &["inbox"])["stored"], json!([]));
}

#[test]
fn withdrawal_left_out_by_the_relay() {
    let mut office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);
    office.ok("chen", &["approve", &item]);
    office.ok("chen", &["withdraw", &item]);
    office.ok("chen", &["approve", &item]);
    office.ok("wu", &["approve", &item]);
    change(&mut office, |database| {
        leave_out(database, |note| note.answer == vault_core::decision::Answer::Withdraw);
    });
    received_nothing(&office, "decisions-unproved", 4);
    // Its sender's program sees it as well.
    assert_eq!(office.refused("wang", &["status", &item]).1["code"], json!("decisions-unproved"));
}

#[test]
fn decision_left_out_of_the_header_by_the_relay() {
    let mut office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);
    office.ok("chen", &["approve", &item, "--opinion", "附表请核"]);
    // What a changed program would have released, before the approver's own releases it as it should be.
    let other = office.path("unreviewed.age");
    Shortcut::new(&office, "wu").released_without_review(&item, other.as_ref()).unwrap();
    let header = vault::itemfile::ItemFile::open(other.as_ref()).unwrap().header;
    office.ok("wu", &["approve", &item]);
    change(&mut office, |database| put_header(database, &header));
    received_nothing(&office, "decision-left-out", 3);
}

#[test]
fn released_by_the_relay_without_decisions() {
    let mut office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);
    office.ok("chen", &["approve", &item]);
    let other = office.path("unreviewed.age");
    Shortcut::new(&office, "wu").released_without_review(&item, other.as_ref()).unwrap();
    let header = vault::itemfile::ItemFile::open(other.as_ref()).unwrap().header;
    change(&mut office, |database| {
        put_header(database, &header);
        let label = header.label_hash();
        let released = "UPDATE item SET state = 'released', released = accepted WHERE label = ?1";
        assert_eq!(database.execute(released, params![&label.as_bytes()[..]]).unwrap(), 1);
        let offered = "INSERT INTO copy (label, copy, hop, holder, number, access, state, since, offered)
            SELECT label, 1, 0, 'p2', 1, access, 'available', accepted, accepted_index FROM item WHERE label = ?1";
        assert_eq!(database.execute(offered, params![&label.as_bytes()[..]]).unwrap(), 1);
    });
    assert!(header.access().value().rows.iter().any(|row| row.right == Right::Copy(1)));
    received_nothing(&office, "evidence-missing", 4);
}

/// Puts another header in the place of an item's.
fn put_header(database: &Connection, header: &ItemHeader) {
    let (label, access) = (header.label_hash(), header.access_hash());
    let (label, access) = (&label.as_bytes()[..], &access.as_bytes()[..]);
    let changed = database
        .execute("UPDATE header SET header = ?2 WHERE label = ?1", params![label, header.bytes()])
        .unwrap();
    assert_eq!(changed, 1);
    for table in ["item", "copy"] {
        let changed = format!("UPDATE {table} SET access = ?2 WHERE label = ?1");
        database.execute(&changed, params![label, access]).unwrap();
    }
}
