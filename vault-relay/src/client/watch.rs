//! Being told of new versions, and of what concerns this person, while connected.

use super::dial::{Client, Reply};
use super::error::ClientError;
use crate::proto::message::{self, Verb};

/// What the relay says is newest. Unsigned: a reason to sync, nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// Number of the root.
    pub root: u32,
    /// Number of the directory.
    pub directory: u32,
    /// Number of the newest stop list; 0 for none.
    pub stop: u32,
    /// When the freshness note was made, seconds since 1970; 0 for none.
    pub fresh: u64,
    /// Changes with whatever this person has a part in; another number after a restart of the relay.
    pub mail: u64,
}

impl News {
    /// Whether both tell of the same organisation.
    #[must_use]
    pub fn is_same_organisation(&self, other: &Self) -> bool {
        Self { mail: other.mail, ..*self } == *other
    }
}

/// An open watch; dropping it ends it.
#[derive(Debug)]
pub struct Watch {
    reply: Reply,
    last: Option<News>,
}

impl Client {
    /// Begins to watch.
    pub async fn watch(&self) -> Result<Watch, ClientError> {
        Ok(Watch { reply: self.call(Verb::Watch, &message::Watch {}).await?, last: None })
    }
}

impl Watch {
    /// Waits for news other than the last; the first call answers at once. `None` when the relay closes down.
    ///
    /// # Errors
    /// The connection broke, or the relay has been silent for a minute.
    pub async fn next(&mut self) -> Result<Option<News>, ClientError> {
        loop {
            if self.reply.is_at_end().await? {
                return Ok(None);
            }
            let message::News { root, directory, stop, fresh, mail, hash: _ } = self.reply.message().await?;
            let news = News { root, directory, stop, fresh, mail };
            if self.last.replace(news) != Some(news) {
                return Ok(Some(news));
            }
        }
    }
}
