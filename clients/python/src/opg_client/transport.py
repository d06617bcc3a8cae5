"""A transport for the official `openai` package, which is used unchanged.

.. code-block:: python

    openai.OpenAI(http_client=httpx2.Client(transport=VerifyingTransport(enclave)), ...)

Every answer to a `POST` is verified on its way, whole or streamed; what is not what the enclave sent
raises :class:`~opg_client.faults.AnswerAltered`. Errors (status 400 and above) and the list of models
are signed by nobody and go through as they came.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Final

import anyio.to_thread
import httpx2

from .enclave import Enclave
from .faults import AnswerAltered, Fault
from .statement import Face
from .verify import MAX_BYTES, Expected, StreamVerifier, Verified, verify_body

Source = Enclave | Callable[[], Enclave]
"""An enclave, or what says how it is now, such as :meth:`opg_client.chain.Chain.watch`."""

_FACES: Final = {
    "/chat/completions": Face.CHAT_COMPLETIONS,
    "/completions": Face.COMPLETIONS,
}
_KINDS: Final = {True: "text/event-stream", False: "application/json"}


@dataclass(frozen=True)
class _Checking:
    """A stream that is being checked, and who is told of the verdict."""

    verifier: StreamVerifier
    on_verified: Callable[[Verified], None] | None

    def end(self) -> bytes:
        """What was held back of a stream that has ended well."""
        tail, verified = self.verifier.finish()
        if self.on_verified is not None:
            self.on_verified(verified)
        return tail

    def broken(self, error: Exception) -> None:
        """Raises that the enclave broke the stream off, if it says so: its node cuts the connection."""
        try:
            self.verifier.finish()
        except AnswerAltered as altered:
            if altered.fault is Fault.ABORTED:
                raise altered from error


@dataclass(frozen=True)
class _Exchange:
    """A request whose answer is verified."""

    expected: Expected
    stream: bool
    on_verified: Callable[[Verified], None] | None

    def check(self, response: httpx2.Response) -> None:
        """Refuses what cannot be an answer, before its body is read."""
        if response.status_code != 200:
            raise AnswerAltered(Fault.MISSING, f"status {response.status_code}")
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != _KINDS[self.stream]:
            raise AnswerAltered(Fault.HEADER, "content-type")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise AnswerAltered(Fault.HEADER, "content-encoding: it was packed on the way")

    def take(self, whole: bytearray, data: bytes) -> None:
        """Adds `data` to a body, as long as it is not too long."""
        whole += data
        if len(whole) > self.expected.max_bytes:
            raise AnswerAltered(Fault.TOO_LONG)

    def whole(self, body: bytes, response: httpx2.Response) -> httpx2.Response:
        """The answer that is `body`, once it is verified."""
        verified = verify_body(body, response.headers, self.expected)
        if self.on_verified is not None:
            self.on_verified(verified)
        return self.answer(response, httpx2.ByteStream(body))

    def verifier(self, response: httpx2.Response) -> _Checking:
        """What checks the stream of `response`."""
        return _Checking(StreamVerifier(response.headers, self.expected), self.on_verified)

    def answer(
        self, response: httpx2.Response, body: httpx2.SyncByteStream | httpx2.AsyncByteStream
    ) -> httpx2.Response:
        """`response` with another body."""
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=body,
            extensions=response.extensions,
        )


@dataclass(frozen=True)
class _Terms:
    """What is verified, and by what."""

    source: Source
    network: bytes | None
    max_bytes: int
    on_verified: Callable[[Verified], None] | None

    def enclave(self) -> Enclave:
        """The enclave as it is now. It may ask a chain, and block."""
        return self.source if isinstance(self.source, Enclave) else self.source()

    def exchange(self, request: httpx2.Request, body: bytes, enclave: Enclave) -> _Exchange:
        """What the answer to `request` is held against."""
        faces = (face for path, face in _FACES.items() if request.url.path.endswith(path))
        face = next(faces, None)
        if face is None:
            raise AnswerAltered(Fault.MISSING, f"answers of {request.url.path} are not signed")
        # Nothing may be packed on the way: what is signed are the bytes as the enclave sent them.
        request.headers["accept-encoding"] = "identity"
        expected = Expected(enclave, body, face, self.network, max_bytes=self.max_bytes)
        expected.check_enclave()
        return _Exchange(expected, _asks_for_a_stream(body), self.on_verified)


class VerifyingTransport(httpx2.BaseTransport):
    """Verifies every answer that comes through it."""

    def __init__(
        self,
        enclave: Source,
        *,
        network: bytes | None = None,
        on_verified: Callable[[Verified], None] | None = None,
        max_bytes: int = MAX_BYTES,
        inner: httpx2.BaseTransport | None = None,
    ) -> None:
        """A transport that believes answers of `enclave` alone, and of `network` if it is given.

        `on_verified` is told of each answer, whole or at the end of its stream; `inner` is the transport
        to the endpoint.
        """
        self._terms = _Terms(enclave, network, max_bytes, on_verified)
        self._inner = inner or httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends it, and verifies the answer."""
        if request.method != "POST":
            return self._inner.handle_request(request)
        exchange = self._terms.exchange(request, request.read(), self._terms.enclave())
        response = self._inner.handle_request(request)
        if response.status_code >= 400:
            return response
        body = response.stream
        assert isinstance(body, httpx2.SyncByteStream)  # noqa: S101 - what the interface says
        try:
            exchange.check(response)
            if exchange.stream:
                return exchange.answer(response, _Stream(body, exchange.verifier(response)))
            whole = bytearray()
            for data in body:
                exchange.take(whole, data)
        except BaseException:
            body.close()
            raise
        body.close()
        return exchange.whole(bytes(whole), response)

    def close(self) -> None:
        """Closes the way to the endpoint."""
        self._inner.close()


