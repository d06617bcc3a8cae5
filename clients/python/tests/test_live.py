"""The official `openai` package, unchanged, against a real node, directly and through a proxy.

The node's program is named by `OPG_TEE_NODE`; without it these tests are skipped.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import httpx2
import openai
import pytest
from openai.types import Completion
from openai.types.chat import ChatCompletion

from node import PROGRAM, Response, proxy, tee_node
from opg_client import AnswerAltered, Enclave, Fault, Status, Verified
from opg_client.carrier import part_end
from opg_client.transport import AsyncVerifyingTransport, VerifyingTransport
from opg_client.verify import SIGNED_ANSWER_HEADER

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="OPG_TEE_NODE names no program: NOTHING WAS TRIED ON A REAL NODE"
)
MODEL = "tiny-lm-demo"

Node = tuple[int, Enclave]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that all tests here share."""
    with tee_node(tmp_path_factory.mktemp("node") / "log") as it:
        yield it


def client(
    port: int, enclave: Enclave, told: list[Verified] | None = None, key: str = "me"
) -> openai.OpenAI:
    """The official client, with the transport."""
    on_verified = None if told is None else told.append
    transport = VerifyingTransport(enclave, on_verified=on_verified)
    http = httpx2.Client(transport=transport)
    return openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=key, http_client=http)


def chat(it: openai.OpenAI, seed: int = 1) -> ChatCompletion:
    return it.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hello"}], max_tokens=16, seed=seed
    )


def completion(it: openai.OpenAI, seed: int = 1) -> Completion:
    return it.completions.create(model=MODEL, prompt="A receipt is", max_tokens=16, seed=seed)


def chat_stream(it: openai.OpenAI, seed: int = 1) -> str:
    stream = it.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hello"}],
        max_tokens=16,
        seed=seed,
        stream=True,
    )
    deltas = [chunk.choices[0].delta.content for chunk in stream if chunk.choices]
    return "".join(delta or "" for delta in deltas)


def completion_stream(it: openai.OpenAI, seed: int = 1) -> str:
    stream = it.completions.create(
        model=MODEL, prompt="A receipt is", max_tokens=16, seed=seed, stream=True
    )
    return "".join(chunk.choices[0].text for chunk in stream if chunk.choices)


WHOLE = [chat, completion]
STREAMED = [chat_stream, completion_stream]
Ask = Callable[..., object]


def test_whole_answers_and_streams_say_the_same_and_each_verifies(node: Node) -> None:
    told: list[Verified] = []
    it = client(*node, told)
    assert chat(it).choices[0].message.content == chat_stream(it) != ""
    assert completion(it).choices[0].text == completion_stream(it) != ""
    assert [verified.statement.stream is None for verified in told] == [True, False, True, False]
    for verified in told:
        assert verified.standing == "not on chain: no grade"
        assert not verified.attested
        assert verified.statement.model_asked == MODEL
        assert verified.statement.network is not None
        assert verified.statement.status is Status.COMPLETE


def test_the_signed_answer_is_in_the_official_client_s_own_objects(node: Node) -> None:
    it = client(*node)
    extra = chat(it).model_extra
    assert extra is not None
    assert extra["signed_answer"]["standing"] == "not on chain: no grade"
    stream = it.completions.create(model=MODEL, prompt="A", max_tokens=4, stream=True)
    last = list(stream)[-1]
    assert last.choices == []
    assert last.model_extra is not None
    assert "signed_answer" in last.model_extra


def test_the_helper_for_streams_works_too(node: Node) -> None:
    told: list[Verified] = []
    messages = [{"role": "user", "content": "Hello"}]
    with client(*node, told).chat.completions.stream(
        model=MODEL,
        messages=messages,  # type: ignore[arg-type]
        stop=[" "],
    ) as stream:
        assert stream.get_final_completion().choices[0].finish_reason == "stop"
    assert len(told) == 1


def test_the_asynchronous_client_does_the_same(node: Node) -> None:
    port, enclave = node
    told: list[Verified] = []

    async def ask() -> str:
        transport = AsyncVerifyingTransport(lambda: enclave, on_verified=told.append)
        async with openai.AsyncOpenAI(
            base_url=f"http://127.0.0.1:{port}/v1",
            api_key="me",
            http_client=httpx2.AsyncClient(transport=transport),
        ) as it:
            whole = await it.completions.create(model=MODEL, prompt="A", max_tokens=9, seed=1)
            stream = await it.completions.create(
                model=MODEL, prompt="A", max_tokens=9, seed=1, stream=True
            )
            text = ""
            async for chunk in stream:
                text += chunk.choices[0].text if chunk.choices else ""
        assert whole.choices[0].text == text
        return text

    assert anyio.run(ask)
    assert len(told) == 2


def test_the_list_of_models_and_the_node_s_errors_come_through(node: Node) -> None:
    it = client(*node)
    assert [model.id for model in it.models.list()] == [MODEL]
    with pytest.raises(openai.NotFoundError):
        it.completions.create(model="another", prompt="x")


