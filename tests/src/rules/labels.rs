//! Labels as a changed client might sign them: relay and reader refuse them alike, whatever the sender's tool did.

use vault_core::admission::{Code, Reader, Relay, Side, Subject};
use vault_core::item::{Approval, ApprovalKind, ItemHeader, Label, LabelHash, Right, StartsBy};
use vault_core::policy::{Policy, Profile};
use vault_core::scope::Ascending;
use vault_core::term::Term;
use vault_core::test_world::{World, written_policy};
use vault_keys::digest::{DirectoryHash, NoteHash, PolicyHash};
use vault_keys::key_id::KeyId;
use vault_keys::note::{KeyName, Signed};

use super::Case;
use super::lazy::{Lazy, plain};
use super::world::{
    Made, at_both, at_reader, at_relay, codes, edited, judge, label, made, made_of, parsed, person,
    reassembled, time,
};

/// The item with another label under p1's or another's signature, and an access note that follows it.
fn signed_again(world: &World, made: &Made, change: impl FnOnce(&mut Label)) -> ItemHeader {
    let mut label = made.item.label().value().clone();
    change(&mut label);
    let name = KeyName::person(&label.org, person(1));
    let signing = &world.member(1).signing;
    let label = Signed::sign(label, &name, signing).expect("a label");
    let mut access = made.item.access().value().clone();
    access.label = LabelHash::of_note(label.hash());
    let access = Signed::sign(access, &name, signing).expect("an access note");
    reassembled(made, label.encode(), access.encode()).expect("it parses")
}

