//! Requests for keys: handing one in, inviting to them, and showing officers what waits.

use vault_keys::directory::Organisation;
use vault_keys::joining::{INVITATIONS_MAX, InvitationList, REQUEST_MAX, Request};

use super::dial::Client;
use super::error::ClientError;
use crate::proto::message::{Invite, KeyRequest, Listed, Requests, Verb};

/// Most requests in one listing: far above what a relay shows at once.
const LISTED_MAX: usize = 4 * INVITATIONS_MAX;

impl Client {
    /// Puts an officer's list of invitations in force in place of his earlier one.
    pub async fn invite(&self, list: &InvitationList) -> Result<(), ClientError> {
        let note = list.signed().encode().into();
        let reply = self.call(Verb::Invite, &Invite { note }).await?;
        Ok(reply_ends(reply).await?)
    }

    /// Hands a request for keys in. The one thing that a station in no directory may do, once for each connection.
    pub async fn request(&self, request: &Request) -> Result<(), ClientError> {
        let note = request.signed().encode().into();
        let reply = self.call(Verb::Request, &KeyRequest { note }).await?;
        Ok(reply_ends(reply).await?)
    }

    /// The requests that wait; for persons with the role of a key officer. Each is verified as far as a request can be
    /// on its own; whether it is admitted is the officers' matter.
    pub async fn requests(&self, organisation: &Organisation) -> Result<Vec<Request>, ClientError> {
        let mut reply = self.call(Verb::Requests, &Requests {}).await?;
        let listed: Listed = reply.message().await?;
        if listed.count as usize > LISTED_MAX {
            return Err(ClientError::Protocol(format!("{} requests in one listing", listed.count)));
        }
        let mut requests = Vec::new();
        for _ in 0..listed.count {
            let note = reply.text("request", REQUEST_MAX).await?;
            let request = Request::verify(&note, organisation.org())
                .map_err(|error| ClientError::Protocol(format!("a request that is none: {error}")))?;
            requests.push(request);
        }
        reply.end().await?;
        Ok(requests)
    }
}

async fn reply_ends(mut reply: super::dial::Reply) -> Result<(), crate::proto::wire::WireError> {
    reply.end().await
}
