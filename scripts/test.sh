#!/usr/bin/env bash
# Everything that has to hold before a change lands, cheapest first. Each step says how long it took.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
export OPG_VECTORS=${OPG_VECTORS:-$root/../shared/vectors}

step() { # title, command...
  local title=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$title"
  if ! "$@"; then
    printf '== FAILED: %s (%d s)\n' "$title" $((SECONDS - start)) >&2
    exit 1
  fi
  printf '== ok: %s (%d s)\n' "$title" $((SECONDS - start))
}

# The GPL is for the node client alone.
nothing_else_is_gpl() {
  local package found
  for package in opg-runtime opg-cli opg-gateway opg-zkml-node; do
    found=$(cargo tree --locked -p "$package" -e normal -f '{p} {l}' --prefix none \
      | grep GPL | grep -v -e Apache-2.0 -e ' MIT' -e '^pallet-migrations ' || true)
    if [ -n "$found" ]; then
      printf '%s depends on code under the GPL:\n%s\n' "$package" "$found" >&2
      return 1
    fi
  done
}

step "tools" scripts/tools.sh
step "format: rust" cargo fmt --all --check
step "format: toml" taplo fmt --check
step "licences, bans, sources" cargo deny check licenses bans sources
step "licences: the GPL stays in the node" nothing_else_is_gpl
step "build" cargo build --workspace --locked
step "unit and property tests" cargo test --workspace --locked
step "lints" cargo clippy --workspace --all-targets --locked -- -D warnings
step "weights are there and wired" scripts/check-weights.sh
step "chain specs" chain-specs/make.sh "$(mktemp -d)"
step "the whole path, end to end" cargo test --workspace --locked --test path -- --ignored
step "what fails, and what comes of it" cargo test --workspace --locked --test failures -- --ignored
step "the README's commands" scripts/check-readme.sh
step "zombienet: two validators" zombienet/run.sh
