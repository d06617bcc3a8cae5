"""Makes the roots' hashes a second time, without any code of this crate: run it, and compare.

    pip install cryptography ecdsa && python3 roots.py

The DER is written out here, ECDSA is that of `ecdsa` (RFC 6979), PSS is RFC 8017 with integers.
"""

import hashlib
import pathlib
import struct
from datetime import datetime, timezone

from cryptography import x509
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.serialization import load_der_private_key
from ecdsa import NIST256p, NIST384p, SigningKey
from ecdsa.util import sigencode_der

HERE = pathlib.Path(__file__).parent
SEED = b"OPG development vendor: this secret is public, it vouches for nothing"
ORGANISATION = "OPG Development Vendor, vouches for nothing"
VALID_FROM, VALID_UNTIL = 1_767_225_600, 2_713_910_400


def tlv(tag, value):
    n = len(value)
    length = bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else b"\x82" + struct.pack(">H", n)
    return bytes([tag]) + length + value


def sequence(*parts):
    return tlv(0x30, b"".join(parts))


def identifier(dotted):
    first, second, *rest = map(int, dotted.split("."))
    out = bytes([first * 40 + second])
    for arc in rest:
        digits = [arc & 127]
        while arc := arc >> 7:
            digits.append(arc & 127 | 128)
        out += bytes(reversed(digits))
    return tlv(0x06, out)


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def bits(value, unused=0):
    return tlv(0x03, bytes([unused]) + value)


def name(common_name):
    attributes = ("2.5.4.10", ORGANISATION), ("2.5.4.3", common_name)
    return sequence(*(tlv(0x31, sequence(identifier(oid), tlv(0x0C, text.encode()))) for oid, text in attributes))


def time(seconds):
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    if moment.year < 2050:
        return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def critical(dotted, value):
    return sequence(identifier(dotted), b"\x01\x01\xff", tlv(0x04, value))


class Ecdsa:
    def __init__(self, purpose):
        secret = self.hash(SEED + purpose.encode() + b"\0").digest()
        self.key = SigningKey.from_string(secret, curve=self.curve)

    def public_key(self):
        kind = sequence(identifier("1.2.840.10045.2.1"), identifier(self.curve_name))
        return sequence(kind, bits(b"\x04" + self.key.verifying_key.to_string()))

    def sign(self, message):
        return self.key.sign_deterministic(message, hashfunc=self.hash, sigencode=sigencode_der)


class P384(Ecdsa):
    curve, curve_name, hash = NIST384p, "1.3.132.0.34", hashlib.sha384
    algorithm = sequence(identifier("1.2.840.10045.4.3.3"))


class P256(Ecdsa):
    curve, curve_name, hash = NIST256p, "1.2.840.10045.3.1.7", hashlib.sha256
    algorithm = sequence(identifier("1.2.840.10045.4.3.2"))


class Rsa:
    hash = sequence(identifier("2.16.840.1.101.3.4.2.2"), b"\x05\0")
    mask = sequence(identifier("1.2.840.113549.1.1.8"), hash)
    parameters = sequence(tlv(0xA0, hash), tlv(0xA1, mask), tlv(0xA2, integer(48)))
    algorithm = sequence(identifier("1.2.840.113549.1.1.10"), parameters)

    def __init__(self, path):
        private = load_der_private_key(path.read_bytes(), None).private_numbers()
        self.d, self.n, self.e = private.d, private.public_numbers.n, private.public_numbers.e

    def public_key(self):
        kind = sequence(identifier("1.2.840.113549.1.1.1"), b"\x05\0")
        return sequence(kind, bits(sequence(integer(self.n), integer(self.e))))

    def sign(self, message):
        stream = Cipher(algorithms.ChaCha20(hashlib.sha256(message).digest(), bytes(16)), None)
        salt = stream.encryptor().update(bytes(48))
        digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
        data = bytes(512 - 2 * 48 - 2) + b"\x01" + salt
        mask = b"".join(hashlib.sha384(digest + struct.pack(">I", i)).digest() for i in range(12))
        masked = bytearray(a ^ b for a, b in zip(data, mask))
        masked[0] &= 0x7F
        encoded = int.from_bytes(bytes(masked) + digest + b"\xbc", "big")
        return pow(encoded, self.d, self.n).to_bytes(512, "big")


def root(common_name, key, usage, *path):
    """`usage`: the byte of KeyUsage, and how many of its bits are not used; `path`: the path length, if there is one."""
    subject = name(common_name)
    constraints = critical("2.5.29.19", sequence(b"\x01\x01\xff", *map(integer, path)))
    extensions = sequence(constraints, critical("2.5.29.15", bits(*usage)))
    validity = sequence(time(VALID_FROM), time(VALID_UNTIL))
    version, serial = tlv(0xA0, integer(2)), integer(1)
    signed = sequence(
        version, serial, key.algorithm, subject, validity, subject, key.public_key(), tlv(0xA3, extensions)
    )
    return sequence(signed, key.algorithm, bits(key.sign(signed)))


ark = Rsa(HERE / "keys/ark.der")
roots = {"nitro": root("Nitro root of the development vendor", P384("Nitro root"), (b"\x06", 1))}
roots["dcap"] = root("DCAP root of the development vendor", P256("DCAP root"), (b"\x06", 1), 1)
for product in "Milan", "Genoa", "Turin":
    roots[f"sev-snp-{product.lower()}"] = root(f"ARK-{product}", ark, (b"\x04", 2))
for stem, der in roots.items():
    certificate = x509.load_der_x509_certificate(der)
    certificate.verify_directly_issued_by(certificate)
    digest, stored = hashlib.sha256(der).digest(), HERE / "roots" / f"{stem}.sha256"
    same = stored.exists() and stored.read_bytes() == digest
    print(digest.hex(), stem, "as stored" if same else "NOT as stored")
