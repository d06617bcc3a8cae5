//! Real documents: AMD's roots, and reports and keys of real processors.

mod common;

use common::{chain_from, fingerprint, issue::REPORTED_TCB, testdata, OwnedChain};
use opg_test_support::{certificates, read, unhex, vectors};
use opg_verifier_sev_snp::{
    verify, verify_chain, verify_report, EndorsementKey, Error, Part, Policy, Product, Tcb,
    ARK_GENOA, ARK_MILAN, ARK_TURIN, SIGNED_LEN,
};
use opg_verifier_x509::{verify_p384_sha384, Certificate, Error as X509};
use p384::ecdsa::VerifyingKey;

const HOUR: u64 = 3600;
const ROOTS: [[u8; 32]; 3] = [ARK_MILAN, ARK_GENOA, ARK_TURIN];
/// 1 June 2025: inside the windows of all leaves here.
const NOW: u64 = 1_748_736_000;

/// A report of a Milan processor, and the chain of its VCEK, from the crate `sev`.
fn milan() -> (Vec<u8>, OwnedChain) {
    let report = unhex(testdata("report_milan.hex"));
    (report, chain_from(&testdata("milan.pem"), testdata("vcek_milan.der")))
}

/// The chain of the VCEK of a Turin processor, from the crate `sev`.
fn turin() -> OwnedChain {
    chain_from(&testdata("turin.pem"), testdata("vcek_turin.der"))
}

#[test]
fn the_pinned_hashes_are_those_of_the_roots_that_amd_serves() {
    for (name, hash) in [("milan", ARK_MILAN), ("genoa", ARK_GENOA), ("turin", ARK_TURIN)] {
        let [intermediate, ark] =
            certificates(testdata(&format!("{name}.pem"))).try_into().unwrap();
        assert_eq!(fingerprint(&ark), hash, "{name}");
        let ark = Certificate::from_der(&ark).unwrap();
        let intermediate = Certificate::from_der(&intermediate).unwrap();
        ark.check_issued_by(&ark).unwrap();
        intermediate.check_issued_by(&ark).unwrap();
    }
}

#[test]
fn a_milan_report_verifies_at_its_time() {
    let (bytes, chain) = milan();
    let report = verify(&bytes, &chain.chain(), &ROOTS, NOW).unwrap();
    assert_eq!((report.version, report.vmpl, report.guest_svn), (2, 0, 0));
    assert_eq!((report.product, report.kind), (Product::Milan, EndorsementKey::Vcek));
    assert_eq!(report.root, ARK_MILAN);
    assert_eq!(report.policy, Policy(0x30000));
    assert_eq!(report.report_data, bytes[0x50..0x90]);
    assert_eq!(report.measurement, bytes[0x90..0xc0]);
    assert_eq!(report.chip_id, bytes[0x1a0..0x1e0]);
    let tcb = Tcb { fmc: None, bootloader: 3, tee: 0, snp: 8, microcode: 115 };
    assert_eq!((report.reported_tcb, report.launch_tcb), (tcb, tcb));
    assert_eq!((report.window.not_before, report.window.not_after), (1_680_549_823, 1_901_474_623));
    assert!(!report.has_migration_agent());
}

#[test]
fn a_turin_key_verifies_at_its_time() {
    let endorsement = verify_chain(&turin().chain(), &ROOTS, NOW).unwrap();
    assert_eq!(endorsement.product, Product::Turin);
    let tcb = Tcb { fmc: Some(0), bootloader: 0, tee: 0, snp: 0, microcode: 9 };
    assert_eq!(endorsement.tcb, tcb);
    let chip_id = endorsement.chip_id.unwrap();
    assert_eq!(chip_id[..8], [0x1e, 0x55, 0x0a, 0x8e, 0xe5, 0xcf, 0x9f, 0x4d]);
    assert_eq!(chip_id[8..], [0; 56]);
    let window = endorsement.window;
    assert_eq!((window.not_before, window.not_after), (1_730_927_640, 1_951_766_040));
}

#[test]
fn a_chain_is_refused_an_hour_before_and_an_hour_after_its_window() {
    for chain in [milan().1, turin()] {
        let window = verify_chain(&chain.chain(), &ROOTS, NOW).unwrap().window;
        let at = |now| verify_chain(&chain.chain(), &ROOTS, now).map(|_| ());
        assert_eq!(at(window.not_before), Ok(()));
        assert_eq!(at(window.not_after), Ok(()));
        assert_eq!(at(window.not_before - HOUR), Err(Error::NotYetValid(Part::Leaf)));
        assert_eq!(at(window.not_after + HOUR), Err(Error::Expired(Part::Leaf)));
    }
}

#[test]
fn a_report_is_refused_an_hour_after_the_window_of_a_kept_endorsement() {
    let (report, chain) = milan();
    let endorsement = verify_chain(&chain.chain(), &ROOTS, NOW).unwrap();
    let at = |now| verify_report(&report, &endorsement, now).map(|_| ());
    assert_eq!(at(endorsement.window.not_after), Ok(()));
    let late = endorsement.window.not_after + HOUR;
    assert_eq!(at(late), Err(Error::Expired(Part::Endorsement)));
    let early = endorsement.window.not_before - HOUR;
    assert_eq!(at(early), Err(Error::NotYetValid(Part::Endorsement)));
}

