//! Arguments of `opg`, against the running node.

use super::{refusal, Got, Row, Sent};
use crate::{digits, network::Network, opg::Opg};
use anyhow::Context;
use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// An id of nothing.
const NOTHING: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";
/// A secret that protects nothing: the one of //Alice.
const SECRET: &str = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
/// One byte more than `opg` reads of a file.
const HUGE: u64 = 64 * 1024 * 1024 + 1;

const fn row(
    name: &'static str,
    arguments: &'static [&'static str],
    code: i32,
    says: &'static str,
) -> Row {
    Row { name, sent: Sent::Arguments(arguments), code, says }
}

/// In the arguments, `{model}` is the registered model, `{network}` its file, `{prover}` the port of
/// the prover.
pub(super) const ROWS: &[Row] = &[
    row("The command does not exist", &["pray"], 64, "unrecognized subcommand 'pray'"),
    row(
        "The word is none of the project's",
        &["explain", "blockchain"],
        64,
        "there is no such word",
    ),
    row(
        "The node's address is a web page's",
        &["model", "list", "--url", "http://127.0.0.1"],
        64,
        "starts with ws:// or wss://",
    ),
    row(
        "Nobody listens at the node's address",
        &["model", "list", "--url", "ws://127.0.0.1:9"],
        69,
        "no node answers",
    ),
    row(
        "The node's address is the prover's",
        &["model", "list", "--url", "ws://127.0.0.1:{prover}"],
        69,
        "no node answers",
    ),
    row(
        "The model's id has a digit that is none",
        &["preview", "0xz111111111111111111111111111111111111111111111111111111111111111"],
        64,
        "a model id has 'z' at digit 1, which is not hexadecimal",
    ),
    row(
        "The model's id is too short",
        &["compare", "0x11"],
        64,
        "a model id has 2 digits after 0x, not 64",
    ),
    row(
        "The model is not registered",
        &["ask", NOTHING, "--input", "digit.txt", "--account", "//Alice"],
        1,
        "the chain has no model of this id",
    ),
    row(
        "The network is that of no registered model",
        &["model", "check", NOTHING, "--onnx", "{network}"],
        1,
        "the chain has no model of this id",
    ),
    row(
        "The mode cannot be asked for",
        &["ask", "{model}", "--input", "digit.txt", "--mode", "best"],
        64,
        "invalid value 'best'",
    ),
    row(
        "The input has too few elements",
        &["ask", "{model}", "--values", "1,2,3", "--account", "//Alice"],
        65,
        "the input has 3 bytes, the model takes 64",
    ),
    row(
        "An input element is wider than the model's",
        &["ask", "{model}", "--input", "wide.txt", "--account", "//Alice"],
        65,
        "input element 0 is 255, which does not fit the model's",
    ),
    row(
        "An input element is wider than a byte",
        &["ask", "{model}", "--values", "256"],
        65,
        "input element 0 is \"256\", not a number from 0 to 255",
    ),
    row(
        "An input element is below zero",
        &["ask", "{model}", "--values=0,-1"],
        65,
        "input element 1 is \"-1\", not a number from 0 to 255",
    ),
    row(
        "An input element is not a number",
        &["ask", "{model}", "--values", "NaN"],
        65,
        "input element 0 is \"NaN\", not a number from 0 to 255",
    ),
    row(
        "The input's file does not exist",
        &["ask", "{model}", "--input", "missing.txt"],
        65,
        "the file does not exist",
    ),
    row(
        "The input's file is not UTF-8",
        &["ask", "{model}", "--input", "binary.dat"],
        65,
        "the file is not text",
    ),
    row(
        "The price is a word",
        &["ask", "{model}", "--input", "digit.txt", "--max-price", "cheap"],
        64,
        "the amount is not a number",
    ),
    row(
        "The price is below zero",
        &["ask", "{model}", "--input", "digit.txt", "--max-price=-1"],
        64,
        "the amount is not a number",
    ),
    row(
        "The price is more than there can be",
        &[
            "ask",
            "{model}",
            "--input",
            "digit.txt",
            "--max-price",
            "999999999999999999999999999999",
        ],
        64,
        "the amount is more than there can be",
    ),
    row(
        "The price is less than anybody asks",
        &[
            "ask",
            "{model}",
            "--input",
            "digit.txt",
            "--mode",
            "zkml",
            "--max-price",
            "0.01",
            "--account",
            "//Alice",
        ],
        1,
        "which is more than your --max-price of 0.01 OPG",
    ),
    row(
        "The price is more than the account has",
        &[
            "ask",
            "{model}",
            "--input",
            "digit.txt",
            "--mode",
            "zkml",
            "--max-price",
            "99999999",
            "--account",
            "//Alice",
        ],
        1,
        "are needed: 99999999 OPG held",
    ),
    row(
        "The named provider serves nothing",
        &[
            "ask",
            "{model}",
            "--input",
            "digit.txt",
            "--mode",
            "plain",
            "--provider",
            "//Dave",
            "--account",
            "//Alice",
        ],
        1,
        "the named provider does not serve this model in this mode",
    ),
    row("Nobody is named to sign", &["cancel", NOTHING], 64, "nobody is named to sign"),
    row(
        "The development account does not exist",
        &["cancel", NOTHING, "--account", "//Mallory"],
        64,
        "there is no such development account",
    ),
    row(
        "The account is given as its secret",
        &["cancel", NOTHING, "--account", SECRET],
        64,
        "--account was given a secret",
    ),
    row(
        "Others can read the key file",
        &["cancel", NOTHING, "--account", "open.key"],
        65,
        "others on this machine can read the key file",
    ),
    row(
        "The request does not exist",
        &["watch", NOTHING],
        1,
        "the chain has no request of this id, open or ended",
    ),
    row(
        "The receipt does not exist",
        &["receipt", NOTHING],
        1,
        "the chain has no receipt and no request of this id",
    ),
    row(
        "The saved receipt breaks off",
        &["audit", "half.json"],
        65,
        "the file is not JSON: EOF while parsing",
    ),
    row(
        "The saved receipt is larger than any",
        &["why", "huge.json"],
        65,
        "the file has more than 64 MiB",
    ),
    row(
        "The audit has no such check",
        &["audit", "half.json", "--check", "vibes"],
        64,
        "the audit has no such check",
    ),
    row(
        "The genesis hash is too short",
        &["audit", NOTHING, "--genesis", "0x00"],
        64,
        "a genesis hash has 2 digits after 0x, not 64",
    ),
    row(
        "The royalty is more than the price",
        &[
            "model",
            "register",
            "{network}",
            "--mode",
            "plain",
            "--royalty",
            "101",
            "--account",
            "//Charlie",
        ],
        64,
        "the royalty is not a percentage from 0 to 100",
    ),
    row(
        "The first bond is a word",
        &["provider", "register", "--bond", "much", "--account", "//Dave"],
        64,
        "the amount is not a number",
    ),
    row(
        "The further bond is below zero",
        &["provider", "bond", "--account", "//Bob", "--", "-5"],
        64,
        "the amount is not a number",
    ),
    row(
        "The worker's signature is too short",
        &[
            "provider",
            "key",
            "add-worker",
            "--key",
            NOTHING,
            "--signature",
            "0x12",
            "--account",
            "//Bob",
        ],
        64,
        "the signature cannot be read",
    ),
    row(
        "The account is no provider",
        &["provider", "status", "//Dave"],
        1,
        "this account is no provider",
    ),
    row(
        "The account is neither address nor name",
        &["account", "show", "somebody"],
        64,
        "this is no account",
    ),
    row(
        "The new account's file exists",
        &["account", "new", "digit.txt"],
        65,
        "the file exists already",
    ),
    row(
        "The funds are to come from a key file",
        &["account", "fund", "1", "--to", "//Bob", "--from", "open.key"],
        64,
        "--from is a development account",
    ),
    row(
        "The registration's file does not exist",
        &["enclave", "register", "missing.json", "--account", "//Bob"],
        65,
        "the file does not exist",
    ),
    row(
        "The registration's file is larger than any",
        &["enclave", "register", "huge.json", "--account", "//Bob"],
        65,
        "the file has more than 64 MiB",
    ),
    row(
        "The enclave's id is too short",
        &["enclave", "show", "0x11"],
        64,
        "an enclave's id has 2 digits after 0x, not 64",
    ),
    row(
        "The enclave is not registered",
        &["enclave", "show", NOTHING],
        1,
        "the chain has no enclave of this id",
    ),
    row(
        "The account to examine has no file",
        &["doctor", "--account", "missing.key"],
        1,
        "the file does not exist",
    ),
];

