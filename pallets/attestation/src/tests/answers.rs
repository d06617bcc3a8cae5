//! Which enclave may answer, for whom, of what.

use crate::mock::*;
use frame_support::assert_ok;
use opg_primitives::{
    attestation::{AttestationFormat, TcbStatus, Vendor},
    claims::Claim,
    enclave::{EnclaveContext, EnclaveFault, EnclaveRecord},
    ids::{Digest, MeasurementId},
    reference::{ClaimSet, ModelBinding, ReferenceValue},
    traits::Attestation as _,
};

fn ask(of: &Registration) -> Result<EnclaveContext, EnclaveFault> {
    Attestation::enclave(&of.id(), &provider(of.provider), &model(1))
}

fn fault(of: &Registration) -> Option<EnclaveFault> {
    ask(of).err()
}

/// Registers `enclave`, and approves it as `value` says.
fn with(enclave: &Registration, alter: impl FnOnce(&mut ReferenceValue)) {
    let mut value = approval(enclave, 10);
    alter(&mut value);
    assert_ok!(approve(value));
    assert_ok!(enclave.submit());
}

#[docify::export]
#[test]
fn an_approved_enclave_answers_until_its_document_ends() {
    build_and_execute(|| {
        let enclave = answering(5);
        assert_eq!(ask(&enclave).unwrap().session_key, enclave.parts.session_key);

        // The policy's maximum is less than the window of the document's certificate.
        set_time(NOW + MAX_VALIDITY);
        assert_eq!(fault(&enclave), None);
        set_time(NOW + MAX_VALIDITY + 1);
        assert_eq!(fault(&enclave), Some(EnclaveFault::Expired));
    });
}

#[test]
fn all_that_a_receipt_says_of_an_enclave_comes_from_its_document_and_its_approval() {
    build_and_execute(|| {
        let enclave = answering(5);
        let stored = Attestation::registered(enclave.id()).unwrap();
        let context = ask(&enclave).unwrap();
        assert_eq!(context.vouches, ClaimSet::of(&[Claim::Output]));
        assert_eq!((context.prepares_input, context.seeded_by_lease), (true, false));
        let expected = EnclaveRecord {
            id: enclave.id(),
            vendor: Vendor::Development,
            format: AttestationFormat::Nitro,
            measurement: enclave.measurement_id(),
            binding: ModelBinding::Loaded,
            platform: stored.platform,
            platform_known: true,
            configuration: enclave.configuration.id(),
            verified: BLOCK,
            valid_until: NOW + MAX_VALIDITY,
            tcb: TcbStatus::UpToDate,
            advisories: Default::default(),
            platform_holder_known: false,
        };
        assert_eq!(context.record, expected);
        let view = Attestation::may_answer(enclave.id(), provider(1), model(1));
        assert_eq!(view, Ok(expected));
    });
}

#[test]
fn an_enclave_of_another_provider_is_unknown() {
    build_and_execute(|| {
        let enclave = answering(5);
        let asked = Attestation::enclave(&enclave.id(), &provider(2), &model(1));
        assert_eq!(asked, Err(EnclaveFault::Unknown));
        let asked = Attestation::enclave(&Registration::number(6).id(), &provider(1), &model(1));
        assert_eq!(asked, Err(EnclaveFault::Unknown));
    });
}

#[test]
fn code_that_nobody_approved_registers_and_does_not_answer() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        assert_ok!(enclave.submit());
        assert_eq!(fault(&enclave), Some(EnclaveFault::NotApproved));
        assert_ok!(approve(approval(&enclave, 10)));
        assert_eq!(fault(&enclave), None);
    });
}

#[test]
fn an_approval_holds_from_its_first_block_to_its_last() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        with(&enclave, |value| value.from = BLOCK + 2);
        let refused = Some(EnclaveFault::NotApproved);
        for (block, expected) in
            [(BLOCK + 1, refused), (BLOCK + 2, None), (BLOCK + 10, None), (BLOCK + 11, refused)]
        {
            go_to(block);
            assert_eq!(fault(&enclave), expected, "{block}");
        }
    });
}

#[test]
fn an_approval_for_another_model_is_none() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        with(&enclave, |value| value.model = Some(model(2)));
        assert_eq!(fault(&enclave), Some(EnclaveFault::NotApproved));
    });
}

#[test]
fn a_model_that_the_enclave_does_not_serve_is_not_answered() {
    build_and_execute(|| {
        let enclave = answering(5);
        let asked = Attestation::enclave(&enclave.id(), &provider(1), &model(2));
        assert_eq!(asked, Err(EnclaveFault::NotApproved));
    });
}

#[test]
fn a_configuration_by_another_schema_is_not_what_was_approved() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        with(&enclave, |value| value.schema = 8);
        assert_eq!(fault(&enclave), Some(EnclaveFault::NotApproved));
    });
}

#[test]
fn code_that_runs_its_model_inside_has_no_upstream_and_code_that_forwards_has_one() {
    let inside = [ModelBinding::Loaded, ModelBinding::InImage(Digest([1; 32]))];
    let cases = inside.map(|binding| (binding, false)).into_iter();
    for (binding, forwards) in cases.chain([(ModelBinding::Upstream, true)]) {
        for upstream_is_set in [false, true] {
            build_and_execute(|| {
                let mut enclave = Registration::number(5);
                enclave.configuration.upstream = upstream_is_set.then(upstream);
                with(&enclave, |value| value.binding = binding);
                assert_eq!(fault(&enclave).is_none(), forwards == upstream_is_set, "{binding:?}");
            });
        }
    }
}

#[test]
fn an_approval_of_other_registers_is_of_other_code() {
    build_and_execute(|| {
        let approved = Registration::number(5);
        assert_ok!(approve(approval(&approved, 10)));
        for altered in 0..4 {
            let mut enclave = Registration::number(6);
            enclave.registers[altered] = register(9);
            enclave.parts.session_key.0 = [10 + altered as u8; 32];
            assert_ok!(enclave.submit());
            assert_eq!(fault(&enclave), Some(EnclaveFault::NotApproved));
        }
    });
}

#[test]
fn the_measurement_of_another_vendor_with_the_same_registers_is_not_approved() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        with(&enclave, |value| value.vendor = Vendor::Aws);
        assert_eq!(fault(&enclave), Some(EnclaveFault::NotApproved));
        let of_aws: MeasurementId = enclave.measurement().id(Vendor::Aws);
        assert_ne!(of_aws, enclave.measurement_id());
    });
}
