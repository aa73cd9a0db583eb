//! Refusals of rules in words: the code's own sentence, what it is about with names put to numbers, and
//! what to do next.

use vault_core::admission::{Code, Family, Refusal, Refused};

use crate::error::{Failure, Kind};
use crate::people::Listed;

/// Everything that refused, the first of them leading.
#[must_use]
pub fn failure(refused: &Refused, everyone: &[Listed]) -> Failure {
    let mut all = refused.refusals.iter().map(|refusal| one(refusal, everyone));
    let Some(mut first) = all.next() else {
        // A refusal without any reason would be a bug of ours; it still refuses.
        return Failure::new(Kind::Refused, crate::msg!("refused-unknown"));
    };
    first.also = all.collect();
    // Where any of them says that the item is not what it claims, that decides the exit code, except that
    // top secret is a refusal whatever else is wrong.
    let is_top_secret = first.code.as_deref() == Some("top-secret");
    if !is_top_secret && first.also.iter().any(|other| other.kind == Kind::Integrity) {
        first.kind = Kind::Integrity;
    }
    first
}

/// One refusal.
#[must_use]
pub fn one(refusal: &Refusal, everyone: &[Listed]) -> Failure {
    let mut failure = Failure::rule(refusal.code);
    let of_signature = refusal.code == Code::DecisionSignature;
    if of_signature || matches!(refusal.code.family(), Family::Form | Family::Signatures) {
        failure.kind = Kind::Integrity;
    }
    if !refusal.about.is_empty() {
        failure.about = Some(with_names(&refusal.about, everyone));
    }
    failure
}

/// Puts names to the numbers in language-neutral words such as `copy 2 p17`.
fn with_names(words: &str, everyone: &[Listed]) -> String {
    words
        .split(' ')
        .map(|word| match everyone.iter().find(|one| one.holder.to_string() == word) {
            Some(one) => format!("{word} {}", one.name),
            None => word.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn refused(refusals: &[Refusal]) -> Failure {
        let nana = Listed {
            holder: "p2".parse().unwrap(),
            name: "李娜".to_owned(),
            pinyin: "li na".to_owned(),
            posts: Vec::new(),
            active: true,
        };
        failure(&Refused { refusals: refusals.to_vec() }, &[nana])
    }

    #[test]
    fn numbers_get_their_names() {
        let failure = refused(&[Refusal::new(Code::HolderClearance, "copy 1 p2")]);
        assert_eq!(failure.about.as_deref(), Some("copy 1 p2 李娜"));
        assert_eq!((failure.kind, failure.code.as_deref()), (Kind::Refused, Some("holder-clearance")));
    }

    #[test]
    fn what_is_not_what_it_claims_decides_the_exit_code_and_top_secret_beats_it() {
        let both = refused(&[Code::ScopeMissing.into(), Code::LabelSignature.into()]);
        assert_eq!((both.kind, both.also.len()), (Kind::Integrity, 1));
        let top = refused(&[Code::TopSecret.into(), Code::LabelSignature.into()]);
        assert_eq!(top.kind, Kind::Refused);
    }
}
