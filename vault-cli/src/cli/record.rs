//! What the classification record 国家秘密事项登记表 says besides mark, basis, scope and copies.

use clap::{Args, ValueEnum};

/// Arguments of `send`, `seal` and `check`.
#[derive(Args, Clone, Debug, Default)]
pub struct RecordArgs {
    /// What sort of paper it is.
    #[arg(long, value_enum)]
    pub class: Option<ClassWord>,
    /// The field it is about.
    #[arg(long, value_enum)]
    pub kind: Option<KindWord>,
    /// What carries it.
    #[arg(long, value_enum)]
    pub carrier: Option<CarrierWord>,
    /// The day of issue printed on it, from which the term counts.
    #[arg(long, value_name = "DAY", conflicts_with = "notified")]
    pub issued: Option<String>,
    /// The day of the notice of level and term, from which the term counts.
    #[arg(long, value_name = "DAY")]
    pub notified: Option<String>,
    /// Not to be transcribed, handed round or derived from.
    #[arg(long)]
    pub no_minutes: bool,
    /// To whom its content may be passed down by word.
    #[arg(long, value_name = "WHO", value_delimiter = ',')]
    pub pass_down: Vec<String>,
    /// Earlier drafts, sealed as items.
    #[arg(long, value_name = "ITEM")]
    pub draft: Vec<String>,
    /// Who proposes the level, where that is not the sender.
    #[arg(long, value_name = "WHO")]
    pub handler: Option<String>,
    /// Why, in words that only holders read: FIELD=TEXT.
    #[arg(long, value_name = "FIELD=TEXT")]
    pub why: Vec<String>,
}

/// `--class`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClassWord {
    /// 公文.
    Document,
    /// 会议材料.
    Meeting,
    /// 会议纪要.
    Minutes,
    /// 信访.
    Petition,
    /// 涉外.
    Foreign,
    /// 领导.
    Leadership,
    /// 通信.
    Communication,
}

/// `--kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindWord {
    /// 政治.
    Political,
    /// 军事.
    Military,
    /// 涉外.
    Foreign,
    /// 经济.
    Economic,
    /// 科技.
    Technology,
    /// 个人.
    Personal,
    /// 其他.
    Other,
}

/// `--carrier`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CarrierWord {
    /// 电子.
    Electronic,
    /// 纸.
    Paper,
    /// 磁.
    Magnetic,
    /// 光.
    Optical,
    /// 设备、产品.
    Device,
}
