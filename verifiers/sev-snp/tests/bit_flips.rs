//! Each byte of a report and of its chain changed, one at a time: nothing is accepted. No position is exempt.

mod common;

use common::{
    chain_from,
    issue::{Case, MILAN, NOW, TURIN, VLEK},
    testdata, OwnedChain,
};
use opg_test_support::unhex;
use opg_verifier_sev_snp::{verify_chain, verify_report, Endorsement, ARK_MILAN, REPORT_LEN};

/// Changes each byte in two ways, and returns the positions where a change was accepted.
fn accepted(report: &[u8], endorsement: &Endorsement) -> Vec<usize> {
    assert!(verify_report(report, endorsement, NOW).is_ok());
    let changes = (0..REPORT_LEN).flat_map(|at| [(at, 0x01u8), (at, 0x80)]);
    changes
        .filter(|(at, mask)| {
            let mut changed = report.to_vec();
            changed[*at] ^= mask;
            verify_report(&changed, endorsement, NOW).is_ok()
        })
        .map(|(at, _)| at)
        .collect()
}

#[test]
fn no_changed_byte_of_a_real_report_is_accepted() {
    let chain = chain_from(&testdata("milan.pem"), testdata("vcek_milan.der"));
    let endorsement = verify_chain(&chain.chain(), &[ARK_MILAN], NOW).unwrap();
    let accepted = accepted(&unhex(testdata("report_milan.hex")), &endorsement);
    assert!(accepted.is_empty(), "{accepted:x?}");
}

#[test]
fn no_changed_byte_of_a_report_of_a_later_version_is_accepted() {
    for Case { endorsement, report, .. } in [&*TURIN, &*VLEK] {
        let accepted = accepted(report, endorsement);
        assert!(accepted.is_empty(), "{accepted:x?}");
    }
}

#[test]
fn no_report_of_another_length_is_accepted() {
    let case = &*MILAN;
    for length in (0..REPORT_LEN).chain([REPORT_LEN + 1, 2 * REPORT_LEN]) {
        let mut report = case.report.clone();
        report.resize(length, 0);
        assert!(case.verify(&report).is_err(), "{length} bytes");
    }
}

#[test]
fn no_changed_byte_of_a_real_chain_is_accepted() {
    let good = chain_from(&testdata("milan.pem"), testdata("vcek_milan.der"));
    let parts: [fn(&mut OwnedChain) -> &mut Vec<u8>; 3] =
        [|chain| &mut chain.ark, |chain| &mut chain.intermediate, |chain| &mut chain.leaf];
    for (number, part) in parts.into_iter().enumerate() {
        for at in 0..part(&mut good.clone()).len() {
            let mut chain = good.clone();
            part(&mut chain)[at] ^= 1;
            let outcome = verify_chain(&chain.chain(), &[ARK_MILAN], NOW);
            assert!(outcome.is_err(), "certificate {number}, byte {at}");
        }
    }
}
