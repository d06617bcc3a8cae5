//! A collateral checked by itself: who signed it, what it speaks of, from when until when.

use crate::certificate::{self, Role};
use crate::{Collateral, Document, Error, Fault, Regression, Tee, TrustedRoot, Window};
use alloc::vec::Vec;
use chrono::DateTime;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::time::Duration;
use dcap_qvl::{
    config::{CryptoProvider, EcdsaSigEncoder},
    signature::DerSigEncoder,
    QeIdentity, TcbInfo,
};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use scale_info::TypeInfo;
use webpki::{CertRevocationList, EndEntityCert, OwnedCertRevocationList};
use x509_cert::{
    certificate::Rfc5280, crl::CertificateList, der::Decode as _, ext::pkix::CrlNumber,
    time::Validity, Certificate,
};

/// Dates and number of a revocation list.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct CrlFacts {
    /// From `thisUpdate` until `nextUpdate`.
    pub window: Window,
    /// The CRL number; 0 if it has none.
    pub number: u64,
}

/// What a collateral says of itself, after every signature in it was checked.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct CollateralFacts {
    /// The TEE that TCB info and QE identity are for.
    pub tee: Tee,
    /// The kind of platform that the TCB info is for.
    pub fmspc: [u8; 6],
    /// The provisioning certification enclave that the TCB info is for.
    pub pce_id: [u8; 2],
    /// SHA-256 of the public key of the CA whose PCK certificates the PCK revocation list is about.
    pub pck_ca: [u8; 32],
    /// `tcbEvaluationDataNumber` of the TCB info.
    pub tcb_evaluation_number: u32,
    /// `tcbEvaluationDataNumber` of the QE identity.
    pub qe_evaluation_number: u32,
    /// From `issueDate` until `nextUpdate` of the TCB info.
    pub tcb_info: Window,
    /// From `issueDate` until `nextUpdate` of the QE identity.
    pub qe_identity: Window,
    /// The root's revocation list.
    pub root_crl: CrlFacts,
    /// The revocation list of the PCK CA.
    pub pck_crl: CrlFacts,
    /// When all of it holds, certificates included.
    pub window: Window,
}

impl CollateralFacts {
    /// Whether a chain that stores `stored` may replace it by this: nothing may go back, and something must go on.
    ///
    /// Evaluation numbers and dates of each signed part are compared one by one, so that nobody can keep a revocation or
    /// a TCB recovery away by bringing an old part among new ones.
    pub fn supersedes(&self, stored: &Self) -> Result<(), Error> {
        let subject = |facts: &Self| (facts.tee, facts.fmspc, facts.pce_id, facts.pck_ca);
        let ordered = [
            (subject(self) == subject(stored), Regression::Subject),
            (
                self.tcb_evaluation_number >= stored.tcb_evaluation_number
                    && self.qe_evaluation_number >= stored.qe_evaluation_number,
                Regression::EvaluationNumber,
            ),
            (self.tcb_info.from >= stored.tcb_info.from, Regression::TcbInfo),
            (self.qe_identity.from >= stored.qe_identity.from, Regression::QeIdentity),
            (self.root_crl.not_older(&stored.root_crl), Regression::RootCrl),
            (self.pck_crl.not_older(&stored.pck_crl), Regression::PckCrl),
            (self != stored, Regression::NothingNewer),
        ];
        match ordered.iter().find(|(holds, _)| !holds) {
            Some((_, regression)) => Err(Error::Backwards(*regression)),
            None => Ok(()),
        }
    }
}

impl CrlFacts {
    fn not_older(&self, other: &Self) -> bool {
        self.number >= other.number && self.window.from >= other.window.from
    }
}

