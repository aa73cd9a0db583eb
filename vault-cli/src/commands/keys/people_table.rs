//! People as a table (`people.csv`), as an office keeps them; docs/joining.md has the columns.
//!
//! Every row is read before anything is made, and what is wrong is named with its line and column.

use std::collections::BTreeSet;
use std::path::Path;

use vault_keys::directory::{Affiliation, Paper, StationClass};

use super::acting::read_recorded;
use super::enrol::{read_clearance, read_level, read_role};
use crate::error::{Failure, Outcome};
use crate::home::read_limited;
use crate::msg;
use crate::officer::Planned;
use crate::people::pinyin_of;

/// Most bytes of a table.
const TABLE_MAX: u64 = 4 * 1024 * 1024;
/// Most people in one table: what one list of invitations can hold.
const ROWS_MAX: usize = vault_keys::joining::INVITATIONS_MAX;

/// A column, by its names in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    Pinyin,
    Unit,
    Post,
    Clearance,
    Roles,
    Clerk,
    Affiliation,
    UnitLevel,
    Vetting,
    Training,
    Letter,
    StationClass,
}

const COLUMNS: [(Column, [&str; 2]); 13] = [
    (Column::Name, ["name", "姓名"]),
    (Column::Pinyin, ["pinyin", "拼音"]),
    (Column::Unit, ["unit", "部门"]),
    (Column::Post, ["post", "职务"]),
    (Column::Clearance, ["clearance", "最高密级"]),
    (Column::Roles, ["roles", "职责"]),
    (Column::Clerk, ["clerk", "机要员"]),
    (Column::Affiliation, ["affiliation", "人员归属"]),
    (Column::UnitLevel, ["unit_level", "部门最高密级"]),
    (Column::Vetting, ["vetting", "审查"]),
    (Column::Training, ["training", "培训"]),
    (Column::Letter, ["letter", "保密承诺书"]),
    (Column::StationClass, ["station_class", "终端类别"]),
];

/// Reads a table.
///
/// # Errors
/// It cannot be read, is too large, or a cell is wrong; line and column are named.
pub(super) fn read(path: &Path) -> Outcome<Vec<Planned>> {
    parse(&read_limited(path, TABLE_MAX)?)
}

fn parse(bytes: &[u8]) -> Outcome<Vec<Planned>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        Failure::usage(msg!("table-not-utf8", line = line)).hint(msg!("table-not-utf8-next"))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let broken = |error: &csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        Failure::usage(msg!("table-broken", line = line)).because(error)
    };
    let head = reader.headers().map_err(|error| broken(&error))?.clone();
    let columns = columns(&head)?;
    let (mut plans, mut seen) = (Vec::new(), BTreeSet::new());
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let plan = row(&columns, &record, line)?;
        if !seen.insert((plan.name.clone(), plan.unit.clone())) {
            return Err(Failure::usage(msg!("table-twice", line = line, name = plan.name)));
        }
        plans.push(plan);
        if plans.len() > ROWS_MAX {
            return Err(Failure::usage(msg!("table-too-long", most = ROWS_MAX)));
        }
    }
    if plans.is_empty() {
        return Err(Failure::usage(msg!("table-empty")));
    }
    Ok(plans)
}

fn columns(head: &csv::StringRecord) -> Outcome<Vec<Column>> {
    let mut columns = Vec::new();
    for cell in head {
        let name = cell.trim().to_lowercase();
        let found = COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str()));
        let unknown = || {
            let known: Vec<&str> = COLUMNS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
            Failure::usage(msg!("table-column-unknown", name = cell.trim()))
                .hint(msg!("table-columns", names = known.join(", ")))
        };
        let (column, _) = found.ok_or_else(unknown)?;
        if columns.contains(column) {
            return Err(Failure::usage(msg!("table-column-twice", name = cell.trim())));
        }
        columns.push(*column);
    }
    for (wanted, names) in &COLUMNS {
        let needed = matches!(wanted, Column::Name | Column::Unit | Column::Post | Column::Clearance);
        if needed && !columns.contains(wanted) {
            return Err(Failure::usage(msg!("table-column-missing", name = names.join(" / "))));
        }
    }
    Ok(columns)
}

