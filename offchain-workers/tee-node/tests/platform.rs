//! configfs-tsm, played by a directory whose files are pipes: what a node reads and writes is served
//! in the order in which the kernel would.

use opg_primitives::attestation::AttestationFormat;
use opg_tee_node::platform::{tsm::Reports, Platform, Request, SevSnpPlatform, TdxPlatform};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread::{self, JoinHandle},
};

/// One step of the kernel's side.
enum Step {
    /// A file is read, and holds this.
    Serve(&'static str, &'static [u8]),
    /// `inblob` is written.
    Take,
}
use Step::{Serve, Take};

/// The entry that this process makes under `root`, as pipes; what the node wrote is given back.
fn kernel(root: &Path, steps: Vec<Step>) -> (PathBuf, JoinHandle<Vec<Vec<u8>>>) {
    let entry = root.join(format!("opg-tee-node-{}", std::process::id()));
    fs::create_dir(&entry).unwrap();
    for name in ["provider", "generation", "inblob", "outblob", "auxblob"] {
        assert!(Command::new("mkfifo").arg(entry.join(name)).status().unwrap().success());
    }
    let at = entry.clone();
    let served = thread::spawn(move || {
        let mut written = Vec::new();
        for step in steps {
            match step {
                Serve(name, bytes) => fs::write(at.join(name), bytes).unwrap(),
                Take => written.push(fs::read(at.join("inblob")).unwrap()),
            }
        }
        written
    });
    (entry, served)
}

fn request() -> Request<'static> {
    Request { report_data: &[7; 64], nonce: &[8; 32], public_key: &[9; 32] }
}

#[test]
fn a_report_is_of_what_was_written_and_comes_with_its_certificates() {
    let root = tempfile::tempdir().unwrap();
    let (_, served) = kernel(
        root.path(),
        vec![
            Serve("provider", b"sev_guest\n"),
            Serve("generation", b"4\n"),
            Take,
            Serve("generation", b"5\n"),
            Serve("outblob", b"report"),
            Serve("auxblob", b"certificates"),
            Serve("generation", b"5\n"),
        ],
    );
    let platform = SevSnpPlatform::new(Reports::at(root.path(), SevSnpPlatform::PROVIDER));
    let document = platform.attest(&request()).unwrap();
    assert_eq!(
        (document.bytes, document.endorsements),
        (b"report".to_vec(), b"certificates".to_vec())
    );
    assert_eq!(served.join().unwrap(), [vec![7; 64]]);
    assert_eq!(platform.format(), AttestationFormat::SevSnp);
}

#[test]
fn a_report_that_another_wrote_between_is_asked_for_again() {
    let root = tempfile::tempdir().unwrap();
    let (_, served) = kernel(
        root.path(),
        vec![
            Serve("provider", b"tdx_guest"),
            Serve("generation", b"4"),
            Take,
            Serve("generation", b"5"),
            Serve("outblob", b"another's"),
            Serve("auxblob", b""),
            Serve("generation", b"6"),
            Take,
            Serve("generation", b"7"),
            Serve("outblob", b"quote"),
            Serve("auxblob", b""),
            Serve("generation", b"7"),
        ],
    );
    let platform = TdxPlatform::new(Reports::at(root.path(), TdxPlatform::PROVIDER));
    assert_eq!(platform.attest(&request()).unwrap().bytes, b"quote");
    assert_eq!(served.join().unwrap().len(), 2);
}

#[test]
fn hardware_of_another_vendor_is_named() {
    let root = tempfile::tempdir().unwrap();
    let (_, served) = kernel(root.path(), vec![Serve("provider", b"sev_guest\n")]);
    let platform = TdxPlatform::new(Reports::at(root.path(), TdxPlatform::PROVIDER));
    let error = platform.attest(&request()).unwrap_err().to_string();
    assert!(error.contains("the provider is \"sev_guest\", not \"tdx_guest\""), "{error}");
    served.join().unwrap();
}

#[test]
fn a_machine_without_configfs_tsm_is_told_so() {
    let root = tempfile::tempdir().unwrap();
    let platform = TdxPlatform::new(Reports::at(&root.path().join("none"), TdxPlatform::PROVIDER));
    let error = platform.attest(&request()).unwrap_err().to_string();
    assert!(error.contains("cannot be made (configfs-tsm, Linux 6.7)"), "{error}");
}

#[test]
fn an_entry_that_was_made_is_removed_whatever_happens() {
    let root = tempfile::tempdir().unwrap();
    // An ordinary directory: it has none of the files.
    let platform = TdxPlatform::new(Reports::at(root.path(), TdxPlatform::PROVIDER));
    assert!(platform.attest(&request()).is_err());
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}
