//! The handwritten digits that are asked: images that no training saw.

use anyhow::{ensure, Context};
use std::path::{Path, PathBuf};

/// Pixels of an image, 8 by 8, each 0 to 16.
pub const PIXELS: usize = 64;

/// An image and the digit that it shows.
#[derive(Clone, Debug)]
pub struct Digit {
    /// Row by row.
    pub pixels: [u8; PIXELS],
    /// What it shows.
    pub label: u8,
}

/// The folder of the model, in the repository.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../zkml/models/digits")
}

/// The quantised network.
pub fn network() -> PathBuf {
    folder().join("digits.onnx")
}

/// All held-out images.
pub fn held_out() -> anyhow::Result<Vec<Digit>> {
    let path = folder().join("held_out.bin");
    let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
    ensure!(bytes.len() % (PIXELS + 1) == 0, "{} has no whole records", path.display());
    bytes
        .chunks_exact(PIXELS + 1)
        .map(|record| {
            let (pixels, label) = record.split_at(PIXELS);
            Ok(Digit { pixels: pixels.try_into()?, label: label[0] })
        })
        .collect()
}

impl Digit {
    /// The pixels as `opg ask --values` takes them.
    pub fn values(&self) -> String {
        self.pixels.map(|pixel| pixel.to_string()).join(",")
    }

    /// The image in characters, two a pixel.
    pub fn drawn(&self) -> String {
        let shade = |pixel: &u8| match pixel {
            0..=3 => "  ",
            4..=7 => "░░",
            8..=11 => "▒▒",
            12..=14 => "▓▓",
            _ => "██",
        };
        self.pixels
            .chunks(8)
            .map(|row| format!("    {}\n", row.iter().map(shade).collect::<String>()))
            .collect()
    }
}
