//! The tags under which anything is hashed or signed.
//!
//! No two kinds of message share one, so that bytes made for one purpose say nothing for another.
//! A tag carries the version of its message's encoding. Pinned by the tests of this module.

use codec::Encode;

/// What a hash or a signature is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// The identity of a request.
    Request,
    /// What an answer is bound to: request, attempt, provider, lease block.
    Binding,
    /// A commitment to an input that no circuit reads.
    Input,
    /// The salt of an output, derived from the input's salt and the request.
    OutputSalt,
    /// A commitment to an output.
    Output,
    /// A commitment to parameters.
    Parameters,
    /// What a worker key signs: its answer.
    Answer,
    /// What a dispatcher key signs to take a lease on.
    Acknowledge,
    /// What a dispatcher key signs to decline a lease.
    Decline,
    /// What a dispatcher key signs to bring a result.
    Submit,
    /// What a provider's worker key signs to be registered by that provider.
    RegisterKey,
    /// The identity of a receipt.
    Receipt,
    /// A leaf of the block's tree of receipts.
    ReceiptLeaf,
    /// An inner node of the block's tree of receipts.
    ReceiptNode,
    /// The identity of a circuit's version.
    Model,
    /// The draw of a provider for a lease.
    Draw,
    /// The digest of an evidence.
    Evidence,
    /// The identity of an offence.
    Offence,
    /// The hash of the rules of a policy version.
    Policy,
    /// What an attestation document is fresh by.
    Challenge,
    /// What an attestation document carries.
    Session,
    /// The identity of an enclave's configuration.
    Configuration,
    /// The identity of an enclave.
    Enclave,
    /// The identity of a measurement under its vendor.
    Measurement,
    /// The identity of a machine.
    Platform,
    /// What a session key signs to answer a request.
    EnclaveAnswer,
    /// What a session key signs of an answer that is not on chain.
    SignedAnswer,
    /// A link of the hash chain over what was streamed.
    StreamPart,
    /// The identity of a text model's version.
    TextModel,
    /// What sampling is seeded by: the binding of an answer.
    Seed,
    /// The purpose of a sealed input.
    SealedInput,
    /// The purpose of a sealed output.
    SealedOutput,
    /// The digest of what was sealed.
    Sealed,
}

impl Domain {
    /// All of them.
    pub const ALL: [Self; 33] = [
        Self::Request,
        Self::Binding,
        Self::Input,
        Self::OutputSalt,
        Self::Output,
        Self::Parameters,
        Self::Answer,
        Self::Acknowledge,
        Self::Decline,
        Self::Submit,
        Self::RegisterKey,
        Self::Receipt,
        Self::ReceiptLeaf,
        Self::ReceiptNode,
        Self::Model,
        Self::Draw,
        Self::Evidence,
        Self::Offence,
        Self::Policy,
        Self::Challenge,
        Self::Session,
        Self::Configuration,
        Self::Enclave,
        Self::Measurement,
        Self::Platform,
        Self::EnclaveAnswer,
        Self::SignedAnswer,
        Self::StreamPart,
        Self::TextModel,
        Self::Seed,
        Self::SealedInput,
        Self::SealedOutput,
        Self::Sealed,
    ];

    /// The tag's bytes.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Request => "opg/request/v1",
            Self::Binding => "opg/binding/v1",
            Self::Input => "opg/input/v1",
            Self::OutputSalt => "opg/output-salt/v1",
            Self::Output => "opg/output/v1",
            Self::Parameters => "opg/parameters/v1",
            Self::Answer => "opg/answer/v1",
            Self::Acknowledge => "opg/acknowledge/v1",
            Self::Decline => "opg/decline/v1",
            Self::Submit => "opg/submit/v1",
            Self::RegisterKey => "opg/register-key/v1",
            Self::Receipt => "opg/receipt/v1",
            Self::ReceiptLeaf => "opg/receipt-leaf/v1",
            Self::ReceiptNode => "opg/receipt-node/v1",
            Self::Model => "opg/model/v1",
            Self::Draw => "opg/draw/v1",
            Self::Evidence => "opg/evidence/v1",
            Self::Offence => "opg/offence/v1",
            Self::Policy => "opg/policy/v1",
            Self::Challenge => "opg/challenge/v1",
            Self::Session => "opg/session/v1",
            Self::Configuration => "opg/configuration/v1",
            Self::Enclave => "opg/enclave/v1",
            Self::Measurement => "opg/measurement/v1",
            Self::Platform => "opg/platform/v1",
            Self::EnclaveAnswer => "opg/enclave-answer/v1",
            Self::SignedAnswer => "opg/signed-answer/v1",
            Self::StreamPart => "opg/stream-part/v1",
            Self::TextModel => "opg/text-model/v1",
            Self::Seed => "opg/seed/v1",
            Self::SealedInput => "opg/sealed-input/v1",
            Self::SealedOutput => "opg/sealed-output/v1",
            Self::Sealed => "opg/sealed/v1",
        }
    }

    /// blake2-256 over the SCALE encoding of the tag and of `message`. The tag is encoded with its
    /// length, so no tag is the beginning of another message.
    pub fn hash(self, message: &impl Encode) -> [u8; 32] {
        (self.tag(), message).using_encoded(sp_crypto_hashing::blake2_256)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_of_message_share_a_tag() {
        let mut tags: Vec<_> = Domain::ALL.iter().map(|domain| domain.tag()).collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), Domain::ALL.len());
    }

    #[test]
    fn the_hash_of_a_tagged_message_is_pinned() {
        let hash = hex::encode(Domain::Request.hash(&(1u32, [2u8; 3])));
        let by_hand = sp_crypto_hashing::blake2_256(b"\x38opg/request/v1\x01\0\0\0\x02\x02\x02");
        assert_eq!(hash, hex::encode(by_hand));
    }

    #[test]
    fn the_same_message_under_two_tags_has_two_hashes() {
        assert_ne!(Domain::Acknowledge.hash(&7u8), Domain::Decline.hash(&7u8));
    }
}
