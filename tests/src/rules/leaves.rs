//! Requests and what their leaves allow: letting somebody in, sending under a standing approval, deriving.

use vault_core::admission::{
    Arrival, Brought, Code, Facts, Reader, Relay, Side, Stored, Subject, check, judge_request,
};
use vault_core::decision::{
    About, Act, Answer, DecisionNote, DecisionType, Parameters, Request, RequestType,
};
use vault_core::item::{
    Decider, DirectoryRef, Flag, ItemHeader, LabelHash, Origin, OriginKind, Parent, Sender,
};
use vault_core::level::Level;
use vault_core::opening::AdmittedItem;
use vault_core::policy::{BuiltIn, Policy};
use vault_core::rewrap::Rewrapper;
use vault_core::scope::Ascending;
use vault_core::sealing::Draft;
use vault_core::term::Term;
use vault_core::test_world::{SealedBytes, SeededRng, World};
use vault_keys::directory::{Clearance, Post, Role};
use vault_keys::note::{KeyName, Note, Signed};
use vault_keys::time::Time;

use super::lazy::{Lazy, plain, with_deciders};
use super::world::{codes, draft_in, holders, person, refused};
use super::{Case, Judge, Which};

/// A request by this person about these items, as an honest client would make it.
fn request(world: &World, by: u32, act: Act, items: &[&ItemHeader]) -> Request {
    let (member, directory) = (world.member(by), world.directory());
    let (org, now) = (directory.org(), world.now());
    let policy = Policy::built_in(org, BuiltIn::InternalWithoutDecision);
    let who = |role: &str| if role == "reviewer" { 8 } else { 9 };
    let parent = |it: &&ItemHeader| Parent { item: it.label().value().item, label: it.label_hash() };
    let deciders = policy.act(act).iter().map(|step| Decider {
        step: step.step.clone(),
        role: step.role.clone(),
        asked: Ascending::of([person(who(step.role.as_str()))]),
    });
    Request {
        tag: RequestType,
        org,
        act,
        items: items.iter().map(parent).collect(),
        copies: Ascending::empty(),
        holders: Ascending::empty(),
        custodian: None,
        parameters: Parameters::default(),
        level: items.iter().map(|it| it.label().value().level).max().unwrap_or(Level::Internal),
        unit: "u1".parse().expect("a unit"),
        requester: Sender { person: member.person, key: member.signing.key_id() },
        station: member.station.key_id(),
        reason: None,
        deciders: deciders.collect(),
        policy: directory.policy(),
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: now,
        decide_by: now.plus_days(7),
        not_after: now.plus_days(14),
    }
}

fn signed(world: &World, request: Request, signer: u32) -> Signed<Request> {
    let name = KeyName::person(&request.org, request.requester.person);
    Signed::sign(request, &name, &world.member(signer).signing).expect("a request")
}

/// p9's answer to a request.
fn answered(world: &World, request: &Signed<Request>, answer: Answer) -> Signed<DecisionNote> {
    let (member, directory) = (world.member(9), world.directory());
    let note = DecisionNote {
        tag: DecisionType,
        org: directory.org(),
        about: About::request(request.hash()),
        step: "approval".parse().expect("a word"),
        person: member.person,
        key: member.signing.key_id(),
        station: member.station.key_id(),
        principal: None,
        answer,
        opened: false,
        previous: None,
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: world.now(),
        not_after: None,
        opinion: None,
    };
    let name = KeyName::person(&directory.org(), member.person);
    Signed::sign(note, &name, &member.signing).expect("a decision")
}

/// What the relay says to a request about an 内部 item of p1's, for leave to let p4 in, changed before p3 signed it.
fn asked(change: impl FnOnce(&World, &mut Request)) -> Judge {
    asked_by(3, change)
}

/// As [`asked`], with this person's signature under p3's name.
fn asked_by(signer: u32, change: impl FnOnce(&World, &mut Request)) -> Judge {
    let mut world = with_deciders();
    world.change(|persons, _| {
        // p9 is the unit's 定密责任人 as well.
        let approver = persons.iter_mut().find(|person| person.number.value() == 9).expect("p9");
        let mut grant = approver.roles[0].clone();
        grant.role = Role::ClassificationOfficer;
        approver.roles.push(grant);
        // p3 works in u1 as well, where what the issuer has no say in is decided for him.
        let home = persons[0].posts[0].clone();
        let asks = persons.iter_mut().find(|person| person.number.value() == 3).expect("p3");
        asks.posts.push(home);
    });
    let item = world.seal(&world.draft(&[3]), b"content", 1);
    let mut text = request(&world, 3, Act::Widen, &[&item.header]);
    text.holders = holders(&world, &[4]);
    change(&world, &mut text);
    let request = signed(&world, text, signer);
    Box::new(move || {
        let shelf = world.shelf();
        let (labels, side) = ([item.header.label()], Side::Relay(Relay::item(person(3))));
        refused(judge_request(&shelf.published(), &request, &labels, side, world.now()))
    })
}

