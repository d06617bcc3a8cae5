/** Bodies that are read whole, up to a length. */

import { Buffered } from "./bytes.js";

/** The body is longer than was allowed. */
export class TooLong extends Error {
  override name = "TooLong";
}

/**
 * Reads `body` to its end.
 * @throws TooLong if it has more than `most` bytes.
 */
export async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<Uint8Array> {
  const whole = new Buffered();
  if (body === null) return whole.view;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return whole.view;
    if (whole.view.length + value.length > most) {
      await reader.cancel();
      throw new TooLong(`over ${most} bytes`);
    }
    whole.add(value);
  }
}
