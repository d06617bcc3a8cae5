//! One hostile chain per rule, each refused by the rule's own error.

mod common;

use common::{
    fingerprint,
    issue::{
        ia5, integer, remove, set, CHIP_ID, LEAF_WINDOW, MILAN, MILAN_TCB, NOW, PROVIDER, TURIN,
        VLEK,
    },
    OwnedChain,
};
use opg_development_vendor::{
    certificate::{basic_constraints, name, BASIC_CONSTRAINTS, KEY_USAGE, VALID_FROM, VALID_UNTIL},
    hostile::rsa_public_key,
    sev_snp::{self, Product},
    CertificateTemplate, ChainTemplate,
};
use opg_verifier_sev_snp::{verify_chain, Endorsement, EndorsementKey, Error, Extension, Part};
use opg_verifier_x509::Error as X509;

/// What is said of a chain whose root is trusted, whatever it is.
fn verify(chain: &OwnedChain) -> Result<Endorsement, Error> {
    verify_chain(&chain.chain(), &[chain.root()], NOW)
}

/// The verdict on Milan's VCEK after a change to its certificate.
fn with_vcek(change: impl FnOnce(&mut CertificateTemplate)) -> Result<Endorsement, Error> {
    verify(&MILAN.with_leaf(change))
}

/// The verdict on the chain with another ASK.
fn with_ask(change: impl FnOnce(&mut CertificateTemplate)) -> Result<Endorsement, Error> {
    verify(&MILAN.with_intermediate(change))
}

/// The verdict on the chain with another root, which is trusted.
fn with_ark(change: impl FnOnce(&mut CertificateTemplate)) -> Result<Endorsement, Error> {
    verify(&MILAN.with_root(change))
}

#[test]
fn the_chains_that_the_cases_start_from_verify() {
    for case in [&*MILAN, &*TURIN, &*VLEK] {
        assert_eq!(verify(&case.chain), Ok(case.endorsement.clone()));
        assert_eq!(case.endorsement.intermediate, fingerprint(&case.chain.intermediate));
        assert_eq!(case.endorsement.fingerprint, fingerprint(&case.chain.leaf));
    }
    assert_eq!(MILAN.endorsement.chip_id, Some(CHIP_ID));
    assert_eq!(MILAN.endorsement.csp_id, None);
    assert_eq!(VLEK.endorsement.kind, EndorsementKey::Vlek);
    assert_eq!(VLEK.endorsement.chip_id, None);
    assert_eq!(VLEK.endorsement.csp_id.as_deref(), Some(PROVIDER));
    let window = MILAN.endorsement.window;
    assert_eq!((window.not_before, window.not_after), LEAF_WINDOW);
}

#[test]
fn a_certificate_that_is_none_is_refused_and_named() {
    let good = &MILAN.chain;
    let refused = |chain: OwnedChain| {
        verify_chain(&chain.chain(), &[good.root()], NOW).expect_err("not a certificate")
    };
    let ark = refused(OwnedChain { ark: vec![0x30, 0], ..good.clone() });
    assert_eq!(ark, Error::Certificate(Part::Ark, X509::Malformed));
    let ask = refused(OwnedChain { intermediate: vec![], ..good.clone() });
    assert_eq!(ask, Error::Certificate(Part::Intermediate, X509::Malformed));
    let leaf = refused(OwnedChain { leaf: vec![0x30; 5000], ..good.clone() });
    assert_eq!(leaf, Error::Certificate(Part::Leaf, X509::TooLong));
    let mut trailing = good.clone();
    trailing.leaf.push(0);
    assert_eq!(refused(trailing), Error::Certificate(Part::Leaf, X509::TrailingBytes));
}

#[test]
fn a_root_that_is_not_trusted_is_refused() {
    let other = TURIN.chain.root();
    let none: &[[u8; 32]] = &[];
    for roots in [none, &[other], &[[0; 32]]] {
        let refused = verify_chain(&MILAN.chain.chain(), roots, NOW);
        assert_eq!(refused, Err(Error::UntrustedRoot));
    }
}

