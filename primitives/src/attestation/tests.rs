use super::*;
use crate::alter::alterations;
use codec::DecodeAll;

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

fn configuration() -> Configuration {
    Configuration {
        schema: 1,
        models: BoundedVec::truncate_from(alloc::vec![ModelId([7; 32])]),
        upstream: None,
        payee: Account([8; 32]),
        rewriting: None,
    }
}

#[test]
fn every_field_of_a_session_changes_what_a_document_carries() {
    let cases = alterations!(Session {
        genesis: |it: &mut GenesisHash| it.0[0] ^= 1,
        provider: |it: &mut Account| it.0[0] ^= 1,
        challenge: |it: &mut Challenge| it.0[0] ^= 1,
        session_key: |it: &mut SessionKey| it.0[0] ^= 1,
        encryption_key: |it: &mut EncryptionKey| it.0[0] ^= 1,
        tls_key: |it: &mut Option<Digest>| *it = Some(Digest([0; 32])),
        endpoint: |it: &mut Address| *it = Address::try_from("https://a").unwrap(),
        configuration: |it: &mut ConfigurationId| it.0[0] ^= 1,
        answered: |it: &mut Counter| it.count += 1,
    });
    for (field, alter) in cases {
        let mut other = session();
        alter(&mut other);
        assert_ne!(other.report_data(), session().report_data(), "{field}");
    }
}

#[test]
fn every_field_of_a_configuration_changes_its_identity() {
    let cases = alterations!(Configuration {
        schema: |it: &mut u16| *it += 1,
        models: |it: &mut BoundedVec<ModelId, ConstU32<MAX_SERVED_MODELS>>| it.clear(),
        upstream: |it: &mut Option<Upstream>| {
            *it = Some(Upstream { url: Address::default(), trust_store: None })
        },
        payee: |it: &mut Account| it.0[0] ^= 1,
        rewriting: |it: &mut Option<Digest>| *it = Some(Digest([0; 32])),
    });
    for (field, alter) in cases {
        let mut other = configuration();
        alter(&mut other);
        assert_ne!(other.id(), configuration().id(), "{field}");
    }
}

#[test]
fn a_challenge_is_of_one_chain_provider_and_block() {
    let of = |genesis, provider, number, hash| {
        challenge(
            GenesisHash([genesis; 32]),
            Account([provider; 32]),
            number,
            BlockHash([hash; 32]),
        )
    };
    let fresh = of(1, 2, 3, 4);
    for other in [of(0, 2, 3, 4), of(1, 0, 3, 4), of(1, 2, 0, 4), of(1, 2, 3, 0)] {
        assert_ne!(other, fresh);
    }
}

#[test]
fn an_enclave_keeps_its_identity_under_a_fresh_document() {
    let renewed = Session {
        challenge: Challenge([9; 32]),
        configuration: ConfigurationId([9; 32]),
        answered: Counter { count: 5, head: Digest([9; 32]) },
        ..session()
    };
    assert_eq!(renewed.enclave(), session().enclave());
    let restarted = Session { session_key: SessionKey([9; 32]), ..session() };
    assert_ne!(restarted.enclave(), session().enclave());
}

#[test]
fn the_second_half_of_the_report_data_is_zero() {
    assert_eq!(session().report_data()[32..], [0; 32]);
    assert_ne!(session().report_data()[..32], [0; 32]);
}

#[test]
fn an_unknown_tcb_status_does_not_decode() {
    assert!(TcbStatusSet::decode_all(&mut &[64u8][..]).is_err());
    let all = TcbStatusSet::of(&TcbStatus::ALL);
    assert_eq!(TcbStatusSet::decode_all(&mut &all.encode()[..]), Ok(all));
    assert_eq!(all.iter().count(), 6);
}
