//! Where each refusal is tried. A refusal without a test does not compile, and one whose row or test is
//! gone fails.

use super::{case::Verdict, sections};
use codec::Decode;
use opg_primitives::{
    enclave::EnclaveFault,
    request::{Outcome, Refusal},
};
use std::{fs, path::PathBuf};

/// What shows a refusal.
enum By {
    /// A row of the table.
    Row,
    /// A test of a pallet, since no transaction of this runtime can be refused so: its file from the
    /// pallets' folder, its name, and why.
    Test(&'static str, &'static str, &'static str),
}

/// The file of tests of single faults.
const REFUSALS: &str = "verification/src/tests/refusals.rs";

fn shown(refusal: Refusal) -> By {
    match refusal {
        Refusal::FormatDisabled => By::Test(
            REFUSALS,
            "a_format_that_is_switched_off_is_refused_and_the_other_is_not",
            "each mode has one format, so the request is aborted before",
        ),
        Refusal::WrongInputCount => By::Test(
            REFUSALS,
            "a_key_for_more_or_fewer_inputs_is_refused",
            "a key is registered for as many inputs as its model has",
        ),
        Refusal::Enclave(fault) => of_enclave(fault),
        Refusal::WrongMode
        | Refusal::UnknownWorkerKey
        | Refusal::BadSignature
        | Refusal::MalformedOutput
        | Refusal::NoVerifyingKey
        | Refusal::MalformedProof
        | Refusal::InvalidProof
        | Refusal::UnderFloor
        | Refusal::BadSessionSignature
        | Refusal::WrongModel => By::Row,
    }
}

fn of_enclave(fault: EnclaveFault) -> By {
    match fault {
        EnclaveFault::Unknown
        | EnclaveFault::Expired
        | EnclaveFault::Revoked
        | EnclaveFault::NotApproved
        | EnclaveFault::NotTheDelivered => By::Row,
    }
}

/// All of them, as they are encoded: a variant, and what is within.
fn refusals() -> Vec<Refusal> {
    let mut all: Vec<Refusal> = Vec::new();
    for variant in 0..=u8::MAX {
        for within in 0..=u8::MAX {
            // What has nothing within is read for each of these.
            match Refusal::decode(&mut &[variant, within][..]) {
                Ok(refusal) if !all.contains(&refusal) => all.push(refusal),
                _ => {}
            }
        }
    }
    all
}

#[test]
fn every_refusal_is_shown_by_a_row_or_a_test() {
    let rows: Vec<Refusal> = sections()
        .iter()
        .flat_map(|section| &section.cases)
        .filter_map(|case| match case.verdict {
            Verdict::Ends(Outcome::EvidenceRefused(refusal)) => Some(refusal),
            _ => None,
        })
        .collect();
    let all = refusals();
    assert_eq!(all.len(), 17, "twelve, and five of enclaves");
    for refusal in all {
        match shown(refusal) {
            By::Row => assert!(rows.contains(&refusal), "no row is about {refusal:?}"),
            By::Test(file, name, why) => {
                assert!(!rows.contains(&refusal), "a row is about {refusal:?}, though {why}");
                let pallets = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../pallets");
                let text = fs::read_to_string(pallets.join(file)).expect("the file is there");
                assert!(text.contains(&format!("fn {name}()")), "{file} has no test {name}");
            }
        }
    }
}
