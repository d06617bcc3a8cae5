/**
 * The official `openai` package, unchanged, on `opg serve`: each answer is one of the chain's.
 *
 * `OPG_SERVE` is the address of an `opg serve` that asks in mode `tee`. This needs a chain, so it is run by
 * name alone: `scripts/clients.sh serve`.
 */

import assert from "node:assert/strict";
import { before, test } from "node:test";
import OpenAI from "openai";

const MODEL = "tiny-lm-demo";
const HELPER = "the helper for streams";
const PROMPT = "Asked from JavaScript";
const MESSAGES = [{ role: "user" as const, content: PROMPT }];
const CHAT = { model: MODEL, messages: MESSAGES, max_tokens: 16 };
const COMPLETION = { model: MODEL, prompt: PROMPT, max_tokens: 16 };
const STREAM = { stream: true as const, stream_options: { include_usage: true } };

const baseURL = process.env.OPG_SERVE;
assert.ok(baseURL !== undefined, "OPG_SERVE names no opg serve");
const client = new OpenAI({ baseURL, apiKey: "none" });

/** The parts of a receipt that are looked at. */
interface Receipt {
  readonly id: string;
  readonly request: string;
  readonly mode: string;
  readonly grade: string;
  readonly passed: string[];
  readonly open: string[];
  readonly trust: unknown[];
  readonly receipt: { readonly outcome: string };
}

interface Usage {
  readonly completion_tokens: number;
}

/** What the official package's own objects hold. */
interface Answer {
  readonly text: string;
  readonly finish: string | null | undefined;
  readonly usage: Usage | null | undefined;
  readonly receipt: Receipt;
}

function receiptIn(it: object | undefined): Receipt {
  assert.ok(it !== undefined && "receipt" in it, "no receipt");
  return it.receipt as Receipt;
}

interface Chunk {
  readonly choices: readonly { readonly finish_reason: string | null }[];
  readonly usage?: Usage | null;
}

function streamed(chunks: readonly Chunk[], text: string): Answer {
  const finishes = chunks.flatMap(({ choices }) => choices.map((it) => it.finish_reason));
  assert.ok(finishes.slice(0, -1).every((it) => it === null));
  const [usage, last] = chunks.slice(-2);
  assert.deepEqual([usage?.choices, last?.choices], [[], []]);
  return { text, finish: finishes.at(-1), usage: usage?.usage, receipt: receiptIn(last) };
}

const ASKS: Readonly<Record<string, () => Promise<Answer>>> = {
  async chat() {
    const answer = await client.chat.completions.create(CHAT);
    const [choice] = answer.choices;
    const text = choice?.message.content ?? "";
    const { usage } = answer;
    return { text, finish: choice?.finish_reason, usage, receipt: receiptIn(answer) };
  },
  async completion() {
    const answer = await client.completions.create(COMPLETION);
    const [choice] = answer.choices;
    const { usage } = answer;
    const text = choice?.text ?? "";
    return { text, finish: choice?.finish_reason, usage, receipt: receiptIn(answer) };
  },
  async "chat stream"() {
    const chunks = [];
    const stream = await client.chat.completions.create({ ...CHAT, ...STREAM });
    for await (const chunk of stream) chunks.push(chunk);
    return streamed(chunks, chunks.map((it) => it.choices[0]?.delta.content ?? "").join(""));
  },
  async "completion stream"() {
    const chunks = [];
    const stream = await client.completions.create({ ...COMPLETION, ...STREAM });
    for await (const chunk of stream) chunks.push(chunk);
    return streamed(chunks, chunks.map((it) => it.choices[0]?.text ?? "").join(""));
  },
  async [HELPER]() {
    let last: object | undefined;
    // Another request than that of the chat stream.
    const stream = client.chat.completions.stream({ ...CHAT, max_tokens: 15 });
    stream.on("chunk", (chunk) => {
      last = chunk;
    });
    const answer = await stream.finalChatCompletion();
    const [choice] = answer.choices;
    const text = choice?.message.content ?? "";
    return { text, finish: choice?.finish_reason, usage: undefined, receipt: receiptIn(last) };
  },
};

const answers = new Map<string, Answer>();
before(async () => {
  // The chain answers them side by side.
  const made = Object.entries(ASKS).map(async ([name, ask]) => [name, await ask()] as const);
  for (const [name, answer] of await Promise.all(made)) answers.set(name, answer);
});

for (const name of Object.keys(ASKS)) {
  test(`an answer says why it ended, what it used, and has its receipt: ${name}`, async () => {
    const answer = answers.get(name);
    assert.ok(answer !== undefined);
    const { text, finish, usage, receipt } = answer;
    assert.ok(finish === "stop" || finish === "length", `${finish}`);
    // A token of this model is a byte, and ASCII.
    if (usage) assert.equal(usage.completion_tokens, text.length);
    assert.equal(usage === undefined, name === HELPER);
    assert.equal(receipt.mode, "Tee");
    assert.equal(receipt.receipt.outcome, "Settled");
    for (const check of ["input", "output", "signature", "enclave"])
      assert.ok(receipt.passed.includes(check), check);
    assert.deepEqual(receipt.open, ["finality"]);
    assert.notEqual(receipt.grade, "");
    assert.ok(receipt.trust.length > 0);
    const again = await client.get<Receipt>(`/receipts/${receipt.request}`);
    assert.deepEqual([again.id, again.receipt], [receipt.id, receipt.receipt]);
  });
}

test("each answer has a receipt of its own", () => {
  const ids = [...answers.values()].map(({ receipt }) => receipt.id);
  assert.equal(new Set(ids).size, Object.keys(ASKS).length);
});

test("the header names the receipt, and who asks the same again gets the same", async () => {
  const ask = () =>
    client.completions.create({ ...COMPLETION, prompt: `${PROMPT} again` }).withResponse();
  const [one, same] = [await ask(), await ask()];
  const { id } = receiptIn(one.data);
  for (const { response } of [one, same]) assert.equal(response.headers.get("x-opg-receipt"), id);
  assert.deepEqual(same.data, one.data);
});

test("the models are those of the chain, and another is not found", async () => {
  const { data } = await client.models.list();
  assert.ok(data.some((model) => model.id === MODEL));
  const other = client.completions.create({ ...COMPLETION, model: "another" });
  await assert.rejects(other, OpenAI.NotFoundError);
});
