//! The file that holds a receipt with all that an audit needs.
//!
//! Every part that the chain encodes stands in it twice: as SCALE bytes, which count, and as a view,
//! which people read. The audit compares the two.

use crate::error::{Failure, Result};
use codec::{Decode, Encode};
use opg_primitives::{
    enclave::EnclaveRecord,
    evidence::Evidence,
    ids::{
        Account, BlockHash, Commitment, Digest, EncryptionKey, GenesisHash, ReceiptId, RequestId,
        SessionKey,
    },
    mode::Mode,
    model::{ModelVersion, VerifyingKey},
    policy::Rules,
    receipt::{Receipt, Selection},
    reference::ReferenceValue,
    request::{Outcome, Output, PublicBytes, RequestIdentity},
    revocation::{subjects_of, Taint},
    sealed::SealedBytes,
    Attempt, Balance, BlockNumber,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What the file says it is.
pub const MEDIA_TYPE: &str = "application/vnd.opg.receipt-bundle.v1+json";

/// Bytes that print as `0x` and hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("0x{}", hex::encode(&self.0)))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        hex::decode(text.strip_prefix("0x").unwrap_or(&text)).map(Self).map_err(|error| {
            serde::de::Error::custom(format!("bytes are 0x and hexadecimal digits: {error}"))
        })
    }
}

/// A value as the chain encodes it, and for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twice<T> {
    /// The SCALE bytes, which count.
    pub scale: Hex,
    /// The same for people.
    pub view: T,
}

impl<T: Encode + Decode> Twice<T> {
    /// Both forms of `view`.
    pub fn new(view: T) -> Self {
        Self { scale: Hex(view.encode()), view }
    }

    /// What the bytes say; none if they are no such value, or more than one.
    pub fn decode(&self) -> Option<T> {
        let mut bytes = self.scale.0.as_slice();
        T::decode(&mut bytes).ok().filter(|_| bytes.is_empty())
    }
}

/// What was asked, as it stands in the block of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestPart {
    /// All that the request's id is the hash of, gathered without the receipt.
    pub identity: Twice<RequestIdentity>,
    /// The block in which it was made.
    pub block: BlockNumber,
    /// The mode that was asked for, if one was.
    pub asked: Option<Mode>,
    /// The provider that was named, if one was.
    pub named: Option<Account>,
    /// The public input; none of a private request, whose commitment stands in its identity.
    pub input: Option<Hex>,
    /// The parameters.
    pub parameters: Hex,
}

/// What was answered, as it stands in the block of the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerPart {
    /// The request that it was brought for.
    pub request: RequestId,
    /// The attempt that it was brought for.
    pub attempt: Attempt,
    /// The block whose body holds it.
    pub block: BlockNumber,
    /// The output: its bytes or, of a private request, its ciphertext.
    pub output: Hex,
    /// The commitment that came with a ciphertext; none where the output is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Commitment>,
    /// What came with it.
    pub evidence: Twice<Evidence>,
    /// The extrinsic that brought both.
    pub extrinsic: Hex,
    /// Its index in the block.
    pub index: u32,
}

impl AnswerPart {
    /// The output, as it stands on chain; none if it has more bytes than one may have.
    pub fn output(&self) -> Option<Output> {
        let bytes = self.output.0.clone();
        match self.commitment {
            None => PublicBytes::try_from(bytes).ok().map(Output::Public),
            Some(commitment) => SealedBytes::try_from(bytes)
                .ok()
                .map(|ciphertext| Output::Sealed { commitment, ciphertext }),
        }
    }
}

/// The model, as registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelPart {
    /// Its version.
    pub version: Twice<ModelVersion>,
    /// The verifying key that the evidence names, if the mode has one.
    pub key: Option<Twice<VerifyingKey>>,
}

/// The enclave that answered, as the node said that the chain has it at the receipt's block. Nothing in
/// the bundle proves it but that the enclave's id is made of its key, and the measurement's of its
/// registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnclavePart {
    /// The key that signs its answers.
    pub session_key: SessionKey,
    /// The key that private inputs are sealed to. Of no account for a public request; of a private one
    /// nothing opens with another.
    pub encryption_key: EncryptionKey,
    /// What a receipt of that block says of it.
    pub record: Twice<EnclaveRecord>,
    /// What approves its code.
    pub reference: Twice<ReferenceValue>,
    /// What was revoked of what its answers rest on.
    pub revoked: RevokedPart,
}

/// What was revoked of what an answer rests on, as the node said that the chain has it in one block. A
/// receipt is not rewritten when something is revoked: whoever reads it looks here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevokedPart {
    /// The block whose state was asked.
    pub as_of: BlockNumber,
    /// All revocations, those that do not cover the receipt's block too.
    pub all: Twice<Vec<Taint>>,
}

