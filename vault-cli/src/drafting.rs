//! From what was typed to a draft: recipients found, mark and term read, the rest asked for where somebody
//! can be asked. No rule is judged here; that is `vault-core`'s one check.

use vault_core::item::{Copying, Urgency, Word};
use vault_core::level::Level;
use vault_core::mark::TypedMark;
use vault_core::mark::first_page::document_number;
use vault_core::scope::Ascending;
use vault_core::sealing::Draft;
use vault_core::term::Term;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::{Day, Time};

use crate::approval::steps;
use crate::basis_offer;
use crate::cli::DraftArgs;
use crate::cli::items::{CopyingWord, UrgencyWord};
use crate::deriving;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::item_words::{parse_day, parse_day_end};
use crate::label_words;
use crate::leave::standing;
use crate::msg;
use crate::people;
use crate::recording;
use crate::trust;
use crate::ui::Ui;

/// How thorough the questions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Whatever is missing is asked for, and a mark that cannot be ends it at once.
    Complete,
    /// A dry run: nothing but the mark and the recipients is insisted on, so that every refusal is seen.
    DryRun,
}

/// Reads the arguments and asks for what is missing.
///
/// # Errors
/// Something is missing and nobody can be asked, or what was typed cannot be read.
pub fn draft(ui: &Ui, desk: &Desk, args: &DraftArgs, stem: &str, asking: Asking) -> Outcome<Draft> {
    // What is made from other items takes over from them whatever was not said.
    let (args, sources) = deriving::inherit(ui, desk, args)?;
    let args = &args;
    let mark = match &args.mark {
        Some(mark) => mark.clone(),
        None => ui.ask(&msg!("ask-mark"), None, "--mark")?,
    };
    let typed = match (TypedMark::read(&mark), asking) {
        (Ok(typed), _) => Some(typed),
        // Nothing further is asked about an item that can never be sealed.
        (Err(error), Asking::Complete) => return Err(label_words::mark_failure(&error)),
        (Err(_), Asking::DryRun) => None,
    };
    let to = recipients(ui, desk, &args.to)?;
    let title = match &args.title {
        Some(title) => title.trim().to_owned(),
        None if asking == Asking::Complete && !args_answer_all(args) => {
            ui.ask(&msg!("ask-title"), Some(stem), "--title")?
        }
        None => stem.to_owned(),
    };
    let mut draft = Draft::new(title, mark, &to);
    draft.term = term(ui, args, typed.as_ref(), asking)?;
    draft.basis = basis(ui, desk, args, &draft.title, typed.as_ref(), asking)?;
    draft.doc_no = args.doc_no.as_deref().map(document_number);
    draft.points = args.point.clone();
    if let Some(word) = args.copying {
        draft.copying = match word {
            CopyingWord::None => Copying::None,
            CopyingWord::Ask => Copying::Ask,
            CopyingWord::Allowed => Copying::Allowed,
        };
    }
    if let Some(word) = args.urgency {
        draft.urgency = match word {
            UrgencyWord::Normal => Urgency::Normal,
            UrgencyWord::Urgent => Urgency::Urgent,
            UrgencyWord::ExtraUrgent => Urgency::ExtraUrgent,
        };
    }
    if let Some(word) = &args.unit {
        let found = people::find_unit(&desk.everyone, word);
        draft.unit = Some(found.ok_or_else(|| Failure::usage(msg!("who-nobody", word = word)))?.1);
    }
    let more = args.scope.iter().map(|word| people::resolve(ui, &desk.everyone, word).map(|one| one.holder));
    let more: Vec<Holder> = more.collect::<Outcome<_>>()?;
    draft.scope = Ascending::of(to.iter().copied().chain(more));
    draft.asked = asked(ui, desk, args, typed.as_ref())?;
    draft.decide_by = day(args.decide_by.as_deref(), "--decide-by", parse_day_end)?;
    draft.read_by = day(args.read_by.as_deref(), "--read-by", parse_day_end)?;
    draft.keep_until = day(args.keep_until.as_deref(), "--keep-until", parse_day_end)?;
    draft.not_before =
        day(args.not_before.as_deref(), "--not-before", |word| parse_day(word).map(Day::begin))?;
    recording::fill(ui, desk, &args.record, &mut draft)?;
    sources.put_into(&mut draft);
    standing::put_into(ui, desk, &args.standing, &mut draft)?;
    Ok(draft)
}

/// A command line that says whom, which mark and on what ground needs no question about the title.
fn args_answer_all(args: &DraftArgs) -> bool {
    args.mark.is_some() && !args.to.is_empty() && !args.basis.is_empty()
}