/// Checks a collateral without a quote: every chain, signature and date in it. `now` is in seconds since 1970.
pub fn collateral_facts<C: CryptoProvider>(
    collateral: &Collateral,
    root: &TrustedRoot,
    now: u64,
) -> Result<CollateralFacts, Error> {
    collateral.check_size()?;
    // What costs nothing comes first: what the two documents say they are, and their dates.
    let invalid = |document| Error::Invalid(document, Fault::Malformed);
    let info: TcbInfo =
        serde_json::from_str(&collateral.tcb_info).map_err(|_| invalid(Document::TcbInfo))?;
    let identity: QeIdentity =
        serde_json::from_str(&collateral.qe_identity).map_err(|_| invalid(Document::QeIdentity))?;
    let tee = match info.id.as_str() {
        "TDX" => Tee::Tdx,
        "SGX" => Tee::Sgx,
        _ => return Err(invalid(Document::TcbInfo)),
    };
    let quoting_enclave = match tee {
        Tee::Tdx => "TD_QE",
        Tee::Sgx => "QE",
    };
    if identity.id != quoting_enclave {
        return Err(Error::OtherTee(Document::QeIdentity));
    }
    let tcb_info = dates(&info.issue_date, &info.next_update, Document::TcbInfo, now)?;
    let qe_identity =
        dates(&identity.issue_date, &identity.next_update, Document::QeIdentity, now)?;

    let root_der = CertificateDer::from(root.der());
    let anchor = webpki::anchor_from_trusted_cert(&root_der)
        .map_err(|_| Error::Invalid(Document::Root, Fault::Malformed))?;
    let root_certificate = certificate::check(root.der(), Role::Authority, Document::Root)?;
    let mut window = validity(&root_certificate);
    hold(&window, Document::Root, now)?;

    // The root's revocation list is signed by the root, and the root is not on it.
    let root_crl =
        read_crl::<C>(&collateral.root_ca_crl, &root_certificate, &anchor, Document::RootCrl, now)?;
    not_revoked(&root_certificate, &root_crl.list, Document::Root)?;
    window = window.and(&root_crl.facts.window);

    // The PCK revocation list is signed by a CA that the root issued and did not revoke.
    let ca = pck_ca::<C>(collateral, &root_certificate, &root_crl.list, now)?;
    let ca_anchor = webpki::anchor_from_trusted_cert(&ca.der)
        .map_err(|_| Error::Invalid(Document::PckCrlIssuer, Fault::Malformed))?;
    let pck_crl =
        read_crl::<C>(&collateral.pck_crl, &ca.certificate, &ca_anchor, Document::PckCrl, now)?;
    window = window.and(&ca.window).and(&pck_crl.facts.window);

    // TCB info and QE identity are signed by a certificate that the root issued itself and did not revoke.
    let signers = Signers { anchor, crls: [root_crl.verified], now };
    let signer = signers.check::<C>(
        &collateral.tcb_info_issuer_chain,
        collateral.tcb_info.as_bytes(),
        &collateral.tcb_info_signature,
        (Document::TcbInfoIssuer, Document::TcbInfo),
    )?;
    window = window.and(&signer);
    let signer = signers.check::<C>(
        &collateral.qe_identity_issuer_chain,
        collateral.qe_identity.as_bytes(),
        &collateral.qe_identity_signature,
        (Document::QeIdentityIssuer, Document::QeIdentity),
    )?;
    window = window.and(&signer);

    Ok(CollateralFacts {
        tee,
        fmspc: from_hex(&info.fmspc, Document::TcbInfo)?,
        pce_id: from_hex(&info.pce_id, Document::TcbInfo)?,
        pck_ca: ca.key_hash,
        tcb_evaluation_number: info.tcb_evaluation_data_number,
        qe_evaluation_number: identity.tcb_evaluation_data_number,
        tcb_info,
        qe_identity,
        root_crl: root_crl.facts,
        pck_crl: pck_crl.facts,
        window: window.and(&tcb_info).and(&qe_identity),
    })
}

/// The CA of the PCK certificates.
struct PckCa {
    der: CertificateDer<'static>,
    certificate: Certificate,
    key_hash: [u8; 32],
    window: Window,
}

