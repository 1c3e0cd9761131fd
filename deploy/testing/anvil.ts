// A local chain for one test file: anvil on a free port of 127.0.0.1.
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createTestClient, http, publicActions, walletActions } from "viem";
import { withGasMargin } from "@tributary/protocol/gas-margin";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";

const HOST = "127.0.0.1";
const READY_TIMEOUT_MILLISECONDS = 60_000;
/** The public development mnemonic, of which anvil funds the first accounts. */
const MNEMONIC = "test test test test test test test test test test test junk";

export type Chain = Awaited<ReturnType<typeof startAnvil>>;

export function accountAt(addressIndex: number): HDAccount {
  return mnemonicToAccount(MNEMONIC, { addressIndex });
}

/**
 * Every transaction is mined at once, in a block of its own.
 * @param secondsAgo how far behind the machine's clock the chain's begins
 */
export async function startAnvil(secondsAgo = 0) {
  const port = await freePort();
  const rpcUrl = `http://${HOST}:${port}`;
  const begin = secondsAgo === 0 ? [] : ["--timestamp", String(Math.floor(Date.now() / 1_000) - secondsAgo)];
  // As many states as a full node keeps, where the test can remove them: anvil would leave all that it ever had in the home folder if it is killed.
  const states = mkdtempSync(join(tmpdir(), "tributary-anvil-"));
  const kept = ["--max-persisted-states", "128", "--cache-path", states];
  const args = ["--host", HOST, "--port", String(port), "--accounts", "20", "--quiet", ...begin, ...kept];
  const child = spawn(anvilBinary(), args, { stdio: ["ignore", "ignore", "inherit"] });
  const client = createTestClient({
    chain: withGasMargin(foundry),
    mode: "anvil",
    transport: http(rpcUrl),
    pollingInterval: 20,
  })
    .extend(publicActions)
    .extend(walletActions);
  const deadline = Date.now() + READY_TIMEOUT_MILLISECONDS;
  for (;;) {
    try {
      await client.getChainId();
      break;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
  return {
    rpcUrl,
    client,
    /** Makes the next block's time at least `unixSeconds`, and mines it. */
    async waitUntil(unixSeconds: number) {
      const { timestamp } = await client.getBlock();
      if (timestamp < unixSeconds) await client.setNextBlockTimestamp({ timestamp: BigInt(unixSeconds) });
      await client.mine({ blocks: 1 });
    },
    async stop() {
      await end(child);
      rmSync(states, { recursive: true, force: true });
    },
  };
}

function anvilBinary(): string {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return createRequire(import.meta.url).resolve(`@foundry-rs/anvil-${process.platform}-${architecture}/bin/anvil`);
}

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host: HOST, port: 0 }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}
