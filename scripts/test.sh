#!/usr/bin/env bash
# Everything that has to hold before a change lands, cheapest first. Each step says how long it took.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
export OPG_VECTORS=${OPG_VECTORS:-$root/../shared/vectors}

# What steps give way with to a network that runs beside them.
polite=
step() { # title, command...
  local title=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$title"
  if ! $polite "$@"; then
    printf '== FAILED: %s (%d s)\n' "$title" $((SECONDS - start)) >&2
    exit 1
  fi
  printf '== ok: %s (%d s)\n' "$title" $((SECONDS - start))
}

# Begins a step that runs beside those that follow, until `joined` waits for it: a network waits for
# its blocks most of the time, and compilers have the processors meanwhile.
beside() { # title, command...
  beside_title=$1 beside_start=$SECONDS beside_log=$(mktemp)
  shift
  printf '\n== begun, beside what follows: %s\n' "$beside_title"
  setsid "$@" >"$beside_log" 2>&1 &
  beside=$! polite='nice -n 10'
  # Its own group, so that its nodes end with it.
  trap 'kill -- "-$beside" 2>/dev/null || true' EXIT
}
joined() {
  polite=
  printf '\n== %s\n' "$beside_title"
  if ! wait "$beside"; then
    cat "$beside_log"
    printf '== FAILED: %s (%d s)\n' "$beside_title" $((SECONDS - beside_start)) >&2
    exit 1
  fi
  trap - EXIT
  cat "$beside_log"
  printf '== ok: %s (%d s)\n' "$beside_title" $((SECONDS - beside_start))
}

# The GPL is for the node client alone.
nothing_else_is_gpl() {
  local package found
  for package in opg-runtime opg-cli opg-gateway opg-zkml-node opg-tee-node opg-tiny-lm; do
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
step "build: tests" cargo test --workspace --locked --no-run --quiet
beside "the whole path and its failures, end to end" \
  cargo test --workspace --locked --test path --test failures --no-fail-fast -- --ignored
step "unit and property tests" cargo test --workspace --locked
step "clients: Python and TypeScript, under the official openai packages" scripts/clients.sh
step "fuzz targets: their seeds, and what once failed" \
  cargo test --locked --manifest-path fuzz/Cargo.toml --no-default-features --lib
step "lints" cargo clippy --workspace --all-targets --locked -- -D warnings
step "weights are measured and wired" scripts/check-weights.sh
step "chain specs" chain-specs/make.sh "$(mktemp -d)"
step "build: zombienet's tests" zombienet/run.sh test --no-run
joined
step "the README's commands" scripts/check-readme.sh
step "zombienet: the whole path on two validators, outages of four" zombienet/run.sh
