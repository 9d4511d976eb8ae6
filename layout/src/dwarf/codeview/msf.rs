//! The container of a PDB, "MSF 7.00": streams, each of them blocks of the file in some order (LLVM, docs/PDB/MsfFile.rst).
//!
//! It is read by code of ours, since the crates that do (`pdb2`, `ms-pdb-msf`) reserve what a file only claims to have, or want a file on a disk.

use super::super::error::{Problem, Spot};

/// What such a file begins with.
pub(in super::super) const MAGIC: &[u8] = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0";

/// What errors call it.
pub(super) const FILE: &str = "PDB";

/// The streams with a number of their own (LLVM, docs/PDB/index.rst).
pub(super) mod stream {
    pub(in super::super) const INFO: u32 = 1;
    pub(in super::super) const TYPES: u32 = 2;
    pub(in super::super) const DEBUG: u32 = 3;
    pub(in super::super) const IDS: u32 = 4;
}

/// A PDB, and where its streams are.
pub(super) struct Msf<'a> {
    octets: &'a [u8],
    block: usize,
    /// Of each stream its size in octets, and where the numbers of its blocks begin in the directory.
    streams: Vec<(usize, usize)>,
    directory: Vec<u8>,
    /// What may still be put together: blocks may be in several streams, or in one several times.
    left: usize,
}

pub(super) fn wrong(offset: usize, says: &str) -> Problem {
    let section = FILE;
    Spot { section, offset }.found(says)
}

/// A number of a file of Microsoft's.
pub(super) fn u32_at(octets: &[u8], at: usize) -> Option<u32> {
    let octets = octets.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(octets.try_into().ok()?))
}

fn usize_at(octets: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(octets, at)?).ok()
}

impl<'a> Msf<'a> {
    /// Finds the streams.
    ///
    /// # Errors
    /// The file ends early, or contradicts itself.
    pub(super) fn open(octets: &'a [u8]) -> Result<Msf<'a>, Problem> {
        let header = |at| {
            usize_at(octets, MAGIC.len() + at)
                .ok_or_else(|| wrong(0, "found too few octets, expected a header"))
        };
        let (block, size, map) = (header(0)?, header(12)?, header(20)?);
        if !(512..=1 << 16).contains(&block) || !block.is_power_of_two() {
            let says = "found a block of no possible size, expected 512 to 65,536 octets";
            return Err(wrong(MAGIC.len(), says));
        }
        let mut msf = Msf {
            octets,
            block,
            streams: Vec::new(),
            directory: Vec::new(),
            left: octets.len().saturating_mul(2),
        };
        let map = map
            .checked_mul(block)
            .and_then(|map| octets.get(map..))
            .ok_or_else(|| wrong(MAGIC.len() + 20, "found a directory beyond the end"))?;
        msf.directory = msf.together(map, size)?;
        let short = || wrong(0, "found a directory that ends early");
        let count = usize_at(&msf.directory, 0).ok_or_else(short)?;
        let mut blocks = count
            .checked_mul(4)
            .and_then(|sizes| sizes.checked_add(4))
            .filter(|end| *end <= msf.directory.len())
            .ok_or_else(short)?;
        for index in 0..count {
            let size = match u32_at(&msf.directory, 4 + 4 * index) {
                // A stream that is not there.
                None | Some(u32::MAX) => 0,
                Some(size) => usize::try_from(size).unwrap_or(usize::MAX),
            };
            msf.streams.push((size, blocks));
            blocks = blocks.saturating_add(size.div_ceil(block).saturating_mul(4));
        }
        Ok(msf)
    }

    /// The octets of a stream; none where there is no such stream.
    ///
    /// # Errors
    /// It is longer than the file, or has blocks that are not in it.
    pub(super) fn stream(&mut self, number: u32) -> Result<Vec<u8>, Problem> {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        let Some(&(size, blocks)) = self.streams.get(index) else {
            return Ok(Vec::new());
        };
        let numbers = self.directory.get(blocks..).unwrap_or_default().to_vec();
        self.together(&numbers, size)
    }

    /// Blocks by their numbers, one after another.
    fn together(&mut self, numbers: &[u8], size: usize) -> Result<Vec<u8>, Problem> {
        self.left = self
            .left
            .checked_sub(size)
            .ok_or_else(|| wrong(0, "found streams that are longer than the file"))?;
        let mut all = Vec::with_capacity(size);
        for index in 0..size.div_ceil(self.block) {
            let rest = self.block.min(size - all.len());
            let start = usize_at(numbers, 4 * index).and_then(|of| of.checked_mul(self.block));
            let octets = start
                .and_then(|start| self.octets.get(start..start.checked_add(rest)?))
                .ok_or_else(|| wrong(0, "found a block beyond the end of the file"))?;
            all.extend_from_slice(octets);
        }
        Ok(all)
    }
}
