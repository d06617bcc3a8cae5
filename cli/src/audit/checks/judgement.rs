//! Whether policy, checks, table and grade are what the rules make of the facts.

use super::{missing, no_answer};
use crate::audit::{
    case::Case,
    report::{Compare, Finding},
};
use opg_primitives::{
    checks::CheckLog,
    mode::Mode,
    receipt::Appraised,
    request::Outcome,
    settled::{EnclaveFacts, Settled},
    standing::{self, Facts},
};

/// The rules are those whose digest the receipt names.
pub fn policy(case: &Case<'_>) -> Finding {
    let Some(rules) = &case.rules else { return missing("policy", "the policy") };
    let receipt = &case.receipt;
    let mut compared = Compare::default();
    compared
        .field(
            "judged_by.policy",
            &receipt.judged_by.policy,
            &rules.digest(&receipt.class, receipt.judged_by.policy_version),
        )
        .field("mode.default", &receipt.mode.default, &rules.default);
    Finding::of(
        "policy",
        "the class's rules in that version have the digest that is named",
        compared,
    )
}

/// What was achieved is what was asked for, or the default, and what the evidence is of.
pub fn mode(case: &Case<'_>) -> Finding {
    let receipt = &case.receipt;
    let mut compared = Compare::default();
    if let Some(request) = &case.bundle.request {
        compared.field("mode.asked", &receipt.mode.asked, &request.asked);
    }
    if let Some(model) = &case.model {
        if !model.modes.contains(case.mode()) {
            compared.differs("mode.asked", case.mode().name(), "a mode that the model offers");
        }
    }
    let achieved = match receipt.outcome {
        Outcome::Settled => Some(case.mode()),
        _ => None,
    };
    // Where one is without the other, either may be what was altered.
    let (settled, appraised) = (receipt.outcome == Outcome::Settled, receipt.appraised.is_some());
    compared
        .field("mode.achieved", &receipt.mode.achieved, &achieved)
        .field("outcome", &settled, &appraised)
        .field("appraised", &appraised, &settled);
    if let (Some(evidence), Some(achieved)) = (&case.evidence, receipt.mode.achieved) {
        compared.field("mode.achieved", &achieved, &evidence.mode());
    }
    if receipt.outcome == Outcome::Settled {
        compared.field("terminal", &receipt.terminal, &true);
    }
    Finding::of("mode", "what was achieved is what was asked for, or else the default", compared)
}

/// A settled answer in the mode of the request. What the setup rule says of it is another check's. None
/// if an enclave answered of which the bundle does not tell, or not what it was asked.
fn settled(case: &Case<'_>, appraised: &Appraised) -> Option<Settled> {
    Some(match case.mode() {
        Mode::Tee => Settled {
            input_is_public: !case.is_private()?,
            ..Settled::of_enclave(EnclaveFacts::of(case.enclave.as_ref()?))
        },
        mode => Settled::of_public_input(mode, appraised.facts.setup),
    })
}

/// The log holds each check once, with the result that the mode has, in the receipt's block;
/// without a settled answer, the check that refused the evidence, if one did.
pub fn checks(case: &Case<'_>) -> Finding {
    let receipt = &case.receipt;
    let (found, detail) = match (receipt.outcome, case.appraised()) {
        (Outcome::Settled, Some(appraised)) => match settled(case, appraised) {
            Some(settled) => (
                settled.checks(receipt.closed),
                "the log holds each check once, with the result that the mode has, in this block",
            ),
            None => return missing("checks", "what the chain knows of the enclave"),
        },
        (Outcome::Settled, None) => return missing("checks", "the circumstances of the answer"),
        (Outcome::EvidenceRefused(refusal), _) => (
            refusal.checks(receipt.closed),
            "the log holds the check that refused the evidence, if one did, in this block",
        ),
        _ => (CheckLog::default(), "the log is empty: no evidence was checked"),
    };
    let mut compared = Compare::default();
    match (serde_json::to_value(&receipt.checks), serde_json::to_value(&found)) {
        (Ok(said), Ok(found)) => compared.json("checks", &said, &found),
        _ => compared.differs("checks", "?", "?"),
    }
    Finding::of("checks", detail, compared)
}

/// The circumstances are those of the mode.
pub fn facts(case: &Case<'_>) -> Finding {
    let Some(appraised) = case.appraised() else { return no_answer("facts") };
    let Some(settled) = settled(case, appraised) else {
        return missing("facts", "what the chain knows of the enclave");
    };
    let found = settled.circumstances();
    let mut compared = Compare::default();
    match (serde_json::to_value(appraised.facts), serde_json::to_value(found)) {
        (Ok(said), Ok(found)) => compared.json("appraised.facts", &said, &found),
        _ => compared.differs("appraised.facts", "?", "?"),
    }
    Finding::of("facts", "the column of the table is that of the mode", compared)
}

fn recomputed(case: &Case<'_>) -> Option<Facts> {
    case.appraised().map(|appraised| appraised.facts(&case.receipt.checks))
}

/// The table is what the checks that passed make of the facts.
pub fn standings(case: &Case<'_>) -> Finding {
    let (Some(appraised), Some(facts)) = (case.appraised(), recomputed(case)) else {
        return no_answer("standings");
    };
    let found = standing::table(&facts);
    let mut compared = Compare::default();
    compared.field("appraised.standings", &appraised.standings.len(), &found.len());
    for (said, found) in appraised.standings.iter().zip(&found) {
        if said != found {
            compared.differs(
                &format!("appraised.standings.{:?}", found.claim),
                format!("{:?} {:?}", said.claim, said.standing),
                format!("{:?} {:?}", found.claim, found.standing),
            );
        }
    }
    Finding::of(
        "standings",
        "every cell of the table follows from the checks that passed",
        compared,
    )
}

/// The letter is what the table makes it.
pub fn grade(case: &Case<'_>) -> Finding {
    let (Some(appraised), Some(facts)) = (case.appraised(), recomputed(case)) else {
        return no_answer("grade");
    };
    let mut compared = Compare::default();
    compared.field("appraised.grade", &appraised.grade, &standing::grade(&facts));
    Finding::of("grade", "the letter follows from the table", compared)
}

/// The answer supports what the class's floor asks.
pub fn floor(case: &Case<'_>) -> Finding {
    let (Some(achieved), Some(facts)) = (case.receipt.mode.achieved, recomputed(case)) else {
        return no_answer("floor");
    };
    let Some(rules) = &case.rules else { return missing("floor", "the policy") };
    let mut compared = Compare::default();
    if !rules.floor.modes.contains(achieved) {
        compared.differs("mode.achieved", achieved.name(), "a mode that the floor accepts");
    }
    if let Some(claim) = rules.floor.missing(&facts) {
        compared.differs(
            &format!("appraised.standings.{claim:?}"),
            format!("{:?}", standing::standing(claim, &facts).standing),
            "at least what the floor asks",
        );
    }
    if let (Some(named), false) = (
        case.bundle.request.as_ref().and_then(|request| request.named),
        rules.provider_may_be_named,
    ) {
        compared.differs(
            "lease.selection",
            format!("{named} was named"),
            "drawn: the class says so",
        );
    }
    Finding::of("floor", "mode and standings are at least what the class asks", compared)
}
