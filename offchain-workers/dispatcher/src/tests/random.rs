//! Whatever gateway and chain do, in whatever order.

use super::*;
use opg_primitives::request::DeclineReason;
use opg_worker_api::Progress;
use proptest::prelude::*;

fn statuses() -> impl Strategy<Value = Option<JobStatus>> {
    prop_oneof![
        Just(None),
        Just(Some(JobStatus::Queued)),
        Just(Some(JobStatus::Held)),
        Just(Some(JobStatus::Accepted)),
        Just(Some(JobStatus::Running { progress: Progress::new(1) })),
        (0..3u8).prop_map(|n| Some(JobStatus::Done(answer(n)))),
        Just(Some(refused(DeclineReason::Busy))),
        Just(Some(JobStatus::failed("x"))),
    ]
}

proptest! {
    #[test]
    fn a_run_keeps_its_promises(
        steps in proptest::collection::vec((statuses(), any::<bool>(), any::<bool>(), 0..3u32), 1..60),
    ) {
        let paper = Paper::up();
        let mut lease = lease(2, 200);
        let (mut block, mut answers) = (2, Vec::new());
        for (status, acknowledged, pool_full, later) in steps {
            block += later;
            match status {
                Some(status) => paper.stands(&lease, status),
                None => paper.jobs.borrow_mut().as_mut().unwrap().clear(),
            }
            paper.pool_full.set(pool_full);
            lease.deliver_by = acknowledged.then_some(300);
            paper.run(block, std::slice::from_ref(&lease));
            // At most one exchange and one message a run.
            prop_assert!(paper.asked() <= 1);
            let told = paper.told();
            prop_assert!(told.len() <= 1);
            for payload in told {
                // Each only where the chain can take it.
                match payload {
                    Payload::Submit { output, .. } => {
                        prop_assert!(acknowledged);
                        answers.push(output);
                    }
                    Payload::Acknowledge | Payload::Decline(_) => prop_assert!(!acknowledged),
                }
            }
        }
        // Never two answers for one request and attempt, on whatever fork.
        answers.dedup();
        prop_assert!(answers.len() <= 1);
    }
}
