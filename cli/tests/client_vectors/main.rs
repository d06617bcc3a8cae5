//! The answers that the clients of other languages are tried on, signed and put together by the code
//! that an enclave's node runs; and the hostile cases, with the verdict that each has to get.
//!
//! `UPDATE_GOLDEN=1` writes the file in `clients/vectors` anew; read the difference before you commit
//! it. Keys and times are fixed, so the same code gives the same bytes.

mod answers;
mod cases;
mod enclaves;

use answers::{Answer, DIGEST};
use cases::{Case, Edit};
use enclaves::{Enclave, NOW};
use opg_primitives::{
    ids::{Digest, SessionKey, Signature},
    signed_answer::{carrier, SignedAnswer},
};
use serde::Serialize;
use std::{collections::BTreeSet, path::PathBuf};

/// What the file holds.
#[derive(Serialize)]
struct Vectors {
    about: [&'static str; 6],
    now: u64,
    network: Digest,
    enclave: Enclave,
    answers: Vec<Answer>,
    cases: Vec<Case>,
}

const ABOUT: [&str; 6] = [
    "Written by cli/tests/client_vectors; do not edit it.",
    "An answer is what a client sent and got: its bodies in UTF-8, and its headers.",
    "A case is an answer of that name, with one edit if there is one: `cut` bytes of `what` at byte `at` become `put`.",
    "It is checked at `now`, against `enclave` and the network that the caller expects, if there is one; a case's own values win.",
    "`fault` is the verdict; null is a good answer, which counts as attested or not.",
    "Answers that are in no case without an edit are good.",
];

fn vectors() -> Vectors {
    let answers = answers::all();
    let cases = cases::all(&answers);
    Vectors { about: ABOUT, now: NOW, network: DIGEST, enclave: enclaves::ours(), answers, cases }
}

#[test]
fn the_file_is_what_this_code_signs() {
    let json = serde_json::to_string_pretty(&vectors()).unwrap() + "\n";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../clients/vectors/answers.json");
    opg_tests::golden::compare(&path, &json);
}

/// The verdicts that do not rest on the answer's bytes and signature alone: the clients' own.
const OF_THE_ENCLAVE: [&str; 5] = ["Identity", "SmallOrder", "Expired", "Revoked", "NotApproved"];
const OF_WHAT_IS_SIGNED: [&str; 6] =
    ["Header", "Chain", "Enclave", "Configuration", "Face", "Model"];

#[test]
fn each_verdict_on_bytes_and_signatures_is_the_one_of_this_code() {
    let Vectors { answers, cases, .. } = vectors();
    let good = answers.iter().filter(|answer| {
        !cases.iter().any(|case| case.answer == answer.name && case.edit.is_none())
    });
    let of_answers = good.map(|answer| Case { answer: answer.name, ..Case::default() });
    for case in of_answers.collect::<Vec<_>>().iter().chain(&cases) {
        let answer = answers.iter().find(|answer| answer.name == case.answer).unwrap();
        let enclave = case.enclave.clone().unwrap_or_else(enclaves::ours);
        let verdict = verdict(answer, case.edit.as_ref(), &enclave);
        let name = (case.name, case.answer);
        match case.fault {
            Some(fault) if OF_THE_ENCLAVE.contains(&fault) => {}
            Some(fault) if !OF_WHAT_IS_SIGNED.contains(&fault) => {
                assert_eq!(verdict, Err(fault.to_owned()), "{name:?}");
            }
            _ => assert_eq!(verdict, Ok(()), "{name:?}"),
        }
    }
}

#[test]
fn no_two_cases_or_answers_share_a_name() {
    let Vectors { answers, cases, .. } = vectors();
    let names: BTreeSet<_> = answers.iter().map(|answer| answer.name).collect();
    assert_eq!(names.len(), answers.len());
    let names: BTreeSet<_> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len());
}

/// What the code of this project says of an answer's bytes and signature.
fn verdict(answer: &Answer, edit: Option<&Edit>, enclave: &Enclave) -> Result<(), String> {
    let response = Edit::applied(edit, "response", &answer.response);
    let request = Edit::applied(edit, "request", &answer.request);
    let bytes = response.as_bytes();
    let json = match answer.stream {
        true => carrier::open_stream(bytes).map(|opened| opened.answer),
        false => carrier::open_body(bytes).map(|(_, answer)| answer),
    };
    let json = json.ok_or("Missing")?;
    let signed: SignedAnswer = serde_json::from_slice(json).map_err(|_| "Malformed")?;
    // The enclave writes it in one way; the clients take it in no other.
    if serde_json::to_vec(&signed).unwrap() != json {
        return Err("Malformed".into());
    }
    let verify = |key: &SessionKey, hash: &[u8; 32], signature: &Signature| {
        opg_cli::ed25519::verifies(&key.0, hash, signature)
    };
    signed
        .check_signature(enclave.session_key, verify)
        .and_then(|()| signed.check_request(request.as_bytes()))
        .and_then(|()| match answer.stream {
            true => signed.check_stream(bytes).map(drop),
            false => signed.check_body(bytes).map(drop),
        })
        .map_err(|fault| format!("{fault:?}"))
}
