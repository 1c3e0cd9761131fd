// Starts the local chain of the main job: anvil on 127.0.0.1, mining each transaction at once and a block every second.
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createPublicClient, http, type PublicClient } from "viem";
import { foundry } from "viem/chains";
import { withGasMargin } from "@tributary/protocol/gas-margin";
import { UserError } from "../errors.ts";
import { startGuarded, type GuardedProcess } from "../guarded-process.ts";
import { LOCAL_MNEMONIC, LOCAL_ACCOUNT_COUNT } from "./accounts.ts";

const READY_TIMEOUT_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 100;
/** States of former blocks that are kept, as a full node keeps them; anvil would keep all, some MB for each second. */
const KEPT_STATES = 128;

export interface LocalChain {
  readonly rpcUrl: string;
  readonly client: PublicClient;
  readonly process: GuardedProcess;
}

/** The anvil binary that npm installed for this platform. */
export function anvilBinary(): string {
  const name = `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/anvil`);
  } catch {
    throw new UserError(
      `no local chain for ${process.platform} ${process.arch}: the package ${name} is not installed; run npm ci, on Linux x64`,
    );
  }
}

/** Starts a fresh chain on `port` and waits until it answers. */
export async function startLocalChain(port: number, logFolder: string): Promise<LocalChain> {
  const states = join(logFolder, "anvil-states");
  const child = startGuarded({
    command: anvilBinary(),
    args: [
      ...["--host", "127.0.0.1", "--port", String(port), "--chain-id", String(foundry.id)],
      ...["--mnemonic", LOCAL_MNEMONIC, "--accounts", String(LOCAL_ACCOUNT_COUNT), "--balance", "1000000"],
      ...["--block-time", "1", "--mixed-mining", "--quiet"],
      ...["--max-persisted-states", String(KEPT_STATES), "--cache-path", states],
    ],
    logFile: join(logFolder, "anvil.log"),
  });
  const rpcUrl = `http://127.0.0.1:${port}`;
  const client = createPublicClient({
    chain: withGasMargin(foundry),
    transport: http(rpcUrl),
    pollingInterval: POLL_MILLISECONDS,
  });
  const deadline = Date.now() + READY_TIMEOUT_MILLISECONDS;
  let ended: number | undefined;
  void child.exited.then((code) => {
    ended = code;
    rmSync(states, { recursive: true, force: true });
  });
  for (;;) {
    try {
      await client.getChainId();
      // What answers may be another server on this port, which made ours end.
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
      if (ended === undefined) return { rpcUrl, client, process: child };
      throw new Error(`another server answers at ${rpcUrl}`);
    } catch (error) {
      if (ended !== undefined) throw new UserError(`the local chain ended with code ${ended}:\n${child.logTail()}`, 1);
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
  }
}
