//! Builds the WebAssembly blob of the runtime next to the native crate.

fn main() {
    // `cargo clippy` hands its driver on, which is not of the toolchain that builds the blob.
    std::env::remove_var("RUSTC_WORKSPACE_WRAPPER");
    // The blob is built for release whatever the node is built for; said this way, it is also
    // stripped and compressed, to a quarter of its size in specifications and upgrades.
    if std::env::var_os("WASM_BUILD_TYPE").is_none() {
        std::env::set_var("WASM_BUILD_TYPE", "release");
    }

    #[cfg(all(feature = "std", not(feature = "metadata-hash")))]
    substrate_wasm_builder::WasmBuilder::build_using_defaults();

    // Compiles the runtime twice: once to learn its metadata, once more with the hash of it inside.
    #[cfg(all(feature = "std", feature = "metadata-hash"))]
    substrate_wasm_builder::WasmBuilder::init_with_defaults()
        .enable_metadata_hash("OPG", 18)
        .build();
}
