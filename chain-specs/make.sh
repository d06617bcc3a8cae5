#!/usr/bin/env bash
# Writes the specifications of the chains that the node knows by name, from the presets of its
# runtime: NAME.json to read and to change, NAME.raw.json to start nodes from.
#
#   chain-specs/make.sh [DIRECTORY]
#
# OPG_NODE names the node, else the one that this workspace builds is taken.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../scripts/env.sh"
node=${OPG_NODE:-$CARGO_TARGET_DIR/debug/opg-node}
out=${1:-$here}

if [ ! -x "$node" ]; then
  echo "chain-specs: there is no node at $node: build it (cargo build --workspace) or set OPG_NODE" >&2
  exit 1
fi
mkdir -p "$out"
for chain in development local testnet; do
  for form in "" raw; do
    file=$out/$chain${form:+.$form}.json
    # A file that is half written is never left behind.
    "$node" export-chain-spec --chain "$chain" ${form:+--$form} --output "$file.tmp" >/dev/null
    mv "$file.tmp" "$file"
    echo "$file"
  done
done
