//! `vault keys`: the organisation as officers make it and everybody sees it.

mod acting;
mod change;
mod deputy;
mod draft;
mod enrol;
mod fresh;
mod init;
mod invite;
mod leave;
mod officer;
mod officers;
mod papers;
mod people_table;
mod publish;
mod reach;
mod recover;
mod recovery;
mod resume;
mod show;
mod showing;
mod sign;
mod stop;
mod sync;
mod transcript;
mod unit;

use crate::cli::{KeysAct, PublishArgs, SignArgs};
use crate::context::Context;
use crate::error::Outcome;

/// `vault keys sign`, also for what other commands have drafted.
pub(super) fn sign_drafted(context: &Context, args: &SignArgs) -> Outcome {
    sign::run(context, args)
}

/// `vault keys publish`, also for what other commands have drafted.
pub(super) fn publish_drafted(context: &Context, args: &PublishArgs) -> Outcome {
    publish::run(context, args)
}

pub(super) fn run(context: &Context, act: KeysAct) -> Outcome {
    match act {
        KeysAct::Recovery { act } => recovery::run(context, act),
        KeysAct::Recover(args) => recover::run(context, &args),
        KeysAct::Init(args) => init::run(context, &args),
        KeysAct::Invite(args) => invite::run(context, &args),
        KeysAct::Enrol(args) => enrol::run(context, &args),
        KeysAct::Officer(args) => officer::run(context, &args),
        KeysAct::Sign(args) => sign::run(context, &args),
        KeysAct::Publish(args) => publish::run(context, &args),
        KeysAct::Stop(args) => stop::run(context, &args),
        KeysAct::Resume { who } => resume::run(context, &who),
        KeysAct::Change(args) => change::run(context, &args),
        KeysAct::Deputy(args) => deputy::run(context, &args),
        KeysAct::Papers(args) => papers::run(context, &args),
        KeysAct::Unit(args) => unit::run(context, &args),
        KeysAct::Leave(args) => leave::run(context, &args),
        KeysAct::Draft(args) => draft::run(context, args),
        KeysAct::Officers(args) => officers::run(context, &args),
        KeysAct::Fresh(args) => fresh::run(context, &args),
        KeysAct::Transcript => transcript::run(context),
        KeysAct::List => show::list(context),
        KeysAct::Show { who } => show::one(context, &who),
        KeysAct::WhoCouldRead { who, key } => reach::run(context, &who, key.as_deref()),
        KeysAct::Sync(args) => sync::run(context, &args),
    }
}
