"""The official `openai` package, unchanged, on `opg serve`: each answer is one of the chain's.

`OPG_SERVE` is the address of an `opg serve` that asks in mode `tee`. This needs a chain, so it is
run by name alone: `scripts/clients.sh serve`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import openai
import pytest
from openai import BaseModel
from openai.types import Completion, CompletionUsage
from openai.types.chat import ChatCompletionChunk

MODEL = "tiny-lm-demo"
PROMPT = "Asked from Python"
MAX_TOKENS = 16


@dataclass(frozen=True)
class Answer:
    """What the official package's own objects hold."""

    text: str
    finish: str | None
    usage: CompletionUsage | None
    receipt: dict[str, Any]


def client() -> openai.OpenAI:
    return openai.OpenAI(base_url=os.environ["OPG_SERVE"], api_key="none")


def receipt_in(it: BaseModel) -> dict[str, Any]:
    assert it.model_extra is not None
    receipt = it.model_extra["receipt"]
    assert isinstance(receipt, dict)
    return receipt


def chat() -> Answer:
    answer = client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": PROMPT}], max_tokens=MAX_TOKENS
    )
    choice = answer.choices[0]
    text = choice.message.content or ""
    return Answer(text, choice.finish_reason, answer.usage, receipt_in(answer))


def completion() -> Answer:
    answer = client().completions.create(model=MODEL, prompt=PROMPT, max_tokens=MAX_TOKENS)
    choice = answer.choices[0]
    return Answer(choice.text, choice.finish_reason, answer.usage, receipt_in(answer))


def streamed(
    chunks: Sequence[ChatCompletionChunk] | Sequence[Completion], texts: list[str | None]
) -> Answer:
    finishes = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices]
    assert set(finishes[:-1]) == {None}
    usage, last = chunks[-2], chunks[-1]
    assert (usage.choices, last.choices) == ([], [])
    return Answer("".join(it or "" for it in texts), finishes[-1], usage.usage, receipt_in(last))


def chat_stream() -> Answer:
    chunks = list(
        client().chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": PROMPT}],
            max_tokens=MAX_TOKENS,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    return streamed(chunks, [it.choices[0].delta.content for it in chunks if it.choices])


def completion_stream() -> Answer:
    chunks = list(
        client().completions.create(
            model=MODEL,
            prompt=PROMPT,
            max_tokens=MAX_TOKENS,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    return streamed(chunks, [it.choices[0].text for it in chunks if it.choices])


ASKS: list[Callable[[], Answer]] = [chat, completion, chat_stream, completion_stream]


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    """One of each kind; the chain answers them side by side."""
    with ThreadPoolExecutor(len(ASKS)) as threads:
        return [made.result() for made in [threads.submit(ask) for ask in ASKS]]


def test_whole_answers_and_streams_say_why_they_ended_and_what_they_used(
    answers: list[Answer],
) -> None:
    for answer in answers:
        assert answer.finish in ("stop", "length")
        assert answer.usage is not None
        # A token of this model is a byte, and ASCII.
        assert answer.usage.completion_tokens == len(answer.text) <= MAX_TOKENS


def test_each_answer_has_the_receipt_of_a_request_of_its_own(answers: list[Answer]) -> None:
    for receipt in (answer.receipt for answer in answers):
        assert receipt["mode"] == "Tee"
        assert receipt["receipt"]["outcome"] == "Settled"
        assert {"input", "output", "signature", "enclave"} <= set(receipt["passed"])
        assert receipt["open"] == ["finality"]
        assert receipt["grade"]
        assert receipt["trust"]
    assert len({answer.receipt["id"] for answer in answers}) == len(answers)


def test_the_receipt_is_found_again_by_its_request(answers: list[Answer]) -> None:
    for receipt in (answer.receipt for answer in answers):
        again = client().get(f"/receipts/{receipt['request']}", cast_to=object)
        assert isinstance(again, dict)
        assert (again["id"], again["receipt"]) == (receipt["id"], receipt["receipt"])


def test_the_header_names_the_receipt_and_a_client_that_asks_the_same_again_gets_the_same() -> None:
    ask = client().completions.with_raw_response.create
    one, same = (ask(model=MODEL, prompt=f"{PROMPT} again", max_tokens=8) for _ in range(2))
    assert one.headers["x-opg-receipt"] == receipt_in(one.parse())["id"]
    assert one.content == same.content


def test_the_models_are_those_of_the_chain_and_another_is_not_found() -> None:
    assert MODEL in [model.id for model in client().models.list()]
    with pytest.raises(openai.NotFoundError):
        client().completions.create(model="another", prompt="x")
