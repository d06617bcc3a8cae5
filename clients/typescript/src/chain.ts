/**
 * Reads an enclave from a chain, by its id, in the last block that a node calls final.
 *
 * The node is believed: neither that the block is final nor that the state is that block's is proven here.
 * So ask a node of your own, over a way that nobody else can change. The endpoint that answers is never
 * asked. What a node cannot do is pass for one of another chain by mistake: the genesis hash is given by
 * the caller, and every record holds it.
 */

import { type Hex, text, unhex } from "./bytes.js";
import type { Block, Enclave } from "./enclave.js";
import { readAtMost } from "./limits.js";
import {
  decodeEnclave,
  decodeReference,
  enclaveKey,
  isRevoked,
  known,
  referenceKey,
  revokedKeys,
} from "./records.js";

const MAX_ANSWER = 2 ** 20;

/** The chain could not be asked, or has no such enclave. */
export class ChainError extends Error {
  override name = "ChainError";
}

/** Which chain is asked, and how. */
export interface ChainOptions {
  /** The HTTP address of a node's JSON-RPC. */
  readonly url: string;
  /** The chain's genesis hash. */
  readonly genesis: Hex;
  /** How long each answer may take, in milliseconds. */
  readonly timeout?: number;
}

/** A chain, by one of its nodes. */
export class Chain {
  readonly #url: string;
  readonly #genesis: Hex;
  readonly #timeout: number;

  constructor({ url, genesis, timeout = 10_000 }: ChainOptions) {
    if (!/^https?:\/\//.test(url)) {
      throw new RangeError("a node's address begins with http:// or https://");
    }
    this.#url = url;
    this.#genesis = genesis;
    this.#timeout = timeout;
  }

  /**
   * The enclave of that id.
   * @throws ChainError if the node does not answer, is of another chain, or knows no such enclave.
   */
  async enclave(id: Hex): Promise<Enclave> {
    try {
      return await this.#read(id);
    } catch (error) {
      if (error instanceof ChainError) throw error;
      throw new ChainError(`the node's answer cannot be read: ${error}`, { cause: error });
    }
  }

  /**
   * The enclave of that id, asked for anew where what is known is older than `maxAge` milliseconds.
   */
  watch(id: Hex, maxAge = 60_000): () => Promise<Enclave> {
    let at = 0;
    let current: Promise<Enclave> | undefined;
    return () => {
      const now = performance.now();
      if (current === undefined || now - at > maxAge) {
        const asked = this.enclave(id);
        [at, current] = [now, asked];
        // What failed is not kept.
        asked.catch(() => {
          if (current === asked) current = undefined;
        });
      }
      return current;
    };
  }

  async #read(id: Hex): Promise<Enclave> {
    if ((await this.#hash("chain_getBlockHash", 0)) !== this.#genesis) {
      throw new ChainError("the node is of another chain");
    }
    const hash = await this.#hash("chain_getFinalizedHead");
    const header = await this.#ask("chain_getHeader", hash);
    const seen: Block = { number: blockNumber(header), hash };
    const found = await this.#storage(enclaveKey(id), seen);
    if (found === null) throw new ChainError(`there is no enclave ${id} in block ${seen.number}`);
    const record = decodeEnclave(found);
    if (record.genesis !== this.#genesis) throw new ChainError("the enclave is of another chain");
    const approved = await this.#storage(referenceKey(record.measurement), seen);
    const reference = approved === null ? null : decodeReference(approved);
    let revoked = false;
    for (const key of revokedKeys(id, record)) {
      const status = await this.#storage(key, seen);
      revoked ||= status !== null && isRevoked(status);
    }
    return known(id, record, reference, revoked, seen);
  }

  async #hash(method: string, ...parameters: unknown[]): Promise<Hex> {
    const hash = await this.#ask(method, ...parameters);
    if (typeof hash !== "string" || !/^0x[0-9a-f]{64}$/.test(hash)) {
      throw new ChainError(`${method} gives no hash`);
    }
    return hash as Hex;
  }

  async #storage(key: Hex, at: Block): Promise<Uint8Array | null> {
    const value = await this.#ask("state_getStorage", key, at.hash);
    if (value === null) return null;
    if (typeof value !== "string") throw new ChainError("state_getStorage gives no bytes");
    return unhex(value);
  }

  async #ask(method: string, ...params: unknown[]): Promise<unknown> {
    let answer: unknown;
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
        redirect: "error",
        signal: AbortSignal.timeout(this.#timeout),
      });
      if (response.status !== 200) throw new ChainError(`status ${response.status}`);
      answer = JSON.parse(text(await readAtMost(response.body, MAX_ANSWER)));
    } catch (error) {
      throw new ChainError(`${method}: ${error}`, { cause: error });
    }
    if (typeof answer !== "object" || answer === null || !("result" in answer)) {
      throw new ChainError(`${method}: the node refuses: ${JSON.stringify(answer)}`);
    }
    return answer.result;
  }
}

function blockNumber(header: unknown): number {
  if (typeof header === "object" && header !== null && "number" in header) {
    const { number } = header;
    if (typeof number === "string" && /^0x[0-9a-f]{1,8}$/.test(number)) return Number(number);
  }
  throw new ChainError("chain_getHeader gives no header");
}
