//! What is committed to, bound and signed.
//!
//! Every message starts with its own tag ([`crate::domain`]) and holds the genesis hash and the
//! request, so that nothing made for one chain, request, attempt or provider serves another.

use crate::{
    domain::Domain,
    ids::{
        Account, Binding, BlockHash, Commitment, Digest, GenesisHash, ModelId, OffenceId,
        RequestId, WorkerKey,
    },
    policy::PolicyVersion,
    request::{DeclineReason, Output},
    Attempt, CircuitInterface,
};
use codec::{Decode, Encode};
use opg_zkml_statement::StatementError;
use scale_info::TypeInfo;

/// The salt of a public input: none.
pub const NO_SALT: [u8; 32] = [0; 32];

/// The commitment to an input: Poseidon over tag, shape, length, salt and packed elements, so that
/// a circuit can open it.
///
/// `salt` is 32 random bytes, never reused; [`NO_SALT`] where the input is public. `input` is the
/// quantised input, one byte an element. Fails where `input` does not fit the interface.
pub fn commit_input(
    interface: &CircuitInterface,
    salt: [u8; 32],
    input: &[u8],
) -> Result<Commitment, StatementError> {
    opg_zkml_statement::input_commitment(&interface.input, &salt, input).map(Commitment)
}

/// The commitment to an input that no circuit reads: a text. `salt` as in [`commit_input`].
pub fn commit_text(salt: [u8; 32], input: &[u8]) -> Commitment {
    Commitment(Domain::Input.hash(&(salt, input)))
}

/// The salt of a request's output, which whoever holds the input's salt can derive.
pub fn output_salt(input_salt: [u8; 32], request: RequestId) -> [u8; 32] {
    Domain::OutputSalt.hash(&(input_salt, request))
}

/// The commitment to an output. `salt` is that of [`output_salt`].
pub fn commit_output(salt: [u8; 32], output: &[u8]) -> Commitment {
    Commitment(Domain::Output.hash(&(salt, output)))
}

/// The commitment to the parameters of a request, which are public.
pub fn commit_parameters(parameters: &[u8]) -> Commitment {
    Commitment(Domain::Parameters.hash(&parameters))
}

/// What an answer is bound to: this request's this attempt, by this provider, after the block in
/// which it was leased. A circuit takes it as its last public input.
pub fn binding(
    genesis: GenesisHash,
    request: RequestId,
    attempt: Attempt,
    provider: Account,
    lease_block: BlockHash,
) -> Binding {
    Binding(Domain::Binding.hash(&(genesis, request, attempt, provider, lease_block)))
}

/// What sampling is seeded by where it is seeded by the lease: whoever holds the lease cannot choose
/// it, and so not among answers. 31 bits, since every engine takes that many.
pub fn seed(binding: Binding) -> u32 {
    let [a, b, c, d, ..] = Domain::Seed.hash(&binding);
    u32::from_le_bytes([a, b, c, d]) & 0x7fff_ffff
}

/// What a worker says when it answers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Answer {
    /// The chain.
    pub genesis: GenesisHash,
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// The provider that holds the lease.
    pub provider: Account,
    /// The binding, which holds the lease block's hash.
    pub binding: Binding,
    /// The model's version.
    pub model: ModelId,
    /// The policy version of the request.
    pub policy_version: PolicyVersion,
    /// The commitment to the input that was used.
    pub input: Commitment,
    /// The commitment to the parameters that were used.
    pub parameters: Commitment,
    /// The commitment to the output.
    pub output: Commitment,
}

impl Answer {
    /// The hash that the worker key signs.
    pub fn signing_hash(&self) -> [u8; 32] {
        Domain::Answer.hash(self)
    }
}

/// The hash that a dispatcher key signs to take a lease on: the request is final in its view, the
/// bytes are held and match, they fit the model, and the price is accepted.
pub fn acknowledge_hash(genesis: GenesisHash, request: RequestId, attempt: Attempt) -> [u8; 32] {
    Domain::Acknowledge.hash(&(genesis, request, attempt))
}

/// The hash that a dispatcher key signs to decline a lease.
pub fn decline_hash(
    genesis: GenesisHash,
    request: RequestId,
    attempt: Attempt,
    reason: DeclineReason,
) -> [u8; 32] {
    Domain::Decline.hash(&(genesis, request, attempt, reason))
}

/// The hash that a dispatcher key signs to bring a result: over the commitment to the output, the
/// digest of its ciphertext if it has one, and the digest of the evidence. So nobody re-randomises a
/// proof or puts another ciphertext in place of the good one on the way, for which the bond would answer.
pub fn submit_hash(
    genesis: GenesisHash,
    request: RequestId,
    attempt: Attempt,
    output: &Output,
    evidence: Digest,
) -> [u8; 32] {
    let (commitment, sealed) = (output.commitment(request), output.sealed_digest());
    Domain::Submit.hash(&(genesis, request, attempt, commitment, sealed, evidence))
}

