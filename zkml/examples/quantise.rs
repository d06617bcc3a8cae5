//! Makes the integer model of the digits from the trained one:
//! `cargo run -p opg-zkml --example quantise -- zkml/models/digits`.

use std::{env, error::Error, fs, path::PathBuf};

use opg_zkml::{
    onnx::export,
    quantise::{quantise, Calibration, InputEncoding, Options},
    CompiledModel,
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("which folder?")?);
    let records = fs::read(folder.join("calibration.bin"))?;
    let (inputs, labels): (Vec<Vec<u8>>, Vec<u32>) = records
        .chunks_exact(65)
        .map(|record| (record[..64].to_vec(), u32::from(record[64])))
        .unzip();
    // Pixels are 0 to 16: five bits, as they are.
    let encoding = InputEncoding { bits: 5, minimum: 0.0, step: 1.0 };
    let calibration = Calibration { inputs: &inputs, labels: &labels };
    let float = fs::read(folder.join("float.onnx"))?;
    let made = quantise(&float, &Options::new(encoding), &calibration)?;
    println!("calibration: {}", made.report);
    for (index, layer) in made.report.layers.iter().enumerate() {
        println!("layer {index}: {layer:?}");
    }
    let onnx = export::write(&made.network);
    let model = CompiledModel::compile(&onnx)?;
    println!("{}", model.report());
    println!("{} bytes, model {}", onnx.len(), model.ingredients().model_id());
    fs::write(folder.join("digits.onnx"), onnx)?;
    Ok(())
}
