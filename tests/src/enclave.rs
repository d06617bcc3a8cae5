//! A worker in an enclave of the development vendor, and the registration by which the chain knows it.

use crate::{
    binaries,
    network::{text, START},
    opg::Opg,
    process::{until, Process},
    registration::{public_key, utf8},
    workers::Behind,
};
use anyhow::{ensure, Context};
use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How long a registration may take until it is final.
const REGISTERED: Duration = Duration::from_secs(120);

/// Whom an enclave works for.
#[derive(Clone, Debug)]
pub struct Employer {
    /// The provider's account, a development name.
    pub provider: &'static str,
    /// The genesis hash of its chain.
    pub genesis: String,
    /// The port of its node's RPC.
    pub rpc_port: u16,
}

/// An enclave's node.
#[derive(Debug)]
pub struct TeeNode {
    /// The process.
    pub process: Process,
    /// The port for jobs.
    pub port: u16,
    /// The port for clients.
    pub client_port: u16,
    folder: PathBuf,
    employer: Employer,
}

impl TeeNode {
    /// Starts a node with its models and its registration in `folder`, and waits until it has a document
    /// to register. It takes no leases before the chain knows it: see [`TeeNode::register`].
    pub async fn start(
        folder: &Path,
        [port, client_port]: [u16; 2],
        employer: &Employer,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let file = registration_file(folder);
        // That of an earlier run is of other keys.
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let mut command = Command::new(binaries::find("tee-node")?);
        command
            .args(["run", "--platform", "development"])
            .args(["--genesis", &employer.genesis])
            .args(["--provider", &public_key(employer.provider)?])
            .args(["--chain", &format!("http://127.0.0.1:{}", employer.rpc_port)])
            .arg("--registration")
            .arg(&file)
            .arg("--models")
            .arg(folder.join("models"))
            .args(["--text", "tiny-lm-demo"])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--client-listen", &format!("127.0.0.1:{client_port}")]);
        let mut process = Process::start("enclave", &mut command, folder)?;
        process.ready("its registration", START, || async { file.is_file().then_some(()) }).await?;
        Ok(Self {
            process,
            port,
            client_port,
            folder: folder.to_owned(),
            employer: employer.clone(),
        })
    }

    /// Starts it again after a fault, on the same ports: with new keys, which the chain does not have.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        // Whoever is killed already stays so.
        self.process.kill()?;
        *self = Self::start(&self.folder, [self.port, self.client_port], &self.employer).await?;
        Ok(())
    }

    /// It, as a gateway names it.
    pub fn behind(&self) -> Behind {
        Behind { name: "enclave", port: self.port, modes: &["Tee"] }
    }

    /// The file that its operator registers.
    pub fn registration(&self) -> PathBuf {
        registration_file(&self.folder)
    }

    /// The id of the enclave that its keys make it.
    pub fn id(&self) -> anyhow::Result<String> {
        text(&serde_json::from_slice(&fs::read(self.registration())?)?, "enclave")
    }

    /// Has its provider register it by `opg`, and waits until the chain lists it as valid and it takes
    /// leases; its id.
    pub async fn register(&self, opg: &Opg) -> anyhow::Result<String> {
        let (file, provider) = (self.registration(), self.employer.provider);
        let register = ["enclave", "register", utf8(&file)?, "--account", provider];
        let id = text(&opg.json_within(&register, REGISTERED).await?, "enclave")?;
        ensure!(id == self.id()?, "{id} was registered, and not {}", self.id()?);
        until(&format!("enclave {id} on chain"), START, || async {
            let list = ["enclave", "list", "--provider", provider];
            let listed = opg.json_within(&list, REGISTERED).await?;
            let listed = listed.as_array().context("a list of enclaves that is none")?;
            let own = listed.iter().find(|entry| entry["id"].as_str() == Some(id.as_str()));
            Ok(own.filter(|entry| is_valid(&entry["enclave"])).map(|_| ()))
        })
        .await?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let health = format!("http://127.0.0.1:{}/v1/health", self.port);
        until(&format!("the leases of enclave {id}"), START, || async {
            Ok(client.get(&health).send().await?.status().is_success().then_some(()))
        })
        .await?;
        Ok(id)
    }
}

/// Whether the time of an enclave, as the chain has it, is not over.
fn is_valid(enclave: &Value) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    enclave["validUntil"].as_u64().is_some_and(|until| now < until)
}

fn registration_file(folder: &Path) -> PathBuf {
    folder.join("registration.json")
}
