//! What is fuzzed: everything that reads bytes which strangers bring.
//!
//! A target gives any bytes to a parser or a verifier, and panics where something does not hold that
//! holds of all bytes: that nothing panics, that what is accepted is as the documentation says, that
//! what has one encoding is written as it was read. Those whose documents are signed come in two
//! forms: bytes as they are, which hardly get past a signature, and bytes that the development
//! vendor signs anew, which do.
//!
//! The programs in `fuzz_targets/` call these functions; so do the tests, with the seeds and with
//! what once failed.

pub mod dcap;
pub mod job;
pub mod nitro;
pub mod receipt;
pub mod sealed;
pub mod sev_snp;
pub mod x509;

#[cfg(test)]
mod tests;

/// Something to fuzz.
pub struct Target {
    /// Its name, which is that of its program.
    pub name: &'static str,
    /// Takes any bytes and says whether they were accepted. Panics where the code is wrong.
    pub run: fn(&[u8]) -> bool,
    /// Bytes to begin with: some that are accepted, and some that are refused for one thing.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 13] = [
    Target { name: "x509_certificate", run: x509::certificate, seeds: x509::certificates },
    Target { name: "nitro_document", run: nitro::document, seeds: nitro::documents },
    Target { name: "nitro_payload", run: nitro::payload, seeds: nitro::payloads },
    Target { name: "sev_snp_report", run: sev_snp::report, seeds: sev_snp::reports },
    Target { name: "sev_snp_chain", run: sev_snp::chain, seeds: sev_snp::chains },
    Target { name: "dcap_quote", run: dcap::quote, seeds: dcap::quotes },
    Target { name: "dcap_body", run: dcap::body, seeds: dcap::bodies },
    Target { name: "dcap_collateral", run: dcap::collateral, seeds: dcap::collaterals },
    Target { name: "dcap_documents", run: dcap::documents, seeds: dcap::document_pairs },
    Target { name: "receipt", run: receipt::receipt, seeds: receipt::receipts },
    Target { name: "job", run: job::job, seeds: job::jobs },
    Target { name: "job_report", run: job::report, seeds: job::reports },
    Target { name: "sealed_input", run: sealed::input, seeds: sealed::inputs },
];

/// A file of the project, by its path in it.
pub(crate) fn file(path: &str) -> Vec<u8> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