/// Whom `--ask` asks, by the steps that the policy demands for this level.
fn asked(
    ui: &Ui,
    desk: &Desk,
    args: &DraftArgs,
    typed: Option<&TypedMark>,
) -> Outcome<Vec<(Word, Ascending<PersonNo>)>> {
    let Some(typed) = typed.filter(|_| !args.ask.is_empty()) else { return Ok(Vec::new()) };
    let policy = trust::policy(&desk.known.organisation)?;
    steps::asked(ui, &desk.everyone, &steps::of(&policy.value().level(typed.level).steps), &args.ask)
}

fn recipients(ui: &Ui, desk: &Desk, words: &[String]) -> Outcome<Vec<Holder>> {
    let asked: Vec<String>;
    let words = if words.is_empty() {
        let answer = ui.ask(&msg!("ask-to"), None, "--to")?;
        asked =
            answer.split([',', '，', '、', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        &asked
    } else {
        words
    };
    let mut found: Vec<Holder> = Vec::new();
    for word in words {
        let one = people::resolve(ui, &desk.everyone, word)?;
        if one.holder == Holder::Person(desk.me) {
            return Err(Failure::usage(msg!("to-myself")).hint(msg!("to-myself-next")));
        }
        // Naming somebody twice, by name and by number, is a slip without consequence.
        if !found.contains(&one.holder) {
            found.push(one.holder);
        }
    }
    Ok(found)
}

fn term(ui: &Ui, args: &DraftArgs, typed: Option<&TypedMark>, asking: Asking) -> Outcome<Option<Term>> {
    if let Some(words) = &args.term {
        return read_term(words).map(Some);
    }
    let open = typed.is_some_and(|typed| typed.term.is_none() && typed.level != Level::Unclassified);
    if open && asking == Asking::Complete {
        let answer = ui.ask(&msg!("ask-term"), None, "--term")?;
        return read_term(&answer).map(Some);
    }
    Ok(None)
}

fn basis(
    ui: &Ui,
    desk: &Desk,
    args: &DraftArgs,
    title: &str,
    typed: Option<&TypedMark>,
    asking: Asking,
) -> Outcome<Vec<String>> {
    let level = typed.map(|typed| typed.level).filter(|level| *level != Level::Unclassified);
    let Some(level) = level.filter(|_| asking == Asking::Complete) else { return Ok(args.basis.clone()) };
    let policy = trust::policy(&desk.known.organisation)?;
    if policy.value().has_catalogue(level) {
        return basis_offer::basis(ui, policy.value(), level, title, &args.basis);
    }
    if !args.basis.is_empty() {
        return Ok(args.basis.clone());
    }
    // Whoever classifies says on what ground (rules 12 and 21).
    let answer = ui.ask(&msg!("ask-basis"), None, "--basis")?;
    Ok(answer
        .split([';', '；'])
        .map(|clause| clause.trim().to_owned())
        .filter(|clause| !clause.is_empty())
        .collect())
}

/// Reads a term: `2年`, `6个月`, a day, `长期`, or a condition in words.
///
/// # Errors
/// It is none of these.
pub fn read_term(words: &str) -> Outcome<Term> {
    let words = words.trim();
    let number = |suffixes: &[&str]| {
        suffixes
            .iter()
            .find_map(|suffix| words.strip_suffix(suffix))
            .and_then(|rest| rest.trim().parse::<u8>().ok())
    };
    if words == "长期" {
        return Ok(Term::Long);
    }
    if let Some(months) = number(&["个月", "个 月", "months", "month", "m"]) {
        return Ok(Term::Months(months));
    }
    if let Some(years) = number(&["年", "years", "year", "y"]) {
        return Ok(Term::Years(years));
    }
    if let Some(day) = parse_day(words) {
        return Ok(Term::Until(day));
    }
    words
        .parse()
        .map(Term::Condition)
        .map_err(|_| Failure::usage(msg!("term-unread", words = words)).hint(msg!("term-forms")))
}

fn day(
    words: Option<&str>,
    option: &'static str,
    read: impl Fn(&str) -> Option<Time>,
) -> Outcome<Option<Time>> {
    let Some(words) = words else { return Ok(None) };
    match read(words) {
        Some(time) => Ok(Some(time)),
        None => {
            Err(Failure::usage(msg!("usage-bad-value", value = words, what = option)).hint(msg!("day-form")))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_core::term::Term;

    use super::read_term;

    #[test]
    fn terms_as_people_type_them() {
        let cases = [
            ("2年", Term::Years(2)),
            (" 2 年", Term::Years(2)),
            ("6个月", Term::Months(6)),
            ("6 months", Term::Months(6)),
            ("10y", Term::Years(10)),
            ("长期", Term::Long),
            ("2030-12-31", Term::Until("2030-12-31".parse().unwrap())),
        ];
        for (words, term) in cases {
            assert_eq!(read_term(words).unwrap(), term, "{words}");
        }
        assert!(matches!(read_term("会议开始前").unwrap(), Term::Condition(_)));
        assert!(read_term("").is_err());
    }
}
