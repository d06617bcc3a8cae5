/** The one Ed25519 rule of this project: ZIP 215, and no key of small order. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { type Hex, hex, unhex } from "./bytes.js";

const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0x0000000000000000000000000000000000000000000000000000000000000000",
  "0x0100000000000000000000000000000000000000000000000000000000000000",
  "0x26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "0xc7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "0xecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0xedffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0xeeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** Whether anybody can sign under `key`: one signature holds for every message there. */
export function isSmallOrder(key: Hex): boolean {
  const y = unhex(key, 32);
  y[31] = (y[31] ?? 0) & 0x7f;
  return SMALL_ORDER.has(hex(y));
}

/** Whether `signature` is over `message`. */
export function verifies(key: Hex, message: Uint8Array, signature: Hex): boolean {
  try {
    if (isSmallOrder(key)) return false;
    return ed25519.verify(unhex(signature, 64), message, unhex(key, 32), { zip215: true });
  } catch {
    // It throws at what has not the length of a signature.
    return false;
  }
}
