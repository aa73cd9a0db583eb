//! Sealing files on a disk into one item file (feature `disk`): it has a name once all of it survives a power cut.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use rustix::fs::{Mode, OFlags};
use thiserror::Error;
use vault_keys::signing::SigningKey;

use super::draft::Payload;
use super::{ReadyDraft, SealError, SealedItem, Sealing};
use crate::bundle::{Bundle, Layout, LayoutError};
use crate::disk::private::PrivateFile;
use crate::item::{FileEntry, FileName, FileNameError, PayloadForm};
use crate::limits::FILES_MAX;
use crate::stream::at::{ReadAt, Shifted, WriteAt};
use crate::stream::layout::{ContentLen, LengthError};
use crate::stream::parts::Told;
use crate::stream::{PlaintextLen, Work};

/// The files to be sealed, opened once.
#[derive(Debug)]
pub struct Inputs {
    source: Source,
    payload: Payload,
    plaintext: PlaintextLen,
}

#[derive(Debug)]
enum Source {
    One(File),
    Several(Bundle<File>),
}

/// Why files cannot be taken in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InputError {
    /// No file was named.
    #[error("no file was named")]
    Nothing,
    /// A file cannot be opened.
    #[error("{} cannot be read", .path.display())]
    Open {
        /// The path.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// A folder, device or pipe: only regular files have a length to rely on.
    #[error("{} is no regular file", .path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The name cannot stand in an item.
    #[error("the name of {} cannot stand in an item", .path.display())]
    Name {
        /// The path.
        path: PathBuf,
        /// Why not; `None` if it is not UTF-8.
        #[source]
        error: Option<FileNameError>,
    },
    /// More than an item can carry.
    #[error(transparent)]
    Length(#[from] LengthError),
    /// Too many, or two of one name.
    #[error(transparent)]
    Layout(#[from] LayoutError),
}

/// Why files were not sealed. Nothing is left behind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileSealError {
    /// The item was not sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The output exists, or cannot be written.
    #[error("{} cannot be written", .path.display())]
    Output {
        /// The path.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
}

impl Inputs {
    /// Opens the files. One stays itself; several become one tar, in this order.
    ///
    /// # Errors
    /// [`InputError`] names the path.
    pub fn open(paths: &[PathBuf]) -> Result<Self, InputError> {
        let mut sources = Vec::new();
        let mut files = Vec::new();
        // One past the limit is enough to be refused, and keeps a whole folder's files from being opened first.
        for path in paths.iter().take(FILES_MAX + 1) {
            let (source, entry) = open_one(path)?;
            sources.push(source);
            files.push(entry);
        }
        let (source, form, plaintext) = match sources.pop() {
            None => return Err(InputError::Nothing),
            Some(only) if sources.is_empty() => {
                let plaintext = files.iter().map(|file| file.size).sum();
                (Source::One(only), PayloadForm::File, PlaintextLen::new(plaintext)?)
            }
            Some(last) => {
                sources.push(last);
                let layout = Layout::new(files.iter().map(|file| (&file.name, file.size)))?;
                let length = layout.length();
                let bundle = Bundle::new(layout, sources).ok_or(InputError::Nothing)?;
                (Source::Several(bundle), PayloadForm::Tar, length)
            }
        };
        Ok(Self { source, payload: Payload { form, files }, plaintext })
    }

    /// What the manifest says about them.
    #[must_use]
    pub const fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The length of what will be sealed.
    #[must_use]
    pub const fn plaintext_len(&self) -> PlaintextLen {
        self.plaintext
    }
}

impl ReadAt for Inputs {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match &self.source {
            Source::One(file) => ReadAt::read_at(file, buffer, offset),
            Source::Several(bundle) => bundle.read_at(buffer, offset),
        }
    }

    fn ends_at(&self, length: u64) -> io::Result<bool> {
        match &self.source {
            Source::One(file) => file.ends_at(length),
            Source::Several(bundle) => bundle.ends_at(length),
        }
    }
}

fn open_one(path: &Path) -> Result<(File, FileEntry), InputError> {
    let failed = |error| InputError::Open { path: path.to_owned(), error };
    let unfit = |error| InputError::Name { path: path.to_owned(), error };
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| unfit(None))?;
    let name: FileName = name.parse().map_err(|error| unfit(Some(error)))?;
    // Without waiting: a named pipe would hold us until somebody writes to it.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
    let file = File::from(file);
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(InputError::NotAFile { path: path.to_owned() });
    }
    let media = media_type(name.as_str()).to_owned();
    Ok((file, FileEntry { name, size: metadata.len(), media }))
}

/// An item file that is being sealed: whoever hears of a part can read it while the others come.
#[derive(Debug)]
pub struct FileSealing<'a> {
    sealing: Sealing<'a>,
    private: PrivateFile,
    target: PathBuf,
}

