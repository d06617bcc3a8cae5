/**
 * A `fetch` for the official `openai` package, which is used unchanged:
 * `new OpenAI({ fetch: verifyingFetch({ enclave }) })`.
 *
 * Every answer to a `POST` is verified on its way, whole or streamed; what is not what the enclave sent
 * makes reading the body fail with {@link AnswerAltered}. Errors (status 400 and above) and the list of
 * models are signed by nobody and go through as they came.
 */

import type { Hex } from "./bytes.js";
import type { Enclave } from "./enclave.js";
import { AnswerAltered } from "./faults.js";
import { readAtMost, TooLong } from "./limits.js";
import type { Face } from "./statement.js";
import {
  checkNow,
  type Expected,
  MAX_BYTES,
  member,
  StreamVerifier,
  type Verified,
  verifyBody,
} from "./verify.js";

/** What is verified, and by what. */
export interface VerifyingOptions {
  /** An enclave, or what says how it is now, such as `Chain.watch`. Answers of no other are believed. */
  readonly enclave: Enclave | (() => Enclave | Promise<Enclave>);
  /** SHA-256 of the network that is to have run inside the enclave. */
  readonly network?: Hex;
  /** Told of each answer, whole or at the end of its stream. */
  readonly onVerified?: (verified: Verified) => void;
  /** The most bytes of an answer. */
  readonly maxBytes?: number;
  /** The way to the endpoint; else the global `fetch`. */
  readonly fetch?: typeof fetch;
}

const FACES: readonly (readonly [string, Face])[] = [
  ["/chat/completions", "ChatCompletions"],
  ["/completions", "Completions"],
];

/** A `fetch` that verifies every answer that comes through it. */
export function verifyingFetch(options: VerifyingOptions): typeof fetch {
  const inner = options.fetch ?? fetch;
  return async (input, init) => {
    const request = new Request(input, init);
    if (request.method !== "POST") return inner(input, init);
    const body = new Uint8Array(await request.arrayBuffer());
    let expected: Expected;
    try {
      expected = await expectedOf(options, new URL(request.url).pathname, body);
    } catch (error) {
      if (error instanceof AnswerAltered) return refused(error);
      throw error;
    }
    const headers = new Headers(request.headers);
    // What is signed are the bytes as the enclave sent them.
    headers.set("accept-encoding", "identity");
    const { signal } = request;
    const response = await inner(request.url, {
      ...init,
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal,
    });
    if (response.status >= 400) return response;
    const told = options.onVerified ?? (() => {});
    const streamed = member(body, "stream") === true;
    return answer(response, checked(response, streamed, expected, told));
  };
}

/**
 * What the answer of `path` to `request` is held against.
 * @throws AnswerAltered if none could be believed.
 */
async function expectedOf(
  { enclave, network, maxBytes = MAX_BYTES }: VerifyingOptions,
  path: string,
  request: Uint8Array,
): Promise<Expected> {
  const face = FACES.find(([end]) => path.endsWith(end))?.[1];
  if (face === undefined) throw new AnswerAltered("Missing", `answers of ${path} are not signed`);
  const expected = {
    enclave: typeof enclave === "function" ? await enclave() : enclave,
    request,
    face,
    ...(network === undefined ? {} : { network }),
    maxBytes,
  };
  checkNow(expected);
  return expected;
}

/**
 * An answer that cannot be read. A `fetch` that failed itself would be tried again, and the fault be
 * wrapped in an error of the connection.
 */
function refused(fault: AnswerAltered): Response {
  return new Response(new ReadableStream({ start: (controller) => controller.error(fault) }));
}

/** `response` with another body. Its own was unpacked already, if it was packed. */
function answer(response: Response, body: ReadableStream<Uint8Array>): Response {
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  // What is refused for its status fails when it is read, and not as a redirect or an empty body.
  return new Response(body, { status: 200, headers });
}

/** The body of `response`, which fails unless it is what the enclave sent. */
function checked(
  response: Response,
  streamed: boolean,
  expected: Expected,
  told: (verified: Verified) => void,
): ReadableStream<Uint8Array> {
  const pieces = streamed ? stream(response, expected, told) : whole(response, expected, told);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

/** Refuses what cannot be an answer, before its body is read. */
function check(response: Response, kind: string): void {
  if (response.status !== 200) throw new AnswerAltered("Missing", `status ${response.status}`);
  const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== kind) throw new AnswerAltered("Header", "content-type");
}

type Pieces = AsyncGenerator<Uint8Array, undefined, undefined>;

async function* whole(
  response: Response,
  expected: Expected,
  told: (verified: Verified) => void,
): Pieces {
  let body: Uint8Array;
  try {
    check(response, "application/json");
    body = await readAtMost(response.body, expected.maxBytes ?? MAX_BYTES);
  } catch (error) {
    await response.body?.cancel().catch(() => {});
    throw error instanceof TooLong ? new AnswerAltered("TooLong") : error;
  }
  told(verifyBody(body, response.headers, expected));
  yield body;
  return undefined;
}

async function* stream(
  response: Response,
  expected: Expected,
  told: (verified: Verified) => void,
): Pieces {
  const reader = response.body?.getReader();
  try {
    check(response, "text/event-stream");
    const verifier = new StreamVerifier(response.headers, expected);
    for (;;) {
      const bytes = await next(reader, verifier);
      if (bytes === undefined) break;
      yield* verifier.feed(bytes);
    }
    const { tail, verified } = verifier.finish();
    told(verified);
    yield tail;
    return undefined;
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

/**
 * What comes next; none at the end. Where the connection broke off, it says that the enclave broke the stream off, if the
 * enclave says so: its node cuts the connection then.
 */
async function next(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  verifier: StreamVerifier,
): Promise<Uint8Array | undefined> {
  try {
    return (await reader?.read())?.value;
  } catch (error) {
    try {
      verifier.finish();
    } catch (altered) {
      if (altered instanceof AnswerAltered && altered.fault === "Aborted") throw altered;
    }
    throw error;
  }
}
