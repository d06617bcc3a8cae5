//! Groth16 proofs on BLS12-381, and what of their time is reading key and proof.

#[path = "../../../../verifiers/groth16/tests/common/mod.rs"]
mod common;

use crate::{
    timing::{print_head, print_row, Bench, Place, Time},
    Result,
};
use opg_bench_verify::{
    groth16::{self, Arithmetic, Case, Step},
    Task, Work,
};
use opg_primitives::ids::Account;
use opg_verifier_groth16::MAX_INPUTS;
use opg_zkml::{
    setup_alone,
    statement::{statement, NO_SALT},
    CompiledModel,
};
use std::{fs, path::Path};

/// Where it is done, and with which arithmetic.
const COLUMNS: [(&str, Place, Arithmetic); 4] = [
    ("native", Place::Native, Arithmetic::Bls12_381),
    ("native, through the hooks", Place::Native, Arithmetic::HostedBls12_381),
    ("wasm, with host functions", Place::Wasm, Arithmetic::HostedBls12_381),
    ("wasm, without", Place::Wasm, Arithmetic::Bls12_381),
];

/// The times at one place.
struct Column {
    nothing: Time,
    key: Time,
    proof: Time,
    all: Time,
}

impl Column {
    fn take(bench: &mut Bench, place: Place, arithmetic: Arithmetic, case: &Case) -> Result<Self> {
        let task = |step| Task::Proof(groth16::Task { arithmetic, step, case: case.clone() });
        let whole = task(Step::Verify);
        Ok(Self {
            nothing: bench.time(place, &whole, Work::Nothing)?,
            key: bench.time(place, &task(Step::ReadKey), Work::Outcome)?,
            proof: bench.time(place, &task(Step::ReadProof), Work::Outcome)?,
            all: bench.time(place, &whole, Work::Outcome)?,
        })
    }
}

fn print_times(what: &str, columns: &[Column], of: fn(&Column) -> Time) {
    print_row(what, columns.iter().map(|column| of(column).to_string()));
}

fn print_table(bench: &mut Bench, title: &str, case: &Case) -> Result<()> {
    println!(
        "\n{title}, BLS12-381: {} public inputs, key of {} bytes, proof of {} bytes\n",
        case.inputs.len(),
        case.key.len(),
        case.proof.len()
    );
    let columns = COLUMNS
        .map(|(_, place, arithmetic)| Column::take(bench, place, arithmetic, case))
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    print_head("step", COLUMNS.iter().map(|(name, ..)| *name));
    print_times("the call alone", &columns, |column| column.nothing);
    print_times("reading the key", &columns, |column| column.key - column.nothing);
    print_times("reading the proof", &columns, |column| column.proof - column.nothing);
    print_times("the rest: inputs, their sum, pairings", &columns, |column| {
        column.all - column.key - (column.proof - column.nothing)
    });
    print_times("all of it", &columns, |column| column.all);
    let native = columns[0].all;
    print_row("all of it, times native", columns.iter().map(|column| column.all.times(&native)));
    Ok(())
}

/// A proof of the digits model, under a key of this moment's setup.
fn digits() -> Result<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../zkml/models/digits");
    let model = CompiledModel::compile(&fs::read(folder.join("digits.onnx"))?)?;
    let image = fs::read(folder.join("held_out.bin"))?[..64].to_vec();
    let binding = [7; 32];
    let mut rng = common::rng(1);
    let keys = setup_alone(&model, Account([0; 32]), 0, &mut rng)?;
    let answer = model.prove(&keys.proving, &image, &NO_SALT, &binding, &mut rng)?;
    let output = answer.output.to_bytes();
    let inputs = statement(model.interface(), &NO_SALT, &image, &output, &binding)?;
    Ok(Case { key: keys.verifying, inputs, proof: answer.proof })
}

/// A proof under the longest key that is accepted.
fn longest() -> Case {
    let bytes = common::real::<ark_bls12_381::Bls12_381>(MAX_INPUTS, 1).bytes();
    Case { key: bytes.key, inputs: bytes.inputs, proof: bytes.proof }
}

/// Both tables.
pub fn print(bench: &mut Bench) -> Result<()> {
    print_table(bench, "The digits circuit", &digits()?)?;
    print_table(bench, "The longest key", &longest())
}
