//! A directory with one file for each job, each written whole or not at all.
//!
//! A file's first line is a tag and the blake2-256 digest of the rest, which is JSON. It is written
//! under another name, flushed to the disk, and renamed; then the directory is flushed. So a crash at
//! any moment leaves the old content or the new one.
//!
//! A file that does not hold what was written stops the program: it may be the only trace of what was
//! signed. An empty file that ends in `.void` in its place gives a job up for good.

use crate::JobKey;
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// What the first line of a record begins with.
const TAG: &str = "opg-journal/v1";
/// The most bytes of a record: a job and its result, with room.
const MAX_RECORD_BYTES: u64 = 256 * 1024;
/// The file that a process locks while it has the journal.
const LOCK: &str = "lock";

/// What went wrong, and with which file.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("the journal's {} cannot be {what}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has the journal.
    #[error("the journal {} is in use by another process; give each process its own", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// A file does not hold what was written.
    #[error(
        "the journal's {} is damaged: {why}. It may be the only trace of an answer that was given: \
         restore it, or, to give this job up for good, put an empty file `{}` in its place",
        path.display(), void.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
        /// The file to put in its place.
        void: PathBuf,
    },
    /// There is a file that is none of the journal's.
    #[error("the journal holds {}, which is not one of its files; move it away", path.display())]
    Stranger {
        /// The file.
        path: PathBuf,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<R> {
    updated: u64,
    record: R,
}

/// The journal as it was found.
#[derive(Debug)]
pub struct Opened<R> {
    /// The journal.
    pub journal: Journal,
    /// Its records, and when each was written, in seconds since 1970.
    pub records: BTreeMap<JobKey, (u64, R)>,
    /// Jobs that were given up.
    pub void: BTreeSet<JobKey>,
}

/// A journal. Its directory is this process's alone.
#[derive(Debug)]
pub struct Journal {
    directory: PathBuf,
    _lock: File,
}

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> JournalError {
    let path = path.to_owned();
    move |source| JournalError::Io { what, path, source }
}

/// Seconds since 1970 by this machine's clock.
pub fn now() -> u64 {
    now_ms() / 1000
}

/// Milliseconds since 1970 by this machine's clock.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

impl Journal {
    /// Opens the journal in `directory`, which is made if it is not there, and reads all of it.
    ///
    /// # Errors
    /// [`JournalError`]; a damaged record is one.
    pub fn open<R: DeserializeOwned>(directory: &Path) -> Result<Opened<R>, JournalError> {
        fs::create_dir_all(directory).map_err(failed("made", directory))?;
        let lock_path = directory.join(LOCK);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(failed("opened", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(JournalError::InUse { path: directory.to_owned() })
            }
            Err(TryLockError::Error(source)) => return Err(failed("locked", &lock_path)(source)),
        }
        let (mut records, mut void) = (BTreeMap::new(), BTreeSet::new());
        for entry in fs::read_dir(directory).map_err(failed("listed", directory))? {
            let path = entry.map_err(failed("listed", directory))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name == LOCK {
                continue;
            }
            if name.ends_with(".new") {
                // A write that a crash cut off: the record itself, if there is one, is whole.
                fs::remove_file(&path).map_err(failed("removed", &path))?;
                continue;
            }
            let stranger = || JournalError::Stranger { path: path.clone() };
            let (stem, ending) = name.rsplit_once('.').ok_or_else(stranger)?;
            let (request, attempt) = stem.rsplit_once('-').ok_or_else(stranger)?;
            let key = JobKey::parse(request, attempt).map_err(|_| stranger())?;
            match ending {
                "json" => {
                    let Envelope { updated, record } = read(&path)?;
                    records.insert(key, (updated, record));
                }
                "void" => {
                    void.insert(key);
                }
                _ => return Err(stranger()),
            }
        }
        // Given up is given up, whatever else is there.
        records.retain(|key, _| !void.contains(key));
        let journal = Self { directory: directory.to_owned(), _lock: lock };
        Ok(Opened { journal, records, void })
    }

    fn path(&self, key: JobKey, ending: &str) -> PathBuf {
        self.directory.join(format!("{}-{}.{ending}", key.request, key.attempt))
    }

    /// Writes the record of `key`. When this returns, it is on the disk.
    ///
    /// # Errors
    /// [`JournalError::Io`]; the old record stands then.
    pub fn write<R: Serialize>(&self, key: JobKey, record: &R) -> Result<u64, JournalError> {
        let (path, new) = (self.path(key, "json"), self.path(key, "new"));
        let updated = now();
        let json = serde_json::to_vec(&Envelope { updated, record })
            .map_err(|error| failed("written", &path)(error.into()))?;
        let digest = hex::encode(sp_crypto_hashing::blake2_256(&json));
        let write = || -> io::Result<()> {
            let mut file = File::create(&new)?;
            file.write_all(format!("{TAG} {digest}\n").as_bytes())?;
            file.write_all(&json)?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            // The rename is on the disk once the directory is.
            File::open(&self.directory)?.sync_all()
        };
        write().map_err(failed("written", &path))?;
        Ok(updated)
    }

    /// Removes the record of `key`.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn remove(&self, key: JobKey) -> Result<(), JournalError> {
        let path = self.path(key, "json");
        fs::remove_file(&path).map_err(failed("removed", &path))
    }
}

fn read<R: DeserializeOwned>(path: &Path) -> Result<Envelope<R>, JournalError> {
    let damaged = |why: String| JournalError::Damaged {
        path: path.to_owned(),
        why,
        void: path.with_extension("void"),
    };
    let length = fs::metadata(path).map_err(failed("read", path))?.len();
    if length > MAX_RECORD_BYTES {
        return Err(damaged(format!("it has {length} bytes, more than any record")));
    }
    let bytes = fs::read(path).map_err(failed("read", path))?;
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (head, json) = end
        .and_then(|end| Some((bytes.get(..end)?, bytes.get(end.checked_add(1)?..)?)))
        .ok_or_else(|| damaged("it has no first line".into()))?;
    let digest = hex::encode(sp_crypto_hashing::blake2_256(json));
    if head != format!("{TAG} {digest}").as_bytes() {
        return Err(damaged("its digest does not match".into()));
    }
    serde_json::from_slice(json).map_err(|error| damaged(format!("not a record: {error}")))
}
