//! Proofs that snarkjs made: this crate's own, made by `testdata/make.mjs`, and those of others where the machine has
//! them. And each way in which such a file can be wrong.

mod common;

use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use opg_verifier_groth16::{
    snarkjs::{proof, public_signals, verifying_key, Error, MAX_JSON_LEN},
    verify, Curve, Element, Error as VerifierError, Part,
};
use serde_json::{json, Value};
use sp_crypto_ec_utils::bls12_381::Bls12_381 as HostBls12_381;
use std::path::Path;

fn load(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn own(name: &str) -> Value {
    load(&common::testdata().join(name))
}

fn check<E: Curve>(file: &Value) -> Result<(), Error> {
    let key = verifying_key::<E>(&file["vk"].to_string())?;
    let proof = proof::<E>(&file["proof"].to_string())?;
    let inputs = public_signals::<E>(&file["publicSignals"].to_string())?;
    Ok(verify(&key, &inputs, &proof)?)
}

/// Good as it is, and no more once any public signal is another number.
fn passes_and_each_signal_counts<E: Curve>(file: &Value) {
    assert_eq!(check::<E>(file), Ok(()));
    for i in 0..file["publicSignals"].as_array().unwrap().len() {
        let mut spoilt = file.clone();
        spoilt["publicSignals"][i] = json!("12345");
        assert_eq!(check::<E>(&spoilt), Err(VerifierError::ProofInvalid.into()), "signal {i}");
    }
}

#[test]
fn proofs_made_with_snarkjs_pass() {
    for signals in [2, 7] {
        passes_and_each_signal_counts::<Bn254>(&own(&format!("snarkjs_bn128_{signals}.json")));
        let file = own(&format!("snarkjs_bls12381_{signals}.json"));
        passes_and_each_signal_counts::<Bls12_381>(&file);
        passes_and_each_signal_counts::<HostBls12_381>(&file);
    }
}

#[test]
fn snarkjs_proofs_of_others_pass_where_this_machine_has_them() {
    let Some(folder) = opg_test_support::vectors("groth16") else {
        println!("0 vectors tried: no folder of vectors here");
        return;
    };
    let mut tried = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let file = load(&path);
        match file["vk"]["curve"].as_str() {
            Some("bn128" | "bn254") => passes_and_each_signal_counts::<Bn254>(&file),
            Some("bls12381") => {
                passes_and_each_signal_counts::<Bls12_381>(&file);
                passes_and_each_signal_counts::<HostBls12_381>(&file);
            }
            other => panic!("{}: curve {other:?}", path.display()),
        }
        tried += 1;
    }
    println!("{tried} vectors tried");
    assert!(tried > 0, "the folder of vectors has none that can be read");
}

#[test]
fn no_digit_of_a_snarkjs_proof_can_be_changed() {
    let file = own("snarkjs_bn128_2.json");
    for path in [
        "/pi_a/0",
        "/pi_a/1",
        "/pi_b/0/0",
        "/pi_b/0/1",
        "/pi_b/1/0",
        "/pi_b/1/1",
        "/pi_c/0",
        "/pi_c/1",
    ] {
        let digits = file["proof"].pointer(path).unwrap().as_str().unwrap().to_owned();
        for at in 0..digits.len() {
            let mut other = digits.clone().into_bytes();
            other[at] = b'0' + (other[at] - b'0' + 1) % 10;
            let mut spoilt = file.clone();
            *spoilt["proof"].pointer_mut(path).unwrap() = json!(String::from_utf8(other).unwrap());
            let error = check::<Bn254>(&spoilt).expect_err("a changed digit must not be accepted");
            let element = match &path[..5] {
                "/pi_a" => Element::A,
                "/pi_b" => Element::B,
                _ => Element::C,
            };
            assert!(
                error == VerifierError::OffCurve(element).into()
                    || matches!(error, Error::NotInField(_) | Error::NotDecimal(_)),
                "{path}, digit {at}: {error}"
            );
        }
    }
}

/// The error that comes of changing the key, the proof or the signals of a good BN254 file.
fn spoilt(change: impl FnOnce(&mut Value)) -> Error {
    let mut file = own("snarkjs_bn128_2.json");
    change(&mut file);
    check::<Bn254>(&file).expect_err("must be refused")
}

fn remove(value: &mut Value, field: &str) {
    assert!(value.as_object_mut().unwrap().remove(field).is_some());
}

#[test]
fn each_missing_field_of_a_key_is_named() {
    for field in [
        "protocol",
        "curve",
        "nPublic",
        "vk_alpha_1",
        "vk_beta_2",
        "vk_gamma_2",
        "vk_delta_2",
        "IC",
    ] {
        assert_eq!(spoilt(|file| remove(&mut file["vk"], field)), Error::MissingField(field));
    }
}

#[test]
fn each_missing_field_of_a_proof_is_named() {
    for field in ["protocol", "curve", "pi_a", "pi_b", "pi_c"] {
        assert_eq!(spoilt(|file| remove(&mut file["proof"], field)), Error::MissingField(field));
    }
}

