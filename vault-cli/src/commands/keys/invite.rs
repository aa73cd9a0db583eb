//! `vault keys invite`: one-time codes for new people, or for someone who lost his keys; a sheet for each. Open codes are
//! listed and taken back.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use vault_keys::directory::{Affiliation, Role};
use vault_keys::joining::{Invitation, InvitationId};
use vault_keys::numbers::{Holder, PersonNo, UnitNo};

use super::enrol::{clearance_words, level_words, role_words};
use super::people_table;
use super::showing::affiliation_words;
use crate::cli::InviteArgs;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, Home, make_private_folder, write_whole};
use crate::lang::harmless;
use crate::officer::{Hands, Invitations, NextDirectory, Planned};
use crate::relay::Line;
use crate::trust::{self, Known};
use crate::{clock, msg, names, people};

/// Longer than this a sheet lies about; shorter is of no use.
const DAYS: std::ops::RangeInclusive<u32> = 1..=90;

/// Whom a code is for.
struct Guest {
    name: String,
    person: Option<PersonNo>,
    plan: Option<Planned>,
}

pub(super) fn run(context: &Context, args: &InviteArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    if args.list {
        return list(context, &home);
    }
    if let Some(word) = &args.withdraw {
        return withdraw(context, &home, word, args);
    }
    let Some(output) = args.output.as_deref() else { return Err(Failure::usage(msg!("invite-whom"))) };
    if !DAYS.contains(&args.days) {
        return Err(Failure::usage(msg!("invite-days")));
    }
    let known = trust::load(&home)?;
    let guests = guests(context, &home, &known, args)?;
    if output.exists() {
        return Err(Failure::failed(msg!("io-exists", path = output.display().to_string()))
            .hint(msg!("io-exists-next")));
    }
    show(context, &guests);
    ui.confirm(&msg!("invite-ask", count = guests.len()))?;
    let hands = Hands::unlock(context, &home, &[])?;
    let (root, now) = (known.organisation.root(), clock::now());
    let expires = now.plus_days(args.days);
    let mut invitations = Invitations::load(&home)?;
    let mut sheets = Vec::new();
    for guest in guests {
        let code = invitations.invite(root, (&guest.name, guest.person), guest.plan, expires)?;
        sheets.push((guest.name, guest.person, code.to_text()));
    }
    let list = invitations.list(root, &hands, now)?;
    // Sheets first: an invitation in the list without a sheet is worth nothing to anybody.
    make_private_folder(output)?;
    write_whole(&output.join(ORGANISATION), &known.organisation.encode(), Existing::Keep)?;
    write_whole(&output.join("invitations.note"), &list.signed().encode(), Existing::Keep)?;
    let mut documents = Vec::new();
    let (written, until) = (AtomicU64::new(0), clock::local(expires));
    let progress = ui.progress_of_items(&msg!("progress-sheets"), sheets.len() as u64);
    progress.during(
        || written.load(Ordering::Relaxed),
        || {
            for (place, (name, person, code)) in (1..).zip(&sheets) {
                let file = sheet_name(place, name);
                let words = ui.words(&sheet(&known, name, *person, code, &until));
                write_whole(&output.join(&file), format!("{words}\n").as_bytes(), Existing::Keep)?;
                documents.push(json!({ "name": name, "sheet": output.join(file), "code": code.as_str() }));
                written.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<(), Failure>(())
        },
    )?;
    invitations.save(&home)?;
    if args.relay {
        hand_over(&home, &known, &list)?;
        ui.done(&msg!("invited-relay"));
    }
    ui.json(&json!({
        "folder": output,
        "organisation": output.join(ORGANISATION),
        "fingerprint": root.fingerprint(),
        "expires": expires.to_string(),
        "invited": documents,
    }));
    ui.done(&msg!("invited", count = sheets.len(), path = output.display().to_string()));
    ui.note(&msg!("invited-next"));
    Ok(())
}

/// The organisation file beside the sheets.
const ORGANISATION: &str = "organisation.vault";

/// The codes that are open here. The codes themselves are on the sheets and nowhere else.
fn list(context: &Context, home: &Home) -> Outcome {
    let ui = &context.ui;
    let (invitations, now) = (Invitations::load(home)?, clock::now());
    let open: Vec<_> = invitations.named(now).collect();
    let document = |(name, invitation): &(&str, &Invitation)| {
        json!({
            "name": name,
            "id": invitation.id.to_string(),
            "person": invitation.person.map(|person| person.to_string()),
            "expires": invitation.expires.to_string(),
        })
    };
    ui.json(&json!({ "open": open.iter().map(document).collect::<Vec<_>>() }));
    if open.is_empty() {
        ui.say(&msg!("invite-none"));
        return Ok(());
    }
    let row = |(name, invitation): &(&str, &Invitation)| {
        let person = invitation.person.map(|person| person.to_string()).unwrap_or_default();
        vec![(*name).to_owned(), person, clock::local(invitation.expires)]
    };
    let rows: Vec<_> = open.iter().map(row).collect();
    ui.table(&[msg!("name-code-of"), msg!("name-number"), msg!("name-until")], &rows);
    Ok(())
}

/// Takes open codes back: a new list without them takes the place of the old.
fn withdraw(context: &Context, home: &Home, word: &str, args: &InviteArgs) -> Outcome {
    let ui = &context.ui;
    let (known, now) = (trust::load(home)?, clock::now());
    let mut invitations = Invitations::load(home)?;
    let means = |(name, invitation): &(&str, &Invitation)| {
        *name == word
            || invitation.id.to_string() == word
            || invitation.person.is_some_and(|person| person.to_string() == word)
    };
    let ids: Vec<InvitationId> =
        invitations.named(now).filter(means).map(|(_, invitation)| invitation.id).collect();
    if ids.is_empty() {
        return Err(Failure::usage(msg!("invite-no-such", word = word)).hint(msg!("invite-no-such-next")));
    }
    if let Some(output) = args.output.as_deref().filter(|output| output.exists()) {
        return Err(Failure::failed(msg!("io-exists", path = output.display().to_string()))
            .hint(msg!("io-exists-next")));
    }
    ui.confirm(&msg!("invite-withdraw-ask", count = ids.len()))?;
    let hands = Hands::unlock(context, home, &[])?;
    invitations.withdraw(&ids);
    let list = invitations.list(known.organisation.root(), &hands, now)?;
    invitations.save(home)?;
    if let Some(output) = &args.output {
        write_whole(output, &list.signed().encode(), Existing::Keep)?;
        ui.done(&msg!("invite-list-written", path = output.display().to_string()));
    }
    if args.relay {
        hand_over(home, &known, &list)?;
        ui.done(&msg!("invited-relay"));
    }
    ui.json(&json!({ "withdrawn": ids.len(), "relay": args.relay }));
    ui.done(&msg!("invite-withdrawn", count = ids.len()));
    if !args.relay {
        ui.note(&msg!("invite-withdrawn-next"));
    }
    Ok(())
}

fn guests(context: &Context, home: &Home, known: &Known, args: &InviteArgs) -> Outcome<Vec<Guest>> {
    if let Some(file) = &args.from {
        let mut plans = people_table::read(file)?;
        let new = settle_units(home, known, &mut plans, args.new_units)?;
        if !new.is_empty() {
            context.ui.warn(&msg!("invite-new-units", names = context.ui.list(&new)));
        }
        let guest = |plan: Planned| Guest { name: plan.name.clone(), person: None, plan: Some(plan) };
        return Ok(plans.into_iter().map(guest).collect());
    }
    if let Some(name) = &args.name {
        return Ok(vec![Guest { name: names::name(name)?, person: None, plan: None }]);
    }
    let Some(who) = &args.who else { return Err(Failure::usage(msg!("invite-whom"))) };
    let everyone = known.everyone();
    let listed = people::resolve(&context.ui, &everyone, who)?;
    let Holder::Person(person) = listed.holder else {
        return Err(Failure::usage(msg!("act-person", word = who.as_str())));
    };
    Ok(vec![Guest { name: listed.name.clone(), person: Some(person), plan: None }])
}

/// Refuses units that neither the directory nor the draft here has, unless they are meant as new; answers those.
///
/// A slip of the pen must not found a unit, with people in it whom no clerk receives for.
fn settle_units(home: &Home, known: &Known, plans: &mut [Planned], new_units: bool) -> Outcome<Vec<String>> {
    let drafted = NextDirectory::is_pending(home).then(|| NextDirectory::open(home)).transpose()?;
    let units = drafted.as_ref().map_or_else(|| known.directory().units(), |draft| &draft.units);
    let has = |word: &str| units.iter().any(|unit| unit.name == word || unit.number.to_string() == word);
    let mut new: Vec<String> = Vec::new();
    for plan in plans.iter_mut().filter(|plan| !has(&plan.unit)) {
        plan.new_unit = new_units;
        if !new.contains(&plan.unit) {
            new.push(plan.unit.clone());
        }
    }
    // A number is given by the program and never chosen.
    let unfit = |name: &&String| !new_units || name.parse::<UnitNo>().is_ok();
    let refused: Vec<&str> = new.iter().filter(unfit).map(String::as_str).collect();
    if refused.is_empty() {
        return Ok(new);
    }
    Err(Failure::usage(msg!("invite-unit-unknown", names = refused.join(", ")))
        .code("unit-unknown")
        .hint(msg!("invite-unit-unknown-next")))
}

fn show(context: &Context, guests: &[Guest]) {
    let ui = &context.ui;
    if ui.is_json() {
        return;
    }
    for guest in guests {
        let words = match &guest.plan {
            Some(plan) => plan_words(context, plan),
            None => guest.name.clone(),
        };
        ui.line(&harmless(&format!("  - {words}")));
    }
}

/// Everything that a yes to the list lets this person become.
fn plan_words(context: &Context, plan: &Planned) -> String {
    let ui = &context.ui;
    let mut roles: Vec<String> = plan.roles.iter().map(|role| ui.words(&role_words(*role))).collect();
    if plan.clerk && !plan.roles.contains(&Role::Clerk) {
        roles.push(ui.words(&msg!("role-clerk")));
    }
    let mut parts = vec![
        people::with_sound(&plan.name, &plan.pinyin),
        format!("{} {}", plan.unit, plan.post),
        clearance_words(context, plan.clearance),
    ];
    if !roles.is_empty() {
        parts.push(ui.list(&roles));
    }
    if plan.affiliation != Affiliation::Own {
        parts.push(ui.words(&affiliation_words(plan.affiliation)));
    }
    if let Some(level) = plan.unit_level {
        let level = level_words(context, level);
        parts.push(ui.words(&msg!("invite-unit-level", unit = &plan.unit, level = level)));
    }
    parts.join(" · ")
}

fn sheet(known: &Known, name: &str, person: Option<PersonNo>, code: &str, until: &str) -> crate::lang::Msg {
    let root = known.organisation.root();
    let (organisation, fingerprint) = (root.name().to_owned(), root.fingerprint());
    if let Some(person) = person {
        msg!(
            "sheet-replace",
            name = name,
            number = person.to_string(),
            organisation = organisation,
            fingerprint = fingerprint,
            file = ORGANISATION,
            code = code,
            until = until
        )
    } else {
        msg!(
            "sheet-join",
            name = name,
            organisation = organisation,
            fingerprint = fingerprint,
            file = ORGANISATION,
            code = code,
            until = until
        )
    }
}

/// `07-李娜.txt`, whatever signs the name has.
fn sheet_name(place: usize, name: &str) -> String {
    let safe: String = name.chars().filter(|c| c.is_alphanumeric()).take(40).collect();
    format!("{place:02}-{safe}.txt")
}

fn hand_over(home: &Home, known: &Known, list: &vault_keys::joining::InvitationList) -> Outcome {
    let line = Line::dial(home, known)?;
    line.wait(line.client().invite(list))?;
    line.close()
}

#[cfg(test)]
mod tests {
    use super::sheet_name;

    #[test]
    fn a_sheet_is_named_after_its_person_and_nothing_else() {
        assert_eq!(sheet_name(7, "李娜"), "07-李娜.txt");
        assert_eq!(sheet_name(1, "../../etc/passwd"), "01-etcpasswd.txt");
    }
}
