/**
 * The official `openai` package, unchanged, against a real node, directly and through a proxy.
 *
 * The node's program is named by `OPG_TEE_NODE`; without it these tests are skipped.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import OpenAI from "openai";
import { partEnd } from "../src/carrier.js";
import type { Enclave } from "../src/enclave.js";
import { AnswerAltered, type Fault } from "../src/faults.js";
import { verifyingFetch } from "../src/fetch.js";
import { SIGNED_ANSWER_HEADER, type Verified } from "../src/verify.js";
import { type Altered, type Node, PROGRAM, proxied, teeNode } from "./node.js";

const MODEL = "tiny-lm-demo";
const SKIP =
  PROGRAM === undefined && "OPG_TEE_NODE names no program: NOTHING WAS TRIED ON A REAL NODE";

/** The official client, with the verifying `fetch`. */
function client(url: string, enclave: Enclave, told: Verified[] = [], apiKey = "me"): OpenAI {
  const fetch = verifyingFetch({ enclave, onVerified: (verified) => told.push(verified) });
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, fetch });
}

const MESSAGES = [{ role: "user" as const, content: "Hello" }];
const CHAT = { model: MODEL, messages: MESSAGES, max_tokens: 16, seed: 1 };
const COMPLETION = { model: MODEL, prompt: "A receipt is", max_tokens: 16, seed: 1 };

type Ask = (it: OpenAI) => Promise<string>;

const WHOLE: Readonly<Record<string, Ask>> = {
  chat: async (it) => (await it.chat.completions.create(CHAT)).choices[0]?.message.content ?? "",
  completion: async (it) => (await it.completions.create(COMPLETION)).choices[0]?.text ?? "",
};

const STREAMED: Readonly<Record<string, Ask>> = {
  async chat(it) {
    let text = "";
    const stream = await it.chat.completions.create({ ...CHAT, stream: true });
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    return text;
  },
  async completion(it) {
    let text = "";
    const stream = await it.completions.create({ ...COMPLETION, stream: true });
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
    return text;
  },
};

const ALL = [...Object.entries(WHOLE), ...Object.entries(STREAMED)];

function parts(body: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let start = 0;
  for (let end = partEnd(body); end !== undefined; end = partEnd(body, start)) {
    found.push(body.subarray(start, end));
    start = end;
  }
  return found;
}

/** `bytes` with another one at `at`. */
function replaced(bytes: Buffer, at: number, byte: number): Buffer {
  const other = Buffer.from(bytes);
  other[at] = byte;
  return other;
}

function flipped(bytes: Buffer, at: number): Buffer {
  return replaced(bytes, at, (bytes[at] ?? 0) ^ 1);
}

/** With another hexadecimal digit at `at`. */
function otherDigit(bytes: Buffer, at: number): Buffer {
  return replaced(bytes, at, bytes[at] === 0x30 ? 0x31 : 0x30);
}

