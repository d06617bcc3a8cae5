//! The workers, as the operator names them.
//!
//! ```toml
//! [[worker]]
//! name = "prover"
//! url = "http://127.0.0.1:8651"
//! key = "0x..."          # its answers must be signed by this key; none: by any
//! models = ["0x..."]     # it gets jobs of these models; none: of those that it says it serves
//! modes = ["ZkMl"]       # and in these modes; none: all
//! remote = false         # whether it may be beyond this machine
//! ```

use opg_primitives::{
    ids::{ModelId, WorkerKey},
    mode::{Mode, ModeSet},
};
use reqwest::Url;
use serde::Deserialize;
use std::{collections::BTreeSet, fs, net::IpAddr, path::Path};

/// The most workers.
pub const MAX_WORKERS: usize = 64;
/// The most bytes of a file of workers.
const MAX_BYTES: u64 = 1 << 20;

/// A worker.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerConfig {
    /// What it is called in logs, figures and the journal.
    pub name: String,
    /// Where it is: scheme, host and port.
    #[serde(deserialize_with = "url")]
    pub url: Url,
    /// The key that its answers must be signed by.
    #[serde(default)]
    pub key: Option<WorkerKey>,
    /// The models that it gets jobs of; all that it says it serves, if none are named.
    #[serde(default)]
    pub models: Vec<ModelId>,
    /// The modes that it gets jobs in.
    #[serde(default = "all_modes")]
    pub modes: ModeSet,
    /// Whether it may be beyond this machine.
    #[serde(default)]
    pub remote: bool,
}

fn all_modes() -> ModeSet {
    ModeSet::of(&Mode::ALL)
}

fn url<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    Url::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    worker: Vec<WorkerConfig>,
}

/// What is wrong with the workers: a sentence that names the file or the worker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl WorkerConfig {
    /// A worker on this machine that is known by its address alone.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn from_url(url: &str) -> Result<Self, ConfigError> {
        let parsed =
            Url::parse(url).map_err(|error| ConfigError(format!("worker {url}: {error}")))?;
        let config = Self {
            name: parsed.authority().to_owned(),
            url: parsed,
            key: None,
            models: Vec::new(),
            modes: all_modes(),
            remote: false,
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong =
            |why: &str| Err(ConfigError(format!("worker {} ({}): {why}", self.name, self.url)));
        let url = &self.url;
        if self.name.is_empty() || self.name.len() > 64 || self.name.chars().any(char::is_control) {
            return wrong("a name is 1 to 64 characters");
        }
        if url.scheme() != "http" {
            return wrong("only http is spoken; beyond this machine, use a tunnel that ends here");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("an address holds no user or password");
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return wrong("an address is scheme, host and port, without a path");
        }
        let host = url.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        if !here && !self.remote {
            return wrong("it is beyond this machine; say `remote = true` in the file of workers");
        }
        Ok(())
    }
}

/// The workers of the file at `path`, if any, and those of `urls`.
///
/// # Errors
/// [`ConfigError`], also if there is none or if two share a name.
pub fn workers(path: Option<&Path>, urls: &[String]) -> Result<Vec<WorkerConfig>, ConfigError> {
    let mut all = match path {
        Some(path) => read(path)?,
        None => Vec::new(),
    };
    for url in urls {
        all.push(WorkerConfig::from_url(url)?);
    }
    if all.is_empty() {
        return Err(ConfigError("no worker; name one with --worker or in --workers FILE".into()));
    }
    if all.len() > MAX_WORKERS {
        return Err(ConfigError(format!("{} workers; there may be {MAX_WORKERS}", all.len())));
    }
    let mut names = BTreeSet::new();
    match all.iter().find(|worker| !names.insert(worker.name.clone())) {
        Some(twice) => Err(ConfigError(format!("two workers are called {}", twice.name))),
        None => Ok(all),
    }
}

fn read(path: &Path) -> Result<Vec<WorkerConfig>, ConfigError> {
    let wrong = |why: String| ConfigError(format!("{}: {why}", path.display()));
    let length = fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if length > MAX_BYTES {
        return Err(wrong(format!("{length} bytes; at most {MAX_BYTES} are read")));
    }
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let file: File = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    file.worker.iter().try_for_each(WorkerConfig::check)?;
    Ok(file.worker)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Vec<WorkerConfig>, ConfigError> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("workers.toml");
        fs::write(&path, text).unwrap();
        workers(Some(&path), &[])
    }

    #[test]
    fn a_file_with_every_field_is_read() {
        let read = file(&format!(
            "[[worker]]\nname = 'a'\nurl = 'http://127.0.0.1:8651'\nkey = '0x{0}'\n\
             models = ['0x{0}']\nmodes = ['ZkMl']\nremote = false\n",
            "01".repeat(32)
        ))
        .unwrap();
        assert_eq!(read[0].key, Some(WorkerKey([1; 32])));
        assert_eq!(read[0].models, [ModelId([1; 32])]);
        assert_eq!(read[0].modes, ModeSet::of(&[Mode::ZkMl]));
    }

    #[test]
    fn each_wrong_file_is_refused_with_a_message_that_names_the_thing() {
        let worker = |fields: &str| format!("[[worker]]\nname = 'a'\n{fields}\n");
        let cases = [
            ("".to_owned(), "missing field `worker`"),
            ("worker = []".to_owned(), "no worker"),
            ("[[worker]]\nname = 'a'\n".to_owned(), "missing field `url`"),
            (worker("url = 'http://127.0.0.1:1'\nextra = 1"), "unknown field `extra`"),
            (worker("url = 'nowhere'"), "relative URL without a base"),
            (worker("url = 'https://127.0.0.1:1'"), "only http is spoken"),
            (worker("url = 'http://u:p@127.0.0.1:1'"), "no user or password"),
            (worker("url = 'http://127.0.0.1:1/x'"), "without a path"),
            (worker("url = 'http://127.0.0.1:1/?x'"), "without a path"),
            (worker("url = 'http://192.0.2.1:1'"), "remote = true"),
            (worker("url = 'http://example.com'"), "remote = true"),
            (worker("url = 'http://127.0.0.1:1'\nmodes = ['Best']"), "unknown variant `Best`"),
            (worker("url = 'http://127.0.0.1:1'\nkey = '0x00'"), "a WorkerKey is 64"),
            (worker("url = 'http://127.0.0.1:1'").repeat(2), "two workers are called a"),
            ("[[worker]]\nname = ''\nurl = 'http://127.0.0.1:1'".to_owned(), "1 to 64 characters"),
        ];
        for (text, expected) in cases {
            let error = file(&text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_remote_worker_is_taken_only_from_a_file_that_says_so() {
        let remote = "[[worker]]\nname = 'a'\nurl = 'http://192.0.2.1:1'\nremote = true";
        assert_eq!(file(remote).unwrap().len(), 1);
        let error = WorkerConfig::from_url("http://192.0.2.1:1").unwrap_err();
        assert!(error.to_string().contains("remote = true"));
        assert!(WorkerConfig::from_url("http://[::1]:8651").is_ok());
        assert!(WorkerConfig::from_url("http://localhost:8651").is_ok());
    }
}
