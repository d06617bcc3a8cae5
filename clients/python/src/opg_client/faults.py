"""What can be wrong with an answer, or with the enclave that is to vouch for it."""

from __future__ import annotations

from enum import Enum


class Fault(Enum):
    """What is wrong. The values are the names that the test vectors have."""

    # Of the enclave.
    IDENTITY = "Identity"
    SMALL_ORDER = "SmallOrder"
    EXPIRED = "Expired"
    REVOKED = "Revoked"
    NOT_APPROVED = "NotApproved"
    # Of who signed, and for what.
    MISSING = "Missing"
    MALFORMED = "Malformed"
    KEY = "Key"
    SIGNATURE = "Signature"
    HEADER = "Header"
    CHAIN = "Chain"
    ENCLAVE = "Enclave"
    CONFIGURATION = "Configuration"
    REQUEST = "Request"
    FACE = "Face"
    MODEL = "Model"
    # Of the bytes.
    RESPONSE = "Response"
    PARTS = "Parts"
    CARRIER = "Carrier"
    ABORTED = "Aborted"
    TOO_LONG = "TooLong"

    @property
    def words(self) -> str:
        """What is wrong, in words."""
        return _WORDS[self]


_WORDS = {
    Fault.IDENTITY: "the enclave's id is not that of its chain, provider and key",
    Fault.SMALL_ORDER: "the enclave's key is of small order: anybody can sign by it",
    Fault.EXPIRED: "the enclave's attestation is past its window",
    Fault.REVOKED: "the enclave, its machine, its code or its firmware is revoked",
    Fault.NOT_APPROVED: "the enclave's code is not approved, as it is set up",
    Fault.MISSING: "there is no signed answer",
    Fault.MALFORMED: "the signed answer cannot be read",
    Fault.KEY: "it is not signed by this enclave",
    Fault.SIGNATURE: "the signature does not verify",
    Fault.HEADER: "a header was altered",
    Fault.CHAIN: "it is signed for another chain",
    Fault.ENCLAVE: "it is signed for another enclave or provider",
    Fault.CONFIGURATION: "it is signed under another configuration than the chain has",
    Fault.REQUEST: "the request is not the one that the enclave received",
    Fault.FACE: "it is the answer of another path",
    Fault.MODEL: "it is of another model",
    Fault.RESPONSE: "the answer is not the one that the enclave sent",
    Fault.PARTS: "the stream's parts are not those that the enclave sent",
    Fault.CARRIER: "the chunk of the signed answer was altered, or something follows it",
    Fault.ABORTED: "the answer was broken off",
    Fault.TOO_LONG: "the answer is longer than is taken",
}


class AnswerAltered(Exception):  # noqa: N818 - what happened, which is no error of a program
    """This is not what the enclave sent, or nobody says that it is.

    Nothing of such an answer is to be relied on, the parts of a stream before it included.
    """

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault.words}: {detail}" if detail else fault.words)
        self.fault = fault
        """What is wrong."""
