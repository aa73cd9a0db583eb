//! The database keeps what it was given, undoes what failed, and refuses what must never be.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use vault_core::item::{AccessHash, ItemId, LabelHash};
use vault_core::register::leaf::LeafHash;
use vault_core::stream::layout::ContentLen;
use vault_core::stream::parts::{ContentHash, PART_LEN, PartValue};
use vault_core::transfer::copy::{Consignment, CopyState, Demand, DemandStanding};
use vault_core::transfer::item::ItemState;
use vault_keys::digest::{DirectoryHash, NoteHash, RootHash};
use vault_keys::directory::Role;
use vault_keys::joining::InvitationId;
use vault_keys::key_id::KeyId;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::super::disk;
use super::super::{
    Capacity, CopyRecord, DeciderBy, DeciderRecord, ItemRecord, NewLeaf, OrganisationTexts, Parts, PartsName,
    RequestRecord, StopRecord, StoreError, Transaction, UploadRecord, View, read, write,
};
use super::*;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn open(&self) -> Result<Database, StoreError> {
        Database::open(DataFolder::take(disk::own(), &self.folder.path().join("data")).unwrap())
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("data").join(DATABASE)
    }
}

fn ask<T>(store: &Database, mut question: impl FnMut(&dyn View) -> Result<T, StoreError>) -> T {
    read(store, &mut question).unwrap()
}

fn change<T>(
    store: &Database,
    work: impl FnMut(&mut dyn Transaction) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    write(store, work)
}

fn name(byte: u8) -> PartsName {
    label(byte).into()
}

fn label(byte: u8) -> LabelHash {
    LabelHash::from_bytes([byte; 32])
}

fn time(seconds: i64) -> Time {
    Time::from_unix(1_800_000_000 + seconds).unwrap()
}

fn person(no: u32) -> PersonNo {
    PersonNo::new(no).unwrap()
}

fn holder(text: &str) -> Holder {
    text.parse().unwrap()
}

fn item_id(byte: u8) -> ItemId {
    format!("019ab3c8-1d40-7a2e-9f10-0123456789{byte:02x}").parse().unwrap()
}

fn length() -> ContentLen {
    ContentLen::new(PART_LEN + 1000).unwrap()
}

fn upload(byte: u8) -> UploadRecord {
    UploadRecord {
        name: name(byte),
        sender: person(1),
        item: item_id(byte),
        header: Some(vec![byte; 2000]),
        length: length(),
        opened: time(byte.into()),
    }
}

fn item(byte: u8, accepted_index: u64) -> ItemRecord {
    ItemRecord {
        label: label(byte),
        item: item_id(byte),
        sender: person(1),
        label_note: b"label".to_vec(),
        access: AccessHash::from_bytes([byte; 32]),
        length: length(),
        content: ContentHash::from_bytes([byte; 32]),
        state: ItemState::Released,
        accepted: time(0),
        released: Some(time(1)),
        not_before: None,
        not_after: None,
        payload: Some(name(byte)),
        brought_by: None,
        last_leaf: LeafHash::from_bytes([byte; 32]),
        accepted_index,
    }
}

fn copy(byte: u8, no: u32, holder: Holder, number: u64) -> CopyRecord {
    CopyRecord {
        label: label(byte),
        copy: no,
        holder,
        number,
        consignment: Consignment::available(AccessHash::from_bytes([byte; 32])),
        since: time(2),
        person: None,
        hop: 0,
        offered: 0,
    }
}

fn demand(leaf: u8, at: i64) -> Demand {
    Demand {
        leaf: LeafHash::from_bytes([leaf; 32]),
        access: AccessHash::from_bytes([1; 32]),
        person: person(leaf.into()),
        station: KeyId::from_bytes([leaf; 32]),
        time: time(at),
        standing: DemandStanding::Open,
    }
}

