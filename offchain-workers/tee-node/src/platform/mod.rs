//! Where an attestation document comes from, behind one trait.

mod development;
mod nitro;
mod sev_snp;
mod tdx;
pub mod tsm;

pub use development::DevelopmentPlatform;
pub use nitro::NitroPlatform;
pub use sev_snp::SevSnpPlatform;
pub use tdx::TdxPlatform;

use opg_primitives::attestation::AttestationFormat;
use std::path::{Path, PathBuf};

/// What a document is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What it has to carry; a format with less room carries the beginning.
    pub report_data: &'a [u8; 64],
    /// What it is fresh by, where the format has a place for it.
    pub nonce: &'a [u8],
    /// The session key, where the format has a place for it.
    pub public_key: &'a [u8],
}

/// What a platform gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The document.
    pub bytes: Vec<u8>,
    /// What comes with it, such as certificates; empty if nothing does.
    pub endorsements: Vec<u8>,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// The system refused.
    #[error("{}: {what}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// The device or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The device answered otherwise than it should.
    #[error("{device}: {why}")]
    Answer {
        /// The device.
        device: String,
        /// What is wrong.
        why: String,
    },
    /// Others asked at the same time, again and again.
    #[error("{}: others ask at the same time; each node needs a name of its own", path.display())]
    Contended {
        /// The entry.
        path: PathBuf,
    },
}

/// Hardware that vouches for what runs on it.
pub trait Platform: Send + Sync + 'static {
    /// What it is called, in logs and in what is handed out.
    fn name(&self) -> &'static str;
    /// The format of its documents.
    fn format(&self) -> AttestationFormat;
    /// Has a document made. Blocks, for up to some seconds.
    ///
    /// # Errors
    /// [`PlatformError`].
    fn attest(&self, request: &Request<'_>) -> Result<Document, PlatformError>;
}

fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> PlatformError {
    let path = path.to_owned();
    move |source| PlatformError::Io { what, path, source }
}
