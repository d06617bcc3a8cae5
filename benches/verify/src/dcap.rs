//! Quotes of Intel TDX and SGX, and their collateral.

use crate::{say, Work};
use alloc::{collections::BTreeSet, string::String, vec::Vec};
use codec::{Decode, Encode};
use opg_verifier_dcap::{
    collateral_facts, verify_with, Collateral, CollateralFacts, CryptoProvider, Error, Memoised,
    Report, RustCrypto, SignatureMemo, TcbPolicy, TrustedRoot,
};

/// The root that is trusted, what is said under it, and when that is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Endorsed {
    /// The root's DER.
    pub root: Vec<u8>,
    /// SHA-256 of it, as it is pinned.
    pub root_hash: [u8; 32],
    /// The collateral, encoded as a chain stores it.
    pub collateral: Vec<u8>,
    /// The time, in Unix seconds.
    pub now: u64,
}

/// What is verified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Task {
    /// A quote with all of its collateral.
    Quote(Vec<u8>, TcbPolicy, Endorsed),
    /// The same, where these signatures were found good when the collateral was stored.
    Remembered(Vec<u8>, TcbPolicy, Endorsed, Vec<[u8; 32]>),
    /// A collateral alone.
    Collateral(Endorsed),
}

impl Task {
    pub(crate) fn judge(&self, work: Work) -> String {
        match self {
            Self::Quote(quote, policy, endorsed) => {
                say(endorsed.verify::<RustCrypto>(quote, policy), work)
            }
            Self::Remembered(quote, policy, endorsed, known) => {
                let mut known: BTreeSet<_> = known.iter().copied().collect();
                let verify = || endorsed.verify::<Remembering>(quote, policy);
                say(signatures::using(&mut known, verify), work)
            }
            Self::Collateral(endorsed) => say(endorsed.facts::<RustCrypto>(), work),
        }
    }
}

impl Endorsed {
    fn verify<C: CryptoProvider>(&self, quote: &[u8], policy: &TcbPolicy) -> Result<Report, Error> {
        let collateral = Collateral::from_bytes(&self.collateral)?;
        let root = TrustedRoot::pinned(&self.root, &self.root_hash)?;
        verify_with::<C>(quote, &collateral, &root, policy, self.now)
    }

    fn facts<C: CryptoProvider>(&self) -> Result<CollateralFacts, Error> {
        let collateral = Collateral::from_bytes(&self.collateral)?;
        let root = TrustedRoot::pinned(&self.root, &self.root_hash)?;
        collateral_facts::<C>(&collateral, &root, self.now)
    }

    /// The signatures that a chain finds good when it stores this collateral.
    ///
    /// # Errors
    /// Where the collateral is refused.
    pub fn signatures(&self) -> Result<Vec<[u8; 32]>, Error> {
        let mut found = BTreeSet::new();
        signatures::using(&mut found, || self.facts::<Remembering>())?;
        Ok(found.into_iter().collect())
    }
}

// The verifier asks its memo without saying for whom; a runtime has its storage to answer from.
environmental::environmental!(signatures: BTreeSet<[u8; 32]>);

struct Stored;

impl SignatureMemo for Stored {
    fn is_known(digest: &[u8; 32]) -> bool {
        signatures::with(|known| known.contains(digest)).unwrap_or(false)
    }

    fn found_good(digest: &[u8; 32]) {
        signatures::with(|known| known.insert(*digest));
    }
}

type Remembering = Memoised<RustCrypto, Stored>;
