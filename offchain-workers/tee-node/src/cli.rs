//! The command line.

use crate::{
    admission::Terms,
    jobs::PATIENCE,
    metrics::Metrics,
    models,
    openai::{self, embedded, Bounds, Service},
    platform::{DevelopmentPlatform, NitroPlatform, Platform, SevSnpPlatform, TdxPlatform},
    renewal::{keep_fresh, renew, watch_standing},
    report,
    service::{Parts, Worker},
    session::{Attester, Setting},
    signer::Signer,
    standing::Standing,
    text::Text,
};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use opg_gateway::{chain::Node, client::http};
use opg_primitives::{
    artefact::{TextInterface, TextModel, TextSource},
    attestation::{self, Configuration, SCHEMA},
    ids::{Account, BlockHash, Digest, GenesisHash},
    names::{Address, EngineName, ModelName},
    request::MAX_PUBLIC_BYTES,
    Balance,
};
use opg_worker_api::{
    server::{
        bind, join_pool, parse_hash, router, runtime, serve, shutdown_signal, Exit, Failure, Limits,
    },
    BlockRef, WORKER_PORT,
};
use reqwest::Url;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::watch;

/// How long what runs may take once the program ends.
const GRACE: Duration = Duration::from_secs(10);
/// How long the chain's node may take to answer.
const NODE_DEADLINE: Duration = Duration::from_secs(5);
/// How often the chain is looked at for these keys: about once a block.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// The port of loopback at which clients are served unless told otherwise.
pub const CLIENT_PORT: u16 = 8652;

/// Answers inside an enclave, and signs what it answers.
///
/// Exit codes: 0 good, 1 unexpected, 2 wrong command line, 3 a model, a file or the platform is
/// wrong, 4 an address cannot be listened on.
#[derive(Debug, Parser)]
#[command(name = "tee-node", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve jobs and clients until interrupted.
    Run(Box<Run>),
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// What vouches for the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlatformName {
    /// AWS Nitro Enclaves, by /dev/nsm.
    Nitro,
    /// Intel TDX, by configfs-tsm.
    Tdx,
    /// AMD SEV-SNP, by configfs-tsm.
    SevSnp,
    /// Nothing: for development chains, on any machine.
    Development,
}

