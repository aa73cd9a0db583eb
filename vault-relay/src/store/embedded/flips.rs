//! A bit flipped in every column of every table is found, and named; the row beside it is served.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::{StoreError, rows, schema, sums};

/// A column: its name, its type, whether it may be null, and whether it is of the key.
type Column = (String, String, bool, bool);

fn columns(db: &Connection, table: &str) -> Vec<Column> {
    let sql = "SELECT name, type, \"notnull\" = 0 AND pk = 0, pk > 0 FROM pragma_table_info(?1, 'main')";
    let mut statement = db.prepare(sql).unwrap();
    let rows =
        statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn tables(db: &Connection) -> Vec<String> {
    let sql =
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut statement = db.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn value(kind: &str, row: u8) -> Value {
    match kind {
        "INTEGER" => Value::Integer(i64::from(row)),
        "TEXT" => Value::Text(format!("p{row}")),
        "BLOB" => Value::Blob(vec![row; 3]),
        other => panic!("no value of type {other}"),
    }
}

/// A database with two rows in each table, one of them with nothing where nothing is allowed.
fn filled() -> Connection {
    let mut db = Connection::open_in_memory().unwrap();
    schema::configure(&db, schema::READER_CACHE).unwrap();
    schema::prepare(&mut db, Path::new("")).unwrap();
    // The rows need not make sense, only sums; and none changes another.
    db.execute_batch("DROP TRIGGER kept_first; DROP TRIGGER kept_again; DROP TRIGGER kept_gone").unwrap();
    db.pragma_update(None, "foreign_keys", false).unwrap();
    db.pragma_update(None, "ignore_check_constraints", true).unwrap();
    for table in tables(&db) {
        let columns: Vec<Column> =
            columns(&db, &table).into_iter().filter(|(name, ..)| name != "sum").collect();
        db.execute(&format!("DELETE FROM {table}"), []).unwrap();
        for row in [1_u8, 2] {
            let values: Vec<Value> = columns
                .iter()
                .map(
                    |(_, kind, nullable, _)| {
                        if *nullable && row == 2 { Value::Null } else { value(kind, row) }
                    },
                )
                .collect();
            let names: Vec<&str> = columns.iter().map(|(name, ..)| name.as_str()).collect();
            let marks = vec!["?"; values.len()].join(", ");
            let sql = format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(", "));
            db.execute(&sql, params_from_iter(values)).unwrap();
        }
    }
    db
}

/// One bit of a value as it lies in the file; for nothing, the bit of its type that makes it the number 0.
fn flipped(value: Value) -> Value {
    match value {
        Value::Null => Value::Integer(0),
        Value::Integer(number) => Value::Integer(number ^ 16),
        Value::Real(_) => panic!("no column has such numbers"),
        Value::Text(mut text) => {
            let last = text.pop().unwrap();
            text.push(char::from(u8::try_from(last).unwrap() ^ 8));
            Value::Text(text)
        }
        Value::Blob(mut bytes) => {
            bytes[1] ^= 64;
            Value::Blob(bytes)
        }
    }
}

#[test]
fn a_bit_flipped_in_any_column_of_any_table_is_found_and_named() {
    let db = filled();
    assert_eq!(sums::verify(&db).unwrap(), [""; 0]);
    sums::keep_no_more(&db).unwrap();
    sums::check_reads(&db).unwrap();
    let mut tried = 0;
    for table in tables(&db) {
        let columns = columns(&db, &table);
        let (key, ..) = columns.iter().find(|(.., key)| *key).unwrap();
        for (column, kind, ..) in &columns {
            for row in [1_u8, 2] {
                let (_, key_kind, ..) = columns.iter().find(|(name, ..)| name == key).unwrap();
                let (this, other) = (value(key_kind, row), value(key_kind, 3 - row));
                db.execute_batch("SAVEPOINT flip").unwrap();
                let sql = format!("SELECT {column} FROM main.{table} WHERE {key} = ?1");
                let before: Value = db.query_row(&sql, [&this], |found| found.get(0)).unwrap();
                let sql = format!("UPDATE main.{table} SET {column} = ?2 WHERE {key} = ?1");
                // Of another type than the column's, which SQLite itself finds.
                if db.execute(&sql, [&this, &flipped(before)]).is_ok() {
                    tried += 1;
                    let found = sums::verify(&db).unwrap();
                    assert_eq!(found.len(), 1, "{table}.{column} of row {row}: {found:?}");
                    assert!(found[0].ends_with(&format!(" of {table} is damaged")), "{found:?}");
                    let read = |key_is: Option<&Value>| {
                        let sql = format!("SELECT * FROM {table} WHERE ?1 IS NULL OR {key} = ?1");
                        let mut statement = db.prepare(&sql).unwrap();
                        let rows = statement.query_map([key_is], |_| Ok(())).unwrap();
                        rows.collect::<Result<Vec<()>, _>>().map_err(rows::failed("row"))
                    };
                    let whole = read(None);
                    assert!(matches!(whole, Err(StoreError::Damaged { .. })), "{table}.{column} is read");
                    if column != key {
                        assert_eq!(read(Some(&other)).unwrap().len(), 1, "{table}: the row beside it");
                    }
                } else {
                    assert_eq!(kind, "BLOB", "{table}.{column}");
                }
                db.execute_batch("ROLLBACK TO flip; RELEASE flip").unwrap();
            }
        }
    }
    assert!(tried > 300, "{tried}");
    assert_eq!(sums::verify(&db).unwrap(), [""; 0]);
}

#[test]
fn a_damaged_row_is_not_written_over_as_if_it_were_whole() {
    let db = filled();
    sums::keep_no_more(&db).unwrap();
    db.execute("UPDATE consignments SET last = last + 16", []).unwrap();
    sums::keep(&db).unwrap();
    let written = db.execute("UPDATE consignments SET last = last + 1", []).map_err(rows::failed("row"));
    assert!(matches!(written, Err(StoreError::Damaged { .. })), "{written:?}");
    db.execute("UPDATE standing SET used = used + 1", []).unwrap();
    assert_eq!(sums::verify(&db).unwrap().len(), 2, "two rows of consignments, none of another");
}
