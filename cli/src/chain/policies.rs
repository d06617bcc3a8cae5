//! Defaults and floors.

use super::{At, Chain};
use crate::error::Result;
use opg_primitives::policy::{ClassId, PolicyVersion, Rules};

impl Chain {
    /// The policy version in force.
    pub async fn policy_version(&self, at: &At) -> Result<PolicyVersion> {
        self.view(at, "Policies", "current_version", ()).await
    }

    /// The rules of `class` in `version`.
    pub async fn rules(
        &self,
        at: &At,
        class: &ClassId,
        version: PolicyVersion,
    ) -> Result<Option<Rules>> {
        self.view(at, "Policies", "rules_of", (class, version)).await
    }
}
