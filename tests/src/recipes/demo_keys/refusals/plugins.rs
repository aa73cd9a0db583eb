//! A key file locked by a hardware token, whose plugin hangs, floods or lies: named, killed, and nothing is lost.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::super::play::Play;
use crate::recipes::Failure;

const PROGRAM: &str = "age-plugin-vaulttest";
const FOLDER: &str = "plugins";

/// 林芳 locks her key file by a token; then its plugin says nothing any more.
pub(super) fn hangs(play: &mut Play, code: &str) -> Result<(), Failure> {
    let recipient = install(play)?;
    let identity = format!("{FOLDER}/token");
    play.act("lin", &["identity", "token", "--recipient", &recipient, "--identity", &identity])?;
    play.aside("the program waits ten seconds for the first word, then ends the plugin");
    misbehaves(play, "hangs", code)
}

pub(super) fn floods(play: &mut Play, code: &str) -> Result<(), Failure> {
    misbehaves(play, "floods-bytes", code)
}

/// It hands over a file key for another file than it was asked about; after that it behaves, and the file opens.
pub(super) fn lies(play: &mut Play, code: &str) -> Result<(), Failure> {
    misbehaves(play, "other-file", code)?;
    fs::write(play.path(&format!("{FOLDER}/misbehave")), "")?;
    play.act("lin", &["read", "1", "--stdout"])?;
    Ok(())
}

fn misbehaves(play: &mut Play, how: &str, code: &str) -> Result<(), Failure> {
    let locked = fs::read(play.path("lin/identity.age"))?;
    fs::write(play.path(&format!("{FOLDER}/misbehave")), how)?;
    play.refuse("lin", &["read", "1", "--stdout"], code)?;
    if fs::read(play.path("lin/identity.age"))? != locked {
        return Err("the key file was changed".into());
    }
    Ok(())
}

/// The plugin and one token in a folder of the office; answers the token's recipient.
fn install(play: &mut Play) -> Result<String, Failure> {
    let (folder, program) = (play.path(FOLDER), play.path(&format!("{FOLDER}/{PROGRAM}")));
    fs::create_dir(&folder)?;
    fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
    fs::copy(play.office().beside(PROGRAM), &program)?;
    fs::set_permissions(&program, Permissions::from_mode(0o755))?;
    let made =
        Command::new(&program).arg("--generate").arg(play.path(&format!("{FOLDER}/token"))).output()?;
    play.set("VAULT_TEST_PLUGINS", &folder);
    Ok(String::from_utf8(made.stdout)?.trim().to_owned())
}
