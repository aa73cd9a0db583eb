//! Putting an organisation in force: verify, store, then let it count (used by `publish` and `vault-relay import`).

use vault_keys::digest::DirectoryHash;

use super::force::{Current, InForce, InstallError, Own};
use crate::store::{self, Metadata, StoreError};

/// Verifies an organisation file and puts it in force. The one in force again is fine. Answers number and hash of
/// the directory then in force.
pub(crate) fn install(
    metadata: &dyn Metadata,
    own: &Own,
    current: &Current,
    file: &[u8],
) -> Result<(u32, DirectoryHash), InstallError> {
    let in_force = current.get();
    let Some(version) = own.judge(file, in_force.as_deref())? else {
        let force = in_force.ok_or(StoreError::Damaged { what: "organisation" })?;
        return Ok((force.directory().number(), force.directory().hash()));
    };
    let texts = version.texts();
    store::write(metadata, |transaction| transaction.put_organisation(&texts))?;
    let answer = (texts.number, texts.hash);
    current.replace(InForce::new(version));
    Ok(answer)
}
