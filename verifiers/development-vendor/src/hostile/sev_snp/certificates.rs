//! The chain: ARK, ASK, VCEK.

use super::{good, refused, with_chain, Hostile};
use crate::{
    certificate::{basic_constraints, extension, key_usage, name, BASIC_CONSTRAINTS},
    hostile::{other_key, NOW},
    sev_snp::{vlek_chain, Product, SevSnpReport, SigningKey, Tcb},
    Chain, ChainTemplate,
};
use alloc::{format, vec, vec::Vec};
use x509_cert::ext::pkix::KeyUsages;

/// AMD's extensions that every VCEK has: number and name in the verifier's errors.
const REQUIRED: [(&str, &str); 7] = [
    ("1.3.6.1.4.1.3704.1.1", "StructureVersion"),
    ("1.3.6.1.4.1.3704.1.2", "ProductName"),
    ("1.3.6.1.4.1.3704.1.3.1", "Bootloader"),
    ("1.3.6.1.4.1.3704.1.3.2", "Tee"),
    ("1.3.6.1.4.1.3704.1.3.3", "Snp"),
    ("1.3.6.1.4.1.3704.1.3.8", "Microcode"),
    ("1.3.6.1.4.1.3704.1.4", "ChipId"),
];
const STRUCTURE_VERSION: &str = "1.3.6.1.4.1.3704.1.1";
const PRODUCT_NAME: &str = "1.3.6.1.4.1.3704.1.2";
const SPL4: &str = "1.3.6.1.4.1.3704.1.3.4";
const MICROCODE: &str = "1.3.6.1.4.1.3704.1.3.8";
const FMC: &str = "1.3.6.1.4.1.3704.1.3.9";
const CHIP_ID: &str = "1.3.6.1.4.1.3704.1.4";
const CSP_ID: &str = "1.3.6.1.4.1.3704.1.5";
/// DER of the number 2.
const TWO: [u8; 3] = [0x02, 0x01, 0x02];

pub(super) fn all() -> Vec<Hostile> {
    let mut all = roots();
    all.extend(forms());
    all.extend(times());
    all.extend(places());
    all.extend(extensions());
    all.extend(providers());
    all.extend(signatures());
    all
}

/// The good report under an altered chain up to the genuine root.
fn altered(
    name: impl Into<alloc::string::String>,
    rule: &'static str,
    error: impl Into<alloc::string::String>,
    alter: impl FnOnce(&mut ChainTemplate),
) -> Hostile {
    with_chain(name, rule, good().chain(), error, false, alter)
}

/// The good report under a chain whose root is altered, and trusted.
fn altered_root(
    name: &str,
    rule: &'static str,
    error: &str,
    alter: impl FnOnce(&mut ChainTemplate),
) -> Hostile {
    with_chain(name, rule, good().chain(), error, true, alter)
}

fn roots() -> Vec<Hostile> {
    let root = "the root's hash is pinned";
    vec![
        altered("root-of-another-serial-number", root, "UntrustedRoot", |chain| {
            chain.root.template.serial = 2;
        }),
        with_chain(
            "root-of-another-product",
            "the root is one that the caller trusts",
            SevSnpReport::new(Product::Turin, [7; 48], [8; 64]).chain(),
            "UntrustedRoot",
            false,
            |_| (),
        ),
        altered_root(
            "root-of-an-unknown-product",
            "products are known",
            "WrongName(Ark)",
            |chain| {
                rename_root(chain, "ARK-Rome");
            },
        ),
        altered_root("root-on-p-384", "CA keys are RSA-4096", "NotRsa4096(Ark)", |chain| {
            chain.root.key = other_key();
            chain.root.template.public_key = other_key().public_key();
        }),
        altered_root(
            "root-with-no-ca-below",
            "the root may have a CA below it",
            "Certificate(Ark, PathTooLong)",
            |chain| chain.root.template.set(basic_constraints(true, Some(0))),
        ),
        altered_root(
            "root-that-is-no-ca",
            "the root is a CA",
            "Certificate(Ark, NotACa)",
            |chain| chain.root.template.remove(BASIC_CONSTRAINTS),
        ),
    ]
}

fn rename_root(chain: &mut ChainTemplate, common_name: &str) {
    let root = name(common_name);
    chain.root.template.issuer = root.clone();
    chain.root.template.subject = root.clone();
    chain.intermediates[0].template.issuer = root;
}