#[test]
fn the_derived_field_of_a_key_may_be_missing() {
    let mut file = own("snarkjs_bn128_2.json");
    remove(&mut file["vk"], "vk_alphabeta_12");
    assert_eq!(check::<Bn254>(&file), Ok(()));
}

#[test]
fn an_unknown_field_is_named() {
    let named = |name: &str| Error::UnknownField(name.into());
    assert_eq!(spoilt(|file| file["vk"]["commitmentKey"] = json!([])), named("commitmentKey"));
    assert_eq!(spoilt(|file| file["proof"]["Commitments"] = json!([])), named("Commitments"));
}

#[test]
fn a_field_that_is_there_twice_is_named() {
    let file = own("snarkjs_bn128_2.json");
    let twice = |part: &str, name: &str| {
        let text = file[part].to_string();
        format!("{},\"{name}\":{}}}", text.strip_suffix('}').unwrap(), file[part][name])
    };
    let named = |name: &str| Err(Error::DuplicateField(name.into()));
    assert_eq!(verifying_key::<Bn254>(&twice("vk", "IC")).map(|_| ()), named("IC"));
    assert_eq!(proof::<Bn254>(&twice("proof", "pi_a")).map(|_| ()), named("pi_a"));
}

#[test]
fn another_protocol_is_refused() {
    let plonk = Error::UnknownProtocol("plonk".into());
    assert_eq!(spoilt(|file| file["vk"]["protocol"] = json!("plonk")), plonk);
    assert_eq!(spoilt(|file| file["proof"]["protocol"] = json!("plonk")), plonk);
}

#[test]
fn another_curve_is_refused() {
    let wrong = |found: &str| Error::WrongCurve { expected: "bn128", found: found.into() };
    assert_eq!(spoilt(|file| file["vk"]["curve"] = json!("bls12381")), wrong("bls12381"));
    assert_eq!(spoilt(|file| file["proof"]["curve"] = json!("BN128")), wrong("BN128"));
    let file = own("snarkjs_bn128_2.json");
    assert_eq!(
        check::<Bls12_381>(&file),
        Err(Error::WrongCurve { expected: "bls12381", found: "bn128".into() })
    );
}

#[test]
fn a_number_that_is_not_below_its_modulus_is_refused() {
    let p = "21888242871839275222246405745257275088696311157297823662689037894645226208583";
    let r = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let beyond = |path: &str| Error::NotInField(path.into());
    assert_eq!(spoilt(|file| file["vk"]["IC"][1][0] = json!(p)), beyond("IC[1][0]"));
    assert_eq!(spoilt(|file| file["vk"]["vk_beta_2"][0][1] = json!(p)), beyond("vk_beta_2[0][1]"));
    assert_eq!(spoilt(|file| file["proof"]["pi_a"][1] = json!(p)), beyond("pi_a[1]"));
    assert_eq!(spoilt(|file| file["proof"]["pi_b"][2][0] = json!(p)), beyond("pi_b[2][0]"));
    assert_eq!(spoilt(|file| file["publicSignals"][1] = json!(r)), beyond("public signals[1]"));
    let long = "9".repeat(100_000);
    assert_eq!(spoilt(|file| file["publicSignals"][0] = json!(long)), beyond("public signals[0]"));
}

#[test]
fn a_number_that_is_not_written_in_its_one_form_is_refused() {
    for text in ["", "-1", "+1", "01", "0x1", " 1", "1.0", "1_0", "\u{661}"] {
        assert_eq!(
            spoilt(|file| file["publicSignals"][0] = json!(text)),
            Error::NotDecimal("public signals[0]".into()),
            "{text:?}"
        );
    }
}

#[test]
fn a_value_of_another_type_is_refused() {
    let wrong = |path: &str| Error::WrongType(path.into());
    assert_eq!(spoilt(|file| file["publicSignals"][0] = json!(1)), wrong("public signals[0]"));
    assert_eq!(spoilt(|file| file["publicSignals"] = json!("1")), wrong("public signals"));
    assert_eq!(spoilt(|file| file["proof"]["pi_a"] = json!(["1", "2"])), wrong("pi_a"));
    assert_eq!(spoilt(|file| file["proof"]["pi_b"][1] = json!(["1"])), wrong("pi_b[1]"));
    assert_eq!(spoilt(|file| file["vk"]["IC"] = json!({})), wrong("IC"));
    assert_eq!(spoilt(|file| file["vk"]["nPublic"] = json!("2")), wrong("nPublic"));
    assert_eq!(spoilt(|file| file["vk"]["nPublic"] = json!(-2)), wrong("nPublic"));
    assert_eq!(spoilt(|file| file["vk"]["curve"] = json!(128)), wrong("curve"));
    assert_eq!(spoilt(|file| file["vk"] = json!([])), wrong("the whole"));
}

