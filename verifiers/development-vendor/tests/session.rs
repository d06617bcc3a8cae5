//! What a document carries of an enclave's session.

use opg_development_vendor::{
    dcap::body::{MR_ENCLAVE, MR_TD, RTMR, SGX_REPORT_DATA, TD_REPORT_DATA},
    nitro::{encode, NitroDocument, Value},
    session,
    sev_snp::REPORT_LEN,
};
use opg_primitives::{
    attestation::{Counter, Session},
    ids::{Account, Challenge, ConfigurationId, Digest, EncryptionKey, GenesisHash, SessionKey},
    names::Address,
    reference::Register,
};

const NOW: u64 = 1_800_000_000;

fn session() -> Session {
    Session {
        genesis: GenesisHash([1; 32]),
        provider: Account([2; 32]),
        challenge: Challenge([3; 32]),
        session_key: SessionKey([4; 32]),
        encryption_key: EncryptionKey([5; 32]),
        tls_key: None,
        endpoint: Address::default(),
        configuration: ConfigurationId([6; 32]),
        answered: Counter::default(),
    }
}

fn registers() -> [Register; 4] {
    [Register([1; 48]), Register([2; 48]), Register([3; 48]), Register([8; 48])]
}

#[test]
fn a_nitro_document_carries_the_session_in_its_three_fields() {
    let document = session::nitro_document(&session(), registers(), NOW);
    assert_eq!(document.user_data.as_deref(), Some(&session().report_data()[..32]));
    assert_eq!(document.nonce, Some(vec![3; 32]));
    assert_eq!(document.public_key, Some(vec![4; 32]));
    assert_eq!(document.timestamp_ms, NOW * 1000);
    for (index, byte) in [(0, 1), (1, 2), (2, 3), (8, 8)] {
        assert_eq!(document.pcrs[&index], [byte; 48]);
    }
}

#[test]
fn what_is_signed_is_what_was_asked_for() {
    let document = session::nitro(&session(), registers(), NOW);
    let user_data = encode(&Value::Bytes(session().report_data()[..32].to_vec()));
    assert!(document.windows(user_data.len()).any(|window| window == user_data));
    let other = NitroDocument::new([[1; 48]; 4], NOW).sign();
    assert!(!other.windows(user_data.len()).any(|window| window == user_data));
}

#[test]
fn a_report_carries_the_session_in_its_64_bytes() {
    let (report, chain) = session::sev_snp(&session(), Register([9; 48]));
    assert_eq!(report.len(), REPORT_LEN);
    assert_eq!(report[0x50..0x90], session().report_data());
    assert_eq!(report[0x90..0xc0], [9; 48]);
    assert_eq!(chain.cas.len(), 2);
}

/// Bytes of the header before the body, in versions 3 and 4.
const HEADER: usize = 48;

#[test]
fn a_quote_carries_the_session_in_its_64_bytes() {
    let tdx = session::tdx(&session(), Register([1; 48]), [Register([2; 48]); 4], NOW);
    let body = &tdx.quote[HEADER..];
    assert_eq!(body[TD_REPORT_DATA], session().report_data());
    assert_eq!(body[MR_TD], [1; 48]);
    assert!(RTMR.into_iter().all(|at| body[at] == [2; 48]));

    let sgx = session::sgx(&session(), Digest([3; 32]), Digest([4; 32]), NOW);
    let body = &sgx.quote[HEADER..];
    assert_eq!(body[SGX_REPORT_DATA], session().report_data());
    assert_eq!(body[MR_ENCLAVE], [3; 32]);
}
