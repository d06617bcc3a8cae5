"""The transport between a client and an endpoint that answers with the shared vectors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import anyio
import httpx2
import pytest

from opg_client import AnswerAltered, Enclave, Fault, Verified
from opg_client.transport import AsyncVerifyingTransport, VerifyingTransport
from vectors import ANSWERS, CASES, ENCLAVE, GOOD, Sent, sent

# Whenever these tests run.
LASTING = replace(ENCLAVE, valid_until=1 << 62)
PATHS = {"ChatCompletions": "/v1/chat/completions", "Completions": "/v1/completions"}
EDITED = [case for case in CASES if case["edit"] and case["edit"]["what"] != "request"]


class Pieces(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body in pieces of seven bytes, which may break off."""

    def __init__(self, body: bytes, *, breaks: bool = False) -> None:
        self.body = body
        self.breaks = breaks
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self.body), 7):
            yield self.body[start : start + 7]
        if self.breaks:
            raise httpx2.RemoteProtocolError("it broke off")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


class Endpoint:
    """An endpoint that gives one answer, and counts what it is sent."""

    def __init__(self, it: Sent, *, status: int = 200, breaks: bool = False) -> None:
        self.it = it
        self.status = status
        self.body = Pieces(it.response, breaks=breaks)
        self.headers = {
            "content-type": "text/event-stream" if it.stream else "application/json",
            **it.headers,
        }
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """The answer."""
        self.requests.append(request)
        return httpx2.Response(self.status, headers=self.headers, stream=self.body)

    def client(
        self,
        enclave: Enclave | Callable[[], Enclave] = LASTING,
        told: Callable[[Verified], None] | None = None,
    ) -> httpx2.Client:
        """A client of it whose answers are verified."""
        inner = httpx2.MockTransport(self)
        return httpx2.Client(transport=VerifyingTransport(enclave, on_verified=told, inner=inner))

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://endpoint{PATHS[self.it.face.value]}"

    def post(self, client: httpx2.Client) -> bytes:
        """Sends the request of the vectors."""
        return client.post(self.url, content=self.it.request).content


@pytest.mark.parametrize("name", GOOD)
def test_a_good_answer_comes_to_the_byte_and_the_caller_is_told(name: str) -> None:
    told: list[Verified] = []
    endpoint = Endpoint(sent(name))
    assert endpoint.post(endpoint.client(told=told.append)) == endpoint.it.response
    assert [verified.statement.id for verified in told] == [f"opg-{name}"]
    assert endpoint.requests[0].headers["accept-encoding"] == "identity"
    assert endpoint.body.closed


@pytest.mark.parametrize("name", GOOD)
def test_the_same_in_an_event_loop_where_the_enclave_is_looked_up_beside_it(name: str) -> None:
    told: list[Verified] = []
    endpoint = Endpoint(sent(name))

    async def post() -> bytes:
        inner = httpx2.MockTransport(endpoint)
        transport = AsyncVerifyingTransport(lambda: LASTING, on_verified=told.append, inner=inner)
        async with httpx2.AsyncClient(transport=transport) as client:
            return (await client.post(endpoint.url, content=endpoint.it.request)).content

    assert anyio.run(post) == endpoint.it.response
    assert len(told) == 1


@pytest.mark.parametrize("case", EDITED, ids=lambda case: case["name"])
def test_an_altered_answer_raises_and_its_end_is_never_seen(case: dict[str, object]) -> None:
    it = Sent.of(ANSWERS[str(case["answer"])], case["edit"])  # type: ignore[arg-type]
    told: list[Verified] = []
    endpoint = Endpoint(it)
    seen = b""
    with (
        endpoint.client(told=told.append) as client,
        pytest.raises(AnswerAltered) as altered,
        client.stream("POST", endpoint.url, content=it.request) as response,
    ):
        for data in response.iter_bytes():
            seen += data
    assert altered.value.fault is Fault(case["fault"])
    assert b"[DONE]" not in seen
    assert not told
    assert endpoint.body.closed

    async def read() -> None:
        inner = httpx2.MockTransport(Endpoint(it))
        async with httpx2.AsyncClient(transport=AsyncVerifyingTransport(LASTING, inner=inner)) as c:
            await c.post(endpoint.url, content=it.request)

    with pytest.raises(AnswerAltered) as altered:
        anyio.run(read)
    assert altered.value.fault is Fault(case["fault"])


@pytest.mark.parametrize("status", [201, 204, 301, 303, 307])
def test_a_status_that_is_no_answer_and_no_error_is_refused(status: int) -> None:
    endpoint = Endpoint(sent("chat"), status=status)
    endpoint.headers["location"] = "/v1/models"
    with pytest.raises(AnswerAltered) as altered, endpoint.client() as client:
        client.post(endpoint.url, content=endpoint.it.request, follow_redirects=True)
    assert altered.value.fault is Fault.MISSING
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("status", [400, 429, 502])
def test_an_error_comes_as_it_is(status: int) -> None:
    endpoint = Endpoint(sent("chat"), status=status)
    with endpoint.client() as client:
        assert client.post(endpoint.url, content=endpoint.it.request).status_code == status


@pytest.mark.parametrize(
    ("header", "value"),
    [("content-type", "text/html"), ("content-type", ""), ("content-encoding", "gzip")],
)
@pytest.mark.parametrize("name", ["chat", "chat-stream"])
def test_another_kind_of_body_than_was_asked_for_is_refused(
    name: str, header: str, value: str
) -> None:
    endpoint = Endpoint(sent(name))
    endpoint.headers[header] = value
    with pytest.raises(AnswerAltered) as altered:
        endpoint.post(endpoint.client())
    assert altered.value.fault is Fault.HEADER
    assert endpoint.body.closed


def test_a_stream_that_the_enclave_broke_off_says_so_where_the_connection_is_cut() -> None:
    endpoint = Endpoint(sent("broken-off-stream"), breaks=True)
    endpoint.it.response = endpoint.body.body = endpoint.it.response.removesuffix(
        b"data: [DONE]\n\n"
    )
    with pytest.raises(AnswerAltered) as altered:
        endpoint.post(endpoint.client())
    assert altered.value.fault is Fault.ABORTED


def test_a_connection_that_breaks_off_unsigned_is_an_error_of_the_connection() -> None:
    for name in ("chat", "chat-stream"):
        endpoint = Endpoint(sent(name), breaks=True)
        endpoint.body.body = endpoint.body.body[:100]
        with pytest.raises(httpx2.RemoteProtocolError):
            endpoint.post(endpoint.client())


def test_nothing_is_sent_where_no_answer_could_be_believed() -> None:
    endpoint = Endpoint(sent("chat"))
    for enclave, fault in [
        (replace(LASTING, valid_until=0), Fault.EXPIRED),
        (replace(LASTING, revoked=True), Fault.REVOKED),
    ]:
        with pytest.raises(AnswerAltered) as altered:
            endpoint.post(endpoint.client(enclave))
        assert altered.value.fault is fault
    with pytest.raises(AnswerAltered, match="are not signed"), endpoint.client() as client:
        client.post("http://endpoint/v1/embeddings", content=b"{}")
    assert not endpoint.requests


def test_the_list_of_models_is_signed_by_nobody_and_comes_as_it_is() -> None:
    endpoint = Endpoint(sent("chat"))
    with endpoint.client() as client:
        assert client.get("http://endpoint/v1/models").content == endpoint.it.response
