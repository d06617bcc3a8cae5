//! What the rules make of a receipt, for the checks that compare it with what the chain says.

use opg_primitives::{
    disclosure::Disclosure,
    ids::Account,
    model::{ModelVersion, VerifyingKey},
    receipt::Receipt,
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

/// The disclosure of a request whose input is public.
pub fn disclosure(receipt: &Receipt) -> Disclosure {
    Disclosure::of_public_input(
        receipt.parameters != commit_parameters(&[]),
        receipt.output.is_some(),
        receipt.attempt.saturating_add(u8::from(receipt.lease.is_some())),
    )
}
