//! A catalogue as a table: clause, text, highest level, longest term; docs/policy.md, "Tables".

use vault_core::policy::CatalogueKind;
use vault_core::policy::catalogue::{Clause, Together};

use super::{CODE, utf8, words, wrong};
use crate::error::{Failure, Kind, Outcome};
use crate::lang::Msg;
use crate::{msg, policy_words};

/// A column, by its names in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Clause,
    Text,
    Level,
    Years,
    Special,
    Field,
}

const COLUMNS: [(Column, [&str; 3]); 6] = [
    (Column::Clause, ["clause", "条款", "条款号"]),
    (Column::Text, ["text", "内容", "事项"]),
    (Column::Level, ["level", "密级", "最高密级"]),
    (Column::Years, ["years", "保密期限", "最长期限"]),
    (Column::Special, ["special", "特殊规定", "另有规定"]),
    (Column::Field, ["field", "领域", "所属领域"]),
];

/// Reads a table.
///
/// # Errors
/// Every wrong row, each with its line and column.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    kind: CatalogueKind,
    together: &mut Together,
) -> Outcome<Vec<Clause>> {
    let text = utf8(file, bytes)?;
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let broken = |error: &csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        wrong(msg!("policy-table-broken", file = file, line = line)).because(error)
    };
    let head = reader.headers().map_err(|error| broken(&error))?.clone();
    let columns = columns(file, &head)?;
    let (mut clauses, mut failed) = (Vec::new(), None);
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                Failure::gather(&mut failed, broken(&error));
                continue;
            }
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let row = Row {
            file,
            columns: &columns,
            line: record.position().map_or(0, csv::Position::line),
            record: &record,
        };
        match row.clause(kind, together) {
            Ok(clause) => clauses.push(clause),
            Err(failure) => Failure::gather(&mut failed, failure),
        }
    }
    match failed {
        Some(failure) => Err(failure),
        None => Ok(clauses),
    }
}

fn columns(file: &str, head: &csv::StringRecord) -> Outcome<Vec<(Column, String)>> {
    let mut columns: Vec<(Column, String)> = Vec::new();
    for cell in head {
        let name = cell.trim().to_lowercase();
        let Some((column, _)) = COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str())) else {
            let known: Vec<&str> = COLUMNS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
            return Err(wrong(msg!("policy-table-column", file = file, name = cell.trim()))
                .hint(msg!("table-columns", names = known.join(", "))));
        };
        if columns.iter().any(|(known, _)| known == column) {
            return Err(wrong(msg!("policy-table-column-twice", file = file, name = cell.trim())));
        }
        columns.push((*column, cell.trim().to_owned()));
    }
    for (wanted, names) in &COLUMNS {
        let needed = !matches!(wanted, Column::Special | Column::Field);
        if needed && !columns.iter().any(|(column, _)| column == wanted) {
            let name = names.join(" / ");
            return Err(wrong(msg!("policy-table-column-missing", file = file, name = name)));
        }
    }
    Ok(columns)
}

struct Row<'a> {
    file: &'a str,
    columns: &'a [(Column, String)],
    line: u64,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn clause(&self, kind: CatalogueKind, together: &mut Together) -> Outcome<Clause> {
        let level = self.read(Column::Level, words::read_level)?;
        let clause = Clause {
            clause: self.cell(Column::Clause).to_owned(),
            text: self.cell(Column::Text).to_owned(),
            level,
            years: self.read(Column::Years, years)?,
            special: self.read(Column::Special, yes)?,
            field: match self.cell(Column::Field) {
                "" => None,
                _ => Some(self.read(Column::Field, words::field)?),
            },
        };
        let checked = clause.check(kind).and_then(|()| together.clause(&clause.clause));
        checked.map_err(|fault| {
            let what =
                msg!("policy-clause", clause = clause.clause.as_str(), what = policy_words::fault(&fault));
            self.wrong(Failure::usage(what))
        })?;
        Ok(clause)
    }

    fn cell(&self, wanted: Column) -> &str {
        let place = self.columns.iter().position(|(column, _)| *column == wanted);
        place.and_then(|place| self.record.get(place)).map_or("", str::trim)
    }

    fn read<T>(&self, column: Column, read: impl FnOnce(&str) -> Outcome<T>) -> Outcome<T> {
        read(self.cell(column)).map_err(|failure| {
            // A column is called what the table calls it.
            let heading = self.columns.iter().find(|(known, _)| *known == column);
            let heading = heading.map_or("", |(_, heading)| heading.as_str());
            let mut named = self.wrong(Failure::usage(msg!(
                "policy-cell",
                column = heading,
                value = self.cell(column),
                what = failure.message.clone()
            )));
            named.code = failure.code.clone().or_else(|| Some(CODE.to_owned()));
            named.hints.clone_from(&failure.hints);
            named
        })
    }

    fn wrong(&self, what: Failure) -> Failure {
        let what: Msg = what.message.clone();
        Failure::new(Kind::Refused, msg!("policy-row", file = self.file, line = self.line, what = what))
            .code(CODE)
    }
}

/// `10`, `10年`, or nothing where there is no limit.
fn years(typed: &str) -> Outcome<Option<u8>> {
    use unicode_normalization::UnicodeNormalization as _;
    let plain: String = typed.nfkc().filter(|character| !character.is_whitespace()).collect();
    match plain.strip_suffix('年').unwrap_or(&plain) {
        "" | "-" | "—" | "无" | "不限" => Ok(None),
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            number.parse().map(Some).map_err(|_| Failure::usage(msg!("policy-years")))
        }
        _ => Err(Failure::usage(msg!("policy-years"))),
    }
}

fn yes(typed: &str) -> Outcome<bool> {
    match typed.to_lowercase().as_str() {
        "" | "no" | "否" => Ok(false),
        "yes" | "是" => Ok(true),
        _ => Err(Failure::usage(msg!("table-yes-no"))),
    }
}
