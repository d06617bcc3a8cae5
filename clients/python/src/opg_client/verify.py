"""Checks an answer, whole or streamed, without asking the node that gave it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from .carrier import MARK, chunk_head, open_body, open_stream, part_end
from .ed25519 import verifies
from .enclave import Enclave, Vendor
from .faults import AnswerAltered, Fault
from .statement import SIGNED_ANSWER, AnswerStatement, Face, Parts, SignedAnswer, Status
from .wire import WireError

ANSWER_ID_HEADER: Final = "x-opg-answer-id"
"""The header that holds an answer's name."""
SIGNED_ANSWER_HEADER: Final = "x-opg-signed-answer"
"""The header that holds the signed answer of a whole body: its SCALE encoding in hexadecimal."""
MAX_BYTES: Final = 64 << 20
"""The most bytes of an answer that are taken, unless told otherwise."""

# Whatever a client could take for the end of a stream, wherever it stands.
_END: Final = re.compile(rb"data:[ \t]*\[DONE\]")


@dataclass(frozen=True)
class Expected:
    """What an answer is held against."""

    enclave: Enclave
    """The enclave that is to have signed it."""
    request: bytes | None = None
    """The body of the request, to the byte. None: the request is not checked."""
    face: Face | None = None
    """The path that was asked. None: any."""
    network: bytes | None = None
    """SHA-256 of the network that is to have run inside the enclave. None: any."""
    now: float | None = None
    """The time by which the enclave has to be valid, in seconds since 1970. None: when it is checked."""
    max_bytes: int = MAX_BYTES
    """The most bytes of an answer."""

    def check_enclave(self) -> None:
        """Checks that the enclave's answers are worth a look: see :meth:`Enclave.check`."""
        self.enclave.check(time.time() if self.now is None else self.now)


@dataclass(frozen=True)
class Verified:
    """An answer as its enclave sent it. It is on no chain, and has no grade."""

    signed: SignedAnswer
    """What the enclave signed."""
    enclave: Enclave
    """The enclave, as it was known when this was checked."""

    @property
    def statement(self) -> AnswerStatement:
        """What the enclave says of the answer."""
        return self.signed.statement

    @property
    def standing(self) -> str:
        """That it is on no chain and has no grade."""
        return self.signed.standing

    @property
    def vendor(self) -> Vendor:
        """Who vouches for the enclave's hardware."""
        return self.enclave.vendor

    @property
    def attested(self) -> bool:
        """Whether the chain verified a hardware vendor's word for approved code."""
        return self.enclave.attested

    def __str__(self) -> str:
        """What was found, and what not."""
        seen, approval = self.enclave.seen, self.enclave.approval
        where = "no chain was asked" if seen is None else f"as of block {seen.number}"
        code = "approved code" if approval else "code that nobody approved"
        return f"{self.standing}; {self.vendor.words}; {code}; {where}"


def verify_body(body: bytes, headers: Mapping[str, str], expected: Expected) -> Verified:
    """Checks that `body`, as it came, is what the enclave sent, and that the headers agree with it.

    :raises AnswerAltered: if not; it says what is wrong.
    """
    expected.check_enclave()
    if len(body) > expected.max_bytes:
        raise AnswerAltered(Fault.TOO_LONG)
    opened = open_body(body)
    if opened is None:
        raise AnswerAltered(Fault.MISSING)
    signed = _check_signed(opened.answer, headers, expected)
    statement = signed.statement
    if sha256(opened.signed).digest() != statement.sent or statement.stream is not None:
        raise AnswerAltered(Fault.RESPONSE)
    if statement.status is not Status.COMPLETE:
        raise AnswerAltered(Fault.ABORTED)
    return Verified(signed, expected.enclave)


