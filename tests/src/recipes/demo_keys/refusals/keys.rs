//! Requests with unfit keys, and a directory that gives somebody's number to another.

use std::fs;

use vault_keys::directory::{Draft, Key, KeyState, Organisation, Proposal};
use vault_keys::key_id::KeyKind;
use vault_keys::signing::SigningKey;

use super::super::founding::ORGANISATION;
use super::super::joining::code_of;
use super::super::play::Play;
use crate::forger::Forger;
use crate::recipes::Failure;

const AS_PLANNED: [&str; 6] = ["--unit", "执法队", "--post", "队员", "--clearance", "内部"];

fn organisation(play: &Play) -> Result<Organisation, Failure> {
    Ok(Organisation::parse(&fs::read(play.path(ORGANISATION))?, None)?)
}

/// The next directory puts somebody else under the number of 韩梅, who has left.
pub(super) fn number_reused(play: &mut Play, code: &str) -> Result<(), Failure> {
    let organisation = organisation(play)?;
    let (root, before) = (organisation.root(), organisation.directory());
    let (made, key) = (vault::clock::now(), SigningKey::from_seed(&[6; 32]));
    let mut persons = before.persons().to_vec();
    let leaver = persons.iter_mut().find(|person| person.name == "韩梅").ok_or("韩梅 has left")?;
    leaver.name = "胡明".to_owned();
    leaver.keys = vec![Key {
        state: KeyState::Retired,
        to: Some(made),
        ..Key::active(KeyKind::Sign, key.public().as_bytes(), made)
    }];
    let draft = Draft {
        made,
        expires: made.plus_days(60),
        policy: before.value().policy,
        stop: organisation.in_force().last_stop(),
        persons,
        units: before.units().to_vec(),
    };
    play.aside("somebody writes a directory with another person under the number of one who has left");
    fs::write(play.path("reused.json"), Proposal::directory(draft, root, before)?.encode())?;
    play.refuse("wu", &["keys", "sign", "reused.json"], code)
}

fn forger(play: &mut Play, name: &str, folder: &str) -> Result<Forger, Failure> {
    play.act("zhou", &["keys", "invite", "--name", name, "-o", folder])?;
    let org = organisation(play)?.org();
    Ok(Forger::new(org, &code_of(play, folder, name)?))
}

fn refuse(play: &mut Play, file: &str, note: &[u8], code: &str) -> Result<(), Failure> {
    fs::write(play.path(file), note)?;
    play.refuse("zhou", &[&["keys", "enrol", file][..], &AS_PLANNED].concat(), code)
}

/// The first is entered, the second comes with the same keys under another name.
pub(super) fn two_persons(play: &mut Play, code: &str) -> Result<(), Failure> {
    let first = forger(play, "胡明", "sheet-1")?;
    fs::write(play.path("first.note"), first.under_another_name("胡明"))?;
    play.act("zhou", &[&["keys", "enrol", "first.note"][..], &AS_PLANNED].concat())?;
    let second = forger(play, "胡亮", "sheet-2")?;
    refuse(play, "second.note", &second.under_another_name("胡亮"), code)
}

pub(super) fn two_kinds(play: &mut Play, code: &str) -> Result<(), Failure> {
    let note = forger(play, "胡兰", "sheet-3")?.one_key_for_two_kinds();
    refuse(play, "two-kinds.note", &note, code)
}

pub(super) fn small_order(play: &mut Play, code: &str) -> Result<(), Failure> {
    let note = forger(play, "胡青", "sheet-4")?.small_order_opening();
    refuse(play, "small-order.note", &note, code)
}

pub(super) fn no_proof(play: &mut Play, code: &str) -> Result<(), Failure> {
    let note = forger(play, "胡波", "sheet-5")?.without_proof();
    refuse(play, "no-proof.note", &note, code)?;
    play.act("zhou", &["keys", "draft", "--drop"])?;
    Ok(())
}
