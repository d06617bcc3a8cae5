//! `testdata/corpus.tsv`: one case a line, with the verdict that every build must give: native, hooked, wasm. Here it is
//! tried natively, on the plain curves and the hooked one; `benches/verify` tries it in wasm.
//!
//! The cases come from the snarkjs proofs of this folder and ways to spoil them; `OPG_WRITE_CORPUS=1` writes the file
//! anew, which is due when snarkjs proofs or cases change and never to make this test pass.

mod common;

use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use ark_ec::AffineRepr;
use common::{compressed, corpus, on_curve, rng, Bytes};
use opg_verifier_groth16::{snarkjs, Curve};
use sp_crypto_ec_utils::bls12_381::Bls12_381 as HostBls12_381;
use std::{fmt::Write, sync::LazyLock};

const FILE: &str = "corpus.tsv";

/// The key, signals and proof of a snarkjs file as bytes.
fn from_snarkjs<E: Curve>(name: &str) -> Bytes {
    let text = std::fs::read_to_string(common::testdata().join(name)).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let inputs = snarkjs::public_signals::<E>(&file["publicSignals"].to_string()).unwrap();
    Bytes {
        key: snarkjs::verifying_key::<E>(&file["vk"].to_string()).unwrap().to_bytes(),
        inputs: inputs.iter().map(|x| compressed(x).try_into().unwrap()).collect(),
        proof: snarkjs::proof::<E>(&file["proof"].to_string()).unwrap().to_bytes(),
    }
}

/// A good case and its spoilt kin. `infinity` and `outside` are points of G1 and G2 that must be refused.
fn kin<E: Curve>(
    good: &Bytes,
    infinity: [Vec<u8>; 2],
    outside: [Option<Vec<u8>>; 2],
) -> Vec<(String, Bytes)> {
    let mut cases = vec![("good".to_owned(), good.clone())];
    let mut add = |name: String, change: &dyn Fn(&mut Bytes)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        cases.push((name, bytes));
    };
    let (g1, g2) = (E::G1_LEN, E::G2_LEN);
    for bit in (0..8 * good.proof.len()).step_by(97) {
        add(format!("proof bit {bit}"), &|case| case.proof[bit / 8] ^= 1 << (bit % 8));
    }
    for bit in (0..8 * good.key.len()).step_by(173) {
        add(format!("key bit {bit}"), &|case| case.key[bit / 8] ^= 1 << (bit % 8));
    }
    for bit in (0..256).step_by(51) {
        add(format!("input bit {bit}"), &|case| case.inputs[0][bit / 8] ^= 1 << (bit % 8));
    }
    let [infinity_g1, infinity_g2] = &infinity;
    add("A at infinity".into(), &|case| case.proof[..g1].copy_from_slice(infinity_g1));
    add("B at infinity".into(), &|case| case.proof[g1..g1 + g2].copy_from_slice(infinity_g2));
    add("alpha at infinity".into(), &|case| case.key[..g1].copy_from_slice(infinity_g1));
    add("beta at infinity".into(), &|case| case.key[g1..g1 + g2].copy_from_slice(infinity_g2));
    let [outside_g1, outside_g2] = &outside;
    if let Some(point) = outside_g1 {
        add("C outside".into(), &|case| case.proof[g1 + g2..].copy_from_slice(point));
        add("alpha outside".into(), &|case| case.key[..g1].copy_from_slice(point));
    }
    if let Some(point) = outside_g2 {
        add("B outside".into(), &|case| case.proof[g1..g1 + g2].copy_from_slice(point));
        add("beta outside".into(), &|case| case.key[g1..g1 + g2].copy_from_slice(point));
    }
    add("an extra input".into(), &|case| case.inputs.push([0; 32]));
    add("an input missing".into(), &|case| case.inputs.truncate(1));
    add("inputs reversed".into(), &|case| case.inputs.reverse());
    add("65 inputs".into(), &|case| case.inputs.resize(65, [0; 32]));
    add("an input of all ones".into(), &|case| case.inputs[1] = [0xff; 32]);
    add("a byte after the proof".into(), &|case| case.proof.push(0));
    add("a byte after the key".into(), &|case| case.key.push(0));
    add("a byte of the proof missing".into(), &|case| case.proof.truncate(case.proof.len() - 1));
    add("a byte of the key missing".into(), &|case| case.key.truncate(case.key.len() - 1));
    add("no proof".into(), &|case| case.proof.clear());
    add("no key".into(), &|case| case.key.clear());
    let count = g1 + 3 * g2;
    for stated in [0, 2, 66, u64::MAX] {
        add(format!("{stated} points stated"), &|case| {
            case.key[count..count + 8].copy_from_slice(&stated.to_le_bytes())
        });
    }
    cases
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn line<E: Curve>((name, case): &(String, Bytes)) -> String {
    let inputs: Vec<_> = case.inputs.iter().map(|input| hex(input)).collect();
    let (key, proof, verdict) = (hex(&case.key), hex(&case.proof), case.verify::<E>());
    let curve = E::SNARKJS_NAME;
    format!("{name}\t{curve}\t{key}\t{}\t{proof}\t{verdict:?}\n", inputs.join(","))
}

