// A chain of a test's own: anvil on a free port of this machine.
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { createPublicClient, createTestClient, http, type PublicClient, type TestClient } from "viem";

export type Chain = { rpcUrl: string; client: PublicClient; controls: TestClient<"anvil">; process: ChildProcess };

/** The simulator's binary, where npm has one for this platform. */
export function anvilBinary(): string | undefined {
  const name = `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/anvil`);
  } catch {
    return undefined;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

/** @param more further arguments of anvil */
export async function startChain(chainId = 31337, more: readonly string[] = []): Promise<Chain> {
  const port = await freePort();
  // Without, anvil leaves all its states in the home folder if it is killed.
  const kept = ["--max-persisted-states", "128"];
  const args = [
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    "--chain-id",
    String(chainId),
    "--quiet",
    ...kept,
    ...more,
  ];
  const child = spawn(anvilBinary()!, args, { stdio: "ignore" });
  const rpcUrl = `http://127.0.0.1:${port}`;
  const client = createPublicClient({ transport: http(rpcUrl, { retryCount: 0 }), cacheTime: 0 });
  const controls = createTestClient({ mode: "anvil", transport: http(rpcUrl) });
  for (let tries = 0; ; tries++) {
    try {
      await client.getChainId();
      return { rpcUrl, client, controls, process: child };
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
