//! What verifying a proof costs, natively and in wasm, and what of it is reading key and proof.
//! `make figures`, or the example with a number of repetitions. One thread: `RAYON_NUM_THREADS=1`.

#[path = "../../../verifiers/groth16/tests/common/mod.rs"]
mod common;

use opg_bench_verify::{judge, Arithmetic, Case, Guest, NodeHostFunctions, Step};
use opg_primitives::ids::Account;
use opg_verifier_groth16::MAX_INPUTS;
use opg_zkml::{
    setup_alone,
    statement::{statement, NO_SALT},
    CompiledModel,
};
use std::{
    env,
    error::Error,
    fmt, fs,
    ops::Sub,
    path::Path,
    time::{Duration, Instant},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Where a step is done.
#[derive(Clone, Copy)]
struct Place {
    name: &'static str,
    arithmetic: Arithmetic,
    in_wasm: bool,
}

const PLACES: [Place; 4] = [
    Place { name: "native", arithmetic: Arithmetic::Bls12_381, in_wasm: false },
    Place {
        name: "native, through the hooks",
        arithmetic: Arithmetic::HostedBls12_381,
        in_wasm: false,
    },
    Place {
        name: "wasm, with host functions",
        arithmetic: Arithmetic::HostedBls12_381,
        in_wasm: true,
    },
    Place { name: "wasm, without", arithmetic: Arithmetic::Bls12_381, in_wasm: true },
];

/// What the runs of one step took.
#[derive(Clone, Copy)]
struct Time {
    least: Duration,
    median: Duration,
}

impl Sub for Time {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            least: self.least.saturating_sub(other.least),
            median: self.median.saturating_sub(other.median),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        write!(f, "{:.2} ({:.2})", ms(self.least), ms(self.median))
    }
}

/// The times at one place.
struct Column {
    nothing: Time,
    key: Time,
    proof: Time,
    all: Time,
}

struct Bench {
    guest: Guest<NodeHostFunctions>,
    runs: usize,
}

impl Bench {
    fn time(&mut self, place: Place, step: Step, case: &Case) -> Result<Time> {
        let mut times = Vec::with_capacity(self.runs);
        // The first run warms up, and in wasm compiles; it does not count.
        for run in 0..=self.runs {
            let start = Instant::now();
            let verdict = match place.in_wasm {
                true => self.guest.judge(place.arithmetic, step, case)?,
                false => judge(place.arithmetic, step, case),
            };
            let taken = start.elapsed();
            if verdict != "Ok(())" {
                return Err(format!("{}: {step:?}: {verdict}", place.name).into());
            }
            if run > 0 {
                times.push(taken);
            }
        }
        times.sort_unstable();
        Ok(Time { least: times[0], median: times[times.len() / 2] })
    }

    fn column(&mut self, place: Place, case: &Case) -> Result<Column> {
        Ok(Column {
            nothing: self.time(place, Step::Nothing, case)?,
            key: self.time(place, Step::ReadKey, case)?,
            proof: self.time(place, Step::ReadProof, case)?,
            all: self.time(place, Step::Verify, case)?,
        })
    }

    fn table(&mut self, title: &str, case: &Case) -> Result<()> {
        println!(
            "\n{title}: {} public inputs, key of {} bytes, proof of {} bytes\n",
            case.inputs.len(),
            case.key.len(),
            case.proof.len()
        );
        let columns =
            PLACES.map(|place| self.column(place, case)).into_iter().collect::<Result<Vec<_>>>()?;
        print_row("step", PLACES.iter().map(|place| place.name.to_owned()));
        print_row("---", PLACES.iter().map(|_| "---".to_owned()));
        print_times("the call alone", &columns, |column| column.nothing);
        print_times("reading the key", &columns, |column| column.key - column.nothing);
        print_times("reading the proof", &columns, |column| column.proof - column.nothing);
        print_times("the rest: inputs, their sum, pairings", &columns, |column| {
            column.all - column.key - (column.proof - column.nothing)
        });
        print_times("all of it", &columns, |column| column.all);
        let native = columns[0].all.least.as_secs_f64();
        let times = |column: &Column| format!("{:.1}", column.all.least.as_secs_f64() / native);
        print_row("all of it, times native", columns.iter().map(times));
        Ok(())
    }
}

fn print_row(what: &str, cells: impl Iterator<Item = String>) {
    println!("| {what} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

fn print_times(what: &str, columns: &[Column], of: fn(&Column) -> Time) {
    print_row(what, columns.iter().map(|column| of(column).to_string()));
}

/// A proof of the digits model, under a key of this moment's setup.
fn digits() -> Result<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../zkml/models/digits");
    let model = CompiledModel::compile(&fs::read(folder.join("digits.onnx"))?)?;
    let image = fs::read(folder.join("held_out.bin"))?[..64].to_vec();
    let binding = [7; 32];
    let mut rng = common::rng(1);
    let keys = setup_alone(&model, Account([0; 32]), 0, &mut rng)?;
    let answer = model.prove(&keys.proving, &image, &NO_SALT, &binding, &mut rng)?;
    let output = answer.output.to_bytes();
    let inputs = statement(model.interface(), &NO_SALT, &image, &output, &binding)?;
    Ok(Case { key: keys.verifying, inputs, proof: answer.proof })
}

/// A proof under the longest key that is accepted.
fn longest() -> Case {
    let bytes = common::real::<ark_bls12_381::Bls12_381>(MAX_INPUTS, 1).bytes();
    Case { key: bytes.key, inputs: bytes.inputs, proof: bytes.proof }
}

fn main() -> Result<()> {
    let runs = env::args().nth(1).map_or(Ok(50), |runs| runs.parse::<usize>())?;
    let mut bench = Bench { guest: Guest::new()?, runs: runs.max(1) };
    println!("BLS12-381; milliseconds, the least of {} runs (the median)", bench.runs);
    bench.table("The digits circuit", &digits()?)?;
    bench.table("The longest key", &longest())
}
