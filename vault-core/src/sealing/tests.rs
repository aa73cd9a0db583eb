//! Sealing on a disk and back, and what is left after a failure: nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::files::{FileSealError, FileSealing, InputError, Inputs, seal_file};
use super::*;
use crate::item::{ItemHeader, PayloadForm};
use crate::opening::files::FileOpenError;
use crate::opening::{AdmittedItem, ItemSource, UnlockedItem};
use crate::stream::Progress;
use crate::stream::at::Shifted;
use crate::stream::parts::part_value;
use crate::test_world::{SeededRng, World, item_id};

struct Bench {
    world: World,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { world: World::new(), folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn ready(&self, inputs: &Inputs) -> ReadyDraft {
        let author = self.world.member(1).author();
        let shelf = self.world.shelf();
        let draft = self.world.draft(&[3]);
        let payload = inputs.payload().clone();
        ReadyDraft::new(&draft, payload, author, &shelf.published(), item_id(1), self.world.now()).unwrap()
    }

    fn seal(&self, inputs: &Inputs, target: &Path) -> Result<SealedItem, FileSealError> {
        let progress = Progress::new();
        let key = &self.world.member(1).signing;
        seal_file(self.ready(inputs), inputs, target, key, &mut SeededRng::new(1), &Work::new(&progress))
    }

    fn unlock(&self, header: ItemHeader) -> UnlockedItem {
        let shelf = self.world.shelf();
        let admitted = AdmittedItem::new(
            header,
            &shelf.published(),
            crate::admission::Reader::default(),
            self.world.now(),
        )
        .unwrap();
        admitted.unlock(&[&self.world.member(3).opening]).unwrap()
    }

    fn open(&self, item: &Path, target: &Path) -> Result<(), FileOpenError> {
        let source = ItemSource::read(fs::File::open(item).unwrap()).unwrap();
        let progress = Progress::new();
        let item = self.unlock(source.header);
        let work = Work::new(&progress);
        match item.manifest().form {
            PayloadForm::File => item.open_file(&source.content, target, &work),
            PayloadForm::Tar => item.open_folder(&source.content, target, &work),
        }
    }

    /// The names in the folder, hidden ones too.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn open_one(path: &Path) -> Inputs {
    Inputs::open(&[path.to_owned()]).unwrap()
}

#[test]
fn one_file_stays_itself() {
    let bench = Bench::new();
    let bytes: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    let inputs = open_one(&bench.write("通知.docx", &bytes));
    bench.seal(&inputs, &bench.path("out.age")).unwrap();
    bench.open(&bench.path("out.age"), &bench.path("back.docx")).unwrap();
    assert_eq!(fs::read(bench.path("back.docx")).unwrap(), bytes);
}

#[test]
fn several_files_become_one_payload_and_a_folder_again() {
    let bench = Bench::new();
    let paths =
        [bench.write("正文.txt", b"text"), bench.write("附件.pdf", &[7; 70_000]), bench.write("空.csv", b"")];
    let inputs = Inputs::open(&paths).unwrap();
    bench.seal(&inputs, &bench.path("out.age")).unwrap();
    bench.open(&bench.path("out.age"), &bench.path("back")).unwrap();
    for path in paths {
        let name = path.file_name().unwrap();
        assert_eq!(fs::read(bench.path("back").join(name)).unwrap(), fs::read(&path).unwrap());
    }
}

#[test]
fn a_part_can_be_read_once_it_is_told_of() {
    let bench = Bench::new();
    let text: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let inputs = open_one(&bench.write("a.bin", &text));
    let (progress, target) = (Progress::new(), bench.path("out.age"));
    let key = &bench.world.member(1).signing;
    let ready = bench.ready(&inputs);
    let sealing =
        FileSealing::begin(ready, inputs.plaintext_len(), &target, key, &mut SeededRng::new(1)).unwrap();
    let (file, start) = sealing.file().unwrap();
    let length = sealing.content_len();
    let found = Mutex::new(Vec::new());
    let read = |index, value| {
        let range = length.part(index).unwrap();
        let mut bytes = vec![0; usize::try_from(range.end - range.start).unwrap()];
        Shifted::new(&file, start).read_full_at(&mut bytes, range.start).unwrap();
        assert_eq!(part_value(length, index, &bytes).unwrap(), value);
        found.lock().unwrap().push((index, value));
    };
    let item = sealing.seal(&inputs, &Work::new(&progress), &read).unwrap();
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|(index, _)| *index);
    assert_eq!(found, (0..).zip(item.parts).collect::<Vec<_>>());
    bench.open(&target, &bench.path("back")).unwrap();
}