pub(super) const CASES: &[Case] = &[
    Case::tool("top-secret-label", &[63], Code::TopSecret, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let item = edited(&made, "\"internal\"", which.of("\"top-secret\"", "\"internal\""));
        parsed(world, item)
    }),
    Case::tool("label-without-a-level", &[63], Code::TopSecret, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let level = "\"level\":\"internal\",";
        parsed(world, edited(&made, level, which.of("", level)))
    }),
    Case::tool("label-changed-in-one-word-after-sealing", &[1, 29], Code::AccessOtherLabel, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        parsed(
            world,
            edited(
                &made,
                "\"copying\":\"none\"",
                which.of("\"copying\":\"allowed\"", "\"copying\":\"none\""),
            ),
        )
    }),
    Case::tool("label-that-does-not-say-whether-to-copy", &[29], Code::Malformed, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let copying = "\"copying\":\"none\",";
        parsed(world, edited(&made, copying, which.of("", copying)))
    }),
    Case::tool("printed-mark-of-another-level", &[28, 2], Code::MarkDiffers, |which| {
        label(|_, label, _| label.mark = which.of("秘密★5年", "内部").to_owned())
    }),
    Case::tool("no-term-in-the-label", &[8], Code::TermUnfit, |which| {
        label(|_, label, _| label.term = which.of(Term::None, Term::Years(5)))
    }),
    Case::tool("end-that-does-not-follow", &[36], Code::EndsDiffer, |which| {
        label(|_, label, _| {
            label.starts.by = StartsBy::Issued;
            label.starts.date = Some("2026-11-20".parse().expect("a day"));
            label.ends = Some(which.of("2031-11-21", "2031-11-20").parse().expect("a day"));
        })
    }),
    Case::tool("standing-approval-that-is-not-there", &[66], Code::LeaveMissing, |which| {
        let standing =
            Approval { kind: ApprovalKind::Standing, request: Some(NoteHash::from_bytes([3; 32])) };
        let none = Approval { kind: ApprovalKind::None, request: None };
        label(|_, label, _| label.approval = which.of(standing, none))
    })
    .with(&[Code::DecidersDiffer]),
    Case::tool("label-signed-by-another", &[40, 15], Code::LabelSignature, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let signer = world.member(which.of(2, 1));
        let name = KeyName::person(&made.item.org(), person(1));
        let label = Signed::sign(made.item.label().value().clone(), &name, &signer.signing);
        let label = label.expect("a label").encode();
        let item = reassembled(&made, label, made.item.access().encode());
        parsed(world, item)
    }),
    Case::tool("label-under-another-persons-key", &[40], Code::SenderKey, |which| {
        label(|world, label, _| label.sender.key = world.member(which.of(2, 1)).signing.key_id())
    }),
    Case::tool("sealed-on-a-machine-nobody-entered", &[33, 48], Code::StationKey, |which| {
        label(|_, label, _| {
            if which.is_refused() {
                label.station = KeyId::from_bytes([1; 32]);
            }
        })
    }),
    Case::tool("sealed-on-another-persons-machine", &[33, 68], Code::StationKey, |which| {
        label(|world, label, _| label.station = world.member(which.of(2, 1)).station.key_id())
    }),
    Case::tool("sender-nobody-entered", &[15, 124], Code::SenderUnknown, |which| {
        let world = plain();
        let made = made(&world, |label, _| label.sender.person = person(which.of(99, 1)));
        at_reader(world, made.item)
    })
    // Whoever nobody knows neither holds copy 0 nor signs an access note.
    .with(&[Code::CopyZero, Code::AccessSignature]),
    Case::tool("somebody-else-submits", &[44, 59], Code::SubmitterDiffers, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        Box::new(move || {
            let side = Side::Relay(Relay::item(world.member(which.of(2, 1)).person));
            codes(&judge(&world, Subject::Sealed(&made.item), side))
        })
    }),
    Case::tool("directory-nobody-published", &[15], Code::DirectoryUnknown, |which| {
        label(|_, label, _| label.directory.version = which.of(7, 1))
    }),
    Case::tool("another-directory-of-the-same-number", &[15], Code::DirectoryDiffers, |which| {
        label(|_, label, _| {
            if which.is_refused() {
                label.directory.hash = DirectoryHash::from_bytes([1; 32]);
            }
        })
    }),
    Case::tool("directory-that-has-expired", &[15, 44], Code::DirectoryExpired, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        at_relay(world, made.item, time(which.of("2027-01-01T00:00:00Z", "2026-12-30T00:00:00Z")))
    }),
    Case::tool("policy-nobody-published", &[14], Code::PolicyUnknown, |which| {
        label(|_, label, _| {
            if which.is_refused() {
                label.policy = PolicyHash::from_bytes([1; 32]);
            }
        })
    })
    .with(&[Code::PolicyDiffers]),
    Case::tool("policy-no-longer-in-force", &[14], Code::PolicyDiffers, |which| {
        let mut world = plain();
        let made = made(&world, |_, _| {});
        if which.is_refused() {
            let mut policy = world.policies[0].value().clone();
            policy.number += 1;
            world.change_policy(policy);
        } else {
            world.change(|_, _| {});
        }
        let now = world.now();
        at_relay(world, made.item, now)
    }),
    Case::tool("at-a-relay-where-machines-stand-alone", &[69], Code::Standalone, |which| {
        let world = Lazy::from(World::under(
            |org| {
                let mut further = written_policy(org).further().expect("version 2").clone();
                further.profile = which.of(Profile::Standalone, Profile::Network);
                Policy::internal_without_decision(org).with_further(further)
            },
            |_| {},
        ));
        let mut draft = world.draft(&[3]);
        draft.basis = vec!["工1".to_owned()];
        let (item, now) = (made_of(&world, &draft, |_, _| {}).item, world.now());
        at_relay(world, item, now)
    }),
    Case::tool("copy-number-left-out", &[32], Code::CopiesNumbering, |which| {
        label(|_, label, wraps| {
            let number = which.of(3, 2);
            label.copies[2].no = number;
            wraps[2].right = Right::Copy(number);
        })
    }),
    Case::tool("copy-0-for-somebody-else", &[32], Code::CopyZero, |which| {
        label(|world, label, wraps| {
            label.scope = [1, 3, 4].iter().map(|number| world.member(*number).holder()).collect();
            if which.is_refused() {
                let holder = label.copies[0].holder;
                label.copies[0].holder = label.copies[1].holder;
                label.copies[1].holder = holder;
                wraps[0].right = Right::Copy(1);
                wraps[1].right = Right::Copy(0);
            }
        })
    }),
    Case::tool("label-with-a-copy-outside-the-scope", &[45], Code::OutsideScope, |which| {
        label(|world, label, _| {
            let inside = which.of(&[3][..], &[3, 4]);
            label.scope = Ascending::of(inside.iter().map(|number| world.member(*number).holder()));
        })
    }),
    Case::tool("made-in-the-future", &[36, 40], Code::MadeInFuture, |which| {
        label(|_, label, _| label.made = time(which.of("2026-11-22T08:05:01Z", "2026-11-22T08:05:00Z")))
    }),
    Case::tool("clock-a-day-ahead", &[36, 40], Code::ClockFarOff, |which| {
        label(|_, label, _| label.made = time(which.of("2026-11-23T08:00:01Z", "2026-11-22T08:00:00Z")))
    }),
    Case::tool("made-before-its-directory", &[36, 40], Code::MadeBeforeDirectory, |which| {
        label(|_, label, _| label.made = time(which.of("2026-10-31T23:54:59Z", "2026-10-31T23:55:00Z")))
    }),
    Case::tool("reading-time-over-before-it-goes-out", &[42], Code::TimePassed, |which| {
        let world = plain();
        let until = time("2026-11-23T00:00:00Z");
        let made = made(&world, |label, _| label.read_by = Some(until));
        at_relay(world, made.item, which.of(until, until.plus_seconds(-1)))
    }),
    Case::tool("length-no-payload-can-have", &[64], Code::ContentLength, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let right = made.item.label().value().content.length;
        let item = signed_again(&world, &made, |label| label.content.length = which.of(31, right));
        at_both(world, item)
    }),
    Case::tool("reader-who-is-not-named", &[59, 9, 76], Code::ReaderNotListed, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        Box::new(move || {
            let keys = [world.member(which.of(2, 3)).opening.to_recipient().key_id()];
            codes(&judge(&world, Subject::Sealed(&made.item), Side::Reader(Reader::new(&keys))))
        })
    }),
];
