/**
 * The two ways in which a signed answer is written, each exactly one for each value.
 *
 * SCALE is what is hashed, and what stands in a header. JSON is what stands in a body or a stream, as
 * the enclave writes it: members in their order, no space, lower-case digits. Whatever is written
 * otherwise, or goes on after its end, is refused, so that no byte of it can change unseen.
 */

import { concat, type Hex, hex, text as textOf, unhex, utf8 } from "./bytes.js";

/** These bytes are not what they should be. */
export class WireError extends Error {
  override name = "WireError";
}

/** Reads SCALE from its beginning to its end. */
export class ScaleReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next `count` bytes. */
  take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw new WireError("it ends too early");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** The next 32 bytes. */
  hash(): Hex {
    return hex(this.take(32));
  }

  /** A number of at most four bytes. */
  uint(size: number): number {
    return this.take(size).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** A number of eight bytes. */
  u64(): bigint {
    return this.take(8).reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
  }

  /** Whether something is so. */
  flag(): boolean {
    const byte = this.uint(1);
    if (byte > 1) throw new WireError("neither true nor false");
    return byte === 1;
  }

  /** A length, below 2^32, in the only way that it is written. */
  compact(): number {
    const first = this.uint(1);
    const mode = first % 4;
    if (mode === 3) {
      if (first !== 3) throw new WireError("a length is too long");
      return this.#least(this.uint(4), 2 ** 30);
    }
    const more = this.uint(2 ** mode - 1);
    return this.#least(Math.floor(first / 4) + more * 64, mode === 0 ? 0 : 2 ** (8 * mode - 2));
  }

  #least(value: number, least: number): number {
    if (value < least) throw new WireError("a length is written longer than it has to be");
    return value;
  }

  /** Bytes with their length before them. */
  blob(): Uint8Array {
    return this.take(this.compact());
  }

  /** Values with their number before them. */
  many<T>(read: () => T): T[] {
    const values: T[] = [];
    for (let left = this.compact(); left > 0; left -= 1) values.push(read());
    return values;
  }

  /** A value, or none. */
  option<T>(read: () => T): T | null {
    return this.flag() ? read() : null;
  }

  /** Refuses what is left. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new WireError("something follows its end");
  }
}

/** Reads JSON as the enclave writes it, from its beginning to its end. */
export class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(bytes: Uint8Array) {
    try {
      this.#text = textOf(bytes);
    } catch {
      throw new WireError("it is not UTF-8");
    }
  }

  /** Whether `literal` stood here; it is behind now. */
  skip(literal: string): boolean {
    const found = this.#text.startsWith(literal, this.#at);
    if (found) this.#at += literal.length;
    return found;
  }

  /** Reads `literal`, and nothing else. */
  expect(literal: string): void {
    if (!this.skip(literal)) throw new WireError(`no ${literal} at character ${this.#at}`);
  }

  #match(form: RegExp, what: string): string {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0];
    if (found === undefined) throw new WireError(`no ${what} at character ${this.#at}`);
    this.#at += found.length;
    return found;
  }

  /** A string, in which only what has to be is escaped. */
  string(): string {
    const written = this.#match(/"[^"\\]*(?:\\.[^"\\]*)*"/y, "string");
    try {
      const value: unknown = JSON.parse(written);
      // A lone surrogate is no text.
      if (
        typeof value === "string" &&
        JSON.stringify(value) === written &&
        !/\p{Cs}/u.test(value)
      ) {
        return value;
      }
    } catch {}
    throw new WireError(`a string is not written as it should be at character ${this.#at}`);
  }

  /** A whole number. */
  number(): bigint {
    return BigInt(this.#match(/0|[1-9][0-9]{0,19}/y, "number"));
  }

  /** Refuses what is left. */
  end(): void {
    if (this.#at !== this.#text.length) throw new WireError("something follows its end");
  }
}

/** A length, as SCALE writes it. */
export function compact(value: number): Uint8Array {
  if (value < 2 ** 6) return little(BigInt(value) * 4n, 1);
  if (value < 2 ** 14) return little(BigInt(value) * 4n + 1n, 2);
  if (value < 2 ** 30) return little(BigInt(value) * 4n + 2n, 4);
  return concat(Uint8Array.of(3), little(BigInt(value), 4));
}

function little(value: bigint, size: number): Uint8Array {
  if (value >= 1n << BigInt(8 * size)) throw new WireError("a number is too large");
  return Uint8Array.from({ length: size }, (_, place) =>
    Number((value >> BigInt(8 * place)) & 255n),
  );
}

/** How values of one type are written and read. */
export interface Codec<T> {
  /** To SCALE. */
  encode(value: T): Uint8Array;
  /** From SCALE. */
  decode(scale: ScaleReader): T;
  /** To JSON. */
  write(value: T): string;
  /** From JSON. */
  read(json: JsonReader): T;
}

/** From SCALE, to its last byte. */
export function decodeAll<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new ScaleReader(bytes);
  const value = codec.decode(reader);
  reader.end();
  return value;
}

