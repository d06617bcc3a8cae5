/** The rule for signatures gives the verdicts of the chain, at the edges too. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { unhex } from "../src/bytes.js";
import { verifies } from "../src/ed25519.js";

const ROOT = new URL("../../../../", import.meta.url);
// An R that is the neutral point, encoded with the sign that zero does not have: ZIP 215 takes it.
const TAKEN_BY_ZIP_215 = [151];

function taken(key: string, message: string, signature: string): boolean {
  return verifies(`0x${key}`, unhex(`0x${message}`), `0x${signature}`);
}

test("the edges get the verdicts of the runtime", () => {
  const file = new URL("cli/tests/ed25519/cases.json", ROOT);
  const cases: Record<"name" | "key" | "message" | "signature", string>[] = JSON.parse(
    readFileSync(file, "utf8"),
  );
  assert.equal(cases.length, 69);
  for (const it of cases as ((typeof cases)[number] & { taken: boolean })[]) {
    assert.equal(taken(it.key, it.message, it.signature), it.taken, it.name);
  }
});

interface Group {
  publicKey: { pk: string };
  tests: { tcId: number; msg: string; sig: string; result: string }[];
}

test("Wycheproof agrees but where ZIP 215 is meant to differ", () => {
  const given = process.env.OPG_VECTORS;
  const shared =
    given === undefined ? new URL("../shared/vectors/", ROOT) : pathToFileURL(`${given}/`);
  const file = new URL("wycheproof/ed25519_test.json", shared);
  if (!existsSync(file)) {
    console.log("tried 0: the vectors are not here");
    return;
  }
  const vectors: { testGroups: Group[]; numberOfTests: number } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  let tried = 0;
  for (const { publicKey, tests } of vectors.testGroups) {
    for (const { tcId, msg, sig, result } of tests) {
      const wanted = result === "valid" || TAKEN_BY_ZIP_215.includes(tcId);
      assert.equal(taken(publicKey.pk, msg, sig), wanted, `${tcId}`);
      tried += 1;
    }
  }
  console.log(`tried ${tried}`);
  assert.equal(tried, vectors.numberOfTests);
});
