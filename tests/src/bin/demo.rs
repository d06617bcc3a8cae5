//! The main job on one machine: a chain, a prover, an enclave and a model that this project trained read
//! one handwritten digit in the modes `Plain`, `Tee` and `ZkMl`; then the three receipts, side by side too,
//! and an audit of each. It fails where the answers differ, or where a receipt says more than it may.

use anstyle::{AnsiColor, Style};
use anyhow::{ensure, Context};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use opg_tests::{
    digits::{self, Digit},
    network::{text, Network, Ports, REQUESTER, REQUESTERS},
    opg::Opg,
};
use opg_worker_api::{GATEWAY_PORT, WORKER_PORT};
use serde_json::Value;
use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

/// How long an answer may take: its windows and the finality of both ends.
const ANSWER: Duration = Duration::from_secs(240);

/// Ask for a handwritten digit in three modes, read the receipts side by side, audit each.
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
    /// The port of the gateway.
    #[arg(long, default_value_t = GATEWAY_PORT)]
    gateway_port: u16,
    /// The port of the prover.
    #[arg(long, default_value_t = WORKER_PORT)]
    prover_port: u16,
    /// The port of the enclave, for clients that speak OpenAI's protocol.
    #[arg(long, default_value_t = 8652)]
    client_port: u16,
    /// The port of the enclave, for jobs.
    #[arg(long, default_value_t = 8653)]
    enclave_port: u16,
}

impl Args {
    fn ports(&self) -> Ports {
        Ports {
            prover: self.prover_port,
            enclave: self.enclave_port,
            clients: self.client_port,
            gateway: self.gateway_port,
        }
    }
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

/// An answer, and the mode in which it was asked for.
struct Answered {
    mode: &'static str,
    /// The receipt's id.
    id: String,
    /// What `opg ask` said.
    shown: Value,
}

/// Asks for `digit` in all modes at once, each by an account of its own.
async fn ask(opg: &Opg, model: &str, digit: &Digit) -> anyhow::Result<[Answered; 3]> {
    let values = digit.values();
    let [first, second, third, ..] = REQUESTERS;
    let asked = |mode: &'static str, who: &'static str| {
        let (opg, values) = (opg.clone(), values.clone());
        async move {
            let args = ["ask", model, "--values", &values, "--mode", mode, "--account", who];
            let shown = opg.json_within(&args, ANSWER).await?;
            let id = text(&shown, "id").context("an answer without a receipt")?;
            anyhow::Ok(Answered { mode, id, shown })
        }
    };
    let (plain, tee, zkml) =
        tokio::try_join!(asked("plain", first), asked("tee", second), asked("zkml", third))?;
    Ok([plain, tee, zkml])
}

/// Whether the three answers are one, and the receipt in mode `Tee` says no more than it may: the demo
/// has no hardware that could vouch for anything.
fn check(answers: &[Answered; 3]) -> anyhow::Result<()> {
    let [plain, tee, zkml] = answers;
    let output = text(&plain.shown, "output")?;
    for other in [tee, zkml] {
        let theirs = text(&other.shown, "output")?;
        ensure!(output == theirs, "{output} in mode plain, {theirs} in mode {}", other.mode);
    }
    let vendor = &tee.shown["receipt"]["appraised"]["attested"]["enclave"]["vendor"];
    ensure!(vendor == "Development", "the enclave's vendor is {vendor}");
    for Answered { mode, shown, .. } in answers {
        let cells = shown["receipt"]["appraised"]["standings"].as_array().context("no table")?;
        ensure!(!cells.is_empty(), "mode {mode}: the table is empty");
        let attested = cells.iter().find(|cell| cell["standing"] == "Attested");
        ensure!(attested.is_none(), "mode {mode}: {attested:?}");
    }
    Ok(())
}

/// Saves the receipt of `answered` with its evidence in `folder`, and audits it.
fn audit(opg: &Opg, folder: &Path, answered: &Answered) -> anyhow::Result<()> {
    let file = folder.join(format!("receipt-{}.json", answered.mode));
    let file = file.to_str().context("the folder's name is not UTF-8")?;
    let kept = opg.run(&["receipt", &answered.id, "--save", file, "--force", "--quiet"])?;
    ensure!(kept.code == 0, "the receipt was not saved: {}", kept.err);
    let code = show(opg, &["audit", &answered.id])?;
    ensure!(
        code == 2,
        "an audit against one node is incomplete, which is exit code 2; it was {code}"
    );
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let temporary = tempfile::tempdir()?;
    let folder = args.dir.clone().unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let images = digits::held_out()?;
    let [digit, another, ..] = images.as_slice() else {
        anyhow::bail!("too few images were held out")
    };

    title("a chain, a prover, an enclave, a model");
    let steps = Steps::new();
    let start = |step: &str| steps.say(step);
    let network =
        Network::start_at(&folder, &digits::network(), args.rpc_port, args.ports(), start).await?;
    steps.0.finish_and_clear();
    let opg = &network.opg;
    show(opg, &["model", "list"])?;
    show(opg, &["enclave", "list"])?;

    title(&format!("a {} that no training saw, asked in three modes at once", digit.label));
    println!("{}", digit.drawn());
    steps.say("waiting for the three answers");
    let answers = ask(opg, &network.model, digit).await?;
    for Answered { mode, id, .. } in &answers {
        title(&format!("the receipt in mode {mode}"));
        show(opg, &["receipt", id])?;
    }

    title("what the three receipts may say, side by side");
    let [plain, tee, zkml] = &answers;
    show(opg, &["compare", &plain.id, &tee.id, &zkml.id])?;
    println!(
        "The enclave's vendor is `Development`, whose secrets are public: nobody's hardware vouches for \
         this answer, so no cell of its receipt reads Attested.\n"
    );

    title("an audit of each: the validators' code, run again here");
    for answered in &answers {
        audit(opg, &folder, answered)?;
    }
    check(&answers)?;
    println!("One digit, three modes, one answer: {}\n", text(&plain.shown, "output")?);

    if args.stay {
        title("the network stays up; Ctrl-C ends it");
        println!("chain     {}", opg.url());
        println!("gateway   http://127.0.0.1:{}", network.gateway.port);
        println!("prover    http://127.0.0.1:{}", network.prover.port);
        println!("enclave   http://127.0.0.1:{}/v1", network.enclave.client_port);
        println!("model     {}", network.model);
        println!("receipts  {}", answers.each_ref().map(|it| it.id.as_str()).join("\n          "));
        println!("logs      {}", folder.display());
        println!(
            "\ntry       opg ask {} --values {} --account {REQUESTER}",
            network.model,
            another.values()
        );
        tokio::signal::ctrl_c().await?;
    }
    Ok(())
}
