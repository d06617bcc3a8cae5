//! The report of 1184 bytes.

use super::{chain, vcek, Product};
use crate::{ChainTemplate, Key};
use alloc::vec::Vec;

/// Bytes of a report.
pub const REPORT_LEN: usize = 1184;
/// Bytes of the part that is signed, which is the first.
pub const SIGNED_LEN: usize = 0x2a0;
/// A policy without debugging and without a migration agent: bit 17, which is always set, and bit 16, which lets the
/// host use two threads a core.
pub const POLICY: u64 = 0x3_0000;

/// Bytes of r and of s, little-endian, behind which the rest of the report is zero.
const SCALAR_LEN: usize = 72;
/// ECDSA on P-384 with SHA-384.
const ECDSA_P384_SHA384: u32 = 1;

/// A TCB version: the patch level of each component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tcb {
    /// The FMC firmware; on Turin alone.
    pub fmc: Option<u8>,
    /// The boot loader of the secure processor.
    pub bootloader: u8,
    /// The operating system of the secure processor.
    pub tee: u8,
    /// The SEV-SNP firmware.
    pub snp: u8,
    /// The microcode.
    pub microcode: u8,
}

impl Tcb {
    /// A version as current platforms have it.
    pub const fn current(product: Product) -> Self {
        let fmc = match product {
            Product::Turin => Some(1),
            Product::Milan | Product::Genoa => None,
        };
        Self { fmc, bootloader: 4, tee: 1, snp: 24, microcode: 219 }
    }

    /// As it stands in a report of a product line.
    pub const fn bytes(self, product: Product) -> [u8; 8] {
        let Self { fmc, bootloader, tee, snp, microcode } = self;
        match (product, fmc) {
            (Product::Turin, Some(fmc)) => [fmc, bootloader, tee, snp, 0, 0, 0, microcode],
            (Product::Turin, None) => [0, bootloader, tee, snp, 0, 0, 0, microcode],
            _ => [bootloader, tee, 0, 0, 0, 0, snp, microcode],
        }
    }
}

/// Which key the report says signed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum SigningKey {
    /// The chip's.
    Vcek = 0,
    /// A cloud provider's.
    Vlek = 1,
    /// None: the report is not signed.
    None = 7,
}

/// What a report will say. Alter any of it, then [`SevSnpReport::sign`].
#[derive(Clone, Debug)]
pub struct SevSnpReport {
    /// The product line, which decides the layout of TCB versions and is not in the report itself.
    pub product: Product,
    /// The version of the format.
    pub version: u32,
    /// The guest's own security version.
    pub guest_svn: u32,
    /// The guest's policy.
    pub policy: u64,
    /// Given by the guest's owner at launch.
    pub family_id: [u8; 16],
    /// Given by the guest's owner at launch.
    pub image_id: [u8; 16],
    /// The privilege level that asked for the report.
    pub vmpl: u32,
    /// How the report says that it is signed.
    pub signature_algorithm: u32,
    /// The TCB version that runs.
    pub current_tcb: Tcb,
    /// How the platform is set.
    pub platform_info: u64,
    /// The author's key is in `author_key_digest` (bit 0), the chip's identity is masked (bit 1), the key that signs
    /// (bits 2 to 4); see [`SevSnpReport::signed_by`].
    pub key_flags: u32,
    /// Given by the guest with its request.
    pub report_data: [u8; 64],
    /// The launch digest.
    pub measurement: [u8; 48],
    /// Given by the host at launch.
    pub host_data: [u8; 32],
    /// The key that signed the launch digest.
    pub id_key_digest: [u8; 48],
    /// The key that signed that key.
    pub author_key_digest: [u8; 48],
    /// The guest, as long as it runs.
    pub report_id: [u8; 32],
    /// Its migration agent; all ones where it has none.
    pub report_id_ma: [u8; 32],
    /// The TCB version that the signing key is derived from.
    pub reported_tcb: Tcb,
    /// Family, model and stepping of the processor; from version 3 on.
    pub cpuid: [u8; 3],
    /// The chip.
    pub chip_id: [u8; 64],
    /// The TCB version that the platform cannot fall below.
    pub committed_tcb: Tcb,
    /// Build, minor and major number of the firmware that runs.
    pub current_firmware: [u8; 3],
    /// Likewise of the one that the platform cannot fall below.
    pub committed_firmware: [u8; 3],
    /// The TCB version at the guest's launch.
    pub launch_tcb: Tcb,
    /// Mitigations at launch and now; from version 5 on.
    pub mitigations: [u64; 2],
}

