//! Certificates.

use crate::file;
use opg_development_vendor::{dcap, hostile, nitro, sev_snp};
use opg_verifier_x509::Certificate;

/// A certificate, and every question that a verifier asks of it.
pub fn certificate(data: &[u8]) -> bool {
    let Ok(certificate) = Certificate::from_der(data) else { return false };
    let _ = certificate.common_name();
    let _ = certificate.extension("2.5.29.19");
    let _ = certificate.check_end_entity();
    let _ = certificate.check_issued_by(&certificate);
    for below in [0, 1, u8::MAX] {
        if certificate.check_ca(below).is_ok() {
            assert!(certificate.check_end_entity().is_err(), "no CA is an end entity");
            assert!(certificate.path_len().is_none_or(|most| most >= below));
        }
    }
    true
}

/// Of each vendor.
pub fn certificates() -> Vec<Vec<u8>> {
    let nitro = hostile::nitro::good().chain().sign();
    let sev_snp = hostile::sev_snp::good().chain().sign();
    let mut certificates = vec![
        nitro::root_der(),
        nitro.leaf,
        sev_snp::root_der(sev_snp::Product::Turin),
        sev_snp.leaf,
        dcap::root_der(),
        file("verifiers/sev-snp/testdata/vcek_milan.der"),
        file("verifiers/sev-snp/testdata/vcek_turin.der"),
    ];
    certificates.extend(nitro.cas);
    certificates.extend(sev_snp.cas);
    certificates
}
