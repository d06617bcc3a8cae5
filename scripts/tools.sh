#!/usr/bin/env bash
# The checkers that `make test` runs beside cargo's own, at fixed versions: taplo from its package
# on PyPI (else from crates.io), cargo-deny from crates.io, unoptimised since it runs for seconds.
# `scripts/tools.sh fuzz` is for what `make fuzz` runs instead.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

taplo_version=0.9.3
deny_version=0.20.2
fuzz_version=0.13.2
mkdir -p "$tools/bin"

install() { # crate, version, further arguments
  env -u CARGO_TARGET_DIR cargo install -q --locked --debug --root "$tools" "$1" --version "$2" \
    "${@:3}"
}

if [ "${1:-}" = fuzz ]; then
  if [ "$(cargo fuzz --version 2>/dev/null)" != "cargo-fuzz $fuzz_version" ]; then
    install cargo-fuzz "$fuzz_version"
  fi
  exit
fi

if [ "$(taplo --version 2>/dev/null)" != "taplo $taplo_version" ]; then
  if command -v python3 >/dev/null && python3 -m venv "$tools/python" 2>/dev/null \
    && "$tools/python/bin/pip" install -q "taplo==$taplo_version"; then
    ln -sf "$tools/python/bin/taplo" "$tools/bin/"
  else
    install taplo-cli "$taplo_version"
  fi
fi
if [ "$(cargo deny --version 2>/dev/null)" != "cargo-deny $deny_version" ]; then
  install cargo-deny "$deny_version"
fi
