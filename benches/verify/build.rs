//! Builds the library once more, for wasm, as the runtime is built.

fn main() {
    // `cargo clippy` hands its driver on, which is not of the toolchain that builds for wasm.
    std::env::remove_var("RUSTC_WORKSPACE_WRAPPER");

    #[cfg(feature = "std")]
    substrate_wasm_builder::WasmBuilder::init_with_defaults()
        .disable_runtime_version_section_check()
        .build();
}
