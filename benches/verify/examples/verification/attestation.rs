//! Attestation of each format, whole and with what a chain keeps, and the signature of an answer.

use crate::{
    documents::{answer, dcap, nitro, sev_snp},
    timing::{print_head, print_row, Bench, Place},
    Result,
};
use opg_bench_verify::{Task, Work};

const COLUMNS: [&str; 5] =
    ["signatures verified", "native", "wasm", "wasm, times native", "goal in wasm"];

/// A row of the table.
struct Figure {
    what: String,
    /// How many signatures are verified, and of which kind.
    signatures: &'static str,
    task: Task,
    work: Work,
    /// The most milliseconds that it is to take in wasm.
    goal: Option<&'static str>,
}

impl Figure {
    fn new(what: impl Into<String>, signatures: &'static str, task: Task) -> Self {
        Self { what: what.into(), signatures, task, work: Work::Outcome, goal: None }
    }

    fn within(self, goal: &'static str) -> Self {
        Self { goal: Some(goal), ..self }
    }

    fn print(&self, bench: &mut Bench) -> Result<()> {
        let native = bench.time(Place::Native, &self.task, self.work)?;
        let wasm = bench.time(Place::Wasm, &self.task, self.work)?;
        let cells = [
            self.signatures.to_owned(),
            native.to_string(),
            wasm.to_string(),
            wasm.times(&native),
            self.goal.map_or_else(String::new, |goal| format!("at most {goal}")),
        ];
        print_row(&self.what, cells.into_iter());
        Ok(())
    }
}

/// A document with three CAs below the root: of AWS where this machine has one, else of the
/// development vendor.
fn of_nitro() -> [Figure; 3] {
    let (whose, whole) = match nitro::sound() {
        Some(task) => ("of AWS", task),
        None => ("of the development vendor", nitro::development()),
    };
    let known = nitro::with_known_issuers(&whole);
    let name = format!("Nitro document {whose}");
    let whole = Task::Nitro(whole);
    [
        Figure {
            what: "the call alone, with that document".into(),
            signatures: "none",
            task: whole.clone(),
            work: Work::Nothing,
            goal: None,
        },
        Figure::new(format!("{name}, whole chain"), "5 P-384", whole),
        Figure::new(format!("{name}, issuers known"), "2 P-384", Task::Nitro(known)).within("9"),
    ]
}

/// A report of a Milan processor.
fn of_sev_snp() -> Result<[Figure; 2]> {
    let milan = sev_snp::milan();
    let registered = milan.registered().ok_or("the chain of AMD is refused")?;
    Ok([
        Figure::new("SEV-SNP report and its chain", "2 RSA-PSS-4096, 1 P-384", milan.whole()),
        Figure::new("SEV-SNP report under a registered VCEK", "1 P-384", registered).within("5"),
    ])
}

/// A TDX quote of version 4.
fn of_dcap() -> [Figure; 3] {
    let tdx = dcap::tdx();
    [
        Figure::new("collateral of a TDX quote alone", "7 P-256", tdx.collateral()),
        Figure::new("TDX quote and its collateral", "9 P-256", tdx.whole()),
        Figure::new("TDX quote with stored collateral", "3 P-256", tdx.stored()).within("6"),
    ]
}

/// The table.
pub fn print(bench: &mut Bench) -> Result<()> {
    println!("\nAttestation\n");
    print_head("what", COLUMNS.into_iter());
    for figure in of_nitro().into_iter().chain(of_sev_snp()?).chain(of_dcap()) {
        figure.print(bench)?;
    }
    let answer = Task::Answer(answer::good());
    Figure::new("signature of an answer, by the host", "1 Ed25519", answer)
        .within("0.1")
        .print(bench)
}