#[test]
fn a_certificate_that_does_not_have_the_name_of_its_place_is_refused() {
    for subject in ["ARK-Rome", "ARK-milan", "ARK-", "Milan", "SEV-Milan"] {
        let refused = with_ark(|ark| ark.subject = name(subject));
        assert_eq!(refused, Err(Error::WrongName(Part::Ark)), "{subject}");
    }
    for subject in ["SEV-Genoa", "SEV-VLEK-Genoa", "SEV-", "SEV-Milan-VLEK", "ARK-Milan"] {
        let refused = with_ask(|ask| ask.subject = name(subject));
        assert_eq!(refused, Err(Error::WrongName(Part::Intermediate)), "{subject}");
    }
    for subject in ["SEV-VLEK", "SEV-VCEK ", "VCEK", "SEV-Milan"] {
        let refused = with_vcek(|leaf| leaf.subject = name(subject));
        assert_eq!(refused, Err(Error::WrongName(Part::Leaf)), "{subject}");
    }
}

#[test]
fn a_vcek_under_an_asvk_and_a_vlek_under_an_ask_are_refused() {
    let under = |template: &ChainTemplate, intermediate: &str| {
        let mut template = template.clone();
        template.intermediates[0].template.subject = name(intermediate);
        template.leaf.template.issuer = name(intermediate);
        verify(&template.sign().into())
    };
    assert_eq!(under(&MILAN.template, "SEV-VLEK-Milan"), Err(Error::WrongName(Part::Leaf)));
    assert_eq!(under(&VLEK.template, "SEV-Milan"), Err(Error::WrongName(Part::Leaf)));
}

#[test]
fn a_ca_that_may_not_issue_is_refused() {
    let ca = |part, error| Err(Error::Certificate(part, error));
    let bare = with_ask(|ask| ask.remove(BASIC_CONSTRAINTS));
    assert_eq!(bare, ca(Part::Intermediate, X509::NotACa));
    let unused = with_ask(|ask| ask.remove(KEY_USAGE));
    assert_eq!(unused, ca(Part::Intermediate, X509::MayNotSignCertificates));

    let bare = with_ark(|ark| ark.remove(BASIC_CONSTRAINTS));
    assert_eq!(bare, ca(Part::Ark, X509::NotACa));
    let short = with_ark(|ark| ark.set(basic_constraints(true, Some(0))));
    assert_eq!(short, ca(Part::Ark, X509::PathTooLong));
}

#[test]
fn a_ca_as_leaf_is_refused() {
    let refused = with_vcek(|leaf| leaf.extensions.push(basic_constraints(true, Some(0))));
    assert_eq!(refused, Err(Error::Certificate(Part::Leaf, X509::CaAsEndEntity)));
}

#[test]
fn an_extension_that_occurs_twice_is_refused() {
    let refused = with_vcek(|leaf| leaf.extensions.push(leaf.extensions[0].clone()));
    assert_eq!(refused, Err(Error::Certificate(Part::Leaf, X509::DuplicateExtension)));
}

#[test]
fn a_key_of_another_kind_is_refused() {
    // RSA of 2048 bits.
    let short = with_ark(|ark| ark.public_key = rsa_public_key(256));
    assert_eq!(short, Err(Error::NotRsa4096(Part::Ark)));
    let short = with_ask(|ask| ask.public_key = rsa_public_key(256));
    assert_eq!(short, Err(Error::NotRsa4096(Part::Intermediate)));
    let elliptic = with_ask(|ask| ask.public_key = MILAN.key().public_key());
    assert_eq!(elliptic, Err(Error::NotRsa4096(Part::Intermediate)));
    let rsa = with_vcek(|leaf| leaf.public_key = rsa_public_key(256));
    assert_eq!(rsa, Err(Error::NotP384));
}

#[test]
fn each_certificate_must_be_valid_and_the_window_is_the_common_part() {
    let good = &MILAN.chain;
    let at = |now| verify_chain(&good.chain(), &[good.root()], now).map(|_| ());
    let (first, last) = LEAF_WINDOW;
    assert_eq!(at(first), Ok(()));
    assert_eq!(at(last), Ok(()));
    assert_eq!(at(first - 1), Err(Error::NotYetValid(Part::Leaf)));
    assert_eq!(at(last + 1), Err(Error::Expired(Part::Leaf)));
    assert_eq!(at(VALID_FROM - 1), Err(Error::NotYetValid(Part::Ark)));
    assert_eq!(at(VALID_UNTIL + 1), Err(Error::Expired(Part::Ark)));

    let late = with_ask(|ask| ask.not_before = NOW + 1);
    assert_eq!(late, Err(Error::NotYetValid(Part::Intermediate)));
    let past = with_ask(|ask| ask.not_after = NOW - 1);
    assert_eq!(past, Err(Error::Expired(Part::Intermediate)));
    let window = with_ask(|ask| ask.not_after = NOW).unwrap().window;
    assert_eq!((window.not_before, window.not_after), (LEAF_WINDOW.0, NOW));
}

