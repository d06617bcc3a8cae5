"""The two ways in which a signed answer is written, each exactly one for each value.

SCALE is what is hashed, and what stands in a header. JSON is what stands in a body or a stream, as the
enclave writes it: members in their order, no space, lower-case digits. Whatever is written otherwise,
or goes on after its end, is refused, so that no byte of it can change unseen.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import Enum
from typing import Any, Generic, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=Enum)


class WireError(ValueError):
    """These bytes are not what they should be."""


class ScaleReader:
    """Reads SCALE from its beginning to its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        end = self._at + count
        if end > len(self._data):
            raise WireError("it ends too early")
        taken, self._at = self._data[self._at : end], end
        return taken

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def uint(self, size: int) -> int:
        """A number of `size` bytes."""
        return int.from_bytes(self.take(size), "little")

    def compact(self) -> int:
        """A length, below 2^32, in the only way that it is written."""
        first = self.byte()
        mode = first & 3
        if mode == 3:
            value, least = self.uint(4), 1 << 30
            if first != 3:
                raise WireError("a length is too long")
        else:
            size = (1, 2, 4)[mode]
            value = (first | self.uint(size - 1) << 8) >> 2
            least = (0, 1 << 6, 1 << 14)[mode]
        if value < least:
            raise WireError("a length is written longer than it has to be")
        return value

    def blob(self) -> bytes:
        """Bytes with their length before them."""
        return self.take(self.compact())

    def end(self) -> None:
        """Refuses what is left."""
        if self._at != len(self._data):
            raise WireError("something follows its end")


class JsonReader:
    """Reads JSON as the enclave writes it, from its beginning to its end."""

    _STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
    _NUMBER = re.compile(r"0|[1-9][0-9]{0,19}")

    def __init__(self, data: bytes) -> None:
        try:
            self._text = data.decode()
        except UnicodeDecodeError as error:
            raise WireError("it is not UTF-8") from error
        self._at = 0

    def skip(self, literal: str) -> bool:
        """Whether `literal` stood here; it is behind now."""
        found = self._text.startswith(literal, self._at)
        if found:
            self._at += len(literal)
        return found

    def expect(self, literal: str) -> None:
        """Reads `literal`, and nothing else."""
        if not self.skip(literal):
            raise WireError(f"no {literal!r} at character {self._at}")

    def string(self) -> str:
        """A string, in which only what has to be is escaped."""
        found = self._STRING.match(self._text, self._at)
        if not found:
            raise WireError(f"no string at character {self._at}")
        try:
            text = json.loads(found[0])
            same = json_string(text) == found[0]
        except ValueError:
            same = False
        if not same:
            raise WireError(f"a string is not written as it should be at character {self._at}")
        self._at = found.end()
        return str(text)

    def number(self) -> int:
        """A whole number."""
        found = self._NUMBER.match(self._text, self._at)
        if not found:
            raise WireError(f"no number at character {self._at}")
        self._at = found.end()
        return int(found[0])

    def end(self) -> None:
        """Refuses what is left."""
        if self._at != len(self._text):
            raise WireError("something follows its end")


def json_string(text: str) -> str:
    """`text` as a JSON string, in which only what has to be is escaped. A lone surrogate is no text."""
    text.encode()
    return json.dumps(text, ensure_ascii=False)


def compact(value: int) -> bytes:
    """A length, as SCALE writes it."""
    if value < 1 << 6:
        return (value << 2).to_bytes(1, "little")
    if value < 1 << 14:
        return (value << 2 | 1).to_bytes(2, "little")
    if value < 1 << 30:
        return (value << 2 | 2).to_bytes(4, "little")
    return b"\x03" + value.to_bytes(4, "little")


class Codec(ABC, Generic[T]):
    """How values of one type are written and read."""

    @abstractmethod
    def encode(self, value: T) -> bytes:
        """To SCALE."""

    @abstractmethod
    def decode(self, scale: ScaleReader) -> T:
        """From SCALE."""

    @abstractmethod
    def write(self, value: T) -> str:
        """To JSON."""

    @abstractmethod
    def read(self, text: JsonReader) -> T:
        """From JSON."""

    def decode_all(self, data: bytes) -> T:
        """From SCALE, to its last byte."""
        reader = ScaleReader(data)
        value = self.decode(reader)
        reader.end()
        return value

    def read_all(self, data: bytes) -> T:
        """From JSON, to its last byte."""
        reader = JsonReader(data)
        value = self.read(reader)
        reader.end()
        return value


