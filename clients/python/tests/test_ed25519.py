"""The rule for signatures gives the verdicts of the chain, at the edges too."""

from __future__ import annotations

import json
import os
from pathlib import Path

from opg_client.ed25519 import verifies

EDGES = Path(__file__).parents[3] / "cli/tests/ed25519/cases.json"
# An R that is the neutral point, encoded with the sign that zero does not have: ZIP 215 takes it.
TAKEN_BY_ZIP_215 = {151}


def test_the_edges_get_the_verdicts_of_the_runtime() -> None:
    cases = json.loads(EDGES.read_text("utf-8"))
    assert len(cases) == 69
    for case in cases:
        key, message, signature = (
            bytes.fromhex(case[name]) for name in ("key", "message", "signature")
        )
        assert verifies(key, message, signature) == case["taken"], case["name"]


def test_wycheproof_agrees_but_where_zip_215_is_meant_to_differ() -> None:
    shared = Path(__file__).parents[4] / "shared/vectors"
    file = Path(os.environ.get("OPG_VECTORS", shared)) / "wycheproof/ed25519_test.json"
    if not file.exists():
        print("tried 0: the vectors are not here")
        return
    vectors = json.loads(file.read_text("utf-8"))
    tried = 0
    for group in vectors["testGroups"]:
        key = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            taken = test["result"] == "valid" or test["tcId"] in TAKEN_BY_ZIP_215
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            assert verifies(key, message, signature) == taken, test["tcId"]
            tried += 1
    print(f"tried {tried}")
    assert tried == vectors["numberOfTests"]
