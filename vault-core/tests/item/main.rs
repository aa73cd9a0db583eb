//! Items as bytes: bad input, properties, committed fixtures and the example of docs/item.md.
#![cfg(feature = "open")]
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

mod agreement;
mod fixtures;
mod form;
mod manifest;
mod properties;
mod sample;
mod specification;
mod texts;
