//! What the rules make of a receipt, for the checks that compare it with what the chain says.

use opg_primitives::{
    disclosure::{Disclosure, FieldDisclosure, ReadableBy},
    ids::Account,
    model::{ModelVersion, VerifyingKey},
    receipt::Receipt,
    request::Output,
    setup_rule::{self, Parties},
    standing::SetupTrust,
    statement::commit_parameters,
};

/// What the setup rule says of the key of a settled receipt.
pub fn setup(
    receipt: &Receipt,
    model: &ModelVersion,
    key: &VerifyingKey,
    recognised: &[Account],
) -> (SetupTrust, Option<Account>) {
    let provider = receipt.lease.map(|lease| lease.provider);
    let parties = Parties::of(model, Some(receipt.requester), provider);
    setup_rule::apply(&key.setup, &parties, |who| recognised.contains(who))
}

/// The disclosure of a receipt, whose request is private or is not, and for which `output` was brought.
pub fn disclosure(receipt: &Receipt, is_private: bool, output: Option<&Output>) -> Disclosure {
    let parameters = receipt.parameters != commit_parameters(&[]);
    let leases = receipt.attempt.saturating_add(u8::from(receipt.lease.is_some()));
    let found = match is_private {
        false => Disclosure::of_public_input(parameters, receipt.output.is_some(), leases),
        true => {
            // To how many of them something was sealed, a receipt of the last alone does not show.
            let attested = receipt.appraised.as_ref().and_then(|it| it.attested.as_ref());
            let own =
                attested.map(|it| ReadableBy::of_enclave(it.enclave.vendor, it.enclave.binding));
            let said = &receipt.disclosure;
            let saw = said.providers_that_saw.min(leases).max(u8::from(own.is_some()));
            let readers = own.unwrap_or(ReadableBy::Enclave);
            // Nor, of those that did not answer, who reads there.
            let readers = match said.input.readable_by {
                others @ (ReadableBy::Upstream | ReadableBy::Providers)
                    if saw > u8::from(own.is_some()) =>
                {
                    readers.wider(others)
                }
                _ => readers,
            };
            let readers = (saw > 0).then_some(readers);
            Disclosure::of_private_input(parameters, receipt.output.is_some(), readers, saw)
        }
    };
    match (receipt.output, output) {
        // What was brought in the wrong form is refused, and there to read.
        (Some(_), Some(output)) if !(is_private && output.sealed_digest().is_some()) => {
            Disclosure { output: FieldDisclosure::of_output(output), ..found }
        }
        _ => found,
    }
}
