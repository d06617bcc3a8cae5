//! Balances and the fee of a transaction.

use super::parameters::dynamic_params;
use crate::{
    constants::currency::EXISTENTIAL_DEPOSIT, AccountId, Authorship, Balance, Balances, Runtime,
    RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, System,
};
use frame_support::{
    derive_impl, parameter_types,
    traits::{
        fungible::{Balanced, Credit},
        tokens::imbalance::ResolveTo,
        ConstU32, ConstU8, Get, Imbalance, OnUnbalanced, VariantCountOf,
    },
    weights::ConstantMultiplier,
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{traits::One, FixedPointNumber, Perquintill};

parameter_types! {
    /// Least balance of an account that exists.
    pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
    /// Units for a picosecond of computation: a transfer costs about 0.0004 OPG, all the ordinary
    /// calls of a block about 1.1 OPG.
    pub const WeightFee: Balance = 1_000_000;
    /// Units for a byte: all the ordinary bytes of a block cost about 3.9 OPG.
    pub const LengthFee: Balance = 1_000_000_000_000;
    /// Blocks whose ordinary part is fuller than this make fees rise, slowly.
    pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
    /// How fast: a day of full blocks makes them about five times as high.
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
    /// Fees never fall under what the constants say, so a quiet chain has a known price.
    pub MinimumMultiplier: Multiplier = Multiplier::one();
    /// Nor do they rise beyond a thousandfold.
    pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(1_000);
}

/// The treasury's account.
pub struct TreasuryAccount;
impl Get<AccountId> for TreasuryAccount {
    fn get() -> AccountId {
        crate::Treasury::account_id()
    }
}
impl sp_runtime::traits::TypedGet for TreasuryAccount {
    type Type = AccountId;
    fn get() -> AccountId {
        crate::Treasury::account_id()
    }
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
    type DustRemoval = ResolveTo<TreasuryAccount, Balances>;
    type ReserveIdentifier = [u8; 8];
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<50>;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
}

/// Shares a fee out between the treasury and the block's author, who also gets the tip.
pub struct DealWithFees;

impl DealWithFees {
    fn share_out(fees: Credit<AccountId, Balances>, tip: Option<Credit<AccountId, Balances>>) {
        let share = dynamic_params::fees::TreasuryShare::get() * fees.peek();
        let (treasury, mut author) = fees.split(share);
        if let Some(tip) = tip {
            author.subsume(tip);
        }
        ResolveTo::<TreasuryAccount, Balances>::on_unbalanced(treasury);
        if let Some(account) = Authorship::author() {
            // An author without an account cannot be paid less than it takes to have one: what
            // cannot be paid is burned when the credit is dropped.
            let _ = Balances::resolve(&account, author);
        }
    }
}

impl OnUnbalanced<Credit<AccountId, Balances>> for DealWithFees {
    fn on_unbalanceds(mut fees_then_tips: impl Iterator<Item = Credit<AccountId, Balances>>) {
        if let Some(fees) = fees_then_tips.next() {
            Self::share_out(fees, fees_then_tips.next());
        }
    }

    fn on_nonzero_unbalanced(fees: Credit<AccountId, Balances>) {
        Self::share_out(fees, None);
    }
}

#[derive_impl(pallet_transaction_payment::config_preludes::TestDefaultConfig)]
impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = FungibleAdapter<Balances, DealWithFees>;
    type WeightToFee = ConstantMultiplier<Balance, WeightFee>;
    type LengthToFee = ConstantMultiplier<Balance, LengthFee>;
    type FeeMultiplierUpdate = TargetedFeeAdjustment<
        Self,
        TargetBlockFullness,
        AdjustmentVariable,
        MinimumMultiplier,
        MaximumMultiplier,
    >;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}
