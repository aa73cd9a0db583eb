//! Why a rule of a policy lies below the floor, or is none: one typed answer for the reader of a text and for
//! whoever is writing one.

use vault_keys::json::JsonError;

use crate::item::Word;

/// What is wrong with one rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Fewer decisions than the floor demands.
    #[error("fewer decisions than the floor demands: {floor}")]
    FewSteps {
        /// The fewest.
        floor: usize,
    },
    /// More steps than a list can have.
    #[error("too many steps")]
    ManySteps,
    /// One name for two steps.
    #[error("the step {step} stands there twice")]
    StepTwice {
        /// The step.
        step: Word,
    },
    /// A role that may not decide.
    #[error("{role} is no role that may decide")]
    NoDecider {
        /// The role.
        role: Word,
    },
    /// Publication without the head of section first and the classification officer last.
    #[error("first review by a reviewer, last approval by a classification-officer")]
    ReleaseOrder,
    /// Nothing to seal with.
    #[error("no suite is allowed")]
    NoSuite,
    /// Classic above internal.
    #[error("classic is for internal items at most")]
    Classic,
    /// A term beyond the law's.
    #[error("a longer term than the law allows, {longest} years")]
    BeyondLaw {
        /// The longest, in years.
        longest: u8,
    },
    /// Years out of range.
    #[error("not 1 to 99 years")]
    Years,
    /// A number of days, hours or uses out of range.
    #[error("not {least} to {most}")]
    Number {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A standing approval for state secrets.
    #[error("a standing approval covers work secrets at most")]
    Ceiling,
    /// A text that is empty, too long, or has spaces at its edges.
    #[error("not 1 to {max} bytes, or a space at its beginning or end")]
    Line {
        /// The most bytes.
        max: usize,
    },
    /// Characters that no signed text has.
    #[error(transparent)]
    Characters(#[from] JsonError),
    /// A clause of another kind than its catalogue.
    #[error("its level is none of this kind of catalogue")]
    ClauseLevel,
    /// A state secret without a longest term.
    #[error("a state secret has a longest term")]
    ClauseEndless,
    /// A special provision for a work secret.
    #[error("a work secret has no special provision")]
    ClauseSpecial,
    /// An id that people cannot tell from another.
    #[error("a clause of this id stands there twice")]
    ClauseTwice,
    /// A catalogue without clauses.
    #[error("a catalogue without a clause")]
    NoClause,
    /// A catalogue's name that people cannot tell from another's.
    #[error("a catalogue of this name stands there twice")]
    CatalogueTwice,
    /// More than a policy can hold.
    #[error("more than {max}")]
    Many {
        /// The most.
        max: usize,
    },
    /// A written rule that says nothing, or too much.
    #[error("not 1 to {max} paragraphs")]
    Paragraphs {
        /// The most.
        max: usize,
    },
}
