// Ponder indexes the events once, from nothing, and says how long it took.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../deploy/testing/anvil.ts";
import { spawnPonder } from "../../launcher/ponder-process.ts";
import type { StopList } from "../stop-list.ts";
import type { EventChain } from "./event-chain.ts";
import { type Contents, contentsOf, embeddedContentsOf } from "./tables.ts";

const ROOT = fileURLToPath(new URL("ponder", import.meta.url));
const SCHEMA = "bench";
const LIMIT_MILLISECONDS = 300_000;

export interface Run {
  seconds: number;
  contents: Contents;
}

/**
 * @param folder For its log and, without `databaseUrl`, its embedded database.
 * @returns seconds from the start of the process until the last event can be queried
 */
export async function runPonder(
  rpcUrl: string,
  { contract, lastBlock }: EventChain,
  folder: string,
  databaseUrl: string | undefined,
  stops: StopList,
): Promise<Run> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const began = performance.now();
  const data = join(folder, "pglite");
  const ponder = spawnPonder({
    host: "127.0.0.1",
    port,
    schema: SCHEMA,
    directory: folder,
    root: ROOT,
    logFile: join(folder, "ponder.log"),
    environment: {
      BENCH_RPC_URL: rpcUrl,
      BENCH_CONTRACT: contract,
      BENCH_DATABASE_DIR: data,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
  });
  stops.add(() => ponder.stop());
  let exitCode: number | undefined;
  void ponder.exited.then((code) => (exitCode = code));
  let seconds: number;
  for (;;) {
    if ((await indexedBlock(port)) >= lastBlock) {
      seconds = (performance.now() - began) / 1_000;
      break;
    }
    if (exitCode !== undefined) throw new Error(`Ponder ended with ${exitCode}:\n${ponder.logTail()}`);
    if (performance.now() - began > LIMIT_MILLISECONDS) throw new Error(`Ponder is too slow:\n${ponder.logTail()}`);
    await sleep(100);
  }
  await ponder.stop();
  const contents = await (databaseUrl === undefined
    ? embeddedContentsOf(data, SCHEMA)
    : contentsOf(databaseUrl, SCHEMA));
  return { seconds, contents };
}

async function indexedBlock(port: number): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/status`, { signal: AbortSignal.timeout(2_000) });
    const status = (await response.json()) as { chain?: { block?: { number?: number } } };
    return status.chain?.block?.number ?? -1;
  } catch {
    return -1;
  }
}
