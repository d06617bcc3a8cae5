//! The program itself: its exit codes, and what it says.

use std::{fs, net::TcpListener, path::Path, process::Command};

/// What is prepared, the command line, the exit code, and what is said.
type Case = (&'static str, fn(&Path), &'static [&'static str], i32, &'static str);

fn run(directory: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let ended = Command::new(env!("CARGO_BIN_EXE_opg-gateway"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

#[test]
fn each_bad_start_has_its_exit_code_and_message() {
    const NODE: &str = "--node=http://127.0.0.1:1";
    const WORKER: &str = "--worker=http://127.0.0.1:1";
    const JOURNAL: &str = "--journal=journal";
    let cases: &[Case] = &[
        ("no node", |_| (), &["run", WORKER, JOURNAL], 2, "--node"),
        ("no journal", |_| (), &["run", WORKER, NODE], 2, "--journal"),
        (
            "a node that is none",
            |_| (),
            &["run", WORKER, "--node=here", JOURNAL],
            2,
            "invalid value 'here'",
        ),
        (
            "an unknown holding",
            |_| (),
            &["run", WORKER, NODE, JOURNAL, "--hold-for=luck"],
            2,
            "invalid value 'luck'",
        ),
        ("no worker", |_| (), &["run", NODE, JOURNAL], 3, "no worker"),
        (
            "a remote worker",
            |_| (),
            &["run", "--worker=http://192.0.2.1:1", NODE, JOURNAL],
            3,
            "remote = true",
        ),
        (
            "a worker over https",
            |_| (),
            &["run", "--worker=https://127.0.0.1:1", NODE, JOURNAL],
            3,
            "only http is spoken",
        ),
        (
            "a worker that is none",
            |_| (),
            &["run", "--worker=here", NODE, JOURNAL],
            3,
            "worker here",
        ),
        (
            "a node over https",
            |_| (),
            &["run", WORKER, "--node=https://127.0.0.1:1", JOURNAL],
            3,
            "asked over http",
        ),
        (
            "no file of workers",
            |_| (),
            &["run", "--workers=w.toml", NODE, JOURNAL],
            3,
            "w.toml: No such file",
        ),
        (
            "a file of workers that is none",
            |at| fs::write(at.join("w.toml"), "[[").unwrap(),
            &["run", "--workers=w.toml", NODE, JOURNAL],
            3,
            "w.toml: TOML parse error",
        ),
        (
            "nobody answers",
            |_| (),
            &["run", WORKER, NODE, JOURNAL, "--check"],
            3,
            "node: no answer",
        ),
        (
            "a damaged journal",
            |at| {
                fs::create_dir(at.join("journal")).unwrap();
                fs::write(at.join("journal").join(format!("0x{}-0.json", "00".repeat(32))), "x")
                    .unwrap();
            },
            &["run", WORKER, NODE, JOURNAL],
            5,
            "is damaged",
        ),
    ];
    for (name, prepare, arguments, code, says) in cases {
        let directory = tempfile::tempdir().unwrap();
        prepare(directory.path());
        let (ended, _, said) = run(directory.path(), arguments);
        assert_eq!(ended, Some(*code), "{name}: {said}");
        assert!(said.contains(says), "{name}: {said}");
    }
}

#[test]
fn an_address_in_use_has_its_exit_code() {
    let directory = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("--listen={}", taken.local_addr().unwrap());
    let arguments = ["run", "--optimistic", "--worker=http://127.0.0.1:1", "--journal=j", &listen];
    let (ended, _, said) = run(directory.path(), &arguments);
    assert_eq!(ended, Some(4), "{said}");
}

#[test]
fn completions_are_printed() {
    let directory = tempfile::tempdir().unwrap();
    let (ended, printed, _) = run(directory.path(), &["completions", "bash"]);
    assert_eq!(ended, Some(0));
    assert!(printed.contains("opg-gateway"));
}
