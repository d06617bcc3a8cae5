//! Reports of our own, with the chain under which they are signed.

use super::{
    issue::{self, CHIP_ID, NOW, TURIN_CHIP_ID},
    OwnedChain,
};
use opg_verifier_sev_snp::{
    verify_chain, verify_report, Endorsement, Error, Report, REPORT_LEN, SIGNED_LEN,
};
use p384::ecdsa::{signature::Signer, Signature, SigningKey};
use std::{ops::Range, sync::LazyLock};

// Where the fields are, for tests to change them.
pub const VERSION: usize = 0x00;
pub const POLICY: usize = 0x08;
pub const VMPL: usize = 0x30;
pub const ALGORITHM: usize = 0x34;
pub const CURRENT_TCB: usize = 0x38;
pub const PLATFORM: usize = 0x40;
pub const KEYS: usize = 0x48;
pub const REPORT_DATA: Range<usize> = 0x50..0x90;
pub const MEASUREMENT: Range<usize> = 0x90..0xc0;
pub const AUTHOR_KEY_DIGEST: Range<usize> = 0x110..0x140;
pub const REPORT_ID_MA: Range<usize> = 0x160..0x180;
pub const REPORTED_TCB: Range<usize> = 0x180..0x188;
pub const CPUID: Range<usize> = 0x188..0x18b;
pub const CHIP: Range<usize> = 0x1a0..0x1e0;
pub const COMMITTED_TCB: usize = 0x1e0;
pub const LAUNCH_TCB: usize = 0x1f0;
pub const MITIGATIONS: Range<usize> = 0x1f8..0x208;
pub const R: usize = 0x2a0;
pub const S: usize = 0x2e8;

/// The leaf's key. Its secret is no secret.
pub fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 48]).unwrap()
}

/// A report with its chain.
#[derive(Clone, Debug)]
pub struct Case {
    pub chain: OwnedChain,
    pub endorsement: Endorsement,
    pub report: Vec<u8>,
}

impl Case {
    fn new(leaf: &issue::Draft, report: Vec<u8>) -> Self {
        let chain = issue::chain(leaf);
        let endorsement = verify_chain(&chain.chain(), &[chain.root()], NOW).unwrap();
        let mut case = Self { chain, endorsement, report };
        sign(&mut case.report);
        case
    }

    /// This report, changed and then signed.
    pub fn changed(&self, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
        let mut report = self.report.clone();
        change(&mut report);
        sign(&mut report);
        report
    }

    pub fn verify(&self, report: &[u8]) -> Result<Report, Error> {
        verify_report(report, &self.endorsement, NOW)
    }
}

/// Version 3, Milan, VCEK.
pub static MILAN: LazyLock<Case> = LazyLock::new(|| {
    let mut report = blank(3, [3, 0, 0, 0, 0, 0, 8, 115], [0x19, 0x01, 0x01]);
    report[CHIP].copy_from_slice(&CHIP_ID);
    Case::new(&issue::vcek(), report)
});

/// Version 5, Turin, VCEK.
pub static TURIN: LazyLock<Case> = LazyLock::new(|| {
    let mut report = blank(5, [1, 2, 3, 4, 0, 0, 0, 200], [0x1a, 0x02, 0x01]);
    report[CHIP][..8].copy_from_slice(&TURIN_CHIP_ID);
    report[MITIGATIONS].fill(0x0f);
    Case::new(&issue::turin_vcek(), report)
});

/// Version 4, Milan, VLEK, the chip hidden.
pub static VLEK: LazyLock<Case> = LazyLock::new(|| {
    let mut report = blank(4, [3, 0, 0, 0, 0, 0, 8, 115], [0x19, 0x01, 0x01]);
    report[KEYS] = 1 << 2;
    Case::new(&issue::vlek(), report)
});

fn blank(version: u8, tcb: [u8; 8], cpuid: [u8; 3]) -> Vec<u8> {
    let mut report = vec![0; REPORT_LEN];
    report[VERSION] = version;
    report[POLICY + 2] = 0b0011; // SMT allowed, and the bit that must be one
    report[ALGORITHM] = 1;
    report[PLATFORM] = 0b10_0001;
    report[REPORT_DATA].fill(0xda);
    report[MEASUREMENT].fill(0x3e);
    report[REPORT_ID_MA].fill(0xff);
    report[REPORTED_TCB].copy_from_slice(&tcb);
    for at in [CURRENT_TCB, COMMITTED_TCB, LAUNCH_TCB] {
        report[at..at + 8].copy_from_slice(&tcb);
    }
    report[CPUID].copy_from_slice(&cpuid);
    report
}

/// Puts the leaf's signature into a report.
pub fn sign(report: &mut [u8]) {
    let signature: Signature = key().sign(&report[..SIGNED_LEN]);
    put(report, &signature);
}

/// Puts R and S into their fields, little-endian.
pub fn put(report: &mut [u8], signature: &Signature) {
    let bytes = signature.to_bytes();
    let (r, s) = bytes.as_slice().split_at(48);
    for (at, number) in [(R, r), (S, s)] {
        for (to, from) in report[at..at + 48].iter_mut().zip(number.iter().rev()) {
            *to = *from;
        }
    }
}
