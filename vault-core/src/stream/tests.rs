//! Sealing and opening together: every size at an edge, and every way to spoil a payload.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

use std::io::{self, Read, Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use vault_keys::secret::FileKey;

use super::at::{ReadAt, Shifted, WriteAt};
use super::layout::{CHUNK_LEN, LengthError, NONCE_LEN, SEALED_CHUNK_LEN};
use super::nonce::PayloadNonce;
use super::open::{Content, OpenError, open, open_to, verify};
use super::seal::{SealError, Sealed, seal};
use super::seek::SealedReader;
use super::{ContentLen, PART_LEN, PlaintextLen, Progress, Work};

fn file_key() -> FileKey {
    FileKey::from_bytes(b"YELLOW SUBMARINE")
}

fn nonce() -> PayloadNonce {
    PayloadNonce::from_bytes([0x4e; 16])
}

fn work(progress: &Progress, threads: usize) -> Work<'_> {
    Work { threads: NonZeroUsize::new(threads).unwrap(), progress }
}

/// Bytes that repeat at no multiple of a chunk or a part.
fn plaintext(len: u64) -> Vec<u8> {
    let period: Vec<u8> = (0..99_991_u32).map(|byte| (byte ^ (byte >> 8)) as u8).collect();
    let mut text = period.repeat((len as usize).div_ceil(period.len()));
    text.truncate(len as usize);
    text
}

fn length(bytes: &[u8]) -> PlaintextLen {
    PlaintextLen::new(bytes.len() as u64).unwrap()
}

fn sealed(plaintext: &[u8], threads: usize) -> (Vec<u8>, Sealed) {
    let (output, progress) = (Mutex::default(), Progress::new());
    let work = work(&progress, threads);
    let sealed = seal(plaintext, length(plaintext), &file_key(), nonce(), &output, &work).unwrap();
    assert_eq!(progress.done_bytes(), plaintext.len() as u64);
    (output.into_inner().unwrap(), sealed)
}

/// Opens `content` as a file of which nothing is known but where it ends.
fn opened(content: &[u8]) -> Result<Vec<u8>, OpenError> {
    let length = ContentLen::new(content.len() as u64).expect("the length of some payload");
    opened_as(content, &Content { length, blake3: None })
}

fn opened_as(bytes: &[u8], content: &Content) -> Result<Vec<u8>, OpenError> {
    let (output, progress) = (Mutex::default(), Progress::new());
    let length = open(bytes, content, &file_key(), &output, &work(&progress, 2))?;
    assert_eq!(progress.done_bytes(), length.bytes());
    Ok(output.into_inner().unwrap())
}

/// The lengths at the edges of chunks, and those whose content ends at the edges of parts.
fn edges() -> Vec<u64> {
    let chunk = CHUNK_LEN as u64;
    let content_of_one_part = PART_LEN - NONCE_LEN as u64 - 64 * 16;
    let content_of_two_parts = 2 * PART_LEN - NONCE_LEN as u64 - 128 * 16;
    [content_of_one_part, content_of_two_parts]
        .into_iter()
        .flat_map(|edge| [edge - 1, edge, edge + 1])
        .chain([0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, PART_LEN, 3 * PART_LEN + 5])
        .collect()
}

#[test]
fn every_edge_comes_back_and_hashes_right() {
    for len in edges() {
        let text = plaintext(len);
        let (content, one) = sealed(&text, 1);
        let (again, three) = sealed(&text, 3);
        assert!(content == again && one == three, "{len}: threads change nothing");
        assert_eq!(one.length.bytes(), content.len() as u64);
        assert_eq!(one.blake3.as_bytes(), blake3::hash(&content).as_bytes());
        assert_eq!(one.parts.len() as u64, one.length.parts());
        let expected = Content { length: one.length, blake3: Some(one.blake3) };
        assert!(opened_as(&content, &expected).unwrap() == text, "{len}");
        let mut piped = Vec::new();
        let progress = Progress::new();
        open_to(&content, &expected, &file_key(), &mut piped, &work(&progress, 2)).unwrap();
        assert!(piped == text, "{len}: through a pipe");
    }
}

#[test]
fn sealing_behind_a_header_leaves_it_alone() {
    let text = plaintext(5_000_000);
    let (output, progress) = (Mutex::new(vec![b'h'; 1234]), Progress::new());
    let shifted = Shifted::new(&output, 1234);
    let sealed_behind =
        seal(&text, length(&text), &file_key(), nonce(), &shifted, &work(&progress, 2)).unwrap();
    let file = output.into_inner().unwrap();
    let (content, alone) = sealed(&text, 1);
    assert_eq!(sealed_behind, alone);
    assert!(file[..1234] == [b'h'; 1234] && file[1234..] == content);
    let (output, expected) = (Mutex::default(), Content { length: alone.length, blake3: Some(alone.blake3) });
    open(&Shifted::new(&file, 1234), &expected, &file_key(), &output, &work(&progress, 2)).unwrap();
    assert!(output.into_inner().unwrap() == text);
}

