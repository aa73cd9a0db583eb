//! `cargo xtask links`: every relative link in a Markdown file of the project leads to a file or a heading that is there.
#![allow(clippy::print_stdout, reason = "a recipe talks on the terminal")]

use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;

/// Reads every document and reports all dead links at once.
pub fn run(_arguments: &[String]) -> Result<(), Failure> {
    let root = crate::project_root();
    let mut documents = Vec::new();
    collect(&root, &mut documents)?;
    let mut dead = Vec::new();
    let mut seen = 0_usize;
    for document in &documents {
        let text = fs::read_to_string(document)?;
        for target in targets(&text) {
            seen += 1;
            if !leads_somewhere(document, &text, target) {
                dead.push(format!("{}: {target}", document.strip_prefix(&root)?.display()));
            }
        }
    }
    if dead.is_empty() {
        println!("{} documents, {seen} links, all lead somewhere", documents.len());
        Ok(())
    } else {
        Err(format!("dead links:\n{}", dead.join("\n")).into())
    }
}

fn collect(folder: &Path, documents: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if name != "target" && name != "node_modules" && name != ".git" {
                collect(&path, documents)?;
            }
        } else if name.ends_with(".md") {
            documents.push(path);
        }
    }
    Ok(())
}

/// The targets of `[text](target)` outside code, without links to other hosts.
fn targets(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (index, part) in line.split("](").enumerate() {
            if index > 0
                && let Some((target, _)) = part.split_once(')')
                && !target.contains("://")
                && !target.starts_with("mailto:")
            {
                found.push(target);
            }
        }
    }
    found
}

fn leads_somewhere(document: &Path, text: &str, target: &str) -> bool {
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let other = if file.is_empty() {
        text.to_owned()
    } else {
        let path = document.parent().unwrap_or(document).join(file);
        if heading.is_empty() {
            return path.exists();
        }
        match fs::read_to_string(path) {
            Ok(other) => other,
            Err(_) => return false,
        }
    };
    heading.is_empty()
        || other.lines().filter_map(|line| line.strip_prefix('#')).any(|line| anchor(line) == heading)
}

/// The anchor that renderers make of a heading: lower case, words joined by hyphens, punctuation dropped.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|character| match character {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            other if other.is_alphanumeric() => Some(other),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_other_hosts_are_no_links() {
        let text = "[a](b.md#c-d) `x`\n```\n[no](no.md)\n```\n[far](https://example.org/x)\n";
        assert_eq!(targets(text), ["b.md#c-d"]);
    }

    #[test]
    fn anchors_follow_the_renderers() {
        assert_eq!(anchor("## 3. What, and `why`?"), "3-what-and-why");
        assert_eq!(anchor("# 密级 levels"), "密级-levels");
    }
}
