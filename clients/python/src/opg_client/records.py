"""What the chain keeps of enclaves: where in its state, and how it is written.

The types are those of `pallets/attestation/src/types.rs` and `primitives/src/reference.rs`. A record is
read to its last byte, so another runtime's is refused and not misread.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from typing import Final

from .enclave import Approval, Binding, Block, Enclave, Vendor
from .wire import Choice, ScaleReader, WireError

# twox-128 of the pallet's name, and of each entry's.
_PALLET: Final = "6310fed47319b658f9b8b2504e0d72ec"


class Tcb(Enum):
    """What a vendor says of the security of a platform's firmware."""

    UP_TO_DATE = "UpToDate"
    SW_HARDENING_NEEDED = "SwHardeningNeeded"
    CONFIGURATION_NEEDED = "ConfigurationNeeded"
    CONFIGURATION_AND_SW_HARDENING_NEEDED = "ConfigurationAndSwHardeningNeeded"
    OUT_OF_DATE = "OutOfDate"
    OUT_OF_DATE_CONFIGURATION_NEEDED = "OutOfDateConfigurationNeeded"


_VENDOR: Final = Choice(Vendor, {Vendor.DEVELOPMENT: 255})
_TCB: Final = Choice(Tcb)


@dataclass(frozen=True)
class EnclaveRecord:
    """What is kept of an enclave, as far as answers off the chain are checked by it."""

    genesis: bytes
    provider: bytes
    session_key: bytes
    configuration: bytes
    schema: int
    forwards: bool
    vendor: Vendor
    measurement: bytes
    platform: bytes
    tcb: Tcb
    advisories: tuple[str, ...]
    valid_until: int

    @classmethod
    def decode(cls, data: bytes) -> EnclaveRecord:
        """Reads it to its last byte."""
        scale = ScaleReader(data)
        genesis, provider, _challenge, session_key, _encryption_key = (
            scale.take(32) for _ in range(5)
        )
        _tls_key, _endpoint = _option32(scale), scale.blob()
        configuration, _answered = scale.take(32), scale.take(40)
        schema, _models = scale.uint(2), [scale.take(32) for _ in range(scale.compact())]
        forwards = _flag(scale)
        if forwards:
            _url, _trust_store = scale.blob(), _option32(scale)
        _payee, _rewriting = scale.take(32), _option32(scale)
        vendor, format_ = _VENDOR.decode(scale), scale.byte()
        if format_ > 3:
            raise WireError("no such format of documents")
        measurement, platform, _platform_known = scale.take(32), scale.take(32), _flag(scale)
        tcb = _TCB.decode(scale)
        advisories = tuple(_text(scale) for _ in range(scale.compact()))
        _challenged, _registered, _verified = (scale.uint(4) for _ in range(3))
        valid_until = scale.uint(8)
        _document, _block, _extrinsic = scale.take(32), scale.uint(4), _option_u32(scale)
        _key_epoch = scale.uint(4)
        scale.end()
        return cls(
            genesis,
            provider,
            session_key,
            configuration,
            schema,
            forwards,
            vendor,
            measurement,
            platform,
            tcb,
            advisories,
            valid_until,
        )

    def subject_keys(self, enclave: bytes) -> list[str]:
        """Where it would be whether what its answers rest on is revoked."""
        firmware = b"\x00" + _VENDOR.encode(self.vendor) + _TCB.encode(self.tcb)
        subjects = (
            firmware,
            b"\x01" + self.measurement,
            b"\x02" + self.platform,
            b"\x03" + enclave,
        )
        return [revoked_key(subject) for subject in subjects]

    def enclave(
        self, enclave: bytes, seen: Block, reference: ReferenceRecord | None, revoked: bool
    ) -> Enclave:
        """All that is known in the block `seen`."""
        fits = reference is not None and reference.approves(self, seen.number)
        return Enclave(
            id=enclave,
            genesis=self.genesis,
            provider=self.provider,
            session_key=self.session_key,
            configuration=self.configuration,
            vendor=self.vendor,
            measurement=self.measurement,
            tcb=self.tcb.value,
            advisories=self.advisories,
            valid_until=self.valid_until,
            revoked=revoked,
            approval=reference.approval if reference is not None and fits else None,
            seen=seen,
        )


@dataclass(frozen=True)
class ReferenceRecord:
    """What is kept of an approved measurement, as far as it is of interest here."""

    vendor: Vendor
    schema: int
    approval: Approval
    since: int

    @classmethod
    def decode(cls, data: bytes) -> ReferenceRecord:
        """Reads it to its last byte."""
        scale = ScaleReader(data)
        vendor = _VENDOR.decode(scale)
        sizes = (4 * 48, 7 * 48 + 8, 2 * 32 + 4, 48 + 32 + 8)
        kind = scale.byte()
        if kind >= len(sizes):
            raise WireError("no such measurement")
        _registers = scale.take(sizes[kind])
        _source, _revision, _recipe = scale.blob(), scale.take(32), scale.take(32)
        schema, _vouches = scale.uint(2), scale.uint(4)
        binding = Choice(Binding).decode(scale)
        network = scale.take(32) if binding is Binding.IN_IMAGE else None
        _model, _prepares, _seeded = _option32(scale), _flag(scale), _flag(scale)
        approved_by = _option32(scale)
        since, until = scale.uint(4), scale.uint(4)
        scale.end()
        return cls(vendor, schema, Approval(binding, network, approved_by, until), since)

    def approves(self, record: EnclaveRecord, block: int) -> bool:
        """Whether it is in force in `block`, and of an enclave that is set up like that of `record`."""
        return (
            self.since <= block <= self.approval.until
            and self.vendor is record.vendor
            and self.schema == record.schema
            and record.forwards == (self.approval.binding is Binding.UPSTREAM)
        )


def is_revoked(status: bytes) -> bool:
    """Whether a subject is revoked in the block whose state this is."""
    scale = ScaleReader(status)
    _acts, revoked = scale.uint(4), _flag(scale)
    if revoked:
        _at, _since = scale.uint(4), scale.uint(4)
    scale.end()
    return revoked


def enclave_key(enclave: bytes) -> str:
    """Where an enclave is."""
    return _key("d2d2125b10c288d900c2a34d06d234e3", enclave)


def reference_key(measurement: bytes) -> str:
    """Where an approved measurement is."""
    return _key("493e6291f6f64478320ec2f2702e7f31", measurement)


def revoked_key(subject: bytes) -> str:
    """Where it is whether a subject is revoked."""
    hashed = blake2b(subject, digest_size=16).digest()
    return _key("77036dc1dd17380e03ba03c163ca74b1", hashed + subject)


def _key(entry: str, key: bytes) -> str:
    return f"0x{_PALLET}{entry}{key.hex()}"


def _flag(scale: ScaleReader) -> bool:
    value = scale.byte()
    if value > 1:
        raise WireError("neither true nor false")
    return value == 1


def _option32(scale: ScaleReader) -> bytes | None:
    return scale.take(32) if _flag(scale) else None


def _option_u32(scale: ScaleReader) -> int | None:
    return scale.uint(4) if _flag(scale) else None


def _text(scale: ScaleReader) -> str:
    return scale.blob().decode(errors="replace")
