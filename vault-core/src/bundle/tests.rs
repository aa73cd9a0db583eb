//! Round trips, what real tar programs read, and everything a hostile tar may hold.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

use std::io::Read;
use std::sync::Mutex;

use proptest::prelude::*;
use tar::{EntryType, Header};

use super::*;
use crate::stream::at::{ReadAt, WriteAt};

fn layout(files: &[(&str, Vec<u8>)]) -> Result<Layout, LayoutError> {
    let names: Vec<FileName> = files.iter().map(|(name, _)| name.parse().unwrap()).collect();
    Layout::new(names.iter().zip(files).map(|(name, (_, bytes))| (name, bytes.len() as u64)))
}

fn packed(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let layout = layout(files).unwrap();
    let length = layout.length().bytes() as usize;
    let bundle = Bundle::new(layout, files.iter().map(|(_, bytes)| bytes.clone()).collect()).unwrap();
    let mut tar = vec![0xff; length + 1];
    assert_eq!(bundle.read_full_at(&mut tar, 0).unwrap(), length);
    assert!(bundle.ends_at(length as u64).unwrap());
    tar.truncate(length);
    tar
}

fn unpacked(files: &[(&str, Vec<u8>)], tar: &[u8], step: usize) -> Result<Vec<Vec<u8>>, BundleError> {
    let sinks = files.iter().map(|_| Mutex::default()).collect();
    let unbundle = Unbundle::new(layout(files).unwrap(), sinks).unwrap();
    for (index, piece) in tar.chunks(step).enumerate() {
        unbundle
            .write_all_at(piece, (index * step) as u64)
            .map_err(|error| *error.get_ref().unwrap().downcast_ref().unwrap())?;
    }
    Ok(unbundle.into_files().into_iter().map(|sink: Mutex<Vec<u8>>| sink.into_inner().unwrap()).collect())
}

