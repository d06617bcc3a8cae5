//! Whether the answer's parts are what the receipt commits to.

use super::{missing, no_answer};
use crate::{
    audit::{
        bundle::AnswerPart,
        case::Case,
        expect,
        report::{Compare, Finding},
    },
    ed25519::verifies,
};
use codec::Encode;
use opg_primitives::{
    attestation::enclave_id,
    checks::CheckResult,
    enclave::EnclaveAnswer,
    evidence::Evidence,
    request::{Outcome, Output},
    statement::{self, Answer, NO_SALT},
};

/// The commitment to the input is that of the bytes in the block.
pub fn input(case: &Case<'_>) -> Finding {
    let (Some(request), Some(model)) = (&case.bundle.request, &case.model) else {
        return missing("input", "the input and the model's interface");
    };
    let (salt, input, detail) = match (&request.input, case.opening) {
        (Some(input), _) => {
            (NO_SALT, input, "the commitment to the input is that of the public bytes")
        }
        (None, Some(opening)) => (
            opening.salt.0,
            &opening.input,
            "the commitment to the input is that of the bytes and the salt of the opening",
        ),
        (None, None) => {
            return Finding::could_not(
                "input",
                "the input is private: who holds the opening of its commitment can check it \
                 (--opening)",
            );
        }
    };
    match model.artefact.commit_input(salt, &input.0) {
        Err(error) => Finding::fail("input", format!("the input does not fit the model: {error}")),
        Ok(found) => {
            let mut compared = Compare::default();
            compared.field("input", &case.receipt.input, &found);
            Finding::of("input", detail, compared)
        }
    }
}

/// The commitment to the parameters is that of the bytes in the block.
pub fn parameters(case: &Case<'_>) -> Finding {
    let Some(request) = &case.bundle.request else {
        return missing("parameters", "the parameters");
    };
    let mut compared = Compare::default();
    let found = statement::commit_parameters(&request.parameters.0);
    compared.field("parameters", &case.receipt.parameters, &found);
    Finding::of("parameters", "the commitment to the parameters is that of the bytes", compared)
}

/// Whether the receipt of a lease that ended so commits to an output: an answer was appraised.
fn answered(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Settled | Outcome::EvidenceRefused(_))
}

/// The commitment to the output is that of the bytes in the block, which have the model's form; of a
/// sealed one, of the bytes that its ciphertext holds.
pub fn output(case: &Case<'_>) -> Finding {
    let receipt = &case.receipt;
    let mut compared = Compare::default();
    if !answered(receipt.outcome) {
        if receipt.output.is_none() {
            return no_answer("output");
        }
        compared.field("output", &receipt.output, &None);
        return Finding::of("output", "no output, since no answer was appraised", compared);
    }
    let Some(answer) = &case.bundle.answer else { return missing("output", "the output") };
    let Some(brought) = answer.output() else { return too_long("output") };
    compared.field("output", &receipt.output, &Some(brought.commitment(receipt.request)));
    let settled = receipt.outcome == Outcome::Settled;
    if let (true, Some(private)) = (settled, case.is_private()) {
        let sealed = brought.sealed_digest().is_some();
        let form = |sealed| if sealed { "sealed" } else { "in clear" };
        compared.field("answer.output", &form(sealed), &form(private));
    }
    let (bytes, detail) = match (&brought, case.output()) {
        (Output::Public(bytes), _) => {
            (bytes.to_vec(), "the commitment to the output is that of the public bytes")
        }
        // One that was refused need not open.
        (Output::Sealed { .. }, _) if !settled => {
            let detail = "the commitment to the output is the one that came with its ciphertext";
            return Finding::of("output", detail, compared);
        }
        (Output::Sealed { commitment, .. }, Some(Ok(bytes))) => {
            if let Some(opening) = case.opening {
                let salt = opening.output_salt(receipt.request);
                let found = statement::commit_output(salt, &bytes);
                compared.field("output", commitment, &found);
            }
            (
                bytes,
                "the ciphertext opens, and the commitment to the output is that of what it holds",
            )
        }
        (Output::Sealed { .. }, Some(Err(why)))
            if case.opening.is_some() && case.bundle.enclave.is_some() =>
        {
            return Finding::fail("output", format!("the output does not open: {why}"));
        }
        (Output::Sealed { .. }, _) => {
            let brought = Finding::of("output", "", compared);
            if brought.result == CheckResult::Fail {
                return brought;
            }
            return Finding::could_not(
                "output",
                "the output is sealed to the requester: that its commitment is of what the ciphertext \
                 holds, who holds the opening can check (--opening)",
            );
        }
    };
    // Output of another form is a reason to refuse it, so only a settled one must have it.
    if let (Some(model), true) = (&case.model, settled) {
        if let Err(error) = model.artefact.check_output(&bytes) {
            return Finding::fail(
                "output",
                format!("the output is not of the model's form: {error}"),
            );
        }
    }
    Finding::of("output", detail, compared)
}

fn too_long(name: &'static str) -> Finding {
    Finding::fail(name, "the output is longer than an output may be")
}

