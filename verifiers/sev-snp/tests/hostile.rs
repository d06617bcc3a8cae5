//! Bytes that nobody would send in good faith: no panic, and nothing is accepted.

mod common;

use common::issue::{Case, MILAN, NOW, TURIN, VLEK};
use opg_test_support::cases;
use opg_verifier_sev_snp::{verify, verify_chain, Chain, REPORT_LEN};
use proptest::{collection::vec, prelude::*, sample::Index};

fn case() -> impl Strategy<Value = &'static Case> {
    (0..3usize).prop_map(|number| [&*MILAN, &*TURIN, &*VLEK][number])
}

/// Changes some bytes, and cuts or lengthens what comes of it.
fn mutate(good: &[u8], changes: &[(Index, u8)], length: Option<u16>) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (at, mask) in changes {
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
    }
    if let Some(length) = length {
        bytes.resize(usize::from(length), 0);
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(Index, u8)>> {
    vec((any::<Index>(), any::<u8>()), 1..8)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn random_bytes_are_no_report(case in case(), report in vec(any::<u8>(), 0..2 * REPORT_LEN)) {
        prop_assert!(case.verify(&report).is_err());
    }

    #[test]
    fn random_bytes_are_no_chain(certificates in [(); 3].map(|()| vec(any::<u8>(), 0..5000))) {
        let [ark, intermediate, leaf] = &certificates;
        let chain = Chain { ark, intermediate, leaf };
        prop_assert!(verify(&MILAN.report, &chain, &[MILAN.chain.root()], NOW).is_err());
    }

    #[test]
    fn a_mutated_report_is_refused(
        case in case(),
        changes in changes(),
        length in any::<Option<u16>>(),
    ) {
        let report = mutate(&case.report, &changes, length);
        prop_assume!(report != case.report);
        prop_assert!(case.verify(&report).is_err());
    }

    /// Signed after the change, so that whatever is accepted has to be read back as it stands.
    #[test]
    fn a_report_of_any_content_is_refused_or_read_as_it_stands(case in case(), changes in changes()) {
        let mut bytes = mutate(&case.report, &changes, None);
        case.sign(&mut bytes);
        if let Ok(report) = case.verify(&bytes) {
            prop_assert_eq!(&report.report_data[..], &bytes[0x50..0x90]);
            prop_assert_eq!(&report.measurement[..], &bytes[0x90..0xc0]);
            prop_assert_eq!(&report.host_data[..], &bytes[0xc0..0xe0]);
            prop_assert_eq!(&report.chip_id[..], &bytes[0x1a0..0x1e0]);
            prop_assert_eq!(&report.policy.0.to_le_bytes()[..], &bytes[0x08..0x10]);
            prop_assert!(!report.policy.debug_allowed());
            prop_assert_eq!(report.vmpl, 0);
            prop_assert_eq!(report.reported_tcb, case.endorsement.tcb);
        }
    }

    #[test]
    fn a_mutated_chain_is_refused(
        case in case(),
        which in 0..3usize,
        changes in changes(),
        length in any::<Option<u16>>(),
    ) {
        let mut chain = case.chain.clone();
        let part = [&mut chain.ark, &mut chain.intermediate, &mut chain.leaf];
        let part = part.into_iter().nth(which).unwrap();
        let changed = mutate(part, &changes, length);
        prop_assume!(changed != *part);
        *part = changed;
        prop_assert!(verify_chain(&chain.chain(), &[case.chain.root()], NOW).is_err());
    }
}
