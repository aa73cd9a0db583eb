//! Thirty people are set up by a table, a code each, and one signing for all.

use std::fs;

use super::founding::{ORGANISATION, open_relay, sign_and_publish};
use super::play::{Play, code_on, thirty_digits};
use crate::project_root;
use crate::recipes::Failure;

/// Homes of those who act later on.
const HOMES: [(&str, &str); 7] = [
    ("王建国", "wang"),
    ("赵丽华", "zhao"),
    ("李娜", "li"),
    ("张伟", "zhang"),
    ("刘洋", "liu"),
    ("林芳", "lin"),
    ("韩梅", "han"),
];

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    officer_as_member(play)?;
    thirty(play)
}

fn officer_as_member(play: &mut Play) -> Result<(), Failure> {
    play.scene("January: one of the officers is entered as a member of staff, so that his machine may speak with the relay");
    play.act("zhou", &["keys", "invite", "--name", "周明", "-o", "sheet"])?;
    let code = code_of(play, "sheet", "周明")?;
    play.act("zhou", &["join", ORGANISATION, &code, "--name", "周明", "-o", "zhou.note"])?;
    let words =
        ["keys", "enrol", "zhou.note", "--unit", "办公室", "--post", "机要秘书", "--clearance", "机密"];
    play.act("zhou", &[&words[..], &["--role", "密钥管理员"]].concat())?;
    play.act("zhou", &["keys", "sign", "-o", "directory-2.json"])?;
    play.act("wu", &["keys", "sign", "directory-2.json"])?;
    play.act("zhou", &["keys", "publish", "directory-2.json", "-o", ORGANISATION])?;
    open_relay(play);
    Ok(())
}

fn thirty(play: &mut Play) -> Result<(), Failure> {
    play.scene("January: thirty people by a table");
    fs::copy(project_root().join("docs/sample/people.csv"), play.path("people.csv"))?;
    play.act("zhou", &["keys", "invite", "--from", "people.csv", "--new-units", "--relay", "-o", "sheets"])?;
    play.aside("each gets a sheet with a code, and by phone the 30 digits of the organisation");
    let table = play.text("people.csv")?;
    let names: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let fingerprint = play.office().fingerprint_of("zhou");
    let mut numbers = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let code = code_of(play, "sheets", name)?;
        let words =
            ["join", "sheets/organisation.vault", &code, "--name", name, "--fingerprint", &fingerprint];
        let home = home_of(name).map_or_else(|| format!("p{place}"), ToOwned::to_owned);
        let said = if place == 0 { play.act(&home, &words)? } else { play.quietly(&home, &words)? };
        numbers.push(thirty_digits(&said)?);
    }
    play.aside(&format!("… and {} more, each with the code of his sheet", names.len() - 1));
    play.aside("an officer calls each of them, and each reads out his number");
    let mut words = vec!["keys", "enrol", "--pending"];
    for number in &numbers {
        words.extend(["--number", number]);
    }
    play.act("zhou", &words)?;
    sign_and_publish(play, "directory-3.json")?;
    for home in ["wang", "li"] {
        play.act(home, &["keys", "sync"])?;
    }
    for (_, home) in HOMES {
        play.look(home, &["keys", "sync"])?;
    }
    send(play, "wang", "会议通知.txt", "李娜")?;
    play.act("li", &["receive"])?;
    play.act("li", &["read", "1", "--stdout"])?;
    Ok(())
}

fn home_of(name: &str) -> Option<&'static str> {
    HOMES.iter().find(|(one, _)| *one == name).map(|(_, home)| *home)
}

/// The code on somebody's sheet in a folder of sheets.
pub(super) fn code_of(play: &Play, folder: &str, name: &str) -> Result<String, Failure> {
    for entry in fs::read_dir(play.path(folder))? {
        let path = entry?.path();
        let is_sheet = path.extension().is_some_and(|ending| ending == "txt");
        if is_sheet && path.display().to_string().contains(name) {
            return code_on(&fs::read_to_string(path)?);
        }
    }
    Err(format!("no sheet for {name} in {folder}").into())
}

/// Sends a short internal notice; answers the item.
pub(super) fn send(play: &mut Play, from: &str, file: &str, to: &str) -> Result<String, Failure> {
    drop(play.office().file(file, "星期五下午三时，三楼会议室。\n".as_bytes()));
    let basis = "工作秘密清单3";
    play.act(from, &["send", file, "--to", to, "--mark", "内部", "--term", "1年", "--basis", basis])?;
    let sent = play.look(from, &["status"])?;
    let newest = sent["sent"].as_array().and_then(|sent| sent.last()).ok_or("nothing was sent")?;
    Ok(newest["item"].as_str().ok_or("an item has a number")?.to_owned())
}
