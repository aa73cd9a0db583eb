//! The form of the header: what stands where, and in which one spelling.

use vault_core::item::*;
use vault_core::limits;
use vault_keys::opening::Suite;

use super::sample::{Sample, pattern};

fn check(sample: &Sample, change: impl FnOnce(&mut Vec<Stanza>), error: ItemError) {
    let mut stanzas = sample.stanzas();
    change(&mut stanzas);
    assert_eq!(sample.parse(&stanzas).map(|_| ()), Err(error));
}

/// The header's text with one part replaced; the MAC is left as it was.
fn check_text(sample: &Sample, from: &str, to: &str) -> HeaderError {
    let text = String::from_utf8(sample.header.bytes().to_vec()).unwrap();
    let changed = text.replacen(from, to, 1);
    assert_ne!(changed, text, "{from:?} is there to be replaced");
    Header::parse(changed.as_bytes()).unwrap_err()
}

#[test]
fn an_item_reads_back_as_it_was_written() {
    for suite in [Suite::Hybrid, Suite::Classic] {
        let sample = Sample::new(suite, &pattern(100), 2);
        let read = ItemHeader::parse(&sample.bytes()).unwrap();
        assert_eq!(read, sample.header);
        assert_eq!(read.suite(), suite);
        assert_eq!(read.recipients().len(), 2);
        assert_eq!(read.len() + sample.content.len(), sample.bytes().len());
        read.verify_file_key(&sample.file_key).unwrap();
        for identity in [&sample.people.sender, &sample.people.recipient] {
            let (_, file_key) = identity.unwrap_any(read.recipients()).unwrap().unwrap();
            read.verify_file_key(&file_key).unwrap();
            assert_eq!(read.open_manifest(&file_key).unwrap().title, "关于召开年度预算会议的通知");
        }
    }
}

#[test]
fn truncation_at_every_byte_of_the_header() {
    let sample = Sample::small();
    let bytes = sample.header.bytes();
    for length in 0..bytes.len() {
        let error = ItemHeader::parse(&bytes[..length]).unwrap_err();
        assert_eq!(error, HeaderError::Incomplete.into(), "{length}");
    }
}

#[test]
fn truncation_at_every_stanza_boundary() {
    // With a MAC line of its own, so that only the missing stanzas are wrong.
    let sample = Sample::small();
    let stanzas = sample.stanzas();
    assert_eq!(stanzas.len(), 5);
    for kept in 0..stanzas.len() {
        let error = sample.parse(&stanzas[..kept]).unwrap_err();
        let expected = match kept {
            0 => ItemError::Header(HeaderError::NoStanza),
            1 | 2 => ItemError::NotAnItem,
            3 => ItemError::Missing { part: Part::Manifest },
            _ => ItemError::Missing { part: Part::Access },
        };
        assert_eq!(error, expected, "{kept}");
    }
}

#[test]
fn each_of_our_stanzas_missing() {
    let sample = Sample::small();
    for (index, part) in [(2, Part::Label), (3, Part::Manifest), (4, Part::Access)] {
        check(&sample, |stanzas| drop(stanzas.remove(index)), ItemError::Missing { part });
    }
    check(&sample, |stanzas| drop(stanzas.drain(..2)), ItemError::Missing { part: Part::Recipients });
}

#[test]
fn each_of_our_stanzas_duplicated() {
    let sample = Sample::small();
    for (index, part) in [(2, Part::Label), (3, Part::Manifest), (4, Part::Access)] {
        check(&sample, |stanzas| stanzas.insert(index, stanzas[index].clone()), ItemError::Repeated { part });
        check(&sample, |stanzas| stanzas.push(stanzas[index].clone()), ItemError::Repeated { part });
    }
}

#[test]
fn our_stanzas_reordered() {
    let sample = Sample::small();
    check(&sample, |stanzas| stanzas.swap(2, 3), ItemError::Order { index: 3, part: Part::Label });
    check(&sample, |stanzas| stanzas.swap(3, 4), ItemError::Order { index: 4, part: Part::Manifest });
    check(&sample, |stanzas| stanzas.swap(1, 2), ItemError::Order { index: 2, part: Part::Recipients });
    check(&sample, |stanzas| stanzas.rotate_left(1), ItemError::Order { index: 4, part: Part::Recipients });
    let notes = Stanza { args: vec!["vault-notes".to_owned(), "1".to_owned()], body: vec![0] };
    check(&sample, |stanzas| stanzas.insert(4, notes), ItemError::Order { index: 5, part: Part::Access });
}

