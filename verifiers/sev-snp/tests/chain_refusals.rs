//! One hostile chain per rule, each refused by the rule's own error.

mod common;

use common::{
    fingerprint,
    issue::{
        ark, chain, ia5, integer, intermediate, rsa_key, tlv, turin_vcek, vcek, vlek, Draft,
        Extension as DraftExtension, ARK_KEY, ASK_KEY, BASIC_CONSTRAINTS, CA_WINDOW, CHIP_ID,
        KEY_USAGE, LEAF_WINDOW, NOW, SHORT_KEY,
    },
    signing::{MILAN, TURIN, VLEK},
    OwnedChain,
};
use opg_verifier_sev_snp::{verify_chain, Endorsement, EndorsementKey, Error, Extension, Part};
use opg_verifier_x509::Error as X509;
use rsa::RsaPrivateKey;

fn verify(chain: &OwnedChain) -> Result<Endorsement, Error> {
    verify_chain(&chain.chain(), &[chain.root()], NOW)
}

/// The verdict on Milan's VCEK after a change to its certificate.
fn with_vcek(change: impl FnOnce(&mut Draft)) -> Result<Endorsement, Error> {
    with_leaf(vcek(), &MILAN.chain, change)
}

fn with_leaf(
    mut leaf: Draft,
    chain: &OwnedChain,
    change: impl FnOnce(&mut Draft),
) -> Result<Endorsement, Error> {
    change(&mut leaf);
    verify(&OwnedChain { leaf: leaf.sign(&ASK_KEY), ..chain.clone() })
}

/// The verdict on the chain with another ASK.
fn with_ask(ask: &Draft, key: &RsaPrivateKey) -> Result<Endorsement, Error> {
    verify(&OwnedChain { intermediate: ask.sign(key), ..MILAN.chain.clone() })
}

/// The verdict on the chain with another root, which is trusted.
fn with_ark(ark: &Draft) -> Result<Endorsement, Error> {
    verify(&OwnedChain { ark: ark.sign(&ARK_KEY), ..MILAN.chain.clone() })
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
    assert_eq!(VLEK.endorsement.csp_id.as_deref(), Some("cloud.example"));
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
    for name in ["ARK-Rome", "ARK-milan", "ARK-", "Milan", "SEV-Milan"] {
        let named = Draft { subject: name.into(), ..ark("Milan") };
        assert_eq!(with_ark(&named), Err(Error::WrongName(Part::Ark)), "{name}");
    }
    for name in ["SEV-Genoa", "SEV-VLEK-Genoa", "SEV-", "SEV-Milan-VLEK", "ARK-Milan"] {
        let named = Draft { subject: name.into(), ..intermediate("Milan", "") };
        let refused = with_ask(&named, &ARK_KEY);
        assert_eq!(refused, Err(Error::WrongName(Part::Intermediate)), "{name}");
    }
    for name in ["SEV-VLEK", "SEV-VCEK ", "VCEK", "SEV-Milan"] {
        let refused = with_vcek(|leaf| leaf.subject = name.into());
        assert_eq!(refused, Err(Error::WrongName(Part::Leaf)), "{name}");
    }
}

#[test]
fn a_vcek_under_an_asvk_and_a_vlek_under_an_ask_are_refused() {
    let issued_by = |issuer: &str, leaf: Draft| Draft { issuer: issuer.into(), ..leaf };
    let vcek = issued_by("SEV-VLEK-Milan", vcek());
    assert_eq!(verify(&chain(&vcek)), Err(Error::WrongName(Part::Leaf)));
    let vlek = issued_by("SEV-Milan", vlek());
    assert_eq!(verify(&chain(&vlek)), Err(Error::WrongName(Part::Leaf)));
}

#[test]
fn a_ca_that_may_not_issue_is_refused() {
    let ca = |part, error| Err(Error::Certificate(part, error));
    let ask = intermediate("Milan", "");
    let bare = ask.clone().without(BASIC_CONSTRAINTS);
    assert_eq!(with_ask(&bare, &ARK_KEY), ca(Part::Intermediate, X509::NotACa));
    let unused = ask.without(KEY_USAGE);
    assert_eq!(with_ask(&unused, &ARK_KEY), ca(Part::Intermediate, X509::MayNotSignCertificates));

    let bare = ark("Milan").without(BASIC_CONSTRAINTS);
    assert_eq!(with_ark(&bare), ca(Part::Ark, X509::NotACa));
    let mut short = ark("Milan").without(BASIC_CONSTRAINTS);
    short.extensions.push(DraftExtension {
        oid: BASIC_CONSTRAINTS.into(),
        critical: true,
        value: tlv(0x30, &[&tlv(0x01, &[&[0xff]]), &integer(0)]),
    });
    assert_eq!(with_ark(&short), ca(Part::Ark, X509::PathTooLong));
}

