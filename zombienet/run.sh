#!/usr/bin/env bash
# Runs the tests of this folder on the node that the main workspace has built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/env.sh"

export OPG_NODE=${OPG_NODE:-$CARGO_TARGET_DIR/debug/opg-node}
cd "$root/zombienet"
exec cargo test --locked "$@"
