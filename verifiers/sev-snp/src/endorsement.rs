//! The chain from AMD's root to the key that signs reports.

use crate::{extension, Error, Part, Product, Tcb};
use alloc::string::String;
use opg_verifier_x509::{Certificate, PublicKey, Window};
use rsa::traits::PublicKeyParts;

/// Bits of the moduli of all of AMD's certificate keys.
const RSA_BITS: usize = 4096;

/// The certificates of a chain, each as DER.
#[derive(Clone, Copy, Debug)]
pub struct Chain<'a> {
    /// The root: AMD Root Key (ARK) of a product line.
    pub ark: &'a [u8],
    /// What the root certifies: the AMD SEV Key (ASK) above VCEKs, or the ASVK above VLEKs.
    pub intermediate: &'a [u8],
    /// The VCEK or VLEK.
    pub leaf: &'a [u8],
}

/// The kinds of key that sign reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndorsementKey {
    /// Versioned Chip Endorsement Key: of one chip at one TCB version.
    Vcek,
    /// Versioned Loaded Endorsement Key: of a cloud provider at one TCB version, loaded into each of its chips. A
    /// report under it says whose the machine is, and cannot say which machine it is.
    Vlek,
}

impl EndorsementKey {
    fn leaf_name(self) -> &'static str {
        match self {
            Self::Vcek => "SEV-VCEK",
            Self::Vlek => "SEV-VLEK",
        }
    }
}

/// What a chain says that [`verify_chain`] accepted: a key, and what it endorses.
///
/// It can be kept and used for any number of reports, each of which then costs one signature. Who keeps it answers for
/// it: [`verify_report`](crate::verify_report) checks its window again and nothing else of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endorsement {
    /// SHA-256 of the root certificate's DER.
    pub root: [u8; 32],
    /// The product line of all three certificates.
    pub product: Product,
    /// Whose key it is.
    pub kind: EndorsementKey,
    /// SHA-256 of the intermediate certificate's DER: where AMD revokes an ASK or ASVK, all that rests on it goes.
    pub intermediate: [u8; 32],
    /// SHA-256 of the leaf certificate's DER.
    pub fingerprint: [u8; 32],
    /// The chip, for a VCEK. On Turin the identity has 8 bytes, and zeros follow.
    pub chip_id: Option<[u8; 64]>,
    /// The cloud provider, for a VLEK, as AMD names it.
    pub csp_id: Option<String>,
    /// The TCB version that the key stands for: firmware of another version cannot derive it.
    pub tcb: Tcb,
    /// When all three certificates are valid.
    pub window: Window,
    /// The key: an uncompressed point of P-384, as SEC1 writes it.
    pub key: [u8; 97],
}

/// Verifies a chain: root, intermediate and leaf.
///
/// # Arguments
///
/// - `roots`: SHA-256 of the DER of each root that is trusted, as [`ARK_MILAN`](crate::ARK_MILAN).
/// - `now`: Unix seconds.
///
/// # Errors
///
/// By the first rule that is broken. Signatures come last: leaf, then intermediate. The root's own signature is not
/// looked at, since its hash is pinned.
pub fn verify_chain(chain: &Chain<'_>, roots: &[[u8; 32]], now: u64) -> Result<Endorsement, Error> {
    // 1. The root is one that the caller trusts.
    let ark = read(Part::Ark, chain.ark)?;
    let root = ark.fingerprint();
    if !roots.contains(&root) {
        return Err(Error::UntrustedRoot);
    }
    let intermediate = read(Part::Intermediate, chain.intermediate)?;
    let leaf = read(Part::Leaf, chain.leaf)?;

    // 2. All three are valid now.
    let mut window = ark.window();
    for (part, certificate) in
        [(Part::Ark, &ark), (Part::Intermediate, &intermediate), (Part::Leaf, &leaf)]
    {
        check_window(part, certificate.window(), now)?;
        window = window.intersect(certificate.window());
    }

    // 3. Each may stand where it stands, by its name, its constraints and the kind of its key.
    let product = product(&ark)?;
    let kind = kind(&intermediate, product)?;
    if leaf.common_name().as_deref() != Some(kind.leaf_name()) {
        return Err(Error::WrongName(Part::Leaf));
    }
    ark.check_ca(1).map_err(|error| Error::Certificate(Part::Ark, error))?;
    intermediate.check_ca(0).map_err(|error| Error::Certificate(Part::Intermediate, error))?;
    leaf.check_end_entity().map_err(|error| Error::Certificate(Part::Leaf, error))?;
    check_rsa_4096(Part::Ark, &ark)?;
    check_rsa_4096(Part::Intermediate, &intermediate)?;
    let key = p384_point(&leaf)?;

    // 4. What AMD says of the key, in extensions of its own.
    let endorsed = extension::read(&leaf, product, kind)?;

    // 5. Each is signed by the one above it.
    leaf.check_issued_by(&intermediate).map_err(|error| Error::Certificate(Part::Leaf, error))?;
    intermediate
        .check_issued_by(&ark)
        .map_err(|error| Error::Certificate(Part::Intermediate, error))?;

    Ok(Endorsement {
        root,
        product,
        kind,
        intermediate: intermediate.fingerprint(),
        fingerprint: leaf.fingerprint(),
        chip_id: endorsed.chip_id,
        csp_id: endorsed.csp_id,
        tcb: endorsed.tcb,
        window,
        key,
    })
}

/// Whether a time lies in a window.
pub(crate) fn check_window(part: Part, window: Window, now: u64) -> Result<(), Error> {
    if now < window.not_before {
        return Err(Error::NotYetValid(part));
    }
    if now > window.not_after {
        return Err(Error::Expired(part));
    }
    Ok(())
}

fn read(part: Part, der: &[u8]) -> Result<Certificate, Error> {
    Certificate::from_der(der).map_err(|error| Error::Certificate(part, error))
}

fn product(ark: &Certificate) -> Result<Product, Error> {
    let name = ark.common_name();
    name.as_deref()
        .and_then(|name| name.strip_prefix("ARK-"))
        .and_then(Product::from_name)
        .ok_or(Error::WrongName(Part::Ark))
}

fn kind(intermediate: &Certificate, product: Product) -> Result<EndorsementKey, Error> {
    let name = intermediate.common_name();
    let name = name.as_deref().and_then(|name| name.strip_prefix("SEV-"));
    if name == Some(product.name()) {
        Ok(EndorsementKey::Vcek)
    } else if name.and_then(|name| name.strip_prefix("VLEK-")) == Some(product.name()) {
        Ok(EndorsementKey::Vlek)
    } else {
        Err(Error::WrongName(Part::Intermediate))
    }
}

fn check_rsa_4096(part: Part, certificate: &Certificate) -> Result<(), Error> {
    match certificate.public_key() {
        PublicKey::Rsa(key) if key.n().bits() == RSA_BITS => Ok(()),
        _ => Err(Error::NotRsa4096(part)),
    }
}

fn p384_point(leaf: &Certificate) -> Result<[u8; 97], Error> {
    let PublicKey::P384(key) = leaf.public_key() else { return Err(Error::NotP384) };
    key.to_sec1_point(false).as_bytes().try_into().map_err(|_| Error::NotP384)
}