/// The hash that a worker key signs to be registered to `provider`, so that nobody registers the
/// key of another.
pub fn register_key_hash(genesis: GenesisHash, provider: Account, key: WorkerKey) -> [u8; 32] {
    Domain::RegisterKey.hash(&(genesis, provider, key))
}

/// The offence that can happen in one lease, once.
pub fn offence_id(request: RequestId, attempt: Attempt) -> OffenceId {
    OffenceId(Domain::Offence.hash(&(request, attempt)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answer {
        Answer {
            genesis: GenesisHash([1; 32]),
            request: RequestId([2; 32]),
            attempt: 0,
            provider: Account([3; 32]),
            binding: Binding([4; 32]),
            model: ModelId([5; 32]),
            policy_version: 6,
            input: Commitment([7; 32]),
            parameters: Commitment([8; 32]),
            output: Commitment([9; 32]),
        }
    }

    #[test]
    fn every_field_of_an_answer_changes_what_is_signed() {
        let signed = answer().signing_hash();
        let altered: [fn(&mut Answer); 10] = [
            |a| a.genesis.0[0] ^= 1,
            |a| a.request.0[0] ^= 1,
            |a| a.attempt = 1,
            |a| a.provider.0[0] ^= 1,
            |a| a.binding.0[0] ^= 1,
            |a| a.model.0[0] ^= 1,
            |a| a.policy_version = 7,
            |a| a.input.0[0] ^= 1,
            |a| a.parameters.0[0] ^= 1,
            |a| a.output.0[0] ^= 1,
        ];
        for alter in altered {
            let mut other = answer();
            alter(&mut other);
            assert_ne!(other.signing_hash(), signed);
        }
    }

    #[test]
    fn every_part_of_a_binding_changes_it() {
        let of = |genesis, request, attempt, provider, block| {
            binding(
                GenesisHash([genesis; 32]),
                RequestId([request; 32]),
                attempt,
                Account([provider; 32]),
                BlockHash([block; 32]),
            )
        };
        let bound = of(1, 2, 3, 4, 5);
        for other in [
            of(0, 2, 3, 4, 5),
            of(1, 0, 3, 4, 5),
            of(1, 2, 0, 4, 5),
            of(1, 2, 3, 0, 5),
            of(1, 2, 3, 4, 0),
        ] {
            assert_ne!(other, bound);
        }
    }

    #[test]
    fn a_seed_follows_from_the_binding_and_has_31_bits() {
        let hash =
            sp_crypto_hashing::blake2_256(&[b"\x2copg/seed/v1".as_slice(), &[4; 32]].concat());
        let expected = u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]) & (u32::MAX >> 1);
        assert_eq!(seed(Binding([4; 32])), expected);
        assert!((0..=255).all(|n| seed(Binding([n; 32])) <= u32::MAX >> 1));
        assert_ne!(seed(Binding([1; 32])), seed(Binding([2; 32])));
    }

    #[test]
    fn a_submission_is_signed_over_output_ciphertext_and_evidence() {
        let sealed = |commitment, byte: u8| Output::Sealed {
            commitment: Commitment([commitment; 32]),
            ciphertext: vec![byte; 3].try_into().unwrap(),
        };
        let of = |output: Output, evidence| {
            let (genesis, request) = (GenesisHash([1; 32]), RequestId([2; 32]));
            submit_hash(genesis, request, 0, &output, Digest([evidence; 32]))
        };
        let public = |byte: u8| Output::Public(vec![byte].try_into().unwrap());
        assert_ne!(of(public(1), 3), of(public(2), 3));
        assert_ne!(of(public(1), 3), of(public(1), 4));
        let signed = of(sealed(1, 2), 3);
        for other in [of(sealed(0, 2), 3), of(sealed(1, 0), 3), of(sealed(1, 2), 0)] {
            assert_ne!(other, signed);
        }
    }

    #[test]
    fn the_same_answer_has_two_commitments_under_two_salts() {
        let salted = |salt| commit_output(output_salt([salt; 32], RequestId([1; 32])), b"42");
        assert_ne!(salted(0), salted(1));
    }

    #[test]
    fn the_encodings_are_pinned() {
        assert_eq!(
            hex::encode(answer().signing_hash()),
            hex::encode(sp_crypto_hashing::blake2_256(
                &[
                    b"\x34opg/answer/v1".as_slice(),
                    &[1; 32],
                    &[2; 32],
                    &[0],
                    &[3; 32],
                    &[4; 32],
                    &[5; 32],
                    &[6, 0, 0, 0],
                    &[7; 32],
                    &[8; 32],
                    &[9; 32],
                ]
                .concat()
            ))
        );
    }
}
