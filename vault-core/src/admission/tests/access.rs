//! Access notes: stale, of another label, with rows added, swapped or missing, signed by the wrong one.

use vault_keys::directory::KeyState;
use vault_keys::key_id::KeyKind;
use vault_keys::numbers::Holder;

use super::*;
use crate::item::{AccessHash, LabelHash, Right, Row, StanzasHash};
use crate::sealing::RecoveryChoice;
use crate::test_world::unit_no;

/// What the relay refuses the item for after p1 changed its access note, whether it parses or not.
fn after(world: &World, change: impl FnOnce(&mut Access)) -> Vec<Code> {
    let (item, file_key) = item(world, |_, _| {});
    match with_access(&item, &file_key, change, 1, &world.member(1).signing) {
        Ok(item) => {
            let codes = relay_codes(world, &item);
            assert_eq!(codes, reader_codes(world, &item), "relay and reader agree");
            codes
        }
        Err(error) => form_codes(world, &error),
    }
}

#[test]
fn the_note_is_about_this_item_label_and_these_stanzas() {
    let world = World::new();
    assert_eq!(after(&world, |_| {}), []);
    assert_eq!(after(&world, |access| access.item = crate::test_world::item_id(2)), [Code::AccessOtherItem]);
    assert_eq!(
        after(&world, |access| access.label = LabelHash::from_bytes([1; 32])),
        [Code::AccessOtherLabel]
    );
    assert_eq!(
        after(&world, |access| access.stanzas = StanzasHash::from_bytes([1; 32])),
        [Code::AccessStanzas]
    );
    assert_eq!(
        after(&world, |access| access.suite = vault_keys::opening::Suite::Classic),
        [Code::SuiteMixed]
    );
    assert_eq!(after(&world, |access| access.directory.version = 9), [Code::DirectoryUnknown]);
}

#[test]
fn rows_match_stanzas_one_to_one() {
    let world = World::new();
    assert_eq!(after(&world, |access| drop(access.rows.pop())), [Code::AccessRows]);
    let p5 = &world.member(5);
    let added = Row { key: p5.opening.to_recipient().key_id(), holder: p5.holder(), right: Right::Copy(2) };
    assert_eq!(after(&world, |access| access.rows.push(added)), [Code::AccessRows]);
    // Keys of two rows swapped.
    let swapped = after(&world, |access| {
        let key = access.rows[1].key;
        access.rows[1].key = access.rows[2].key;
        access.rows[2].key = key;
    });
    assert_eq!(swapped, [Code::RowHolder]);
    // Whole rows swapped: still each holder's own key; only the holder can tell that the wraps stand elsewhere.
    assert_eq!(after(&world, |access| access.rows.swap(1, 2)), []);
    assert_eq!(
        after(&world, |access| access.rows[2] = access.rows[1].clone()),
        [Code::RowKeyTwice, Code::CopyWithoutRow]
    );
}

#[test]
fn rights_are_those_the_label_gives() {
    let world = World::new();
    assert_eq!(
        after(&world, |access| access.rows[1].right = Right::Copy(2)),
        [Code::RowRight, Code::CopyWithoutRow]
    );
    assert_eq!(
        after(&world, |access| access.rows[1].right = Right::Copy(9)),
        [Code::RowRight, Code::CopyWithoutRow]
    );
    assert_eq!(
        after(&world, |access| access.rows[1].right = Right::Decider("review".parse().unwrap())),
        [Code::RowRight, Code::CopyWithoutRow]
    );
    assert_eq!(
        after(&world, |access| access.rows[1].right = Right::Recovery),
        [Code::RowRight, Code::CopyWithoutRow]
    );
    let leave = Right::Leave(vault_keys::digest::NoteHash::from_bytes([4; 32]));
    assert_eq!(
        after(&world, |access| access.rows[1].right = leave),
        [Code::LeaveMissing, Code::CopyWithoutRow]
    );
    // A row for someone with no right at all, with a stanza of its own.
    let p2 = world.member(2);
    let extra = Wrap { recipient: p2.opening.to_recipient(), holder: p2.holder(), right: Right::Copy(1) };
    let (item, _) = item(&world, |_, wraps| wraps.push(extra));
    assert_eq!(relay_codes(&world, &item), [Code::RowRight]);
}

#[test]
fn a_units_copy_opens_for_its_clerks_only() {
    let world = World::new();
    let unit = Holder::Unit(unit_no(2));
    let to_unit = |holder: u32| {
        let member = world.member(holder);
        let wrap =
            Wrap { recipient: member.opening.to_recipient(), holder: member.holder(), right: Right::Copy(1) };
        let (item, _) = item(&world, |label, wraps| {
            label.scope = crate::scope::Ascending::of([unit]);
            label.copies.truncate(2);
            label.copies[1].holder = unit;
            wraps.truncate(1);
            wraps.push(wrap);
        });
        relay_codes(&world, &item)
    };
    assert_eq!(to_unit(4), []);
    assert_eq!(to_unit(3), [Code::RowRight]);
}

#[test]
fn keys_are_known_active_and_their_holders_own() {
    let world = World::new();
    let unknown = vault_keys::key_id::KeyId::from_bytes([1; 32]);
    assert_eq!(after(&world, |access| access.rows[1].key = unknown), [Code::RowKeyUnknown]);
    let p2 = world.member(2).opening.to_recipient().key_id();
    assert_eq!(after(&world, |access| access.rows[1].key = p2), [Code::RowHolder]);
    let signing = world.member(3).signing.key_id();
    assert_eq!(after(&world, |access| access.rows[1].key = signing), [Code::RowKeyKind]);
    let classic = world.member(3).classic.to_recipient().key_id();
    assert_eq!(after(&world, |access| access.rows[1].key = classic), [Code::RowKeyKind]);
}

