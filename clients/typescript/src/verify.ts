/** Checks an answer, whole or streamed, without asking the node that gave it. */

import { sha256 } from "@noble/hashes/sha2.js";
import { Buffered, characters, equal, type Hex, hex, text, unhex } from "./bytes.js";
import { chunkHead, MARK, openBody, openStream, partEnd } from "./carrier.js";
import { verifies } from "./ed25519.js";
import { checkEnclave, checkNetwork, type Enclave, isAttested, vendorWords } from "./enclave.js";
import { AnswerAltered } from "./faults.js";
import {
  type AnswerStatement,
  type Face,
  followedBy,
  NO_PARTS,
  type Parts,
  type SignedAnswer,
  signedAnswerCodec,
  signingHash,
} from "./statement.js";
import { readAll } from "./wire.js";

/** The header that holds an answer's name. */
export const ANSWER_ID_HEADER = "x-opg-answer-id";
/** The header that holds the signed answer of a whole body: its SCALE encoding in hexadecimal. */
export const SIGNED_ANSWER_HEADER = "x-opg-signed-answer";
/** The most bytes of an answer that are taken, unless told otherwise. */
export const MAX_BYTES = 64 * 2 ** 20;

// Whatever a client could take for the end of a stream, wherever it stands.
const END = /data:[ \t]*\[DONE\]/;

/** What an answer is held against. */
export interface Expected {
  /** The enclave that is to have signed it. */
  readonly enclave: Enclave;
  /** The body of the request, to the byte. Without it the request is not checked. */
  readonly request?: Uint8Array;
  /** The path that was asked. Without it, any. */
  readonly face?: Face;
  /** SHA-256 of the network that is to have run inside the enclave. Without it, any. */
  readonly network?: Hex;
  /** The time by which the enclave has to be valid, in seconds since 1970; else when it is checked. */
  readonly now?: number;
  /** The most bytes of an answer. */
  readonly maxBytes?: number;
}

/** An answer as its enclave sent it. It is on no chain, and has no grade. */
export interface Verified {
  /** What the enclave signed; its standing says that it has no grade. */
  readonly signed: SignedAnswer;
  /** The enclave, as it was known when this was checked. */
  readonly enclave: Enclave;
  /** Whether the chain verified a hardware vendor's word for approved code. */
  readonly attested: boolean;
  /** What was found, and what not. */
  readonly words: string;
}

/**
 * Checks that `body`, as it came, is what the enclave sent, and that the headers agree with it.
 * @throws AnswerAltered if not; it says what is wrong.
 */
export function verifyBody(body: Uint8Array, headers: Headers, expected: Expected): Verified {
  checkNow(expected);
  if (body.length > (expected.maxBytes ?? MAX_BYTES)) throw new AnswerAltered("TooLong");
  const opened = openBody(body);
  if (opened === undefined) throw new AnswerAltered("Missing");
  const signed = checkSigned(opened.answer, headers, expected);
  const { sent, stream, status } = signed.statement;
  if (hex(sha256(opened.signed)) !== sent || stream !== null) throw new AnswerAltered("Response");
  if (status !== "Complete") throw new AnswerAltered("Aborted");
  return verified(signed, expected.enclave);
}

/**
 * Checks a stream while it comes.
 *
 * What `feed` gives on is not verified yet: only the last chunk says whether it is what the enclave sent.
 * From the first part on that could end the stream, everything is held back until `finish` has found it
 * good, so nobody who reads what is given on sees a clean end before.
 */
export class StreamVerifier {
  readonly #headers: Headers;
  readonly #expected: Expected;
  readonly #sent = sha256.create();
  readonly #rest = new Buffered();
  #parts: Parts = NO_PARTS;
  #looked = 0;
  #holding = false;
  #length = 0;

  constructor(headers: Headers, expected: Expected) {
    checkNow(expected);
    this.#headers = headers;
    this.#expected = expected;
  }

