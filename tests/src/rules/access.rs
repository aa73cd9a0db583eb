//! Access notes: who holds which wrap, who may say so, and what nobody may take away.

use vault_core::admission::{Code, Reader, Side, Subject};
use vault_core::item::build::{NewWraps, Place, Wrap, Writer, rewrap};
use vault_core::item::{Access, AccessHash, DirectoryRef, ItemHeader, LabelHash, Line, Right, StanzasHash};
use vault_core::test_world::{SeededRng, World, item_id, unit_no};
use vault_keys::directory::KeyState;
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::KeyName;

use super::lazy::{Lazy, plain};
use super::world::{
    Made, access, at_both, codes, judge, label, made, parsed, person, stored, with_access, wrap,
};
use super::{Case, Judge, Which};

/// The item wrapped anew for these copies by p1, as the next note of its line.
fn next(world: &World, made: &Made, wraps: &[Wrap]) -> ItemHeader {
    let name = KeyName::person(&made.item.org(), person(1));
    let writer = Writer { name: &name, key: &world.member(1).signing };
    let place = Place::Next { seq: 2, previous: made.item.access_hash() };
    let directory = DirectoryRef { version: world.directory().number(), hash: world.directory().hash() };
    let new = NewWraps { kept: &[], wraps, place, directory, notes: Vec::new() };
    rewrap(&made.item, &made.key, new, writer, &mut SeededRng::new(3)).expect("a header")
}

/// Wraps of these people for copies 0, 1, 2 …
fn wraps(world: &World, people: &[u32]) -> Vec<Wrap> {
    (0..).zip(people).map(|(no, number)| wrap(world.member(*number), Right::Copy(no))).collect()
}

/// A header judged by the relay against the one it holds.
fn replacing(world: Lazy, before: ItemHeader, item: ItemHeader) -> Judge {
    Box::new(move || codes(&judge(&world, Subject::Sealed(&item), stored(&world, &before))))
}

/// p1's note after the first one, with this number and this predecessor.
fn later(world: &World, made: &Made, seq: u32, previous: AccessHash) -> ItemHeader {
    let change = |access: &mut Access| {
        access.seq = Some(seq);
        access.previous = Some(previous);
    };
    with_access(made, change, person(1), &world.member(1).signing).expect("it parses")
}

/// An own note of p3's beside the shared one of an item by p1, with rows as `rows` makes them.
fn own(which: Which, shared: impl FnOnce(AccessHash) -> AccessHash, also: Option<u32>) -> Judge {
    let world = plain();
    let made = made(&world, |_, _| {});
    let reader = world.member(3);
    let name = KeyName::person(&made.item.org(), reader.person);
    let writer = Writer { name: &name, key: &reader.signing };
    let place = Place::Own { shared: shared(made.item.access_hash()) };
    let directory = DirectoryRef { version: world.directory().number(), hash: world.directory().hash() };
    let mut wraps = vec![wrap(reader, Right::Copy(1))];
    if let Some(number) = also.filter(|_| which.is_refused()) {
        wraps.push(wrap(world.member(number), Right::Copy(2)));
    }
    let new = NewWraps { kept: &[], wraps: &wraps, place, directory, notes: Vec::new() };
    let item = rewrap(&made.item, &made.key, new, writer, &mut SeededRng::new(3)).expect("a header");
    Box::new(move || {
        let known = Reader { known: Some(made.item.access()), ..Reader::default() };
        codes(&judge(&world, Subject::Sealed(&item), Side::Reader(known)))
    })
}

fn set_key(world: &mut World, index: usize, state: KeyState) {
    let now = world.now();
    world.change(|persons, _| {
        for key in persons[index].keys.iter_mut().filter(|key| key.kind == KeyKind::OpeningHybrid) {
            key.state = state;
            key.to = (state != KeyState::Active).then_some(now);
        }
    });
}

