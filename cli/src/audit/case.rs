//! A bundle, decoded once.

use super::bundle::{Bundle, Twice};
use crate::opening::Opening;
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
    request::{Outcome, Output, RequestIdentity},
    sealed::SealedFor,
    statement,
};

/// What the bytes of a bundle say. What cannot be decoded is none, and found so by the first check.
pub(super) struct Case<'a> {
    pub bundle: &'a Bundle,
    /// What only the requester has, if it is at hand.
    pub opening: Option<&'a Opening>,
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
    pub fn open(bundle: &'a Bundle, opening: Option<&'a Opening>) -> Self {
        Self {
            bundle,
            opening,
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

    /// Whether input and output are private: the call that made the request says so, or else the form of
    /// the output that settled. None where neither is at hand.
    pub fn is_private(&self) -> Option<bool> {
        match (&self.bundle.request, &self.bundle.answer) {
            (Some(request), _) => Some(request.input.is_none()),
            (None, Some(answer)) if self.receipt.outcome == Outcome::Settled => {
                Some(answer.commitment.is_some())
            }
            (None, _) => None,
        }
    }

    /// What the input was sealed for, and the output by whom, if the evidence is of this enclave.
    fn sealed_for(&self) -> Option<SealedFor> {
        let enclave = self.bundle.enclave.as_ref()?;
        Some(SealedFor {
            genesis: self.bundle.genesis,
            request: self.receipt.request,
            model: self.receipt.model,
            parameters: self.receipt.parameters,
            attempt: self.receipt.attempt,
            provider: self.lease()?.provider,
            enclave: self.enclave.as_ref()?.record.id,
            key: enclave.encryption_key,
        })
    }

    /// The output in clear; why it is not, if it is there and sealed. None where there is none.
    pub fn output(&self) -> Option<Result<Vec<u8>, String>> {
        let sealed = match self.bundle.answer.as_ref()?.output() {
            None => return Some(Err("it is longer than an output may be".into())),
            Some(Output::Public(bytes)) => return Some(Ok(bytes.into_inner())),
            Some(Output::Sealed { ciphertext, .. }) => ciphertext,
        };
        Some(match (self.opening, self.sealed_for()) {
            (Some(opening), Some(from)) => opening
                .open(&from, &sealed)
                .map(|bytes| bytes.into_inner())
                .map_err(|error| error.to_string()),
            (None, _) => Err("its opening is not at hand".into()),
            (_, None) => Err("the bundle does not hold the enclave that sealed it".into()),
        })
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
