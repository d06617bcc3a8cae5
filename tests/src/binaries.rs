//! The programs under test, as `cargo build --workspace` leaves them.

use anyhow::{ensure, Context};
use std::path::{Path, PathBuf};

/// The path of the program `name`, which stands beside the running test or demo.
pub fn find(name: &str) -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe().context("this program has no path")?;
    let folder = me
        .ancestors()
        .find(|folder| folder.join("opg-node").is_file())
        .or_else(|| me.parent())
        .unwrap_or(Path::new("."));
    let program = folder.join(name);
    ensure!(
        program.is_file(),
        "there is no {name} at {}; build it first with `cargo build --workspace`",
        program.display()
    );
    Ok(program)
}
