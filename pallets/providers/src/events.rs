//! What happened.

use frame_support::pallet_macros::*;

/// The pallet's events.
#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A provider registered.
        Registered {
            /// Who.
            provider: T::AccountId,
            /// Its bond, in units of 10^-18 OPG.
            bond: Balance,
        },
        /// A bond grew.
        BondedMore {
            /// Whose.
            provider: T::AccountId,
            /// By how much.
            amount: Balance,
        },
        /// A part of a bond carries no leases any more and waits to be withdrawn.
        Unbonded {
            /// Whose.
            provider: T::AccountId,
            /// How much.
            amount: Balance,
            /// The first block in which it can be withdrawn.
            at: BlockNumber,
        },
        /// What was unbonding is free.
        Withdrawn {
            /// Whose.
            provider: T::AccountId,
            /// How much.
            amount: Balance,
        },
        /// A provider left; its bond is unbonding, its keys and offers are gone.
        Left {
            /// Who.
            provider: T::AccountId,
        },
        /// A provider that left is forgotten.
        Removed {
            /// Who.
            provider: T::AccountId,
        },
        /// A key may act on a provider's leases.
        DispatcherKeyAdded {
            /// Whose.
            provider: T::AccountId,
            /// The key.
            key: DispatcherKey,
        },
        /// A key may not act on a provider's leases any more.
        DispatcherKeyRemoved {
            /// Whose.
            provider: T::AccountId,
            /// The key.
            key: DispatcherKey,
        },
        /// A key may sign a provider's answers.
        WorkerKeyAdded {
            /// Whose.
            provider: T::AccountId,
            /// The key.
            key: WorkerKey,
        },
        /// A key may not sign a provider's answers any more.
        WorkerKeyRemoved {
            /// Whose.
            provider: T::AccountId,
            /// The key.
            key: WorkerKey,
        },
        /// A provider serves a model in a mode at a price.
        Serving {
            /// Who.
            provider: T::AccountId,
            /// What, and for how much.
            offer: Offer,
        },
        /// A provider does not serve a model in a mode any more.
        StoppedServing {
            /// Who.
            provider: T::AccountId,
            /// Which model.
            model: ModelId,
            /// Which mode.
            mode: Mode,
        },
        /// A provider takes no leases until it says that it is back.
        Chilled {
            /// Who.
            provider: T::AccountId,
        },
        /// A provider takes leases again.
        Unchilled {
            /// Who.
            provider: T::AccountId,
            /// From which epoch on.
            eligible_from: u64,
        },
        /// What a provider weighs in draws was brought up to date.
        WeightSet {
            /// Who.
            provider: T::AccountId,
            /// The weight; zero if it is not drawn.
            weight: Balance,
        },
        /// A provider was slashed. The parts add up to what was taken.
        Slashed {
            /// Who.
            provider: T::AccountId,
            /// For what.
            offence: OffenceId,
            /// What was taken of what it had on hold.
            taken: Balance,
            /// Of that, to who was harmed.
            to_harmed: Balance,
            /// Of that, to the treasury.
            to_treasury: Balance,
            /// Of that, burned.
            burned: Balance,
        },
    }
}
