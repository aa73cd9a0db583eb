//! Arguments of the commands that ask for leave, and of those that use it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `vault request …`: every act but sealing and sending.
#[derive(Debug, Subcommand)]
pub enum RequestAct {
    /// Lets somebody into the scope.
    Widen(ForHolders),
    /// Further numbered copies.
    Copy(CopyAsk),
    /// The plaintext outside.
    Export(ForItems),
    /// Out of the office.
    CarryOut(DueAsk),
    /// To somebody outside.
    LendOutside(LendAsk),
    /// Another level or term.
    Change(ChangeAsk),
    /// No secret any more.
    Declassify(ForItems),
    /// For publication.
    Release(ForItems),
    /// Destruction.
    Destroy(ForItems),
    /// By a unit's recovery key.
    Recover(ForItems),
    /// Internal traffic without a decision each time.
    Standing(StandingAsk),
    /// A new item made from this one.
    Derive(ForItems),
    /// What waits for me, what I asked, what was decided about what I hold.
    List,
    /// Enters that a leave was used.
    Use {
        #[arg(value_name = "ITEM")]
        item: String,
        #[arg(long, value_name = "FILE", value_delimiter = ',')]
        with: Vec<PathBuf>,
    },
    /// Enters that what went out is back.
    Back {
        #[arg(value_name = "ITEM")]
        item: String,
    },
    /// Prints a request with its decisions.
    Show {
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}

/// What every request can say.
#[derive(Args, Clone, Debug, Default)]
pub struct AskingArgs {
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// The unit that decides, where it is the asker's own.
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// Who is asked at a step.
    #[arg(long, value_name = "STEP=NAME")]
    pub ask: Vec<String>,
    /// Who carries it out.
    #[arg(long, value_name = "WHO")]
    pub custodian: Option<String>,
    /// To be decided by the end of this day.
    #[arg(long, value_name = "DAY")]
    pub decide_by: Option<String>,
    /// May be used to the end of this day.
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,
    /// The file to write.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// An act that is about items and nothing else.
#[derive(Args, Clone, Debug)]
pub struct ForItems {
    /// Which items.
    #[arg(value_name = "ITEM", required = true)]
    pub items: Vec<String>,
    /// The rest.
    #[command(flatten)]
    pub asking: AskingArgs,
}

/// An act by which somebody gets something.
#[derive(Args, Clone, Debug)]
pub struct ForHolders {
    /// Which items.
    #[arg(value_name = "ITEM", required = true)]
    pub items: Vec<String>,
    /// Who.
    #[arg(long, short = 't', value_name = "WHO", value_delimiter = ',')]
    pub to: Vec<String>,
    /// The rest.
    #[command(flatten)]
    pub asking: AskingArgs,
}

/// `vault widen`: asks, or with a decided request carries it out.
#[derive(Args, Clone, Debug)]
pub struct WidenArgs {
    /// The request.
    #[command(flatten)]
    pub ask: ForHolders,
    /// The decided request, in one file or several.
    #[arg(long, value_name = "FILE", value_delimiter = ',', conflicts_with = "to")]
    pub with: Vec<PathBuf>,
}

/// `vault request copy`.
#[derive(Args, Clone, Debug)]
pub struct CopyAsk {
    /// Items and holders.
    #[command(flatten)]
    pub ask: ForHolders,
    /// How many copies.
    #[arg(long, value_name = "NUMBER")]
    pub count: Option<u32>,
}

/// `vault request carry-out`.
#[derive(Args, Clone, Debug)]
pub struct DueAsk {
    /// Items.
    #[command(flatten)]
    pub ask: ForItems,
    /// The day by which it is back.
    #[arg(long, value_name = "DAY")]
    pub due: Option<String>,
}

/// `vault request lend-outside`.
#[derive(Args, Clone, Debug)]
pub struct LendAsk {
    /// Items and borrower.
    #[command(flatten)]
    pub ask: ForHolders,
    /// The day by which it is back.
    #[arg(long, value_name = "DAY")]
    pub due: Option<String>,
    /// Who told the borrower his duties.
    #[arg(long, value_name = "WHO")]
    pub briefed_by: Option<String>,
}

/// `vault change`.
#[derive(Args, Clone, Debug)]
pub struct ChangeAsk {
    /// Items.
    #[command(flatten)]
    pub ask: ForItems,
    /// The new mark.
    #[arg(long, short = 'm', value_name = "MARK")]
    pub mark: Option<String>,
    /// The new term alone.
    #[arg(long, value_name = "TERM")]
    pub term: Option<String>,
}

/// `vault request standing`.
#[derive(Args, Clone, Debug)]
pub struct StandingAsk {
    /// To whom may be sent.
    #[arg(long, short = 't', value_name = "WHO", value_delimiter = ',')]
    pub to: Vec<String>,
    /// How many items.
    #[arg(long, value_name = "NUMBER")]
    pub count: Option<u32>,
    /// The rest.
    #[command(flatten)]
    pub asking: AskingArgs,
}

/// `vault form`.
#[derive(Args, Clone, Debug)]
pub struct FormArgs {
    /// An item, a sealed file, or a request with its decisions.
    #[arg(value_name = "ITEM", required = true)]
    pub what: Vec<String>,
    /// The page to write.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}