/// Makes it a request for another act that lets nobody in, with so many of its decisions.
fn act(world: &World, text: &mut Request, act: Act, steps: usize) {
    text.act = act;
    text.holders = Ascending::empty();
    let decided = request(world, 3, act, &[]).deciders;
    text.deciders = decided.into_iter().take(steps).collect();
}

/// Whether p3's program can write the request at all.
fn written(change: impl FnOnce(&World, &mut Request)) -> Judge {
    let world = with_deciders();
    let item = world.seal(&world.draft(&[3]), b"content", 1).header;
    let mut text = request(&world, 3, Act::Widen, &[&item]);
    text.holders = holders(&world, &[4]);
    change(&world, &mut text);
    Box::new(move || {
        let name = KeyName::person(&text.org, person(3));
        match Signed::sign(text.clone(), &name, &world.member(3).signing) {
            Ok(_) => Vec::new(),
            Err(_) => vec!["malformed".to_owned()],
        }
    })
}

/// An 内部 item by p1 to p3, and a leave to let others in that p3 asked for.
struct Widened {
    world: Lazy,
    item: SealedBytes,
    leave: Signed<Request>,
    agreed: Signed<DecisionNote>,
}

impl Widened {
    fn new(change: impl FnOnce(&World, &mut Request)) -> Self {
        let world = with_deciders();
        let item = world.seal(&world.draft(&[3]), b"content", 1);
        let mut text = request(&world, 3, Act::Widen, &[&item.header]);
        text.holders = holders(&world, &[4]);
        change(&world, &mut text);
        let leave = signed(&world, text, 3);
        let agreed = answered(&world, &leave, Answer::Agree);
        Self { world, item, leave, agreed }
    }

    /// The header in which this person lets in whom the leave names, after the one `before`.
    fn header(&self, before: &ItemHeader, by: u32) -> ItemHeader {
        let (shelf, member) = (self.world.shelf(), self.world.member(by));
        let keys = [member.opening.to_recipient().key_id()];
        let item =
            AdmittedItem::new(before.clone(), &shelf.published(), Reader::new(&keys), self.world.now());
        let item = item.expect("he holds it").unlock(&[&member.opening]).expect("he opens it");
        let directory = shelf.in_force.directory();
        let rewrapper = Rewrapper::new(member.person, &member.signing, &[&member.opening], directory);
        let notes = [self.agreed.note().clone()];
        rewrapper.widen(&item, &self.leave, notes, &mut SeededRng::new(4)).expect("a header").header
    }

    /// The relay's answer to the header that this person brings after `before`.
    fn at_relay(self, before: ItemHeader, header: ItemHeader, by: u32, now: Time) -> Judge {
        Box::new(move || {
            let stored = Stored { access: before.access(), decisions: &[] };
            let side = Side::Relay(Relay::header(person(by), stored));
            let shelf = self.world.shelf();
            let facts = Facts { published: shelf.published(), subject: Subject::Sealed(&header), side };
            codes(&check(&facts, now))
        })
    }
}

/// p1 lets p4 in, with p9's answer to the request.
fn widened(answer: Answer) -> Judge {
    let mut case = Widened::new(|_, _| {});
    case.agreed = answered(&case.world, &case.leave, answer);
    let header = case.header(&case.item.header, 1);
    Box::new(move || {
        let keys = [case.world.member(4).opening.to_recipient().key_id()];
        let side = Side::Reader(Reader { decisions: Some(&[]), ..Reader::new(&keys) });
        let shelf = case.world.shelf();
        let facts = Facts { published: shelf.published(), subject: Subject::Sealed(&header), side };
        codes(&check(&facts, case.world.now()))
    })
}

/// A world whose policy demands an approval for 内部, and leave for p1's unit to send to p3 and p4 without one each time.
fn standing() -> (Lazy, Signed<Request>, Vec<Note>) {
    let mut world = with_deciders();
    let mut policy = Policy::standard(world.directory().org());
    policy.number = 2;
    world.change_policy(policy);
    let mut text = request(&world, 2, Act::Standing, &[]);
    text.holders = holders(&world, &[3, 4]);
    text.parameters.count = Some(2);
    text.not_after = world.now().plus_days(50);
    let approval = signed(&world, text, 2);
    let agreed = answered(&world, &approval, Answer::Agree);
    let notes = vec![approval.note().clone(), agreed.note().clone()];
    (world, approval, notes)
}

/// A draft of p1's under it.
fn under_standing(change: impl FnOnce(&World, &mut Draft)) -> Judge {
    let (world, approval, notes) = standing();
    draft_in(world, "通知.txt", |world, draft| {
        draft.standing = Some(approval.hash());
        draft.notes = notes;
        change(world, draft);
    })
}

