//! The program itself: its exit codes, and what it says.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tiny-lm-demo")).args(arguments).env_clear().output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn completions_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        let printed = run(&["completions", shell]);
        assert!(printed.status.success());
        assert!(text(&printed.stdout).contains("tiny-lm-demo"));
    }
}

#[test]
fn help_says_that_what_it_writes_means_nothing_and_how_to_ask() {
    assert!(text(&run(&["--help"]).stdout).contains("means nothing"));
    assert!(
        text(&run(&["run", "--help"]).stdout).contains("curl http://127.0.0.1:8655/v1/completions")
    );
}

#[test]
fn each_bad_start_has_its_exit_code_and_message() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (arguments, code, says) in [
        (vec![], 2, "Usage"),
        (vec!["run", "--extra"], 2, "--extra"),
        (vec!["run", "--listen", "here"], 2, "invalid value 'here'"),
        (vec!["run", "--listen", address.as_str()], 4, "cannot listen on"),
    ] {
        let ended = run(&arguments);
        let said = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}
