//! Figures that governance may change without a new runtime.

use crate::{Runtime, RuntimeEvent};
use frame_support::dynamic_params::{dynamic_pallet_params, dynamic_params};
use frame_system::EnsureRoot;
use sp_runtime::Percent;

/// The figures, by theme. A codec index is never changed or used again.
#[allow(missing_docs)] // Of what the macros make of it.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
    use super::*;

    /// The fee of a transaction.
    #[dynamic_pallet_params]
    #[codec(index = 0)]
    pub mod fees {
        /// What the treasury gets of it. The block's author gets the rest.
        #[codec(index = 0)]
        pub static TreasuryShare: Percent = Percent::from_percent(80);
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
    fn default() -> Self {
        RuntimeParameters::Fees(dynamic_params::fees::Parameters::TreasuryShare(
            dynamic_params::fees::TreasuryShare,
            Some(Percent::from_percent(80)),
        ))
    }
}

impl pallet_parameters::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeParameters = RuntimeParameters;
    type AdminOrigin = frame_support::traits::AsEnsureOriginWithArg<EnsureRoot<crate::AccountId>>;
    type WeightInfo = ();
}
