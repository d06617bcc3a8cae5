//! Whether blocks follow each other, and what ties the receipt to its block.

use super::missing;
use crate::audit::{
    case::Case,
    header::{self, Header},
    report::{Compare, Finding},
};
use codec::Compact;
use opg_primitives::{receipt::Selection, tree};

/// Request, lease, acknowledgement, receipt and deadline follow each other; a named provider is
/// said to be named.
pub fn blocks(case: &Case<'_>) -> Finding {
    let receipt = &case.receipt;
    let mut compared = Compare::default();
    let mut steps = vec![("requested", receipt.requested)];
    if let Some(lease) = case.lease() {
        // A named provider is leased in the request's own block, from the state of its parent.
        steps.push(("lease.lease_block.0", lease.lease_block.0.saturating_add(1)));
        steps.extend(lease.acknowledged.map(|block| ("lease.acknowledged", block)));
    }
    steps.push(("closed", receipt.closed));
    if receipt.mode.achieved.is_some() {
        steps.push(("deadline", receipt.deadline));
    }
    for pair in steps.windows(2) {
        if let [(earlier, before), (field, block)] = pair {
            if block < before {
                compared.differs(field, block.to_string(), format!("{earlier} {before} or later"));
            }
        }
    }
    if let Some(answer) = &case.bundle.answer {
        compared.field("closed", &receipt.closed, &answer.block);
    }
    if receipt.mode.achieved.is_some() {
        compared.field(
            "lease.acknowledged",
            &case.lease().is_some_and(|lease| lease.acknowledged.is_some()),
            &true,
        );
    }
    if let (Some(lease), Some(request)) = (case.lease(), &case.bundle.request) {
        let named = lease.selection == Selection::Named;
        compared.field("lease.selection", &named, &request.named.is_some());
        if let (true, Some(named)) = (named, request.named) {
            compared.field("lease.provider", &lease.provider, &named);
        }
        if let Selection::Drawn { redraws } = lease.selection {
            if redraws > MAX_REDRAWS {
                compared.differs(
                    "lease.selection.redraws",
                    redraws.to_string(),
                    format!("at most {MAX_REDRAWS}"),
                );
            }
        }
    }
    Finding::of("blocks", "request, lease, acknowledgement and receipt follow each other", compared)
}

/// How often one draw is repeated at most.
const MAX_REDRAWS: u8 = 64;

/// The headers are those of the receipt's and the lease's block, and the former carries the root
/// over a list of receipts with this one.
pub fn inclusion(case: &Case<'_>) -> Finding {
    let Some(part) = &case.bundle.inclusion else {
        return missing("inclusion", "the header of the receipt's block");
    };
    let mut compared = Compare::default();
    match Header::read(&part.header.0) {
        None => compared.differs("inclusion.header", "bytes that are no header", "a header"),
        Some(header) => {
            compared.field("closed", &case.receipt.closed, &header.number.0);
            match header::receipts_root(&header) {
                None => compared.differs(
                    "inclusion.header",
                    "no root of receipts",
                    "the root that each block of this chain carries",
                ),
                Some(said) => {
                    let found = tree::root(&part.receipts);
                    compared.field("inclusion.receipts", &said, &found);
                }
            }
        }
    }
    if !part.receipts.contains(&case.bundle.receipt_id) {
        compared.differs(
            "closed",
            format!("block {}", case.receipt.closed),
            format!("the block of this receipt; that one has {} others", part.receipts.len()),
        );
    }
    match (case.lease(), &part.lease_header) {
        (Some(lease), Some(bytes)) => {
            let number = Header::read(&bytes.0).map(|header| header.number);
            compared
                .field("lease.lease_block.1", &lease.lease_block.1, &Header::hash_of(&bytes.0))
                .field(
                    "lease.lease_block.0",
                    &Some(lease.lease_block.0),
                    &number.map(|Compact(number)| number),
                );
        }
        (None, None) => {}
        (Some(_), None) => return missing("inclusion", "the header of the lease's block"),
        (None, Some(_)) => compared.differs("lease", "none", "one: the bundle has its header"),
    }
    Finding::of(
        "inclusion",
        format!(
            "the header of block {} carries the root over its receipts, with this one; the lease's \
             header has the hash and number of the lease",
            case.receipt.closed
        ),
        compared,
    )
}

/// Whether the block is final: nothing in a bundle shows it.
pub fn finality(case: &Case<'_>) -> Finding {
    let told = match &case.bundle.anchor {
        Some(anchor) if anchor.finalised.0 >= case.receipt.closed => format!(
            ": the node {} called block {} final, and this one is no later",
            anchor.obtained_from, anchor.finalised.0
        ),
        Some(anchor) => {
            format!(": the node {} had not called it final yet", anchor.obtained_from)
        }
        None => String::new(),
    };
    Finding::could_not(
        "finality",
        format!("that this header is in the chain and final is as told by that node{told}"),
    )
}
