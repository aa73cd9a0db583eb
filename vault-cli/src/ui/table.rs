//! Tables and lists of facts that line up also where Chinese characters are two columns wide.
//! The mark goes last: terminals disagree about the width of `★`.

use comfy_table::{ContentArrangement, Table, presets};

use super::Ui;
use crate::lang::{Msg, harmless};

impl Ui {
    /// Prints rows under headings.
    pub fn table(&self, headings: &[Msg], rows: &[Vec<String>]) {
        if self.is_json() {
            return;
        }
        let mut table = bare();
        table.set_header(headings.iter().map(|heading| self.words(heading)).collect::<Vec<_>>());
        for row in rows {
            table.add_row(row.iter().map(|cell| harmless(cell)));
        }
        self.print(table);
    }

    /// Prints facts, one a line: the name of each and its value.
    pub fn facts(&self, facts: &[(Msg, String)]) {
        if self.is_json() {
            return;
        }
        let mut table = bare();
        for (name, value) in facts {
            table.add_row(vec![self.words(name), harmless(value)]);
        }
        self.print(table);
    }

    fn print(&self, mut table: Table) {
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        self.line(&table.trim_fmt());
    }
}

fn bare() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}
