//! Whether the proof verifies, and what its setup lets it say.

use super::{missing, no_answer};
use crate::audit::{
    case::Case,
    expect,
    report::{Compare, Finding},
};
use ark_bls12_381::Bls12_381;
use opg_primitives::{
    evidence::{Evidence, ProofSystem},
    mode::Mode,
    request::Outcome,
};

/// The proof verifies under the registered key, for public inputs made here.
pub fn proof(case: &Case<'_>) -> Finding {
    let (system, key_version, proof) = match &case.evidence {
        Some(Evidence::ZkMl { system, key_version, proof, .. }) => (system, key_version, proof),
        Some(evidence @ (Evidence::Plain(_) | Evidence::Tee { .. })) => {
            let mode = evidence.mode().name();
            return Finding::not_claimed(
                "proof",
                format!("mode {mode} has no proof: the answer is a word"),
            );
        }
        None if case.receipt.mode.achieved == Some(Mode::ZkMl) => {
            return missing("proof", "the evidence")
        }
        None => return no_answer("proof"),
    };
    let (Some(model), Some(key), Some(answer), Some(binding)) =
        (&case.model, &case.key, &case.bundle.answer, case.binding())
    else {
        return missing("proof", "the model with its verifying key, and the output");
    };
    if key.version != *key_version || key.system != *system {
        return Finding::fail(
            "proof",
            format!("the key is version {}, the proof is for version {key_version}", key.version),
        );
    }
    let Some(interface) = model.artefact.circuit() else {
        return Finding::fail("proof", "a text model has no circuit that a proof could be of");
    };
    let inputs = opg_zkml_statement::public_inputs(
        interface,
        &case.receipt.input.0,
        &answer.output.0,
        &binding.0,
    );
    let verified = match (system, inputs) {
        (_, Err(error)) => Err(error.to_string()),
        (ProofSystem::Groth16Bls12381, Ok(inputs)) => {
            opg_verifier_groth16::verify_bytes::<Bls12_381>(&key.bytes, &inputs, proof)
                .map_err(|error| error.to_string())
        }
    };
    match (verified, case.receipt.outcome) {
        (Ok(()), _) => Finding::pass(
            "proof",
            "the proof verifies under the model's key, for input commitment, output and binding \
             computed here",
        ),
        (Err(error), Outcome::EvidenceRefused(_)) => Finding::pass(
            "proof",
            format!("the evidence is not good, as the receipt says: {error}"),
        ),
        (Err(error), _) => Finding::fail(
            "proof",
            format!(
                "the proof does not verify ({error}): input, output, request, attempt, provider, \
                 lease block, key or proof was altered"
            ),
        ),
    }
}

/// What the setup rule says of the key.
pub fn setup(case: &Case<'_>) -> Finding {
    let Some(appraised) = case.appraised() else { return no_answer("setup") };
    let mut compared = Compare::default();
    if case.receipt.mode.achieved != Some(Mode::ZkMl) {
        compared.field("appraised.key_version", &appraised.key_version, &None).field(
            "appraised.forgeable_by",
            &appraised.forgeable_by,
            &None,
        );
        return match Finding::of("setup", "", compared) {
            finding if finding.differences.is_empty() => {
                Finding::not_claimed("setup", "the mode has no setup")
            }
            finding => finding,
        };
    }
    let (Some(model), Some(key)) = (&case.model, &case.key) else {
        return missing("setup", "the model with its verifying key");
    };
    let recognised = case.bundle.state.as_ref().map(|state| state.recognised.as_slice());
    let (trust, forgeable_by) =
        expect::setup(&case.receipt, model, key, recognised.unwrap_or_default());
    compared
        .field("appraised.key_version", &appraised.key_version, &Some(key.version))
        .field("appraised.facts.setup", &appraised.facts.setup, &trust)
        .field("appraised.forgeable_by", &appraised.forgeable_by, &forgeable_by);
    Finding::of("setup", "who ran the setup, and so whether `Proven` stands bare", compared)
}
