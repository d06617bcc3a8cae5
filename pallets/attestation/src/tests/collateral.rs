//! What Intel says of its platforms: brought by anybody, never taken back.

use crate::{
    mock::*, Backwards, CollateralBytes, CollateralId, Collaterals, Error, Event, Fault,
    GoodSignatures, StoredCollateral,
};
use codec::MaxEncodedLen;
use frame_support::{assert_noop, assert_ok};
use opg_verifier_dcap::{CollateralFacts, Tee};
use sp_runtime::DispatchResult;

/// A time in the window of what Intel signed in 2025, and one in that of 2026.
const IN_2025: u64 = 1_751_000_000;
const IN_2026: u64 = 1_792_000_000;

const TDX_2025: &[u8] = include_bytes!("../../testdata/tdx_quote_collateral.scale");
const TDX_2026: &[u8] = include_bytes!("../../testdata/tdx_quote_td15ex_collateral.scale");
const SGX_2025: &[u8] = include_bytes!("../../testdata/sgx_quote_collateral.scale");

fn bring(bytes: &[u8], n: u8) -> DispatchResult {
    Attestation::bring_collateral(signed(n), CollateralBytes::try_from(bytes.to_vec()).unwrap())
}

fn only() -> (CollateralId, StoredCollateral) {
    let mut all = Collaterals::<Test>::iter();
    let one = all.next().unwrap();
    assert!(all.next().is_none());
    one
}

/// Brings the collateral of 2025 where what is stored says this of itself.
fn after(alter: impl FnOnce(&mut CollateralFacts)) -> DispatchResult {
    let (id, mut stored) = only();
    let before = stored.clone();
    alter(&mut stored.facts);
    Collaterals::<Test>::insert(id, stored);
    let result = bring(TDX_2025, 2);
    if result.is_err() {
        Collaterals::<Test>::insert(id, before);
    }
    result
}

#[test]
fn a_collateral_is_kept_with_what_it_says_of_itself() {
    build_and_execute(|| {
        set_time(IN_2025);
        assert_ok!(bring(TDX_2025, 1));
        let (id, stored) = only();
        assert_eq!((id.tee, id.fmspc, id.pce_id), (Tee::Tdx, [0xb0, 0xc0, 0x6f, 0, 0, 0], [0, 0]));
        assert_eq!(stored.facts.tcb_evaluation_number, 17);
        assert_eq!(stored.bytes.as_slice(), TDX_2025);
        assert_eq!(Attestation::collateral(id), Some(stored.clone()));
        System::assert_last_event(
            Event::CollateralBrought {
                collateral: id,
                by: account(1),
                evaluation_number: 17,
                valid_until: stored.facts.window.until - 1,
            }
            .into(),
        );
    });
}

#[test]
fn the_first_pays_the_deposit_and_who_moves_it_on_pays_nothing() {
    build_and_execute(|| {
        set_time(IN_2025);
        assert_ok!(bring(TDX_2025, 1));
        assert_eq!(held(1), StoredCollateral::max_encoded_len() as u128);
        set_time(IN_2026);
        assert_ok!(bring(TDX_2026, 2));
        assert_eq!(held(2), 0);
        assert_eq!(only().1.facts.tcb_evaluation_number, 20);
    });
}

#[test]
fn what_is_of_another_tee_or_ca_is_kept_beside() {
    build_and_execute(|| {
        set_time(IN_2025);
        assert_ok!(bring(TDX_2025, 1));
        assert_ok!(bring(SGX_2025, 1));
        assert_eq!(Collaterals::<Test>::iter().count(), 2);
    });
}

#[test]
fn an_older_collateral_never_takes_the_place_of_a_newer_one() {
    build_and_execute(|| {
        set_time(IN_2026);
        assert_ok!(bring(TDX_2026, 1));
        // A clock that is wrong, so that the old one is in its window.
        set_time(IN_2025);
        let refused = Error::<Test>::Backwards(Backwards::EvaluationNumber);
        assert_noop!(bring(TDX_2025, 2), refused);
    });
}

