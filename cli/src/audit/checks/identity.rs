//! Whether ids are the hashes that they must be.

use super::missing;
use crate::audit::{
    bundle::{Twice, MEDIA_TYPE},
    case::Case,
    report::{Compare, Finding},
};
use codec::{Decode, Encode};
use opg_primitives::{artefact::Artefact, ids::GenesisHash, receipt::RECEIPT_FORMAT};
use serde::Serialize;

/// The bytes decode, and say what the views say.
pub fn views(case: &Case<'_>) -> Finding {
    let mut compared = Compare::default();
    let bundle = case.bundle;
    view(&mut compared, "", Some(&bundle.receipt));
    view(&mut compared, "evidence", bundle.answer.as_ref().map(|answer| &answer.evidence));
    view(&mut compared, "model", bundle.model.as_ref().map(|model| &model.version));
    view(&mut compared, "request", bundle.request.as_ref().map(|request| &request.identity));
    let key = bundle.model.as_ref().and_then(|model| model.key.as_ref());
    view(&mut compared, "key", key);
    view(&mut compared, "policy", bundle.policy.as_ref());
    let enclave = bundle.enclave.as_ref();
    view(&mut compared, "enclave", enclave.map(|enclave| &enclave.record));
    view(&mut compared, "reference", enclave.map(|enclave| &enclave.reference));
    view(&mut compared, "revoked", enclave.map(|enclave| &enclave.revoked.all));
    Finding::of("views", "the bytes decode, and say what is printed of them", compared)
}

fn view<T: Encode + Decode + Serialize>(
    compared: &mut Compare,
    path: &str,
    part: Option<&Twice<T>>,
) {
    let Some(part) = part else { return };
    let named = if path.is_empty() { "receipt" } else { path };
    let Some(said) = part.decode() else {
        compared.differs(named, "bytes that do not decode", "one encoded value");
        return;
    };
    if said.encode() != part.scale.0 {
        compared.differs(named, "bytes in another encoding", "the one canonical encoding");
    }
    match (serde_json::to_value(&said), serde_json::to_value(&part.view)) {
        (Ok(bytes), Ok(view)) => compared.json(path, &bytes, &view),
        _ => compared.differs(named, "a value that does not print", "one that does"),
    }
}

/// It is a receipt of the format, and of the chain that the reader means.
pub fn chain(case: &Case<'_>, anchor: Option<GenesisHash>) -> Finding {
    let mut compared = Compare::default();
    compared.field("mediaType", &case.bundle.media_type, &MEDIA_TYPE.to_owned()).field(
        "format",
        &case.receipt.format,
        &RECEIPT_FORMAT,
    );
    let Some(anchor) = anchor else {
        return Finding::of(
            "chain",
            format!(
                "of the chain with genesis {}; that it is the one you mean is for you to compare \
                 (--genesis)",
                case.bundle.genesis
            ),
            compared,
        );
    };
    compared.field("genesis", &case.bundle.genesis, &anchor);
    Finding::of("chain", "of the chain that you named", compared)
}

/// The id is the hash of chain, body and evidence.
pub fn receipt_id(case: &Case<'_>) -> Finding {
    let mut compared = Compare::default();
    let found = opg_primitives::receipt::receipt_id(case.bundle.genesis, &case.receipt);
    compared.field("receiptId", &case.bundle.receipt_id, &found);
    Finding::of(
        "receipt-id",
        "the id is the hash of the chain, the body and the evidence",
        compared,
    )
}

/// The request id is the hash of what stands in the block of the request, and the receipt says the
/// same of it.
pub fn request(case: &Case<'_>) -> Finding {
    let (Some(part), Some(identity)) = (&case.bundle.request, &case.identity) else {
        return missing("request", "the request");
    };
    let receipt = &case.receipt;
    let mut compared = Compare::default();
    compared
        .field("request", &receipt.request, &identity.id())
        .field("genesis", &case.bundle.genesis, &identity.genesis)
        .field("requester", &receipt.requester, &identity.requester)
        .field("model", &receipt.model, &identity.model)
        .field("input", &receipt.input, &identity.input)
        .field("parameters", &receipt.parameters, &identity.parameters)
        .field("mode.asked", &case.mode(), &identity.mode)
        .field(
            "judged_by.policy_version",
            &receipt.judged_by.policy_version,
            &identity.policy_version,
        )
        .field("payment.held", &receipt.payment.held, &identity.max_price)
        .field("deadline", &receipt.deadline, &identity.deadline)
        .field("requested", &receipt.requested, &part.block);
    if let Some(answer) = &case.bundle.answer {
        compared.field("request", &receipt.request, &answer.request).field(
            "attempt",
            &receipt.attempt,
            &answer.attempt,
        );
    }
    Finding::of(
        "request",
        "the request id is the hash of chain, requester, model, input, parameters, mode, policy \
         version, price and deadline, and the receipt has the same of each",
        compared,
    )
}

/// The model's id is the hash of what it is made of, and the owner is its owner.
pub fn model(case: &Case<'_>) -> Finding {
    let Some(model) = &case.model else { return missing("model", "the model") };
    let mut compared = Compare::default();
    compared
        .field("model", &case.receipt.model, &model.artefact.model_id())
        .field("owner", &case.receipt.owner, &model.owner)
        .field("class", &case.receipt.class, &model.class);
    if let Err(error) = model.artefact.validate() {
        compared.differs("model.artefact", error.to_string(), "one that can be registered");
    }
    if model.registered > case.receipt.requested {
        compared.differs(
            "requested",
            case.receipt.requested.to_string(),
            format!("not before the model was registered in {}", model.registered),
        );
    }
    let made_of = match &model.artefact {
        Artefact::Circuit { .. } => "network, quantiser, compiler and circuit",
        Artefact::Text(_) => "name, source and bounds of the text model",
    };
    Finding::of(
        "model",
        format!(
            "the model id is the hash of {made_of}; its owner and class are those of the receipt"
        ),
        compared,
    )
}
