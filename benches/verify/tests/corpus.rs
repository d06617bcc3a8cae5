//! One corpus gives one answer: natively and in wasm, with and without the host functions.

#[path = "../../../verifiers/groth16/tests/common/corpus.rs"]
mod corpus;

use opg_bench_verify::{judge, Arithmetic, Case, Guest, HostedBls12_381, NodeHostFunctions, Step};
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

#[test]
fn each_case_of_the_corpus_gets_its_verdict_natively_and_in_wasm() {
    let mut guest = Guest::<NodeHostFunctions>::new().unwrap();
    let mut accepted = 0;
    for corpus::Row { name, curve, key, inputs, proof, verdict } in rows() {
        let case = Case { key, inputs, proof };
        for arithmetic in arithmetics(&curve) {
            let native = judge(*arithmetic, Step::Verify, &case);
            let wasm = guest.judge(*arithmetic, Step::Verify, &case);
            assert_eq!(native, verdict, "{name}: {arithmetic:?}, natively");
            assert_eq!(wasm.as_ref(), Ok(&verdict), "{name}: {arithmetic:?}, in wasm");
            accepted += usize::from(verdict == "Ok(())");
        }
    }
    assert_eq!(accepted, 5, "two good cases of BLS12-381, both ways, and one of BN254");
}

#[test]
fn without_the_host_functions_only_the_hosted_curve_gives_no_verdict() {
    let mut guest = Guest::<sp_io::SubstrateHostFunctions>::new().unwrap();
    for corpus::Row { name, curve, key, inputs, proof, verdict } in rows() {
        if verdict != "Ok(())" {
            continue;
        }
        let case = Case { key, inputs, proof };
        for arithmetic in arithmetics(&curve) {
            let found = guest.judge(*arithmetic, Step::Verify, &case);
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
    assert_eq!(TypeId::of::<HostedBls12_381>(), TypeId::of::<pallet_verification::curve::Curve>());
}
