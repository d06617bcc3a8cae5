//! Bytes and texts that nobody honest would send: an error each time, never a panic, never an acceptance.

mod common;

use common::issue::{issue, sgx3, tdx4, tdx5, Issued, NOW};
use common::{any_status, Memo};
use opg_development_vendor::dcap::body::TdReport;
use opg_test_support::cases;
use opg_verifier_dcap::{collateral_facts, verify_with, Collateral};
use proptest::prelude::*;
use std::sync::LazyLock;

static GOOD: LazyLock<[Issued; 3]> =
    LazyLock::new(|| [sgx3(), tdx4(), tdx5(TdReport::Tdx15Ex)].map(|vendor| issue(&vendor)));

fn verify(issued: &Issued, quote: &[u8], collateral: &Collateral) -> bool {
    verify_with::<Memo>(quote, collateral, &issued.root, &any_status(), NOW).is_ok()
}

/// A few places of something long, overwritten.
fn spots() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
}

fn spoil(bytes: &[u8], spots: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, value) in spots {
        let at = at.index(bytes.len());
        bytes[at] = *value;
    }
    bytes
}

/// Text out of the spoilt bytes of a text.
fn spoil_text(text: &str, spots: &[(prop::sample::Index, u8)]) -> String {
    String::from_utf8_lossy(&spoil(text.as_bytes(), spots)).into_owned()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn random_bytes_are_no_quote(bytes in prop::collection::vec(any::<u8>(), 0..6000)) {
        prop_assert!(!verify(&GOOD[0], &bytes, &GOOD[0].collateral));
    }

    #[test]
    fn random_bytes_behind_a_good_header_are_no_quote(
        which in 0usize..3,
        bytes in prop::collection::vec(any::<u8>(), 0..6000),
    ) {
        let issued = &GOOD[which];
        let quote = [&issued.quote[..60], &bytes[..]].concat();
        prop_assert!(!verify(issued, &quote, &issued.collateral));
    }

    #[test]
    fn random_bytes_are_no_collateral(bytes in prop::collection::vec(any::<u8>(), 0..6000)) {
        if let Ok(collateral) = Collateral::from_bytes(&bytes) {
            prop_assert!(!verify(&GOOD[1], &GOOD[1].quote, &collateral));
        }
    }

    #[test]
    fn a_quote_with_spoilt_signed_bytes_is_refused(which in 0usize..3, spots in spots()) {
        let issued = &GOOD[which];
        // Header, body, signature, key and QE report.
        let signed = 48 + 384;
        let spoilt = spoil(&issued.quote[..signed], &spots);
        let quote = [&spoilt[..], &issued.quote[signed..]].concat();
        prop_assert_eq!(verify(issued, &quote, &issued.collateral), quote == issued.quote);
    }

    #[test]
    fn a_quote_that_is_spoilt_anywhere_makes_no_panic(
        which in 0usize..3,
        spots in spots(),
        cut in prop_oneof![Just(0usize), 0usize..6000],
    ) {
        let issued = &GOOD[which];
        let mut quote = spoil(&issued.quote, &spots);
        quote.truncate(quote.len().saturating_sub(cut));
        verify(issued, &quote, &issued.collateral);
    }

    #[test]
    fn a_collateral_that_is_spoilt_anywhere_makes_no_panic(
        which in 0usize..3,
        part in 0usize..7,
        spots in spots(),
    ) {
        let issued = &GOOD[which];
        let mut collateral = issued.collateral.clone();
        match part {
            0 => collateral.root_ca_crl = spoil(&collateral.root_ca_crl, &spots),
            1 => collateral.pck_crl = spoil(&collateral.pck_crl, &spots),
            2 => collateral.tcb_info = spoil_text(&collateral.tcb_info, &spots),
            3 => collateral.qe_identity = spoil_text(&collateral.qe_identity, &spots),
            4 => {
                let chain = spoil_text(&collateral.tcb_info_issuer_chain, &spots);
                collateral.tcb_info_issuer_chain = chain;
            }
            5 => {
                let chain = spoil_text(&collateral.qe_identity_issuer_chain, &spots);
                collateral.qe_identity_issuer_chain = chain;
            }
            _ => {
                let chain = spoil_text(&collateral.pck_crl_issuer_chain, &spots);
                collateral.pck_crl_issuer_chain = chain;
            }
        }
        let _ = collateral_facts::<Memo>(&collateral, &issued.root, NOW);
        verify(issued, &issued.quote, &collateral);
    }

    #[test]
    fn any_time_gives_an_answer(now in any::<u64>()) {
        let issued = &GOOD[2];
        let inside = (issued.verify().expect("good").window).contains(now);
        let verdict =
            verify_with::<Memo>(&issued.quote, &issued.collateral, &issued.root, &any_status(), now);
        prop_assert_eq!(verdict.is_ok(), inside);
    }
}
