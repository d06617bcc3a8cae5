//! A vendor that is not Intel: it issues quotes and collateral in Intel's formats, under a root of its own.
//!
//! Everything that it would sign is a field, so a test alters it first and then issues; what it says is signed whatever
//! it is. Each [`Vendor`] is complete: what it issues unaltered verifies.

use super::body;
use super::der::{boolean, number, octets, oid, sequence, tlv};
use super::pki::{pem_chain, Certificate, Crl, Key, Usage};
use chrono::{DateTime, SecondsFormat};
use opg_verifier_dcap::{Collateral, CryptoProvider, RustCrypto, TrustedRoot};
use serde_json::{json, Value};

/// The time at which what is issued here is looked at.
pub const NOW: u64 = 1_800_000_000;
pub const DAY: u64 = 24 * 60 * 60;

const FMSPC: [u8; 6] = [0x50, 0xa0, 0x6f, 0, 0, 1];
const INTEL_QE_VENDOR: [u8; 16] = [
    0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07,
];
const ROOT: &str = "Test SGX Root CA";
const CA: &str = "Test SGX PCK Platform CA";

/// What the vendor knows of a platform and writes into its PCK certificate.
#[derive(Clone)]
pub struct Platform {
    pub fmspc: Vec<u8>,
    pub ppid: Vec<u8>,
    pub instance: Option<Vec<u8>>,
    pub cpu_svn: [u8; 16],
    pub pce_svn: u64,
}

impl Platform {
    /// The SGX extension of a PCK certificate.
    pub fn extension(&self) -> Vec<u8> {
        const BASE: &str = "1.2.840.113741.1.13.1";
        let entry = |path: &str, value: Vec<u8>| sequence(&[oid(&format!("{BASE}.{path}")), value]);
        let mut tcb: Vec<_> = self
            .cpu_svn
            .iter()
            .enumerate()
            .map(|(at, svn)| entry(&format!("2.{}", at + 1), number((*svn).into())))
            .collect();
        tcb.push(entry("2.17", number(self.pce_svn)));
        tcb.push(entry("2.18", octets(&self.cpu_svn)));
        let mut entries = vec![
            entry("1", octets(&self.ppid)),
            entry("2", sequence(&tcb)),
            entry("3", octets(&[0, 0])),
            entry("4", octets(&self.fmspc)),
            entry("5", tlv(0x0a, &[1])),
        ];
        if let Some(instance) = &self.instance {
            entries.push(entry("6", octets(instance)));
            let flags = ["7.1", "7.2", "7.3"].map(|flag| entry(flag, boolean(true)));
            entries.push(entry("7", sequence(&flags)));
        }
        sequence(&entries)
    }
}

/// A quote before it is signed.
#[derive(Clone)]
pub struct QuoteFields {
    pub version: u16,
    pub key_type: u16,
    pub tee: u32,
    pub qe_vendor: [u8; 16],
    /// Type and stated size of the body; version 5 has them.
    pub body_type: Option<(u16, u32)>,
    pub body: Vec<u8>,
    /// The kind of what is round the QE report; version 4 and later have it.
    pub wrapper: Option<u16>,
    pub qe_report: Vec<u8>,
    /// What the quoting enclave vouches for, where it is not the attestation key.
    pub qe_report_data: Option<[u8; 64]>,
    pub qe_auth_data: Vec<u8>,
    pub certification_type: u16,
    /// Certification data other than the vendor's PCK chain.
    pub certification: Option<Vec<u8>>,
}

/// A vendor with one platform, and the quote that it makes next.
#[derive(Clone)]
pub struct Vendor {
    pub root_key: Key,
    pub ca_key: Key,
    /// Signs TCB info and QE identity.
    pub signer_key: Key,
    pub pck_key: Key,
    pub attestation_key: Key,
    pub root: Certificate,
    pub ca: Certificate,
    pub signer: Certificate,
    pub pck: Certificate,
    pub platform: Platform,
    pub root_crl: Crl,
    pub pck_crl: Crl,
    pub tcb_info: Value,
    pub qe_identity: Value,
    pub quote: QuoteFields,
}

/// What a vendor hands out.
#[derive(Clone)]
pub struct Issued {
    pub quote: Vec<u8>,
    pub collateral: Collateral,
    pub root: TrustedRoot,
}

fn certificate(
    subject: &str,
    issuer: &str,
    serial: u64,
    key: &Key,
    authority: bool,
) -> Certificate {
    Certificate {
        issuer: issuer.into(),
        subject: subject.into(),
        serial,
        from: NOW - 400 * DAY,
        until: NOW + 2000 * DAY,
        key: key.clone(),
        constraints: Some((authority, None)),
        usage: if authority { Usage::Certificates } else { Usage::Documents },
        extensions: vec![],
    }
}

fn crl(issuer: &str) -> Crl {
    Crl {
        issuer: issuer.into(),
        this_update: NOW - DAY,
        next_update: NOW + 29 * DAY,
        number: 1,
        revoked: vec![1000, 1001],
    }
}

