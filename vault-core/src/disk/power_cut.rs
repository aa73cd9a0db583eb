//! A disk that loses power: what was not synced may be gone, in part or as a whole, exactly as [`Disk`] promises nothing
//! about it. For tests.
//!
//! It works on a folder of the machine's own disk and keeps beside it what is *safe*: bytes as of their last sync, names
//! as of the last sync of their folder. Every call that changes something is a **step**, counted and named; a [`Plan`]
//! says at which one the power goes, or which ones fail. After a cut every call fails, and [`TestDisk::survivors`] writes
//! into another folder what a machine might find when it starts again: of what was not safe, chance decides.
//!
//! Files that others keep in the folder (a database with its log) are copied as they are at the cut. Their owner says
//! [`Disk::step`] before and behind a commit; what a log named `…-wal` has grown since the last one is cut off.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::durable::{Disk, DiskFile, RealDisk, Step};
use crate::stream::at::{ReadAt, WriteAt};

/// What happens, and when. Steps count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing.
    Work,
    /// The power goes just before this step.
    CutAt(u64),
    /// The power goes just before a step of this [`kind`], after so many others of it.
    CutBefore(String, u64),
    /// This step and all until [`TestDisk::plan`] is called again fail with this error of the system.
    FailFrom(u64, i32),
    /// Of every write from this step on half the bytes arrive, and then it fails with this error.
    ShortFrom(u64, i32),
}

/// The machine's own disk, or one below a folder that does what a [`Plan`] says. By default the machine's own.
#[derive(Clone, Debug, Default)]
pub struct TestDisk(Option<Arc<Mutex<Model>>>);

