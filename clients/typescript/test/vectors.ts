/** The vectors that all clients share. */

import { readFileSync } from "node:fs";
import { concat, type Hex, utf8 } from "../src/bytes.js";
import type { Enclave } from "../src/enclave.js";
import type { Fault } from "../src/faults.js";
import type { Face } from "../src/statement.js";
import {
  ANSWER_ID_HEADER,
  type Expected,
  SIGNED_ANSWER_HEADER,
  StreamVerifier,
  type Verified,
  verifyBody,
} from "../src/verify.js";

interface Answer {
  readonly name: string;
  readonly face: Face;
  readonly stream: boolean;
  readonly request: string;
  readonly response: string;
  readonly id: string;
  readonly header: string | null;
}

interface Edit {
  readonly what: "request" | "response" | "id" | "header";
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

/** An answer, edited or looked at otherwise, and the verdict. */
export interface Case {
  readonly name: string;
  readonly answer: string;
  readonly edit: Edit | null;
  readonly enclave: Enclave | null;
  readonly now: number | null;
  readonly network: Hex | null;
  readonly fault: Fault | null;
  readonly attested: boolean;
}

interface Vectors {
  readonly now: number;
  readonly enclave: Enclave;
  readonly answers: readonly Answer[];
  readonly cases: readonly Case[];
}

/** A file of the folder `clients/vectors`. */
export function vectorFile(name: string): string {
  return readFileSync(new URL(`../../../vectors/${name}`, import.meta.url), "utf8");
}

const VECTORS: Vectors = JSON.parse(vectorFile("answers.json"));
export const CASES = VECTORS.cases;
export const ENCLAVE = VECTORS.enclave;

function asItIs(name: string): Case[] {
  return CASES.filter((it) => it.answer === name && it.edit === null);
}

/** The names of good answers. */
export const GOOD = VECTORS.answers
  .map((answer) => answer.name)
  .filter((name) => asItIs(name).length === 0 || asItIs(name).some((it) => it.fault === null));

/** What a client sent and got. */
export interface Sent {
  readonly face: Face;
  readonly stream: boolean;
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  readonly headers: Headers;
}

/** An answer of the vectors, edited. */
export function sent(name: string, edit: Edit | null = null): Sent {
  const answer = VECTORS.answers.find((it) => it.name === name);
  if (answer === undefined) throw new Error(`no answer ${name}`);
  const text = (what: Edit["what"]): Uint8Array => {
    const bytes = utf8(answer[what] ?? "");
    if (edit?.what !== what) return bytes;
    const end = edit.at + edit.cut;
    return concat(bytes.subarray(0, edit.at), utf8(edit.put), bytes.subarray(end));
  };
  const header = (what: Edit["what"]) => new TextDecoder().decode(text(what));
  const headers = new Headers({ [ANSWER_ID_HEADER]: header("id") });
  if (answer.header !== null) headers.set(SIGNED_ANSWER_HEADER, header("header"));
  const { face, stream } = answer;
  return { face, stream, headers, request: text("request"), response: text("response") };
}

/** What it is held against. */
export function expected(it: Sent, more: Partial<Expected> = {}): Expected {
  return { enclave: ENCLAVE, request: it.request, face: it.face, now: VECTORS.now, ...more };
}

/** The pieces of `bytes`, `step` long. */
export function pieces(bytes: Uint8Array, step: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / step);
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * step, (n + 1) * step));
}

/** Checks it; a stream in pieces of `step` bytes. */
export function verify(it: Sent, against = expected(it), step = 2 ** 20): Verified {
  if (!it.stream) return verifyBody(it.response, it.headers, against);
  const verifier = new StreamVerifier(it.headers, against);
  for (const piece of pieces(it.response, step)) verifier.feed(piece);
  return verifier.finish().verified;
}
