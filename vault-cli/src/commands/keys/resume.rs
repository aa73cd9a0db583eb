//! `vault keys resume`: lift a suspension with the next directory, which is what gives back.

use serde_json::json;
use vault_keys::directory::Act;
use vault_keys::numbers::Holder;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::officer::NextDirectory;
use crate::{msg, people, trust};

pub(super) fn run(context: &Context, who: &str) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let everyone = trust::load(&home)?.everyone();
    let listed = people::resolve(ui, &everyone, who)?;
    let Holder::Person(person) = listed.holder else {
        return Err(Failure::usage(msg!("stop-person")));
    };
    let mut next = NextDirectory::open(&home)?;
    next.apply(&home, Act::Resume { person })?;
    ui.confirm(&msg!("resume-ask", who = listed.line()))?;
    next.save(&home)?;
    ui.json(&json!({ "person": person.to_string(), "pending": true }));
    ui.done(&msg!("resumed", who = listed.name.as_str()));
    ui.note(&msg!("enrolled-next"));
    Ok(())
}
