//! Runs the wasm build as a node runs its runtime.

use crate::{Task, Work};
use codec::Encode;
use sc_executor::{HostFunctions, WasmExecutor};
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use sp_io::TestExternalities;

#[allow(dead_code, reason = "wasm-builder writes more constants than are needed")]
mod blob {
    include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

/// The host functions that the node has.
pub type NodeHostFunctions =
    (sp_io::SubstrateHostFunctions, sp_crypto_ec_utils::HostFunctionsRfc163);

/// The wasm build on the node's executor, with its settings, and with `H` as host functions.
///
/// As a runtime's, each call has a fresh instance; the module is compiled at the first.
pub struct Guest<H> {
    executor: WasmExecutor<H>,
    code: WrappedRuntimeCode<'static>,
    externalities: TestExternalities,
}

impl<H: HostFunctions> Guest<H> {
    /// A guest whose calls to host functions that `H` lacks end in an error.
    ///
    /// # Errors
    /// Where the wasm build was skipped.
    pub fn new() -> Result<Self, String> {
        let code =
            blob::WASM_BINARY.ok_or("built with SKIP_WASM_BUILD: there is no wasm to run")?;
        Ok(Self {
            executor: WasmExecutor::builder().with_allow_missing_host_functions(true).build(),
            code: WrappedRuntimeCode(code.into()),
            externalities: TestExternalities::default(),
        })
    }

    /// [`crate::judge`] in wasm.
    ///
    /// # Errors
    /// Where the call gives no verdict: it traps, or a host function is missing.
    pub fn judge(&mut self, task: &Task, work: Work) -> Result<String, String> {
        let code = RuntimeCode {
            code_fetcher: &self.code,
            heap_pages: None,
            // What the executor caches compiled code by. There is one code.
            hash: b"judge".to_vec(),
        };
        let (verdict, _) = self.executor.call(
            &mut self.externalities.ext(),
            &code,
            "judge",
            &(task, work).encode(),
            CallContext::Offchain,
        );
        let verdict = verdict.map_err(|error| error.to_string())?;
        String::from_utf8(verdict).map_err(|error| error.to_string())
    }
}