fn forms() -> Vec<Hostile> {
    type Alter = fn(&mut Chain);
    let cases: [(&str, &'static str, &str, Alter); 5] = [
        ("empty-root", "a certificate is whole", "Certificate(Ark, Malformed)", |chain| {
            chain.cas[0].clear();
        }),
        (
            "truncated-ask",
            "a certificate is whole",
            "Certificate(Intermediate, Malformed)",
            |chain| {
                chain.cas[1].pop();
            },
        ),
        ("truncated-leaf", "a certificate is whole", "Certificate(Leaf, Malformed)", |chain| {
            chain.leaf.pop();
        }),
        (
            "byte-behind-the-leaf",
            "nothing follows a certificate",
            "Certificate(Leaf, TrailingBytes)",
            |chain| chain.leaf.push(0),
        ),
        ("root-and-ask-swapped", "the root comes first", "UntrustedRoot", |chain| {
            chain.cas.swap(0, 1);
        }),
    ];
    let broken = |(name, rule, error, alter): (&str, &'static str, &str, Alter)| {
        let mut chain = good().chain().sign();
        alter(&mut chain);
        refused(name, rule, good().sign(), &chain, error)
    };
    cases.into_iter().map(broken).collect()
}

fn times() -> Vec<Hostile> {
    let rule = "every certificate is valid now";
    vec![
        altered("expired-leaf", rule, "Expired(Leaf)", |chain| {
            chain.leaf.template.not_after = NOW - 1;
        }),
        altered("leaf-of-tomorrow", rule, "NotYetValid(Leaf)", |chain| {
            chain.leaf.template.not_before = NOW + 1;
        }),
        altered("expired-ask", rule, "Expired(Intermediate)", |chain| {
            chain.intermediates[0].template.not_after = NOW - 1;
        }),
        altered("ask-of-tomorrow", rule, "NotYetValid(Intermediate)", |chain| {
            chain.intermediates[0].template.not_before = NOW + 1;
        }),
        altered_root("expired-root", rule, "Expired(Ark)", |chain| {
            chain.root.template.not_after = NOW - 1;
        }),
    ]
}

fn places() -> Vec<Hostile> {
    let names = "names are AMD's, of one product";
    vec![
        altered("ask-of-another-product", names, "WrongName(Intermediate)", |chain| {
            rename_ask(chain, "SEV-Genoa");
        }),
        altered("vcek-under-an-asvk", names, "WrongName(Leaf)", |chain| {
            rename_ask(chain, "SEV-VLEK-Milan");
        }),
        altered("leaf-named-vlek", names, "WrongName(Leaf)", |chain| {
            chain.leaf.template.subject = name("SEV-VLEK");
        }),
        altered("ask-on-p-384", "CA keys are RSA-4096", "NotRsa4096(Intermediate)", |chain| {
            chain.intermediates[0].key = other_key();
            chain.intermediates[0].template.public_key = other_key().public_key();
        }),
        altered("rsa-leaf", "the leaf's key is on P-384", "NotP384", |chain| {
            chain.leaf.template.public_key = chain.root.key.public_key();
        }),
        altered(
            "ask-that-is-no-ca",
            "the ASK is a CA",
            "Certificate(Intermediate, NotACa)",
            |chain| {
                chain.intermediates[0].template.set(basic_constraints(false, None));
            },
        ),
        altered(
            "ask-that-signs-lists-alone",
            "the ASK may sign certificates",
            "Certificate(Intermediate, MayNotSignCertificates)",
            |chain| chain.intermediates[0].template.set(key_usage(KeyUsages::CRLSign)),
        ),
        altered("ca-as-leaf", "the leaf is no CA", "Certificate(Leaf, CaAsEndEntity)", |chain| {
            chain.leaf.template.set(basic_constraints(true, None));
        }),
        altered(
            "leaf-that-enciphers",
            "the leaf may sign",
            "Certificate(Leaf, WrongEndEntityKeyUsage)",
            |chain| chain.leaf.template.set(key_usage(KeyUsages::KeyEncipherment)),
        ),
    ]
}

fn rename_ask(chain: &mut ChainTemplate, common_name: &str) {
    chain.intermediates[0].template.subject = name(common_name);
    chain.leaf.template.issuer = name(common_name);
}

fn extensions() -> Vec<Hostile> {
    let missing = |(oid, field): (&str, &str)| {
        altered(
            format!("no-{field}"),
            "AMD's extensions are there",
            format!("MissingExtension({field})"),
            |chain| chain.leaf.template.remove(oid),
        )
    };
    let set = |name: &str, rule: &'static str, error: &str, oid: &str, value: &[u8]| {
        altered(name, rule, error, |chain| {
            chain.leaf.template.set(extension(oid, false, value.to_vec()));
        })
    };
    let mut all: Vec<_> = REQUIRED.into_iter().map(missing).collect();
    all.extend([
        altered(
            "microcode-twice",
            "no extension twice",
            "Certificate(Leaf, DuplicateExtension)",
            |chain| chain.leaf.template.extensions.push(extension(MICROCODE, false, TWO.to_vec())),
        ),
        altered(
            "unknown-critical-extension",
            "what is critical is understood",
            "Certificate(Leaf, UnknownCriticalExtension)",
            |chain| chain.leaf.template.set(extension(MICROCODE, true, TWO.to_vec())),
        ),
        set(
            "structure-2",
            "the structure of the extensions is known",
            "UnknownStructure(2)",
            STRUCTURE_VERSION,
            &TWO,
        ),
        set(
            "name-of-another-product",
            "the product is the root's",
            "ProductMismatch(Leaf)",
            PRODUCT_NAME,
            b"\x16\x05Genoa",
        ),
        set(
            "level-of-no-component",
            "what has no component is zero",
            "UnknownPatchLevel(Reserved(4))",
            SPL4,
            &TWO,
        ),
        set(
            "level-of-two-bytes",
            "a patch level is a byte",
            "MalformedExtension(Microcode)",
            MICROCODE,
            &[0x02, 0x02, 0x01, 0x00],
        ),
        set("fmc-on-milan", "Turin alone has an FMC", "UnexpectedExtension(Fmc)", FMC, &TWO),
        set(
            "provider-in-a-vcek",
            "a VCEK names no provider",
            "UnexpectedExtension(CspId)",
            CSP_ID,
            b"\x16\x05cloud",
        ),
        set(
            "chip-id-of-63-bytes",
            "a chip's identity has 64 bytes",
            "MalformedExtension(ChipId)",
            CHIP_ID,
            &[1; 63],
        ),
        set(
            "chip-id-of-zeros",
            "a chip's identity is not zero",
            "MalformedExtension(ChipId)",
            CHIP_ID,
            &[0; 64],
        ),
    ]);
    all
}

