//! What a worker and a gateway find out by themselves.

mod common;

use common::{interface, job};
use opg_primitives::{
    artefact::TextInterface,
    request::{DeclineReason, PublicBytes},
    statement,
};
use opg_worker_api::{Commitments, Job, JobStatus, Mismatch, Progress};

#[test]
fn a_job_that_matches_itself_passes() {
    assert_eq!(job().check(&interface()), Ok(()));
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
    job.input = PublicBytes::truncate_from(vec![0, 1, 14, 14]);
    assert_eq!(job.check_lease(), Ok(()));
    assert_eq!(job.check(&interface()), Err(Mismatch::Input));
}

#[test]
fn an_input_that_does_not_fit_the_model_is_unfit() {
    for input in [vec![0, 1, 14], vec![0, 1, 14, 16]] {
        let mut job = job();
        job.input = PublicBytes::truncate_from(input);
        let mismatch = job.check(&interface()).unwrap_err();
        assert_eq!(mismatch.reason(), DeclineReason::Unfit);
    }
}

#[test]
fn a_text_is_held_to_its_bounds_and_its_commitment_as_it_came() {
    let interface = TextInterface { max_input: 16, max_output: 16 };
    let text = |bytes: &[u8]| Job {
        input: PublicBytes::truncate_from(bytes.to_vec()),
        commitments: Commitments {
            input: statement::commit_text(statement::NO_SALT, br#"{"prompt":"x"}"#),
            ..job().commitments
        },
        ..job()
    };
    assert_eq!(text(br#"{"prompt":"x"}"#).check_text(&interface), Ok(()));
    assert_eq!(text(br#"{"prompt": "x"}"#).check_text(&interface), Err(Mismatch::Input));
    for unfit in [&b""[..], &[b' '; 17]] {
        let mismatch = text(unfit).check_text(&interface).unwrap_err();
        assert_eq!(mismatch.reason(), DeclineReason::Unfit);
    }
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
    let answer = job.answer(&[2, 0, 0, 0]);
    assert_eq!(
        (answer.request, answer.attempt, answer.provider, answer.binding, answer.input),
        (job.request, job.attempt, job.provider, job.binding, job.commitments.input)
    );
    assert_ne!(answer.signing_hash(), job.answer(&[1, 0, 0, 0]).signing_hash());
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
