//! `vault keys change`: name, clearance, post, unit and roles of someone, drafted as acts.

use vault_keys::directory::{Act, PersonEntry, Post, Role, RoleGrant};
use vault_keys::numbers::UnitNo;

use super::acting::Acting;
use super::enrol::{read_clearance, read_role};
use crate::cli::ChangeArgs;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::{msg, names};

pub(super) fn run(context: &Context, args: &ChangeArgs) -> Outcome {
    let home = context.home()?;
    let _lock = home.lock()?;
    let acting = Acting::open(context, &home)?;
    let entry = acting.person(&args.who)?;
    let person = entry.number;
    let mut acts = Vec::new();
    let name = args.name.as_deref().map(|typed| renamed(typed, args.pinyin.as_deref())).transpose()?;
    let clearance = args.clearance.as_deref().map(read_clearance).transpose()?;
    if name.is_some() || clearance.is_some() {
        acts.push(Act::ChangePerson { person, name, clearance });
    }
    if args.unit.is_some() || args.post.is_some() || !args.role.is_empty() {
        acts.extend(posts(&acting, entry, args)?);
    }
    if acts.is_empty() {
        return Err(Failure::usage(msg!("change-what")));
    }
    acting.finish(acts, &[])
}

fn renamed(typed: &str, sound: Option<&str>) -> Outcome<(String, String)> {
    let name = names::name(typed)?;
    let sound = sound.map_or_else(|| Ok(names::pinyin_of(&name)), names::sound)?;
    Ok((name, sound))
}

/// The main post moves; what the person holds beside it stays.
fn posts(acting: &Acting<'_>, entry: &PersonEntry, args: &ChangeArgs) -> Outcome<Vec<Act>> {
    let person = entry.number;
    let main = entry.posts.first().ok_or_else(|| Failure::usage(msg!("change-no-post")))?;
    let unit = args.unit.as_deref().map(|word| acting.unit(word)).transpose()?;
    let unit = unit.map_or(main.unit, |unit| unit.number);
    let title = match args.post.as_deref() {
        Some(typed) => names::name_of_post(typed)?,
        None => main.title.clone(),
    };
    let moved = unit != main.unit;
    let wanted = roles(&args.role)?;

    let mut posts = vec![Post { unit, title }];
    posts.extend(entry.posts.iter().skip(1).filter(|post| post.unit != unit).cloned());

    let mut grants = Vec::new();
    let mut held: Vec<Role> = Vec::new();
    for grant in &entry.roles {
        let here = grant.unit == grant.role.scope(unit);
        let stays = match grant.unit {
            _ if here => wanted.as_ref().is_none_or(|wanted| wanted.contains(&grant.role)),
            Some(of) if moved && of == main.unit => false,
            _ => true,
        };
        let ended = grant.to.is_some_and(|to| to < acting.today());
        if stays || ended {
            if here && grant.holds_on(acting.today()) {
                held.push(grant.role);
            }
            grants.push(grant.clone());
        } else if acting.in_force(person).is_some_and(|known| known.roles.contains(grant))
            && grant.from <= acting.today()
        {
            // It was held: its last day is today. One that was only drafted, or has not begun, goes.
            let to = grant.to.map_or_else(|| acting.today(), |to| to.min(acting.today()));
            grants.push(RoleGrant { to: Some(to), ..grant.clone() });
        }
    }
    for role in wanted.iter().flatten().filter(|role| !held.contains(role)) {
        grants.push(RoleGrant { role: *role, unit: role.scope(unit), from: acting.today(), to: None });
    }
    let mut acts = vec![Act::ChangePosts { person, posts, roles: grants }];

    // Who no longer works in a unit receives nothing for it.
    let mut clerk = |of: UnitNo, shall: bool| {
        let mut clerks = acting.clerks(of);
        if clerks.contains(&person) != shall {
            clerks.retain(|clerk| *clerk != person);
            clerks.extend(shall.then_some(person));
            acts.push(Act::SetClerks { unit: of, clerks });
        }
    };
    if moved {
        clerk(main.unit, false);
    }
    if let Some(wanted) = &wanted {
        clerk(unit, wanted.contains(&Role::Clerk));
    }
    Ok(acts)
}

/// `None` where roles are not to change; an empty list for the word `none`.
fn roles(words: &[String]) -> Outcome<Option<Vec<Role>>> {
    match words {
        [] => Ok(None),
        [word] if matches!(word.trim(), "none" | "无") => Ok(Some(Vec::new())),
        words => words.iter().map(|word| read_role(word)).collect::<Outcome<Vec<_>>>().map(Some),
    }
}
