//! Documents of AWS Nitro Enclaves.

use crate::{say, Work};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use opg_verifier_nitro::{verify, KnownIssuer, Trust, Window};

/// A document, and what is believed before it is seen.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Task {
    /// The document.
    pub document: Vec<u8>,
    /// The hashes of the roots that are trusted.
    pub roots: Vec<[u8; 32]>,
    /// The issuers whose signatures were verified before.
    pub known: Vec<Issuer>,
    /// The time, in Unix seconds.
    pub now: u64,
}

impl Task {
    pub(crate) fn judge(&self, work: Work) -> String {
        let known = self.known.iter().map(KnownIssuer::from).collect::<Vec<_>>();
        let trust = Trust { roots: &self.roots, known: &known };
        say(verify(&self.document, &trust, self.now), work)
    }
}

/// A [`KnownIssuer`], as it is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Issuer {
    fingerprint: [u8; 32],
    path: Option<u8>,
    window: (u64, u64),
    root: [u8; 32],
}

impl From<&KnownIssuer> for Issuer {
    fn from(known: &KnownIssuer) -> Self {
        let KnownIssuer { fingerprint, path, window, root } = *known;
        Self { fingerprint, path, window: (window.not_before, window.not_after), root }
    }
}

impl From<&Issuer> for KnownIssuer {
    fn from(issuer: &Issuer) -> Self {
        let (not_before, not_after) = issuer.window;
        Self {
            fingerprint: issuer.fingerprint,
            path: issuer.path,
            window: Window { not_before, not_after },
            root: issuer.root,
        }
    }
}