fn leaf(byte: u8, label: Option<LabelHash>) -> NewLeaf {
    NewLeaf {
        hash: LeafHash::from_bytes([byte; 32]),
        leaf: vec![byte; 100],
        label,
        copy: None,
        note: label.map(|_| NoteHash::from_bytes([byte; 32])),
    }
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| {
        // Copies before their item, as the commit handler writes them.
        t.put_copy(&copy(1, 1, holder("p2"), 1))?;
        t.put_copy(&copy(1, 2, holder("u3"), 1))?;
        t.put_item(&item(1, 0), b"header")
    })
    .unwrap();
    drop(store);
    let store = place.open().unwrap();
    assert_eq!(ask(&store, |view| view.item(label(1))), Some(item(1, 0)));
    assert_eq!(ask(&store, |view| view.header(label(1))), Some(b"header".to_vec()));
    let copies = [copy(1, 1, holder("p2"), 1), copy(1, 2, holder("u3"), 1)];
    assert_eq!(ask(&store, |view| view.copies(label(1))), copies);
    assert_eq!(ask(&store, |view| view.item(label(2))), None);
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn what_was_undone_left_nothing() {
    let place = Place::new();
    let store = place.open().unwrap();
    let stopped = change(&store, |t| {
        t.put_item(&item(1, 0), b"header")?;
        assert_eq!(t.queue_leaf(&leaf(1, None))?, 0);
        assert_eq!(t.next_number(holder("p2"))?, 1);
        Err::<(), _>(StoreError::Damaged { what: "something" })
    });
    assert!(stopped.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        change(&store, |t| -> Result<(), StoreError> {
            t.put_item(&item(1, 0), b"header")?;
            panic!("in the middle of a transaction")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(ask(&store, |view| view.item(label(1))), None);
    assert_eq!(ask(&store, |view| view.claimed(person(1), item_id(1))), None);
    // Numbers and indexes that were given out and undone are given out again: no gap.
    change(&store, |t| {
        assert_eq!(t.queue_leaf(&leaf(2, None))?, 0);
        assert_eq!(t.next_number(holder("p2"))?, 1);
        t.put_item(&item(1, 0), b"header")
    })
    .unwrap();
}

#[test]
fn an_item_id_of_a_sender_belongs_to_one_label_for_ever() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| t.put_item(&item(1, 0), b"header")).unwrap();
    assert_eq!(ask(&store, |view| view.claimed(person(1), item_id(1))), Some(label(1)));
    let other = ItemRecord { item: item_id(1), ..item(2, 1) };
    assert!(change(&store, |t| t.put_item(&other, b"header")).is_err());
    assert_eq!(ask(&store, |view| view.item(label(2))), None);
    // Another sender may use the same id.
    let elsewhere = ItemRecord { sender: person(2), ..other };
    change(&store, |t| t.put_item(&elsewhere, b"header")).unwrap();
    change(&store, |t| t.keep_conflict(label(9), KeyId::from_bytes([1; 32]), b"header", time(0))).unwrap();
    change(&store, |t| t.keep_conflict(label(9), KeyId::from_bytes([1; 32]), b"again", time(9))).unwrap();
}

#[test]
fn evidence_of_conflicts_fills_no_disk() {
    let place = Place::new();
    let store = place.open().unwrap();
    let keep = |byte: u8, station: u8| {
        let station = KeyId::from_bytes([station; 32]);
        change(&store, |t| t.keep_conflict(label(byte), station, b"header", time(0))).unwrap();
    };
    (0..100).for_each(|byte| keep(byte, 1));
    (0..3).for_each(|byte| keep(byte, 2));
    drop(store);
    let database = Connection::open(place.file()).unwrap();
    let kept = |station: u8| {
        let sql = "SELECT count(*) FROM conflict WHERE station = ?1";
        database.query_row(sql, [[station; 32]], |row| row.get::<_, u32>(0)).unwrap()
    };
    assert_eq!((kept(1), kept(2)), (64, 3), "each label is one more header of the same person");
}

#[test]
fn a_copy_without_its_item_is_not_committed() {
    let place = Place::new();
    let store = place.open().unwrap();
    assert!(change(&store, |t| t.put_copy(&copy(1, 1, holder("p2"), 1))).is_err());
    assert_eq!(ask(&store, |view| view.copies(label(1))), []);
    // The writer is not stuck in the transaction that failed.
    change(&store, |t| t.put_item(&item(1, 0), b"header")).unwrap();
}

#[test]
fn label_facts_do_not_change_with_the_item() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| t.put_item(&item(1, 0), b"header")).unwrap();
    let changed = ItemRecord {
        state: ItemState::Withdrawn,
        payload: None,
        access: AccessHash::from_bytes([7; 32]),
        sender: person(9),
        label_note: b"other".to_vec(),
        accepted_index: 5,
        ..item(1, 0)
    };
    change(&store, |t| t.update_item(&changed)).unwrap();
    let expected =
        ItemRecord { sender: person(1), label_note: b"label".to_vec(), accepted_index: 0, ..changed };
    assert_eq!(ask(&store, |view| view.item(label(1))), Some(expected));
    let unknown = ItemRecord { label: label(2), ..item(1, 0) };
    assert!(change(&store, |t| t.update_item(&unknown)).is_err());
}

