//! A bundle, decoded once.

use super::bundle::{Bundle, Twice};
use codec::{Decode, Encode};
use opg_primitives::{
    enclave::EnclaveContext,
    evidence::Evidence,
    ids::Binding,
    mode::Mode,
    model::{ModelVersion, VerifyingKey},
    policy::Rules,
    receipt::{Appraised, LeaseRecord, Receipt},
    reference::ReferenceValue,
    request::RequestIdentity,
    statement,
};

/// What the bytes of a bundle say. What cannot be decoded is none, and found so by the first check.
pub(super) struct Case<'a> {
    pub bundle: &'a Bundle,
    pub receipt: Receipt,
    pub evidence: Option<Evidence>,
    pub model: Option<ModelVersion>,
    pub key: Option<VerifyingKey>,
    pub rules: Option<Rules>,
    pub identity: Option<RequestIdentity>,
    pub enclave: Option<EnclaveContext>,
    pub reference: Option<ReferenceValue>,
}

fn decode<T: Encode + Decode>(part: Option<&Twice<T>>) -> Option<T> {
    part.and_then(Twice::decode)
}

/// What the runtime knew of the enclave, if the chain's state is as the node said.
fn enclave(bundle: &Bundle) -> Option<EnclaveContext> {
    let part = bundle.enclave.as_ref()?;
    let ReferenceValue { vouches, prepares_input, seeded_by_lease, .. } =
        part.reference.decode()?;
    Some(EnclaveContext {
        session_key: part.session_key,
        vouches,
        prepares_input,
        seeded_by_lease,
        record: part.record.decode()?,
    })
}

impl<'a> Case<'a> {
    pub fn open(bundle: &'a Bundle) -> Self {
        Self {
            bundle,
            // Whoever reads the view of a receipt whose bytes are unreadable is told by `views`.
            receipt: bundle.receipt.decode().unwrap_or_else(|| bundle.receipt.view.clone()),
            evidence: decode(bundle.answer.as_ref().map(|answer| &answer.evidence)),
            model: decode(bundle.model.as_ref().map(|model| &model.version)),
            key: decode(bundle.model.as_ref().and_then(|model| model.key.as_ref())),
            rules: decode(bundle.policy.as_ref()),
            identity: decode(bundle.request.as_ref().map(|request| &request.identity)),
            enclave: enclave(bundle),
            reference: decode(bundle.enclave.as_ref().map(|enclave| &enclave.reference)),
        }
    }

    pub fn lease(&self) -> Option<&LeaseRecord> {
        self.receipt.lease.as_ref()
    }

    pub fn appraised(&self) -> Option<&Appraised> {
        self.receipt.appraised.as_ref()
    }

    /// The mode of the request: asked for, or the default.
    pub fn mode(&self) -> Mode {
        self.receipt.mode.asked.unwrap_or(self.receipt.mode.default)
    }

    /// What an answer of this lease is bound to.
    pub fn binding(&self) -> Option<Binding> {
        let receipt = &self.receipt;
        self.lease().map(|lease| {
            statement::binding(
                self.bundle.genesis,
                receipt.request,
                receipt.attempt,
                lease.provider,
                lease.lease_block.1,
            )
        })
    }
}