class StreamVerifier:
    """Checks a stream while it comes.

    What :meth:`feed` gives on is not verified yet: only the last chunk says whether it is what the
    enclave sent. From the first part on that could end the stream, everything is held back until
    :meth:`finish` has found it good, so nobody who reads what is given on sees a clean end before.
    """

    def __init__(self, headers: Mapping[str, str], expected: Expected) -> None:
        expected.check_enclave()
        self._headers = headers
        self._expected = expected
        self._parts = Parts()
        self._sent = sha256()
        self._rest = bytearray()
        self._looked = 0
        self._held = bytearray()
        self._length = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Takes in what came; the parts that may be given on, whole ones only.

        :raises AnswerAltered: if it is longer than is taken.
        """
        self._length += len(data)
        if self._length > self._expected.max_bytes:
            raise AnswerAltered(Fault.TOO_LONG)
        if self._held:
            self._held += data
            return []
        self._rest += data
        parts: list[bytes] = []
        start = 0
        while (end := part_end(self._rest, self._looked)) is not None:
            part = bytes(self._rest[start:end])
            if MARK in part or _END.search(part):
                self._held = self._rest[start:]
                self._rest.clear()
                return parts
            self._note(part)
            parts.append(part)
            start = self._looked = end
        del self._rest[:start]
        # A blank line may have begun in the last two bytes.
        self._looked = max(len(self._rest) - 2, 0)
        return parts

    def finish(self) -> tuple[bytes, Verified]:
        """What was held back, and the verdict, once the stream has ended.

        :raises AnswerAltered: if it is not what the enclave sent; it says what is wrong.
        """
        tail = bytes(self._held + self._rest)
        opened = open_stream(tail)
        if opened is None:
            raise AnswerAltered(Fault.MISSING)
        signed = _check_signed(opened.answer, self._headers, self._expected)
        statement = signed.statement
        start = 0
        while (end := part_end(opened.signed, start)) is not None:
            self._note(opened.signed[start:end])
            start = end
        if self._sent.digest() != statement.sent:
            raise AnswerAltered(Fault.RESPONSE)
        if self._parts != statement.stream:
            raise AnswerAltered(Fault.PARTS)
        if opened.before != chunk_head(statement):
            raise AnswerAltered(Fault.CARRIER)
        if statement.status is not Status.COMPLETE:
            raise AnswerAltered(Fault.ABORTED)
        if not opened.done:
            raise AnswerAltered(Fault.CARRIER, "the end mark is missing")
        return tail, Verified(signed, self._expected.enclave)

    def _note(self, part: bytes) -> None:
        self._sent.update(part)
        self._parts = self._parts.followed_by(part)


def _check_signed(answer: bytes, headers: Mapping[str, str], expected: Expected) -> SignedAnswer:
    """Reads a signed answer, and checks who signed it and for what."""
    expected.check_enclave()
    enclave = expected.enclave
    try:
        signed = SIGNED_ANSWER.read_all(answer)
    except WireError as error:
        raise AnswerAltered(Fault.MALFORMED, str(error)) from error
    statement = signed.statement
    if signed.session_key != enclave.session_key:
        raise AnswerAltered(Fault.KEY)
    if not verifies(enclave.session_key, statement.signing_hash(), signed.signature):
        raise AnswerAltered(Fault.SIGNATURE)
    _check_headers(signed, headers)
    if statement.genesis != enclave.genesis:
        raise AnswerAltered(Fault.CHAIN)
    if (statement.provider, statement.enclave) != (enclave.provider, enclave.id):
        raise AnswerAltered(Fault.ENCLAVE)
    if statement.configuration != enclave.configuration:
        raise AnswerAltered(Fault.CONFIGURATION)
    _check_request(statement, expected)
    enclave.check_network(statement.network)
    if expected.network not in (None, statement.network):
        raise AnswerAltered(Fault.MODEL, "another network ran")
    return signed


def _check_headers(signed: SignedAnswer, headers: Mapping[str, str]) -> None:
    """What a header says again has to be the same. One that is missing says nothing."""
    lower = {name.lower(): value for name, value in headers.items()}
    again = lower.get(SIGNED_ANSWER_HEADER)
    if again is not None and again != SIGNED_ANSWER.encode(signed).hex():
        raise AnswerAltered(Fault.HEADER, SIGNED_ANSWER_HEADER)
    if lower.get(ANSWER_ID_HEADER, signed.statement.id) != signed.statement.id:
        raise AnswerAltered(Fault.HEADER, ANSWER_ID_HEADER)


def _check_request(statement: AnswerStatement, expected: Expected) -> None:
    if expected.request is not None:
        if sha256(expected.request).digest() != statement.received:
            raise AnswerAltered(Fault.REQUEST)
        if _model(expected.request) != statement.model_asked:
            raise AnswerAltered(Fault.MODEL, "the request asked for another")
    if expected.face not in (None, statement.face):
        raise AnswerAltered(Fault.FACE)


def _model(request: bytes) -> object:
    try:
        value = json.loads(request)
    except ValueError:
        return None
    return value.get("model") if isinstance(value, dict) else None
