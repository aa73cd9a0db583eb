//! People as a table (`people.csv`), as an office keeps them; docs/joining.md has the columns.
//!
//! Every row is read before anything is made, and what is wrong is named with its line and column.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use vault_keys::directory::{Affiliation, LevelWord, Paper, StationClass};

use super::acting::read_recorded;
use super::enrol::{read_clearance, read_level, read_role};
use crate::error::{Failure, Outcome};
use crate::home::read_limited;
use crate::officer::Planned;
use crate::{msg, names};

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
    let (mut plans, mut together, mut wrong) = (Vec::new(), Together::default(), None);
    // Every wrong row is named: whoever mends a table wants to do so once.
    for record in reader.records() {
        let read = record.map_err(|error| broken(&error)).and_then(|record| {
            let line = record.position().map_or(0, csv::Position::line);
            if record.iter().all(|cell| cell.trim().is_empty()) {
                return Ok(None);
            }
            let plan = row(&columns, &record, line)?;
            together.check(&plan, line)?;
            Ok(Some(plan))
        });
        match read {
            Ok(plan) => plans.extend(plan),
            Err(failure) => Failure::gather(&mut wrong, failure),
        }
        if plans.len() > ROWS_MAX {
            return Err(Failure::usage(msg!("table-too-long", most = ROWS_MAX)));
        }
    }
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    if plans.is_empty() {
        return Err(Failure::usage(msg!("table-empty")));
    }
    Ok(plans)
}

/// What rows say of each other.
#[derive(Default)]
struct Together {
    /// Name and unit, without spaces: `李 娜` is `李娜`, whatever the width of the space.
    people: BTreeSet<(String, String)>,
    /// The level that the first row with one gave a unit, and its line.
    levels: BTreeMap<String, (LevelWord, u64)>,
}

impl Together {
    fn check(&mut self, plan: &Planned, line: u64) -> Outcome {
        let unit = names::without_spaces(&plan.unit);
        if !self.people.insert((names::without_spaces(&plan.name), unit.clone())) {
            return Err(Failure::usage(msg!("table-twice", line = line, name = &plan.name))
                .code("table-twice")
                .hint(msg!("table-twice-next")));
        }
        let Some(level) = plan.unit_level else { return Ok(()) };
        let (first, first_line) = *self.levels.entry(unit).or_insert((level, line));
        if first == level {
            return Ok(());
        }
        Err(Failure::usage(msg!("table-levels", line = line, other = first_line, unit = &plan.unit))
            .code("table-levels")
            .hint(msg!("table-levels-next")))
    }
}

fn columns(head: &csv::StringRecord) -> Outcome<Vec<(Column, String)>> {
    let mut columns: Vec<(Column, String)> = Vec::new();
    for cell in head {
        let name = cell.trim().to_lowercase();
        let found = COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str()));
        let unknown = || {
            let known: Vec<&str> = COLUMNS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
            Failure::usage(msg!("table-column-unknown", name = cell.trim()))
                .hint(msg!("table-columns", names = known.join(", ")))
        };
        let (column, _) = found.ok_or_else(unknown)?;
        if columns.iter().any(|(known, _)| known == column) {
            return Err(Failure::usage(msg!("table-column-twice", name = cell.trim())));
        }
        columns.push((*column, cell.trim().to_owned()));
    }
    for (wanted, names) in &COLUMNS {
        let needed = matches!(wanted, Column::Name | Column::Unit | Column::Post | Column::Clearance);
        if needed && !columns.iter().any(|(column, _)| column == wanted) {
            return Err(Failure::usage(msg!("table-column-missing", name = names.join(" / "))));
        }
    }
    Ok(columns)
}

