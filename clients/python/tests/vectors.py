"""The vectors that all clients share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opg_client import Enclave, Expected, Face, StreamVerifier, Verified, verify_body
from opg_client.verify import ANSWER_ID_HEADER, SIGNED_ANSWER_HEADER

FOLDER = Path(__file__).parents[2] / "vectors"
VECTORS: Mapping[str, Any] = json.loads((FOLDER / "answers.json").read_text("utf-8"))
ANSWERS: Mapping[str, Mapping[str, Any]] = {answer["name"]: answer for answer in VECTORS["answers"]}
CASES: list[Mapping[str, Any]] = VECTORS["cases"]
ENCLAVE = Enclave.from_json(VECTORS["enclave"])
NOW = float(VECTORS["now"])
_REFUSED = {case["answer"] for case in CASES if case["edit"] is None and case["fault"]}
_TAKEN = {case["answer"] for case in CASES if case["edit"] is None and not case["fault"]}
GOOD = [name for name in ANSWERS if name in _TAKEN or name not in _REFUSED]


@dataclass
class Sent:
    """What a client sent and got."""

    stream: bool
    request: bytes
    response: bytes
    headers: dict[str, str]
    face: Face

    @classmethod
    def of(cls, answer: Mapping[str, Any], edit: Mapping[str, Any] | None = None) -> Sent:
        """An answer of the vectors, edited."""

        def text(what: str) -> bytes:
            data = answer[what].encode()
            if edit is None or edit["what"] != what:
                return bytes(data)
            at, end = edit["at"], edit["at"] + edit["cut"]
            return bytes(data[:at] + edit["put"].encode() + data[end:])

        headers = {ANSWER_ID_HEADER: text("id").decode()}
        if answer["header"] is not None:
            headers[SIGNED_ANSWER_HEADER] = text("header").decode()
        face = Face(answer["face"])
        return cls(answer["stream"], text("request"), text("response"), headers, face)

    def expected(
        self, enclave: Enclave = ENCLAVE, now: float = NOW, network: bytes | None = None
    ) -> Expected:
        """What it is held against."""
        return Expected(enclave, self.request, self.face, network, now)

    def verify(self, expected: Expected, step: int = 1 << 20) -> Verified:
        """Checks it; a stream in pieces of `step` bytes."""
        if not self.stream:
            return verify_body(self.response, self.headers, expected)
        return self.read(expected, step)[1]

    def read(self, expected: Expected, step: int) -> tuple[bytes, Verified]:
        """What a stream's reader gets, and the verdict."""
        verifier = StreamVerifier(self.headers, expected)
        got = b""
        for start in range(0, len(self.response), step):
            got += b"".join(verifier.feed(self.response[start : start + step]))
        tail, verified = verifier.finish()
        return got + tail, verified


def sent(name: str) -> Sent:
    """A good answer."""
    return Sent.of(ANSWERS[name])
