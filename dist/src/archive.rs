//! Archives of which the bytes follow from the files alone: in order of their names, of one time, of nobody.

use std::io::{Cursor, Write};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::GzBuilder;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;

use crate::Files;
use crate::release::civil_date;

/// A tar, compressed by gzip.
///
/// # Errors
/// If a name is too long for it.
pub fn tar_gz(files: &Files, epoch: u64) -> Result<Vec<u8>> {
    let mut archive = tar::Builder::new(gzip());
    append(&mut archive, files, "", epoch)?;
    finish(archive)
}

/// Adds the folders that lead to `files`, and the files, below `prefix`.
///
/// # Errors
/// If a name is too long for it.
pub fn append<W: Write>(
    archive: &mut tar::Builder<W>,
    files: &Files,
    prefix: &str,
    epoch: u64,
) -> Result<()> {
    let mut made = std::collections::BTreeSet::new();
    for (name, file) in files {
        for (at, _) in name.match_indices('/') {
            let folder = &name[..=at];
            if made.insert(folder) {
                let mut header = header(tar::EntryType::Directory, 0o755, 0, epoch);
                archive.append_data(&mut header, format!("{prefix}{folder}"), &[][..])?;
            }
        }
        let size = file.bytes.len() as u64;
        let mut header = header(tar::EntryType::Regular, file.mode(), size, epoch);
        archive.append_data(
            &mut header,
            format!("{prefix}{name}"),
            file.bytes.as_slice(),
        )?;
    }
    Ok(())
}

fn header(kind: tar::EntryType, mode: u32, size: u64, epoch: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_mtime(epoch);
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// An encoder for gzip that writes neither name nor time.
pub fn gzip() -> GzEncoder<Vec<u8>> {
    GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::best())
}

/// `bytes`, compressed by gzip.
///
/// # Errors
/// None: nothing is written to disk.
pub fn gzipped(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = gzip();
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Ends a compressed tar.
///
/// # Errors
/// None: nothing is written to disk.
pub fn finish(archive: tar::Builder<GzEncoder<Vec<u8>>>) -> Result<Vec<u8>> {
    Ok(archive.into_inner()?.finish()?)
}

/// A ZIP.
///
/// # Errors
/// If the time is before 1980, where ZIP's calendar begins.
pub fn zip(files: &Files, epoch: u64) -> Result<Vec<u8>> {
    let (year, month, day) = civil_date(epoch);
    let (hour, minute, second) = (epoch / 3600 % 24, epoch / 60 % 60, epoch % 60);
    let time = zip::DateTime::from_date_and_time(
        year.try_into()?,
        month.try_into()?,
        day.try_into()?,
        hour.try_into()?,
        minute.try_into()?,
        second.try_into()?,
    )
    .ok()
    .context("ZIP knows no time before 1980: set SOURCE_DATE_EPOCH")?;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, file) in files {
        let options = SimpleFileOptions::default()
            .last_modified_time(time)
            .unix_permissions(file.mode());
        archive.start_file(name.as_str(), options)?;
        archive.write_all(&file.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::PackedFile;

    /// 2026-01-02 03:04:06 UTC.
    const EPOCH: u64 = 1_767_323_046;

    fn files() -> Files {
        let program = PackedFile {
            bytes: b"\x7fELF".to_vec(),
            is_program: true,
        };
        [
            ("u/text".to_owned(), PackedFile::text("words")),
            ("u/bin/program".to_owned(), program),
        ]
        .into()
    }

    #[test]
    fn a_tar_has_folders_permissions_and_one_time_and_nobodys_name() {
        let bytes = tar_gz(&files(), EPOCH).unwrap();
        assert_eq!(bytes, tar_gz(&files(), EPOCH).unwrap());
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
        let mut seen = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let header = entry.header().clone();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            assert_eq!(header.mtime().unwrap(), EPOCH);
            let mut text = Vec::new();
            entry.read_to_end(&mut text).unwrap();
            let name = entry.path().unwrap().display().to_string();
            seen.push((name, header.mode().unwrap(), text));
        }
        let expected = [
            ("u/".to_owned(), 0o755, Vec::new()),
            ("u/bin/".to_owned(), 0o755, Vec::new()),
            ("u/bin/program".to_owned(), 0o755, b"\x7fELF".to_vec()),
            ("u/text".to_owned(), 0o644, b"words".to_vec()),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_zip_is_read_back_with_its_time() {
        let bytes = zip(&files(), EPOCH).unwrap();
        assert_eq!(bytes, zip(&files(), EPOCH).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut file = archive.by_name("u/text").unwrap();
        let time = file.last_modified().unwrap();
        assert_eq!(
            (time.year(), time.month(), time.day(), time.hour()),
            (2026, 1, 2, 3)
        );
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "words");
        assert!(zip(&files(), 0).is_err(), "1970");
    }
}
