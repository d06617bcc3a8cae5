//! Reports of trust domains and enclaves as bytes, and where their fields are.

use alloc::{vec, vec::Vec};
use core::ops::Range;

/// Security versions of the TDX module.
pub const TEE_TCB_SVN: Range<usize> = 0..16;
/// The TDX module's measurement.
pub const MR_SEAM: Range<usize> = 16..64;
/// Who signed the TDX module; zero for Intel.
pub const MR_SIGNER_SEAM: Range<usize> = 64..112;
/// Attributes of the TDX module.
pub const SEAM_ATTRIBUTES: Range<usize> = 112..120;
/// Attributes of the trust domain.
pub const TD_ATTRIBUTES: Range<usize> = 120..128;
/// Processor features that the trust domain may use.
pub const XFAM: Range<usize> = 128..136;
/// The trust domain's first contents.
pub const MR_TD: Range<usize> = 136..184;
/// The configuration that the host gave.
pub const MR_CONFIG_ID: Range<usize> = 184..232;
/// The run-time registers.
pub const RTMR: [Range<usize>; 4] = [328..376, 376..424, 424..472, 472..520];
/// What the trust domain gave.
pub const TD_REPORT_DATA: Range<usize> = 520..584;
/// From TDX 1.5 on: security versions of the module that runs now.
pub const TEE_TCB_SVN2: Range<usize> = 584..600;
/// From TDX 1.5 on: service trust domains that are bound.
pub const MR_SERVICE_TD: Range<usize> = 600..648;
/// TDX 1.5ex: service trust domains bound at the start.
pub const INIT_SERVICE_TD_HASH: Range<usize> = 729..777;
/// TDX 1.5ex: service trust domains bound now.
pub const CUR_SERVICE_TD_HASH: Range<usize> = 829..877;

/// Security versions of an enclave's processor.
pub const CPU_SVN: Range<usize> = 0..16;
/// MISCSELECT.
pub const MISC_SELECT: Range<usize> = 16..20;
/// Attributes of an enclave.
pub const ATTRIBUTES: Range<usize> = 48..64;
/// An enclave's measurement.
pub const MR_ENCLAVE: Range<usize> = 64..96;
/// Who signed an enclave.
pub const MR_SIGNER: Range<usize> = 128..160;
/// An enclave's product number.
pub const ISV_PROD_ID: Range<usize> = 256..258;
/// An enclave's security version.
pub const ISV_SVN: Range<usize> = 258..260;
/// What an enclave gave.
pub const SGX_REPORT_DATA: Range<usize> = 320..384;

/// Who signs the quoting enclaves of the development vendor.
pub const QE_SIGNER: [u8; 32] = [0xdc; 32];
/// Bytes of an enclave's report.
const ENCLAVE_LEN: usize = 384;
/// The trust domain is stopped where the host takes a page of it away.
const SEPT_VE_DISABLE: u64 = 1 << 28;

/// The forms of a trust domain's report, by their type in quotes of version 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum TdReport {
    /// TDX 1.0.
    Tdx10 = 2,
    /// TDX 1.5.
    Tdx15 = 3,
    /// TDX 1.5 with the extended report.
    Tdx15Ex = 4,
}

impl TdReport {
    /// How many bytes it has.
    pub const fn length(self) -> usize {
        match self {
            Self::Tdx10 => 584,
            Self::Tdx15 => 648,
            Self::Tdx15Ex => 885,
        }
    }
}

/// The report of a trust domain with these first contents, run-time registers and report data, on a current platform.
pub fn td(kind: TdReport, mr_td: [u8; 48], rtmr: [[u8; 48]; 4], report_data: [u8; 64]) -> Vec<u8> {
    let svn = [3, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut body = vec![0; kind.length()];
    body[TEE_TCB_SVN].copy_from_slice(&svn);
    body[MR_SEAM].fill(0x5e);
    body[TD_ATTRIBUTES].copy_from_slice(&SEPT_VE_DISABLE.to_le_bytes());
    body[XFAM].copy_from_slice(&0xe7u64.to_le_bytes());
    body[MR_TD].copy_from_slice(&mr_td);
    for (at, value) in RTMR.into_iter().zip(rtmr) {
        body[at].copy_from_slice(&value);
    }
    body[TD_REPORT_DATA].copy_from_slice(&report_data);
    if kind != TdReport::Tdx10 {
        body[TEE_TCB_SVN2].copy_from_slice(&svn);
    }
    body
}

/// The report of an enclave that is initialised, of 64 bits, and not one for debugging.
pub fn enclave(mr_enclave: [u8; 32], mr_signer: [u8; 32], report_data: [u8; 64]) -> Vec<u8> {
    let mut body = vec![0; ENCLAVE_LEN];
    body[CPU_SVN].fill(7);
    body[ATTRIBUTES][0] = 0x05;
    body[MR_ENCLAVE].copy_from_slice(&mr_enclave);
    body[MR_SIGNER].copy_from_slice(&mr_signer);
    body[ISV_PROD_ID].copy_from_slice(&9u16.to_le_bytes());
    body[ISV_SVN].copy_from_slice(&2u16.to_le_bytes());
    body[SGX_REPORT_DATA].copy_from_slice(&report_data);
    body
}

/// The report of a quoting enclave: product 1 for SGX, 2 for TDX.
pub fn quoting_enclave(product: u16) -> Vec<u8> {
    let mut body = enclave([0x9e; 32], QE_SIGNER, [0; 64]);
    body[ATTRIBUTES][0] = 0x11;
    body[ISV_PROD_ID].copy_from_slice(&product.to_le_bytes());
    body[ISV_SVN].copy_from_slice(&6u16.to_le_bytes());
    body
}
