//! Re-wrapping a whole archive: in parallel, answers in order, one failure ending no other.
//!
//! Headers come from an iterator and go to a callback, in the same order, as many at a time as keep the threads busy:
//! memory does not grow with the archive. Cancelling ends between two headers; what was delivered by then is whole.

use rand_core::CryptoRng;

use super::{RewrapError, Rewrapped, Rewrapper};
use crate::admission::{Published, Reader, Refused};
use crate::item::{Access, ItemHeader};
use crate::opening::{AdmittedItem, OpenError};
use crate::stream::Work;
use crate::stream::blocks::{Cancelled, in_order};
use vault_keys::note::Signed;
use vault_keys::secret::FileKey;
use vault_keys::time::Time;

/// What is known of all headers of a run.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// What judges each item before it is re-wrapped.
    pub published: Published<'a>,
    /// What the person knows of each item: his keys, and that he accepted them before.
    pub reader: Reader<'a>,
    /// Now.
    pub now: Time,
}

/// The outcome of one header; `None` where nothing would change.
pub type Outcome = Result<Option<Rewrapped>, RewrapError>;

impl Rewrapper<'_> {
    /// Makes the next shared header of each item, `rng` giving the randomness for the header of each number. Every
    /// item is admitted by the rules first. `deliver` gets number and outcome, in order.
    ///
    /// # Errors
    /// [`Cancelled`] if the work was cancelled.
    pub fn next_many<R: CryptoRng>(
        &self,
        headers: impl Iterator<Item = ItemHeader>,
        run: &Run<'_>,
        work: &Work<'_>,
        rng: impl Fn(u64) -> R + Sync,
        deliver: impl FnMut(u64, Outcome),
    ) -> Result<(), Cancelled> {
        let one = |number: u64, header: &ItemHeader| {
            let item = run.admit(header).map_err(OpenError::from)?;
            self.next(&item, &mut rng(number))
        };
        in_order(headers, work, one, deliver)
    }

    /// Makes this person's own header of each item. `published` are what judges all of them. As [`Self::next_many`] in
    /// everything else.
    ///
    /// # Errors
    /// [`Cancelled`] if the work was cancelled.
    pub fn own_many<'a, R: CryptoRng>(
        &self,
        items: impl Iterator<Item = Held<'a>>,
        (published, now): (&Published<'_>, Time),
        work: &Work<'_>,
        rng: impl Fn(u64) -> R + Sync,
        deliver: impl FnMut(u64, Outcome),
    ) -> Result<(), Cancelled> {
        let one = |number: u64, held: &Held<'a>| {
            let run = Run { published: *published, reader: held.reader, now };
            let item = run.admit(held.header).map_err(OpenError::from)?;
            match held.file_key {
                Some(file_key) => self.own_restored(&item, file_key, held.shared, &mut rng(number)),
                None => self.own(&item, held.shared, &mut rng(number)),
            }
        };
        in_order(items, work, one, deliver)
    }
}

/// An item of this person's, and what he knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The header that serves him now: as it came, or with his own note.
    pub header: &'a ItemHeader,
    /// The shared note it carries, the one its own note rests on, or a newer one.
    pub shared: &'a Signed<Access>,
    /// His keys, and what he knows beside the header.
    pub reader: Reader<'a>,
    /// The file key, where a recovery run gave it back.
    pub file_key: Option<&'a FileKey>,
}

impl Run<'_> {
    fn admit(&self, header: &ItemHeader) -> Result<AdmittedItem, Refused> {
        AdmittedItem::new(header.clone(), &self.published, self.reader, self.now)
    }
}
