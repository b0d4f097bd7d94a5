//! Zip archives with nothing in them that depends on when, where or by whom they were made: no times, no extra fields, no
//! owners. <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>
//!
//! Function Compute takes the mode of a file from the archive, so `bootstrap` has to be executable in it.

use std::io;
use std::num::NonZeroU64;

/// First bytes of a file in the archive, of its row in the directory, and of the directory's end.
const LOCAL_FILE: u32 = 0x0403_4b50;
const DIRECTORY_ROW: u32 = 0x0201_4b50;
const DIRECTORY_END: u32 = 0x0605_4b50;
/// Version 2.0 of the format, the first with deflated files.
const VERSION: u16 = 20;
/// The same, made on Unix: modes are read then.
const MADE_ON_UNIX: u16 = 3 << 8 | VERSION;
/// Deflated, not only stored.
const DEFLATED: u16 = 8;
/// 1 January 1980, the first day that the format knows.
const FIRST_DAY: u16 = 1 << 5 | 1;
/// A regular file, in the upper half of the attributes that Unix keeps.
const REGULAR_FILE: u32 = 0o100_000;
/// Passes of the compression. More find next to nothing and take seconds each.
const PASSES: NonZeroU64 = NonZeroU64::MIN.saturating_add(4);

/// A file of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name, without folders.
    pub name: &'a str,
    /// Its mode, such as `0o755`.
    pub mode: u16,
    /// What it holds.
    pub body: &'a [u8],
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The plain format holds 4 GiB and 65,535 files.
    #[error("{0} does not fit into a zip archive")]
    TooLarge(String),
    /// The compression failed.
    #[error("compress {name}")]
    Compression {
        /// The file.
        name: String,
        /// What the library said.
        source: io::Error,
    },
}

/// An archive of these files in this order. The same files give the same bytes.
pub fn archive(entries: &[Entry<'_>]) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let too_large = || ArchiveError::TooLarge(entry.name.to_owned());
        let offset = u32::try_from(bytes.len()).map_err(|_| too_large())?;
        let deflated = deflated(entry)?;
        let what = described(entry, &deflated).ok_or_else(too_large)?;
        put(&mut bytes, &LOCAL_FILE.to_le_bytes());
        put(&mut bytes, &what);
        put(&mut bytes, &0_u16.to_le_bytes()); // extra fields: none
        put(&mut bytes, entry.name.as_bytes());
        put(&mut bytes, &deflated);

        put(&mut directory, &DIRECTORY_ROW.to_le_bytes());
        put(&mut directory, &MADE_ON_UNIX.to_le_bytes());
        put(&mut directory, &what);
        // No extra fields, no comment, first and only disk, no internal attributes.
        put(&mut directory, &[0; 8]);
        let attributes = (REGULAR_FILE | u32::from(entry.mode)) << 16;
        put(&mut directory, &attributes.to_le_bytes());
        put(&mut directory, &offset.to_le_bytes());
        put(&mut directory, entry.name.as_bytes());
    }
    let end = end(entries.len(), directory.len(), bytes.len());
    let end = end.ok_or_else(|| ArchiveError::TooLarge("the directory".to_owned()))?;
    put(&mut bytes, &directory);
    put(&mut bytes, &end);
    Ok(bytes)
}

/// What stands about a file in front of it and in the directory alike: from the version to the length of its name.
fn described(entry: &Entry<'_>, deflated: &[u8]) -> Option<Vec<u8>> {
    let mut what = Vec::new();
    for half in [VERSION, 0, DEFLATED, 0, FIRST_DAY] {
        put(&mut what, &half.to_le_bytes());
    }
    put(&mut what, &crc32fast::hash(entry.body).to_le_bytes());
    put(&mut what, &u32::try_from(deflated.len()).ok()?.to_le_bytes());
    put(&mut what, &u32::try_from(entry.body.len()).ok()?.to_le_bytes());
    put(&mut what, &u16::try_from(entry.name.len()).ok()?.to_le_bytes());
    Some(what)
}

fn end(files: usize, directory: usize, offset: usize) -> Option<Vec<u8>> {
    let files = u16::try_from(files).ok()?;
    let mut end = DIRECTORY_END.to_le_bytes().to_vec();
    for half in [0, 0, files, files] {
        put(&mut end, &half.to_le_bytes());
    }
    put(&mut end, &u32::try_from(directory).ok()?.to_le_bytes());
    put(&mut end, &u32::try_from(offset).ok()?.to_le_bytes());
    put(&mut end, &0_u16.to_le_bytes()); // comment: none
    Some(end)
}

/// Half of a cold start is fetching the code, and a package is made once: the slow compression that finds the most.
fn deflated(entry: &Entry<'_>) -> Result<Vec<u8>, ArchiveError> {
    let mut deflated = Vec::new();
    let options = zopfli::Options {
        iteration_count: PASSES,
        ..zopfli::Options::default()
    };
    let outcome = zopfli::compress(options, zopfli::Format::Deflate, entry.body, &mut deflated);
    outcome.map_err(|source| ArchiveError::Compression {
        name: entry.name.to_owned(),
        source,
    })?;
    Ok(deflated)
}

fn put(bytes: &mut Vec<u8>, more: &[u8]) {
    bytes.extend_from_slice(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [Entry<'_>; 2] = [
        Entry {
            name: "bootstrap",
            mode: 0o755,
            body: b"a program, a program, a program",
        },
        Entry {
            name: "policy.json",
            mode: 0o644,
            body: b"{}",
        },
    ];

    #[test]
    fn the_same_files_give_the_same_bytes() {
        assert_eq!(archive(&FILES).unwrap(), archive(&FILES).unwrap());
    }

    #[test]
    fn an_archive_is_laid_out_as_the_format_says() {
        let bytes = archive(&FILES).unwrap();
        assert_eq!(bytes[..4], LOCAL_FILE.to_le_bytes());
        // No flags, deflated, midnight, 1 January 1980.
        assert_eq!(bytes[6..14], [0, 0, 8, 0, 0, 0, 0x21, 0]);
        // A name of nine letters, and no extra fields.
        assert_eq!(bytes[26..30], [9, 0, 0, 0]);
        assert_eq!(&bytes[30..39], b"bootstrap");
        let end = bytes.len() - 22;
        assert_eq!(bytes[end..end + 4], DIRECTORY_END.to_le_bytes());
        assert_eq!(bytes[end + 8..end + 12], [2, 0, 2, 0]);
        let directory = u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap());
        let row = &bytes[usize::try_from(directory).unwrap()..];
        assert_eq!(row[..4], DIRECTORY_ROW.to_le_bytes());
        assert_eq!(row[38..42], (0o100_755_u32 << 16).to_le_bytes());
    }

    #[test]
    fn what_was_packed_comes_out_again() {
        let bytes = archive(&FILES).unwrap();
        let length = u32::from_le_bytes(bytes[18..22].try_into().unwrap());
        let packed = &bytes[39..39 + usize::try_from(length).unwrap()];
        let unpacked = miniz_oxide::inflate::decompress_to_vec(packed).unwrap();
        assert_eq!(unpacked, FILES[0].body);
        assert_eq!(bytes[14..18], crc32fast::hash(FILES[0].body).to_le_bytes());
    }
}
