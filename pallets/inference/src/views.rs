//! What the pallet tells whoever asks without a transaction.

use crate::{
    types::{Eligibility, OpenLease, OpenRequest, Preview, Stage},
    Config, OpenCount, OpenLeases, Pallet, Payloads, Requests,
};
use alloc::vec::Vec;
use opg_primitives::{
    ids::{Account, ModelId, RequestId},
    mode::Mode,
    model::ModelStatus,
    settled::Settled,
    setup_rule::{self, Parties},
    standing::{grade, table, SetupTrust},
    traits::{Appraiser, Ineligible, Models, Policies, Providers},
    Balance,
};
use sp_runtime::traits::Get;

impl From<Ineligible> for Eligibility {
    fn from(why: Ineligible) -> Self {
        match why {
            Ineligible::NotRegistered => Self::NotRegistered,
            Ineligible::NotYet => Self::NotYet,
            Ineligible::NotServing => Self::NotServing,
            Ineligible::NoCapacity => Self::NoCapacity,
            Ineligible::TooExpensive => Self::TooExpensive,
        }
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn view_request(id: RequestId) -> Option<OpenRequest> {
        let request = Requests::<T>::get(id)?;
        let (input, parameters) = Payloads::<T>::get(id)?;
        Some(OpenRequest { request, input, parameters })
    }

    pub(crate) fn view_leases(provider: &Account) -> Vec<OpenLease> {
        OpenLeases::<T>::iter_prefix(provider)
            .filter_map(|(request, attempt)| match Requests::<T>::get(request)?.stage {
                Stage::Leased(lease) => Some(OpenLease { request, attempt, lease }),
                Stage::Waiting { .. } => None,
            })
            .collect()
    }

    pub(crate) fn view_preview(
        id: ModelId,
        asked: Option<Mode>,
        provider: Option<Account>,
        max_price: Balance,
    ) -> Option<Preview> {
        let model = T::Models::version(&id)?;
        let policy_version = T::Policies::current();
        let rules = T::Policies::rules(&model.class, policy_version)?;
        let mode = asked.unwrap_or(rules.default);
        let key = T::Models::latest_key(&id).and_then(|key| T::Models::verifying_key(&id, key));
        // What it says at the least: recognised contributors and the requester's own part in a
        // ceremony are known only at the appraisal, and can but help.
        let parties = Parties::of(&model, None, provider);
        let trust = key.as_ref().map_or(SetupTrust::NotApplicable, |key| {
            let (trust, _) = setup_rule::apply(&key.setup, &parties, |_| false);
            trust
        });
        let facts = Settled::of_public_input(mode, trust).facts();
        let (windows, private) = (Self::windows(mode, false), Self::windows(mode, true));
        let now = Self::now();
        let named = provider.is_some();
        Some(Preview {
            mode,
            policy: rules.digest(&model.class, policy_version),
            policy_version,
            accepted: model.status == ModelStatus::Active
                && model.modes.contains(mode)
                && rules.floor.modes.contains(mode)
                // That a mode can meet its floor the policy saw to; which enclave answers, and so
                // whether this answer does, nobody knows yet.
                && (mode == Mode::Tee || rules.floor.missing(&facts).is_none())
                && (rules.provider_may_be_named || !named)
                && T::Appraiser::enabled(mode),
            class: model.class,
            rules,
            prepaid: Self::prepayment(mode, if named { 1 } else { T::MaxAttempts::get() }),
            burned: T::MinBurn::get(),
            min_price: T::MinPrice::get(),
            // A transaction is included in the next block at the earliest.
            earliest_deadline: windows.earliest_deadline(now.saturating_add(1), named),
            earliest_private_deadline: private.earliest_deadline(now.saturating_add(1), named),
            latest_deadline: now.saturating_add(1).saturating_add(T::MaxLifetime::get()),
            provider: provider.map(|provider| Self::eligibility(&provider, id, mode, max_price)),
            key_version: key.as_ref().map(|key| key.version),
            setup: key.map(|key| key.setup),
            table: table(&facts),
            grade: grade(&facts),
        })
    }

    fn eligibility(
        provider: &Account,
        model: ModelId,
        mode: Mode,
        max_price: Balance,
    ) -> Eligibility {
        if OpenCount::<T>::get(provider) >= T::MaxOpenLeases::get() {
            return Eligibility::NoCapacity;
        }
        match T::Providers::quote(provider, &Self::needs(model, mode, max_price)) {
            Ok(price) if price > max_price => Eligibility::TooExpensive,
            Ok(price) => Eligibility::Eligible { price },
            Err(why) => why.into(),
        }
    }
}
