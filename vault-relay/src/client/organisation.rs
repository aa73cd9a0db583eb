//! Bringing the organisation up to date, and publishing a newer one.

use vault_keys::directory::{
    DirectoryText, ENTRY_MAX, HEAD_MAX, ORGANISATION_MAX, Organisation, ROOT_MAX, SuccessionError,
};
use vault_keys::note::Signed;
use vault_keys::numbers::Holder;

use super::dial::{Client, Reply};
use super::error::ClientError;
use crate::proto::frame::DATA_MAX;
use crate::proto::message::{Publish, Published, Sync, Synced, Verb};

/// Most texts of one kind in a reply.
const TEXTS_MAX: u32 = 200_000;

impl Client {
    /// Fetches what is newer than `have` and verifies the whole as its successor; `None` when there is nothing newer.
    pub async fn sync(&self, have: &Organisation) -> Result<Option<Organisation>, ClientError> {
        let directory = have.directory();
        let request = Sync {
            root: have.root().number(),
            directory: directory.number(),
            hash: Some((*directory.hash().as_bytes()).into()),
        };
        match self.sync_from(&request, Some(have)).await {
            // Differences that do not fit together: take everything, once.
            Err(ClientError::Organisation(_) | ClientError::Succession(SuccessionError::Gap { .. })) => {
                let request = Sync { root: have.root().number(), directory: 0, hash: None };
                self.sync_from(&request, Some(have)).await
            }
            other => other,
        }
    }

    /// Hands a newer organisation to the relay.
    pub async fn publish(&self, organisation: &Organisation) -> Result<(), ClientError> {
        let file = organisation.encode();
        let mut call = self.begin(Verb::Publish, &Publish { length: file.len() as u64 }).await?;
        for piece in file.chunks(DATA_MAX) {
            if !call.data(piece).await? {
                break;
            }
        }
        call.finish().await?;
        let mut reply = call.answer().await?;
        let published: Published = reply.message().await?;
        reply.end().await?;
        let directory = organisation.directory();
        if *published.hash == *directory.hash().as_bytes() {
            Ok(())
        } else {
            Err(ClientError::Organisation(format!(
                "the relay put directory {} in force, not {}",
                published.directory,
                directory.number()
            )))
        }
    }

    async fn sync_from(
        &self,
        request: &Sync,
        have: Option<&Organisation>,
    ) -> Result<Option<Organisation>, ClientError> {
        let mut reply = self.call(Verb::Sync, request).await?;
        let synced: Synced = reply.message().await?;
        let newer_roots = texts(&mut reply, "root", synced.roots, ROOT_MAX).await?;
        if !synced.newer {
            reply.end().await?;
            return Ok(None);
        }
        let policy = reply.text("policy", HEAD_MAX).await?;
        let head = reply.text("directory", HEAD_MAX).await?;
        let newer_heads = texts(&mut reply, "earlier head", synced.earlier, HEAD_MAX).await?;
        let entries = texts(&mut reply, "entry", synced.entries, ENTRY_MAX).await?;
        reply.end().await?;

        if let Some(have) = have {
            not_older(&head, have)?;
        }
        let own = |wanted: bool| have.filter(|_| wanted);
        let mut roots: Vec<Vec<u8>> =
            have.iter().flat_map(|have| have.roots()).map(|root| root.note().encode()).collect();
        roots.extend(newer_roots);
        let mut heads: Vec<Vec<u8>> =
            have.iter().flat_map(|have| have.earlier()).map(|head| head.encode()).collect();
        heads.extend(have.map(|have| have.directory().head().encode()));
        heads.extend(newer_heads.into_iter().filter(|head| !heads.contains(head)).collect::<Vec<_>>());
        let entries = merged(own(!synced.whole), entries)?;

        let file = organisation_file(&roots, &policy, &head, &heads, &entries);
        let wrong = |error: &dyn std::error::Error| {
            let mut text = error.to_string();
            let mut source = error.source();
            while let Some(inner) = source {
                text = format!("{text}: {inner}");
                source = inner.source();
            }
            ClientError::Organisation(text)
        };
        let organisation =
            Organisation::parse(&file, have.map(Organisation::org)).map_err(|error| wrong(&error))?;
        if let Some(have) = have {
            organisation.successor_of(have.directory()).map_err(ClientError::Succession)?;
        }
        Ok(Some(organisation))
    }
}

/// Names a directory that is older than the one in hand, or a second one of its number, before its heads are put
/// together with ours, which it cannot have.
fn not_older(head: &[u8], have: &Organisation) -> Result<(), ClientError> {
    let offered = Signed::<DirectoryText>::parse(head, have.org(), HEAD_MAX)
        .map_err(|error| ClientError::Organisation(error.to_string()))?;
    let (found, known) = (offered.value().number, have.directory().number());
    if found < known {
        return Err(ClientError::Succession(SuccessionError::Rollback { have: known, found }));
    }
    if found == known && *offered.hash().as_bytes() != *have.directory().hash().as_bytes() {
        return Err(ClientError::Succession(SuccessionError::Fork { number: found }));
    }
    Ok(())
}

async fn texts(
    reply: &mut Reply,
    name: &'static str,
    count: u32,
    max: usize,
) -> Result<Vec<Vec<u8>>, ClientError> {
    if count > TEXTS_MAX {
        return Err(ClientError::Protocol(format!("{count} texts of kind {name}")));
    }
    let (mut texts, mut total) = (Vec::new(), 0);
    for _ in 0..count {
        let text = reply.text(name, max).await?;
        total += text.len();
        if total > ORGANISATION_MAX {
            return Err(ClientError::Protocol(format!("texts of kind {name} above 64 MiB")));
        }
        texts.push(text);
    }
    Ok(texts)
}

/// The entries of `old` with the changed ones in their places. The Merkle root tells whether that was right.
fn merged(old: Option<&Organisation>, changed: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, ClientError> {
    let Some(old) = old else { return Ok(changed) };
    let directory = old.directory();
    let persons = directory.persons().iter().map(|person| Holder::from(person.number));
    let units = directory.units().iter().map(|unit| Holder::from(unit.number));
    let mut entries: std::collections::BTreeMap<Holder, Vec<u8>> =
        persons.chain(units).zip(directory.entry_texts().map(<[u8]>::to_vec)).collect();
    for entry in changed {
        entries.insert(holder_of(&entry)?, entry);
    }
    // Persons ascending, then units ascending: the order of the directory, which is that of `Holder`.
    Ok(entries.into_values().collect())
}

/// Whose entry this is, from its `number` field; the entry itself is verified later.
fn holder_of(entry: &[u8]) -> Result<Holder, ClientError> {
    #[derive(serde::Deserialize)]
    struct Numbered {
        number: Holder,
    }
    serde_json::from_slice::<Numbered>(entry)
        .map(|entry| entry.number)
        .map_err(|_| ClientError::Organisation("an entry without a number".to_owned()))
}

/// The texts as an organisation file, which is verified as any other.
fn organisation_file(
    roots: &[Vec<u8>],
    policy: &[u8],
    directory: &[u8],
    earlier: &[Vec<u8>],
    entries: &[Vec<u8>],
) -> Vec<u8> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = |texts: &[Vec<u8>]| texts.iter().map(|bytes| text(bytes)).collect::<Vec<_>>();
    serde_json::json!({
        "format": "vault-organisation/1",
        "roots": all(roots),
        "policy": text(policy),
        "directory": text(directory),
        "earlier": all(earlier),
        "entries": all(entries),
    })
    .to_string()
    .into_bytes()
}
