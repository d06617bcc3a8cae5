/**
 * What an enclave signs of an answer. The members are those of `primitives/src/signed_answer.rs`, by
 * their names on the wire.
 */

import { concat, type Hex, unhex } from "./bytes.js";
import { domainHash } from "./domain.js";
import {
  always,
  type Codec,
  choice,
  compact,
  fixed,
  many,
  option,
  struct,
  text,
  u32,
  u64,
} from "./wire.js";

/** What every signed answer says of itself. */
export const STANDING = "not on chain: no grade";

const hash = fixed(32);

/** Which of OpenAI's paths was asked. */
export type Face = "ChatCompletions" | "Completions";
/** Whether an answer came to its end. */
export type Status = "Complete" | "Aborted";
/** Why a choice ended, as the upstream says. */
export type FinishReason = "Stop" | "Length" | "ContentFilter" | "ToolCalls";

/** The parts of a stream. */
export interface Parts {
  /** How many were sent. */
  readonly count: bigint;
  /** The head of the hash chain over them; zero if there is none. */
  readonly head: Hex;
}

/** Why one choice ended. */
export interface ChoiceEnd {
  readonly index: number;
  readonly finish: FinishReason;
}

/** What was used, in tokens. */
export interface Usage {
  readonly input: number;
  readonly output: number;
}

/** All that is signed. Digests are SHA-256 over bytes exactly as they were on the wire. */
export interface AnswerStatement {
  /** The chain on which the enclave is registered. */
  readonly genesis: Hex;
  /** The provider that it works for. */
  readonly provider: Hex;
  /** The enclave. */
  readonly enclave: Hex;
  /** What it was set up with. */
  readonly configuration: Hex;
  /** The name that the enclave gave this answer. */
  readonly id: string;
  /** The name that the upstream gave it, if any. */
  readonly upstream_id: string | null;
  /** Which path was asked. */
  readonly face: Face;
  /** Of the request's body as it came. */
  readonly received: Hex;
  /** Of the request's body as it went to the upstream. */
  readonly forwarded: Hex;
  /** Of the upstream's body as it came; of a stream what is before its `[DONE]`. */
  readonly got: Hex;
  /** Of the body as it was sent, without the signed answer in it; of a stream all its parts. */
  readonly sent: Hex;
  /** The parts of a stream; none of a whole body. */
  readonly stream: Parts | null;
  /** The model that was asked for. */
  readonly model_asked: string;
  /** The model that the upstream named. */
  readonly model_named: string | null;
  /** SHA-256 of the network, where it ran inside the enclave. */
  readonly network: Hex | null;
  /** The commitment to the parameters that were forwarded. */
  readonly parameters: Hex;
  /** Why each choice ended. */
  readonly finish: readonly ChoiceEnd[];
  /** What was used, as the upstream says; none if it says nothing. */
  readonly usage: Usage | null;
  /** When it began, in milliseconds since 1970 by the host's clock. */
  readonly started: bigint;
  /** When it ended, likewise. */
  readonly finished: bigint;
  /** Its number among the answers of this enclave's keys, from 0. */
  readonly sequence: bigint;
  /** The head of the hash chain over the answers before it; zero for the first. */
  readonly previous: Hex;
  /** Whether it came to its end. */
  readonly status: Status;
}

/** A statement and the session key's word for it. */
export interface SignedAnswer {
  /** That it is no receipt. */
  readonly standing: typeof STANDING;
  /** What is signed. */
  readonly statement: AnswerStatement;
  /** Who says so: a hint, and nothing that proves anything. */
  readonly session_key: Hex;
  /** An Ed25519 signature over {@link signingHash}. */
  readonly signature: Hex;
}

const statementCodec: Codec<AnswerStatement> = struct<AnswerStatement>({
  genesis: hash,
  provider: hash,
  enclave: hash,
  configuration: hash,
  id: text,
  upstream_id: option(text),
  face: choice<Face>(["ChatCompletions", "Completions"]),
  received: hash,
  forwarded: hash,
  got: hash,
  sent: hash,
  stream: option(struct<Parts>({ count: u64, head: hash })),
  model_asked: text,
  model_named: option(text),
  network: option(hash),
  parameters: hash,
  finish: many(
    struct<ChoiceEnd>({
      index: u32,
      finish: choice<FinishReason>(["Stop", "Length", "ContentFilter", "ToolCalls"]),
    }),
  ),
  usage: option(struct<Usage>({ input: u32, output: u32 })),
  started: u64,
  finished: u64,
  sequence: u64,
  previous: hash,
  status: choice<Status>(["Complete", "Aborted"]),
});

/** How a signed answer is written. */
export const signedAnswerCodec: Codec<SignedAnswer> = struct<SignedAnswer>({
  standing: always(STANDING),
  statement: statementCodec,
  session_key: hash,
  signature: fixed(64),
});

/** The hash that the session key signs. */
export function signingHash(statement: AnswerStatement): Hex {
  return domainHash("opg/signed-answer/v1", statementCodec.encode(statement));
}

/** No parts yet. */
export const NO_PARTS: Parts = { count: 0n, head: `0x${"00".repeat(32)}` };

/** These parts and one more. */
export function followedBy(parts: Parts, part: Uint8Array): Parts {
  const message = concat(unhex(parts.head, 32), compact(part.length), part);
  return { count: parts.count + 1n, head: domainHash("opg/stream-part/v1", message) };
}
