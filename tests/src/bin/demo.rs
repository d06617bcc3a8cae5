//! The main job on one machine: a chain, a prover and a model that this project trained read
//! handwritten digits, once `Plain` and once `ZkMl`; then both receipts, and an audit.

use anstyle::{AnsiColor, Style};
use anyhow::Context;
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use opg_tests::{
    digits,
    network::{text, Network, REQUESTER},
    opg::Opg,
};
use opg_worker_api::WORKER_PORT;
use std::{
    io::IsTerminal,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

/// Ask for handwritten digits, read two receipts side by side, audit one.
#[derive(Debug, Parser)]
struct Args {
    /// Leave the network running, and print its addresses.
    #[arg(long)]
    stay: bool,
    /// Where chain, keys and logs go; without it, a folder that is removed at the end.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The port of the node's RPC.
    #[arg(long, default_value_t = 9944)]
    rpc_port: u16,
    /// The port of the prover.
    #[arg(long, default_value_t = WORKER_PORT)]
    prover_port: u16,
}

const TITLE: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
const FAINT: Style = Style::new().dimmed();

fn title(text: &str) {
    anstream::println!(
        "\n{TITLE}── {text} {}{TITLE:#}\n",
        "─".repeat(72usize.saturating_sub(text.chars().count()))
    );
}

/// A spinner where there is a terminal, a line where there is none.
struct Steps(ProgressBar, Instant);

impl Steps {
    fn new() -> Self {
        let bar = if std::io::stderr().is_terminal() {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar, Instant::now())
    }

    fn say(&self, step: &str) {
        if self.0.is_hidden() {
            anstream::eprintln!("{FAINT}[{:>3} s] {step}{FAINT:#}", self.1.elapsed().as_secs());
        }
        self.0.set_message(step.to_owned());
    }
}

/// Runs `opg` with its output on the screen; its exit code.
fn show(opg: &Opg, args: &[&str]) -> anyhow::Result<i32> {
    anstream::println!("{FAINT}$ opg {}{FAINT:#}\n", args.join(" "));
    let status = opg.command(args)?.stdin(Stdio::null()).status()?;
    println!();
    Ok(status.code().unwrap_or(-1))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let temporary = tempfile::tempdir()?;
    let folder = args.dir.clone().unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let images = digits::held_out()?;

    title("a chain, a prover, a model");
    let steps = Steps::new();
    let network =
        Network::start_at(&folder, &digits::network(), args.rpc_port, args.prover_port, |step| {
            steps.say(step)
        })
        .await?;
    steps.0.finish_and_clear();
    let opg = &network.opg;
    show(opg, &["model", "list"])?;

    let mut receipts = Vec::new();
    for (mode, digit) in ["plain", "zkml"].into_iter().zip(&images) {
        title(&format!("a {} that no training saw, asked in mode {mode}", digit.label));
        println!("{}", digit.drawn());
        let values = digit.values();
        let arguments =
            ["ask", &network.model, "--values", &values, "--mode", mode, "--account", REQUESTER];
        steps.say(&format!("waiting for an answer in mode {mode}"));
        let answer = opg.json(&arguments)?;
        receipts.push(text(&answer, "id").context("an answer without a receipt")?);
        show(opg, &["receipt", &receipts[receipts.len() - 1]])?;
    }

    title("what the two receipts may say, side by side");
    show(opg, &["compare", &network.model])?;

    title("an audit: the validators' code, run again here");
    let saved = folder.join("receipt.json");
    let saved = saved.to_str().context("the folder's name is not UTF-8")?;
    let last = &receipts[receipts.len() - 1];
    let kept = opg.run(&["receipt", last, "--save", saved, "--force", "--quiet"])?;
    anyhow::ensure!(kept.code == 0, "the receipt was not saved: {}", kept.err);
    let code = show(opg, &["audit", last])?;
    anyhow::ensure!(
        code == 2,
        "an audit against one node is incomplete, which is exit code 2; it was {code}"
    );

    if args.stay {
        title("the network stays up; Ctrl-C ends it");
        println!("chain     {}", opg.url());
        println!("prover    http://127.0.0.1:{}", network.prover.port);
        println!("model     {}", network.model);
        println!("receipts  {}", receipts.join("\n          "));
        println!("logs      {}", folder.display());
        println!(
            "\ntry       opg ask {} --values {} --account {REQUESTER}",
            network.model,
            images[2].values()
        );
        tokio::signal::ctrl_c().await?;
    }
    Ok(())
}
