//! A good bundle passes; whatever is altered in it is found, and named.

mod alterations;
mod cancelled;
pub(crate) mod fixture;
mod private;
mod receipts;
mod taint;

use super::*;
use fixture::{plain, tee, text, zkml};
use opg_primitives::checks::CheckResult;

fn result(report: &Report, name: &str) -> CheckResult {
    report.findings.iter().find(|finding| finding.name == name).unwrap().result
}

#[test]
fn a_good_zkml_receipt_fails_no_check_and_is_incomplete_without_a_node() {
    let report = audit(&zkml(), None);
    let failed: Vec<_> = report.findings.iter().filter(|f| f.result == CheckResult::Fail).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(report.verdict, Verdict::Incomplete);
    let open: Vec<_> = report
        .findings
        .iter()
        .filter(|f| f.result == CheckResult::CouldNotCheck)
        .map(|f| f.name)
        .collect();
    assert_eq!(open, ["finality"]);
}

#[test]
fn a_good_plain_receipt_claims_no_proof() {
    let report = audit(&plain(), None);
    assert_eq!(report.verdict, Verdict::Incomplete, "{report:#?}");
    assert_eq!(result(&report, "proof"), CheckResult::NotClaimed);
    assert_eq!(result(&report, "setup"), CheckResult::NotClaimed);
    assert_eq!(result(&report, "signature"), CheckResult::Pass);
}

#[test]
fn a_good_receipt_of_an_enclave_fails_no_check_and_claims_no_proof() {
    let report = audit(&tee(), None);
    let failed: Vec<_> = report.findings.iter().filter(|f| f.result == CheckResult::Fail).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(report.verdict, Verdict::Incomplete);
    for (name, expected) in [
        ("signature", CheckResult::Pass),
        ("enclave", CheckResult::Pass),
        ("taint", CheckResult::Pass),
        ("proof", CheckResult::NotClaimed),
        ("setup", CheckResult::NotClaimed),
    ] {
        assert_eq!(result(&report, name), expected, "{name}");
    }
    for bundle in [plain(), zkml()] {
        assert_eq!(result(&audit(&bundle, None), "enclave"), CheckResult::NotClaimed);
    }
}

#[test]
fn a_good_receipt_of_a_text_fails_no_check() {
    let report = audit(&text(), None);
    let failed: Vec<_> = report.findings.iter().filter(|f| f.result == CheckResult::Fail).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    for name in ["model", "input", "parameters", "output", "signature", "enclave", "disclosure"] {
        assert_eq!(result(&report, name), CheckResult::Pass, "{name}");
    }
}

#[test]
fn what_an_enclaves_answer_rests_on_names_vendor_approval_and_node() {
    let all = audit(&tee(), None).trust.join("\n");
    for word in ["AMD for the hardware", "governance, who approved", "example.org", "The node"] {
        assert!(all.contains(word), "{word}: {all}");
    }
    assert!(!all.contains("worker key"), "{all}");
}

#[test]
fn a_bundle_that_does_not_tell_of_the_enclave_is_never_good() {
    let mut bundle = tee();
    bundle.enclave = None;
    let report = audit(&bundle, None);
    assert_eq!(report.verdict, Verdict::Incomplete);
    for name in ["signature", "enclave", "taint", "checks", "facts"] {
        assert_eq!(result(&report, name), CheckResult::CouldNotCheck, "{name}");
    }
}

#[test]
fn the_findings_are_the_checks_in_their_order() {
    let report = audit(&zkml(), None);
    let names: Vec<_> = report.findings.iter().map(|finding| finding.name).collect();
    assert_eq!(names, NAMES);
}

#[test]
fn what_is_still_to_be_trusted_names_the_setup_the_node_and_the_provider() {
    let report = audit(&zkml(), None);
    let all = report.trust.join("\n");
    for word in ["trusted setup", "could have forged", "final", "validators", "provider"] {
        assert!(all.contains(word), "{word}");
    }
}

#[test]
fn the_chain_that_the_reader_means_is_compared() {
    let bundle = zkml();
    assert_eq!(result(&audit(&bundle, Some(bundle.genesis)), "chain"), CheckResult::Pass);
    let other = audit(&bundle, Some(GenesisHash([9; 32])));
    assert_eq!(other.verdict, Verdict::Failed);
    assert!(other.fields().contains(&"genesis"));
}

#[test]
fn a_bundle_reads_back_from_its_file() {
    let bundle = zkml();
    let json = bundle.to_json().unwrap();
    assert_eq!(Bundle::from_json("file", &json), Ok(bundle));
}

#[test]
fn a_bundle_without_a_part_is_never_good_for_what_needs_it() {
    type Strip = fn(&mut Bundle);
    let parts: [(Strip, &[&str]); 6] = [
        (|b| b.request = None, &["request", "input", "parameters"]),
        (|b| b.answer = None, &["output", "evidence", "signature", "proof"]),
        (|b| b.model = None, &["model", "input", "proof", "setup"]),
        (|b| b.policy = None, &["policy", "floor"]),
        (|b| b.inclusion = None, &["inclusion"]),
        (|b| b.state = None, &["state", "payment"]),
    ];
    for (strip, needing) in parts {
        let mut bundle = zkml();
        strip(&mut bundle);
        let report = audit(&bundle, None);
        assert_eq!(report.verdict, Verdict::Incomplete);
        for name in needing {
            assert_eq!(result(&report, name), CheckResult::CouldNotCheck, "{name}");
        }
    }
}
