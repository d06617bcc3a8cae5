/** The `fetch` between a client and an endpoint that answers with the shared vectors. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../src/bytes.js";
import type { Enclave } from "../src/enclave.js";
import { AnswerAltered, type Fault } from "../src/faults.js";
import { verifyingFetch } from "../src/fetch.js";
import type { Verified } from "../src/verify.js";
import { CASES, ENCLAVE, GOOD, pieces, type Sent, sent } from "./vectors.js";

// Whenever these tests run.
const LASTING: Enclave = { ...ENCLAVE, valid_until: Number.MAX_SAFE_INTEGER - 1 };
const PATHS = { ChatCompletions: "/v1/chat/completions", Completions: "/v1/completions" };

/** An endpoint that gives one answer in pieces of seven bytes, which may break off. */
class Endpoint {
  readonly requests: { url: string; init: RequestInit | undefined }[] = [];
  readonly told: Verified[] = [];
  readonly headers: Headers;
  cancelled = false;
  status = 200;
  breaks = false;
  body: Uint8Array;

  readonly it: Sent;

  constructor(it: Sent) {
    this.it = it;
    this.body = it.response;
    this.headers = new Headers(it.headers);
    this.headers.set("content-type", it.stream ? "text/event-stream" : "application/json");
  }

  readonly answer: typeof fetch = async (input, init) => {
    this.requests.push({ url: String(input), init });
    const left = pieces(this.body, 7).values();
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const next = left.next();
        if (!next.done) controller.enqueue(next.value);
        else if (this.breaks) controller.error(new TypeError("it broke off"));
        else controller.close();
      },
      cancel: () => {
        this.cancelled = true;
      },
    });
    const { status, headers } = this;
    return new Response([204, 303].includes(status) ? null : body, { status, headers });
  };

  /** Sends the request of the vectors, and gives what came until it ended or failed. */
  async post(enclave: Enclave = LASTING, path: string = PATHS[this.it.face]) {
    const verifying = verifyingFetch({
      enclave: async () => enclave,
      fetch: this.answer,
      onVerified: (verified) => this.told.push(verified),
    });
    const seen: Uint8Array[] = [];
    try {
      const body = Buffer.from(this.it.request).toString();
      const response = await verifying(`http://endpoint${path}`, { method: "POST", body });
      for await (const piece of response.body ?? []) seen.push(piece);
      return { seen: Buffer.concat(seen), fault: null, response };
    } catch (error) {
      const fault: Fault | unknown = error instanceof AnswerAltered ? error.fault : error;
      return { seen: Buffer.concat(seen), fault, response: undefined };
    }
  }
}

test("a good answer comes to the byte, and the caller is told", async () => {
  for (const name of GOOD) {
    const endpoint = new Endpoint(sent(name));
    const { seen, response } = await endpoint.post();
    assert.equal(hex(seen), hex(endpoint.it.response));
    assert.equal(response?.headers.get("x-opg-answer-id"), `opg-${name}`);
    assert.deepEqual(
      endpoint.told.map((verified) => verified.signed.statement.id),
      [`opg-${name}`],
    );
    const [request] = endpoint.requests;
    assert.equal(new Headers(request?.init?.headers).get("accept-encoding"), "identity");
    assert.equal(request?.init?.redirect, "manual");
  }
});

for (const it of CASES.filter(({ edit }) => edit !== null && edit.what !== "request")) {
  test(`an altered answer fails and its end is never seen: ${it.name}`, async () => {
    const endpoint = new Endpoint(sent(it.answer, it.edit));
    const { seen, fault } = await endpoint.post();
    assert.equal(fault, it.fault);
    assert.ok(!seen.includes("[DONE]"));
    assert.equal(endpoint.told.length, 0);
  });
}

test("a status that is no answer and no error is refused", async () => {
  for (const status of [201, 204, 303]) {
    const endpoint = new Endpoint(sent("chat"));
    endpoint.status = status;
    assert.equal((await endpoint.post()).fault, "Missing");
    assert.equal(endpoint.requests.length, 1);
  }
});

test("an error comes as it is", async () => {
  for (const status of [400, 429, 502]) {
    const endpoint = new Endpoint(sent("chat"));
    endpoint.status = status;
    assert.equal((await endpoint.post()).response?.status, status);
  }
});

test("another kind of body than was asked for is refused", async () => {
  for (const name of ["chat", "chat-stream"]) {
    for (const type of ["text/html", ""]) {
      const endpoint = new Endpoint(sent(name));
      endpoint.headers.set("content-type", type);
      assert.equal((await endpoint.post()).fault, "Header");
      assert.ok(endpoint.cancelled);
    }
  }
});

test("a stream that the enclave broke off says so where the connection is cut", async () => {
  const endpoint = new Endpoint(sent("broken-off-stream"));
  endpoint.body = endpoint.body.subarray(0, endpoint.body.length - "data: [DONE]\n\n".length);
  endpoint.breaks = true;
  assert.equal((await endpoint.post()).fault, "Aborted");
});

test("a connection that breaks off unsigned is an error of the connection", async () => {
  for (const name of ["chat", "chat-stream"]) {
    const endpoint = new Endpoint(sent(name));
    endpoint.body = endpoint.body.subarray(0, 100);
    endpoint.breaks = true;
    assert.ok((await endpoint.post()).fault instanceof TypeError);
  }
});

test("nothing is sent where no answer could be believed", async () => {
  const endpoint = new Endpoint(sent("chat"));
  assert.equal((await endpoint.post({ ...LASTING, valid_until: 0 })).fault, "Expired");
  assert.equal((await endpoint.post({ ...LASTING, revoked: true })).fault, "Revoked");
  assert.equal((await endpoint.post(LASTING, "/v1/embeddings")).fault, "Missing");
  assert.equal(endpoint.requests.length, 0);
});

test("the list of models is signed by nobody and comes as it is", async () => {
  const endpoint = new Endpoint(sent("chat"));
  const verifying = verifyingFetch({ enclave: LASTING, fetch: endpoint.answer });
  const response = await verifying("http://endpoint/v1/models");
  assert.equal(hex(new Uint8Array(await response.arrayBuffer())), hex(endpoint.body));
});
