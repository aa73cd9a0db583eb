#![allow(clippy::unwrap_used, reason = "tests")]
pub(crate) mod requests;

use std::io::Read as _;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::directory::testing::{p, root, time, u, with_officers};
use crate::note::{KeyName, Signed};

struct Office {
    key: Identity,
    holders: Vec<Identity>,
    set: RecoverySet,
    files: Vec<Vec<u8>>,
}

fn sign(text: RecoverySetText) -> RecoverySet {
    let root = root();
    let signed = with_officers(&[1, 2], |officers| {
        let [first, second] = officers else { panic!() };
        let mut signed = Signed::sign(text, &KeyName::office(&root.org(), first.0), first.1).unwrap();
        signed.cosign(&KeyName::office(&root.org(), second.0), second.1).unwrap();
        signed
    });
    RecoverySet::verify(&root, &signed.encode()).unwrap()
}

fn split_among(seed: u64, suite: Suite, threshold: u8, count: u32) -> Office {
    let rng = &mut StdRng::seed_from_u64(seed);
    let key = Identity::generate(suite, rng);
    let holders: Vec<Identity> = (0..count).map(|_| Identity::generate(suite, rng)).collect();
    let to: Vec<(PersonNo, Recipient)> =
        holders.iter().zip(1..).map(|(holder, number)| (p(number), holder.to_recipient())).collect();
    let plan =
        Plan { org: root().org(), unit: u(2), threshold, holders: &to, made: time("2026-02-01T00:00:00Z") };
    let dealt = split(&key, &plan, rng).unwrap();
    let files = dealt.files.into_iter().map(|(_, file)| file).collect();
    Office { key, holders, set: sign(dealt.set), files }
}

fn shares(office: &Office, numbers: &[usize]) -> Vec<Share> {
    numbers
        .iter()
        .map(|at| open_share(&office.files[*at], &office.holders[*at], &office.set).unwrap())
        .collect()
}

/// The set and files of docs/recovery.md: a classic key of 32 bytes 0x40, holders p1 to p3 of 0x41 to 0x43.
pub(crate) fn example() -> (RecoverySet, Vec<Vec<u8>>) {
    let identity = |byte: u8| Identity::from_secret(Suite::Classic, Secret::copied_from(&[byte; 32]));
    let holders: Vec<(PersonNo, Recipient)> =
        (1..=3).map(|number: u8| (p(number.into()), identity(0x40 + number).to_recipient())).collect();
    let made = time("2026-02-01T00:00:00Z");
    let plan = Plan { org: root().org(), unit: u(2), threshold: 2, holders: &holders, made };
    let dealt = split(&identity(0x40), &plan, &mut StdRng::seed_from_u64(1)).unwrap();
    (sign(dealt.set), dealt.files.into_iter().map(|(_, file)| file).collect())
}

#[test]
fn any_m_of_n_shares_give_the_key() {
    for suite in [Suite::Hybrid, Suite::Classic] {
        let office = split_among(1, suite, 2, 3);
        for numbers in [[0, 1], [0, 2], [2, 1]] {
            let joined = join(&office.set, &shares(&office, &numbers)).unwrap();
            assert_eq!(*joined.to_text(), *office.key.to_text());
        }
        let all = join(&office.set, &shares(&office, &[0, 1, 2])).unwrap();
        assert_eq!(all.to_recipient(), office.key.to_recipient());
    }
}

#[test]
fn share_of_another_set() {
    let office = split_among(1, Suite::Hybrid, 2, 3);
    let rng = &mut StdRng::seed_from_u64(9);
    // The same unit, the same holders, dealt once more.
    let to: Vec<(PersonNo, Recipient)> =
        office.holders.iter().zip(1..).map(|(holder, number)| (p(number), holder.to_recipient())).collect();
    let made = time("2026-02-02T00:00:00Z");
    let plan = Plan { org: root().org(), unit: u(2), threshold: 2, holders: &to, made };
    let dealt = split(&office.key, &plan, rng).unwrap();
    let error = open_share(&dealt.files[0].1, &office.holders[0], &office.set).unwrap_err();
    let (found, wanted) = (dealt.set.set, office.set.value().set);
    assert_eq!(error, ShareError::OtherSet { found, wanted });
    let other = sign(dealt.set);
    let mut mixed = shares(&office, &[0]);
    mixed.push(open_share(&dealt.files[1].1, &office.holders[1], &other).unwrap());
    assert_eq!(join(&office.set, &mixed).unwrap_err(), JoinError::OtherSet { found, wanted });
}

