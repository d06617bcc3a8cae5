//! Keys, certificates and revocation lists as Intel's look, with every field open to change before it is signed.

use super::der::{
    bit_string, boolean, explicit, integer, number, octets, oid, sequence, set, text, time,
};
use p256::ecdsa::{signature::Signer, Signature, SigningKey};
use pem::{EncodeConfig, LineEnding, Pem};

/// A P-256 key made from a number.
#[derive(Clone)]
pub struct Key(SigningKey);

impl Key {
    pub fn new(seed: u8) -> Self {
        Self(SigningKey::from_slice(&[seed; 32]).expect("a scalar below the group's order"))
    }

    /// x and y.
    pub fn public(&self) -> [u8; 64] {
        let point = self.0.verifying_key().to_sec1_point(false);
        point.as_bytes()[1..].try_into().expect("an uncompressed point has 65 bytes")
    }

    /// r and s.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes()[..].try_into().expect("a signature has 64 bytes")
    }

    fn sign_der(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.sign(message);
        sequence(&[integer(&signature[..32]), integer(&signature[32..])])
    }
}

/// `ecdsa-with-SHA256`.
fn signature_algorithm() -> Vec<u8> {
    sequence(&[oid("1.2.840.10045.4.3.2")])
}

fn name(common_name: &str) -> Vec<u8> {
    sequence(&[set(&[sequence(&[oid("2.5.4.3"), text(common_name)])])])
}

fn signed(tbs: Vec<u8>, key: &Key) -> Vec<u8> {
    let signature = bit_string(0, &key.sign_der(&tbs));
    sequence(&[tbs, signature_algorithm(), signature])
}

/// What a key may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// digitalSignature and nonRepudiation.
    Documents,
    /// keyCertSign and cRLSign.
    Certificates,
    /// The extension is left out.
    Unsaid,
}

/// An extension: its identifier, whether it is critical, its value.
pub type Extension = (&'static str, bool, Vec<u8>);

/// A certificate before it is signed.
#[derive(Clone)]
pub struct Certificate {
    pub issuer: String,
    pub subject: String,
    pub serial: u64,
    pub from: u64,
    pub until: u64,
    pub key: Key,
    /// CA or not, and the path length; `None` leaves the extension out.
    pub constraints: Option<(bool, Option<u8>)>,
    pub usage: Usage,
    pub extensions: Vec<Extension>,
}

impl Certificate {
    /// The DER, signed by the issuer's key.
    pub fn sign(&self, issuer: &Key) -> Vec<u8> {
        let key = sequence(&[
            sequence(&[oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")]),
            bit_string(0, &[&[4], &self.key.public()[..]].concat()),
        ]);
        let mut extensions = vec![];
        match self.usage {
            Usage::Documents => {
                extensions.push(("2.5.29.15", true, bit_string(6, &[0b1100_0000])));
            }
            Usage::Certificates => {
                extensions.push(("2.5.29.15", true, bit_string(1, &[0b0000_0110])));
            }
            Usage::Unsaid => {}
        }
        if let Some((authority, path_length)) = self.constraints {
            let mut parts = vec![];
            if authority {
                parts.push(boolean(true));
            }
            parts.extend(path_length.map(|length| number(length.into())));
            extensions.push(("2.5.29.19", true, sequence(&parts)));
        }
        extensions.extend(self.extensions.iter().cloned());
        let extensions: Vec<_> = extensions.iter().map(extension).collect();
        let tbs = sequence(&[
            explicit(0, &number(2)),
            number(self.serial),
            signature_algorithm(),
            name(&self.issuer),
            sequence(&[time(self.from), time(self.until)]),
            name(&self.subject),
            key,
            explicit(3, &sequence(&extensions)),
        ]);
        signed(tbs, issuer)
    }
}

fn extension((identifier, critical, value): &Extension) -> Vec<u8> {
    let mut parts = vec![oid(identifier)];
    if *critical {
        parts.push(boolean(true));
    }
    parts.push(octets(value));
    sequence(&parts)
}

/// A revocation list before it is signed.
#[derive(Clone)]
pub struct Crl {
    pub issuer: String,
    pub this_update: u64,
    pub next_update: u64,
    pub number: u64,
    /// Serial numbers.
    pub revoked: Vec<u64>,
}

impl Crl {
    /// The DER, signed by the issuer's key.
    pub fn sign(&self, issuer: &Key) -> Vec<u8> {
        let entries: Vec<_> = self
            .revoked
            .iter()
            .map(|serial| sequence(&[number(*serial), time(self.this_update)]))
            .collect();
        let mut parts = vec![
            number(1),
            signature_algorithm(),
            name(&self.issuer),
            time(self.this_update),
            time(self.next_update),
        ];
        if !entries.is_empty() {
            parts.push(sequence(&entries));
        }
        let crl_number = extension(&("2.5.29.20", false, number(self.number)));
        parts.push(explicit(0, &sequence(&[crl_number])));
        signed(sequence(&parts), issuer)
    }
}

/// Certificates as PEM, one after the other.
pub fn pem_chain(chain: &[Vec<u8>]) -> String {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    chain
        .iter()
        .map(|der| pem::encode_config(&Pem::new("CERTIFICATE", der.clone()), config))
        .collect()
}
