"""What is known of an enclave, from the chain and never from whoever answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .domain import Domain
from .ed25519 import is_small_order
from .faults import AnswerAltered, Fault


class Vendor(Enum):
    """Who vouches for the hardware."""

    AWS = "Aws"
    INTEL = "Intel"
    AMD = "Amd"
    DEVELOPMENT = "Development"

    @property
    def words(self) -> str:
        """Who that is, and that the development vendor is nobody."""
        return _VENDORS[self]


_VENDORS = {
    Vendor.AWS: "AWS vouches for the hardware, and runs the host too",
    Vendor.INTEL: "Intel vouches for the hardware",
    Vendor.AMD: "AMD vouches for the hardware",
    Vendor.DEVELOPMENT: "nobody vouches for the hardware: the development vendor's secrets are public",
}


class Binding(Enum):
    """How approved code binds the model that it says ran."""

    IN_IMAGE = "InImage"
    LOADED = "Loaded"
    UPSTREAM = "Upstream"


@dataclass(frozen=True)
class Block:
    """A block."""

    number: int
    hash: bytes


@dataclass(frozen=True)
class Approval:
    """What approves of an enclave's code, in the block that was read."""

    binding: Binding
    """How the code binds its model."""
    network: bytes | None
    """SHA-256 of the network that is part of the measured image; none with another binding."""
    approved_by: bytes | None
    """Who approved it; none for governance."""
    until: int
    """The last block in which it is approved."""


@dataclass(frozen=True)
class Enclave:
    """An enclave: what its answers are checked by.

    :meth:`opg_client.chain.Chain.enclave` reads it from a chain. A value that is made otherwise is its
    maker's own word, and no answer counts as attested by it.
    """

    id: bytes
    """Its identity."""
    genesis: bytes
    """The chain."""
    provider: bytes
    """The provider that it works for."""
    session_key: bytes
    """The Ed25519 key that signs its answers."""
    configuration: bytes
    """What it was set up with."""
    vendor: Vendor
    """Who vouches for its hardware."""
    measurement: bytes
    """What was measured, under its vendor."""
    tcb: str
    """What the vendor says of the platform's firmware."""
    advisories: tuple[str, ...]
    """The advisories that the platform is open to."""
    valid_until: int
    """The last second in which it may answer."""
    revoked: bool
    """Whether it, its platform, its measurement or its firmware is revoked."""
    approval: Approval | None
    """What approves of its code as it is set up; none if nothing does."""
    seen: Block | None
    """The block in which the chain said so; none if no chain was asked."""

    @property
    def attested(self) -> bool:
        """Whether the chain verified a hardware vendor's word for approved code.

        The development vendor is none.
        """
        hardware = self.vendor is not Vendor.DEVELOPMENT
        return hardware and self.seen is not None and self.approval is not None

    def check(self, now: float) -> None:
        """Checks that answers of this enclave are worth a look at the time `now`, in seconds since 1970.

        :raises AnswerAltered: if not, with one of the first five faults.
        """
        own = Domain.ENCLAVE.hash(self.genesis + self.provider + self.session_key)
        if own != self.id:
            raise AnswerAltered(Fault.IDENTITY)
        if is_small_order(self.session_key):
            raise AnswerAltered(Fault.SMALL_ORDER)
        if now >= self.valid_until + 1:
            raise AnswerAltered(Fault.EXPIRED)
        if self.revoked:
            raise AnswerAltered(Fault.REVOKED)
        if self.seen is not None and self.approval is None:
            raise AnswerAltered(Fault.NOT_APPROVED)

    def check_network(self, network: bytes | None) -> None:
        """Checks that the network that ran, or none of an upstream's, is what the approved code may run.

        :raises AnswerAltered: if not, with :attr:`Fault.MODEL`.
        """
        if self.approval is None:
            return
        fits = {
            Binding.IN_IMAGE: network is not None and network == self.approval.network,
            Binding.LOADED: network is not None,
            Binding.UPSTREAM: network is None,
        }
        if not fits[self.approval.binding]:
            raise AnswerAltered(Fault.MODEL, "the approved code does not run it so")

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Enclave:
        """Reads what was written as JSON: the fields of this class, bytes as `0x` and digits.

        :raises KeyError, TypeError, ValueError: if it is something else.
        """
        approval, seen = value["approval"], value["seen"]
        return cls(
            id=unhex(value["id"], 32),
            genesis=unhex(value["genesis"], 32),
            provider=unhex(value["provider"], 32),
            session_key=unhex(value["session_key"], 32),
            configuration=unhex(value["configuration"], 32),
            vendor=Vendor(value["vendor"]),
            measurement=unhex(value["measurement"], 32),
            tcb=str(value["tcb"]),
            advisories=tuple(map(str, value["advisories"])),
            valid_until=int(value["valid_until"]),
            revoked=_flag(value["revoked"]),
            approval=None if approval is None else _approval(approval),
            seen=None if seen is None else Block(int(seen["number"]), unhex(seen["hash"], 32)),
        )


def _approval(value: Mapping[str, Any]) -> Approval:
    network, by = value["network"], value["approved_by"]
    return Approval(
        binding=Binding(value["binding"]),
        network=None if network is None else unhex(network, 32),
        approved_by=None if by is None else unhex(by, 32),
        until=int(value["until"]),
    )


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def unhex(text: str, size: int) -> bytes:
    """The bytes that `text` writes as `0x` and digits.

    :raises ValueError: if it is something else, or not `size` bytes.
    """
    data = bytes.fromhex(text.removeprefix("0x"))
    if not text.startswith("0x") or len(data) != size:
        raise ValueError(f"not 0x and {2 * size} digits")
    return data
