//! Whether the payment adds up, and who dealt with whom.

use crate::audit::{
    case::Case,
    report::{Compare, Finding},
};
use opg_primitives::{
    price::{self, Rates},
    receipt::is_self_dealing,
    request::Outcome,
};

/// The parts add up to what was held, and follow from the outcome.
pub fn payment(case: &Case<'_>) -> Finding {
    let receipt = &case.receipt;
    let paid = &receipt.payment;
    let mut compared = Compare::default();
    let parts = [paid.provider, paid.owner, paid.burned, paid.treasury, paid.released];
    let sum = parts.iter().try_fold(0u128, |sum, part| sum.checked_add(*part));
    if receipt.terminal {
        if sum != Some(paid.held) {
            compared.differs(
                "payment",
                format!("{} held", paid.held),
                sum.map_or("parts that do not add up".into(), |sum| format!("{sum} in parts")),
            );
        }
    } else {
        compared.field("payment", &sum, &Some(0));
    }
    if receipt.outcome == Outcome::Settled {
        compared.field("payment.slashed", &paid.slashed, &0).field(
            "payment.compensation",
            &paid.compensation,
            &0,
        );
    } else {
        let released = if receipt.terminal { paid.held } else { 0 };
        compared
            .field("payment.provider", &paid.provider, &0)
            .field("payment.owner", &paid.owner, &0)
            .field("payment.burned", &paid.burned, &0)
            .field("payment.treasury", &paid.treasury, &0)
            .field("payment.released", &paid.released, &released);
    }
    if paid.compensation > paid.slashed {
        compared.differs(
            "payment.compensation",
            paid.compensation.to_string(),
            format!("at most what was slashed, {}", paid.slashed),
        );
    }
    let fee =
        if receipt.terminal { case.bundle.state.as_ref().map(|s| s.min_burn) } else { Some(0) };
    if let Some(fee) = fee {
        compared.field("payment.fee_burned", &paid.fee_burned, &fee);
    }
    if receipt.outcome != Outcome::Settled {
        return Finding::of("payment", "the parts add up to what was held", compared);
    }
    let state = case.bundle.state.as_ref();
    let (Some(model), Some((state, leased))) =
        (&case.model, state.and_then(|state| Some((state, state.leased.as_ref()?))))
    else {
        return match Finding::of("payment", "", compared) {
            sum if sum.differences.is_empty() => Finding::could_not(
                "payment",
                "the parts add up to what was held; whether they are the right ones depends on the \
                 price and the rates, which the bundle does not hold",
            ),
            differs => differs,
        };
    };
    let (burn, treasury) = state.rates;
    let rates = Rates { burn, treasury };
    let due = price::split(leased.price.min(paid.held), model.royalty, rates);
    compared
        .field("payment.provider", &paid.provider, &due.provider)
        .field("payment.owner", &paid.owner, &due.owner)
        .field("payment.treasury", &paid.treasury, &due.treasury)
        .field("payment.burned", &paid.burned, &due.burned)
        .field("payment.released", &paid.released, &paid.held.saturating_sub(leased.price));
    Finding::of(
        "payment",
        "the parts add up to what was held, and are those of price, royalty and rates",
        compared,
    )
}

/// The mark says whether requester, provider and owner are the same.
pub fn self_dealing(case: &Case<'_>) -> Finding {
    let receipt = &case.receipt;
    let provider = receipt.lease.map(|lease| lease.provider);
    let mut compared = Compare::default();
    compared.field(
        "self_dealing",
        &receipt.self_dealing,
        &is_self_dealing(receipt.requester, receipt.owner, provider),
    );
    Finding::of("self-dealing", "marked if the requester is the provider or the owner", compared)
}