#[test]
fn a_ca_as_leaf_is_refused() {
    let constraints = intermediate("Milan", "").extensions.pop().unwrap();
    let refused = with_vcek(|leaf| leaf.extensions.push(constraints));
    assert_eq!(refused, Err(Error::Certificate(Part::Leaf, X509::CaAsEndEntity)));
}

#[test]
fn an_extension_that_occurs_twice_is_refused() {
    let refused = with_vcek(|leaf| leaf.extensions.push(leaf.extensions[0].clone()));
    assert_eq!(refused, Err(Error::Certificate(Part::Leaf, X509::DuplicateExtension)));
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let short = Draft { key: rsa_key(&SHORT_KEY), ..ark("Milan") };
    assert_eq!(with_ark(&short), Err(Error::NotRsa4096(Part::Ark)));
    let short = Draft { key: rsa_key(&SHORT_KEY), ..intermediate("Milan", "") };
    assert_eq!(with_ask(&short, &ARK_KEY), Err(Error::NotRsa4096(Part::Intermediate)));
    let elliptic = Draft { key: vcek().key, ..intermediate("Milan", "") };
    assert_eq!(with_ask(&elliptic, &ARK_KEY), Err(Error::NotRsa4096(Part::Intermediate)));
    let rsa = with_vcek(|leaf| leaf.key = rsa_key(&SHORT_KEY));
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
    let (first, last) = CA_WINDOW;
    assert_eq!(at(first - 1), Err(Error::NotYetValid(Part::Ark)));
    assert_eq!(at(last + 1), Err(Error::Expired(Part::Ark)));

    let late = Draft { times: ["260201000000Z", "450101000000Z"], ..intermediate("Milan", "") };
    assert_eq!(with_ask(&late, &ARK_KEY), Err(Error::NotYetValid(Part::Intermediate)));
    let past = Draft { times: ["200101000000Z", "251231235959Z"], ..intermediate("Milan", "") };
    assert_eq!(with_ask(&past, &ARK_KEY), Err(Error::Expired(Part::Intermediate)));
    let shorter = Draft { times: ["200101000000Z", "260101000000Z"], ..intermediate("Milan", "") };
    let window = with_ask(&shorter, &ARK_KEY).unwrap().window;
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
        let refused = with_vcek(|leaf| leaf.remove(number));
        assert_eq!(refused, Err(Error::MissingExtension(extension)), "{number}");
    }
    let refused = with_leaf(turin_vcek(), &TURIN.chain, |leaf| leaf.remove("3.9"));
    assert_eq!(refused, Err(Error::MissingExtension(Extension::Fmc)));
    let refused = with_leaf(vlek(), &VLEK.chain, |leaf| leaf.remove("5"));
    assert_eq!(refused, Err(Error::MissingExtension(Extension::CspId)));
}

#[test]
fn an_extension_that_does_not_belong_to_the_key_is_refused() {
    let refused = with_vcek(|leaf| leaf.set("5", ia5("cloud.example")));
    assert_eq!(refused, Err(Error::UnexpectedExtension(Extension::CspId)));
    let refused = with_vcek(|leaf| leaf.set("3.9", integer(0)));
    assert_eq!(refused, Err(Error::UnexpectedExtension(Extension::Fmc)));
    let refused = with_leaf(vlek(), &VLEK.chain, |leaf| leaf.set("4", CHIP_ID.to_vec()));
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
            let refused = with_vcek(|leaf| leaf.set(number, value.to_vec()));
            assert_eq!(refused, Err(Error::MalformedExtension(extension)), "{number} {value:x?}");
        }
    }
}

#[test]
fn what_the_extensions_do_not_define_yet_is_refused() {
    let refused = with_vcek(|leaf| leaf.set("1", integer(2)));
    assert_eq!(refused, Err(Error::UnknownStructure(2)));
    for number in 4..=7u8 {
        let refused = with_vcek(|leaf| leaf.set(&format!("3.{number}"), integer(1)));
        assert_eq!(refused, Err(Error::UnknownPatchLevel(Extension::Reserved(number))));
    }
}