impl PlatformName {
    fn open(self) -> Box<dyn Platform> {
        match self {
            Self::Nitro => Box::new(NitroPlatform::default()),
            Self::Tdx => Box::new(TdxPlatform::default()),
            Self::SevSnp => Box::new(SevSnpPlatform::default()),
            Self::Development => Box::new(DevelopmentPlatform),
        }
    }
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Run {
    /// What vouches for the code. `development` vouches for nothing.
    #[arg(long, env = "OPG_TEE_PLATFORM", value_enum)]
    pub platform: PlatformName,
    /// Genesis hash of the chain to serve.
    #[arg(long, env = "OPG_TEE_GENESIS", value_parser = parse_hash, value_name = "HASH")]
    pub genesis: [u8; 32],
    /// Account of the provider to work for, 32 bytes in hexadecimal.
    #[arg(long, env = "OPG_TEE_PROVIDER", value_parser = parse_hash, value_name = "ACCOUNT")]
    pub provider: [u8; 32],
    /// Account that is paid, if it is another than the provider.
    #[arg(long, env = "OPG_TEE_PAYEE", value_parser = parse_hash, value_name = "ACCOUNT")]
    pub payee: Option<[u8; 32]>,
    /// HTTP address of the chain node's JSON-RPC: it says which block is final, and so what a
    /// document is fresh by.
    #[arg(long, env = "OPG_TEE_CHAIN", value_name = "URL", required_unless_present = "block")]
    pub chain: Option<Url>,
    /// Make one document by this final block, and none after it.
    #[arg(
        long, env = "OPG_TEE_BLOCK", value_parser = block, value_name = "NUMBER:HASH",
        conflicts_with = "chain"
    )]
    pub block: Option<BlockRef>,
    /// How often a fresh document is made, in seconds; well below its window, which is 3 hours with
    /// Nitro.
    #[arg(long, env = "OPG_TEE_RENEW_SECONDS", default_value_t = 3600, value_parser = clap::value_parser!(u64).range(10..=604_800), value_name = "SECONDS")]
    pub renew_seconds: u64,
    /// File that each registration is written to, for `opg enclave register`.
    #[arg(long, env = "OPG_TEE_REGISTRATION", value_name = "FILE")]
    pub registration: Option<PathBuf>,
    /// Address at which clients reach this node, as it is to stand on chain.
    #[arg(long, env = "OPG_TEE_ENDPOINT", value_parser = address, value_name = "URL")]
    pub endpoint: Option<Address>,
    /// Directory of networks to serve on chain: `0x<id>/network.onnx`.
    #[arg(long, env = "OPG_TEE_MODELS", value_name = "DIR")]
    pub models: Option<PathBuf>,
    /// Text model to serve on chain, by the name that the upstream knows it by; several with commas.
    ///
    /// With `--upstream embedded` it is `tiny-lm-demo`, an open model that runs inside: the chain knows
    /// it by its weights. With an address it is a model of that upstream, which has to give just this name
    /// in its answers. The id under which the chain knows each is printed at the start; `opg model
    /// register --text NAME` registers it, with the same bounds.
    #[arg(long, env = "OPG_TEE_TEXT", value_name = "NAME", value_delimiter = ',')]
    pub text: Vec<String>,
    /// The most bytes of a text model's input, as it is registered.
    #[arg(long, env = "OPG_TEE_TEXT_MAX_INPUT", default_value_t = MAX_PUBLIC_BYTES, value_name = "BYTES")]
    pub text_max_input: u32,
    /// The most bytes of a text model's output, as it is registered; a longer answer is cut.
    #[arg(long, env = "OPG_TEE_TEXT_MAX_OUTPUT", default_value_t = MAX_PUBLIC_BYTES, value_name = "BYTES")]
    pub text_max_output: u32,
    /// Texts that the upstream is asked for at once, for leased jobs.
    #[arg(long, env = "OPG_TEE_TEXTS", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub texts: u32,
    /// Address to listen on for jobs. The protocol has no login: beyond this machine, put one before
    /// it.
    #[arg(
        long,
        env = "OPG_TEE_LISTEN",
        default_value_t = SocketAddr::from(([127, 0, 0, 1], WORKER_PORT)),
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,
    /// Address to listen on for clients.
    #[arg(
        long,
        env = "OPG_TEE_CLIENT_LISTEN",
        default_value_t = SocketAddr::from(([127, 0, 0, 1], CLIENT_PORT)),
        value_name = "ADDRESS"
    )]
    pub client_listen: SocketAddr,
    /// Threads that run networks.
    #[arg(long, env = "OPG_TEE_THREADS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub threads: u32,
    /// Jobs that may be accepted and not answered, of networks and of texts each.
    #[arg(long, env = "OPG_TEE_QUEUE", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub queue: u32,
    /// Least price of a job, in units of 10^-18 OPG.
    #[arg(long, env = "OPG_TEE_MIN_PRICE", default_value_t = 0, value_name = "AMOUNT")]
    pub min_price: Balance,
    /// Where clients' requests and leased texts go: the address of an OpenAI-compatible service, such as
    /// `http://127.0.0.1:8000/v1`; `embedded` for the small model of this program, a demonstration;
    /// `none` for leased jobs alone.
    #[arg(long, env = "OPG_TEE_UPSTREAM", default_value = EMBEDDED, value_name = "URL")]
    pub upstream: String,
    /// File with the operator's key to the upstream. A client's key is never passed on.
    #[arg(long, env = "OPG_TEE_UPSTREAM_KEY", value_name = "FILE")]
    pub upstream_key: Option<PathBuf>,
    /// File with the certificates (PEM) that an https upstream is verified by, and no others.
    #[arg(long, env = "OPG_TEE_UPSTREAM_CA", value_name = "FILE")]
    pub upstream_ca: Option<PathBuf>,
    /// How long the upstream may take for an answer, in seconds.
    #[arg(long, env = "OPG_TEE_UPSTREAM_SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86_400), value_name = "SECONDS")]
    pub upstream_seconds: u64,
    /// Answers to clients that are made at once.
    #[arg(long, env = "OPG_TEE_AT_ONCE", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub at_once: u32,
    /// The most bytes of a client's request.
    #[arg(long, env = "OPG_TEE_REQUEST_BYTES", default_value_t = 4 << 20, value_parser = clap::value_parser!(u32).range(1024..=268_435_456), value_name = "BYTES")]
    pub request_bytes: u32,
    /// The most bytes of an answer.
    #[arg(long, env = "OPG_TEE_ANSWER_BYTES", default_value_t = 8 << 20, value_parser = clap::value_parser!(u32).range(1024..=268_435_456), value_name = "BYTES")]
    pub answer_bytes: u32,
    /// How long the same request gets the same answer, in seconds, after that has ended.
    #[arg(long, env = "OPG_TEE_RETRY_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(0..=3600), value_name = "SECONDS")]
    pub retry_seconds: u64,
}

/// The upstream that is part of this program.
const EMBEDDED: &str = "embedded";
/// No upstream.
const NONE: &str = "none";

impl Run {
    fn bounds(&self) -> Bounds {
        Bounds {
            request_bytes: self.request_bytes as usize,
            answer_bytes: self.answer_bytes as usize,
            at_once: self.at_once as usize,
            deadline: Duration::from_secs(self.upstream_seconds),
            retry_window: Duration::from_secs(self.retry_seconds),
        }
    }

