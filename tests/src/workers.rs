//! What works off the chain: a prover, and a gateway before it and other workers, each on loopback.

use crate::{binaries, network::START, process::Process};
use anyhow::{ensure, Context};
use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// A prover.
#[derive(Debug)]
pub struct Prover {
    /// The process.
    pub process: Process,
    /// Its port.
    pub port: u16,
    folder: PathBuf,
    genesis: String,
}

impl Prover {
    /// Starts a prover with models, key and journal in `folder`.
    pub async fn start(folder: &Path, port: u16, genesis: &str) -> anyhow::Result<Self> {
        let mut command = Command::new(binaries::find("zkml-node")?);
        command
            .arg("run")
            .arg("--models")
            .arg(folder.join("models"))
            .arg("--key")
            .arg(key_file(folder))
            .arg("--journal")
            .arg(folder.join("journal"))
            .args(["--genesis", genesis])
            .args(["--listen", &format!("127.0.0.1:{port}")]);
        let mut process = Process::start("prover", &mut command, folder)?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let health = format!("http://127.0.0.1:{port}/v1/health");
        process
            .ready("its health", START, || async {
                client.get(&health).send().await.ok().filter(|answer| answer.status().is_success())
            })
            .await?;
        Ok(Self { process, port, folder: folder.to_owned(), genesis: genesis.to_owned() })
    }

    /// Starts it again after a fault, on the same journal and port.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        *self = Self::start(&self.folder, self.port, &self.genesis).await?;
        Ok(())
    }

    /// It, as a gateway names it.
    pub fn behind(&self) -> Behind {
        Behind { name: "prover", port: self.port, modes: &["Plain", "ZkMl"] }
    }

    /// Its journal.
    pub fn journal(&self) -> Journal {
        Journal(self.folder.join("journal"))
    }
}

/// The file with the key of the prover in `folder`, which is made if it is not there.
pub fn worker_key(folder: &Path) -> anyhow::Result<PathBuf> {
    let file = key_file(folder);
    if !file.exists() {
        fs::create_dir_all(folder)?;
        let made =
            Command::new(binaries::find("zkml-node")?).args(["key", "new"]).arg(&file).output()?;
        ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    Ok(file)
}

fn key_file(folder: &Path) -> PathBuf {
    folder.join("worker.key")
}

/// A worker behind a gateway.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    /// What the gateway calls it.
    pub name: &'static str,
    /// Its port.
    pub port: u16,
    /// The modes in which it gets jobs.
    pub modes: &'static [&'static str],
}

/// A gateway between a node and workers.
#[derive(Debug)]
pub struct Gateway {
    /// The process.
    pub process: Process,
    /// Its port.
    pub port: u16,
    folder: PathBuf,
    node: u16,
    workers: Vec<Behind>,
}

impl Gateway {
    /// Starts a gateway with its journal in `folder`, for the node whose RPC is at port `node` and
    /// `workers`, each of which gets the jobs of its modes.
    pub async fn start(
        folder: &Path,
        port: u16,
        node: u16,
        workers: &[Behind],
    ) -> anyhow::Result<Self> {
        let (journal, list) = (folder.join("gateway"), folder.join("workers.toml"));
        let listed = workers.iter().map(|Behind { name, port, modes }| {
            format!(
                "[[worker]]\nname = {name:?}\nurl = \"http://127.0.0.1:{port}\"\nmodes = {modes:?}\n"
            )
        });
        fs::write(&list, listed.collect::<String>())?;
        let mut command = Command::new(binaries::find("opg-gateway")?);
        command
            .arg("run")
            .arg("--workers")
            .arg(&list)
            .args(["--node", &format!("http://127.0.0.1:{node}")])
            .arg("--journal")
            .arg(&journal)
            .args(["--listen", &format!("127.0.0.1:{port}")]);
        let mut process = Process::start("gateway", &mut command, folder)?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let health = format!("http://127.0.0.1:{port}/v1/health");
        // Any answer: it is well without a prover too, and says that it has none.
        process
            .ready("its health", START, || async { client.get(&health).send().await.ok() })
            .await?;
        Ok(Self { process, port, folder: folder.to_owned(), node, workers: workers.to_vec() })
    }

    /// Starts it again after a fault, on the same journal and port.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        let workers = std::mem::take(&mut self.workers);
        *self = Self::start(&self.folder, self.port, self.node, &workers).await?;
        Ok(())
    }

    /// Its journal.
    pub fn journal(&self) -> Journal {
        Journal(self.folder.join("gateway"))
    }
}

/// The journal of a prover or a gateway, as it is on the disk, whether its process runs or not.
#[derive(Clone, Debug)]
pub struct Journal(PathBuf);

impl Journal {
    /// How far the job of `request` and `attempt` is: in a prover's journal `accepted`, `answered`,
    /// `done` or `failed`; in a gateway's `taken`, `assigned`, `accepted` once a worker took it,
    /// `done`, `refused` or `failed`. None if there is no such job.
    pub fn stage(&self, request: &str, attempt: u8) -> anyhow::Result<Option<String>> {
        let Some(stage) = self.read(request, attempt)? else { return Ok(None) };
        if stage.pointer("/assigned/accepted") == Some(&Value::Bool(true)) {
            return Ok(Some("accepted".to_owned()));
        }
        let name = match &stage {
            Value::String(name) => Some(name),
            Value::Object(named) => named.keys().next(),
            _ => None,
        };
        Ok(Some(name.context("a stage without a name")?.clone()))
    }

    /// Why there is no answer to the job of `request` and `attempt`, where it is at an end without one.
    pub fn why(&self, request: &str, attempt: u8) -> anyhow::Result<Option<String>> {
        let Some(stage) = self.read(request, attempt)? else { return Ok(None) };
        let why = ["/failed/why", "/refused/why"].iter().find_map(|place| stage.pointer(place));
        Ok(why.and_then(Value::as_str).map(str::to_owned))
    }

    /// The stage of a job, as it is written; none if there is no such job.
    fn read(&self, request: &str, attempt: u8) -> anyhow::Result<Option<Value>> {
        let path = self.0.join(format!("{request}-{attempt}.json"));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        // The digest of the rest has the first line.
        let (_, record) = text.split_once('\n').context("a record without a first line")?;
        let record: Value = serde_json::from_str(record)?;
        Ok(Some(record.pointer("/record/stage").context("a record without a stage")?.clone()))
    }
}
