#!/usr/bin/env bash
# Checks that the weights of every pallet of this project were measured, and that the runtime uses
# them.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

wrong=0
for pallet in pallets/*/; do
  name=$(basename "$pallet")
  file=$pallet/src/weights.rs
  if [ ! -f "$file" ]; then
    printf '%s has no weights\n' "$pallet" >&2
    wrong=1
  elif ! grep -rq "pallet_$name::weights::SubstrateWeight<Runtime>" runtime/src/configs/; then
    printf 'the runtime does not use the weights of %s\n' "$pallet" >&2
    wrong=1
  elif grep -q 'NOT MEASURED YET' "$file"; then
    printf '%s says that it was not measured: run `make weights`\n' "$file" >&2
    wrong=1
  fi
done
exit "$wrong"
