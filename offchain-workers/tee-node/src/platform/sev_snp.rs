//! AMD SEV-SNP: a report of the guest that this runs in, and the certificates that the host has.

use super::{tsm::Reports, Document, Platform, PlatformError, Request};
use opg_primitives::attestation::AttestationFormat;

/// A guest, by configfs-tsm.
#[derive(Clone, Debug)]
pub struct SevSnpPlatform(Reports);

impl SevSnpPlatform {
    /// What configfs-tsm calls it.
    pub const PROVIDER: &'static str = "sev_guest";

    /// A guest whose reports are these.
    pub fn new(reports: Reports) -> Self {
        Self(reports)
    }
}

impl Default for SevSnpPlatform {
    fn default() -> Self {
        Self::new(Reports::new(Self::PROVIDER))
    }
}

impl Platform for SevSnpPlatform {
    fn name(&self) -> &'static str {
        "AMD SEV-SNP"
    }

    fn format(&self) -> AttestationFormat {
        AttestationFormat::SevSnp
    }

    fn attest(&self, request: &Request<'_>) -> Result<Document, PlatformError> {
        self.0.attest(request.report_data)
    }
}