#[test]
fn uploads_keep_their_parts_and_no_part_changes() {
    let place = Place::new();
    let store = place.open().unwrap();
    let value = |byte| PartValue::from_bytes([byte; 32]);
    change(&store, |t| {
        t.put_upload(&upload(1))?;
        t.put_upload(&upload(2))?;
        t.put_part(name(1), 1, value(1))?;
        t.put_part(name(1), 0, value(0))
    })
    .unwrap();
    assert_eq!(ask(&store, |view| view.upload(name(1))), Some(upload(1)));
    assert_eq!(ask(&store, |view| view.upload_parts(name(1))), [(0, value(0)), (1, value(1))]);
    assert_eq!(ask(&store, |view| view.upload_part(name(1), 1)), Some(value(1)));
    change(&store, |t| t.put_part(name(1), 1, value(1))).unwrap();
    assert!(change(&store, |t| t.put_part(name(1), 1, value(9))).is_err());
    assert!(change(&store, |t| t.put_part(name(3), 0, value(0))).is_err());
    assert_eq!(ask(&store, |view| view.uploads_of(person(1))), (2 * length().bytes(), 2));
    assert_eq!(ask(&store, |view| view.uploads_of(person(2))), (0, 0));
    // Opened again: time and header move on, what the label fixes does not.
    let again = UploadRecord { opened: time(50), header: Some(b"newer".to_vec()), ..upload(1) };
    change(&store, |t| t.put_upload(&again)).unwrap();
    assert_eq!(ask(&store, |view| view.upload(name(1))), Some(again));
    let stolen = UploadRecord { sender: person(2), ..upload(1) };
    assert!(change(&store, |t| t.put_upload(&stolen)).is_err());
    assert_eq!(ask(&store, |view| view.uploads_before(time(50))), [name(2)]);
    change(&store, |t| {
        t.remove_upload(name(1))?;
        t.put_removal(name(1))?;
        t.put_removal(name(1))
    })
    .unwrap();
    assert_eq!(ask(&store, |view| view.upload_parts(name(1))), []);
    assert_eq!(ask(&store, |view| view.removals()), [name(1)]);
    change(&store, |t| t.remove_removal(name(1))).unwrap();
    assert_eq!(ask(&store, |view| view.removals()), []);
}

#[test]
fn every_state_of_a_copy_comes_back() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| t.put_item(&item(1, 0), b"header")).unwrap();
    let access = AccessHash::from_bytes([1; 32]);
    let demanded = || {
        let mut made = Consignment::available(access);
        made.demand(demand(2, 10)).unwrap();
        made.demand(demand(3, 20)).unwrap();
        made
    };
    let mut lapsed = demanded();
    lapsed.lapse(time(15));
    let mut received = lapsed.clone();
    received.receive(LeafHash::from_bytes([2; 32]), access).unwrap();
    let mut replaced = demanded();
    replaced.replace_header(AccessHash::from_bytes([2; 32])).unwrap();
    let mut returned = demanded();
    returned.give_back().unwrap();
    let mut recalled = Consignment::available(access);
    recalled.recall().unwrap();
    let mut expired = Consignment::available(access);
    expired.expire().unwrap();
    let all = [
        Consignment::available(access),
        Consignment::withheld(access),
        demanded(),
        lapsed,
        received,
        replaced,
        returned,
        recalled,
        expired,
    ];
    let mut states = std::collections::BTreeSet::new();
    for (no, consignment) in (1..).zip(all) {
        states.insert(consignment.state());
        let number = change(&store, |t| t.next_number(holder("u3"))).unwrap();
        assert_eq!(number, u64::from(no));
        // Stored as available first, then as it is: the row is replaced with all its demands.
        let mut record = copy(1, no, holder("u3"), number);
        change(&store, |t| t.put_copy(&record)).unwrap();
        record = CopyRecord { consignment, person: Some(person(2)), since: time(30), ..record };
        change(&store, |t| t.put_copy(&record)).unwrap();
        let stored = ask(&store, |view| view.copies(label(1)));
        assert_eq!(stored.last(), Some(&record));
    }
    assert_eq!(states.len(), CopyState::ALL.len());
    // Copies 3, 4 (its second demand) and 6 are open; those of 5 and 7 have ended.
    assert_eq!(ask(&store, |view| view.demanded_before(time(15))), [(label(1), 3, 0), (label(1), 6, 0)]);
    let mut open = ask(&store, |view| view.demanded_before(time(21)));
    open.sort_unstable();
    assert_eq!(open, [(label(1), 3, 0), (label(1), 4, 0), (label(1), 6, 0)]);
    // Holder and number belong to a copy for ever.
    let moved = copy(1, 1, holder("p2"), 1);
    assert!(change(&store, |t| t.put_copy(&moved)).is_err());
    let twice = copy(1, 99, holder("u3"), 1);
    assert!(change(&store, |t| t.put_copy(&twice)).is_err());
}

