//! The digits model: that it is what training and quantiser made, how good it is, that its circuit
//! leaves a prover no freedom, and that a proof holds for one statement alone.

mod common;

use std::sync::OnceLock;

use ark_ff::{Field, UniformRand};
use common::{digits, digits_file, digits_records, verifies};
use opg_primitives::{ids::Account, model::Setup};
use opg_zkml::{
    check::{check, Registered, Verdict},
    interpreter,
    onnx::export,
    quantise::{quantise, Calibration, InputEncoding, Options},
    setup_alone,
    statement::{input_commitment, public_inputs, statement, Fr, Output, NO_SALT},
    Assignment, CompiledModel, KeyError, Keys, ProveError, ProvingKey,
};
use rand::{rngs::StdRng, SeedableRng};

fn rng() -> StdRng {
    StdRng::from_seed([42; 32])
}

fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| {
        setup_alone(&digits(), Account([1; 32]), 1_795_350_000, &mut rng()).unwrap()
    })
}

fn image() -> Vec<u8> {
    digits_records("held_out.bin")[0].0.clone()
}

fn encoding() -> InputEncoding {
    InputEncoding { bits: 5, minimum: 0.0, step: 1.0 }
}

#[test]
fn the_committed_integer_model_is_what_the_quantiser_makes_of_the_trained_one() {
    let (inputs, labels): (Vec<_>, Vec<_>) = digits_records("calibration.bin").into_iter().unzip();
    let calibration = Calibration { inputs: &inputs, labels: &labels };
    let made =
        quantise(&digits_file("float.onnx"), &Options::new(encoding()), &calibration).unwrap();
    println!("{}", made.report);
    assert!(export::write(&made.network) == digits_file("digits.onnx"));
    assert!(made.report.accuracy_lost().unwrap() <= 0.01);
    assert!(digits_file("digits.onnx").len() < 4096);
}

#[test]
fn at_least_95_percent_of_the_held_out_images_are_read_right() {
    let model = digits();
    let records = digits_records("held_out.bin");
    assert_eq!(records.len(), 450);
    let right =
        records.iter().filter(|(image, label)| model.run(image).unwrap().class() == *label).count();
    println!("{right} of {} right", records.len());
    assert!(right * 100 >= records.len() * 95);
}

#[test]
fn no_held_out_image_is_a_calibration_image() {
    let calibration = digits_records("calibration.bin");
    assert_eq!(calibration.len(), 300);
    for record in digits_records("held_out.bin") {
        assert!(!calibration.contains(&record));
    }
}

#[test]
fn the_circuit_has_fewer_than_3000_constraints() {
    let model = digits();
    println!("{}", model.report());
    assert!(model.report().constraints < 3000);
    let parts: usize = model.report().sections.iter().map(|s| s.constraints).sum();
    assert_eq!(parts, model.report().constraints);
    assert_eq!(model.r1cs().public_inputs(), 4);
}

#[test]
fn circuit_and_interpreter_agree_on_the_whole_held_out_set() {
    let model = digits();
    for (image, _) in digits_records("held_out.bin") {
        let output = interpreter::run(model.network(), &image).unwrap().to_bytes();
        let circuit =
            model.assign(Assignment { input: &image, salt: &NO_SALT, binding: &[5; 32] }).unwrap();
        assert_eq!(circuit.r1cs.first_unsatisfied(&circuit.values), None);
        let expected = statement(model.interface(), &NO_SALT, &image, &output, &[5; 32]).unwrap();
        for (value, bytes) in circuit.values[1..].iter().zip(&expected) {
            assert_eq!(opg_zkml::statement::to_bytes(value), *bytes);
        }
    }
}

