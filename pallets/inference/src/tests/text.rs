//! Requests to a text model: of the bytes that come and go the length and the form of the answer.

use crate::{mock::*, Error, Payloads, Requests};
use frame_support::assert_noop;
use opg_primitives::{
    claims::{Claim, Standing},
    disclosure::{FieldDisclosure, Form, ReadableBy},
    evidence::Evidence,
    ids::RequestId,
    mode::Mode,
    request::{Input, Outcome, Refusal},
    statement,
};

const PROMPT: &str = r#"{"prompt":"7?"}"#;
const PARAMETERS: &[u8] = br#"{"max_tokens":8}"#;

fn asking() -> Asking {
    Asking { parameters: PARAMETERS.to_vec(), ..Asking::text(PROMPT) }
}

fn acknowledged_lease() -> RequestId {
    let id = asking().id();
    acknowledged(id);
    id
}

fn submit(id: RequestId, output: &[u8], evidence: Evidence) {
    done(submit_call(id, 0, output, evidence, &PROVIDER));
}

#[test]
fn the_bytes_of_a_text_are_committed_to_as_they_came() {
    run(|| {
        let id = asking().id();
        let request = stored(id);
        assert_eq!(request.input, statement::commit_text(statement::NO_SALT, PROMPT.as_bytes()));
        assert_eq!(request.parameters, statement::commit_parameters(PARAMETERS));
        let (input, parameters) = Payloads::<Test>::get(id).unwrap();
        assert_eq!(input, Input::Public(PROMPT.as_bytes().to_vec().try_into().unwrap()));
        assert_eq!(parameters[..], *PARAMETERS);
    });
}

#[test]
fn an_input_of_no_bytes_or_of_too_many_is_refused_and_nothing_else_of_it_is_looked_at() {
    run(|| {
        let of = |bytes: Vec<u8>| {
            let input = Input::Public(bytes.try_into().unwrap());
            Asking { input, ..Asking::text("") }
        };
        for bytes in [vec![], vec![b'a'; 65]] {
            assert_noop!(of(bytes).ask(), Error::<Test>::InputDoesNotFit);
        }
        assert!(of(vec![0xff; 64]).ask().is_ok());
        assert_eq!(Requests::<Test>::count(), 1);
    });
}

#[test]
fn a_proof_of_a_text_is_not_offered() {
    run(|| {
        let zkml = Asking { mode: Some(Mode::ZkMl), ..Asking::text(PROMPT) };
        assert_noop!(zkml.ask(), Error::<Test>::ModeNotOffered);
    });
}

#[test]
fn a_text_of_an_enclave_settles_and_its_receipt_tells_of_its_parameters() {
    run(|| {
        let id = acknowledged_lease();
        let output = "siete!".as_bytes();
        submit(id, output, evidence(id, output));
        let receipt = last_receipt();
        assert_eq!(receipt.outcome, Outcome::Settled);
        let public = FieldDisclosure { form: Form::Public, readable_by: ReadableBy::Everyone };
        assert_eq!(receipt.disclosure.parameters, public);
        let appraised = receipt.appraised.unwrap();
        let single = appraised.standings.iter().find(|cell| cell.claim == Claim::SingleAnswer);
        assert_eq!(single.unwrap().standing, Standing::Attested);
    });
}

#[test]
fn what_is_no_text_or_is_too_long_a_one_costs_the_bond() {
    for output in [&[0xffu8][..], b"123456789"] {
        run(|| {
            let id = acknowledged_lease();
            let before = money();
            submit(id, output, evidence(id, output));
            let receipt = last_receipt();
            assert_eq!(receipt.outcome, Outcome::EvidenceRefused(Refusal::MalformedOutput));
            assert_eq!(money().bond, before.bond - super::money::refused_slash(Mode::Tee));
        });
    }
}