#[test]
fn truncation_at_every_chunk_boundary_fails() {
    let text = plaintext(70 * CHUNK_LEN as u64 + 9);
    let (content, whole) = sealed(&text, 2);
    for chunk in 0..=70 {
        let cut = NONCE_LEN + chunk * SEALED_CHUNK_LEN;
        // By the length the label names:
        let expected = Content { length: whole.length, blake3: None };
        assert!(matches!(opened_as(&content[..cut], &expected), Err(OpenError::Truncated { .. })));
        // By a file that claims no length, the last flag tells.
        match ContentLen::new(cut as u64) {
            Err(error) => assert!(chunk == 0 && matches!(error, LengthError::Impossible(_))),
            Ok(_) => {
                let last = chunk as u64 - 1;
                assert!(matches!(opened(&content[..cut]), Err(OpenError::Chunk { index }) if index == last));
            }
        }
    }
}

#[test]
fn added_bytes_are_refused() {
    let (content, whole) = sealed(&plaintext(100), 1);
    let longer = [content.as_slice(), b"x"].concat();
    let expected = Content { length: whole.length, blake3: None };
    assert!(matches!(opened_as(&longer, &expected), Err(OpenError::TrailingBytes { .. })));
    assert!(matches!(opened(&longer), Err(OpenError::Chunk { index: 0 })));
}

#[test]
fn chunks_in_another_order_are_refused() {
    let (mut content, _) = sealed(&plaintext(3 * CHUNK_LEN as u64), 1);
    let (first, second) = content[NONCE_LEN..].split_at_mut(SEALED_CHUNK_LEN);
    first.swap_with_slice(&mut second[..SEALED_CHUNK_LEN]);
    assert!(matches!(opened(&content), Err(OpenError::Chunk { index: 0 | 1 })));
}

#[test]
fn empty_last_chunk_behind_full_ones_is_refused() {
    let (content, _) = sealed(&plaintext(CHUNK_LEN as u64), 1);
    // Full chunk, then what would be an empty one: no such length exists, so nothing is even decrypted.
    let bytes = (content.len() + 16) as u64;
    assert_eq!(ContentLen::new(bytes), Err(LengthError::Impossible(bytes)));
}

#[test]
fn payload_swapped_by_a_holder_of_the_file_key_is_refused() {
    let (content, whole) = sealed(&plaintext(5_000_000), 2);
    let mut other_text = plaintext(5_000_000);
    other_text[77] ^= 1;
    let (other, _) = sealed(&other_text, 2);
    let expected = Content { length: whole.length, blake3: Some(whole.blake3) };
    assert!(opened_as(&content, &expected).is_ok());
    assert!(matches!(opened_as(&other, &expected), Err(OpenError::OtherContent)));
    assert!(matches!(
        verify(&other, &expected, &file_key(), &work(&Progress::new(), 1)),
        Err(OpenError::OtherContent)
    ));
    let mut piped = Vec::new();
    let result = open_to(&other, &expected, &file_key(), &mut piped, &work(&Progress::new(), 1));
    assert!(matches!(result, Err(OpenError::OtherContent)) && piped.is_empty());
}