pub(super) const CASES: &[Case] = &[
    Case::tool("access-note-of-another-item", &[45], Code::AccessOtherItem, |which| {
        access(|_, access| access.item = item_id(which.of(2, 1)))
    }),
    Case::tool("access-note-of-another-label", &[45, 1], Code::AccessOtherLabel, |which| {
        access(|_, access| {
            if which.is_refused() {
                access.label = LabelHash::from_bytes([1; 32]);
            }
        })
    }),
    Case::tool("access-note-over-other-wraps", &[45], Code::AccessStanzas, |which| {
        access(|_, access| {
            if which.is_refused() {
                access.stanzas = StanzasHash::from_bytes([1; 32]);
            }
        })
    }),
    Case::tool("wrap-that-no-row-accounts-for", &[45, 40], Code::AccessRows, |which| {
        access(|_, access| {
            if which.is_refused() {
                access.rows.pop();
            }
        })
    }),
    Case::tool("row-for-somebody-without-a-copy", &[45, 9], Code::RowRight, |which| {
        label(|world, _, wraps| {
            if which.is_refused() {
                wraps.push(wrap(world.member(2), Right::Copy(1)));
            }
        })
    }),
    Case::tool("units-copy-for-somebody-who-is-no-clerk", &[43, 45, 92], Code::RowRight, |which| {
        label(|world, label, wraps| {
            label.scope = [unit_no(2).into()].into_iter().collect();
            label.copies.truncate(2);
            label.copies[1].holder = unit_no(2).into();
            wraps.truncate(1);
            wraps.push(wrap(world.member(which.of(3, 4)), Right::Copy(1)));
        })
    }),
    Case::tool("right-by-a-leave-nobody-gave", &[45, 55], Code::LeaveMissing, |which| {
        label(|world, _, wraps| {
            if which.is_refused() {
                let leave = vault_keys::digest::NoteHash::from_bytes([4; 32]);
                wraps.push(wrap(world.member(2), Right::Leave(leave)));
            }
        })
    }),
    Case::tool("one-key-in-two-rows", &[32], Code::RowKeyTwice, |which| {
        access(|_, access| {
            if which.is_refused() {
                access.rows[2] = access.rows[1].clone();
            }
        })
    })
    .with(&[Code::CopyWithoutRow]),
    Case::tool("copy-without-a-row", &[32, 40], Code::CopyWithoutRow, |which| {
        label(|_, _, wraps| {
            if which.is_refused() {
                wraps.pop();
            }
        })
    }),
    Case::tool("key-that-no-directory-has", &[15], Code::RowKeyUnknown, |which| {
        access(|_, access| {
            if which.is_refused() {
                access.rows[1].key = KeyId::from_bytes([1; 32]);
            }
        })
    }),
    Case::tool("key-of-somebody-else", &[15], Code::RowHolder, |which| {
        access(|world, access| {
            access.rows[1].key = world.member(which.of(2, 3)).opening.to_recipient().key_id();
        })
    }),
    Case::tool("key-of-another-kind", &[15, 82], Code::RowKeyKind, |which| {
        access(|world, access| {
            let member = world.member(3);
            let key = which.of(&member.classic, &member.opening);
            access.rows[1].key = key.to_recipient().key_id();
        })
    }),
    Case::tool("key-retired-since", &[108], Code::RowKeyInactive, |which| {
        let mut world = plain();
        let made = made(&world, |_, _| {});
        set_key(&mut world, 2, which.of(KeyState::Retired, KeyState::Active));
        let now = world.now();
        super::world::at_relay(world, made.item, now)
    }),
    Case::tool("access-note-signed-by-nobody", &[45], Code::AccessSignature, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let item = with_access(&made, |_| {}, person(1), &world.member(which.of(3, 1)).signing);
        parsed(world, item)
    }),
    // p3 holds a copy and so the file key: he could wrap it for anybody.
    Case::tool("holder-who-adds-wraps-on-his-own", &[45, 59], Code::AccessWriter, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let number = which.of(3, 1);
        let item = with_access(&made, |_| {}, person(number), &world.member(number).signing);
        parsed(world, item)
    }),
    Case::tool("access-note-out-of-turn", &[40], Code::AccessSequence, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let item = later(&world, &made, which.of(3, 2), made.item.access_hash());
        replacing(world, made.item, item)
    }),
    Case::tool("access-note-gone-back-to", &[45, 40], Code::AccessStale, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let item = later(&world, &made, 2, made.item.access_hash());
        match which {
            Which::Refused => replacing(world, item, made.item),
            Which::Accepted => replacing(world, made.item, item),
        }
    }),
    Case::tool("two-access-notes-in-one-place", &[40], Code::AccessSplit, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let before = which.of(AccessHash::from_bytes([9; 32]), made.item.access_hash());
        let item = later(&world, &made, 2, before);
        replacing(world, made.item, item)
    }),
    Case::tool("access-note-under-an-older-directory", &[45, 108], Code::AccessDirectory, |which| {
        let mut world = plain();
        world.change(|_, _| {});
        let made = made(&world, |_, _| {});
        let directory = &world.directories[which.of(0, 1)];
        let named = DirectoryRef { version: directory.number(), hash: directory.hash() };
        let change = |access: &mut Access| access.directory = named;
        let item = with_access(&made, change, person(1), &world.member(1).signing).expect("it parses");
        at_both(world, item)
    }),
    Case::tool("row-taken-away", &[40, 45], Code::RowDropped, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let people = which.of(&[1, 3][..], &[1, 3, 4]);
        let item = next(&world, &made, &wraps(&world, people));
        replacing(world, made.item, item)
    }),
    Case::tool("own-note-in-place-of-the-shared-one", &[45], Code::OwnReplacesShared, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let item = match which {
            Which::Accepted => later(&world, &made, 2, made.item.access_hash()),
            Which::Refused => {
                let change = |access: &mut Access| {
                    access.line = Line::Own;
                    access.seq = None;
                    access.previous = Some(made.item.access_hash());
                };
                with_access(&made, change, person(1), &world.member(1).signing).expect("it parses")
            }
        };
        replacing(world, made.item, item)
    }),
    Case::tool("own-note-submitted-as-a-new-item", &[45], Code::LineUnsupported, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let change = |access: &mut Access| {
            if which.is_refused() {
                access.line = Line::Own;
                access.seq = None;
                access.previous = Some(made.item.access_hash());
            }
        };
        let item = with_access(&made, change, person(1), &world.member(1).signing).expect("it parses");
        let now = world.now();
        super::world::at_relay(world, item, now)
    }),
    Case::tool("own-note-that-rests-on-nothing-known", &[45], Code::OwnBasis, |which| {
        own(which, |shared| which.of(AccessHash::from_bytes([9; 32]), shared), None)
    }),
    Case::tool("own-note-that-lets-somebody-else-in", &[45, 59], Code::OwnRow, |which| {
        own(which, |shared| shared, Some(4))
    }),
    Case::tool("later-note-with-another-label", &[45], Code::AccessOtherLabel, |which| {
        let world = plain();
        let first = made(&world, |_, _| {});
        let urgent = which.of(vault_core::item::Urgency::Urgent, vault_core::item::Urgency::Normal);
        let other = made(&world, |label, _| label.urgency = urgent);
        let item = later(&world, &other, 2, first.item.access_hash());
        replacing(world, first.item, item)
    }),
    Case::tool("wrap-for-a-unit-not-named-for-recovery", &[9], Code::RowRight, |which| {
        label(|world, label, wraps| {
            let unit = world.directory().unit(unit_no(1)).expect("u1");
            let key = unit.recovery.as_ref().expect("u1 has a recovery key");
            let recipient = key.recipient().expect("a key");
            wraps.push(Wrap { recipient, holder: unit_no(1).into(), right: Right::Recovery });
            if !which.is_refused() {
                label.recovery = [unit_no(1)].into_iter().collect();
            }
        })
    }),
    Case::tool("access-note-of-a-directory-nobody-published", &[15], Code::DirectoryUnknown, |which| {
        access(|_, access| access.directory.version = which.of(9, 1))
    }),
];
