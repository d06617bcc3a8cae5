// Makes the snarkjs proofs of this folder: `npm install && npm run make`.
//
// Circuit, for k public inputs x[1..k] and a private w:
//     out = w^3 + w + sum(i * x[i])
// written by hand as an .r1cs and a .wtns file (iden3's binary formats), so that no circuit compiler is
// needed. Set-up, proof and key then come from the published `snarkjs` alone: powers of tau, phase two,
// prove, export, and snarkjs' own verify. Randomness is fresh, so another run gives other numbers.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as snarkjs from "snarkjs";

const here = dirname(fileURLToPath(import.meta.url));
const VERSION = JSON.parse(readFileSync(join(here, "package.json"), "utf8")).dependencies.snarkjs;

const CURVES = {
  bn128: 21888242871839275222246405745257275088548364400416034343698204186575808495617n,
  bls12381: 52435875175126190479447740508185965837690552500527637822603658699938581184513n,
};

const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b; };
const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(n)); return b; };
const fe = (n) => { const b = Buffer.alloc(32); for (let i = 0; i < 32; i++) b[i] = Number((n >> BigInt(8 * i)) & 255n); return b; };
const section = (id, body) => Buffer.concat([u32(id), u64(body.length), body]);
const file = (magic, version, sections) => Buffer.concat([Buffer.from(magic), u32(version), u32(sections.length), ...sections]);
const combination = (terms) => Buffer.concat([u32(terms.length), ...terms.flatMap(([wire, c]) => [u32(wire), fe(c)])]);

// Wires: 0 = one, 1 = out, 2..k+1 = x, k+2 = w, k+3 = w^2, k+4 = w^3.
function r1cs(prime, k) {
  const [w, w2, w3] = [k + 2, k + 3, k + 4];
  const xs = Array.from({ length: k }, (_, i) => [2 + i, BigInt(i + 1)]);
  const constraints = [
    [[[w, 1n]], [[w, 1n]], [[w2, 1n]]],
    [[[w2, 1n]], [[w, 1n]], [[w3, 1n]]],
    [[[0, 1n]], [...xs, [w, 1n], [w3, 1n]], [[1, 1n]]],
  ];
  const wires = k + 5;
  return file("r1cs", 1, [
    section(1, Buffer.concat([u32(32), fe(prime), u32(wires), u32(1), u32(k), u32(1), u64(wires), u32(constraints.length)])),
    section(2, Buffer.concat(constraints.flat().map(combination))),
    section(3, Buffer.concat(Array.from({ length: wires }, (_, i) => u64(i)))),
  ]);
}

function wtns(prime, k) {
  const random = () => BigInt("0x" + randomBytes(40).toString("hex")) % prime;
  const xs = Array.from({ length: k }, random);
  const w = random();
  const w2 = (w * w) % prime;
  const w3 = (w2 * w) % prime;
  const out = (xs.reduce((sum, x, i) => sum + BigInt(i + 1) * x, 0n) + w + w3) % prime;
  const values = [1n, out, ...xs, w, w2, w3];
  return file("wtns", 2, [
    section(1, Buffer.concat([u32(32), fe(prime), u32(values.length)])),
    section(2, Buffer.concat(values.map(fe))),
  ]);
}

const dir = mkdtempSync(join(tmpdir(), "groth16-"));
const at = (name) => join(dir, name);
const entropy = () => randomBytes(32).toString("hex");

for (const [name, prime] of Object.entries(CURVES)) {
  const curve = await snarkjs.curves.getCurveFromName(name);
  await snarkjs.powersOfTau.newAccumulator(curve, 5, at("tau0"));
  await snarkjs.powersOfTau.contribute(at("tau0"), at("tau1"), "test", entropy());
  await snarkjs.powersOfTau.preparePhase2(at("tau1"), at("tau2"));
  for (const k of [1, 6]) {
    writeFileSync(at("c.r1cs"), r1cs(prime, k));
    writeFileSync(at("c.wtns"), wtns(prime, k));
    await snarkjs.zKey.newZKey(at("c.r1cs"), at("tau2"), at("key0"));
    await snarkjs.zKey.contribute(at("key0"), at("key1"), "test", entropy());
    const vk = await snarkjs.zKey.exportVerificationKey(at("key1"));
    const { proof, publicSignals } = await snarkjs.groth16.prove(at("key1"), at("c.wtns"));
    if (!(await snarkjs.groth16.verify(vk, publicSignals, proof))) throw new Error("snarkjs refuses its own proof");
    const from = `made by make.mjs of this folder with the npm package snarkjs ${VERSION}`;
    const out = join(here, `snarkjs_${name}_${k + 1}.json`);
    writeFileSync(out, JSON.stringify({ from, proof, publicSignals, vk }, null, 1) + "\n");
    console.log(out);
  }
  await curve.terminate();
}
rmSync(dir, { recursive: true });
process.exit(0);
