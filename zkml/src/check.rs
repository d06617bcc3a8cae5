//! What ties a registered model and its key to a network, and what does not.

use ark_bls12_381::Bls12_381;
use ark_serialize::CanonicalDeserialize;
use opg_primitives::model::{Ingredients, Setup};
use opg_zkml_statement::{public_input_count, CircuitInterface};
use serde::Serialize;

use crate::{
    compile::{CompileError, CompiledModel},
    setup::Provenance,
};

/// How one thing turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// It is so.
    Pass,
    /// It is not.
    Fail,
    /// Nothing at hand can tell.
    CouldNotCheck,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub what: &'static str,
    /// How it turned out.
    pub verdict: Verdict,
    /// In words.
    pub detail: String,
}

/// What is registered of a model.
#[derive(Clone, Debug)]
pub struct Registered<'a> {
    /// What its id is made of.
    pub ingredients: &'a Ingredients,
    /// What it takes and gives.
    pub interface: &'a CircuitInterface,
    /// A verifying key and who ran its setup, if there is one.
    pub key: Option<(&'a [u8], &'a Setup)>,
    /// The file that the setup wrote, if it is at hand.
    pub provenance: Option<&'a Provenance>,
}

/// Rebuilds a model from its file and compares it with what is registered, thing by thing.
///
/// # Errors
/// [`CompileError`], if the file is no model at all.
pub fn check(onnx: &[u8], registered: &Registered<'_>) -> Result<Vec<Finding>, CompileError> {
    let model = CompiledModel::compile(onnx)?;
    let (ours, theirs) = (model.ingredients(), registered.ingredients);
    let mut findings = vec![
        compare("network", "SHA-256 of the file", &ours.network, &theirs.network),
        compare("quantiser", "version", &ours.quantiser, &theirs.quantiser),
        compare("compiler", "version", &ours.compiler, &theirs.compiler),
        compare("circuit", "digest of the rebuilt constraints", &ours.circuit, &theirs.circuit),
        finding(
            "interface",
            model.interface() == registered.interface,
            "input shape, input width and output, as registered".into(),
            format!("the file says {:?}", model.interface()),
        ),
    ];
    if let Some((key, setup)) = registered.key {
        findings.extend(check_key(&model, key, setup, registered.provenance));
    }
    Ok(findings)
}

fn check_key(
    model: &CompiledModel,
    bytes: &[u8],
    setup: &Setup,
    provenance: Option<&Provenance>,
) -> Vec<Finding> {
    let mut rest = bytes;
    let key = ark_groth16::VerifyingKey::<Bls12_381>::deserialize_compressed(&mut rest);
    let expected = public_input_count(model.interface()).unwrap_or(0);
    let mut findings = Vec::new();
    match key {
        Ok(key) if rest.is_empty() => {
            let found = key.gamma_abc_g1.len().saturating_sub(1);
            findings.push(finding(
                "key's inputs",
                found == expected,
                format!("{expected} public inputs, as the circuit has"),
                format!("the key has {found} public inputs, the circuit {expected}"),
            ));
        }
        Ok(_) => findings.push(finding("key", false, String::new(), "bytes after its end".into())),
        Err(error) => {
            findings.push(finding("key", false, String::new(), format!("malformed: {error}")));
        }
    }
    if let Some(provenance) = provenance {
        let digest = sp_crypto_hashing::sha2_256(bytes);
        findings.push(finding(
            "provenance",
            provenance.verifying_key.0 == digest
                && provenance.circuit == model.circuit_digest()
                && provenance.setup == *setup,
            "names this key, this circuit and the registered setup".into(),
            "names another key, another circuit or another setup".into(),
        ));
    }
    findings.push(Finding {
        what: "key is of this circuit",
        verdict: Verdict::CouldNotCheck,
        detail: match setup {
            Setup::Sole(account) => format!(
                "the word of {account}, who ran the setup alone: a key of another circuit would \
                 look the same, and who knows the secret can prove anything under this one"
            ),
            Setup::Ceremony { transcript, .. } => format!(
                "the transcript {transcript} ends in the key or does not; it is not at hand"
            ),
            Setup::Transparent => "keys of this proof system always have a setup with a secret, \
                 so a transparent one cannot be what was registered"
                .into(),
        },
    });
    findings
}

fn compare<T: PartialEq + core::fmt::Display>(
    what: &'static str,
    of: &str,
    ours: &T,
    theirs: &T,
) -> Finding {
    finding(
        what,
        ours == theirs,
        format!("{of} is {ours}, as registered"),
        format!("{of} is {ours}, registered is {theirs}"),
    )
}

fn finding(what: &'static str, good: bool, pass: String, fail: String) -> Finding {
    Finding {
        what,
        verdict: if good { Verdict::Pass } else { Verdict::Fail },
        detail: if good { pass } else { fail },
    }
}
