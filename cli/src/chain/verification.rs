//! Switches and recognised contributors.

use super::{At, Chain};
use crate::error::Result;
use opg_primitives::ids::Account;

impl Chain {
    /// The accounts whose part in a ceremony governance recognises.
    pub async fn recognised(&self, at: &At) -> Result<Vec<Account>> {
        self.view(at, "Verification", "recognised", ()).await
    }

    /// The version of switches and recognised contributors.
    pub async fn trust_version(&self, at: &At) -> Result<u32> {
        self.view(at, "Verification", "trust", ()).await
    }
}
