/** A real node in an enclave of the development vendor, and a proxy before it that does what it likes. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as listen } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Enclave } from "../src/enclave.js";

/** The node's program. */
export const PROGRAM = process.env.OPG_TEE_NODE;
const HASH = `0x${"01".repeat(32)}`;
const DEADLINE = 60_000;

async function freePort(): Promise<number> {
  const server = listen();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A node that runs. */
export interface Node {
  readonly url: string;
  readonly enclave: Enclave;
  stop(): Promise<void>;
}

/**
 * A node with the embedded model. No chain is asked, so the enclave is this test's own word.
 */
export async function teeNode(): Promise<Node> {
  assert.ok(PROGRAM !== undefined);
  const [jobs, clients] = [await freePort(), await freePort()];
  const command = ["run", "--platform", "development", "--upstream", "embedded"];
  command.push("--genesis", HASH, "--provider", HASH, "--block", `7:${HASH}`);
  command.push("--listen", `127.0.0.1:${jobs}`, "--client-listen", `127.0.0.1:${clients}`);
  const child = spawn(PROGRAM, command, { stdio: ["ignore", "pipe", "pipe"] });
  const log: string[] = [];
  for (const output of [child.stdout, child.stderr]) output.on("data", (it) => log.push(`${it}`));
  const url = `http://127.0.0.1:${clients}`;
  const stop = async () => {
    if (child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.kill();
    await exited;
  };
  try {
    return { url, enclave: enclaveOf(await registration(child, url, log)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Registration {
  readonly enclave: Enclave["id"];
  readonly session: Pick<Enclave, "genesis" | "provider" | "session_key" | "configuration">;
}

/** The registration, once the node serves it. */
async function registration(
  child: ChildProcess,
  url: string,
  log: string[],
): Promise<Registration> {
  const end = Date.now() + DEADLINE;
  for (;;) {
    try {
      const response = await fetch(`${url}/v1/attestation/report`);
      if (response.ok)
        return ((await response.json()) as { registration: Registration }).registration;
    } catch (error) {
      assert.ok(Date.now() < end, `${error}: ${log.join("")}`);
    }
    assert.equal(child.exitCode, null, log.join(""));
    await sleep(20);
  }
}

function enclaveOf({ enclave, session }: Registration): Enclave {
  const { genesis, provider, session_key, configuration } = session;
  return {
    id: enclave,
    genesis,
    provider,
    session_key,
    configuration,
    vendor: "Development",
    measurement: `0x${"00".repeat(32)}`,
    tcb: "UpToDate",
    advisories: [],
    valid_until: Math.floor(Date.now() / 1000) + 3600,
    revoked: false,
    approval: null,
    seen: null,
  };
}

/** What the node answered, and what the proxy makes of it. */
export interface Altered {
  status: number;
  headers: Map<string, string>;
  body: Buffer;
}

const OWN = ["transfer-encoding", "content-length", "connection", "keep-alive", "date"];

/** Uses a proxy before the node at `url`; where `alter` gives false it cuts the connection. */
export async function proxied(
  url: string,
  alter: (answer: Altered) => boolean,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const headers = new Headers({ "content-type": "application/json" });
    const key = request.headers.authorization;
    if (key !== undefined) headers.set("authorization", key);
    const { method = "GET" } = request;
    const init = method === "GET" ? { headers } : { method, headers, body };
    const got = await fetch(`${url}${request.url}`, init);
    const kept = [...got.headers].filter(([name]) => !OWN.includes(name));
    const answer = {
      status: got.status,
      headers: new Map(kept),
      body: Buffer.from(await got.arrayBuffer()),
    };
    if (!alter(answer)) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, [...answer.headers].flat());
    response.end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
