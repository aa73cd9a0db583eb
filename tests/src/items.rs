//! Items of ours, sealed by the product's own pipeline in the small organisation of `vault_core::test_world`: for
//! other programs to open.

use std::sync::Mutex;

use vault_core::item::build::Writer;
use vault_core::item::item_header::{NOTES, VERSION};
use vault_core::item::manifest::{FileEntry, PayloadForm};
use vault_core::item::{Header, Stanza, notes};
use vault_core::sealing::{Draft, Payload, ReadyDraft};
use vault_core::stream::{PlaintextLen, Progress, Work};
use vault_core::term::Term;
use vault_core::test_world::{Member, SeededRng, World, item_id, unit_no};
use vault_keys::note::{KeyName, Note};
use vault_keys::numbers::Holder;
use vault_keys::opening::{Identity, Suite};

use crate::age_reader::{Keys, decrypt};

/// A finished item and the keys around it.
#[derive(Debug)]
pub struct Made {
    /// Header and payload.
    pub bytes: Vec<u8>,
    /// The opening keys of the sender, of the holder of copy 1, and of the clerk of the unit that holds copy 2.
    pub identities: Vec<Identity>,
    /// The name on the sender's signature lines.
    pub signer: KeyName,
    /// The sender's public signing key.
    pub signing_key: [u8; 32],
}

/// Seals `plaintext` as one file of level 内部, from p1 to p3 and unit u2, and lets it carry two notes.
///
/// # Panics
/// If the product refuses its own item: then the test has found something.
#[must_use]
pub fn make(suite: Suite, seed: u64, plaintext: &[u8]) -> Made {
    let world = World::new();
    let rng = &mut SeededRng::new(seed);
    let [sender, holder, clerk] = [1, 3, 4].map(|number| world.member(number));
    let payload = Payload {
        form: PayloadForm::File,
        files: vec![FileEntry {
            name: "通知.docx".parse().expect("a file name"),
            size: plaintext.len() as u64,
            media: "application/octet-stream".into(),
        }],
    };
    let to = [holder.holder(), Holder::Unit(unit_no(2))];
    let draft = Draft {
        suite,
        term: Some(Term::Years(1)),
        doc_no: Some("财办〔2026〕12号".into()),
        ..Draft::new("关于召开第三季度例会的通知", "内部", &to)
    };
    let shelf = world.shelf();
    let ready =
        ReadyDraft::new(&draft, payload, sender.author(), &shelf.published(), item_id(seed), world.now());
    let length = PlaintextLen::new(plaintext.len() as u64).expect("a small file");
    let sealing = ready.expect("no rule refuses it").begin(length, &sender.signing, rng).expect("a header");
    let content = Mutex::new(Vec::new());
    let progress = Progress::new();
    let sealed = sealing.seal(&plaintext, &content, &Work::new(&progress)).expect("a payload");
    let content = content.into_inner().expect("no thread panicked");

    let identities: Vec<Identity> = [sender, holder, clerk].map(|member| identity(member, suite)).into();
    let signer = KeyName::person(&world.root.org(), sender.person);
    let writer = Writer { name: &signer, key: &sender.signing };
    let bare = [sealed.header.bytes(), &content].concat();
    let header = with_notes(&bare, identity(sender, suite), writer);
    let signing_key = *sender.signing.public().as_bytes();
    Made { bytes: [header.bytes(), &content].concat(), identities, signer, signing_key }
}

fn identity(member: &Member, suite: Suite) -> Identity {
    let identity = match suite {
        Suite::Hybrid => &member.opening,
        Suite::Classic => &member.classic,
    };
    identity.to_text().parse().expect("its own text")
}

/// The header of an item with two notes more, as a decision would leave it. These say nothing.
fn with_notes(item: &[u8], holder: Identity, writer: Writer<'_>) -> Header {
    let opened = decrypt(item, &Keys::from(holder)).expect("the sender can open it");
    let org = "0".repeat(64);
    let text = |word| format!("{{\"type\":\"vault-example/1\",\"org\":\"{org}\",\"word\":\"{word}\"}}\n");
    let sign = |word| Note::sign(text(word), writer.name, writer.key).expect("a note");
    let bodies = notes::pack(["同意", "不同意"].map(sign)).expect("two short notes");
    let args = vec![NOTES.to_owned(), VERSION.to_owned()];
    let mut stanzas = opened.header.stanzas().to_vec();
    stanzas.extend(bodies.into_iter().map(|body| Stanza { args: args.clone(), body }));
    Header::write(&stanzas, &opened.file_key).expect("a header")
}