fn made_anew() -> String {
    let mut rng = rng(81);
    let bls = kin::<Bls12_381>(
        &from_snarkjs::<Bls12_381>("snarkjs_bls12381_2.json"),
        [
            compressed(&ark_bls12_381::G1Affine::zero()),
            compressed(&ark_bls12_381::G2Affine::zero()),
        ],
        [
            Some(compressed(&on_curve::<ark_bls12_381::g1::Config>(&mut rng))),
            Some(compressed(&on_curve::<ark_bls12_381::g2::Config>(&mut rng))),
        ],
    );
    let seven = ("seven inputs".to_owned(), from_snarkjs::<Bls12_381>("snarkjs_bls12381_7.json"));
    let bn = kin::<Bn254>(
        &from_snarkjs::<Bn254>("snarkjs_bn128_2.json"),
        [compressed(&ark_bn254::G1Affine::zero()), compressed(&ark_bn254::G2Affine::zero())],
        [None, Some(compressed(&on_curve::<ark_bn254::g2::Config>(&mut rng)))],
    );
    let bls = bls.iter().chain([&seven]).map(line::<Bls12_381>);
    bls.chain(bn.iter().map(line::<Bn254>)).collect()
}

/// The committed file; where the environment asks for it, written anew first.
fn committed() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let path = common::testdata().join(FILE);
        if std::env::var_os("OPG_WRITE_CORPUS").is_some() {
            std::fs::write(&path, made_anew()).unwrap();
        }
        std::fs::read_to_string(path).unwrap()
    });
    &TEXT
}

#[test]
fn the_committed_corpus_is_what_the_cases_make() {
    assert!(committed() == made_anew(), "the corpus and its cases differ");
}

#[test]
fn each_case_of_the_corpus_gets_its_verdict_from_each_curve_that_can_judge_it() {
    let text = committed();
    let mut accepted = 0;
    for corpus::Row { name, curve, key, inputs, proof, verdict } in corpus::rows(text) {
        let case = Bytes { key, inputs, proof };
        let verdicts = match curve.as_str() {
            "bls12381" => vec![case.verify::<Bls12_381>(), case.verify::<HostBls12_381>()],
            "bn128" => vec![case.verify::<Bn254>()],
            other => panic!("{name}: curve {other}"),
        };
        for ours in verdicts {
            assert_eq!(format!("{ours:?}"), verdict, "{name} on {curve}");
        }
        accepted += usize::from(verdict == "Ok(())");
    }
    println!("{} cases tried", text.lines().count());
    assert_eq!(accepted, 3, "the good cases, and no other");
}
