//! Stands in for binaryen in `substrate-wasm-builder`: checks instead of transforming.
//!
//! The names follow the crate that it replaces, because its caller is fixed. See the README.

#![deny(missing_docs)]

use std::{fs, path::Path, process::Command};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

/// A pass that the builder asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Removes debug sections.
    StripDwarf,
    /// Replaces the sign-extension operators by operators of WebAssembly 1.0.
    SignextLowering,
}

impl Pass {
    fn flag(self) -> &'static str {
        match self {
            Self::StripDwarf => "--strip-dwarf",
            Self::SignextLowering => "--signext-lowering",
        }
    }
}

/// Why a module did not pass.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read or written.
    #[error("cannot read or write a wasm file: {0}")]
    Io(#[from] std::io::Error),
    /// The module needs a pass, and no `wasm-opt` program ran it.
    #[error(
        "the module is not plain WebAssembly 1.0 without debug sections ({reason}); build it for \
         wasm32v1-none in release mode, or install binaryen so that `wasm-opt` is on the path"
    )]
    NeedsBinaryen {
        /// What was found in the module.
        reason: String,
    },
}

/// The passes that were asked for.
#[derive(Debug, Default)]
pub struct OptimizationOptions {
    passes: Vec<Pass>,
}

impl OptimizationOptions {
    /// No optimisation, only the passes that are added.
    pub fn new_opt_level_0() -> Self {
        Self::default()
    }

    /// WebAssembly 1.0 only; what is checked in any case.
    pub fn mvp_features_only(&mut self) -> &mut Self {
        self
    }

    /// Whether names are kept; they are, since nothing is rewritten.
    pub fn debug_info(&mut self, _keep: bool) -> &mut Self {
        self
    }

    /// Adds a pass.
    pub fn add_pass(&mut self, pass: Pass) -> &mut Self {
        self.passes.push(pass);
        self
    }

    /// Copies `input` to `output` if none of the passes has anything to do; else hands the file to
    /// the `wasm-opt` program.
    pub fn run(&self, input: impl AsRef<Path>, output: impl AsRef<Path>) -> Result<(), Error> {
        let module = fs::read(&input)?;
        let Err(reason) = needs_nothing(&module) else {
            if input.as_ref() != output.as_ref() {
                fs::write(output, module)?;
            }
            return Ok(());
        };
        let ran = Command::new("wasm-opt")
            .args(["-O0", "-g"])
            .args(self.passes.iter().map(|pass| pass.flag()))
            .arg(input.as_ref())
            .arg("-o")
            .arg(output.as_ref())
            .status()
            .is_ok_and(|status| status.success());
        if ran && needs_nothing(&fs::read(&output)?).is_ok() {
            return Ok(());
        }
        Err(Error::NeedsBinaryen { reason })
    }
}

/// Whether `module` is WebAssembly 1.0 without debug sections; else what it holds beyond that.
fn needs_nothing(module: &[u8]) -> Result<(), String> {
    Validator::new_with_features(WasmFeatures::WASM1)
        .validate_all(module)
        .map_err(|error| error.to_string())?;
    for payload in Parser::new(0).parse_all(module) {
        match payload {
            Ok(Payload::CustomSection(section)) if section.name().starts_with(".debug_") => {
                return Err(format!("it has a section {}", section.name()));
            }
            Ok(_) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

    /// A function of type i32 -> i32 whose body is `local.get 0`, then `operator`, then `end`.
    fn module_with(operator: u8) -> Vec<u8> {
        [
            EMPTY,
            &[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f],
            &[3, 2, 1, 0],
            &[10, 7, 1, 5, 0, 0x20, 0, operator, 0x0b],
        ]
        .concat()
    }

    #[test]
    fn a_plain_module_needs_nothing() {
        assert_eq!(needs_nothing(EMPTY), Ok(()));
        assert_eq!(needs_nothing(&module_with(0x45)), Ok(()), "i32.eqz is of version 1.0");
    }

    #[test]
    fn a_sign_extension_operator_is_found() {
        assert!(needs_nothing(&module_with(0xc0)).is_err(), "i32.extend8_s is not of version 1.0");
    }

    #[test]
    fn a_debug_section_is_found() {
        let section = [EMPTY, &[0, 12, 11], b".debug_info"].concat();
        assert_eq!(needs_nothing(&section), Err("it has a section .debug_info".to_owned()));
    }

    #[test]
    fn bytes_that_are_no_module_are_refused() {
        assert!(needs_nothing(b"\0asm\x02\0\0\0").is_err());
        assert!(needs_nothing(b"").is_err());
    }
}
