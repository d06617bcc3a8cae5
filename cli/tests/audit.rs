//! `opg audit`, `opg receipt` and `opg why` on a saved bundle, against the real binary, without a
//! node.

use serde_json::{json, Value};
use std::{path::Path, process::Command};

fn sample() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/zkml.receipt.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Runs `opg` on `bundle`; its exit code and standard output.
fn opg(arguments: &[&str], bundle: &Value) -> (Option<i32>, String) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("receipt.json"), bundle.to_string()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_opg"))
        .args(arguments)
        .current_dir(dir.path())
        .env("OPG_URL", "ws://127.0.0.1:9")
        .output()
        .unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_saved_receipt_is_audited_without_a_node_and_is_incomplete() {
    let (code, text) = opg(&["audit", "receipt.json"], &sample());
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("Whom you still have to trust"));
    assert!(!text.contains("FAIL"));
}

#[test]
fn one_check_alone_has_its_own_exit_code() {
    assert_eq!(opg(&["audit", "receipt.json", "--check", "proof"], &sample()).0, Some(0));
    assert_eq!(opg(&["audit", "receipt.json", "--check", "finality"], &sample()).0, Some(2));
}

#[test]
fn an_altered_field_ends_in_exit_code_1_and_its_name() {
    for (pointer, other, field) in [
        ("/receipt/view/self_dealing", json!(true), "self_dealing"),
        ("/state/trustVersion", json!(9), "judged_by.trust_version"),
        ("/request/block", json!(41), "requested"),
        ("/answer/index", json!(4), "evidence.extrinsic"),
    ] {
        let mut bundle = sample();
        *bundle.pointer_mut(pointer).unwrap() = other;
        let (code, text) = opg(&["audit", "receipt.json", "--json"], &bundle);
        assert_eq!(code, Some(1), "{pointer}");
        let report: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["schema"], "opg.audit.v1");
        let named = report["value"]["findings"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|finding| finding["differences"].as_array().unwrap())
            .any(|difference| difference["field"] == field);
        assert!(named, "{pointer}: {text}");
    }
}

#[test]
fn bytes_that_are_no_receipt_fail_the_audit_and_are_no_receipt_to_print() {
    let mut bundle = sample();
    bundle["receipt"]["scale"] = json!("0x00");
    let (code, text) = opg(&["audit", "receipt.json"], &bundle);
    assert_eq!(code, Some(1));
    assert!(text.contains("bytes that do not decode"));
    assert_eq!(opg(&["receipt", "receipt.json"], &bundle).0, Some(65));
}

#[test]
fn a_bundle_with_an_unknown_part_is_refused() {
    let mut bundle = sample();
    bundle["blessing"] = json!("verified by us");
    assert_eq!(opg(&["audit", "receipt.json"], &bundle).0, Some(65));
}

#[test]
fn a_saved_receipt_prints_its_table_its_footer_and_why_it_has_its_grade() {
    let (code, text) = opg(&["receipt", "receipt.json"], &sample());
    assert_eq!(code, Some(0));
    assert!(text.contains("None of this says that the answer is true or good."));
    let (code, text) = opg(&["why", "receipt.json"], &sample());
    assert_eq!(code, Some(0));
    assert!(text.starts_with("evidence C"), "{text}");
}

#[test]
fn another_chain_than_the_one_that_is_meant_fails() {
    let genesis = format!("0x{}", "09".repeat(32));
    let (code, _) = opg(&["audit", "receipt.json", "--genesis", &genesis], &sample());
    assert_eq!(code, Some(1));
}