#[test]
fn changing_any_one_wire_leaves_the_circuit_unsatisfied() {
    let model = digits();
    let circuit =
        model.assign(Assignment { input: &image(), salt: &NO_SALT, binding: &[5; 32] }).unwrap();
    let r1cs = &circuit.r1cs;
    let mut touching = vec![Vec::new(); r1cs.wires()];
    for matrix in r1cs.matrices() {
        for (row, terms) in matrix.iter().enumerate() {
            for (_, wire) in terms {
                touching[*wire].push(row);
            }
        }
    }
    let mut values = circuit.values.clone();
    let mut rng = rng();
    let mut exceptions = Vec::new();
    for wire in 1..r1cs.wires() {
        let honest = values[wire];
        for other in
            [honest + Fr::ONE, honest - Fr::ONE, -honest, Fr::rand(&mut rng), Fr::rand(&mut rng)]
        {
            values[wire] = other;
            if other != honest && touching[wire].iter().all(|row| r1cs.holds(*row, &values)) {
                exceptions.push((wire, other));
            }
        }
        values[wire] = honest;
    }
    println!("{} wires, exceptions {exceptions:?}", r1cs.wires() - 1);
    // The square that holds the binding has two roots: the public input, which the runtime computes,
    // can be turned to its negative there. No private wire is free.
    let binding = r1cs.public_inputs();
    assert!(exceptions.iter().all(|(wire, other)| *wire == binding && *other == -values[binding]));
}

#[test]
fn a_proof_of_192_bytes_verifies_for_the_statement_that_the_runtime_computes() {
    let (model, keys) = (digits(), keys());
    let answer = model.prove(&keys.proving, &image(), &NO_SALT, &[7; 32], &mut rng()).unwrap();
    assert_eq!(answer.proof.len(), 192);
    assert_eq!(answer.output, model.run(&image()).unwrap());
    let commitment = input_commitment(&model.interface().input, &NO_SALT, &image()).unwrap();
    let output = answer.output.to_bytes();
    let inputs = public_inputs(model.interface(), &commitment, &output, &[7; 32]).unwrap();
    assert!(verifies(&keys.verifying, &inputs, &answer.proof));
}

#[test]
fn a_proof_fails_when_any_component_of_its_statement_is_altered() {
    let (model, keys) = (digits(), keys());
    let interface = model.interface();
    let answer = model.prove(&keys.proving, &image(), &NO_SALT, &[7; 32], &mut rng()).unwrap();
    let output = answer.output.to_bytes();
    let honest = statement(interface, &NO_SALT, &image(), &output, &[7; 32]).unwrap();
    assert!(verifies(&keys.verifying, &honest, &answer.proof));

    let mut other_interface = interface.clone();
    other_interface.input.bits = 6;
    let mut flat = interface.clone();
    flat.input.shape = vec![64].try_into().unwrap();
    let mut salt = NO_SALT;
    salt[31] = 1;
    let mut altered = vec![
        ("shape", statement(&flat, &NO_SALT, &image(), &output, &[7; 32]).unwrap()),
        ("width", statement(&other_interface, &NO_SALT, &image(), &output, &[7; 32]).unwrap()),
        ("salt", statement(interface, &salt, &image(), &output, &[7; 32]).unwrap()),
        ("binding", statement(interface, &NO_SALT, &image(), &output, &[8; 32]).unwrap()),
    ];
    for pixel in [0, 20, 63] {
        let mut changed = image();
        changed[pixel] ^= 1;
        altered
            .push(("input", statement(interface, &NO_SALT, &changed, &output, &[7; 32]).unwrap()));
    }
    for byte in [0, 3, 17, 39] {
        let mut changed = output.clone();
        changed[byte] ^= 1;
        altered.push((
            "output",
            statement(interface, &NO_SALT, &image(), &changed, &[7; 32]).unwrap(),
        ));
    }
    let mut swapped = honest.clone();
    swapped.swap(1, 2);
    altered.push(("order", swapped));
    altered.push(("fewer", honest[..3].to_vec()));
    altered.push(("more", [honest.clone(), vec![[0; 32]]].concat()));
    let mut negated = honest.clone();
    let binding = opg_zkml::statement::from_bytes(&honest[3]).unwrap();
    negated[3] = opg_zkml::statement::to_bytes(&-binding);
    altered.push(("binding negated", negated));
    for (what, inputs) in altered {
        assert_ne!(inputs, honest, "{what}");
        assert!(!verifies(&keys.verifying, &inputs, &answer.proof), "{what}");
    }
}