#[test]
fn a_number_of_signals_that_the_points_do_not_bear_out_is_refused() {
    for declared in [0, 1, 3, u64::MAX] {
        assert_eq!(
            spoilt(|file| file["vk"]["nPublic"] = json!(declared)),
            Error::WrongPublicCount { declared, found: 3 }
        );
    }
    assert_eq!(
        spoilt(|file| file["vk"]["IC"] = json!([])),
        Error::WrongPublicCount { declared: 2, found: 0 }
    );
}

#[test]
fn one_signal_too_many_or_too_few_is_refused() {
    let count = |found| Error::Verifier(VerifierError::WrongInputCount { expected: 2, found });
    assert_eq!(
        spoilt(|file| file["publicSignals"].as_array_mut().unwrap().push(json!("0"))),
        count(3)
    );
    assert_eq!(spoilt(|file| file["publicSignals"] = json!(["0"])), count(1));
}

#[test]
fn more_signals_than_the_bound_are_refused() {
    let many = |part| Error::Verifier(VerifierError::TooManyInputs { part });
    assert_eq!(
        spoilt(|file| {
            file["vk"]["nPublic"] = json!(65);
            file["vk"]["IC"] = json!(vec![file["vk"]["IC"][0].clone(); 66]);
        }),
        many(Part::VerifyingKey)
    );
    assert_eq!(spoilt(|file| file["publicSignals"] = json!(vec!["1"; 65])), many(Part::Inputs));
}

#[test]
fn a_point_off_the_curve_is_refused_by_name() {
    let off = |element| Error::Verifier(VerifierError::OffCurve(element));
    assert_eq!(spoilt(|file| file["proof"]["pi_a"] = json!(["1", "1", "1"])), off(Element::A));
    // (0, 0) is how arkworks marks infinity; here it is a point off the curve.
    assert_eq!(spoilt(|file| file["proof"]["pi_c"] = json!(["0", "0", "1"])), off(Element::C));
    assert_eq!(spoilt(|file| file["vk"]["IC"][2][1] = json!("1")), off(Element::GammaAbc(2)));
    let g2 = json!([["1", "0"], ["1", "0"], ["1", "0"]]);
    assert_eq!(spoilt(|file| file["vk"]["vk_gamma_2"] = g2), off(Element::Gamma));
}

#[test]
fn coordinates_of_g2_in_the_order_of_solidity_calldata_are_refused() {
    let error = spoilt(|file| {
        for i in 0..2 {
            file["proof"]["pi_b"][i].as_array_mut().unwrap().reverse();
        }
    });
    assert_eq!(error, VerifierError::OffCurve(Element::B).into());
}

#[test]
fn a_point_at_infinity_is_refused_by_name() {
    let infinity = |element| Error::Verifier(VerifierError::Infinity(element));
    assert_eq!(spoilt(|file| file["proof"]["pi_a"] = json!(["0", "1", "0"])), infinity(Element::A));
    let g2 = json!([["0", "0"], ["1", "0"], ["0", "0"]]);
    assert_eq!(spoilt(|file| file["vk"]["vk_delta_2"] = g2), infinity(Element::Delta));
}

#[test]
fn a_point_outside_the_subgroup_is_refused_by_name() {
    let point = common::on_curve::<ark_bn254::g2::Config>(&mut common::rng(71));
    let text = |c: ark_bn254::Fq| c.to_string();
    let point = json!([
        [text(point.x.c0), text(point.x.c1)],
        [text(point.y.c0), text(point.y.c1)],
        ["1", "0"]
    ]);
    assert_eq!(
        spoilt(|file| file["proof"]["pi_b"] = point),
        VerifierError::OutsideSubgroup(Element::B).into()
    );
}

#[test]
fn a_point_that_is_not_affine_is_refused() {
    let projective = |path: &str| Error::NotAffine(path.into());
    assert_eq!(spoilt(|file| file["proof"]["pi_a"][2] = json!("2")), projective("pi_a"));
    let z = json!(["0", "1"]);
    assert_eq!(spoilt(|file| file["vk"]["vk_beta_2"][2] = z), projective("vk_beta_2"));
}

#[test]
fn a_text_that_is_not_json_or_too_long_is_refused() {
    for text in ["", "{", "{}x"] {
        assert!(matches!(verifying_key::<Bn254>(text), Err(Error::NotJson(_))), "{text}");
    }
    for text in ["", "[", "[]x", &"[".repeat(10_000)] {
        assert!(matches!(public_signals::<Bn254>(text), Err(Error::NotJson(_))), "{text:.20}");
    }
    let long = " ".repeat(MAX_JSON_LEN + 1);
    assert_eq!(proof::<Bn254>(&long).map(|_| ()), Err(Error::TooLong));
}

#[test]
fn an_error_names_its_place_in_words() {
    let said = spoilt(|file| file["vk"]["IC"][1][0] = json!("01")).to_string();
    assert_eq!(said, "IC[1][0]: not a decimal number without sign and leading zeros");
}
