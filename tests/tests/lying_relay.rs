//! A relay whose keys are right and whose files were changed behind its back, by whoever runs it: the reader's program finds
//! out what it leaves out, and takes nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

use rusqlite::{Connection, OpenFlags, params};
use serde_json::json;
use vault_core::decision::{About, Answer, DecisionNote, DecisionType};
use vault_core::item::{AccessHash, DirectoryRef, ItemHeader, LabelHash, Right};
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::{Leaf, LeafHash, LeafHead};
use vault_core::stream::parts::ContentHash;
use vault_keys::digest::OrgId;
use vault_keys::directory::Organisation;
use vault_keys::key_id::KeyKind;
use vault_keys::note::{KeyName, Signed};
use vault_keys::signing::SigningKey;
use vault_relay::store::embedded::DataFolder;
use vault_relay::store::embedded::hooks::as_the_relay;
use vault_relay::store::{Parts as _, PartsName, disk};
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
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    as_the_relay(&database).unwrap();
    change(&database);
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
        leave_out(database, |note| note.answer == Answer::Withdraw);
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

#[test]
fn a_decision_that_nobody_gave_among_the_requests() {
    let mut office = Office::with_deciders(PROGRAMS);
    let file = office.file("通知.txt", "通知\n".as_bytes());
    let item = office.propose("wang", &file, "李娜", &[])["item"].as_str().unwrap().to_owned();
    office.ok("chen", &["approve", &item]);
    office.ok("wu", &["approve", &item]);
    let asked = office.json("wang", &["widen", &item, "--to", "张伟", "--reason", "参加工作组"]);
    assert_eq!(office.json("wang", &["request", "list"])["requests"][0]["state"], json!("asked"));
    // The relay says that the approver agreed: his name, his key, and a signature of nobody's.
    let request = asked["request"].as_str().unwrap().to_owned();
    let (note, hash) = forged(&office, &request);
    change(&mut office, |database| {
        let made_up = "INSERT INTO asked_decision (request, position, decision, note, time)
            SELECT request, position + 1000, ?1, ?2, received FROM asked";
        assert_eq!(database.execute(made_up, params![hash, note]).unwrap(), 1);
        database.execute("UPDATE asked SET state = 'decided'", []).unwrap();
    });
    for words in [&["request", "list"][..], &["status", &item]] {
        let (exit, error) = office.refused("wang", words);
        assert_eq!((exit, &error["code"]), (4, &json!("decision-signature")), "{words:?} {error}");
    }
    // Nothing of it came into the home, in whose eyes the request would be decided for ever.
    let kept = std::fs::read_dir(office.path("wang/requests")).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<_> = kept.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].contains("vault-decision/1"));
}