#[test]
fn an_extension_that_is_missing_is_refused() {
    let cases = [
        ("1", Extension::StructureVersion),
        ("2", Extension::ProductName),
        ("3.1", Extension::Bootloader),
        ("3.2", Extension::Tee),
        ("3.3", Extension::Snp),
        ("3.8", Extension::Microcode),
        ("4", Extension::ChipId),
    ];
    for (number, extension) in cases {
        let refused = with_vcek(|leaf| remove(leaf, number));
        assert_eq!(refused, Err(Error::MissingExtension(extension)), "{number}");
    }
    let refused = verify(&TURIN.with_leaf(|leaf| remove(leaf, "3.9")));
    assert_eq!(refused, Err(Error::MissingExtension(Extension::Fmc)));
    let refused = verify(&VLEK.with_leaf(|leaf| remove(leaf, "5")));
    assert_eq!(refused, Err(Error::MissingExtension(Extension::CspId)));
}

#[test]
fn an_extension_that_does_not_belong_to_the_key_is_refused() {
    let refused = with_vcek(|leaf| set(leaf, "5", ia5("cloud.example")));
    assert_eq!(refused, Err(Error::UnexpectedExtension(Extension::CspId)));
    let refused = with_vcek(|leaf| set(leaf, "3.9", integer(0)));
    assert_eq!(refused, Err(Error::UnexpectedExtension(Extension::Fmc)));
    let refused = verify(&VLEK.with_leaf(|leaf| set(leaf, "4", CHIP_ID.to_vec())));
    assert_eq!(refused, Err(Error::UnexpectedExtension(Extension::ChipId)));
}

#[test]
fn a_patch_level_that_is_not_the_exact_der_of_a_small_number_is_refused() {
    let malformed: [&[u8]; 8] = [
        &[],
        &[3],
        &[0x02, 0x01],
        &[0x02, 0x02, 0x00, 0x03], // a zero too many
        &[0x02, 0x01, 0x80],       // negative
        &[0x02, 0x02, 0x01, 0x00], // 256
        &[0x02, 0x01, 0x03, 0x00], // a byte after it
        &[0x04, 0x01, 0x03],       // an OCTET STRING
    ];
    for (number, extension) in [
        ("1", Extension::StructureVersion),
        ("3.1", Extension::Bootloader),
        ("3.8", Extension::Microcode),
    ] {
        for value in malformed {
            let refused = with_vcek(|leaf| set(leaf, number, value.to_vec()));
            assert_eq!(refused, Err(Error::MalformedExtension(extension)), "{number} {value:x?}");
        }
    }
}

#[test]
fn what_the_extensions_do_not_define_yet_is_refused() {
    let refused = with_vcek(|leaf| set(leaf, "1", integer(2)));
    assert_eq!(refused, Err(Error::UnknownStructure(2)));
    for number in 4..=7u8 {
        let refused = with_vcek(|leaf| set(leaf, &format!("3.{number}"), integer(1)));
        assert_eq!(refused, Err(Error::UnknownPatchLevel(Extension::Reserved(number))));
    }
}

#[test]
fn the_product_named_in_the_leaf_must_be_the_roots() {
    for name in ["Genoa", "Turin", "Turin-B0", "Milan2", "milan", "-Milan", ""] {
        let refused = with_vcek(|leaf| set(leaf, "2", ia5(name)));
        assert_eq!(refused, Err(Error::ProductMismatch(Part::Leaf)), "{name}");
    }
    for name in ["Milan", "Milan-B1"] {
        assert!(with_vcek(|leaf| set(leaf, "2", ia5(name))).is_ok(), "{name}");
    }
    let refused = with_vcek(|leaf| set(leaf, "2", b"Milan".to_vec()));
    assert_eq!(refused, Err(Error::MalformedExtension(Extension::ProductName)));
}

