//! Finding the clause that an item rests on (对号入座): those of the catalogue that come near are offered, by number or
//! by their own names, and what stands in no catalogue is refused before anything is sealed.

use vault_core::admission::Code;
use vault_core::level::Level;
use vault_core::policy::{Clause, Policy, as_seen};

use crate::error::{Failure, Outcome};
use crate::ui::Ui;
use crate::{msg, policy_words};

/// Most clauses offered at once: what one glance takes in.
const OFFERS_MAX: usize = 9;
/// Most clauses named where one is refused.
const NEAR_MAX: usize = 3;
/// How often somebody is asked again after naming a clause that is not there.
const TRIES: usize = 5;

/// The clauses named, as the catalogue writes them; asked for with offers where none is named.
///
/// # Errors
/// A clause is in no catalogue, or nobody can be asked.
pub fn basis(ui: &Ui, policy: &Policy, level: Level, title: &str, named: &[String]) -> Outcome<Vec<String>> {
    if !named.is_empty() {
        return named.iter().map(|word| find(ui, policy, level, word)).collect();
    }
    let offers = offers(policy, level, title);
    if ui.can_ask() {
        ui.note(&if offers.is_empty() { msg!("basis-offer-none") } else { msg!("basis-offer") });
        for (number, clause) in (1_usize..).zip(&offers) {
            let clause = policy_words::clause(ui, clause);
            ui.note(&msg!("basis-choice", number = number, clause = clause));
        }
    }
    let mut left = TRIES;
    loop {
        let asked = ui.ask(&msg!("ask-basis-clause"), None, "--basis");
        let answer = asked.map_err(|failure| with_near(ui, failure, &offers))?;
        left -= 1;
        match read(ui, policy, level, &offers, &answer) {
            Ok(clauses) => return Ok(clauses),
            Err(failure) if left == 0 => return Err(failure),
            Err(failure) => {
                ui.warn(&failure.message);
                failure.hints.iter().for_each(|hint| ui.note(hint));
            }
        }
    }
}

/// What is offered for an item of this title.
fn offers<'a>(policy: &'a Policy, level: Level, title: &str) -> Vec<&'a Clause> {
    let mut offers = policy.matches(title, level);
    if offers.is_empty() {
        // A short catalogue is offered whole; a long one would hide the question.
        offers = policy.matches("", level);
        offers.truncate(if offers.len() > OFFERS_MAX { 0 } else { OFFERS_MAX });
    }
    offers.truncate(OFFERS_MAX);
    offers
}

/// An answer: numbers of the list, or clauses, several with semicolons.
fn read(ui: &Ui, policy: &Policy, level: Level, offers: &[&Clause], answer: &str) -> Outcome<Vec<String>> {
    let mut clauses: Vec<String> = Vec::new();
    for word in answer.split([';', '；']).map(str::trim).filter(|word| !word.is_empty()) {
        // A clause may be called by a number itself, and then it is meant.
        let clause = match (named(policy, word), word.parse::<usize>().ok()) {
            (Some(clause), _) => clause.clause.clone(),
            (None, Some(number)) if (1..=offers.len()).contains(&number) => {
                offers.get(number - 1).map(|clause| clause.clause.clone()).unwrap_or_default()
            }
            _ => find(ui, policy, level, word)?,
        };
        if !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    if clauses.is_empty() { Err(Failure::rule(Code::BasisMissing)) } else { Ok(clauses) }
}

/// The clause of this name, in whatever width and case it was typed.
fn named<'a>(policy: &'a Policy, word: &str) -> Option<&'a Clause> {
    let seen = as_seen(word);
    policy.clause(word).or_else(|| policy.clauses().find(|clause| as_seen(&clause.clause) == seen))
}

fn find(ui: &Ui, policy: &Policy, level: Level, word: &str) -> Outcome<String> {
    if let Some(clause) = named(policy, word) {
        return Ok(clause.clause.clone());
    }
    let mut failure = Failure::rule(Code::BasisUnknown);
    failure.message = msg!("basis-unknown", word = word);
    failure.hints = Vec::new();
    Err(with_near(ui, failure, &policy.matches(word, level)).hint(msg!("basis-all")))
}

fn with_near(ui: &Ui, failure: Failure, near: &[&Clause]) -> Failure {
    if near.is_empty() {
        return failure;
    }
    let near: Vec<String> =
        near.iter().take(NEAR_MAX).map(|clause| policy_words::clause(ui, clause)).collect();
    failure.hint(msg!("basis-near", clauses = ui.list(&near)))
}

#[cfg(all(test, feature = "test-hooks"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_core::test_world::written_policy;
    use vault_keys::digest::OrgId;

    use super::*;
    use crate::lang::Lang;
    use crate::ui::{Loudness, Manner};

    fn ui() -> Ui {
        let manner = Manner { lang: Lang::En, json: false, loudness: Loudness::Normal, yes: false };
        Ui::captured(manner, Box::new(std::io::sink()), Box::new(std::io::sink()))
    }

    fn policy() -> Policy {
        written_policy(OrgId::from_bytes([7; 32]))
    }

    #[test]
    fn clauses_are_offered_by_the_title() {
        let policy = policy();
        let ids = |level, title| {
            offers(&policy, level, title).iter().map(|clause| clause.clause.clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(Level::Confidential, "关于价格调整的请示"), ["国3.2"]);
        assert_eq!(ids(Level::Internal, "今日菜单"), ["工1", "工2"], "a short catalogue whole");
        assert_eq!(ids(Level::Internal, "征地补偿测算表"), ["工2"]);
    }

    #[test]
    fn an_answer_is_a_number_or_a_clause() {
        let (policy, ui) = (policy(), ui());
        let offers = offers(&policy, Level::Internal, "征地补偿测算表");
        let read = |answer: &str| read(&ui, &policy, Level::Internal, &offers, answer);
        assert_eq!(read("1").unwrap(), ["工2"]);
        assert_eq!(read("工1").unwrap(), ["工1"]);
        assert_eq!(read(" 工１ ；1; 工2").unwrap(), ["工1", "工2"]);
        assert_eq!(read("2").unwrap_err().code.as_deref(), Some("basis-unknown"));
        assert_eq!(read(" ; ").unwrap_err().code.as_deref(), Some("basis-missing"));
    }

    #[test]
    fn an_unknown_clause_is_refused_with_those_that_come_near() {
        let (policy, ui) = (policy(), ui());
        let refused = basis(&ui, &policy, Level::Internal, "", &["征地补偿".to_owned()]).unwrap_err();
        assert_eq!(refused.code.as_deref(), Some("basis-unknown"));
        assert!(ui.words(&refused.hints[0]).contains("工2"), "{refused:?}");
        let kept = basis(&ui, &policy, Level::Internal, "", &["工 1".to_owned()]);
        assert_eq!(kept.unwrap(), ["工1"]);
        // Where nobody can be asked, the failure says what there is.
        let nobody = basis(&ui, &policy, Level::Internal, "征地补偿测算表", &[]).unwrap_err();
        assert!(nobody.hints.iter().any(|hint| ui.words(hint).contains("工2")), "{nobody:?}");
    }
}