#[derive(Debug)]
struct Model {
    root: PathBuf,
    plan: Plan,
    off: bool,
    steps: Vec<String>,
    /// Names now, and whose bytes they name.
    names: BTreeMap<PathBuf, Node>,
    /// Names that survive.
    safe: BTreeMap<PathBuf, Node>,
    /// Changes of names that were not synced, in order.
    pending: Vec<Change>,
    files: Vec<Bytes>,
    /// Files of others as they were at the cut.
    others: BTreeMap<PathBuf, Vec<u8>>,
    /// How long each log was when its owner last said that a commit was through, and the database beside it then.
    committed: BTreeMap<PathBuf, (usize, Vec<u8>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

#[derive(Debug, Default)]
struct Bytes {
    now: Vec<u8>,
    safe: Vec<u8>,
}

/// One change of names: happens as a whole or not at all.
#[derive(Clone, Debug)]
struct Change {
    gone: Option<PathBuf>,
    come: Option<(PathBuf, Node)>,
}

impl TestDisk {
    /// A disk below `root`, on which everything that is there is safe.
    pub fn below(root: &Path) -> io::Result<Self> {
        let mut model = Model {
            root: root.to_owned(),
            plan: Plan::Work,
            off: false,
            steps: Vec::new(),
            names: BTreeMap::new(),
            safe: BTreeMap::new(),
            pending: Vec::new(),
            files: Vec::new(),
            others: BTreeMap::new(),
            committed: BTreeMap::new(),
        };
        model.find(root)?;
        model.names = model.safe.clone();
        Ok(Self(Some(Arc::new(Mutex::new(model)))))
    }

    /// Says what happens from now on; steps are counted from 0 again.
    pub fn plan(&self, plan: Plan) {
        if let Some(mut model) = self.model() {
            model.plan = plan;
            model.steps.clear();
        }
    }

    /// The steps since the plan was made, the one at which the power went among them.
    #[must_use]
    pub fn steps(&self) -> Vec<String> {
        self.model().map(|model| model.steps.clone()).unwrap_or_default()
    }

    /// Whether the power is gone.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.model().is_some_and(|model| model.off)
    }

    /// Writes into the empty folder `to` what is found after the cut. Seed 0 loses all that is not safe, seed 1 keeps all
    /// names and loses all bytes that are not safe; with another, chance decides.
    pub fn survivors(&self, to: &Path, seed: u64) -> io::Result<()> {
        let Some(model) = self.model() else { return Ok(()) };
        let mut chance = Chance(seed);
        let mut names = model.safe.clone();
        for change in &model.pending {
            if chance.keeps_name() {
                change.apply(&mut names);
            }
        }
        // Ascending, so a folder comes before what is in it; what lies in a lost folder is lost.
        for (name, node) in &names {
            let Ok(below) = name.strip_prefix(&model.root) else { continue };
            let path = to.join(below);
            if path.parent().is_some_and(Path::exists) {
                match *node {
                    Node::Folder => RealDisk.create_folder(&path)?,
                    Node::File(file) => {
                        let bytes = model.files.get(file).ok_or(io::ErrorKind::NotFound)?;
                        write(&path, &chance.bytes(bytes))?;
                    }
                }
            }
        }
        for (name, bytes) in &model.others {
            if let Ok(below) = name.strip_prefix(&model.root) {
                write(&to.join(below), bytes)?;
            }
        }
        Ok(())
    }

    fn model(&self) -> Option<MutexGuard<'_, Model>> {
        self.0.as_ref().map(|model| model.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One step that changes names: nothing else happens on the disk meanwhile.
    fn change<T>(
        &self,
        what: &str,
        path: &Path,
        run: impl FnOnce() -> io::Result<T>,
        change: impl FnOnce(&mut Model) -> Change,
    ) -> io::Result<T> {
        let Some(mut model) = self.model() else { return run() };
        model.step(what, path)?;
        let result = run()?;
        let change = change(&mut model);
        change.apply(&mut model.names);
        model.pending.push(change);
        Ok(result)
    }

    /// A call that changes nothing: fails only without power.
    fn look<T>(&self, run: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if self.is_off() { Err(power_off()) } else { run() }
    }
}

impl Disk for TestDisk {
    type File = TestFile;

    fn create_new(&self, path: &Path) -> io::Result<TestFile> {
        let mut id = 0;
        let file = self.change(
            "create",
            path,
            || RealDisk.create_new(path),
            |model| {
                id = model.files.len();
                model.files.push(Bytes::default());
                Change { gone: None, come: Some((path.to_owned(), Node::File(id))) }
            },
        )?;
        Ok(TestFile { file, disk: self.clone(), id: Some(id), path: path.to_owned() })
    }

    fn open(&self, path: &Path) -> io::Result<TestFile> {
        let file = self.look(|| RealDisk.open(path))?;
        Ok(TestFile { file, disk: self.clone(), id: None, path: path.to_owned() })
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let come = Some((path.to_owned(), Node::Folder));
        self.change("create folder", path, || RealDisk.create_folder(path), |_| Change { gone: None, come })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change(
            "rename to",
            to,
            || RealDisk.rename(from, to),
            |model| Change {
                gone: Some(from.to_owned()),
                come: model.names.get(from).map(|node| (to.to_owned(), *node)),
            },
        )
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let gone = Some(path.to_owned());
        self.change("remove", path, || RealDisk.remove(path), |_| Change { gone, come: None })
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let gone = Some(path.to_owned());
        self.change("remove folder", path, || RealDisk.remove_folder(path), |_| Change { gone, come: None })
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        self.look(|| RealDisk.list(folder))
    }

    fn sync_files(&self, files: &[TestFile]) -> io::Result<()> {
        if self.model().is_some() {
            return files.iter().try_for_each(DiskFile::sync);
        }
        super::together::all(files.iter().map(|file| || file.file.sync()))
    }

    fn sync_folders(&self, folders: &[&Path]) -> io::Result<()> {
        if self.model().is_some() {
            return folders.iter().try_for_each(|folder| self.sync_folder(folder));
        }
        RealDisk.sync_folders(folders)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let Some(mut model) = self.model() else { return RealDisk.sync_folder(folder) };
        model.step("sync folder", folder)?;
        for change in std::mem::take(&mut model.pending) {
            if change.touches(folder) {
                change.apply(&mut model.safe);
            } else {
                model.pending.push(change);
            }
        }
        Ok(())
    }

    fn step(&self, step: Step) -> io::Result<()> {
        let Some(mut model) = self.model() else { return Ok(()) };
        if step == Step::Committed && !model.off {
            // Also when the power goes at this very step: the commit was through before it.
            model.note_committed()?;
        }
        let what = match step {
            Step::Commit => "commit",
            Step::Committed => "committed",
        };
        let root = model.root.clone();
        model.step(what, &root)
    }
}

/// An open file of a [`TestDisk`].
#[derive(Debug)]
pub struct TestFile {
    file: File,
    disk: TestDisk,
    /// Of files made here; others are only read.
    id: Option<usize>,
    path: PathBuf,
}

impl ReadAt for TestFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.disk.look(|| ReadAt::read_at(&self.file, buffer, offset))
    }
}

