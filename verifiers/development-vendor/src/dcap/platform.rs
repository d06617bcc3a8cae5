//! What a platform's PCK certificate says of it.

use crate::{
    certificate::extension,
    der::{der, sequence},
};
use alloc::{format, vec::Vec};
use x509_cert::{
    der::{
        asn1::{Any, ObjectIdentifier, OctetString},
        Tag,
    },
    ext::Extension,
};

const SGX: &str = "1.2.840.113741.1.13.1";

/// A platform, as its PCK certificate describes it.
#[derive(Clone, Debug)]
pub struct Platform {
    /// The kind of platform, 6 bytes.
    pub fmspc: Vec<u8>,
    /// The platform's identity, 16 bytes.
    pub ppid: Vec<u8>,
    /// The identity of a platform of several packages, 16 bytes; none of a platform under the Processor CA.
    pub instance: Option<Vec<u8>>,
    /// The security versions of its 16 components.
    pub cpu_svn: [u8; 16],
    /// The security version of the provisioning enclave.
    pub pce_svn: u16,
}

impl Platform {
    /// The SGX extension of its PCK certificate.
    pub fn extension(&self) -> Extension {
        let components = self.cpu_svn.iter().zip(1u8..);
        let mut tcb: Vec<_> =
            components.map(|(svn, number)| entry(&format!("2.{number}"), der(svn))).collect();
        tcb.push(entry("2.17", der(&self.pce_svn)));
        tcb.push(entry("2.18", octets(&self.cpu_svn)));
        let mut entries = Vec::from([
            entry("1", octets(&self.ppid)),
            entry("2", sequence(&tcb)),
            entry("3", octets(&[0, 0])),
            entry("4", octets(&self.fmspc)),
            entry("5", der(&scalable())),
        ]);
        if let Some(instance) = &self.instance {
            entries.push(entry("6", octets(instance)));
            entries.push(entry(
                "7",
                sequence(&["7.1", "7.2", "7.3"].map(|flag| entry(flag, der(&true)))),
            ));
        }
        extension(SGX, false, sequence(&entries))
    }
}

fn entry(path: &str, value: Vec<u8>) -> Vec<u8> {
    let oid = ObjectIdentifier::new(&format!("{SGX}.{path}")).expect("digits and dots");
    sequence(&[der(&oid), value])
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    der(&OctetString::new(bytes).expect("identities are short"))
}

/// The type of SGX platforms of several packages.
fn scalable() -> Any {
    Any::new(Tag::Enumerated, [1]).expect("one byte is short")
}
