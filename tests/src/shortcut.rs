//! A decider whose program was changed: it releases an item and leaves the decisions before its own out of the header.

use std::path::{Path, PathBuf};

use vault::approval::answer::{self, Wish};
use vault::approval::pending;
use vault::approval::proposal::Proposal;
use vault::approval::standing::Given;
use vault::context::Context;
use vault::desk::Desk;
use vault::error::Failure;
use vault::history::History;
use vault::home::Home;
use vault::lang::Lang;
use vault::relay::Line;
use vault::ui::{Loudness, Manner, Ui};
use vault::{clock, statement};
use vault_core::decision::{Answer, DecisionNote};
use vault_core::item::ItemHeader;
use vault_core::register::event::EventKind;
use vault_core::rewrap::Rewrapper;
use vault_core::stream::at::Shifted;
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::Signed;
use vault_relay::client::Transfer;

use crate::office::Office;

/// The home of such a decider.
#[derive(Debug)]
pub struct Shortcut {
    context: Context,
    home: PathBuf,
}

/// Which decisions the header carries.
#[derive(Clone, Copy, Debug)]
enum Notes {
    /// All, as it should be.
    All,
    /// The completing one alone.
    OwnOnly,
}

/// What the changed program made.
struct Made {
    desk: Desk,
    line: Line,
    keys: PersonKeys,
    before: ItemHeader,
    note: Signed<DecisionNote>,
    header: ItemHeader,
}

impl Shortcut {
    /// In somebody's home.
    #[must_use]
    pub fn new(office: &Office, home: &str) -> Self {
        let manner = Manner { lang: Lang::En, json: false, loudness: Loudness::Quiet, yes: true };
        let ui = Ui::captured(manner, Box::new(std::io::sink()), Box::new(std::io::sink()));
        let home = PathBuf::from(office.path(home));
        let context = Context::at(ui, home.clone(), Some(PathBuf::from(office.path("pass"))));
        Self { context, home }
    }

    /// Hands the completing decision in with such a header; answers the code with which the relay refuses it.
    ///
    /// # Errors
    /// The program did not come as far as that.
    pub fn release_without_review(&self, item: &str) -> Result<String, Failure> {
        let made = self.make(item, Notes::OwnOnly)?;
        let label = made.before.label_hash();
        let decided = made.line.wait(made.line.client().decide(label, &made.note, Some(&made.header)));
        made.line.close()?;
        Ok(match decided {
            Ok(_) => "released".to_owned(),
            Err(failure) => failure.code.clone().unwrap_or_default(),
        })
    }

    /// Hands the completing decision in as it should be, and ends before anything of the answer is noted down: as a program that
    /// is killed at that moment.
    ///
    /// # Errors
    /// The program did not come as far as that, or the relay refuses.
    pub fn release_and_end(&self, item: &str) -> Result<(), Failure> {
        let made = self.make(item, Notes::All)?;
        let label = made.before.label_hash();
        made.line.wait(made.line.client().decide(label, &made.note, Some(&made.header)))?;
        Ok(())
    }

    /// Writes the item with such a header, as a relay that asks nobody would hand it out.
    ///
    /// # Errors
    /// The program did not come as far as that, or the disk refuses.
    pub fn released_without_review(&self, item: &str, to: &Path) -> Result<(), Box<dyn std::error::Error>> {
        let made = self.make(item, Notes::OwnOnly)?;
        let demand = statement::sign(&made.desk, &made.keys, EventKind::Review, &made.before, None, None)?;
        let demand = made.line.wait(made.line.client().demand(&demand))?.leaf.leaf.hash();
        std::fs::write(to, made.header.bytes())?;
        let file = std::fs::File::options().read(true).write(true).open(to)?;
        let content = Shifted::new(file, made.header.len() as u64);
        let (label, length) = (made.before.label_hash(), made.before.label().value().content.length);
        let transfer = Transfer::default();
        made.line.wait(made.line.client().fetch(label, demand, 0, length, &content, &transfer))?;
        Ok(made.line.close()?)
    }

    fn make(&self, item: &str, notes: Notes) -> Result<Made, Failure> {
        let desk = Desk::at(Home::open(&self.home)?)?;
        let line = Line::dial(&desk.home, &desk.known)?;
        let listed = pending::find(&line, item)?;
        let keys = desk.unlock(&self.context)?;
        let shown = line.wait(line.client().header(listed.hash()))?;
        let leaves = shown.evidence.iter().map(|one| (one.leaf.index, &one.leaf.leaf));
        let history = History::proved(&desk, &shown.header, leaves);
        let chain = history.chain().ok_or_else(pending::unproved)?;
        let given = chain.decisions().iter().map(Given::from).collect();
        let before = shown.header.clone();
        let proposal = Proposal::unlock(&desk, &keys, shown.header, &history, given, true)?;
        let wish = Wish { answer: Answer::Agree, step: None, principal: None, opinion: None };
        let capacity = answer::capacity(&self.context.ui, &desk, &proposal, &wish)?;
        let note = answer::sign(&desk, &keys, &proposal, &capacity, &wish, false)?.note;
        let identities: Vec<_> = keys.identities().collect();
        let rewrapper = Rewrapper::new(desk.me, &keys.signing, &identities, desk.known.directory());
        let earlier = proposal.given.iter().map(|given| given.note.note().clone());
        let earlier = earlier.filter(|_| matches!(notes, Notes::All));
        let carried: Vec<_> = earlier.chain([note.note().clone()]).collect();
        let made = rewrapper.release(&proposal.unlocked, carried, &mut clock::randomness());
        let header = made.map_err(|_| pending::unproved())?.header;
        Ok(Made { desk, line, keys, before, note, header })
    }
}
