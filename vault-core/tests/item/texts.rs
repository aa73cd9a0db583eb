//! The texts inside: levels in every spelling, and the form of label and access note.

use vault_core::item::*;
use vault_core::level::TopSecret;
use vault_core::scope::Ascending;
use vault_keys::digest::NoteHash;

use super::sample::{Fixed, Sample};

/// The label's text with its level replaced by any JSON, signed and fitted in as a client without checks would.
fn with_level(sample: &Sample, level: &str) -> Result<ItemHeader, ItemError> {
    let text =
        sample.header.label().text().replacen("\"level\":\"internal\"", &format!("\"level\":{level}"), 1);
    assert_ne!(text, sample.header.label().text());
    sample.replace_label_text(text.into_bytes())
}

#[test]
fn top_secret_in_every_spelling() {
    let sample = Sample::small();
    for word in [
        "top-secret",
        "top secret",
        "TOP SECRET",
        "Top_Secret",
        "TopSecret",
        "TOP-SECRET",
        "ＴＯＰ　ＳＥＣＲＥＴ",
        "绝密",
        "絕密",
        "绝 密",
        "绝　密",
        "绝密★",
        "绝密★30年",
        "★绝密",
        "【绝密】",
        "UM",
        "um",
    ] {
        let error = with_level(&sample, &format!("\"{word}\"")).unwrap_err();
        assert_eq!(error, TopSecret::DECLARED.into(), "{word}");
    }
    // An invisible character between the two is forbidden in any text, and still named for what it is.
    let error = with_level(&sample, "\"绝\u{200b}密\"").unwrap_err();
    assert_eq!(error, TopSecret::DECLARED.into());
}

#[test]
fn level_empty_missing_or_unknown() {
    let sample = Sample::small();
    for level in ["\"\"", "\" \"", "null", "\"★\""] {
        assert_eq!(with_level(&sample, level).unwrap_err(), TopSecret::MISSING.into(), "{level}");
    }
    let text = sample.header.label().text().replacen("\"level\":\"internal\",", "", 1);
    assert_eq!(sample.replace_label_text(text.into_bytes()).unwrap_err(), TopSecret::MISSING.into());
    for level in [
        "\"Secret\"",
        "\"SECRET\"",
        "\"机密\"",
        "\"cosmic\"",
        "4",
        "true",
        "[\"secret\"]",
        "{\"is\":\"secret\"}",
    ] {
        assert_eq!(with_level(&sample, level).unwrap_err(), TopSecret::UNKNOWN.into(), "{level}");
    }
}

#[test]
fn level_given_twice_is_malformed() {
    let sample = Sample::small();
    for twice in ["\"internal\",\"level\":\"top-secret\"", "\"top-secret\",\"level\":\"internal\""] {
        let error = with_level(&sample, twice).unwrap_err();
        assert!(matches!(error, ItemError::Note { part: Part::Label, .. }), "{error}");
    }
}

