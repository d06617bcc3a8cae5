//! The command line, run as a user would.

use crate::binaries;
use anyhow::Context;
use serde_json::Value;
use std::{
    process::{Command, Output, Stdio},
    time::Duration,
};

/// `opg` against one node.
#[derive(Clone, Debug)]
pub struct Opg {
    url: String,
}

/// What a run of `opg` gave.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The exit code.
    pub code: i32,
    /// What it printed on standard output.
    pub out: String,
    /// What it printed on standard error.
    pub err: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Answer {
    /// The JSON on standard output, if the exit code is one of `expected`.
    pub fn json(&self, expected: &[i32]) -> anyhow::Result<Value> {
        anyhow::ensure!(
            expected.contains(&self.code),
            "opg exited with {}: {}{}",
            self.code,
            self.out,
            self.err
        );
        serde_json::from_str(&self.out).with_context(|| format!("not JSON: {}", self.out))
    }
}

impl Opg {
    /// `opg` against the node at `port` of loopback.
    pub fn new(port: u16) -> Self {
        Self { url: format!("ws://127.0.0.1:{port}") }
    }

    /// The node's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The command with `args`, not yet run.
    pub fn command(&self, args: &[&str]) -> anyhow::Result<Command> {
        let mut command = Command::new(binaries::find("opg")?);
        command.args(args).env("OPG_URL", &self.url).env_remove("OPG_ACCOUNT");
        Ok(command)
    }

    /// Runs `opg` with `args` and gathers what it gave.
    pub fn run(&self, args: &[&str]) -> anyhow::Result<Answer> {
        Ok(self.command(args)?.output().context("cannot run opg")?.into())
    }

    /// As [`Opg::run`], beside others; fails if it takes longer than `limit`.
    pub async fn run_within(&self, args: &[&str], limit: Duration) -> anyhow::Result<Answer> {
        let mut command = tokio::process::Command::from(self.command(args)?);
        let output = command.kill_on_drop(true).stdin(Stdio::null()).output();
        let output = tokio::time::timeout(limit, output)
            .await
            .with_context(|| format!("opg {} did not end in {limit:?}", args.join(" ")))?;
        Ok(output.context("cannot run opg")?.into())
    }

    /// As [`Opg::json`], beside others; fails if it takes longer than `limit`.
    pub async fn json_within(&self, args: &[&str], limit: Duration) -> anyhow::Result<Value> {
        let args = [args, &["--json", "--quiet"]].concat();
        let answer = self.run_within(&args, limit).await?;
        let answer = answer.json(&[0]).with_context(|| format!("opg {}", args.join(" ")))?;
        answer.get("value").cloned().context("an answer without a value")
    }

    /// The value that `opg` answers to `args` with `--json`; fails unless it exits with 0.
    pub fn json(&self, args: &[&str]) -> anyhow::Result<Value> {
        self.json_with(args, &[0])
    }

    /// As [`Opg::json`], where the exit code may be any of `expected`.
    pub fn json_with(&self, args: &[&str], expected: &[i32]) -> anyhow::Result<Value> {
        let args = [args, &["--json", "--quiet"]].concat();
        let answer =
            self.run(&args)?.json(expected).with_context(|| format!("opg {}", args.join(" ")))?;
        answer.get("value").cloned().context("an answer without a value")
    }
}
