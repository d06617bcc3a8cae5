//! What a worker and a gateway find out by themselves.

mod common;

use common::{clear, interface, job, public, sealed_job};
use opg_primitives::{
    artefact::TextInterface,
    ids::{Commitment, EnclaveId, EncryptionKey},
    request::{DeclineReason, Output},
    sealed::SealedFor,
    statement,
};
use opg_worker_api::{Commitments, Job, JobStatus, Mismatch, Opened, Progress};

/// What a worker finds that knows the network.
fn checked(job: &Job) -> Result<(), Mismatch> {
    job.check(&interface(), job.public()?)
}

#[test]
fn a_job_that_matches_itself_passes() {
    assert_eq!(checked(&job()), Ok(()));
}

#[test]
fn each_part_of_the_binding_that_is_altered_is_noticed_without_the_model() {
    let altered: [fn(&mut Job); 6] = [
        |j| j.genesis.0[0] ^= 1,
        |j| j.request.0[0] ^= 1,
        |j| j.attempt ^= 1,
        |j| j.provider.0[0] ^= 1,
        |j| j.lease_block.hash.0[0] ^= 1,
        |j| j.binding.0[0] ^= 1,
    ];
    for alter in altered {
        let mut job = job();
        alter(&mut job);
        assert_eq!(job.check_lease(), Err(Mismatch::Binding));
        assert_eq!(Mismatch::Binding.reason(), DeclineReason::PayloadMismatch);
    }
}

#[test]
fn altered_parameters_are_noticed() {
    let mut job = job();
    job.parameters = vec![1].try_into().unwrap();
    assert_eq!(job.check_lease(), Err(Mismatch::Parameters));
}

#[test]
fn an_altered_input_is_noticed_by_who_knows_the_model() {
    let mut job = job();
    job.input = public(&[0, 1, 14, 14]);
    assert_eq!(job.check_lease(), Ok(()));
    assert_eq!(checked(&job), Err(Mismatch::Input));
}

#[test]
fn an_input_that_does_not_fit_the_model_is_unfit() {
    for input in [&[0, 1, 14][..], &[0, 1, 14, 16]] {
        let mut job = job();
        job.input = public(input);
        let mismatch = checked(&job).unwrap_err();
        assert_eq!(mismatch.reason(), DeclineReason::Unfit);
    }
}

#[test]
fn a_text_is_held_to_its_bounds_and_its_commitment_as_it_came() {
    let interface = TextInterface { max_input: 16, max_output: 16 };
    let text = |bytes: &[u8]| Job {
        input: public(bytes),
        commitments: Commitments {
            input: statement::commit_text(statement::NO_SALT, br#"{"prompt":"x"}"#),
            ..job().commitments
        },
        ..job()
    };
    let checked = |bytes: &[u8]| {
        let job = text(bytes);
        let opened = job.public()?;
        job.check_text(&interface, opened)
    };
    assert_eq!(checked(br#"{"prompt":"x"}"#), Ok(()));
    assert_eq!(checked(br#"{"prompt": "x"}"#), Err(Mismatch::Input));
    for unfit in [&b""[..], &[b' '; 17]] {
        let mismatch = checked(unfit).unwrap_err();
        assert_eq!(mismatch.reason(), DeclineReason::Unfit);
    }
}

#[test]
fn a_private_input_is_held_to_its_commitment_under_its_own_salt() {
    let (salt, input) = ([3; 32], [0, 1, 14, 15]);
    let mut job = sealed_job();
    job.commitments.input = statement::commit_input(&interface(), salt, &input).unwrap();
    assert_eq!(job.check(&interface(), Opened { salt, input: &input }), Ok(()));
    let other = Opened { salt: [4; 32], input: &input };
    assert_eq!(job.check(&interface(), other), Err(Mismatch::Input));
    let other = Opened { salt, input: &[0, 1, 14, 14] };
    assert_eq!(job.check(&interface(), other), Err(Mismatch::Input));
}

#[test]
fn who_holds_no_key_does_not_serve_a_sealed_input() {
    assert_eq!(checked(&sealed_job()), Err(Mismatch::Sealed));
    assert_eq!(Mismatch::Sealed.reason(), DeclineReason::NotServed);
    assert_eq!(sealed_job().check_lease(), Ok(()));
}

#[test]
fn what_is_sealed_for_a_job_names_its_lease() {
    let (job, enclave, key) = (sealed_job(), EnclaveId([7; 32]), EncryptionKey([5; 32]));
    let expected = SealedFor {
        genesis: job.genesis,
        request: job.request,
        model: job.model,
        parameters: job.commitments.parameters,
        attempt: job.attempt,
        provider: job.provider,
        enclave,
        key,
    };
    assert_eq!(job.sealed_for(enclave, key), expected);
}

#[test]
fn an_answer_has_the_form_of_its_input_and_covers_the_ciphertext() {
    let sealed = |byte: u8| Output::Sealed {
        commitment: Commitment([6; 32]),
        ciphertext: vec![byte; 60].try_into().unwrap(),
    };
    let (public, private) = (job(), sealed_job());
    assert!(public.takes(&clear(&[1])) && !public.takes(&sealed(1)));
    assert!(private.takes(&sealed(1)) && !private.takes(&clear(&[1])));
    let run = common::run();
    let said = |output: &Output| private.enclave_answer(EnclaveId([7; 32]), output, run.clone());
    assert_eq!(said(&sealed(1)).answer, said(&sealed(2)).answer);
    assert_ne!(said(&sealed(1)).signing_hash(), said(&sealed(2)).signing_hash());
    assert_eq!(said(&clear(&[1])).sealed, None);
}

#[test]
fn the_seed_of_a_job_is_that_of_its_lease() {
    let mut other = job();
    other.binding.0[0] ^= 1;
    assert_eq!(job().seed(), statement::seed(job().binding));
    assert_ne!(job().seed(), other.seed());
}

#[test]
fn an_answer_holds_what_the_job_says() {
    let job = job();
    let answer = job.answer(&clear(&[2, 0, 0, 0]));
    assert_eq!(
        (answer.request, answer.attempt, answer.provider, answer.binding, answer.input),
        (job.request, job.attempt, job.provider, job.binding, job.commitments.input)
    );
    assert_ne!(answer.signing_hash(), job.answer(&clear(&[1, 0, 0, 0])).signing_hash());
}

#[test]
fn the_time_to_deliver_is_cut_by_the_deadline() {
    let mut job = job();
    assert_eq!(job.least_blocks_to_deliver(), 200);
    job.deadline = 40;
    assert_eq!(job.least_blocks_to_deliver(), 18);
    job.deadline = 20;
    assert_eq!(job.least_blocks_to_deliver(), 0);
}

#[test]
fn only_a_job_that_was_accepted_may_be_acknowledged() {
    let acknowledged = |status: JobStatus| status.may_acknowledge();
    assert!(acknowledged(JobStatus::Accepted));
    assert!(acknowledged(JobStatus::Running { progress: Progress::new(0) }));
    assert!(acknowledged(JobStatus::Done(common::result())));
    for status in [
        JobStatus::Queued,
        JobStatus::Held,
        JobStatus::refused(DeclineReason::Busy, ""),
        JobStatus::failed(""),
    ] {
        assert!(!acknowledged(status));
    }
}

#[test]
fn a_lease_in_the_block_of_its_request_is_a_job() {
    let mut job = job();
    job.lease_block.number = job.request_block.number - 1;
    assert_eq!(opg_worker_api::from_json(&opg_worker_api::to_json(&job).unwrap()), Ok(job));
}