/// Checks the CA that signs the PCK revocation list. webpki builds chains for leaves alone, so the one step from the
/// root down to the CA is taken here.
fn pck_ca<C: CryptoProvider>(
    collateral: &Collateral,
    root: &Certificate,
    root_list: &CertificateList<Rfc5280>,
    now: u64,
) -> Result<PckCa, Error> {
    const DOCUMENT: Document = Document::PckCrlIssuer;
    let chain = certificate::read_chain(
        collateral.pck_crl_issuer_chain.as_bytes(),
        &[Role::Authority],
        DOCUMENT,
    )?;
    let der = chain.into_iter().next().ok_or(Error::Invalid(DOCUMENT, Fault::ChainLength))?;
    let ca = certificate::check(&der, Role::Authority, DOCUMENT)?;
    let (root_tbs, tbs) = (root.tbs_certificate(), ca.tbs_certificate());
    if tbs.issuer() != root_tbs.subject() {
        return Err(Error::Invalid(DOCUMENT, Fault::UnknownIssuer));
    }
    let (signed, signature) = certificate::signed_part(&der, DOCUMENT)?;
    let root_key = root_tbs.subject_public_key_info().subject_public_key.raw_bytes();
    C::sig_algo()
        .verify_signature(root_key, signed, signature)
        .map_err(|_| Error::Invalid(DOCUMENT, Fault::BadSignature))?;
    let window = validity(&ca);
    hold(&window, DOCUMENT, now)?;
    not_revoked(&ca, root_list, DOCUMENT)?;
    let key_hash = C::sha256(tbs.subject_public_key_info().subject_public_key.raw_bytes());
    Ok(PckCa { der, certificate: ca, key_hash, window })
}

/// What is needed to check who signed a JSON document.
struct Signers<'a> {
    anchor: TrustAnchor<'a>,
    crls: [CertRevocationList<'static>; 1],
    now: u64,
}

impl Signers<'_> {
    /// Checks chain and signature of a document; returns when the signer's certificate holds.
    fn check<C: CryptoProvider>(
        &self,
        chain: &str,
        message: &[u8],
        signature: &[u8; 64],
        (issuer, document): (Document, Document),
    ) -> Result<Window, Error> {
        let chain = certificate::read_chain(chain.as_bytes(), &[Role::Leaf], issuer)?;
        let leaf_der = chain.first().ok_or(Error::Invalid(issuer, Fault::ChainLength))?;
        let leaf = EndEntityCert::try_from(leaf_der)
            .map_err(|error| Error::Invalid(issuer, Fault::from(&error)))?;
        let crls = self.crls.each_ref();
        let revocation = webpki::RevocationOptionsBuilder::new(&crls)
            .map_err(|_| Error::Invalid(issuer, Fault::RevocationUnknown))?
            .with_depth(webpki::RevocationCheckDepth::Chain)
            .with_status_policy(webpki::UnknownStatusPolicy::Deny)
            .with_expiration_policy(webpki::ExpirationPolicy::Enforce)
            .build();
        // No certificate between: the root has to be the issuer itself.
        leaf.verify_for_usage(
            &[C::sig_algo()],
            core::slice::from_ref(&self.anchor),
            &[],
            UnixTime::since_unix_epoch(Duration::from_secs(self.now)),
            webpki::KeyUsage::server_auth(),
            Some(revocation),
            None,
        )
        .map_err(|error| Error::Invalid(issuer, Fault::from(&error)))?;
        let (r, s) = signature.split_at(32);
        let signature = DerSigEncoder::encode_ecdsa_sig(r, s)
            .map_err(|_| Error::Invalid(document, Fault::BadSignature))?;
        leaf.verify_signature(C::sig_algo(), message, &signature)
            .map_err(|_| Error::Invalid(document, Fault::BadSignature))?;
        Ok(validity(&certificate::check(leaf_der, Role::Leaf, issuer)?))
    }
}

/// A revocation list that holds.
struct ReadCrl {
    list: CertificateList<Rfc5280>,
    /// The same for webpki, which does not check its signature again.
    verified: CertRevocationList<'static>,
    facts: CrlFacts,
}

