//! A reader's own opening keys, with their ids worked out once.

use vault_keys::key_id::KeyId;
use vault_keys::opening::Identity;
use vault_keys::secret::FileKey;

use super::OpenError;
use crate::item::ItemHeader;

/// Opening keys at hand, the present one first.
#[derive(Debug)]
pub struct OwnKeys<'a>(Vec<(KeyId, &'a Identity)>);

impl<'a> OwnKeys<'a> {
    /// Takes the keys in the order in which they are tried.
    #[must_use]
    pub fn new(identities: impl IntoIterator<Item = &'a Identity>) -> Self {
        let with_id = |identity: &'a Identity| (identity.to_recipient().key_id(), identity);
        Self(identities.into_iter().map(with_id).collect())
    }

    /// The file key, from a stanza whose row names one of the keys, proved by header and label; and the row.
    ///
    /// # Errors
    /// [`OpenError`] says why there is none.
    pub fn unwrap(&self, header: &ItemHeader) -> Result<(usize, FileKey), OpenError> {
        let mut failure = OpenError::NoKey;
        for (own, identity) in &self.0 {
            let rows = header.access().value().rows.iter().zip(header.recipients()).enumerate();
            for (row, (_, stanza)) in rows.filter(|(_, (row, _))| row.key == *own) {
                match identity.unwrap(stanza) {
                    Ok(Some(file_key)) => {
                        header.verify_file_key(&file_key)?;
                        return Ok((row, file_key));
                    }
                    Ok(None) => failure = OpenError::FalseWrap { row },
                    Err(error) => failure = OpenError::MalformedWrap { row, error },
                }
            }
        }
        Err(failure)
    }
}
