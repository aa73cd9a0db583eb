//! Arguments of the commands that make, carry and open items.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::leave::standing::Wanted;

use super::record::RecordArgs;

/// What a label is made of, for `send`, `seal` and `check`.
#[derive(Args, Clone, Debug, Default)]
pub struct DraftArgs {
    /// Recipients, by name, pinyin, unit, address or number.
    #[arg(long, short = 't', value_name = "WHO", value_delimiter = ',')]
    pub to: Vec<String>,
    /// The mark as printed.
    #[arg(long, short = 'm', value_name = "MARK")]
    pub mark: Option<String>,
    /// The term, where the mark does not carry it.
    #[arg(long, value_name = "TERM")]
    pub term: Option<String>,
    /// The title; the file name without its ending otherwise.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Clauses the level rests on.
    #[arg(long, value_name = "CLAUSE")]
    pub basis: Vec<String>,
    /// The document number.
    #[arg(long, value_name = "NUMBER")]
    pub doc_no: Option<String>,
    /// What may be done with copies.
    #[arg(long, value_enum)]
    pub copying: Option<CopyingWord>,
    /// How urgent it is.
    #[arg(long, value_enum)]
    pub urgency: Option<UrgencyWord>,
    /// People who may know of it beside the recipients.
    #[arg(long, value_name = "WHO", value_delimiter = ',')]
    pub scope: Vec<String>,
    /// The unit it is sent from.
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// To be read by the end of this day.
    #[arg(long, value_name = "DAY")]
    pub read_by: Option<String>,
    /// Not to be shown before this day.
    #[arg(long, value_name = "DAY")]
    pub not_before: Option<String>,
    /// Kept at the relay to the end of this day.
    #[arg(long, value_name = "DAY")]
    pub keep_until: Option<String>,
    /// Who is asked to decide at a step.
    #[arg(long, value_name = "STEP=NAME")]
    pub ask: Vec<String>,
    /// To be decided by the end of this day.
    #[arg(long, value_name = "DAY")]
    pub decide_by: Option<String>,
    /// Secret points, sealed with the item.
    #[arg(long, value_name = "TEXT")]
    pub point: Vec<String>,
    /// What else the record says.
    #[command(flatten)]
    pub record: RecordArgs,
    /// What it is made from.
    #[command(flatten)]
    pub deriving: DerivingArgs,
    /// By what it may go out without a decision of its own; never by file.
    #[arg(skip)]
    pub standing: Wanted,
}

/// Arguments of what is made from other items.
#[derive(Args, Clone, Debug, Default)]
pub struct DerivingArgs {
    /// The items it is made from.
    #[arg(long, value_name = "ITEM", value_delimiter = ',')]
    pub derived_from: Vec<String>,
    /// In what way.
    #[arg(long, value_enum, requires = "derived_from")]
    pub reason_code: Option<ReasonCode>,
    /// The leave of a source's issuer, in request files.
    #[arg(long, value_name = "FILE")]
    pub leave: Vec<PathBuf>,
}

/// `--reason-code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReasonCode {
    /// 内容相同.
    Same,
    /// 涉及密点.
    Points,
    /// 概括、摘录.
    Summary,
    /// 制发部门要求.
    Demanded,
}

/// `--copying`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CopyingWord {
    /// 不得复制.
    None,
    /// 经批准可复制.
    Ask,
    /// 可复制.
    Allowed,
}

/// `--urgency`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UrgencyWord {
    /// 平件.
    Normal,
    /// 加急.
    Urgent,
    /// 特急.
    ExtraUrgent,
}

/// `vault send`.
#[derive(Args, Clone, Debug)]
pub struct SendArgs {
    /// One file, or several as one item.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The label.
    #[command(flatten)]
    pub draft: DraftArgs,
    /// The standing approval it goes by.
    #[arg(long, value_name = "FILE", conflicts_with = "ask")]
    pub by_standing: Option<PathBuf>,
}

