//! The roots are always the same: chain specifications name their hashes.

use opg_development_vendor::{dcap, nitro, sev_snp, sev_snp::Product};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// `UPDATE_GOLDEN=1` writes the files anew; chains that trust the old roots then refuse new documents. The constants are
/// those of the files after the next build.
#[test]
fn the_roots_are_those_of_the_golden_files() {
    check("nitro", &nitro::root_der(), nitro::ROOT);
    check("dcap", &dcap::root_der(), dcap::ROOT);
    for (name, product) in [
        ("sev-snp-milan", Product::Milan),
        ("sev-snp-genoa", Product::Genoa),
        ("sev-snp-turin", Product::Turin),
    ] {
        check(name, &sev_snp::root_der(product), sev_snp::root(product));
    }
}

fn check(name: &str, root: &[u8], constant: [u8; 32]) {
    let hash: [u8; 32] = Sha256::digest(root).into();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/roots");
        std::fs::write(folder.join(format!("{name}.sha256")), hash).expect("it can be written");
        return;
    }
    assert_eq!(hex::encode(hash), hex::encode(constant), "{name}");
}

#[test]
fn every_root_says_that_it_vouches_for_nothing() {
    for root in [nitro::root_der(), dcap::root_der(), sev_snp::root_der(Product::Milan)] {
        let text = b"vouches for nothing";
        assert!(root.windows(text.len()).any(|window| window == text));
    }
}

#[test]
fn signing_twice_gives_the_same_bytes() {
    let document = nitro::NitroDocument::new([[1; 48]; 4], 1_800_000_000);
    assert_eq!(document.sign(), document.sign());
    let report = sev_snp::SevSnpReport::new(Product::Milan, [1; 48], [2; 64]);
    assert_eq!(report.sign(), report.sign());
    assert_eq!(report.chain().sign().leaf, report.chain().sign().leaf);
}
