//! The session that a document attests, and the registration that goes to the chain.

use crate::{
    platform::{Platform, PlatformError, Request},
    signer::Signer,
    standing::Standing,
};
use opg_primitives::{
    attestation::{challenge, Configuration, DocumentBytes, Session, MAX_DOCUMENT_BYTES},
    ids::Digest,
    names::Address,
    registration::{Registration, MAX_ENDORSEMENT_BYTES, VERSION},
    BlockNumber,
};
use opg_worker_api::BlockRef;
use std::{
    fs,
    path::Path,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

/// Why there is no registration.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The platform gave no document.
    #[error("no attestation document: {0}")]
    Platform(#[from] PlatformError),
    /// What it gave is more than the chain takes.
    #[error("the {what} has {bytes} bytes; at most {most} are taken")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: u32,
    },
    /// There was no session yet.
    #[error("there is no session yet: the chain's node has not answered")]
    None,
}

/// What an enclave is set up with, beside its keys.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Where clients reach it; empty if they do not.
    pub endpoint: Address,
    /// SHA-256 of the public key that its TLS ends with; none if TLS does not end inside.
    pub tls_key: Option<Digest>,
    /// What decides what its answers mean.
    pub configuration: Configuration,
}

/// Has documents made for the keys of one run.
pub struct Attester {
    platform: Box<dyn Platform>,
    signer: Arc<Signer>,
    setting: Setting,
    newest: RwLock<Option<Arc<Registration>>>,
    since: OnceLock<BlockNumber>,
    standing: RwLock<Arc<Standing>>,
}

impl Attester {
    /// An attester without a session yet. That its keys may answer is taken for granted, until
    /// [`Attester::note_standing`] says otherwise.
    pub fn new(platform: Box<dyn Platform>, signer: Arc<Signer>, setting: Setting) -> Self {
        let (newest, since) = (RwLock::default(), OnceLock::new());
        let standing = RwLock::new(Arc::new(Standing::Granted));
        Self { platform, signer, setting, newest, since, standing }
    }

    /// The platform.
    pub fn platform(&self) -> &dyn Platform {
        &*self.platform
    }

    /// The keys that it is for.
    pub fn signer(&self) -> &Arc<Signer> {
        &self.signer
    }

    /// What the enclave was set up with.
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// The newest registration.
    pub fn newest(&self) -> Option<Arc<Registration>> {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The block of the first session. These keys were not on chain before it.
    pub fn since(&self) -> Option<BlockNumber> {
        self.since.get().copied()
    }

    /// How the chain has these keys, as far as is known.
    pub fn standing(&self) -> Arc<Standing> {
        self.standing.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes how the chain has these keys.
    pub fn note_standing(&self, standing: Standing) {
        *self.standing.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(standing);
    }

    /// Has a document made that is younger than `block`, for the same keys. Blocks.
    ///
    /// # Errors
    /// [`SessionError`]; the registration before it stands then.
    pub fn renew(&self, block: BlockRef) -> Result<Arc<Registration>, SessionError> {
        let (genesis, provider) = (self.signer.genesis(), self.signer.provider());
        let session = Session {
            genesis,
            provider,
            challenge: challenge(genesis, provider, block.number, block.hash),
            session_key: self.signer.session_key(),
            encryption_key: self.signer.encryption_key(),
            tls_key: self.setting.tls_key,
            endpoint: self.setting.endpoint.clone(),
            configuration: self.setting.configuration.id(),
            answered: self.signer.answered(),
        };
        let made = self.platform.attest(&Request {
            report_data: &session.report_data(),
            nonce: &session.challenge.0,
            public_key: &session.session_key.0,
        })?;
        let registration = Arc::new(Registration {
            version: VERSION,
            platform: self.platform.name().into(),
            format: self.platform.format(),
            block_number: block.number,
            block_hash: block.hash,
            enclave: session.enclave(),
            session,
            configuration: self.setting.configuration.clone(),
            document: bounded("document", made.bytes, MAX_DOCUMENT_BYTES)?,
            endorsements: bounded("endorsements", made.endorsements, MAX_ENDORSEMENT_BYTES)?,
        });
        // The first one stands.
        let _ = self.since.set(block.number);
        *self.newest.write().unwrap_or_else(PoisonError::into_inner) = Some(registration.clone());
        Ok(registration)
    }

    /// Has a document made of the newest session that also holds `nonce`, for a client that wants
    /// one of now. It cannot be registered: where a format has no place for a nonce, its SHA-256 is
    /// in the second half of the report data, which is zero in a registration. Blocks.
    ///
    /// # Errors
    /// [`SessionError`].
    pub fn report(&self, nonce: &[u8]) -> Result<DocumentBytes, SessionError> {
        let newest = self.newest().ok_or(SessionError::None)?;
        let mut report_data = newest.session.report_data();
        let (_, room) = report_data.split_at_mut(32);
        room.copy_from_slice(&sp_crypto_hashing::sha2_256(nonce));
        let public_key = &newest.session.session_key.0;
        let request = Request { report_data: &report_data, nonce, public_key };
        bounded("document", self.platform.attest(&request)?.bytes, MAX_DOCUMENT_BYTES)
    }
}

/// `bytes` within its bound.
fn bounded<T: TryFrom<Vec<u8>>>(
    what: &'static str,
    bytes: Vec<u8>,
    most: u32,
) -> Result<T, SessionError> {
    let length = bytes.len();
    bytes.try_into().map_err(|_| SessionError::TooLarge { what, bytes: length, most })
}

/// Writes `registration` to `file`, whole or not at all. Blocks on the disk.
///
/// # Errors
/// What the file system says.
pub fn write(registration: &Registration, file: &Path) -> std::io::Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, serde_json::to_vec_pretty(registration)?)?;
    fs::rename(&new, file)
}
