//! Everything at the relay that this person wants to hear of without asking for it item by item.

use vault_core::decision::RequestFile;

use crate::approval::news::{self, News};
use crate::approval::pending::{self, Pending};
use crate::desk::Desk;
use crate::error::Outcome;
use crate::leave;
use crate::outbox::Outbox;
use crate::relay::Line;
use crate::ui::Ui;
use crate::waiting::{self, Waiting};

/// What waits for this person, and what came of what he sent.
#[derive(Debug, Default)]
pub struct Everything {
    /// Copies to receive.
    pub waiting: Vec<Waiting>,
    /// Items to decide on.
    pub pending: Vec<Pending>,
    /// Requests for leave to answer.
    pub requests: Vec<RequestFile>,
    /// What happened to items sent from here, each told once.
    pub news: Vec<News>,
}

impl Everything {
    /// Asks the relay.
    ///
    /// # Errors
    /// The relay cannot be asked, or what it shows does not hold.
    pub fn ask(ui: &Ui, line: &Line, desk: &Desk, outbox: &Outbox) -> Outcome<Self> {
        let waiting = waiting::for_me(ui, line, desk)?;
        let pending = pending::for_me(line, desk)?;
        let requests = leave::at_relay::for_me(line, desk)?;
        // Where another command is at work here, it is told next time.
        let news = match desk.home.lock_if_free()? {
            Some(_lock) => news::look(line, desk, outbox)?,
            None => Vec::new(),
        };
        Ok(Self { waiting, pending, requests, news })
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { waiting, pending, requests, news } = self;
        waiting.is_empty() && pending.is_empty() && requests.is_empty() && news.is_empty()
    }
}