    /// Limits of the clients' address: a connection lives as long as an answer may take.
    fn client_limits(&self) -> Limits {
        Limits {
            connections: self.at_once.saturating_mul(4).saturating_add(64),
            connection: Duration::from_secs(self.upstream_seconds.saturating_add(120)),
            ..Limits::default()
        }
    }

    /// The upstream outside, if there is one.
    fn outside(&self) -> Option<&str> {
        Some(self.upstream.as_str()).filter(|upstream| ![EMBEDDED, NONE].contains(upstream))
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| config(format!("{}: {error}", path.display())))
}

/// The upstream of `run`; none if it has none.
async fn upstream(
    run: &Run,
    trusted: Option<&[u8]>,
) -> Result<Option<Arc<openai::Upstream>>, Failure> {
    if run.upstream == NONE {
        return Ok(None);
    }
    let key = match &run.upstream_key {
        None => None,
        Some(path) => Some(
            String::from_utf8(read_file(path)?)
                .map_err(|_| config(format!("{}: not a line of text", path.display())))?,
        ),
    };
    let (base, network) = match run.outside() {
        Some(url) => (url.to_owned(), None),
        None => {
            let embedded = embedded::start(run.client_limits()).await?;
            (embedded.base, Some(embedded.network))
        }
    };
    let key = key.as_deref().map(str::trim);
    let upstream = openai::Upstream::new(&base, trusted, key, network).map_err(config)?;
    Ok(Some(Arc::new(upstream)))
}

/// The text models that `run` serves on chain.
fn texts(run: &Run, upstream: Option<&Arc<openai::Upstream>>) -> Result<Vec<Text>, Failure> {
    let Some(upstream) = upstream else {
        return match run.text.is_empty() {
            true => Ok(Vec::new()),
            false => Err(config("--text needs an upstream, and --upstream is none")),
        };
    };
    let interface =
        TextInterface { max_input: run.text_max_input, max_output: run.text_max_output };
    let source = match upstream.network() {
        None => TextSource::Upstream,
        Some(file) => TextSource::Weights {
            file,
            engine: EngineName::try_from(opg_tiny_lm::ENGINE)
                .map_err(|()| config("the name of the engine is too long"))?,
        },
    };
    let deadline = Duration::from_secs(run.upstream_seconds);
    let text = |name: &String| {
        if upstream.network().is_some() && name != opg_tiny_lm::MODEL_NAME {
            let known = opg_tiny_lm::MODEL_NAME;
            return Err(config(format!("--text {name}: the embedded model is {known}")));
        }
        let long = |()| config(format!("--text {name}: at most {} bytes", ModelName::MAX_BYTES));
        let name = ModelName::try_from(name.as_str()).map_err(long)?;
        let model = TextModel { name, source: source.clone(), interface };
        let text = Text::new(model, upstream.clone(), deadline).map_err(config)?;
        tracing::info!(model = %text.id(), name = %text.name(), "a text model is served on chain");
        Ok(text)
    };
    run.text.iter().map(text).collect()
}

/// Reads a block's number and hash.
fn block(text: &str) -> Result<BlockRef, String> {
    let (number, digits) = text.split_once(':').ok_or("NUMBER:HASH")?;
    let number = number.parse::<u32>().map_err(|error| format!("a block's number: {error}"))?;
    Ok(BlockRef { number, hash: BlockHash(parse_hash(digits)?) })
}

/// Reads an address that stands on chain.
fn address(text: &str) -> Result<Address, String> {
    Address::try_from(text).map_err(|()| format!("at most {} bytes", Address::MAX_BYTES))
}

fn config(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Config, error)
}

/// Does what the command line says. What it prints for others to read goes to standard output.
///
/// # Errors
/// [`Failure`], with the exit code.
pub fn execute(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Completions { shell } => {
            let mut out = std::io::stdout();
            clap_complete::generate(shell, &mut Cli::command(), "tee-node", &mut out);
            Ok(())
        }
        Command::Run(run) => {
            let runtime = runtime()?;
            let done = runtime.block_on(serve_all(*run));
            runtime.shutdown_background();
            done
        }
    }
}

fn networks(run: &Run) -> Result<models::Catalogue, Failure> {
    let Some(directory) = &run.models else { return Ok(models::Catalogue::new()) };
    let catalogue = models::load(directory).map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        config(lines.join("\n"))
    })?;
    match catalogue.is_empty() {
        true => Err(config(format!("{}: no model", directory.display()))),
        false => Ok(catalogue),
    }
}

