//! Reads a report from its first byte to its last.

use crate::Error;

pub(crate) struct Reader<'a> {
    length: usize,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(report: &'a [u8]) -> Self {
        Self { length: report.len(), rest: report }
    }

    /// The next `N` bytes.
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(self.too_short())?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Error> {
        self.take().map(u64::from_le_bytes)
    }

    /// The next `count` bytes, which must all be zero.
    pub(crate) fn zeros(&mut self, count: usize) -> Result<(), Error> {
        let offset = self.length.saturating_sub(self.rest.len());
        let (head, rest) = self.rest.split_at_checked(count).ok_or(self.too_short())?;
        if let Some(at) = head.iter().position(|byte| *byte != 0) {
            return Err(Error::ReservedBytes { offset: offset.saturating_add(at) });
        }
        self.rest = rest;
        Ok(())
    }

    fn too_short(&self) -> Error {
        Error::WrongLength { found: self.length }
    }
}
