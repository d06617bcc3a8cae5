//! What governance approves: code, and how well platforms have to be patched.

use crate::{
    AcceptedTcb, Config, Decision, Decisions, Error, Event, Pallet, ReferenceValues, SnpFloors,
    SnpProduct, SnpTcb,
};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use opg_primitives::{
    attestation::{TcbStatusSet, Vendor},
    ids::MeasurementId,
    reference::ReferenceValue,
};

impl<T: Config> Pallet<T> {
    /// Whether `value` can be approved now.
    ///
    /// # Errors
    /// [`Error::ApproverNamed`], [`Error::VendorMismatch`], [`Error::NeverInForce`].
    pub(crate) fn ensure_approvable(value: &ReferenceValue) -> Result<(), Error<T>> {
        ensure!(value.approved_by.is_none(), Error::<T>::ApproverNamed);
        let measures = Self::measures(value.vendor, value.measurement.format());
        ensure!(measures, Error::<T>::VendorMismatch);
        let lasts = value.from <= value.until && Self::now() <= value.until;
        ensure!(lasts, Error::<T>::NeverInForce);
        Ok(())
    }

    /// Approves the measurement that `value` names, in place of an earlier approval.
    pub(crate) fn do_approve(value: ReferenceValue) -> DispatchResult {
        Self::ensure_approvable(&value)?;
        let (measurement, from, until) = (value.id(), value.from, value.until);
        let before = ReferenceValues::<T>::get(measurement);
        ReferenceValues::<T>::insert(measurement, value);
        Self::note_decision(measurement, before);
        let trust_version = Self::count_change();
        Self::deposit_event(Event::Approved { measurement, from, until, trust_version });
        Ok(())
    }

    /// Withdraws an approval, from this block on.
    pub(crate) fn do_withdraw(measurement: MeasurementId) -> DispatchResult {
        let approved = ReferenceValues::<T>::take(measurement);
        ensure!(approved.is_some(), Error::<T>::NotApproved);
        Self::note_decision(measurement, approved);
        let trust_version = Self::count_change();
        Self::deposit_event(Event::Withdrawn { measurement, trust_version });
        Ok(())
    }

    /// Notes that `before` is now approved of `measurement` no more, or otherwise.
    fn note_decision(measurement: MeasurementId, before: Option<ReferenceValue>) {
        let now = Self::now();
        let last = Decisions::<T>::get(measurement).map(|decision| decision.at);
        if last != Some(now) {
            let before_at = last.unwrap_or_default();
            Decisions::<T>::insert(measurement, Decision { at: now, before, before_at });
        }
    }

    /// Says which TCB statuses are accepted of `vendor`.
    pub(crate) fn do_accept_tcb(vendor: Vendor, statuses: TcbStatusSet) -> DispatchResult {
        AcceptedTcb::<T>::insert(vendor, statuses);
        let trust_version = Self::count_change();
        Self::deposit_event(Event::TcbAccepted { vendor, statuses, trust_version });
        Ok(())
    }

    /// Says below which TCB version platforms of `product` are out of date.
    pub(crate) fn do_set_snp_floor(product: SnpProduct, floor: Option<SnpTcb>) -> DispatchResult {
        SnpFloors::<T>::set(product, floor);
        let trust_version = Self::count_change();
        Self::deposit_event(Event::SnpFloorSet { product, floor, trust_version });
        Ok(())
    }
}