/// `vault seal`.
#[derive(Args, Clone, Debug)]
pub struct SealArgs {
    /// One file, or several as one item.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The label.
    #[command(flatten)]
    pub draft: DraftArgs,
    /// The sealed file.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `vault check`.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// Files to be sent, or one sealed file.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The label.
    #[command(flatten)]
    pub draft: DraftArgs,
    /// Decisions that came beside a sealed file.
    #[arg(long, value_name = "NOTE", num_args = 1..)]
    pub with: Vec<PathBuf>,
    /// Opens the opinions.
    #[arg(long)]
    pub opinions: bool,
}

/// `vault mark`.
#[derive(Args, Clone, Debug)]
pub struct MarkArgs {
    /// Marks as people type them.
    #[arg(value_name = "MARK", required_unless_present = "of")]
    pub marks: Vec<String>,
    /// A sealed file, for the head of its first page.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["marks", "urgency", "doc_no"])]
    pub of: Option<PathBuf>,
    /// The number of the copy that is printed.
    #[arg(long, value_name = "NUMBER")]
    pub copy: Option<u32>,
    /// How urgent the draft is.
    #[arg(long, value_enum)]
    pub urgency: Option<UrgencyWord>,
    /// The draft's document number.
    #[arg(long, value_name = "NUMBER")]
    pub doc_no: Option<String>,
}

/// `vault open`.
#[derive(Args, Clone, Debug)]
pub struct OpenArgs {
    /// The sealed file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where the content goes: a new file, or a folder.
    #[arg(long, short = 'o', value_name = "PATH", conflicts_with = "stdout")]
    pub output: Option<PathBuf>,
    /// Hands the content to standard output.
    #[arg(long)]
    pub stdout: bool,
}

/// `vault receive`.
#[derive(Args, Clone, Debug)]
pub struct ReceiveArgs {
    /// Items; all that wait otherwise.
    #[arg(value_name = "ITEM")]
    pub items: Vec<String>,
}

/// `vault read`.
#[derive(Args, Clone, Debug)]
pub struct ReadArgs {
    /// The item.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// Hands the content to standard output.
    #[arg(long, conflicts_with_all = ["path", "viewer"])]
    pub stdout: bool,
    /// Prints the path and waits.
    #[arg(long, conflicts_with = "viewer")]
    pub path: bool,
    /// The program to look with.
    #[arg(long, value_name = "PROGRAM")]
    pub viewer: Option<String>,
}

/// `vault circulate`.
#[derive(Args, Clone, Debug)]
pub struct CirculateArgs {
    /// The item, or a sealed file.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// The next reader; without one, who had it is shown.
    #[arg(long, short = 't', value_name = "WHO")]
    pub to: Option<String>,
    /// The file for the next reader.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `vault return`.
#[derive(Args, Clone, Debug)]
pub struct ReturnArgs {
    /// The item that waits.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// Why.
    #[arg(long, value_enum)]
    pub reason: ReturnWord,
}

/// `--reason` of `vault return`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReturnWord {
    /// 不是给我的.
    NotForMe,
    /// 不完整.
    Incomplete,
    /// 标志有误.
    WrongMark,
    /// 重复.
    Twice,
    /// 其他.
    Other,
}

/// `vault recall`.
#[derive(Args, Clone, Debug)]
pub struct RecallArgs {
    /// A sent item.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// Whose copies; all otherwise.
    #[arg(long, short = 't', value_name = "WHO", value_delimiter = ',')]
    pub to: Vec<String>,
}

/// `vault watch`.
#[derive(Args, Clone, Debug)]
pub struct WatchArgs {
    /// Shows a notice on the desktop, without names.
    #[arg(long)]
    pub notify: bool,
    /// A program to run for each event.
    #[arg(long, value_name = "PROGRAM")]
    pub run: Option<PathBuf>,
}

/// `vault export`.
#[derive(Args, Clone, Debug)]
pub struct ExportArgs {
    /// The item.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// A new file or a folder.
    #[arg(long, short = 'o', value_name = "PATH")]
    pub output: PathBuf,
    /// The leave, in request files.
    #[arg(long, value_name = "FILE", value_delimiter = ',')]
    pub with: Vec<PathBuf>,
    /// For publication, by a decided release review.
    #[arg(long)]
    pub release: bool,
}
