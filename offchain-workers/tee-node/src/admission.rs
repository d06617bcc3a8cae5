//! Whether a job is taken, and if not, by which reason to decline it.

use crate::models::{Catalogue, Model};
use opg_primitives::{
    ids::{Account, GenesisHash},
    mode::Mode,
    request::DeclineReason,
    Balance, BlockNumber,
};
use opg_worker_api::{server::Refusal, Job};
use std::{fmt, sync::Arc};

/// Blocks that a result needs after it is there: to be fetched, submitted and included.
const BLOCKS_TO_SUBMIT: BlockNumber = 3;

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

fn refuse<T>(reason: DeclineReason, why: impl fmt::Display) -> Result<T, Refusal> {
    Err(Refusal::new(reason, why))
}

/// Whether `job` can be served, and by which model. `since` is the block of this key's first
/// document, `registered` whether the chain has the key.
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
    since: Option<BlockNumber>,
    registered: bool,
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
    model.check(job)?;
    if job.price < terms.min_price {
        return refuse(
            NotServed,
            format!("the price {} is under the least, {}", job.price, terms.min_price),
        );
    }
    match since {
        None => return refuse(Busy, "there is no attestation yet"),
        // The lease may have been taken on by keys of a run before this one, which ended when that
        // block was the last final one.
        Some(since) if job.lease_block.number <= since => {
            return refuse(
                NotServed,
                format!(
                    "KeyLost: the lease is of block {}, these keys of {since}",
                    job.lease_block.number
                ),
            );
        }
        // An answer of theirs would be refused, and cost the provider's bond.
        Some(_) if !registered => {
            return refuse(Busy, "these keys are not on chain yet: opg enclave register")
        }
        Some(_) => {}
    }
    if job.least_blocks_to_deliver() <= BLOCKS_TO_SUBMIT {
        return refuse(Busy, "the deadline is too near");
    }
    Ok(model.clone())
}
