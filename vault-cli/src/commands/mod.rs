//! One file per command. A command reads its arguments, asks for what is missing, calls the library
//! and prints; rules, bytes and the network are elsewhere.

mod approve;
mod ask;
mod chase;
mod check;
mod circulate;
mod completions;
mod deciding;
mod doctor;
mod export;
mod form;
mod give_back;
mod identity;
mod inbox;
mod inspect;
mod join;
mod keys;
mod mark;
mod open;
mod outbox;
mod policy;
mod read;
mod recall;
mod receive;
mod register;
mod renewing;
mod requests;
mod rewrap;
mod seal;
mod send;
mod status;
mod unlock;
mod watch;
mod widen;

use crate::cli::Command;
use crate::context::Context;
use crate::error::Outcome;

/// Runs one command.
///
/// # Errors
/// Whatever ended it badly.
pub(crate) fn run(context: &Context, command: Option<Command>) -> Outcome {
    match command {
        Some(Command::Inspect { file, with }) => inspect::run(context, &file, &with),
        Some(Command::Join { file, code, name, pinyin, fingerprint, output }) => {
            let member = join::Member {
                name: name.as_deref(),
                pinyin: pinyin.as_deref(),
                fingerprint: fingerprint.as_deref(),
                output: output.as_deref(),
            };
            join::run(context, &file, code.as_deref(), &member)
        }
        Some(Command::Keys { act }) => keys::run(context, act),
        Some(Command::Register { act }) => register::run(context, act),
        Some(Command::Policy { act }) => policy::run(context, act),
        Some(Command::Seal(args)) => seal::run(context, &args),
        Some(Command::Open(args)) => open::run(context, &args),
        Some(Command::Request { act }) => requests::run(context, act),
        Some(Command::Widen(args)) => requests::widen(context, &args),
        Some(Command::Change(args)) => requests::change(context, &args),
        Some(Command::Declassify(args)) => requests::declassify(context, &args),
        Some(Command::Release(args)) => requests::release(context, &args),
        Some(Command::Form(args)) => form::run(context, &args),
        Some(Command::Check(args)) => check::run(context, &args),
        Some(Command::Doctor) => doctor::run(context),
        Some(Command::Send(args)) => send::run(context, &args),
        Some(Command::Outbox { act }) => outbox::run(context, act),
        Some(Command::Inbox { act }) => inbox::run(context, act),
        Some(Command::Receive(args)) => receive::run(context, &args),
        Some(Command::Read(args)) => read::run(context, &args),
        Some(Command::Export(args)) => export::run(context, &args),
        Some(Command::Status { item, opinions }) => status::run(context, item.as_deref(), opinions),
        Some(Command::Pending) => deciding::list(context),
        Some(Command::Withdraw { item, output }) => deciding::withdraw(context, &item, output.as_deref()),
        Some(Command::Circulate(args)) => circulate::run(context, &args),
        Some(Command::Return(args)) => give_back::run(context, &args),
        Some(Command::Recall(args)) => recall::run(context, &args),
        Some(Command::Chase { item }) => chase::run(context, item.as_deref()),
        Some(Command::Ask { item, who }) => ask::run(context, &item, &who),
        Some(Command::Approve(args)) => approve::approve(context, &args),
        Some(Command::Refuse(args)) => approve::refuse(context, &args),
        None => inbox::overview(context),
        Some(Command::Watch(args)) => watch::run(context, &args),
        Some(Command::Mark(args)) => mark::run(context, &args),
        Some(Command::Identity { act }) => identity::run(context, act),
        Some(Command::Unlock { status: true, .. }) => unlock::status(context),
        Some(Command::Unlock { time, .. }) => unlock::run(context, &time),
        Some(Command::Lock) => unlock::end(context),
        Some(Command::Completions { shell }) => completions::run(context, shell),
        #[cfg(feature = "demo")]
        Some(Command::Demo { file, dir, keep }) => {
            crate::demo::run(context, file.as_deref(), dir.as_deref(), keep)
        }
    }
}