#[test]
fn leaves_get_consecutive_indexes_and_a_note_is_entered_once() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| t.put_item(&item(1, 0), b"header")).unwrap();
    for byte in 0..5 {
        let about = (byte % 2 == 1).then(|| label(1));
        assert_eq!(change(&store, |t| t.queue_leaf(&leaf(byte, about))).unwrap(), u64::from(byte));
    }
    let from = ask(&store, |view| view.leaves_from(2, 2));
    assert_eq!(from.iter().map(|leaf| leaf.index).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(from[0].leaf, leaf(2, None));
    let of_item = ask(&store, |view| view.leaves(label(1)));
    assert_eq!(of_item.iter().map(|leaf| leaf.index).collect::<Vec<_>>(), [1, 3]);
    let found = ask(&store, |view| view.leaf_of_note(label(1), NoteHash::from_bytes([3; 32]))).unwrap();
    assert_eq!((found.index, &found.leaf), (3, &leaf(3, Some(label(1)))));
    let again = NewLeaf { hash: LeafHash::from_bytes([99; 32]), ..leaf(3, Some(label(1))) };
    assert!(change(&store, |t| t.queue_leaf(&again)).is_err());
    assert!(change(&store, |t| t.queue_leaf(&leaf(0, None))).is_err());
    assert_eq!(change(&store, |t| t.queue_leaf(&leaf(50, None))).unwrap(), 5);
}

#[test]
fn listings_show_published_items_page_by_page() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| {
        for byte in 1..=6 {
            t.put_item(&item(byte, u64::from(byte) * 10), b"header")?;
            let number = t.next_number(holder("p2"))?;
            t.put_copy(&copy(byte, 1, holder("p2"), number))?;
            let number = t.next_number(holder("u3"))?;
            t.put_copy(&copy(byte, 2, holder("u3"), number))?;
        }
        Ok(())
    })
    .unwrap();
    let mine = [holder("p2"), holder("u9")];
    let cursors = |size, after, most| -> Vec<u64> {
        let listed = ask(&store, |view| view.inbox(&mine, size, after, most));
        listed.iter().map(|entry| entry.cursor).collect()
    };
    // Item 6 stands at index 60, not yet under a checkpoint over 60 leaves.
    assert_eq!(cursors(60, 0, 100), [11, 21, 31, 41, 51]);
    assert_eq!(cursors(61, 31, 100), [41, 51, 61]);
    assert_eq!(cursors(61, 0, 2), [11, 21]);
    assert_eq!(cursors(61, 21, 2), [31, 41]);
    let listed = ask(&store, |view| view.inbox(&mine, 61, 0, 1));
    assert_eq!(listed[0].copies, [copy(1, 1, holder("p2"), 1)]);
    let both = ask(&store, |view| view.inbox(&[holder("p2"), holder("u3")], 61, 0, 1));
    assert_eq!(both[0].copies.len(), 2);
    assert_eq!(ask(&store, |view| view.inbox(&[], 61, 0, 100)), []);
    assert_eq!(ask(&store, |view| view.inbox(&[holder("p7")], 61, 0, 100)), []);
    assert_eq!(ask(&store, |view| view.sent(person(1), 31, 11, 100)).len(), 2);
    assert_eq!(ask(&store, |view| view.sent(person(2), 61, 0, 100)), []);
}

#[test]
fn what_is_offered_late_is_listed_once_its_own_leaf_is_published() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| {
        t.put_item(&item(1, 0), b"header")?;
        t.queue_leaf(&leaf(1, Some(label(1))))?;
        let number = t.next_number(holder("p2"))?;
        let offered = t.queue_leaf(&NewLeaf { copy: Some(1), note: None, ..leaf(2, Some(label(1))) })?;
        t.put_copy(&CopyRecord { offered, ..copy(1, 1, holder("p2"), number) })?;
        // The same copy, passed on: its next holder sees it only once his own offer is published.
        let number = t.next_number(holder("p5"))?;
        let offered = t.queue_leaf(&NewLeaf { copy: Some(1), note: None, ..leaf(3, Some(label(1))) })?;
        let passed = CopyRecord { hop: 1, offered, ..copy(1, 1, holder("p5"), number) };
        t.put_copy(&passed)?;
        t.put_passed_header(&passed, b"its own header")
    })
    .unwrap();
    let listed = |who: &str, size| ask(&store, |view| view.inbox(&[holder(who)], size, 0, 10));
    assert_eq!([1, 2, 3].map(|size| listed("p2", size).len()), [0, 1, 1]);
    assert_eq!([1, 2, 3].map(|size| listed("p5", size).len()), [0, 0, 1]);
    assert_eq!(listed("p2", 3)[0].copies.len(), 1);
    let hops: Vec<u32> = ask(&store, |view| view.copies(label(1))).iter().map(|copy| copy.hop).collect();
    assert_eq!(hops, [0, 1]);
    let header = |hop| ask(&store, |view| view.passed_header(label(1), 1, hop));
    assert_eq!((header(0), header(1)), (None, Some(b"its own header".to_vec())));
}

