//! What the sender's own check refuses before anything is sealed: level, mark, term, title, times.

use vault_core::admission::Code;
use vault_core::item::{Copying, Flag, Origin, OriginKind, Parent, Urgency};
use vault_core::level::Level;
use vault_core::policy::Policy;
use vault_core::sealing::Draft;
use vault_core::term::Term;
use vault_core::test_world::{World, written_policy};
use vault_keys::opening::Suite;

use super::lazy::{Lazy, plain};
use super::world::{draft, draft_in, policy, secret, time};
use super::{Case, Which};

/// Types this mark, with nothing beside it.
fn mark(draft: &mut Draft, mark: &str) {
    mark.clone_into(&mut draft.mark);
    draft.term = None;
}

/// The policy lets 无密级 be sent.
fn unclassified(world: &mut World) {
    policy(world, Level::Unclassified, |rule| rule.send = true);
}

/// Under a policy with catalogues, as an organisation writes one.
fn written(change: impl FnOnce(&mut Draft)) -> super::Judge {
    draft_in(Lazy::from(World::under(written_policy, |_| {})), "通知.txt", |_, draft| change(draft))
}

/// A draft derived from an item by p1 to p3 and p4, whose label stands among its notes.
fn derived(world: &World, draft: &mut Draft) {
    let source = world.seal(&world.draft(&[3, 4]), b"content", 9).header;
    draft.origin = Origin {
        kind: OriginKind::Derived,
        parents: vec![Parent { item: source.label().value().item, label: source.label_hash() }],
        reason: Some("summary".parse().expect("a word")),
    };
    draft.notes = vec![source.label().note().clone()];
}

