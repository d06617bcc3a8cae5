//! The chain of certificates, from the pinned root to the leaf.

use crate::{Error, Place};
use alloc::vec::Vec;
use opg_verifier_x509::{self as x509, p384::ecdsa::VerifyingKey, Certificate, PublicKey, Window};
use sha2::{Digest, Sha256};

/// What a caller believes before it sees a document.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    /// SHA-256 of the DER of each root certificate that is trusted.
    pub roots: &'a [[u8; 32]],
    /// CA certificates whose chains were verified before, as [`Report::issuers`](crate::Report::issuers) gave them.
    pub known: &'a [KnownIssuer],
}

impl Trust<'_> {
    fn known(&self, fingerprint: [u8; 32], root: [u8; 32]) -> Option<KnownIssuer> {
        self.known.iter().find(|k| k.fingerprint == fingerprint && k.root == root).copied()
    }
}

/// A CA certificate below a root, whose signatures up to that root were verified.
///
/// It spares these signatures the next time, and nothing else; the crate's documentation says why that is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KnownIssuer {
    /// SHA-256 of the certificate's DER.
    pub fingerprint: [u8; 32],
    /// How many CA certificates may stand between this one and a leaf, by its own pathLenConstraint and those above;
    /// none where none of them has one.
    pub path: Option<u8>,
    /// When all certificates from the root to this one are valid.
    pub window: Window,
    /// SHA-256 of the root's DER.
    pub root: [u8; 32],
}

impl KnownIssuer {
    fn root(root: &Certificate) -> Self {
        Self {
            fingerprint: root.fingerprint(),
            path: root.path_len(),
            window: root.window(),
            root: root.fingerprint(),
        }
    }

    /// What is known of a CA certificate that this one issued.
    fn issue(&self, ca: &Certificate) -> Result<Self, x509::Error> {
        let left = match self.path {
            Some(path) => Some(path.checked_sub(1).ok_or(x509::Error::PathTooLong)?),
            None => None,
        };
        Ok(Self {
            fingerprint: ca.fingerprint(),
            path: left.into_iter().chain(ca.path_len()).min(),
            window: self.window.intersect(ca.window()),
            root: self.root,
        })
    }
}

/// The certificates of a document, each read and right in its place at a time; signatures are still to be verified.
pub(crate) struct Chain {
    root: [u8; 32],
    /// From the root downwards.
    cas: Vec<(Place, Certificate)>,
    leaf: Certificate,
    leaf_key: VerifyingKey,
    window: Window,
}

/// What the signatures of a chain show.
pub(crate) struct Verified {
    /// When all certificates are valid, those too that known issuers were verified under.
    pub window: Window,
    /// What is known of the CA certificates below the root, from the top.
    pub issuers: Vec<KnownIssuer>,
}

impl Chain {
    /// Reads `cabundle`, which begins with the root, and the leaf. Checks all that costs little: the root's hash, times,
    /// roles, names.
    pub(crate) fn read(
        cabundle: &[Vec<u8>],
        leaf: &[u8],
        roots: &[[u8; 32]],
        now: u64,
    ) -> Result<Self, Error> {
        let root = fingerprint(cabundle.first().ok_or(Error::NoCaCertificates)?);
        if !roots.contains(&root) {
            return Err(Error::UnknownRoot);
        }
        let cas = places()
            .zip(cabundle)
            .map(|(place, der)| read(place, der).map(|ca| (place, ca)))
            .collect::<Result<Vec<_>, Error>>()?;
        let leaf = read(Place::Leaf, leaf)?;
        let window = check_roles(&cas, &leaf, now)?;
        check_names(&cas, &leaf)?;
        let leaf_key = match leaf.public_key() {
            PublicKey::P384(key) => *key,
            PublicKey::Rsa(_) => return Err(Error::LeafKey),
        };
        Ok(Self { root, cas, leaf, leaf_key, window })
    }