#[test]
fn wrong_file_key_is_refused() {
    let (content, whole) = sealed(&plaintext(10), 1);
    let expected = Content { length: whole.length, blake3: Some(whole.blake3) };
    let key = FileKey::from_bytes(&[1; 16]);
    let result = verify(&content, &expected, &key, &work(&Progress::new(), 1));
    assert!(matches!(result, Err(OpenError::Chunk { index: 0 })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_flipped_bit_fails(len in prop_oneof![0_u64..200, 65_530..65_545_u64, 4_190_000..4_270_000_u64], at: u64) {
        let (mut content, _) = sealed(&plaintext(len), 2);
        let bit = at % (content.len() as u64 * 8);
        content[(bit / 8) as usize] ^= 1 << (bit % 8);
        let damaged = matches!(opened(&content), Err(OpenError::Chunk { .. }));
        prop_assert!(damaged);
    }

    #[test]
    fn any_truncation_fails(len in prop_oneof![0_u64..200, 65_500..65_600_u64, 131_000..131_200_u64], cut: u64) {
        let (content, whole) = sealed(&plaintext(len), 1);
        let cut = &content[..(cut % content.len() as u64) as usize];
        let truncated = matches!(
            opened_as(cut, &Content { length: whole.length, blake3: None }),
            Err(OpenError::Truncated { .. })
        );
        prop_assert!(truncated);
        if ContentLen::new(cut.len() as u64).is_ok() {
            prop_assert!(opened(cut).is_err());
        }
    }

    #[test]
    fn seeking_reads_what_the_plaintext_holds(
        len in prop_oneof![0_u64..10, 60_000..140_000_u64],
        steps in proptest::collection::vec((any::<u64>(), 0_usize..70_000), 1..8),
    ) {
        let text = plaintext(len);
        let (content, whole) = sealed(&text, 1);
        let mut reader = SealedReader::new(&content, whole.length, &file_key()).unwrap();
        for (offset, count) in steps {
            let offset = offset % (len + 3);
            prop_assert_eq!(reader.seek(SeekFrom::Start(offset)).unwrap(), offset);
            let mut bytes = Vec::new();
            reader.by_ref().take(count as u64).read_to_end(&mut bytes).unwrap();
            let start = (offset as usize).min(text.len());
            let end = (start + count).min(text.len());
            prop_assert!(bytes == text[start..end]);
        }
    }
}

#[test]
fn seeking_proves_the_length_first() {
    let (content, _) = sealed(&plaintext(3 * CHUNK_LEN as u64), 1);
    let cut = &content[..NONCE_LEN + 2 * SEALED_CHUNK_LEN];
    let length = ContentLen::new(cut.len() as u64).unwrap();
    assert!(matches!(SealedReader::new(cut, length, &file_key()), Err(OpenError::Chunk { index: 1 })));
}

#[test]
fn seeking_before_the_start_is_refused() {
    let (content, whole) = sealed(b"abc", 1);
    let mut reader = SealedReader::new(&content, whole.length, &file_key()).unwrap();
    assert_eq!(reader.seek(SeekFrom::End(-1)).unwrap(), 2);
    assert!(reader.seek(SeekFrom::Current(-3)).is_err());
    assert_eq!(io::read_to_string(&mut reader).unwrap(), "c");
}

/// A source that holds another number of bytes than was said.
#[test]
fn input_that_shrinks_or_grows_is_refused() {
    let text = plaintext(200_000);
    let (output, progress) = (Mutex::default(), Progress::new());
    let work = work(&progress, 2);
    let longer = PlaintextLen::new(200_001).unwrap();
    let result = seal(&text, longer, &file_key(), nonce(), &output, &work);
    assert!(matches!(result, Err(SealError::InputShrank { at: 200_001, .. })));
    let shorter = PlaintextLen::new(199_999).unwrap();
    let result = seal(&text, shorter, &file_key(), nonce(), &output, &work);
    assert!(matches!(result, Err(SealError::InputGrew { .. })));
}

/// As many zero bytes as it says.
struct Zeros(u64);

impl ReadAt for Zeros {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = (self.0.saturating_sub(offset) as usize).min(buffer.len());
        buffer[..count].fill(0);
        Ok(count)
    }
}

/// Chunk 4,095 begins exactly where part 64 does: the one place below 16 GiB where no chunk lies across the border.
#[test]
fn part_that_begins_with_a_chunk_is_joined_too() {
    let length = PlaintextLen::new(64 * PART_LEN).unwrap();
    assert_eq!(length.content().chunk(4095).start, 64 * PART_LEN);
    let progress = Progress::new();
    let sealed =
        seal(&Zeros(length.bytes()), length, &file_key(), nonce(), &Full(u64::MAX), &work(&progress, 2))
            .unwrap();
    assert_eq!(sealed.parts.len(), 65);
}

/// Counts how often each byte is read.
struct Counting(Vec<u8>, Vec<AtomicU64>);

impl ReadAt for Counting {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = self.0.read_at(buffer, offset)?;
        for times in &self.1[(offset as usize).min(self.1.len())..][..count] {
            times.fetch_add(1, Ordering::Relaxed);
        }
        Ok(count)
    }
}

#[test]
fn every_input_byte_is_read_once() {
    let text = plaintext(2 * PART_LEN + 100);
    let source = Counting(text.clone(), text.iter().map(|_| AtomicU64::new(0)).collect());
    let (output, progress) = (Mutex::default(), Progress::new());
    seal(&source, length(&text), &file_key(), nonce(), &output, &work(&progress, 3)).unwrap();
    assert!(source.1.iter().all(|times| times.load(Ordering::Relaxed) == 1));
}

/// A disk that is full from some position on.
struct Full(u64);

impl WriteAt for Full {
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        if offset + bytes.len() as u64 > self.0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

#[test]
fn disk_full_is_reported_as_the_output() {
    let text = plaintext(9_000_000);
    let progress = Progress::new();
    let result = seal(&text, length(&text), &file_key(), nonce(), &Full(5_000_000), &work(&progress, 2));
    assert!(matches!(result, Err(SealError::Output(error)) if error.kind() == io::ErrorKind::StorageFull));
    let (content, whole) = sealed(&text, 2);
    let expected = Content { length: whole.length, blake3: Some(whole.blake3) };
    let result = open(&content, &expected, &file_key(), &Full(5_000_000), &work(&progress, 2));
    assert!(matches!(result, Err(OpenError::Output(error)) if error.kind() == io::ErrorKind::StorageFull));
}

#[test]
fn cancelling_ends_the_pass() {
    let progress = Progress::new();
    progress.cancel();
    let text = plaintext(9_000_000);
    let result = seal(&text, length(&text), &file_key(), nonce(), &Mutex::default(), &work(&progress, 2));
    assert!(matches!(result, Err(SealError::Cancelled)));
    let (content, whole) = sealed(&text, 2);
    let expected = Content { length: whole.length, blake3: Some(whole.blake3) };
    assert!(matches!(
        verify(&content, &expected, &file_key(), &work(&progress, 2)),
        Err(OpenError::Cancelled)
    ));
    assert!(progress.done_bytes() < text.len() as u64);
}