pub(super) const CASES: &[Case] = &[
    Case::tool("top-secret-typed", &[63, 1], Code::TopSecret, |which| {
        draft(|_, draft| mark(draft, which.of("绝密 5年", "内部 5年")))
    }),
    Case::tool("top-secret-with-spaces-and-full-width", &[63], Code::TopSecret, |which| {
        draft(|_, draft| mark(draft, which.of("【绝　密】☆３０年", "【内　部】５年")))
    }),
    Case::tool("level-that-is-none-of-the-four", &[1, 63], Code::TopSecret, |which| {
        draft(|_, draft| mark(draft, which.of("核心 5年", "内部 5年")))
    }),
    Case::tool("level-left-out", &[63, 17], Code::TopSecret, |which| {
        draft(|_, draft| mark(draft, which.of("5年", "内部 5年")))
    }),
    Case::tool("work-secret-with-a-star", &[2], Code::MarkUnreadable, |which| {
        draft(|_, draft| mark(draft, which.of("内部★5年", "内部 5年")))
    }),
    Case::tool("english-word-for-a-mark", &[28], Code::MarkUnreadable, |which| {
        draft(|_, draft| mark(draft, which.of("internal 5年", "内部 5年")))
    }),
    Case::tool("word-of-release-for-a-mark", &[28, 37], Code::MarkUnreadable, |which| {
        draft(|_, draft| mark(draft, which.of("解密", "内部 5年")))
    }),
    Case::tool("mark-and-term-that-disagree", &[28, 36], Code::MarkDiffers, |which| {
        draft(|_, draft| {
            draft.mark = which.of("内部 6年", "内部 5年").to_owned();
            draft.term = Some(Term::Years(5));
        })
    }),
    Case::tool("term-beyond-the-policy", &[35, 11], Code::TermTooLong, |which| {
        draft(|world, draft| {
            policy(world, Level::Internal, |rule| rule.longest_years = Some(5));
            draft.term = Some(Term::Years(which.of(6, 5)));
        })
    }),
    Case::tool("secret-for-longer-than-ten-years", &[35], Code::TermTooLong, |which| {
        secret(which.of("秘密★11年", "秘密★10年"), |_, _| {})
    }),
    Case::tool("until-a-day-more-than-twenty-years-off", &[35], Code::TermTooLong, |which| {
        secret(which.of("机密★2046-11-23", "机密★2046-11-22"), |_, _| {})
    }),
    Case::tool("classic-keys-for-a-state-secret", &[11, 82], Code::SuiteNotAllowed, |which| {
        secret("秘密★1年", |_, draft| {
            draft.suite = which.of(Suite::Classic, Suite::Hybrid);
        })
    }),
    Case::tool("condition-that-never-comes", &[121, 35], Code::TermUnfit, |which| {
        secret(which.of("机密★永久", "机密★正式公布"), |_, _| {})
    }),
    Case::tool("end-day-beyond-the-policy", &[35, 11], Code::TermTooLong, |which| {
        draft(|world, draft| {
            policy(world, Level::Internal, |rule| rule.longest_years = Some(5));
            let day = which.of("2031-11-23", "2031-11-22").parse().expect("a day");
            draft.term = Some(Term::Until(day));
        })
    }),
    Case::tool("no-term", &[8, 29, 146], Code::TermUnfit, |which| {
        draft(|_, draft| draft.term = which.of(None, Some(Term::Years(5))))
    }),
    Case::tool("title-with-a-higher-mark", &[28, 10], Code::TitleMark, |which| {
        draft(|_, draft| draft.title = which.of("【秘密】会议安排", "【内部】会议安排").to_owned())
    }),
    Case::tool("file-name-with-a-higher-mark", &[28, 10], Code::NameMark, |which| {
        draft_in(plain(), which.of("安排-机密.docx", "安排-内部.docx"), |_, _| {})
    }),
    Case::tool("title-marked-top-secret", &[63, 28], Code::TopSecret, |which| {
        draft(|_, draft| draft.title = which.of("绝密★30年 安排", "内部 安排").to_owned())
    }),
    Case::tool("document-number-with-a-higher-mark", &[28], Code::MarkDiffers, |which| {
        draft(|_, draft| draft.doc_no = Some(which.of("机密〔2026〕1号", "内部〔2026〕1号").to_owned()))
    }),
    Case::tool("urgent-skips-no-check", &[78], Code::TitleMark, |which| {
        draft(|_, draft| {
            draft.urgency = Urgency::ExtraUrgent;
            draft.title = which.of("机密★10年 急件", "急件").to_owned();
        })
    }),
    Case::tool("no-title", &[25], Code::ManifestUnfit, |which| {
        draft(|_, draft| draft.title = which.of("", "通知").to_owned())
    }),
    Case::tool("document-number-too-long", &[25], Code::LabelUnfit, |which| {
        draft(|_, draft| draft.doc_no = Some("号".repeat(which.of(67, 66))))
    }),
    Case::tool("derived-from-nothing", &[5], Code::LabelUnfit, |which| {
        draft(|world, draft| {
            derived(world, draft);
            if which.is_refused() {
                draft.origin.parents.clear();
            }
        })
    }),
    Case::tool("derived-and-unclassified", &[26, 5], Code::DerivedUnclassified, |which| {
        draft(|world, draft| {
            derived(world, draft);
            unclassified(world);
            match which {
                Which::Refused => mark(draft, "无密级"),
                Which::Accepted => mark(draft, "内部 5年"),
            }
        })
    })
    .with(&[Code::DerivedLevel]),
    Case::tool("level-the-policy-does-not-send", &[66], Code::LevelNotSendable, |which| {
        draft(|world, draft| {
            if !which.is_refused() {
                unclassified(world);
            }
            mark(draft, "无密级");
        })
    }),
    Case::tool("suite-the-policy-does-not-allow", &[11, 82], Code::SuiteNotAllowed, |which| {
        draft(|world, draft| {
            policy(world, Level::Internal, |rule| rule.suites = [Suite::Hybrid].into_iter().collect());
            draft.suite = which.of(Suite::Classic, Suite::Hybrid);
        })
    }),
    Case::tool("no-clause-where-there-is-a-catalogue", &[12, 17, 21, 146], Code::BasisMissing, |which| {
        written(|draft| draft.basis = which.of(&[][..], &["工1"]).iter().map(|id| (*id).to_owned()).collect())
    }),
    Case::tool("clause-that-no-catalogue-has", &[21, 145], Code::BasisUnknown, |which| {
        written(|draft| draft.basis = vec![which.of("工9", "工1").to_owned()])
    }),
    Case::tool("clause-of-the-other-catalogue", &[21, 145], Code::BasisLevel, |which| {
        written(|draft| draft.basis = vec![which.of("国3.2", "工1").to_owned()])
    }),
    Case::tool("term-beyond-the-clause", &[21, 35], Code::BasisTerm, |which| {
        written(|draft| {
            draft.basis = vec!["工2".to_owned()];
            draft.term = Some(Term::Years(which.of(4, 3)));
        })
    }),
    Case::tool("speech-that-may-be-copied", &[119, 29], Code::SpeechCopied, |which| {
        draft(|_, draft| {
            draft.flags = [Flag::NoMinutes].into_iter().collect();
            draft.copying = which.of(Copying::Ask, Copying::None);
        })
    }),
    Case::tool("longer-than-the-law-without-a-special-clause", &[35, 21], Code::TermTooLong, |which| {
        secret("秘密", |world, draft| {
            draft.term = Some(Term::Years(11));
            let org = world.root.org();
            let mut further = written_policy(org).further().expect("version 2").clone();
            let clause = &mut further.catalogues[0].clauses[1];
            (clause.special, clause.years) = which.of((false, Some(10)), (true, Some(15)));
            world.change_policy(Policy::standard(org).with_further(further));
            draft.basis = vec!["国3.2".to_owned()];
        })
    }),
    Case::tool("to-be-read-before-it-is-shown", &[42], Code::TimesOrder, |which| {
        draft(|_, draft| {
            draft.not_before = Some(time("2026-12-01T00:00:00Z"));
            draft.read_by = Some(time(which.of("2026-11-30T00:00:00Z", "2026-12-02T00:00:00Z")));
        })
    }),
];
