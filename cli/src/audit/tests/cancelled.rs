//! The request of [`plain`], had it been cancelled before anybody acknowledged.

use super::{
    fixture::{plain, PROVIDER},
    result,
};
use crate::audit::{
    audit,
    bundle::{Hex, SlashedEvent},
    header::{DigestItem, Header},
    Bundle, Twice, Verdict,
};
use codec::Encode;
use opg_primitives::{
    checks::{Check, CheckResult},
    disclosure::{FieldDisclosure, Form, ReadableBy},
    domain::Domain,
    ids::{Digest, ReceiptId},
    receipt::{receipt_id, Payment, Receipt},
    request::{DeclineReason, Outcome, Refusal},
};

/// `bundle` with the receipt that `alter` makes of its own, under an id and in a block that fit it.
fn rewritten(mut bundle: Bundle, alter: impl FnOnce(&mut Receipt)) -> Bundle {
    let mut receipt = bundle.receipt.view;
    alter(&mut receipt);
    let inclusion = bundle.inclusion.as_mut().unwrap();
    let (other, id) = (inclusion.receipts[0], receipt_id(bundle.genesis, &receipt));
    let leaf = |id: &ReceiptId| Digest(Domain::ReceiptLeaf.hash(id));
    let root = Digest(Domain::ReceiptNode.hash(&(leaf(&other), leaf(&id))));
    let mut header = Header::read(&inclusion.header.0).unwrap();
    for item in &mut header.digest {
        if let DigestItem::Consensus(_, payload) = item {
            *payload = (root, 2u32).encode();
        }
    }
    inclusion.header = Hex(header.encode());
    inclusion.receipts = vec![other, id];
    let written = bundle.state.as_mut().unwrap().written.as_mut().unwrap();
    (written.outcome, written.terminal) = (receipt.outcome, receipt.terminal);
    bundle.receipt_id = id;
    bundle.receipt = Twice::new(receipt);
    bundle
}

/// Takes out of `receipt` what only an answer brings.
fn without_answer(receipt: &mut Receipt, outcome: Outcome) {
    receipt.outcome = outcome;
    receipt.mode.achieved = None;
    receipt.output = None;
    receipt.evidence = None;
    receipt.appraised = None;
    receipt.checks = Default::default();
    receipt.disclosure.output =
        FieldDisclosure { form: Form::NotApplicable, readable_by: ReadableBy::Nobody };
    let Payment { held, fee_burned, .. } = receipt.payment;
    receipt.payment = Payment { held, released: held, fee_burned, ..Payment::default() };
}

pub fn cancelled() -> Bundle {
    let mut bundle = rewritten(plain(), |receipt| {
        without_answer(receipt, Outcome::Cancelled);
        receipt.lease.as_mut().unwrap().acknowledged = None;
    });
    bundle.answer = None;
    bundle.state.as_mut().unwrap().acknowledged = None;
    bundle
}

/// The lease was acknowledged and nothing came: the bond answers, and another attempt follows.
fn not_delivered() -> Bundle {
    let mut bundle = rewritten(plain(), |receipt| {
        without_answer(receipt, Outcome::NotDelivered);
        receipt.terminal = false;
        receipt.payment = Payment {
            held: receipt.payment.held,
            slashed: 9,
            compensation: 4,
            ..Payment::default()
        };
    });
    bundle.answer = None;
    bundle.state.as_mut().unwrap().slashed = Some(SlashedEvent { taken: 9, to_harmed: 4 });
    bundle
}

#[test]
fn a_receipt_without_an_answer_fails_no_check_and_claims_nothing_of_one() {
    for bundle in [cancelled(), not_delivered()] {
        let report = audit(&bundle, None);
        assert_eq!(report.verdict, Verdict::Incomplete, "{report:#?}");
        for name in ["output", "evidence", "signature", "proof", "standings", "grade", "floor"] {
            assert_eq!(result(&report, name), CheckResult::NotClaimed, "{name}");
        }
    }
}

#[test]
fn a_declined_lease_is_the_one_that_the_event_tells_of() {
    let bundle = rewritten(not_delivered(), |receipt| {
        receipt.outcome = Outcome::Declined(DeclineReason::Busy);
    });
    let mut other = bundle.clone();
    other.state.as_mut().unwrap().written.as_mut().unwrap().provider = Some((PROVIDER, 18));
    assert_eq!(result(&audit(&bundle, None), "state"), CheckResult::Pass);
    assert_eq!(audit(&other, None).fields(), ["lease.sequence"]);
}

#[test]
fn what_the_bond_answered_with_is_what_its_event_tells() {
    let mut bundle = not_delivered();
    bundle.state.as_mut().unwrap().slashed = None;
    assert_eq!(audit(&bundle, None).fields(), ["payment.slashed", "payment.compensation"]);
}

#[test]
fn refused_evidence_leaves_the_check_that_refused_it_and_its_output() {
    let refused = |refusal: Refusal| {
        rewritten(plain(), |receipt| {
            let (output, evidence) = (receipt.output, receipt.evidence);
            let disclosed = receipt.disclosure.output;
            without_answer(receipt, Outcome::EvidenceRefused(refusal));
            (receipt.output, receipt.evidence) = (output, evidence);
            receipt.disclosure.output = disclosed;
            receipt.checks = refusal.checks(receipt.closed);
        })
    };
    for refusal in [Refusal::BadSignature, Refusal::WrongMode, Refusal::MalformedOutput] {
        let report = audit(&refused(refusal), None);
        assert_eq!(result(&report, "checks"), CheckResult::Pass, "{refusal:?}");
        assert_eq!(result(&report, "output"), CheckResult::Pass, "{refusal:?}");
        assert_eq!(result(&report, "evidence"), CheckResult::Pass, "{refusal:?}");
    }
    let altered = rewritten(refused(Refusal::BadSignature), |receipt| {
        receipt.checks[0].check = Check::Proof;
    });
    assert_eq!(audit(&altered, None).fields(), ["checks.0.check"]);
}

#[test]
fn evidence_that_came_after_governance_closed_the_request_is_kept_without_its_output() {
    let aborted = rewritten(plain(), |receipt| {
        let evidence = receipt.evidence;
        without_answer(receipt, Outcome::AbortedByGovernance);
        receipt.evidence = evidence;
    });
    let report = audit(&aborted, None);
    assert_eq!(report.verdict, Verdict::Incomplete, "{report:#?}");
    assert_eq!(result(&report, "evidence"), CheckResult::Pass);
    assert_eq!(result(&report, "output"), CheckResult::NotClaimed);
}