#[test]
fn the_product_named_in_the_leaf_must_be_the_roots() {
    for name in ["Genoa", "Turin", "Turin-B0", "Milan2", "milan", "-Milan", ""] {
        let refused = with_vcek(|leaf| leaf.set("2", ia5(name)));
        assert_eq!(refused, Err(Error::ProductMismatch(Part::Leaf)), "{name}");
    }
    for name in ["Milan", "Milan-B1"] {
        assert!(with_vcek(|leaf| leaf.set("2", ia5(name))).is_ok(), "{name}");
    }
    let refused = with_vcek(|leaf| leaf.set("2", b"Milan".to_vec()));
    assert_eq!(refused, Err(Error::MalformedExtension(Extension::ProductName)));
}

#[test]
fn siena_and_bergamo_are_endorsed_under_genoa() {
    for (name, accepted) in
        [("Genoa-B1", true), ("Siena", true), ("Bergamo-A2", true), ("Milan", false)]
    {
        let mut leaf = Draft { issuer: "SEV-Genoa".into(), ..vcek() };
        leaf.set("2", ia5(name));
        assert_eq!(verify(&chain(&leaf)).is_ok(), accepted, "{name}");
    }
}

#[test]
fn a_chip_identity_of_another_form_is_refused() {
    let malformed = [
        vec![],
        vec![0; 64],
        CHIP_ID[..63].to_vec(),
        [0xc7; 65].to_vec(),
        [0xc7; 8].to_vec(),
        tlv(0x04, &[&CHIP_ID[..63]]),
        tlv(0x0c, &[&CHIP_ID]),
        [tlv(0x04, &[&CHIP_ID]), vec![0]].concat(),
    ];
    for value in malformed {
        let refused = with_vcek(|leaf| leaf.set("4", value.clone()));
        assert_eq!(refused, Err(Error::MalformedExtension(Extension::ChipId)), "{value:x?}");
    }
    let long = with_leaf(turin_vcek(), &TURIN.chain, |leaf| leaf.set("4", CHIP_ID.to_vec()));
    assert_eq!(long, Err(Error::MalformedExtension(Extension::ChipId)));
}

#[test]
fn a_chip_identity_may_be_bare_or_wrapped() {
    let wrapped = with_vcek(|leaf| leaf.set("4", tlv(0x04, &[&CHIP_ID]))).unwrap();
    assert_eq!(wrapped.chip_id, MILAN.endorsement.chip_id);
}

#[test]
fn a_cloud_provider_without_a_printable_name_is_refused() {
    let long = "c".repeat(65);
    for name in ["", "a\nb", "a\u{7f}", long.as_str()] {
        let refused = with_leaf(vlek(), &VLEK.chain, |leaf| leaf.set("5", ia5(name)));
        assert_eq!(refused, Err(Error::MalformedExtension(Extension::CspId)), "{name:?}");
    }
}

#[test]
fn a_certificate_that_another_key_signed_is_refused() {
    let leaf = OwnedChain { leaf: vcek().sign(&ARK_KEY), ..MILAN.chain.clone() };
    assert_eq!(verify(&leaf), Err(Error::Certificate(Part::Leaf, X509::WrongSignature)));
    let ask = with_ask(&intermediate("Milan", ""), &ASK_KEY);
    assert_eq!(ask, Err(Error::Certificate(Part::Intermediate, X509::WrongSignature)));
    let short = OwnedChain { leaf: vcek().sign(&SHORT_KEY), ..MILAN.chain.clone() };
    assert_eq!(verify(&short), Err(Error::Certificate(Part::Leaf, X509::MalformedSignature)));
}

#[test]
fn a_certificate_that_names_another_issuer_is_refused() {
    let leaf = with_vcek(|leaf| leaf.issuer = "SEV-Genoa".into());
    assert_eq!(leaf, Err(Error::Certificate(Part::Leaf, X509::WrongIssuer)));
    let ask = Draft { issuer: "ARK-Genoa".into(), ..intermediate("Milan", "") };
    let ask = with_ask(&ask, &ARK_KEY);
    assert_eq!(ask, Err(Error::Certificate(Part::Intermediate, X509::WrongIssuer)));
}

/// The root's hash is pinned, which covers more than its own signature: a root signed by anybody is the same trust.
#[test]
fn the_roots_own_signature_is_not_looked_at() {
    let ark = ark("Milan").sign(&ASK_KEY);
    let chain = OwnedChain { ark, ..MILAN.chain.clone() };
    assert!(verify_chain(&chain.chain(), &[fingerprint(&chain.ark)], NOW).is_ok());
}