impl WriteAt for TestFile {
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let Some(mut model) = self.disk.model() else { return self.file.write_all_at(bytes, offset) };
        let stepped = model.step("write", &self.path);
        let written = match (&stepped, &model.plan) {
            (Ok(()), _) => bytes,
            (Err(_), Plan::ShortFrom(..)) => bytes.get(..bytes.len() / 2).unwrap_or_default(),
            (Err(_), _) => return stepped,
        };
        WriteAt::write_all_at(&self.file, written, offset)?;
        if let Some(file) = self.id.and_then(|id| model.files.get_mut(id)) {
            let start = usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge)?;
            file.now.resize(file.now.len().max(start + written.len()), 0);
            if let Some(place) = file.now.get_mut(start..start + written.len()) {
                place.copy_from_slice(written);
            }
        }
        stepped
    }
}

impl DiskFile for TestFile {
    fn length(&self) -> io::Result<u64> {
        self.disk.look(|| self.file.length())
    }

    fn sync(&self) -> io::Result<()> {
        let Some(mut model) = self.disk.model() else { return self.file.sync() };
        model.step("sync", &self.path)?;
        if let Some(file) = self.id.and_then(|id| model.files.get_mut(id)) {
            file.safe = file.now.clone();
        }
        Ok(())
    }
}

impl Model {
    /// Takes everything that is there as safe; files of others are no business of this disk.
    fn find(&mut self, folder: &Path) -> io::Result<()> {
        for name in RealDisk.list(folder)? {
            let path = folder.join(name);
            if path.is_dir() {
                self.safe.insert(path.clone(), Node::Folder);
                self.find(&path)?;
            } else if !is_others(&path) {
                let bytes = fs::read(&path)?;
                self.safe.insert(path, Node::File(self.files.len()));
                self.files.push(Bytes { now: bytes.clone(), safe: bytes });
            }
        }
        Ok(())
    }

    fn step(&mut self, what: &str, path: &Path) -> io::Result<()> {
        if self.off {
            return Err(power_off());
        }
        let number = self.steps.len() as u64;
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        self.steps.push(format!("{what} {}", below.display()));
        let cut = match &mut self.plan {
            Plan::CutAt(at) => number == *at,
            Plan::CutBefore(aim, others) if self.steps.last().is_some_and(|step| kind(step) == *aim) => {
                let now = *others == 0;
                *others = others.saturating_sub(1);
                now
            }
            Plan::FailFrom(from, error) if number >= *from => {
                return Err(io::Error::from_raw_os_error(*error));
            }
            Plan::ShortFrom(from, error) if number >= *from && what == "write" => {
                return Err(io::Error::from_raw_os_error(*error));
            }
            _ => false,
        };
        if cut {
            self.off = true;
            let root = self.root.clone();
            self.take_others(&root)?;
            return Err(power_off());
        }
        Ok(())
    }

    fn take_others(&mut self, folder: &Path) -> io::Result<()> {
        for name in RealDisk.list(folder)? {
            let path = folder.join(name);
            if path.is_dir() {
                self.take_others(&path)?;
            } else if is_others(&path) && !ends_with(&path, "-shm") {
                let mut bytes = fs::read(&path)?;
                if let Some((length, database)) = self.committed.get(&path)
                    && bytes.len() > *length
                    && *database == fs::read(database_of(&path))?
                {
                    bytes.truncate(*length);
                }
                self.others.insert(path, bytes);
            }
        }
        Ok(())
    }

