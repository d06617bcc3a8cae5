//! The signature of an answer in the form that Phala, NEAR AI and others share: over the text
//! `sha256(request):sha256(response)`, each over exact bytes, those of a stream with its last chunk
//! and end mark included.
//!
//! It says less than the signed answer, and is here for who checks that form already.

use super::{service::Service, store::Kept, ApiError};
use crate::report::signing_address;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

/// The form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureForm {
    /// What is signed.
    pub text: String,
    /// The signature, in hexadecimal.
    pub signature: String,
    /// The session key, in hexadecimal.
    pub signing_address: String,
    /// `ed25519`.
    pub signing_algo: String,
    /// `provider_tee` where the model runs inside the enclave that signs; `gateway` where the enclave
    /// forwards, and says nothing of what ran.
    pub signature_kind: String,
}

/// The form of `kept`.
///
/// # Errors
/// 409 of an answer that was broken off: what arrived of it is not known, and there is no signature
/// of this form.
pub fn form(service: &Service, kept: &Kept) -> Result<SignatureForm, ApiError> {
    let wire = kept.wire.ok_or_else(|| {
        let text = "the answer was broken off; /v1/answers has what was signed of it";
        ApiError::new(StatusCode::CONFLICT, "signature_unavailable", text)
    })?;
    let statement = &kept.signed.statement;
    let text = format!("{}:{}", hex::encode(statement.received.0), hex::encode(wire.0));
    let kind = if statement.network.is_some() { "provider_tee" } else { "gateway" };
    Ok(SignatureForm {
        signature: hex::encode(service.signer.sign_text(&text).0),
        text,
        signing_address: signing_address(kept.signed.session_key),
        signing_algo: "ed25519".into(),
        signature_kind: kind.into(),
    })
}
