//! Writing an opened item's content: into a new file or folder that appears whole or not at all, or to
//! standard output after everything was verified.

use std::path::{Path, PathBuf};

use vault_core::disk::private::PrivateFile;
use vault_core::opening::{ItemSource, UnlockedItem};
use vault_core::stream::at::ReadAt;
use vault_core::stream::{Progress, Work};

use crate::error::{Failure, Outcome};
use crate::msg;
use crate::opening;
use crate::ui::Ui;

/// Writes the content to `output`: a new file, or under its own name into a folder.
///
/// # Errors
/// The output exists, the disk refuses, or the content is damaged; nothing is left then.
pub fn write(ui: &Ui, item: &UnlockedItem, content: &impl ReadAt, output: &Path) -> Outcome<Vec<PathBuf>> {
    let manifest = item.manifest();
    let name = manifest.files.first().map(|file| file.name.as_str()).unwrap_or("content");
    let target = if output.is_dir() { output.join(name) } else { output.to_owned() };
    let fail = |error: std::io::Error| Failure::io(&target, &error);
    let private = PrivateFile::new(&target).map_err(fail)?;
    open_into(ui, item, content, private.file())?;
    private.finish_durable().map_err(fail)?;
    Ok(vec![target])
}

/// Opens the content into a private file at hand.
///
/// # Errors
/// The content is damaged or the disk refuses; the file is worthless then.
pub fn open_into(ui: &Ui, item: &UnlockedItem, content: &impl ReadAt, file: &std::fs::File) -> Outcome {
    let progress = Progress::new();
    let shown = ui.progress(&msg!("progress-open"), item.plaintext_len().bytes());
    shown
        .during(|| progress.done_bytes(), || item.open_payload(content, file, &Work::new(&progress)))
        .map(|_| ())
        .map_err(|error| opening::failure(&error))
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