impl SevSnpReport {
    /// A report of version 3 about a guest with this launch digest, on a chip of the development vendor.
    pub fn new(product: Product, measurement: [u8; 48], report_data: [u8; 64]) -> Self {
        let tcb = Tcb::current(product);
        let mut chip_id = [0; 64];
        let (identity, _) = chip_id.split_at_mut(8);
        identity.copy_from_slice(b"OPG-dev\0");
        Self {
            product,
            version: 3,
            guest_svn: 0,
            policy: POLICY,
            family_id: [0; 16],
            image_id: [0; 16],
            vmpl: 0,
            signature_algorithm: ECDSA_P384_SHA384,
            current_tcb: tcb,
            platform_info: 1,
            key_flags: 0,
            report_data,
            measurement,
            host_data: [0; 32],
            id_key_digest: [0; 48],
            author_key_digest: [0; 48],
            report_id: [0x11; 32],
            report_id_ma: [0xff; 32],
            reported_tcb: tcb,
            cpuid: product.cpuid(),
            chip_id,
            committed_tcb: tcb,
            current_firmware: [0, 58, 1],
            committed_firmware: [0, 58, 1],
            launch_tcb: tcb,
            mitigations: [0; 2],
        }
    }

    /// The same, saying that this key signed it.
    pub fn signed_by(mut self, key: SigningKey) -> Self {
        self.key_flags = (self.key_flags & !0b11100) | ((key as u32) << 2);
        self
    }

    /// The chain of the VCEK that signs it.
    pub fn chain(&self) -> ChainTemplate {
        chain(self.product, self.chip_id, self.reported_tcb)
    }

    /// The part that is signed.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let tcb = |tcb: Tcb| tcb.bytes(self.product);
        let mut bytes = Vec::with_capacity(REPORT_LEN);
        bytes.extend(self.version.to_le_bytes());
        bytes.extend(self.guest_svn.to_le_bytes());
        bytes.extend(self.policy.to_le_bytes());
        bytes.extend(self.family_id);
        bytes.extend(self.image_id);
        bytes.extend(self.vmpl.to_le_bytes());
        bytes.extend(self.signature_algorithm.to_le_bytes());
        bytes.extend(tcb(self.current_tcb));
        bytes.extend(self.platform_info.to_le_bytes());
        bytes.extend(self.key_flags.to_le_bytes());
        bytes.resize(0x50, 0);
        bytes.extend(self.report_data);
        bytes.extend(self.measurement);
        bytes.extend(self.host_data);
        bytes.extend(self.id_key_digest);
        bytes.extend(self.author_key_digest);
        bytes.extend(self.report_id);
        bytes.extend(self.report_id_ma);
        bytes.extend(tcb(self.reported_tcb));
        if self.version >= 3 {
            bytes.extend(self.cpuid);
        }
        bytes.resize(0x1a0, 0);
        bytes.extend(self.chip_id);
        bytes.extend(tcb(self.committed_tcb));
        bytes.extend(self.current_firmware);
        bytes.push(0);
        bytes.extend(self.committed_firmware);
        bytes.push(0);
        bytes.extend(tcb(self.launch_tcb));
        if self.version >= 5 {
            bytes.extend(self.mitigations.iter().flat_map(|bits| bits.to_le_bytes()));
        }
        bytes.resize(SIGNED_LEN, 0);
        bytes
    }

    /// The report, signed by the VCEK of its chip and its reported TCB version.
    pub fn sign(&self) -> Vec<u8> {
        self.sign_with(&vcek(self.product, self.chip_id, self.reported_tcb))
    }

    /// The report, signed by another key.
    pub fn sign_with(&self, key: &Key) -> Vec<u8> {
        sign(self.signed_bytes(), key)
    }
}

/// Signs the signed part of a report, whatever it says.
pub fn sign(mut signed: Vec<u8>, key: &Key) -> Vec<u8> {
    let signature = key.sign_fixed(&signed);
    signed.resize(REPORT_LEN, 0);
    put_signature(&mut signed, &signature);
    signed
}

/// Puts a signature, as [`Key::sign_fixed`] gives it, in its place in a report of [`REPORT_LEN`] bytes.
pub fn put_signature(report: &mut [u8], signature: &[u8]) {
    let (r, s) = signature.split_at(signature.len() / 2);
    let numbers = report[SIGNED_LEN..].chunks_exact_mut(SCALAR_LEN);
    for (place, number) in numbers.zip([r, s]) {
        for (to, from) in place.iter_mut().zip(number.iter().rev()) {
            *to = *from;
        }
    }
}
