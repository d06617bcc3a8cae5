//! A lease from its beginning to its end.

use super::*;
use opg_primitives::request::{DeclineReason, Output};
use opg_worker_api::Progress;

#[test]
fn a_lease_is_put_acknowledged_and_its_answer_submitted() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    paper.run(2, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [Payload::Acknowledge]);
    assert_eq!(paper.stage(&lease), Stage::Sent);

    lease.deliver_by = Some(40);
    paper.stands(&lease, JobStatus::Running { progress: Progress::new(50) });
    paper.run(3, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), []);
    assert_eq!(paper.stage(&lease), Stage::Acknowledged);

    let result = answer(1);
    paper.stands(&lease, JobStatus::Done(result.clone()));
    paper.run(4, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [submitted(&result)]);
    assert_eq!(paper.stage(&lease), Stage::Submitted);
    assert_eq!(paper.record(&lease).answer, Some(crate::machine::digest(&result)));
}

#[test]
fn a_message_is_signed_over_its_own_hash() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    paper.run(2, std::slice::from_ref(&lease));
    let (genesis, request) = (lease.job.genesis, lease.job.request);
    assert_eq!(
        paper.outgoing.borrow()[0].signature.0[..32],
        statement::acknowledge_hash(genesis, request, 0)
    );
    lease.deliver_by = Some(40);
    let result = answer(1);
    paper.stands(&lease, JobStatus::Done(result.clone()));
    paper.run(3, std::slice::from_ref(&lease));
    assert_eq!(
        paper.outgoing.borrow()[1].signature.0[..32],
        statement::submit_hash(genesis, request, 0, &result.output, result.evidence.digest())
    );
}

#[test]
fn a_sealed_answer_is_signed_for_as_it_came() {
    let paper = Paper::up();
    let mut lease = sealed_lease(2, 12);
    paper.run(5, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [Payload::Acknowledge]);
    lease.deliver_by = Some(40);
    let result = sealed_answer(1);
    paper.stands(&lease, JobStatus::Done(result.clone()));
    paper.run(6, std::slice::from_ref(&lease));
    let (genesis, request) = (lease.job.genesis, lease.job.request);
    assert_eq!(
        paper.outgoing.borrow()[0].signature.0[..32],
        statement::submit_hash(genesis, request, 0, &result.output, result.evidence.digest())
    );
    assert_eq!(paper.told(), [submitted(&result)]);
}

#[test]
fn another_ciphertext_of_an_answer_that_was_signed_for_is_never_signed() {
    let paper = Paper::up();
    let mut lease = sealed_lease(2, 12);
    lease.deliver_by = Some(40);
    let first = sealed_answer(1);
    paper.stands(&lease, JobStatus::Done(first.clone()));
    paper.run(5, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [submitted(&first)]);
    let mut other = first;
    if let Output::Sealed { ciphertext, .. } = &mut other.output {
        *ciphertext = vec![9; 60].try_into().unwrap();
    }
    paper.stands(&lease, JobStatus::Done(other));
    for block in 6..12 {
        paper.run(block, std::slice::from_ref(&lease));
    }
    assert_eq!(paper.told(), []);
    assert_eq!(paper.stage(&lease), Stage::GivenUp);
}

#[test]
fn a_held_job_is_not_acknowledged_until_it_is_accepted() {
    let paper = Paper::up();
    let lease = lease(2, 12);
    for (block, status) in [(2, JobStatus::Queued), (3, JobStatus::Held)] {
        paper.stands(&lease, status);
        paper.run(block, std::slice::from_ref(&lease));
        assert_eq!(paper.told(), []);
    }
    paper.stands(&lease, JobStatus::Accepted);
    paper.run(4, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [Payload::Acknowledge]);
}

#[test]
fn an_answer_that_is_there_already_still_waits_for_the_acknowledgement() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    let result = answer(1);
    paper.stands(&lease, JobStatus::Done(result.clone()));
    paper.run(2, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [Payload::Acknowledge]);
    lease.deliver_by = Some(40);
    paper.run(3, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [submitted(&result)]);
}

#[test]
fn a_refused_job_is_declined_for_its_reason() {
    let paper = Paper::up();
    let lease = lease(2, 12);
    paper.stands(&lease, refused(DeclineReason::NotServed));
    paper.run(2, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [Payload::Decline(DeclineReason::NotServed)]);
}

#[test]
fn a_busy_gateway_is_asked_again_and_the_lease_declined_while_there_is_time() {
    let paper = Paper::up();
    let lease = lease(2, 12);
    *paper.becomes.borrow_mut() = Some(refused(DeclineReason::Busy));
    let mut told = Vec::new();
    for block in 2..13 {
        // A job that was refused as busy is not kept.
        paper.jobs.borrow_mut().as_mut().unwrap().clear();
        paper.run(block, std::slice::from_ref(&lease));
        told.extend(paper.told().into_iter().map(|payload| (block, payload)));
    }
    assert_eq!(told[0], (9, Payload::Decline(DeclineReason::Busy)));
    paper.book.borrow_mut().clear();
    for block in 2..4 {
        paper.jobs.borrow_mut().as_mut().unwrap().clear();
        if block == 3 {
            *paper.becomes.borrow_mut() = Some(JobStatus::Accepted);
        }
        paper.run(block, std::slice::from_ref(&lease));
    }
    assert_eq!(paper.told(), [Payload::Acknowledge]);
}

