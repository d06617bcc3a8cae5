//! Certificates like AMD's, under a root of our own.

use super::{signing, testdata, OwnedChain};
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use rsa::{
    pkcs8::{DecodePrivateKey, EncodePublicKey},
    pss,
    sha2::Sha384,
    signature::{RandomizedSigner, SignatureEncoding},
    RsaPrivateKey,
};
use std::sync::LazyLock;
use x509_cert::der::{asn1::ObjectIdentifier, Encode};

/// 1 January 2026: inside of all windows here.
pub const NOW: u64 = 1_767_225_600;
/// The leaves' window, 2025 to 2032, as Unix seconds.
pub const LEAF_WINDOW: (u64, u64) = (1_735_689_600, 1_956_528_000);
/// The window of roots and intermediates, 2020 to 2045.
pub const CA_WINDOW: (u64, u64) = (1_577_836_800, 2_366_841_600);
const LEAF_TIMES: [&str; 2] = ["250101000000Z", "320101000000Z"];
const CA_TIMES: [&str; 2] = ["200101000000Z", "450101000000Z"];

pub const CHIP_ID: [u8; 64] = [0xc7; 64];
pub const TURIN_CHIP_ID: [u8; 8] = [0x71; 8];

const AMD: &str = "1.3.6.1.4.1.3704.1.";
pub const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub const KEY_USAGE: &str = "2.5.29.15";

pub static ARK_KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| private_key("ark.pk8"));
pub static ASK_KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| private_key("ask.pk8"));
pub static SHORT_KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| private_key("short.pk8"));

fn private_key(name: &str) -> RsaPrivateKey {
    RsaPrivateKey::from_pkcs8_der(&testdata(name)).unwrap()
}

#[derive(Clone)]
pub struct Extension {
    pub oid: String,
    pub critical: bool,
    pub value: Vec<u8>,
}

/// A certificate that is still to be signed.
#[derive(Clone)]
pub struct Draft {
    pub issuer: String,
    pub subject: String,
    pub times: [&'static str; 2],
    /// As subjectPublicKeyInfo.
    pub key: Vec<u8>,
    pub extensions: Vec<Extension>,
}

impl Draft {
    pub fn sign(&self, key: &RsaPrivateKey) -> Vec<u8> {
        let algorithm = pss_sha384();
        let times = self.times.map(|time| tlv(0x17, &[time.as_bytes()]));
        let extensions: Vec<u8> = self.extensions.iter().flat_map(extension).collect();
        let signed = tlv(
            0x30,
            &[
                &tlv(0xa0, &[&tlv(0x02, &[&[2]])]), // version 3
                &tlv(0x02, &[&[0]]),                // serial number 0, as AMD's leaves have it
                &algorithm,
                &name(&self.issuer),
                &tlv(0x30, &[&times[0], &times[1]]),
                &name(&self.subject),
                &self.key,
                &tlv(0xa3, &[&tlv(0x30, &[&extensions])]),
            ],
        );
        let signer = pss::SigningKey::<Sha384>::new_with_salt_len(key.clone(), 48);
        let signature = signer.sign_with_rng(&mut ChaCha20Rng::seed_from_u64(1), &signed);
        tlv(0x30, &[&signed, &algorithm, &tlv(0x03, &[&[0], &signature.to_vec()])])
    }

    /// Gives AMD's extension of this number another value, or a value at all.
    pub fn set(&mut self, number: &str, value: Vec<u8>) {
        self.remove(number);
        self.extensions.push(amd(number, value));
    }

    /// Takes AMD's extension of this number away.
    pub fn remove(&mut self, number: &str) {
        let oid = format!("{AMD}{number}");
        self.extensions.retain(|extension| extension.oid != oid);
    }

