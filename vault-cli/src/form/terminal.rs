//! The form on a terminal: columns line up where Chinese characters are two wide.

use serde_json::{Value, json};

use super::Form;
use crate::lang::Msg;
use crate::ui::Ui;

impl Form {
    /// Prints it; nothing where a JSON document is asked for.
    pub fn print(&self, ui: &Ui) {
        if ui.is_json() {
            return;
        }
        ui.line(&format!("{} · {}", self.organisation, self.heading));
        ui.gap();
        ui.facts(&named(&self.facts));
        for item in &self.items {
            ui.gap();
            ui.line(&item.heading);
            let mut fields = named(&item.fields);
            // Last: terminals disagree about the width of ★.
            fields.push((crate::msg!("name-mark"), item.mark.clone()));
            ui.facts(&fields);
        }
        ui.gap();
        let columns: Vec<Msg> = self.columns.iter().map(word).collect();
        // Opinions have lines of their own.
        let rows: Vec<Vec<String>> =
            self.steps.iter().map(|row| row.iter().map(|cell| cell.replace('\n', " ")).collect()).collect();
        ui.table(&columns, &rows);
        ui.gap();
        ui.facts(&named(&[self.state.clone(), self.hash.clone()]));
    }

    /// As `--json` shows it: every field by its name in the language asked for.
    #[must_use]
    pub fn document(&self) -> Value {
        let fields = |fields: &[(String, String)]| -> Vec<Value> {
            fields.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
        };
        json!({
            "heading": self.heading,
            "organisation": self.organisation,
            "facts": fields(&self.facts),
            "items": self.items.iter().map(|item| json!({
                "heading": item.heading,
                "mark": item.mark,
                "fields": fields(&item.fields),
            })).collect::<Vec<_>>(),
            "columns": self.columns,
            "steps": self.steps,
            "state": self.state.1,
            "hash": self.hash.1,
        })
    }
}

fn named(fields: &[(String, String)]) -> Vec<(Msg, String)> {
    fields.iter().map(|(name, value)| (word(name), value.clone())).collect()
}

/// Words that are in the right language already.
fn word(words: &String) -> Msg {
    Msg::new("word-other").with("word", words)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::cell::RefCell;
    use std::io::{self, Write};
    use std::rc::Rc;

    use super::super::{Form, Record, columns};
    use crate::lang::Lang;
    use crate::msg;
    use crate::ui::{Loudness, Manner, Ui};

    #[derive(Clone, Default)]
    struct Kept(Rc<RefCell<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn printed(lang: Lang) -> String {
        let kept = Kept::default();
        let manner = Manner { lang, json: false, loudness: Loudness::Normal, yes: true };
        let ui = Ui::captured(manner, Box::new(kept.clone()), Box::new(io::sink()));
        let field = |name, value: &str| (ui.words(&name), value.to_owned());
        let row = ["审核", "陈静 (p5)", "", "同意", "2026-11-22 10:00", "同意。\n照办。", "24df a703"];
        let form = Form {
            lang,
            heading: ui.words(&msg!("form-of-sending")),
            organisation: "滨海市示范局".to_owned(),
            facts: vec![field(msg!("form-act"), &ui.words(&msg!("form-sending")))],
            items: vec![Record {
                heading: ui.words(&msg!("form-item", item = "0197")),
                mark: "机密★10年".to_owned(),
                fields: vec![
                    field(msg!("form-title"), "值班通知"),
                    field(msg!("name-copies"), "000001 李娜 (p2)"),
                ],
            }],
            columns: columns(&ui),
            steps: vec![row.map(str::to_owned).to_vec()],
            state: field(msg!("name-state"), &ui.words(&msg!("asking-decided"))),
            hash: field(msg!("form-label-hash"), "ab12"),
            notice: String::new(),
        };
        form.print(&ui);
        String::from_utf8(kept.0.take()).unwrap()
    }

    /// As it stands on a terminal, columns of two-wide characters aligned, in both languages.
    #[test]
    fn the_form_in_chinese() {
        let expected = "\
滨海市示范局 · 审批单：送出

事项  送出

密件 0197
名称      值班通知
份号      000001 李娜 (p2)
密级标志  机密★10年

环节  签批人     代签  结论  日期              审批意见     签名指纹
审核  陈静 (p5)        同意  2026-11-22 10:00  同意。 照办。  24df a703

状态            各环节均已同意
标签（SHA-256）  ab12
";
        assert_eq!(squeezed(&printed(Lang::Zh)), squeezed(expected));
    }

    #[test]
    fn the_form_in_english() {
        let expected = "\
滨海市示范局 · Approval form: sending

act  sending

Item 0197
title   值班通知
copies  000001 李娜 (p2)
mark    机密★10年

step  signed by  for  answer  date              opinion     signature fingerprint
审核  陈静 (p5)       同意    2026-11-22 10:00  同意。 照办。  24df a703

state            agreed at every step
label (SHA-256)  ab12
";
        assert_eq!(squeezed(&printed(Lang::En)), squeezed(expected));
    }

    /// Columns must line up by width, whatever their exact padding: every row starts its second column at one place.
    #[test]
    fn columns_line_up() {
        let out = printed(Lang::Zh);
        let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
        let place = |line: &str, word: &str| wide(line.split_once(word).unwrap().0);
        let line = |start: &str| out.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
        assert_eq!(place(&line("名称"), "值班"), place(&line("份号"), "000001"));
        assert_eq!(place(&line("环节"), "日期"), place(&line("审核"), "2026"));
    }

    fn squeezed(text: &str) -> Vec<String> {
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }
}
