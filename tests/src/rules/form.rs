//! Bytes that are no item, or not this one: whatever else might be wrong, nothing of them is used.

use vault_core::admission::{Code, Reader, Side, Subject};
use vault_core::item::build::BuildError;
use vault_core::item::{Header, ItemError, ItemHeader, item_header};
use vault_core::policy::Policy;
use vault_core::test_world::World;
use vault_keys::opening::Suite;

use super::lazy::{Lazy, plain};
use super::world::{Made, codes, judge, made, parsed, reassembled, relay, try_made};
use super::{Case, Judge};

/// Bytes as they come from outside, at the relay.
fn bytes(bytes: &[u8]) -> Judge {
    parsed(plain(), read(bytes))
}

fn read(bytes: &[u8]) -> Result<ItemHeader, ItemError> {
    ItemHeader::parse(bytes)
}

/// The item with one of its stanzas left out.
fn without(made: &Made, tag: &str) -> Vec<u8> {
    let stanzas = made.item.header().stanzas().iter().filter(|stanza| stanza.tag() != tag);
    let stanzas: Vec<_> = stanzas.cloned().collect();
    Header::write(&stanzas, &made.key).expect("a header").bytes().to_vec()
}

pub(super) const CASES: &[Case] = &[
    Case::tool("file-that-is-not-sealed", &[64, 65], Code::NotAnItem, |which| {
        let made = made(&plain(), |_, _| {});
        bytes(which.of("各科室：会议改在周五。\n".as_bytes(), made.item.bytes()))
    }),
    Case::tool("age-file-without-a-label", &[64, 17], Code::TopSecret, |which| {
        let made = made(&plain(), |_, _| {});
        bytes(&which.of(without(&made, item_header::LABEL), made.item.bytes().to_vec()))
    }),
    Case::tool("item-without-an-access-note", &[40, 64], Code::NotAnItem, |which| {
        let made = made(&plain(), |_, _| {});
        bytes(&which.of(without(&made, item_header::ACCESS), made.item.bytes().to_vec()))
    }),
    Case::tool("header-damaged-on-the-way", &[1, 64], Code::Malformed, |which| {
        let made = made(&plain(), |_, _| {});
        let right = made.item.bytes().to_vec();
        let wrong = String::from_utf8(right.clone())
            .expect("a header is text")
            .replace("vault-access 1", "vault-access 2");
        bytes(&which.of(wrong.into_bytes(), right))
    }),
    Case::tool("header-without-end", &[64], Code::TooLarge, |which| {
        let made = made(&plain(), |_, _| {});
        let endless = [b"age-encryption.org/v1\n".as_slice(), &b"-> x y\n\n".repeat(400_000)].concat();
        bytes(&which.of(endless, made.item.bytes().to_vec()))
    }),
    Case::tool("wraps-of-another-suite-than-the-label-says", &[82, 64], Code::SuiteMixed, |which| {
        let world = plain();
        let draft = world.draft(&[3]);
        let made = try_made(&world, &draft, |label, _| label.suite = which.of(Suite::Classic, Suite::Hybrid));
        match made {
            Ok(made) => parsed(world, Ok(made.item)),
            Err(BuildError::Item(error)) => parsed(world, Err(error)),
            Err(other) => panic!("{other}"),
        }
    }),
    Case::tool("title-of-another-item", &[1], Code::OtherManifest, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let mut manifest = made.item.open_manifest(&made.key).expect("its own manifest");
        manifest.title = "关于会议的通知".to_owned();
        let rng = &mut vault_core::test_world::SeededRng::new(8);
        let other = manifest.seal(&made.key, rng).expect("a manifest").to_stanza();
        let mut stanzas = made.item.header().stanzas().to_vec();
        if which.is_refused() {
            let at = stanzas.iter().position(|stanza| stanza.tag() == item_header::MANIFEST);
            stanzas[at.expect("an item has one")] = other;
        }
        let item = ItemHeader::from_header(Header::write(&stanzas, &made.key).expect("a header"));
        parsed(world, item)
    }),
    Case::tool("signed-text-made-for-another-purpose", &[40], Code::WrongType, |which| {
        let world = plain();
        let made = made(&world, |_, _| {});
        let access = made.item.access().encode();
        let item = reassembled(&made, which.of(access.clone(), made.item.label().encode()), access);
        parsed(world, item)
    }),
    Case::tool("item-of-a-rehearsal", &[14, 40], Code::WrongOrg, |which| {
        let made = made(&plain(), |_, _| {});
        let name = which.of("演练单位", "示例单位");
        let world =
            Lazy::from(World::under(Policy::internal_without_decision, |root| root.name = name.to_owned()));
        Box::new(move || {
            let mut codes = codes(&judge(&world, Subject::Sealed(&made.item), relay(&world)));
            let reader = Side::Reader(Reader::default());
            codes.extend(super::world::codes(&judge(&world, Subject::Sealed(&made.item), reader)));
            codes.dedup();
            codes
        })
    }),
];
