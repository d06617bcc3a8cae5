//! Documents that tests issue themselves, under a root of their own. Every part can be changed before it is signed.

use super::{
    certificates::{key, sign, Template},
    trust,
};
use coset::cbor::{ser::into_writer, Value};
use opg_verifier_nitro::{verify, Error, Report};
use p384::ecdsa::SigningKey;
use sha2::{Digest, Sha256};

/// When the documents are made and verified.
pub const NOW: u64 = 1_750_000_000;

pub const MODULE_ID: &str = "i-0123456789abcdef0-enc0123456789abcdef";

/// `{1: -35}`
pub const ES384: [u8; 4] = [0xa1, 0x01, 0x38, 0x22];

/// A certificate, its key, and the key that signs it.
#[derive(Clone)]
pub struct Link {
    pub template: Template,
    pub key: SigningKey,
    pub signer: SigningKey,
}

/// Certificates from the root to the leaf.
#[derive(Clone)]
pub struct Chain(pub Vec<Link>);

impl Chain {
    /// As AWS issues them: root, region, zone, instance, leaf.
    pub fn sound() -> Self {
        Self::with_cas(4)
    }

    /// Of so many CA certificates, each below the root with the path length that the rest needs.
    pub fn with_cas(cas: u8) -> Self {
        let mut links: Vec<Link> = Vec::new();
        for index in 0..cas {
            let (name, own) = (format!("ca {index}"), key(index + 1));
            let path_len = (index > 0).then(|| cas - 1 - index);
            let issuer = format!("ca {}", index.saturating_sub(1));
            let signer = links.last().map_or(&own, |above| &above.key).clone();
            let template = Template::ca(&name, &issuer, &own, path_len);
            links.push(Link { template, key: own, signer });
        }
        let (own, signer) = (key(100), key(cas));
        let name = format!("{MODULE_ID}.eu-central-1.aws");
        let template = Template::end_entity(&name, &format!("ca {}", cas - 1), &own);
        links.push(Link { template, key: own, signer });
        Self(links)
    }

    /// The same with one certificate changed: 0 is the root, the last the leaf.
    pub fn change(mut self, index: usize, change: impl FnOnce(&mut Link)) -> Self {
        change(&mut self.0[index]);
        self
    }

    /// The certificates, signed; the leaf comes last.
    pub fn ders(&self) -> Vec<Vec<u8>> {
        self.0.iter().map(|link| link.template.sign(&link.signer)).collect()
    }
}

/// A document before it is signed.
#[derive(Clone)]
pub struct Document {
    pub fields: Vec<(Value, Value)>,
    pub protected: Vec<u8>,
    pub unprotected: Value,
    pub tag: Option<u64>,
    pub signer: SigningKey,
    /// The hash of the root that is to be trusted.
    pub root: [u8; 32],
}

impl Document {
    pub fn sound() -> Self {
        Self::of(&Chain::sound())
    }

    /// Under this chain, with all the fields.
    pub fn of(chain: &Chain) -> Self {
        let mut cabundle = chain.ders();
        let leaf = cabundle.pop().unwrap();
        let root = Sha256::digest(&cabundle[0]).into();
        let pcrs = (0..16u8).map(|index| (int(index.into()), bytes(&pcr(index)))).collect();
        let fields = [
            ("module_id", text(MODULE_ID)),
            ("digest", text("SHA384")),
            ("timestamp", int(i64::try_from(NOW * 1000).unwrap())),
            ("pcrs", Value::Map(pcrs)),
            ("certificate", Value::Bytes(leaf)),
            ("cabundle", Value::Array(cabundle.into_iter().map(Value::Bytes).collect())),
            ("public_key", bytes(b"public key")),
            ("user_data", bytes(b"user data")),
            ("nonce", bytes(b"nonce")),
        ];
        Self {
            fields: fields.map(|(name, value)| (text(name), value)).into(),
            protected: ES384.to_vec(),
            unprotected: Value::Map(Vec::new()),
            tag: None,
            signer: chain.0.last().unwrap().key.clone(),
            root,
        }
    }

    /// With another value of a field.
    pub fn set(mut self, field: &str, value: Value) -> Self {
        *self.field(field) = value;
        self
    }

    /// Without a field.
    pub fn without(mut self, field: &str) -> Self {
        self.fields.retain(|(name, _)| name.as_text() != Some(field));
        self
    }

    /// With an entry more, at the end.
    pub fn with(mut self, key: Value, value: Value) -> Self {
        self.fields.push((key, value));
        self
    }

    pub fn field(&mut self, field: &str) -> &mut Value {
        let entry = self.fields.iter_mut().find(|(name, _)| name.as_text() == Some(field));
        &mut entry.unwrap().1
    }

    /// The entries of `pcrs`.
    pub fn pcrs(&mut self) -> &mut Vec<(Value, Value)> {
        self.field("pcrs").as_map_mut().unwrap()
    }

    pub fn payload(&self) -> Vec<u8> {
        encode(&Value::Map(self.fields.clone()))
    }

    /// Signs this payload, whatever it is.
    pub fn seal(&self, payload: &[u8]) -> Vec<u8> {
        let signed = Value::Array(vec![
            text("Signature1"),
            bytes(&self.protected),
            bytes(b""),
            bytes(payload),
        ]);
        let signature = sign(&self.signer, &encode(&signed)).to_bytes();
        self.assemble(bytes(payload), bytes(&signature))
    }

    /// A document with this payload and a signature that nobody made.
    pub fn unsigned(payload: &[u8]) -> Vec<u8> {
        let unprotected = Value::Map(Vec::new());
        let parts = vec![bytes(&ES384), unprotected, bytes(payload), bytes(&[1; 96])];
        encode(&Value::Array(parts))
    }

    /// The COSE_Sign1 of these parts.
    pub fn assemble(&self, payload: Value, signature: Value) -> Vec<u8> {
        let parts = vec![bytes(&self.protected), self.unprotected.clone(), payload, signature];
        let parts = Value::Array(parts);
        encode(&match self.tag {
            Some(tag) => Value::Tag(tag, Box::new(parts)),
            None => parts,
        })
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.seal(&self.payload())
    }

    /// What is said of these bytes under this document's root.
    pub fn judge(&self, bytes: &[u8]) -> Result<Report, Error> {
        verify(bytes, &trust(&[self.root], &[]), NOW)
    }

    pub fn verify(&self) -> Result<Report, Error> {
        self.judge(&self.bytes())
    }
}

/// PCR0 to PCR2 are of an image, the others were never extended.
pub fn pcr(index: u8) -> [u8; 48] {
    match index {
        0..=2 => [index + 1; 48],
        _ => [0; 48],
    }
}

pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub fn int(integer: i64) -> Value {
    Value::Integer(integer.into())
}

pub fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    into_writer(value, &mut out).unwrap();
    out
}
