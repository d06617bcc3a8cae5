/** The shared vectors, and each byte of each good answer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, hex, unhex, utf8 } from "../src/bytes.js";
import { isDone, partEnd } from "../src/carrier.js";
import { isAttested } from "../src/enclave.js";
import { AnswerAltered, type Fault } from "../src/faults.js";
import { STANDING, signedAnswerCodec } from "../src/statement.js";
import { SIGNED_ANSWER_HEADER, StreamVerifier } from "../src/verify.js";
import { decodeAll, readAll, ScaleReader, WireError } from "../src/wire.js";
import { CASES, ENCLAVE, expected, GOOD, pieces, type Sent, sent, verify } from "./vectors.js";

const STREAMS = GOOD.filter((name) => sent(name).stream);

function faultOf(it: Sent, against = expected(it), step = 2 ** 20): Fault | null {
  try {
    verify(it, against, step);
    return null;
  } catch (error) {
    assert.ok(error instanceof AnswerAltered, String(error));
    return error.fault;
  }
}

function flipped(bytes: Uint8Array, place: number): Uint8Array {
  const other = bytes.slice();
  other[place] = (other[place] ?? 0) ^ 1;
  return other;
}

test("a good answer is taken and says that it has no grade", () => {
  for (const name of GOOD) {
    const verified = verify(sent(name));
    assert.equal(verified.signed.standing, STANDING);
    assert.equal(verified.attested, false);
    assert.match(verified.words, /^not on chain: no grade; nobody vouches/);
  }
});

for (const it of CASES) {
  test(`a case gets its verdict: ${it.name}`, () => {
    const answer = sent(it.answer, it.edit);
    const against = expected(answer, {
      ...(it.enclave === null ? {} : { enclave: it.enclave }),
      ...(it.now === null ? {} : { now: it.now }),
      ...(it.network === null ? {} : { network: it.network }),
    });
    for (const step of [1, 7, 2 ** 20]) {
      assert.equal(faultOf(answer, against, step), it.fault);
      if (it.fault === null) assert.equal(verify(answer, against, step).attested, it.attested);
    }
  });
}

test("no byte of an answer can change but the space of an end mark", () => {
  for (const name of GOOD) {
    const good = sent(name);
    const done = good.stream
      ? Buffer.from(good.response).lastIndexOf("data:")
      : good.response.length;
    good.response.forEach((byte, place) => {
      if (faultOf({ ...good, response: flipped(good.response, place) }) === null) {
        assert.ok(place >= done && [9, 10, 12, 13, 32].includes(byte), `${name}, byte ${place}`);
      }
    });
  }
});

test("no byte of a request can change", () => {
  for (const name of GOOD) {
    const good = sent(name);
    for (const place of good.request.keys()) {
      assert.equal(faultOf({ ...good, request: flipped(good.request, place) }), "Request");
    }
  }
});

test("no digit of the header can change, and one that is missing says nothing", () => {
  for (const name of GOOD.filter((name) => !STREAMS.includes(name))) {
    const good = sent(name);
    const header = good.headers.get(SIGNED_ANSWER_HEADER) ?? "";
    for (let place = 0; place < header.length; place += 1) {
      const digit = header[place] === "0" ? "1" : "0";
      const headers = new Headers(good.headers);
      headers.set(SIGNED_ANSWER_HEADER, header.slice(0, place) + digit + header.slice(place + 1));
      assert.equal(faultOf({ ...good, headers }), "Header");
    }
    assert.equal(faultOf({ ...good, headers: new Headers() }), null);
  }
});

test("a stream cut anywhere is refused", () => {
  for (const name of STREAMS) {
    const good = sent(name);
    const whole = Buffer.from(good.response).toString().trimEnd();
    const length = utf8(whole).length;
    for (let end = 0; end < length; end += 1) {
      assert.notEqual(faultOf({ ...good, response: good.response.subarray(0, end) }), null);
    }
    assert.equal(faultOf({ ...good, response: good.response.subarray(0, length) }), null);
  }
});

test("a good stream is given on to the byte, in whole parts", () => {
  for (const name of STREAMS) {
    for (const step of [1, 2, 3, 64, 2 ** 20]) {
      const it = sent(name);
      const verifier = new StreamVerifier(it.headers, expected(it));
      const parts = pieces(it.response, step).flatMap((piece) => verifier.feed(piece));
      for (const part of parts) assert.equal(partEnd(part), part.length);
      const got = concat(...parts, verifier.finish().tail);
      assert.equal(hex(got), hex(it.response));
    }
  }
});

test("no end mark and no signed answer is given on before the verdict", () => {
  for (const it of CASES.filter((it) => it.answer.endsWith("stream"))) {
    const answer = sent(it.answer, it.edit);
    for (const step of [1, 2 ** 20]) {
      const verifier = new StreamVerifier(answer.headers, expected(answer));
      const parts = pieces(answer.response, step).flatMap((piece) => verifier.feed(piece));
      assert.ok(!parts.some(isDone), it.name);
      const given = Buffer.concat(parts).toString();
      assert.ok(!given.includes("[DONE]") && !given.includes("signed_answer"), it.name);
    }
  }
});

test("a signed answer is written in one way", () => {
  for (const name of GOOD) {
    const { signed } = verify(sent(name));
    const scale = signedAnswerCodec.encode(signed);
    assert.deepEqual(decodeAll(signedAnswerCodec, scale), signed);
    assert.deepEqual(readAll(signedAnswerCodec, utf8(signedAnswerCodec.write(signed))), signed);
    for (const end of scale.keys()) {
      assert.throws(() => decodeAll(signedAnswerCodec, scale.subarray(0, end)), /too early/);
    }
    assert.throws(() => decodeAll(signedAnswerCodec, concat(scale, unhex("0x00"))), /follows/);
  }
});

test("a length is read in the only way that it is written", () => {
  const read = (bytes: `0x${string}`) => new ScaleReader(unhex(bytes)).compact();
  assert.deepEqual(
    ["0xfc", "0x0101", "0xfdff", "0x02000100", "0xfeffffff", "0x0300000040"].map((it) =>
      read(it as `0x${string}`),
    ),
    [63, 64, 16383, 16384, 2 ** 30 - 1, 2 ** 30],
  );
  for (const longer of ["0x0100", "0xfd00", "0xfeff0000", "0x03ffffff3f", "0x0700000040"]) {
    assert.throws(() => read(longer as `0x${string}`), WireError);
  }
});

test("an answer that is too long is refused", () => {
  for (const name of ["chat", "chat-stream"]) {
    const it = sent(name);
    const against = expected(it, { maxBytes: it.response.length - 1 });
    assert.equal(faultOf(it, against, 5), "TooLong");
  }
});

test("an enclave of the caller's own is never attested", () => {
  assert.equal(isAttested({ ...ENCLAVE, vendor: "Intel" }), false);
});