#[test]
fn a_gateway_that_lost_an_acknowledged_job_and_is_busy_is_given_it_until_it_takes_it() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    paper.run(2, std::slice::from_ref(&lease));
    lease.deliver_by = Some(40);
    *paper.becomes.borrow_mut() = Some(refused(DeclineReason::Busy));
    for block in 3..10 {
        paper.jobs.borrow_mut().as_mut().unwrap().clear();
        paper.run(block, std::slice::from_ref(&lease));
    }
    let result = answer(1);
    *paper.becomes.borrow_mut() = Some(JobStatus::Done(result.clone()));
    paper.jobs.borrow_mut().as_mut().unwrap().clear();
    paper.told();
    for block in 10..20 {
        paper.run(block, std::slice::from_ref(&lease));
    }
    assert_eq!(paper.told()[0], submitted(&result));
}

#[test]
fn a_job_that_fails_after_it_was_acknowledged_is_given_up() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    lease.deliver_by = Some(40);
    paper.stands(&lease, JobStatus::failed("the model is gone"));
    paper.run(2, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), []);
    assert_eq!(paper.stage(&lease), Stage::GivenUp);
    assert_eq!(paper.asked(), 1);
    paper.run(3, std::slice::from_ref(&lease));
    assert_eq!(paper.asked(), 0);
}

#[test]
fn a_gateway_that_lost_a_job_is_given_it_again() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    paper.run(2, std::slice::from_ref(&lease));
    lease.deliver_by = Some(40);
    paper.jobs.borrow_mut().as_mut().unwrap().clear();
    paper.exchanges.borrow_mut().clear();
    for block in 3..8 {
        paper.run(block, std::slice::from_ref(&lease));
    }
    let asked = paper.exchanges.borrow();
    assert!(matches!(asked[0], Exchange::Get(_)));
    assert!(matches!(asked[1], Exchange::Put(..)));
    assert_eq!(paper.stage(&lease), Stage::Acknowledged);
}

#[test]
fn a_gateway_that_is_down_is_asked_after_1_2_4_8_and_8_blocks() {
    let paper = Paper::default();
    let lease = lease(2, 100);
    let mut tried = Vec::new();
    for block in 10..50 {
        paper.run(block, std::slice::from_ref(&lease));
        if paper.asked() > 0 {
            tried.push(block);
        }
    }
    assert_eq!(tried, [10, 11, 13, 17, 25, 33, 41, 49]);
}

#[test]
fn an_acknowledgement_that_does_not_reach_the_chain_is_repeated_with_back_off() {
    let paper = Paper::up();
    let lease = lease(2, 100);
    let mut told = Vec::new();
    for block in 10..30 {
        paper.run(block, std::slice::from_ref(&lease));
        if !paper.told().is_empty() {
            told.push(block);
        }
    }
    assert_eq!(told, [10, 11, 13, 17, 25]);
}

#[test]
fn nothing_is_done_after_a_lease_is_due() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    paper.run(13, std::slice::from_ref(&lease));
    assert_eq!(paper.asked(), 0);
    lease.deliver_by = Some(20);
    paper.run(20, std::slice::from_ref(&lease));
    assert_eq!(paper.asked(), 1);
    paper.run(21, std::slice::from_ref(&lease));
    assert_eq!(paper.asked(), 0);
}

#[test]
fn an_answer_is_submitted_again_after_a_restart_between_signing_and_sending() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    lease.deliver_by = Some(100);
    let result = answer(1);
    paper.stands(&lease, JobStatus::Done(result.clone()));
    paper.pool_full.set(true);
    paper.run(2, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [submitted(&result)]);
    assert_eq!(paper.stage(&lease), Stage::Have);
    paper.pool_full.set(false);
    paper.run(3, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [submitted(&result)]);
}

#[test]
fn a_fork_without_the_acknowledgement_is_acknowledged_again() {
    let paper = Paper::up();
    let mut lease = lease(2, 30);
    paper.run(2, std::slice::from_ref(&lease));
    paper.told();
    lease.deliver_by = Some(40);
    paper.run(3, std::slice::from_ref(&lease));
    lease.deliver_by = None;
    paper.run(4, std::slice::from_ref(&lease));
    assert_eq!(paper.told(), [Payload::Acknowledge]);
}

#[test]
fn a_lease_that_ended_is_forgotten_after_a_while() {
    let paper = Paper::up();
    let lease = lease(2, 12);
    paper.run(2, std::slice::from_ref(&lease));
    paper.run(12 + KEEP_BLOCKS, &[]);
    assert_eq!(paper.book.borrow().len(), 1);
    paper.run(13 + KEEP_BLOCKS, &[]);
    assert!(paper.book.borrow().is_empty());
}
