//! Whatever is rotated and stolen in whatever order: an item stays the same item through every re-wrap, and stock `age`
//! opens it.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::Read as _;

use proptest::prelude::*;
use vault_core::admission::{Arrival, Code, Facts, Reader, Relay, Side, Stored, Subject, check};
use vault_core::item::ItemHeader;
use vault_core::opening::AdmittedItem;
use vault_core::rewrap::Rewrapper;
use vault_core::test_world::{SealedBytes, SeededRng, World};
use vault_keys::directory::KeyState;
use vault_keys::opening::{Identity, Suite};

const TEXT: &[u8] = "关于办公用品采购的通知".as_bytes();

/// What p1 makes of a header under what is in force.
fn next(world: &World, header: &ItemHeader, seed: u64) -> ItemHeader {
    let (shelf, member) = (world.shelf(), world.member(1));
    let reader = Reader { arrival: Arrival::Before, ..Reader::default() };
    let item = AdmittedItem::new(header.clone(), &shelf.published(), reader, world.now()).unwrap();
    let identities: [&Identity; 2] = [&member.opening, &member.classic];
    let rewrapper = Rewrapper::new(member.person, &member.signing, &identities, shelf.in_force.directory());
    rewrapper.next(&item, &mut SeededRng::new(seed)).unwrap().unwrap().header
}

fn codes(world: &World, header: &ItemHeader, side: Side<'_>) -> Vec<Code> {
    let shelf = world.shelf();
    let facts = Facts { published: shelf.published(), subject: Subject::Sealed(header), side };
    check(&facts, world.now()).refusals().iter().map(|refusal| refusal.code).collect()
}

/// The text, as the `age` crate reads it, or nothing if this key does not open the file.
fn stock(header: &ItemHeader, content: &[u8], key: &Identity) -> Option<Vec<u8>> {
    let file = [header.bytes(), content].concat();
    let identity: age::x25519::Identity = key.to_text().parse().unwrap();
    let decryptor = age::Decryptor::new(file.as_slice()).unwrap();
    let mut text = Vec::new();
    let mut reader = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).ok()?;
    reader.read_to_end(&mut text).unwrap();
    Some(text)
}

fn sealed(world: &World, suite: Suite) -> SealedBytes {
    let mut draft = world.draft(&[3, 4]);
    draft.suite = suite;
    world.seal(&draft, TEXT, 1)
}

/// Plays the steps; `look` gets each header with the one before, and the keys that must and must not open it.
fn chain(
    suite: Suite,
    steps: &[(u32, bool)],
    mut look: impl FnMut(&World, &ItemHeader, &ItemHeader, &SealedBytes, &[(u32, Identity)]),
) {
    let mut world = World::new();
    let item = sealed(&world, suite);
    let (mut header, mut stopped) = (item.header.clone(), Vec::new());
    for (seed, (number, stolen)) in (100..).zip(steps) {
        let state = if *stolen { KeyState::Stopped } else { KeyState::Retired };
        let old = world.replace_opening(*number, suite, state, seed);
        if *stolen {
            stopped.push((*number, old));
        }
        let after = next(&world, &header, seed);
        look(&world, &header, &after, &item, &stopped);
        header = after;
    }
}

fn same_item(world: &World, before: &ItemHeader, after: &ItemHeader, item: &SealedBytes) {
    assert_eq!(after.label().encode(), item.header.label().encode());
    assert_eq!(after.manifest().to_stanza(), item.header.manifest().to_stanza());
    assert_eq!(after.notes(), item.header.notes());
    let submitter = world.member(1).person;
    assert_eq!(
        codes(
            world,
            after,
            Side::Relay(Relay::header(submitter, Stored { access: before.access(), decisions: &[] }))
        ),
        []
    );
    for known in [None, Some(before.access()), Some(item.header.access())] {
        let reader = Reader { known, ..Reader::default() };
        assert_eq!(codes(world, after, Side::Reader(reader)), []);
    }
    // An old header does not come back to whoever saw a newer one.
    let newest = Reader { known: Some(after.access()), ..Reader::default() };
    assert!(codes(world, before, Side::Reader(newest)).contains(&Code::AccessStale));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_chain_is_the_same_item_and_opens_with_stock_age(
        steps in prop::collection::vec((3_u32..=4, any::<bool>()), 1..6),
    ) {
        chain(Suite::Classic, &steps, |world, before, after, item, stopped| {
            same_item(world, before, after, item);
            for number in [1, 3, 4] {
                let key = &world.member(number).classic;
                assert_eq!(stock(after, &item.content, key).as_deref(), Some(TEXT), "p{number}");
            }
            for (number, key) in stopped {
                assert_eq!(stock(after, &item.content, key), None, "a stolen key of p{number}");
            }
        });
    }

    #[test]
    fn any_hybrid_chain_is_the_same_item(
        steps in prop::collection::vec((3_u32..=4, any::<bool>()), 1..4),
    ) {
        chain(Suite::Hybrid, &steps, |world, before, after, item, stopped| {
            same_item(world, before, after, item);
            let opens = |key: &Identity| {
                after.recipients().iter().any(|stanza| key.unwrap(stanza).unwrap().is_some())
            };
            assert!([1, 3, 4].iter().all(|number| opens(&world.member(*number).opening)));
            assert!(!stopped.iter().any(|(_, key)| opens(key)));
        });
    }
}
