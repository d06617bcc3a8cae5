//! What works off the chain: a prover, and a gateway before it, each on loopback.

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

/// A gateway between a node and a prover.
#[derive(Debug)]
pub struct Gateway {
    /// The process.
    pub process: Process,
    /// Its port.
    pub port: u16,
    folder: PathBuf,
    node: u16,
    prover: u16,
}

impl Gateway {
    /// Starts a gateway with its journal in `folder`, for the node whose RPC is at port `node` and the
    /// prover at port `prover`.
    pub async fn start(folder: &Path, port: u16, node: u16, prover: u16) -> anyhow::Result<Self> {
        let journal = folder.join("gateway");
        let mut command = Command::new(binaries::find("opg-gateway")?);
        command
            .arg("run")
            .args(["--worker", &format!("http://127.0.0.1:{prover}")])
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
        Ok(Self { process, port, folder: folder.to_owned(), node, prover })
    }

    /// Starts it again after a fault, on the same journal and port.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        *self = Self::start(&self.folder, self.port, self.node, self.prover).await?;
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
        let path = self.0.join(format!("{request}-{attempt}.json"));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        // The digest of the rest has the first line.
        let (_, record) = text.split_once('\n').context("a record without a first line")?;
        let record: Value = serde_json::from_str(record)?;
        let stage = record.pointer("/record/stage").context("a record without a stage")?;
        if stage.pointer("/assigned/accepted") == Some(&Value::Bool(true)) {
            return Ok(Some("accepted".to_owned()));
        }
        let name = match stage {
            Value::String(name) => Some(name),
            Value::Object(named) => named.keys().next(),
            _ => None,
        };
        Ok(Some(name.context("a stage without a name")?.clone()))
    }
}
