//! `vault keys deputy`: who acts in a person's place, in one role, from one day to another.

use vault_keys::directory::{Act, Deputy};

use super::acting::{Acting, read_day};
use super::enrol::{read_role, role_words};
use crate::cli::DeputyArgs;
use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::msg;

pub(super) fn run(context: &Context, args: &DeputyArgs) -> Outcome {
    let home = context.home()?;
    let _lock = home.lock()?;
    let acting = Acting::open(context, &home)?;
    let (entry, by) = (acting.person(&args.who)?, acting.person(&args.by)?);
    let role = read_role(&args.role)?;
    if entry.number == by.number {
        return Err(Failure::usage(msg!("deputy-self")));
    }
    let is_same = |deputy: &Deputy| deputy.role == role && deputy.person == by.number;
    let mut deputies: Vec<Deputy> =
        entry.deputies.iter().filter(|deputy| !is_same(deputy)).cloned().collect();
    if let (Some(from), Some(to)) = (&args.from, &args.to) {
        let (from, to) = (read_day(from)?, read_day(to)?);
        if to < from || to < acting.today() {
            return Err(Failure::usage(msg!("days-order", from = from.to_string(), to = to.to_string())));
        }
        // Nobody can lend what he does not hold.
        if !entry.roles.iter().any(|grant| grant.role == role && grant.holds_on(from)) {
            let role = context.ui.words(&role_words(role));
            return Err(Failure::new(
                Kind::Refused,
                msg!("deputy-no-role", who = entry.name.as_str(), role = role, day = from.to_string()),
            ));
        }
        deputies.push(Deputy { role, person: by.number, from, to });
    } else if deputies.len() == entry.deputies.len() {
        return Err(Failure::new(Kind::Refused, msg!("deputy-none")));
    }
    let person = entry.number;
    acting.finish(vec![Act::SetDeputies { person, deputies }], &[])
}
