//! The upstream and the node, as their programs, on loopback. Each ends with the value that holds it.

use anyhow::Context;
use opg_primitives::{ids::SessionKey, registration::Registration};
use opg_tests::{
    binaries,
    process::{free_port, Process},
};
use std::{fs, path::Path, process::Command, time::Duration};

/// How long a program may take to its first answer.
const START: Duration = Duration::from_secs(60);

/// A program that serves OpenAI's paths.
#[derive(Debug)]
pub struct Server {
    process: Process,
    /// Its address, such as `http://127.0.0.1:8000`.
    pub base: String,
}

impl Server {
    /// Starts `command`, which is to serve at `port`, with its log in `folder`.
    async fn start(
        name: &str,
        command: &mut Command,
        port: u16,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let mut process = Process::start(name, command, folder)?;
        let base = format!("http://127.0.0.1:{port}");
        let client = reqwest::Client::builder().no_proxy().build()?;
        let models = format!("{base}/v1/models");
        process
            .ready("its list of models", START, || async {
                client.get(&models).send().await.ok().filter(|answer| answer.status().is_success())
            })
            .await?;
        Ok(Self { process, base })
    }

    /// Starts the upstream.
    ///
    /// # Errors
    /// If it does not start; what it said.
    pub async fn upstream(folder: &Path) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(binaries::find("fixed-upstream")?);
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        Self::start("fixed-upstream", &mut command, port, folder).await
    }

    /// How much of the processors it has used; none where the system does not say it as Linux does.
    pub fn processor_time(&self) -> Option<Duration> {
        let file = format!("/proc/{}/stat", self.process.id());
        processor_time(&fs::read_to_string(file).ok()?)
    }

    /// All that it said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.process.log()).unwrap_or_default()
    }
}

/// A node before an upstream, and its key.
#[derive(Debug)]
pub struct Node {
    /// The program.
    pub server: Server,
    /// The key that it signs by, as its registration says.
    pub key: SessionKey,
}

impl Node {
    /// Starts a node of the development vendor before the upstream at `base`. It needs no chain: its
    /// document is made by a block that it is told.
    ///
    /// # Errors
    /// If it does not start; what it said.
    pub async fn start(folder: &Path, base: &str, at_once: u32) -> anyhow::Result<Self> {
        let (port, jobs) = (free_port()?, free_port()?);
        let hash = format!("0x{}", "01".repeat(32));
        let registration = folder.join("registration.json");
        let mut command = Command::new(binaries::find("tee-node")?);
        command
            .env_clear()
            .env("RUST_LOG", "warn")
            .args(["run", "--platform", "development"])
            .args(["--genesis", &hash, "--provider", &hash])
            .args(["--block", &format!("7:{hash}")])
            .args(["--upstream", &format!("{base}/v1")])
            .args(["--at-once", &at_once.to_string()])
            .args(["--listen", &format!("127.0.0.1:{jobs}")])
            .args(["--client-listen", &format!("127.0.0.1:{port}")])
            .arg("--registration")
            .arg(&registration);
        let server = Server::start("tee-node", &mut command, port, folder).await?;
        let json = fs::read(&registration).context("the node wrote no registration")?;
        let registration: Registration = serde_json::from_slice(&json)?;
        Ok(Self { server, key: registration.session.session_key })
    }
}

/// The processor time in a line of `/proc/<process>/stat`: its 14th and 15th fields, in hundredths
/// of a second.
fn processor_time(stat: &str) -> Option<Duration> {
    // The second field is the program's name in brackets, and may hold spaces and brackets.
    let (_, from_third) = stat.rsplit_once(')')?;
    let mut fields = from_third.split_whitespace().skip(11);
    let (user, system) = (fields.next()?.parse::<u64>().ok()?, fields.next()?.parse::<u64>().ok()?);
    Some(Duration::from_millis(user.checked_add(system)?.checked_mul(10)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_past_a_name_with_brackets() {
        let stat = "7 (a ) 1 (b) S 1 7 7 0 -1 4194560 10 0 0 0 250 50 3 4 20 0 1 0 99 1 1";
        assert_eq!(processor_time(stat), Some(Duration::from_secs(3)));
        assert_eq!(processor_time("7 (short) S 1"), None);
    }
}
