//! Writing an opened item's content: into a new file or folder that appears whole or not at all, or to
//! standard output after everything was verified.

use std::path::{Path, PathBuf};

use vault_core::item::{FileName, PayloadForm};
use vault_core::opening::files::FileOpenError;
use vault_core::opening::{ItemSource, UnlockedItem};
use vault_core::stream::at::ReadAt;
use vault_core::stream::{Progress, Work};

use crate::error::{Failure, Kind, Outcome};
use crate::msg;
use crate::opening;
use crate::ui::Ui;

/// What the content is called when nobody says otherwise: the file's own name, or a folder named after the
/// title for several files.
#[must_use]
pub fn name(item: &UnlockedItem) -> String {
    let manifest = item.manifest();
    let name = match (manifest.form, manifest.files.first()) {
        (PayloadForm::File, Some(file)) => file.name.as_str(),
        // A title is free text; where it cannot be a file name, the item's id is.
        _ => manifest.title.parse::<FileName>().map_or("", |_| manifest.title.as_str()),
    };
    match visible(name) {
        "" => item.label().item.to_string(),
        name => name.to_owned(),
    }
}

/// The name without dots in front: a sender must not put a `.bash_profile` into the folder that somebody opens in.
fn visible(name: &str) -> &str {
    name.trim_start_matches('.').trim_start()
}

/// Writes the content to `output`: a new file, or a new folder for several files; under its own name where
/// `output` is a folder that exists. Answers what was made.
///
/// # Errors
/// The output exists, the disk refuses, or the content is damaged; nothing is left then.
pub fn write(ui: &Ui, item: &UnlockedItem, content: &impl ReadAt, output: &Path) -> Outcome<PathBuf> {
    let target = if output.is_dir() { output.join(name(item)) } else { output.to_owned() };
    let progress = Progress::new();
    let work = Work::new(&progress);
    let shown = ui.progress(&msg!("progress-open"), item.plaintext_len().bytes());
    shown
        .during(
            || progress.done_bytes(),
            || match item.manifest().form {
                PayloadForm::File => item.open_file(content, &target, &work),
                PayloadForm::Tar => item.open_folder(content, &target, &work),
            },
        )
        .map_err(|error| match &error {
            FileOpenError::Open(error) => opening::failure(error),
            FileOpenError::Output { path, error } => Failure::io(path, error),
            other => Failure::new(Kind::Integrity, msg!("open-damaged"))
                .code("damaged")
                .hint(msg!("open-damaged-next"))
                .because(other),
        })?;
    Ok(target)
}

/// Proves the whole content, then hands it to standard output.
///
/// # Errors
/// The content is damaged; nothing was written then.
pub fn to_stdout(item: &UnlockedItem, content: &impl ReadAt) -> Outcome {
    let progress = Progress::new();
    let mut out = std::io::stdout().lock();
    match item.open_payload_to(content, &mut out, &Work::new(&progress)) {
        Ok(_) => Ok(()),
        Err(error) if is_broken_pipe(&error) => Ok(()),
        Err(error) => Err(opening::failure(&error)),
    }
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(inner) = next {
        if inner
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
        {
            return true;
        }
        next = inner.source();
    }
    false
}

/// Opens an item file as header and content.
///
/// # Errors
/// It cannot be read or is no item.
pub fn source(path: &Path) -> Outcome<ItemSource<std::fs::File>> {
    let file = std::fs::File::open(path).map_err(|error| Failure::io(path, &error))?;
    ItemSource::read(file).map_err(|error| match error {
        vault_core::opening::SourceError::Item(error) => crate::itemfile::item_failure(&error),
        vault_core::opening::SourceError::Input(error) => Failure::io(path, &error),
        other => Failure::failed(msg!("output-broken")).because(&other),
    })
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn nothing_hidden_is_written_under_its_own_name() {
        assert_eq!(visible(".bash_profile"), "bash_profile");
        assert_eq!(visible(".. x"), "x");
        assert_eq!(visible("通知.docx"), "通知.docx");
    }
}
