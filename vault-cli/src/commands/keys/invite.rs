//! `vault keys invite`: one-time codes for new people, or for someone who lost his keys; a sheet for each.

use serde_json::json;
use vault_keys::numbers::{Holder, PersonNo};

use super::people_table;
use crate::cli::InviteArgs;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, Home, make_private_folder, write_whole};
use crate::officer::{Hands, Invitations, Planned};
use crate::relay::Line;
use crate::trust::{self, Known};
use crate::{clock, msg, people};

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
    if !DAYS.contains(&args.days) {
        return Err(Failure::usage(msg!("invite-days")));
    }
    let known = trust::load(&home)?;
    let guests = guests(context, &known, args)?;
    if args.output.exists() {
        return Err(Failure::failed(msg!("io-exists", path = args.output.display().to_string()))
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
        let code = invitations.invite(root, guest.person, guest.plan, expires)?;
        sheets.push((guest.name, guest.person, code.to_text()));
    }
    let list = invitations.list(root, &hands, now)?;
    // Sheets first: an invitation in the list without a sheet is worth nothing to anybody.
    make_private_folder(&args.output)?;
    write_whole(&args.output.join(ORGANISATION), &known.organisation.encode(), Existing::Keep)?;
    write_whole(&args.output.join("invitations.note"), &list.signed().encode(), Existing::Keep)?;
    let mut documents = Vec::new();
    for (place, (name, person, code)) in (1..).zip(&sheets) {
        let file = sheet_name(place, name);
        let words = ui.words(&sheet(&known, name, person.is_some(), code, &clock::local(expires)));
        write_whole(&args.output.join(&file), format!("{words}\n").as_bytes(), Existing::Keep)?;
        documents.push(json!({ "name": name, "sheet": args.output.join(file), "code": code.as_str() }));
    }
    invitations.save(&home)?;
    if args.relay {
        hand_over(&home, &known, &list)?;
        ui.done(&msg!("invited-relay"));
    }
    ui.json(&json!({
        "folder": args.output,
        "organisation": args.output.join(ORGANISATION),
        "fingerprint": root.fingerprint(),
        "expires": expires.to_string(),
        "invited": documents,
    }));
    ui.done(&msg!("invited", count = sheets.len(), path = args.output.display().to_string()));
    ui.note(&msg!("invited-next"));
    Ok(())
}

/// The organisation file beside the sheets.
const ORGANISATION: &str = "organisation.vault";

fn guests(context: &Context, known: &Known, args: &InviteArgs) -> Outcome<Vec<Guest>> {
    if let Some(file) = &args.from {
        let plans = people_table::read(file)?;
        let guest = |plan: Planned| Guest { name: plan.name.clone(), person: None, plan: Some(plan) };
        return Ok(plans.into_iter().map(guest).collect());
    }
    if let Some(name) = &args.name {
        return Ok(vec![Guest { name: name.trim().to_owned(), person: None, plan: None }]);
    }
    let Some(who) = &args.who else { return Err(Failure::usage(msg!("invite-whom"))) };
    let everyone = known.everyone();
    let listed = people::resolve(&context.ui, &everyone, who)?;
    let Holder::Person(person) = listed.holder else {
        return Err(Failure::usage(msg!("act-person", word = who.as_str())));
    };
    Ok(vec![Guest { name: listed.name.clone(), person: Some(person), plan: None }])
}

fn show(context: &Context, guests: &[Guest]) {
    let ui = &context.ui;
    if ui.is_json() {
        return;
    }
    for guest in guests {
        let words = match &guest.plan {
            Some(plan) => format!(
                "{} ({}) · {} {} · {}",
                plan.name,
                plan.pinyin,
                plan.unit,
                plan.post,
                super::enrol::clearance_words(context, plan.clearance)
            ),
            None => guest.name.clone(),
        };
        ui.line(&format!("  - {words}"));
    }
}

fn sheet(known: &Known, name: &str, replaces: bool, code: &str, until: &str) -> crate::lang::Msg {
    let root = known.organisation.root();
    let (organisation, fingerprint) = (root.name().to_owned(), root.fingerprint());
    if replaces {
        msg!("sheet-replace", name = name, organisation = organisation, code = code, until = until)
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