/// `opg`, started where the files are that the rows name.
pub(super) struct Door {
    opg: Opg,
    model: String,
    network: String,
    prover: String,
    folder: PathBuf,
}

impl Door {
    /// Writes the files.
    pub fn open(network: &Network, folder: &Path) -> anyhow::Result<Self> {
        let images = digits::held_out()?;
        let image = images.first().context("no held-out image")?;
        fs::write(folder.join("digit.txt"), image.values())?;
        fs::write(folder.join("wide.txt"), ["255"; digits::PIXELS].join(","))?;
        fs::write(folder.join("binary.dat"), [0xff_u8, 0xfe, 0])?;
        fs::write(folder.join("open.key"), SECRET)?;
        fs::set_permissions(folder.join("open.key"), Permissions::from_mode(0o644))?;
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/sample/receipt.json");
        let sample = fs::read(&sample).with_context(|| sample.display().to_string())?;
        fs::write(folder.join("half.json"), &sample[..sample.len() / 2])?;
        // Nothing is written of it, and all of it is read as zeros.
        File::create(folder.join("huge.json"))?.set_len(HUGE)?;
        let file = digits::network();
        Ok(Self {
            opg: network.opg.clone(),
            model: network.model.clone(),
            network: file.to_str().context("the network's path is not UTF-8")?.to_owned(),
            prover: network.prover.port.to_string(),
            folder: folder.to_owned(),
        })
    }

    /// Runs `opg` with `arguments`.
    pub async fn send(&self, arguments: &[&str]) -> anyhow::Result<Got> {
        let arguments: Vec<String> = arguments
            .iter()
            .map(|argument| {
                argument
                    .replace("{model}", &self.model)
                    .replace("{network}", &self.network)
                    .replace("{prover}", &self.prover)
            })
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = self.opg.command(&arguments)?;
        command.current_dir(&self.folder);
        refusal(command).await
    }
}
