//! What an account can do beyond signing by itself: batches, several signers, proxies.

use crate::{
    constants::currency::deposit, Balance, Balances, OriginCaller, Runtime, RuntimeCall,
    RuntimeEvent, System,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    parameter_types,
    traits::{ConstU32, InstanceFilter},
};
use sp_runtime::traits::BlakeTwo256;

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    /// For an operation that waits for signers: its hash, depositor and time point.
    pub const MultisigDepositBase: Balance = deposit(1, 88);
    /// For each signer of it.
    pub const MultisigDepositFactor: Balance = deposit(0, 32);
    /// For an account's list of proxies.
    pub const ProxyDepositBase: Balance = deposit(1, 8);
    /// For each proxy of it.
    pub const ProxyDepositFactor: Balance = deposit(0, 33);
    /// For a proxy's list of announcements.
    pub const AnnouncementDepositBase: Balance = deposit(1, 8);
    /// For each announcement of it.
    pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
}

impl pallet_multisig::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type DepositBase = MultisigDepositBase;
    type DepositFactor = MultisigDepositFactor;
    type MaxSignatories = ConstU32<100>;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
    type BlockNumberProvider = System;
}

/// What a proxy may do in its principal's name.
#[derive(
    Copy,
    Clone,
    Debug,
    Default,
    Eq,
    PartialEq,
    Ord,
    PartialOrd,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    scale_info::TypeInfo,
)]
pub enum ProxyType {
    /// Everything.
    #[default]
    #[codec(index = 0)]
    Any,
    /// Everything that does not move balances.
    #[codec(index = 1)]
    NonTransfer,
    /// Proposals, votes and the treasury.
    #[codec(index = 2)]
    Governance,
    /// Stake behind validators, and session keys.
    #[codec(index = 3)]
    Staking,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        // A batch says nothing about what is in it: the pallet filters the calls inside again.
        if matches!(call, RuntimeCall::Utility(inner) if is_batch(inner)) {
            return true;
        }
        match self {
            Self::Any => true,
            // A list of what is allowed, so that a pallet that is added moves nothing unnoticed.
            Self::NonTransfer => matches!(
                call,
                RuntimeCall::System(..)
                    | RuntimeCall::Staking(..)
                    | RuntimeCall::Session(..)
                    | RuntimeCall::Multisig(..)
                    | RuntimeCall::Preimage(..)
                    | RuntimeCall::Referenda(..)
                    | RuntimeCall::ConvictionVoting(..)
            ),
            Self::Governance => matches!(
                call,
                RuntimeCall::Preimage(..)
                    | RuntimeCall::Referenda(..)
                    | RuntimeCall::ConvictionVoting(..)
                    | RuntimeCall::Treasury(..)
            ),
            Self::Staking => matches!(call, RuntimeCall::Staking(..) | RuntimeCall::Session(..)),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        match (self, other) {
            (a, b) if a == b => true,
            (Self::Any, _) => true,
            (_, Self::Any) => false,
            (Self::NonTransfer, Self::Staking) => true,
            _ => false,
        }
    }
}

/// Whether the calls inside `call` are dispatched with the origin of `call`, and so pass the
/// proxy's filter themselves.
fn is_batch(call: &pallet_utility::Call<Runtime>) -> bool {
    use pallet_utility::Call::{batch, batch_all, force_batch};
    matches!(call, batch { .. } | batch_all { .. } | force_batch { .. })
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    type ProxyDepositBase = ProxyDepositBase;
    type ProxyDepositFactor = ProxyDepositFactor;
    type MaxProxies = ConstU32<32>;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
    type MaxPending = ConstU32<32>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = AnnouncementDepositBase;
    type AnnouncementDepositFactor = AnnouncementDepositFactor;
    type BlockNumberProvider = System;
}