  /**
   * Takes in what came; the parts that may be given on, whole ones only.
   * @throws AnswerAltered if it is longer than is taken.
   */
  feed(bytes: Uint8Array): Uint8Array[] {
    this.#length += bytes.length;
    if (this.#length > (this.#expected.maxBytes ?? MAX_BYTES)) throw new AnswerAltered("TooLong");
    this.#rest.add(bytes);
    const parts: Uint8Array[] = [];
    while (!this.#holding) {
      const end = partEnd(this.#rest.view, this.#looked);
      if (end === undefined) {
        // A blank line may have begun in the last two bytes.
        this.#looked = Math.max(this.#rest.view.length - 2, 0);
        break;
      }
      const part = characters(this.#rest.view.subarray(0, end));
      this.#holding = part.includes(MARK) || END.test(part);
      if (this.#holding) break;
      this.#looked = 0;
      parts.push(this.#note(this.#rest.take(end)));
    }
    return parts;
  }

  /**
   * What was held back, and the verdict, once the stream has ended.
   * @throws AnswerAltered if it is not what the enclave sent; it says what is wrong.
   */
  finish(): { tail: Uint8Array; verified: Verified } {
    const tail = this.#rest.view.slice();
    const opened = openStream(tail);
    if (opened === undefined) throw new AnswerAltered("Missing");
    const signed = checkSigned(opened.answer, this.#headers, this.#expected);
    const { sent, stream, status } = signed.statement;
    for (let start = 0, end = partEnd(opened.signed); end !== undefined; ) {
      this.#note(opened.signed.subarray(start, end));
      start = end;
      end = partEnd(opened.signed, start);
    }
    if (hex(this.#sent.digest()) !== sent) throw new AnswerAltered("Response");
    const { count, head } = this.#parts;
    if (stream?.count !== count || stream.head !== head) throw new AnswerAltered("Parts");
    if (!equal(opened.before, chunkHead(signed.statement))) throw new AnswerAltered("Carrier");
    if (status !== "Complete") throw new AnswerAltered("Aborted");
    if (!opened.done) throw new AnswerAltered("Carrier", "the end mark is missing");
    return { tail, verified: verified(signed, this.#expected.enclave) };
  }

  #note(part: Uint8Array): Uint8Array {
    this.#sent.update(part);
    this.#parts = followedBy(this.#parts, part);
    return part;
  }
}

/**
 * Checks that answers of the expected enclave are worth a look.
 * @throws AnswerAltered if not.
 */
export function checkNow(expected: Expected): void {
  checkEnclave(expected.enclave, expected.now ?? Date.now() / 1000);
}

function verified(signed: SignedAnswer, enclave: Enclave): Verified {
  const code = enclave.approval === null ? "code that nobody approved" : "approved code";
  const where = enclave.seen === null ? "no chain was asked" : `as of block ${enclave.seen.number}`;
  const words = `${signed.standing}; ${vendorWords(enclave.vendor)}; ${code}; ${where}`;
  return { signed, enclave, attested: isAttested(enclave), words };
}

/** Reads a signed answer, and checks who signed it and for what. */
function checkSigned(answer: Uint8Array, headers: Headers, expected: Expected): SignedAnswer {
  checkNow(expected);
  const enclave = expected.enclave;
  let signed: SignedAnswer;
  try {
    signed = readAll(signedAnswerCodec, answer);
  } catch (error) {
    throw new AnswerAltered("Malformed", String(error), { cause: error });
  }
  const statement = signed.statement;
  if (signed.session_key !== enclave.session_key) throw new AnswerAltered("Key");
  if (!verifies(enclave.session_key, unhex(signingHash(statement)), signed.signature)) {
    throw new AnswerAltered("Signature");
  }
  checkHeaders(signed, headers);
  if (statement.genesis !== enclave.genesis) throw new AnswerAltered("Chain");
  if (statement.provider !== enclave.provider || statement.enclave !== enclave.id) {
    throw new AnswerAltered("Enclave");
  }
  if (statement.configuration !== enclave.configuration) throw new AnswerAltered("Configuration");
  checkRequest(statement, expected);
  checkNetwork(enclave, statement.network);
  if (expected.network !== undefined && expected.network !== statement.network) {
    throw new AnswerAltered("Model", "another network ran");
  }
  return signed;
}

/** What a header says again has to be the same. One that is missing says nothing. */
function checkHeaders(signed: SignedAnswer, headers: Headers): void {
  const again = headers.get(SIGNED_ANSWER_HEADER);
  if (again !== null && `0x${again}` !== hex(signedAnswerCodec.encode(signed))) {
    throw new AnswerAltered("Header", SIGNED_ANSWER_HEADER);
  }
  const id = signed.statement.id;
  if ((headers.get(ANSWER_ID_HEADER) ?? id) !== id) {
    throw new AnswerAltered("Header", ANSWER_ID_HEADER);
  }
}

function checkRequest(statement: AnswerStatement, expected: Expected): void {
  if (expected.request !== undefined) {
    if (hex(sha256(expected.request)) !== statement.received) throw new AnswerAltered("Request");
    if (member(expected.request, "model") !== statement.model_asked) {
      throw new AnswerAltered("Model", "the request asked for another");
    }
  }
  if (expected.face !== undefined && expected.face !== statement.face)
    throw new AnswerAltered("Face");
}

/** A member of a request, if it is a JSON object. */
export function member(request: Uint8Array, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text(request));
    return typeof value === "object" && value !== null
      ? Object.entries(value).find(([own]) => own === name)?.[1]
      : undefined;
  } catch {
    return undefined;
  }
}
