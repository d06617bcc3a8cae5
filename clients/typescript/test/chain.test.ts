/** What is read of a chain, from the records that the runtime writes. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { concat, type Hex, unhex } from "../src/bytes.js";
import { Chain, ChainError } from "../src/chain.js";
import type { Block, Enclave } from "../src/enclave.js";
import { decodeEnclave, decodeReference, isRevoked } from "../src/records.js";
import { WireError } from "../src/wire.js";
import { vectorFile } from "./vectors.js";

interface State {
  readonly block: Block;
  readonly enclaves: readonly (Enclave & { readonly name: string })[];
  readonly genesis: Hex;
  readonly state: Readonly<Record<string, Hex>>;
}

const CHAIN: State = JSON.parse(vectorFile("chain.json"));
const FIRST = CHAIN.enclaves[0]?.id ?? "0x";
const ZERO: Hex = `0x${"00".repeat(32)}`;

type Answers = (method: string, parameters: unknown[]) => unknown;

/** What a node with the state of the vectors answers. */
function state(method: string, parameters: unknown[]): unknown {
  const [first, at] = parameters;
  switch (method) {
    case "chain_getBlockHash":
      return first === 0 ? CHAIN.genesis : null;
    case "chain_getFinalizedHead":
      return CHAIN.block.hash;
    case "chain_getHeader":
      return first === CHAIN.block.hash ? { number: `0x${CHAIN.block.number.toString(16)}` } : null;
    case "state_getStorage":
      return at === CHAIN.block.hash ? (CHAIN.state[String(first)] ?? null) : undefined;
    default:
      return undefined;
  }
}

/** Uses a node that answers so; what it was asked. */
async function node(answers: Answers, use: (url: string) => Promise<void>): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { method, params } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    asked.push(method);
    const result = answers(method, params);
    response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return asked;
}

for (const { name, ...wanted } of CHAIN.enclaves) {
  test(`an enclave is read as the runtime judges it: ${name}`, async () => {
    await node(state, async (url) => {
      const known = await new Chain({ url, genesis: CHAIN.genesis }).enclave(wanted.id);
      assert.deepEqual(known, { ...wanted, seen: CHAIN.block });
    });
  });
}

test("a node of another chain is refused, and so is a record of one", async () => {
  await node(state, async (url) => {
    await assert.rejects(new Chain({ url, genesis: ZERO }).enclave(FIRST), /node is of another/);
  });
  const ofOther: Answers = (method, parameters) =>
    method === "chain_getBlockHash" ? ZERO : state(method, parameters);
  await node(ofOther, async (url) => {
    await assert.rejects(new Chain({ url, genesis: ZERO }).enclave(FIRST), /enclave is of another/);
  });
});

test("an enclave that there is not and nonsense are errors, and no enclaves", async () => {
  await node(state, async (url) => {
    await assert.rejects(new Chain({ url, genesis: CHAIN.genesis }).enclave(ZERO), /no enclave/);
  });
  const nonsense: Answers[] = [
    () => null,
    () => 7,
    (method, parameters) => (method === "state_getStorage" ? "0x00" : state(method, parameters)),
    (method, parameters) => (method === "chain_getHeader" ? {} : state(method, parameters)),
  ];
  for (const answers of nonsense) {
    await node(answers, async (url) => {
      await assert.rejects(new Chain({ url, genesis: CHAIN.genesis }).enclave(FIRST), ChainError);
    });
  }
  const nobody = new Chain({ url: "http://127.0.0.1:1", genesis: CHAIN.genesis });
  await assert.rejects(nobody.enclave(FIRST), ChainError);
});

test("what is watched is asked for anew when it is old, and after a failure", async () => {
  let down = true;
  const answers: Answers = (method, parameters) => (down ? null : state(method, parameters));
  const asked = await node(answers, async (url) => {
    const chain = new Chain({ url, genesis: CHAIN.genesis });
    const current = chain.watch(FIRST, 3_600_000);
    await assert.rejects(current(), ChainError);
    down = false;
    assert.equal(await current(), await current());
    const always = chain.watch(FIRST, -1);
    assert.deepEqual(await always(), await always());
  });
  const heads = asked.filter((method) => method === "chain_getFinalizedHead");
  assert.equal(heads.length, 3);
});

test("no record is read that is cut or goes on", () => {
  const readers = [decodeEnclave, decodeReference, isRevoked];
  const reads = (read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean => {
    try {
      read(bytes);
      return true;
    } catch (error) {
      assert.ok(error instanceof WireError, String(error));
      return false;
    }
  };
  for (const value of Object.values(CHAIN.state)) {
    const bytes = unhex(value);
    const read = readers.find((reader) => reads(reader, bytes));
    assert.ok(read !== undefined);
    assert.ok(!reads(read, bytes.subarray(0, -1)));
    assert.ok(!reads(read, concat(bytes, Uint8Array.of(0))));
  }
});
