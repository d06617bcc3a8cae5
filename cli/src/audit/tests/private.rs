//! Private requests: with the opening all is checked, without it nothing is pretended.

use super::{
    fixture::{private, text, PROMPT, TEXT},
    result,
};
use crate::{
    audit::{audit, audit_opened, bundle::Hex, output, Bundle, Twice, Verdict},
    opening::{Opening, Secret},
};
use opg_primitives::{
    checks::CheckResult,
    disclosure::{FieldDisclosure, ReadableBy},
    evidence::Evidence,
};

#[test]
fn with_its_opening_a_private_receipt_fails_no_check_and_is_read() {
    let (bundle, opening) = private();
    let report = audit_opened(&bundle, None, Some(&opening));
    let failed: Vec<_> = report.findings.iter().filter(|f| f.result == CheckResult::Fail).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    for name in ["request", "input", "output", "signature", "enclave", "checks", "disclosure"] {
        assert_eq!(result(&report, name), CheckResult::Pass, "{name}");
    }
    assert_eq!(output(&bundle, Some(&opening)), Some(TEXT.as_bytes().to_vec()));
}

#[test]
fn without_its_opening_input_and_output_could_not_be_checked() {
    let (bundle, _) = private();
    let report = audit(&bundle, None);
    assert_eq!(report.verdict, Verdict::Incomplete, "{report:#?}");
    for name in ["input", "output"] {
        assert_eq!(result(&report, name), CheckResult::CouldNotCheck, "{name}");
    }
    for name in ["signature", "evidence", "disclosure"] {
        assert_eq!(result(&report, name), CheckResult::Pass, "{name}");
    }
    assert_eq!(output(&bundle, None), None);
}

#[test]
fn nothing_of_a_private_bundle_holds_input_or_output_in_clear() {
    let (bundle, opening) = private();
    let json = String::from_utf8(bundle.to_json().unwrap()).unwrap();
    for secret in [PROMPT.as_bytes(), TEXT.as_bytes(), &opening.salt.0, &opening.reply_secret.0] {
        assert!(!json.contains(&hex::encode(secret)));
    }
    assert!(!json.contains(PROMPT) && !json.contains("7?"));
    assert_eq!(Bundle::from_json("file", json.as_bytes()), Ok(bundle));
}

#[test]
fn a_private_bundle_without_its_request_is_not_taken_for_an_altered_public_one() {
    let (mut bundle, _) = private();
    bundle.request = None;
    let report = audit(&bundle, None);
    assert_eq!(report.verdict, Verdict::Incomplete, "{report:#?}");
    for name in ["checks", "facts", "disclosure"] {
        assert_eq!(result(&report, name), CheckResult::Pass, "{name}");
    }
    // Without the answer too nothing says whether it is private.
    bundle.answer = None;
    let report = audit(&bundle, None);
    assert_eq!(report.verdict, Verdict::Incomplete, "{report:#?}");
    assert_eq!(result(&report, "disclosure"), CheckResult::CouldNotCheck);
}

/// What is altered, how, and the check that must fail.
type Alteration = (&'static str, fn(&mut Bundle, &mut Opening), &'static str);

const ALTERATIONS: [Alteration; 11] = [
    ("a byte of the ciphertext", |b, _| b.answer.as_mut().unwrap().output.0[40] ^= 1, "output"),
    (
        "the ciphertext, for its key",
        |b, _| b.answer.as_mut().unwrap().output.0[0] ^= 1,
        "signature",
    ),
    (
        "the ciphertext, for the block",
        |b, _| b.answer.as_mut().unwrap().output.0[50] ^= 1,
        "evidence",
    ),
    (
        "the commitment to the output",
        |b, _| b.answer.as_mut().unwrap().commitment.as_mut().unwrap().0[0] ^= 1,
        "output",
    ),
    ("an output in clear", |b, _| b.answer.as_mut().unwrap().commitment = None, "output"),
    ("the enclave's key", |b, _| b.enclave.as_mut().unwrap().encryption_key.0[0] ^= 1, "output"),
    (
        "an input in clear",
        |b, _| b.request.as_mut().unwrap().input = Some(Hex(PROMPT.into())),
        "input",
    ),
    ("the salt", |_, o| o.salt.0[0] ^= 1, "input"),
    ("the salt, for the output", |_, o| o.salt.0[0] ^= 1, "output"),
    ("the secret", |_, o| o.reply_secret = Secret([9; 32]), "output"),
    ("the input", |_, o| o.input.0[30] ^= 1, "input"),
];

#[test]
fn what_is_altered_of_a_private_answer_or_its_opening_is_found() {
    for (what, alter, check) in ALTERATIONS {
        let (mut bundle, mut opening) = private();
        alter(&mut bundle, &mut opening);
        let report = audit_opened(&bundle, None, Some(&opening));
        assert_eq!(report.verdict, Verdict::Failed, "{what}");
        assert_eq!(result(&report, check), CheckResult::Fail, "{what}");
    }
}

#[test]
fn another_ciphertext_than_the_enclave_signed_is_found_without_the_opening() {
    let (mut bundle, _) = private();
    bundle.answer.as_mut().unwrap().output.0[40] ^= 1;
    assert_eq!(result(&audit(&bundle, None), "signature"), CheckResult::Fail);
}

#[test]
fn another_commitment_than_the_receipts_is_found_without_the_opening() {
    let (mut bundle, _) = private();
    bundle.answer.as_mut().unwrap().commitment.as_mut().unwrap().0[0] ^= 1;
    assert_eq!(result(&audit(&bundle, None), "output"), CheckResult::Fail);
}

#[test]
fn a_private_receipt_that_says_that_everybody_reads_it_is_wrong_and_a_public_one_that_hides() {
    let sealed = private().0.receipt.view.disclosure.output;
    let cases = [(private().0, FieldDisclosure::PUBLIC), (text(), sealed)];
    for (mut bundle, said) in cases {
        let mut receipt = bundle.receipt.view.clone();
        receipt.disclosure.output = said;
        bundle.receipt = Twice::new(receipt);
        assert!(audit(&bundle, None).fields().contains(&"disclosure.output.readable_by"));
    }
    let (mut bundle, _) = private();
    let mut receipt = bundle.receipt.view.clone();
    receipt.disclosure.input.readable_by = ReadableBy::Upstream;
    bundle.receipt = Twice::new(receipt);
    assert!(audit(&bundle, None).fields().contains(&"disclosure.input.readable_by"));
}

#[test]
fn the_answer_of_another_enclave_does_not_open() {
    let (mut bundle, opening) = private();
    let answer = bundle.answer.as_mut().unwrap();
    let mut evidence = answer.evidence.view.clone();
    if let Evidence::Tee { enclave, .. } = &mut evidence {
        enclave.0[0] ^= 1;
    }
    answer.evidence = Twice::new(evidence);
    let report = audit_opened(&bundle, None, Some(&opening));
    assert_eq!(result(&report, "signature"), CheckResult::Fail);
    let record = &mut bundle.enclave.as_mut().unwrap().record;
    let mut other = record.view.clone();
    other.id.0[0] ^= 1;
    *record = Twice::new(other);
    let report = audit_opened(&bundle, None, Some(&opening));
    assert_eq!(result(&report, "output"), CheckResult::Fail);
}
