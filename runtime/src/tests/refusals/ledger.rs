//! What everybody has, and how it changed.

use super::world::{OUTSIDER, OWNER, REQUESTER};
use crate::{
    constants::currency::OPG, AccountId, Balance, Balances, Runtime, RuntimeHoldReason, Treasury,
};
use frame_support::traits::fungible::InspectHold;
use sp_keyring::Sr25519Keyring::{self, AliceStash};

/// A hundredth of an OPG.
pub const CENT: i128 = OPG as i128 / 100;

/// What everybody has after a block.
#[derive(Clone, Copy, Debug)]
pub struct Ledger {
    requester: Balance,
    provider: Balance,
    owner: Balance,
    treasury: Balance,
    author: Balance,
    outsider: Balance,
    issuance: Balance,
    hold: Balance,
    bond: Balance,
    receipts: u32,
}

impl Ledger {
    /// As it stands, with the money of `provider` as that of the provider. Within a state.
    pub fn read(provider: Sr25519Keyring) -> Self {
        let free = |who: AccountId| Balances::free_balance(who);
        let on_hold = |reason: RuntimeHoldReason, who: Sr25519Keyring| {
            Balances::balance_on_hold(&reason, &who.to_account_id())
        };
        let escrow = RuntimeHoldReason::Inference(pallet_inference::HoldReason::Escrow);
        let bond = RuntimeHoldReason::Providers(pallet_providers::HoldReason::Bond);
        Self {
            requester: free(REQUESTER.to_account_id()),
            provider: free(provider.to_account_id()),
            owner: free(OWNER.to_account_id()),
            treasury: free(Treasury::account_id()),
            // The preset's only validator.
            author: free(AliceStash.to_account_id()),
            outsider: free(OUTSIDER.to_account_id()),
            issuance: Balances::total_issuance(),
            hold: on_hold(escrow, REQUESTER),
            bond: on_hold(bond, provider),
            receipts: pallet_receipts::Log::<Runtime>::count(),
        }
    }

    /// What changed since `before`.
    pub fn since(&self, before: &Self) -> Change {
        let difference = |after: Balance, before: Balance| after as i128 - before as i128;
        Change {
            requester: difference(self.requester, before.requester),
            provider: difference(self.provider, before.provider),
            owner: difference(self.owner, before.owner),
            treasury: difference(self.treasury, before.treasury),
            author: difference(self.author, before.author),
            outsider: difference(self.outsider, before.outsider),
            burned: difference(before.issuance, self.issuance),
            hold: difference(self.hold, before.hold),
            bond: difference(self.bond, before.bond),
            receipts: i128::from(self.receipts) - i128::from(before.receipts),
        }
    }
}

/// A change, in units of 10^-18 OPG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What the requester can spend.
    pub requester: i128,
    /// What the provider can spend.
    pub provider: i128,
    /// What the model's owner can spend.
    pub owner: i128,
    /// What the treasury has.
    pub treasury: i128,
    /// What the block's author can spend.
    pub author: i128,
    /// What somebody who has nothing to do with it can spend.
    pub outsider: i128,
    /// What left the issuance.
    pub burned: i128,
    /// What is held of the requester's for its requests.
    pub hold: i128,
    /// What is held of the provider's as its bond.
    pub bond: i128,
    /// How many receipts there are.
    pub receipts: i128,
}

impl Change {
    /// No money moves, no receipt is written.
    pub const NONE: Self = Self {
        requester: 0,
        provider: 0,
        owner: 0,
        treasury: 0,
        author: 0,
        outsider: 0,
        burned: 0,
        hold: 0,
        bond: 0,
        receipts: 0,
    };

    /// A request of the usual price ends unanswered: what was held is released.
    pub const RELEASED: Self =
        Self { requester: 300 * CENT, hold: -300 * CENT, receipts: 1, ..Self::NONE };
}
