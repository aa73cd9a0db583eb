//! `invite`: puts a list of invitations in force. Who brings it does not matter: an officer's signature does.

use std::sync::Arc;

use vault_keys::joining::InvitationList;

use super::super::connection;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::Frames;
use crate::proto::codes::RelayCode;
use crate::proto::message::Invite;

/// How far ahead of the relay's clock a list may be dated, in seconds.
const SKEW_S: i64 = 300;

pub(super) async fn handle(
    context: &Arc<Context>,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let invite: Invite = frames.message().await?;
    frames.end().await?;
    let refused = |reason: String| Failure::refuse(RelayCode::InvitationsRefused, reason);
    let ctx = Arc::clone(context);
    let turn = context.enrolment.turn.lock().await;
    let list = context
        .write(move |transaction| {
            let force = ctx.current.require()?;
            let root = force.newest.organisation.root();
            let list = InvitationList::verify(root, &invite.note)
                .map_err(|error| refused(connection::chain(&error)))?;
            let made = list.signed().value().made;
            if made > ctx.now().plus_seconds(SKEW_S) {
                return Err(refused("the list of invitations is dated ahead".to_owned()));
            }
            // A list of a former root says nothing any more.
            let before = transaction.invitations()?.and_then(|note| InvitationList::verify(root, &note).ok());
            let overtaken = before.is_some_and(|before| {
                before.signed().value().made >= made && before.signed().hash() != list.signed().hash()
            });
            if overtaken {
                return Err(refused("a later list of invitations is in force".to_owned()));
            }
            transaction.put_invitations(&list.signed().encode())?;
            Ok(list)
        })
        .await?;
    tracing::info!(open = list.invitations().len(), "invitations are in force");
    context.enrolment.replace(list);
    drop(turn);
    reply.accept().await?;
    Ok(())
}
