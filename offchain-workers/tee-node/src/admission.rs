//! Whether a job is taken, and if not, by which reason to decline it.

use crate::{
    models::{Catalogue, Model},
    private,
    session::Attester,
};
use opg_primitives::{
    ids::{Account, GenesisHash},
    mode::Mode,
    request::DeclineReason,
    Balance,
};
use opg_worker_api::{
    server::{refuse, Refusal},
    Job, JobInput,
};
use std::sync::Arc;

/// What the operator accepts, and what these keys are for.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The chain.
    pub genesis: GenesisHash,
    /// The provider that the session attests.
    pub provider: Account,
    /// The least price, in units of 10^-18 OPG.
    pub min_price: Balance,
}

/// Whether `job` can be served, and by which model, under the keys of `attester` as the chain has them.
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
    attester: &Attester,
) -> Result<Arc<dyn Model>, Refusal> {
    use DeclineReason::{Busy, NotServed};
    if terms.genesis != job.genesis {
        return refuse(
            NotServed,
            format!("wrong chain: the job is of {}, this is {}", job.genesis, terms.genesis),
        );
    }
    if terms.provider != job.provider {
        return refuse(
            NotServed,
            format!("the lease is {}'s, these keys are {}'s", job.provider, terms.provider),
        );
    }
    if job.mode != Mode::Tee {
        return refuse(
            NotServed,
            format!("an enclave does not answer in mode {}", job.mode.name()),
        );
    }
    let Some(model) = catalogue.get(&job.model) else {
        return refuse(NotServed, format!("model {} is not served here", job.model));
    };
    let readable = private::read(job, attester.signer())?;
    model.check(job, readable.opened()).map_err(|refusal| readable.told(refusal))?;
    if job.price < terms.min_price {
        return refuse(
            NotServed,
            format!("the price {} is under the least, {}", job.price, terms.min_price),
        );
    }
    // What is sealed to these keys no others took on.
    let public = matches!(job.input, JobInput::Public(_));
    match attester.since() {
        None => return refuse(Busy, "there is no attestation yet"),
        // The lease may have been taken on by keys of a run before this one, which ended when that
        // block was the last final one.
        Some(since) if public && job.lease_block.number <= since => {
            return refuse(
                NotServed,
                format!(
                    "KeyLost: the lease is of block {}, these keys of {since}",
                    job.lease_block.number
                ),
            );
        }
        Some(_) => attester.standing().check(&job.model, model.inside())?,
    }
    if job.least_blocks_to_work() == 0 {
        return refuse(Busy, "the deadline is too near");
    }
    Ok(model.clone())
}
