//! A checksum in every row: what the disk changed is not served (docs/adr/0030-checksums-of-rows.md).
//!
//! Each table has a column `sum`, over its name and all its other columns. Statements need not know of it:
//!
//! - triggers check a row before it changes, and sum it up afterwards;
//! - whoever reads `item` reads a view of his connection over `main.item` that lets no row through whose sum is another.
//!   So what is written, and what is only counted, says `main.item`.
//!
//! Other programs can read the file as ever; they cannot write it, since they do not know how rows are summed up. The sums
//! find accidents. They keep nobody out who can write the file: he can make them anew.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};

use super::StoreError;
use super::rows::failed;

/// Column of the checksum in every table.
const SUM: &str = "sum";

/// What the checking function says; the table's name follows.
const DAMAGED: &str = "damaged row of ";

/// A row whose sum is another.
#[derive(Debug, thiserror::Error)]
#[error("{DAMAGED}{0}")]
struct DamagedRow(String);

/// Whether this error says that a row is damaged.
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(error, Error::SqliteFailure(_, Some(said)) if said.starts_with(DAMAGED))
}

/// Teaches a connection how rows are summed up.
pub(super) fn teach(db: &Connection) -> Result<(), StoreError> {
    // Innocuous: the file's own triggers may call them though its schema is not trusted.
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    let define = || {
        db.create_scalar_function("row_sum", -1, flags, |call| sum(call, 0, 1))?;
        db.create_scalar_function("row_is_whole", -1, flags, |call| {
            // A new row is summed up a moment after it was written; no row without a sum is read.
            if call.get_raw(1) == ValueRef::Integer(sum(call, 0, 2)?) {
                return Ok(true);
            }
            let table = call.get_raw(0).as_str().unwrap_or_default().to_owned();
            Err(Error::UserFunctionError(Box::new(DamagedRow(table))))
        })
    };
    define().map_err(failed("opening"))
}

/// Has a connection read rows by their sums only.
pub(super) fn check_reads(db: &Connection) -> Result<(), StoreError> {
    for_each_table(db, |table| {
        let Table { name, columns, .. } = table;
        let (listed, whole) = (columns.join(", "), table.whole("stored."));
        // As a query of its own: within `WHERE`, SQLite puts what a column is compared with in the column's place, also in
        // rows that are not equal to it.
        format!(
            "CREATE TEMP VIEW {name} AS SELECT {listed} FROM main.{name} AS stored WHERE (SELECT {whole});"
        )
    })
}

/// Makes the triggers that keep the sums of what is written.
pub(super) fn keep(db: &Connection) -> Result<(), StoreError> {
    for_each_table(db, |table| {
        let (Table { name, columns, .. }, sum, whole) = (table, table.sum("NEW."), table.whole("OLD."));
        let (listed, this) = (columns.join(", "), table.key_is("NEW."));
        // The sum itself is none of the columns whose change is watched: a row is summed up once.
        format!(
            "CREATE TRIGGER sum_of_new_{name} AFTER INSERT ON {name} BEGIN
                 UPDATE {name} SET {SUM} = {sum} WHERE {this};
             END;
             CREATE TRIGGER sum_before_{name} BEFORE UPDATE OF {listed} ON {name} BEGIN
                 SELECT {whole};
             END;
             CREATE TRIGGER sum_after_{name} AFTER UPDATE OF {listed} ON {name} BEGIN
                 UPDATE {name} SET {SUM} = {sum} WHERE {this};
             END;"
        )
    })
}

/// Takes these triggers away: for a change of the tables, and for tests that play a disk.
pub(super) fn keep_no_more(db: &Connection) -> Result<(), StoreError> {
    for_each_table(db, |Table { name, .. }| {
        ["of_new", "before", "after"]
            .map(|when| format!("DROP TRIGGER IF EXISTS sum_{when}_{name};"))
            .concat()
    })
}

/// Sums every row up as it is now.
pub(super) fn fill(db: &Connection) -> Result<(), StoreError> {
    for_each_table(db, |table| format!("UPDATE main.{} SET {SUM} = {};", table.name, table.sum("")))
}

