//! The guest's policy and the platform's settings: two bit fields of a report.

use core::fmt;

const RESERVED_ONE: u32 = 17;
/// The first bit above those that have a meaning.
const RESERVED_FROM: u32 = 26;

/// What the guest's owner demanded at launch, and what the firmware holds the host to as long as the guest lives.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Policy(pub u64);

impl Policy {
    /// The least minor version of the firmware's ABI.
    pub fn abi_minor(self) -> u8 {
        let [minor, ..] = self.0.to_le_bytes();
        minor
    }

    /// The least major version of the firmware's ABI.
    pub fn abi_major(self) -> u8 {
        let [_, major, ..] = self.0.to_le_bytes();
        major
    }

    /// Whether the host may use simultaneous multithreading (bit 16).
    pub fn smt_allowed(self) -> bool {
        bit(self.0, 16)
    }

    /// Whether the guest may have a migration agent (bit 18). Refused here.
    pub fn migration_agent_allowed(self) -> bool {
        bit(self.0, 18)
    }

    /// Whether the host may debug the guest, that is decrypt its memory (bit 19). Refused here.
    pub fn debug_allowed(self) -> bool {
        bit(self.0, 19)
    }

    /// Whether the guest may run on one socket only (bit 20).
    pub fn single_socket_required(self) -> bool {
        bit(self.0, 20)
    }

    /// Whether CXL devices and memory are allowed (bit 21).
    pub fn cxl_allowed(self) -> bool {
        bit(self.0, 21)
    }

    /// Whether memory must be encrypted with AES-256-XTS (bit 22).
    pub fn aes_256_xts_required(self) -> bool {
        bit(self.0, 22)
    }

    /// Whether power readings (RAPL) must be off (bit 23).
    pub fn rapl_off_required(self) -> bool {
        bit(self.0, 23)
    }

    /// Whether the host must not see ciphertext of the guest's memory (bit 24).
    pub fn ciphertext_hiding_required(self) -> bool {
        bit(self.0, 24)
    }

    /// Whether pages may not be moved or swapped by the host (bit 25).
    pub fn page_swap_off_required(self) -> bool {
        bit(self.0, 25)
    }

    /// Bit 17 is always one, and bits from 26 on are zero.
    pub(crate) fn reserved_bits_are_as_specified(self) -> bool {
        bit(self.0, RESERVED_ONE) && self.0.checked_shr(RESERVED_FROM) == Some(0)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({:#x})", self.0)
    }
}

/// How the platform was set when it signed. Bits that this crate does not know are kept and mean nothing to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Platform(pub u64);

impl Platform {
    /// Simultaneous multithreading is on (bit 0).
    pub fn smt(self) -> bool {
        bit(self.0, 0)
    }

    /// All memory is encrypted transparently (bit 1).
    pub fn tsme(self) -> bool {
        bit(self.0, 1)
    }

    /// Memory has error correction (bit 2).
    pub fn ecc(self) -> bool {
        bit(self.0, 2)
    }

    /// Power readings (RAPL) are off (bit 3).
    pub fn rapl_off(self) -> bool {
        bit(self.0, 3)
    }

    /// The host does not see ciphertext of guests' memory (bit 4).
    pub fn ciphertext_hiding(self) -> bool {
        bit(self.0, 4)
    }

    /// Since the last reset, memory was found free of aliases (bit 5): AMD's answer to BadRAM.
    pub fn alias_check_complete(self) -> bool {
        bit(self.0, 5)
    }

    /// Trusted devices (SEV-TIO) are on (bit 7).
    pub fn trusted_io(self) -> bool {
        bit(self.0, 7)
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Platform({:#x})", self.0)
    }
}

fn bit(bits: u64, number: u32) -> bool {
    bits.checked_shr(number).is_some_and(|bits| bits & 1 == 1)
}
