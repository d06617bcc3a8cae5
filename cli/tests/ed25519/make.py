"""Makes cases.json: signatures at the edges of Ed25519, and whether this project takes them.

The rule is that of ZIP 215 (the cofactored equation, any encoding of a point, s below the order),
and that no key of small order signs anything. The arithmetic here is written down from RFC 8032 and
shared with no library, so that the file is a third opinion.

    python3 make.py > cases.json
"""

import hashlib
import json

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
MESSAGE = b"edge"


def x_of(y, sign):
    """The x of a point by y and the sign of x; none if there is no such point. As ZIP 215 has it, the
    sign of zero is of no account."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square:
        return None
    return x if x % 2 == sign else -x % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P
    return x, y


def times(n, point):
    total = (0, 1)
    while n:
        if n & 1:
            total = add(total, point)
        point = add(point, point)
        n >>= 1
    return total


def encode(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data):
    number = int.from_bytes(data, "little")
    y = number % 2**255 % P
    x = x_of(y, number >> 255)
    return None if x is None else (x, y)


def challenge(r, key, message):
    digest = hashlib.sha512(r + key + message).digest()
    return int.from_bytes(digest, "little") % L


def taken(key, message, signature):
    """The rule."""
    a, r = decode(key), decode(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or times(8, a) == (0, 1):
        return False
    left = times(8 * s, BASE)
    right = add(times(8, r), times(8 * challenge(signature[:32], key, message), a))
    return left == right


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (x_of(BASE_Y, 0), BASE_Y)
# A point of order eight: some point, rid of its part of prime order.
TORSION = next(
    point
    for point in (times(L, (x_of(y, 0), y)) for y in range(2, 99) if x_of(y, 0) is not None)
    if times(4, point) != (0, 1)
)
SMALL = [times(n, TORSION) for n in range(8)]


def encodings(points):
    """All encodings of points, canonical or not."""
    found = []
    for y in sorted({y for _, y in points}):
        for number in [y] + ([y + P] if y + P < 2**255 else []):
            found += [(number | sign << 255).to_bytes(32, "little") for sign in (0, 1)]
    return [data for data in found if decode(data) in points]


def sign(secret, nonce, key, r):
    s = (nonce + challenge(r, key, MESSAGE) * secret) % L
    return r + s.to_bytes(32, "little")


def cases():
    secret, nonce = 0x1234567890ABCDEF % L, 0xFEDCBA0987654321 % L
    key, r = encode(times(secret, BASE)), encode(times(nonce, BASE))
    good = sign(secret, nonce, key, r)
    yield "a key and a signature of prime order", key, good
    for n, small in enumerate(SMALL[1:], 1):
        mixed = encode(add(times(secret, BASE), small))
        yield f"a key of mixed order, {n} of 8", mixed, sign(secret, nonce, mixed, r)
        shifted = encode(add(times(nonce, BASE), small))
        yield f"an R of mixed order, {n} of 8", key, sign(secret, nonce, key, shifted)
    for data in encodings(SMALL):
        yield f"an R of small order, {data.hex()}", key, sign(secret, 0, key, data)
        anybodys = encode((0, 1)) + bytes(32)
        yield f"a key of small order, {data.hex()}", data, anybodys
        yield f"key and R of small order, {data.hex()}", data, data + bytes(32)
    s = int.from_bytes(good[32:], "little")
    yield "an s above the order", key, good[:32] + (s + L).to_bytes(32, "little")
    yield "an s of all ones", key, good[:32] + b"\xff" * 32
    yield "an s of zero", key, good[:32] + bytes(32)
    no_point = next(
        n.to_bytes(32, "little") for n in range(2, 99) if decode(n.to_bytes(32, "little")) is None
    )
    yield "a key that is no point", no_point, good
    yield "an R that is no point", key, no_point + good[32:]
    for bit in (0, 7, 255, 256, 300, 511):
        flipped = bytearray(good)
        flipped[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit} of the signature flipped", key, bytes(flipped)
    above = next(
        data
        for y in range(2, 19)
        for data in [(y + P).to_bytes(32, "little")]
        if decode(data) is not None and decode(data) not in SMALL
    )
    yield "a key of another point, not encoded canonically", above, good


print(
    json.dumps(
        [
            {
                "name": name,
                "key": key.hex(),
                "message": MESSAGE.hex(),
                "signature": signature.hex(),
                "taken": taken(key, MESSAGE, signature),
            }
            for name, key, signature in cases()
        ],
        indent=1,
    )
)