impl<'a> FileSealing<'a> {
    /// Draws the keys of an item of `length` bytes of text, and begins its file; `target` must not exist.
    ///
    /// # Errors
    /// [`FileSealError`]; there is no file at `target` then.
    pub fn begin(
        ready: ReadyDraft,
        length: PlaintextLen,
        target: &Path,
        key: &'a SigningKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, FileSealError> {
        let sealing = ready.begin(length, key, rng)?;
        let private = PrivateFile::new(target).map_err(output(target))?;
        Ok(Self { sealing, private, target: target.to_owned() })
    }

    /// The file as it grows, and where in it the content begins.
    ///
    /// # Errors
    /// No descriptor is left.
    pub fn file(&self) -> Result<(File, u64), FileSealError> {
        let file = self.private.file().try_clone().map_err(output(&self.target))?;
        Ok((file, self.sealing.header_len() as u64))
    }

    /// The length of the content.
    #[must_use]
    pub const fn content_len(&self) -> ContentLen {
        self.sealing.content_len()
    }

    /// Seals all of `input`; `told` hears of each part as soon as the file has it. Returns once the whole file survives a
    /// power cut.
    ///
    /// # Errors
    /// [`FileSealError`]; there is no file at the target then, and the parts told of belong to no item.
    pub fn seal(
        self,
        input: &impl ReadAt,
        work: &Work<'_>,
        told: &Told<'_>,
    ) -> Result<SealedItem, FileSealError> {
        let Self { sealing, mut private, target } = self;
        let start = sealing.header_len() as u64;
        let item =
            private.fill(|file| sealing.seal_telling(input, &Shifted::new(file, start), work, told))?;
        private.file().write_all_at(item.header.bytes(), 0).map_err(output(&target))?;
        private.finish_durable().map_err(output(&target))?;
        Ok(item)
    }
}

/// Seals into one item file at `target`, which must not exist.
///
/// # Errors
/// [`FileSealError`]; there is no file at `target` then.
pub fn seal_file(
    ready: ReadyDraft,
    inputs: &Inputs,
    target: &Path,
    key: &SigningKey,
    rng: &mut dyn CryptoRng,
    work: &Work<'_>,
) -> Result<SealedItem, FileSealError> {
    seal_source(ready, inputs, inputs.plaintext, target, key, rng, work)
}

/// The same with any source of `length` bytes, such as the plaintext of an item that is sealed anew.
///
/// # Errors
/// [`FileSealError`]; there is no file at `target` then.
pub fn seal_source(
    ready: ReadyDraft,
    input: &impl ReadAt,
    length: PlaintextLen,
    target: &Path,
    key: &SigningKey,
    rng: &mut dyn CryptoRng,
    work: &Work<'_>,
) -> Result<SealedItem, FileSealError> {
    FileSealing::begin(ready, length, target, key, rng)?.seal(input, work, &|_, _| {})
}

fn output(path: &Path) -> impl Fn(io::Error) -> FileSealError {
    move |error| FileSealError::Output { path: path.to_owned(), error }
}

/// The media type by the name's ending, for the few kinds offices send; never looked up elsewhere.
fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref().unwrap_or_default() {
        "pdf" => "application/pdf",
        "ofd" => "application/ofd",
        "doc" | "wps" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" | "et" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" | "dps" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "txt" | "md" => "text/plain",
        "csv" => "text/csv",
        "htm" | "html" => "text/html",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "tif" | "tiff" => "image/tiff",
        "zip" => "application/zip",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fs;

    use super::*;

    #[test]
    fn several_files_become_one_tar() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["b.txt", "通知.pdf"].map(|name| folder.path().join(name));
        for path in &paths {
            fs::write(path, "text").unwrap();
        }
        let inputs = Inputs::open(&paths).unwrap();
        let length = inputs.plaintext_len().bytes();
        assert_eq!((inputs.payload().form, length), (PayloadForm::Tar, 4096));
        assert!(inputs.ends_at(length).unwrap());
        fs::write(&paths[1], "longer").unwrap();
        assert!(!inputs.ends_at(length).unwrap());
        let one = Inputs::open(&paths[..1]).unwrap();
        assert_eq!((one.payload().form, one.plaintext_len().bytes()), (PayloadForm::File, 4));
        assert!(matches!(Inputs::open(&[]), Err(InputError::Nothing)));
        let twice = [paths[0].clone(), paths[0].clone()];
        assert!(matches!(Inputs::open(&twice), Err(InputError::Layout(LayoutError::SameName { .. }))));
        assert!(matches!(Inputs::open(&[folder.path().to_owned()]), Err(InputError::NotAFile { .. })));
    }
    #[test]
    fn a_named_pipe_is_refused_without_waiting_for_a_writer() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.txt");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, Mode::RUSR | Mode::WUSR).unwrap();
        assert!(matches!(Inputs::open(&[pipe]), Err(InputError::NotAFile { .. })));
    }
}
