//! Switches, recognised contributors, and the version of all that is trusted.

use super::{At, Chain};
use crate::error::Result;
use opg_primitives::ids::Account;

impl Chain {
    /// The accounts whose part in a ceremony governance recognises.
    pub async fn recognised(&self, at: &At) -> Result<Vec<Account>> {
        self.view(at, "Verification", "recognised", ()).await
    }

    /// The version of all that is trusted, as receipts of this block name it: of switches and
    /// recognised contributors, and of reference values and revocations, added up.
    pub async fn trust_version(&self, at: &At) -> Result<u32> {
        let switches: u32 = self.view(at, "Verification", "trust", ()).await?;
        Ok(switches.saturating_add(self.attestation_trust(at).await?))
    }
}
