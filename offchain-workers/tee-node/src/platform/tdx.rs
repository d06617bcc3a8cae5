//! Intel TDX: a quote of the trust domain that this runs in.

use super::{tsm::Reports, Document, Platform, PlatformError, Request};
use opg_primitives::attestation::AttestationFormat;

/// A trust domain, by configfs-tsm.
#[derive(Clone, Debug)]
pub struct TdxPlatform(Reports);

impl TdxPlatform {
    /// What configfs-tsm calls it.
    pub const PROVIDER: &'static str = "tdx_guest";

    /// A trust domain whose reports are these.
    pub fn new(reports: Reports) -> Self {
        Self(reports)
    }
}

impl Default for TdxPlatform {
    fn default() -> Self {
        Self::new(Reports::new(Self::PROVIDER))
    }
}

impl Platform for TdxPlatform {
    fn name(&self) -> &'static str {
        "Intel TDX"
    }

    fn format(&self) -> AttestationFormat {
        AttestationFormat::Tdx
    }

    fn attest(&self, request: &Request<'_>) -> Result<Document, PlatformError> {
        self.0.attest(request.report_data)
    }
}