#[test]
fn a_payload_brought_again_lies_under_its_uploads_name() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| {
        t.put_item(&item(1, 0), b"header")?;
        t.put_damage(label(1), 0, time(3)).map(drop)
    })
    .unwrap();
    let held = |byte| ask(&store, |view| view.payload_under(name(byte))) == Some(label(1));
    assert_eq!((held(1), held(9)), (true, false));
    let put = |payload| change(&store, |t| t.update_item(&ItemRecord { payload, ..item(1, 0) })).unwrap();
    put(None);
    assert_eq!((held(1), held(9)), (false, false));
    put(Some(name(9)));
    assert_eq!((held(1), held(9)), (false, true));
    assert_eq!(ask(&store, |view| view.item(label(1))).unwrap().payload, Some(name(9)));
    change(&store, |t| t.forget_damage(label(1))).unwrap();
    assert!(ask(&store, |view| view.damage(label(1))).is_empty());
}

#[test]
fn proposals_are_found_by_those_who_may_decide_and_by_their_end() {
    let place = Place::new();
    let store = place.open().unwrap();
    let decider = |step: &str, role: &str, no, by| DeciderRecord {
        step: step.parse().unwrap(),
        role: role.parse().unwrap(),
        person: person(no),
        by,
    };
    let asked = [
        decider("approval", "approver", 9, DeciderBy::Label),
        decider("approval", "approver", 10, DeciderBy::Access),
        decider("review", "reviewer", 8, DeciderBy::Label),
    ];
    change(&store, |t| {
        for byte in 1..=2 {
            let proposed = ItemRecord { state: ItemState::Proposed, ..item(byte, byte.into()) };
            t.put_item(&proposed, b"header")?;
            t.put_proposal(label(byte), time(i64::from(byte) * 100))?;
            t.put_deciders(label(byte), &asked)?;
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(ask(&store, |view| view.deciders(label(1))), asked);
    let find = |capacities: &[Capacity]| {
        let listed = ask(&store, |view| view.deciding(capacities, 10, 0, 10));
        listed.iter().map(|one| one.cursor).collect::<Vec<_>>()
    };
    for (no, expected) in [(8, 2), (9, 2), (10, 2), (11, 0)] {
        assert_eq!(find(&[Capacity::Own(person(no))]).len(), expected, "p{no}");
    }
    // A deputy finds what his principal was asked for in that role, and not what somebody was added to.
    let deputy = |no, role| [Capacity::Own(person(20)), Capacity::Deputy(person(no), role)];
    assert_eq!(find(&deputy(9, Role::Approver)), [2, 3]);
    assert_eq!(find(&deputy(9, Role::Reviewer)), [0_u64; 0]);
    assert_eq!(find(&deputy(10, Role::Approver)), [0_u64; 0]);
    let many: Vec<Capacity> = (100..3000).map(|no| Capacity::Deputy(person(no), Role::Approver)).collect();
    assert_eq!(find(&many[..1]), [0_u64; 0]);
    assert_eq!(find(&[&deputy(9, Role::Approver)[..], &many].concat()), [2, 3]);
    // Unpublished ones are not listed, and pages go on.
    assert_eq!(ask(&store, |view| view.deciding(&[Capacity::Own(person(8))], 2, 0, 10)).len(), 1);
    assert_eq!(ask(&store, |view| view.deciding(&[Capacity::Own(person(8))], 10, 2, 10)).len(), 1);

    assert_eq!(ask(&store, |view| view.undecided(time(100))), []);
    assert_eq!(ask(&store, |view| view.undecided(time(101))), [label(1)]);
    change(&store, |t| {
        t.remove_proposal(label(1))?;
        t.put_deciders(label(1), &asked[..1])
    })
    .unwrap();
    assert_eq!(ask(&store, |view| view.undecided(time(1000))), [label(2)]);
    assert_eq!(find(&[Capacity::Own(person(9))]), [3]);
    assert_eq!(ask(&store, |view| view.deciders(label(1))), asked[..1]);
    // Once only, and of an item that is there.
    assert!(change(&store, |t| t.remove_proposal(label(1))).is_err());
    assert!(change(&store, |t| t.put_proposal(label(7), time(1))).is_err());
}

#[test]
fn uses_of_a_standing_approval_are_counted() {
    let place = Place::new();
    let store = place.open().unwrap();
    let (one, other) = (NoteHash::from_bytes([1; 32]), NoteHash::from_bytes([2; 32]));
    assert_eq!(ask(&store, |view| view.standing_uses(one)), 0);
    for expected in 1..=3 {
        assert_eq!(change(&store, |t| t.use_standing(one)).unwrap(), expected);
    }
    assert_eq!(change(&store, |t| t.use_standing(other)).unwrap(), 1);
    let undone: Result<u32, StoreError> = change(&store, |t| {
        t.use_standing(one)?;
        Err(StoreError::Damaged { what: "test" })
    });
    assert!(undone.is_err());
    assert_eq!(ask(&store, |view| view.standing_uses(one)), 3);
}

#[test]
fn payloads_nobody_can_fetch_are_found() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| {
        for byte in 1..=5 {
            t.put_item(&item(byte, byte.into()), b"header")?;
        }
        // 1 waits; 2 has one copy left; 3 has none; 4 is proposed; 5 was withdrawn with a copy in its way.
        for (byte, ended) in [(1, false), (2, false), (2, true), (3, true), (5, false)] {
            let number = t.next_number(holder("p2"))?;
            let mut copy = copy(byte, u32::from(ended) + 1, holder("p2"), number);
            if ended {
                copy.consignment.expire().unwrap();
            }
            t.put_copy(&copy)?;
        }
        t.update_item(&ItemRecord { state: ItemState::Proposed, ..item(4, 4) })?;
        t.update_item(&ItemRecord { state: ItemState::Withdrawn, ..item(5, 5) })
    })
    .unwrap();
    let mut spent = ask(&store, |view| view.spent());
    spent.sort_unstable();
    assert_eq!(spent, [label(3), label(5)]);
    change(&store, |t| t.update_item(&ItemRecord { payload: None, ..item(3, 3) })).unwrap();
    assert_eq!(ask(&store, |view| view.spent()), [label(5)]);
}

fn organisation(number: u32, earlier: u32, entries: &[(&str, &str)]) -> OrganisationTexts {
    OrganisationTexts {
        number,
        hash: DirectoryHash::from_bytes([u8::try_from(number).unwrap(); 32]),
        roots: vec![b"root 1".to_vec()],
        policy: format!("policy {number}").into_bytes(),
        earlier: (number - earlier..number).map(|n| format!("directory {n}").into_bytes()).collect(),
        directory: format!("directory {number}").into_bytes(),
        entries: entries.iter().map(|(who, text)| (holder(who), text.as_bytes().to_vec())).collect(),
        stops: Vec::new(),
        fresh: None,
    }
}

#[test]
fn every_installed_version_of_the_organisation_comes_back() {
    let place = Place::new();
    let store = place.open().unwrap();
    assert_eq!(ask(&store, |view| view.organisation()), None);
    let first = organisation(3, 2, &[("p1", "a"), ("p2", "b"), ("p10", "c"), ("u1", "d")]);
    let mut second =
        organisation(4, 3, &[("p1", "a"), ("p2", "b2"), ("p10", "c"), ("p11", "e"), ("u1", "d")]);
    second.roots.push(b"root 2".to_vec());
    let mut third = organisation(7, 6, &[("p1", "a"), ("p2", "b"), ("p10", "c"), ("u1", "d2")]);
    third.roots = second.roots.clone();
    for version in [&first, &second, &third] {
        change(&store, |t| t.put_organisation(version)).unwrap();
        assert_eq!(ask(&store, |view| view.organisation()).as_ref(), Some(version));
        assert_eq!(ask(&store, |view| view.newest_directory()), Some((version.number, version.hash)));
    }
    for version in [&first, &second, &third] {
        let stored = ask(&store, |view| view.organisation_at(version.number));
        assert_eq!(stored.as_ref(), Some(version));
    }
    assert_eq!(ask(&store, |view| view.organisation_at(5)), None);
    assert_eq!(ask(&store, |view| view.entries_since(4)), [b"b".to_vec(), b"d2".to_vec()]);
    assert_eq!(ask(&store, |view| view.entries_since(7)), Vec::<Vec<u8>>::new());
    // An older one, or the same number again, is never put over a newer.
    assert!(change(&store, |t| t.put_organisation(&second)).is_err());
    assert!(change(&store, |t| t.put_organisation(&third)).is_err());
}

#[test]
fn stop_lists_and_freshness_stand_beside_the_newest_version() {
    let place = Place::new();
    let store = place.open().unwrap();
    let version = organisation(1, 0, &[("p1", "a")]);
    let stop =
        |number, position| StopRecord { number, note: format!("stop {number}").into_bytes(), position };
    change(&store, |t| {
        t.put_organisation(&version)?;
        t.put_stop(&stop(1, 4))?;
        t.put_stop(&stop(2, 5))?;
        t.put_fresh(b"older")?;
        t.put_fresh(b"newer")
    })
    .unwrap();
    let newest = ask(&store, |view| view.organisation()).unwrap();
    assert_eq!(newest.stops, [b"stop 1".to_vec(), b"stop 2".to_vec()]);
    assert_eq!(newest.fresh, Some(b"newer".to_vec()));
    assert_eq!(ask(&store, |view| view.organisation_at(1)), Some(version));
    assert_eq!(ask(&store, |view| view.stops_since(1)), [stop(2, 5)]);
    change(&store, |t| t.drop_fresh().and_then(|()| t.drop_fresh())).unwrap();
    assert_eq!(ask(&store, |view| view.organisation()).unwrap().fresh, None);
    // The same again keeps its place; another under its number is never stored.
    change(&store, |t| t.put_stop(&stop(2, 9))).unwrap();
    assert_eq!(ask(&store, |view| view.stops_since(1)), [stop(2, 5)]);
    let other = StopRecord { note: b"other".to_vec(), ..stop(2, 9) };
    assert!(change(&store, |t| t.put_stop(&other)).is_err());
}

#[test]
fn requests_come_page_by_page_and_by_member() {
    let place = Place::new();
    let store = place.open().unwrap();
    let request = |byte: u8, no: Option<u32>, at: i64| RequestRecord {
        hash: NoteHash::from_bytes([byte; 32]),
        invitation: no.is_none().then(|| InvitationId::from_bytes([byte; 16])),
        person: no.map(person),
        note: vec![byte],
        received: time(at),
    };
    // Two came in one second: their hashes tell them apart.
    let all = [request(4, None, 1), request(2, Some(3), 2), request(3, Some(4), 2), request(1, Some(3), 9)];
    change(&store, |t| all.iter().try_for_each(|one| t.put_request(one))).unwrap();
    let start = (time(1), NoteHash::from_bytes([0; 32]));
    let first = ask(&store, |view| view.requests_after(start, 2));
    assert_eq!(first, all[..2]);
    let second = ask(&store, |view| view.requests_after((first[1].received, first[1].hash), 2));
    assert_eq!(second, all[2..]);
    assert!(ask(&store, |view| view.requests_after((second[1].received, second[1].hash), 2)).is_empty());
    assert_eq!(
        ask(&store, |view| view.requests_after((time(2), NoteHash::from_bytes([0; 32])), 9)),
        all[1..]
    );
    assert_eq!(ask(&store, |view| view.requests_of(person(3), time(0))), [all[1].clone(), all[3].clone()]);
    assert_eq!(ask(&store, |view| view.requests_of(person(3), time(3))), [all[3].clone()]);
    // The same again keeps its time; another by a used invitation is never stored.
    change(&store, |t| t.put_request(&request(4, None, 5))).unwrap();
    assert_eq!(ask(&store, |view| view.requests_after(start, 1)), all[..1]);
    let other = RequestRecord { hash: NoteHash::from_bytes([9; 32]), ..request(4, None, 5) };
    assert!(change(&store, |t| t.put_request(&other)).is_err());
}

#[test]
fn each_officer_of_one_root_has_one_list_of_invitations() {
    let place = Place::new();
    let store = place.open().unwrap();
    let (first, second) = (RootHash::from_bytes([1; 32]), RootHash::from_bytes([2; 32]));
    let put = |officer: &str, root, note: &[u8]| {
        change(&store, |t| t.put_invitations(&officer.parse().unwrap(), root, note)).unwrap();
    };
    let lists = || ask(&store, |view| view.invitations());
    assert!(lists().is_empty());
    put("o2", first, b"two");
    put("o1", first, b"one");
    put("o2", first, b"two, later");
    assert_eq!(lists(), [&b"one"[..], b"two, later"]);
    put("o1", second, b"one of another root");
    assert_eq!(lists(), [b"one of another root"]);
}

#[test]
fn a_reader_sees_one_moment() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| t.put_item(&item(1, 0), b"header")).unwrap();
    store
        .read(&mut |view| {
            assert_eq!(view.item(label(2)).unwrap(), None);
            std::thread::scope(|scope| {
                scope.spawn(|| change(&store, |t| t.put_item(&item(2, 1), b"header")).unwrap());
            });
            assert_eq!(view.item(label(2)).unwrap(), None);
        })
        .unwrap();
    assert!(ask(&store, |view| view.item(label(2))).is_some());
}