/// An item of p1's under it, read by p3 as the use of this number, or at the relay.
fn used(side: impl Fn() -> Side<'static> + 'static) -> Judge {
    let (world, approval, notes) = standing();
    let mut draft = world.draft(&[3]);
    (draft.standing, draft.notes) = (Some(approval.hash()), notes);
    let item = world.seal(&draft, b"content", 1).header;
    Box::new(move || {
        let shelf = world.shelf();
        let facts = Facts { published: shelf.published(), subject: Subject::Sealed(&item), side: side() };
        codes(&check(&facts, world.now()))
    })
}

/// A draft of p1's derived from an item of his to p3 and p4.
fn derived(
    mut world: Lazy,
    source: impl FnOnce(&mut Draft),
    change: impl FnOnce(&World, &mut Draft),
) -> Judge {
    world.change(|persons, _| {
        // p1 has a second post, in whose unit's name he may write.
        persons[0].posts.push(Post { unit: "u2".parse().expect("a unit"), title: "兼职".to_owned() });
    });
    let mut original = world.draft(&[3, 4]);
    source(&mut original);
    let original = world.seal(&original, b"content", 9).header;
    draft_in(world, "摘要.txt", |world, draft| {
        draft.origin = Origin {
            kind: OriginKind::Derived,
            parents: vec![Parent { item: original.label().value().item, label: original.label_hash() }],
            reason: Some("summary".parse().expect("a word")),
        };
        draft.notes = vec![original.label().note().clone()];
        change(world, draft);
    })
}

fn confidential(draft: &mut Draft) {
    draft.mark = "秘密★5年".to_owned();
    draft.term = None;
}

