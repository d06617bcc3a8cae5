/** Hashes, each under a tag that says what it is for. */

import { blake2b } from "@noble/hashes/blake2.js";
import { concat, type Hex, hex } from "./bytes.js";
import { text } from "./wire.js";

/** What a hash is for. */
export type Domain = "opg/enclave/v1" | "opg/signed-answer/v1" | "opg/stream-part/v1";

/** blake2-256 over the tag and `message`, both in SCALE. */
export function domainHash(domain: Domain, message: Uint8Array): Hex {
  return hex(blake2b(concat(text.encode(domain), message), { dkLen: 32 }));
}
