//! The command line, and the order in which things are measured.

use crate::{
    check::{self, Checker},
    fixed::Kind,
    load::{self, Load},
    processes::{Node, Server},
    report::{Report, Row, Way},
};
use clap::Parser;
use std::{
    sync::{atomic::AtomicU64, Arc},
    time::Duration,
};

const EXAMPLES: &str = "Examples:
  opg-overhead                                       the table of benches/README.md, in 3 minutes
  opg-overhead --clients 1 --requests 20 --rounds 3  a first look
  opg-overhead --json > overhead.json                the figures, and those of each round

The programs `tee-node` and `fixed-upstream` stand beside this one, as `cargo build --workspace`
leaves them. All of them share the processors of this machine: let nothing else run on it.";

/// Measures what a `tee-node` adds to an upstream that always takes 50 ms for 64 KiB.
///
/// Clients ask the upstream directly and through the node, in turns, whole answers and streams. Each
/// client has one connection, and asks again as soon as it has its answer. Each answer that came
/// through the node is checked afterwards: that it is signed, by that node, for that request, over
/// the bytes that the upstream gave.
///
/// Exit codes: 0 good, 1 an answer failed or was not as it should be, 2 wrong command line.
#[derive(Clone, Debug, Parser)]
#[command(name = "opg-overhead", version, after_help = EXAMPLES)]
pub struct Cli {
    /// Clients that ask at once; a row of the table for each number.
    #[arg(long, value_delimiter = ',', default_value = "1,64", value_parser = clap::value_parser!(u32).range(1..=512), value_name = "NUMBERS")]
    pub clients: Vec<u32>,
    /// What each client asks in each round on each way.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000), value_name = "NUMBER")]
    pub requests: u32,
    /// What each client asks before that, which does not count.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000), value_name = "NUMBER")]
    pub warm_up: u32,
    /// Rounds: direct, then through the node. Their differences show whether the machine drifts.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(3..=100), value_name = "NUMBER")]
    pub rounds: u32,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Does what the command line says. The figures go to standard output, what is being done to
/// standard error.
///
/// # Errors
/// If a program does not start, or any answer fails.
pub fn execute(cli: &Cli) -> anyhow::Result<()> {
    let report = tokio::runtime::Runtime::new()?.block_on(measure(cli))?;
    if cli.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}

async fn measure(cli: &Cli) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    let upstream = Server::upstream(folder.path()).await?;
    // With a place for each client, and no fewer than by itself.
    let at_once = cli.clients.iter().copied().max().unwrap_or_default().max(64);
    let node = Node::start(folder.path(), &upstream.base, at_once).await?;
    let mut bench = Bench {
        checker: Checker::new(node.key),
        numbers: Arc::new(AtomicU64::new(1)),
        upstream,
        node,
    };
    let rows = bench.rows(cli).await;
    rows.map(|rows| Report::new(cli.rounds, cli.requests, rows))
        .map_err(|error| error.context(format!("the node says:\n{}", bench.node.server.log())))
}

struct Bench {
    upstream: Server,
    node: Node,
    checker: Checker,
    numbers: Arc<AtomicU64>,
}

impl Bench {
    async fn rows(&mut self, cli: &Cli) -> anyhow::Result<Vec<Row>> {
        let mut rows = Vec::new();
        for clients in &cli.clients {
            let load = Load { clients: *clients, warm_up: cli.warm_up, requests: cli.requests };
            for kind in Kind::ALL {
                rows.push(self.row(load, kind, cli.rounds).await?);
            }
        }
        Ok(rows)
    }

    async fn row(&mut self, load: Load, kind: Kind, rounds: u32) -> anyhow::Result<Row> {
        let (mut direct, mut through) = (Way::default(), Way::default());
        let mut processor = Some(Duration::ZERO);
        for round in 1..=rounds {
            eprintln!("{} clients, {}, round {round} of {rounds}", load.clients, kind.name());
            let phase = load::run(load, &self.upstream.base, kind, &self.numbers).await?;
            check::direct(&phase.answers, kind)?;
            direct.add(&phase);

            let before = self.node.server.processor_time();
            let phase = load::run(load, &self.node.server.base, kind, &self.numbers).await?;
            let used = self.node.server.processor_time().zip(before);
            processor = processor.zip(used).map(|(sum, (after, before))| sum + (after - before));
            self.checker.signed(&phase.answers, kind)?;
            through.add(&phase);
        }
        let each = load.requests.saturating_add(load.warm_up);
        let answers = each.saturating_mul(load.clients).saturating_mul(rounds);
        let processor = processor.map(|time| (time, answers));
        Row::new((load.clients, kind.name()), &direct, &through, processor)
    }
}