/// Under a VLEK.
fn providers() -> Vec<Hostile> {
    let template = || vlek_chain(Product::Milan, "cloud", Tcb::current(Product::Milan));
    let chain = template().sign();
    let vlek = good().signed_by(SigningKey::Vlek);
    vec![
        with_chain(
            "no-provider",
            "a VLEK names its provider",
            template(),
            "MissingExtension(CspId)",
            false,
            |chain| chain.leaf.template.remove(CSP_ID),
        ),
        with_chain(
            "chip-in-a-vlek",
            "a VLEK names no chip",
            template(),
            "UnexpectedExtension(ChipId)",
            false,
            |chain| chain.leaf.template.set(extension(CHIP_ID, false, vec![1; 64])),
        ),
        refused(
            "says-vcek-under-a-vlek",
            "the key is of the kind that the report says",
            good().sign_with(&chain.leaf_key),
            &chain,
            "SigningKeyMismatch",
        ),
        refused(
            "debug-under-a-vlek",
            "the host may not debug",
            SevSnpReport { policy: vlek.policy | (1 << 19), ..vlek }.sign_with(&chain.leaf_key),
            &chain,
            "DebugAllowed",
        ),
    ]
}

fn signatures() -> Vec<Hostile> {
    let above = "the certificate above signs";
    vec![
        altered("leaf-of-another-issuer", above, "Certificate(Leaf, WrongIssuer)", |chain| {
            chain.leaf.template.issuer = name("SEV-Genoa");
        }),
        altered("leaf-signed-by-the-root", above, "Certificate(Leaf, WrongSignature)", |chain| {
            chain.leaf.signed_by = Some(chain.root.key.clone());
        }),
        altered("leaf-signed-on-p-384", above, "Certificate(Leaf, WrongKeyKind)", |chain| {
            chain.leaf.signed_by = Some(other_key());
        }),
        altered(
            "leaf-with-a-short-signature",
            "a signature is as long as the modulus",
            "Certificate(Leaf, MalformedSignature)",
            |chain| chain.leaf.template.signature = Some(vec![1; 511]),
        ),
        altered(
            "leaf-with-a-signature-above-the-modulus",
            "a signature is below the modulus",
            "Certificate(Leaf, MalformedSignature)",
            |chain| chain.leaf.template.signature = Some(vec![0xff; 512]),
        ),
        altered(
            "ask-of-another-issuer",
            above,
            "Certificate(Intermediate, WrongIssuer)",
            |chain| chain.intermediates[0].template.issuer = name("ARK-Genoa"),
        ),
        altered(
            "ask-signed-by-itself",
            above,
            "Certificate(Intermediate, WrongSignature)",
            |chain| {
                let ask = chain.intermediates[0].key.clone();
                chain.intermediates[0].signed_by = Some(ask);
            },
        ),
    ]
}
