/**
 * What the chain keeps of enclaves: where in its state, and how it is written.
 *
 * The types are those of `pallets/attestation/src/types.rs` and `primitives/src/reference.rs`. A record is
 * read to its last byte, so another runtime's is refused and not misread.
 */

import { blake2b } from "@noble/hashes/blake2.js";
import { concat, type Hex, hex, unhex } from "./bytes.js";
import {
  type Approval,
  BINDINGS,
  type Block,
  type Enclave,
  VENDORS,
  type Vendor,
} from "./enclave.js";
import { choice, ScaleReader, WireError } from "./wire.js";

// twox-128 of the pallet's name, and of each entry's.
const PALLET = "6310fed47319b658f9b8b2504e0d72ec";
const ENCLAVES = "d2d2125b10c288d900c2a34d06d234e3";
const REFERENCE_VALUES = "493e6291f6f64478320ec2f2702e7f31";
const REVOKED = "77036dc1dd17380e03ba03c163ca74b1";

const vendorCodec = choice<Vendor>(VENDORS, { Development: 255 });
const tcbCodec = choice([
  "UpToDate",
  "SwHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSwHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
] as const);
const bindingCodec = choice(BINDINGS);

/** What is kept of an enclave, as far as answers off the chain are checked by it. */
export interface EnclaveRecord {
  readonly genesis: Hex;
  readonly provider: Hex;
  readonly session_key: Hex;
  readonly configuration: Hex;
  readonly schema: number;
  readonly forwards: boolean;
  readonly vendor: Vendor;
  readonly measurement: Hex;
  readonly platform: Hex;
  readonly tcb: ReturnType<typeof tcbCodec.decode>;
  readonly advisories: readonly string[];
  readonly valid_until: number;
}

/** Reads an enclave's record to its last byte. */
export function decodeEnclave(bytes: Uint8Array): EnclaveRecord {
  const scale = new ScaleReader(bytes);
  const [genesis, provider] = [scale.hash(), scale.hash()];
  scale.take(32); // what its document is fresh by
  const session_key = scale.hash();
  scale.take(32); // the key that inputs are encrypted to
  scale.option(() => scale.hash()); // the key that TLS ends with
  scale.blob(); // its endpoint
  const configuration = scale.hash();
  scale.take(40); // how many answers it had signed, and their head
  const schema = scale.uint(2);
  scale.many(() => scale.hash()); // the models that it serves
  const upstream = scale.option(() => [scale.blob(), scale.option(() => scale.hash())]);
  scale.take(32); // who is paid
  scale.option(() => scale.hash()); // by which rules it rewrites
  const vendor = vendorCodec.decode(scale);
  if (scale.uint(1) > 3) throw new WireError("no such format of documents");
  const [measurement, platform] = [scale.hash(), scale.hash()];
  scale.flag(); // whether the platform is one machine
  const tcb = tcbCodec.decode(scale);
  const advisories = scale.many(() => new TextDecoder().decode(scale.blob()));
  scale.take(12); // the blocks: challenged, registered, verified
  const valid_until = Number(scale.u64());
  scale.take(36); // its newest document, and in which block that is
  scale.option(() => scale.uint(4)); // and in which extrinsic
  scale.take(4); // how often it was renewed
  scale.end();
  return {
    genesis,
    provider,
    session_key,
    configuration,
    schema,
    forwards: upstream !== null,
    vendor,
    measurement,
    platform,
    tcb,
    advisories,
    valid_until,
  };
}

/** What is kept of an approved measurement, as far as it is of interest here. */
export interface ReferenceRecord {
  readonly vendor: Vendor;
  readonly schema: number;
  readonly approval: Approval;
  readonly since: number;
}

/** The bytes of the registers of each kind of measurement. */
const REGISTERS = [4 * 48, 7 * 48 + 8, 2 * 32 + 4, 48 + 32 + 8];

/** Reads an approved measurement to its last byte. */
export function decodeReference(bytes: Uint8Array): ReferenceRecord {
  const scale = new ScaleReader(bytes);
  const vendor = vendorCodec.decode(scale);
  const registers = REGISTERS[scale.uint(1)];
  if (registers === undefined) throw new WireError("no such measurement");
  scale.take(registers);
  scale.blob(); // where its source is
  scale.take(64); // the source, and the recipe that builds it
  const schema = scale.uint(2);
  scale.take(4); // the claims that it observes itself
  const binding = bindingCodec.decode(scale);
  const network = binding === "InImage" ? scale.hash() : null;
  scale.option(() => scale.hash()); // the one model that it is approved for
  scale.flag(); // whether it prepares inputs
  scale.flag(); // whether it is seeded by the lease
  const approved_by = scale.option(() => scale.hash());
  const [since, until] = [scale.uint(4), scale.uint(4)];
  scale.end();
  return { vendor, schema, approval: { binding, network, approved_by, until }, since };
}

/** Whether it is in force in `block`, and of an enclave that is set up like that of `record`. */
function approves(reference: ReferenceRecord, record: EnclaveRecord, block: number): boolean {
  const { vendor, schema, approval, since } = reference;
  return (
    since <= block &&
    block <= approval.until &&
    vendor === record.vendor &&
    schema === record.schema &&
    record.forwards === (approval.binding === "Upstream")
  );
}

/** Whether a subject is revoked in the block whose state this is. */
export function isRevoked(status: Uint8Array): boolean {
  const scale = new ScaleReader(status);
  scale.take(4); // how often anything was decided of it
  const revoked = scale.option(() => scale.take(8)); // the blocks: decided, and held from
  scale.end();
  return revoked !== null;
}

/** All that is known of the enclave `id` in the block `seen`. */
export function known(
  id: Hex,
  record: EnclaveRecord,
  reference: ReferenceRecord | null,
  revoked: boolean,
  seen: Block,
): Enclave {
  const { schema, forwards, platform, ...enclave } = record;
  const fits = reference !== null && approves(reference, record, seen.number);
  return { id, ...enclave, revoked, approval: fits ? reference.approval : null, seen };
}

/** Where an enclave is. */
export function enclaveKey(enclave: Hex): Hex {
  return key(ENCLAVES, unhex(enclave, 32));
}

/** Where an approved measurement is. */
export function referenceKey(measurement: Hex): Hex {
  return key(REFERENCE_VALUES, unhex(measurement, 32));
}

/** Where it would be whether what the answers of the enclave `id` rest on is revoked. */
export function revokedKeys(id: Hex, record: EnclaveRecord): Hex[] {
  const firmware = concat(vendorCodec.encode(record.vendor), tcbCodec.encode(record.tcb));
  const subjects = [firmware, unhex(record.measurement), unhex(record.platform), unhex(id)];
  return subjects.map((subject, kind) => {
    const encoded = concat(Uint8Array.of(kind), subject);
    return key(REVOKED, concat(blake2b(encoded, { dkLen: 16 }), encoded));
  });
}

function key(entry: string, of: Uint8Array): Hex {
  return `0x${PALLET}${entry}${hex(of).slice(2)}`;
}
