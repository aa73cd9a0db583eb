//! `vault keys`: the organisation as officers make it and everybody sees it.

mod enrol;
mod init;
mod publish;
mod show;
mod sync;

use crate::cli::KeysAct;
use crate::context::Context;
use crate::error::Outcome;

pub(super) fn run(context: &Context, act: KeysAct) -> Outcome {
    match act {
        KeysAct::Init(args) => init::run(context, &args),
        KeysAct::Enrol(args) => enrol::run(context, &args),
        KeysAct::Publish(args) => publish::run(context, &args),
        KeysAct::List => show::list(context),
        KeysAct::Show { who } => show::one(context, &who),
        KeysAct::Sync(args) => sync::run(context, &args),
    }
}