class Fixed(Codec[bytes]):
    """So many bytes: an identifier, a digest, a key, a signature."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._form = re.compile(f"0x[0-9a-f]{{{2 * size}}}")

    def encode(self, value: bytes) -> bytes:
        if len(value) != self._size:
            raise WireError(f"{len(value)} bytes, not {self._size}")
        return value

    def decode(self, scale: ScaleReader) -> bytes:
        return scale.take(self._size)

    def write(self, value: bytes) -> str:
        return f'"0x{self.encode(value).hex()}"'

    def read(self, text: JsonReader) -> bytes:
        digits = text.string()
        if not self._form.fullmatch(digits):
            raise WireError(f"not {self._size} bytes in hexadecimal")
        return bytes.fromhex(digits[2:])


class Uint(Codec[int]):
    """A number of so many bytes."""

    def __init__(self, size: int) -> None:
        self._size = size

    def encode(self, value: int) -> bytes:
        try:
            return value.to_bytes(self._size, "little")
        except OverflowError as error:
            raise WireError("a number is too large") from error

    def decode(self, scale: ScaleReader) -> int:
        return scale.uint(self._size)

    def write(self, value: int) -> str:
        return str(value)

    def read(self, text: JsonReader) -> int:
        value = text.number()
        self.encode(value)
        return value


class Text(Codec[str]):
    """Text in UTF-8."""

    def encode(self, value: str) -> bytes:
        data = value.encode()
        return compact(len(data)) + data

    def decode(self, scale: ScaleReader) -> str:
        try:
            return scale.blob().decode()
        except UnicodeDecodeError as error:
            raise WireError("a text is not UTF-8") from error

    def write(self, value: str) -> str:
        return json_string(value)

    def read(self, text: JsonReader) -> str:
        return text.string()


class Always(Codec[str]):
    """One text and no other: nothing in SCALE."""

    def __init__(self, text: str) -> None:
        self._text = text

    def encode(self, value: str) -> bytes:
        if value != self._text:
            raise WireError(f"not {self._text!r}")
        return b""

    def decode(self, scale: ScaleReader) -> str:  # noqa: ARG002
        return self._text

    def write(self, value: str) -> str:
        self.encode(value)
        return json_string(value)

    def read(self, text: JsonReader) -> str:
        text.expect(json_string(self._text))
        return self._text


class Option(Codec["T | None"], Generic[T]):
    """A value, or none."""

    def __init__(self, inner: Codec[T]) -> None:
        self._inner = inner

    def encode(self, value: T | None) -> bytes:
        return b"\x00" if value is None else b"\x01" + self._inner.encode(value)

    def decode(self, scale: ScaleReader) -> T | None:
        match scale.byte():
            case 0:
                return None
            case 1:
                return self._inner.decode(scale)
        raise WireError("neither a value nor none")

    def write(self, value: T | None) -> str:
        return "null" if value is None else self._inner.write(value)

    def read(self, text: JsonReader) -> T | None:
        return None if text.skip("null") else self._inner.read(text)


class Many(Codec["tuple[T, ...]"], Generic[T]):
    """Values, one after another."""

    def __init__(self, inner: Codec[T]) -> None:
        self._inner = inner

    def encode(self, value: tuple[T, ...]) -> bytes:
        return compact(len(value)) + b"".join(map(self._inner.encode, value))

    def decode(self, scale: ScaleReader) -> tuple[T, ...]:
        return tuple(self._inner.decode(scale) for _ in range(scale.compact()))

    def write(self, value: tuple[T, ...]) -> str:
        return "[" + ",".join(map(self._inner.write, value)) + "]"

    def read(self, text: JsonReader) -> tuple[T, ...]:
        text.expect("[")
        values: list[T] = []
        while not text.skip("]"):
            if values:
                text.expect(",")
            values.append(self._inner.read(text))
        return tuple(values)


class Choice(Codec[E]):
    """One of several names, numbered in their order but for those that `numbers` has."""

    def __init__(self, names: type[E], numbers: dict[E, int] | None = None) -> None:
        numbers = numbers or {}
        self._numbers = {name: numbers.get(name, place) for place, name in enumerate(names)}
        self._names = {number: name for name, number in self._numbers.items()}
        self._type = names

    def encode(self, value: E) -> bytes:
        return bytes([self._numbers[value]])

    def decode(self, scale: ScaleReader) -> E:
        try:
            return self._names[scale.byte()]
        except KeyError as error:
            raise WireError(f"no such {self._type.__name__}") from error

    def write(self, value: E) -> str:
        return json_string(value.value)

    def read(self, text: JsonReader) -> E:
        try:
            return self._type(text.string())
        except ValueError as error:
            raise WireError(f"no such {self._type.__name__}") from error


class Struct(Codec[T]):
    """A dataclass, field after field."""

    def __init__(self, of: type[T], fields: Sequence[tuple[str, Codec[Any]]]) -> None:
        self._type = of
        self._fields = fields

    def encode(self, value: T) -> bytes:
        return b"".join(codec.encode(getattr(value, name)) for name, codec in self._fields)

    def decode(self, scale: ScaleReader) -> T:
        return self._type(**{name: codec.decode(scale) for name, codec in self._fields})

    def write(self, value: T) -> str:
        members = (f'"{name}":{codec.write(getattr(value, name))}' for name, codec in self._fields)
        return "{" + ",".join(members) + "}"

    def read(self, text: JsonReader) -> T:
        values: dict[str, Any] = {}
        for name, codec in self._fields:
            text.expect(("," if values else "{") + f'"{name}":')
            values[name] = codec.read(text)
        text.expect("}")
        return self._type(**values)
