//! The tables of `relay.sqlite`, and what is done when the file was made by another version.
//!
//! The schema is written for people with the `sqlite3` tool too: words are words, times are seconds since 1970,
//! hashes are 32-byte blobs, persons and holders stand as `p12` and `u3`.

use std::path::Path;

use rusqlite::Connection;

use super::rows::failed;
use super::{StoreError, sums};

/// Version this program reads and writes (`PRAGMA user_version`).
pub(super) const VERSION: u32 = 9;

/// Marks the file as ours (`PRAGMA application_id`): "VRLY".
const APPLICATION_ID: i32 = 0x5652_4c59;

/// Foreign keys are checked when a transaction ends: what it writes may come in any order.
const SCHEMA: &str = "
CREATE TABLE root (
    number INTEGER PRIMARY KEY,             -- root 1 is first
    note BLOB NOT NULL
) STRICT;

CREATE TABLE organisation (                 -- one row for each directory installed here
    number INTEGER PRIMARY KEY,             -- the directory's number
    hash BLOB NOT NULL,
    roots INTEGER NOT NULL,                 -- how many roots it came with
    policy BLOB NOT NULL,
    directory BLOB NOT NULL
) STRICT;

CREATE TABLE directory_head (               -- heads of directories, also of those never installed here
    number INTEGER PRIMARY KEY,
    note BLOB NOT NULL
) STRICT;