#[test]
fn one_file_key_and_nonce_for_each_item() {
    let bench = Bench::new();
    let inputs = open_one(&bench.write("a.txt", b"text"));
    let (progress, mut rng) = (Progress::new(), SeededRng::new(1));
    let mut seal = |name: &str| {
        let key = &bench.world.member(1).signing;
        let target = bench.path(name);
        seal_file(bench.ready(&inputs), &inputs, &target, key, &mut rng, &Work::new(&progress)).unwrap()
    };
    let (one, other) = (seal("one"), seal("other"));
    let key = |item: SealedItem| *bench.unlock(item.header).file_key().expose();
    assert_ne!(key(one), key(other));
}

#[test]
fn output_exists() {
    let bench = Bench::new();
    let inputs = open_one(&bench.write("a.txt", b"text"));
    bench.write("out.age", b"precious");
    assert!(matches!(bench.seal(&inputs, &bench.path("out.age")), Err(FileSealError::Output { .. })));
    assert_eq!(fs::read(bench.path("out.age")).unwrap(), b"precious");
    bench.seal(&inputs, &bench.path("new.age")).unwrap();
    let error = bench.open(&bench.path("new.age"), &bench.path("a.txt")).unwrap_err();
    assert!(matches!(error, FileOpenError::Output { .. }));
    assert_eq!(bench.names(), ["a.txt", "new.age", "out.age"]);
}

#[test]
fn an_input_that_changed_meanwhile_leaves_nothing() {
    let bench = Bench::new();
    for change in [b"longer than before".as_slice(), b"x"] {
        let path = bench.write("a.txt", b"as it was");
        let inputs = open_one(&path);
        fs::write(&path, change).unwrap();
        let error = bench.seal(&inputs, &bench.path("out.age")).unwrap_err();
        assert!(matches!(error, FileSealError::Seal(SealError::Payload(_))), "{error:?}");
    }
    assert_eq!(bench.names(), ["a.txt"]);
}

#[test]
fn a_damaged_item_leaves_nothing() {
    let bench = Bench::new();
    let paths = [bench.write("a.txt", &[1; 100_000]), bench.write("b.txt", &[2; 100_000])];
    for (item, inputs) in [("one.age", open_one(&paths[0])), ("two.age", Inputs::open(&paths).unwrap())] {
        bench.seal(&inputs, &bench.path(item)).unwrap();
        let mut bytes = fs::read(bench.path(item)).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(bench.path(item), bytes).unwrap();
        let error = bench.open(&bench.path(item), &bench.path("back")).unwrap_err();
        assert!(matches!(error, FileOpenError::Open(_)), "{error:?}");
    }
    assert_eq!(bench.names(), ["a.txt", "b.txt", "one.age", "two.age"]);
}

#[test]
fn only_regular_files_with_names_that_can_travel() {
    let bench = Bench::new();
    let open = |paths: &[PathBuf]| Inputs::open(paths).unwrap_err();
    assert!(matches!(open(&[]), InputError::Nothing));
    assert!(matches!(open(&[bench.path("missing")]), InputError::Open { .. }));
    assert!(matches!(
        open(&[bench.folder.path().to_owned()]),
        InputError::NotAFile { .. } | InputError::Name { .. }
    ));
    for name in ["a\u{202e}txt.exe", "a\tb", "CON", "a\\b"] {
        assert!(matches!(open(&[bench.write(name, b"x")]), InputError::Name { .. }), "{name:?}");
    }
    let long = "长".repeat(85);
    assert!(Inputs::open(&[bench.write(&long, b"x")]).is_ok(), "255 bytes");
    fs::create_dir(bench.path("sub")).unwrap();
    let twins = [bench.write("a.txt", b"1"), bench.write("sub/A.txt", b"2")];
    assert!(matches!(open(&twins), InputError::Layout(_)));
}

#[test]
fn another_key_than_the_authors_seals_nothing() {
    let bench = Bench::new();
    let inputs = open_one(&bench.write("a.txt", b"text"));
    let ready = bench.ready(&inputs);
    let other = &bench.world.member(2).signing;
    let error = ready.begin(inputs.plaintext_len(), other, &mut SeededRng::new(1)).unwrap_err();
    assert!(matches!(error, SealError::OtherKey));
}
