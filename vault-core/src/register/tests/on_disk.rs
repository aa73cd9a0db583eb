//! The folder: its layout, one writer, damage to any file, and a crash at any call to the disk.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::disk::durable::{Disk, RealDisk};
use crate::disk::lock::LockError;
use crate::register::audit::{Damage, audit};
use crate::register::folder::{CheckpointFile, LogFolder};
use crate::register::proof::Evidence;
use crate::register::sequencer::OpenLogError;
use crate::register::tree::TreeRoot;

struct Place {
    folder: tempfile::TempDir,
}

type DiskLog = Sequencer<LogFolder, CheckpointFile>;

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("register")
    }

    fn last(&self) -> CheckpointFile {
        CheckpointFile::new(RealDisk, &self.folder.path().join("last-checkpoint"))
    }

    fn create(&self, count: u64) -> DiskLog {
        let store = LogFolder::take(&self.log()).unwrap();
        let mut log = Sequencer::create(store, self.last(), log_key(), now()).unwrap();
        log.append(0, &leaves(0..count), now()).unwrap();
        log
    }

    /// The same files once more.
    fn copied(&self) -> Self {
        fn copy(from: &Path, to: &Path) {
            fs::create_dir_all(to).unwrap();
            for entry in fs::read_dir(from).unwrap() {
                let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
                if path.is_dir() { copy(&path, &to.join(name)) } else { drop(fs::copy(&path, to.join(name))) }
            }
        }
        let copied = Self::new();
        copy(self.folder.path(), copied.folder.path());
        copied
    }

    fn open(&self) -> Result<DiskLog, OpenLogError> {
        Sequencer::open(LogFolder::take(&self.log()).unwrap(), self.last(), log_key())
    }

    /// Every file of the log, by its path below it.
    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, files) } else { files.push(path) }
            }
        }
        let mut files = Vec::new();
        walk(&self.log(), &mut files);
        let below = |path: &PathBuf| path.strip_prefix(self.log()).unwrap().to_str().unwrap().to_owned();
        let mut files: Vec<String> = files.iter().map(below).collect();
        files.sort();
        files
    }
}

fn root_of(count: u64) -> TreeRoot {
    let memory = Memory::default();
    grown(&memory, count).checkpoint().checkpoint().root()
}

#[test]
fn the_folder_has_the_layout_of_tlog_tiles() {
    let place = Place::new();
    let mut log = place.create(3);
    log.append(3, &leaves(3..5), now()).unwrap();
    // Narrower hash tiles stay for readers of the older checkpoint, narrower bundles do not.
    let expected = ["checkpoint", "lock", "tile/0/000.p/3", "tile/0/000.p/5", "tile/entries/000.p/5"];
    assert_eq!(place.files(), expected);
    log.append(5, &leaves(5..260), now()).unwrap();
    let expected = [
        "checkpoint",
        "lock",
        "tile/0/000",
        "tile/0/001.p/4",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/4",
    ];
    assert_eq!(place.files(), expected);
    drop(log);
    let log = place.open().unwrap();
    assert_eq!(log.checkpoint().checkpoint().root(), root_of(260));
    let reader = LogFolder::reader(&place.log());
    for index in [0, 4, 255, 256, 259] {
        let evidence = Evidence::collect(&reader, index, log.checkpoint()).unwrap();
        evidence.verify(&log_key().verifier(), org()).unwrap();
    }
}

#[test]
fn evidence_is_found_while_the_register_grows() {
    let place = Place::new();
    let mut log = place.create(10);
    let checkpoint = log.checkpoint().clone();
    let reader = LogFolder::reader(&place.log());
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            for end in (40..=280).step_by(30) {
                log.append(end - 30, &leaves(end - 30..end), now()).unwrap();
            }
        });
        while !writer.is_finished() {
            // The bundle under this old checkpoint is replaced again and again meanwhile.
            Evidence::collect(&reader, 3, &checkpoint).unwrap();
        }
        writer.join().unwrap();
    });
}

#[test]
fn two_writers_at_once_are_refused() {
    let place = Place::new();
    let _log = place.create(1);
    assert!(matches!(LogFolder::take(&place.log()), Err(LockError::Held)));
}