CREATE TABLE directory_entry (
    unit INTEGER NOT NULL,                  -- 0 a person, 1 a unit
    no INTEGER NOT NULL,
    since INTEGER NOT NULL,                 -- first directory installed here that has it
    until INTEGER,                          -- first one that has it no more, or another
    text BLOB NOT NULL,
    PRIMARY KEY (unit, no, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_entry_in_force ON directory_entry (since) WHERE until IS NULL;

CREATE TABLE upload (
    label BLOB PRIMARY KEY,
    sender TEXT NOT NULL,
    item TEXT NOT NULL,
    header BLOB NOT NULL,
    length INTEGER NOT NULL,
    content BLOB NOT NULL,
    opened INTEGER NOT NULL
) STRICT;
CREATE INDEX upload_sender ON upload (sender);
CREATE INDEX upload_opened ON upload (opened);

CREATE TABLE upload_part (
    label BLOB NOT NULL REFERENCES upload ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    part INTEGER NOT NULL,
    value BLOB NOT NULL,                    -- BLAKE3 chaining value
    PRIMARY KEY (label, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE removal (                      -- parts to remove from the folder
    label BLOB PRIMARY KEY
) STRICT;

CREATE TABLE claim (                        -- for ever, also when the item is gone
    sender TEXT NOT NULL,
    item TEXT NOT NULL,
    label BLOB NOT NULL UNIQUE,
    PRIMARY KEY (sender, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
    label BLOB PRIMARY KEY,
    item TEXT NOT NULL,
    sender TEXT NOT NULL,
    label_note BLOB NOT NULL,
    access BLOB NOT NULL,
    length INTEGER NOT NULL,
    content BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'released', 'refused', 'withdrawn', 'lapsed')),
    accepted INTEGER NOT NULL,
    released INTEGER,
    not_before INTEGER,
    not_after INTEGER,
    payload INTEGER NOT NULL CHECK (payload IN (0, 1)),
    last_leaf BLOB NOT NULL,
    accepted_index INTEGER NOT NULL UNIQUE, -- in the register
    FOREIGN KEY (sender, item) REFERENCES claim DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX item_sender ON item (sender, accepted_index);
CREATE INDEX item_payload ON item (label) WHERE payload = 1;
CREATE INDEX item_overdue ON item (not_after) WHERE payload = 1;

CREATE TABLE header (
    label BLOB PRIMARY KEY REFERENCES item DEFERRABLE INITIALLY DEFERRED,
    header BLOB NOT NULL
) STRICT;

CREATE TABLE copy (
    label BLOB NOT NULL REFERENCES item DEFERRABLE INITIALLY DEFERRED,
    copy INTEGER NOT NULL CHECK (copy > 0),
    holder TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    access BLOB NOT NULL,                   -- what a new demand must name
    state TEXT NOT NULL CHECK (state IN
        ('available', 'demanded', 'received', 'returned', 'recalled', 'withheld', 'expired')),
    settled_by BLOB,                        -- leaf of the demand whose receipt settled it
    since INTEGER NOT NULL,
    person TEXT,
    CHECK ((state = 'received') = (settled_by IS NOT NULL)),
    PRIMARY KEY (label, copy),
    UNIQUE (holder, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE demand (
    label BLOB NOT NULL,
    copy INTEGER NOT NULL,
    place INTEGER NOT NULL,                 -- oldest first, from 0
    leaf BLOB NOT NULL,
    access BLOB NOT NULL,
    person TEXT NOT NULL,
    station BLOB NOT NULL,
    time INTEGER NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('open', 'lapsed')),
    PRIMARY KEY (label, copy, place),
    UNIQUE (label, copy, leaf),
    FOREIGN KEY (label, copy) REFERENCES copy DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX demand_open ON demand (time) WHERE standing = 'open';

CREATE TABLE consignments (                 -- the last number each holder was given
    holder TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE leaf (                         -- the truth about the register, before and after it is published
    position INTEGER PRIMARY KEY,           -- index in the register, from 0, without gaps
    hash BLOB NOT NULL UNIQUE,
    leaf BLOB NOT NULL,
    label BLOB,
    copy INTEGER,
    note BLOB                               -- hash of the text of the note it carries
) STRICT;
CREATE INDEX leaf_label ON leaf (label, position) WHERE label IS NOT NULL;
CREATE UNIQUE INDEX leaf_note ON leaf (label, note) WHERE label IS NOT NULL AND note IS NOT NULL;

CREATE TABLE conflict (                     -- headers refused because another label holds their item id
    label BLOB NOT NULL,
    station BLOB NOT NULL,
    time INTEGER NOT NULL,
    header BLOB NOT NULL,
    PRIMARY KEY (label, station)
) STRICT, WITHOUT ROWID;
";

/// What version 2 adds: stop lists, freshness and the enrolment inbox.
const ADDED_IN_2: &str = "
CREATE TABLE stop_list (
    number INTEGER PRIMARY KEY,
    note BLOB NOT NULL,
    position INTEGER NOT NULL UNIQUE        -- index of its leaf in the register
) STRICT;

CREATE TABLE fresh (                        -- the newest freshness note
    one INTEGER PRIMARY KEY CHECK (one = 1),
    note BLOB NOT NULL
) STRICT;

CREATE TABLE invitations (                  -- the list of each officer of one root, as he signed it
    officer TEXT PRIMARY KEY,
    root BLOB NOT NULL,
    note BLOB NOT NULL
) STRICT;

CREATE TABLE request (                      -- what came in, for ever: a code used is never used again
    hash BLOB PRIMARY KEY,
    invitation TEXT UNIQUE,                 -- the code that admitted it, or else the member who asks
    person TEXT,
    note BLOB NOT NULL,
    received INTEGER NOT NULL
) STRICT;
CREATE INDEX request_received ON request (received, hash);
CREATE INDEX request_person ON request (person, received) WHERE person IS NOT NULL;
";

/// What version 3 adds: items that wait for decision, and on whom they wait.
const ADDED_IN_3: &str = "
CREATE TABLE proposal (                     -- the row goes when the item is decided, withdrawn or lapsed
    label BLOB PRIMARY KEY REFERENCES item DEFERRABLE INITIALLY DEFERRED,
    decide_by INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX proposal_decide_by ON proposal (decide_by);

CREATE TABLE decider (                      -- found in label and access note; for looking up by person
    label BLOB NOT NULL REFERENCES item DEFERRABLE INITIALLY DEFERRED,
    person TEXT NOT NULL,
    step TEXT NOT NULL,
    named_by TEXT NOT NULL CHECK (named_by IN ('label', 'access')),
    role TEXT NOT NULL,
    PRIMARY KEY (label, person, step, named_by)
) STRICT, WITHOUT ROWID;
CREATE INDEX decider_person ON decider (person, label);

CREATE TABLE asked (                        -- requests for leave, for ever: a leave is judged by its decisions
    request BLOB PRIMARY KEY,
    note BLOB NOT NULL,
    requester TEXT NOT NULL,
    act TEXT NOT NULL,
    received INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'decided', 'refused')),
    position INTEGER NOT NULL UNIQUE        -- index of its leaf in the register
) STRICT, WITHOUT ROWID;
CREATE INDEX asked_requester ON asked (requester, state);

CREATE TABLE asked_person (                 -- who asks and who is asked
    person TEXT NOT NULL,
    request BLOB NOT NULL REFERENCES asked DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (person, request)
) STRICT, WITHOUT ROWID;

CREATE TABLE asked_item (                   -- which items it concerns
    label BLOB NOT NULL REFERENCES item DEFERRABLE INITIALLY DEFERRED,
    request BLOB NOT NULL REFERENCES asked DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (label, request)
) STRICT, WITHOUT ROWID;

CREATE TABLE asked_decision (               -- the decisions on it, in the order of their leaves
    request BLOB NOT NULL REFERENCES asked DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,              -- index of its leaf in the register
    decision BLOB NOT NULL UNIQUE,
    note BLOB NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (request, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE standing (                     -- how often each standing approval was used
    request BLOB PRIMARY KEY,
    used INTEGER NOT NULL CHECK (used > 0)
) STRICT, WITHOUT ROWID;
";

/// What version 4 adds: parts found damaged.
const ADDED_IN_4: &str = "
CREATE TABLE damage (
    label BLOB NOT NULL REFERENCES item DEFERRABLE INITIALLY DEFERRED,
    part INTEGER NOT NULL,
    found INTEGER NOT NULL,
    PRIMARY KEY (label, part)
) STRICT, WITHOUT ROWID;
";

/// What version 5 changes: a copy that is passed on has a consignment for each of its holders, each with the header it came
/// with; and a payload that was brought again lies under the name of the upload that brought it.
const CHANGED_IN_5: &str = "
ALTER TABLE upload RENAME COLUMN label TO name;       -- the label's hash, or of a later consignment the access note's
ALTER TABLE upload_part RENAME COLUMN label TO name;
ALTER TABLE removal RENAME COLUMN label TO name;
ALTER TABLE item ADD COLUMN parts BLOB;               -- where the payload lies, if not under the label
CREATE INDEX item_parts ON item (parts) WHERE parts IS NOT NULL;

ALTER TABLE demand RENAME TO demand_4;
ALTER TABLE copy RENAME TO copy_4;

CREATE TABLE copy (
    label BLOB NOT NULL REFERENCES item DEFERRABLE INITIALLY DEFERRED,
    copy INTEGER NOT NULL CHECK (copy > 0),
    hop INTEGER NOT NULL CHECK (hop >= 0),  -- how often it was passed on before it came to this holder
    holder TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    access BLOB NOT NULL,                   -- what a new demand must name
    state TEXT NOT NULL CHECK (state IN
        ('available', 'demanded', 'received', 'returned', 'recalled', 'withheld', 'expired')),
    settled_by BLOB,                        -- leaf of the demand whose receipt settled it
    since INTEGER NOT NULL,
    person TEXT,
    offered INTEGER NOT NULL,               -- register index of the leaf that offers or withholds it
    CHECK ((state = 'received') = (settled_by IS NOT NULL)),
    PRIMARY KEY (label, copy, hop),
    UNIQUE (holder, number)
) STRICT, WITHOUT ROWID;
INSERT INTO copy SELECT label, copy, 0, holder, number, access, state, settled_by, since, person,
    coalesce((SELECT min(position) FROM leaf WHERE leaf.label = copy_4.label AND leaf.copy = copy_4.copy), 0)
    FROM copy_4;

CREATE TABLE demand (
    label BLOB NOT NULL,
    copy INTEGER NOT NULL,
    hop INTEGER NOT NULL,
    place INTEGER NOT NULL,                 -- oldest first, from 0
    leaf BLOB NOT NULL,
    access BLOB NOT NULL,
    person TEXT NOT NULL,
    station BLOB NOT NULL,
    time INTEGER NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('open', 'lapsed')),
    PRIMARY KEY (label, copy, hop, place),
    UNIQUE (label, copy, hop, leaf),
    FOREIGN KEY (label, copy, hop) REFERENCES copy DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
INSERT INTO demand SELECT label, copy, 0, place, leaf, access, person, station, time, standing FROM demand_4;
DROP TABLE demand_4;
DROP TABLE copy_4;
CREATE INDEX demand_open ON demand (time) WHERE standing = 'open';

CREATE TABLE passed_header (
    label BLOB NOT NULL,
    copy INTEGER NOT NULL,
    hop INTEGER NOT NULL CHECK (hop > 0),
    header BLOB NOT NULL,
    PRIMARY KEY (label, copy, hop),
    FOREIGN KEY (label, copy, hop) REFERENCES copy DEFERRABLE INITIALLY DEFERRED
) STRICT;
";

/// What version 6 adds: how much each sender has here, counted as it comes and goes. Whoever has much must not make every
/// further item dearer.
const ADDED_IN_6: &str = "
CREATE TABLE kept (                         -- items of each sender whose payload is here; triggers keep it
    sender TEXT PRIMARY KEY,
    items INTEGER NOT NULL CHECK (items >= 0),
    bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO kept SELECT sender, count(*), sum(length) FROM item WHERE payload = 1 GROUP BY sender;
CREATE TRIGGER kept_first AFTER INSERT ON item WHEN NEW.payload = 1 BEGIN
    INSERT INTO kept VALUES (NEW.sender, 1, NEW.length)
        ON CONFLICT (sender) DO UPDATE SET items = items + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER kept_again AFTER UPDATE OF payload ON item WHEN NEW.payload > OLD.payload BEGIN
    UPDATE kept SET items = items + 1, bytes = bytes + NEW.length WHERE sender = NEW.sender;
END;
CREATE TRIGGER kept_gone AFTER UPDATE OF payload ON item WHEN NEW.payload < OLD.payload BEGIN
    UPDATE kept SET items = items - 1, bytes = bytes - OLD.length WHERE sender = OLD.sender;
END;
";

/// What version 7 changes: content that comes again is counted for whoever brought it, and uses up nobody else's room. What was
/// brought before stays with its sender. And conflicts are counted for each station.
const CHANGED_IN_7: &str = "
ALTER TABLE item ADD COLUMN brought_by TEXT;          -- who brought the payload that is here, if not the sender
DROP TRIGGER kept_again;
DROP TRIGGER kept_gone;
CREATE TRIGGER kept_again AFTER UPDATE OF payload ON item WHEN NEW.payload > OLD.payload BEGIN
    INSERT INTO kept VALUES (coalesce(NEW.brought_by, NEW.sender), 1, NEW.length)
        ON CONFLICT (sender) DO UPDATE SET items = items + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER kept_gone AFTER UPDATE OF payload ON item WHEN NEW.payload < OLD.payload BEGIN
    UPDATE kept SET items = items - 1, bytes = bytes - OLD.length WHERE sender = coalesce(OLD.brought_by, OLD.sender);
END;

CREATE INDEX conflict_station ON conflict (station);
";

/// What version 8 changes: an upload may be announced before it has a header. What its parts must fold to stands in the header.
const CHANGED_IN_8: &str = "
ALTER TABLE upload DROP COLUMN content;
";

/// What version 9 adds: a checksum in each row. A table made later has it from the start.
const ADDED_IN_9: &str = "
ALTER TABLE root ADD COLUMN sum INTEGER;
ALTER TABLE organisation ADD COLUMN sum INTEGER;
ALTER TABLE directory_head ADD COLUMN sum INTEGER;
ALTER TABLE directory_entry ADD COLUMN sum INTEGER;
ALTER TABLE upload ADD COLUMN sum INTEGER;
ALTER TABLE upload_part ADD COLUMN sum INTEGER;
ALTER TABLE removal ADD COLUMN sum INTEGER;
ALTER TABLE claim ADD COLUMN sum INTEGER;
ALTER TABLE item ADD COLUMN sum INTEGER;
ALTER TABLE header ADD COLUMN sum INTEGER;
ALTER TABLE copy ADD COLUMN sum INTEGER;
ALTER TABLE demand ADD COLUMN sum INTEGER;
ALTER TABLE consignments ADD COLUMN sum INTEGER;
ALTER TABLE leaf ADD COLUMN sum INTEGER;
ALTER TABLE conflict ADD COLUMN sum INTEGER;
ALTER TABLE stop_list ADD COLUMN sum INTEGER;
ALTER TABLE fresh ADD COLUMN sum INTEGER;
ALTER TABLE invitations ADD COLUMN sum INTEGER;
ALTER TABLE request ADD COLUMN sum INTEGER;
ALTER TABLE proposal ADD COLUMN sum INTEGER;
ALTER TABLE decider ADD COLUMN sum INTEGER;
ALTER TABLE asked ADD COLUMN sum INTEGER;
ALTER TABLE asked_person ADD COLUMN sum INTEGER;
ALTER TABLE asked_item ADD COLUMN sum INTEGER;
ALTER TABLE asked_decision ADD COLUMN sum INTEGER;
ALTER TABLE standing ADD COLUMN sum INTEGER;
ALTER TABLE damage ADD COLUMN sum INTEGER;
ALTER TABLE passed_header ADD COLUMN sum INTEGER;
ALTER TABLE kept ADD COLUMN sum INTEGER;
DROP TRIGGER kept_first;
DROP TRIGGER kept_again;
CREATE TRIGGER kept_first AFTER INSERT ON item WHEN NEW.payload = 1 BEGIN
    INSERT INTO kept (sender, items, bytes) VALUES (NEW.sender, 1, NEW.length)
        ON CONFLICT (sender) DO UPDATE SET items = items + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER kept_again AFTER UPDATE OF payload ON item WHEN NEW.payload > OLD.payload BEGIN
    INSERT INTO kept (sender, items, bytes) VALUES (coalesce(NEW.brought_by, NEW.sender), 1, NEW.length)
        ON CONFLICT (sender) DO UPDATE SET items = items + 1, bytes = bytes + excluded.bytes;
END;
";

/// What each version after the first changes, in order.
const ADDED: [&str; VERSION as usize - 1] =
    [ADDED_IN_2, ADDED_IN_3, ADDED_IN_4, CHANGED_IN_5, ADDED_IN_6, CHANGED_IN_7, CHANGED_IN_8, ADDED_IN_9];

/// Memory for pages of the database that the one writer keeps, in KiB: keys lie all over the tables, and each page that is
/// not kept is read from the file within everybody's transaction.
pub(super) const WRITER_CACHE: u32 = 64 << 10;

/// The same for each reader.
pub(super) const READER_CACHE: u32 = 4 << 10;

/// Sets a fresh connection up. WAL with full syncs: a committed transaction survives a power cut.
pub(super) fn configure(db: &Connection, cache: u32) -> Result<(), StoreError> {
    let set = || -> rusqlite::Result<()> {
        db.busy_timeout(std::time::Duration::from_secs(10))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        // Savepoints and sorting need no files beside the database.
        db.pragma_update(None, "temp_store", "MEMORY")?;
        db.pragma_update(None, "trusted_schema", false)?;
        // Below zero: KiB, not pages.
        db.pragma_update(None, "cache_size", -i64::from(cache))?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(())
    };
    set().map_err(failed("opening"))?;
    sums::teach(db)
}

/// Makes the tables in an empty file, or checks that those there are ours and of a version known here.
///
/// A file of an older version is copied beside itself (`relay.sqlite.1` for version 1) before it is changed.
pub(super) fn prepare(db: &mut Connection, path: &Path) -> Result<(), StoreError> {
    sums::teach(db)?;
    if let (older @ 1..VERSION, true) = version(db)? {
        copy(db, path, older)?;
    }
    let transaction = db
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(failed("preparing"))?;
    match version(&transaction)? {
        (0, false) => {
            let tables: i64 = transaction
                .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
                .map_err(failed("preparing"))?;
            if tables > 0 {
                return Err(StoreError::Damaged { what: "database: it is another program's" });
            }
            transaction.execute_batch(SCHEMA).map_err(failed("preparing"))?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed("preparing"))?;
            add(&transaction, 1)?;
        }
        (older @ 1..VERSION, true) => add(&transaction, older)?,
        (VERSION, true) => {}
        (newer, true) if newer > VERSION => {
            return Err(StoreError::NewerSchema { found: newer, known: VERSION });
        }
        _ => return Err(StoreError::Damaged { what: "database: it is another program's" }),
    }
    transaction.commit().map_err(failed("preparing"))
}

/// Refuses a file that ends before its last page does: SQLite would read zeros there.
pub(super) fn check_length(db: &Connection, path: &Path) -> Result<(), StoreError> {
    // What a crash left in the log goes into the file first, and makes it whole again.
    let log = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
    let (in_log, moved) =
        db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], log).map_err(failed("preparing"))?;
    if in_log != moved {
        return Ok(());
    }
    let number = |name: &str| -> Result<u64, StoreError> {
        let found: i64 = db.pragma_query_value(None, name, |row| row.get(0)).map_err(failed("preparing"))?;
        Ok(found.unsigned_abs())
    };
    let expected = number("page_count")? * number("page_size")?;
    let context = "preparing";
    let found = std::fs::metadata(path)
        .map_err(|source| StoreError::Database { context, source: Box::new(source) })?
        .len();
    if found < expected {
        let source = format!("it has {found} bytes and not {expected}").into();
        return Err(StoreError::File { context, source });
    }
    Ok(())
}

/// Adds what came after this version.
fn add(db: &Connection, older: u32) -> Result<(), StoreError> {
    sums::keep_no_more(db)?;
    for (added, since) in ADDED.iter().zip(2..) {
        if since > older {
            db.execute_batch(added).map_err(failed("preparing"))?;
        }
    }
    // A file from version 9 on is to be verified before: this would take damage for what was meant.
    sums::fill(db)?;
    sums::keep(db)?;
    db.pragma_update(None, "user_version", VERSION).map_err(failed("preparing"))
}

/// The file's version, and whether it is ours at all.
fn version(db: &Connection) -> Result<(u32, bool), StoreError> {
    let number = |name: &str| -> Result<i64, StoreError> {
        db.pragma_query_value(None, name, |row| row.get(0)).map_err(failed("preparing"))
    };
    let found = u32::try_from(number("user_version")?).unwrap_or(u32::MAX);
    Ok((found, number("application_id")? == i64::from(APPLICATION_ID)))
}

/// A whole and synced copy under another name; one that a crash left is made anew.
fn copy(db: &Connection, path: &Path, older: u32) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{older}"));
    let gone = std::fs::remove_file(&name);
    match gone {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(failed("copying the older file")(rusqlite::Error::InvalidPath(name.into())));
        }
        _ => {}
    }
    let target = name.to_str().ok_or(StoreError::Damaged { what: "path of the database" })?;
    db.execute("VACUUM INTO ?1", [target]).map_err(failed("copying the older file"))?;
    let sync = || std::fs::File::open(&name)?.sync_all();
    sync().map_err(|_| failed("copying the older file")(rusqlite::Error::InvalidPath(name.clone().into())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn tables(db: &Connection) -> Vec<(String, Option<String>)> {
        let mut tables = db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
        let rows = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// A file as this older version made it, with a row in it.
    fn older(path: &Path, version: u32, schema: &str) -> Connection {
        let db = Connection::open(path).unwrap();
        configure(&db, READER_CACHE).unwrap();
        db.execute_batch(schema).unwrap();
        db.execute_batch("INSERT INTO root (number, note) VALUES (1, x'41')").unwrap();
        db.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        db.pragma_update(None, "user_version", version).unwrap();
        db
    }

    #[test]
    fn copies_and_demands_of_version_4_are_carried_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.sqlite");
        let mut db = older(&path, 4, include_str!("fixtures/version-4.sql"));
        db.execute_batch(
            "PRAGMA defer_foreign_keys = on; BEGIN;
             INSERT INTO claim VALUES ('p1', 'item', x'01');
             INSERT INTO item VALUES (x'01', 'item', 'p1', x'02', x'03', 17, x'04', 'released', 5, 5, NULL, NULL, 1,
                 x'06', 1);
             INSERT INTO leaf VALUES (7, x'07', x'', x'01', 1, NULL), (8, x'08', x'', x'01', 1, NULL);
             INSERT INTO copy VALUES (x'01', 1, 'p2', 9, x'03', 'demanded', NULL, 5, 'p2');
             INSERT INTO demand VALUES (x'01', 1, 0, x'08', x'03', 'p2', x'0a', 6, 'open');
             INSERT INTO upload VALUES (x'0b', 'p1', 'other', x'', 17, x'04', 5);
             INSERT INTO upload_part VALUES (x'0b', 0, x'0c');
             INSERT INTO removal VALUES (x'0d'); COMMIT;",
        )
        .unwrap();
        prepare(&mut db, &path).unwrap();
        let row = |sql: &str| db.query_row(sql, [], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?)));
        assert_eq!(row("SELECT hop, offered FROM copy WHERE number = 9"), Ok((0, 7)));
        assert_eq!(row("SELECT hop, time FROM demand"), Ok((0, 6)));
        assert_eq!(row("SELECT payload, parts IS NULL FROM item"), Ok((1, 1)));
        assert_eq!(row("SELECT items, bytes FROM kept WHERE sender = 'p1'"), Ok((1, 17)));
        assert_eq!(row("SELECT part, name = x'0b' FROM upload_part JOIN upload USING (name)"), Ok((0, 1)));
        assert_eq!(row("SELECT name = x'0d', 0 FROM removal"), Ok((1, 0)));
        let faults: u32 =
            db.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
        assert_eq!(faults, 0);
    }

    #[test]
    fn what_a_sender_has_is_counted_as_it_comes_and_goes() {
        let mut db = Connection::open_in_memory().unwrap();
        prepare(&mut db, Path::new("")).unwrap();
        let insert = |db: &Connection, label: u8, sender: &str, length: u32, payload: u8| {
            let sql = "INSERT INTO item (label, item, sender, label_note, access, length, content, state, accepted, payload, \
                 last_leaf, accepted_index) VALUES (?1, 'item', ?2, x'', x'', ?3, x'', 'released', 5, ?4, x'', ?5)";
            db.pragma_update(None, "foreign_keys", false).unwrap();
            db.execute(sql, rusqlite::params![[label], sender, length, payload, label]).unwrap();
        };
        let kept = |db: &Connection| {
            let found = db
                .prepare("SELECT sender, items, bytes FROM kept ORDER BY sender")
                .unwrap()
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .unwrap()
                .collect::<Result<Vec<(String, u32, u32)>, _>>();
            found.unwrap()
        };
        insert(&db, 1, "p1", 17, 1);
        insert(&db, 2, "p1", 20, 1);
        insert(&db, 3, "p2", 5, 0);
        assert_eq!(kept(&db), [("p1".to_owned(), 2, 37)]);
        db.execute("UPDATE item SET payload = 0 WHERE label = x'01'", []).unwrap();
        db.execute("UPDATE item SET payload = 0, state = 'released' WHERE label = x'01'", []).unwrap();
        assert_eq!(kept(&db), [("p1".to_owned(), 1, 20)]);
        db.execute("UPDATE item SET payload = 1 WHERE label = x'01'", []).unwrap();
        assert_eq!(kept(&db), [("p1".to_owned(), 2, 37)]);
        // Brought again by somebody else, it is his until it goes.
        db.execute("UPDATE item SET payload = 0 WHERE label = x'01'", []).unwrap();
        db.execute("UPDATE item SET payload = 1, brought_by = 'p3' WHERE label = x'01'", []).unwrap();
        assert_eq!(kept(&db), [("p1".to_owned(), 1, 20), ("p3".to_owned(), 1, 17)]);
        db.execute("UPDATE item SET payload = 0, brought_by = NULL WHERE label = x'01'", []).unwrap();
        assert_eq!(kept(&db), [("p1".to_owned(), 1, 20), ("p3".to_owned(), 0, 0)]);
    }

    #[test]
    fn a_file_of_an_older_version_is_copied_and_then_changed() {
        let fixtures = [
            (1, include_str!("fixtures/version-1.sql")),
            (2, include_str!("fixtures/version-2.sql")),
            (3, include_str!("fixtures/version-3.sql")),
            (4, include_str!("fixtures/version-4.sql")),
            (5, include_str!("fixtures/version-5.sql")),
            (6, include_str!("fixtures/version-6.sql")),
            (7, include_str!("fixtures/version-7.sql")),
            (8, include_str!("fixtures/version-8.sql")),
        ];
        for (from, schema) in fixtures {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("relay.sqlite");
            let mut db = older(&path, from, schema);
            let before = tables(&db);
            prepare(&mut db, &path).unwrap();
            let count = |db: &Connection, sql: &str| db.query_row(sql, [], |row| row.get::<_, u32>(0));
            assert_eq!(version(&db).unwrap(), (VERSION, true));
            assert_eq!(count(&db, "SELECT count(*) FROM root"), Ok(1));
            assert_eq!(sums::verify(&db).unwrap(), [""; 0]);
            assert_eq!(count(&db, "SELECT count(*) FROM stop_list"), Ok(0));
            assert_eq!(count(&db, "SELECT count(*) FROM proposal"), Ok(0));
            let beside = folder.path().join(format!("relay.sqlite.{from}"));
            let older = Connection::open(&beside).unwrap();
            assert_eq!(version(&older).unwrap(), (from, true));
            assert_eq!(count(&older, "SELECT count(*) FROM root"), Ok(1));
            assert_eq!(tables(&older), before);
            // What it has become is what a new one is.
            let mut new = Connection::open_in_memory().unwrap();
            prepare(&mut new, Path::new("")).unwrap();
            assert_eq!(tables(&db), tables(&new));
            // Once more: nothing to do, nothing copied.
            std::fs::remove_file(&beside).unwrap();
            prepare(&mut db, &path).unwrap();
            assert!(!beside.exists());
        }
    }
}
