//! Opening to a disk: into a file or a folder that appears whole or not at all (feature `disk`).

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{OpenError, UnlockedItem};
use crate::bundle::{BundleError, Layout, Unbundle};
use crate::disk::private::PrivateFile;
use crate::disk::private_folder::PrivateFolder;
use crate::item::PayloadForm;
use crate::stream::at::{ReadAt, WriteAt};
use crate::stream::{Work, open};

/// Why an item was not opened to a disk. Nothing is left behind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileOpenError {
    /// The item does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The payload is not the tar of the files the manifest names.
    #[error(transparent)]
    Bundle(#[from] BundleError),
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

impl UnlockedItem {
    /// Opens the payload, whatever it is, into one file at `target`, which must not exist.
    ///
    /// # Errors
    /// [`FileOpenError`]; there is no file at `target` then.
    pub fn open_file(
        &self,
        input: &impl ReadAt,
        target: &Path,
        work: &Work<'_>,
    ) -> Result<(), FileOpenError> {
        let output = output(target);
        let mut private = PrivateFile::new(target).map_err(&output)?;
        private.fill(|file| self.open_to_disk(input, file, target, work))?;
        private.finish_durable().map_err(&output)?;
        Ok(())
    }

    /// Opens the files the manifest names, one or several, into a new folder at `target`, which must not exist.
    ///
    /// # Errors
    /// [`FileOpenError`]; there is no folder at `target` then.
    pub fn open_folder(
        &self,
        input: &impl ReadAt,
        target: &Path,
        work: &Work<'_>,
    ) -> Result<(), FileOpenError> {
        let output = output(target);
        let folder = PrivateFolder::new(target).map_err(&output)?;
        let files = &self.manifest().files;
        let sinks = files.iter().map(|file| folder.create(&file.name)).collect::<io::Result<Vec<File>>>();
        let sinks = sinks.map_err(&output)?;
        let layout = match self.manifest().form {
            PayloadForm::Tar => Layout::of_manifest(self.manifest()).map_err(OpenError::from)?,
            PayloadForm::File => Layout::of_plain_file(self.plaintext_len()),
        };
        let unbundle =
            Unbundle::new(layout, sinks).ok_or_else(|| output(io::ErrorKind::InvalidInput.into()))?;
        self.open_to_disk(input, &unbundle, target, work)?;
        for file in unbundle.into_files() {
            file.sync_all().map_err(&output)?;
        }
        folder.finish().map_err(&output)
    }

    fn open_to_disk(
        &self,
        input: &impl ReadAt,
        sink: &impl WriteAt,
        target: &Path,
        work: &Work<'_>,
    ) -> Result<(), FileOpenError> {
        let Err(error) = self.open_payload(input, sink, work) else { return Ok(()) };
        let OpenError::Payload(open::OpenError::Output(error)) = error else { return Err(error.into()) };
        match error.get_ref().and_then(|inner| inner.downcast_ref::<BundleError>()) {
            Some(refused) => Err((*refused).into()),
            None => Err(FileOpenError::Output { path: target.to_owned(), error }),
        }
    }
}

fn output(path: &Path) -> impl Fn(io::Error) -> FileOpenError {
    move |error| FileOpenError::Output { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fs;

    use super::*;
    use crate::opening::{AdmittedItem, ItemSource};
    use crate::sealing::files::{Inputs, seal_file};
    use crate::sealing::{Payload, ReadyDraft};
    use crate::stream::{PlaintextLen, Progress};
    use crate::test_world::{SeededRng, World, item_id};

    /// Files of these names and texts, sealed as one item by p1 to p3; `change` may spoil what is sealed.
    fn sealed(folder: &Path, texts: &[(&str, &str)], change: impl Fn(&mut Vec<u8>)) -> (World, PathBuf) {
        let world = World::new();
        let paths: Vec<PathBuf> = texts.iter().map(|(name, _)| folder.join(name)).collect();
        for (path, (_, text)) in paths.iter().zip(texts) {
            fs::write(path, text).unwrap();
        }
        let inputs = Inputs::open(&paths).unwrap();
        let mut bytes = vec![0; usize::try_from(inputs.plaintext_len().bytes()).unwrap()];
        inputs.read_full_at(&mut bytes, 0).unwrap();
        let honest = bytes.clone();
        change(&mut bytes);

        let Payload { form, files } = inputs.payload().clone();
        let (draft, shelf, sender) = (world.draft(&[3]), world.shelf(), world.member(1));
        let payload = Payload { form, files };
        let ready =
            ReadyDraft::new(&draft, payload, sender.author(), &shelf.published(), item_id(1), world.now());
        let (ready, rng, progress) = (ready.unwrap(), &mut SeededRng::new(1), Progress::new());
        let (target, work) = (folder.join("item.age"), Work::new(&progress));
        if bytes == honest {
            seal_file(ready, &inputs, &target, &sender.signing, rng, &work).unwrap();
        } else {
            let length = PlaintextLen::new(bytes.len() as u64).unwrap();
            let content = std::sync::Mutex::default();
            let item = ready.begin(length, &sender.signing, rng).unwrap().seal(&bytes, &content, &work);
            let content = content.into_inner().unwrap();
            fs::write(&target, [item.unwrap().header.bytes(), &content].concat()).unwrap();
        }
        (world, target)
    }

    fn opened(world: &World, item: &Path, target: &Path) -> Result<(), FileOpenError> {
        let source = ItemSource::read(File::open(item).unwrap()).unwrap();
        let identity = &world.member(3).opening;
        let (keys, shelf, progress) = ([identity.to_recipient().key_id()], world.shelf(), Progress::new());
        let admitted = AdmittedItem::new(
            source.header,
            &shelf.published(),
            crate::admission::Reader::new(&keys),
            world.now(),
        )
        .unwrap();
        let unlocked = admitted.unlock(&[identity]).unwrap();
        unlocked.open_folder(&source.content, target, &Work::new(&progress))
    }

    const TWO: [(&str, &str); 2] = [("a.txt", "one"), ("通知.txt", "二")];

    #[test]
    fn files_come_back_in_a_new_folder() {
        for texts in [&TWO[..], &TWO[..1], &[("empty", "")]] {
            let folder = tempfile::tempdir().unwrap();
            let (world, item) = sealed(folder.path(), texts, |_| {});
            let target = folder.path().join("out");
            opened(&world, &item, &target).unwrap();
            for (name, text) in texts {
                assert_eq!(fs::read_to_string(target.join(name)).unwrap(), *text);
            }
            assert_eq!(fs::read_dir(&target).unwrap().count(), texts.len());
            let again = opened(&world, &item, &target).unwrap_err();
            assert!(matches!(again, FileOpenError::Output { error, .. }
                if error.kind() == io::ErrorKind::AlreadyExists));
        }
    }

    #[test]
    fn hostile_tar_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        // The sender, who signs what he seals, turns the second file into a link.
        let (world, item) = sealed(folder.path(), &TWO, |tar| tar[1024 + 1024 + 156] = b'2');
        let before = fs::read_dir(folder.path()).unwrap().count();
        let refused = opened(&world, &item, &folder.path().join("out"));
        assert!(matches!(
            refused,
            Err(FileOpenError::Bundle(BundleError::Header { entry: 2, field: "kind" }))
        ));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before);
    }
}
