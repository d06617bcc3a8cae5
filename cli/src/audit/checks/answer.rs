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
use opg_primitives::{
    attestation::enclave_id,
    enclave::EnclaveAnswer,
    evidence::Evidence,
    ids::{Commitment, RequestId},
    request::Outcome,
    statement::{self, Answer, NO_SALT},
};

/// The commitment to the input is that of the bytes in the block.
pub fn input(case: &Case<'_>) -> Finding {
    let (Some(request), Some(model)) = (&case.bundle.request, &case.model) else {
        return missing("input", "the input and the model's interface");
    };
    match model.artefact.commit_input(NO_SALT, &request.input.0) {
        Err(error) => Finding::fail("input", format!("the input does not fit the model: {error}")),
        Ok(found) => {
            let mut compared = Compare::default();
            compared.field("input", &case.receipt.input, &found);
            Finding::of(
                "input",
                "the commitment to the input is that of the public bytes",
                compared,
            )
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

/// The commitment to the output is that of the bytes in the block, which have the model's form.
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
    compared.field("output", &receipt.output, &Some(commitment(receipt.request, answer)));
    // Output of another form is a reason to refuse it, so only a settled one must have it.
    if let (Some(model), Outcome::Settled) = (&case.model, receipt.outcome) {
        if let Err(error) = model.artefact.check_output(&answer.output.0) {
            return Finding::fail(
                "output",
                format!("the output is not of the model's form: {error}"),
            );
        }
    }
    Finding::of("output", "the commitment to the output is that of the public bytes", compared)
}

fn commitment(request: RequestId, answer: &AnswerPart) -> Commitment {
    statement::commit_output(statement::output_salt(NO_SALT, request), &answer.output.0)
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
    for (field, part) in [("evidence", &answer.evidence.scale.0), ("output", &answer.output.0)] {
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
        output: commitment(receipt.request, answer),
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
            let said = EnclaveAnswer { enclave: *enclave, answer: said, price, run };
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
             model, policy version, input, parameters and output, and of an enclave price and run: \
             one of them, the key or the signature was altered",
        ),
    }
}

/// The disclosure is the one that public input and output have.
pub fn disclosure(case: &Case<'_>) -> Finding {
    let found = expect::disclosure(&case.receipt);
    let mut compared = Compare::default();
    match (serde_json::to_value(case.receipt.disclosure), serde_json::to_value(found)) {
        (Ok(said), Ok(found)) => compared.json("disclosure", &said, &found),
        _ => compared.differs("disclosure", "?", "?"),
    }
    Finding::of("disclosure", "what is on chain in which form, and who can read it", compared)
}
