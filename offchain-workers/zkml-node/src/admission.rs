//! Whether a job is taken, and if not, by which reason to decline it.
//!
//! Whoever acknowledges a lease says: the bytes are held and match, they fit the model, the price is
//! accepted. This is where a worker makes sure that it can say so.

use crate::engine::{Catalogue, Engine, Timing};
use opg_primitives::{
    ids::GenesisHash, mode::Mode, request::DeclineReason, Balance, CircuitInterface,
};
use opg_worker_api::{
    server::{refuse, Refusal},
    Job, Opened,
};
use std::{sync::Arc, time::Duration};

/// What the operator accepts.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The chain; none: any, which is for development.
    pub genesis: Option<GenesisHash>,
    /// The least price in mode `Plain`, in units of 10^-18 OPG.
    pub min_price_plain: Balance,
    /// The least price in mode `ZkMl`, in units of 10^-18 OPG.
    pub min_price_zkml: Balance,
    /// How long a block takes.
    pub block_time: Duration,
}

/// Whether `job` is what it says with this input, and fits a circuit of that interface.
///
/// # Errors
/// [`Refusal`].
pub fn check_circuit(
    job: &Job,
    interface: &CircuitInterface,
    opened: Opened<'_>,
) -> Result<(), Refusal> {
    job.check(interface, opened)?;
    match job.parameters.is_empty() {
        true => Ok(()),
        false => refuse(DeclineReason::Unfit, "the model takes no parameters"),
    }
}

/// Whether `job` can be served, and by which model. `ahead` is the work before it in the queue.
///
/// The checks that a wrong dispatcher fails come first, those that only this worker fails later, and
/// what may be otherwise in a minute last.
///
/// # Errors
/// [`Refusal`].
pub fn admit(
    job: &Job,
    terms: &Terms,
    catalogue: &Catalogue,
    timing: &Timing,
    ahead: Duration,
) -> Result<Arc<dyn Engine>, Refusal> {
    use DeclineReason::{Busy, NotServed};
    if let Some(genesis) = terms.genesis.filter(|genesis| *genesis != job.genesis) {
        return refuse(
            NotServed,
            format!("wrong chain: the job is of {}, this is {genesis}", job.genesis),
        );
    }
    let Some(model) = catalogue.get(&job.model) else {
        return refuse(NotServed, format!("model {} is not served here", job.model));
    };
    check_circuit(job, model.interface(), job.public()?)?;
    let (least, work) = match job.mode {
        Mode::Plain => (terms.min_price_plain, Duration::ZERO),
        Mode::ZkMl => {
            let Some(version) = job.key_version else {
                return refuse(NotServed, "the model has no verifying key to prove under");
            };
            if !model.keys().contains(&version) {
                return refuse(
                    NotServed,
                    format!("no proving key of version {version} for this model"),
                );
            }
            (terms.min_price_zkml, timing.expected(job.model))
        }
        Mode::Tee => return refuse(NotServed, "this worker has no enclave"),
    };
    if job.price < least {
        return refuse(NotServed, format!("the price {} is under the least, {least}", job.price));
    }
    let left = terms.block_time.saturating_mul(job.least_blocks_to_work());
    let needed = ahead.saturating_add(work);
    if needed >= left {
        return refuse(
            Busy,
            format!("the deadline is too near: it takes {needed:.1?}, {left:.1?} are left"),
        );
    }
    Ok(model.clone())
}