    fn note_committed(&mut self) -> io::Result<()> {
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for name in RealDisk.list(&folder)? {
                let path = folder.join(name);
                if path.is_dir() {
                    folders.push(path);
                } else if ends_with(&path, "-wal") {
                    let database = fs::read(database_of(&path))?;
                    self.committed.insert(path.clone(), (fs::read(&path)?.len(), database));
                }
            }
        }
        Ok(())
    }
}

impl Change {
    fn touches(&self, folder: &Path) -> bool {
        let is_in = |path: &PathBuf| path.parent() == Some(folder);
        self.gone.as_ref().is_some_and(is_in) || self.come.as_ref().is_some_and(|(path, _)| is_in(path))
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, Node>) {
        if let Some(gone) = &self.gone {
            names.remove(gone);
        }
        if let Some((path, node)) = &self.come {
            names.insert(path.clone(), *node);
        }
    }
}

/// What became of what was not safe.
struct Chance(u64);

impl Chance {
    fn draw(&mut self) -> u64 {
        // SplitMix64: short, and the same everywhere.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn keeps_name(&mut self) -> bool {
        match self.0 {
            0 => false,
            1 => true,
            _ => self.draw() & 1 == 1,
        }
    }

    /// All that was written, what was safe, or a beginning with zeros behind it.
    fn bytes(&mut self, bytes: &Bytes) -> Vec<u8> {
        if bytes.now == bytes.safe || self.0 <= 1 {
            return bytes.safe.clone();
        }
        match self.draw() % 3 {
            0 => bytes.safe.clone(),
            1 => bytes.now.clone(),
            _ => {
                let mut torn = bytes.now.clone();
                let kept = usize::try_from(self.draw() % (torn.len() as u64 + 1)).unwrap_or(0);
                torn.iter_mut().skip(kept).for_each(|byte| *byte = 0);
                torn
            }
        }
    }
}

