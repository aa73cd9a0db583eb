//! A TOML text with what is wrong in it: values are taken by name, and every fault is kept with its line.

use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{CODE, wrong};
use crate::error::{Failure, Kind, Outcome};
use crate::lang::Msg;
use crate::msg;

/// One file and its faults.
#[derive(Debug)]
pub(super) struct Sheet {
    name: String,
    text: RefCell<String>,
    wrong: RefCell<Option<Failure>>,
}

/// A table of the file, and which of its fields were asked for.
#[derive(Debug)]
pub(super) struct Table<'a> {
    sheet: &'a Sheet,
    place: String,
    at: usize,
    fields: &'a DeTable<'a>,
    known: RefCell<BTreeSet<&'static str>>,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Value<'a> {
    sheet: &'a Sheet,
    /// Its name with those of the tables around it.
    pub(super) place: String,
    at: usize,
    value: &'a DeValue<'a>,
}

impl Sheet {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), text: RefCell::default(), wrong: RefCell::default() }
    }

    /// Reads the text by `read`. A value comes of it only if nothing at all was wrong.
    pub(super) fn parse<T>(&self, text: &str, read: impl FnOnce(&Table<'_>) -> Option<T>) -> Outcome<T> {
        text.clone_into(&mut self.text.borrow_mut());
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            let failure =
                Failure::usage(msg!("policy-toml", file = self.name.as_str(), line = self.line(at)));
            self.keep(failure.code(CODE).because(&error).hint(msg!("policy-toml-next")));
        }
        let value = if self.wrong.borrow().is_none() {
            let table = Table {
                sheet: self,
                place: String::new(),
                at: 0,
                fields: table.get_ref(),
                known: RefCell::default(),
            };
            read(&table)
        } else {
            None
        };
        match (self.wrong.take(), value) {
            (None, Some(value)) => Ok(value),
            (Some(failure), _) => Err(failure),
            (None, None) => Err(wrong(msg!("policy-unfit", file = self.name.as_str()))),
        }
    }

    /// Keeps a fault.
    pub(super) fn keep(&self, failure: Failure) {
        Failure::gather(&mut self.wrong.borrow_mut(), failure);
    }

    fn line(&self, at: usize) -> usize {
        self.text.borrow().bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }

    fn fault(&self, at: usize, place: &str, what: Failure) {
        let words = msg!(
            "policy-at",
            file = self.name.as_str(),
            line = self.line(at),
            place = place,
            what = what.message.clone()
        );
        let mut failure =
            Failure::new(Kind::Refused, words).code(what.code.clone().unwrap_or_else(|| CODE.to_owned()));
        failure.hints.clone_from(&what.hints);
        failure.detail.clone_from(&what.detail);
        self.keep(failure);
    }
}

impl<'a> Table<'a> {
    /// The field of this name, if it is there.
    pub(super) fn field(&self, name: &'static str) -> Option<Value<'a>> {
        self.known.borrow_mut().insert(name);
        let (key, value) = self.fields.get_key_value(name)?;
        Some(self.value(key.get_ref(), value))
    }

    /// The field of this name; a fault where there is none.
    pub(super) fn needed(&self, name: &'static str) -> Option<Value<'a>> {
        let found = self.field(name);
        if found.is_none() {
            self.wrong(msg!("policy-field-missing", name = name));
        }
        found
    }

    /// Every field, where the names are words of a list and not fixed.
    pub(super) fn entries(&self) -> Vec<(String, Value<'a>)> {
        let entries = self.fields.iter();
        entries.map(|(key, value)| (key.get_ref().to_string(), self.value(key.get_ref(), value))).collect()
    }

    /// Names every field that was never asked for.
    pub(super) fn close(&self) {
        let known = self.known.borrow();
        for (key, _) in self.fields.iter().filter(|(key, _)| !known.contains(key.get_ref().as_ref())) {
            let names: Vec<&str> = known.iter().copied().collect();
            let what = Failure::usage(msg!("policy-field-unknown"))
                .hint(msg!("policy-field-known", names = names.join("  ")));
            self.sheet.fault(key.span().start, &self.path(key.get_ref()), what);
        }
    }

    /// A fault of the table as a whole.
    pub(super) fn wrong(&self, what: Msg) {
        self.sheet.fault(self.at, &self.place, Failure::usage(what));
    }

    /// The file's faults.
    pub(super) const fn sheet(&self) -> &'a Sheet {
        self.sheet
    }

    fn value(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Value<'a> {
        let (place, at) = (self.path(key), value.span().start);
        Value { sheet: self.sheet, place, at, value: value.get_ref() }
    }

    fn path(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }
}

impl<'a> Value<'a> {
    /// A fault of this value.
    pub(super) fn wrong(&self, what: Msg) {
        self.refused(Failure::usage(what));
    }

    /// A fault of this value, with its code and hints.
    pub(super) fn refused(&self, what: Failure) {
        self.sheet.fault(self.at, &self.place, what);
    }

    /// What `read` makes of it; what it refuses is a fault here.
    pub(super) fn read<T>(&self, read: impl FnOnce(&str) -> Outcome<T>) -> Option<T> {
        match read(self.text()?) {
            Ok(value) => Some(value),
            Err(failure) => {
                self.refused(failure);
                None
            }
        }
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.or_wrong(self.value.as_str(), msg!("policy-text-wanted"))
    }

    pub(super) fn yes(&self) -> Option<bool> {
        self.or_wrong(self.value.as_bool(), msg!("policy-bool-wanted"))
    }

    /// A whole number from `least` to `most`.
    pub(super) fn number(&self, least: u32, most: u32) -> Option<u32> {
        let number = self.value.as_integer();
        let number = number.and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        let number = number.filter(|number| (least..=most).contains(number));
        self.or_wrong(number, msg!("policy-number-wanted", least = least, most = most))
    }

    pub(super) fn list(&self) -> Option<Vec<Self>> {
        let list = self.value.as_array().map(|list| {
            let value = |(index, value): (usize, &'a Spanned<DeValue<'a>>)| Self {
                sheet: self.sheet,
                place: format!("{}[{}]", self.place, index + 1),
                at: value.span().start,
                value: value.get_ref(),
            };
            list.iter().enumerate().map(value).collect()
        });
        self.or_wrong(list, msg!("policy-list-wanted"))
    }

    pub(super) fn table(&self) -> Option<Table<'a>> {
        let table = self.value.as_table().map(|fields| Table {
            sheet: self.sheet,
            place: self.place.clone(),
            at: self.at,
            fields,
            known: RefCell::default(),
        });
        self.or_wrong(table, msg!("policy-table-wanted"))
    }

    fn or_wrong<T>(&self, value: Option<T>, what: Msg) -> Option<T> {
        if value.is_none() {
            self.wrong(what);
        }
        value
    }
}
