//! Files that `opg model` is given as networks: the committed ones with something changed, and files
//! that are none.

use super::{refusal, Got, Row, Sent};
use crate::{digits, network::Network, opg::Opg};
use altered::{node, set_input, tensor};
use opg_zkml::onnx::{proto::ModelProto, tensor::element, MAX_BYTES};
use prost::Message;
use std::path::{Path, PathBuf};

/// The parts of a file.
#[allow(dead_code)] // its own crate's tests use more of it
#[path = "../../../zkml/tests/common/altered.rs"]
mod altered;

/// The name under which a row's file is written.
const FILE: &str = "network.onnx";
const CHECK: &[&str] = &["model", "check", "--onnx", FILE];
const SETUP: &[&str] = &["model", "setup", FILE, "--out", "keys", "--account", "//Charlie"];
const REGISTER: &[&str] = &["model", "register", FILE, "--mode", "plain", "--account", "//Charlie"];

const fn row(
    name: &'static str,
    arguments: &'static [&'static str],
    file: fn(&Networks) -> Vec<u8>,
    says: &'static str,
) -> Row {
    Row { name, sent: Sent::Network(arguments, file), code: 65, says }
}

pub(super) const ROWS: &[Row] = &[
    row(
        "The file is empty",
        CHECK,
        |_| Vec::new(),
        "the network does not become a model: the file holds no graph",
    ),
    row(
        "The file is an archive",
        CHECK,
        |_| b"PK\x03\x04 a zip archive".to_vec(),
        "the network does not become a model: not an ONNX file",
    ),
    row(
        "The file breaks off",
        SETUP,
        |of| of.integer[..of.integer.len() / 2].to_vec(),
        "the network does not become a model: not an ONNX file",
    ),
    row(
        "The file is larger than any that is read",
        CHECK,
        |_| vec![0; MAX_BYTES + 1],
        "the file has 8388609 bytes, at most 8388608 are read",
    ),
    row(
        "The network is not quantised",
        REGISTER,
        |of| of.float.clone(),
        "the input is of type float, uint8 is needed",
    ),
    row(
        "The opset is too old",
        CHECK,
        |of| with(&of.integer, |model| model.opset_import[0].version = Some(12)),
        "opset 12 is too old, 13 or later is needed",
    ),
    row(
        "An operator has no circuit",
        REGISTER,
        |of| with(&of.integer, |model| node(model, "Max").op_type = Some("Softmax".into())),
        "operator Softmax is not supported in an integer network",
    ),
    row(
        "An operator is somebody's own",
        CHECK,
        |of| with(&of.integer, |model| node(model, "Add").domain = Some("my.ops".into())),
        "operators of domain \"my.ops\" are not supported",
    ),
    row(
        "The batch is fixed at three",
        CHECK,
        |of| with(&of.integer, |model| set_input(model, element::UINT8, &[3, 8, 8])),
        "a batch (1 or a name) and 1 to 4 fixed dimensions are needed",
    ),
    row(
        "A dimension has no size",
        CHECK,
        |of| with(&of.integer, |model| set_input(model, element::UINT8, &[0, 8, 0])),
        "the input's shape is [batch, 8, batch]",
    ),
    row(
        "The input is of wide integers",
        CHECK,
        |of| with(&of.integer, |model| set_input(model, element::INT32, &[0, 8, 8])),
        "the input is of type int32, uint8 is needed",
    ),
    row(
        "A weight is not a number",
        CHECK,
        |of| {
            with(&of.float, |model| raw(model, "W0")[..4].copy_from_slice(&f32::NAN.to_le_bytes()))
        },
        "tensor \"W0\" holds a value that is not finite",
    ),
    row(
        "A weight is in another file",
        SETUP,
        |of| with(&of.integer, |model| tensor(model, "weights0").data_location = Some(1)),
        "tensor \"weights0\" keeps its data in another file",
    ),
    row(
        "A tensor is larger than any memory",
        CHECK,
        |of| with(&of.integer, |model| tensor(model, "bias0").dims = vec![1 << 40]),
        "tensor \"bias0\" has an impossible shape [1099511627776]",
    ),
    row(
        "A tensor has fewer values than its shape",
        CHECK,
        |of| with(&of.integer, |model| raw(model, "bias0").truncate(4)),
        "tensor \"bias0\" has 1 values, its shape says",
    ),
    row(
        "A sum leaves 32 bits",
        CHECK,
        |of| {
            with(&of.integer, |model| {
                raw(model, "bias0")
                    .chunks_exact_mut(4)
                    .for_each(|bias| bias.copy_from_slice(&i32::MAX.to_le_bytes()))
            })
        },
        "which leaves int32",
    ),
];

/// `file` with something changed.
fn with(file: &[u8], change: impl FnOnce(&mut ModelProto)) -> Vec<u8> {
    let mut model = ModelProto::decode(file).expect("the committed file is ONNX");
    change(&mut model);
    model.encode_to_vec()
}

/// The bytes of a constant.
fn raw<'a>(model: &'a mut ModelProto, name: &str) -> &'a mut Vec<u8> {
    tensor(model, name).raw_data.as_mut().expect("the committed files hold raw data")
}

/// The committed networks, and where a row's file is written.
pub(super) struct Networks {
    integer: Vec<u8>,
    float: Vec<u8>,
    opg: Opg,
    folder: PathBuf,
}

impl Networks {
    /// Reads the networks.
    pub fn open(network: &Network, folder: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            integer: std::fs::read(digits::network())?,
            float: std::fs::read(digits::folder().join("float.onnx"))?,
            opg: network.opg.clone(),
            folder: folder.to_owned(),
        })
    }

    /// Runs `opg` with `arguments` on `file`.
    pub async fn send(&self, arguments: &[&str], file: &[u8]) -> anyhow::Result<Got> {
        std::fs::write(self.folder.join(FILE), file)?;
        let mut command = self.opg.command(arguments)?;
        command.current_dir(&self.folder);
        refusal(command).await
    }
}