/// Checks the issuer, the signature and the dates of a revocation list.
fn read_crl<C: CryptoProvider>(
    der: &[u8],
    issuer: &Certificate,
    key: &TrustAnchor<'_>,
    document: Document,
    now: u64,
) -> Result<ReadCrl, Error> {
    let invalid = |fault| Error::Invalid(document, fault);
    let verified = OwnedCertRevocationList::from_der_verified(
        der,
        &key.subject_public_key_info,
        &[C::sig_algo()],
    )
    .map_err(|error| match Fault::from(&error) {
        // The list is the document here.
        Fault::CrlSignature => invalid(Fault::BadSignature),
        fault => invalid(fault),
    })?;
    let list = CertificateList::<Rfc5280>::from_der(der).map_err(|_| invalid(Fault::Malformed))?;
    let tbs = &list.tbs_cert_list;
    if tbs.issuer != *issuer.tbs_certificate().subject() {
        return Err(invalid(Fault::UnknownIssuer));
    }
    let until = tbs.next_update.ok_or(invalid(Fault::Malformed))?;
    let window = Window {
        from: tbs.this_update.to_unix_duration().as_secs(),
        until: until.to_unix_duration().as_secs(),
    };
    hold(&window, document, now)?;
    let mut number = 0;
    for extension in tbs.crl_extensions.iter().flatten() {
        if extension.extn_id == <CrlNumber as x509_cert::der::oid::AssociatedOid>::OID {
            let value = CrlNumber::from_der(extension.extn_value.as_bytes())
                .map_err(|_| invalid(Fault::Malformed))?;
            number = small(value.0.as_bytes()).ok_or(invalid(Fault::Malformed))?;
        }
    }
    Ok(ReadCrl { list, verified: verified.into(), facts: CrlFacts { window, number } })
}

fn not_revoked(
    certificate: &Certificate,
    list: &CertificateList<Rfc5280>,
    document: Document,
) -> Result<(), Error> {
    let serial = certificate.tbs_certificate().serial_number();
    let mut revoked = list.tbs_cert_list.revoked_certificates.iter().flatten();
    if revoked.any(|entry| entry.serial_number == *serial) {
        return Err(Error::Invalid(document, Fault::Revoked));
    }
    Ok(())
}

/// A big-endian number that fits into 64 bits.
fn small(bytes: &[u8]) -> Option<u64> {
    if bytes.len() > 8 {
        return None;
    }
    Some(bytes.iter().fold(0u64, |number, byte| number.wrapping_shl(8) | u64::from(*byte)))
}

fn validity(certificate: &Certificate) -> Window {
    let Validity { not_before, not_after, .. } = certificate.tbs_certificate().validity();
    Window {
        from: not_before.to_unix_duration().as_secs(),
        until: not_after.to_unix_duration().as_secs(),
    }
}

/// The window of a JSON document, if `now` lies in it.
fn dates(issued: &str, next: &str, document: Document, now: u64) -> Result<Window, Error> {
    let read = |text: &str| {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .and_then(|date| u64::try_from(date.timestamp()).ok())
            .ok_or(Error::Invalid(document, Fault::Malformed))
    };
    let window = Window { from: read(issued)?, until: read(next)? };
    hold(&window, document, now)?;
    Ok(window)
}

fn hold(window: &Window, document: Document, now: u64) -> Result<(), Error> {
    if now < window.from {
        return Err(Error::Invalid(document, Fault::NotYetValid));
    }
    if now >= window.until {
        return Err(Error::Invalid(document, Fault::Expired));
    }
    Ok(())
}

fn from_hex<const N: usize>(text: &str, document: Document) -> Result<[u8; N], Error> {
    let bytes: Vec<u8> =
        hex::decode(text).map_err(|_| Error::Invalid(document, Fault::Malformed))?;
    bytes.try_into().map_err(|_| Error::Invalid(document, Fault::Malformed))
}