/** From JSON, to its last byte. */
export function readAll<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new JsonReader(bytes);
  const value = codec.read(reader);
  reader.end();
  return value;
}

/** So many bytes: an identifier, a digest, a key, a signature. */
export function fixed(size: number): Codec<Hex> {
  const form = new RegExp(`^0x[0-9a-f]{${2 * size}}$`);
  return {
    encode: (value) => unhex(value, size),
    decode: (scale) => hex(scale.take(size)),
    write: (value) => `"${value}"`,
    read(json) {
      const value = json.string();
      if (!form.test(value)) throw new WireError(`not ${size} bytes in hexadecimal`);
      return value as Hex;
    },
  };
}

/** A number of four bytes. */
export const u32: Codec<number> = {
  encode: (value) => little(BigInt(value), 4),
  decode: (scale) => scale.uint(4),
  write: (value) => String(value),
  read(json) {
    const value = json.number();
    little(value, 4);
    return Number(value);
  },
};

/** A number of eight bytes. */
export const u64: Codec<bigint> = {
  encode: (value) => little(value, 8),
  decode: (scale) => scale.u64(),
  write: (value) => String(value),
  read(json) {
    const value = json.number();
    little(value, 8);
    return value;
  },
};

/** Text in UTF-8. */
export const text: Codec<string> = {
  encode(value) {
    const bytes = utf8(value);
    return concat(compact(bytes.length), bytes);
  },
  decode(scale) {
    try {
      return textOf(scale.blob());
    } catch (error) {
      throw error instanceof WireError ? error : new WireError("a text is not UTF-8");
    }
  },
  write: (value) => JSON.stringify(value),
  read: (json) => json.string(),
};

/** One text and no other: nothing in SCALE. */
export function always<T extends string>(only: T): Codec<T> {
  return {
    encode: () => new Uint8Array(),
    decode: () => only,
    write: () => JSON.stringify(only),
    read(json) {
      json.expect(JSON.stringify(only));
      return only;
    },
  };
}

/** A value, or none. */
export function option<T>(inner: Codec<T>): Codec<T | null> {
  return {
    encode: (value) =>
      value === null ? Uint8Array.of(0) : concat(Uint8Array.of(1), inner.encode(value)),
    decode: (scale) => scale.option(() => inner.decode(scale)),
    write: (value) => (value === null ? "null" : inner.write(value)),
    read: (json) => (json.skip("null") ? null : inner.read(json)),
  };
}

/** Values, one after another. */
export function many<T>(inner: Codec<T>): Codec<readonly T[]> {
  return {
    encode: (value) => concat(compact(value.length), ...value.map(inner.encode)),
    decode: (scale) => scale.many(() => inner.decode(scale)),
    write: (value) => `[${value.map(inner.write).join(",")}]`,
    read(json) {
      json.expect("[");
      const values: T[] = [];
      while (!json.skip("]")) {
        if (values.length > 0) json.expect(",");
        values.push(inner.read(json));
      }
      return values;
    },
  };
}

/** One of several names, numbered in their order but for those that `numbers` has. */
export function choice<T extends string>(
  names: readonly T[],
  numbers?: Readonly<Partial<Record<T, number>>>,
): Codec<T> {
  const known = (name: T | undefined): T => {
    if (name === undefined) throw new WireError(`none of ${names.join(", ")}`);
    return name;
  };
  const number = (name: T) => numbers?.[name] ?? names.indexOf(name);
  return {
    encode: (value) => Uint8Array.of(number(value)),
    decode(scale) {
      const byte = scale.uint(1);
      return known(names.find((name) => number(name) === byte));
    },
    write: (value) => JSON.stringify(value),
    read(json) {
      const written = json.string();
      return known(names.find((name) => name === written));
    },
  };
}

/** An object, member after member, in the order in which `members` has them. */
export function struct<T extends object>(
  members: { readonly [K in keyof T]: Codec<T[K]> },
): Codec<T> {
  const names = Object.keys(members) as (keyof T & string)[];
  const made = (read: (name: keyof T & string, place: number) => unknown): T =>
    Object.fromEntries(names.map((name, place) => [name, read(name, place)])) as T;
  return {
    encode: (value) => concat(...names.map((name) => members[name].encode(value[name]))),
    decode: (scale) => made((name) => members[name].decode(scale)),
    write: (value) =>
      `{${names.map((name) => `"${name}":${members[name].write(value[name])}`).join(",")}}`,
    read(json) {
      const value = made((name, place) => {
        json.expect(`${place === 0 ? "{" : ","}"${name}":`);
        return members[name].read(json);
      });
      json.expect("}");
      return value;
    },
  };
}