fn attester(
    run: &Run,
    catalogue: &models::Catalogue,
    trusted: Option<&[u8]>,
) -> Result<Arc<Attester>, Failure> {
    let platform = run.platform.open();
    if run.platform == PlatformName::Development {
        tracing::warn!(
            "the development vendor vouches for nothing: whoever wants to can forge its documents"
        );
    }
    let signer = Arc::new(Signer::new(GenesisHash(run.genesis), Account(run.provider)));
    let served: Vec<_> = catalogue.keys().copied().collect();
    let configuration = Configuration {
        schema: SCHEMA,
        models: served.try_into().map_err(|_| config("an enclave serves at most 32 models"))?,
        upstream: match run.outside() {
            None => None,
            Some(url) => Some(attestation::Upstream {
                url: address(url).map_err(config)?,
                trust_store: trusted.map(|pem| Digest(sp_crypto_hashing::sha2_256(pem))),
            }),
        },
        payee: Account(run.payee.unwrap_or(run.provider)),
        rewriting: None,
    };
    let setting = Setting {
        endpoint: run.endpoint.clone().unwrap_or_default(),
        tls_key: None,
        configuration,
    };
    Ok(Arc::new(Attester::new(platform, signer, setting)))
}

async fn serve_all(run: Run) -> Result<(), Failure> {
    // Before there is anything to hide.
    #[cfg(target_os = "linux")]
    crate::keys::hide_memory()
        .map_err(|error| Failure::new(Exit::Other, format!("the memory stays open: {error}")))?;
    let mut catalogue = networks(&run)?;
    let trusted = run.upstream_ca.as_deref().map(read_file).transpose()?;
    let upstream = upstream(&run, trusted.as_deref()).await?;
    for text in texts(&run, upstream.as_ref())? {
        catalogue.insert(text.id(), Arc::new(text));
    }
    let attester = attester(&run, &catalogue, trusted.as_deref())?;
    // One queue of networks and one of texts.
    let metrics = Metrics::new(run.queue.saturating_mul(2));
    let service = upstream.map(|upstream| {
        let configuration = attester.setting().configuration.id();
        let signer = attester.signer().clone();
        Service::new(signer, configuration, upstream, run.bounds(), metrics.clone())
    });
    let client_limits = run.client_limits();
    tracing::info!(
        platform = attester.platform().name(),
        enclave = %attester.signer().enclave(),
        session_key = %attester.signer().session_key(),
        models = catalogue.len(),
        "new keys were made; they end with this process"
    );
    // Before anything starts: nothing is worked on by a process that cannot be asked.
    let (jobs, clients) = (bind(run.listen).await?, bind(run.client_listen).await?);
    let mut background = tokio::task::JoinSet::new();
    match (run.block, run.chain) {
        (Some(block), _) => {
            renew(&attester, block, run.registration).await.map_err(config)?;
        }
        (None, Some(url)) => {
            let client = http(NODE_DEADLINE)
                .map_err(|error| Failure::new(Exit::Other, format!("no HTTP client: {error}")))?;
            let period = Duration::from_secs(run.renew_seconds);
            let node = Node::new(client, url);
            attester.note_standing(Standing::unknown());
            let served = catalogue.keys().copied().collect();
            let (of, at) = (attester.clone(), node.clone());
            background.spawn(watch_standing(of, at, served, LOOK_EVERY));
            background.spawn(keep_fresh(attester.clone(), node, period, run.registration));
        }
        (None, None) => return Err(config("--chain or --block")),
    }
    let (worker, threads) = Worker::start(Parts {
        terms: Terms {
            genesis: GenesisHash(run.genesis),
            provider: Account(run.provider),
            min_price: run.min_price,
        },
        catalogue,
        attester: attester.clone(),
        metrics,
        queue: run.queue,
        threads: run.threads,
        texts: run.texts,
        patience: PATIENCE,
    })
    .map_err(|error| Failure::new(Exit::Other, format!("no threads: {error}")))?;
    tracing::info!(jobs = %run.listen, clients = %run.client_listen, "serving");
    let (end, ended) = watch::channel(());
    let closing = {
        let worker = worker.clone();
        async move {
            shutdown_signal().await;
            worker.close();
            drop(end);
        }
    };
    let client_router = match service {
        None => report::router(attester),
        Some(service) => report::router(attester).merge(openai::router(service)),
    };
    let client_router = openai::fallbacks(client_router);
    let serving = {
        let ended = async move {
            let mut ended = ended;
            // An error is the end, too: the sender is gone.
            let _ = ended.changed().await;
        };
        tokio::spawn(serve(clients, client_router, client_limits, ended))
    };
    serve(jobs, router(worker), Limits::default(), closing).await;
    if serving.await.is_err() {
        tracing::error!("serving clients broke off");
    }
    background.shutdown().await;
    if !join_pool(threads, GRACE).await {
        tracing::warn!("what ran was cut off");
    }
    Ok(())
}
