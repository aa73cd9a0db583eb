//! The policy as an organisation writes it: one commented TOML file, catalogues as CSV tables beside it; compiled into
//! the signed text (docs/policy.md, "File").
//!
//! This is the officers' paper and not the spec's: nobody signs it, no reader sees it. So it stands here, with the
//! words of both languages and the two file formats, and not in `vault-core`, which knows the signed text only.
//! Everything wrong is named at once, with its line: whoever mends a file wants to do so once.

mod rules;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod words;

use std::path::{Path, PathBuf};

use vault_core::policy::{POLICY_MAX, Policy};
use vault_keys::digest::OrgId;
use vault_keys::json;
use vault_keys::note::parse_text;

pub use words::read_level;

use crate::error::{Failure, Kind, Outcome};
use crate::home::read_limited;
use crate::msg;
use sheet::Sheet;

/// Most bytes of the file.
const FILE_MAX: u64 = 1024 * 1024;
/// Most bytes of one table.
const TABLE_MAX: u64 = 4 * 1024 * 1024;
/// What the lines of all offices and the next root's can take of the note.
const LINES_ROOM: usize = 128 * 1024;

/// The code of everything that is wrong in a policy's file.
pub const CODE: &str = "policy-file";

/// Tables by the name that the file gives them: what to call each, and its bytes.
pub type Tables<'a> = dyn Fn(&str) -> Outcome<(String, Vec<u8>)> + 'a;

/// Reads a file with its tables, and compiles it into a policy of this organisation and number.
///
/// # Errors
/// Everything that is wrong, each with its file, line and place.
pub fn read(path: &Path, org: OrgId, number: u32) -> Outcome<Policy> {
    let bytes = read_limited(path, FILE_MAX)?;
    let name = shown(path);
    let text = utf8(&name, &bytes)?;
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let table = |file: &str| -> Outcome<(String, Vec<u8>)> {
        let path: PathBuf = folder.join(file);
        Ok((shown(&path), read_limited(&path, TABLE_MAX)?))
    };
    compile(&name, text, &table, org, number)
}

/// Compiles a text whose tables are handed in by name. No disk is touched.
///
/// # Errors
/// As [`read`].
pub fn compile(name: &str, text: &str, tables: &Tables<'_>, org: OrgId, number: u32) -> Outcome<Policy> {
    let sheet = Sheet::new(name);
    let policy = sheet.parse(text, |whole| rules::policy(whole, tables, org, number))?;
    // Everything above is judged rule by rule, with its line; this is the very check of every reader.
    let line = json::to_line(&policy);
    if line.len() > POLICY_MAX - LINES_ROOM {
        let most = (POLICY_MAX - LINES_ROOM) / 1024;
        return Err(wrong(msg!("policy-too-long", file = name, found = line.len() / 1024, most = most)));
    }
    parse_text(&line, org).map_err(|error| wrong(msg!("policy-unfit", file = name)).because(&error))
}

fn wrong(message: crate::lang::Msg) -> Failure {
    Failure::new(Kind::Refused, message).code(CODE)
}

/// The text of a file. What office programs of before write is named as what it is.
fn utf8<'a>(name: &str, bytes: &'a [u8]) -> Outcome<&'a str> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        wrong(msg!("policy-not-utf8", file = name, line = line)).hint(msg!("policy-not-utf8-next"))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The last part of a path: enough to know which of three files it is.
fn shown(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