fn three() -> Vec<(&'static str, Vec<u8>)> {
    vec![("a.txt", b"one".to_vec()), ("通知.docx", vec![7; 512]), ("empty", Vec::new())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn files_come_back_however_the_bytes_are_split(
        sizes in proptest::collection::vec(0_usize..1500, 1..6),
        step in 1_usize..2000,
        at: u64,
    ) {
        let names = ["a", "密件", "c.pdf", "d", "e"];
        let files: Vec<_> =
            names.into_iter().zip(&sizes).map(|(name, size)| (name, vec![name.len() as u8; *size])).collect();
        let tar = packed(&files);
        let back = unpacked(&files, &tar, step).unwrap();
        prop_assert!(back.iter().eq(files.iter().map(|(_, bytes)| bytes)));
        // One flipped bit is refused, or it lies inside a file.
        let mut damaged = tar;
        let bit = at % (damaged.len() as u64 * 8);
        damaged[(bit / 8) as usize] ^= 1 << (bit % 8);
        match unpacked(&files, &damaged, step) {
            Err(_) => {}
            Ok(other) => prop_assert_ne!(other, back),
        }
    }
}

#[test]
fn other_tar_readers_agree() {
    let long = "长".repeat(80);
    let mut files = three();
    files.push((&long, b"long name".to_vec()));
    let tar = packed(&files);
    let mut archive = tar::Archive::new(tar.as_slice());
    let mut entries = archive.entries().unwrap();
    for (name, bytes) in &files {
        let mut entry = entries.next().unwrap().unwrap();
        assert_eq!(entry.path_bytes(), name.as_bytes());
        assert_eq!(
            (entry.header().entry_type(), entry.header().mode().unwrap()),
            (EntryType::Regular, 0o600)
        );
        let mut found = Vec::new();
        entry.read_to_end(&mut found).unwrap();
        assert_eq!(&found, bytes);
    }
    assert!(entries.next().is_none());
}

#[test]
fn files_longer_than_8_gib_keep_their_size() {
    let name: FileName = "big".parse().unwrap();
    let layout = Layout::new([(&name, 9 << 30)]).unwrap();
    let Kind::Header { bytes, .. } = &layout.pieces[0].kind else { panic!("a header comes first") };
    assert_eq!(Header::from_byte_slice(bytes).size().unwrap(), 9 << 30);
    assert_eq!(Layout::new([(&name, 1 << 40)]).unwrap_err(), LayoutError::TooLong);
    assert_eq!(Layout::new([(&name, u64::MAX)]).unwrap_err(), LayoutError::TooLong);
}

#[test]
fn counts_and_names_are_limited() {
    assert_eq!(Layout::new([]).unwrap_err(), LayoutError::Count(0));
    let names: Vec<FileName> = (0..=FILES_MAX).map(|name| name.to_string().parse().unwrap()).collect();
    let many = Layout::new(names.iter().map(|name| (name, 1)));
    assert_eq!(many.unwrap_err(), LayoutError::Count(FILES_MAX + 1));
    let twice = layout(&[("a", Vec::new()), ("b", Vec::new()), ("A", Vec::new())]);
    assert_eq!(twice.unwrap_err(), LayoutError::SameName { first: 1, second: 3 });
}

#[test]
fn a_file_that_grew_or_shrank_is_noticed() {
    let files = three();
    let length = layout(&files).unwrap().length().bytes();
    for (file, bytes) in [(0, b"one more".to_vec()), (2, vec![1])] {
        let mut contents: Vec<_> = files.iter().map(|(_, bytes)| bytes.clone()).collect();
        contents[file] = bytes;
        let grown = Bundle::new(layout(&files).unwrap(), contents).unwrap();
        assert!(!grown.ends_at(length).unwrap());
    }
    let shrunk =
        Bundle::new(layout(&files).unwrap(), vec![b"on".to_vec(), vec![7; 512], Vec::new()]).unwrap();
    let mut tar = vec![0; length as usize];
    assert_eq!(shrunk.read_full_at(&mut tar, 0).unwrap(), 514);
}

/// The tar of [`three`] with its first header changed and signed again.
fn with_header(change: impl FnOnce(&mut Header)) -> Vec<u8> {
    let mut tar = packed(&three());
    let mut header = Header::from_byte_slice(&tar[..512]).clone();
    change(&mut header);
    header.set_cksum();
    tar[..512].copy_from_slice(header.as_bytes());
    tar
}

fn check(tar: &[u8], entry: usize, field: &'static str) {
    for step in [512, 100_000] {
        assert_eq!(unpacked(&three(), tar, step), Err(BundleError::Header { entry, field }), "{step}");
    }
    // In smaller pieces the checksum may be what is noticed first.
    let refused = unpacked(&three(), tar, 7);
    assert!(matches!(refused, Err(BundleError::Header { entry: found, .. }) if found == entry));
}

#[test]
fn links_devices_and_folders_are_refused() {
    for kind in [
        EntryType::Link,
        EntryType::Symlink,
        EntryType::Char,
        EntryType::Block,
        EntryType::Directory,
        EntryType::Fifo,
        EntryType::Continuous,
        EntryType::GNUSparse,
        EntryType::XGlobalHeader,
        EntryType::GNULongName,
    ] {
        check(&with_header(|header| header.set_entry_type(kind)), 1, "kind");
    }
    check(&with_header(|header| header.set_link_name("/etc/passwd").unwrap()), 1, "link");
}

#[test]
fn absolute_and_climbing_paths_are_refused() {
    for path in ["/etc/passwd", "../a.txt", "x/../../a.txt", "./a.txt", "a.tx", "a.txt2", "A.txt"] {
        let tar = with_header(|header| {
            let name = &mut header.as_old_mut().name;
            name.fill(0);
            name[..path.len()].copy_from_slice(path.as_bytes());
        });
        check(&tar, 1, "name");
    }
    let prefixed = with_header(|header| header.as_ustar_mut().unwrap().prefix[0] = b'/');
    check(&prefixed, 1, "reserved field");
}

#[test]
fn name_in_the_pax_record_is_held_too() {
    let mut tar = packed(&three());
    let at = tar
        .windows(9)
        .position(|window| window == "通知".as_bytes().iter().chain(b".do").copied().collect::<Vec<_>>())
        .unwrap();
    tar[at + 7] = b'/';
    check(&tar, 2, "name");
}

#[test]
fn set_id_and_sticky_bits_are_refused() {
    for mode in [0o4600, 0o2600, 0o1600, 0o644, 0o7777] {
        check(&with_header(|header| header.set_mode(mode)), 1, "mode");
    }
}

#[test]
fn another_size_is_refused() {
    check(&with_header(|header| header.set_size(4)), 1, "size");
    check(&with_header(|header| header.set_size(1 << 50)), 1, "size");
}

#[test]
fn duplicates_and_hidden_entries_are_refused() {
    let files = three();
    let tar = packed(&files);
    // A second tar behind the end mark.
    let twice = [tar.clone(), tar.clone()].concat();
    assert_eq!(unpacked(&files, &twice, 512), Err(BundleError::TooLong));
    // An entry of a name that was there already, in place of the next one.
    let mut duplicate = tar.clone();
    duplicate.copy_within(..512, 1024);
    check(&duplicate, 2, "name");
    // Bytes in the padding behind the three of the first file.
    let mut hidden = tar;
    hidden[512 + 10] = b'x';
    assert_eq!(unpacked(&files, &hidden, 512), Err(BundleError::Hidden { at: 522 }));
}

/// The blocks of a tar as the document shows them: offset, then the bytes, with runs of NUL at the end left out.
fn shown(tar: &[u8]) -> String {
    let mut text = String::new();
    for (block, bytes) in tar.chunks(512).enumerate() {
        for (line, bytes) in bytes.chunks(32).enumerate() {
            let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            if end > 0 {
                let hex: String = bytes[..end].iter().map(|byte| format!("{byte:02x}")).collect();
                text.push_str(&format!("{:>5}  {hex}\n", block * 512 + line * 32));
            }
        }
    }
    text
}

#[test]
fn the_document_shows_these_very_bytes() {
    let document = include_str!("../../../docs/bundle.md");
    let tar = packed(&[("a.txt", b"one".to_vec()), ("通知.txt", Vec::new())]);
    assert_eq!(tar.len(), 3584);
    let shown = shown(&tar);
    assert!(document.contains(&shown), "docs/bundle.md lacks:\n{shown}");
}
