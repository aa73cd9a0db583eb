//! Weak units in words: shown wherever somebody looks at a unit, changes one, or sends to one.

use serde_json::{Value, json};
use vault_core::weak_unit::{WeakUnit, Weakness};
use vault_keys::directory::UnitEntry;
use vault_keys::numbers::UnitNo;

use crate::lang::Msg;
use crate::trust::Known;
use crate::ui::Ui;
use crate::{label_words, msg};

/// Warns of those weak units of the directory in force that concern somebody.
pub fn warn(ui: &Ui, known: &Known, concerns: impl Fn(UnitNo) -> bool) {
    for words in of(ui, known, concerns) {
        ui.warn(&words);
    }
}

/// Those weak units of the directory in force that concern somebody, in words.
#[must_use]
pub fn of(ui: &Ui, known: &Known, concerns: impl Fn(UnitNo) -> bool) -> Vec<Msg> {
    let weak = known.weak_units().into_iter().filter(|weak| concerns(weak.unit));
    weak.map(|weak| words(ui, weak, known.directory().units())).collect()
}

/// What is weak about a unit, in words.
#[must_use]
pub fn words(ui: &Ui, weak: WeakUnit, units: &[UnitEntry]) -> Msg {
    let entry = units.iter().find(|entry| entry.number == weak.unit);
    let name = entry.map_or_else(|| weak.unit.to_string(), |entry| format!("{} ({})", entry.name, weak.unit));
    match weak.weakness {
        Weakness::SingleClerk => msg!("warn-single-clerk", unit = name),
        Weakness::NoClerk => msg!("warn-no-clerk", unit = name),
        Weakness::NoRecovery { level } => {
            msg!("warn-recovery-wanted", unit = name, level = label_words::level(ui, level))
        }
        _ => msg!("warn-weak-unit", unit = name),
    }
}

/// Weak units, for programs.
#[must_use]
pub fn document(weak: &[WeakUnit]) -> Value {
    let one = |weak: &WeakUnit| {
        let (word, level) = match weak.weakness {
            Weakness::SingleClerk => ("single-clerk", None),
            Weakness::NoClerk => ("no-clerk", None),
            Weakness::NoRecovery { level } => ("no-recovery", Some(level.word())),
            _ => ("other", None),
        };
        json!({ "unit": weak.unit.to_string(), "weakness": word, "level": level })
    };
    weak.iter().map(one).collect()
}
