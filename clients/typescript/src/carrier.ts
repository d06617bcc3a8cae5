/**
 * Where a signed answer stands in a body or a stream, to the byte.
 *
 * The rules are those of `primitives/src/signed_answer/carrier.rs`.
 */

import { characters, concat, utf8 } from "./bytes.js";
import type { AnswerStatement } from "./statement.js";

/** What stands before the JSON of a signed answer. */
export const MARK = ',"signed_answer":';
const CHUNK_END = "}\n\n";
const LINE_FEED = 10;
const RETURN = 13;
const SPACE: ReadonlySet<number> = new Set([9, LINE_FEED, 12, RETURN, 32]);

/**
 * Where a part ends that began at `start` or before; none if it does not yet. It ends after the line feed
 * of a blank line. A line ends with a line feed, which a carriage return may precede.
 */
export function partEnd(bytes: Uint8Array, start = 0): number | undefined {
  let at = bytes.indexOf(LINE_FEED, start);
  while (at !== -1) {
    if (bytes[at + 1] === LINE_FEED) return at + 2;
    if (bytes[at + 1] === RETURN && bytes[at + 2] === LINE_FEED) return at + 3;
    at = bytes.indexOf(LINE_FEED, at + 1);
  }
  return undefined;
}

/** Whether `part` is the end mark of a stream. */
export function isDone(part: Uint8Array): boolean {
  return /^[\t\n\f\r ]*data:[\t\n\f\r ]*\[DONE\][\t\n\f\r ]*$/.test(characters(part));
}

/** A body, taken apart. */
export interface OpenedBody {
  /** What it was without the signed answer. */
  readonly signed: Uint8Array;
  /** The JSON of the signed answer. */
  readonly answer: Uint8Array;
}

/** Takes the signed answer out of `body`. */
export function openBody(body: Uint8Array): OpenedBody | undefined {
  let end = body.length;
  while (end > 0 && SPACE.has(body[end - 1] ?? 0)) end -= 1;
  const whole = characters(body.subarray(0, end));
  const at = whole.lastIndexOf(MARK);
  if (at === -1 || !whole.endsWith("}")) return undefined;
  return {
    signed: concat(body.subarray(0, at), utf8("}"), body.subarray(end)),
    answer: body.subarray(at + MARK.length, end - 1),
  };
}

/** A stream, taken apart. */
export interface OpenedStream {
  /** The parts that are signed. */
  readonly signed: Uint8Array;
  /** The chunk of the signed answer up to the mark. */
  readonly before: Uint8Array;
  /** The JSON of the signed answer. */
  readonly answer: Uint8Array;
  /** Whether the end mark follows. Nothing else does. */
  readonly done: boolean;
}

/**
 * Takes `stream` apart. None if it does not end with the chunk of a signed answer, or with that and the
 * end mark.
 */
export function openStream(stream: Uint8Array): OpenedStream | undefined {
  const mark = characters(stream).lastIndexOf(MARK);
  if (mark === -1) return undefined;
  let start = 0;
  let end = partEnd(stream, start);
  while (end !== undefined && end <= mark) {
    start = end;
    end = partEnd(stream, start);
  }
  if (end === undefined) return undefined;
  const answer = stream.subarray(mark + MARK.length, end);
  if (!characters(answer).endsWith(CHUNK_END)) return undefined;
  const rest = stream.subarray(end);
  if (rest.length > 0 && !isDone(rest)) return undefined;
  return {
    signed: stream.subarray(0, start),
    before: stream.subarray(start, mark),
    answer: answer.subarray(0, answer.length - CHUNK_END.length),
    done: rest.length > 0,
  };
}

const OBJECTS = { ChatCompletions: "chat.completion.chunk", Completions: "text_completion" };

/** How the chunk of a signed answer begins: all of it follows from what is signed. */
export function chunkHead(statement: AnswerStatement): Uint8Array {
  const id = escaped(statement.upstream_id ?? statement.id);
  const model = escaped(statement.model_named ?? statement.model_asked);
  const created = statement.started / 1000n;
  return utf8(
    `data: {"id":${id},"object":"${OBJECTS[statement.face]}","created":${created},` +
      `"model":${model},"choices":[],"usage":null`,
  );
}

/** `text` as a JSON string whose control characters are all escaped by their numbers. */
function escaped(text: string): string {
  const inner = text.replace(/["\\\p{Cc}]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0x20) return code < 0x7f ? `\\${character}` : character;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${inner}"`;
}
