//! How `testdata/corpus.tsv` is read. Also used by the crate that tries it in wasm.
//!
//! Columns: name, curve, key, inputs (joined by commas), proof (all hex), verdict (`Result<(), Error>` as `{:?}` prints
//! it).

use opg_test_support::unhex;

/// One case.
pub struct Row {
    pub name: String,
    /// As snarkjs names it.
    pub curve: String,
    pub key: Vec<u8>,
    pub inputs: Vec<[u8; 32]>,
    pub proof: Vec<u8>,
    pub verdict: String,
}

/// The cases of the file with this text.
pub fn rows(text: &str) -> impl Iterator<Item = Row> + '_ {
    text.lines().map(|line| {
        let [name, curve, key, inputs, proof, verdict] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let inputs = inputs.split(',').filter(|input| !input.is_empty());
        Row {
            name: name.to_owned(),
            curve: curve.to_owned(),
            key: unhex(key),
            inputs: inputs.map(|input| unhex(input).try_into().unwrap()).collect(),
            proof: unhex(proof),
            verdict: verdict.to_owned(),
        }
    })
}
