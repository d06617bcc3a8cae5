//! Seals the input of a private request to an enclave of whoever holds its lease, attempt by attempt.

use crate::{
    chain::{
        sealing::{choose, Recipient},
        At, Chain,
    },
    error::{Exit, Failure, Result},
    keys::Signer,
    opening::Opening,
};
use opg_primitives::{
    ids::{Account, RequestId},
    sealed::SealedFor,
    Attempt, BlockNumber,
};

/// Who seals and delivers the input of one request.
pub struct Courier<'a> {
    signer: &'a Signer,
    opening: &'a Opening,
    /// The last attempt for which something was sent.
    sent: Option<Attempt>,
    /// The last attempt for which it was said that nobody may answer.
    told: Option<Attempt>,
}

/// What came of it.
pub enum Brought {
    /// The input was sealed to this enclave, and is in that block.
    To(Recipient, BlockNumber),
    /// No enclave of the provider that holds the lease may answer.
    Nobody(Account),
    /// It did not come to its place.
    Refused(Failure),
}

impl<'a> Courier<'a> {
    /// One that delivers what `opening` opens, by calls of `signer`, who made the request.
    pub fn new(signer: &'a Signer, opening: &'a Opening) -> Self {
        Self { signer, opening, sent: None, told: None }
    }

    /// Delivers the input if the state of `at` has a lease that waits for it; none if there is nothing to
    /// do or to say.
    ///
    /// # Errors
    /// What the node does not answer or does not prove.
    pub async fn bring(
        &mut self,
        chain: &Chain,
        at: &At,
        request: RequestId,
    ) -> Result<Option<Brought>> {
        let Some(lease) = chain.undelivered(at, request).await? else { return Ok(None) };
        if lease.input != self.opening.commitment {
            return Err(Failure::data("the opening is of another request")
                .at(request)
                .help(format!("the input of this one is committed to by {}", lease.input)));
        }
        let (attempt, provider) = (lease.attempt, lease.provider);
        // Blocks come late while a transaction becomes final.
        if self.sent == Some(attempt) {
            return Ok(None);
        }
        let recipients = chain.recipients(at, provider, self.opening.model).await?;
        let Some(to) = choose(recipients) else {
            let is_new = self.told.replace(attempt) != Some(attempt);
            return Ok(is_new.then_some(Brought::Nobody(provider)));
        };
        let sealed_for = SealedFor {
            genesis: chain.genesis(),
            request,
            model: self.opening.model,
            parameters: self.opening.parameters,
            attempt,
            provider,
            enclave: to.enclave,
            key: to.key,
        };
        let sealed = match self.opening.seal(&sealed_for) {
            Ok(sealed) => sealed,
            Err(error) => {
                self.sent = Some(attempt);
                return Ok(Some(Brought::Refused(
                    Failure::failed(error.to_string()).at(to.enclave),
                )));
            }
        };
        match chain.deliver(self.signer, request, attempt, to.enclave, &sealed).await {
            Ok(included) => {
                self.sent = Some(attempt);
                Ok(Some(Brought::To(to, included.number)))
            }
            // The lease may have ended meanwhile; the next one is another attempt.
            Err(failure) if failure.exit == Exit::Failed => {
                self.sent = Some(attempt);
                Ok(Some(Brought::Refused(failure)))
            }
            Err(failure) => Err(failure),
        }
    }
}
