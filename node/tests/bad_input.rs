// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! Bad input is refused by name, before anything is written.

use sp_core::{crypto::Ss58Codec, ed25519, sr25519};
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn node(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_opg-node"))
        .args(arguments)
        .output()
        .expect("the node can be run")
}

/// The node ends with `code` and says `message`.
fn refuses(arguments: &[&str], code: i32, message: &str) {
    let output = node(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(message), "{arguments:?} said {said}");
    assert!(!said.contains("panicked"), "{arguments:?} said {said}");
    assert_eq!(output.status.code(), Some(code), "{arguments:?} said {said}");
}

/// The specification of the local chain, changed.
fn local(directory: &Path, change: impl Fn(&mut serde_json::Value)) -> PathBuf {
    let output = node(&["export-chain-spec", "--chain", "local"]);
    assert!(output.status.success());
    let mut spec = serde_json::from_slice(&output.stdout).expect("a specification is JSON");
    change(&mut spec);
    let file = directory.join("plain.json");
    std::fs::write(&file, spec.to_string()).expect("the directory can be written to");
    file
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

#[test]
fn a_chain_that_does_not_exist_is_named() {
    refuses(&["--chain", "mainnet", "--tmp"], 1, "there is no chain called mainnet");
    refuses(&["export-chain-spec", "--chain", "nowhere.json"], 1, "no file nowhere.json");
    refuses(&["--tmp"], 1, "no chain given");
}

#[test]
fn a_file_that_is_no_specification_is_named() {
    let directory = tempfile::tempdir().expect("there is room");
    for content in ["", "{}", "[1, 2", "{\"name\": 3}"] {
        let file = directory.path().join("broken.json");
        std::fs::write(&file, content).expect("the directory can be written to");
        refuses(&["--chain", text(&file), "--tmp"], 1, "broken.json is not a chain specification");
    }
}

#[test]
fn a_number_of_bodies_is_refused_unless_audits_are_not_served() {
    let pruned = ["--dev", "--tmp", "--blocks-pruning", "1000"];
    refuses(&pruned, 1, "say --no-audits");
    refuses(&["--dev", "--tmp", "--blocks-pruning", "some"], 2, "--blocks-pruning");
    refuses(
        &["import-blocks", "--dev", "--blocks-pruning", "1000", "none.bin"],
        1,
        "say --no-audits",
    );
}

#[test]
fn a_flag_that_does_not_exist_is_named() {
    refuses(&["--sudo"], 2, "--sudo");
    refuses(&["benchmark"], 2, "benchmark");
    refuses(&["--database", "rocksdb", "--dev", "--tmp"], 2, "rocksdb");
}

#[test]
fn a_genesis_state_that_cannot_be_built_is_refused() {
    let directory = tempfile::tempdir().expect("there is room");
    let unknown = local(directory.path(), |spec| {
        spec["genesis"]["runtimeGenesis"]["patch"]["balance"] = serde_json::json!({});
    });
    refuses(
        &["export-chain-spec", "--raw", "--chain", text(&unknown)],
        1,
        "unknown field `balance`",
    );
    let account = local(directory.path(), |spec| {
        spec["genesis"]["runtimeGenesis"]["patch"]["balances"]["balances"][0][0] = "Alice".into();
    });
    refuses(&["export-chain-spec", "--raw", "--chain", text(&account)], 1, "Invalid");
}

#[test]
fn a_live_chain_of_development_keys_is_refused() {
    let directory = tempfile::tempdir().expect("there is room");
    let live = local(directory.path(), |spec| spec["chainType"] = "Live".into());
    let data = directory.path().join("data");
    refuses(
        &["--chain", text(&live), "--base-path", text(&data)],
        1,
        "a development key that everybody knows",
    );
}

#[test]
fn a_live_chain_that_trusts_the_development_vendor_is_refused() {
    let directory = tempfile::tempdir().expect("there is room");
    let live = local(directory.path(), |spec| {
        spec["chainType"] = "Live".into();
        let keys = &mut spec["genesis"]["runtimeGenesis"]["patch"]["session"]["keys"];
        let keys = keys.as_array_mut().expect("the preset has validators");
        for (validator, n) in keys.iter_mut().zip(1u8..) {
            validator[2] = serde_json::json!({
                "babe": sr25519::Public::from_raw([n; 32]).to_ss58check(),
                "grandpa": ed25519::Public::from_raw([n; 32]).to_ss58check(),
            });
        }
    });
    let data = directory.path().join("data");
    refuses(
        &["--chain", text(&live), "--base-path", text(&data)],
        1,
        "trusts the development vendor",
    );
}
