//! `invite`: puts an officer's list of invitations in force. Who brings it does not matter: his signature does.

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
                // At once, so that it never becomes the one that all later ones would have to follow.
                return Err(Failure::refuse(
                    RelayCode::InvitationsAhead,
                    "the list of invitations is dated ahead of this relay's clock",
                ));
            }
            // Lists of a former root say nothing any more.
            let lists = transaction.invitations()?.into_iter();
            for other in lists.filter_map(|note| InvitationList::verify(root, &note).ok()) {
                if other.officer() == list.officer() {
                    if !list.follows(&other) {
                        return Err(refused("a later list of this officer is in force".to_owned()));
                    }
                } else if list.invitations().iter().any(|one| other.invitation(one.id).is_some()) {
                    // Nobody takes a code of another's back, or brings it back, by listing it as his own.
                    return Err(refused("a list of another officer has one of these invitations".to_owned()));
                }
            }
            transaction.put_invitations(list.officer(), root.hash(), &list.signed().encode())?;
            Ok(list)
        })
        .await?;
    tracing::info!(open = list.invitations().len(), "invitations are in force");
    context.enrolment.replace(list);
    drop(turn);
    reply.accept().await?;
    Ok(())
}
