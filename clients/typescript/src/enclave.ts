/** What is known of an enclave, from the chain and never from whoever answers. */

import { concat, type Hex, unhex } from "./bytes.js";
import { domainHash } from "./domain.js";
import { isSmallOrder } from "./ed25519.js";
import { AnswerAltered } from "./faults.js";

/** Who vouches for the hardware. */
export const VENDORS = ["Aws", "Intel", "Amd", "Development"] as const;
export type Vendor = (typeof VENDORS)[number];
/** How approved code binds the model that it says ran. */
export const BINDINGS = ["InImage", "Loaded", "Upstream"] as const;
export type Binding = (typeof BINDINGS)[number];

/** A block. */
export interface Block {
  readonly number: number;
  readonly hash: Hex;
}

/** What approves of an enclave's code, in the block that was read. */
export interface Approval {
  /** How the code binds its model. */
  readonly binding: Binding;
  /** SHA-256 of the network that is part of the measured image; none with another binding. */
  readonly network: Hex | null;
  /** Who approved it; none for governance. */
  readonly approved_by: Hex | null;
  /** The last block in which it is approved. */
  readonly until: number;
}

/**
 * An enclave: what its answers are checked by. `Chain.enclave` reads it from a chain. A value that is made
 * otherwise is its maker's own word, and no answer counts as attested by it.
 */
export interface Enclave {
  /** Its identity. */
  readonly id: Hex;
  /** The chain. */
  readonly genesis: Hex;
  /** The provider that it works for. */
  readonly provider: Hex;
  /** The Ed25519 key that signs its answers. */
  readonly session_key: Hex;
  /** What it was set up with. */
  readonly configuration: Hex;
  /** Who vouches for its hardware. */
  readonly vendor: Vendor;
  /** What was measured, under its vendor. */
  readonly measurement: Hex;
  /** What the vendor says of the platform's firmware. */
  readonly tcb: string;
  /** The advisories that the platform is open to. */
  readonly advisories: readonly string[];
  /** The last second in which it may answer. */
  readonly valid_until: number;
  /** Whether it, its platform, its measurement or its firmware is revoked. */
  readonly revoked: boolean;
  /** What approves of its code as it is set up; none if nothing does. */
  readonly approval: Approval | null;
  /** The block in which the chain said so; none if no chain was asked. */
  readonly seen: Block | null;
}

const WORDS: Readonly<Record<Vendor, string>> = {
  Aws: "AWS vouches for the hardware, and runs the host too",
  Intel: "Intel vouches for the hardware",
  Amd: "AMD vouches for the hardware",
  Development: "nobody vouches for the hardware: the development vendor's secrets are public",
};

/** Who `vendor` is, and that the development vendor is nobody. */
export function vendorWords(vendor: Vendor): string {
  return WORDS[vendor];
}

/**
 * Whether the chain verified a hardware vendor's word for approved code. The development vendor is none.
 */
export function isAttested(enclave: Enclave): boolean {
  const hardware = enclave.vendor !== "Development";
  return hardware && enclave.seen !== null && enclave.approval !== null;
}

/**
 * Checks that answers of this enclave are worth a look at the time `now`, in seconds since 1970.
 * @throws AnswerAltered if not, with one of the first five faults.
 */
export function checkEnclave(enclave: Enclave, now: number): void {
  const named = [enclave.genesis, enclave.provider, enclave.session_key];
  const own = domainHash("opg/enclave/v1", concat(...named.map((part) => unhex(part, 32))));
  if (own !== enclave.id) throw new AnswerAltered("Identity");
  if (isSmallOrder(enclave.session_key)) throw new AnswerAltered("SmallOrder");
  // Written so that what is no number is past its window, too.
  if (!(now < enclave.valid_until + 1)) throw new AnswerAltered("Expired");
  if (enclave.revoked) throw new AnswerAltered("Revoked");
  if (enclave.seen !== null && enclave.approval === null) throw new AnswerAltered("NotApproved");
}

/**
 * Checks that the network that ran, or none of an upstream's, is what the approved code may run.
 * @throws AnswerAltered if not, with `Model`.
 */
export function checkNetwork(enclave: Enclave, network: Hex | null): void {
  const approval = enclave.approval;
  if (approval === null) return;
  const fits: Readonly<Record<Binding, boolean>> = {
    InImage: network !== null && network === approval.network,
    Loaded: network !== null,
    Upstream: network === null,
  };
  if (!fits[approval.binding]) {
    throw new AnswerAltered("Model", "the approved code does not run it so");
  }
}