fn row(columns: &[(Column, String)], record: &csv::StringRecord, line: u64) -> Outcome<Planned> {
    let cell = |wanted: Column| {
        let place = columns.iter().position(|(column, _)| *column == wanted);
        place.and_then(|place| record.get(place)).map_or("", str::trim)
    };
    // A column is called what the table calls it.
    let heading = |wanted: Column| {
        let place = columns.iter().position(|(column, _)| *column == wanted);
        place.and_then(|place| columns.get(place)).map_or("", |(_, heading)| heading.as_str())
    };
    let wrong = |column: Column, failure: Failure| {
        let words = msg!("table-cell", line = line, column = heading(column), value = cell(column));
        let mut named = Failure::usage(words).hint(failure.message.clone());
        named.code = failure.code.clone().or_else(|| Some("table-cell".to_owned()));
        named.kind = failure.kind;
        named
    };
    let filled = |column: Column| {
        let value = cell(column);
        if value.is_empty() {
            return Err(Failure::usage(msg!("table-cell-empty", line = line, column = heading(column)))
                .code("table-cell")
                .hint(msg!("table-cell-empty-next")));
        }
        Ok(value)
    };
    let named = |column: Column| names::name(filled(column)?).map_err(|failure| wrong(column, failure));
    let name = named(Column::Name)?;
    let pinyin = match cell(Column::Pinyin) {
        "" => names::pinyin_of(&name),
        typed => names::sound(typed).map_err(|failure| wrong(Column::Pinyin, failure))?,
    };
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
        pinyin,
        unit: named(Column::Unit)?,
        post: names::name_of_post(filled(Column::Post)?).map_err(|failure| wrong(Column::Post, failure))?,
        clearance: read_clearance(filled(Column::Clearance)?)
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
    fn every_wrong_row_is_named_with_its_line() {
        let rows = "李娜,财务科,科员,很高,,\na@b,财务科,科员,无,,\n王芳,财务科,科员,无,,\n赵云,财务科,,无,,\n钱多,财务科\n";
        let failure = parse(format!("{HEAD}{rows}").as_bytes()).unwrap_err();
        let texts = crate::lang::Texts::load(crate::lang::Lang::Zh);
        let all: Vec<String> = std::iter::once(&failure)
            .chain(&failure.also)
            .map(|one| texts.say(&one.message).chars().take_while(|c| *c != '列').collect())
            .collect();
        assert_eq!(all[..3], ["第 2 行“最高密级”", "第 3 行“姓名”", "第 5 行“职务”"]);
        assert!(all.len() == 4 && all[3].starts_with("第 6 行"), "{all:?}");
    }

    #[test]
    fn names_that_no_entry_could_hold() {
        let long = "李".repeat(100);
        for name in ["李\n娜", "李\u{1b}[2J娜", "李\0娜", "李\u{202e}娜", "a@b", "\u{2800}", &long] {
            for row in [format!("\"{name}\",财务科,科员,无,,\n"), format!("李娜,\"{name}\",科员,无,,\n")]
            {
                let failure = parse(format!("{HEAD}{row}").as_bytes()).unwrap_err();
                assert_eq!(failure.code.as_deref(), Some("name-unfit"), "{name:?}");
            }
        }
        let western =
            format!("{HEAD}Zoë,财务科,科员,无,,\nO'Neil,财务科,科员,无,,\nSøren,财务科,科员,无,,\n");
        let sounds: Vec<String> =
            parse(western.as_bytes()).unwrap().into_iter().map(|plan| plan.pinyin).collect();
        assert_eq!(sounds, ["zoe", "oneil", ""]);
    }

    #[test]
    fn one_name_whatever_the_width_of_its_space() {
        for other in ["李\u{a0}娜", "李\u{3000}娜", "李 娜", "李娜 "] {
            let rows = format!("{HEAD}李娜,财务科,科员,无,,\n{other},财务科,科长,无,,\n");
            assert_eq!(refused(&rows), "table-twice", "{other:?}");
        }
    }

    #[test]
    fn one_unit_has_one_level() {
        let head = "姓名,部门,职务,最高密级,部门最高密级\n";
        let rows = |second: &str| format!("{head}李娜,新科,科员,无,机密\n张三,新科,科员,无,{second}\n");
        assert_eq!(refused(&rows("内部")), "table-levels");
        assert_eq!(parse(rows("机密").as_bytes()).unwrap().len(), 2);
        assert_eq!(parse(rows("").as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn odd_spaces_and_full_width_letters() {
        let table = format!("{HEAD}李娜,财务科,科员,机 密,,\n");
        assert_eq!(parse(table.as_bytes()).unwrap()[0].clearance, read_clearance("机密").unwrap());
    }
}
