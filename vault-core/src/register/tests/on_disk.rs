//! The folder: its layout, one writer, damage to any file, and a crash at any call to the disk.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::disk::durable::{Disk, RealDisk, Step};
use crate::disk::lock::LockError;
use crate::disk::power_cut::{Plan, TestDisk};
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
        let store = LogFolder::take(RealDisk, &self.log()).unwrap();
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

    fn reader(&self) -> LogFolder {
        LogFolder::reader(RealDisk, &self.log())
    }

    fn open(&self) -> Result<DiskLog, OpenLogError> {
        Sequencer::open(LogFolder::take(RealDisk, &self.log()).unwrap(), self.last(), log_key())
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
    let reader = place.reader();
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
    let reader = place.reader();
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
    assert!(matches!(LogFolder::take(RealDisk, &place.log()), Err(LockError::Held)));
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
    let reader = place.reader();
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

#[test]
fn the_power_gone_at_any_step_nothing_is_lost_that_was_published() {
    let (before, after) = (254, 258);
    let (expected, batch) = (root_of(after), leaves(before..after));
    let prepared = Place::new();
    drop(prepared.create(before));
    for step in 0.. {
        let mut done = false;
        for seed in 0..4 {
            let place = prepared.copied();
            let disk = TestDisk::below(place.folder.path()).unwrap();
            let store = LogFolder::open(disk.clone(), &place.log()).unwrap();
            let last = CheckpointFile::new(disk.clone(), &place.folder.path().join("last-checkpoint"));
            let mut log = Sequencer::open(store, last, log_key()).unwrap();
            disk.plan(Plan::CutAt(step));
            let published = log.append(before, &batch, now()).is_ok();
            drop(log);
            done = !disk.is_off();
            if done {
                disk.plan(Plan::CutAt(0));
                disk.step(Step::Commit).unwrap_err();
            }
            let found = Place::new();
            disk.survivors(found.folder.path(), seed).unwrap();
            let mut log = found.open().unwrap();
            assert!(!published || log.size() == after, "published, then lost at step {step}, seed {seed}");
            log.append(before, &batch, now()).unwrap();
            assert_eq!(log.checkpoint().checkpoint().root(), expected, "step {step}, seed {seed}");
            let report = audit(&found.reader(), log.checkpoint().checkpoint(), |_, _| ()).unwrap();
            assert!(report.is_clean(), "step {step}, seed {seed}: {report:?}");
        }
        if done {
            assert!(step > 25, "so few steps cannot be all: {step}");
            return;
        }
    }
}
