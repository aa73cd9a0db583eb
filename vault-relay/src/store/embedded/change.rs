//! What can be written into the database. Every rule that must hold for ever is also a constraint of the schema.

use rusqlite::{Params, params};
use vault_core::item::LabelHash;
use vault_core::stream::parts::PartValue;
use vault_core::transfer::copy::End;
use vault_keys::digest::{NoteHash, RootHash};
use vault_keys::key_id::KeyId;
use vault_keys::note::OfficeName;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::super::{
    AskedDecision, AskedRecord, CopyRecord, DeciderRecord, ItemRecord, NewLeaf, OrganisationTexts, PartsName,
    RequestRecord, StopRecord, StoreError, Transaction, UploadRecord,
};
use super::Session;
use super::rows::{Count, Seconds, Word, by_word, failed, standing_word};

/// Headers of one station that are kept because another label holds their item id.
const CONFLICTS_MOST: u32 = 64;

impl Session<'_> {
    /// Runs one statement and counts the rows it touched.
    pub(super) fn run(
        &self,
        what: &'static str,
        sql: &str,
        values: impl Params,
    ) -> Result<usize, StoreError> {
        self.db.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map_err(failed(what))
    }

    /// The same where exactly one row must be touched.
    fn run_one(&self, what: &'static str, sql: &str, values: impl Params) -> Result<(), StoreError> {
        match self.run(what, sql, values)? {
            1 => Ok(()),
            _ => Err(StoreError::Damaged { what }),
        }
    }
}

