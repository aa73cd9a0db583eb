//! The headers before a file: one ustar block, and before it a pax record where the name needs one
//! (`docs/bundle.md`, "Headers"; POSIX.1-2024, `pax`).

use tar::{EntryType, Header};

use crate::item::FileName;

/// Tar counts in blocks of this many bytes.
pub(super) const BLOCK_LEN: u64 = 512;
/// The longest name a ustar block holds; ours are ASCII there, all others go into a pax record.
const USTAR_NAME_LEN: usize = 100;

/// All header bytes of file `file`, counted from 0.
pub(super) fn headers(file: usize, name: &FileName, size: u64) -> Vec<u8> {
    let name = name.as_str();
    if name.is_ascii() && name.len() <= USTAR_NAME_LEN {
        return block(name, EntryType::Regular, size).to_vec();
    }
    // Readers that do not know pax find a file of this name and the record as a file beside it.
    let number = file + 1;
    let record = pax_record("path", name);
    let mut bytes = block(&format!("pax-{number}"), EntryType::XHeader, record.len() as u64).to_vec();
    bytes.extend_from_slice(record.as_bytes());
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes.extend_from_slice(&block(&format!("file-{number}"), EntryType::Regular, size));
    bytes
}

/// A ustar block that tells no more than name, size and kind: mode 0600, owner 0, time 0.
fn block(name: &str, kind: EntryType, size: u64) -> [u8; 512] {
    let mut header = Header::new_ustar();
    // Written as bytes: `set_path` would read `\` and `..` in its own way. A `FileName` holds neither.
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    // In octal below 8 GiB, in base 256 from there on, as GNU, BSD and Python read it.
    header.set_size(size);
    header.set_cksum();
    *header.as_bytes()
}

/// `LENGTH KEY=VALUE LF`, where the length counts itself.
fn pax_record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    format!("{length} {key}={value}\n")
}

/// The field whose bytes follow from all others.
pub(super) const CHECKSUM: &str = "checksum";

/// What the field of a ustar block is called that the byte at `position` belongs to.
pub(super) const fn field_at(position: usize) -> &'static str {
    match position {
        0..100 => "name",
        100..108 => "mode",
        108..124 => "owner",
        124..136 => "size",
        136..148 => "time",
        148..156 => CHECKSUM,
        156 => "kind",
        157..257 => "link",
        257..265 => "format",
        _ => "reserved field",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pax_records_count_themselves() {
        assert_eq!(pax_record("path", "a"), "9 path=a\n");
        for len in 1..300 {
            let record = pax_record("path", &"x".repeat(len));
            let (length, _) = record.split_once(' ').expect("a space");
            assert_eq!(length.parse(), Ok(record.len()));
        }
    }
}
