//! What an enclave hands to its operator, who registers it on chain.
//!
//! It holds all that the chain asks for, and no secret. Whoever reads it can recompute what belongs
//! together ([`Registration::check`]); whether the document is genuine, its verifier says.

use crate::{
    attestation::{challenge, AttestationFormat, Configuration, DocumentBytes, Session},
    ids::{BlockHash, EnclaveId},
    BlockNumber,
};
use alloc::string::String;
use bounded_collections::{BoundedVec, ConstU32};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The version of this form.
pub const VERSION: u32 = 1;
/// The most bytes of the endorsements that a platform hands out with its document.
pub const MAX_ENDORSEMENT_BYTES: u32 = 32 * 1024;

/// An enclave as it is registered, or renewed under a fresh document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The version of this form, [`VERSION`].
    pub version: u32,
    /// What the node calls the platform that it runs on, for people.
    pub platform: String,
    /// The format of the document.
    pub format: AttestationFormat,
    /// The number of the block that the document is younger than.
    pub block_number: BlockNumber,
    /// The hash of that block.
    pub block_hash: BlockHash,
    /// The enclave, which outlives a renewal.
    pub enclave: EnclaveId,
    /// What the document attests.
    pub session: Session,
    /// What the enclave was set up with.
    pub configuration: Configuration,
    /// The document.
    #[serde(with = "crate::text::hex_bytes")]
    pub document: DocumentBytes,
    /// What the platform handed out with it, such as its certificates; empty if nothing.
    #[serde(with = "crate::text::hex_bytes")]
    pub endorsements: BoundedVec<u8, ConstU32<MAX_ENDORSEMENT_BYTES>>,
}

/// What of a registration does not belong to the rest of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It is of another version.
    Version,
    /// The challenge is not that of this chain, provider and block.
    Challenge,
    /// The configuration is not the one that the session names.
    Configuration,
    /// The enclave is not the one of the session's keys.
    Enclave,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "it is of another version",
            Self::Challenge => "the challenge is not that of this chain, provider and block",
            Self::Configuration => "the configuration is not the one that the session names",
            Self::Enclave => "the enclave is not that of the session's keys",
        })
    }
}

impl core::error::Error for Mismatch {}

impl Registration {
    /// Recomputes what can be without a verifier.
    ///
    /// # Errors
    /// [`Mismatch`].
    pub fn check(&self) -> Result<(), Mismatch> {
        if self.version != VERSION {
            return Err(Mismatch::Version);
        }
        let Session { genesis, provider, .. } = self.session;
        let fresh_by = challenge(genesis, provider, self.block_number, self.block_hash);
        if fresh_by != self.session.challenge {
            return Err(Mismatch::Challenge);
        }
        if self.configuration.id() != self.session.configuration {
            return Err(Mismatch::Configuration);
        }
        if self.session.enclave() != self.enclave {
            return Err(Mismatch::Enclave);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        attestation::Counter,
        ids::{Account, EncryptionKey, GenesisHash, SessionKey},
        names::Address,
    };

    fn registration() -> Registration {
        let (genesis, provider) = (GenesisHash([1; 32]), Account([2; 32]));
        let block_hash = BlockHash([3; 32]);
        let configuration = Configuration {
            schema: 1,
            models: Default::default(),
            upstream: None,
            payee: provider,
            rewriting: None,
        };
        let session = Session {
            genesis,
            provider,
            challenge: challenge(genesis, provider, 7, block_hash),
            session_key: SessionKey([4; 32]),
            encryption_key: EncryptionKey([5; 32]),
            tls_key: None,
            endpoint: Address::default(),
            configuration: configuration.id(),
            answered: Counter::default(),
        };
        Registration {
            version: VERSION,
            platform: "a test".into(),
            format: AttestationFormat::Nitro,
            block_number: 7,
            block_hash,
            enclave: session.enclave(),
            session,
            configuration,
            document: DocumentBytes::truncate_from(alloc::vec![1, 2]),
            endorsements: Default::default(),
        }
    }

    #[test]
    fn a_registration_is_read_as_it_was_written() {
        let json = serde_json::to_string(&registration()).unwrap();
        assert_eq!(serde_json::from_str::<Registration>(&json).unwrap(), registration());
        assert_eq!(registration().check(), Ok(()));
    }

    #[test]
    fn what_does_not_belong_together_is_named() {
        type Case = (fn(&mut Registration), Mismatch);
        let cases: [Case; 5] = [
            (|it| it.version = 0, Mismatch::Version),
            (|it| it.block_number = 8, Mismatch::Challenge),
            (|it| it.block_hash.0[0] ^= 1, Mismatch::Challenge),
            (|it| it.configuration.schema = 2, Mismatch::Configuration),
            (|it| it.session.session_key.0[0] ^= 1, Mismatch::Enclave),
        ];
        for (alter, mismatch) in cases {
            let mut other = registration();
            alter(&mut other);
            assert_eq!(other.check(), Err(mismatch));
        }
    }
}
