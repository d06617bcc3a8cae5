//! Bad input, against the real binary: each case ends in its message and its exit code, without a
//! panic and without a node.

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

const ID: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";
/// Nothing listens on the discard port.
const NOBODY: &str = "ws://127.0.0.1:9";

fn opg(dir: &Path, arguments: &[&str]) -> Output {
    opg_with_input(dir, arguments, "")
}

fn opg_with_input(dir: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_opg"))
        .args(arguments)
        .current_dir(dir)
        .env("OPG_URL", NOBODY)
        .env_remove("OPG_ACCOUNT")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may end before it reads anything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A name, the arguments, a part of the message, the exit code.
type Case = (&'static str, &'static [&'static str], &'static str, i32);

const CASES: &[Case] = &[
    ("no command", &[], "Usage: opg", 64),
    ("an unknown command", &["pray"], "unrecognized subcommand 'pray'", 64),
    ("an unknown option", &["doctor", "--fast"], "unexpected argument '--fast'", 64),
    ("an id without 0x", &["receipt", "1234"], "this is neither an id nor a file", 64),
    ("an id too short", &["receipt", "0x12"], "an id has 2 digits after 0x, not 64", 64),
    (
        "an id with a bad digit",
        &["receipt", "0xz111111111111111111111111111111111111111111111111111111111111111"],
        "an id has 'z' at digit 1",
        64,
    ),
    ("a bundle that is not there", &["audit", "missing.json"], "the file does not exist", 65),
    ("a bundle that is a directory", &["audit", "./dir"], "this is a directory", 65),
    ("a bundle that is not JSON", &["audit", "garbage.json"], "the file is not JSON", 65),
    ("a bundle without a media type", &["audit", "empty.json"], "it has no mediaType", 65),
    (
        "a bundle of another kind",
        &["audit", "other.json"],
        "not a \"application/vnd.opg.receipt-bundle.v1+json\"",
        65,
    ),
    (
        "a bundle without its parts",
        &["audit", "partial.json"],
        "the bundle cannot be read: missing field",
        65,
    ),
    ("a receipt from no bundle", &["receipt", "empty.json"], "it has no mediaType", 65),
    ("a grade from no bundle", &["why", "garbage.json"], "the file is not JSON", 65),
    (
        "a check that the audit does not have",
        &["audit", "x.json", "--check", "vibes"],
        "the audit has no such check",
        64,
    ),
    (
        "a genesis hash that is none",
        &["audit", ID, "--genesis", "0x00"],
        "a genesis hash has 2 digits",
        64,
    ),
    ("--force without --save", &["receipt", ID, "--force"], "--save", 64),
    (
        "a word that means nothing here",
        &["explain", "blockchain", "dust"],
        "there is no such word",
        64,
    ),
    ("a model id that is none", &["preview", "digits"], "a model id does not start with 0x", 64),
    ("a mode that is none", &["preview", ID, "--mode", "magic"], "invalid value 'magic'", 64),
    (
        "a text model that is to be proven",
        &["model", "register", "--text", "a", "--mode", "zkml"],
        "never asked for a proof",
        64,
    ),
    (
        "weights that nothing runs",
        &["model", "register", "--text", "a", "--weights", "x", "--mode", "tee"],
        "--engine",
        64,
    ),
    (
        "a private request that is to be proven",
        &["ask", ID, "--values", "1", "--mode", "zkml", "--private"],
        "only an enclave can keep an input to itself",
        64,
    ),
    (
        "an opening that is none",
        &["watch", ID, "--opening", "empty.json"],
        "the file is no opening",
        65,
    ),
    (
        "parameters of a circuit",
        &["ask", ID, "--values", "1", "--parameters", "{}"],
        "only a text model takes parameters",
        64,
    ),
    (
        "messages that are no list",
        &["ask", ID, "--messages", "empty.json"],
        "messages is a list",
        65,
    ),
    (
        "a parameter that no answer on chain has",
        &["ask", ID, "--prompt", "x", "--parameters", "{\"n\":2}"],
        "n: an answer on chain is one answer",
        65,
    ),
    ("an endpoint without a price", &["serve"], "--max-price", 64),
    (
        "an endpoint beyond this machine",
        &["serve", "--max-price", "1", "--listen", "0.0.0.0:1"],
        "for this machine alone",
        64,
    ),
    ("a question without input", &["ask", ID, "--account", "//Alice"], "no input was given", 64),
    (
        "an input that is not there",
        &["ask", ID, "--input", "missing.txt"],
        "the file does not exist",
        65,
    ),
    (
        "an input that is no number",
        &["ask", ID, "--values", "1,2,three"],
        "input element 2 is \"three\"",
        65,
    ),
    ("an input above a byte", &["ask", ID, "--values", "256"], "input element 0 is \"256\"", 65),
    ("an input below zero", &["ask", ID, "--values=-1"], "input element 0 is \"-1\"", 65),
    ("an empty input", &["ask", ID, "--values", ""], "the input is empty", 65),
    ("an input that is half an array", &["ask", ID, "--values", "[1,2"], "does not end with ]", 65),
    ("an input that is no text", &["ask", ID, "--input", "binary.dat"], "the file is not text", 65),
    (
        "two inputs",
        &["ask", ID, "--values", "1", "--input", "garbage.json"],
        "cannot be used with",
        64,
    ),
    (
        "a price that is no number",
        &["ask", ID, "--values", "1", "--max-price", "cheap"],
        "the amount is not a number",
        64,
    ),
    (
        "a price with too many decimals",
        &["ask", ID, "--values", "1", "--max-price", "0.0000000000000000001"],
        "the amount has more than 18 decimals",
        64,
    ),
    (
        "a price below zero",
        &["ask", ID, "--values", "1", "--max-price=-1"],
        "the amount is not a number",
        64,
    ),
    (
        "a price that is more than there can be",
        &["ask", ID, "--values", "1", "--max-price", "999999999999999999999999999999"],
        "more than there can be",
        64,
    ),
    (
        "a deadline that is no number",
        &["ask", ID, "--values", "1", "--within", "soon"],
        "invalid value 'soon'",
        64,
    ),
    (
        "a provider that is none",
        &["ask", ID, "--values", "1", "--provider", "bob"],
        "this is no account",
        64,
    ),
    ("nobody to sign", &["ask", ID, "--values", "1"], "nobody is named to sign", 64),
    (
        "an unknown development account",
        &["ask", ID, "--values", "1", "--account", "//Mallory"],
        "there is no such development account",
        64,
    ),
    (
        "a secret as an argument",
        &[
            "cancel",
            ID,
            "--account",
            "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a",
        ],
        "--account was given a secret",
        64,
    ),
    (
        "a key file that is not there",
        &["cancel", ID, "--account", "missing.key"],
        "the file does not exist",
        65,
    ),
    (
        "a key file that is none",
        &["cancel", ID, "--account", "secret.key"],
        "the key file cannot be read",
        65,
    ),
    (
        "a key file that others can read",
        &["cancel", ID, "--account", "open.key"],
        "others on this machine can read",
        65,
    ),
    (
        "a network that is not there",
        &["model", "check", "--onnx", "missing.onnx"],
        "the file does not exist",
        65,
    ),
    (
        "a network that is none",
        &["model", "check", "--onnx", "garbage.json"],
        "the network does not become a model",
        65,
    ),
    (
        "mode zkml without a key",
        &["model", "register", "garbage.json", "--mode", "zkml"],
        "mode zkml needs a verifying key",
        64,
    ),
    (
        "a key without mode zkml",
        &["model", "register", "garbage.json", "--mode", "plain", "--key", "x"],
        "a verifying key is for mode zkml alone",
        64,
    ),
    (
        "a royalty above everything",
        &["model", "register", "garbage.json", "--mode", "plain", "--royalty", "101"],
        "the royalty is not a percentage",
        64,
    ),
    (
        "a class with too long a name",
        &[
            "model",
            "register",
            "garbage.json",
            "--mode",
            "plain",
            "--class",
            "abcdefghijklmnopqrstuvwxyz",
        ],
        "at most 24 characters",
        64,
    ),
    (
        "a verifying key without its record",
        &["model", "key", ID, "garbage.json"],
        "the file does not exist",
        65,
    ),
    (
        "a dispatcher key that is none",
        &["provider", "key", "add-dispatcher", "0x12"],
        "a dispatcher key has 2 digits",
        64,
    ),
    (
        "a worker's seed that is none",
        &["provider", "key", "add-worker", "secret.key"],
        "the worker's seed cannot be read",
        65,
    ),
    ("an offer without a price", &["provider", "serve", ID, "--mode", "plain"], "--price", 64),
    (
        "an account over a file that is there",
        &["account", "new", "garbage.json"],
        "the file exists already",
        65,
    ),
    (
        "funds from a key file",
        &["account", "fund", "1", "--to", "//Bob", "--from", "secret.key"],
        "--from is a development account",
        64,
    ),
    ("a node that is not there", &["receipt", ID], "no node answers", 69),
    (
        "an address that is no node's",
        &["receipt", ID, "--url", "http://127.0.0.1:9944"],
        "starts with ws:// or wss://",
        64,
    ),
    (
        "an address without protection",
        &["receipt", ID, "--url", "ws://node.example:9944"],
        "ws:// is for nodes on this machine",
        64,
    ),
    ("an account of nobody", &["account", "show", "5Grw"], "this is no account", 64),
];

/// A directory with the files that the cases name.
fn directory() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let write =
        |name: &str, content: &[u8]| std::fs::write(dir.path().join(name), content).unwrap();
    std::fs::create_dir(dir.path().join("dir")).unwrap();
    write("garbage.json", b"{ not json");
    write("empty.json", b"{}");
    write("other.json", br#"{ "mediaType": "text/plain" }"#);
    write("partial.json", br#"{ "mediaType": "application/vnd.opg.receipt-bundle.v1+json" }"#);
    write("binary.dat", &[0xff, 0xfe, 0]);
    write("secret.key", b"not a secret at all");
    write("open.key", b"0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a");
    for (name, mode) in [("secret.key", 0o600), ("open.key", 0o644)] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(dir.path().join(name), permissions).unwrap();
    }
    dir
}

#[test]
fn each_bad_input_ends_in_its_message_and_exit_code() {
    let dir = directory();
    for (name, arguments, message, code) in CASES {
        let output = opg(dir.path(), arguments);
        let text = stderr(&output);
        assert!(text.contains(message), "{name}: {text}");
        assert_eq!(output.status.code(), Some(*code), "{name}: {text}");
        assert!(!text.contains("panicked"), "{name}: {text}");
        assert!(output.stdout.is_empty(), "{name}: data on standard output");
    }
    println!("{} bad inputs tried", CASES.len());
}

#[test]
fn no_two_cases_have_one_name() {
    let mut names: Vec<_> = CASES.iter().map(|case| case.0).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CASES.len());
}

#[test]
fn an_error_as_json_names_its_schema_and_exit_code() {
    let dir = directory();
    let output = opg(dir.path(), &["audit", "missing.json", "--json"]);
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["schema"], "opg.error.v1");
    assert_eq!(error["value"]["exit"], 65);
    assert_eq!(error["value"]["at"], "missing.json");
}