/// 吴强's agreement to a request as its text would be, with a signature of somebody else; and its hash.
fn forged(office: &Office, request: &str) -> (Vec<u8>, Vec<u8>) {
    let organisation = std::fs::read(office.path("wang/organisation/current.json")).unwrap();
    let organisation = Organisation::parse(&organisation, None).unwrap();
    let directory = organisation.directory();
    let wu = directory.persons().iter().find(|person| person.name == "吴强").unwrap();
    let key = |kind| wu.keys.iter().find(|key| key.kind == kind && key.is_active()).unwrap().id;
    let note = DecisionNote {
        tag: DecisionType,
        org: directory.org(),
        about: About::request(request.parse().unwrap()),
        step: "approval".parse().unwrap(),
        person: wu.number,
        key: key(KeyKind::Sign),
        station: key(KeyKind::Station),
        principal: None,
        answer: Answer::Agree,
        opened: false,
        previous: None,
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: vault::clock::now(),
        not_after: None,
        opinion: None,
    };
    let name = KeyName::person(&note.org, note.person);
    let signed = Signed::sign(note, &name, &SigningKey::from_seed(&[7; 32])).unwrap();
    (signed.encode(), signed.hash().as_bytes().to_vec())
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

/// Two items on their way to 李娜.
fn two_sent(office: &Office) -> [String; 2] {
    ["第一.txt", "第二.txt"].map(|name| {
        let file = office.file(name, name.as_bytes());
        office.send("wang", &file, "李娜")["item"].as_str().unwrap().to_owned()
    })
}

#[test]
fn other_bytes_by_the_relay() {
    let mut office = Office::new(PROGRAMS);
    let [first, _] = two_sent(&office);
    office.close_relay();
    let data = office.path("relay/data");
    let database = Connection::open(format!("{data}/relay.sqlite")).unwrap();
    let (label, length): ([u8; 32], u32) = database
        .query_row("SELECT label, length FROM item ORDER BY accepted_index LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    drop(database);
    let parts = DataFolder::take(disk::own(), data.as_ref()).unwrap().parts().unwrap();
    let name = PartsName::from_bytes(label);
    let mut bytes = parts.read(name, 0, 0, length as usize).unwrap();
    // Whole in the eyes of its disk, and another content.
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    parts.remove(name).unwrap();
    parts.put(name, 0, &bytes).unwrap();
    drop(parts);
    office.open_relay();
    // It says what is wrong, gives the other item, and signs for nothing that it has not seen whole.
    let ended = office.run("li", &["receive"]);
    assert_eq!(ended.code, 4, "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("the content is damaged or was changed"), "{}", ended.err);
    assert_eq!(office.json("li", &["inbox"])["stored"].as_array().unwrap().len(), 1);
    let status = office.json("wang", &["status", &first]);
    let kinds: Vec<_> =
        status["evidence"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"damaged") && !kinds.contains(&"received"), "{kinds:?}");
}

#[test]
fn an_item_hidden_by_the_relay() {
    let mut office = Office::new(PROGRAMS);
    two_sent(&office);
    change(&mut office, |database| {
        database.pragma_update(None, "foreign_keys", false).unwrap();
        let hidden = "DELETE FROM copy WHERE number = 1 AND holder = 'p2'";
        assert_eq!(database.execute(hidden, []).unwrap(), 1);
    });
    for words in [&["inbox"][..], &["receive"]] {
        let ended = office.run("li", words);
        assert!(ended.err.contains("number 1 for 李娜 is missing"), "{words:?} {}", ended.err);
    }
}

#[test]
fn received_says_the_relay_and_nobody_has_signed() {
    let mut office = Office::new(PROGRAMS);
    let [first, _] = two_sent(&office);
    change(&mut office, say_received);
    for words in [&["status", &first][..], &["status"]] {
        let (exit, error) = office.refused("wang", words);
        assert_eq!((exit, &error["code"]), (4, &json!("copy-unproved")), "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("copy 000001: received") && message.contains("nobody signed"), "{message}");
    }
}

#[test]
fn received_says_the_relay_with_a_receipt_that_it_made_up() {
    let mut office = Office::new(PROGRAMS);
    let [first, _] = two_sent(&office);
    let organisation = std::fs::read(office.path("wang/organisation/current.json")).unwrap();
    let organisation = Organisation::parse(&organisation, None).unwrap();
    change(&mut office, |database| {
        let sql = "SELECT label, access, content, item, last_leaf FROM item ORDER BY accepted_index LIMIT 1";
        let (label, access, content, item, last): ([u8; 32], [u8; 32], [u8; 32], String, [u8; 32]) = database
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .unwrap();
        let directory = organisation.directory();
        let li = directory.persons().iter().find(|person| person.name == "李娜").unwrap();
        let key = |kind| li.keys.iter().find(|key| key.kind == kind && key.is_active()).unwrap().id;
        let now = vault::clock::now();
        let event = Event {
            item: Some(item.parse().unwrap()),
            label: Some(LabelHash::from_bytes(label)),
            access: Some(AccessHash::from_bytes(access)),
            content: Some(ContentHash::from_bytes(content)),
            copy: Some(1),
            station: Some(key(KeyKind::Station)),
            refers: Some(LeafHash::from_bytes([1; 32])),
            ..Event::of_person(directory.org(), EventKind::Received, li.number, key(KeyKind::Sign), now)
        };
        // Her name, her key's id, and a signature of nobody's.
        let name = KeyName::person(&event.org, li.number);
        let note = Signed::sign(event, &name, &SigningKey::from_seed(&[7; 32])).unwrap();
        let previous = Some(LeafHash::from_bytes(last));
        let head = LeafHead::new(directory.org(), now, previous, "relay-1".parse().unwrap(), [7; 16]);
        let leaf = Leaf::of_note(&head, note.note()).unwrap();
        let entered = "INSERT INTO leaf (position, hash, leaf, label, copy, note)
            SELECT max(position) + 1, ?1, ?2, ?3, 1, ?4 FROM leaf";
        let hashes = [*leaf.hash().as_bytes(), *note.hash().as_bytes()];
        let values = params![hashes[0], leaf.bytes(), label, hashes[1]];
        assert_eq!(database.execute(entered, values).unwrap(), 1);
        say_received(database);
    });
    for words in [&["status", &first][..], &["status"]] {
        let (exit, error) = office.refused("wang", words);
        assert_eq!((exit, &error["code"]), (4, &json!("evidence-signature")), "{error}");
    }
}

/// Has the relay say that the first copy was received.
fn say_received(database: &Connection) {
    let made_up =
        "INSERT INTO demand (label, copy, hop, place, leaf, access, person, station, time, standing)
        SELECT label, copy, hop, 0, ?1, access, holder, ?1, since, 'open' FROM copy WHERE number = 1";
    assert_eq!(database.execute(made_up, [[1; 32]]).unwrap(), 1);
    let received = "UPDATE copy SET state = 'received', settled_by = ?1, person = holder WHERE number = 1";
    assert_eq!(database.execute(received, [[1; 32]]).unwrap(), 1);
}

#[test]
fn a_log_that_forks() {
    let mut office = Office::new(PROGRAMS);
    two_sent(&office);
    office.close_relay();
    let (data, guard) = (office.path("relay/data"), office.path("relay/last-checkpoint"));
    let (kept, kept_guard) = (office.path("kept"), office.path("kept-guard"));
    assert!(std::process::Command::new("cp").args(["-a", &data, &kept]).status().unwrap().success());
    std::fs::copy(&guard, &kept_guard).unwrap();
    office.open_relay();
    let third = office.file("第三.txt", b"3");
    office.send("wang", &third, "李娜");
    office.close_relay();
    // As it was before, and goes on with others.
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&kept, &data).unwrap();
    std::fs::rename(&kept_guard, &guard).unwrap();
    office.open_relay();
    // Whoever saw nothing of what was taken away sees nothing; the log grows past what it was.
    office.ok("li", &["receive"]);
    let fourth = office.file("第四.txt", b"4");
    let draft = ["--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3"];
    for words in [&[&["send", &fourth], &draft[..]].concat()[..], &["status"]] {
        let (exit, error) = office.refused("wang", words);
        assert_eq!((exit, &error["code"]), (4, &json!("register-not-continued")), "{error}");
    }
}
