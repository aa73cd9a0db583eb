//! `vault keys unit`: makes a unit, or changes its name, place, level and clerks.

use vault_keys::directory::{Act, LevelWord, NewUnit};
use vault_keys::numbers::{PersonNo, UnitNo};

use super::acting::Acting;
use super::enrol::read_level;
use crate::cli::UnitArgs;
use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::{msg, names};

pub(super) fn run(context: &Context, args: &UnitArgs) -> Outcome {
    let home = context.home()?;
    let _lock = home.lock()?;
    let acting = Acting::open(context, &home)?;
    let parent = args.parent.as_deref().map(|word| parent(&acting, word)).transpose()?;
    let level = args.level.as_deref().map(read_level).transpose()?;
    let clerks = clerks(&acting, &args.clerk)?;
    if args.new {
        if acting.unit(&args.unit).is_ok() {
            return Err(Failure::new(Kind::Refused, msg!("unit-exists", name = args.unit.trim()))
                .code("unit-exists")
                .hint(msg!("unit-exists-next")));
        }
        let unit = NewUnit {
            number: None,
            name: names::name(&args.unit)?,
            parent: parent.flatten(),
            max_level: level.unwrap_or(LevelWord::Internal),
            clerks: clerks.unwrap_or_default(),
        };
        return acting.finish(vec![Act::AddUnit(Box::new(unit))], &[]);
    }
    let unit = acting.unit(&args.unit)?.number;
    let mut acts = Vec::new();
    let name = args.rename.as_deref().map(names::name).transpose()?;
    if let Some(name) = &name
        && acting.unit(name).is_ok_and(|other| other.number != unit)
    {
        return Err(Failure::new(Kind::Refused, msg!("unit-exists", name = name))
            .code("unit-exists")
            .hint(msg!("unit-exists-next")));
    }
    if name.is_some() || parent.is_some() || level.is_some() {
        acts.push(Act::ChangeUnit { unit, name, parent, max_level: level });
    }
    acts.extend(clerks.map(|clerks| Act::SetClerks { unit, clerks }));
    if acts.is_empty() {
        return Err(Failure::usage(msg!("unit-what")));
    }
    acting.finish(acts, &[])
}

fn parent(acting: &Acting<'_>, word: &str) -> Outcome<Option<UnitNo>> {
    if is_none(word) { Ok(None) } else { acting.unit(word).map(|unit| Some(unit.number)) }
}

/// `None` where clerks are not to change; an empty list for the word `none`.
fn clerks(acting: &Acting<'_>, words: &[String]) -> Outcome<Option<Vec<PersonNo>>> {
    match words {
        [] => Ok(None),
        [word] if is_none(word) => Ok(Some(Vec::new())),
        words => {
            let numbers = words.iter().map(|word| acting.person(word).map(|entry| entry.number));
            numbers.collect::<Outcome<Vec<_>>>().map(Some)
        }
    }
}

fn is_none(word: &str) -> bool {
    matches!(word.trim(), "none" | "无")
}
