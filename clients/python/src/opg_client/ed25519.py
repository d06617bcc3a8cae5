"""The one Ed25519 rule of this project: ZIP 215, and no key of small order."""

from __future__ import annotations

import ed25519_zebra

_SMALL_ORDER = frozenset(
    bytes.fromhex(y)
    for y in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def is_small_order(key: bytes) -> bool:
    """Whether anybody can sign under `key`: one signature holds for every message there."""
    return key[:31] + bytes([key[31] & 0x7F]) in _SMALL_ORDER


def verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is over `message`."""
    if len(key) != 32 or len(signature) != 64 or is_small_order(key):
        return False
    return ed25519_zebra.ed_verify(signature, message, key)
