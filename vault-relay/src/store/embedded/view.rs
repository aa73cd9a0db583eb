//! What can be asked of the database.

use rusqlite::{OptionalExtension as _, Params, Row, params, params_from_iter, types::ToSql};
use vault_core::item::{AccessHash, ItemId, LabelHash};
use vault_core::register::leaf::LeafHash;
use vault_core::stream::layout::ContentLen;
use vault_core::stream::parts::PartValue;
use vault_core::transfer::copy::{Consignment, Demand};
use vault_keys::digest::{DirectoryHash, NoteHash};
use vault_keys::joining::InvitationId;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::super::{
    AskedDecision, AskedRecord, Capacity, CopyRecord, DeciderRecord, ItemRecord, LeafRecord, Listed,
    OrganisationTexts, PartsName, RequestRecord, StopRecord, StoreError, Totals, Touched, UploadRecord, View,
};
use super::rows::{Count, Seconds, Word, end_of, failed};
use super::{Session, rows};

impl Session<'_> {
    /// One row or none.
    pub(super) fn one<T>(
        &self,
        what: &'static str,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.db
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(values, read).optional())
            .map_err(failed(what))
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        what: &'static str,
        sql: &str,
        values: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.db
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_map(values, read)?.collect())
            .map_err(failed(what))
    }

    /// Copies by a condition on the table `copy`, with their demands, by number.
    fn copies_where(&self, condition: &str, values: impl Params) -> Result<Vec<CopyRecord>, StoreError> {
        let sql = format!(
            "SELECT label, copy, holder, number, access, state, settled_by, since, person, hop, offered FROM copy \
             WHERE {condition} ORDER BY copy, hop"
        );
        let stored = self.all("copy", &sql, values, |row| {
            let settled_by = row.get::<_, Option<[u8; 32]>>(6)?.map(LeafHash::from_bytes);
            let state: String = row.get(5)?;
            let record = CopyRecord {
                label: LabelHash::from_bytes(row.get(0)?),
                copy: row.get(1)?,
                hop: row.get(9)?,
                holder: row.get::<_, Word<_>>(2)?.0,
                number: row.get::<_, Count>(3)?.0,
                // Without demands and end, which follow.
                consignment: Consignment::available(AccessHash::from_bytes(row.get(4)?)),
                since: row.get::<_, Seconds>(7)?.0,
                person: row.get::<_, Option<Word<_>>>(8)?.map(|person| person.0),
                offered: row.get::<_, Count>(10)?.0,
            };
            Ok((record, state, settled_by))
        })?;
        let damaged = || StoreError::Damaged { what: "copy" };
        stored
            .into_iter()
            .map(|(record, state, settled_by)| {
                let end = end_of(&state, settled_by).ok_or_else(damaged)?;
                let demands = self.demands(&record)?;
                let consignment =
                    Consignment::restore(record.consignment.access(), demands, end).ok_or_else(damaged)?;
                // The state column is for queries; the machine must agree with it.
                if consignment.state().word() != state {
                    return Err(damaged());
                }
                Ok(CopyRecord { consignment, ..record })
            })
            .collect()
    }

    fn demands(&self, of: &CopyRecord) -> Result<Vec<Demand>, StoreError> {
        let sql = format!(
            "SELECT {} FROM demand WHERE label = ?1 AND copy = ?2 AND hop = ?3 ORDER BY place",
            rows::DEMAND
        );
        self.all("demand", &sql, params![of.label.as_bytes(), of.copy, of.hop], rows::demand)
    }
}