/// The kind of a step: what is done where, whosesoever and whatever number it is.
#[must_use]
pub fn kind(step: &str) -> String {
    let is_number = |word: &str| word.trim_start_matches('x').parse::<u64>().is_ok();
    let words = step.split(['/', '-', ' ', '.']).filter(|word| !word.is_empty()).map(|word| match word {
        owner if owner.len() == 64 => "OWNER",
        number if is_number(number) => "N",
        word => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a file is kept by a database or a lock, which do not write through this disk.
fn is_others(path: &Path) -> bool {
    ends_with(path, ".sqlite")
        || ends_with(path, "-wal")
        || ends_with(path, "-shm")
        || ends_with(path, "lock")
}

fn ends_with(path: &Path, end: &str) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(end))
}

fn database_of(log: &Path) -> PathBuf {
    PathBuf::from(log.to_string_lossy().trim_end_matches("-wal"))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    WriteAt::write_all_at(&RealDisk.create_new(path)?, bytes, 0)
}

fn power_off() -> io::Error {
    io::Error::other("the power is off")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::disk::blobs::Blobs;
    use crate::disk::durable::{ensure_folder, replace};

    struct Place {
        folder: tempfile::TempDir,
        disk: TestDisk,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let disk = TestDisk::below(folder.path()).unwrap();
            Self { folder, disk }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn write(&self, name: &str, bytes: &[u8]) -> TestFile {
            let file = self.disk.create_new(&self.path(name)).unwrap();
            file.write_all_at(bytes, 0).unwrap();
            file
        }

        /// What is there after a cut at the next step.
        fn found(&self, seed: u64) -> Vec<(String, Vec<u8>)> {
            self.disk.plan(Plan::CutAt(0));
            self.disk.step(Step::Commit).unwrap_err();
            let to = tempfile::tempdir().unwrap();
            self.disk.survivors(to.path(), seed).unwrap();
            let names = RealDisk.list(to.path()).unwrap().into_iter();
            let file = |name: OsString| (fs::read(to.path().join(&name)).unwrap_or_default(), name);
            let mut found: Vec<_> =
                names.map(file).map(|(bytes, name)| (name.into_string().unwrap(), bytes)).collect();
            found.sort();
            found
        }
    }

    #[test]
    fn a_name_without_a_sync_of_its_folder_is_lost() {
        let place = Place::new();
        place.write("one", b"1").sync().unwrap();
        place.disk.sync_folder(place.folder.path()).unwrap();
        place.write("two", b"2").sync().unwrap();
        place.disk.rename(&place.path("two"), &place.path("one")).unwrap();
        assert_eq!(place.found(0), [("one".to_owned(), b"1".to_vec())]);
    }

    #[test]
    fn bytes_without_a_sync_are_lost_though_their_name_is_kept() {
        let place = Place::new();
        drop(place.write("one", b"1"));
        place.disk.sync_folder(place.folder.path()).unwrap();
        assert_eq!(place.found(0), [("one".to_owned(), Vec::new())]);
    }

    #[test]
    fn chance_decides_about_the_rest_and_repeats_itself() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 2..40 {
            let place = Place::new();
            drop(place.write("one", b"11"));
            drop(place.write("two", b"22"));
            let found = place.found(seed);
            assert_eq!(found, place.found(seed));
            seen.insert(found);
        }
        // None, either or both names, each with no bytes, all, or torn ones.
        assert!(seen.len() >= 8, "{seen:?}");
    }

    #[test]
    fn a_rename_is_never_half_done() {
        for seed in 0..20 {
            let place = Place::new();
            place.write("from", b"1").sync().unwrap();
            place.disk.sync_folder(place.folder.path()).unwrap();
            place.disk.rename(&place.path("from"), &place.path("to")).unwrap();
            assert_eq!(place.found(seed).len(), 1, "seed {seed}");
        }
    }

    #[test]
    fn what_is_replaced_durably_is_there_whole_whatever_chance_says() {
        for seed in 0..20 {
            let place = Place::new();
            let path = place.path("checkpoint");
            replace(&place.disk, &path, b"one").unwrap();
            replace(&place.disk, &path, b"two").unwrap();
            assert_eq!(place.found(seed), [("checkpoint".to_owned(), b"two".to_vec())]);
        }
    }

    #[test]
    fn every_cut_of_a_put_leaves_a_whole_blob_or_none_and_after_the_last_step_the_blob() {
        let mut at = 0;
        loop {
            for seed in 0..10 {
                let place = Place::new();
                let blobs = Blobs::open(place.disk.clone(), &place.path("parts")).unwrap();
                place.disk.plan(Plan::CutAt(at));
                let put = blobs.put([7; 32], 3, b"bytes");
                let to = tempfile::tempdir().unwrap();
                if put.is_ok() {
                    place.disk.plan(Plan::CutAt(0));
                    place.disk.step(Step::Commit).unwrap_err();
                }
                place.disk.survivors(to.path(), seed).unwrap();
                let blobs = Blobs::open(RealDisk, &to.path().join("parts")).unwrap();
                match blobs.read([7; 32], 3) {
                    Ok(bytes) => assert_eq!(bytes, b"bytes"),
                    Err(error) => assert!(put.is_err(), "seed {seed}: acknowledged, then {error}"),
                }
                if put.is_ok() && seed == 9 {
                    assert_eq!(at, 8, "{:?}", place.disk.steps());
                    return;
                }
            }
            at += 1;
        }
    }

    #[test]
    fn a_failing_step_fails_and_a_short_write_leaves_half() {
        let place = Place::new();
        place.disk.plan(Plan::FailFrom(0, 28));
        let full = ensure_folder(&place.disk, &place.path("new")).unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        place.disk.plan(Plan::ShortFrom(0, 5));
        let file = place.disk.create_new(&place.path("half")).unwrap();
        assert_eq!(file.write_all_at(b"1234", 0).unwrap_err().raw_os_error(), Some(5));
        assert_eq!(fs::read(place.path("half")).unwrap(), b"12");
    }
}
