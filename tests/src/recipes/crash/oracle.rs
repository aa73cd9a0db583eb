//! Judges by what people kept and were told, and by nothing of the storage: it reads their evidence as text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use serde_json::Value;

use super::super::Failure;
use super::READERS;
use crate::office::Office;

/// Received items read back whole; of more than that every so manieth.
const READ_BACK: usize = 200;

/// What was found in order.
#[derive(Debug, Default)]
pub(super) struct Found {
    acknowledged: usize,
    copies: usize,
    received: usize,
    returned: usize,
    recalled: usize,
    read: usize,
    leaves: usize,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, copies, received, returned, recalled, read, leaves } = self;
        write!(
            f,
            "{acknowledged} acknowledged, 0 lost, 0 duplicated; {copies} copies: {received} received ({read} read back), \
             {returned} returned, {recalled} recalled; {leaves} leaves kept, each where it was; 0 acceptances without \
             data, 0 receipts without a demand"
        )
    }
}

/// A home's evidence: by item, the leaves kept as index and text.
type Kept = BTreeMap<String, BTreeMap<u64, Vec<u8>>>;

/// Holds everything against everything.
pub(super) fn judge(
    office: &Office,
    texts: &BTreeMap<String, Vec<u8>>,
    acknowledged: &[String],
) -> Result<Found, Failure> {
    let sent = kept(Path::new(&office.path("wang/sent")))?;
    let listed = office.json("wang", &["status"]);
    let listed: Vec<&str> =
        listed["sent"].as_array().into_iter().flatten().filter_map(|it| it["item"].as_str()).collect();
    let at_relay: BTreeSet<&str> = listed.iter().copied().collect();
    holds(at_relay.len() == listed.len(), "an item stands twice at the relay")?;
    for item in acknowledged {
        holds(at_relay.contains(item.as_str()), &format!("{item} was acknowledged and is lost"))?;
    }
    holds(sent.len() == at_relay.len(), &format!("{} sent, {} at the relay", sent.len(), at_relay.len()))?;
    // A send killed before it sealed left nothing; nothing came from nowhere.
    holds(at_relay.len() <= texts.len(), "more items than were ever sent")?;
    let mut found = Found { acknowledged: at_relay.len(), ..Found::default() };
    let mut whole: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    let readers: Vec<Kept> = READERS
        .iter()
        .map(|(home, _)| kept(Path::new(&office.path(&format!("{home}/inbox")))))
        .collect::<Result<_, _>>()?;
    for (item, leaves) in readers.iter().chain([&sent]).flatten() {
        for (index, text) in leaves {
            // One register: whoever has a leaf of an index has the same.
            let known = whole.entry(*index).or_insert_with(|| text.clone());
            holds(known == text, &format!("leaf {index} of {item} is two leaves"))?;
            found.leaves += 1;
        }
    }
    for (item, leaves) in &sent {
        let status = office.json("wang", &["status", item]);
        one(item, leaves, &status, &mut found)?;
    }
    for ((home, _), kept) in READERS.iter().zip(&readers) {
        read_back(office, home, kept, texts, &mut found)?;
    }
    Ok(found)
}

/// One item: its evidence is still there, each copy has one end, and a receipt follows its demand.
fn one(
    item: &str,
    leaves: &BTreeMap<u64, Vec<u8>>,
    status: &Value,
    found: &mut Found,
) -> Result<(), Failure> {
    let entries: Vec<&Value> = status["evidence"].as_array().into_iter().flatten().collect();
    let shown: BTreeSet<u64> = entries.iter().filter_map(|entry| entry["index"].as_u64()).collect();
    for index in leaves.keys() {
        holds(shown.contains(index), &format!("leaf {index} of {item} is gone"))?;
    }
    let of = |kind: &str, copy: u64| -> Vec<&Value> {
        let is = |entry: &&&Value| entry["kind"] == kind && entry["copy"] == copy;
        entries.iter().filter(is).copied().collect()
    };
    for copy in status["copies"].as_array().into_iter().flatten() {
        let number = copy["copy"].as_u64().unwrap_or_default();
        let state = copy["state"].as_str().unwrap_or_default();
        let ends: Vec<&str> = ["received", "returned", "recalled", "expired"]
            .into_iter()
            .flat_map(|kind| of(kind, number).into_iter().map(move |_| kind))
            .collect();
        // Everybody has fetched what he could: nothing waits any more, so everything had its data.
        holds(ends == [state], &format!("copy {number} of {item} is {state}, and its entries say {ends:?}"))?;
        for receipt in of("received", number) {
            let before = of("demanded", number).into_iter().any(|demand| {
                demand["index"].as_u64() < receipt["index"].as_u64() && demand["person"] == receipt["person"]
            });
            holds(before, &format!("copy {number} of {item} has a receipt without a demand"))?;
        }
        found.copies += 1;
        match state {
            "received" => found.received += 1,
            "returned" => found.returned += 1,
            _ => found.recalled += 1,
        }
    }
    Ok(())
}

/// What was received is what was sent, and no text came twice.
fn read_back(
    office: &Office,
    home: &str,
    kept: &Kept,
    texts: &BTreeMap<String, Vec<u8>>,
    found: &mut Found,
) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    let every = kept.len().div_ceil(READ_BACK).max(1);
    for item in kept.keys().step_by(every) {
        let output = office.command(home, &["read", item, "--stdout"]).output()?;
        holds(output.status.success(), &format!("{home} cannot read {item}"))?;
        let title = texts.iter().find(|(_, text)| **text == output.stdout).map(|(title, _)| title);
        let title = title.ok_or_else(|| format!("{home} reads in {item} what nobody sent"))?;
        holds(seen.insert(title), &format!("{home} has {title} twice"))?;
        found.read += 1;
    }
    Ok(())
}

/// The evidence in a folder: `ITEM.json`, with one C2SP tlog-proof text for each leaf.
fn kept(folder: &Path) -> Result<Kept, Failure> {
    let mut kept = Kept::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(item) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json")) else {
            continue;
        };
        let document: Value = serde_json::from_slice(&fs::read(&path)?)?;
        let mut leaves = BTreeMap::new();
        for leaf in document["leaves"].as_array().into_iter().flatten() {
            let proof = leaf["proof"].as_str().ok_or("a leaf without proof")?;
            let extra =
                proof.lines().find_map(|line| line.strip_prefix("extra ")).ok_or("a proof without leaf")?;
            let text = base64::engine::general_purpose::STANDARD.decode(extra)?;
            leaves.insert(leaf["index"].as_u64().ok_or("a leaf without index")?, text);
        }
        kept.insert(item.to_owned(), leaves);
    }
    Ok(kept)
}

fn holds(is_so: bool, otherwise: &str) -> Result<(), Failure> {
    if is_so { Ok(()) } else { Err(otherwise.to_owned().into()) }
}
