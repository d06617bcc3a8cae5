//! Reports of the development vendor, each with the chain under which it is signed.

use super::OwnedChain;
use opg_development_vendor::{
    certificate::extension,
    sev_snp::{put_signature, vlek_chain, Product, SevSnpReport, SigningKey, Tcb},
    CertificateTemplate, ChainTemplate, Key,
};
use opg_verifier_sev_snp::{verify_chain, verify_report, Endorsement, Error, Report, SIGNED_LEN};
use std::{ops::Range, sync::LazyLock};
use x509_cert::der::{asn1::Ia5String, Encode};

/// Inside of all windows here, and of those of the real documents.
pub const NOW: u64 = 1_800_000_000;
/// The leaves' window, inside of the others'.
pub const LEAF_WINDOW: (u64, u64) = (NOW - 10_000_000, NOW + 10_000_000);

pub const CHIP_ID: [u8; 64] = [0xc7; 64];
pub const TURIN_CHIP_ID: [u8; 8] = [0x71; 8];
pub const PROVIDER: &str = "cloud.example";

pub const MILAN_TCB: Tcb = Tcb { fmc: None, bootloader: 3, tee: 0, snp: 8, microcode: 115 };
pub const TURIN_TCB: Tcb = Tcb { fmc: Some(1), bootloader: 2, tee: 3, snp: 4, microcode: 200 };

// Where the fields are, for tests to change them.
pub const VERSION: usize = 0x00;
pub const POLICY: usize = 0x08;
pub const VMPL: usize = 0x30;
pub const ALGORITHM: usize = 0x34;
pub const CURRENT_TCB: usize = 0x38;
pub const KEYS: usize = 0x48;
pub const AUTHOR_KEY_DIGEST: Range<usize> = 0x110..0x140;
pub const REPORT_ID_MA: Range<usize> = 0x160..0x180;
pub const REPORTED_TCB: Range<usize> = 0x180..0x188;
pub const CPUID: Range<usize> = 0x188..0x18b;
pub const CHIP: Range<usize> = 0x1a0..0x1e0;
pub const COMMITTED_TCB: usize = 0x1e0;
pub const LAUNCH_TCB: usize = 0x1f0;
pub const R: usize = 0x2a0;
pub const S: usize = 0x2e8;

/// A report with its chain.
#[derive(Debug)]
pub struct Case {
    /// The chain before it is signed.
    pub template: ChainTemplate,
    pub chain: OwnedChain,
    pub endorsement: Endorsement,
    pub report: Vec<u8>,
}

impl Case {
    fn new(mut template: ChainTemplate, report: &SevSnpReport) -> Self {
        (template.leaf.template.not_before, template.leaf.template.not_after) = LEAF_WINDOW;
        let chain = OwnedChain::from(template.sign());
        let endorsement = verify_chain(&chain.chain(), &[chain.root()], NOW).unwrap();
        let report = report.sign_with(&template.leaf.key);
        Self { template, chain, endorsement, report }
    }

    /// The key that signs reports.
    pub fn key(&self) -> &Key {
        &self.template.leaf.key
    }

    /// This report, changed and then signed.
    pub fn changed(&self, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
        let mut report = self.report.clone();
        change(&mut report);
        self.sign(&mut report);
        report
    }

    /// Puts the leaf's signature into a report.
    pub fn sign(&self, report: &mut [u8]) {
        let signature = self.key().sign_fixed(&report[..SIGNED_LEN]);
        put_signature(report, &signature);
    }

    pub fn verify(&self, report: &[u8]) -> Result<Report, Error> {
        verify_report(report, &self.endorsement, NOW)
    }

    /// The chain with another leaf, whose certificate is changed and then signed.
    pub fn with_leaf(&self, change: impl FnOnce(&mut CertificateTemplate)) -> OwnedChain {
        let mut leaf = self.template.leaf.template.clone();
        change(&mut leaf);
        let leaf = leaf.sign(&self.template.intermediates[0].key);
        OwnedChain { leaf, ..self.chain.clone() }
    }

    /// The chain with another ASK or ASVK.
    pub fn with_intermediate(&self, change: impl FnOnce(&mut CertificateTemplate)) -> OwnedChain {
        let mut intermediate = self.template.intermediates[0].template.clone();
        change(&mut intermediate);
        let intermediate = intermediate.sign(&self.template.root.key);
        OwnedChain { intermediate, ..self.chain.clone() }
    }

    /// The chain with another root.
    pub fn with_root(&self, change: impl FnOnce(&mut CertificateTemplate)) -> OwnedChain {
        let mut root = self.template.root.template.clone();
        change(&mut root);
        OwnedChain { ark: root.sign(&self.template.root.key), ..self.chain.clone() }
    }
}

/// Version 3, Milan, VCEK.
pub static MILAN: LazyLock<Case> = LazyLock::new(|| {
    let report = SevSnpReport { chip_id: CHIP_ID, ..report(Product::Milan, 3, MILAN_TCB) };
    Case::new(report.chain(), &report)
});

/// Version 5, Turin, VCEK.
pub static TURIN: LazyLock<Case> = LazyLock::new(|| {
    let mut report = report(Product::Turin, 5, TURIN_TCB);
    report.chip_id = [0; 64];
    report.chip_id[..8].copy_from_slice(&TURIN_CHIP_ID);
    report.mitigations = [u64::from_le_bytes([0x0f; 8]); 2];
    Case::new(report.chain(), &report)
});

/// Version 4, Milan, VLEK, the chip hidden.
pub static VLEK: LazyLock<Case> = LazyLock::new(|| {
    let report = report(Product::Milan, 4, MILAN_TCB).signed_by(SigningKey::Vlek);
    let report = SevSnpReport { chip_id: [0; 64], ..report };
    Case::new(vlek_chain(Product::Milan, PROVIDER, MILAN_TCB), &report)
});

fn report(product: Product, version: u32, tcb: Tcb) -> SevSnpReport {
    SevSnpReport {
        version,
        platform_info: 0b10_0001,
        current_tcb: tcb,
        reported_tcb: tcb,
        committed_tcb: tcb,
        launch_tcb: tcb,
        ..SevSnpReport::new(product, [0x3e; 48], [0xda; 64])
    }
}

/// AMD's extension of this number.
fn amd(number: &str) -> String {
    format!("1.3.6.1.4.1.3704.1.{number}")
}

/// Gives AMD's extension of this number another value, or a value at all.
pub fn set(leaf: &mut CertificateTemplate, number: &str, value: Vec<u8>) {
    leaf.set(extension(&amd(number), false, value));
}

/// Takes AMD's extension of this number away.
pub fn remove(leaf: &mut CertificateTemplate, number: &str) {
    leaf.remove(&amd(number));
}

/// An INTEGER.
pub fn integer(value: u8) -> Vec<u8> {
    value.to_der().unwrap()
}

/// An IA5String.
pub fn ia5(text: &str) -> Vec<u8> {
    Ia5String::new(text).unwrap().to_der().unwrap()
}
