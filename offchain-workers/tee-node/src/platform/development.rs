//! No hardware at all: documents by a vendor whose secrets are public, for development chains.

use super::{Document, Platform, PlatformError, Request};
use opg_development_vendor::nitro::NitroDocument;
use opg_primitives::{attestation::AttestationFormat, reference::DEVELOPMENT_REGISTERS};

/// A platform that vouches for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct DevelopmentPlatform;

impl Platform for DevelopmentPlatform {
    fn name(&self) -> &'static str {
        "development: vouches for nothing"
    }

    fn format(&self) -> AttestationFormat {
        AttestationFormat::Nitro
    }

    fn attest(&self, request: &Request<'_>) -> Result<Document, PlatformError> {
        let (user_data, _) = request.report_data.split_at(32);
        let registers = DEVELOPMENT_REGISTERS.map(|register| register.0);
        let document = NitroDocument {
            user_data: Some(user_data.to_vec()),
            nonce: Some(request.nonce.to_vec()),
            public_key: Some(request.public_key.to_vec()),
            ..NitroDocument::new(registers, opg_worker_api::server::now())
        };
        Ok(Document { bytes: document.sign(), endorsements: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opg_development_vendor::nitro::ROOT;
    use opg_verifier_nitro::{verify, Trust};

    #[test]
    fn what_it_measures_is_what_development_chains_approve() {
        let request = Request { report_data: &[7; 64], nonce: &[8; 32], public_key: &[9; 32] };
        let document = DevelopmentPlatform.attest(&request).unwrap();
        let trust = Trust { roots: &[ROOT], known: &[] };
        let now = opg_worker_api::server::now();
        let report = verify(&document.bytes, &trust, now).unwrap();
        let measured = [0, 1, 2, 8].map(|index| report.pcrs[&index]);
        assert_eq!(measured, DEVELOPMENT_REGISTERS.map(|register| register.0));
        assert_eq!(report.user_data.as_deref(), Some(&[7; 32][..]));
    }
}
