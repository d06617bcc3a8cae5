//! What tests of verifiers share: where the vectors of others are, how they are read, how properties are tried. For
//! dev-dependencies alone, so it panics where a file is not as it should be.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

use proptest::test_runner::{Config, FileFailurePersistence};
use std::path::{Path, PathBuf};

/// A folder of the vectors of others, if this machine has them: in what `OPG_VECTORS` names, else beside the project.
pub fn vectors(folder: &str) -> Option<PathBuf> {
    let shared = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let root = std::env::var_os("OPG_VECTORS").map_or_else(shared, PathBuf::from);
    let folder = root.join(folder);
    folder.is_dir().then_some(folder)
}

/// A document that AWS signed.
#[derive(Clone, Debug)]
pub struct AwsDocument {
    /// The file's name.
    pub name: String,
    /// The document.
    pub bytes: Vec<u8>,
    /// Its own time, in Unix seconds.
    pub time: u64,
}

impl AwsDocument {
    /// Whether it is of an enclave in debug mode.
    pub fn is_debug(&self) -> bool {
        self.name.contains("debug")
    }

    fn read(path: &Path) -> Self {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let bytes = read(path);
        // Behind the key stand nine bytes of CBOR: a number of eight bytes.
        let key = b"timestamp\x1b";
        let at = bytes.windows(key.len()).position(|part| part == key).expect("a timestamp");
        let time = bytes[at + key.len()..].first_chunk().expect("the document goes on");
        Self { name, time: u64::from_be_bytes(*time) / 1000, bytes }
    }
}

/// The documents that AWS signed, by their names in order; none if this machine does not have them.
pub fn aws_documents() -> Vec<AwsDocument> {
    let Some(folder) = vectors("nitro") else { return vec![] };
    let entries = folder.read_dir().expect("the folder is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.retain(|path| path.extension() != Some("pem".as_ref()));
    paths.sort();
    paths.iter().map(|path| AwsDocument::read(path)).collect()
}

/// What is in a file.
pub fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The bytes that a text of hexadecimal digits stands for, white space around it aside.
pub fn unhex(text: impl AsRef<[u8]>) -> Vec<u8> {
    hex::decode(text.as_ref().trim_ascii()).expect("hexadecimal digits")
}

/// The DER of each certificate of a PEM text.
pub fn certificates(pem: impl AsRef<[u8]>) -> Vec<Vec<u8>> {
    let blocks = pem::parse_many(pem).expect("PEM");
    blocks.into_iter().map(pem::Pem::into_contents).collect()
}

/// So many cases of a property; what failed once is kept beside the test and tried first.
pub fn cases(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..Config::default()
    }
}
