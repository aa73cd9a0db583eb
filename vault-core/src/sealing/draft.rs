//! What a sender decides before anything is sealed.

use vault_keys::digest::NoteHash;
use vault_keys::note::Note;
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::opening::Suite;
use vault_keys::time::Time;

use crate::item::{
    Copying, FieldReason, FileEntry, Flag, ItemId, Origin, OriginKind, PayloadForm, Starts, StartsBy,
    Urgency, Word,
};
use crate::scope::Ascending;
use crate::term::Term;

/// What will be sealed, as the manifest lists it.
#[derive(Debug, Clone)]
pub struct Payload {
    /// One file as it is, or a tar of several.
    pub form: PayloadForm,
    /// The files.
    pub files: Vec<FileEntry>,
}

/// A draft of an item: every choice of the sender, none of them judged yet.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The title; it travels encrypted, in the manifest.
    pub title: String,
    /// The mark as typed, such as `机密★10年`. Read when the draft is judged, so that top secret in any spelling is
    /// refused by the same check as everything else.
    pub mark: String,
    /// The term, where the mark leaves it open (`内部`, or `机密` without ★).
    pub term: Option<Term>,
    /// The family of wraps.
    pub suite: Suite,
    /// 发文字号.
    pub doc_no: Option<String>,
    /// From when the term counts; the end is computed where the day is known.
    pub starts: Starts,
    /// The clauses the level rests on.
    pub basis: Vec<String>,
    /// What sort of paper it is.
    pub class: Option<Word>,
    /// What it is about.
    pub kind: Word,
    /// What carries it.
    pub carrier: Word,
    /// Where its content comes from.
    pub origin: Origin,
    /// Whether holders may copy it.
    pub copying: Copying,
    /// Special handling.
    pub flags: Ascending<Flag>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Until when it is to be read.
    pub read_by: Option<Time>,
    /// Before when it is not served.
    pub not_before: Option<Time>,
    /// Until when the relay keeps it.
    pub keep_until: Option<Time>,
    /// Until when it must be decided on; where decisions are demanded and nothing is said, as many
    /// days on as the policy gives.
    pub decide_by: Option<Time>,
    /// Who is asked, by step; for a step not named here, everybody who could be.
    pub asked: Vec<(Word, Ascending<PersonNo>)>,
    /// The standing approval it is sent under, which stands among the notes with its decisions.
    pub standing: Option<NoteHash>,
    /// Notes that go with it: labels of sources, leaves, a standing approval, and the decisions on these.
    pub notes: Vec<Note>,
    /// To whom its content may be passed down by word.
    pub pass_down: Ascending<Holder>,
    /// Earlier drafts, sealed as items.
    pub drafts: Ascending<ItemId>,
    /// In whose name it is sent; `None` for the unit of the sender's first post.
    pub unit: Option<UnitNo>,
    /// Who proposes the level; `None` for the sender.
    pub handler: Option<PersonNo>,
    /// Who may know it.
    pub scope: Ascending<Holder>,
    /// Who gets copy 1, 2, 3 …; copy 0 is always the sender's.
    pub copies: Vec<Holder>,
    /// Which recovery key gets a wrap.
    pub recovery: RecoveryChoice,
    /// Where in the text the secret lies 密点.
    pub points: Vec<String>,
    /// Reasons in free words, by field.
    pub reasons: Vec<FieldReason>,
}

/// Which units' recovery keys get a wrap (docs/recovery.md, "Which items").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecoveryChoice {
    /// Where the policy requires or allows one: that of the sender's unit, or of the nearest unit above that has one.
    ByPolicy,
    /// These and no others, none perhaps.
    Units(Ascending<UnitNo>),
}

impl Draft {
    /// A draft with the cautious choices: hybrid, copying not allowed, the scope exactly those who get a copy.
    #[must_use]
    pub fn new(title: impl Into<String>, mark: impl Into<String>, to: &[Holder]) -> Self {
        Self {
            title: title.into(),
            mark: mark.into(),
            term: None,
            suite: Suite::Hybrid,
            doc_no: None,
            starts: Starts { by: StartsBy::Released, date: None },
            basis: Vec::new(),
            class: None,
            kind: word("other"),
            carrier: word("electronic"),
            origin: Origin { kind: OriginKind::Original, parents: Vec::new(), reason: None },
            copying: Copying::None,
            flags: Ascending::empty(),
            urgency: Urgency::Normal,
            read_by: None,
            not_before: None,
            keep_until: None,
            decide_by: None,
            asked: Vec::new(),
            standing: None,
            notes: Vec::new(),
            pass_down: Ascending::empty(),
            drafts: Ascending::empty(),
            unit: None,
            handler: None,
            scope: Ascending::of(to.iter().copied()),
            copies: to.to_vec(),
            recovery: RecoveryChoice::ByPolicy,
            points: Vec::new(),
            reasons: Vec::new(),
        }
    }
}

fn word(constant: &str) -> Word {
    #[expect(clippy::expect_used, reason = "only the words above are handed in")]
    constant.parse().expect("a constant of the form of a word")
}
