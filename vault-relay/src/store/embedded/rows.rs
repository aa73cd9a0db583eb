//! Between columns and types: what is read back is parsed as strictly as what comes from outside.

use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Error, ErrorCode, Row};
use vault_core::item::{AccessHash, LabelHash};
use vault_core::register::leaf::LeafHash;
use vault_core::stream::layout::ContentLen;
use vault_core::stream::parts::ContentHash;
use vault_core::transfer::copy::{CopyState, Demand, DemandStanding, End};
use vault_core::transfer::item::ItemState;
use vault_keys::digest::NoteHash;
use vault_keys::key_id::KeyId;
use vault_keys::time::Time;

use super::super::{
    AskedRecord, DeciderBy, DeciderRecord, ItemRecord, LeafRecord, NewLeaf, PartsName, RequestRecord,
    StoreError, UploadRecord,
};
use super::sums;

/// Tells what was being done when the database failed; values that do not parse count as damage.
pub(super) fn failed(context: &'static str) -> impl Fn(Error) -> StoreError {
    move |error| match error {
        Error::FromSqlConversionFailure(..)
        | Error::InvalidColumnType(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::Utf8Error(..) => StoreError::Damaged { what: context },
        error if sums::is_damage(&error) => StoreError::Damaged { what: context },
        Error::SqliteFailure(ref failure, _)
            if matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) =>
        {
            StoreError::File { context, source: Box::new(error) }
        }
        source => StoreError::Database { context, source: Box::new(source) },
    }
}

/// A type whose text form stands in its column.
pub(super) struct Word<T>(pub(super) T);

impl<T: FromStr> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(|_| FromSqlError::InvalidType)
    }
}

impl<T: std::fmt::Display> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

/// Seconds since 1970.
pub(super) struct Seconds(pub(super) Time);

impl FromSql for Seconds {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Time::from_unix(value.as_i64()?).map(Self).map_err(|_| FromSqlError::InvalidType)
    }
}

impl ToSql for Seconds {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.unix().into())
    }
}

/// An unsigned number; the database counts to 2^63 - 1.
pub(super) struct Count(pub(super) u64);

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        u64::try_from(value.as_i64()?).map(Self).map_err(|_| FromSqlError::InvalidType)
    }
}

impl ToSql for Count {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        i64::try_from(self.0).map(Into::into).map_err(|error| Error::ToSqlConversionFailure(Box::new(error)))
    }
}

pub(super) struct Length(pub(super) ContentLen);

impl FromSql for Length {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let Count(bytes) = Count::column_result(value)?;
        ContentLen::new(bytes).map(Self).map_err(|_| FromSqlError::InvalidType)
    }
}

struct ItemWord(ItemState);

impl FromSql for ItemWord {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        ItemState::from_word(value.as_str()?).map(Self).ok_or(FromSqlError::InvalidType)
    }
}

/// Columns of [`upload`].
pub(super) const UPLOAD: &str = "name, sender, item, header, length, opened";

pub(super) fn upload(row: &Row<'_>) -> rusqlite::Result<UploadRecord> {
    Ok(UploadRecord {
        name: PartsName::from_bytes(row.get(0)?),
        sender: row.get::<_, Word<_>>(1)?.0,
        item: row.get::<_, Word<_>>(2)?.0,
        header: Some(row.get(3)?).filter(|header: &Vec<u8>| !header.is_empty()),
        length: row.get::<_, Length>(4)?.0,
        opened: row.get::<_, Seconds>(5)?.0,
    })
}

/// Columns of [`item`].
pub(super) const ITEM: &str = "label, item, sender, label_note, access, length, content, state, accepted, released, \
                               not_before, not_after, payload, last_leaf, accepted_index, parts, brought_by";

pub(super) fn item(row: &Row<'_>) -> rusqlite::Result<ItemRecord> {
    let label = LabelHash::from_bytes(row.get(0)?);
    let (is_there, parts): (bool, Option<[u8; 32]>) = (row.get(12)?, row.get(15)?);
    let parts = parts.map_or_else(|| label.into(), PartsName::from_bytes);
    Ok(ItemRecord {
        label,
        item: row.get::<_, Word<_>>(1)?.0,
        sender: row.get::<_, Word<_>>(2)?.0,
        label_note: row.get(3)?,
        access: AccessHash::from_bytes(row.get(4)?),
        length: row.get::<_, Length>(5)?.0,
        content: ContentHash::from_bytes(row.get(6)?),
        state: row.get::<_, ItemWord>(7)?.0,
        accepted: row.get::<_, Seconds>(8)?.0,
        released: row.get::<_, Option<Seconds>>(9)?.map(|time| time.0),
        not_before: row.get::<_, Option<Seconds>>(10)?.map(|time| time.0),
        not_after: row.get::<_, Option<Seconds>>(11)?.map(|time| time.0),
        payload: is_there.then_some(parts),
        brought_by: row.get::<_, Option<Word<_>>>(16)?.map(|person| person.0),
        last_leaf: LeafHash::from_bytes(row.get(13)?),
        accepted_index: row.get::<_, Count>(14)?.0,
    })
}

