//! Switching one check off, so that a test can show that its cases turn red without it (feature `test-hooks`).
//!
//! Refusals are collected in one place; what is switched off is not collected there. Release builds have neither the
//! switch nor the question.

use std::cell::Cell;
use std::marker::PhantomData;

use super::code::Code;

thread_local! {
    static OFF: Cell<Option<Code>> = const { Cell::new(None) };
}

/// One check is switched off on this thread for as long as this lives.
#[derive(Debug)]
#[must_use = "the check is on again as soon as this is dropped"]
pub struct Without {
    before: Option<Code>,
    // It belongs to the thread whose check it switched off.
    _thread: PhantomData<*const ()>,
}

/// Switches off every refusal of this code on this thread; the one switched off before comes back with the drop.
pub fn without(code: Code) -> Without {
    Without { before: OFF.replace(Some(code)), _thread: PhantomData }
}

impl Drop for Without {
    fn drop(&mut self) {
        OFF.set(self.before);
    }
}

pub(super) fn is_off(code: Code) -> bool {
    OFF.get() == Some(code)
}
