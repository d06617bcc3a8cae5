#!/usr/bin/env bash
# Runs cargo in this folder, beside the programs that the main workspace has built: its tests, one at
# a time, or what the arguments say.
#
#   zombienet/run.sh
#   zombienet/run.sh run --example latency
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/env.sh"

cd "$root/zombienet"
if [ $# -eq 0 ]; then set -- test -- --test-threads 1; fi
exec cargo "$1" --locked "${@:2}"