#[test]
fn unfinished_files_are_swept() {
    let place = Place::new();
    drop(place.create(1));
    fs::write(place.log().join("incoming/.unfinished-1-1"), b"half").unwrap();
    drop(place.open().unwrap());
    assert!(!place.files().iter().any(|file| file.contains("unfinished")));
}

#[test]
fn every_damaged_missing_or_truncated_file_is_named_and_the_rest_read() {
    let place = Place::new();
    let log = place.create(600);
    let checkpoint = log.checkpoint().checkpoint().clone();
    drop(log);
    let reader = LogFolder::reader(&place.log());
    let clean = audit(&reader, &checkpoint, |_, _| ()).unwrap();
    assert!(clean.is_clean() && clean.leaves == 600, "{clean:?}");
    for file in place.files().iter().filter(|file| file.starts_with("tile/")) {
        let path = place.log().join(file);
        let good = fs::read(&path).unwrap();
        let check = |expected: Damage, what: &str| {
            let mut seen = 0;
            let report = audit(&reader, &checkpoint, |_, _| seen += 1).unwrap();
            assert!(!report.is_clean(), "{file} {what}");
            assert!(
                report
                    .findings
                    .iter()
                    .any(|found| found.tile.to_string() == *file && found.damage == expected),
                "{file} {what}: {report:?}"
            );
            // At least the leaves of the other bundles.
            assert!(seen >= 600 - 256, "{file} {what}: {seen}");
            assert_eq!(seen, report.leaves);
        };
        for at in [0, 1, 2, good.len() / 2, good.len() - 1] {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).unwrap();
            let report = audit(&reader, &checkpoint, |_, _| ()).unwrap();
            let names: Vec<String> = report.findings.iter().map(|found| found.tile.to_string()).collect();
            assert_eq!(names, std::slice::from_ref(file), "byte {at}");
        }
        fs::write(&path, &good[..good.len() - 1]).unwrap();
        check(Damage::Form, "truncated");
        fs::remove_file(&path).unwrap();
        check(Damage::Missing, "missing");
        fs::write(&path, &good).unwrap();
    }
}

/// A disk that fails at one call and at every later one, as a process that was killed there.
#[derive(Clone, Debug)]
struct Dying {
    calls_left: Arc<AtomicUsize>,
}

impl Dying {
    fn call<T>(&self, run: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let left =
            self.calls_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_err() { Err(io::Error::other("killed")) } else { run() }
    }
}

impl Disk for Dying {
    type File = fs::File;

    fn create_new(&self, path: &Path) -> io::Result<fs::File> {
        self.call(|| RealDisk.create_new(path))
    }

    fn open(&self, path: &Path) -> io::Result<fs::File> {
        RealDisk.open(path)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.call(|| RealDisk.create_folder(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(|| RealDisk.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call(|| RealDisk.remove(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.call(|| RealDisk.remove_folder(path))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        RealDisk.list(folder)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.call(|| RealDisk.sync_folder(folder))
    }
}

#[test]
fn killed_at_any_call_to_the_disk_nothing_is_lost() {
    let (before, after) = (254, 258);
    let (expected, batch) = (root_of(after), leaves(before..after));
    let prepared = Place::new();
    drop(prepared.create(before));
    for calls in 0.. {
        let place = prepared.copied();
        let disk = Dying { calls_left: Arc::new(AtomicUsize::new(usize::MAX)) };
        let store = LogFolder::open(disk.clone(), &place.log()).unwrap();
        let last = CheckpointFile::new(disk.clone(), &place.folder.path().join("last-checkpoint"));
        let mut log = Sequencer::open(store, last, log_key()).unwrap();
        disk.calls_left.store(calls, Ordering::SeqCst);
        drop(log.append(before, &batch, now()));
        let done = disk.calls_left.load(Ordering::SeqCst) > 0;
        drop(log);
        let mut log = place.open().unwrap();
        log.append(before, &batch, now()).unwrap();
        assert_eq!(log.checkpoint().checkpoint().root(), expected, "killed at call {calls}");
        if done {
            assert!(calls > 15, "so few calls cannot be all");
            return;
        }
    }
}