/// The evidence is the one whose digest the receipt's id covers, and the extrinsic holds it.
pub fn evidence(case: &Case<'_>) -> Finding {
    let outcome = case.receipt.outcome;
    let mut compared = Compare::default();
    let Some(location) = &case.receipt.evidence else {
        if answered(outcome) || case.bundle.answer.is_some() {
            compared.differs("evidence", "none", "its place: an answer was brought");
            return Finding::of("evidence", "", compared);
        }
        return Finding::not_claimed("evidence", "the receipt says that there is none");
    };
    // Governance may have tightened the rules before good evidence came.
    if !answered(outcome) && outcome != Outcome::AbortedByGovernance {
        compared.differs("evidence", "a place", "none: the lease ended without an answer");
        return Finding::of("evidence", "", compared);
    }
    let (Some(answer), Some(evidence)) = (&case.bundle.answer, &case.evidence) else {
        return missing("evidence", "the evidence");
    };
    compared
        .field("evidence.digest", &location.digest, &evidence.digest())
        .field("evidence.block", &location.block, &answer.block)
        .field("evidence.extrinsic", &location.extrinsic, &answer.index);
    let output = match answer.commitment {
        None => answer.output.0.clone(),
        Some(commitment) => (commitment, &answer.output.0).encode(),
    };
    for (field, part) in [("evidence", &answer.evidence.scale.0), ("output", &output)] {
        if !holds(&answer.extrinsic.0, part) {
            compared.differs(
                &format!("answer.{field}"),
                "bytes that the extrinsic does not hold",
                "bytes of the extrinsic",
            );
        }
    }
    Finding::of(
        "evidence",
        "the evidence has the digest that the receipt's id covers, and the extrinsic brought it",
        compared,
    )
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    needle.is_empty() || haystack.windows(needle.len()).any(|window| window == needle)
}

/// The worker's key, or the enclave's, signed this answer to this lease.
pub fn signature(case: &Case<'_>) -> Finding {
    let (Some(evidence), Some(answer)) = (&case.evidence, &case.bundle.answer) else {
        return match case.receipt.evidence {
            None => no_answer("signature"),
            Some(_) => missing("signature", "the evidence"),
        };
    };
    let (Some(lease), Some(binding)) = (case.lease(), case.binding()) else {
        return Finding::fail("signature", "the receipt has evidence but no lease");
    };
    let receipt = &case.receipt;
    let Some(output) = answer.output() else { return too_long("signature") };
    let said = Answer {
        genesis: case.bundle.genesis,
        request: receipt.request,
        attempt: receipt.attempt,
        provider: lease.provider,
        binding,
        model: receipt.model,
        policy_version: receipt.judged_by.policy_version,
        input: receipt.input,
        parameters: receipt.parameters,
        output: output.commitment(receipt.request),
    };
    let (good, by) = match evidence {
        Evidence::Plain(signed) | Evidence::ZkMl { signed, .. } => (
            verifies(&signed.key.0, &said.signing_hash(), &signed.signature),
            format!("worker key {} signed this output", signed.key),
        ),
        Evidence::Tee { enclave, run, signature } => {
            let Some(part) = &case.bundle.enclave else {
                return missing("signature", "the enclave's session key");
            };
            let Some(leased) = case.bundle.state.as_ref().and_then(|state| state.leased.as_ref())
            else {
                return missing("signature", "the price of the lease, which is signed too");
            };
            let key = part.session_key;
            // An enclave's id is made of its key, so that no other key can stand in its place.
            let its_own = enclave_id(case.bundle.genesis, lease.provider, key) == *enclave;
            let (price, run) = (leased.price, run.clone());
            let sealed = output.sealed_digest();
            let said = EnclaveAnswer { enclave: *enclave, answer: said, price, run, sealed };
            (
                its_own && verifies(&key.0, &said.signing_hash(), signature),
                format!("session key {key} of enclave {enclave} signed this output, price and run"),
            )
        }
    };
    match (good, receipt.outcome) {
        (true, _) => Finding::pass(
            "signature",
            format!("{by} for this request, attempt, provider and lease"),
        ),
        (false, Outcome::EvidenceRefused(_)) => {
            Finding::pass("signature", "the signature does not verify, as the receipt says")
        }
        (false, _) => Finding::fail(
            "signature",
            "the signature does not verify over chain, request, attempt, provider, lease block, \
             model, policy version, input, parameters and output, and of an enclave price, run and \
             ciphertext: one of them, the key or the signature was altered",
        ),
    }
}

/// The disclosure is the one that input and output have, in clear or sealed.
pub fn disclosure(case: &Case<'_>) -> Finding {
    let Some(private) = case.is_private() else { return missing("disclosure", "the request") };
    let output = case.bundle.answer.as_ref().and_then(AnswerPart::output);
    let found = expect::disclosure(&case.receipt, private, output.as_ref());
    let mut compared = Compare::default();
    match (serde_json::to_value(case.receipt.disclosure), serde_json::to_value(found)) {
        (Ok(said), Ok(found)) => compared.json("disclosure", &said, &found),
        _ => compared.differs("disclosure", "?", "?"),
    }
    Finding::of("disclosure", "what is on chain in which form, and who can read it", compared)
}
