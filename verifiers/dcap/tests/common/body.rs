//! Reports of trust domains and enclaves as bytes, and where their fields are.

use std::ops::Range;

/// Fields of a TD report.
pub const TEE_TCB_SVN: Range<usize> = 0..16;
pub const MR_SIGNER_SEAM: Range<usize> = 64..112;
pub const SEAM_ATTRIBUTES: Range<usize> = 112..120;
pub const TD_ATTRIBUTES: Range<usize> = 120..128;
pub const XFAM: Range<usize> = 128..136;
pub const MR_TD: Range<usize> = 136..184;
pub const RTMR: [Range<usize>; 4] = [328..376, 376..424, 424..472, 472..520];
pub const TD_REPORT_DATA: Range<usize> = 520..584;
/// From TDX 1.5 on.
pub const TEE_TCB_SVN2: Range<usize> = 584..600;
pub const MR_SERVICE_TD: Range<usize> = 600..648;
/// TDX 1.5ex.
pub const INIT_SERVICE_TD_HASH: Range<usize> = 729..777;
pub const CUR_SERVICE_TD_HASH: Range<usize> = 829..877;

/// Fields of an enclave report.
pub const CPU_SVN: Range<usize> = 0..16;
pub const MISC_SELECT: Range<usize> = 16..20;
pub const ATTRIBUTES: Range<usize> = 48..64;
pub const MR_ENCLAVE: Range<usize> = 64..96;
pub const MR_SIGNER: Range<usize> = 128..160;
pub const ISV_PROD_ID: Range<usize> = 256..258;
pub const ISV_SVN: Range<usize> = 258..260;
pub const SGX_REPORT_DATA: Range<usize> = 320..384;

/// A TD report of this length: module version 1 with security version 3, SEPT_VE_DISABLE on, everything else its own.
pub fn td(length: usize) -> Vec<u8> {
    let mut body = vec![0; length];
    body[TEE_TCB_SVN].copy_from_slice(&[3, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    body[16..64].fill(0x5e);
    body[TD_ATTRIBUTES].copy_from_slice(&(1u64 << 28).to_le_bytes());
    body[XFAM].copy_from_slice(&0xe7u64.to_le_bytes());
    body[MR_TD].fill(0xd0);
    for (at, value) in RTMR.into_iter().zip([0xa0, 0xa1, 0xa2, 0]) {
        body[at].fill(value);
    }
    body[TD_REPORT_DATA].fill(0xda);
    if length > 584 {
        let svn = body[TEE_TCB_SVN].to_vec();
        body[TEE_TCB_SVN2].copy_from_slice(&svn);
    }
    body
}

/// The report of an application's enclave, not one for debugging.
pub fn enclave() -> Vec<u8> {
    let mut body = vec![0; 384];
    body[CPU_SVN].fill(7);
    body[ATTRIBUTES][0] = 0x05;
    body[MR_ENCLAVE].fill(0xe0);
    body[MR_SIGNER].fill(0x51);
    body[ISV_PROD_ID].copy_from_slice(&9u16.to_le_bytes());
    body[ISV_SVN].copy_from_slice(&2u16.to_le_bytes());
    body[SGX_REPORT_DATA].fill(0xda);
    body
}

/// Who signs the quoting enclaves here.
pub const QE_SIGNER: [u8; 32] = [0xdc; 32];

/// The report of a quoting enclave; its report data is filled in when the quote is made.
pub fn quoting_enclave(product: u16) -> Vec<u8> {
    let mut body = vec![0; 384];
    body[CPU_SVN].fill(7);
    body[ATTRIBUTES][0] = 0x11;
    body[MR_ENCLAVE].fill(0x9e);
    body[MR_SIGNER].copy_from_slice(&QE_SIGNER);
    body[ISV_PROD_ID].copy_from_slice(&product.to_le_bytes());
    body[ISV_SVN].copy_from_slice(&6u16.to_le_bytes());
    body
}