impl View for Session<'_> {
    fn totals(&self) -> Result<Totals, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM main.item), (SELECT count(*) FROM main.proposal), \
                   (SELECT count(*) FROM main.copy WHERE state IN ('available', 'demanded')), \
                   (SELECT coalesce(sum(items), 0) FROM main.kept), (SELECT coalesce(sum(bytes), 0) FROM main.kept), \
                   (SELECT count(*) FROM main.upload), (SELECT count(*) FROM main.removal), \
                   (SELECT count(*) FROM main.damage), \
                   (SELECT coalesce(max(position) + 1, 0) FROM main.leaf)";
        let found = self.one("totals", sql, [], |row| {
            let count = |at: usize| row.get::<_, Count>(at).map(|Count(count)| count);
            Ok(Totals {
                items: count(0)?,
                proposed: count(1)?,
                waiting: count(2)?,
                payloads: count(3)?,
                payload_bytes: count(4)?,
                uploads: count(5)?,
                removals: count(6)?,
                damaged: count(7)?,
                leaves: count(8)?,
            })
        })?;
        Ok(found.unwrap_or_default())
    }

    fn parts_named(&self) -> Result<Vec<(PartsName, u64, u64)>, StoreError> {
        let sql = "SELECT coalesce(parts, label), length FROM item WHERE payload = 1";
        let read = |row: &Row<'_>| Ok((name_of(row)?, row.get::<_, rows::Length>(1)?.0));
        let mut named = Vec::new();
        for (name, length) in self.all("item", sql, [], read)? {
            for index in 0..length.parts() {
                named.push((name, index, part_len(length, index)?));
            }
        }
        let sql = "SELECT name, length, part FROM upload JOIN upload_part USING (name)";
        let read =
            |row: &Row<'_>| Ok((name_of(row)?, row.get::<_, rows::Length>(1)?.0, row.get::<_, Count>(2)?.0));
        for (name, length, index) in self.all("part", sql, [], read)? {
            named.push((name, index, part_len(length, index)?));
        }
        Ok(named)
    }

    fn organisation(&self) -> Result<Option<OrganisationTexts>, StoreError> {
        match self.newest_directory()? {
            Some((number, _)) => self.load_newest(number),
            None => Ok(None),
        }
    }

    fn organisation_at(&self, number: u32) -> Result<Option<OrganisationTexts>, StoreError> {
        self.load_organisation(number)
    }

    fn newest_directory(&self) -> Result<Option<(u32, DirectoryHash)>, StoreError> {
        self.one(
            "organisation",
            "SELECT number, hash FROM organisation ORDER BY number DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, DirectoryHash::from_bytes(row.get(1)?))),
        )
    }

    fn stops_since(&self, number: u32) -> Result<Vec<StopRecord>, StoreError> {
        let sql = "SELECT number, note, position FROM stop_list WHERE number > ?1 ORDER BY number";
        self.all("stop list", sql, [number], |row| {
            Ok(StopRecord { number: row.get(0)?, note: row.get(1)?, position: row.get::<_, Count>(2)?.0 })
        })
    }

    fn invitations(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.all("invitations", "SELECT note FROM invitations ORDER BY officer", [], |row| row.get(0))
    }

    fn request_by(&self, invitation: InvitationId) -> Result<Option<NoteHash>, StoreError> {
        let sql = "SELECT hash FROM request WHERE invitation = ?1";
        self.one("request", sql, [invitation.to_string()], |row| Ok(NoteHash::from_bytes(row.get(0)?)))
    }

    fn requests_after(&self, after: (Time, NoteHash), most: u32) -> Result<Vec<RequestRecord>, StoreError> {
        let sql = format!(
            "SELECT {} FROM request WHERE (received, hash) > (?1, ?2) ORDER BY received, hash LIMIT ?3",
            rows::REQUEST
        );
        self.all("request", &sql, params![Seconds(after.0), after.1.as_bytes(), most], rows::request)
    }

    fn requests_of(&self, person: PersonNo, since: Time) -> Result<Vec<RequestRecord>, StoreError> {
        let sql = format!(
            "SELECT {} FROM request WHERE person = ?1 AND received >= ?2 ORDER BY received, hash",
            rows::REQUEST
        );
        self.all("request", &sql, params![Word(person), Seconds(since)], rows::request)
    }

    fn asked(&self, request: NoteHash) -> Result<Option<AskedRecord>, StoreError> {
        let sql = format!("SELECT {} FROM asked WHERE request = ?1", rows::ASKED);
        self.one("request for leave", &sql, [request.as_bytes()], rows::asked)
    }

    fn asked_decisions(&self, request: NoteHash) -> Result<Vec<AskedDecision>, StoreError> {
        let sql =
            "SELECT decision, note, time, position FROM asked_decision WHERE request = ?1 ORDER BY position";
        self.all("decision on a request", sql, [request.as_bytes()], |row| {
            Ok(AskedDecision {
                request,
                decision: NoteHash::from_bytes(row.get(0)?),
                note: row.get(1)?,
                time: row.get::<_, Seconds>(2)?.0,
                position: row.get::<_, Count>(3)?.0,
            })
        })
    }

    fn asked_of(&self, persons: &[PersonNo], since: Time) -> Result<Vec<AskedRecord>, StoreError> {
        let mut found: Vec<AskedRecord> = Vec::new();
        let sql = format!(
            "SELECT {} FROM asked WHERE request IN (SELECT request FROM asked_person WHERE person = ?1) \
             AND received >= ?2 ORDER BY position",
            rows::ASKED
        );
        for person in persons {
            let more =
                self.all("request for leave", &sql, params![Word(*person), Seconds(since)], rows::asked)?;
            found.extend(more);
        }
        found.sort_by_key(|asked| asked.position);
        found.dedup_by_key(|asked| asked.position);
        Ok(found)
    }

    fn asked_about(
        &self,
        act: &str,
        sender: PersonNo,
        holders: &[Holder],
    ) -> Result<Vec<AskedRecord>, StoreError> {
        let mut found = Vec::new();
        let of = |inner: &str| {
            format!(
                "SELECT {} FROM asked WHERE state = 'decided' AND act = ?1 AND request IN \
                 (SELECT request FROM asked_item WHERE label IN ({inner})) ORDER BY position",
                rows::ASKED
            )
        };
        let sent = of("SELECT label FROM item WHERE sender = ?2");
        found.extend(self.all("request for leave", &sent, params![act, Word(sender)], rows::asked)?);
        let held = of("SELECT label FROM copy WHERE holder = ?2");
        for holder in holders {
            found.extend(self.all("request for leave", &held, params![act, Word(*holder)], rows::asked)?);
        }
        found.sort_by_key(|asked| asked.position);
        found.dedup_by_key(|asked| asked.position);
        Ok(found)
    }

    fn entries_since(&self, number: u32) -> Result<Vec<Vec<u8>>, StoreError> {
        self.all(
            "directory entry",
            "SELECT text FROM directory_entry WHERE until IS NULL AND since > ?1 ORDER BY unit, no",
            [number],
            |row| row.get(0),
        )
    }

    fn upload(&self, name: PartsName) -> Result<Option<UploadRecord>, StoreError> {
        let sql = format!("SELECT {} FROM upload WHERE name = ?1", rows::UPLOAD);
        self.one("upload", &sql, [name.as_bytes()], rows::upload)
    }

    fn upload_parts(&self, name: PartsName) -> Result<Vec<(u64, PartValue)>, StoreError> {
        let sql = "SELECT part, value FROM upload_part WHERE name = ?1 ORDER BY part";
        self.all("part", sql, [name.as_bytes()], |row| {
            Ok((row.get::<_, Count>(0)?.0, PartValue::from_bytes(row.get(1)?)))
        })
    }

    fn upload_part(&self, name: PartsName, index: u64) -> Result<Option<PartValue>, StoreError> {
        let sql = "SELECT value FROM upload_part WHERE name = ?1 AND part = ?2";
        self.one("part", sql, params![name.as_bytes(), Count(index)], |row| {
            Ok(PartValue::from_bytes(row.get(0)?))
        })
    }

    fn uploads_of(&self, sender: PersonNo) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT coalesce(sum(length), 0), count(*) FROM upload WHERE sender = ?1";
        let found = self.one("upload", sql, [Word(sender)], |row| {
            Ok((row.get::<_, Count>(0)?.0, row.get::<_, Count>(1)?.0))
        })?;
        Ok(found.unwrap_or_default())
    }

    fn kept_of(&self, sender: PersonNo) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT bytes, items FROM kept WHERE sender = ?1";
        let found = self.one("kept", sql, [Word(sender)], |row| {
            Ok((row.get::<_, Count>(0)?.0, row.get::<_, Count>(1)?.0))
        })?;
        Ok(found.unwrap_or_default())
    }

    fn uploads_before(&self, before: Time) -> Result<Vec<PartsName>, StoreError> {
        let sql = "SELECT name FROM upload WHERE opened < ?1 ORDER BY opened";
        self.all("upload", sql, [Seconds(before)], name_of)
    }

    fn claimed(&self, sender: PersonNo, item: ItemId) -> Result<Option<LabelHash>, StoreError> {
        let sql = "SELECT label FROM claim WHERE sender = ?1 AND item = ?2";
        self.one("claim", sql, params![Word(sender), Word(item)], label_of)
    }

    fn item(&self, label: LabelHash) -> Result<Option<ItemRecord>, StoreError> {
        let sql = format!("SELECT {} FROM item WHERE label = ?1", rows::ITEM);
        self.one("item", &sql, [label.as_bytes()], rows::item)
    }

    fn header(&self, label: LabelHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("header", "SELECT header FROM header WHERE label = ?1", [label.as_bytes()], |row| row.get(0))
    }

    fn passed_header(&self, label: LabelHash, copy: u32, hop: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT header FROM passed_header WHERE label = ?1 AND copy = ?2 AND hop = ?3";
        self.one("header of a passed copy", sql, params![label.as_bytes(), copy, hop], |row| row.get(0))
    }

    fn copies(&self, label: LabelHash) -> Result<Vec<CopyRecord>, StoreError> {
        self.copies_where("label = ?1", [label.as_bytes()])
    }

    fn leaves(&self, label: LabelHash) -> Result<Vec<LeafRecord>, StoreError> {
        let sql = format!("SELECT {} FROM leaf WHERE label = ?1 ORDER BY position", rows::LEAF);
        self.all("leaf", &sql, [label.as_bytes()], rows::leaf)
    }

    fn leaf_of_note(&self, label: LabelHash, note: NoteHash) -> Result<Option<LeafRecord>, StoreError> {
        let sql = format!("SELECT {} FROM leaf WHERE label = ?1 AND note = ?2", rows::LEAF);
        self.one("leaf", &sql, [label.as_bytes(), note.as_bytes()], rows::leaf)
    }

    fn inbox(&self, holders: &[Holder], size: u64, after: u64, most: u32) -> Result<Vec<Listed>, StoreError> {
        let marks = vec!["?"; holders.len()].join(", ");
        let sql = format!(
            // What is offered later than its item was accepted is listed once the leaf that offers it is published.
            "SELECT {} FROM item WHERE accepted_index >= ? AND accepted_index < ? AND label IN \
             (SELECT label FROM copy WHERE holder IN ({marks}) AND offered < ?) \
             ORDER BY accepted_index LIMIT ?",
            rows::ITEM
        );
        let holders: Vec<Word<Holder>> = holders.iter().copied().map(Word).collect();
        let (after, size) = (Count(after), Count(size));
        let mut values: Vec<&dyn ToSql> = vec![&after, &size];
        values.extend(holders.iter().map(|holder| holder as &dyn ToSql));
        values.push(&size);
        values.push(&most);
        let items = self.all("item", &sql, params_from_iter(values), rows::item)?;
        let condition = format!("label = ? AND holder IN ({marks}) AND offered < ?");
        items
            .into_iter()
            .map(|item| {
                let label = *item.label.as_bytes();
                let mut values: Vec<&dyn ToSql> = vec![&label];
                values.extend(holders.iter().map(|holder| holder as &dyn ToSql));
                values.push(&size);
                let copies = self.copies_where(&condition, params_from_iter(values))?;
                Ok(Listed { cursor: item.accepted_index + 1, item, copies })
            })
            .collect()
    }

    fn sent(&self, sender: PersonNo, size: u64, after: u64, most: u32) -> Result<Vec<Listed>, StoreError> {
        let sql = format!(
            "SELECT {} FROM item WHERE sender = ?1 AND accepted_index >= ?2 AND accepted_index < ?3 \
             ORDER BY accepted_index LIMIT ?4",
            rows::ITEM
        );
        let values = params![Word(sender), Count(after), Count(size), most];
        let items = self.all("item", &sql, values, rows::item)?;
        Ok(items.into_iter().map(without_copies).collect())
    }

    fn deciding(
        &self,
        capacities: &[Capacity],
        size: u64,
        after: u64,
        most: u32,
    ) -> Result<Vec<Listed>, StoreError> {
        let mut own: Vec<Box<dyn ToSql>> = Vec::new();
        let mut deputy: Vec<Box<dyn ToSql>> = Vec::new();
        for capacity in capacities {
            match capacity {
                Capacity::Own(person) => own.push(Box::new(Word(*person))),
                Capacity::Deputy(principal, role) => {
                    deputy.push(Box::new(Word(*principal)));
                    deputy.push(Box::new(role.as_str()));
                }
            }
        }
        let marks = |mark, count| vec![mark; count].join(", ");
        // `IN` and no chain of `OR`: that has a limit of depth, and somebody may stand for many.
        let as_deputy = match deputy.len() / 2 {
            0 => String::new(),
            count => {
                let pairs = marks("(?, ?)", count);
                format!(" OR (named_by = 'label' AND (person, role) IN (VALUES {pairs}))")
            }
        };
        let sql = format!(
            "SELECT {} FROM item WHERE accepted_index >= ? AND accepted_index < ? AND label IN \
             (SELECT label FROM proposal) AND label IN (SELECT label FROM decider WHERE person IN ({}){as_deputy}) \
             ORDER BY accepted_index LIMIT ?",
            rows::ITEM,
            marks("?", own.len())
        );
        let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(Count(after)), Box::new(Count(size))];
        values.extend(own);
        values.extend(deputy);
        values.push(Box::new(most));
        let items = self.all("item", &sql, params_from_iter(values), rows::item)?;
        Ok(items.into_iter().map(without_copies).collect())
    }

    fn standing_uses(&self, request: NoteHash) -> Result<u32, StoreError> {
        let sql = "SELECT used FROM standing WHERE request = ?1";
        Ok(self.one("standing approval", sql, [request.as_bytes()], |row| row.get(0))?.unwrap_or(0))
    }

    fn deciders(&self, label: LabelHash) -> Result<Vec<DeciderRecord>, StoreError> {
        let sql = format!("SELECT {} FROM decider WHERE label = ?1", rows::DECIDER);
        let mut deciders = self.all("decider", &sql, [label.as_bytes()], rows::decider)?;
        // By number: as text p10 comes before p9.
        deciders.sort();
        Ok(deciders)
    }

    fn undecided(&self, now: Time) -> Result<Vec<LabelHash>, StoreError> {
        let sql = "SELECT label FROM proposal WHERE decide_by < ?1 ORDER BY decide_by";
        self.all("proposal", sql, [Seconds(now)], label_of)
    }

    fn damage(&self, label: LabelHash) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT part FROM damage WHERE label = ?1 ORDER BY part";
        self.all("damage", sql, [label.as_bytes()], |row| row.get(0).map(|Count(part)| part))
    }

    fn leaves_from(&self, index: u64, most: u32) -> Result<Vec<LeafRecord>, StoreError> {
        let sql = format!("SELECT {} FROM leaf WHERE position >= ?1 ORDER BY position LIMIT ?2", rows::LEAF);
        self.all("leaf", &sql, params![Count(index), most], rows::leaf)
    }

    fn touched(&self, from: u64, to: u64) -> Result<Touched, StoreError> {
        let places = || [Count(from), Count(to)];
        let sql = "SELECT DISTINCT label FROM leaf WHERE position >= ?1 AND position < ?2";
        let labels = self.all("leaf", sql, places(), |row| row.get::<_, Option<[u8; 32]>>(0))?;
        // Only leaves of no item may be those of requests.
        if labels.iter().all(Option::is_some) {
            let items = labels.into_iter().flatten().map(LabelHash::from_bytes).collect();
            return Ok(Touched { items, persons: Vec::new() });
        }
        let sql = "SELECT label FROM leaf WHERE label IS NOT NULL AND position >= ?1 AND position < ?2 \
                   UNION SELECT asked_item.label FROM asked_item JOIN asked_decision USING (request) \
                   WHERE asked_decision.position >= ?1 AND asked_decision.position < ?2";
        let items = self.all("leaf", sql, places(), label_of)?;
        let sql = "SELECT person FROM asked_person JOIN asked USING (request) \
                   WHERE asked.position >= ?1 AND asked.position < ?2 \
                   UNION SELECT person FROM asked_person JOIN asked_decision USING (request) \
                   WHERE asked_decision.position >= ?1 AND asked_decision.position < ?2";
        let persons = self.all("asked_person", sql, places(), |row| row.get(0).map(|Word(person)| person))?;
        Ok(Touched { items, persons })
    }

    fn removals(&self) -> Result<Vec<PartsName>, StoreError> {
        self.all("removal", "SELECT name FROM removal", [], name_of)
    }

    fn payload_under(&self, name: PartsName) -> Result<Option<LabelHash>, StoreError> {
        let sql = "SELECT label FROM item WHERE payload = 1 AND label = ?1 AND parts IS NULL \
                   UNION ALL SELECT label FROM item WHERE payload = 1 AND parts = ?1 LIMIT 1";
        self.one("item", sql, [name.as_bytes()], label_of)
    }

    fn spent(&self) -> Result<Vec<LabelHash>, StoreError> {
        let sql = "SELECT label FROM item WHERE payload = 1 AND state <> 'proposed' AND NOT EXISTS (SELECT 1 FROM \
                   copy WHERE copy.label = item.label AND item.state = 'released' \
                   AND copy.state IN ('available', 'demanded'))";
        self.all("item", sql, [], label_of)
    }

    fn overdue(&self, now: Time) -> Result<Vec<LabelHash>, StoreError> {
        let sql = "SELECT label FROM item WHERE payload = 1 AND not_after < ?1 AND EXISTS (SELECT 1 FROM copy \
                   WHERE copy.label = item.label AND copy.state = 'available')";
        self.all("item", sql, [Seconds(now)], label_of)
    }

    fn demanded_before(&self, before: Time) -> Result<Vec<(LabelHash, u32, u32)>, StoreError> {
        let sql = "SELECT DISTINCT label, copy, hop FROM demand JOIN copy USING (label, copy, hop) \
                   WHERE standing = 'open' AND time < ?1 AND state = 'demanded'";
        self.all("demand", sql, [Seconds(before)], |row| Ok((label_of(row)?, row.get(1)?, row.get(2)?)))
    }
}

fn without_copies(item: ItemRecord) -> Listed {
    Listed { cursor: item.accepted_index + 1, item, copies: Vec::new() }
}

fn part_len(length: ContentLen, index: u64) -> Result<u64, StoreError> {
    let range = length.part(index).map_err(|_| StoreError::Damaged { what: "part" })?;
    Ok(range.end - range.start)
}

fn name_of(row: &Row<'_>) -> rusqlite::Result<PartsName> {
    row.get(0).map(PartsName::from_bytes)
}

fn label_of(row: &Row<'_>) -> rusqlite::Result<LabelHash> {
    row.get(0).map(LabelHash::from_bytes)
}