    pub(crate) fn root(&self) -> [u8; 32] {
        self.root
    }

    pub(crate) fn leaf(&self) -> &Certificate {
        &self.leaf
    }

    pub(crate) fn leaf_key(&self) -> &VerifyingKey {
        &self.leaf_key
    }

    /// Verifies the signatures that were not verified before, from the top, and holds what is known to the time.
    pub(crate) fn verify(&self, trust: &Trust<'_>, now: u64) -> Result<Verified, Error> {
        let issuers = self.verify_cas(trust)?;
        let (place, issuer) = self.cas.last().ok_or(Error::NoCaCertificates)?;
        // Narrower than what the document shows only where a known issuer came under other certificates than these.
        let known = issuers.last().map_or(issuer.window(), |known| known.window);
        check_window(known, *place, now)?;
        self.leaf.check_issued_by(issuer).map_err(at(Place::Leaf))?;
        Ok(Verified { window: self.window.intersect(known), issuers })
    }

    /// The signatures on the CA certificates that stand below the lowest known one, or below the root where none is
    /// known. Gives what is known of those below the root; of the last one, that is always something.
    fn verify_cas(&self, trust: &Trust<'_>) -> Result<Vec<KnownIssuer>, Error> {
        let ((_, root), below_root) = self.cas.split_first().ok_or(Error::NoCaCertificates)?;
        let known = |ca: &Certificate| trust.known(ca.fingerprint(), self.root);
        let lowest_known = below_root.iter().rposition(|(_, ca)| known(ca).is_some());

        let mut issuer = (root, KnownIssuer::root(root));
        let mut issuers = Vec::new();
        for (index, (place, ca)) in below_root.iter().enumerate() {
            let entry = match known(ca) {
                Some(entry) => entry,
                // Above a known one: nobody vouches for this one here, so nothing is said of it.
                None if Some(index) < lowest_known => continue,
                None => {
                    ca.check_issued_by(issuer.0).map_err(at(*place))?;
                    issuer.1.issue(ca).map_err(at(*place))?
                }
            };
            issuers.push(entry);
            issuer = (ca, entry);
        }
        Ok(issuers)
    }
}

pub(crate) fn fingerprint(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn places() -> impl Iterator<Item = Place> {
    (0..=u8::MAX).map(Place::Ca)
}

fn at(place: Place) -> impl Fn(x509::Error) -> Error {
    move |error| Error::Certificate(place, error)
}

fn read(place: Place, der: &[u8]) -> Result<Certificate, Error> {
    Certificate::from_der(der).map_err(at(place))
}

fn check_window(window: Window, place: Place, now: u64) -> Result<(), Error> {
    if now < window.not_before {
        return Err(Error::NotYetValid(place));
    }
    if now > window.not_after {
        return Err(Error::Expired(place));
    }
    Ok(())
}

/// CA above, end entity below, and all valid now. Gives the intersection of their windows.
fn check_roles(
    cas: &[(Place, Certificate)],
    leaf: &Certificate,
    now: u64,
) -> Result<Window, Error> {
    let mut window = leaf.window();
    for ((place, ca), below) in cas.iter().rev().zip(0u8..) {
        ca.check_ca(below).map_err(at(*place))?;
        check_window(ca.window(), *place, now)?;
        window = window.intersect(ca.window());
    }
    leaf.check_end_entity().map_err(at(Place::Leaf))?;
    check_window(leaf.window(), Place::Leaf, now)?;
    Ok(window)
}

fn check_names(cas: &[(Place, Certificate)], leaf: &Certificate) -> Result<(), Error> {
    let issued = cas.iter().skip(1).map(|(place, ca)| (*place, ca)).chain([(Place::Leaf, leaf)]);
    for ((_, issuer), (place, certificate)) in cas.iter().zip(issued) {
        certificate.check_issuer_name(issuer).map_err(at(place))?;
    }
    Ok(())
}
