//! The set of TCB statuses.

use codec::{Decode, Encode};
use opg_verifier_dcap::{TcbPolicy, TcbStatus};

#[test]
fn a_policy_accepts_what_was_put_into_it_and_nothing_else() {
    for chosen in TcbStatus::ALL {
        let policy = TcbPolicy::NONE.with(chosen);
        for status in TcbStatus::ALL {
            assert_eq!(policy.accepts(status), status == chosen);
        }
    }
}

#[test]
fn a_policy_of_its_own_accord_accepts_nothing() {
    assert!(TcbStatus::ALL.iter().all(|status| !TcbPolicy::default().accepts(*status)));
}

#[test]
fn the_encodings_of_statuses_and_policies_are_pinned() {
    for (at, status) in TcbStatus::ALL.into_iter().enumerate() {
        assert_eq!(status.encode(), [at as u8]);
        assert_eq!(TcbPolicy::NONE.with(status).encode(), [1 << at]);
    }
    assert!(TcbStatus::decode(&mut &[8][..]).is_err(), "there is no status for what is revoked");
}

#[test]
fn revoked_has_no_status() {
    use dcap_qvl::TcbStatus as Qvl;
    use opg_verifier_dcap::Error;
    assert_eq!(TcbStatus::try_from(Qvl::Revoked), Err(Error::TcbRevoked));
    assert_eq!(TcbStatus::try_from(Qvl::UpToDate), Ok(TcbStatus::UpToDate));
}
