#!/usr/bin/env bash
# Builds the workspace with a progress bar: crates done, and the time left where it is known.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

if [ ! -t 2 ]; then exec cargo build --workspace --locked "$@"; fi

# cargo's own bar has no estimate; this one takes it from the pace so far.
total=$(cargo tree --workspace --locked -e normal,build --prefix none 2>/dev/null \
  | sed 's/ (\*)$//' | sort -u | wc -l)
start=$SECONDS
log=$(mktemp)
trap 'rm -f "$log"' EXIT
draw() { # crates done
  local elapsed=$((SECONDS - start)) left='' width=30 filled
  filled=$(($1 * width / (total > 0 ? total : 1)))
  ((filled > width)) && filled=$width
  if (($1 > 20 && elapsed > 10)); then
    left=$(printf ', about %d min left' $(((total - $1) * elapsed / $1 / 60 + 1)))
  fi
  printf '\r\033[Kbuilding [%-*s] %d of %d crates%s' "$width" \
    "$(printf '#%.0s' $(seq 1 "$filled") 2>/dev/null)" "$1" "$total" "$left" >&2
}
cargo build --workspace --locked --message-format short "$@" 2>"$log" &
build=$!
while kill -0 "$build" 2>/dev/null; do
  draw "$(grep -c '^ *Compiling ' "$log" || true)"
  sleep 1
done
printf '\r\033[K' >&2
if ! wait "$build"; then
  cat "$log" >&2
  exit 1
fi
tail -n 1 "$log" >&2