impl RevokedPart {
    /// Those that a receipt of `block` rests on that says this of the enclave. None if the bytes do not
    /// decode, or the state is of an earlier block.
    pub fn covering(&self, enclave: &EnclaveRecord, block: BlockNumber) -> Option<Vec<Taint>> {
        let mut all = self.all.decode().filter(|_| self.as_of >= block)?;
        let subjects = subjects_of(enclave);
        all.retain(|taint| subjects.contains(&taint.subject) && taint.revocation.covers(block));
        Some(all)
    }
}

/// Headers that tie the receipt to blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InclusionPart {
    /// The header of the receipt's block.
    pub header: Hex,
    /// The header of the lease's block, if there was a lease.
    pub lease_header: Option<Hex>,
    /// The ids of all receipts of that block, in their order: the leaves of the root that the header
    /// carries.
    pub receipts: Vec<ReceiptId>,
}

/// What the node said of its own state and events, which nothing in the bundle proves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatePart {
    /// The version of the runtime that executed the receipt's block.
    pub spec_version: u32,
    /// blake2-256 of that runtime's code.
    pub code_hash: Digest,
    /// The version of trust roots and switches at the receipt's block.
    pub trust_version: u32,
    /// Accounts whose part in a ceremony governance recognises.
    pub recognised: Vec<Account>,
    /// The parts of a price that burn and that go to the treasury, in parts per million.
    pub rates: (u32, u32),
    /// What every request burns, in units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub min_burn: Balance,
    /// The lease, as its event tells.
    pub leased: Option<LeasedEvent>,
    /// The block in which the lease was acknowledged.
    pub acknowledged: Option<BlockNumber>,
    /// What the provider's bond answered with in this lease, as its event tells; none if there is
    /// no such event in the receipt's block, and so nothing was taken.
    pub slashed: Option<SlashedEvent>,
    /// The receipt, as its event tells.
    pub written: Option<WrittenEvent>,
}

/// What the event of a lease tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeasedEvent {
    /// Who holds it.
    pub provider: Account,
    /// What it is paid, in units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub price: Balance,
    /// How it came to it.
    pub selection: Selection,
}

/// What the event of a slash tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlashedEvent {
    /// What was taken, in units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub taken: Balance,
    /// Of that, to the requester, in units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub to_harmed: Balance,
}

/// What the event of a receipt tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WrittenEvent {
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// How the lease ended.
    pub outcome: Outcome,
    /// Whether the request ended with it.
    pub terminal: bool,
    /// The provider, and the receipt's number among the provider's.
    pub provider: Option<(Account, u64)>,
}

/// Where the bundle was made. A hint: an auditor brings its own anchor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Anchor {
    /// The chain's name, as its node says.
    pub chain: String,
    /// The node that was asked.
    pub obtained_from: String,
    /// A block that this node called final then.
    pub finalised: (BlockNumber, BlockHash),
}

/// A receipt with all that an audit needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bundle {
    /// [`MEDIA_TYPE`].
    pub media_type: String,
    /// The chain.
    pub genesis: GenesisHash,
    /// The id under which the receipt stands on chain.
    pub receipt_id: ReceiptId,
    /// The receipt.
    pub receipt: Twice<Receipt>,
    /// What was asked.
    pub request: Option<RequestPart>,
    /// What was answered.
    pub answer: Option<AnswerPart>,
    /// The model.
    pub model: Option<ModelPart>,
    /// The enclave that answered, in the mode that has one.
    pub enclave: Option<EnclavePart>,
    /// The rules of the model's class that the receipt was judged by.
    pub policy: Option<Twice<Rules>>,
    /// Headers.
    pub inclusion: Option<InclusionPart>,
    /// What the node said of its state.
    pub state: Option<StatePart>,
    /// Where the bundle was made.
    pub anchor: Option<Anchor>,
}

impl Bundle {
    /// Reads a bundle; `place` names the file in errors.
    pub fn from_json(place: &str, bytes: &[u8]) -> Result<Self> {
        let wrong = |what: String| {
            Failure::data(what)
                .at(place)
                .help("a bundle is what `opg receipt ID --save FILE` writes")
        };
        let value: serde_json::Value = serde_json::from_slice(bytes)
            .map_err(|error| wrong(format!("the file is not JSON: {error}")))?;
        match value.get("mediaType").and_then(serde_json::Value::as_str) {
            Some(MEDIA_TYPE) => {}
            Some(other) => {
                return Err(wrong(format!("the file is a {other:?}, not a {MEDIA_TYPE:?}")))
            }
            None => return Err(wrong("the file is no bundle: it has no mediaType".into())),
        }
        serde_json::from_value(value)
            .map_err(|error| wrong(format!("the bundle cannot be read: {error}")))
    }

    /// The file's content.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let mut json = serde_json::to_vec_pretty(self)
            .map_err(|error| Failure::data(format!("the bundle cannot be written: {error}")))?;
        json.push(b'\n');
        Ok(json)
    }
}