/// Reads every row, and says of each that is damaged where it is.
pub(super) fn verify(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut findings = Vec::new();
    for table in tables(db)? {
        let Table { name, key, .. } = &table;
        let keys: Vec<String> = key.iter().map(|column| format!("quote({column})")).collect();
        let sql = format!(
            "SELECT 'row ' || {} || ' of {name} is damaged' FROM main.{name} WHERE {SUM} IS NOT {}",
            keys.join(" || ' ' || "),
            table.sum("")
        );
        let rows = || -> rusqlite::Result<Vec<String>> {
            let mut statement = db.prepare(&sql)?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        findings.extend(rows().map_err(failed("verifying"))?);
    }
    Ok(findings)
}

/// The sum over all values from `first` on, under the name of their table.
fn sum(call: &Context<'_>, name: usize, first: usize) -> rusqlite::Result<i64> {
    let mut hasher = blake3::Hasher::new();
    for place in std::iter::once(name).chain(first..call.len()) {
        match call.get_raw(place) {
            ValueRef::Null => hasher.update(b"0"),
            ValueRef::Integer(number) => hasher.update(b"i").update(&number.to_be_bytes()),
            ValueRef::Real(number) => hasher.update(b"r").update(&number.to_be_bytes()),
            ValueRef::Text(bytes) => with_length(&mut hasher, *b"t", bytes),
            ValueRef::Blob(bytes) => with_length(&mut hasher, *b"b", bytes),
        };
    }
    let mut short = [0; 8];
    hasher.finalize_xof().fill(&mut short);
    Ok(i64::from_be_bytes(short))
}

fn with_length<'a>(hasher: &'a mut blake3::Hasher, kind: [u8; 1], bytes: &[u8]) -> &'a mut blake3::Hasher {
    hasher.update(&kind).update(&(bytes.len() as u64).to_be_bytes()).update(bytes)
}

/// A table of the file.
struct Table {
    name: String,
    /// All but the sum.
    columns: Vec<String>,
    /// Columns of the primary key.
    key: Vec<String>,
}

impl Table {
    fn sum(&self, prefix: &str) -> String {
        format!("row_sum('{}', {})", self.name, self.values(prefix))
    }

    fn whole(&self, prefix: &str) -> String {
        format!("row_is_whole('{}', {prefix}{SUM}, {})", self.name, self.values(prefix))
    }

    fn values(&self, prefix: &str) -> String {
        let values: Vec<String> = self.columns.iter().map(|column| format!("{prefix}{column}")).collect();
        values.join(", ")
    }

    fn key_is(&self, prefix: &str) -> String {
        let parts: Vec<String> =
            self.key.iter().map(|column| format!("{column} = {prefix}{column}")).collect();
        parts.join(" AND ")
    }
}

fn tables(db: &Connection) -> Result<Vec<Table>, StoreError> {
    let read = || -> rusqlite::Result<Vec<Table>> {
        let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let mut statement = db.prepare(sql)?;
        let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        names.into_iter().map(|name| table(db, name)).collect()
    };
    read().map_err(failed("opening"))
}

fn table(db: &Connection, name: String) -> rusqlite::Result<Table> {
    let mut statement = db.prepare("SELECT name, pk FROM pragma_table_info(?1, 'main')")?;
    let found = statement.query_map([&name], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))?;
    let found: Vec<(String, u32)> = found.collect::<Result<_, _>>()?;
    let key = found.iter().filter(|(_, place)| *place > 0).map(|(column, _)| column.clone()).collect();
    let columns = found.into_iter().map(|(column, _)| column).filter(|column| column != SUM).collect();
    Ok(Table { name, columns, key })
}

fn for_each_table(db: &Connection, statement: impl Fn(&Table) -> String) -> Result<(), StoreError> {
    let statements: Vec<String> = tables(db)?.iter().map(statement).collect();
    db.execute_batch(&statements.concat()).map_err(failed("opening"))
}