#[test]
fn retired_keys_get_no_new_wrap() {
    let mut world = World::new();
    let (item, _) = item(&world, |_, _| {});
    let now = world.now();
    world.change(|persons, _| {
        for key in persons[2].keys.iter_mut().filter(|key| key.kind == KeyKind::OpeningHybrid) {
            key.state = KeyState::Retired;
            key.to = Some(now);
        }
    });
    assert_eq!(relay_codes(&world, &item), [Code::RowKeyInactive]);
    // The note names directory 1, under which the key was active: its holder reads on.
    assert_eq!(reader_codes(&world, &item), []);
}

#[test]
fn the_note_is_signed_by_someone_who_may_write_it() {
    let world = World::new();
    let (item, file_key) = item(&world, |_, _| {});
    let signed_by = |person, signer: u32| {
        let item = with_access(&item, &file_key, |_| {}, person, &world.member(signer).signing).unwrap();
        assert_eq!(relay_codes(&world, &item), reader_codes(&world, &item));
        relay_codes(&world, &item)
    };
    assert_eq!(signed_by(1, 1), []);
    assert_eq!(signed_by(3, 3), [Code::AccessWriter]); // a recipient, who has the file key
    assert_eq!(signed_by(1, 3), [Code::AccessSignature]);
    assert_eq!(signed_by(3, 1), [Code::AccessSignature]);
}

#[test]
fn the_reader_needs_a_row_of_his_own() {
    let world = World::new();
    let (item, _) = item(&world, |_, _| {});
    let as_reader = |number: u32| {
        let keys = [world.member(number).opening.to_recipient().key_id()];
        let side = Side::Reader(Reader::new(&keys));
        codes(&judge(&world, Subject::Sealed(&item), side, world.now()))
    };
    assert_eq!(as_reader(4), []);
    assert_eq!(as_reader(1), []);
    assert_eq!(as_reader(2), [Code::ReaderNotListed]);
}

#[test]
fn the_line_goes_on_one_by_one() {
    let world = World::new();
    let (first, file_key) = item(&world, |_, _| {});
    let hash = first.access_hash();
    let note = |seq: u32, previous: Option<AccessHash>| {
        let change = |access: &mut Access| {
            access.seq = Some(seq);
            access.previous = previous;
        };
        with_access(&first, &file_key, change, 1, &world.member(1).signing).unwrap()
    };
    let relay = |item: &ItemHeader, stored: Option<&ItemHeader>| {
        let side = relay(&world, stored.map(ItemHeader::access));
        codes(&judge(&world, Subject::Sealed(item), side, world.now()))
    };
    let reader = |item: &ItemHeader, known: Option<&ItemHeader>| {
        let side = Side::Reader(Reader { known: known.map(ItemHeader::access), ..Reader::default() });
        codes(&judge(&world, Subject::Sealed(item), side, world.now()))
    };
    let (second, fourth) = (note(2, Some(hash)), note(4, Some(AccessHash::from_bytes([4; 32]))));
    let rival = note(2, Some(AccessHash::from_bytes([9; 32])));
    assert_eq!(relay(&second, None), [Code::AccessSequence]);
    assert_eq!(relay(&second, Some(&first)), []);
    assert_eq!(relay(&first, Some(&first)), []); // same again, same answer
    assert_eq!(relay(&rival, Some(&first)), [Code::AccessSplit]);
    assert_eq!(relay(&rival, Some(&second)), [Code::AccessSplit]);
    assert_eq!(relay(&fourth, Some(&first)), [Code::AccessSequence]);
    assert_eq!(relay(&first, Some(&second)), [Code::AccessStale]);
    // A reader may meet a later note first, and miss some; he never goes back.
    assert_eq!(reader(&second, None), []);
    assert_eq!(reader(&fourth, Some(&first)), []);
    assert_eq!(reader(&first, Some(&second)), [Code::AccessStale]);
    assert_eq!(reader(&rival, Some(&second)), [Code::AccessSplit]);
}

#[test]
fn a_unit_named_for_recovery_may_handle_the_level() {
    let mut world = World::new();
    world.change(|_, units| units[0].max_level = vault_keys::directory::LevelWord::Unclassified);
    let draft_by = |recovery: &[u32]| {
        let mut draft = world.draft(&[3]);
        let units = recovery.iter().map(|number| unit_no(*number));
        draft.recovery = RecoveryChoice::Units(crate::scope::Ascending::of(units));
        // What is derived takes its source's level whatever the unit's, so that only recovery is judged.
        draft.origin = crate::item::Origin {
            kind: crate::item::OriginKind::Derived,
            parents: vec![crate::item::Parent {
                item: crate::test_world::item_id(5),
                label: LabelHash::from_bytes([5; 32]),
            }],
            reason: Some("summary".parse().unwrap()),
        };
        // That the source is not at hand is another test's matter.
        let mut codes = draft_codes(&world, &draft);
        codes.retain(|code| *code != Code::ParentMissing);
        codes
    };
    assert_eq!(draft_by(&[]), []);
    assert_eq!(draft_by(&[1]), [Code::UnitLevel]);
}
