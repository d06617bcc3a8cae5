//! Quotes and collateral of the development vendor, any field altered before it is signed.

use opg_development_vendor::{
    certificate::key_usage,
    dcap::{
        body::{self, TdReport},
        QuoteFields, Vendor,
    },
    CertificateTemplate, Key,
};
use opg_verifier_dcap::{Collateral, CryptoProvider, RustCrypto, TrustedRoot};
use x509_cert::ext::{pkix::KeyUsages, Extension};

/// The time at which what is issued here is looked at.
pub const NOW: u64 = 1_800_000_000;
pub const DAY: u64 = 24 * 60 * 60;

/// What a vendor hands out, as the verifier takes it.
#[derive(Clone)]
pub struct Issued {
    pub quote: Vec<u8>,
    pub collateral: Collateral,
    pub root: TrustedRoot,
}

/// Signs everything. The vendor's root is trusted, whatever it says.
pub fn issue(vendor: &Vendor) -> Issued {
    let issued = vendor.issue();
    Issued {
        quote: issued.quote,
        collateral: Collateral::from_bytes(&issued.collateral.encode())
            .expect("the vendor writes what the verifier reads"),
        root: TrustedRoot::pinned(&issued.root, &RustCrypto::sha256(&issued.root))
            .expect("a vendor's root is a CA that issued itself"),
    }
}

/// A TDX 1.0 quote, version 4.
pub fn tdx4() -> Vendor {
    Vendor::tdx(QuoteFields::tdx4(td(TdReport::Tdx10)), NOW)
}

/// A TDX quote of version 5, with a report of this form.
pub fn tdx5(form: TdReport) -> Vendor {
    Vendor::tdx(QuoteFields::tdx5(form, td(form)), NOW)
}

/// An SGX quote, version 3.
pub fn sgx3() -> Vendor {
    let body = body::enclave([0xe0; 32], [0x51; 32], [0xda; 64]);
    Vendor::sgx(QuoteFields::sgx3(body), NOW)
}

fn td(form: TdReport) -> Vec<u8> {
    body::td(form, [0xd0; 48], [[0xa0; 48], [0xa1; 48], [0xa2; 48], [0; 48]], [0xda; 64])
}

/// The certificate of the platform.
pub fn pck(vendor: &mut Vendor) -> &mut CertificateTemplate {
    &mut vendor.chain.leaf.template
}

/// The certificate of the CA of platforms.
pub fn ca(vendor: &mut Vendor) -> &mut CertificateTemplate {
    &mut vendor.chain.intermediates[0].template
}

/// The certificate of who signs TCB info and QE identity.
pub fn signer(vendor: &mut Vendor) -> &mut CertificateTemplate {
    &mut vendor.signer.template
}

/// The certificate of the root.
pub fn root(vendor: &mut Vendor) -> &mut CertificateTemplate {
    &mut vendor.chain.root.template
}

/// The CA's certificate as it is, signed by the root.
pub fn signed_ca(vendor: &Vendor) -> Vec<u8> {
    vendor.chain.intermediates[0].template.sign(&vendor.chain.root.key)
}

/// The platform's certificate without its own extension, signed by the CA.
pub fn signed_pck(vendor: &Vendor) -> Vec<u8> {
    vendor.chain.leaf.template.sign(&vendor.chain.intermediates[0].key)
}

/// A key of somebody else.
pub fn other_key() -> Key {
    Key::derive_p256("a key of somebody else", &[])
}

/// A key usage for certificates and revocation lists.
pub fn for_certificates() -> Extension {
    key_usage(KeyUsages::KeyCertSign | KeyUsages::CRLSign)
}

/// A key usage for documents.
pub fn for_documents() -> Extension {
    key_usage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation)
}
