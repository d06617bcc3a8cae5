//! What an enclave signs of an answer that is not on chain.
//!
//! Such an answer is no receipt, and says so: [`STANDING`]. It says what bytes the enclave received,
//! forwarded, got and sent, in the order in which it answered; whether the enclave may be believed
//! says the chain, by [`AnswerStatement::enclave`].
//!
//! Where it stands, to the byte ([`carrier`]): in a whole body as the last member of the object, in a
//! stream as one more chunk before `[DONE]`. Whoever takes exactly that away has the bytes that
//! [`AnswerStatement::sent`] is the SHA-256 of.
//!
//! A stream is also a hash chain over its parts: a part is all up to and including the next blank
//! line ([`carrier::part_end`]), and `h_i = H(h_{i-1}, part_i)` from zero ([`link`]).
//!
//! The functions here are pure. They take the session key from the caller, who has it from proven
//! chain state and never from the answer.

pub mod carrier;

use crate::{
    domain::Domain,
    enclave::{FinishReason, Usage},
    ids::{
        Account, Commitment, ConfigurationId, Digest, EnclaveId, GenesisHash, SessionKey, Signature,
    },
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use core::fmt;
use sp_crypto_hashing::sha2_256;

/// What every signed answer says of itself.
pub const STANDING: &str = "not on chain: no grade";

/// Which of OpenAI's paths was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Face {
    /// `/v1/chat/completions`.
    #[codec(index = 0)]
    ChatCompletions,
    /// `/v1/completions`.
    #[codec(index = 1)]
    Completions,
}

impl Face {
    /// Its path, after the address that clients of OpenAI's interface are given.
    pub const fn path(self) -> &'static str {
        match self {
            Self::ChatCompletions => "/chat/completions",
            Self::Completions => "/completions",
        }
    }
}

/// Whether an answer came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Status {
    /// It did.
    #[codec(index = 0)]
    Complete,
    /// The upstream or the client broke it off; what was sent until then is signed.
    #[codec(index = 1)]
    Aborted,
}

/// The parts of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Parts {
    /// How many were sent.
    pub count: u64,
    /// The head of the hash chain over them; zero if there is none.
    pub head: Digest,
}

impl Parts {
    /// These parts and one more.
    pub fn with(self, part: &[u8]) -> Self {
        Self { count: self.count.saturating_add(1), head: link(self.head, part) }
    }

    /// The parts of `bytes`. What is after the last blank line is a part of its own.
    pub fn of(mut bytes: &[u8]) -> Self {
        let mut parts = Self::default();
        while !bytes.is_empty() {
            let end = carrier::part_end(bytes).unwrap_or(bytes.len());
            let Some((part, rest)) = bytes.split_at_checked(end) else { break };
            parts = parts.with(part);
            bytes = rest;
        }
        parts
    }
}

/// The link of `part` after `previous`.
pub fn link(previous: Digest, part: &[u8]) -> Digest {
    Digest(Domain::StreamPart.hash(&(previous, part)))
}

/// Why one choice of an answer ended, as the upstream says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChoiceEnd {
    /// The choice's index.
    pub index: u32,
    /// Why it ended.
    pub finish: FinishReason,
}

/// All that is signed. Digests are SHA-256 over bytes exactly as they were on the wire, without
/// their transfer coding.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct AnswerStatement {
    /// The chain on which the enclave is registered.
    pub genesis: GenesisHash,
    /// The provider that it works for.
    pub provider: Account,
    /// The enclave.
    pub enclave: EnclaveId,
    /// What it was set up with.
    pub configuration: ConfigurationId,
    /// The name that the enclave gave this answer.
    pub id: String,
    /// The name that the upstream gave it, if any.
    pub upstream_id: Option<String>,
    /// Which path was asked.
    pub face: Face,
    /// Of the request's body as it came.
    pub received: Digest,
    /// Of the request's body as it went to the upstream.
    pub forwarded: Digest,
    /// Of the upstream's body as it came; of a stream what is before its `[DONE]`.
    pub got: Digest,
    /// Of the body as it was sent, without the signed answer in it; of a stream all its parts.
    pub sent: Digest,
    /// The parts of a stream; none of a whole body.
    pub stream: Option<Parts>,
    /// The model that was asked for.
    pub model_asked: String,
    /// The model that the upstream named.
    pub model_named: Option<String>,
    /// SHA-256 of the network, where it ran inside the enclave.
    pub network: Option<Digest>,
    /// The commitment to the parameters that were forwarded: all members of the request but the
    /// model and what is to be answered.
    pub parameters: Commitment,
    /// Why each choice ended, in the order of their indexes; one that did not end is not among them.
    pub finish: Vec<ChoiceEnd>,
    /// What was used, as the upstream says; none if it says nothing.
    pub usage: Option<Usage>,
    /// When it began, in milliseconds since 1970 by the host's clock.
    pub started: u64,
    /// When it ended, likewise.
    pub finished: u64,
    /// Its number among the answers of this enclave's keys, from 0.
    pub sequence: u64,
    /// The head of the hash chain over the answers before it; zero for the first.
    pub previous: Digest,
    /// Whether it came to its end.
    pub status: Status,
}

