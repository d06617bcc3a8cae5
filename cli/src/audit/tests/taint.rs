//! What was revoked after a receipt was written, as a reader is told of it.

use super::{
    fixture::{plain, tee, zkml},
    result,
};
use crate::{
    audit::{audit, Bundle, Twice, Verdict, TAINT},
    print::{receipt::View, report::render},
};
use opg_primitives::{
    attestation::{TcbStatus, Vendor},
    checks::CheckResult,
    enclave::EnclaveRecord,
    ids::{EnclaveId, MeasurementId, PlatformId},
    names::Advisory,
    revocation::{subjects_of, Reason, Revocation, Subject, Taint},
    BlockNumber,
};

/// The block of the receipt.
const CLOSED: BlockNumber = 60;

fn record(bundle: &Bundle) -> EnclaveRecord {
    bundle.enclave.as_ref().unwrap().record.view.clone()
}

/// The receipt of an enclave, where `subject` was revoked for these blocks.
fn revoked(subject: Subject, since: BlockNumber, until: Option<BlockNumber>) -> Bundle {
    let revocation = Revocation { reason: Reason::PlatformAttacked, at: 65, since, until };
    let mut bundle = tee();
    let part = bundle.enclave.as_mut().unwrap();
    part.revoked.all = Twice::new(vec![Taint { subject, revocation }]);
    bundle
}

fn taint(bundle: &Bundle) -> CheckResult {
    result(&audit(bundle, None), TAINT)
}

fn printed(bundle: &Bundle) -> String {
    let revoked = bundle.enclave.as_ref().map(|part| part.revoked.clone());
    let (id, receipt) = (bundle.receipt_id, bundle.receipt.view.clone());
    let view = View { id, receipt, output: None, reference: None, revoked };
    // Words may be on two lines of a cell.
    words(&view.render())
}

/// The words of a text, however they are wrapped and coloured.
fn words(text: &str) -> String {
    let plain = anstream::adapter::strip_str(text).to_string();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_receipt_of_which_nothing_is_revoked_is_not_tainted_as_of_a_block() {
    let report = audit(&tee(), None);
    assert_eq!(result(&report, TAINT), CheckResult::Pass);
    assert!(words(&render(&report, None)).contains("not tainted as of block 70"));
    assert!(printed(&tee()).contains("tainted no, as of block 70"));
}

#[test]
fn a_revocation_of_each_kind_that_covers_the_block_taints_the_receipt() {
    for subject in subjects_of(&record(&tee())) {
        for (since, until) in [(CLOSED, None), (0, None), (0, Some(CLOSED)), (CLOSED, Some(CLOSED))]
        {
            let bundle = revoked(subject, since, until);
            assert_eq!(taint(&bundle), CheckResult::Fail, "{subject:?} {since} {until:?}");
            assert!(printed(&bundle).contains("tainted YES, as of block 70"));
        }
    }
}

#[test]
fn a_revocation_that_does_not_cover_the_block_taints_nothing() {
    for subject in subjects_of(&record(&tee())) {
        for (since, until) in [(CLOSED + 1, None), (0, Some(CLOSED - 1))] {
            let bundle = revoked(subject, since, until);
            assert_eq!(taint(&bundle), CheckResult::Pass, "{subject:?} {since} {until:?}");
            assert!(printed(&bundle).contains("tainted no, as of block 70"));
        }
    }
}

#[test]
fn a_revocation_of_something_else_taints_nothing() {
    let record = record(&tee());
    for subject in [
        Subject::Tcb(Vendor::Intel, record.tcb),
        Subject::Tcb(record.vendor, TcbStatus::OutOfDate),
        Subject::Measurement(MeasurementId([1; 32])),
        Subject::Platform(PlatformId([1; 32])),
        Subject::Enclave(EnclaveId([1; 32])),
    ] {
        let bundle = revoked(subject, 0, None);
        assert_eq!(taint(&bundle), CheckResult::Pass, "{subject:?}");
        assert!(printed(&bundle).contains("tainted no, as of block 70"));
    }
}

#[test]
fn a_tainted_receipt_is_what_it_says_and_the_audit_says_so_and_why() {
    let subject = Subject::Platform(record(&tee()).platform);
    let report = audit(&revoked(subject, 55, None), None);
    assert_eq!(report.verdict, Verdict::Failed);
    assert!(report.is_tainted_alone());
    let text = words(&render(&report, None));
    for expected in [
        "TAINTED: this receipt is what it says",
        "was revoked in block 65, from block 55 on",
        "somebody attacked the machine",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains("this receipt is not what it says"));
}

#[test]
fn a_tainted_receipt_that_was_altered_too_is_not_what_it_says() {
    let mut bundle = revoked(Subject::Platform(record(&tee()).platform), 55, None);
    bundle.state.as_mut().unwrap().trust_version = 9;
    let report = audit(&bundle, None);
    assert!(!report.is_tainted_alone());
    assert!(words(&render(&report, None)).contains("this receipt is not what it says"));
}

#[test]
fn an_advisory_is_named() {
    let mut bundle = revoked(Subject::Tcb(Vendor::Amd, TcbStatus::SwHardeningNeeded), 0, None);
    let part = bundle.enclave.as_mut().unwrap();
    let mut all = part.revoked.all.view.clone();
    all[0].revocation.reason = Reason::Advisory(Advisory::try_from("AMD-SB-3019").unwrap());
    part.revoked.all = Twice::new(all);
    assert!(
        words(&render(&audit(&bundle, None), None)).contains("the vendor published AMD-SB-3019")
    );
}

#[test]
fn what_was_revoked_before_the_receipt_was_written_does_not_tell_what_was_revoked_since() {
    let mut bundle = tee();
    bundle.enclave.as_mut().unwrap().revoked.as_of = CLOSED - 1;
    assert_eq!(taint(&bundle), CheckResult::CouldNotCheck);
    bundle.enclave = None;
    assert_eq!(taint(&bundle), CheckResult::CouldNotCheck);
    assert!(printed(&bundle).contains("tainted not known"));
}

#[test]
fn revocations_whose_bytes_say_something_else_than_is_printed_are_found() {
    let mut bundle = revoked(Subject::Enclave(EnclaveId([1; 32])), 0, None);
    bundle.enclave.as_mut().unwrap().revoked.all.view.clear();
    assert_eq!(result(&audit(&bundle, None), "views"), CheckResult::Fail);
}

#[test]
fn a_receipt_of_no_enclave_is_tainted_by_nothing() {
    for bundle in [plain(), zkml()] {
        assert_eq!(taint(&bundle), CheckResult::NotClaimed);
    }
}