impl Transaction for Session<'_> {
    fn put_organisation(&mut self, organisation: &OrganisationTexts) -> Result<(), StoreError> {
        self.save_organisation(organisation)
    }

    fn put_stop(&mut self, stop: &StopRecord) -> Result<(), StoreError> {
        self.run_one(
            "stop list",
            "INSERT INTO main.stop_list (number, note, position) VALUES (?1, ?2, ?3) \
             ON CONFLICT (number) DO UPDATE SET position = position WHERE note = excluded.note",
            params![stop.number, stop.note, Count(stop.position)],
        )
    }

    fn drop_stops_below(&mut self, number: u32) -> Result<(), StoreError> {
        self.run("stop list", "DELETE FROM main.stop_list WHERE number < ?1", [number]).map(drop)
    }

    fn drop_stops_from(&mut self, number: u32) -> Result<(), StoreError> {
        self.run("stop list", "DELETE FROM main.stop_list WHERE number >= ?1", [number]).map(drop)
    }

    fn put_fresh(&mut self, note: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO main.fresh (one, note) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET note = excluded.note";
        self.run_one("freshness note", sql, [note])
    }

    fn drop_fresh(&mut self) -> Result<(), StoreError> {
        self.run("freshness note", "DELETE FROM main.fresh", []).map(drop)
    }

    fn put_invitations(
        &mut self,
        officer: &OfficeName,
        root: RootHash,
        note: &[u8],
    ) -> Result<(), StoreError> {
        self.run("invitations", "DELETE FROM main.invitations WHERE root <> ?1", [root.as_bytes()])?;
        let sql = "INSERT INTO main.invitations (officer, root, note) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (officer) DO UPDATE SET note = excluded.note";
        self.run_one("invitations", sql, params![officer.to_string(), root.as_bytes(), note])
    }

    fn put_request(&mut self, request: &RequestRecord) -> Result<(), StoreError> {
        self.run_one(
            "request",
            "INSERT INTO main.request (hash, invitation, person, note, received) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (hash) DO UPDATE SET received = received",
            params![
                request.hash.as_bytes(),
                request.invitation.map(|id| id.to_string()),
                request.person.map(Word),
                request.note,
                Seconds(request.received),
            ],
        )
    }

    fn drop_request(&mut self, request: NoteHash) -> Result<(), StoreError> {
        let sql = "DELETE FROM main.request WHERE hash = ?1 AND invitation IS NULL";
        self.run_one("request", sql, [request.as_bytes()])
    }

    fn put_asked(
        &mut self,
        asked: &AskedRecord,
        persons: &[PersonNo],
        items: &[LabelHash],
    ) -> Result<(), StoreError> {
        self.run_one(
            "request for leave",
            "INSERT INTO main.asked (request, note, requester, act, received, state, position) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                asked.request.as_bytes(),
                asked.note,
                Word(asked.requester),
                asked.act,
                Seconds(asked.received),
                asked.state,
                Count(asked.position),
            ],
        )?;
        for person in persons {
            let sql =
                "INSERT INTO main.asked_person (person, request) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            self.run("request for leave", sql, params![Word(*person), asked.request.as_bytes()])?;
        }
        for label in items {
            let sql = "INSERT INTO main.asked_item (label, request) VALUES (?1, ?2)";
            self.run_one("request for leave", sql, params![label.as_bytes(), asked.request.as_bytes()])?;
        }
        Ok(())
    }

    fn put_asked_decision(&mut self, decision: &AskedDecision, state: &str) -> Result<(), StoreError> {
        self.run_one(
            "decision on a request",
            "INSERT INTO main.asked_decision (request, position, decision, note, time) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                decision.request.as_bytes(),
                Count(decision.position),
                decision.decision.as_bytes(),
                decision.note,
                Seconds(decision.time),
            ],
        )?;
        let sql = "UPDATE main.asked SET state = ?2 WHERE request = ?1";
        self.run_one("request for leave", sql, params![decision.request.as_bytes(), state])
    }

    fn put_upload(&mut self, upload: &UploadRecord) -> Result<(), StoreError> {
        self.run_one(
            "upload",
            // Its name fixes sender and item, and no part fits another length: only header and time can be other ones.
            "INSERT INTO main.upload (name, sender, item, header, length, opened) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (name) DO UPDATE SET header = excluded.header, opened = excluded.opened \
             WHERE sender = excluded.sender AND length = excluded.length",
            params![
                upload.name.as_bytes(),
                Word(upload.sender),
                Word(upload.item),
                upload.header.as_deref().unwrap_or_default(),
                Count(upload.length.bytes()),
                Seconds(upload.opened),
            ],
        )
    }

    fn put_part(&mut self, name: PartsName, index: u64, value: PartValue) -> Result<(), StoreError> {
        // The same again changes nothing; another value under the same number is never stored.
        self.run_one(
            "part",
            "INSERT INTO main.upload_part (name, part, value) VALUES (?1, ?2, ?3) \
             ON CONFLICT (name, part) DO UPDATE SET value = excluded.value WHERE value = excluded.value",
            params![name.as_bytes(), Count(index), value.as_bytes()],
        )
    }

    fn forget_part(&mut self, name: PartsName, index: u64) -> Result<(), StoreError> {
        let sql = "DELETE FROM main.upload_part WHERE name = ?1 AND part = ?2";
        self.run_one("part", sql, params![name.as_bytes(), Count(index)])
    }

    fn remove_upload(&mut self, name: PartsName) -> Result<(), StoreError> {
        self.run("upload", "DELETE FROM main.upload WHERE name = ?1", [name.as_bytes()]).map(drop)
    }

    fn put_removal(&mut self, name: PartsName) -> Result<(), StoreError> {
        let sql = "INSERT INTO main.removal (name) VALUES (?1) ON CONFLICT DO NOTHING";
        self.run("removal", sql, [name.as_bytes()]).map(drop)
    }

    fn remove_removal(&mut self, name: PartsName) -> Result<(), StoreError> {
        self.run("removal", "DELETE FROM main.removal WHERE name = ?1", [name.as_bytes()]).map(drop)
    }

    fn put_damage(&mut self, label: LabelHash, index: u64, time: Time) -> Result<bool, StoreError> {
        let sql = "INSERT INTO main.damage (label, part, found) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let values = params![label.as_bytes(), Count(index), Seconds(time)];
        self.run("damage", sql, values).map(|rows| rows == 1)
    }

    fn forget_damage(&mut self, label: LabelHash) -> Result<(), StoreError> {
        self.run("damage", "DELETE FROM main.damage WHERE label = ?1", [label.as_bytes()]).map(drop)
    }

    fn put_item(&mut self, item: &ItemRecord, header: &[u8]) -> Result<(), StoreError> {
        self.run_one(
            "claim",
            "INSERT INTO main.claim (sender, item, label) VALUES (?1, ?2, ?3)",
            params![Word(item.sender), Word(item.item), item.label.as_bytes()],
        )?;
        self.run_one(
            "item",
            "INSERT INTO main.item (label, item, sender, label_note, access, length, content, state, accepted, \
             released, not_before, not_after, payload, last_leaf, accepted_index, parts) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            params![
                item.label.as_bytes(),
                Word(item.item),
                Word(item.sender),
                item.label_note,
                item.access.as_bytes(),
                Count(item.length.bytes()),
                item.content.as_bytes(),
                item.state.word(),
                Seconds(item.accepted),
                item.released.map(Seconds),
                item.not_before.map(Seconds),
                item.not_after.map(Seconds),
                item.payload.is_some(),
                item.last_leaf.as_bytes(),
                Count(item.accepted_index),
                elsewhere(item),
            ],
        )?;
        let sql = "INSERT INTO main.header (label, header) VALUES (?1, ?2)";
        self.run_one("header", sql, params![item.label.as_bytes(), header])
    }

    fn put_header(&mut self, label: LabelHash, header: &[u8]) -> Result<(), StoreError> {
        let sql = "UPDATE main.header SET header = ?2 WHERE label = ?1";
        self.run_one("header", sql, params![label.as_bytes(), header])
    }

    fn update_item(&mut self, item: &ItemRecord) -> Result<(), StoreError> {
        // What the label fixes and what happened once is not among these columns.
        self.run_one(
            "item",
            "UPDATE main.item SET access = ?2, state = ?3, released = ?4, payload = ?5, last_leaf = ?6, \
             parts = ?7, brought_by = ?8 WHERE label = ?1",
            params![
                item.label.as_bytes(),
                item.access.as_bytes(),
                item.state.word(),
                item.released.map(Seconds),
                item.payload.is_some(),
                item.last_leaf.as_bytes(),
                elsewhere(item),
                item.payload.and(item.brought_by).map(Word),
            ],
        )
    }

    fn use_standing(&mut self, request: NoteHash) -> Result<u32, StoreError> {
        let sql = "INSERT INTO main.standing (request, used) VALUES (?1, 1) \
                   ON CONFLICT (request) DO UPDATE SET used = used + 1 RETURNING used";
        let used = self.one("standing approval", sql, [request.as_bytes()], |row| row.get(0))?;
        used.ok_or(StoreError::Damaged { what: "standing approval" })
    }

    fn put_proposal(&mut self, label: LabelHash, decide_by: Time) -> Result<(), StoreError> {
        let sql = "INSERT INTO main.proposal (label, decide_by) VALUES (?1, ?2)";
        self.run_one("proposal", sql, params![label.as_bytes(), Seconds(decide_by)])
    }

    fn remove_proposal(&mut self, label: LabelHash) -> Result<(), StoreError> {
        self.run_one("proposal", "DELETE FROM main.proposal WHERE label = ?1", [label.as_bytes()])
    }

    fn put_deciders(&mut self, label: LabelHash, deciders: &[DeciderRecord]) -> Result<(), StoreError> {
        self.run("decider", "DELETE FROM main.decider WHERE label = ?1", [label.as_bytes()])?;
        for decider in deciders {
            self.run_one(
                "decider",
                "INSERT INTO main.decider (label, person, step, named_by, role) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    label.as_bytes(),
                    Word(decider.person),
                    Word(&decider.step),
                    by_word(decider.by),
                    Word(&decider.role),
                ],
            )?;
        }
        Ok(())
    }

    fn put_copy(&mut self, copy: &CopyRecord) -> Result<(), StoreError> {
        let settled_by = match copy.consignment.end() {
            Some(End::Received { demand }) => Some(demand),
            _ => None,
        };
        self.run_one(
            "copy",
            "INSERT INTO main.copy (label, copy, hop, holder, number, access, state, settled_by, since, person, offered) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (label, copy, hop) DO UPDATE SET \
             access = excluded.access, state = excluded.state, settled_by = excluded.settled_by, \
             since = excluded.since, person = excluded.person \
             WHERE holder = excluded.holder AND number = excluded.number",
            params![
                copy.label.as_bytes(),
                copy.copy,
                copy.hop,
                Word(copy.holder),
                Count(copy.number),
                copy.consignment.access().as_bytes(),
                copy.state().word(),
                settled_by.as_ref().map(|leaf| leaf.as_bytes()),
                Seconds(copy.since),
                copy.person.map(Word),
                Count(copy.offered),
            ],
        )?;
        let of_copy = params![copy.label.as_bytes(), copy.copy, copy.hop];
        self.run("demand", "DELETE FROM main.demand WHERE label = ?1 AND copy = ?2 AND hop = ?3", of_copy)?;
        for (place, demand) in (0_u64..).zip(copy.consignment.demands()) {
            self.run_one(
                "demand",
                "INSERT INTO main.demand (label, copy, hop, place, leaf, access, person, station, time, standing) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    copy.label.as_bytes(),
                    copy.copy,
                    copy.hop,
                    Count(place),
                    demand.leaf.as_bytes(),
                    demand.access.as_bytes(),
                    Word(demand.person),
                    demand.station.as_bytes(),
                    Seconds(demand.time),
                    standing_word(demand.standing),
                ],
            )?;
        }
        Ok(())
    }

    fn put_passed_header(&mut self, copy: &CopyRecord, header: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO main.passed_header (label, copy, hop, header) VALUES (?1, ?2, ?3, ?4)";
        let values = params![copy.label.as_bytes(), copy.copy, copy.hop, header];
        self.run_one("header of a passed copy", sql, values)
    }

    fn next_number(&mut self, holder: Holder) -> Result<u64, StoreError> {
        let sql = "INSERT INTO main.consignments (holder, last) VALUES (?1, 1) \
                   ON CONFLICT (holder) DO UPDATE SET last = last + 1 RETURNING last";
        let number = self.one("consignment number", sql, [Word(holder)], |row| row.get::<_, Count>(0))?;
        number.map(|Count(number)| number).ok_or(StoreError::Damaged { what: "consignment number" })
    }

    fn keep_conflict(
        &mut self,
        label: LabelHash,
        station: KeyId,
        header: &[u8],
        time: Time,
    ) -> Result<(), StoreError> {
        // The first ones are evidence enough: a client that repeats it, with the same label or with others, fills no disk.
        let sql = "INSERT INTO main.conflict (label, station, time, header) SELECT ?1, ?2, ?3, ?4 \
                   WHERE (SELECT count(*) FROM main.conflict WHERE station = ?2) < ?5 ON CONFLICT DO NOTHING";
        let values = params![label.as_bytes(), station.as_bytes(), Seconds(time), header, CONFLICTS_MOST];
        self.run("conflict", sql, values).map(drop)
    }

    fn queue_leaf(&mut self, leaf: &NewLeaf) -> Result<u64, StoreError> {
        let sql = "INSERT INTO main.leaf (position, hash, leaf, label, copy, note) \
                   SELECT coalesce(max(position) + 1, 0), ?1, ?2, ?3, ?4, ?5 FROM main.leaf RETURNING position";
        let values = params![
            leaf.hash.as_bytes(),
            leaf.leaf,
            leaf.label.as_ref().map(LabelHash::as_bytes),
            leaf.copy,
            leaf.note.as_ref().map(|note| note.as_bytes()),
        ];
        let position = self.one("leaf", sql, values, |row| row.get::<_, Count>(0))?;
        position.map(|Count(position)| position).ok_or(StoreError::Damaged { what: "leaf" })
    }
}

/// The name of an item's parts where it is not the label's.
fn elsewhere(item: &ItemRecord) -> Option<[u8; 32]> {
    item.payload.filter(|name| *name != item.label.into()).map(|name| *name.as_bytes())
}
