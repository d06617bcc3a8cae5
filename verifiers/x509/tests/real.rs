//! The certificates that AMD and AWS issued.

mod common;

use common::read;
use opg_test_support::{certificates, vectors};
use opg_verifier_x509::{Certificate, Error, PublicKey};
use std::path::Path;

/// ASK or ASVK, then ARK, as AMD serves them.
fn amd_chain(path: &Path) -> [Certificate; 2] {
    let chain: Vec<_> =
        certificates(opg_test_support::read(path)).iter().map(|der| read(der)).collect();
    chain.try_into().expect("two certificates")
}

#[test]
fn the_cas_of_amd_are_cas_and_the_root_issued_both() {
    let Some(folder) = vectors("sev-snp") else {
        println!("tried 0: no vectors");
        return;
    };
    let files = [
        "sev-crate/cert_chain_milan",
        "sev-crate/cert_chain_turin",
        "go-sev-guest/milan.testcer",
        "go-sev-guest/milanvlek.testcer",
    ];
    for file in files {
        let [ask, ark] = amd_chain(&folder.join(file));
        assert_eq!(ark.check_ca(1), Ok(()), "{file}");
        assert_eq!(ask.check_ca(0), Ok(()), "{file}");
        assert_eq!(ask.check_ca(1), Err(Error::PathTooLong), "{file}");
        assert_eq!(ark.check_issued_by(&ark), Ok(()), "{file}");
        assert_eq!(ask.check_issued_by(&ark), Ok(()), "{file}");
        assert_eq!(ark.check_issued_by(&ask), Err(Error::WrongIssuer), "{file}");
        assert_eq!(ask.check_end_entity(), Err(Error::CaAsEndEntity), "{file}");
        assert!(matches!(ask.public_key(), PublicKey::Rsa(_)), "{file}");
    }
    println!("tried {}", files.len());
}

#[test]
fn the_vceks_of_amd_are_end_entities_that_the_ask_issued() {
    let Some(folder) = vectors("sev-snp") else {
        println!("tried 0: no vectors");
        return;
    };
    let files = [
        ("sev-crate/vcek_milan.der", "sev-crate/cert_chain_milan"),
        ("sev-crate/vcek_turin.der", "sev-crate/cert_chain_turin"),
        ("go-sev-guest/vcek.testcer", "sev-crate/cert_chain_milan"),
    ];
    for (file, chain) in files {
        let [ask, ark] = amd_chain(&folder.join(chain));
        let vcek = read(&opg_test_support::read(&folder.join(file)));
        assert_eq!(vcek.check_end_entity(), Ok(()), "{file}");
        assert_eq!(vcek.check_ca(0), Err(Error::NotACa), "{file}");
        assert_eq!(vcek.check_issued_by(&ask), Ok(()), "{file}");
        assert_eq!(vcek.check_issued_by(&ark), Err(Error::WrongIssuer), "{file}");
        assert_eq!(vcek.common_name().as_deref(), Some("SEV-VCEK"), "{file}");
        assert!(vcek.extension("1.3.6.1.4.1.3704.1.4").is_some(), "{file}");
    }
    println!("tried {}", files.len());
}

#[test]
fn an_ask_of_another_product_did_not_issue() {
    let Some(folder) = vectors("sev-snp") else {
        println!("tried 0: no vectors");
        return;
    };
    let [turin, _] = amd_chain(&folder.join("sev-crate/cert_chain_turin"));
    let milan = read(&opg_test_support::read(&folder.join("sev-crate/vcek_milan.der")));
    assert_eq!(milan.check_issued_by(&turin), Err(Error::WrongIssuer));
    println!("tried 1");
}

#[test]
fn the_root_of_aws_is_the_one_that_is_pinned() {
    let Some(folder) = vectors("nitro") else {
        println!("tried 0: no vectors");
        return;
    };
    let pem = opg_test_support::read(&folder.join("aws_nitro_root_g1.pem"));
    let [der]: [Vec<u8>; 1] = certificates(pem).try_into().unwrap();
    let root = read(&der);
    let fingerprint: String = root.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(fingerprint, "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b");
    assert_eq!(root.check_ca(3), Ok(()));
    assert_eq!(root.check_issued_by(&root), Ok(()));
    assert_eq!(root.common_name().as_deref(), Some("aws.nitro-enclaves"));
    println!("tried 1");
}
