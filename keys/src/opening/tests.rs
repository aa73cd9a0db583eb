//! Both suites: round trips, age's own texts, and every malformed stanza. The public vectors of whole files
//! stand in `tests/tests/conformance.rs`.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

const BOTH: [Suite; 2] = [Suite::Hybrid, Suite::Classic];

fn file_key() -> FileKey {
    FileKey::from_bytes(b"YELLOW SUBMARINE")
}

fn identity(suite: Suite, seed: u64) -> Identity {
    Identity::generate(suite, &mut StdRng::seed_from_u64(seed))
}

fn wrapped(suite: Suite) -> (Identity, Stanza) {
    let identity = identity(suite, 1);
    let stanza = identity.to_recipient().wrap(&file_key(), &mut StdRng::seed_from_u64(2)).unwrap();
    (identity, stanza)
}

fn opens_to(opened: Option<FileKey>) -> Option<[u8; 16]> {
    opened.map(|key| *key.expose())
}

#[test]
fn a_wrap_opens_for_its_key_only() {
    for suite in BOTH {
        let (owner, stanza) = wrapped(suite);
        assert_eq!(stanza.suite(), Some(suite));
        assert_eq!(opens_to(owner.unwrap(&stanza).unwrap()), Some(*b"YELLOW SUBMARINE"));
        for other in BOTH {
            assert!(identity(other, 7).unwrap(&stanza).unwrap().is_none());
        }
    }
}

#[test]
fn the_first_stanza_of_ours_is_found_among_others() {
    let (owner, ours) = wrapped(Suite::Hybrid);
    let grease = Stanza { args: vec!["x-grease".into()], body: vec![1, 2, 3] };
    let stanzas = [grease, wrapped(Suite::Classic).1, ours];
    let (position, _) = owner.unwrap_any(&stanzas).unwrap().unwrap();
    assert_eq!(position, 2);
    assert!(identity(Suite::Hybrid, 9).unwrap_any(&stanzas).unwrap().is_none());
}

#[test]
fn key_texts_round_trip() {
    for suite in BOTH {
        let identity = identity(suite, 3);
        let text = identity.to_text();
        assert_eq!(Identity::parse(&text).unwrap().to_text(), text);
        let recipient = identity.to_recipient();
        assert_eq!(recipient.to_string().parse::<Recipient>().unwrap(), recipient);
        let bytes = recipient.public_bytes();
        assert_eq!(bytes.len(), recipient.kind().public_len());
        assert_eq!(Recipient::from_public(recipient.kind(), &bytes).unwrap(), recipient);
    }
    let (hybrid, classic) = (identity(Suite::Hybrid, 3), identity(Suite::Classic, 3));
    assert_eq!(hybrid.to_recipient().to_string().len(), 1959);
    assert!(hybrid.to_recipient().to_string().starts_with("age1pq1"));
    assert_eq!(hybrid.to_text().len(), 77);
    assert!(hybrid.to_text().starts_with("AGE-SECRET-KEY-PQ-1"));
    assert_eq!(classic.to_recipient().to_string().len(), 62);
    assert_eq!(classic.to_text().len(), 74);
}

#[test]
fn one_text_per_key() {
    for suite in BOTH {
        let identity = identity(suite, 3);
        let secret = identity.to_text();
        let public = identity.to_recipient().to_string();
        let refused = |text: &str| {
            assert!(text.parse::<Recipient>().is_err(), "{text}");
            assert!(Identity::parse(text).is_err());
        };
        refused(&public.to_uppercase());
        refused(&secret.to_lowercase());
        refused(&format!("{public} "));
        refused(&format!(" {public}"));
        refused("");
        refused("1");
        for text in [public.as_str(), secret.as_str()] {
            refused(text.get(..text.len() - 1).unwrap());
            let last = text.get(text.len() - 1..).unwrap();
            let changed = if last.eq_ignore_ascii_case("q") { "p" } else { "q" };
            let changed = if text == public { changed.to_owned() } else { changed.to_uppercase() };
            refused(&format!("{}{changed}", text.get(..text.len() - 1).unwrap()));
        }
    }
}

#[test]
fn a_prefix_of_another_length_or_kind_is_refused() {
    let refused = |text: String, error| assert_eq!(text.parse::<Recipient>().unwrap_err(), error);
    refused(text::encode_lower("age", &[9; 31]), KeyTextError::Length);
    refused(text::encode_lower("age", &[9; 33]), KeyTextError::Length);
    refused(text::encode_lower("age1pq", &[9; 32]), KeyTextError::Length);
    refused(text::encode_lower("age1tag", &[9; 33]), KeyTextError::Kind);
    // The checksum of BIP 350 is another one.
    let bech32m =
        bech32::encode_lower::<bech32::Bech32m>(bech32::Hrp::parse_unchecked("age"), &[9; 32]).unwrap();
    refused(bech32m, KeyTextError::Checksum);
}