    /// Takes another extension away.
    pub fn without(mut self, oid: &str) -> Self {
        self.extensions.retain(|extension| extension.oid != oid);
        self
    }
}

pub fn ark(product: &str) -> Draft {
    let name = format!("ARK-{product}");
    ca(&name, &name, &ARK_KEY, tlv(0x30, &[&tlv(0x01, &[&[0xff]])]))
}

/// An ASK, or with `kind` "VLEK-" an ASVK.
pub fn intermediate(product: &str, kind: &str) -> Draft {
    let constraints = tlv(0x30, &[&tlv(0x01, &[&[0xff]]), &tlv(0x02, &[&[0]])]);
    ca(&format!("ARK-{product}"), &format!("SEV-{kind}{product}"), &ASK_KEY, constraints)
}

fn ca(issuer: &str, subject: &str, key: &RsaPrivateKey, constraints: Vec<u8>) -> Draft {
    let critical = |oid: &str, value| Extension { oid: oid.into(), critical: true, value };
    Draft {
        issuer: issuer.into(),
        subject: subject.into(),
        times: CA_TIMES,
        key: rsa_key(key),
        extensions: vec![
            critical(KEY_USAGE, tlv(0x03, &[&[2, 0x04]])), // keyCertSign
            critical(BASIC_CONSTRAINTS, constraints),
        ],
    }
}

/// A VCEK of Milan: boot loader 3, TEE 0, SNP 8, microcode 115.
pub fn vcek() -> Draft {
    let mut draft = leaf("SEV-Milan", "SEV-VCEK");
    draft.set("4", CHIP_ID.to_vec());
    draft
}

/// A VLEK of Milan, at the same TCB version.
pub fn vlek() -> Draft {
    let mut draft = leaf("SEV-VLEK-Milan", "SEV-VLEK");
    draft.set("2", ia5("Milan"));
    draft.set("5", ia5("cloud.example"));
    draft
}

/// A VCEK of Turin: FMC 1, boot loader 2, TEE 3, SNP 4, microcode 200.
pub fn turin_vcek() -> Draft {
    let mut draft = leaf("SEV-Turin", "SEV-VCEK");
    draft.set("1", integer(1));
    draft.set("2", ia5("Turin"));
    draft.remove("3.4");
    for (number, level) in [("3.9", 1), ("3.1", 2), ("3.2", 3), ("3.3", 4), ("3.8", 200)] {
        draft.set(number, integer(level));
    }
    draft.set("4", TURIN_CHIP_ID.to_vec());
    draft
}

fn leaf(issuer: &str, subject: &str) -> Draft {
    let levels = [("1", 3), ("2", 0), ("3", 8), ("4", 0), ("5", 0), ("6", 0), ("7", 0), ("8", 115)];
    let levels = levels.map(|(number, level)| amd(&format!("3.{number}"), integer(level)));
    let mut extensions = vec![amd("1", integer(0)), amd("2", ia5("Milan-B0"))];
    extensions.extend(levels);
    Draft {
        issuer: issuer.into(),
        subject: subject.into(),
        times: LEAF_TIMES,
        key: p384_key(),
        extensions,
    }
}

/// The chain of a VCEK or VLEK, whichever this leaf is to be.
pub fn chain(leaf: &Draft) -> OwnedChain {
    let kind = if leaf.issuer.starts_with("SEV-VLEK-") { "VLEK-" } else { "" };
    let product = leaf.issuer.rsplit('-').next().unwrap();
    OwnedChain {
        ark: ark(product).sign(&ARK_KEY),
        intermediate: intermediate(product, kind).sign(&ARK_KEY),
        leaf: leaf.sign(&ASK_KEY),
    }
}

pub fn rsa_key(key: &RsaPrivateKey) -> Vec<u8> {
    key.to_public_key().to_public_key_der().unwrap().as_bytes().to_vec()
}

fn p384_key() -> Vec<u8> {
    let algorithm = tlv(0x30, &[&oid("1.2.840.10045.2.1"), &oid("1.3.132.0.34")]);
    let point = signing::key().verifying_key().to_sec1_point(false);
    tlv(0x30, &[&algorithm, &tlv(0x03, &[&[0], point.as_bytes()])])
}

/// An INTEGER.
pub fn integer(value: u8) -> Vec<u8> {
    if value < 0x80 {
        tlv(0x02, &[&[value]])
    } else {
        tlv(0x02, &[&[0, value]])
    }
}

/// An IA5String.
pub fn ia5(text: &str) -> Vec<u8> {
    tlv(0x16, &[text.as_bytes()])
}

pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let length = u16::try_from(value.len()).unwrap().to_be_bytes();
    let mut out = vec![tag];
    match length {
        [0, short @ 0..=0x7f] => out.push(short),
        [0, long] => out.extend([0x81, long]),
        [high, low] => out.extend([0x82, high, low]),
    }
    out.extend(value);
    out
}

fn oid(dotted: &str) -> Vec<u8> {
    ObjectIdentifier::new_unwrap(dotted).to_der().unwrap()
}

fn name(common_name: &str) -> Vec<u8> {
    let attribute = |kind, value: &str| {
        tlv(0x31, &[&tlv(0x30, &[&oid(kind), &tlv(0x0c, &[value.as_bytes()])])])
    };
    tlv(0x30, &[&attribute("2.5.4.10", "Test"), &attribute("2.5.4.3", common_name)])
}

fn pss_sha384() -> Vec<u8> {
    let sha384 = tlv(0x30, &[&oid("2.16.840.1.101.3.4.2.2"), &tlv(0x05, &[])]);
    let mgf1 = tlv(0x30, &[&oid("1.2.840.113549.1.1.8"), &sha384]);
    let parameters = tlv(
        0x30,
        &[&tlv(0xa0, &[&sha384]), &tlv(0xa1, &[&mgf1]), &tlv(0xa2, &[&tlv(0x02, &[&[48]])])],
    );
    tlv(0x30, &[&oid("1.2.840.113549.1.1.10"), &parameters])
}

fn extension(extension: &Extension) -> Vec<u8> {
    let critical = if extension.critical { tlv(0x01, &[&[0xff]]) } else { Vec::new() };
    tlv(0x30, &[&oid(&extension.oid), &critical, &tlv(0x04, &[&extension.value])])
}

fn amd(number: &str, value: Vec<u8>) -> Extension {
    Extension { oid: format!("{AMD}{number}"), critical: false, value }
}
