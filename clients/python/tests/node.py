"""A real node in an enclave of the development vendor, and a proxy before it that does what it likes."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opg_client import Enclave, Vendor
from opg_client.enclave import unhex

PROGRAM = os.environ.get("OPG_TEE_NODE")
_HASH = "0x" + "01" * 32
_DEADLINE = 60.0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def tee_node(log: Path) -> Iterator[tuple[int, Enclave]]:
    """A node with the embedded model: its port for clients, and its enclave.

    No chain is asked, so the enclave is this test's own word.
    """
    assert PROGRAM is not None
    jobs, clients = _free_port(), _free_port()
    command = [PROGRAM, "run", "--platform", "development", "--upstream", "embedded"]
    command += ["--genesis", _HASH, "--provider", _HASH, "--block", f"7:{_HASH}"]
    command += ["--listen", f"127.0.0.1:{jobs}", "--client-listen", f"127.0.0.1:{clients}"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        yield clients, _enclave(_report(process, clients, log))
    finally:
        process.terminate()
        process.wait(30)


def _report(process: subprocess.Popen[bytes], port: int, log: Path) -> dict[str, object]:
    """The registration, once the node serves it."""
    end = time.monotonic() + _DEADLINE
    url = f"http://127.0.0.1:{port}/v1/attestation/report"
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                registration = json.load(response)["registration"]
                assert isinstance(registration, dict)
                return registration
        except OSError as error:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, f"{error}: {log.read_text()}"
            time.sleep(0.02)


def _enclave(registration: dict[str, object]) -> Enclave:
    session = registration["session"]
    assert isinstance(session, dict)
    return Enclave(
        id=unhex(str(registration["enclave"]), 32),
        genesis=unhex(session["genesis"], 32),
        provider=unhex(session["provider"], 32),
        session_key=unhex(session["session_key"], 32),
        configuration=unhex(session["configuration"], 32),
        vendor=Vendor.DEVELOPMENT,
        measurement=bytes(32),
        tcb="UpToDate",
        advisories=(),
        valid_until=int(time.time()) + 3600,
        revoked=False,
        approval=None,
        seen=None,
    )


@dataclass
class Response:
    """What the node answered, and what the proxy makes of it."""

    status: int
    headers: dict[str, str]
    body: bytes


Alter = Callable[[Response], "Response | None"]


@contextmanager
def proxy(port: int, alter: Alter) -> Iterator[int]:
    """A proxy before the node at `port`; where `alter` gives none it cuts the connection."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            node = http.client.HTTPConnection("127.0.0.1", port, timeout=_DEADLINE)
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            node.request(self.command, self.path, body, headers)
            got = node.getresponse()
            kept = {
                name.lower(): value
                for name, value in got.getheaders()
                if name.lower() not in ("transfer-encoding", "content-length", "date", "connection")
            }
            response = alter(Response(got.status, kept, got.read()))
            node.close()
            if response is None:
                self.close_connection = True
                return
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
