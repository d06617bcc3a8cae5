"""Hashes, each under a tag that says what it is for."""

from __future__ import annotations

from enum import Enum
from hashlib import blake2b

from .wire import Text


class Domain(Enum):
    """What a hash is for."""

    ENCLAVE = "opg/enclave/v1"
    SIGNED_ANSWER = "opg/signed-answer/v1"
    STREAM_PART = "opg/stream-part/v1"

    def hash(self, message: bytes) -> bytes:
        """blake2-256 over the tag and `message`, both in SCALE."""
        return blake2b(Text().encode(self.value) + message, digest_size=32).digest()
