"""The shared vectors, and each byte of each good answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from opg_client import STANDING, AnswerAltered, Enclave, Fault, StreamVerifier, Vendor
from opg_client.carrier import is_done, part_end
from opg_client.statement import SIGNED_ANSWER
from opg_client.verify import SIGNED_ANSWER_HEADER
from vectors import ANSWERS, CASES, ENCLAVE, GOOD, Sent, sent


def fault_of(it: Sent, step: int = 1 << 20) -> Fault | None:
    try:
        it.verify(it.expected(), step)
    except AnswerAltered as altered:
        return altered.fault
    return None


@pytest.mark.parametrize("name", GOOD)
def test_a_good_answer_is_taken_and_says_that_it_has_no_grade(name: str) -> None:
    it = sent(name)
    verified = it.verify(it.expected())
    assert verified.standing == STANDING
    assert verified.vendor is Vendor.DEVELOPMENT
    assert not verified.attested
    assert "nobody vouches" in str(verified)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_gets_its_verdict(case: Mapping[str, Any]) -> None:
    it = Sent.of(ANSWERS[case["answer"]], case["edit"])
    expected = it.expected()
    if case["enclave"] is not None:
        expected = replace(expected, enclave=Enclave.from_json(case["enclave"]))
    if case["now"] is not None:
        expected = replace(expected, now=case["now"])
    if case["network"] is not None:
        expected = replace(expected, network=bytes.fromhex(case["network"][2:]))
    for step in (1, 7, 1 << 20):
        if case["fault"] is None:
            assert it.verify(expected, step).attested == case["attested"]
        else:
            with pytest.raises(AnswerAltered) as altered:
                it.verify(expected, step)
            assert altered.value.fault is Fault(case["fault"])
            assert altered.value.fault.words in str(altered.value)


@pytest.mark.parametrize("name", GOOD)
def test_no_byte_of_an_answer_can_change_but_the_space_of_an_end_mark(name: str) -> None:
    good = sent(name)
    done = good.response.rfind(b"data:") if good.stream else len(good.response)
    for place in range(len(good.response)):
        altered = bytearray(good.response)
        altered[place] ^= 1
        it = replace(good, response=bytes(altered))
        if fault_of(it) is None:
            assert place >= done, f"byte {place}"
            assert good.response[place : place + 1].isspace(), f"byte {place}"


@pytest.mark.parametrize("name", GOOD)
def test_no_byte_of_a_request_can_change(name: str) -> None:
    good = sent(name)
    for place in range(len(good.request)):
        altered = bytearray(good.request)
        altered[place] ^= 1
        assert fault_of(replace(good, request=bytes(altered))) is Fault.REQUEST


@pytest.mark.parametrize("name", [name for name in GOOD if not ANSWERS[name]["stream"]])
def test_no_digit_of_the_header_can_change(name: str) -> None:
    good = sent(name)
    header = good.headers[SIGNED_ANSWER_HEADER]
    for place, digit in enumerate(header):
        other = "1" if digit == "0" else "0"
        altered = header[:place] + other + header[place + 1 :]
        headers = {**good.headers, SIGNED_ANSWER_HEADER: altered}
        assert fault_of(replace(good, headers=headers)) is Fault.HEADER


def test_a_header_that_is_missing_says_nothing() -> None:
    assert fault_of(replace(sent("chat"), headers={})) is None


@pytest.mark.parametrize("name", [name for name in GOOD if ANSWERS[name]["stream"]])
def test_a_stream_cut_anywhere_is_refused(name: str) -> None:
    good = sent(name)
    whole = len(good.response.rstrip())
    for end in range(whole):
        assert fault_of(replace(good, response=good.response[:end])) is not None, end
    assert fault_of(replace(good, response=good.response[:whole])) is None


@pytest.mark.parametrize("name", [name for name in GOOD if ANSWERS[name]["stream"]])
@pytest.mark.parametrize("step", [1, 2, 3, 64, 1 << 20])
def test_a_good_stream_is_given_on_to_the_byte_in_whole_parts(name: str, step: int) -> None:
    it = sent(name)
    got, _ = it.read(it.expected(), step)
    assert got == it.response
    verifier = StreamVerifier(it.headers, it.expected())
    for start in range(0, len(it.response), step):
        for part in verifier.feed(it.response[start : start + step]):
            assert part_end(part) == len(part)


@pytest.mark.parametrize("case", [case for case in CASES if case["answer"].endswith("stream")])
def test_no_end_mark_is_given_on_before_the_verdict(case: Mapping[str, Any]) -> None:
    it = Sent.of(ANSWERS[case["answer"]], case["edit"])
    for step in (1, 1 << 20):
        verifier = StreamVerifier(it.headers, it.expected())
        for start in range(0, len(it.response), step):
            for part in verifier.feed(it.response[start : start + step]):
                assert not is_done(part)
                assert b"[DONE]" not in part
                assert b"signed_answer" not in part


def test_a_signed_answer_is_written_in_one_way() -> None:
    for name in GOOD:
        it = sent(name)
        signed = it.verify(it.expected()).signed
        scale = SIGNED_ANSWER.encode(signed)
        assert SIGNED_ANSWER.decode_all(scale) == signed
        assert SIGNED_ANSWER.read_all(SIGNED_ANSWER.write(signed).encode()) == signed
        for end in range(len(scale)):
            with pytest.raises(ValueError, match="too early"):
                SIGNED_ANSWER.decode_all(scale[:end])
        with pytest.raises(ValueError, match="follows"):
            SIGNED_ANSWER.decode_all(scale + b"\x00")


def test_an_answer_that_is_too_long_is_refused() -> None:
    for name in ("chat", "chat-stream"):
        it = sent(name)
        expected = replace(it.expected(), max_bytes=len(it.response) - 1)
        with pytest.raises(AnswerAltered) as altered:
            it.verify(expected, 5)
        assert altered.value.fault is Fault.TOO_LONG


def test_an_enclave_of_the_callers_own_is_never_attested() -> None:
    assert not replace(ENCLAVE, vendor=Vendor.INTEL).attested
