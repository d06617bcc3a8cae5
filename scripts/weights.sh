#!/usr/bin/env bash
# Measures what this project's pallets weigh, on this machine, and writes their weights.rs. Without
# arguments all of them, else those that are named: `scripts/weights.sh inference receipts`.
# STEPS and REPEAT say how often, as the SDK does by default.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
# With its feature everything is compiled anew, so it has a directory of its own.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR%/}-benchmarks
template=scripts/weights.hbs

pallets=("$@")
[ $# -gt 0 ] || for pallet in pallets/*/; do pallets+=("$(basename "$pallet")"); done

# A check runs the build script, which builds the blob for release; the native runtime is not needed.
cargo check --locked -p opg-runtime --features runtime-benchmarks
blob=$CARGO_TARGET_DIR/debug/wbuild/opg-runtime/opg_runtime.compact.compressed.wasm
# One of its dependencies brings a runtime of its own, which nothing here runs.
SKIP_WASM_BUILD=1 cargo build --locked --release --manifest-path tools/bencher/Cargo.toml
bencher=$CARGO_TARGET_DIR/release/opg-bencher

for pallet in "${pallets[@]}"; do
  weights=pallets/$pallet/src/weights.rs
  "$bencher" --runtime "$blob" --genesis-builder runtime --pallet "pallet_$pallet" --extrinsic '*' \
    --steps "${STEPS:-50}" --repeat "${REPEAT:-20}" --quiet --template "$template" \
    --output "$weights.new"
  # Only now, so that a run that fails leaves the file as it was.
  mv "$weights.new" "$weights"
  rustfmt --config-path rustfmt.toml "$weights"
  printf 'measured: %s\n' "$weights"
done
