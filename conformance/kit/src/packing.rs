//! Files packed by gzip (RFC 1952) or zstd (RFC 8878): written as their name says, read as their octets say.

use std::io::{self, BufRead, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// What packs a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Nothing does.
    None,
    /// gzip, whose files end in `.gz`.
    Gzip,
    /// zstd, whose files end in `.zst`.
    Zstd,
}

impl Packing {
    /// The packing that a file's name asks for.
    pub fn of_name(path: &Path) -> Packing {
        let ends_in = |wanted: &str| {
            let extension = path.extension();
            extension.is_some_and(|it| it.eq_ignore_ascii_case(wanted))
        };
        match (ends_in("gz"), ends_in("zst")) {
            (true, _) => Packing::Gzip,
            (_, true) => Packing::Zstd,
            _ => Packing::None,
        }
    }

    /// The packing of a file that begins like this.
    fn of_octets(beginning: &[u8]) -> Packing {
        match beginning {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing::Zstd,
            _ => Packing::None,
        }
    }

    /// Writes to a file what is written, packed. The same octets are packed to the same octets: there is no time in them.
    ///
    /// # Errors
    /// The disk is full, and the like.
    pub fn write(
        self,
        mut file: impl Write,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        match self {
            Packing::None => content(&mut file)?,
            Packing::Gzip => {
                let mut packed = GzEncoder::new(&mut file, Compression::best());
                content(&mut packed)?;
                packed.finish()?;
            }
            Packing::Zstd => {
                // The encoder panics where a file cannot be written: it is given memory.
                let mut plain = Vec::new();
                content(&mut plain)?;
                let packed = compress_to_vec(plain.as_slice(), CompressionLevel::Fastest);
                file.write_all(&packed)?;
            }
        }
        file.flush()
    }
}

/// The text of a file, unpacked where it is packed: at most `most` octets of it.
///
/// # Errors
/// The file cannot be read or unpacked, is larger, or is not text; in words for the user.
pub fn read_text(mut file: impl BufRead, most: u64) -> Result<String, String> {
    let beginning = file.fill_buf().map_err(|error| error.to_string())?;
    let packing = Packing::of_octets(beginning);
    let mut text = String::new();
    let read = match packing {
        Packing::None => file.take(most + 1).read_to_string(&mut text),
        Packing::Gzip => MultiGzDecoder::new(file)
            .take(most + 1)
            .read_to_string(&mut text),
        Packing::Zstd => frames(file, most + 1, &mut text),
    };
    match (read, packing) {
        (Ok(read), _) if u64::try_from(read).is_ok_and(|read| read > most) => Err(format!(
            "it has more than {most} octets, too many for a report"
        )),
        (Ok(_), _) => Ok(text),
        (Err(error), Packing::None) => Err(error.to_string()),
        (Err(error), Packing::Gzip) => Err(unpackable("gzip", "gzip -t", &error)),
        (Err(error), Packing::Zstd) => Err(unpackable("zstd", "zstd -t", &error)),
    }
}

fn unpackable(by: &str, test: &str, error: &io::Error) -> String {
    format!(
        "it is packed by {by}, and cannot be unpacked: {error}; `{test}` says whether it is whole"
    )
}

/// A file of zstd is one frame after another.
fn frames(mut file: impl BufRead, most: u64, text: &mut String) -> io::Result<usize> {
    let (mut octets, mut left) = (Vec::new(), most);
    while left > 0 && !file.fill_buf()?.is_empty() {
        let mut frame = StreamingDecoder::new(&mut file).map_err(io::Error::other)?;
        let read = frame.by_ref().take(left).read_to_end(&mut octets)?;
        let decoder = &frame.decoder;
        // The end of a frame that is larger than what is wanted was not read.
        let is_whole = u64::try_from(read).is_ok_and(|read| read < left);
        if is_whole && decoder.get_checksum_from_data() != decoder.get_calculated_checksum() {
            // A frame without a checksum says nothing of it.
            if decoder.get_checksum_from_data().is_some() {
                return Err(io::Error::other("its checksum is another"));
            }
        }
        left = left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
    }
    *text = String::from_utf8(octets).map_err(io::Error::other)?;
    Ok(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = 1 << 20;

    fn packed(packing: Packing, text: &str) -> Vec<u8> {
        let mut file = Vec::new();
        let written = packing.write(&mut file, |out| out.write_all(text.as_bytes()));
        written.unwrap();
        file
    }

    #[test]
    fn what_is_packed_is_read_again_and_is_smaller() {
        let text = "{\"kind\":\"sum\",\"sum\":3},\n".repeat(1000);
        for (packing, name) in [
            (Packing::None, "r.json"),
            (Packing::Gzip, "r.json.gz"),
            (Packing::Gzip, "r.GZ"),
            (Packing::Zstd, "r.zst"),
        ] {
            assert_eq!(Packing::of_name(Path::new(name)), packing);
            let file = packed(packing, &text);
            assert_eq!(packed(packing, &text), file);
            assert_eq!(read_text(&*file, MOST).as_ref(), Ok(&text), "{name}");
            assert!(packing == Packing::None || file.len() < text.len() / 20);
            // Several that were put one after another are one.
            let twice = [&*file, &*file].concat();
            assert_eq!(read_text(&*twice, MOST), Ok(text.repeat(2)), "{name}");
        }
    }

    #[test]
    fn one_bit_that_is_another_is_an_error_or_the_same_text() {
        let text = (0..200)
            .map(|n| format!("{{\"sum\":{}}},", n * n))
            .collect::<String>();
        for packing in [Packing::Gzip, Packing::Zstd] {
            let file = packed(packing, &text);
            for bit in 0..file.len() * 8 {
                let mut turned = file.clone();
                turned[bit / 8] ^= 1 << (bit % 8);
                // A file that does not begin as a packed one is text, or none.
                let read = read_text(&*turned, MOST);
                assert!(
                    read.is_err() || read.as_ref() == Ok(&text),
                    "{packing:?}, bit {bit}"
                );
            }
        }
    }

    #[test]
    fn what_is_cut_short_spoilt_or_too_large_is_told_and_costs_no_more_than_the_limit() {
        let text = "0123456789abcdef".repeat(1 << 12);
        for packing in [Packing::Gzip, Packing::Zstd] {
            let file = packed(packing, &text);
            for at in 4..file.len() {
                let refused = read_text(&file[..at], MOST).unwrap_err();
                assert!(refused.contains("cannot be unpacked"), "{at}: {refused}");
            }
            // The checksums are at the end.
            let mut spoilt = file.clone();
            *spoilt.iter_mut().rev().nth(5).unwrap() ^= 0x10;
            assert!(read_text(&*spoilt, MOST).is_err());
            let refused = read_text(&*file, 100).unwrap_err();
            assert!(refused.contains("more than 100 octets"), "{refused}");
        }
    }
}
