#!/usr/bin/env bash
# The clients in Python and TypeScript: format, lints, types, the shared vectors, and the official `openai`
# packages on the tee-node that `make build` has built.
#
# With `serve URL` the official packages alone, on the `opg serve` whose base address that is. It asks in mode
# `tee`, on a chain whose model `tiny-lm-demo` is served in it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
export OPG_VECTORS=${OPG_VECTORS:-$root/../shared/vectors}
# Without it the tests on a real node would be skipped.
export OPG_TEE_NODE=${OPG_TEE_NODE:-$CARGO_TARGET_DIR/debug/tee-node}

die() { printf 'clients: %s\n' "$*" >&2; exit 1; }
case $#,${1:-} in
  0, | 2,serve) export OPG_SERVE=${2:-} ;;
  *) die "usage: scripts/clients.sh [serve URL]" ;;
esac
[ -n "$OPG_SERVE" ] || [ -x "$OPG_TEE_NODE" ] || die "there is no $OPG_TEE_NODE; run \`make build\`"
command -v node >/dev/null || die "there is no Node.js; run \`make setup\`"
node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' \
  || die "Node.js 20.19 or later is needed; this is $(node --version)"

# One at a time sets up: the end-to-end tests run this too, beside the step of that name.
mkdir -p "$cache"
exec {setting_up}>"$cache/clients.lock"
flock "$setting_up"

# Outside the clone, and made anew where what it holds has changed.
venv=$cache/python-clients
if ! cmp -s "$root/clients/python/requirements.txt" "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --require-hashes -r "$root/clients/python/requirements.txt"
  cp "$root/clients/python/requirements.txt" "$venv/"
fi
cd "$root/clients/typescript"
if ! cmp -s package-lock.json node_modules/package-lock.json; then
  npm ci --silent
  cp package-lock.json node_modules/
fi
exec {setting_up}>&-

export PYTHONDONTWRITEBYTECODE=1
if [ -n "$OPG_SERVE" ]; then
  cd "$root/clients/python"
  "$venv/bin/pytest" -q -p no:cacheprovider tests/serve.py
  cd "$root/clients/typescript"
  exec npm run --silent test:serve
fi

cd "$root/clients/python"
"$venv/bin/ruff" format --check --quiet --no-cache .
"$venv/bin/ruff" check --quiet --no-cache .
"$venv/bin/mypy" --cache-dir "$venv/mypy"
"$venv/bin/pytest" -q -p no:cacheprovider

cd "$root/clients/typescript"
npm run --silent check
npm test --silent
