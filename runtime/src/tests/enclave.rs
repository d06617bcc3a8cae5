//! An enclave of the development vendor, as its provider brings it on the chain: what is registered, and
//! the document that vouches for it. A test changes what it is about.

use super::chain::{account, Chain};
use crate::{BlockNumber, Runtime, RuntimeCall, System};
use opg_development_vendor::{nitro, session};
use opg_primitives::{
    attestation::{challenge, Configuration, Counter, Session, Vendor},
    claims::Claim,
    ids::{BlockHash, Digest, EnclaveId, EncryptionKey, GenesisHash, ModelId, SessionKey},
    names::Address,
    reference::{BuildRecipe, ClaimSet, Measurement, ModelBinding, ReferenceValue, Register},
};
use pallet_attestation::{Call, Document, SessionParts};
use sp_core::{ed25519, Pair};
use sp_keyring::Sr25519Keyring;

/// For how many seconds after it was made a document is valid.
pub const DOCUMENT_SECONDS: u64 = nitro::LEAF_SECONDS - nitro::LEAF_HEAD_START;

/// The schema that the code reads its configuration by.
const SCHEMA: u16 = 1;

/// The registers of the code that the development presets' tests approve.
const CODE: [Register; 4] =
    [Register([1; 48]), Register([2; 48]), Register([3; 48]), Register([4; 48])];

/// The time of the last block, in seconds since 1970.
pub fn time(chain: &mut Chain) -> u64 {
    chain.execute(pallet_timestamp::Now::<Runtime>::get) / 1000
}

/// An enclave that is to be registered.
#[derive(Clone)]
pub struct Newcomer {
    /// Whose it is.
    pub provider: Sr25519Keyring,
    /// The session key that it made.
    pub session_key: ed25519::Pair,
    /// The block that its document is fresh by.
    pub challenged: BlockNumber,
    /// What the call says of its session.
    pub parts: SessionParts,
    /// What it was set up with.
    pub configuration: Configuration,
    /// What is measured.
    pub registers: [Register; 4],
    /// When its document is made, in seconds since 1970.
    pub made: u64,
}

impl Newcomer {
    /// An enclave of `provider` for `models`, with the session key of this number, whose document is made
    /// now and is fresh by the newest block whose hash the state holds.
    pub fn new(
        chain: &mut Chain,
        provider: Sr25519Keyring,
        number: u8,
        models: &[ModelId],
    ) -> Self {
        let session_key = ed25519::Pair::from_seed(&[number; 32]);
        Self {
            provider,
            challenged: chain.number() - 1,
            parts: SessionParts {
                session_key: SessionKey(session_key.public().0),
                encryption_key: EncryptionKey([0x80 | number; 32]),
                tls_key: Some(Digest([number; 32])),
                endpoint: Address::try_from("https://enclave.example").expect("it is short"),
                answered: Counter::default(),
            },
            session_key,
            configuration: Configuration {
                schema: SCHEMA,
                models: models.to_vec().try_into().expect("they are few"),
                upstream: None,
                payee: account(provider),
                rewriting: None,
            },
            registers: CODE,
            made: time(chain),
        }
    }

    /// The session that its document has to be of. Within a state.
    pub fn session(&self) -> Session {
        let (genesis, provider) = (GenesisHash(System::block_hash(0u32).0), account(self.provider));
        let hash = BlockHash(System::block_hash(self.challenged).0);
        let fresh_by = challenge(genesis, provider, self.challenged, hash);
        self.parts.clone().session(genesis, provider, fresh_by, &self.configuration)
    }

    /// Its identity. Within a state.
    pub fn id(&self) -> EnclaveId {
        self.session().enclave()
    }

    /// The document of `session`.
    pub fn document_of(&self, session: &Session) -> Document {
        let bytes = session::nitro(session, self.registers, self.made);
        Document::Nitro(bytes.try_into().expect("it has a few kilobytes"))
    }

    /// The document of its session. Within a state.
    pub fn document(&self) -> Document {
        self.document_of(&self.session())
    }

    /// The call that registers it by `document`.
    pub fn call(&self, document: Document) -> RuntimeCall {
        Call::<Runtime>::register {
            document: Box::new(document),
            challenged: self.challenged,
            parts: Box::new(self.parts.clone()),
            configuration: Box::new(self.configuration.clone()),
        }
        .into()
    }

    /// Adds a block in which its provider registers it.
    pub fn register(&self, chain: &mut Chain) {
        let document = chain.execute(|| self.document());
        chain.done(self.provider, vec![self.call(document)]);
    }

    /// An approval of its code for every model, in the blocks from `from` to `until`: it runs the model
    /// inside, and observes all that it says.
    pub fn approval(&self, from: BlockNumber, until: BlockNumber) -> ReferenceValue {
        let [pcr0, pcr1, pcr2, pcr8] = self.registers;
        ReferenceValue {
            vendor: Vendor::Development,
            measurement: Measurement::Nitro { pcr0, pcr1, pcr2, pcr8 },
            built_from: BuildRecipe {
                source: Address::try_from("https://source.example").expect("it is short"),
                revision: Digest([8; 32]),
                recipe: Digest([9; 32]),
            },
            schema: SCHEMA,
            vouches: ClaimSet::of(&Claim::ALL),
            binding: ModelBinding::Loaded,
            model: None,
            prepares_input: true,
            seeded_by_lease: true,
            approved_by: None,
            from,
            until,
        }
    }
}

/// The call that approves as `value` says, for root.
pub fn approve(value: ReferenceValue) -> Call<Runtime> {
    Call::approve { value: Box::new(value) }
}