pub(super) const CASES: &[Case] = &[
    Case::tool("let-in-although-it-was-refused", &[45], Code::LeaveUndecided, |which| {
        widened(which.of(Answer::Refuse, Answer::Agree))
    }),
    Case::tool("leave-for-another-item", &[45, 55], Code::LeaveOther, |which| {
        let case = Widened::new(|world, text| {
            if which.is_refused() {
                let other = world.seal(&world.draft(&[3]), b"content", 2).header;
                text.items = vec![Parent { item: other.label().value().item, label: other.label_hash() }];
            }
        });
        let before = case.item.header.clone();
        let (header, now) = (case.header(&before, 1), case.world.now());
        case.at_relay(before, header, 1, now)
    }),
    Case::tool("let-in-by-somebody-the-leave-does-not-name", &[45], Code::AccessWriter, |which| {
        let case = Widened::new(|_, text| text.custodian = which.of(None, Some(person(3))));
        let before = case.item.header.clone();
        let (header, now) = (case.header(&before, 3), case.world.now());
        case.at_relay(before, header, 3, now)
    }),
    Case::tool("leave-after-its-last-day", &[45], Code::LeaveExpired, |which| {
        let case = Widened::new(|_, _| {});
        let before = case.item.header.clone();
        let header = case.header(&before, 1);
        let at = case.leave.value().not_after.plus_seconds(which.of(1, 0));
        case.at_relay(before, header, 1, at)
    }),
    Case::tool("leave-used-twice", &[45, 55], Code::LeaveUsed, |which| {
        // p2 could not be let in the first time; the leave is used up by p4.
        let mut case = Widened::new(|world, text| text.holders = holders(world, &[2, 4]));
        case.world.change(|persons, _| persons[1].clearance = Clearance::None);
        let before = case.item.header.clone();
        let first = case.header(&before, 1);
        case.world.change(|persons, _| persons[1].clearance = Clearance::Secret);
        let now = case.world.now();
        match which {
            Which::Refused => {
                let second = case.header(&first, 1);
                case.at_relay(first, second, 1, now)
            }
            Which::Accepted => {
                let both = case.header(&before, 1);
                case.at_relay(before, both, 1, now)
            }
        }
    }),
    Case::tool("request-signed-by-another", &[38, 40], Code::RequestSignature, |which| {
        asked_by(which.of(4, 3), |_, _| {})
    }),
    Case::tool("request-about-an-item-not-at-hand", &[38], Code::RequestItem, |which| {
        asked(|_, text| {
            if which.is_refused() {
                text.items[0].label = LabelHash::from_bytes([1; 32]);
            }
        })
    }),
    Case::tool("request-at-a-lower-level", &[38, 45], Code::RequestLevel, |which| {
        asked(|_, text| text.level = which.of(Level::Unclassified, Level::Internal))
    }),
    Case::tool("request-to-another-unit-than-the-issuers", &[38, 45, 56], Code::RequestUnit, |which| {
        asked(|_, text| text.unit = which.of("u2", "u1").parse().expect("a unit"))
    })
    // p9 approves for u1 only.
    .with(&[Code::DeciderRole]),
    Case::tool("request-for-somebody-not-cleared", &[45], Code::HolderClearance, |which| {
        asked(|world, text| text.holders = holders(world, which.of(&[5], &[4])))
    }),
    Case::tool("request-that-asks-the-requester", &[38], Code::DeciderOwnMatter, |which| {
        asked(|_, text| text.deciders[0].asked = Ascending::of([person(which.of(3, 9))]))
    })
    .with(&[Code::DeciderRole]),
    Case::tool("declassified-by-one-decision", &[38], Code::DecidersDiffer, |which| {
        asked(|world, text| act(world, text, Act::Declassify, which.of(1, 2)))
    }),
    Case::tool("destroyed-by-one-decision", &[111], Code::DecidersDiffer, |which| {
        asked(|world, text| act(world, text, Act::Destroy, which.of(1, 2)))
    }),
    Case::tool("published-before-it-was-examined", &[142], Code::DecidersDiffer, |which| {
        asked(|world, text| {
            act(world, text, Act::Release, 2);
            if which.is_refused() {
                text.deciders.reverse();
            }
        })
    }),
    Case::word("lent-outside-without-a-talk", &[50], "malformed", |which| {
        written(|world, text| {
            act(world, text, Act::LendOutside, 1);
            text.holders = holders(world, &[4]);
            text.parameters.due = Some("2026-11-30".parse().expect("a day"));
            text.parameters.briefed_by = which.of(None, Some(person(2)));
        })
    }),
    Case::word("carried-out-with-no-day-to-be-back", &[79], "malformed", |which| {
        written(|world, text| {
            act(world, text, Act::CarryOut, 1);
            text.parameters.due = which.of(None, Some("2026-11-30".parse().expect("a day")));
        })
    }),
    Case::word("leave-for-more-than-ninety-days", &[45, 50], "malformed", |which| {
        written(|_, text| text.not_after = text.made.plus_days(which.of(91, 90)))
    }),
    Case::tool("standing-approval-above-its-ceiling", &[66], Code::StandingBeyond, |which| {
        under_standing(|_, draft| {
            if which.is_refused() {
                confidential(draft);
            }
        })
    }),
    Case::tool("standing-approval-for-somebody-else", &[66, 45], Code::StandingBeyond, |which| {
        under_standing(|world, draft| draft.scope = holders(world, which.of(&[2, 3], &[3, 4])))
    }),
    Case::tool("standing-approval-once-too-often", &[66], Code::StandingUsedUp, |which| {
        used(move || Side::Relay(Relay { submitter: person(1), brought: Brought::Standing(which.of(3, 2)) }))
    }),
    Case::tool("standing-approval-that-nobody-counted", &[66, 40], Code::StandingByFile, |which| {
        used(move || {
            let use_no = which.of(None, Some(1));
            Side::Reader(Reader { use_no, arrival: Arrival::Now, ..Reader::default() })
        })
    }),
    Case::tool("derived-without-the-sources-label", &[5, 26], Code::ParentMissing, |which| {
        derived(
            plain(),
            |_| {},
            |_, draft| {
                if which.is_refused() {
                    draft.notes.clear();
                }
            },
        )
    }),
    Case::tool("derived-one-level-lower", &[26], Code::DerivedLevel, |which| {
        derived(with_deciders(), confidential, |_, draft| {
            if which.is_refused() {
                draft.mark = "内部 5年".to_owned();
                draft.term = None;
            } else {
                confidential(draft);
            }
        })
    }),
    Case::tool("derived-for-one-day-longer", &[26], Code::DerivedTerm, |which| {
        derived(
            plain(),
            |_| {},
            |_, draft| {
                let day = which.of("2031-11-23", "2031-11-22").parse().expect("a day");
                draft.term = Some(Term::Until(day));
            },
        )
    }),
    Case::tool("derived-for-one-person-more", &[26, 45], Code::DerivedScope, |which| {
        derived(
            plain(),
            |_| {},
            |world, draft| {
                draft.scope = holders(world, which.of(&[2, 3], &[3, 4]));
            },
        )
    }),
    Case::tool("derived-without-the-issuers-leave", &[27, 56, 58], Code::DerivedLeave, |which| {
        derived(
            with_deciders(),
            |_| {},
            |_, draft| {
                draft.unit = Some(which.of("u2", "u1").parse().expect("a unit"));
            },
        )
    }),
    Case::tool("derived-from-a-speech", &[119, 58], Code::DerivedNoMinutes, |which| {
        derived(
            plain(),
            |source| source.flags = which.of(&[Flag::NoMinutes][..], &[]).iter().copied().collect(),
            |_, _| {},
        )
    }),
];
