//! What a certificate must be before anything is asked of it.

mod common;

use common::{
    certificates::{ca, end_entity, key, signing_key},
    read,
};
use opg_development_vendor::{
    certificate::{
        basic_constraints, extension, key_usage, name, BASIC_CONSTRAINTS, NAME_CONSTRAINTS,
        VALID_FROM, VALID_UNTIL,
    },
    hostile::rsa_public_key,
    CertificateTemplate, Key,
};
use opg_verifier_x509::{Certificate, Error, PublicKey, Window, MAX_CERTIFICATE_BYTES};
use proptest::prelude::*;
use x509_cert::{
    der::{
        asn1::{Any, BitString, ObjectIdentifier},
        Encode, Tag,
    },
    ext::pkix::KeyUsages,
};

const OWN_EXTENSION: &str = "1.3.6.1.4.1.3704.1.1";
/// A curve next to secp384r1, which is 1.3.132.0.34.
const SECP521R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

fn template() -> CertificateTemplate {
    end_entity("leaf", "ca", &key(2))
}

/// What reading says of the template when changed like this.
fn refused(change: impl FnOnce(&mut CertificateTemplate)) -> Error {
    let mut template = template();
    change(&mut template);
    Certificate::from_der(&template.sign(&key(1))).expect_err("must not be accepted")
}

#[test]
fn a_certificate_gives_back_what_it_was_made_of() {
    let mut template = template();
    template.extensions.push(extension(OWN_EXTENSION, false, b"contents".to_vec()));
    let certificate = read(&template.sign(&key(1)));
    assert_eq!(certificate.subject_der(), name("leaf"));
    assert_eq!(certificate.issuer_der(), name("ca"));
    assert_eq!(certificate.common_name().as_deref(), Some("leaf"));
    assert_eq!(certificate.window(), Window { not_before: VALID_FROM, not_after: VALID_UNTIL });
    assert_eq!(certificate.extension(OWN_EXTENSION), Some(b"contents".as_slice()));
    assert_eq!(certificate.extension("1.3.6.1.4.1.3704.1.2"), None);
    assert_eq!(certificate.extension("not an identifier"), None);
    match certificate.public_key() {
        PublicKey::P384(found) => assert_eq!(found, signing_key(2).verifying_key()),
        PublicKey::Rsa(_) => panic!("another kind of key"),
    }
}

#[test]
fn a_common_name_that_occurs_twice_is_none() {
    let mut template = template();
    // Without the tag and the length of the SEQUENCE.
    let one = &name("one")[2..];
    template.subject = Any::new(Tag::Sequence, [one, one].concat()).unwrap().to_der().unwrap();
    assert_eq!(read(&template.sign(&key(1))).common_name(), None);
}

#[test]
fn the_fingerprint_differs_where_only_the_signature_does() {
    let certificate = read(&template().sign(&key(1)));
    let other = read(&template().sign(&key(3)));
    assert_ne!(certificate.fingerprint(), other.fingerprint());
}

#[test]
fn bytes_after_the_certificate_are_refused() {
    let mut der = template().sign(&key(1));
    der.push(0);
    assert_eq!(Certificate::from_der(&der).err(), Some(Error::TrailingBytes));
}

#[test]
fn a_certificate_over_the_bound_is_refused_before_it_is_read() {
    let der = vec![0; MAX_CERTIFICATE_BYTES + 1];
    assert_eq!(Certificate::from_der(&der).err(), Some(Error::TooLong));
    assert_eq!(Certificate::from_der(&der[1..]).err(), Some(Error::Malformed));
}

#[test]
fn a_certificate_cut_anywhere_is_refused() {
    let der = template().sign(&key(1));
    for len in 0..der.len() {
        assert_eq!(Certificate::from_der(&der[..len]).err(), Some(Error::Malformed), "{len} bytes");
    }
}

#[test]
fn a_length_written_longer_than_need_be_is_refused() {
    let der = template().sign(&key(1));
    assert_eq!(der[1], 0x82);
    let mut longer = der.clone();
    longer[1] = 0x83;
    longer.insert(2, 0x00);
    assert_eq!(Certificate::from_der(&longer).err(), Some(Error::Malformed));
}

#[test]
fn another_version_than_3_is_refused() {
    assert_eq!(refused(|t| t.version = None), Error::NotVersion3);
    assert_eq!(refused(|t| t.version = Some(1)), Error::NotVersion3);
}

