#!/usr/bin/env bash
# Runs the demo that `make build` has built; `--stay` leaves its network running.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
export PATH=$CARGO_TARGET_DIR/debug:$PATH
exec opg-demo "$@"
