//! The rules that every office is to have in writing (`sections`): for people to read, carried by the policy so that
//! everybody has the same.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use vault_keys::json;
use vault_keys::note::TextError;

use super::fault::Fault;
use crate::limits::REASON_MAX;

/// Most paragraphs of one section.
const PARAGRAPHS_MAX: usize = 100;

/// One written rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What it is about.
    pub name: SectionName,
    /// Its paragraphs, never none.
    pub text: Vec<String>,
}

macro_rules! sections {
    ($( $(#[doc = $doc:literal])+ $variant:ident $word:literal $name:literal )+) => {
        /// What a written rule is about: a closed list, in the order of policies.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SectionName {
            $( $(#[doc = $doc])+ $variant, )+
        }

        impl SectionName {
            /// Every section, in the order of policies.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands in the text.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The Chinese name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

sections! {
    /// Duties of the secrecy committee.
    Committee "committee" "保密委员会职责"
    /// Duties of the staff.
    Staff "staff" "工作人员保密职责"
    /// Lending from the archive.
    ArchiveLending "archive-lending" "档案借阅"
    /// 机要文件.
    SecretPapers "secret-papers" "机要文件管理"
    /// 机要室.
    RegistryRoom "registry-room" "机要室管理"
    /// 电子政务: machines and media.
    Hardware "hardware" "电子政务设备管理"
    /// 电子政务: programs.
    Software "software" "电子政务软件管理"
    /// 电子政务: going online.
    GoingOnline "going-online" "上网管理"
    /// Copiers and fax machines.
    CopiersFax "copiers-fax" "复印机与传真机管理"
}

impl Serialize for SectionName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for SectionName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let found = Self::ALL.iter().copied().find(|name| name.word() == word);
        found.ok_or_else(|| de::Error::custom("no section of this name"))
    }
}

impl Section {
    /// Whether it has something to say that a signed text can hold.
    ///
    /// # Errors
    /// [`Fault`] if not.
    pub fn check(&self) -> Result<(), Fault> {
        if self.text.is_empty() || self.text.len() > PARAGRAPHS_MAX {
            return Err(Fault::Paragraphs { max: PARAGRAPHS_MAX });
        }
        for paragraph in &self.text {
            if paragraph.trim().is_empty() || paragraph.len() > REASON_MAX {
                return Err(Fault::Line { max: REASON_MAX });
            }
            json::check_str(paragraph)?;
        }
        Ok(())
    }
}

/// Every section once, in order, each with something to say.
pub(super) fn check(sections: &[Section]) -> Result<(), TextError> {
    if !sections.iter().map(|section| section.name).eq(SectionName::ALL.iter().copied()) {
        return Err(TextError::new("sections", "not every section once, in the order of the specification"));
    }
    sections.iter().try_for_each(|section| {
        let named = |fault| TextError::new("sections", format!("{}: {fault}", section.name.word()));
        section.check().map_err(named)
    })
}
