//! A child process: its output in a file, its end with its owner's.

use anyhow::{bail, ensure, Context};
use std::{
    fs::File,
    future::Future,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How often a state is looked at while waiting for it.
const POLL: Duration = Duration::from_millis(100);

/// A running program.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command` with its output in `<logs>/<name>.log`, which is appended to.
    pub fn start(name: &str, command: &mut Command, logs: &Path) -> anyhow::Result<Self> {
        let log = logs.join(format!("{name}.log"));
        let out = File::options().create(true).append(true).open(&log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("cannot start {name}: {command:?}"))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// Where its output is.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `probe` answers with a value; fails when the process ends before, or after
    /// `limit`, with the last lines of its output.
    pub async fn ready<T, F: Future<Output = Option<T>>>(
        &mut self,
        what: &str,
        limit: Duration,
        mut probe: impl FnMut() -> F,
    ) -> anyhow::Result<T> {
        let start = Instant::now();
        loop {
            if let Some(value) = probe().await {
                return Ok(value);
            }
            let ended = self.child.try_wait()?;
            if ended.is_some() || start.elapsed() > limit {
                let reason =
                    ended.map_or("waited too long".to_owned(), |status| status.to_string());
                bail!("{}: {what} did not come: {reason}\n{}", self.name, self.last_lines());
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Kills it at once, as a fault would.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Lets it go on after a [`signal`] that stopped it where it was.
    pub fn thaw(&self) -> anyhow::Result<()> {
        signal(self.id(), "CONT")
    }

    fn last_lines(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error means that it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Waits until `probe` answers with a value, at most `limit`.
pub async fn until<T, F: Future<Output = anyhow::Result<Option<T>>>>(
    what: &str,
    limit: Duration,
    mut probe: impl FnMut() -> F,
) -> anyhow::Result<T> {
    let start = Instant::now();
    loop {
        let last = probe().await;
        match last {
            Ok(Some(value)) => return Ok(value),
            Ok(None) if start.elapsed() > limit => bail!("{what} did not come in {limit:?}"),
            Err(error) if start.elapsed() > limit => {
                return Err(error.context(format!("{what} did not come in {limit:?}")))
            }
            _ => tokio::time::sleep(POLL).await,
        }
    }
}

/// Sends the signal of that name to the process of number `id`. `STOP` freezes it, as if its machine
/// hung: it keeps its sockets and answers nothing.
pub fn signal(id: u32, name: &str) -> anyhow::Result<()> {
    // The shell's own, since not every machine has it as a program.
    let sent = Command::new("sh")
        .args(["-c", "kill -s \"$0\" \"$1\"", name, &id.to_string()])
        .status()
        .context("there is no shell")?;
    ensure!(sent.success(), "process {id} does not take the signal {name}: {sent}");
    Ok(())
}

/// A port of loopback that is free now.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Several ports of loopback that are free now, no two of them the same.
pub fn free_ports<const N: usize>() -> anyhow::Result<[u16; N]> {
    let (mut ports, mut listening) = ([0; N], Vec::new());
    for port in &mut ports {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        *port = listener.local_addr()?.port();
        // Held until all are found.
        listening.push(listener);
    }
    Ok(ports)
}