/// Columns of [`leaf`].
pub(super) const LEAF: &str = "position, hash, leaf, label, copy, note";

pub(super) fn leaf(row: &Row<'_>) -> rusqlite::Result<LeafRecord> {
    Ok(LeafRecord {
        index: row.get::<_, Count>(0)?.0,
        leaf: NewLeaf {
            hash: LeafHash::from_bytes(row.get(1)?),
            leaf: row.get(2)?,
            label: row.get::<_, Option<[u8; 32]>>(3)?.map(LabelHash::from_bytes),
            copy: row.get(4)?,
            note: row.get::<_, Option<[u8; 32]>>(5)?.map(NoteHash::from_bytes),
        },
    })
}

/// Columns of [`request`].
pub(super) const REQUEST: &str = "hash, invitation, person, note, received";

pub(super) fn request(row: &Row<'_>) -> rusqlite::Result<RequestRecord> {
    Ok(RequestRecord {
        hash: NoteHash::from_bytes(row.get(0)?),
        invitation: row.get::<_, Option<Word<_>>>(1)?.map(|id| id.0),
        person: row.get::<_, Option<Word<_>>>(2)?.map(|person| person.0),
        note: row.get(3)?,
        received: row.get::<_, Seconds>(4)?.0,
    })
}

/// Columns of [`decider`].
pub(super) const DECIDER: &str = "step, role, person, named_by";

pub(super) fn decider(row: &Row<'_>) -> rusqlite::Result<DeciderRecord> {
    Ok(DeciderRecord {
        step: row.get::<_, Word<_>>(0)?.0,
        role: row.get::<_, Word<_>>(1)?.0,
        person: row.get::<_, Word<_>>(2)?.0,
        by: if row.get_ref(3)?.as_str()? == by_word(DeciderBy::Label) {
            DeciderBy::Label
        } else {
            DeciderBy::Access
        },
    })
}

pub(super) fn by_word(by: DeciderBy) -> &'static str {
    match by {
        DeciderBy::Label => "label",
        DeciderBy::Access => "access",
    }
}

/// Columns of [`demand`].
pub(super) const DEMAND: &str = "leaf, access, person, station, time, standing";

pub(super) fn demand(row: &Row<'_>) -> rusqlite::Result<Demand> {
    Ok(Demand {
        leaf: LeafHash::from_bytes(row.get(0)?),
        access: AccessHash::from_bytes(row.get(1)?),
        person: row.get::<_, Word<_>>(2)?.0,
        station: KeyId::from_bytes(row.get(3)?),
        time: row.get::<_, Seconds>(4)?.0,
        standing: if row.get_ref(5)?.as_str()? == "open" {
            DemandStanding::Open
        } else {
            DemandStanding::Lapsed
        },
    })
}

pub(super) fn standing_word(standing: DemandStanding) -> &'static str {
    match standing {
        DemandStanding::Open => "open",
        DemandStanding::Lapsed => "lapsed",
    }
}

/// How a copy of this stored state ended; `None` when state and demand contradict each other.
pub(super) fn end_of(state: &str, settled_by: Option<LeafHash>) -> Option<Option<End>> {
    Some(match (CopyState::from_word(state)?, settled_by) {
        (CopyState::Received, Some(demand)) => Some(End::Received { demand }),
        (CopyState::Received, None) | (_, Some(_)) => return None,
        (CopyState::Available | CopyState::Demanded, None) => None,
        (CopyState::Returned, None) => Some(End::Returned),
        (CopyState::Recalled, None) => Some(End::Recalled),
        (CopyState::Withheld, None) => Some(End::Withheld),
        (CopyState::Expired, None) => Some(End::Expired),
    })
}

/// The columns of a request for leave, in the order of [`asked`].
pub(super) const ASKED: &str = "request, note, requester, act, received, state, position";

/// Reads a request for leave.
pub(super) fn asked(row: &Row<'_>) -> rusqlite::Result<AskedRecord> {
    Ok(AskedRecord {
        request: NoteHash::from_bytes(row.get(0)?),
        note: row.get(1)?,
        requester: row.get::<_, Word<_>>(2)?.0,
        act: row.get(3)?,
        received: row.get::<_, Seconds>(4)?.0,
        state: row.get(5)?,
        position: row.get::<_, Count>(6)?.0,
    })
}
