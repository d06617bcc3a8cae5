//! What RFC 5280 asks of a certificate and the chain building of webpki does not look at: exact DER, no extension twice,
//! key usage; basic constraints too, so that a wrong role has one name wherever it turns up.

use crate::{Document, Error, Fault};
use alloc::vec::Vec;
use rustls_pki_types::CertificateDer;
use x509_cert::{
    der::{asn1::BitStringRef, Decode, Reader, SliceReader},
    ext::pkix::{BasicConstraints, KeyUsage},
    Certificate, Version,
};

/// What a certificate is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Its key signs documents.
    Leaf,
    /// Its key signs certificates and revocation lists.
    Authority,
}

/// The certificate in `der`, if it is one exactly and may act in this role.
pub(crate) fn check(der: &[u8], role: Role, document: Document) -> Result<Certificate, Error> {
    let invalid = |fault| Error::Invalid(document, fault);
    let malformed = invalid(Fault::Malformed);
    let certificate = Certificate::from_der(der).map_err(|_| malformed)?;
    let tbs = certificate.tbs_certificate();
    if tbs.version() != Version::V3 {
        return Err(malformed);
    }
    let mut rest = tbs.extensions().map(Vec::as_slice).unwrap_or_default();
    while let Some((extension, others)) = rest.split_first() {
        if others.iter().any(|other| other.extn_id == extension.extn_id) {
            return Err(invalid(Fault::DuplicateExtension));
        }
        rest = others;
    }
    let (_, constraints) =
        tbs.get_extension::<BasicConstraints>().map_err(|_| malformed)?.ok_or(malformed)?;
    match (role, constraints.ca) {
        (Role::Leaf, true) => return Err(invalid(Fault::AuthorityAsLeaf)),
        (Role::Authority, false) => return Err(invalid(Fault::LeafAsAuthority)),
        _ => {}
    }
    let (_, usage) =
        tbs.get_extension::<KeyUsage>().map_err(|_| malformed)?.ok_or(invalid(Fault::KeyUsage))?;
    let allowed = match role {
        Role::Leaf => usage.digital_signature() && !usage.key_cert_sign() && !usage.crl_sign(),
        Role::Authority => usage.key_cert_sign() && usage.crl_sign(),
    };
    if !allowed {
        return Err(invalid(Fault::KeyUsage));
    }
    Ok(certificate)
}

/// The certificates of a PEM text: one for each of these roles, with or without the root after them. That root is never
/// read: the pinned one is.
pub(crate) fn read_chain(
    pem: &[u8],
    roles: &[Role],
    document: Document,
) -> Result<Vec<CertificateDer<'static>>, Error> {
    let blocks = pem::parse_many(pem).map_err(|_| Error::Invalid(document, Fault::Malformed))?;
    let chain: Vec<_> =
        blocks.into_iter().map(|block| CertificateDer::from(block.into_contents())).collect();
    if chain.len() < roles.len() || chain.len() > roles.len().saturating_add(1) {
        return Err(Error::Invalid(document, Fault::ChainLength));
    }
    for (certificate, role) in chain.iter().zip(roles) {
        check(certificate, *role, document)?;
    }
    Ok(chain)
}

/// The signed part of a certificate, and the signature over it.
pub(crate) fn signed_part(der: &[u8], document: Document) -> Result<(&[u8], &[u8]), Error> {
    split(der).map_err(|_| Error::Invalid(document, Fault::Malformed))
}

fn split(der: &[u8]) -> Result<(&[u8], &[u8]), x509_cert::der::Error> {
    let mut reader = SliceReader::new(der)?;
    let parts = reader.sequence(|reader| {
        let signed = reader.tlv_bytes()?;
        // The algorithm: whoever checks the signature allows one alone.
        reader.tlv_bytes()?;
        let signature = BitStringRef::decode(reader)?;
        Ok::<_, x509_cert::der::Error>((signed, signature.raw_bytes()))
    })?;
    reader.finish()?;
    Ok(parts)
}
