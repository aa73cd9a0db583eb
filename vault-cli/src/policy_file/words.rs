//! The words of the file, in either language and as people write them. What is not clearly one of the list is refused:
//! a level that is unknown counts as top secret.

use unicode_normalization::UnicodeNormalization as _;
use vault_core::admission::Code;
use vault_core::decision::Act;
use vault_core::item::Word;
use vault_core::level::{Level, TopSecret};
use vault_core::mark::{MarkError, TypedMark};
use vault_core::policy::catalogue::Field;
use vault_core::policy::{CatalogueKind, Profile, RecoveryRule, SectionName};
use vault_keys::directory::Role;
use vault_keys::opening::Suite;

use crate::error::{Failure, Outcome};
use crate::{label_words, msg};

/// The word as it is compared: full-width and half-width, case and spaces at the edges make no difference.
fn plain(typed: &str) -> String {
    typed.nfkc().flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

/// A level: the word of signed texts, its Chinese name or its mark, in any width and with spaces between.
///
/// # Errors
/// Top secret in any spelling, and whatever is no level we know; a mark with a term.
pub fn read_level(typed: &str) -> Outcome<Level> {
    if let Ok(level) = Level::from_word(&plain(typed)) {
        return Ok(level);
    }
    if TopSecret::judge(typed) != TopSecret::UNKNOWN {
        return Err(top_secret());
    }
    match TypedMark::read(typed) {
        Ok(mark) if mark.term.is_none() => Ok(mark.level),
        Ok(_) => Err(Failure::usage(msg!("policy-level-term"))),
        // An English word that is not the very word looks like one, and is another.
        Err(MarkError::TopSecret(_) | MarkError::English { .. }) => Err(unknown_level(typed)),
        Err(error) => Err(label_words::mark_failure(&error)),
    }
}

fn top_secret() -> Failure {
    Failure::rule(Code::TopSecret)
}

/// Counts as top secret, and is most often a slip of the pen: so both are said.
fn unknown_level(typed: &str) -> Failure {
    let mut failure = Failure::rule(Code::TopSecret);
    failure.message = msg!("policy-level-unknown", word = typed);
    failure.hints = vec![msg!("policy-level-known")];
    failure
}

pub(super) fn role(typed: &str) -> Outcome<Role> {
    let word = plain(typed);
    let chinese = [
        ("承办人", Role::Handler),
        ("审核人", Role::Reviewer),
        ("批准人", Role::Approver),
        ("机要员", Role::Clerk),
        ("定密责任人", Role::ClassificationOfficer),
        ("密钥管理员", Role::KeyOfficer),
        ("保管人", Role::Custodian),
        ("监督人", Role::Supervisor),
        ("检查人", Role::Inspector),
    ];
    let found = chinese.iter().find(|(name, _)| *name == word).map(|(_, role)| *role);
    found.or_else(|| word.parse().ok()).ok_or_else(|| {
        let known: Vec<&str> = chinese.iter().map(|(name, _)| *name).collect();
        Failure::usage(msg!("role-unknown", word = typed)).hint(msg!("role-known", words = known.join("、")))
    })
}

/// The name of a step: 审核 and 批准 are the two that everybody has.
pub(super) fn step(typed: &str) -> Outcome<Word> {
    let word = match plain(typed).as_str() {
        "审核" => "review".to_owned(),
        "批准" => "approval".to_owned(),
        other => other.to_owned(),
    };
    word.parse().map_err(|_| Failure::usage(msg!("policy-step-word")))
}

pub(super) fn act(typed: &str) -> Outcome<Act> {
    let word = plain(typed);
    let found = Act::ALL.iter().find(|act| act.word() == word || act.name() == word).copied();
    found.ok_or_else(|| unknown(Act::ALL.iter().map(|act| act.word())))
}

pub(super) fn section(typed: &str) -> Outcome<SectionName> {
    let word = plain(typed);
    let found = SectionName::ALL.iter().find(|name| name.word() == word || name.name() == word).copied();
    found.ok_or_else(|| unknown(SectionName::ALL.iter().map(|name| name.word())))
}

pub(super) fn field(typed: &str) -> Outcome<Field> {
    let word = plain(typed);
    let found = Field::ALL.iter().find(|field| field.word() == word || field.name() == word).copied();
    found.ok_or_else(|| unknown(Field::ALL.iter().map(|field| field.name())))
}

pub(super) fn profile(typed: &str) -> Outcome<Profile> {
    match plain(typed).as_str() {
        "network" | "联网" => Ok(Profile::Network),
        "standalone" | "单机" => Ok(Profile::Standalone),
        _ => Err(unknown(["network", "standalone"])),
    }
}

pub(super) fn kind(typed: &str) -> Outcome<CatalogueKind> {
    match plain(typed).as_str() {
        "state-secrets" | "国家秘密" => Ok(CatalogueKind::StateSecrets),
        "work-secrets" | "工作秘密" => Ok(CatalogueKind::WorkSecrets),
        _ => Err(unknown(["state-secrets", "work-secrets"])),
    }
}

pub(super) fn recovery(typed: &str) -> Outcome<RecoveryRule> {
    match plain(typed).as_str() {
        "required" | "必须" => Ok(RecoveryRule::Required),
        "allowed" | "可以" => Ok(RecoveryRule::Allowed),
        "forbidden" | "禁止" => Ok(RecoveryRule::Forbidden),
        _ => Err(unknown(["required", "allowed", "forbidden"])),
    }
}

pub(super) fn suite(typed: &str) -> Outcome<Suite> {
    match plain(typed).as_str() {
        "hybrid" | "混合" => Ok(Suite::Hybrid),
        "classic" | "传统" => Ok(Suite::Classic),
        _ => Err(unknown(["hybrid", "classic"])),
    }
}

fn unknown<'a>(known: impl IntoIterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.into_iter().collect();
    Failure::usage(msg!("policy-word-unknown")).hint(msg!("role-known", words = known.join("  ")))
}