#[test]
fn an_input_can_come_from_standard_input() {
    let dir = directory();
    let output = opg_with_input(dir.path(), &["ask", ID, "--input", "-"], "[1, 2, 999]");
    assert!(stderr(&output).contains("input element 2 is \"999\""), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(65));
}

#[test]
fn help_and_version_are_no_errors() {
    let dir = directory();
    for arguments in [["--help"], ["--version"]] {
        let output = opg(dir.path(), &arguments);
        assert_eq!(output.status.code(), Some(0));
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn colour_is_off_where_there_is_no_terminal() {
    let dir = directory();
    let output = opg(dir.path(), &["explain", "proven"]);
    assert!(!output.stdout.contains(&0x1b));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn words_are_explained_without_a_node_and_as_json() {
    let dir = directory();
    let output = opg(dir.path(), &["explain", "k5", "--json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["schema"], "opg.terms.v1");
    assert_eq!(value["value"][0]["term"], "k5");
}

#[test]
fn completions_are_printed_for_each_shell() {
    let dir = directory();
    for shell in ["bash", "zsh", "fish"] {
        let output = opg(dir.path(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&output.stdout).contains("receipt"), "{shell}");
    }
}

#[test]
fn a_new_account_is_made_without_a_node() {
    let dir = directory();
    let output = opg(dir.path(), &["account", "new", "mine.key", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let address = String::from_utf8_lossy(&output.stdout);
    assert!(address.starts_with('5'), "{address}");
    assert!(output.stderr.is_empty());
}

#[test]
fn the_doctor_says_that_there_is_no_node() {
    let dir = directory();
    let output = opg(dir.path(), &["doctor"]);
    assert_eq!(output.status.code(), Some(69));
    assert!(String::from_utf8_lossy(&output.stdout).contains("no node answers"));
}