#[test]
fn siena_and_bergamo_are_endorsed_under_genoa() {
    for (name, accepted) in
        [("Genoa-B1", true), ("Siena", true), ("Bergamo-A2", true), ("Milan", false)]
    {
        let mut genoa = sev_snp::chain(Product::Genoa, CHIP_ID, MILAN_TCB);
        set(&mut genoa.leaf.template, "2", ia5(name));
        assert_eq!(verify(&genoa.sign().into()).is_ok(), accepted, "{name}");
    }
}

/// So few bytes that their length is one, under a tag.
fn tagged(tag: u8, bytes: &[u8]) -> Vec<u8> {
    [&[tag, bytes.len() as u8][..], bytes].concat()
}

#[test]
fn a_chip_identity_of_another_form_is_refused() {
    let malformed = [
        vec![],
        vec![0; 64],
        CHIP_ID[..63].to_vec(),
        [0xc7; 65].to_vec(),
        [0xc7; 8].to_vec(),
        tagged(0x04, &CHIP_ID[..63]),
        tagged(0x0c, &CHIP_ID),
        [tagged(0x04, &CHIP_ID), vec![0]].concat(),
    ];
    for value in malformed {
        let refused = with_vcek(|leaf| set(leaf, "4", value.clone()));
        assert_eq!(refused, Err(Error::MalformedExtension(Extension::ChipId)), "{value:x?}");
    }
    let long = verify(&TURIN.with_leaf(|leaf| set(leaf, "4", CHIP_ID.to_vec())));
    assert_eq!(long, Err(Error::MalformedExtension(Extension::ChipId)));
}

#[test]
fn a_chip_identity_may_be_bare_or_wrapped() {
    let wrapped = with_vcek(|leaf| set(leaf, "4", tagged(0x04, &CHIP_ID))).unwrap();
    assert_eq!(wrapped.chip_id, MILAN.endorsement.chip_id);
}

#[test]
fn a_cloud_provider_without_a_printable_name_is_refused() {
    let long = "c".repeat(65);
    for name in ["", "a\nb", "a\u{7f}", long.as_str()] {
        let refused = verify(&VLEK.with_leaf(|leaf| set(leaf, "5", ia5(name))));
        assert_eq!(refused, Err(Error::MalformedExtension(Extension::CspId)), "{name:?}");
    }
}

#[test]
fn a_certificate_that_another_key_signed_is_refused() {
    let ChainTemplate { root, intermediates, leaf } = &MILAN.template;
    let by_root = leaf.template.sign(&root.key);
    let by_root = OwnedChain { leaf: by_root, ..MILAN.chain.clone() };
    // One of the root's may be a larger number than any of the intermediate's.
    assert!(matches!(
        verify(&by_root),
        Err(Error::Certificate(Part::Leaf, X509::WrongSignature | X509::MalformedSignature))
    ));
    let by_itself = intermediates[0].template.sign(&intermediates[0].key);
    let by_itself = OwnedChain { intermediate: by_itself, ..MILAN.chain.clone() };
    let refused = Error::Certificate(Part::Intermediate, X509::WrongSignature);
    assert_eq!(verify(&by_itself), Err(refused));
    // As an RSA key of 2048 bits would sign.
    let short = with_vcek(|leaf| leaf.signature = Some(vec![1; 256]));
    assert_eq!(short, Err(Error::Certificate(Part::Leaf, X509::MalformedSignature)));
}

#[test]
fn a_certificate_that_names_another_issuer_is_refused() {
    let leaf = with_vcek(|leaf| leaf.issuer = name("SEV-Genoa"));
    assert_eq!(leaf, Err(Error::Certificate(Part::Leaf, X509::WrongIssuer)));
    let ask = with_ask(|ask| ask.issuer = name("ARK-Genoa"));
    assert_eq!(ask, Err(Error::Certificate(Part::Intermediate, X509::WrongIssuer)));
}

/// The root's hash is pinned, which covers more than its own signature: a root signed by anybody is the same trust.
#[test]
fn the_roots_own_signature_is_not_looked_at() {
    let ark = MILAN.template.root.template.sign(&MILAN.template.intermediates[0].key);
    assert!(verify(&OwnedChain { ark, ..MILAN.chain.clone() }).is_ok());
}
