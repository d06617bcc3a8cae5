//! Who may lie or break in: what stays open of an answer, and what withstands what.

use super::{
    styled,
    table::{Table, Text},
    words, BAD, GOOD, STRONG, WARN,
};
use opg_primitives::{
    attestation::Vendor,
    threats::{stance, Defence, Stance, Threat},
};

/// What `defence` does not withstand, a sentence each.
pub fn open(defence: Defence) -> String {
    let mut table = Table::default();
    for (threat, why) in defence.open() {
        table.row([Text(threat.id().into(), WARN), why.into()]);
    }
    table.render()
}

/// A threat, and how each way of verifying stands to it.
pub fn render(threat: Threat) -> String {
    let mut table = Table::default();
    for (name, defence) in defences() {
        let (word, style, why) = match stance(threat, defence) {
            Stance::Withstood(why) => ("withstood", GOOD, why),
            Stance::Open(why) => ("open", BAD, why),
        };
        table.row([Text::from(name), Text(word.into(), style), why.into()]);
    }
    format!("{}  {}\n\n{}", styled(STRONG, threat.id()), threat.what(), table.render())
}

/// Every way of verifying, by name: what differs by the facts of an answer, at its worse.
fn defences() -> Vec<(String, Defence)> {
    let mut all = vec![
        ("Plain".to_owned(), Defence::Word),
        ("ZkMl".to_owned(), Defence::Proof { forgeable: true }),
        ("ZkMl, good setup".to_owned(), Defence::Proof { forgeable: false }),
    ];
    for vendor in Vendor::ALL {
        let name = match vendor {
            Vendor::Development => "development",
            vendor => words::vendor(vendor),
        };
        let of = |forwards| Defence::Enclave { vendor, forwards, seeded: false };
        all.push((format!("Tee, {name}"), of(false)));
        all.push((format!("Tee, {name}, upstream"), of(true)));
    }
    all
}

/// The whole table.
pub fn all() -> String {
    Threat::ALL.map(render).join("\n")
}
