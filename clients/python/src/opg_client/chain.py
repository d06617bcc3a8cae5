"""Reads an enclave from a chain, by its id, in the last block that a node calls final.

The node is believed: neither that the block is final nor that the state is that block's is proven here.
So ask a node of your own, over a way that nobody else can change. The endpoint that answers is never
asked. What a node cannot do is pass for one of another chain by mistake: the genesis hash is given by
the caller, and every record holds it.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, Final

from .enclave import Block, Enclave, unhex
from .records import EnclaveRecord, ReferenceRecord, enclave_key, is_revoked, reference_key
from .wire import WireError

_MAX_ANSWER: Final = 1 << 20


class ChainError(Exception):
    """The chain could not be asked, or has no such enclave."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follows none: what redirects is an error then."""


class Chain:
    """A chain, by one of its nodes."""

    def __init__(self, url: str, genesis: bytes, timeout: float = 10.0) -> None:
        """A chain of that genesis hash, by the HTTP address of a node's JSON-RPC."""
        if not url.startswith(("http://", "https://")):
            raise ValueError("a node's address begins with http:// or https://")
        self.url = url
        """The address of the node."""
        self._genesis = genesis
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirect)

    def enclave(self, enclave: bytes) -> Enclave:
        """The enclave of that id.

        :raises ChainError: if the node does not answer, is of another chain, or knows no such enclave.
        """
        if self._hash("chain_getBlockHash", 0) != self._genesis:
            raise ChainError("the node is of another chain")
        head = self._hash("chain_getFinalizedHead")
        header = self._ask("chain_getHeader", _hex(head))
        try:
            seen = Block(int(header["number"], 16), head)
            found = self._storage(enclave_key(enclave), seen)
            if found is None:
                raise ChainError(f"there is no enclave {_hex(enclave)} in block {seen.number}")
            record = EnclaveRecord.decode(found)
            approved = self._storage(reference_key(record.measurement), seen)
            reference = None if approved is None else ReferenceRecord.decode(approved)
            statuses = [self._storage(key, seen) for key in record.subject_keys(enclave)]
            revoked = any(is_revoked(it) for it in statuses if it is not None)
        except (WireError, KeyError, TypeError, ValueError) as error:
            raise ChainError(f"the node answers what cannot be read: {error}") from error
        known = record.enclave(enclave, seen, reference, revoked)
        if known.genesis != self._genesis:
            raise ChainError("the enclave is of another chain")
        return known

    def watch(self, enclave: bytes, max_age: float = 60.0) -> Callable[[], Enclave]:
        """The enclave of that id, asked for anew where what is known is older than `max_age` seconds."""
        lock = threading.Lock()
        known: tuple[float, Enclave] | None = None

        def current() -> Enclave:
            nonlocal known
            with lock:
                now = time.monotonic()
                if known is None or now - known[0] > max_age:
                    known = (now, self.enclave(enclave))
                return known[1]

        return current

    def _hash(self, method: str, *parameters: object) -> bytes:
        try:
            return unhex(self._ask(method, *parameters), 32)
        except (AttributeError, ValueError) as error:
            raise ChainError(f"{method} gives no hash") from error

    def _storage(self, key: str, at: Block) -> bytes | None:
        value = self._ask("state_getStorage", key, _hex(at.hash))
        return None if value is None else bytes.fromhex(value.removeprefix("0x"))

    def _ask(self, method: str, *parameters: object) -> Any:  # noqa: ANN401 - JSON
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            self.url, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                data = response.read(_MAX_ANSWER + 1)
            if len(data) > _MAX_ANSWER:
                raise ChainError(f"{method}: the node's answer is too long")
            answer = json.loads(data)
        except (OSError, HTTPException, ValueError) as error:
            raise ChainError(f"{method}: {error}") from error
        if not isinstance(answer, dict) or "result" not in answer:
            raise ChainError(f"{method}: the node refuses: {answer}")
        return answer["result"]


def _hex(data: bytes) -> str:
    return f"0x{data.hex()}"