#[test]
fn share_damaged() {
    let office = split_among(1, Suite::Classic, 2, 3);
    let file = &office.files[0];
    for bit in (0..file.len() * 8).step_by(7) {
        let mut changed = file.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open_share(&changed, &office.holders[0], &office.set).is_err(), "bit {bit}");
    }
    for len in [0, 20, file.len() - 1] {
        assert!(open_share(&file[..len], &office.holders[0], &office.set).is_err());
    }
    let error = open_share(file, &office.holders[1], &office.set).unwrap_err();
    assert_eq!(error, ShareError::NotForThisKey);
    let mut changed = file.clone();
    *changed.last_mut().unwrap() ^= 1;
    let error = open_share(&changed, &office.holders[0], &office.set).unwrap_err();
    assert_eq!(error, ShareError::Damaged(SealedError::Changed));
}

#[test]
fn share_that_was_not_signed_for() {
    let office = split_among(1, Suite::Hybrid, 2, 3);
    let mut text = office.set.value().clone();
    text.shares[0].check = ShareCheck::from_bytes([1; 32]);
    let error = open_share(&office.files[0], &office.holders[0], &sign(text)).unwrap_err();
    assert_eq!(error, ShareError::NotAsSigned { number: 1 });
}

#[test]
fn one_share_short() {
    let office = split_among(1, Suite::Hybrid, 3, 4);
    let two = shares(&office, &[0, 3]);
    assert_eq!(join(&office.set, &two).unwrap_err(), JoinError::TooFew { needed: 3, found: 2 });
    let twice = shares(&office, &[0, 3, 3, 0]);
    assert_eq!(join(&office.set, &twice).unwrap_err(), JoinError::TooFew { needed: 3, found: 2 });
    assert_eq!(join(&office.set, &[]).unwrap_err(), JoinError::TooFew { needed: 3, found: 0 });
}

#[test]
fn plans_that_cannot_be() {
    let rng = &mut StdRng::seed_from_u64(1);
    let key = Identity::generate(Suite::Hybrid, rng);
    let holder = Identity::generate(Suite::Hybrid, rng).to_recipient();
    let mut refused = |threshold, holders: &[(PersonNo, Recipient)]| {
        let plan =
            Plan { org: root().org(), unit: u(2), threshold, holders, made: time("2026-02-01T00:00:00Z") };
        matches!(split(&key, &plan, rng), Err(SplitError::Set(_)))
    };
    let two = [(p(1), holder.clone()), (p(2), holder.clone())];
    assert!(refused(1, &two), "every share would be the key");
    assert!(refused(3, &two));
    assert!(refused(2, &[(p(1), holder.clone()), (p(1), holder.clone())]), "one person with two shares");
    let many: Vec<_> = (1..=17).map(|number| (p(number), holder.clone())).collect();
    assert!(refused(2, &many));
}

#[test]
fn a_set_takes_the_enrol_threshold() {
    let root = root();
    let office = split_among(1, Suite::Hybrid, 2, 3);
    let one = with_officers(&[1], |officers| {
        let name = KeyName::office(&root.org(), officers[0].0);
        Signed::sign(office.set.value().clone(), &name, officers[0].1).unwrap()
    });
    let error = RecoverySet::verify(&root, &one.encode()).unwrap_err();
    assert!(matches!(error, RecoverySetError::Threshold(_)));
}

#[test]
fn stock_age_opens_a_share() {
    let office = split_among(1, Suite::Classic, 2, 3);
    let identity: age::x25519::Identity = office.holders[1].to_text().parse().unwrap();
    let decryptor = age::Decryptor::new_buffered(office.files[1].as_slice()).unwrap();
    let mut text = String::new();
    decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert!(text.starts_with("{\"type\":\"vault-recovery-share/1\",") && text.ends_with("}\n"));
}

/// The shares are those of docs/recovery.md, "Shares", computed here without the library and bit by bit.
#[test]
fn a_stranger_can_join_shares() {
    fn times(mut a: u8, mut b: u8) -> u8 {
        let mut product = 0;
        while b != 0 {
            if b & 1 == 1 {
                product ^= a;
            }
            let carry = a & 0x80 != 0;
            a <<= 1;
            if carry {
                a ^= 0x1d;
            }
            b >>= 1;
        }
        product
    }
    fn inverse(a: u8) -> u8 {
        (0..254).fold(1, |product, _| times(product, a))
    }
    let office = split_among(1, Suite::Hybrid, 2, 3);
    let opened = shares(&office, &[0, 2]);
    let [one, three] = opened.as_slice() else { panic!() };
    let (x, z) = (one.number, three.number);
    let secret: Vec<u8> = one
        .share
        .expose()
        .iter()
        .zip(three.share.expose())
        .map(|(a, b)| times(*a, times(z, inverse(z ^ x))) ^ times(*b, times(x, inverse(x ^ z))))
        .collect();
    assert_eq!(secret, office.key.expose_secret());
}
