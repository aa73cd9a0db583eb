//! Requests for leave: asking, answering, and what concerns this person.

use vault_core::decision::request_file::REQUEST_FILE_MAX;
use vault_core::decision::{DecisionNote, Request, RequestFile};
use vault_keys::digest::OrgId;
use vault_keys::note::Signed;

use super::dial::Client;
use super::error::ClientError;
use super::register::Evidence;
use crate::proto::message::{self, Done, Listed, NoteRequest, Requests, Verb};

/// Most requests in one listing: above what a relay shows at once.
const LISTED_MAX: u32 = 4000;

impl Client {
    /// Hands a request for leave in; the same again gets the same leaf.
    pub async fn ask(&self, request: &Signed<Request>) -> Result<Evidence, ClientError> {
        let mut reply = self.call(Verb::Ask, &NoteRequest { note: request.encode().into() }).await?;
        let done: Done = reply.message().await?;
        let evidence = one(self.leaves(&mut reply, done.leaves).await?)?;
        let entered = evidence.leaf.leaf.signed::<Request>();
        if entered.is_ok_and(|entered| entered.hash() == request.hash()) {
            Ok(evidence)
        } else {
            Err(ClientError::Evidence("a leaf of another request".to_owned()))
        }
    }

    /// Hands a decision on a request in; answers its leaf and the word for how far the request has come.
    pub async fn respond(&self, note: &Signed<DecisionNote>) -> Result<(Evidence, String), ClientError> {
        let mut reply = self.call(Verb::Respond, &NoteRequest { note: note.encode().into() }).await?;
        let decided: message::Decided = reply.message().await?;
        let evidence = one(self.leaves(&mut reply, decided.leaves).await?)?;
        let entered = evidence.leaf.leaf.signed::<DecisionNote>();
        if entered.is_ok_and(|entered| entered.hash() == note.hash()) {
            Ok((evidence, decided.state))
        } else {
            Err(ClientError::Evidence("a leaf of another decision".to_owned()))
        }
    }

    /// The requests that wait for this person, those he asked, and decided changes of what he holds, each with its decisions.
    /// What their signatures are worth is for the rules to say.
    pub async fn asked(&self, org: OrgId) -> Result<Vec<RequestFile>, ClientError> {
        let mut reply = self.call(Verb::Asked, &Requests {}).await?;
        let listed: Listed = reply.message().await?;
        if listed.count > LISTED_MAX {
            return Err(ClientError::Protocol(format!("{} requests in one listing", listed.count)));
        }
        let mut files = Vec::new();
        for _ in 0..listed.count {
            let bytes = reply.text("request file", REQUEST_FILE_MAX).await?;
            let file = RequestFile::read([bytes.as_slice()], org)
                .map_err(|error| ClientError::Protocol(format!("a request file that is none: {error}")))?;
            files.push(file);
        }
        reply.end().await?;
        Ok(files)
    }
}

fn one(evidence: Vec<Evidence>) -> Result<Evidence, ClientError> {
    let [one] = <[Evidence; 1]>::try_from(evidence)
        .map_err(|_| ClientError::Protocol("one leaf was expected".to_owned()))?;
    Ok(one)
}
