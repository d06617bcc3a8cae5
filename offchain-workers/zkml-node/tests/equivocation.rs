//! For one lease one answer is signed, whatever happens in between.

mod support;

use opg_primitives::mode::Mode;
use opg_worker_api::{
    server::{now, JournalError, Ledger, StoreError},
    Job,
};
use opg_zkml_node::record::{
    answer, finish, AnswerError, Stage, StoredAnswer, StoredProof, WorkerRecord,
};
use std::{fs, sync::Arc};
use support::{
    common::{clear, job},
    done, is_signed, Fake, Setup,
};

fn plain() -> Job {
    Job { mode: Mode::Plain, ..job() }
}

fn record() -> WorkerRecord {
    WorkerRecord { job: plain(), received: now(), stage: Stage::Accepted }
}

fn output(class: u8) -> StoredAnswer {
    StoredAnswer { output: vec![class, 0, 0, 0].try_into().unwrap(), proof: None }
}

fn setup(directory: &std::path::Path) -> Setup {
    Setup::new(directory, Arc::<Fake>::default())
}

#[test]
fn a_second_answer_to_a_lease_is_not_signed() {
    let directory = tempfile::tempdir().unwrap();
    let (ledger, key) = (setup(directory.path()).ledger(), setup(directory.path()).key());
    ledger.insert(record()).unwrap();
    let first = answer(&ledger, &key, plain().key(), output(1)).unwrap();
    let second = answer(&ledger, &key, plain().key(), output(2));
    assert!(matches!(second, Err(AnswerError::Equivocation(_))), "{second:?}");
    assert_eq!(ledger.get(plain().key()).unwrap().stage, Stage::Done(Box::new(first)));
}

#[test]
fn a_second_answer_after_a_restart_is_not_signed() {
    let directory = tempfile::tempdir().unwrap();
    let key = setup(directory.path()).key();
    let ledger = setup(directory.path()).ledger();
    ledger.insert(record()).unwrap();
    // A crash after the answer was stored, and before or after it was signed.
    let stored = Stage::Answered(output(1));
    ledger
        .update::<StoreError>(plain().key(), |record| Ok(WorkerRecord { stage: stored, ..record }))
        .unwrap();
    drop(ledger);

    let ledger = setup(directory.path()).ledger();
    let second = answer(&ledger, &key, plain().key(), output(2));
    assert!(matches!(second, Err(AnswerError::Equivocation(_))), "{second:?}");
    let same = answer(&ledger, &key, plain().key(), output(1)).unwrap();
    assert_eq!(same.output, clear(&[1, 0, 0, 0]));
    assert!(is_signed(&plain(), &same));
}

#[tokio::test]
async fn an_answer_that_was_stored_before_a_crash_is_signed_and_not_computed_again() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = setup(directory.path()).ledger();
    // Another answer than the model would give now.
    ledger.insert(WorkerRecord { stage: Stage::Answered(output(2)), ..record() }).unwrap();
    drop(ledger);
    let fake = Arc::new(Fake::default());
    let worker = Setup::new(directory.path(), fake.clone()).start().await;
    let result = done(worker.end(plain().key()).await);
    assert_eq!(result.output, clear(&[2, 0, 0, 0]));
    assert!(is_signed(&plain(), &result));
    assert_eq!(fake.runs.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[test]
fn signing_the_stored_answer_twice_gives_the_same_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let (ledger, key) = (setup(directory.path()).ledger(), setup(directory.path()).key());
    let stored = WorkerRecord { stage: Stage::Answered(output(1)), ..record() };
    ledger.insert(stored.clone()).unwrap();
    let once = finish(&ledger, &key, stored.clone()).unwrap();
    assert_eq!(finish(&ledger, &key, stored).unwrap(), once);
}

#[test]
fn an_answer_that_cannot_be_stored_is_not_signed() {
    let directory = tempfile::tempdir().unwrap();
    let (ledger, key) = (setup(directory.path()).ledger(), setup(directory.path()).key());
    ledger.insert(record()).unwrap();
    let name = format!("{}-{}.new", plain().request, plain().attempt);
    fs::create_dir(directory.path().join("journal").join(name)).unwrap();
    let unsigned = answer(&ledger, &key, plain().key(), output(1));
    assert!(matches!(unsigned, Err(AnswerError::Store(_))), "{unsigned:?}");
    assert_eq!(ledger.get(plain().key()).unwrap().stage, Stage::Accepted);
}

#[test]
fn an_answer_of_another_mode_or_after_a_failure_is_not_signed() {
    let directory = tempfile::tempdir().unwrap();
    let (ledger, key) = (setup(directory.path()).ledger(), setup(directory.path()).key());
    ledger.insert(record()).unwrap();
    let proof = StoredProof { key_version: 0, bytes: vec![0; 192].try_into().unwrap() };
    let proven = StoredAnswer { proof: Some(proof), ..output(1) };
    let wrong = answer(&ledger, &key, plain().key(), proven);
    assert!(matches!(wrong, Err(AnswerError::WrongMode(_))), "{wrong:?}");
    let failed = Stage::Failed(opg_worker_api::Text::new("lost"));
    ledger
        .update::<StoreError>(plain().key(), |record| Ok(WorkerRecord { stage: failed, ..record }))
        .unwrap();
    let ended = answer(&ledger, &key, plain().key(), output(1));
    assert!(matches!(ended, Err(AnswerError::Ended(_))), "{ended:?}");
}

#[test]
fn a_record_that_was_tampered_with_stops_the_worker() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = setup(directory.path()).ledger();
    ledger.insert(WorkerRecord { stage: Stage::Answered(output(1)), ..record() }).unwrap();
    drop(ledger);
    let journal = directory.path().join("journal");
    let path = journal.join(format!("{}-{}.json", plain().request, plain().attempt));
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("0x01000000", "0x02000000")).unwrap();
    let opened = Ledger::<WorkerRecord>::open(&journal, 10);
    assert!(matches!(opened, Err(JournalError::Damaged { .. })));
}
