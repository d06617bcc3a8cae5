//! The receipt that the documentation hands out.

use std::process::Command;

fn opg(arguments: &[&str]) -> (Option<i32>, String) {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sample/receipt.json");
    let output = Command::new(env!("CARGO_BIN_EXE_opg"))
        .args(arguments)
        .arg(sample)
        .env("OPG_URL", "ws://127.0.0.1:1")
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_sample_is_audited_without_a_node_and_only_finality_is_open() {
    let (code, text) = opg(&["audit"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(!text.contains("  fail  "), "{text}");
    assert_eq!(text.matches("could not check  ").count(), 1, "{text}");
    assert!(text.contains("exit code 2"), "{text}");
}

#[test]
fn the_sample_prints_its_table_and_names_who_could_have_forged_it() {
    let (code, text) = opg(&["receipt"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("Proven unless 5FLSig…S59Y forged it"), "{text}");
    assert!(
        text.trim_end().ends_with("None of this says that the answer is true or good."),
        "{text}"
    );
}
