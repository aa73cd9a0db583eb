//! The form as one HTML page for A4 paper: no script, nothing fetched from anywhere, every word of it escaped.
//!
//! Whatever stands in a name or a title is text. A browser that opens the page runs nothing and asks nobody: the page
//! also forbids it, should an escape ever be missing.

use super::Form;
use crate::lang::{Lang, harmless};

/// The style of the page. Tables may break between rows and never inside one; the mark stands at the top right of its
/// record, as on paper.
const STYLE: &str = "
@page { size: A4; margin: 20mm 18mm }
* { box-sizing: border-box }
body { font: 12pt/1.5 'Noto Serif CJK SC', 'Source Han Serif SC', SimSun, serif; color: #000; background: #fff;
  max-width: 174mm; margin: 0 auto; padding: 8mm 0 }
h1 { font-size: 20pt; text-align: center; letter-spacing: .1em; margin: 0 0 2mm }
.organisation { text-align: center; margin: 0 0 6mm }
h2 { font-size: 12pt; margin: 6mm 0 2mm; overflow-wrap: anywhere }
.mark { float: right; font: bold 14pt/1.2 'Noto Sans CJK SC', SimHei, sans-serif; margin-left: 6mm }
table { width: 100%; border-collapse: collapse; margin: 0 0 4mm }
th, td { border: .4pt solid #000; padding: 1.2mm 2mm; text-align: left; vertical-align: top; overflow-wrap: anywhere;
  white-space: pre-wrap }
.fields th { width: 32mm; font-weight: normal }
thead { display: table-header-group }
tr { break-inside: avoid }
.hash, .fingerprint { font-family: 'DejaVu Sans Mono', monospace; font-size: 9pt }
.notice { font-size: 9pt; margin-top: 4mm }
";

impl Form {
    /// The whole page.
    #[must_use]
    pub fn html(&self) -> String {
        let lang = match self.lang {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        };
        let mut page = String::with_capacity(16 * 1024);
        page.push_str("<!DOCTYPE html>\n");
        page.push_str(&format!("<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n"));
        page.push_str(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        );
        page.push_str("<meta name=\"referrer\" content=\"no-referrer\">\n");
        page.push_str(&format!("<title>{}</title>\n", escaped(&self.heading)));
        page.push_str(&format!("<style>{STYLE}</style>\n</head>\n<body>\n"));
        page.push_str(&format!("<h1>{}</h1>\n", escaped(&self.heading)));
        page.push_str(&format!("<p class=\"organisation\">{}</p>\n", escaped(&self.organisation)));
        page.push_str(&fields(&self.facts));
        for item in &self.items {
            let mark = escaped(&item.mark);
            page.push_str(&format!(
                "<h2><span class=\"mark\">{mark}</span>{}</h2>\n",
                escaped(&item.heading)
            ));
            page.push_str(&fields(&item.fields));
        }
        page.push_str(&self.steps_table());
        page.push_str(&fields(std::slice::from_ref(&self.state)));
        let (name, hash) = &self.hash;
        page.push_str(&format!(
            "<table class=\"fields\"><tr><th scope=\"row\">{}</th><td class=\"hash\">{}</td></tr></table>\n",
            escaped(name),
            escaped(hash)
        ));
        page.push_str(&format!("<p class=\"notice\">{}</p>\n</body>\n</html>\n", escaped(&self.notice)));
        page
    }

    fn steps_table(&self) -> String {
        let head: String =
            self.columns.iter().map(|name| format!("<th scope=\"col\">{}</th>", escaped(name))).collect();
        let mut table = format!("<table class=\"steps\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n");
        for row in &self.steps {
            let last = row.len().saturating_sub(1);
            let cells: String = row
                .iter()
                .enumerate()
                .map(|(index, cell)| {
                    let class = if index == last { " class=\"fingerprint\"" } else { "" };
                    format!("<td{class}>{}</td>", escaped(cell))
                })
                .collect();
            table.push_str(&format!("<tr>{cells}</tr>\n"));
        }
        table.push_str("</tbody>\n</table>\n");
        table
    }
}

fn fields(fields: &[(String, String)]) -> String {
    let rows: String = fields
        .iter()
        .map(|(name, value)| {
            format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(name), escaped(value))
        })
        .collect();
    format!("<table class=\"fields\">\n{rows}</table>\n")
}

/// Words as HTML text and as the value of an attribute; nothing that turns a line around, no control characters but
/// the ends of lines.
fn escaped(words: &str) -> String {
    let lines: Vec<String> = words.split('\n').map(harmless).collect();
    let mut out = String::with_capacity(words.len());
    for c in lines.join("\n").chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Record;
    use super::{Form, escaped};
    use crate::lang::Lang;

    fn form(name: &str) -> Form {
        let pair = || ("<b>名称</b>".to_owned(), name.to_owned());
        Form {
            lang: Lang::Zh,
            heading: name.to_owned(),
            organisation: name.to_owned(),
            facts: vec![pair()],
            items: vec![Record {
                heading: name.to_owned(),
                mark: "机密★10年".to_owned(),
                fields: vec![pair()],
            }],
            columns: vec![name.to_owned()],
            steps: vec![vec![name.to_owned(), name.to_owned()]],
            state: pair(),
            hash: pair(),
            notice: name.to_owned(),
        }
    }

    #[test]
    fn html_escaping_of_hostile_names() {
        let hostile = [
            "</title><script>alert(1)</script>",
            "\" onmouseover=\"alert(1)",
            "' onload='x",
            "<img src=http://example.invalid/x>",
            "&lt;script&gt;",
            "</style><style>@import url(http://example.invalid)</style>",
            "<!--",
            "]]>",
        ];
        for name in hostile {
            let page = form(name).html();
            let plain = form("").html();
            // The same elements as with empty names: nothing of the name became markup.
            assert_eq!(page.matches('<').count(), plain.matches('<').count(), "{name}");
            assert_eq!(page.matches('"').count(), plain.matches('"').count(), "{name}");
            assert!(page.contains(&escaped(name)), "{name}");
        }
        assert_eq!(escaped("a&b<c>\"d'e"), "a&amp;b&lt;c&gt;&quot;d&#39;e");
        assert_eq!(escaped("多行\n意见"), "多行\n意见");
        assert_eq!(escaped("x\u{202e}y\u{0}\r"), "x\u{fffd}y\u{fffd}\u{fffd}");
    }

    #[test]
    fn the_page_stands_alone() {
        let page = form("关于值班的通知").html();
        for foreign in ["<script", "http:", "https:", "src=", "href=", "url(", "@import", "//"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"zh-CN\">"));
        assert!(page.contains("size: A4") && page.contains("default-src 'none'"));
        assert!(page.contains("<span class=\"mark\">机密★10年</span>"));
        assert!(Form { lang: Lang::En, ..form("x") }.html().contains("<html lang=\"en\">"));
    }
}