class AsyncVerifyingTransport(httpx2.AsyncBaseTransport):
    """The same for `openai.AsyncOpenAI` and `httpx2.AsyncClient`."""

    def __init__(
        self,
        enclave: Source,
        *,
        network: bytes | None = None,
        on_verified: Callable[[Verified], None] | None = None,
        max_bytes: int = MAX_BYTES,
        inner: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """See :class:`VerifyingTransport`. A chain is asked beside the event loop."""
        self._terms = _Terms(enclave, network, max_bytes, on_verified)
        self._inner = inner or httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends it, and verifies the answer."""
        if request.method != "POST":
            return await self._inner.handle_async_request(request)
        enclave = await anyio.to_thread.run_sync(self._terms.enclave)
        exchange = self._terms.exchange(request, await request.aread(), enclave)
        response = await self._inner.handle_async_request(request)
        if response.status_code >= 400:
            return response
        body = response.stream
        assert isinstance(body, httpx2.AsyncByteStream)  # noqa: S101 - what the interface says
        try:
            exchange.check(response)
            if exchange.stream:
                return exchange.answer(response, _AsyncStream(body, exchange.verifier(response)))
            whole = bytearray()
            async for data in body:
                exchange.take(whole, data)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await body.aclose()
            raise
        await body.aclose()
        return exchange.whole(bytes(whole), response)

    async def aclose(self) -> None:
        """Closes the way to the endpoint."""
        await self._inner.aclose()


class _Stream(httpx2.SyncByteStream):
    """A stream that ends well only if it is what the enclave sent."""

    def __init__(self, body: httpx2.SyncByteStream, checking: _Checking) -> None:
        self._body = body
        self._checking = checking

    def __iter__(self) -> Iterator[bytes]:
        try:
            for data in self._body:
                yield b"".join(self._checking.verifier.feed(data))
        except httpx2.TransportError as error:
            self._checking.broken(error)
            raise
        yield self._checking.end()

    def close(self) -> None:
        self._body.close()


class _AsyncStream(httpx2.AsyncByteStream):
    """The same for an event loop."""

    def __init__(self, body: httpx2.AsyncByteStream, checking: _Checking) -> None:
        self._body = body
        self._checking = checking

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in self._body:
                yield b"".join(self._checking.verifier.feed(data))
        except httpx2.TransportError as error:
            self._checking.broken(error)
            raise
        yield self._checking.end()

    async def aclose(self) -> None:
        await self._body.aclose()


def _asks_for_a_stream(request: bytes) -> bool:
    try:
        value = json.loads(request)
    except ValueError:
        return False
    return isinstance(value, dict) and value.get("stream") is True