#[test]
fn unknown_version_of_ours() {
    let sample = Sample::small();
    for (index, part) in [(2, Part::Label), (3, Part::Manifest), (4, Part::Access)] {
        for version in ["2", "0", "01", "x"] {
            let change = |stanzas: &mut Vec<Stanza>| stanzas[index].args[1] = version.to_owned();
            check(&sample, change, ItemError::Version { part });
        }
        check(&sample, |stanzas| drop(stanzas[index].args.pop()), ItemError::Arguments { part });
        check(&sample, |stanzas| stanzas[index].args.push("more".to_owned()), ItemError::Arguments { part });
    }
}

#[test]
fn foreign_stanzas_have_no_place() {
    let sample = Sample::small();
    for tag in ["x-grease", "scrypt", "vault-future", "ssh-ed25519"] {
        let foreign = Stanza { args: vec![tag.to_owned()], body: vec![] };
        check(&sample, |stanzas| stanzas.insert(0, foreign.clone()), ItemError::Foreign { index: 0 });
        check(&sample, |stanzas| stanzas.push(foreign), ItemError::Foreign { index: 5 });
    }
}

#[test]
fn an_age_file_is_not_an_item() {
    let sample = Sample::small();
    check(&sample, |stanzas| stanzas.truncate(2), ItemError::NotAnItem);
    assert_eq!(ItemHeader::parse(b"PK\x03\x04"), Err(HeaderError::NotAge.into()));
    assert_eq!(ItemHeader::parse(b""), Err(HeaderError::Incomplete.into()));
}

#[test]
fn mixed_suites() {
    let classic = Sample::small();
    let hybrid = Sample::new(Suite::Hybrid, b"hello", 1);
    let other = hybrid.stanzas().swap_remove(0);
    check(&classic, |stanzas| stanzas[1] = other.clone(), ItemError::SuiteMixed);
    check(&classic, |stanzas| stanzas.insert(0, other), ItemError::SuiteMixed);
    assert_eq!(classic.relabel(|label| label.suite = Suite::Hybrid), Err(ItemError::SuiteMixed));
    assert_eq!(classic.reaccess(|access| access.suite = Suite::Hybrid), Err(ItemError::SuiteMixed));
}

#[test]
fn recipient_stanzas_of_other_lengths() {
    for suite in [Suite::Hybrid, Suite::Classic] {
        let sample = Sample::new(suite, b"", 3);
        let malformed = ItemError::Recipient { index: 1 };
        check(&sample, |stanzas| stanzas[1].body.truncate(31), malformed.clone());
        check(&sample, |stanzas| stanzas[1].body.push(0), malformed.clone());
        check(&sample, |stanzas| stanzas[1].body.clear(), malformed.clone());
        check(&sample, |stanzas| drop(stanzas[1].args.pop()), malformed.clone());
        check(&sample, |stanzas| stanzas[1].args.push("AA".to_owned()), malformed.clone());
        check(&sample, |stanzas| stanzas[1].args[1].truncate(40), malformed.clone());
        // The last character of 32 or 1120 bytes has spare bits: a second spelling of the same share.
        let last = |stanzas: &mut Vec<Stanza>| {
            let share = &mut stanzas[1].args[1];
            let spare = if share.pop() == Some('B') { 'C' } else { 'B' };
            share.push(spare);
        };
        check(&sample, last, malformed);
    }
}

#[test]
fn non_canonical_base64() {
    let sample = Sample::small();
    let text = String::from_utf8(sample.header.bytes().to_vec()).unwrap();
    let (line, body) =
        text.lines().enumerate().find(|(_, line)| line.len() == 43 && !line.starts_with('-')).unwrap();
    let line = line + 1;
    for bad in [
        format!("{body}="),
        format!("{body} "),
        body.replace(&body[..1], "-"),
        format!(" {body}"),
        body[1..].to_owned() + "A==",
    ] {
        assert_eq!(check_text(&sample, body, &bad), HeaderError::Body { line }, "{bad:?}");
    }
    // 43 characters hold 258 bits, two of them spare; they must be zero.
    let spare = format!("{}{}", &body[..42], if body.ends_with('B') { 'C' } else { 'B' });
    assert_eq!(check_text(&sample, body, &spare), HeaderError::Body { line });
    // A line longer or shorter than the others, and a full one that should have been followed by an empty one.
    let long = text.lines().find(|line| line.len() == 64).unwrap();
    assert!(matches!(check_text(&sample, long, &format!("{long}AAAA")), HeaderError::Body { .. }));
    assert!(matches!(
        check_text(&sample, long, &long[..60]),
        HeaderError::Line { .. } | HeaderError::Body { .. }
    ));
    let mac = text.lines().last().unwrap();
    assert!(matches!(check_text(&sample, mac, &format!("{mac}=")), HeaderError::MacLine { .. }));
    assert!(matches!(check_text(&sample, mac, "--- AAAA"), HeaderError::MacLine { .. }));
    assert!(matches!(check_text(&sample, mac, &format!("---{}", &mac[4..])), HeaderError::Line { .. }));
}