#[test]
fn an_extension_that_occurs_twice_is_refused() {
    let own = extension(OWN_EXTENSION, false, vec![]);
    assert_eq!(refused(|t| t.extensions.extend([own.clone(), own])), Error::DuplicateExtension);
    assert_eq!(
        refused(|t| t.extensions.push(basic_constraints(true, None))),
        Error::DuplicateExtension
    );
    assert_eq!(
        refused(|t| t.extensions.insert(0, key_usage(KeyUsages::DigitalSignature))),
        Error::DuplicateExtension
    );
}

#[test]
fn a_critical_extension_that_is_not_read_is_refused() {
    for oid in [OWN_EXTENSION, NAME_CONSTRAINTS] {
        let unknown = extension(oid, true, vec![0x30, 0x00]);
        assert_eq!(refused(|t| t.extensions.push(unknown)), Error::UnknownCriticalExtension);
    }
}

#[test]
fn constraints_that_are_not_der_of_their_type_are_refused() {
    let spoilt = extension(BASIC_CONSTRAINTS, true, vec![0x30, 0x03, 0x02, 0x01]);
    assert_eq!(refused(|t| t.set(spoilt)), Error::Malformed);
}

#[test]
fn signature_algorithms_must_agree_and_be_known() {
    let sha256 = || Some(Key::derive_p256("ECDSA with SHA-256", &[]).algorithm());
    assert_eq!(refused(|t| t.signed_algorithm = sha256()), Error::SignatureAlgorithmsDiffer);
    let both = refused(|t| {
        t.signed_algorithm = sha256();
        t.outer_algorithm = sha256();
    });
    assert_eq!(both, Error::UnsupportedSignatureAlgorithm);
}

#[test]
fn a_public_key_must_be_of_a_known_kind_and_valid() {
    let uncompressed = key(2).public_bytes();
    let of_point = |point: Vec<u8>| {
        refused(|t| t.public_key.subject_public_key = BitString::from_bytes(&point).unwrap())
    };

    let mut compressed = uncompressed[..49].to_vec();
    compressed[0] = 0x02;
    assert_eq!(of_point(compressed), Error::UnsupportedPublicKey);
    assert_eq!(of_point(vec![0x00]), Error::UnsupportedPublicKey);
    let mut off_curve = uncompressed.clone();
    off_curve[96] ^= 1;
    assert_eq!(of_point(off_curve), Error::InvalidPublicKey);
    let mut unreduced = vec![0xff; 97];
    unreduced[0] = 0x04;
    assert_eq!(of_point(unreduced), Error::InvalidPublicKey);

    let other_curve = Any::encode_from(&SECP521R1).unwrap();
    let named = refused(|t| t.public_key.algorithm.parameters = Some(other_curve));
    assert_eq!(named, Error::UnsupportedPublicKey);

    assert_eq!(refused(|t| t.public_key = rsa_public_key(255)), Error::InvalidPublicKey);
    assert_eq!(refused(|t| t.public_key = rsa_public_key(513)), Error::InvalidPublicKey);
}

#[test]
fn an_rsa_key_of_an_allowed_length_is_read() {
    for bytes in [256, 512] {
        let mut template = template();
        template.public_key = rsa_public_key(bytes);
        assert!(matches!(read(&template.sign(&key(1))).public_key(), PublicKey::Rsa(_)));
    }
}

#[test]
fn no_byte_of_a_certificate_can_be_changed() {
    let issuer = read(&ca("ca", "root", &key(1), None).sign(&key(3)));
    let der = template().sign(&key(1));
    assert_eq!(read(&der).check_issued_by(&issuer), Ok(()));
    for position in 0..der.len() {
        for mask in [0x01, 0x80] {
            let mut changed = der.clone();
            changed[position] ^= mask;
            let outcome = Certificate::from_der(&changed).and_then(|c| c.check_issued_by(&issuer));
            assert!(outcome.is_err(), "byte {position} changed by {mask:#04x}");
        }
    }
}

#[test]
fn a_window_has_both_of_its_ends() {
    let window = Window { not_before: 10, not_after: 20 };
    assert_eq!([9, 10, 20, 21].map(|now| window.contains(now)), [false, true, true, false]);
    let later = Window { not_before: 15, not_after: 30 };
    assert_eq!(window.intersect(later), Window { not_before: 15, not_after: 20 });
    let apart = window.intersect(Window { not_before: 25, not_after: 30 });
    assert!(!(0..40).any(|now| apart.contains(now)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = Certificate::from_der(&bytes);
    }

    #[test]
    fn hostile_changes_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut der = template().sign(&key(1));
        for (position, byte) in changes {
            let position = position.index(der.len());
            der[position] = byte;
        }
        if let Ok(certificate) = Certificate::from_der(&der) {
            let _ = (certificate.check_ca(0), certificate.check_end_entity());
        }
    }
}
