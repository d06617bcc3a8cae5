#!/usr/bin/env bash
# Fuzzes on the stable toolchain: each target, or each of those that are named, for so many seconds.
# Goes on to the next where one fails, and fails at the end.
#
#   scripts/fuzz.sh 60
#   scripts/fuzz.sh 3600 nitro_document dcap_quote
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
seconds=${1:-60}
targets=("${@:2}")
scripts/tools.sh fuzz
if [ ${#targets[@]} -eq 0 ]; then
  all=$(cargo fuzz list --fuzz-dir fuzz)
  mapfile -t targets <<<"$all"
fi

# Outside the clone, so that the next run begins with what this one found.
corpus=$cache/fuzz
cargo run --quiet --locked --manifest-path fuzz/Cargo.toml --no-default-features --example seeds \
  -- "$corpus"

failed=()
for target in "${targets[@]}"; do
  printf '\n== %s, %s s\n' "$target" "$seconds"
  folders=("$corpus/$target")
  [ ! -d "fuzz/regressions/$target" ] || folders+=("fuzz/regressions/$target")
  # No sanitizer: no crate that is fuzzed has unsafe code, and with one it is not the stable compiler.
  cargo fuzz run --fuzz-dir fuzz --sanitizer none --no-cfg-fuzzing "$target" "${folders[@]}" \
    -- "-max_total_time=$seconds" -timeout=10 -print_final_stats=1 || failed+=("$target")
done
if [ ${#failed[@]} -gt 0 ]; then
  printf '\nfailed: %s; the inputs are in fuzz/artifacts\n' "${failed[*]}" >&2
  exit 1
fi
