//! How an enclave comes on chain.

use crate::{mock::*, Document, Enclave, Error, Event, Fault, Location};
use codec::MaxEncodedLen;
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    attestation::{AttestationFormat, TcbStatus, Vendor, MAX_DOCUMENT_BYTES},
    ids::Digest,
    reference::{Measurement, Register},
};
use sp_runtime::TokenError;

#[test]
fn an_enclave_is_kept_as_its_document_attests_it() {
    build_and_execute(|| {
        System::set_extrinsic_index(4);
        let registration = Registration::number(5);
        let document = registration.document();
        assert_ok!(registration.by(document.clone()));
        let digest = Digest(sp_io::hashing::blake2_256(document.bytes()));
        let stored = Attestation::registered(registration.id()).unwrap();
        let expected = Enclave {
            session: registration.session(),
            configuration: registration.configuration.clone(),
            vendor: Vendor::Development,
            format: AttestationFormat::Nitro,
            measurement: registration.measurement_id(),
            platform: stored.platform,
            platform_known: true,
            tcb: TcbStatus::UpToDate,
            advisories: Default::default(),
            challenged: BLOCK - 1,
            registered: BLOCK,
            verified: BLOCK,
            valid_until: NOW + MAX_VALIDITY,
            document: digest,
            document_at: Location { block: BLOCK, extrinsic: Some(4) },
            key_epoch: 0,
        };
        assert_eq!(stored, expected);
        System::assert_last_event(
            Event::Registered {
                enclave: registration.id(),
                provider: account(1),
                vendor: Vendor::Development,
                measurement: registration.measurement_id(),
                platform: stored.platform,
                document: digest,
                valid_until: NOW + MAX_VALIDITY,
            }
            .into(),
        );
        assert_eq!(Attestation::enclaves_of(provider(1)), [registration.id()]);
        assert_eq!(Attestation::enclaves_on(stored.platform), [registration.id()]);
    });
}

#[test]
fn a_report_of_sev_snp_registers_under_a_chain_that_somebody_else_brought() {
    build_and_execute(|| {
        let registration = Registration::number(5);
        let report = registration.report();
        let chain = bring_chain_of(&report, 2);
        assert_ok!(registration.by(sev_snp(&report, chain)));
        let stored = Attestation::registered(registration.id()).unwrap();
        assert_eq!(
            (stored.format, stored.vendor),
            (AttestationFormat::SevSnp, Vendor::Development)
        );
        let measured = Measurement::SevSnp {
            launch: registration.registers[0],
            host_data: Digest(report.host_data),
            policy: report.policy,
        };
        assert_eq!(stored.measurement, measured.id(Vendor::Development));
    });
}

#[test]
fn quotes_of_tdx_and_of_sgx_register_under_collateral_that_somebody_else_brought() {
    build_and_execute(|| {
        let trust_domain = Registration::number(5);
        let issued = trust_domain.tdx();
        let collateral = bring_collateral_of(&issued, 2);
        assert_ok!(trust_domain.by(dcap(&issued, collateral)));
        let stored = Attestation::registered(trust_domain.id()).unwrap();
        assert_eq!((stored.format, stored.vendor), (AttestationFormat::Tdx, Vendor::Development));

        let enclave = Registration::number(6);
        let (code, signer) = (Digest([1; 32]), Digest([2; 32]));
        let issued = opg_development_vendor::session::sgx(&enclave.session(), code, signer, NOW);
        let collateral = bring_collateral_of(&issued, 2);
        assert_ok!(enclave.by(dcap(&issued, collateral)));
        let stored = Attestation::registered(enclave.id()).unwrap();
        assert_eq!((stored.format, stored.vendor), (AttestationFormat::Sgx, Vendor::Development));
    });
}

#[test]
fn a_register_that_the_software_extends_is_taken_with_its_events_and_not_without() {
    use opg_verifier_dcap::{CryptoProvider, RustCrypto};
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let event = [7; 48];
        let rtmr3 = Register(RustCrypto::sha384(&[[0; 48], event].concat()));
        let [mr_td, ..] = enclave.registers;
        let rtmr = [rtmr3, rtmr3, rtmr3, rtmr3];
        let issued = opg_development_vendor::session::tdx(&enclave.session(), mr_td, rtmr, NOW);
        let collateral = bring_collateral_of(&issued, 2);
        let with = |events: &[[u8; 48]]| Document::Dcap {
            quote: issued.quote.clone().try_into().unwrap(),
            collateral,
            events: events.to_vec().try_into().unwrap(),
        };
        for events in [&[][..], &[[8; 48]], &[event, event]] {
            let refused = Error::<Test>::Refused(Fault::UnexplainedRegister);
            assert_noop!(enclave.by(with(events)), refused);
        }
        assert_ok!(enclave.by(with(&[event])));
    });
}

