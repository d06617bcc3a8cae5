//! The program itself: its exit codes, and what it says.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const GENESIS: &str = "0x0101010101010101010101010101010101010101010101010101010101010101";

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zkml-node"))
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
fn a_key_is_made_shown_and_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let made = run(directory.path(), &["key", "new", "worker.key"]);
    assert!(made.status.success());
    let public = text(&made.stdout);
    assert_eq!(public.trim().len(), 66);
    assert_eq!(text(&run(directory.path(), &["key", "show", "worker.key"]).stdout), public);
    let again = run(directory.path(), &["key", "new", "worker.key"]);
    assert_eq!(again.status.code(), Some(3));
    assert!(text(&again.stderr).contains("never overwritten"));
    let signed = run(
        directory.path(),
        &["key", "sign-registration", "worker.key", "--genesis", GENESIS, "--provider", GENESIS],
    );
    assert_eq!(text(&signed.stdout).trim().len(), 130);
}

#[test]
fn completions_are_printed() {
    let directory = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let printed = run(directory.path(), &["completions", shell]);
        assert!(printed.status.success());
        assert!(text(&printed.stdout).contains("zkml-node"));
    }
}

/// What is prepared, what is added to the command line, the exit code, and what is said.
type Case = (&'static str, fn(&Path), &'static [&'static str], i32, &'static str);

#[test]
fn each_bad_start_has_its_exit_code_and_message() {
    const RUN: &[&str] =
        &["run", "--models", "models", "--key", "worker.key", "--journal", "journal"];
    const CHAIN: &[&str] = &["--check", "--genesis", GENESIS];
    let cases: &[Case] = &[
        ("no chain", |_| (), &[], 2, "--genesis"),
        ("a chain that is none", |_| (), &["--genesis", "0x12"], 2, "64 hexadecimal digits"),
        ("two chains", |_| (), &["--genesis", GENESIS, "--any-genesis"], 2, "cannot be used with"),
        ("no provers", |_| (), &["--genesis", GENESIS, "--provers", "0"], 2, "0 is not in 1..=256"),
        (
            "an address that is none",
            |_| (),
            &["--genesis", GENESIS, "--listen", "here"],
            2,
            "invalid value 'here'",
        ),
        ("an unknown flag", |_| (), &["--extra"], 2, "--extra"),
        (
            "no key",
            |at| fs::remove_file(at.join("worker.key")).unwrap(),
            CHAIN,
            3,
            "the key worker.key cannot be read",
        ),
        (
            "a key that is none",
            |at| fs::write(at.join("worker.key"), "x").unwrap(),
            CHAIN,
            3,
            "is not 0x and 64",
        ),
        (
            "no models",
            |at| fs::remove_dir(at.join("models")).unwrap(),
            CHAIN,
            3,
            "models: No such file",
        ),
        ("an empty directory of models", |_| (), CHAIN, 3, "models: no model"),
        (
            "a model that is none",
            |at| {
                let place = at.join("models").join(GENESIS);
                fs::create_dir(&place).unwrap();
                fs::write(place.join("network.onnx"), "x").unwrap();
            },
            CHAIN,
            3,
            "network.onnx",
        ),
        (
            "a damaged journal",
            |at| {
                fs::create_dir(at.join("journal")).unwrap();
                fs::write(at.join("journal").join(format!("{GENESIS}-0.json")), "x").unwrap();
            },
            CHAIN,
            5,
            "is damaged",
        ),
        (
            "a stranger in the journal",
            |at| {
                fs::create_dir(at.join("journal")).unwrap();
                fs::write(at.join("journal").join("notes.txt"), "x").unwrap();
            },
            CHAIN,
            5,
            "notes.txt, which is not one of its files",
        ),
    ];
    for (name, prepare, arguments, code, says) in cases {
        let directory = tempfile::tempdir().unwrap();
        run(directory.path(), &["key", "new", "worker.key"]);
        fs::create_dir(directory.path().join("models")).unwrap();
        prepare(directory.path());
        let ended = run(directory.path(), &[RUN, arguments].concat());
        let said = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(*code), "{name}: {said}");
        assert!(said.contains(says), "{name}: {said}");
    }
}
