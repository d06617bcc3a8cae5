//! The program itself: its exit codes, and what it says.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const HASH: &str = "0x0101010101010101010101010101010101010101010101010101010101010101";

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tee-node"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn completions_are_printed() {
    let directory = tempfile::tempdir().unwrap();
    let printed = run(directory.path(), &["completions", "bash"]);
    assert!(printed.status.success());
    assert!(text(&printed.stdout).contains("tee-node"));
}

/// What is prepared, what is added to the command line, the exit code, and what is said.
type Case = (&'static str, fn(&Path), Vec<&'static str>, i32, &'static str);

#[test]
fn each_bad_start_has_its_exit_code_and_message() {
    let chain = ["--chain", "http://127.0.0.1:1"];
    let with = |more: &[&'static str]| [&chain[..], more].concat();
    let cases: [Case; 12] = [
        ("no block to be fresh by", |_| (), vec![], 2, "--chain"),
        ("a block that is none", |_| (), vec!["--block", "7"], 2, "NUMBER:HASH"),
        ("a platform that is none", |_| (), with(&["--platform", "sgx"]), 2, "invalid value"),
        ("no models", |_| (), with(&["--models", "none"]), 3, "none: No such file"),
        ("an empty directory", |_| (), with(&["--models", "."]), 3, ".: no model"),
        ("an upstream that is none", |_| (), with(&["--upstream", "ftp://x/v1"]), 3, "begins with"),
        (
            "a text without an upstream",
            |_| (),
            with(&["--upstream", "none", "--text", "a"]),
            3,
            "needs",
        ),
        ("a text that is not embedded", |_| (), with(&["--text", "a"]), 3, "is tiny-lm-demo"),
        (
            "a text that no block holds",
            |_| (),
            with(&["--text", "tiny-lm-demo", "--text-max-output", "4097"]),
            3,
            "1 to 4096 bytes",
        ),
        (
            "https without certificates",
            |_| (),
            with(&["--upstream", "https://x/v1"]),
            3,
            "--upstream-ca FILE",
        ),
        (
            "certificates that are none",
            |at| fs::write(at.join("ca.pem"), "x").unwrap(),
            with(&["--upstream", "https://x/v1", "--upstream-ca", "ca.pem"]),
            3,
            "holds no certificate",
        ),
        (
            "a key that is not there",
            |_| (),
            with(&["--upstream-key", "key.txt"]),
            3,
            "key.txt: No such file",
        ),
    ];
    for (name, prepare, arguments, code, says) in cases {
        let directory = tempfile::tempdir().unwrap();
        prepare(directory.path());
        let base = ["run", "--genesis", HASH, "--provider", HASH];
        let platform = match arguments.contains(&"--platform") {
            true => &[][..],
            false => &["--platform", "development"][..],
        };
        let ended = run(directory.path(), &[&base[..], platform, &arguments].concat());
        let said = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(code), "{name}: {said}");
        assert!(said.contains(says), "{name}: {said}");
    }
}

#[test]
fn a_platform_that_this_machine_is_not_says_so() {
    if Path::new("/dev/nsm").exists() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let block = format!("7:{HASH}");
    let arguments = [
        "run",
        "--platform",
        "nitro",
        "--genesis",
        HASH,
        "--provider",
        HASH,
        "--block",
        &block,
        "--upstream",
        "none",
        "--listen",
        "127.0.0.1:0",
        "--client-listen",
        "127.0.0.1:0",
    ];
    let ended = run(directory.path(), &arguments);
    let said = text(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains("/dev/nsm: cannot be opened"), "{said}");
}
