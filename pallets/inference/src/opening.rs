//! How a request begins, and how its requester ends it.

use crate::{
    assignment::Windows,
    closing::Findings,
    types::{PrivateInput, Request, Stage},
    Config, Error, Event, Nonces, Pallet, Payloads, Requests,
};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use opg_primitives::{
    ids::{Account, ModelId, RequestId},
    mode::Mode,
    model::ModelStatus,
    receipt::Selection,
    request::{Input, Outcome, Parameters, RequestIdentity},
    statement::{self, NO_SALT},
    traits::{Appraiser, Ineligible, LeaseNeeds, Models, Policies, Providers},
    Balance, BlockNumber,
};
use sp_runtime::{traits::Get, SaturatedConversion};

impl<T: Config> From<Ineligible> for Error<T> {
    fn from(why: Ineligible) -> Self {
        match why {
            Ineligible::NotRegistered => Self::ProviderNotRegistered,
            Ineligible::NotYet => Self::ProviderNotYet,
            Ineligible::NotServing => Self::ProviderNotServing,
            Ineligible::NoCapacity => Self::ProviderWithoutCapacity,
            Ineligible::TooExpensive => Self::ProviderTooExpensive,
        }
    }
}

impl<T: Config> Pallet<T> {
    /// The number of this block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// The windows of a lease in `mode`, of a private request or of a public one.
    pub(crate) fn windows(mode: Mode, private: bool) -> Windows {
        let (delay, acknowledge) = (T::LeaseDelay::get(), T::AckWindow::get());
        let windows = Windows::new(delay, acknowledge, &T::DeliverWindows::get(), mode);
        match private {
            true => windows.private(),
            false => windows,
        }
    }

    /// The windows of a lease of `request`.
    pub(crate) fn windows_of(request: &Request) -> Windows {
        Self::windows(request.mode, request.private.is_some())
    }

    /// What a lease of this request asks of a provider.
    pub(crate) fn needs(model: ModelId, mode: Mode, max_price: Balance) -> LeaseNeeds {
        LeaseNeeds { model, mode, max_price, compensation_cap: T::CompensationCap::get() }
    }

    /// [`crate::Call::request`]: everything is checked before anything moves, cheap checks first.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn open(
        who: T::AccountId,
        model_id: ModelId,
        input: Input,
        parameters: Parameters,
        asked: Option<Mode>,
        max_price: Balance,
        deadline: BlockNumber,
        named: Option<Account>,
    ) -> DispatchResult {
        let requester = Account(who.clone().into());
        let now = Self::now();
        ensure!(max_price >= T::MinPrice::get(), Error::<T>::PriceTooLow);

        // The model, and who may ask it.
        let model = T::Models::version(&model_id).ok_or(Error::<T>::UnknownModel)?;
        ensure!(model.status == ModelStatus::Active, Error::<T>::ModelRetired);
        ensure!(T::Models::may_ask(&model_id, &requester), Error::<T>::AccessDenied);

        // The mode: resolved here, once, and stored.
        let policy_version = T::Policies::current();
        let rules =
            T::Policies::rules(&model.class, policy_version).ok_or(Error::<T>::UnknownClass)?;
        let mode = asked.unwrap_or(rules.default);
        ensure!(model.modes.contains(mode), Error::<T>::ModeNotOffered);
        ensure!(rules.floor.modes.contains(mode), Error::<T>::ModeUnderFloor);
        ensure!(T::Appraiser::enabled(mode), Error::<T>::VerifierDisabled);
        ensure!(mode != Mode::ZkMl || parameters.is_empty(), Error::<T>::ParametersNotSupported);
        let private = match &input {
            Input::Public(_) => None,
            Input::Committed(_) => Some(PrivateInput::default()),
        };
        ensure!(private.is_none() || mode == Mode::Tee, Error::<T>::CommittedInputNeedsTee);

        // The time.
        let windows = Self::windows(mode, private.is_some());
        let earliest = windows.earliest_deadline(now, named.is_some());
        ensure!(deadline >= earliest, Error::<T>::DeadlineTooSoon);
        ensure!(deadline <= now.saturating_add(T::MaxLifetime::get()), Error::<T>::DeadlineTooFar);

        // The provider, if one is named.
        let quoted = match &named {
            Some(provider) => {
                ensure!(rules.provider_may_be_named, Error::<T>::NamingForbidden);
                let needs = Self::needs(model_id, mode, max_price);
                let price = T::Providers::quote(provider, &needs).map_err(Error::<T>::from)?;
                ensure!(price <= max_price, Error::<T>::ProviderTooExpensive);
                Some((*provider, price))
            }
            None => None,
        };

        // The commitments: computed here where the bytes are. What a private input is, and that it fits,
        // the enclave sees that opens it.
        let commitment = match &input {
            Input::Public(bytes) => model
                .artefact
                .commit_input(NO_SALT, bytes)
                .map_err(|_| Error::<T>::InputDoesNotFit)?,
            Input::Committed(commitment) => *commitment,
        };
        let parameters_commitment = statement::commit_parameters(&parameters);
        let nonce = Nonces::<T>::get(requester);
        let id = RequestIdentity {
            genesis: Self::genesis(),
            requester,
            nonce,
            model: model_id,
            input: commitment,
            parameters: parameters_commitment,
            mode,
            policy_version,
            max_price,
            deadline,
        }
        .id();

        // The money and the room.
        let attempts = if named.is_some() { 1 } else { T::MaxAttempts::get() };
        let (prepaid, burned) = (Self::prepayment(mode, attempts), T::MinBurn::get());
        let booked = Self::booking(mode);
        Self::book(deadline, booked)?;
        Self::charge(&who, prepaid, burned)?;
        Self::hold(&who, max_price)?;

        let (not_before, lease_by) =
            windows.next(now, deadline).unwrap_or((now, windows.lease_by(deadline).unwrap_or(now)));
        let mut request = Request {
            requester,
            model: model_id,
            owner: model.owner,
            royalty: model.royalty,
            class: model.class,
            asked,
            default: rules.default,
            mode,
            policy_version,
            input: commitment,
            private,
            parameters: parameters_commitment,
            no_parameters: parameters.is_empty(),
            max_price,
            prepaid,
            burned,
            compensated: 0,
            requested: now,
            deadline,
            named,
            attempts,
            booked,
            attempt: 0,
            leases: 0,
            stage: Stage::Waiting { not_before, lease_by },
        };
        Nonces::<T>::insert(requester, nonce.saturating_add(1));
        Payloads::<T>::insert(id, (input, parameters));
        Self::deposit_event(Event::Requested {
            request: id,
            requester: who,
            model: model_id,
            mode,
            max_price,
            deadline,
        });
        match quoted {
            Some((provider, price)) => {
                Self::lease(id, &mut request, provider, price, Selection::Named)
                    .map_err(Error::<T>::from)?;
            }
            None => {
                Self::schedule(id, &request);
                Self::enqueue(id, 0);
            }
        }
        Requests::<T>::insert(id, request);
        Ok(())
    }

    /// [`crate::Call::cancel`].
    pub(crate) fn do_cancel(who: &T::AccountId, id: RequestId) -> DispatchResult {
        let request = Requests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
        ensure!(Self::account(&request.requester) == *who, Error::<T>::NotRequester);
        let acknowledged =
            matches!(&request.stage, Stage::Leased(lease) if lease.acknowledged.is_some());
        ensure!(!acknowledged, Error::<T>::AlreadyAcknowledged);
        Self::end_lease(id, request, Outcome::Cancelled, Findings::default());
        Ok(())
    }
}
