#!/usr/bin/env python3
"""Writes collateral, as dcap-qvl publishes it in JSON, in the encoding that the pallet takes.

    testdata/scale.py ../../verifiers/dcap/testdata/*_collateral.json
"""

import json
import pathlib
import sys


def length(number):
    """A length as SCALE writes it."""
    if number < 1 << 6:
        return (number << 2).to_bytes(1, "little")
    if number < 1 << 14:
        return (number << 2 | 1).to_bytes(2, "little")
    return (number << 2 | 2).to_bytes(4, "little")


for path in map(pathlib.Path, sys.argv[1:]):
    collateral = json.loads(path.read_text())
    text = lambda name: length(len(collateral[name].encode())) + collateral[name].encode()
    data = lambda name: bytes.fromhex(collateral[name])
    listed = lambda name: length(len(data(name))) + data(name)
    encoded = (
        text("pck_crl_issuer_chain")
        + listed("root_ca_crl")
        + listed("pck_crl")
        + text("tcb_info_issuer_chain")
        + text("tcb_info")
        + data("tcb_info_signature")
        + text("qe_identity_issuer_chain")
        + text("qe_identity")
        + data("qe_identity_signature")
    )
    to = pathlib.Path(__file__).with_name(path.stem + ".scale")
    to.write_bytes(encoded)
    print(to, len(encoded))