#[test]
fn json_is_strict_in_label_and_access_note() {
    let sample = Sample::small();
    let text = sample.header.label().text();
    for (from, to) in [
        ("{\"type\"", "{ \"type\""),
        ("\"urgency\":\"normal\"", "\"urgency\":\"Normal\""),
        ("\"doc_no\":", "\"docno\":"),
        ("\"ends\":null,", ""),
        ("\"ends\":null", "\"ends\":null,\"extra\":1"),
        ("\"basis\":", "\"basis\":[],\"basis\":"),
        ("\"length\":37", "\"length\":37.0"),
        ("\"length\":37", "\"length\":037"),
        ("\"scope\":[\"p1\",\"p2\"]", "\"scope\":[\"p2\",\"p1\"]"),
        ("\"scope\":[\"p1\",\"p2\"]", "\"scope\":[\"p1\",\"p1\"]"),
        ("\"flags\":[]", "\"flags\":[\"unknown\"]"),
        ("}\n", "}\n\n"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let error = sample.replace_label_text(changed.into_bytes()).unwrap_err();
        assert!(matches!(error, ItemError::Note { part: Part::Label, .. }), "{from}: {error}");
    }
}

#[test]
fn label_fields_that_do_not_fit_each_other() {
    let sample = Sample::small();
    let refused = |change: fn(&mut Label)| {
        let error = sample.relabel(change).unwrap_err();
        assert!(matches!(error, ItemError::Note { part: Part::Label, .. }), "{error}");
    };
    refused(|label| label.basis = vec!["a".to_owned(), "a".to_owned()]);
    refused(|label| label.basis = vec![String::new()]);
    refused(|label| label.basis = (0..65).map(|number| number.to_string()).collect());
    refused(|label| label.doc_no = Some(String::new()));
    refused(|label| label.doc_no = Some("号".repeat(67)));
    refused(|label| label.starts.date = Some("2026-11-22".parse().unwrap()));
    refused(|label| label.origin.reason = Some("same".parse().unwrap()));
    refused(|label| label.origin.kind = OriginKind::Derived);
    refused(|label| label.origin.kind = OriginKind::Resealed);
    refused(|label| label.approval.kind = ApprovalKind::Decisions);
    refused(|label| label.approval.kind = ApprovalKind::Standing);
    refused(|label| label.approval.request = Some(NoteHash::from_bytes([1; 32])));
    refused(|label| label.deciders = vec![step("review", &["p3"])]);
    refused(|label| {
        label.approval.kind = ApprovalKind::Decisions;
        label.deciders = vec![step("review", &[])];
    });
    refused(|label| {
        label.approval.kind = ApprovalKind::Decisions;
        label.deciders = vec![step("review", &["p3"]), step("review", &["p4"])];
    });
    refused(|label| {
        label.drafts = (0..65).map(|seed| ItemId::generate(label.made, &mut Fixed::new(seed))).collect();
    });
}

#[test]
fn every_field_of_later_issues_is_read_today() {
    let sample = Sample::small();
    let item = sample.relabel(|label| {
        let parent = Parent { item: label.item, label: LabelHash::from_bytes([3; 32]) };
        label.origin = Origin {
            kind: OriginKind::Derived,
            parents: vec![parent],
            reason: Some("summary".parse().unwrap()),
        };
        label.approval.kind = ApprovalKind::Decisions;
        label.deciders = vec![step("review", &["p3", "p10"]), step("approval", &["p4"])];
        label.flags = Ascending::of([Flag::NoMinutes]);
        label.urgency = Urgency::ExtraUrgent;
        label.starts = Starts { by: StartsBy::Issued, date: Some("2026-11-22".parse().unwrap()) };
        label.ends = Some("2029-11-22".parse().unwrap());
        label.recovery = Ascending::of(["u1".parse().unwrap(), "u2".parse().unwrap()]);
        label.pass_down = Ascending::of(["p9".parse().unwrap(), "u2".parse().unwrap()]);
        label.decide_by = label.keep_until;
    });
    assert_eq!(item.unwrap().label().value().deciders[0].asked.len(), 2);
}

#[test]
fn access_lines_that_do_not_fit() {
    let sample = Sample::small();
    let hash = AccessHash::from_bytes([9; 32]);
    let accepted = |change: &dyn Fn(&mut Access)| sample.reaccess(change).is_ok();
    assert!(accepted(&|access| (access.seq, access.previous) = (Some(2), Some(hash))));
    assert!(accepted(&|access| (access.line, access.seq, access.previous) = (Line::Own, None, Some(hash))));
    assert!(!accepted(&|access| access.seq = Some(0)));
    assert!(!accepted(&|access| access.seq = Some(2)));
    assert!(!accepted(&|access| access.previous = Some(hash)));
    assert!(!accepted(&|access| access.seq = None));
    assert!(!accepted(&|access| access.line = Line::Own));
    assert!(!accepted(&|access| (access.line, access.seq) = (Line::Own, None)));
}

fn step(name: &str, asked: &[&str]) -> Decider {
    let role = if name == "review" { "reviewer" } else { "approver" };
    Decider {
        step: name.parse().unwrap(),
        role: role.parse().unwrap(),
        asked: asked.iter().map(|person| person.parse().unwrap()).collect(),
    }
}
