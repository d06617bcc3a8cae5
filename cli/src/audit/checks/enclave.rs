//! Whether the enclave that answered is what the receipt says, was approved for it, and is still to be
//! relied on.

use super::{missing, no_answer, TAINT};
use crate::{
    audit::{
        case::Case,
        report::{Compare, Finding},
    },
    print::words,
};
use opg_primitives::{evidence::Evidence, mode::Mode};

/// Enclave and run are those of the evidence, the record is what the chain's state says of that enclave,
/// and the reference value that it rests on approves of this code for this model.
pub fn enclave(case: &Case<'_>) -> Finding {
    let Some(appraised) = case.appraised() else { return no_answer("enclave") };
    let mut compared = Compare::default();
    let attested = match (&appraised.attested, case.mode()) {
        (Some(attested), Mode::Tee) => attested,
        (None, Mode::Tee) => {
            compared.differs("appraised.attested", "none", "the enclave and its run");
            return Finding::of("enclave", "", compared);
        }
        (None, _) => return Finding::not_claimed("enclave", "the mode has no enclave"),
        (Some(_), _) => {
            compared.differs("appraised.attested", "an enclave", "none: the mode has no enclave");
            return Finding::of("enclave", "", compared);
        }
    };
    let (Some(Evidence::Tee { enclave, run, .. }), Some(context), Some(reference), Some(model)) =
        (&case.evidence, &case.enclave, &case.reference, &case.model)
    else {
        return missing(
            "enclave",
            "the evidence, the model, and what the chain knows of the enclave",
        );
    };
    let pairs = [
        ("appraised.attested.run", json(&attested.run), json(run)),
        ("appraised.attested.enclave", json(&attested.enclave), json(&context.record)),
    ];
    for (field, said, found) in pairs {
        match (said, found) {
            (Some(said), Some(found)) => compared.json(field, &said, &found),
            _ => compared.differs(field, "?", "?"),
        }
    }
    let record = &context.record;
    compared
        .field("appraised.attested.enclave.id", &attested.enclave.id, enclave)
        .field("enclave.record.measurement", &record.measurement, &reference.id())
        .field("enclave.record.vendor", &record.vendor, &reference.vendor)
        .field("enclave.record.format", &record.format, &reference.measurement.format())
        .field("enclave.record.binding", &record.binding, &reference.binding);
    if !reference.approves(&case.receipt.model, case.receipt.closed) {
        compared.differs(
            "enclave.reference",
            format!("in force from block {} to {}", reference.from, reference.until),
            format!("approved for this model in block {}", case.receipt.closed),
        );
    }
    if !run.model.agrees_with(reference.binding, &model.artefact) {
        compared.differs(
            "appraised.attested.run.model",
            "another model, or named otherwise than the code binds it",
            "the model that was asked",
        );
    }
    Finding::of(
        "enclave",
        "enclave and run are those of the evidence; its record, and that its code is approved for this \
         model, are as the node says the chain's state has them",
        compared,
    )
}

/// No revocation covers the receipt's block, of any of the four things that its answer rests on.
pub fn taint(case: &Case<'_>) -> Finding {
    let Some(appraised) = case.appraised() else { return no_answer(TAINT) };
    let Some(attested) = &appraised.attested else {
        return Finding::not_claimed(TAINT, "the answer rests on no enclave");
    };
    let Some(revoked) = case.bundle.enclave.as_ref().map(|enclave| &enclave.revoked) else {
        return missing(TAINT, "what was revoked of what the answer rests on");
    };
    let closed = case.receipt.closed;
    let Some(covering) = revoked.covering(&attested.enclave, closed) else {
        return missing(TAINT, "what was revoked, as of the receipt's block or a later one");
    };
    let as_of = revoked.as_of;
    if covering.is_empty() {
        return Finding::pass(
            TAINT,
            format!(
                "not tainted as of block {as_of}: no revocation of firmware status, measurement, \
                 platform or enclave covers block {closed}, as the node says"
            ),
        );
    }
    let why: Vec<_> = covering.iter().map(words::taint).collect();
    Finding::fail(TAINT, format!("tainted as of block {as_of}: {}", why.join("; ")))
}

fn json(value: &impl serde::Serialize) -> Option<serde_json::Value> {
    serde_json::to_value(value).ok()
}