#[test]
fn carriage_return_in_every_line() {
    let sample = Sample::small();
    let text = String::from_utf8(sample.header.bytes().to_vec()).unwrap();
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    for (index, end) in ends.iter().enumerate() {
        let mut changed = text.clone();
        changed.insert(*end, '\r');
        let error = Header::parse(changed.as_bytes()).unwrap_err();
        let expected =
            if index == 0 { HeaderError::NotAge } else { HeaderError::CarriageReturn { line: index + 1 } };
        assert_eq!(error, expected);
    }
}

#[test]
fn arguments_are_visible_ascii_and_single_spaced() {
    let sample = Sample::small();
    for bad in [
        "-> vault-label  1",
        "-> vault-label 1 ",
        "->  vault-label 1",
        "-> vault-läbel 1",
        "-> vault-label\t1",
    ] {
        assert!(
            matches!(check_text(&sample, "-> vault-label 1", bad), HeaderError::Argument { .. }),
            "{bad:?}"
        );
    }
    assert!(matches!(check_text(&sample, "-> vault-label 1", "->vault-label 1"), HeaderError::Line { .. }));
    assert!(matches!(check_text(&sample, "-> vault-label 1", ""), HeaderError::Line { .. }));
}

#[test]
fn oversize_of_everything() {
    let sample = Sample::small();
    let too_large = |part, found, max| ItemError::TooLarge { part: Some(part), found, max };
    let fill = |index: usize, length: usize| {
        move |stanzas: &mut Vec<Stanza>| stanzas[index].body = vec![b'a'; length]
    };
    let max = limits::LABEL_MAX;
    check(&sample, fill(2, max + 1), too_large(Part::Label, max + 1, max));
    let max = limits::ACCESS_MAX;
    check(&sample, fill(4, max + 1), too_large(Part::Access, max + 1, max));
    let max = 16_384 + 16;
    check(&sample, fill(3, max + 1), too_large(Part::Manifest, max + 1, max));
    check(&sample, fill(3, 1000), ItemError::Arguments { part: Part::Manifest });
    let notes =
        |length| Stanza { args: vec!["vault-notes".to_owned(), "1".to_owned()], body: vec![b'a'; length] };
    let max = limits::NOTES_MAX;
    check(&sample, |stanzas| stanzas.push(notes(max + 1)), too_large(Part::Notes, max + 1, max));
    check(&sample, |stanzas| stanzas.extend(vec![notes(9); 5]), ItemError::Repeated { part: Part::Notes });
    let one = sample.stanzas().swap_remove(0);
    let many = |count: usize| {
        move |stanzas: &mut Vec<Stanza>| {
            stanzas.splice(..2, vec![one; count]);
        }
    };
    let max = limits::RECIPIENTS_MAX;
    check(&sample, many(max + 1), too_large(Part::Recipients, max + 1, max));
}

#[test]
fn oversize_of_the_header_ends_the_reading() {
    let endless = [b"age-encryption.org/v1\n-> ".as_slice(), &vec![b'a'; limits::AGE_HEADER_MAX]].concat();
    assert_eq!(Header::parse(&endless), Err(HeaderError::TooLong));
    let sample = Sample::small();
    let many = vec![Stanza { args: vec!["a".to_owned()], body: vec![] }; limits::AGE_STANZAS_MAX + 1];
    assert_eq!(sample.parse(&many), Err(HeaderError::TooManyStanzas.into()));
    // More than an item may have, and less than an age file may.
    let mut stanzas = sample.stanzas();
    stanzas[2].args.push("a".repeat(limits::HEADER_MAX));
    let error = sample.parse(&stanzas).unwrap_err();
    assert!(matches!(error, ItemError::TooLarge { part: None, .. }), "{error}");
}

#[test]
fn the_longest_header_of_everything_fits() {
    // 500 hybrid wraps with every other part at its own maximum stay below the header's.
    let base64 = |bytes: usize| (bytes * 4).div_ceil(3) * 65 / 64 + 40;
    let wraps = 500 * 1557;
    let ours = base64(limits::LABEL_MAX)
        + base64(16_400)
        + base64(limits::ACCESS_MAX)
        + 4 * base64(limits::NOTES_MAX);
    assert!(wraps + ours + 100 < limits::HEADER_MAX, "{}", wraps + ours);
}