#[test]
fn an_enclave_is_valid_no_longer_than_the_window_of_its_document() {
    build_and_execute(|| {
        let registration = Registration::number(5);
        let document = registration.document_of(&registration.session());
        let end = document.chain().leaf.template.not_after;
        // So late that what is left is less than the policy's maximum.
        set_time(end - 60);
        assert_ok!(registration.by(nitro(&document)));
        assert_eq!(Attestation::registered(registration.id()).unwrap().valid_until, end);
    });
}

#[test]
fn the_deposit_is_for_the_longest_enclave() {
    build_and_execute(|| {
        assert_ok!(Registration::number(5).submit());
        assert_eq!(held(1), Enclave::max_encoded_len() as u128);
    });
}

#[test]
fn who_cannot_pay_the_deposit_registers_nothing() {
    build_and_execute(|| {
        let poor = Registration { provider: 9, ..Registration::number(5) };
        assert_noop!(poor.submit(), TokenError::FundsUnavailable);
    });
}

#[test]
fn the_same_session_key_is_not_registered_twice() {
    build_and_execute(|| {
        let registration = Registration::number(5);
        assert_ok!(registration.submit());
        go_to(BLOCK + 1);
        assert_noop!(registration.later(0).submit(), Error::<Test>::AlreadyRegistered);
        // Another provider's enclave with the same key is another enclave.
        assert_ok!(Registration { provider: 2, ..Registration::number(5) }.submit());
    });
}

#[test]
fn a_session_key_under_which_anybody_can_sign_is_refused() {
    build_and_execute(|| {
        let mut registration = Registration::number(5);
        for key in [[0; 32], neutral()] {
            registration.parts.session_key.0 = key;
            assert_noop!(registration.submit(), Error::<Test>::WeakSessionKey);
        }
    });
}

/// The neutral element.
fn neutral() -> [u8; 32] {
    let mut key = [0; 32];
    key[0] = 1;
    key
}

#[test]
fn an_encryption_key_with_which_no_secret_is_shared_is_refused() {
    build_and_execute(|| {
        let mut registration = Registration::number(5);
        for first in [0, 1] {
            registration.parts.encryption_key.0 = [0; 32];
            registration.parts.encryption_key.0[0] = first;
            assert_noop!(registration.submit(), Error::<Test>::WeakEncryptionKey);
        }
    });
}

#[test]
fn a_document_that_its_verifier_refuses_is_refused_by_the_rule() {
    build_and_execute(|| {
        let registration = Registration::number(5);
        let refused = |fault| Error::<Test>::Refused(fault);
        let empty = Document::Nitro(vec![].try_into().unwrap());
        assert_noop!(registration.by(empty), refused(Fault::Malformed));
        let long = vec![0x84; MAX_DOCUMENT_BYTES as usize].try_into().unwrap();
        assert_noop!(registration.by(Document::Nitro(long)), refused(Fault::Malformed));

        let mut debug = registration.document_of(&registration.session());
        for pcr in 0..3 {
            debug.pcrs.insert(pcr, [0; 48]);
        }
        assert_noop!(registration.by(nitro(&debug)), refused(Fault::Debug));

        let early = registration.document();
        set_time(NOW - 3_600);
        assert_noop!(registration.by(early.clone()), refused(Fault::NotYetValid));
        set_time(NOW + 24 * 3_600);
        assert_noop!(registration.by(early), refused(Fault::Expired));
    });
}

#[test]
fn a_document_with_one_bit_of_its_signature_flipped_is_refused() {
    build_and_execute(|| {
        let registration = Registration::number(5);
        let mut bytes = registration.document().bytes().to_vec();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let document = Document::Nitro(bytes.try_into().unwrap());
        assert_noop!(registration.by(document), Error::<Test>::Refused(Fault::Signature));
    });
}

#[test]
fn a_report_of_a_guest_that_can_be_debugged_or_moved_is_refused() {
    build_and_execute(|| {
        let registration = Registration::number(5);
        let chain = bring_chain_of(&registration.report(), 2);
        for (bit, fault) in [(19, Fault::Debug), (18, Fault::Migratable)] {
            let mut report = registration.report();
            report.policy |= 1 << bit;
            let refused = Error::<Test>::Refused(fault);
            assert_noop!(registration.by(sev_snp(&report, chain)), refused);
        }
        let mut report = registration.report();
        report.report_id_ma = [1; 32];
        let refused = Error::<Test>::Refused(Fault::Migratable);
        assert_noop!(registration.by(sev_snp(&report, chain)), refused);
    });
}

#[test]
fn what_was_verified_anew_is_paid_for_and_what_was_known_is_not() {
    use crate::weights::WeightInfo;
    build_and_execute(|| {
        let weight = |enclave: &Registration| enclave.submit().unwrap().actual_weight.unwrap();
        let of =
            |issuers| <() as WeightInfo>::register() + <() as WeightInfo>::verify_nitro(issuers);
        let first = Registration::number(5);
        let issuers = u32::from(first.document_of(&first.session()).intermediates);
        assert_eq!(weight(&first), of(issuers));
        assert_eq!(weight(&Registration::number(6)), of(0));
    });
}
