//! What a model's owner and its providers tell the chain before anybody can ask.

use crate::{
    binaries,
    network::{text, OWNER, START},
    opg::Opg,
    process::until,
    rpc::Rpc,
};
use anyhow::{ensure, Context};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// How long an epoch of 40 slots of 3 s may take.
const EPOCH: Duration = Duration::from_secs(150);

/// A registered model, and the files that its provers need.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its id.
    pub id: String,
    network: PathBuf,
    proving_key: PathBuf,
}

impl Model {
    /// Has [`OWNER`] run the setup of the circuit of the network `onnx`, with the keys in `folder`, and
    /// register both by `opg`. `say` hears of each step as it begins.
    pub fn register(
        opg: &Opg,
        onnx: &Path,
        folder: &Path,
        say: impl Fn(&str),
    ) -> anyhow::Result<Self> {
        say("running the setup of the circuit, alone: the receipts will say so");
        let keys = folder.join("keys");
        let network = utf8(onnx)?;
        let out = utf8(&keys)?;
        opg.json(&["model", "setup", network, "--out", out, "--account", OWNER, "--force"])?;
        say("registering the model and its verifying key");
        let verifying_key = keys.join("verifying.key");
        let registered = opg.json(&[
            "model",
            "register",
            network,
            "--key",
            utf8(&verifying_key)?,
            "--mode",
            "plain",
            "--mode",
            "tee",
            "--mode",
            "zkml",
            "--account",
            OWNER,
        ])?;
        Ok(Self {
            id: text(&registered, "model")?,
            network: onnx.to_owned(),
            proving_key: keys.join("proving.key"),
        })
    }

    /// Puts its files where the prover in `folder` looks for them.
    pub fn install(&self, folder: &Path) -> anyhow::Result<()> {
        let home = self.install_network(folder)?;
        fs::copy(&self.proving_key, home.join("proving-0.key"))?;
        Ok(())
    }

    /// Puts its network, and no proving key, where the worker in `folder` looks for it; where that is.
    pub fn install_network(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        let home = folder.join("models").join(&self.id);
        fs::create_dir_all(&home)?;
        fs::copy(&self.network, home.join("network.onnx"))?;
        Ok(home)
    }
}

/// What a provider of a development chain registers.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// Its account.
    pub account: &'static str,
    /// Its bond, in OPG.
    pub bond: &'static str,
    /// The price of an answer in each mode that it serves, in OPG.
    pub prices: &'static [(&'static str, &'static str)],
}

impl Registration {
    /// The secret of its dispatcher key.
    pub fn dispatcher(&self) -> String {
        format!("{}//dispatcher", self.account)
    }

    /// Registers it by `opg`, with the key of its prover in the file `worker_key`, to serve the model
    /// of id `model`.
    pub fn register(&self, opg: &Opg, worker_key: &Path, model: &str) -> anyhow::Result<()> {
        opg.json(&[
            "provider",
            "register",
            "--bond",
            self.bond,
            "--dispatcher",
            &public_key(&self.dispatcher())?,
            "--worker-key",
            utf8(worker_key)?,
            "--account",
            self.account,
        ])?;
        for &(mode, price) in self.prices {
            opg.json(&[
                "provider",
                "serve",
                model,
                "--mode",
                mode,
                "--price",
                price,
                "--account",
                self.account,
            ])?;
        }
        Ok(())
    }
}

/// Waits until the epoch has begun in which those who registered before take their first leases.
pub async fn next_epoch(rpc: &Rpc) -> anyhow::Result<()> {
    let registered = rpc.epoch().await?;
    until("the next epoch", EPOCH, || async {
        Ok((rpc.epoch().await? > registered).then_some(()))
    })
    .await?;
    // The weights of the draw follow in the epoch's first blocks, two providers in each; the command
    // line reads what is final.
    let begun = rpc.best().await?;
    rpc.until_final(begun.saturating_add(2), START).await?;
    Ok(())
}

/// The public half of an Sr25519 key, in hexadecimal digits.
pub fn public_key(secret: &str) -> anyhow::Result<String> {
    let output = Command::new(binaries::find("opg-node")?)
        .args(["key", "inspect", "--scheme", "sr25519", "--output-type", "json", secret])
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text(&serde_json::from_slice(&output.stdout)?, "publicKey")
}

/// `path` as an argument.
pub(crate) fn utf8(path: &Path) -> anyhow::Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}
