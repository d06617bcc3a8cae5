"""Where a signed answer stands in a body or a stream, to the byte.

The rules are those of `primitives/src/signed_answer/carrier.rs`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from .statement import AnswerStatement, Face

MARK: Final = b',"signed_answer":'
"""What stands before the JSON of a signed answer."""
_CHUNK_END: Final = b"}\n\n"
_SPACE: Final = b"\t\n\x0c\r "


def part_end(data: bytes | bytearray, start: int = 0) -> int | None:
    """Where a part ends that began at `start` or before; none if it does not yet.

    It ends after the line feed of a blank line. A line ends with a line feed, which a carriage return
    may precede.
    """
    at = data.find(b"\n", start)
    while at != -1:
        if data[at + 1 : at + 2] == b"\n":
            return at + 2
        if data[at + 1 : at + 3] == b"\r\n":
            return at + 3
        at = data.find(b"\n", at + 1)
    return None


def is_done(part: bytes) -> bool:
    """Whether `part` is the end mark of a stream."""
    part = part.strip(_SPACE)
    return part.startswith(b"data:") and part[5:].lstrip(_SPACE) == b"[DONE]"


class OpenedBody(NamedTuple):
    """A body, taken apart."""

    signed: bytes
    """What it was without the signed answer."""
    answer: bytes
    """The JSON of the signed answer."""


def open_body(body: bytes) -> OpenedBody | None:
    """Takes the signed answer out of `body`."""
    whole = body.rstrip(_SPACE)
    at = whole.rfind(MARK)
    if at == -1 or not whole.endswith(b"}"):
        return None
    return OpenedBody(body[:at] + b"}" + body[len(whole) :], whole[at + len(MARK) : -1])


class OpenedStream(NamedTuple):
    """A stream, taken apart."""

    signed: bytes
    """The parts that are signed."""
    before: bytes
    """The chunk of the signed answer up to the mark."""
    answer: bytes
    """The JSON of the signed answer."""
    done: bool
    """Whether the end mark follows. Nothing else does."""


def open_stream(stream: bytes) -> OpenedStream | None:
    """Takes `stream` apart.

    None if it does not end with the chunk of a signed answer, or with that and the end mark.
    """
    mark = stream.rfind(MARK)
    if mark == -1:
        return None
    start = 0
    while (end := part_end(stream, start)) is not None and end <= mark:
        start = end
    if end is None:
        return None
    chunk, rest = stream[start:end], stream[end:]
    answer = stream[mark + len(MARK) : end]
    if not chunk.endswith(_CHUNK_END) or len(answer) < len(_CHUNK_END):
        return None
    if rest and not is_done(rest):
        return None
    before = stream[start:mark]
    return OpenedStream(stream[:start], before, answer[: -len(_CHUNK_END)], bool(rest))


def chunk_head(statement: AnswerStatement) -> bytes:
    """How the chunk of a signed answer begins: all of it follows from what is signed."""
    objects = {Face.CHAT_COMPLETIONS: "chat.completion.chunk", Face.COMPLETIONS: "text_completion"}
    answer_id = statement.id if statement.upstream_id is None else statement.upstream_id
    named = statement.model_named
    model = statement.model_asked if named is None else named
    return (
        f'data: {{"id":{_escaped(answer_id)},"object":"{objects[statement.face]}",'
        f'"created":{statement.started // 1000},"model":{_escaped(model)},'
        '"choices":[],"usage":null'
    ).encode()


def _escaped(text: str) -> str:
    """`text` as a JSON string whose control characters are all escaped by their numbers."""
    return '"' + "".join(map(_escaped_character, text)) + '"'


def _escaped_character(character: str) -> str:
    if character < " ":
        return f"\\u{ord(character):04x}"
    return f"\\{character}" if character in '"\\' else character
