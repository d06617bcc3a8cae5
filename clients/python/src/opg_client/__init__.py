"""Checks what an OPG enclave signed of its answers.

An answer that an enclave's node hands out is no receipt, and says so: ``not on chain: no grade``.
What can be checked of it, without asking that node, is that the bytes are those that the enclave sent,
in answer to the bytes that it received; whether the enclave may be believed says the chain
(:mod:`opg_client.chain`). For the official `openai` package there is :mod:`opg_client.transport`.
"""

from .chain import Chain, ChainError
from .enclave import Approval, Binding, Block, Enclave, Vendor
from .faults import AnswerAltered, Fault
from .statement import STANDING, AnswerStatement, Face, SignedAnswer, Status
from .verify import Expected, StreamVerifier, Verified, verify_body

__all__ = [
    "STANDING",
    "AnswerAltered",
    "AnswerStatement",
    "Approval",
    "Binding",
    "Block",
    "Chain",
    "ChainError",
    "Enclave",
    "Expected",
    "Face",
    "Fault",
    "SignedAnswer",
    "Status",
    "StreamVerifier",
    "Vendor",
    "Verified",
    "verify_body",
]