fn row(columns: &[Column], record: &csv::StringRecord, line: u64) -> Outcome<Planned> {
    let cell = |wanted: Column| {
        let place = columns.iter().position(|column| *column == wanted);
        place.and_then(|place| record.get(place)).map_or("", str::trim)
    };
    let names = |wanted: Column| {
        COLUMNS.iter().find(|(column, _)| *column == wanted).map_or("", |(_, names)| names[0])
    };
    let wrong = |column: Column, failure: Failure| {
        let words = msg!("table-cell", line = line, column = names(column), value = cell(column));
        let mut named = Failure::usage(words).hint(failure.message.clone());
        named.code.clone_from(&failure.code);
        named.kind = failure.kind;
        named
    };
    let filled = |column: Column| {
        let value = cell(column);
        if value.is_empty() {
            return Err(Failure::usage(msg!("table-cell-empty", line = line, column = names(column))));
        }
        Ok(value.to_owned())
    };
    let name = filled(Column::Name)?;
    let pinyin = cell(Column::Pinyin).to_lowercase();
    let roles = cell(Column::Roles)
        .split([';', '；', '、', ',', '，'])
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let unit_level = cell(Column::UnitLevel);
    let recorded = |column: Column| match cell(column) {
        "" => Ok(None),
        words => {
            let recorded = read_recorded(words).map_err(|failure| wrong(column, failure))?;
            // Wrong by a rule of the entry: said here, with its line, and not thirty telephone calls later.
            if !Paper::is_class(&recorded.class) {
                return Err(wrong(column, Failure::usage(msg!("table-paper-class"))));
            }
            Ok(Some(recorded))
        }
    };
    Ok(Planned {
        vetting: recorded(Column::Vetting)?,
        training: recorded(Column::Training)?,
        letter: recorded(Column::Letter)?,
        station: match cell(Column::StationClass) {
            "" => None,
            "internet" | "互联网" => Some(StationClass::Internet),
            "internal" | "内部" => Some(StationClass::Internal),
            "classified" | "涉密" => Some(StationClass::Classified),
            _ => return Err(wrong(Column::StationClass, Failure::usage(msg!("table-station-class")))),
        },
        // Whether it may be made is asked for the whole table.
        new_unit: false,
        pinyin: if pinyin.is_empty() { pinyin_of(&name) } else { pinyin },
        unit: filled(Column::Unit)?,
        post: filled(Column::Post)?,
        clearance: read_clearance(&filled(Column::Clearance)?)
            .map_err(|failure| wrong(Column::Clearance, failure))?,
        roles: roles
            .map(read_role)
            .collect::<Outcome<_>>()
            .map_err(|failure| wrong(Column::Roles, failure))?,
        affiliation: match cell(Column::Affiliation) {
            "" | "own" | "本单位" => Affiliation::Own,
            "outside" | "外单位" => Affiliation::Outside,
            "foreign" | "境外" => Affiliation::Foreign,
            _ => return Err(wrong(Column::Affiliation, Failure::usage(msg!("table-affiliation")))),
        },
        clerk: match cell(Column::Clerk) {
            "" | "no" | "否" => false,
            "yes" | "是" => true,
            _ => return Err(wrong(Column::Clerk, Failure::usage(msg!("table-yes-no")))),
        },
        unit_level: match unit_level {
            "" => None,
            word => Some(read_level(word).map_err(|failure| wrong(Column::UnitLevel, failure))?),
        },
        name,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const HEAD: &str = "姓名,部门,职务,最高密级,职责,机要员\n";

    fn refused(text: &str) -> String {
        parse(text.as_bytes()).unwrap_err().message.key().to_owned()
    }

    #[test]
    fn a_table_in_either_language_and_any_order() {
        let chinese = format!(
            "\u{feff}{HEAD}李娜, 财务科 ,科员,机密,承办人；审核人,是\r\n\r\n王强,办公室,秘书,无,,\r\n"
        );
        let plans = parse(chinese.as_bytes()).unwrap();
        assert_eq!(plans.len(), 2);
        assert_eq!((plans[0].unit.as_str(), plans[0].roles.len(), plans[0].clerk), ("财务科", 2, true));
        assert_eq!(plans[0].pinyin, "li na");
        let english = "post,clearance,unit,name\nclerk,secret,Finance,Li Na\n";
        assert_eq!(parse(english.as_bytes()).unwrap()[0].name, "Li Na");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(refused("姓名,部门\n"), "table-column-missing");
        assert_eq!(refused("姓名,部门,职务,最高密级,电话\n"), "table-column-unknown");
        assert_eq!(refused("姓名,name,部门,职务,最高密级\n"), "table-column-twice");
        assert_eq!(refused(HEAD), "table-empty");
        assert_eq!(refused(&format!("{HEAD}李娜,财务科,科员\n")), "table-broken");
        assert_eq!(refused(&format!("{HEAD},财务科,科员,无,,\n")), "table-cell-empty");
        assert_eq!(refused(&format!("{HEAD}李娜,财务科,科员,很高,,\n")), "table-cell");
        assert_eq!(refused(&format!("{HEAD}李娜,财务科,科员,无,厨师,\n")), "table-cell");
        assert_eq!(refused(&format!("{HEAD}李娜,财务科,科员,无,,也许\n")), "table-cell");
        let twice = format!("{HEAD}李娜,财务科,科员,无,,\n李娜,财务科,科长,无,,\n");
        assert_eq!(refused(&twice), "table-twice");
        let many: String = (0..10_000).map(|number| format!("张三{number},财务科,科员,无,,\n")).collect();
        assert_eq!(refused(&format!("{HEAD}{many}")), "table-too-long");
        assert_eq!(parse(b"\xff\xfe").unwrap_err().message.key(), "table-not-utf8");
    }

    #[test]
    fn top_secret_is_refused_here_too() {
        let failure = parse(format!("{HEAD}李娜,财务科,科员,绝密,,\n").as_bytes()).unwrap_err();
        assert_eq!(failure.code.as_deref(), Some("top-secret"));
    }

    #[test]
    fn papers_and_the_class_of_the_machine() {
        let head = "姓名,部门,职务,最高密级,审查,培训,保密承诺书,终端类别\n";
        let row = |cells: &str| format!("{head}李娜,财务科,科员,机密,{cells}\n");
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let table = row(&format!("standard:2028-06-30:{hash},yearly：2027-01-31,,涉密"));
        let plan = &parse(table.as_bytes()).unwrap()[0];
        let vetting = plan.vetting.clone().unwrap();
        assert_eq!((vetting.class.as_str(), vetting.hash.unwrap().to_string().as_str()), ("standard", hash));
        assert_eq!(plan.training.clone().unwrap().until, "2027-01-31".parse().unwrap());
        assert_eq!((&plan.letter, plan.station), (&None, Some(StationClass::Classified)));
        assert_eq!(
            parse(row(",,,").as_bytes()).unwrap()[0].papers(None),
            None,
            "nothing recorded, nothing entered"
        );
        for cells in [
            "标准:2028-06-30,,,",
            "standard,,,",
            "standard:2028-06-30:scan.pdf,,,",
            ",,,家用",
            ",,later:soon,",
        ] {
            assert_eq!(refused(&row(cells)), "table-cell", "{cells}");
        }
    }

    #[test]
    fn odd_spaces_and_full_width_letters() {
        let table = format!("{HEAD}李娜,财务科,科员,机 密,,\n");
        assert_eq!(parse(table.as_bytes()).unwrap()[0].clearance, read_clearance("机密").unwrap());
    }
}
