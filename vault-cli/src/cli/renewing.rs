//! Arguments of `vault identity rotate`, `replace` and `restore`.

use std::path::PathBuf;

use clap::Args;

/// `vault identity rotate`.
#[derive(Args, Clone, Debug)]
pub struct RotateArgs {
    /// The opening key only, or with `--signing` both, as without either.
    #[arg(long)]
    pub opening: bool,
    /// The signing key only.
    #[arg(long)]
    pub signing: bool,
    /// The request goes to a file instead of the relay.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Takes new keys back that were asked for and are not entered yet.
    #[arg(long, conflicts_with_all = ["opening", "signing", "output"])]
    pub withdraw: bool,
}

/// `vault identity replace`.
#[derive(Args, Clone, Debug)]
pub struct ReplaceArgs {
    /// The one-time code.
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    /// On a machine that knows no organisation yet.
    #[arg(long, value_name = "FILE")]
    pub organisation: Option<PathBuf>,
    /// The 30 digits the key officer told.
    #[arg(long, value_name = "NUMBER", requires = "organisation")]
    pub fingerprint: Option<String>,
    /// Whose keys, where no key file here tells.
    #[arg(long = "as", value_name = "WHO")]
    pub who: Option<String>,
    /// The request goes to a file instead of the relay.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `vault identity restore`.
#[derive(Args, Clone, Debug)]
pub struct RestoreArgs {
    /// What `vault identity backup` wrote.
    #[arg(value_name = "BACKUP")]
    pub backup: PathBuf,
    /// The organisation file.
    #[arg(long, value_name = "FILE")]
    pub organisation: PathBuf,
    /// The 30 digits the key officer told.
    #[arg(long, value_name = "NUMBER")]
    pub fingerprint: Option<String>,
    /// The request, for the key officer.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: PathBuf,
}