#[test]
fn a_chain_is_refused_under_other_roots() {
    let chain = milan().1;
    let none: &[[u8; 32]] = &[];
    for roots in [none, &[ARK_GENOA, ARK_TURIN]] {
        let refused = verify_chain(&chain.chain(), roots, NOW);
        assert_eq!(refused, Err(Error::UntrustedRoot));
    }
}

#[test]
fn a_chain_of_two_products_is_refused() {
    let (milan, turin) = (milan().1, turin());
    let mixed = OwnedChain { leaf: milan.leaf.clone(), ..turin.clone() };
    let refused = verify_chain(&mixed.chain(), &ROOTS, NOW);
    assert_eq!(refused, Err(Error::ProductMismatch(Part::Leaf)));
    let mixed = OwnedChain { ark: milan.ark, ..turin };
    let refused = verify_chain(&mixed.chain(), &ROOTS, NOW);
    assert_eq!(refused, Err(Error::WrongName(Part::Intermediate)));
}

/// The sample of go-sev-guest comes from a guest that its host may debug. Everything else about it is right.
#[test]
fn a_genuine_report_of_a_guest_under_debug_is_refused_for_that() {
    let Some(folder) = vectors("sev-snp") else { return println!("tried 0") };
    let folder = folder.join("go-sev-guest");
    let chain =
        chain_from(&read(&folder.join("milan.testcer")), read(&folder.join("vcek.testcer")));
    let report = read(&folder.join("attestation.bin"));

    let endorsement = verify_chain(&chain.chain(), &ROOTS, NOW).unwrap();
    assert_eq!(verify_report(&report, &endorsement, NOW), Err(Error::DebugAllowed));

    let key = VerifyingKey::from_sec1_bytes(&endorsement.key).unwrap();
    let mut r_s = [report[0x2a0..0x2d0].to_vec(), report[0x2e8..0x318].to_vec()];
    r_s.iter_mut().for_each(|number| number.reverse());
    let r_s: [u8; 96] = r_s.concat().try_into().unwrap();
    assert_eq!(verify_p384_sha384(&key, &report[..SIGNED_LEN], &r_s), Ok(()));

    let mut without = report;
    without[0x0a] ^= 0x08; // the debug bit
    assert_eq!(verify_report(&without, &endorsement, NOW), Err(Error::WrongSignature));
    println!("tried 1");
}

#[test]
fn a_vcek_does_not_verify_under_the_intermediate_of_vleks() {
    let Some(folder) = vectors("sev-snp") else { return println!("tried 0") };
    let folder = folder.join("go-sev-guest");
    let chain =
        chain_from(&read(&folder.join("milanvlek.testcer")), read(&folder.join("vcek.testcer")));
    let asvk = Certificate::from_der(&chain.intermediate).unwrap();
    asvk.check_issued_by(&Certificate::from_der(&chain.ark).unwrap()).unwrap();
    let vcek = Certificate::from_der(&chain.leaf).unwrap();
    assert_eq!(vcek.check_issued_by(&asvk), Err(X509::WrongIssuer));
    let refused = verify_chain(&chain.chain(), &ROOTS, NOW);
    assert_eq!(refused, Err(Error::WrongName(Part::Leaf)));
    println!("tried 1");
}

#[test]
fn the_shared_documents_of_the_crate_sev_verify() {
    let Some(folder) = vectors("sev-snp") else { return println!("tried 0") };
    let folder = folder.join("sev-crate");
    let leaf = read(&folder.join("vcek_milan.der"));
    let chain = chain_from(&read(&folder.join("cert_chain_milan")), leaf);
    let report = unhex(read(&folder.join("report_milan.hex")));
    verify(&report, &chain.chain(), &ROOTS, NOW).unwrap();
    let leaf = read(&folder.join("vcek_turin.der"));
    let chain = chain_from(&read(&folder.join("cert_chain_turin")), leaf);
    verify_chain(&chain.chain(), &ROOTS, NOW).unwrap();
    println!("tried 2");
}

#[test]
fn a_report_does_not_verify_under_the_key_of_another_chip() {
    let Some(folder) = vectors("sev-snp") else { return println!("tried 0") };
    let folder = folder.join("go-sev-guest");
    let other =
        chain_from(&read(&folder.join("milan.testcer")), read(&folder.join("vcek.testcer")));
    let mut endorsement = verify_chain(&other.chain(), &ROOTS, NOW).unwrap();
    let (report, _) = milan();
    assert_eq!(verify_report(&report, &endorsement, NOW), Err(Error::TcbMismatch));
    endorsement.tcb.bootloader = report[REPORTED_TCB][0];
    endorsement.tcb.snp = report[REPORTED_TCB][6];
    endorsement.tcb.microcode = report[REPORTED_TCB][7];
    assert_eq!(verify_report(&report, &endorsement, NOW), Err(Error::ChipIdMismatch));
    endorsement.chip_id = Some(report[0x1a0..0x1e0].try_into().unwrap());
    assert_eq!(verify_report(&report, &endorsement, NOW), Err(Error::WrongSignature));
    println!("tried 1");
}
