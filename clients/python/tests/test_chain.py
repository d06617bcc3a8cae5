"""What is read of a chain, from the records that the runtime writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from opg_client import Chain, ChainError, Enclave
from opg_client.records import EnclaveRecord, ReferenceRecord, is_revoked
from opg_client.wire import WireError
from vectors import FOLDER

CHAIN: Mapping[str, Any] = json.loads((FOLDER / "chain.json").read_text("utf-8"))
GENESIS = bytes.fromhex(CHAIN["genesis"][2:])
BLOCK = CHAIN["block"]

Answers = Callable[[str, list[Any]], object]


def state(method: str, parameters: list[Any]) -> object:
    """What a node with the state of the vectors answers."""
    match method, parameters:
        case "chain_getBlockHash", [0]:
            return CHAIN["genesis"]
        case "chain_getFinalizedHead", []:
            return BLOCK["hash"]
        case "chain_getHeader", [at] if at == BLOCK["hash"]:
            return {"number": hex(BLOCK["number"])}
        case "state_getStorage", [key, at] if at == BLOCK["hash"]:
            return CHAIN["state"].get(key)
    raise AssertionError((method, parameters))


@contextmanager
def node(answers: Answers) -> Iterator[tuple[Chain, list[str]]]:
    """A chain whose node answers so, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append(body["method"])
            answer = {"jsonrpc": "2.0", "id": 1, "result": answers(body["method"], body["params"])}
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Chain(f"http://127.0.0.1:{server.server_port}", GENESIS), asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("wanted", CHAIN["enclaves"], ids=lambda it: it["name"])
def test_an_enclave_is_read_as_the_runtime_judges_it(wanted: Mapping[str, Any]) -> None:
    with node(state) as (chain, _):
        known = chain.enclave(bytes.fromhex(wanted["id"][2:]))
    assert known == Enclave.from_json({**wanted, "seen": BLOCK})


def test_a_node_of_another_chain_is_refused_and_so_is_a_record_of_one() -> None:
    other = bytes(32)
    enclave = bytes.fromhex(CHAIN["enclaves"][0]["id"][2:])
    with node(state) as (chain, _), pytest.raises(ChainError, match="of another chain"):
        Chain(chain.url, other).enclave(enclave)

    def of_other(method: str, parameters: list[Any]) -> object:
        own = method == "chain_getBlockHash"
        return f"0x{other.hex()}" if own else state(method, parameters)

    with node(of_other) as (chain, _), pytest.raises(ChainError, match="enclave is of another"):
        Chain(chain.url, other).enclave(enclave)


def test_an_enclave_that_there_is_not_and_nonsense_are_errors_and_no_enclaves() -> None:
    with node(state) as (chain, _), pytest.raises(ChainError, match="no enclave"):
        chain.enclave(bytes(32))
    nonsense: list[Answers] = [
        lambda *_: None,
        lambda *_: 7,
        lambda method, parameters: (
            "0x00" if method == "state_getStorage" else state(method, parameters)
        ),
        lambda method, parameters: {} if method == "chain_getHeader" else state(method, parameters),
    ]
    for answers in nonsense:
        with node(answers) as (chain, _), pytest.raises(ChainError):
            chain.enclave(bytes.fromhex(CHAIN["enclaves"][0]["id"][2:]))
    with pytest.raises(ChainError):
        Chain("http://127.0.0.1:1", GENESIS, timeout=1).enclave(bytes(32))


def test_what_is_watched_is_asked_for_anew_when_it_is_old() -> None:
    enclave = bytes.fromhex(CHAIN["enclaves"][0]["id"][2:])
    with node(state) as (chain, asked):
        current = chain.watch(enclave, max_age=3600)
        assert current() is current()
        once = len(asked)
        always = chain.watch(enclave, max_age=-1)
        assert always() == always() == current()
        assert len(asked) == 3 * once


def test_no_record_is_read_that_is_cut_or_goes_on() -> None:
    for key, value in CHAIN["state"].items():
        data = bytes.fromhex(value[2:])
        read: Callable[[bytes], object] = next(
            decode
            for decode in (EnclaveRecord.decode, ReferenceRecord.decode, is_revoked)
            if reads(decode, data)
        )
        for other in (data[:-1], data + b"\x00"):
            assert not reads(read, other), key


def reads(decode: Callable[[bytes], object], data: bytes) -> bool:
    try:
        decode(data)
    except WireError:
        return False
    return True