#[test]
fn a_proof_under_another_setup_of_the_same_circuit_fails() {
    let (model, keys) = (digits(), keys());
    let other = setup_alone(&model, Account([2; 32]), 0, &mut StdRng::from_seed([9; 32])).unwrap();
    let answer = model.prove(&other.proving, &image(), &NO_SALT, &[7; 32], &mut rng()).unwrap();
    let output = answer.output.to_bytes();
    let inputs = statement(model.interface(), &NO_SALT, &image(), &output, &[7; 32]).unwrap();
    assert!(verifies(&other.verifying, &inputs, &answer.proof));
    assert!(!verifies(&keys.verifying, &inputs, &answer.proof));
}

#[test]
fn two_proofs_of_one_statement_differ_and_both_verify() {
    let (model, keys) = (digits(), keys());
    let mut rng = rng();
    let mut prove = || model.prove(&keys.proving, &image(), &NO_SALT, &[7; 32], &mut rng).unwrap();
    let (first, second) = (prove(), prove());
    assert_eq!(first.output, second.output);
    assert_ne!(first.proof, second.proof);
    let output = first.output.to_bytes();
    let inputs = statement(model.interface(), &NO_SALT, &image(), &output, &[7; 32]).unwrap();
    assert!(verifies(&keys.verifying, &inputs, &first.proof));
    assert!(verifies(&keys.verifying, &inputs, &second.proof));
}

#[test]
fn a_committed_input_is_refused_by_name() {
    let got = digits().prove(&keys().proving, &image(), &[1; 32], &[7; 32], &mut rng());
    assert_eq!(got.clone().unwrap_err(), ProveError::CommittedInput);
    assert_eq!(
        got.unwrap_err().to_string(),
        "a committed input is not supported: the input is salted, and only public ones are proven"
    );
}

#[test]
fn an_input_that_does_not_fit_is_refused_before_anything_is_proven() {
    let mut pixels = image();
    pixels[10] = 32;
    let got = digits().prove(&keys().proving, &pixels, &NO_SALT, &[7; 32], &mut rng());
    assert_eq!(
        got.unwrap_err().to_string(),
        "input element 10 is 32, which does not fit the model's 5 bits"
    );
}

#[test]
fn a_key_of_another_circuit_is_refused_by_name() {
    let scores = common::dense(&[&[1; 64], &[-1; 64]], &[0, 0], None);
    let other = common::network(64, 5, vec![scores], opg_zkml::network::Answer::Logits);
    let other = CompiledModel::compile(&export::write(&other)).unwrap();
    let got = other.prove(&keys().proving, &image(), &NO_SALT, &[7; 32], &mut rng());
    let expected = ProveError::Key(KeyError::OtherCircuit {
        found: digits().circuit_digest(),
        expected: other.circuit_digest(),
    });
    assert_eq!(got.unwrap_err(), expected);
}

#[test]
fn a_proving_key_is_read_back_and_a_damaged_one_refused_by_name() {
    let keys = keys();
    let bytes = keys.proving.to_bytes().unwrap();
    println!("proving key of {} bytes, verifying key of {}", bytes.len(), keys.verifying.len());
    let read = ProvingKey::from_bytes(&bytes).unwrap();
    assert_eq!(read.circuit(), keys.proving.circuit());
    assert_eq!(read.verifying_key().unwrap(), keys.verifying);
    assert_eq!(read.to_bytes().unwrap(), bytes);

    let mut changed = bytes.clone();
    changed[1000] ^= 1;
    assert_eq!(ProvingKey::from_bytes(&changed).unwrap_err(), KeyError::Damaged);
    assert_eq!(ProvingKey::from_bytes(&bytes[..bytes.len() - 1]).unwrap_err(), KeyError::Damaged);
    let mut kind = bytes.clone();
    kind[0] ^= 1;
    assert_eq!(ProvingKey::from_bytes(&kind).unwrap_err(), KeyError::NotAKey);
    assert_eq!(ProvingKey::from_bytes(&bytes[..20]).unwrap_err(), KeyError::NotAKey);
}