/// A date as the JSON documents write it.
pub fn date(unix_seconds: u64) -> String {
    let seconds = i64::try_from(unix_seconds).expect("a time of this century");
    let date = DateTime::from_timestamp(seconds, 0).expect("a time of this century");
    date.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn components(svn: u8) -> Value {
    (0..16).map(|_| json!({ "svn": svn })).collect()
}

/// A TCB level with these security versions.
fn level(sgx: u8, pce: u16, status: &str, advisories: &[&str]) -> Value {
    json!({
        "tcb": { "sgxtcbcomponents": components(sgx), "pcesvn": pce, "tdxtcbcomponents": components(0) },
        "tcbDate": date(NOW - 100 * DAY),
        "tcbStatus": status,
        "advisoryIDs": advisories,
    })
}

impl Vendor {
    /// A TDX 1.0 quote, version 4.
    pub fn tdx4() -> Self {
        Self::tdx(4, None, 584)
    }

    /// A TDX quote of version 5: 1.0, 1.5 or 1.5ex by its body type 2, 3 or 4.
    pub fn tdx5(body_type: u16) -> Self {
        let length = match body_type {
            2 => 584,
            3 => 648,
            4 => 885,
            other => panic!("no TD report has type {other}"),
        };
        Self::tdx(5, Some((body_type, length)), length as usize)
    }

    /// An SGX quote, version 3.
    pub fn sgx3() -> Self {
        let mut vendor = Self::new(QuoteFields {
            version: 3,
            key_type: 2,
            tee: 0,
            qe_vendor: INTEL_QE_VENDOR,
            body_type: None,
            body: body::enclave(),
            wrapper: None,
            qe_report: body::quoting_enclave(1),
            qe_report_data: None,
            qe_auth_data: (0..32).collect(),
            certification_type: 5,
            certification: None,
        });
        vendor.tcb_info["id"] = json!("SGX");
        for field in ["tdxModule", "tdxModuleIdentities"] {
            vendor.tcb_info.as_object_mut().expect("an object").remove(field);
        }
        vendor.qe_identity["id"] = json!("QE");
        vendor.qe_identity["isvprodid"] = json!(1);
        vendor
    }

    fn tdx(version: u16, body_type: Option<(u16, u32)>, length: usize) -> Self {
        Self::new(QuoteFields {
            version,
            key_type: 2,
            tee: 0x81,
            qe_vendor: INTEL_QE_VENDOR,
            body_type,
            body: body::td(length),
            wrapper: Some(6),
            qe_report: body::quoting_enclave(2),
            qe_report_data: None,
            qe_auth_data: (0..32).collect(),
            certification_type: 5,
            certification: None,
        })
    }

    fn new(quote: QuoteFields) -> Self {
        let [root_key, ca_key, signer_key, pck_key, attestation_key] =
            [1, 2, 3, 4, 5].map(Key::new);
        let zeros = "0".repeat(96);
        let tcb_info = json!({
            "id": "TDX",
            "version": 3,
            "issueDate": date(NOW - DAY),
            "nextUpdate": date(NOW + 29 * DAY),
            "fmspc": hex::encode_upper(FMSPC),
            "pceId": "0000",
            "tcbType": 0,
            "tcbEvaluationDataNumber": 20,
            "tdxModule": {
                "mrsigner": zeros, "attributes": "0".repeat(16), "attributesMask": "F".repeat(16),
            },
            "tdxModuleIdentities": [{
                "id": "TDX_01",
                "mrsigner": zeros, "attributes": "0".repeat(16), "attributesMask": "F".repeat(16),
                "tcbLevels": [
                    { "tcb": { "isvsvn": 3 }, "tcbDate": date(NOW - 100 * DAY), "tcbStatus": "UpToDate" },
                    { "tcb": { "isvsvn": 2 }, "tcbDate": date(NOW - 300 * DAY), "tcbStatus": "OutOfDate",
                      "advisoryIDs": ["TEST-SA-2"] },
                ],
            }],
            "tcbLevels": [
                level(7, 13, "UpToDate", &[]),
                level(5, 13, "OutOfDate", &["TEST-SA-1"]),
                level(4, 13, "Revoked", &["TEST-SA-1"]),
            ],
        });
        let qe_identity = json!({
            "id": "TD_QE",
            "version": 2,
            "issueDate": date(NOW - DAY),
            "nextUpdate": date(NOW + 29 * DAY),
            "tcbEvaluationDataNumber": 20,
            "miscselect": "00000000",
            "miscselectMask": "FFFFFFFF",
            "attributes": format!("11{}", "0".repeat(30)),
            "attributesMask": format!("FB{}{}", "F".repeat(14), "0".repeat(16)),
            "mrsigner": hex::encode_upper(body::QE_SIGNER),
            "isvprodid": 2,
            "tcbLevels": [
                { "tcb": { "isvsvn": 6 }, "tcbDate": date(NOW - 100 * DAY), "tcbStatus": "UpToDate" },
                { "tcb": { "isvsvn": 5 }, "tcbDate": date(NOW - 300 * DAY), "tcbStatus": "OutOfDate",
                  "advisoryIDs": ["TEST-SA-3"] },
                { "tcb": { "isvsvn": 4 }, "tcbDate": date(NOW - 350 * DAY), "tcbStatus": "Revoked" },
            ],
        });
        Self {
            root: certificate(ROOT, ROOT, 1, &root_key, true),
            ca: certificate(CA, ROOT, 2, &ca_key, true),
            signer: certificate("Test SGX TCB Signing", ROOT, 3, &signer_key, false),
            pck: certificate("Test SGX PCK Certificate", CA, 4, &pck_key, false),
            platform: Platform {
                fmspc: FMSPC.to_vec(),
                ppid: vec![0x99; 16],
                instance: Some(vec![0x77; 16]),
                cpu_svn: [7; 16],
                pce_svn: 13,
            },
            root_crl: crl(ROOT),
            pck_crl: crl(CA),
            root_key,
            ca_key,
            signer_key,
            pck_key,
            attestation_key,
            tcb_info,
            qe_identity,
            quote,
        }
    }

    /// Signs everything.
    pub fn issue(&self) -> Issued {
        let root = self.root.sign(&self.root_key);
        let ca = self.ca.sign(&self.root_key);
        let signer = self.signer.sign(&self.root_key);
        let mut pck = self.pck.clone();
        pck.extensions.push(("1.2.840.113741.1.13.1", false, self.platform.extension()));
        let pck = pck.sign(&self.ca_key);
        let (tcb_info, qe_identity) = (self.tcb_info.to_string(), self.qe_identity.to_string());
        let signers = pem_chain(&[signer, root.clone()]);
        let collateral = Collateral {
            pck_crl_issuer_chain: pem_chain(&[ca.clone(), root.clone()]),
            root_ca_crl: self.root_crl.sign(&self.root_key),
            pck_crl: self.pck_crl.sign(&self.ca_key),
            tcb_info_issuer_chain: signers.clone(),
            tcb_info_signature: self.signer_key.sign(tcb_info.as_bytes()),
            tcb_info,
            qe_identity_issuer_chain: signers,
            qe_identity_signature: self.signer_key.sign(qe_identity.as_bytes()),
            qe_identity,
        };
        let quote = self.sign_quote(&pem_chain(&[pck, ca, root.clone()]));
        let root = TrustedRoot::pinned(&root, &RustCrypto::sha256(&root))
            .expect("a vendor's root is a CA that issued itself");
        Issued { quote, collateral, root }
    }

    fn sign_quote(&self, pck_chain: &str) -> Vec<u8> {
        let fields = &self.quote;
        let mut signed = vec![];
        signed.extend(fields.version.to_le_bytes());
        signed.extend(fields.key_type.to_le_bytes());
        signed.extend(fields.tee.to_le_bytes());
        signed.extend([6, 0, 13, 0]);
        signed.extend(fields.qe_vendor);
        signed.extend([0xab; 20]);
        if let Some((kind, size)) = fields.body_type {
            signed.extend(kind.to_le_bytes());
            signed.extend(size.to_le_bytes());
        }
        signed.extend(&fields.body);

        let attestation_key = self.attestation_key.public();
        let mut qe_report = fields.qe_report.clone();
        let bound = fields.qe_report_data.unwrap_or_else(|| {
            let hash =
                RustCrypto::sha256(&[&attestation_key[..], &fields.qe_auth_data[..]].concat());
            [hash, [0; 32]].concat().try_into().expect("twice 32 bytes")
        });
        qe_report[body::SGX_REPORT_DATA].copy_from_slice(&bound);

        let certification =
            fields.certification.clone().unwrap_or_else(|| [pck_chain.as_bytes(), &[0]].concat());
        let mut vouching = self.sign_qe_report(&qe_report);
        vouching.extend((fields.qe_auth_data.len() as u16).to_le_bytes());
        vouching.extend(&fields.qe_auth_data);
        vouching.extend(fields.certification_type.to_le_bytes());
        vouching.extend((certification.len() as u32).to_le_bytes());
        vouching.extend(certification);

        let mut signature = self.attestation_key.sign(&signed).to_vec();
        signature.extend(attestation_key);
        if let Some(kind) = fields.wrapper {
            signature.extend(kind.to_le_bytes());
            signature.extend((vouching.len() as u32).to_le_bytes());
        }
        signature.extend(vouching);
        signed.extend((signature.len() as u32).to_le_bytes());
        signed.extend(signature);
        signed
    }

    fn sign_qe_report(&self, qe_report: &[u8]) -> Vec<u8> {
        [qe_report, &self.pck_key.sign(qe_report)[..]].concat()
    }
}
