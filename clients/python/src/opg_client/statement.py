"""What an enclave signs of an answer. The fields are those of `primitives/src/signed_answer.rs`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from .domain import Domain
from .wire import (
    Always,
    Choice,
    Fixed,
    Many,
    Option,
    Struct,
    Text,
    Uint,
    compact,
)

STANDING: Final = "not on chain: no grade"
"""What every signed answer says of itself."""

BYTES32: Final = Fixed(32)
_U32: Final = Uint(4)
_U64: Final = Uint(8)


class Face(Enum):
    """Which of OpenAI's paths was asked."""

    CHAT_COMPLETIONS = "ChatCompletions"
    COMPLETIONS = "Completions"


class Status(Enum):
    """Whether an answer came to its end."""

    COMPLETE = "Complete"
    ABORTED = "Aborted"


class FinishReason(Enum):
    """Why a choice ended, as the upstream says."""

    STOP = "Stop"
    LENGTH = "Length"
    CONTENT_FILTER = "ContentFilter"
    TOOL_CALLS = "ToolCalls"


@dataclass(frozen=True)
class Parts:
    """The parts of a stream."""

    count: int = 0
    """How many were sent."""
    head: bytes = bytes(32)
    """The head of the hash chain over them; zero if there is none."""

    def followed_by(self, part: bytes) -> Parts:
        """These parts and one more."""
        link = Domain.STREAM_PART.hash(self.head + compact(len(part)) + part)
        return Parts(self.count + 1, link)


@dataclass(frozen=True)
class ChoiceEnd:
    """Why one choice ended."""

    index: int
    finish: FinishReason


@dataclass(frozen=True)
class Usage:
    """What was used, in tokens."""

    input: int
    output: int


@dataclass(frozen=True)
class AnswerStatement:
    """All that is signed. Digests are SHA-256 over bytes exactly as they were on the wire."""

    genesis: bytes
    """The chain on which the enclave is registered."""
    provider: bytes
    """The provider that it works for."""
    enclave: bytes
    """The enclave."""
    configuration: bytes
    """What it was set up with."""
    id: str
    """The name that the enclave gave this answer."""
    upstream_id: str | None
    """The name that the upstream gave it, if any."""
    face: Face
    """Which path was asked."""
    received: bytes
    """Of the request's body as it came."""
    forwarded: bytes
    """Of the request's body as it went to the upstream."""
    got: bytes
    """Of the upstream's body as it came; of a stream what is before its `[DONE]`."""
    sent: bytes
    """Of the body as it was sent, without the signed answer in it; of a stream all its parts."""
    stream: Parts | None
    """The parts of a stream; none of a whole body."""
    model_asked: str
    """The model that was asked for."""
    model_named: str | None
    """The model that the upstream named."""
    network: bytes | None
    """SHA-256 of the network, where it ran inside the enclave."""
    parameters: bytes
    """The commitment to the parameters that were forwarded."""
    finish: tuple[ChoiceEnd, ...]
    """Why each choice ended."""
    usage: Usage | None
    """What was used, as the upstream says; none if it says nothing."""
    started: int
    """When it began, in milliseconds since 1970 by the host's clock."""
    finished: int
    """When it ended, likewise."""
    sequence: int
    """Its number among the answers of this enclave's keys, from 0."""
    previous: bytes
    """The head of the hash chain over the answers before it; zero for the first."""
    status: Status
    """Whether it came to its end."""

    def signing_hash(self) -> bytes:
        """The hash that the session key signs."""
        return Domain.SIGNED_ANSWER.hash(_STATEMENT.encode(self))


@dataclass(frozen=True)
class SignedAnswer:
    """A statement and the session key's word for it."""

    standing: str
    """That it is no receipt: :data:`STANDING`."""
    statement: AnswerStatement
    """What is signed."""
    session_key: bytes
    """Who says so: a hint, and nothing that proves anything."""
    signature: bytes
    """An Ed25519 signature over :meth:`AnswerStatement.signing_hash`."""


_STATEMENT: Final = Struct(
    AnswerStatement,
    [
        ("genesis", BYTES32),
        ("provider", BYTES32),
        ("enclave", BYTES32),
        ("configuration", BYTES32),
        ("id", Text()),
        ("upstream_id", Option(Text())),
        ("face", Choice(Face)),
        ("received", BYTES32),
        ("forwarded", BYTES32),
        ("got", BYTES32),
        ("sent", BYTES32),
        ("stream", Option(Struct(Parts, [("count", _U64), ("head", BYTES32)]))),
        ("model_asked", Text()),
        ("model_named", Option(Text())),
        ("network", Option(BYTES32)),
        ("parameters", BYTES32),
        ("finish", Many(Struct(ChoiceEnd, [("index", _U32), ("finish", Choice(FinishReason))]))),
        ("usage", Option(Struct(Usage, [("input", _U32), ("output", _U32)]))),
        ("started", _U64),
        ("finished", _U64),
        ("sequence", _U64),
        ("previous", BYTES32),
        ("status", Choice(Status)),
    ],
)
SIGNED_ANSWER: Final = Struct(
    SignedAnswer,
    [
        ("standing", Always(STANDING)),
        ("statement", _STATEMENT),
        ("session_key", BYTES32),
        ("signature", Fixed(64)),
    ],
)
"""How a signed answer is written."""
