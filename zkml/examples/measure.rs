//! What the digits model costs: constraints by part, setup, proof, verification, memory.
//! `cargo run --release -p opg-zkml --example measure -- zkml/models/digits [repetitions]`. One thread.

use std::{
    env,
    error::Error,
    fs,
    hint::black_box,
    path::PathBuf,
    time::{Duration, Instant},
};

use ark_bls12_381::Bls12_381;
use ark_groth16::{Groth16, Proof};
use ark_serialize::CanonicalDeserialize;
use opg_primitives::ids::Account;
use opg_zkml::{
    setup_alone,
    statement::{from_bytes, statement, Fr, NO_SALT},
    Assignment, CompiledModel, ProvingKey,
};
use rand::rngs::OsRng;

/// The least and the median of `count` runs.
fn measure<T>(count: usize, mut run: impl FnMut() -> T) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..count.max(1))
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[0], times[times.len() / 2])
}

fn print(what: &str, (least, median): (Duration, Duration)) {
    println!("{what:32} least {least:>10.2?}  median {median:>10.2?}");
}

/// The most memory that this process held, where the system tells.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".into(), |value| value.trim().into())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("which folder?")?);
    let count = env::args().nth(2).map_or(Ok(20), |count| count.parse())?;
    let onnx = fs::read(folder.join("digits.onnx"))?;
    let image = fs::read(folder.join("held_out.bin"))?[..64].to_vec();
    let model = CompiledModel::compile(&onnx)?;
    println!("{}", model.report());
    let domain = |memory: &str| println!("peak memory after {memory}: {}", peak_memory());
    domain("compilation");

    print("compile", measure(count, || CompiledModel::compile(&onnx)));
    print("run", measure(count, || model.run(&image)));
    let binding = [7; 32];
    let assignment = Assignment { input: &image, salt: &NO_SALT, binding: &binding };
    print("witness", measure(count, || model.assign(assignment)));
    let setup = || setup_alone(&model, Account([0; 32]), 0, &mut OsRng);
    print("setup", measure(3, setup));
    let keys = setup()?;
    domain("setup");
    let file = keys.proving.to_bytes()?;
    println!("proving key {} bytes, verifying key {} bytes", file.len(), keys.verifying.len());
    print("read proving key", measure(3, || ProvingKey::from_bytes(&file)));
    let prove = || model.prove(&keys.proving, &image, &NO_SALT, &binding, &mut OsRng);
    print("prove", measure(count, prove));
    domain("proving");

    let answer = prove()?;
    let output = answer.output.to_bytes();
    print(
        "statement",
        measure(count, || statement(model.interface(), &NO_SALT, &image, &output, &binding)),
    );
    let inputs = statement(model.interface(), &NO_SALT, &image, &output, &binding)?;
    let inputs: Vec<Fr> = inputs.iter().filter_map(from_bytes).collect();
    let key = ark_groth16::VerifyingKey::<Bls12_381>::deserialize_compressed(&keys.verifying[..])?;
    let prepared = ark_groth16::prepare_verifying_key(&key);
    let verify = || {
        let proof = Proof::deserialize_compressed(&answer.proof[..])?;
        Groth16::<Bls12_381>::verify_proof(&prepared, &proof, &inputs)
            .map_err(|_| ark_serialize::SerializationError::InvalidData)
    };
    assert!(verify()?, "the proof does not verify");
    print("verify (arkworks, prepared key)", measure(count, verify));
    println!("proof {} bytes", answer.proof.len());
    Ok(())
}
