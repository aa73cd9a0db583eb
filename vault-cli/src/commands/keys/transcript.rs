//! `vault keys transcript`: what was shown, signed and published here, verified.

use serde_json::json;

use crate::context::Context;
use crate::error::Outcome;
use crate::msg;
use crate::officer::Transcript;

pub(super) fn run(context: &Context) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let reading = Transcript::of(&home).read()?;
    ui.json(&json!({ "entries": reading.entries, "last": reading.last, "text": reading.text }));
    for line in reading.text.lines() {
        ui.line(line);
    }
    ui.gap();
    ui.say(&msg!("transcript-whole", entries = reading.entries, hash = reading.last));
    Ok(())
}
