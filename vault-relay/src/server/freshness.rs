//! The notary's work: saying at intervals, and after every change, what is newest (docs/directory.md, "Freshness").
//!
//! Only where the root in force names this relay's notary key. If it names another one, that notary's notes come in
//! by `publish` like everything else.

use std::sync::Arc;
use std::time::Duration;

use vault_keys::directory::{
    CheckpointRef, DirectoryVersion, Fresh, FreshText, FreshType, RegisterHash, Root, RootRef,
};
use vault_keys::signing::OfficeKey;
use vault_keys::time::Time;

use super::connection;
use super::context::{Context, blocking};
use super::failure::Failure;
use super::force::Version;
use super::install;
use crate::proto::codes::RelayCode;

/// How often a note is made where nothing changes. Clients warn after three days.
const INTERVAL: Duration = Duration::from_secs(3600);

/// Makes a note at once and then at intervals, for ever.
pub(crate) async fn run(context: Arc<Context>) {
    let mut tick = tokio::time::interval(INTERVAL);
    loop {
        tick.tick().await;
        let renewed = async {
            let _turn = context
                .publishing
                .acquire()
                .await
                .map_err(|_| Failure::refuse(RelayCode::Closing, "the relay closes down"))?;
            renew(&context).await
        };
        if let Err(error) = renewed.await {
            tracing::error!(error = %connection::chain(&error), "no freshness note could be made; it is tried again");
        }
    }
}

/// Makes a note of what is in force now. Whoever calls holds the turn to publish, so that nothing is replaced
/// meanwhile.
pub(crate) async fn renew(context: &Arc<Context>) -> Result<(), Failure> {
    let Some(force) = context.current.get() else { return Ok(()) };
    if !names(force.newest.organisation.root(), &context.notary) {
        return Ok(());
    }
    // What the last change queued stands under the checkpoint that the note names.
    context.register.flush().await?;
    let ctx = Arc::clone(context);
    blocking(move || {
        let text = text(&ctx, &force.newest);
        let root = force.newest.organisation.root();
        let fresh = Fresh::sign(text, root, &ctx.notary)
            .map_err(|_| Failure::Ours("a freshness note of ours is none"))?;
        let version = force
            .newest
            .with_fresh(fresh)
            .map_err(|_| Failure::Ours("a freshness note of ours does not fit what is in force"))?;
        install::put(&*ctx.metadata, &ctx.own, &ctx.current, version, ctx.now())
            .map_err(|_| Failure::Ours("a freshness note could not be stored"))
    })
    .await
}

fn names(root: &Root, notary: &OfficeKey) -> bool {
    let public = notary.public();
    root.value().notary.as_ref().is_some_and(|named| {
        named.ed25519.0 == *public.ed25519().as_bytes() && named.ml_dsa_44.0 == *public.ml_dsa()
    })
}

fn text(context: &Context, newest: &Version) -> FreshText {
    let in_force = newest.organisation.in_force();
    let (root, directory) = (in_force.root(), in_force.signed_directory());
    let checkpoint = context.register.checkpoint();
    let checkpoint = checkpoint.checkpoint();
    FreshText {
        tag: FreshType,
        org: in_force.org(),
        made: made(context.now(), context.current.last_noted()),
        root: RootRef { number: root.number(), hash: root.hash() },
        directory: DirectoryVersion { number: directory.number(), hash: directory.hash() },
        stop: in_force.last_stop(),
        checkpoint: CheckpointRef {
            origin: root.log_origin().clone(),
            size: checkpoint.size(),
            hash: RegisterHash::from_bytes(*checkpoint.root().as_bytes()),
        },
    }
}

/// Now, and later than the note before: two notes of one time would be a fork.
fn made(now: Time, before: Option<Time>) -> Time {
    before.map_or(now, |before| now.max(before.plus_seconds(1)))
}