#[test]
fn what_was_signed_a_day_later_takes_the_place_of_what_is_stored() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let before = bring_collateral_of(&enclave.tdx(), 1);
        set_time(NOW + 24 * 60 * 60);
        assert_eq!(bring_collateral_of(&enclave.tdx(), 2), before);
        assert_eq!(Collaterals::<Test>::iter().count(), 1);
    });
}

#[test]
fn what_was_signed_a_day_before_never_takes_the_place_of_what_is_stored() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        set_time(NOW - 24 * 60 * 60);
        let before = enclave.tdx();
        set_time(NOW);
        bring_collateral_of(&enclave.tdx(), 1);
        let older = Attestation::bring_collateral(signed(2), collateral_of(&before));
        assert_eq!(older, Err(Error::<Test>::Backwards(Backwards::TcbInfo).into()));
    });
}

#[test]
fn each_part_moves_forward_by_itself() {
    build_and_execute(|| {
        set_time(IN_2025);
        assert_ok!(bring(TDX_2025, 1));
        let refused =
            |backwards| -> DispatchResult { Err(Error::<Test>::Backwards(backwards).into()) };
        assert_eq!(after(|_| ()), refused(Backwards::NothingNewer));
        let number = refused(Backwards::EvaluationNumber);
        assert_eq!(after(|facts| facts.tcb_evaluation_number += 1), number);
        assert_eq!(after(|facts| facts.qe_evaluation_number += 1), number);
        assert_eq!(after(|facts| facts.tcb_info.from += 1), refused(Backwards::TcbInfo));
        assert_eq!(after(|facts| facts.qe_identity.from += 1), refused(Backwards::QeIdentity));
        let root = refused(Backwards::RootCrl);
        assert_eq!(after(|facts| facts.root_crl.number += 1), root);
        assert_eq!(after(|facts| facts.root_crl.window.from += 1), root);
        let pck = refused(Backwards::PckCrl);
        assert_eq!(after(|facts| facts.pck_crl.number += 1), pck);
        assert_eq!(after(|facts| facts.pck_crl.window.from += 1), pck);
        assert_ok!(after(|facts| facts.tcb_evaluation_number -= 1));
    });
}

#[test]
fn a_collateral_outside_its_window_is_refused() {
    build_and_execute(|| {
        set_time(IN_2026);
        assert_noop!(bring(TDX_2025, 1), Error::<Test>::Refused(Fault::Expired));
        set_time(IN_2025);
        assert_noop!(bring(TDX_2026, 1), Error::<Test>::Refused(Fault::NotYetValid));
    });
}

#[test]
fn what_intel_did_not_sign_is_refused() {
    build_and_execute(|| {
        set_time(IN_2025);
        assert_noop!(bring(&[], 1), Error::<Test>::Refused(Fault::Malformed));
        let number = b"\"tcbEvaluationDataNumber\":17";
        let at = TDX_2025.windows(number.len()).position(|window| window == number).unwrap();
        let mut forged = TDX_2025.to_vec();
        forged[at + number.len() - 1] = b'8';
        assert_noop!(bring(&forged, 1), Error::<Test>::Refused(Fault::Signature));
    });
}

#[test]
fn good_signatures_are_remembered_for_as_long_as_a_collateral_has_them() {
    build_and_execute(|| {
        set_time(IN_2025);
        assert_ok!(bring(TDX_2025, 1));
        let tdx = only().1.signatures;
        assert!(tdx.len() >= 6, "{}", tdx.len());
        assert_ok!(bring(SGX_2025, 1));
        // Some are in both, so what goes with the one stays for the other; `do_try_state` counts.
        let both = GoodSignatures::<Test>::iter_values().filter(|count| *count == 2).count();
        assert!(both > 0);
        set_time(IN_2026);
        assert_ok!(bring(TDX_2026, 1));
        let gone = tdx.iter().filter(|one| !GoodSignatures::<Test>::contains_key(one)).count();
        assert!(gone > 0);
    });
}