/// RFC 7748 and the small-subgroup points of curve and twist, in their reduced and other spellings.
#[test]
fn weak_public_keys_are_refused() {
    let mut p_minus_1 = [0xff; 32];
    (p_minus_1[0], p_minus_1[31]) = (0xec, 0x7f);
    let order_8 = [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ];
    let mut one = [0; 32];
    one[0] = 1;
    for bytes in [[0; 32], one, p_minus_1, order_8] {
        assert_eq!(
            Recipient::from_public(KeyKind::OpeningClassic, &bytes).unwrap_err(),
            PublicKeyError::LowOrder
        );
    }
    let mut above_p = p_minus_1;
    above_p[0] = 0xf6; // 9 + p: the base point spelled again
    let mut high_bit = [0; 32];
    (high_bit[0], high_bit[31]) = (9, 0x80);
    for bytes in [above_p, high_bit] {
        assert_eq!(
            Recipient::from_public(KeyKind::OpeningClassic, &bytes).unwrap_err(),
            PublicKeyError::NotCanonical
        );
    }
    let good = identity(Suite::Hybrid, 3).to_recipient().public_bytes();
    let mut low_order = good.clone();
    low_order[1184..].fill(0);
    let mut not_reduced = good;
    not_reduced[..2].fill(0xff);
    let refused = |bytes: &[u8]| Recipient::from_public(KeyKind::OpeningHybrid, bytes).unwrap_err();
    assert_eq!(refused(&low_order), PublicKeyError::LowOrder);
    assert_eq!(refused(&not_reduced), PublicKeyError::NotCanonical);
    assert_eq!(refused(&[1; 32]), PublicKeyError::Length { expected: 1216, found: 32 });
    assert_eq!(
        Recipient::from_public(KeyKind::Sign, &[9; 32]).unwrap_err(),
        PublicKeyError::Kind { kind: KeyKind::Sign }
    );
}

#[test]
fn malformed_stanzas_are_errors_and_not_silence() {
    for suite in BOTH {
        let (owner, good) = wrapped(suite);
        let tag = suite.tag();
        let expected = if suite == Suite::Hybrid { 1120 } else { 32 };
        let refused = |change: &dyn Fn(&mut Stanza), error| {
            let mut stanza = good.clone();
            change(&mut stanza);
            assert_eq!(owner.unwrap(&stanza).map(|_| ()), Err(error));
        };
        refused(&|stanza| stanza.args.push("x".into()), UnwrapError::Arguments { tag, found: 3 });
        refused(&|stanza| stanza.args.truncate(1), UnwrapError::Arguments { tag, found: 1 });
        refused(&|stanza| stanza.body.push(0), UnwrapError::Body { tag, found: 33 });
        refused(&|stanza| stanza.body.truncate(31), UnwrapError::Body { tag, found: 31 });
        let share = good.args[1].clone();
        let cut = share.get(1..).unwrap().to_owned();
        for bad in [cut, format!("{share}="), format!("{share}AAAA"), format!("{share}\n"), String::new()] {
            refused(&|stanza| stanza.args[1].clone_from(&bad), UnwrapError::Share { tag, expected });
        }
        // The share's last character carries bits that must be zero.
        refused(
            &|stanza| {
                stanza.args[1].pop();
                stanza.args[1].push('/');
            },
            UnwrapError::Share { tag, expected },
        );
        refused(
            &|stanza| {
                let mut share = STANDARD_NO_PAD.decode(&stanza.args[1]).unwrap();
                let x25519 = share.len() - 32;
                share[x25519..].fill(0);
                stanza.args[1] = STANDARD_NO_PAD.encode(share);
            },
            UnwrapError::LowOrder { tag },
        );
    }
}

#[test]
fn another_case_of_the_type_is_another_type() {
    for suite in BOTH {
        let (owner, mut stanza) = wrapped(suite);
        stanza.args[0] = stanza.args[0].to_uppercase();
        if stanza.args[0] == suite.tag() {
            stanza.args[0] = stanza.args[0].to_lowercase();
        }
        assert!(owner.unwrap(&stanza).unwrap().is_none());
    }
}

#[test]
fn secrets_are_not_printed() {
    for suite in BOTH {
        let identity = identity(suite, 3);
        let printed = format!("{identity:?}");
        assert!(printed.len() < 30 && !printed.contains("AGE-SECRET"), "{printed}");
    }
}

/// The `age` crate derives the same public key from the same secret text.
#[test]
fn classic_texts_agree_with_the_age_crate() {
    let ours = identity(Suite::Classic, 5);
    let theirs: age::x25519::Identity = ours.to_text().parse().unwrap();
    assert_eq!(theirs.to_public().to_string(), ours.to_recipient().to_string());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_flipped_bit_of_a_wrap_closes_it(hybrid: bool, at: prop::sample::Index, bit in 0..8_u8) {
        let (owner, mut stanza) = wrapped(if hybrid { Suite::Hybrid } else { Suite::Classic });
        let mut share = STANDARD_NO_PAD.decode(&stanza.args[1]).unwrap();
        let at = at.index(share.len() + stanza.body.len());
        match at.checked_sub(share.len()) {
            // The one bit X25519 ignores in the shared secret; the wrap key covers the share's bytes all the same.
            None => share[at] ^= 1 << bit,
            Some(at) => stanza.body[at] ^= 1 << bit,
        }
        stanza.args[1] = STANDARD_NO_PAD.encode(share);
        prop_assert!(!matches!(owner.unwrap(&stanza), Ok(Some(_))));
    }

    #[test]
    fn no_text_is_too_strange(text: String) {
        prop_assert!(text.parse::<Recipient>().is_err());
        prop_assert!(Identity::parse(&text).is_err());
    }
}
