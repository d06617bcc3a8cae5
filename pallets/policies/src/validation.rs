//! Which rules can be rules at all. Pure: no storage is read.

use crate::types::Fault;
use opg_primitives::{
    checks::{Check, Passed},
    claims::Claim,
    mode::{Mode, ModeSet},
    policy::{ClassId, Floor, Rules},
    reference::ClaimSet,
    standing::{Circumstances, Column, Delivery, Facts, InputChannel, SetupTrust},
};

/// Checks what a draft, or a genesis, wants to set; `known` are the modes that have a verifier.
///
/// # Errors
/// The first [`Fault`] that is found.
pub fn check(changes: &[(ClassId, Rules)], known: ModeSet) -> Result<(), Fault> {
    if changes.is_empty() {
        return Err(Fault::NoClass);
    }
    for (index, (class, rules)) in changes.iter().enumerate() {
        if changes.iter().take(index).any(|(earlier, _)| earlier == class) {
            return Err(Fault::DuplicateClass);
        }
        check_name(class)?;
        check_rules(rules, known)?;
    }
    Ok(())
}

/// A name that can be typed and read without doubt.
fn check_name(class: &ClassId) -> Result<(), Fault> {
    let plain = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    if class.0.is_empty() || !class.0.iter().all(plain) {
        return Err(Fault::BadClassName);
    }
    Ok(())
}

/// Checks the rules of one class.
///
/// # Errors
/// The first [`Fault`] that is found.
pub fn check_rules(rules: &Rules, known: ModeSet) -> Result<(), Fault> {
    let Floor { modes, least } = &rules.floor;
    if modes.is_empty() {
        return Err(Fault::EmptyFloor);
    }
    if !modes.is_subset(known) {
        return Err(Fault::UnknownMode);
    }
    if !modes.contains(rules.default) {
        return Err(Fault::DefaultOutsideFloor);
    }
    let twice = |(index, (claim, _)): (usize, &(_, _))| {
        least.iter().take(index).any(|(earlier, _)| earlier == claim)
    };
    if least.iter().enumerate().any(twice) {
        return Err(Fault::DuplicateClaim);
    }
    match modes.iter().all(|mode| reachable(&rules.floor, mode)) {
        true => Ok(()),
        false => Err(Fault::Unreachable),
    }
}

/// Whether some answer of `mode`, with every check passed and in the best of circumstances, meets
/// `floor`. All cases are tried, so that a floor that fails late costs what any other does.
fn reachable(floor: &Floor, mode: Mode) -> bool {
    let columns = match mode {
        Mode::Plain => [Column::Plain, Column::Plain],
        Mode::Tee => [Column::TeeOpen, Column::TeeProxy],
        Mode::ZkMl => [Column::ZkConstant, Column::ZkPrivate],
    };
    let inputs = [InputChannel::Public, InputChannel::EndsInEnclave];
    let cases = columns.into_iter().flat_map(|column| inputs.map(|input| best(column, input)));
    cases.filter(|facts| floor.missing(facts).is_none()).count() > 0
}

fn best(column: Column, input: InputChannel) -> Facts {
    let setup = match column {
        Column::ZkConstant | Column::ZkPrivate => SetupTrust::Bare,
        _ => SetupTrust::NotApplicable,
    };
    Facts {
        circumstances: Circumstances {
            column,
            batch_leaf: false,
            leaf_holds_block_hash: false,
            voucher: false,
            setup,
            input,
            delivery: Delivery::InBlock,
            vouches: ClaimSet::of(&Claim::ALL),
            preparation_in_image: true,
            seeded_by_lease: true,
            platform_holder_known: true,
        },
        passed: Passed::of(&Check::ALL),
    }
}
