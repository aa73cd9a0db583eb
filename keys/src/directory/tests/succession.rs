//! What may follow a directory.

use super::*;

#[test]
fn the_next_directory_follows() {
    let root = root();
    let first = directory(&root);
    let second = next(&root, &first, |_| ());
    assert_eq!((second.number(), second.value().previous), (2, Some(first.hash())));
    assert_eq!(second.successor_of(&first), Ok(()));
    assert_eq!(first.successor_of(&first), Err(SuccessionError::Same { number: 1 }));
}

#[test]
fn gap_rollback_and_fork_are_named() {
    let root = root();
    let first = directory(&root);
    let second = next(&root, &first, |_| ());
    let third = next(&root, &second, |_| ());
    let twin = next(&root, &first, |draft| draft.persons[0].clearance = Clearance::None);
    assert_eq!(third.successor_of(&first), Err(SuccessionError::Gap { have: 1, found: 3 }));
    assert_eq!(first.successor_of(&third), Err(SuccessionError::Rollback { have: 3, found: 1 }));
    assert_eq!(twin.successor_of(&second), Err(SuccessionError::Fork { number: 2 }));
    assert_eq!(third.successor_of(&twin), Err(SuccessionError::Fork { number: 2 }));
    let early = next(&root, &first, |draft| draft.made = time("2026-01-05T23:00:00Z"));
    assert_eq!(early.successor_of(&first), Err(SuccessionError::Backdated { have: 1, found: 2 }));
}

#[test]
fn earlier_heads_bridge_a_gap() {
    let root = root();
    let first = directory(&root);
    let second = next(&root, &first, |_| ());
    let third = next(&root, &second, |_| ());
    let twin = next(&root, &first, |draft| draft.persons[0].clearance = Clearance::None);
    let file = |earlier: Vec<&Directory>| {
        let earlier = earlier.into_iter().map(|directory| directory.head().clone()).collect();
        Organisation::new(vec![root.clone()], policy(&root), third.clone(), earlier)
    };
    let bridged = file(vec![&second]).unwrap();
    assert_eq!(bridged.successor_of(&first), Ok(()));
    assert_eq!(bridged.successor_of(&second), Ok(()));
    assert_eq!(bridged.successor_of(&twin), Err(SuccessionError::Fork { number: 2 }));
    assert_eq!(bridged.successor_of(&third), Err(SuccessionError::Same { number: 3 }));
    let whole = file(vec![&first, &second]).unwrap();
    assert_eq!(whole.successor_of(&first), Ok(()));
    let bare = file(vec![]).unwrap();
    assert_eq!(bare.successor_of(&first), Err(SuccessionError::Gap { have: 1, found: 3 }));
    for broken in [vec![&first], vec![&twin], vec![&second, &first], vec![&third]] {
        assert!(matches!(file(broken), Err(OrganisationError::Earlier(_))));
    }
}
