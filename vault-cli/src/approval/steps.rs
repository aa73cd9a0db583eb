//! The names of steps as people say them, and whom `--ask` asks.

use vault_core::admission::deputies_in_force;
use vault_core::item::{Decider, Word};
use vault_core::policy::Step;
use vault_core::scope::Ascending;
use vault_keys::directory::Directory;
use vault_keys::numbers::PersonNo;
use vault_keys::time::Day;

use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::lang::Msg;
use crate::people::{self, Listed};
use crate::ui::Ui;
use crate::{item_words, msg};

/// What people call the steps and roles of most policies, beside the words of signed texts.
const NAMES: [(&str, &[&str]); 6] = [
    ("review", &["审核", "审核人", "复核"]),
    ("approval", &["批准", "批准人", "审批", "approve"]),
    ("reviewer", &["审核人"]),
    ("approver", &["批准人"]),
    ("classification-officer", &["定密责任人"]),
    ("supervisor", &["监督人"]),
];

/// A step in words.
#[must_use]
pub fn words(step: &Word) -> Msg {
    match step.as_str() {
        "review" => msg!("step-review"),
        "approval" => msg!("step-approval"),
        other => Msg::new("word-other").with("word", other),
    }
}

/// The step somebody means: by its word or its role's, in either language.
#[must_use]
pub fn find<'a>(steps: impl IntoIterator<Item = (&'a Word, &'a Word)>, typed: &str) -> Option<&'a Word> {
    let typed = typed.trim().to_lowercase();
    let means = |word: &Word| {
        let mut names = NAMES.iter().filter(|(known, _)| *known == word.as_str());
        word.as_str() == typed || names.any(|(_, names)| names.contains(&typed.as_str()))
    };
    let steps: Vec<(&Word, &Word)> = steps.into_iter().collect();
    let by_step = steps.iter().find(|(step, _)| means(step));
    by_step.or_else(|| steps.iter().find(|(_, role)| means(role))).map(|(step, _)| *step)
}

/// The steps of a policy with their roles.
#[must_use]
pub fn of(steps: &[Step]) -> Vec<(&Word, &Word)> {
    steps.iter().map(|step| (&step.step, &step.role)).collect()
}

/// Reads `STEP=NAME[,NAME]`, as often as it stands there, over these steps with their roles.
///
/// # Errors
/// One is no such text, names no step of this level, or nobody.
pub fn asked(
    ui: &Ui,
    everyone: &[Listed],
    steps: &[(&Word, &Word)],
    typed: &[String],
) -> Outcome<Vec<(Word, Ascending<PersonNo>)>> {
    let mut asked: Vec<(Word, Vec<PersonNo>)> = Vec::new();
    for words in typed {
        let split = words.split_once(['=', '＝', ':', '：']);
        let (step, names) =
            split.ok_or_else(|| Failure::usage(msg!("ask-unread", words = words)).hint(msg!("ask-form")))?;
        let Some(step) = find(steps.iter().copied(), step) else {
            return Err(no_such_step(ui, steps, step));
        };
        let names = names.split([',', '，', '、', ' ']).filter(|name| !name.trim().is_empty());
        let mut found = Vec::new();
        for name in names {
            let one = people::resolve(ui, everyone, name)?;
            let nobody = || Failure::usage(msg!("ask-person", name = &one.name)).hint(msg!("ask-form"));
            found.push(one.holder.person().ok_or_else(nobody)?);
        }
        if found.is_empty() {
            return Err(Failure::usage(msg!("ask-unread", words = words)).hint(msg!("ask-form")));
        }
        match asked.iter_mut().find(|(known, _)| known == step) {
            Some((_, persons)) => persons.extend(found),
            None => asked.push((step.clone(), found)),
        }
    }
    Ok(asked.into_iter().map(|(step, persons)| (step, Ascending::of(persons))).collect())
}

fn no_such_step(ui: &Ui, steps: &[(&Word, &Word)], typed: &str) -> Failure {
    if steps.is_empty() {
        return Failure::usage(msg!("ask-none-needed"));
    }
    let known: Vec<String> = steps.iter().map(|(step, _)| with_word(ui, step)).collect();
    Failure::usage(msg!("step-unknown", word = typed)).hint(msg!("step-known", steps = ui.list(&known)))
}

/// A step with the word that stands in signed texts: `审核 (review)`.
#[must_use]
pub fn with_word(ui: &Ui, step: &Word) -> String {
    let words = ui.words(&words(step));
    if words == step.as_str() { words } else { format!("{words} ({step})") }
}

/// Who may sign a step: those asked, with name and post, and who acts in their place on a day.
#[must_use]
pub fn signers(ui: &Ui, everyone: &[Listed], directory: &Directory, decider: &Decider, day: Day) -> String {
    let asked: Vec<String> = decider
        .asked
        .iter()
        .map(|asked| people::by_number(everyone, *asked).map_or_else(|| asked.to_string(), Listed::line))
        .collect();
    let mut words = asked.join(&ui.words(&msg!("signers-or")));
    for asked in decider.asked.iter().filter_map(|asked| directory.person(*asked)) {
        for deputy in deputies_in_force(asked, decider, day) {
            words.push_str(&ui.words(&msg!(
                "signers-deputy",
                deputy = item_words::name_words(everyone, deputy.person.into()),
                principal = asked.name.as_str(),
                until = deputy.to.to_string()
            )));
        }
    }
    words
}

/// One line for each step of what will be sealed: who must sign.
#[must_use]
pub fn summary(ui: &Ui, desk: &Desk, deciders: &[Decider], day: Day) -> Vec<String> {
    let line = |decider: &Decider| {
        let who = signers(ui, &desk.everyone, desk.known.directory(), decider, day);
        ui.words(&msg!("step-line", step = words(&decider.step), who = who))
    };
    deciders.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_core::item::Word;

    use super::find;

    #[test]
    fn steps_as_people_say_them() {
        let word = |text: &str| -> Word { text.parse().unwrap() };
        let steps = [(word("review"), word("reviewer")), (word("last"), word("approver"))];
        let found = |typed: &str| {
            let steps = steps.iter().map(|(step, role)| (step, role));
            find(steps, typed).map(|step| step.as_str().to_owned())
        };
        for typed in ["review", "审核", " Reviewer ", "审核人"] {
            assert_eq!(found(typed).as_deref(), Some("review"), "{typed}");
        }
        for typed in ["last", "批准人", "approver"] {
            assert_eq!(found(typed).as_deref(), Some("last"), "{typed}");
        }
        assert_eq!(found("会签"), None);
    }
}
