//! What is not believed, not repeated and not waited for.

use super::*;

#[test]
fn a_second_run_of_the_same_block_sends_nothing() {
    let paper = Paper::up();
    let lease = lease(2, 12);
    paper.run(2, std::slice::from_ref(&lease));
    assert_eq!((paper.asked(), paper.told().len()), (1, 1));
    paper.run(2, std::slice::from_ref(&lease));
    assert_eq!((paper.asked(), paper.told().len()), (0, 0));
}

#[test]
fn a_run_that_loses_the_book_to_another_sends_nothing() {
    let paper = Paper::up();
    paper.contended.set(true);
    paper.run(2, &[lease(2, 12)]);
    assert_eq!((paper.asked(), paper.told().len()), (0, 0));
}

#[test]
fn another_answer_for_the_same_lease_is_never_signed() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    lease.deliver_by = Some(100);
    paper.stands(&lease, JobStatus::Done(answer(1)));
    paper.run(2, std::slice::from_ref(&lease));
    assert_eq!(paper.told().len(), 1);
    paper.stands(&lease, JobStatus::Done(answer(2)));
    for block in 3..40 {
        paper.run(block, std::slice::from_ref(&lease));
    }
    assert_eq!(paper.told(), []);
    assert_eq!(paper.stage(&lease), Stage::GivenUp);
}

#[test]
fn a_gateway_that_forgets_does_not_make_the_node_forget_its_answer() {
    let paper = Paper::up();
    let mut lease = lease(2, 12);
    lease.deliver_by = Some(100);
    paper.stands(&lease, JobStatus::Done(answer(1)));
    paper.run(2, std::slice::from_ref(&lease));
    assert_eq!(paper.told().len(), 1);
    paper.jobs.borrow_mut().as_mut().unwrap().clear();
    // It is given the job again, and finds another answer.
    *paper.becomes.borrow_mut() = Some(JobStatus::Done(answer(2)));
    for block in 3..20 {
        paper.run(block, std::slice::from_ref(&lease));
    }
    assert_eq!(paper.told(), []);
    assert_eq!(paper.stage(&lease), Stage::GivenUp);
}

#[test]
fn a_report_of_another_job_is_not_taken() {
    let paper = Paper::up();
    let (asked, other) = (lease(2, 12), lease(3, 12));
    let report = JobReport::new(other.job.key(), JobStatus::Accepted);
    *paper.instead.borrow_mut() = Some(Reply { status: 200, body: to_json(&report).unwrap() });
    paper.run(2, std::slice::from_ref(&asked));
    assert_eq!(paper.told(), []);
}

#[test]
fn what_is_no_report_is_a_failure_and_nothing_more() {
    for (status, body) in [
        (200, &b""[..]),
        (200, b"{"),
        (200, b"{\"version\":2}"),
        (200, b"null"),
        (302, b""),
        (409, b"{}"),
        (500, b"{}"),
        (204, b""),
        (0, b""),
    ] {
        let paper = Paper::up();
        let lease = lease(2, 12);
        *paper.instead.borrow_mut() = Some(Reply { status, body: body.to_vec() });
        paper.run(2, std::slice::from_ref(&lease));
        assert_eq!(paper.told(), []);
        assert_eq!(paper.record(&lease).tries, 1, "{status}");
    }
}

#[test]
fn a_run_ends_in_its_time_and_serves_the_rest_in_the_next() {
    let paper = Paper::up();
    paper.takes.set(500);
    let leases: Vec<_> = (2..12).map(|n| lease(n, 100)).collect();
    paper.run(2, &leases);
    assert!(paper.time.get() <= RUN_MS, "{}", paper.time.get());
    let first = paper.told().len();
    assert_eq!(first, 3);
    for block in 3..6 {
        paper.run(block, &leases);
    }
    assert_eq!(paper.book.borrow().values().filter(|r| r.stage == Stage::Sent).count(), 10);
}

#[test]
fn a_gateway_that_drips_costs_no_more_than_its_exchange() {
    let paper = Paper::up();
    paper.takes.set(1_000_000);
    let leases: Vec<_> = (2..12).map(|n| lease(n, 100)).collect();
    paper.run(2, &leases);
    assert!(paper.time.get() <= RUN_MS);
    assert_eq!(paper.asked() as u64, RUN_MS / EXCHANGE_MS);
}

#[test]
fn a_key_that_is_gone_signs_nothing() {
    let paper = Paper::up();
    paper.no_key.set(true);
    paper.run(2, &[lease(2, 12)]);
    assert_eq!(paper.told(), []);
}

#[test]
fn more_leases_than_are_remembered_wait() {
    let paper = Paper::default();
    let leases: Vec<_> = (0..=MAX_JOBS)
        .map(|n| {
            let mut lease = lease(2, 100);
            lease.job.request.0[..2].copy_from_slice(&(n as u16).to_le_bytes());
            lease
        })
        .collect();
    paper.run(2, &leases);
    assert_eq!(paper.book.borrow().len(), MAX_JOBS);
}

#[test]
fn a_book_of_another_form_does_not_decode() {
    assert_eq!(decode_book(&[0xff; 7]), None);
    assert_eq!(decode_book(&[]), None);
}
