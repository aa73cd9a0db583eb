//! A log that lost leaves: what may take its place, and what may be entered there again.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Office, Sealed, demand, receipt};
use vault_core::transfer::copy::CopyState;
use vault_keys::bytes::Bytes;
use vault_keys::directory::{EndedLog, LogText, RootChange};
use vault_relay::client::{Client, ClientError, Evidence};
use vault_relay::server::{self, BackupError, Config, Restarted};

/// A relay with a backup of everything but the last demand and receipt.
struct Disaster {
    office: Office,
    folder: tempfile::TempDir,
    sealed: Sealed,
    demanded: Evidence,
    received: Evidence,
}

fn code(error: ClientError) -> String {
    match error {
        ClientError::Refused { code, .. } => code,
        other => panic!("{other}"),
    }
}

impl Disaster {
    async fn new() -> Self {
        let mut office = Office::open().await;
        let folder = tempfile::tempdir().unwrap();
        let sealed = office.seal(1, b"content", &[office.holder(3)]);
        sealed.submit(&office.station(1).await).await;
        office.stop().await;
        server::backup(&office.config, &folder.path().join("backup")).unwrap();
        office.start().await;
        let reader = office.station(3).await;
        let demanded = reader.demand(&demand(&office.world, office.world.member(3), &sealed)).await.unwrap();
        let said = receipt(&office.world, office.world.member(3), &sealed, demanded.leaf.leaf.hash());
        let received = reader.receipt(&said).await.unwrap();
        office.stop().await;
        fs::remove_dir_all(&office.config.data).unwrap();
        Self { office, folder, sealed, demanded, received }
    }

    fn backup(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    fn restart(&self, from: &Path) -> Result<Restarted, BackupError> {
        server::restart(&self.office.config, from, self.office.world.now())
    }

    /// The log begun anew; officers sign what `change` makes of the card's word for it.
    async fn begun_anew(&mut self, change: impl FnOnce(&mut EndedLog)) {
        self.office.config.origin = "vault.example/register-2".to_owned();
        let card = self.restart(&self.backup()).unwrap().card.log;
        let mut ended = card.succeeds.unwrap();
        change(&mut ended);
        let (origin, succeeds) = (card.origin.parse().unwrap(), Some(ended));
        let log = LogText { origin, ed25519: card.ed25519, ml_dsa_44: card.ml_dsa_44, succeeds };
        let old = self.office.next_root_with([RootChange::Log(Box::new(log))]);
        self.office.world.change(|_, _| {});
        server::import(&self.office.config, &self.office.organisation(&[old]).encode()).unwrap();
        self.office.start().await;
    }

    async fn state(&self) -> CopyState {
        let status = self.office.station(1).await.status(self.sealed.hash()).await.unwrap();
        status.copies[0].state
    }

    async fn restate(&self, client: &Client, evidence: &Evidence) -> Result<Evidence, ClientError> {
        client.restate(&evidence.text, &evidence.leaf.leaf.signed().unwrap()).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_ends_under_another_name_only_and_only_where_something_was_lost() {
    let mut lost = Disaster::new().await;
    let backup = lost.backup();
    assert!(matches!(lost.restart(&backup), Err(BackupError::SameOrigin(_))));
    let other = Config { name: "relay-2".to_owned(), ..lost.office.config.clone() };
    assert!(matches!(
        server::restart(&other, &backup, lost.office.world.now()),
        Err(BackupError::Other { .. })
    ));
    lost.office.config.origin = "vault.example/register-2".to_owned();
    // The guard says that the backup has everything: nothing need end.
    let guard = fs::read(&lost.office.config.guard).unwrap();
    fs::copy(backup.join("last-checkpoint"), &lost.office.config.guard).unwrap();
    assert!(matches!(lost.restart(&backup), Err(BackupError::NothingLost)));
    assert!(!lost.office.config.data.exists());
    fs::write(&lost.office.config.guard, &guard).unwrap();
    let done = lost.restart(&backup).unwrap();
    let ended = done.card.log.succeeds.unwrap();
    assert!(done.signed.unwrap() > ended.size && ended.size == done.manifest.leaves);
    assert_eq!(fs::read(lost.office.config.guard.with_extension("ended")).unwrap(), guard);
    // Not over what is there.
    assert!(matches!(lost.restart(&backup), Err(BackupError::Exists(_))));
    // The root in force names the ended log: nothing is served.
    let clock = std::sync::Arc::new(server::SystemClock);
    let refused = server::Relay::start_with(lost.office.config.clone(), clock).await.unwrap_err();
    assert!(refused.to_string().contains("import the root"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_signed_and_lost_is_entered_again_once_and_by_its_signer() {
    let mut lost = Disaster::new().await;
    lost.begun_anew(|_| {}).await;
    assert_eq!(lost.state().await, CopyState::Available);
    // However long ago it was.
    lost.office.clock.forward(40 * 24 * 3600);
    let (reader, colleague) = (lost.office.station(3).await, lost.office.station(2).await);
    assert_eq!(code(lost.restate(&colleague, &lost.demanded).await.unwrap_err()), "statement-signer");
    // A receipt without its demand is none.
    assert_eq!(code(lost.restate(&reader, &lost.received).await.unwrap_err()), "no-demand");
    let again = lost.restate(&reader, &lost.demanded).await.unwrap();
    assert_eq!(again.leaf.leaf.head().restates, Some(lost.demanded.leaf.leaf.hash()));
    assert_eq!(lost.state().await, CopyState::Demanded);
    let received = lost.restate(&reader, &lost.received).await.unwrap();
    assert_eq!(lost.state().await, CopyState::Received);
    // The same again has the leaf it has.
    let twice = lost.restate(&reader, &lost.received).await.unwrap();
    assert_eq!(twice.leaf.index, received.leaf.index);
    // What the register has, was not lost; nor was what stands in the new one.
    let status = lost.office.station(1).await.status(lost.sealed.hash()).await.unwrap();
    let note = lost.received.leaf.leaf.signed().unwrap();
    for text in [&status.evidence[0].text, &received.text, &b"no proof".to_vec()] {
        assert_eq!(code(reader.restate(text, &note).await.unwrap_err()), "not-lost");
    }
    // The whole register, tiles and database, is in order.
    assert!(server::ask_scrub(&lost.office.config, 1000).await.unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_does_not_begin_with_what_the_officers_signed() {
    for change in [
        |ended: &mut EndedLog| ended.root = Bytes([7; 32]),
        |ended: &mut EndedLog| ended.size -= 1,
        |ended: &mut EndedLog| ended.size += 100,
    ] {
        let mut lost = Disaster::new().await;
        lost.begun_anew(change).await;
        let ended = lost.office.world.root.ended_log().unwrap().clone();
        let client = lost.office.station(3).await;
        let refused = client.begins(&ended, None).await.unwrap_err();
        assert!(matches!(refused, ClientError::Evidence(_)), "{refused}");
    }
    // As signed it does, and goes on from what the client saw of the ended one before the backup.
    let mut lost = Disaster::new().await;
    let seen = lost.demanded.leaf.checkpoint.clone();
    lost.begun_anew(|_| {}).await;
    let ended = lost.office.world.root.ended_log().unwrap().clone();
    let client = lost.office.station(3).await;
    let begun = client.begins(&ended, Some(&seen)).await.unwrap();
    assert_eq!(begun.checkpoint().size(), ended.size + 1);
    // The leaf behind what was left is the root in which the officers say so.
    assert!(matches!(client.checkpoint(None).await, Ok(vault_relay::client::Standing::Continues(_))));
}
