//! The enclave that answered, for people.

use super::{
    styled,
    table::{Table, Text},
    time, words, BAD, DIM, HEAD, WARN,
};
use crate::audit::bundle::RevokedPart;
use opg_primitives::{
    attestation::{TcbStatus, Vendor},
    enclave::{Attested, EnclaveRecord, ModelRan, Run},
    reference::{ModelBinding, ReferenceValue},
    revocation::Taint,
    BlockNumber,
};

/// The section of a receipt that was closed in block `closed`. `seeded` says that the approved code seeds
/// its sampling by the lease, `reference` is what approves that code, and `revoked` what was revoked,
/// where they are at hand.
pub fn section(
    attested: &Attested,
    closed: BlockNumber,
    seeded: bool,
    reference: Option<&ReferenceValue>,
    revoked: Option<&RevokedPart>,
) -> String {
    let Attested { enclave, run } = attested;
    let mut table = Table::default();
    record(&mut table, enclave);
    approval(&mut table, reference);
    taints(
        &mut table,
        revoked.and_then(|part| Some((part.as_of, part.covering(enclave, closed)?))),
    );
    said(&mut table, run);
    // What an upstream does with a seed, it alone knows.
    if seeded && enclave.binding != ModelBinding::Upstream {
        table.row([
            "sampling",
            "seeded by the lease, where the model samples: nobody chose among answers",
        ]);
    }
    format!("\n{}\n{}", styled(HEAD, "The enclave that answered"), table.render())
}

/// What is known of an enclave.
pub fn record(table: &mut Table, enclave: &EnclaveRecord) {
    let style = match enclave.vendor {
        Vendor::Development => BAD,
        _ => Default::default(),
    };
    let vendor = format!("{}, by {}", words::vendor(enclave.vendor), words::format(enclave.format));
    let holder = match enclave.platform_holder_known {
        true => "held by the vendor",
        false => "nobody knows who holds it",
    };
    table
        .row([Text::from("vendor"), Text(vendor, style)])
        .row(["enclave".into(), enclave.id.to_string()])
        .row(["measurement".into(), enclave.measurement.to_string()])
        .row(["binds models".to_owned(), words::binding(enclave.binding).to_owned()])
        .row([
            "platform".into(),
            format!("{}, {holder}", words::platform(&enclave.platform, enclave.platform_known)),
        ])
        .row(["configuration".into(), enclave.configuration.to_string()])
        .row(["document".into(), format!("verified in block {}", enclave.verified)])
        .row(["valid until".into(), time::utc(enclave.valid_until)]);
    let style = if enclave.tcb == TcbStatus::UpToDate { Default::default() } else { WARN };
    table.row([Text::from("firmware"), Text(words::tcb(enclave.tcb).into(), style)]);
    let advisories: Vec<_> = enclave.advisories.iter().map(ToString::to_string).collect();
    match advisories.is_empty() {
        true => table.row([Text::from("advisories"), "none that its vendor names".into()]),
        false => table.row([Text::from("advisories"), Text(advisories.join(", "), WARN)]),
    };
}

/// Who approved what.
pub fn approval(table: &mut Table, reference: Option<&ReferenceValue>) {
    let Some(reference) = reference else {
        table.row([Text::from("approved by"), Text("not at hand: opg enclave show".into(), DIM)]);
        return;
    };
    let vouches: Vec<_> = reference.vouches.iter().map(words::claim).collect();
    let observed = if vouches.is_empty() { "nothing".into() } else { vouches.join("; ") };
    let built = &reference.built_from;
    table
        .row([
            "approved by".into(),
            format!(
                "{}, for blocks {} to {}, for {}",
                words::approver(reference.approved_by.as_ref()),
                reference.from,
                reference.until,
                match &reference.model {
                    Some(model) => format!("model {model}"),
                    None => "every model that it can serve".into(),
                }
            ),
        ])
        .row(["source".into(), format!("{}, archive {}", built.source, built.revision)])
        .row(["built by".into(), format!("recipe {}", built.recipe)])
        .row(["observes itself".into(), observed]);
}

/// What was revoked that covers the receipt's block, as of a block.
fn taints(table: &mut Table, known: Option<(BlockNumber, Vec<Taint>)>) {
    let Some((as_of, covering)) = known else {
        table.row([Text::from("tainted"), Text("not known: opg audit".into(), DIM)]);
        return;
    };
    if covering.is_empty() {
        table.row(["tainted".to_owned(), format!("no, as of block {as_of}")]);
    }
    for taint in &covering {
        let text = format!("YES, as of block {as_of}: {}", words::taint(taint));
        table.row([Text::from("tainted"), Text(text, BAD)]);
    }
}

fn said(table: &mut Table, run: &Run) {
    let model = match &run.model {
        ModelRan::Network(digest) => format!("the network with SHA-256 {digest}"),
        ModelRan::Named(name) => format!("{:?}, as the upstream calls it", name.to_string()),
    };
    let before = match run.sequence {
        0 => "its first".into(),
        number => format!("number {number} from 0, linked to {}", run.previous),
    };
    table
        .row(["model that ran".into(), model])
        .row(["ended".to_owned(), words::finish(run.finish).to_owned()])
        .row([
            "usage".into(),
            format!("{} of input, {} of output", run.usage.input, run.usage.output),
        ])
        .row([
            "times".into(),
            format!(
                "{} to {}, by the clock of the host",
                time::utc_milliseconds(run.started),
                time::utc_milliseconds(run.finished)
            ),
        ])
        .row(["answer".into(), format!("of these keys {before}")])
        .row([
            Text::from("gaps"),
            Text(
                "A number that is missing among the receipts of this enclave is an answer that is not \
                 on chain, as any is that was given to somebody directly. Answers under other keys, \
                 after a restart, leave no gap here."
                    .into(),
                DIM,
            ),
        ]);
}
