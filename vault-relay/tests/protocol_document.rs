//! docs/relay-protocol.md says what the code does: its examples are these bytes, its tables these names and limits.
#![allow(clippy::unwrap_used, reason = "tests")]

use vault_relay::proto::codes::RelayCode;
use vault_relay::proto::frame::{self, Message};
use vault_relay::proto::message::{
    Announce, Answer, Commit, CopyLine, Decide, Decided, Done, Entry, Fetch, Fetching, Head, Header,
    ItemRequest, List, Listing, MAGIC, NoteRequest, Open, Opened, Part, Publish, Published, Refused,
    RegisterReply, RegisterRequest, Restate, Status, Sync, Synced, TABLE, Verb,
};

fn document() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/relay-protocol.md");
    std::fs::read_to_string(path).unwrap()
}

/// Collects everything the document lacks, so that one run names it all.
#[derive(Default)]
struct Missing(Vec<String>);

impl Missing {
    fn expect(&mut self, text: &str, line: String) {
        if !text.contains(&line) {
            self.0.push(line);
        }
    }
}

impl Drop for Missing {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "docs/relay-protocol.md lacks:\n{}", self.0.join("\n"));
        }
    }
}

#[test]
fn verbs_limits_and_codes_stand_in_the_document() {
    let (text, mut missing) = (document(), Missing::default());
    for verb in Verb::ALL {
        missing.expect(&text, format!("| {} | `{}` |", verb as u8, verb.name()));
    }
    for (name, max) in TABLE {
        missing.expect(&text, format!("| `{name}` | {} |", thousands(*max)));
    }
    for code in RelayCode::ALL {
        let retry = code.retry().map_or_else(|| "–".to_owned(), |seconds| seconds.to_string());
        missing.expect(&text, format!("| `{code}` | {retry} |"));
    }
}

#[test]
fn example_frames_stand_in_the_document() {
    let (text, mut missing) = (document(), Missing::default());
    let (label, demand) = ([0x11; 32], [0x22; 32]);
    let head = |verb: Verb| Head { magic: MAGIC.to_owned(), version: 1, verb: verb as u8 };
    let mut example = |name: &str, hex: String| missing.expect(&text, format!("{name:<17}{hex}"));
    example("head, fetch", hex(&head(Verb::Fetch)));
    example("head, list", hex(&head(Verb::List)));
    example("answer, yes", hex(&Answer { refused: None }));
    let no = Refused { code: "no-demand".to_owned(), reason: "no open demand".to_owned(), retry: None };
    example("answer, no", hex(&Answer { refused: Some(no) }));
    let busy = Refused { code: "relay-busy".to_owned(), reason: "busy".to_owned(), retry: Some(5) };
    example("answer, later", hex(&Answer { refused: Some(busy) }));
    example("open", hex(&Open { header: b"age-".to_vec().into() }));
    example(
        "opened",
        hex(&Opened { committed: false, parts: 9, have: vec![0xff, 0x01].into(), upload: label.into() }),
    );
    let announce = Announce {
        item: "0197a1b2-c3d4-7000-8000-00000000aaaa".to_owned(),
        level: "internal".to_owned(),
        length: 34_603_008,
    };
    example("announce", hex(&announce));
    let part = Part { upload: label.into(), index: 8, length: 1_048_576, chaining: demand.into() };
    example("part", hex(&part));
    example("commit", hex(&Commit { upload: label.into() }));
    example("done", hex(&Done { leaves: 4 }));
    example("list", hex(&List { folder: 0, after: 0, most: 200 }));
    example("listing", hex(&Listing { entries: 1, more: false }));
    let copy = CopyLine {
        copy: 1,
        holder: "p3".to_owned(),
        state: "available".to_owned(),
        number: 7,
        since: 1_795_334_400,
        person: None,
    };
    let entry = Entry {
        cursor: 42,
        label: b"{".to_vec().into(),
        state: "released".to_owned(),
        accepted: 1_795_334_400,
        copies: vec![copy.clone()],
    };
    example("entry", hex(&entry));
    example("item-request", hex(&ItemRequest { label: label.into() }));
    example("header", hex(&Header { header: b"age-".to_vec().into(), access: demand.into(), leaves: 5 }));
    example("note-request", hex(&NoteRequest { note: b"{".to_vec().into() }));
    let fetch = Fetch { label: label.into(), demand: demand.into(), offset: 4_194_304, length: None };
    example("fetch", hex(&fetch));
    example("fetching", hex(&Fetching { length: 1_048_576 }));
    let status = Status {
        label: label.into(),
        state: "released".to_owned(),
        accepted: 1_795_334_400,
        released: Some(1_795_334_400),
        copies: vec![copy],
        leaves: 6,
    };
    example("status", hex(&status));
    example("sync", hex(&Sync { root: 1, directory: 0, hash: None, stop: 2, fresh: 0 }));
    example(
        "synced",
        hex(&Synced { roots: 0, newer: true, earlier: 0, whole: true, entries: 9, stops: 0, fresh: true }),
    );
    example("publish", hex(&Publish { length: 65_536 }));
    example("published", hex(&Published { directory: 2, hash: label.into(), stop: 3, new: true }));
    example("register-request", hex(&RegisterRequest { from: Some(5), tile: None }));
    let reply = RegisterReply {
        checkpoint: b"v".to_vec().into(),
        consistency: vec![label.into()],
        tile: Vec::new().into(),
    };
    example("register-reply", hex(&reply));
    let decide = Decide { label: label.into(), note: b"{".to_vec().into(), header: None };
    example("decide", hex(&decide));
    example("restate", hex(&Restate { proof: b"{".to_vec().into() }));
    example("decided", hex(&Decided { state: "proposed".to_owned(), leaves: 1 }));
}

fn hex<M: Message>(message: &M) -> String {
    let frame = frame::encode(message).unwrap();
    assert!(frame::decode::<M>(&frame[frame::PREFIX_LEN..]).is_ok());
    frame.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
