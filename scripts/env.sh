# The environment of every build: sourced by the Makefile's recipes and by the other scripts.
# Anything that is already set wins.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${OPG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/opg}

# Outside the clone, so that a second clone compiles a handful of crates instead of a thousand.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
# wasm-builder looks for Cargo.lock above the target directory, where it is not.
export WASM_BUILD_WORKSPACE_HINT=$root
# litep2p asks for OpenSSL; the system's own spares a build from source.
export OPENSSL_NO_VENDOR=${OPENSSL_NO_VENDOR:-1}

# One place for tools that are not Rust crates of this workspace.
tools=$cache/tools
export PATH=$tools/bin:$PATH

# The toolchain that builds the runtime, where scripts/setup.sh had to make one.
wasm_toolchain=opg-wasm
if [ -z "${WASM_BUILD_TOOLCHAIN:-}" ] && [ -x "$cache/wasm-toolchain/bin/rustc" ]; then
  export WASM_BUILD_TOOLCHAIN=$wasm_toolchain
fi

# mold links the node in a second. Where only lld is there, that.
if [ "$(uname -sm)" = "Linux x86_64" ] && command -v clang >/dev/null; then
  for linker in mold lld; do
    if command -v "$linker" >/dev/null || command -v "ld.$linker" >/dev/null; then
      export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=clang
      export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS="-Clink-arg=-fuse-ld=$linker"
      break
    fi
  done
fi
