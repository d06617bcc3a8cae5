//! One corpus of proofs gives one answer: natively and in wasm, with and without the host functions.

#[path = "../../../verifiers/groth16/tests/common/corpus.rs"]
mod corpus;

use opg_bench_verify::{
    groth16::{self, Arithmetic, Case, Hosted, Step},
    judge, Guest, NodeHostFunctions, Task, Work, ACCEPTED,
};
use std::any::TypeId;

fn rows() -> impl Iterator<Item = corpus::Row> {
    corpus::rows(include_str!("../../../verifiers/groth16/testdata/corpus.tsv"))
}

/// What can judge a row on this curve.
fn arithmetics(curve: &str) -> &'static [Arithmetic] {
    match curve {
        "bls12381" => &[Arithmetic::Bls12_381, Arithmetic::HostedBls12_381],
        "bn128" => &[Arithmetic::Bn254],
        other => panic!("curve {other}"),
    }
}

fn verify(arithmetic: Arithmetic, case: &Case) -> Task {
    Task::Proof(groth16::Task { arithmetic, step: Step::Verify, case: case.clone() })
}

#[test]
fn each_case_of_the_corpus_gets_its_verdict_natively_and_in_wasm() {
    let mut guest = Guest::<NodeHostFunctions>::new().unwrap();
    let mut accepted = 0;
    for corpus::Row { name, curve, key, inputs, proof, verdict } in rows() {
        let case = Case { key, inputs, proof };
        for arithmetic in arithmetics(&curve) {
            let task = verify(*arithmetic, &case);
            let native = judge(&task, Work::Report);
            let wasm = guest.judge(&task, Work::Report);
            assert_eq!(native, verdict, "{name}: {arithmetic:?}, natively");
            assert_eq!(wasm.as_ref(), Ok(&verdict), "{name}: {arithmetic:?}, in wasm");
            accepted += usize::from(verdict == ACCEPTED);
        }
    }
    assert_eq!(accepted, 5, "two good cases of BLS12-381, both ways, and one of BN254");
}

#[test]
fn without_the_host_functions_only_the_hosted_curve_gives_no_verdict() {
    let mut guest = Guest::<sp_io::SubstrateHostFunctions>::new().unwrap();
    for corpus::Row { name, curve, key, inputs, proof, verdict } in rows() {
        if verdict != ACCEPTED {
            continue;
        }
        let case = Case { key, inputs, proof };
        for arithmetic in arithmetics(&curve) {
            let found = guest.judge(&verify(*arithmetic, &case), Work::Report);
            if *arithmetic == Arithmetic::HostedBls12_381 {
                let error = found.unwrap_err();
                assert!(error.contains("ext_host_calls_bls12_381"), "{name}: {error}");
            } else {
                assert_eq!(found, Ok(verdict.clone()), "{name}: {arithmetic:?}");
            }
        }
    }
}

#[test]
fn the_hosted_curve_is_that_of_the_runtime() {
    assert_eq!(TypeId::of::<Hosted>(), TypeId::of::<pallet_verification::curve::Curve>());
}
