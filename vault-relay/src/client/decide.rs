//! Deciding on a proposed item, and the proof that no decision was left out.

use vault_core::decision::{Chain, DecisionNote};
use vault_core::item::{ItemHeader, LabelHash};
use vault_core::transfer::item::ItemState;
use vault_keys::note::Signed;

use super::collect::{ItemStatus, ShownHeader, item_state};
use super::dial::Client;
use super::error::ClientError;
use super::register::Evidence;
use crate::proto::message::{self, Decide, Verb};

/// What became of a decision.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The leaf that carries it.
    pub evidence: Evidence,
    /// Where the item stands now.
    pub state: ItemState,
}

impl Client {
    /// Hands in a decision, with the finished header where it completes the others. Without one such a decision is refused
    /// with `header-needed` and nothing is stored; with any other decision the header is not looked at.
    pub async fn decide(
        &self,
        label: LabelHash,
        note: &Signed<DecisionNote>,
        header: Option<&ItemHeader>,
    ) -> Result<Decided, ClientError> {
        let request = Decide {
            label: (*label.as_bytes()).into(),
            note: note.encode().into(),
            header: header.map(|header| header.bytes().to_vec().into()),
        };
        let mut reply = self.call(Verb::Decide, &request).await?;
        let decided: message::Decided = reply.message().await?;
        let state = item_state(&decided.state)?;
        let [evidence] = <[Evidence; 1]>::try_from(self.leaves(&mut reply, decided.leaves).await?)
            .map_err(|_| ClientError::Protocol("one leaf was expected".to_owned()))?;
        let entered = evidence.leaf.leaf.signed::<DecisionNote>();
        if entered.is_ok_and(|entered| entered.hash() == note.hash()) {
            Ok(Decided { evidence, state })
        } else {
            Err(ClientError::Evidence("a leaf of another decision".to_owned()))
        }
    }

    /// The decisions on an item, proved by its leaves as the relay handed them out, oldest first: from the label to the
    /// release, or to the newest where it waits.
    ///
    /// # Errors
    /// [`ClientError::Chain`] where anything between was left out, or stands in another order than in the register.
    pub fn chain(&self, label: LabelHash, evidence: &[Evidence]) -> Result<Chain, ClientError> {
        let leaves = evidence.iter().map(|one| (one.leaf.index, &one.leaf.leaf));
        Ok(Chain::prove(label, self.log().verifier.origin().key_name(), leaves)?)
    }
}

impl ShownHeader {
    /// The decisions on this item, proved by what came with its header ([`Client::chain`]).
    pub fn chain(&self, client: &Client) -> Result<Chain, ClientError> {
        client.chain(self.header.label_hash(), &self.evidence)
    }
}

impl ItemStatus {
    /// The decisions on this item, proved by what came with its status ([`Client::chain`]).
    pub fn chain(&self, client: &Client, label: LabelHash) -> Result<Chain, ClientError> {
        client.chain(label, &self.evidence)
    }
}