#[test]
fn writers_come_one_after_another() {
    let place = Place::new();
    let store = place.open().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4_u8 {
            let store = &store;
            scope.spawn(move || {
                for byte in 0..10 {
                    change(store, |t| t.queue_leaf(&leaf(thread * 10 + byte, None))).unwrap();
                }
            });
        }
    });
    let leaves = ask(&store, |view| view.leaves_from(0, 100));
    assert!(leaves.iter().map(|leaf| leaf.index).eq(0..40));
}

type Work = dyn Fn(&mut dyn Transaction) -> End + Sync;

/// Has two more callers come while one works, and the last of the three end the group.
fn three_at_once(store: &Database, works: [&Work; 3]) -> [bool; 3] {
    let (inside, entered) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let first = scope.spawn(move || {
            store.write(&mut |transaction| {
                inside.send(()).unwrap();
                gone.recv().unwrap();
                works[0](transaction)
            })
        });
        entered.recv().unwrap();
        let others = [works[1], works[2]].map(|work| scope.spawn(move || store.write(&mut |t| work(t))));
        while store.writer.coming() < 2 {
            std::thread::yield_now();
        }
        go.send(()).unwrap();
        let [second, third] = others;
        [first, second, third].map(|thread| thread.join().is_ok_and(|result| result.is_ok()))
    })
}

