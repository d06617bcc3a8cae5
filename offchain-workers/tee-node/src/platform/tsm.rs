//! The kernel's own way to a document, the same for TDX and SEV-SNP: configfs-tsm (Linux 6.7).
//!
//! A directory that is made under `report/` has files: what is written to `inblob` is what a read of
//! `outblob` attests. `generation` counts the writes, so that whoever shares an entry can see that
//! another wrote between its own write and its read; then all of it is done again.

use super::{io, Document, PlatformError};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where configfs-tsm is mounted.
pub const ROOT: &str = "/sys/kernel/config/tsm/report";
/// How often it is tried while others write to the same entry.
const TRIES: u32 = 8;

/// The reports of a machine.
#[derive(Clone, Debug)]
pub struct Reports {
    root: PathBuf,
    provider: &'static str,
}

/// An entry, which is removed when it is dropped.
struct Entry(PathBuf);

impl Drop for Entry {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir(&self.0) {
            tracing::warn!(path = %self.0.display(), %error, "a report entry stays behind");
        }
    }
}

impl Entry {
    fn read(&self, name: &str) -> Result<Vec<u8>, PlatformError> {
        let path = self.0.join(name);
        fs::read(&path).map_err(io("cannot be read", &path))
    }

    fn text(&self, name: &str) -> Result<String, PlatformError> {
        Ok(String::from_utf8_lossy(&self.read(name)?).trim().to_owned())
    }

    fn generation(&self) -> Result<u64, PlatformError> {
        let text = self.text("generation")?;
        text.parse().map_err(|_| self.wrong(format!("generation is {text:?}")))
    }

    fn wrong(&self, why: String) -> PlatformError {
        PlatformError::Answer { device: self.0.display().to_string(), why }
    }
}

impl Reports {
    /// The reports of this machine, if their provider is `provider`.
    pub fn new(provider: &'static str) -> Self {
        Self::at(Path::new(ROOT), provider)
    }

    /// The same under another root.
    pub fn at(root: &Path, provider: &'static str) -> Self {
        Self { root: root.to_owned(), provider }
    }

    fn enter(&self) -> Result<Entry, PlatformError> {
        let path = self.root.join(format!("opg-tee-node-{}", std::process::id()));
        match fs::create_dir(&path) {
            // One that was left behind is as good as a new one.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => made.map_err(io("cannot be made (configfs-tsm, Linux 6.7)", &path))?,
        }
        Ok(Entry(path))
    }

    /// Has `report_data` attested.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub fn attest(&self, report_data: &[u8; 64]) -> Result<Document, PlatformError> {
        let entry = self.enter()?;
        let provider = entry.text("provider")?;
        if provider != self.provider {
            let why = format!("the provider is {provider:?}, not {:?}", self.provider);
            return Err(entry.wrong(why));
        }
        let mut before = entry.generation()?;
        for _ in 0..TRIES {
            let inblob = entry.0.join("inblob");
            fs::write(&inblob, report_data).map_err(io("cannot be written", &inblob))?;
            let written = entry.generation()?;
            let bytes = entry.read("outblob")?;
            // Not every provider has it.
            let endorsements = entry.read("auxblob").unwrap_or_default();
            let after = entry.generation()?;
            // This was the only write, and nobody wrote until all was read.
            if before.checked_add(1) == Some(written) && written == after {
                if bytes.is_empty() {
                    return Err(entry.wrong("outblob is empty".into()));
                }
                return Ok(Document { bytes, endorsements });
            }
            before = after;
        }
        Err(PlatformError::Contended { path: entry.0.clone() })
    }
}
