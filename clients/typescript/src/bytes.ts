/** Bytes, and how they are written. */

/** Bytes as `0x` and lower-case hexadecimal digits. */
export type Hex = `0x${string}`;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin = new TextDecoder("latin1");

/** `bytes` as `0x` and digits. */
export function hex(bytes: Uint8Array): Hex {
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The bytes that `text` writes as `0x` and digits.
 * @throws RangeError if it is something else, or not `size` bytes.
 */
export function unhex(text: string, size?: number): Uint8Array {
  if (
    !/^0x(?:[0-9a-fA-F]{2})*$/.test(text) ||
    (size ?? text.length / 2 - 1) * 2 !== text.length - 2
  ) {
    throw new RangeError(
      size === undefined ? "not 0x and digits" : `not 0x and ${2 * size} digits`,
    );
  }
  const bytes = new Uint8Array(text.length / 2 - 1);
  return bytes.map((_, place) => Number.parseInt(text.slice(2 + 2 * place, 4 + 2 * place), 16));
}

/** `text` in UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * The text that `bytes` are in UTF-8.
 * @throws TypeError if they are none.
 */
export function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A character for each byte; those of ASCII are themselves. For searching alone. */
export function characters(bytes: Uint8Array): string {
  return latin.decode(bytes);
}

/** One after another. */
export function concat(...all: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(all.reduce((length, bytes) => length + bytes.length, 0));
  let at = 0;
  for (const bytes of all) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

/** Whether they are the same. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

/** Bytes that are added at the end and taken from the beginning. */
export class Buffered {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** What is in it. It changes with the next call. */
  get view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds `bytes`. */
  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.view);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  /** Takes the first `count` bytes. */
  take(count: number): Uint8Array {
    const taken = this.view.slice(0, count);
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= taken.length;
    return taken;
  }
}
