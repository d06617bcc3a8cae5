#!/usr/bin/env bash
# Checks for what a build needs, installs what it can, and says in one line what it cannot.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

say() { printf '\033[2m%s\033[0m\n' "setup: $*" >&2; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# --- programs -------------------------------------------------------------------------------

missing=()
need() { # program, Debian package
  command -v "$1" >/dev/null || missing+=("$2")
}
need cc gcc
need clang clang
need make make
need curl curl
need pkg-config pkg-config
need protoc protobuf-compiler
need jq jq
need python3 python3
need node nodejs
need npm npm
command -v mold >/dev/null || command -v ld.lld >/dev/null || missing+=(mold)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
pkg-config --exists openssl 2>/dev/null || missing+=(libssl-dev)
[ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)

# A compiler that knows wasm32v1-none: rustup's target, or one made from Debian's compiler.
has_wasm_target() {
  local sysroot
  sysroot=$(rustc --print sysroot 2>/dev/null) && [ -d "$sysroot/lib/rustlib/wasm32v1-none" ]
}
command -v cargo >/dev/null || die "there is no Rust toolchain; install rustup, see https://rustup.rs"
make_toolchain=
if ! has_wasm_target && [ ! -x "$cache/wasm-toolchain/bin/rustc" ]; then
  if [ "${RUSTUP_AUTO_INSTALL:-1}" != 0 ] && command -v rustup >/dev/null \
    && rustup target add wasm32v1-none >/dev/null 2>&1; then
    say "added the target wasm32v1-none"
  else
    make_toolchain=1
    for package in rustc-web cargo-web rust-web-src; do
      dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    command -v ld.lld >/dev/null || missing+=(lld)
  fi
fi

if [ ${#missing[@]} -gt 0 ]; then
  sudo=
  if [ "$(id -u)" != 0 ]; then sudo="sudo -n"; fi
  if command -v apt-get >/dev/null && { [ -z "$sudo" ] || $sudo true 2>/dev/null; }; then
    say "installing ${missing[*]}"
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends \
      "${missing[@]}" >/dev/null
  else
    die "please install: ${missing[*]}"
  fi
fi

# --- a toolchain for the runtime, where rustup may not download one ---------------------------

# Debian's compiler has no `core` for wasm32v1-none, so it is built once, from the source of the
# same version, and laid out as an ordinary sysroot beside links to what is there already.
make_wasm_toolchain() {
  local out=$cache/wasm-toolchain host=x86_64-unknown-linux-gnu work target
  command -v rustup >/dev/null || die "rustup is needed to name the toolchain for the runtime"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' RETURN
  say "building core and alloc for wasm32v1-none (about a minute)"
  mkdir -p "$work/probe/src"
  printf '[package]\nname = "probe"\nversion = "0.1.0"\nedition = "2021"\n' >"$work/probe/Cargo.toml"
  printf '#![no_std]\n' >"$work/probe/src/lib.rs"
  # Without the bitcode, thin LTO over the runtime fails at the link.
  (cd "$work/probe" && env -u CARGO_TARGET_DIR RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS=-Cembed-bitcode=yes /usr/bin/cargo build -q --release --target wasm32v1-none \
    -Zbuild-std=core,alloc)
  target=$work/sysroot/lib/rustlib/wasm32v1-none/lib
  mkdir -p "$target" "$work/sysroot/lib/rustlib/$host/bin" "$work/sysroot/bin"
  cp "$work/probe/target/wasm32v1-none/release/deps/"*.rlib "$target/"
  rm -f "$target"/libprobe*.rlib
  ln -s "/usr/lib/rustlib/$host/lib" "$work/sysroot/lib/rustlib/$host/lib"
  ln -s /usr/lib/rustlib/src "$work/sysroot/lib/rustlib/src"
  local lld
  lld=$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld
  [ -x "$lld" ] || lld=$(command -v lld || command -v ld.lld)
  ln -s "$lld" "$work/sysroot/lib/rustlib/$host/bin/rust-lld"
  printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot %q "$@"\n' "$out" >"$work/sysroot/bin/rustc"
  ln -s /usr/bin/cargo "$work/sysroot/bin/cargo"
  chmod +x "$work/sysroot/bin/rustc"
  rm -rf "$out"
  mkdir -p "$cache"
  mv "$work/sysroot" "$out"
  rustup toolchain link "$wasm_toolchain" "$out"
}
if [ -n "$make_toolchain" ]; then make_wasm_toolchain; fi
if [ -x "$cache/wasm-toolchain/bin/rustc" ] && command -v rustup >/dev/null \
  && ! rustup toolchain list | grep -q "^$wasm_toolchain"; then
  rustup toolchain link "$wasm_toolchain" "$cache/wasm-toolchain"
fi
