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

/// How often a note is made where nothing changes, in seconds. Clients warn after three days.
const INTERVAL_S: i64 = 3600;
/// How often it is looked whether a note is due: one that had to wait for the clock follows soon.
const LOOK: Duration = Duration::from_secs(60);
/// How far ahead of the clock a note may be dated, in seconds. Clients drop what lies more than five minutes ahead.
const AHEAD_MAX_S: i64 = 60;

/// Makes a note at once, and then whenever one is due, for ever.
pub(crate) async fn run(context: Arc<Context>) {
    let mut tick = tokio::time::interval(LOOK);
    let mut begun = false;
    if let Some(force) = context.current.get() {
        let root = force.newest.organisation.root();
        if root.value().notary.is_some() && !names(root, &context.notary) {
            tracing::warn!(
                "root names another notary than keys/notary.key: this relay signs no freshness notes"
            );
        }
    }
    loop {
        tick.tick().await;
        // Looked at every time: a jump is seen before a note is made by it.
        let even = context.clock_is_even();
        let due = context.current.get().is_some_and(|force| is_due(&force.newest, context.now()));
        if begun && !(due && even) {
            continue;
        }
        match in_turn(&context).await {
            Ok(()) => begun = true,
            Err(error) => {
                tracing::error!(error = %connection::chain(&error), "no freshness note could be made; it is tried again");
            }
        }
    }
}

async fn in_turn(context: &Arc<Context>) -> Result<(), Failure> {
    let _turn = context
        .publishing
        .acquire()
        .await
        .map_err(|_| Failure::refuse(RelayCode::Closing, "the relay closes down"))?;
    renew(context).await
}

/// Does at once what is otherwise done at intervals, for tests.
#[cfg(feature = "test-hooks")]
pub(crate) async fn look(context: &Arc<Context>) -> Result<(), Failure> {
    let due = context.current.get().is_some_and(|force| is_due(&force.newest, context.now()));
    if due { in_turn(context).await } else { Ok(()) }
}

/// Makes a note where the one in force does not say what is in force now. Whoever calls holds the turn to publish.
pub(crate) async fn follow(context: &Arc<Context>) -> Result<(), Failure> {
    match context.current.get() {
        Some(force) if !says_newest(&force.newest) => renew(context).await,
        _ => Ok(()),
    }
}

/// Whether the note in force names what is in force.
fn says_newest(newest: &Version) -> bool {
    let in_force = newest.organisation.in_force();
    let directory = in_force.signed_directory();
    in_force.fresh().is_some_and(|fresh| {
        let said = fresh.value();
        said.root.hash == in_force.root().hash()
            && said.directory.hash == directory.hash()
            && said.stop == in_force.last_stop()
    })
}

fn is_due(newest: &Version, now: Time) -> bool {
    let made = newest.organisation.in_force().fresh().map(Fresh::made);
    !says_newest(newest) || made.is_none_or(|made| now.seconds_since(made) >= INTERVAL_S)
}

/// Makes a note of what is in force now. Whoever calls holds the turn to publish, so that nothing is replaced
/// meanwhile.
///
/// Where it would have to be dated too far ahead of the clock, none is made: the note in force goes on, and the next
/// one follows when the clock has come up to it.
async fn renew(context: &Arc<Context>) -> Result<(), Failure> {
    let Some(force) = context.current.get() else { return Ok(()) };
    if !names(force.newest.organisation.root(), &context.notary) {
        return Ok(());
    }
    if !context.clock_is_even() {
        tracing::warn!("the next freshness note waits: the clock was set");
        return Ok(());
    }
    let Some(made) = made(context.now(), context.current.last_noted()) else {
        tracing::warn!("the next freshness note waits: the last one is dated ahead of this clock");
        return Ok(());
    };
    // What the last change queued stands under the checkpoint that the note names.
    context.register.flush().await?;
    let ctx = Arc::clone(context);
    blocking(move || {
        let text = text(&ctx, &force.newest, made);
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

fn text(context: &Context, newest: &Version, made: Time) -> FreshText {
    let in_force = newest.organisation.in_force();
    let (root, directory) = (in_force.root(), in_force.signed_directory());
    let checkpoint = context.register.checkpoint();
    let checkpoint = checkpoint.checkpoint();
    FreshText {
        tag: FreshType,
        org: in_force.org(),
        made,
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

/// Now, and later than the note before, as two notes of one time would be a fork; `None` where that lies too far ahead.
fn made(now: Time, before: Option<Time>) -> Option<Time> {
    let made = before.map_or(now, |before| now.max(before.plus_seconds(1)));
    (made.seconds_since(now) <= AHEAD_MAX_S).then_some(made)
}

#[cfg(test)]
mod tests {
    use vault_keys::time::Time;

    use super::{AHEAD_MAX_S, made};

    #[test]
    fn a_note_is_dated_later_than_the_last_and_never_far_ahead() {
        let now: Time = "2026-11-25T08:00:00Z".parse().expect("a time");
        assert_eq!(made(now, None), Some(now));
        assert_eq!(made(now, Some(now.plus_seconds(-9))), Some(now));
        assert_eq!(made(now, Some(now)), Some(now.plus_seconds(1)));
        assert_eq!(made(now, Some(now.plus_seconds(AHEAD_MAX_S - 1))), Some(now.plus_seconds(AHEAD_MAX_S)));
        assert_eq!(made(now, Some(now.plus_seconds(AHEAD_MAX_S))), None);
        assert_eq!(made(now, Some(now.plus_days(1))), None, "the clock was set back");
    }
}
