//! One person rotates her keys; later she forgets her passphrase, gets new keys by a code, and reads again what she
//! held by the unit's recovery key.

use super::founding::sign_and_publish;
use super::joining::{code_of, send};
use super::play::{Play, thirty_digits};
use crate::recipes::Failure;

pub(super) fn rotate(play: &mut Play) -> Result<(), Failure> {
    play.scene("March: somebody rotates her keys");
    let waiting = send(play, "wang", "值班表.txt", "李娜")?;
    let said = play.act("li", &["identity", "rotate"])?;
    play.aside("she reads her number out to an officer");
    play.act("zhou", &["keys", "enrol", "--pending", "--number", &thirty_digits(&said)?])?;
    sign_and_publish(play, "directory-4.json")?;
    play.act("li", &["keys", "sync"])?;
    play.aside("what was sealed to the old key, and waited, is received and read with the new keys in use");
    play.act("li", &["receive"])?;
    play.act("li", &["read", &waiting, "--stdout"])?;
    Ok(())
}

/// The folder with the dealt set and shares.
pub(super) const DEALT: &str = "recovery";
/// The signed set.
pub(super) const SET: &str = "recovery/set.proposal";

pub(super) fn lose_and_recover(play: &mut Play) -> Result<(), Failure> {
    play.scene("September: the office gets a recovery key, which any two of three holders open");
    deal(play, DEALT)?;
    sign_and_publish(play, "directory-8.json")?;
    for home in ["wang", "li"] {
        play.act(home, &["keys", "sync"])?;
    }
    for (home, number) in [("wang", 1), ("zhao", 2), ("lin", 3)] {
        play.look(home, &["keys", "sync"])?;
        play.act(home, &["keys", "recovery", "check", &share(play, DEALT, number)?, "--set", SET])?;
    }
    let item = send(play, "wang", "预算草案.txt", "李娜")?;
    play.act("li", &["receive"])?;

    play.scene("October: she has forgotten her passphrase");
    play.act("zhou", &["keys", "invite", "李娜", "--relay", "-o", "sheet-li"])?;
    let code = code_of(play, "sheet-li", "李娜")?;
    let said = play.act("li", &["identity", "replace", &code])?;
    play.act("zhou", &["keys", "enrol", "--pending", "--number", &thirty_digits(&said)?])?;
    sign_and_publish(play, "directory-9.json")?;
    play.act("li", &["keys", "sync"])?;
    play.aside("new keys open what comes from now on; what she held is still closed to her");
    play.refuse("li", &["read", &item, "--stdout"], "reader-not-listed")?;

    play.scene("October: what she held is given back by the recovery key");
    for home in ["wang", "lin"] {
        play.act(home, &["keys", "sync"])?;
    }
    ask(play, "request.proposal")?;
    let one = give(play, "wang", "request.proposal", &share(play, DEALT, 1)?, "handed-1.age")?;
    let three = give(play, "lin", "request.proposal", &share(play, DEALT, 3)?, "handed-3.age")?;
    let words = ["keys", "recover", "request.proposal", "--set", SET, "--share", &one, "--share", &three];
    play.act("zhou", &[&words[..], &["--items", "li/inbox", "-o", "given-back"]].concat())?;
    play.act("li", &["identity", "recovered", "given-back"])?;
    play.act("li", &["read", &item, "--stdout"])?;
    play.act("li", &["inbox", "rekey", &item])?;
    Ok(())
}

/// A recovery key for 办公室, dealt among three, its set signed by two officers.
pub(super) fn deal(play: &mut Play, folder: &str) -> Result<(), Failure> {
    let words = ["keys", "recovery", "new", "办公室", "--holders", "王建国,赵丽华,林芳", "--need", "2"];
    play.act("zhou", &[&words[..], &["-o", folder]].concat())?;
    let set = format!("{folder}/set.proposal");
    play.act("zhou", &["keys", "sign", &set])?;
    play.act("wu", &["keys", "sign", &set])?;
    Ok(())
}

/// Asks to give back everything she holds; two officers sign.
pub(super) fn ask(play: &mut Play, request: &str) -> Result<(), Failure> {
    let words = ["keys", "recovery", "ask", "李娜", "--set", SET, "--reason", "forgotten", "-o", request];
    play.act("zhou", &words)?;
    play.act("zhou", &["keys", "sign", request])?;
    play.act("wu", &["keys", "sync", "--from", super::founding::ORGANISATION])?;
    play.act("wu", &["keys", "sign", request])?;
    Ok(())
}

/// A holder hands his share over to the run; answers the file.
pub(super) fn give(
    play: &mut Play,
    home: &str,
    request: &str,
    share: &str,
    out: &str,
) -> Result<String, Failure> {
    play.act(home, &["keys", "recovery", "give", request, share, "--set", SET, "-o", out])?;
    Ok(out.to_owned())
}

/// The file of a share, by its number.
pub(super) fn share(play: &Play, folder: &str, number: usize) -> Result<String, Failure> {
    let prefix = format!("share-{number}-");
    for entry in std::fs::read_dir(play.path(folder))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with(&prefix) {
            return Ok(format!("{folder}/{name}"));
        }
    }
    Err(format!("no share {number} in {folder}").into())
}