#[test]
fn callers_who_meet_share_one_commit() {
    let place = Place::new();
    let store = place.open().unwrap();
    let commits = || store.writer.commits();
    let before = commits();
    let queue = |byte| {
        move |t: &mut dyn Transaction| match t.queue_leaf(&leaf(byte, None)) {
            Ok(_) => End::Commit,
            Err(_) => End::Undo,
        }
    };
    assert_eq!(three_at_once(&store, [&queue(1), &queue(2), &queue(3)]), [true; 3]);
    assert_eq!(commits() - before, 1);
    drop(store);
    assert_eq!(ask(&place.open().unwrap(), |view| view.leaves_from(0, 9)).len(), 3);
}

#[test]
fn what_one_of_a_group_undoes_the_others_keep() {
    let place = Place::new();
    let store = place.open().unwrap();
    let queue = |byte, end| {
        move |t: &mut dyn Transaction| {
            t.queue_leaf(&leaf(byte, None)).unwrap();
            end
        }
    };
    let panics = |t: &mut dyn Transaction| {
        t.queue_leaf(&leaf(9, None)).unwrap();
        panic!("on purpose")
    };
    let ended = three_at_once(&store, [&queue(1, End::Commit), &panics, &queue(3, End::Undo)]);
    assert_eq!(ended, [true, false, true]);
    let ended = three_at_once(&store, [&queue(4, End::Undo), &queue(5, End::Commit), &panics]);
    assert_eq!(ended, [true, true, false]);
    let leaves = ask(&store, |view| view.leaves_from(0, 9));
    assert_eq!(leaves.iter().map(|leaf| leaf.index).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn newer_schema_is_refused_and_left_alone() {
    let place = Place::new();
    drop(place.open().unwrap());
    let db = Connection::open(place.file()).unwrap();
    db.pragma_update(None, "user_version", 10).unwrap();
    drop(db);
    assert!(matches!(place.open(), Err(StoreError::NewerSchema { found: 10, known: 9 })));
}

#[test]
fn a_database_of_another_program_is_refused() {
    let place = Place::new();
    drop(DataFolder::take(disk::own(), &place.folder.path().join("data")).unwrap());
    let db = Connection::open(place.file()).unwrap();
    db.execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
    drop(db);
    assert!(matches!(place.open(), Err(StoreError::Damaged { .. })));
    std::fs::write(place.file(), b"this is no database at all, only a text that is long enough").unwrap();
    assert!(place.open().is_err());
}

#[test]
fn two_relays_on_one_folder_are_refused() {
    let place = Place::new();
    let _store = place.open().unwrap();
    let second = DataFolder::take(disk::own(), &place.folder.path().join("data"));
    assert!(matches!(second, Err(DataFolderError::Lock(LockError::Held))));
}

#[test]
fn rows_that_no_machine_could_have_written_are_damage() {
    let place = Place::new();
    let store = place.open().unwrap();
    change(&store, |t| {
        t.put_item(&item(1, 0), b"header")?;
        t.put_copy(&copy(1, 1, holder("p2"), 1))
    })
    .unwrap();
    let db = Connection::open(place.file()).unwrap();
    db.pragma_update(None, "foreign_keys", false).unwrap();
    // Not the disk did it, but a program: the sums are right.
    sums::teach(&db).unwrap();
    let damaged = |sql: &str, question: &dyn Fn(&dyn View) -> Result<(), StoreError>| {
        db.execute_batch(sql).unwrap();
        let answer = read(&store, |view| question(view));
        assert!(matches!(answer, Err(StoreError::Damaged { .. })), "{sql}: {answer:?}");
    };
    damaged("UPDATE copy SET state = 'demanded'", &|view| view.copies(label(1)).map(drop));
    damaged("UPDATE item SET sender = 'p0'", &|view| view.item(label(1)).map(drop));
    damaged("UPDATE item SET sender = 'p1', length = 1", &|view| view.item(label(1)).map(drop));
    damaged("UPDATE item SET length = 33, access = x'00'", &|view| view.item(label(1)).map(drop));
}

#[test]
fn parts_are_kept_checked_and_removed() {
    let place = Place::new();
    let data = DataFolder::take(disk::own(), &place.folder.path().join("data")).unwrap();
    let parts = data.parts().unwrap();
    parts.put(name(1), 0, b"first part").unwrap();
    parts.put(name(1), 0, b"first part").unwrap();
    parts.put(name(1), 1, b"second").unwrap();
    assert!(parts.put(name(1), 1, b"other").is_err());
    assert_eq!(parts.read(name(1), 0, 6, 4).unwrap(), b"part");
    assert_eq!(parts.read(name(1), 0, 6, 100).unwrap(), b"part");
    assert_eq!(parts.names().unwrap(), [name(1)]);
    let path = data.path().join("parts").join(label(1).to_string()).join("0");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[3] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(parts.read(name(1), 0, 0, 4), Err(StoreError::PartDamaged { index: 0 })));
    parts.remove(name(1)).unwrap();
    parts.remove(name(1)).unwrap();
    assert!(parts.read(name(1), 1, 0, 4).is_err());
}
