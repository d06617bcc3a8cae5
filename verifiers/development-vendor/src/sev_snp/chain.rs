//! The chain ARK, ASK, VCEK: two RSA keys of testdata, and a P-384 key of a chip at a TCB version. For a cloud
//! provider it is ARK, ASVK, VLEK.

use super::Tcb;
use crate::{
    certificate::{basic_constraints, extension, key_usage, name},
    der::der,
    CertificateTemplate, ChainTemplate, Key, Link,
};
use alloc::{format, vec, vec::Vec};
use x509_cert::{
    der::asn1::Ia5String,
    ext::{pkix::KeyUsages, Extension},
};

const ARK: &[u8] = include_bytes!("../../testdata/keys/ark.der");
const ASK: &[u8] = include_bytes!("../../testdata/keys/ask.der");

/// A product line of AMD, whose format differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// EPYC 7003.
    Milan,
    /// EPYC 9004.
    Genoa,
    /// EPYC 9005: one component of the TCB more, and a chip's identity of 8 bytes.
    Turin,
}

impl Product {
    /// The name in its certificates.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Milan => "Milan",
            Self::Genoa => "Genoa",
            Self::Turin => "Turin",
        }
    }

    /// Family, model and stepping, as CPUID gives them.
    pub(super) const fn cpuid(self) -> [u8; 3] {
        match self {
            Self::Milan => [0x19, 0x01, 0x01],
            Self::Genoa => [0x19, 0x11, 0x01],
            Self::Turin => [0x1a, 0x02, 0x01],
        }
    }

    /// Bytes of a chip's identity in a certificate.
    const fn chip_id_len(self) -> usize {
        match self {
            Self::Milan | Self::Genoa => 64,
            Self::Turin => 8,
        }
    }
}

/// SHA-256 of the root's DER for a product line: what a development chain trusts.
pub const fn root(product: Product) -> [u8; 32] {
    *match product {
        Product::Milan => include_bytes!("../../testdata/roots/sev-snp-milan.sha256"),
        Product::Genoa => include_bytes!("../../testdata/roots/sev-snp-genoa.sha256"),
        Product::Turin => include_bytes!("../../testdata/roots/sev-snp-turin.sha256"),
    }
}

/// The root's certificate for a product line, always the same.
pub fn root_der(product: Product) -> Vec<u8> {
    let root = ark(product);
    root.template.sign(&root.key)
}

/// The chain of the VCEK of a chip at a TCB version. It is the same whenever it is made.
pub fn chain(product: Product, chip_id: [u8; 64], tcb: Tcb) -> ChainTemplate {
    let intermediate = format!("SEV-{}", product.name());
    let (bytes, _) = chip_id.split_at(product.chip_id_len());
    let identity = extension("1.3.6.1.4.1.3704.1.4", false, bytes.to_vec());
    chain_to(product, &intermediate, "SEV-VCEK", vcek(product, chip_id, tcb), tcb, identity)
}

/// The VCEK of a chip at a TCB version.
pub fn vcek(product: Product, chip_id: [u8; 64], tcb: Tcb) -> Key {
    let holder = [product.name().as_bytes(), &chip_id, &tcb.bytes(product)].concat();
    Key::derive("VCEK", &holder)
}

/// The chain of the VLEK of a cloud provider at a TCB version.
pub fn vlek_chain(product: Product, csp_id: &str, tcb: Tcb) -> ChainTemplate {
    let holder = [product.name().as_bytes(), csp_id.as_bytes(), &tcb.bytes(product)].concat();
    let intermediate = format!("SEV-VLEK-{}", product.name());
    let identity = text("1.3.6.1.4.1.3704.1.5", csp_id);
    chain_to(product, &intermediate, "SEV-VLEK", Key::derive("VLEK", &holder), tcb, identity)
}

fn chain_to(
    product: Product,
    intermediate: &str,
    leaf: &str,
    key: Key,
    tcb: Tcb,
    identity: Extension,
) -> ChainTemplate {
    let root = ark(product);
    let (ask_key, ask_name) = (Key::rsa(ASK), name(intermediate));
    let ask = ca(root.template.subject.clone(), ask_name.clone(), &ask_key, Some(0));
    let mut extensions = vec![
        number("1.3.6.1.4.1.3704.1.1", u8::from(tcb.fmc.is_some())),
        text("1.3.6.1.4.1.3704.1.2", product.name()),
        number("1.3.6.1.4.1.3704.1.3.1", tcb.bootloader),
        number("1.3.6.1.4.1.3704.1.3.2", tcb.tee),
        number("1.3.6.1.4.1.3704.1.3.3", tcb.snp),
        number("1.3.6.1.4.1.3704.1.3.8", tcb.microcode),
    ];
    // What has no component yet; on Turin the FMC's level took the first one's place.
    let unused = [
        "1.3.6.1.4.1.3704.1.3.4",
        "1.3.6.1.4.1.3704.1.3.5",
        "1.3.6.1.4.1.3704.1.3.6",
        "1.3.6.1.4.1.3704.1.3.7",
    ];
    let unused = unused.into_iter().skip(usize::from(tcb.fmc.is_some()));
    extensions.extend(unused.map(|oid| number(oid, 0)));
    extensions.extend(tcb.fmc.map(|fmc| number("1.3.6.1.4.1.3704.1.3.9", fmc)));
    extensions.push(identity);
    let mut vcek = CertificateTemplate::new(ask_name, name(leaf), &key, extensions);
    vcek.serial = 0; // as AMD has it
    ChainTemplate { root, intermediates: vec![Link::new(ask, ask_key)], leaf: Link::new(vcek, key) }
}

fn ark(product: Product) -> Link {
    let (key, name) = (Key::rsa(ARK), name(&format!("ARK-{}", product.name())));
    Link::new(ca(name.clone(), name, &key, None), key)
}

/// AMD's CAs sign certificates and, the ARK, lists.
fn ca(issuer: Vec<u8>, subject: Vec<u8>, key: &Key, below: Option<u8>) -> CertificateTemplate {
    let extensions = vec![basic_constraints(true, below), key_usage(KeyUsages::KeyCertSign)];
    CertificateTemplate::new(issuer, subject, key, extensions)
}

fn number(oid: &str, value: u8) -> Extension {
    extension(oid, false, der(&value))
}

fn text(oid: &str, value: &str) -> Extension {
    let value = Ia5String::new(value).expect("names of products and providers are ASCII");
    extension(oid, false, der(&value))
}
