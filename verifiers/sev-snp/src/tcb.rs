//! TCB versions: the patch levels of what the platform runs below the guest.

use crate::{reader::Reader, Error, Product};

/// A TCB version: the security patch level of each component. Levels count up with each fix.
///
/// There is no order on whole versions, since one component may be newer and another older: see
/// [`at_least`](Self::at_least).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tcb {
    /// The FMC firmware; on Turin alone.
    pub fmc: Option<u8>,
    /// The boot loader of the AMD Secure Processor.
    pub bootloader: u8,
    /// The operating system of the AMD Secure Processor.
    pub tee: u8,
    /// The SEV-SNP firmware.
    pub snp: u8,
    /// The lowest microcode patch level of all cores.
    pub microcode: u8,
}

impl Tcb {
    /// Whether every component is at the floor's level or above. Versions of Turin and of other products are not
    /// comparable, so false.
    pub fn at_least(&self, floor: &Self) -> bool {
        let fmc = match (self.fmc, floor.fmc) {
            (Some(fmc), Some(floor)) => fmc >= floor,
            (None, None) => true,
            _ => false,
        };
        fmc && self.bootloader >= floor.bootloader
            && self.tee >= floor.tee
            && self.snp >= floor.snp
            && self.microcode >= floor.microcode
    }

    /// Reads the eight bytes of a report, whose layout is the product's. Bytes without meaning must be zero: were one
    /// to get a meaning, it would be a component that this crate does not compare.
    pub(crate) fn read(reader: &mut Reader<'_>, product: Product) -> Result<Self, Error> {
        match product {
            Product::Milan | Product::Genoa => {
                let [bootloader, tee] = reader.take()?;
                reader.zeros(4)?;
                let [snp, microcode] = reader.take()?;
                Ok(Self { fmc: None, bootloader, tee, snp, microcode })
            }
            Product::Turin => {
                let [fmc, bootloader, tee, snp] = reader.take()?;
                reader.zeros(3)?;
                let [microcode] = reader.take()?;
                Ok(Self { fmc: Some(fmc), bootloader, tee, snp, microcode })
            }
        }
    }
}