#[test]
fn a_proving_key_with_an_honest_checksum_over_nonsense_is_refused_without_a_panic() {
    let bytes = keys().proving.to_bytes().unwrap();
    let mut points = bytes[76..].to_vec();
    for at in (0..points.len()).step_by(997) {
        points[at] = 0xff;
    }
    let huge = vec![0xff; 2000];
    for points in [points, huge, Vec::new()] {
        let mut forged = bytes[..44].to_vec();
        forged.extend(sp_crypto_hashing::blake2_256(&points));
        forged.extend(points);
        assert!(matches!(
            ProvingKey::from_bytes(&forged),
            Err(KeyError::Malformed { key: "proving", .. })
        ));
    }
}

#[test]
fn a_setup_by_one_account_says_that_it_could_be_forged_by_it() {
    let provenance = &keys().provenance;
    assert_eq!(provenance.setup, Setup::Sole(Account([1; 32])));
    assert_eq!(provenance.circuit, digits().circuit_digest());
    assert_eq!(provenance.unix_time, 1_795_350_000);
    let warning = provenance.warning().unwrap();
    assert!(warning.contains(&format!("Proven unless {} forged it", Account([1; 32]))));
    let json = serde_json::to_string(provenance).unwrap();
    assert_eq!(&serde_json::from_str::<opg_zkml::Provenance>(&json).unwrap(), provenance);
}

#[test]
fn a_check_passes_what_can_be_rebuilt_and_says_that_the_key_cannot() {
    let (model, keys) = (digits(), keys());
    let registered = Registered {
        ingredients: model.ingredients(),
        interface: model.interface(),
        key: Some((&keys.verifying, &keys.provenance.setup)),
        provenance: Some(&keys.provenance),
    };
    let findings = check(&digits_file("digits.onnx"), &registered).unwrap();
    let verdicts: Vec<_> = findings.iter().map(|f| (f.what, f.verdict)).collect();
    assert_eq!(
        verdicts,
        [
            ("network", Verdict::Pass),
            ("quantiser", Verdict::Pass),
            ("compiler", Verdict::Pass),
            ("circuit", Verdict::Pass),
            ("interface", Verdict::Pass),
            ("key's inputs", Verdict::Pass),
            ("provenance", Verdict::Pass),
            ("key is of this circuit", Verdict::CouldNotCheck),
        ]
    );
}

#[test]
fn a_check_fails_exactly_what_differs() {
    let (model, keys) = (digits(), keys());
    let file = digits_file("digits.onnx");
    let failing = |registered: &Registered<'_>| -> Vec<&'static str> {
        let findings = check(&file, registered).unwrap();
        let failed = findings.iter().filter(|f| f.verdict == Verdict::Fail);
        failed.map(|f| f.what).collect()
    };
    let base = Registered {
        ingredients: model.ingredients(),
        interface: model.interface(),
        key: Some((&keys.verifying, &keys.provenance.setup)),
        provenance: Some(&keys.provenance),
    };
    assert!(failing(&base).is_empty());
    let mut ingredients = *model.ingredients();
    ingredients.network.0[0] ^= 1;
    ingredients.compiler += 1;
    let got = failing(&Registered { ingredients: &ingredients, ..base.clone() });
    assert_eq!(got, ["network", "compiler"]);
    let mut ingredients = *model.ingredients();
    ingredients.quantiser += 1;
    ingredients.circuit.0[9] ^= 1;
    let got = failing(&Registered { ingredients: &ingredients, ..base.clone() });
    assert_eq!(got, ["quantiser", "circuit"]);
    let mut interface = model.interface().clone();
    interface.input.bits = 8;
    let got = failing(&Registered { interface: &interface, ..base.clone() });
    assert_eq!(got, ["interface"]);
    let setup = Setup::Transparent;
    let got = failing(&Registered { key: Some((&keys.verifying, &setup)), ..base.clone() });
    assert_eq!(got, ["provenance"]);
    let got = failing(&Registered {
        key: Some((&keys.verifying[..100], &keys.provenance.setup)),
        provenance: None,
        ..base.clone()
    });
    assert_eq!(got, ["key"]);
}

#[test]
fn the_output_is_ten_logits() {
    let Output::Logits(logits) = digits().run(&image()).unwrap() else {
        panic!("not logits");
    };
    assert_eq!(logits.len(), 10);
}
