//! How far a paper is: who of a root's officers has signed (docs/directory.md, "Proposal").

use super::proposal::ProposalError;
use super::root::{Root, ThresholdError};
use super::root_text::Task;
use crate::note::{KeyName, Note, OfficeName, SignatureError, Verifier};

/// How far a proposal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Officers it takes.
    pub needed: u8,
    /// Officers of the root who signed.
    pub signed: Vec<OfficeName>,
    /// Officers with one line of two: not signed.
    pub half: Vec<OfficeName>,
    /// Officers of the root who have not signed.
    pub missing: Vec<OfficeName>,
    /// Lines that count for nothing: by someone who is no officer of the root.
    pub not_counted: Vec<KeyName>,
    /// Whether it is enough.
    pub enough: bool,
}

impl Progress {
    /// How far these notes are, each of which an officer must have signed to count. Lines by `others` are
    /// somebody else's to count.
    pub(super) fn of(
        root: &Root,
        task: Task,
        notes: &[&Note],
        others: &[KeyName],
    ) -> Result<Self, ProposalError> {
        let (mut signed, mut half, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for (name, public) in root.officers() {
            let verifier = Verifier::office(&root.org(), name, public.clone());
            let (mut whole, mut some) = (true, false);
            for note in notes {
                match note.verified_by(&verifier) {
                    Ok(_) => some = true,
                    Err(SignatureError::Missing { .. }) => whole = false,
                    Err(SignatureError::Half { .. }) => (whole, some) = (false, true),
                    Err(wrong) => return Err(ThresholdError::from(wrong).into()),
                }
            }
            match (whole, some) {
                (true, _) => signed.push(name.clone()),
                (false, true) => half.push(name.clone()),
                (false, false) => missing.push(name.clone()),
            }
        }
        let own: Vec<KeyName> =
            root.officers().iter().map(|(name, _)| KeyName::office(&root.org(), name)).collect();
        let lines = notes.iter().flat_map(|note| note.lines()).map(|line| line.name().clone());
        let mut not_counted: Vec<KeyName> =
            lines.filter(|name| !own.contains(name) && !others.contains(name)).collect();
        not_counted.sort();
        not_counted.dedup();
        let needed = root.value().thresholds.of(task);
        let enough = signed.len() >= usize::from(needed);
        Ok(Self { needed, signed, half, missing, not_counted, enough })
    }
}