impl AnswerStatement {
    /// The hash that the session key signs, which is also the link of the hash chain.
    pub fn signing_hash(&self) -> [u8; 32] {
        Domain::SignedAnswer.hash(self)
    }
}

/// Says [`STANDING`], in every form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Ungraded;

#[cfg(feature = "serde")]
impl serde::Serialize for Ungraded {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(STANDING)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Ungraded {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)? {
            text if text == STANDING => Ok(Self),
            _ => Err(serde::de::Error::custom("a signed answer says that it has no grade")),
        }
    }
}

/// A statement and the session key's word for it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct SignedAnswer {
    /// That it is no receipt.
    pub standing: Ungraded,
    /// What is signed.
    pub statement: AnswerStatement,
    /// Who says so: a hint for where to look, and nothing that proves anything.
    pub session_key: SessionKey,
    /// An Ed25519 signature over [`AnswerStatement::signing_hash`].
    pub signature: Signature,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no signed answer where it should be.
    Missing,
    /// It is not of the enclave that was asked for.
    Key,
    /// The signature does not verify.
    Signature,
    /// The request's bytes are others.
    Request,
    /// The answer's bytes are others.
    Response,
    /// The answer's parts are others, more or fewer.
    Parts,
    /// A stream has another chunk than that of its signed answer, or something after it.
    Carrier,
    /// It was broken off.
    Aborted,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "there is no signed answer",
            Self::Key => "it is not signed by this enclave",
            Self::Signature => "the signature does not verify",
            Self::Request => "the request is not the one that the enclave received",
            Self::Response => "the answer is not the one that the enclave sent",
            Self::Parts => "the stream's parts are not those that the enclave sent",
            Self::Carrier => "the chunk of the signed answer was altered, or something follows it",
            Self::Aborted => "the answer was broken off",
        })
    }
}

impl core::error::Error for Fault {}

impl SignedAnswer {
    /// Checks who signed: `key` is the one that the caller trusts, `verify` an Ed25519 signature
    /// check (ZIP-215, as the chain's) over a hash.
    ///
    /// # Errors
    /// [`Fault::Key`], [`Fault::Signature`].
    pub fn check_signature(
        &self,
        key: SessionKey,
        verify: impl FnOnce(&SessionKey, &[u8; 32], &Signature) -> bool,
    ) -> Result<(), Fault> {
        if self.session_key != key {
            return Err(Fault::Key);
        }
        match verify(&key, &self.statement.signing_hash(), &self.signature) {
            true => Ok(()),
            false => Err(Fault::Signature),
        }
    }

    /// Checks that `request` is the body that the enclave received.
    ///
    /// # Errors
    /// [`Fault::Request`].
    pub fn check_request(&self, request: &[u8]) -> Result<(), Fault> {
        match Digest(sha2_256(request)) == self.statement.received {
            true => Ok(()),
            false => Err(Fault::Request),
        }
    }

    /// Checks that `body`, as it came and with the signed answer in it, is what the enclave sent.
    /// Gives the body without it.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn check_body(&self, body: &[u8]) -> Result<Vec<u8>, Fault> {
        let (signed, _) = carrier::open_body(body).ok_or(Fault::Missing)?;
        if Digest(sha2_256(&signed)) != self.statement.sent || self.statement.stream.is_some() {
            return Err(Fault::Response);
        }
        match self.statement.status {
            Status::Complete => Ok(signed),
            Status::Aborted => Err(Fault::Aborted),
        }
    }

    /// Checks that `stream`, as it came and to its end, is what the enclave sent, with the chunk of
    /// the signed answer and nothing after it but `[DONE]`. Gives what is before that chunk.
    ///
    /// # Errors
    /// [`Fault`]; [`Fault::Aborted`] where all else is right.
    pub fn check_stream<'a>(&self, stream: &'a [u8]) -> Result<&'a [u8], Fault> {
        let opened = carrier::open_stream(stream).ok_or(Fault::Missing)?;
        let sent = Some(Parts::of(opened.signed));
        if Digest(sha2_256(opened.signed)) != self.statement.sent {
            return Err(Fault::Response);
        }
        if sent != self.statement.stream {
            return Err(Fault::Parts);
        }
        if opened.before != carrier::chunk_head(&self.statement) {
            return Err(Fault::Carrier);
        }
        match (self.statement.status, opened.done) {
            (Status::Complete, true) => Ok(opened.signed),
            (Status::Complete, false) => Err(Fault::Carrier),
            (Status::Aborted, _) => Err(Fault::Aborted),
        }
    }
}

#[cfg(test)]
mod tests;