@pytest.mark.parametrize("ask", [*WHOLE, *STREAMED])
def test_a_client_that_tries_again_gets_the_same_answer(node: Node, ask: Ask) -> None:
    port, enclave = node
    dropped: list[Response] = []

    def drop_the_first(response: Response) -> Response | None:
        if dropped:
            return response
        dropped.append(response)
        return None

    told: list[Verified] = []
    with proxy(port, drop_the_first) as before:
        ask(client(before, enclave, told, key=ask.__name__))
    assert [verified.statement.id for verified in told] == [dropped[0].headers["x-opg-answer-id"]]


def parts(body: bytes) -> list[bytes]:
    found, start = [], 0
    while (end := part_end(body, start)) is not None:
        found.append(body[start:end])
        start = end
    return found


def flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def other_digit(text: bytes, at: int) -> bytes:
    return text[:at] + (b"1" if text[at : at + 1] == b"0" else b"0") + text[at + 1 :]


def altered_by(node: Node, ask: Ask, alter: Callable[[Response], None]) -> Fault:
    """The fault that the client finds in what a proxy altered."""
    port, enclave = node
    seen = 0

    def altering(response: Response) -> Response:
        nonlocal seen
        seen += 1
        alter(response)
        return response

    told: list[Verified] = []
    with proxy(port, altering) as before, pytest.raises(AnswerAltered) as altered:
        ask(client(before, enclave, told))
    assert seen == 1, "it was tried again"
    assert not told
    return altered.value.fault


@pytest.mark.parametrize("ask", WHOLE)
def test_a_proxy_that_alters_a_whole_answer_is_caught_in_each_region(node: Node, ask: Ask) -> None:
    def at(find: bytes, after: int, response: Response) -> None:
        response.body = flipped(response.body, response.body.rindex(find) + after)

    def digit(find: bytes, response: Response) -> None:
        response.body = other_digit(response.body, response.body.rindex(find) + len(find))

    def cut(response: Response) -> None:
        response.body = response.body[:-1]

    def header(response: Response) -> None:
        text = response.headers[SIGNED_ANSWER_HEADER].encode()
        response.headers[SIGNED_ANSWER_HEADER] = other_digit(text, 9).decode()

    def other_kind(response: Response) -> None:
        response.headers["content-type"] = "text/event-stream"

    def moved(response: Response) -> None:
        response.status = 303
        response.headers["location"] = "/v1/models"

    regions: list[tuple[Callable[[Response], None], Fault]] = [
        (functools.partial(at, b'"choices"', 20), Fault.RESPONSE),
        (functools.partial(digit, b'"previous":"0x'), Fault.SIGNATURE),
        (functools.partial(digit, b'"session_key":"0x'), Fault.KEY),
        (functools.partial(at, b'"standing"', 1), Fault.MALFORMED),
        (functools.partial(at, b',"signed_answer":', 4), Fault.MISSING),
        (functools.partial(at, b"}", 0), Fault.MISSING),
        (cut, Fault.MALFORMED),
        (header, Fault.HEADER),
        (other_kind, Fault.HEADER),
        (moved, Fault.MISSING),
    ]
    for region, fault in regions:
        assert altered_by(node, ask, region) is fault


@pytest.mark.parametrize("ask", STREAMED)
def test_a_proxy_that_alters_any_part_of_a_stream_is_caught(node: Node, ask: Ask) -> None:
    count = 0

    def part(number: int, response: Response) -> None:
        nonlocal count
        all_parts = parts(response.body)
        count = len(all_parts)
        all_parts[number] = flipped(all_parts[number], len(all_parts[number]) // 2)
        response.body = b"".join(all_parts)

    number = 0
    while number == 0 or number < count:
        altered_by(node, ask, functools.partial(part, number))
        number += 1
    assert count > 3


@pytest.mark.parametrize("ask", STREAMED)
def test_a_proxy_that_swaps_drops_doubles_or_cuts_parts_is_caught(node: Node, ask: Ask) -> None:
    def arranged(order: Callable[[list[bytes]], list[bytes]], response: Response) -> None:
        response.body = b"".join(order(parts(response.body)))

    orders: list[tuple[Callable[[list[bytes]], list[bytes]], Fault]] = [
        (lambda it: [it[1], it[0], *it[2:]], Fault.RESPONSE),
        (lambda it: it[1:], Fault.RESPONSE),
        (lambda it: [it[0], *it], Fault.RESPONSE),
        (lambda it: [it[0], it[-1], *it[1:]], Fault.RESPONSE),
        (lambda it: [*it[:-2], it[-1]], Fault.MISSING),
        (lambda it: it[:-1], Fault.CARRIER),
        (lambda it: it[:-2], Fault.MISSING),
        (lambda it: it[:1], Fault.MISSING),
        (lambda it: [*it, it[0]], Fault.MISSING),
    ]
    for order, fault in orders:
        assert altered_by(node, ask, functools.partial(arranged, order)) is fault


def test_another_enclave_of_the_same_code_is_not_taken_for_the_one_that_is_trusted(
    node: Node, tmp_path: Path
) -> None:
    with tee_node(tmp_path / "log") as (_, other):
        for ask in (*WHOLE, *STREAMED):
            with pytest.raises(AnswerAltered) as altered:
                ask(client(node[0], other))
            assert altered.value.fault is Fault.KEY
