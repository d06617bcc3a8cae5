//! The worker's key, and what it signs.
//!
//! The file holds `0x` and the 64 digits of an Ed25519 seed, and is readable to its owner alone.

use ed25519_zebra::SigningKey;
use opg_primitives::{
    evidence::SignedAnswer,
    ids::{Account, GenesisHash, Signature, WorkerKey},
    statement::{register_key_hash, Answer},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system refused.
    #[error("the key {} cannot be {what}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is one already; a key is never overwritten.
    #[error("{} is there already; a key is never overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Others can read it.
    #[error("the key {} can be read by others (mode {mode:o}): chmod 600 it", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It holds no seed.
    #[error("the key {} is not 0x and 64 hexadecimal digits", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

/// A worker's key.
pub struct Key(SigningKey);

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> KeyError {
    let path = path.to_owned();
    move |source| KeyError::Io { what, path, source }
}

impl Key {
    /// Makes a key in a new file at `path`, which only its owner can read.
    ///
    /// # Errors
    /// [`KeyError::Exists`], [`KeyError::Io`].
    pub fn create(path: &Path) -> Result<Self, KeyError> {
        let key = SigningKey::new(rand::rngs::OsRng);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file: File = match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(KeyError::Exists { path: path.to_owned() })
            }
            opened => opened.map_err(failed("made", path))?,
        };
        let seed = hex::encode(key.as_bytes());
        file.write_all(format!("0x{seed}\n").as_bytes()).map_err(failed("written", path))?;
        file.sync_all().map_err(failed("written", path))?;
        Ok(Self(key))
    }

    /// Reads the key at `path`.
    ///
    /// # Errors
    /// [`KeyError::Io`], [`KeyError::Open`], [`KeyError::Malformed`].
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let metadata = fs::metadata(path).map_err(failed("read", path))?;
            let mode = metadata.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(KeyError::Open { path: path.to_owned(), mode });
            }
        }
        let text = fs::read_to_string(path).map_err(failed("read", path))?;
        let mut seed = [0; 32];
        text.trim()
            .strip_prefix("0x")
            .filter(|digits| hex::decode_to_slice(digits, &mut seed).is_ok())
            .ok_or_else(|| KeyError::Malformed { path: path.to_owned() })?;
        Ok(Self(SigningKey::from(seed)))
    }

    /// The public key.
    pub fn public(&self) -> WorkerKey {
        WorkerKey(self.0.verification_key().into())
    }

    /// The signature by which this key agrees to be registered to `provider`.
    pub fn sign_registration(&self, genesis: GenesisHash, provider: Account) -> Signature {
        let hash = register_key_hash(genesis, provider, self.public());
        Signature(self.0.sign(&hash).to_bytes())
    }

    /// Signs an answer. Only [`crate::record`] calls it, with answers that are on the disk.
    pub(crate) fn sign_answer(&self, answer: &Answer) -> SignedAnswer {
        let signature = self.0.sign(&answer.signing_hash());
        SignedAnswer { key: self.public(), signature: Signature(signature.to_bytes()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_made_and_only_its_owner_can_read_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("worker.key");
        let made = Key::create(&path).unwrap();
        assert_eq!(Key::load(&path).unwrap().public(), made.public());
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_is_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("worker.key");
        let made = Key::create(&path).unwrap().public();
        assert!(matches!(Key::create(&path), Err(KeyError::Exists { .. })));
        assert_eq!(Key::load(&path).unwrap().public(), made);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("worker.key");
        Key::create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Key::load(&path), Err(KeyError::Open { mode: 0o640, .. })));
    }

    #[test]
    fn a_file_that_holds_no_seed_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("worker.key");
        Key::create(&path).unwrap();
        for text in ["", "0x", "0x00", &"00".repeat(32), &format!("0x{}", "zz".repeat(32))] {
            fs::write(&path, text).unwrap();
            assert!(matches!(Key::load(&path), Err(KeyError::Malformed { .. })), "{text}");
        }
    }

    #[test]
    fn a_registration_is_signed_for_one_provider_and_chain() {
        let directory = tempfile::tempdir().unwrap();
        let key = Key::create(&directory.path().join("worker.key")).unwrap();
        let (genesis, provider) = (GenesisHash([1; 32]), Account([2; 32]));
        let signature = key.sign_registration(genesis, provider);
        let verifies = |genesis, provider| {
            ed25519_zebra::VerificationKey::try_from(key.public().0)
                .unwrap()
                .verify(&signature.0.into(), &register_key_hash(genesis, provider, key.public()))
                .is_ok()
        };
        assert!(verifies(genesis, provider));
        assert!(!verifies(GenesisHash([0; 32]), provider));
        assert!(!verifies(genesis, Account([0; 32])));
    }
}
