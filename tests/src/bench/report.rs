//! Writing a bench's table into docs/performance.md, between two marks.

use std::fs;

use crate::project_root;
use crate::recipes::Failure;

/// Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`.
pub(super) fn write(name: &str, table: &str) -> Result<(), Failure> {
    let path = project_root().join("docs/performance.md");
    let document = fs::read_to_string(&path)?;
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let (before, rest) = document.split_once(&begin).ok_or("docs/performance.md lacks the mark")?;
    let (_, after) = rest.split_once(&end).ok_or("docs/performance.md lacks the end mark")?;
    fs::write(path, format!("{before}{begin}\n\n{}\n\n{end}{after}", table.trim_end()))?;
    Ok(())
}
