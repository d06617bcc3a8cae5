//! A document is of one session: altering anything of either is refused.

use crate::{mock::*, Error, Mismatch};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    attestation::{Counter, Session},
    ids::{Account, Challenge, ConfigurationId, Digest, EncryptionKey, GenesisHash, SessionKey},
    names::Address,
};

/// A field, and what alters it.
type Alteration = (&'static str, fn(&mut Session));

/// Another session for each field. A field without a case does not compile.
fn alterations() -> [Alteration; 10] {
    #[allow(dead_code)]
    fn every_field(session: Session) {
        let Session {
            genesis: _,
            provider: _,
            challenge: _,
            session_key: _,
            encryption_key: _,
            tls_key: _,
            endpoint: _,
            configuration: _,
            answered: Counter { count: _, head: _ },
        } = session;
    }
    [
        ("genesis", |session| session.genesis = GenesisHash([0xaa; 32])),
        ("provider", |session| session.provider = Account([0xaa; 32])),
        ("challenge", |session| session.challenge = Challenge([0xaa; 32])),
        ("session_key", |session| session.session_key = SessionKey([0xaa; 32])),
        ("encryption_key", |session| session.encryption_key = EncryptionKey([0xaa; 32])),
        ("tls_key", |session| session.tls_key = None),
        ("endpoint", |session| session.endpoint = Address::default()),
        ("configuration", |session| session.configuration = ConfigurationId([0xaa; 32])),
        ("answered.count", |session| session.answered.count += 1),
        ("answered.head", |session| session.answered.head = Digest([0xaa; 32])),
    ]
}

#[test]
fn a_nitro_document_of_a_session_with_any_field_altered_is_not_bound() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        for (field, alter) in alterations() {
            let mut session = enclave.session();
            alter(&mut session);
            let document = nitro(&enclave.document_of(&session));
            let refused = Error::<Test>::NotBound(Mismatch::UserData);
            assert_eq!(enclave.by(document), Err(refused.into()), "{field}");
        }
        assert_ok!(enclave.submit());
    });
}

#[test]
fn a_report_of_a_session_with_any_field_altered_is_not_bound() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let chain = bring_chain_of(&enclave.report(), 2);
        for (field, alter) in alterations() {
            let mut session = enclave.session();
            alter(&mut session);
            let mut report = enclave.report();
            report.report_data = session.report_data();
            let refused = Error::<Test>::NotBound(Mismatch::ReportData);
            assert_eq!(enclave.by(sev_snp(&report, chain)), Err(refused.into()), "{field}");
        }
        assert_ok!(enclave.by(sev_snp(&enclave.report(), chain)));
    });
}

#[test]
fn a_quote_of_a_session_with_any_field_altered_is_not_bound() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let collateral = bring_collateral_of(&enclave.tdx(), 2);
        for (field, alter) in alterations() {
            let mut session = enclave.session();
            alter(&mut session);
            let refused = Error::<Test>::NotBound(Mismatch::ReportData);
            let document = dcap(&enclave.tdx_of(&session), collateral);
            assert_eq!(enclave.by(document), Err(refused.into()), "{field}");
        }
        assert_ok!(enclave.by(dcap(&enclave.tdx(), collateral)));
    });
}

#[test]
fn report_data_with_anything_behind_the_hash_are_not_bound() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let chain = bring_chain_of(&enclave.report(), 2);
        let mut report = enclave.report();
        report.report_data[63] = 1;
        let refused = Error::<Test>::NotBound(Mismatch::ReportData);
        assert_noop!(enclave.by(sev_snp(&report, chain)), refused);
    });
}

#[test]
fn user_data_that_are_left_out_or_longer_are_not_bound() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let hash = enclave.session().report_data();
        for user_data in [None, Some(vec![]), Some(hash[..31].to_vec()), Some(hash.to_vec())] {
            let mut document = enclave.document_of(&enclave.session());
            document.user_data = user_data;
            let refused = Error::<Test>::NotBound(Mismatch::UserData);
            assert_noop!(enclave.by(nitro(&document)), refused);
        }
    });
}

#[test]
fn a_nonce_or_a_public_key_may_be_left_out_and_may_not_be_another() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let mut document = enclave.document_of(&enclave.session());
        document.nonce = Some(vec![0xaa; 32]);
        let refused = Error::<Test>::NotBound(Mismatch::Nonce);
        assert_noop!(enclave.by(nitro(&document)), refused);

        let mut document = enclave.document_of(&enclave.session());
        document.public_key = Some(vec![0xaa; 32]);
        let refused = Error::<Test>::NotBound(Mismatch::PublicKey);
        assert_noop!(enclave.by(nitro(&document)), refused);

        let mut document = enclave.document_of(&enclave.session());
        (document.nonce, document.public_key) = (None, None);
        assert_ok!(enclave.by(nitro(&document)));
    });
}

#[test]
fn the_document_of_another_provider_is_not_bound_to_the_signer() {
    build_and_execute(|| {
        let mine = Registration::number(5);
        let theirs = Registration { provider: 2, ..mine.clone() };
        let refused = Error::<Test>::NotBound(Mismatch::UserData);
        assert_noop!(theirs.by(mine.document()), refused);
    });
}

#[test]
fn the_document_of_a_chain_with_another_genesis_is_not_bound_to_this_one() {
    let document = build_and_execute(|| Registration::number(5).document());
    build_and_execute(|| {
        frame_system::BlockHash::<Test>::insert(0, sp_runtime::testing::H256([0xaa; 32]));
        let refused = Error::<Test>::NotBound(Mismatch::UserData);
        assert_noop!(Registration::number(5).by(document), refused);
    });
}