describe("a real node", { skip: SKIP }, () => {
  let node: Node;
  before(async () => {
    node = await teeNode();
  });
  after(() => node.stop());

  /** The fault that the client finds in what a proxy altered. */
  async function faultIn(ask: Ask, alter: (answer: Altered) => void): Promise<Fault | undefined> {
    let fault: Fault | undefined;
    let seen = 0;
    const told: Verified[] = [];
    const altering = (answer: Altered) => {
      seen += 1;
      alter(answer);
      return true;
    };
    await proxied(node.url, altering, async (url) => {
      await assert.rejects(ask(client(url, node.enclave, told)), (error) => {
        assert.ok(error instanceof AnswerAltered, String(error));
        fault = error.fault;
        return true;
      });
    });
    assert.equal(seen, 1, "it was tried again");
    assert.equal(told.length, 0);
    return fault;
  }

  test("whole answers and streams say the same, and each verifies", async () => {
    const told: Verified[] = [];
    const it = client(node.url, node.enclave, told);
    for (const [name, ask] of Object.entries(WHOLE)) {
      const text = await ask(it);
      assert.notEqual(text, "");
      assert.equal(await STREAMED[name]?.(it), text);
    }
    const streams = told.map((verified) => verified.signed.statement.stream !== null);
    assert.deepEqual(streams, [false, true, false, true]);
    for (const { signed, attested } of told) {
      assert.equal(signed.standing, "not on chain: no grade");
      assert.equal(attested, false);
      assert.equal(signed.statement.model_asked, MODEL);
      assert.notEqual(signed.statement.network, null);
      assert.equal(signed.statement.status, "Complete");
    }
  });

  test("the signed answer is in the official client's own objects", async () => {
    const it = client(node.url, node.enclave);
    const whole: object = await it.completions.create(COMPLETION);
    assert.ok("signed_answer" in whole);
    let last: object | undefined;
    const stream = await it.chat.completions.create({ ...CHAT, stream: true });
    for await (const chunk of stream) last = chunk;
    assert.ok(last !== undefined && "signed_answer" in last);
  });

  test("the helper for streams works too", async () => {
    const told: Verified[] = [];
    const stream = client(node.url, node.enclave, told).chat.completions.stream(CHAT);
    assert.equal((await stream.finalChatCompletion()).choices.length, 1);
    assert.equal(told.length, 1);
  });

  test("the list of models and the node's errors come through", async () => {
    const it = client(node.url, node.enclave);
    assert.deepEqual(
      (await it.models.list()).data.map((model) => model.id),
      [MODEL],
    );
    await assert.rejects(
      it.completions.create({ ...COMPLETION, model: "another" }),
      OpenAI.NotFoundError,
    );
  });

  for (const [place, [name, ask]] of ALL.entries()) {
    test(`a client that tries again gets the same answer: ${name}, ${place}`, async () => {
      const told: Verified[] = [];
      let dropped: string | undefined;
      const dropTheFirst = (answer: Altered) => {
        if (dropped !== undefined) return true;
        dropped = answer.headers.get("x-opg-answer-id");
        return false;
      };
      await proxied(node.url, dropTheFirst, async (url) => {
        await ask(client(url, node.enclave, told, `again-${place}`));
      });
      assert.deepEqual(
        told.map((verified) => verified.signed.statement.id),
        [dropped],
      );
    });
  }

  for (const [name, ask] of Object.entries(WHOLE)) {
    const at = (find: string, after: number) => (answer: Altered) => {
      answer.body = flipped(answer.body, answer.body.lastIndexOf(find) + after);
    };
    const digit = (find: string) => (answer: Altered) => {
      answer.body = otherDigit(answer.body, answer.body.lastIndexOf(find) + find.length);
    };
    const regions: [string, (answer: Altered) => void, Fault][] = [
      ["the text", at('"choices"', 20), "Response"],
      ["what is signed", digit('"previous":"0x'), "Signature"],
      ["the key", digit('"session_key":"0x'), "Key"],
      ["the standing", at('"standing"', 1), "Malformed"],
      ["the mark", at(',"signed_answer":', 4), "Missing"],
      ["the last brace", at("}", 0), "Missing"],
      [
        "the end",
        (answer) => {
          answer.body = answer.body.subarray(0, -1);
        },
        "Malformed",
      ],
      [
        "the header",
        ({ headers }) => {
          const header = Buffer.from(headers.get(SIGNED_ANSWER_HEADER) ?? "");
          headers.set(SIGNED_ANSWER_HEADER, otherDigit(header, 9).toString());
        },
        "Header",
      ],
      ["the kind", ({ headers }) => headers.set("content-type", "text/event-stream"), "Header"],
      [
        "the status",
        (answer) => {
          answer.status = 303;
          answer.headers.set("location", "/v1/models");
        },
        "Missing",
      ],
    ];
    for (const [region, alter, fault] of regions) {
      test(`a proxy that alters a whole answer is caught: ${name}, ${region}`, async () => {
        assert.equal(await faultIn(ask, alter), fault);
      });
    }
  }

  for (const [name, ask] of Object.entries(STREAMED)) {
    test(`a proxy that alters any part of a stream is caught: ${name}`, async () => {
      let count = 1;
      for (let number = 0; number < count; number += 1) {
        await faultIn(ask, (answer) => {
          const all = parts(answer.body);
          count = all.length;
          const part = all[number] ?? Buffer.of();
          all[number] = flipped(part, Math.floor(part.length / 2));
          answer.body = Buffer.concat(all);
        });
      }
      assert.ok(count > 3);
    });

    const orders: [string, (all: Buffer[]) => Buffer[], Fault][] = [
      [
        "swapped",
        ([one, other, ...rest]) => [other, one, ...rest].filter((it) => !!it),
        "Response",
      ],
      ["dropped", (all) => all.slice(1), "Response"],
      ["doubled", (all) => [...all.slice(0, 1), ...all], "Response"],
      ["ended early", (all) => [...all.slice(0, 1), ...all.slice(-1), ...all.slice(1)], "Response"],
      ["unsigned", (all) => [...all.slice(0, -2), ...all.slice(-1)], "Missing"],
      ["without end", (all) => all.slice(0, -1), "Carrier"],
      ["cut", (all) => all.slice(0, 1), "Missing"],
      ["gone on", (all) => [...all, ...all.slice(0, 1)], "Missing"],
    ];
    for (const [what, order, fault] of orders) {
      test(`a proxy that arranges a stream otherwise is caught: ${name}, ${what}`, async () => {
        const found = await faultIn(ask, (answer) => {
          answer.body = Buffer.concat(order(parts(answer.body)));
        });
        assert.equal(found, fault);
      });
    }
  }

  test("an enclave that cannot be believed is not asked, nor tried again", async () => {
    const asked = (answer: Altered) => assert.fail(`asked: ${answer.status}`);
    await proxied(node.url, asked, async (url) => {
      for (const [, ask] of ALL) {
        await assert.rejects(ask(client(url, { ...node.enclave, valid_until: 0 })), (error) => {
          return error instanceof AnswerAltered && error.fault === "Expired";
        });
      }
    });
  });

  test("another enclave of the same code is not taken for the one that is trusted", async () => {
    const other = await teeNode();
    try {
      for (const [, ask] of ALL) {
        await assert.rejects(ask(client(node.url, other.enclave)), (error) => {
          return error instanceof AnswerAltered && error.fault === "Key";
        });
      }
    } finally {
      await other.stop();
    }
  });
});
