//! Properties: any flipped bit is found by somebody, whatever is written is read back.

use proptest::prelude::*;
use vault_core::item::*;
use vault_keys::note::Verifier;
use vault_keys::opening::Suite;

use super::sample::{Fixed, Sample};

/// What a reader with the sender's public key and the file key checks, in its order (docs/item.md "Reading").
fn read(sample: &Sample, bytes: &[u8]) -> Result<(), String> {
    let item = ItemHeader::parse(bytes).map_err(|error| error.to_string())?;
    let verifier = Verifier::person(&item.org(), "p1".parse().unwrap(), sample.people.signing.public());
    item.label().verified_by(&verifier).map_err(|error| error.to_string())?;
    item.access().verified_by(&verifier).map_err(|error| error.to_string())?;
    let wrap = sample.people.recipient.unwrap_any(item.recipients()).map_err(|error| error.to_string())?;
    let (_, file_key) = wrap.ok_or("no wrap for this key")?;
    item.verify_file_key(&file_key).map_err(|error| error.to_string())?;
    item.open_manifest(&file_key).map_err(|error| error.to_string())?;
    let content = item.label().value().content;
    let rest = bytes.get(item.len()..).unwrap_or_default();
    if rest.len() as u64 != content.length || blake3::hash(rest).as_bytes() != content.blake3.as_bytes() {
        return Err("another content".to_owned());
    }
    Ok(())
}

#[test]
fn any_flipped_bit_of_a_header_is_found() {
    let sample = Sample::small();
    let bytes = sample.bytes();
    assert_eq!(read(&sample, &bytes), Ok(()));
    // One bit of every byte, and all eight of every seventh.
    for at in 0..bytes.len() {
        for bit in (0..8).filter(|bit| at % 7 == 0 || at % 8 == *bit) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert!(read(&sample, &changed).is_err(), "byte {at}, bit {bit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_flipped_bit_anywhere_is_found(hybrid: bool, seed in 0_u64..4, at: prop::sample::Index, bit in 0_u8..8) {
        let suite = if hybrid { Suite::Hybrid } else { Suite::Classic };
        let sample = Sample::new(suite, b"some content", seed);
        let mut bytes = sample.bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(read(&sample, &bytes).is_err(), "byte {}", at);
    }

    #[test]
    fn any_truncation_is_found(at: prop::sample::Index) {
        let sample = Sample::small();
        let bytes = sample.bytes();
        prop_assert!(read(&sample, &bytes[..at.index(bytes.len())]).is_err());
    }

    #[test]
    fn any_stanzas_read_back(
        stanzas in prop::collection::vec(
            (prop::collection::vec("[!-~]{1,80}", 1..4), prop::collection::vec(any::<u8>(), 0..200)),
            1..6,
        ),
    ) {
        let stanzas: Vec<Stanza> = stanzas.into_iter().map(|(args, body)| Stanza { args, body }).collect();
        let file_key = vault_keys::secret::FileKey::generate(&mut Fixed::new(1));
        let header = Header::write(&stanzas, &file_key).unwrap();
        prop_assert_eq!(header.stanzas(), &stanzas[..]);
        prop_assert!(header.verify_mac(&file_key).is_ok());
        let again = Header::parse(&[header.bytes(), b"payload"].concat()).unwrap();
        prop_assert_eq!(again, header);
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), valid: bool) {
        let prefix: &[u8] = if valid { b"age-encryption.org/v1\n-> vault-label 1\n" } else { b"" };
        prop_assert!(ItemHeader::parse(&[prefix, &bytes].concat()).is_err());
    }

    #[test]
    fn no_text_makes_the_mark_readers_panic(text in "\\PC{0,40}") {
        let _read = vault_core::mark::TypedMark::read(&text);
        let _found = vault_core::mark::highest_in(&text);
        prop_assert!(vault_core::level::Level::from_word(&text).is_err() || text.is_ascii());
    }
}
