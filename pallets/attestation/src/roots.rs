//! Whose root a document may chain to: the vendors' own, by their hashes, and those of the development
//! vendor on chains that trust it from genesis on.

use alloc::vec::Vec;
use opg_primitives::attestation::Vendor;
use opg_verifier_dcap::{self as dcap, TrustedRoot};

/// SHA-256 of the development vendor's root for Nitro documents, of which it publishes the secret.
pub const DEVELOPMENT_NITRO: [u8; 32] = [
    0xac, 0x57, 0xa6, 0x3b, 0xfc, 0x66, 0x6a, 0x8e, 0x04, 0x3e, 0x8b, 0x6e, 0xe0, 0xaa, 0x17, 0x19,
    0xec, 0x7e, 0xa2, 0xd9, 0x95, 0xb1, 0xf1, 0xac, 0x07, 0xf2, 0x13, 0x8c, 0xa4, 0x9c, 0x48, 0x27,
];
/// The same for SEV-SNP reports, by product line: Milan, Genoa, Turin.
pub const DEVELOPMENT_SEV_SNP: [[u8; 32]; 3] = [
    [
        0xf1, 0x0c, 0xca, 0xa8, 0xdc, 0x2f, 0x91, 0x0c, 0x87, 0xce, 0x07, 0xd4, 0xaa, 0x96, 0xce,
        0x24, 0x23, 0x4e, 0x1f, 0xa0, 0x52, 0xaa, 0x24, 0xc7, 0xe3, 0x1a, 0xbf, 0x6c, 0xfb, 0x0f,
        0x1c, 0x4e,
    ],
    [
        0xe2, 0x36, 0xdb, 0x4a, 0xc8, 0xe3, 0x43, 0xb7, 0xf9, 0xe2, 0xdf, 0x85, 0x20, 0x5f, 0xaf,
        0x98, 0xf2, 0x25, 0x64, 0x11, 0x0a, 0x8e, 0x74, 0x2a, 0xf2, 0x22, 0xf6, 0xe4, 0xda, 0x11,
        0x8c, 0x9b,
    ],
    [
        0x51, 0x09, 0x16, 0x19, 0xc8, 0x24, 0x31, 0xfc, 0xd7, 0xfe, 0x20, 0x6b, 0xaa, 0xe4, 0xa9,
        0x76, 0x7b, 0x22, 0xca, 0x57, 0x5e, 0x0a, 0xc5, 0x21, 0xf0, 0xd2, 0xa3, 0x4f, 0x77, 0x75,
        0xaa, 0xfd,
    ],
];
/// The same for TDX and SGX.
pub const DEVELOPMENT_DCAP: [u8; 32] = [
    0x44, 0x7d, 0x2f, 0x89, 0xe8, 0xa4, 0x5d, 0x76, 0x18, 0xe5, 0x85, 0x4c, 0xcc, 0xff, 0x9e, 0x17,
    0x72, 0x8f, 0xf7, 0x02, 0x4e, 0x97, 0xc4, 0x86, 0x21, 0xb6, 0x7c, 0x56, 0x28, 0x6d, 0x45, 0x45,
];
/// The certificate of that root: the verifier reads the root, and collateral need not bring it.
const DEVELOPMENT_DCAP_DER: &[u8] = include_bytes!("development_dcap_root.der");

/// The roots of Nitro documents that are trusted.
pub fn nitro(development: bool) -> Vec<[u8; 32]> {
    let own = development.then_some(DEVELOPMENT_NITRO);
    core::iter::once(opg_verifier_nitro::AWS_ROOT).chain(own).collect()
}

/// The roots of SEV-SNP chains that are trusted.
pub fn sev_snp(development: bool) -> Vec<[u8; 32]> {
    use opg_verifier_sev_snp::{ARK_GENOA, ARK_MILAN, ARK_TURIN};
    let own = development.then_some(DEVELOPMENT_SEV_SNP).into_iter().flatten();
    [ARK_MILAN, ARK_GENOA, ARK_TURIN].into_iter().chain(own).collect()
}

/// The roots of quotes and their collateral that are trusted, Intel's first.
///
/// # Errors
/// A certificate that is compiled in is not one; the tests of this module read both.
pub fn dcap(development: bool) -> Result<Vec<TrustedRoot>, dcap::Error> {
    let own = || TrustedRoot::pinned(DEVELOPMENT_DCAP_DER, &DEVELOPMENT_DCAP);
    core::iter::once_with(TrustedRoot::intel).chain(development.then(own)).collect()
}

/// Whose root this is, of those that a verifier accepted; `of_format` is the format's own vendor.
pub fn vendor(root: &[u8; 32], of_format: Vendor) -> Vendor {
    let own = [DEVELOPMENT_NITRO, DEVELOPMENT_DCAP];
    let mut development = own.iter().chain(&DEVELOPMENT_SEV_SNP);
    match development.any(|own| own == root) {
        true => Vendor::Development,
        false => of_format,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opg_development_vendor::{
        dcap as own_dcap, nitro as own_nitro,
        sev_snp::{root, Product},
    };

    #[test]
    fn the_roots_of_the_development_vendor_are_those_that_it_signs_under() {
        assert_eq!(DEVELOPMENT_NITRO, own_nitro::ROOT);
        assert_eq!(DEVELOPMENT_DCAP, own_dcap::ROOT);
        assert_eq!(DEVELOPMENT_DCAP_DER, own_dcap::root_der());
        assert_eq!(DEVELOPMENT_SEV_SNP, [Product::Milan, Product::Genoa, Product::Turin].map(root));
    }

    #[test]
    fn the_roots_of_the_vendors_are_pinned() {
        let [milan, genoa, turin] = sev_snp(false)[..] else { panic!("AMD has three roots") };
        let pinned = [
            ("641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b", nitro(false)[0]),
            ("69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd", milan),
            ("4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1", genoa),
            ("1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a", turin),
            (
                "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3",
                dcap::INTEL_ROOT_SHA256,
            ),
        ];
        for (pinned, root) in pinned {
            assert_eq!(hex(&root), pinned);
        }
    }

    #[test]
    fn the_development_vendor_is_a_root_only_where_it_is_trusted() {
        assert!(nitro(true).contains(&DEVELOPMENT_NITRO));
        assert!(!nitro(false).contains(&DEVELOPMENT_NITRO));
        for root in DEVELOPMENT_SEV_SNP {
            assert!(sev_snp(true).contains(&root));
            assert!(!sev_snp(false).contains(&root));
        }
        let hashes = |development| -> Vec<_> {
            dcap(development).unwrap().iter().map(TrustedRoot::hash).collect()
        };
        assert_eq!(hashes(true), [dcap::INTEL_ROOT_SHA256, DEVELOPMENT_DCAP]);
        assert_eq!(hashes(false), [dcap::INTEL_ROOT_SHA256]);
    }

    #[test]
    fn whose_root_it_is_says_whose_word_it_is() {
        assert_eq!(vendor(&opg_verifier_nitro::AWS_ROOT, Vendor::Aws), Vendor::Aws);
        assert_eq!(vendor(&DEVELOPMENT_NITRO, Vendor::Aws), Vendor::Development);
        assert_eq!(vendor(&DEVELOPMENT_DCAP, Vendor::Intel), Vendor::Development);
        assert_eq!(vendor(&DEVELOPMENT_SEV_SNP[0], Vendor::Amd), Vendor::Development);
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
