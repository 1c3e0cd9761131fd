// One that is measured: this engine with a backend, or a peer in a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openSearcher } from "../../src/search/searcher.ts";
import type { BackendChoice } from "../../src/search/backends.ts";
import type { RankedLists } from "../../src/search/ranked-lists.ts";
import type { Workload } from "./workload.ts";

export interface Contender {
  readonly name: string;
  readonly version: string;
  readonly isPeer: boolean;
  /** Searches once; resolves with the seconds that took. */
  run(): Promise<number>;
  /** The places that the last search found of each query, best first, `topK` a query. */
  places(): Promise<Uint32Array>;
  close(): Promise<void>;
}

/** This engine: both lists of every query. */
export async function openOwn(backend: BackendChoice, threads: number, workload: Workload): Promise<Contender> {
  const { records, queries, sizes } = workload;
  const searcher = await openSearcher({ kind: "memory", records }, sizes.topK, { backend, threads });
  let lists: RankedLists | undefined;
  return {
    name: searcher.backend,
    version: process.version,
    isPeer: false,
    async run() {
      const start = performance.now();
      lists = await searcher.rank(queries);
      return (performance.now() - start) / 1_000;
    },
    places: () => Promise.resolve(helpfulPlaces(lists!)),
    close: () => searcher.close(),
  };
}

function helpfulPlaces({ queries, topK, recordIndex }: RankedLists): Uint32Array {
  const places = new Uint32Array(queries * topK);
  for (let query = 0; query < queries; query++) {
    places.set(recordIndex.subarray(2 * query * topK, (2 * query + 1) * topK), query * topK);
  }
  return places;
}

/** A peer, by the command that serves it; rejects with the reason where it is missing or fails. */
export async function openPeer(
  name: string,
  command: readonly string[],
  threads: number,
  folder: string,
  { sizes }: Workload,
) {
  const sizing = [threads, sizes.records, sizes.k, sizes.queries, sizes.topK].map(String);
  const child = spawn(command[0]!, [...command.slice(1), name, folder, ...sizing], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = new Promise<never>((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => reject(new Error(`ended with ${code ?? signal}`)));
  });
  ended.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<{ seconds?: number; version?: string; reason?: string }> => {
    const line = await Promise.race([lines.next(), ended]);
    if (line.done === true) return ended;
    return JSON.parse(line.value) as { seconds?: number };
  };
  const opened = await answer();
  if (opened.reason !== undefined) {
    end(child);
    throw new Error(opened.reason);
  }
  const contender: Contender = {
    name,
    version: opened.version ?? "",
    isPeer: true,
    async run() {
      child.stdin.write("run\n");
      return (await answer()).seconds!;
    },
    async places() {
      child.stdin.write("lists\n");
      await answer();
      const bytes = readFileSync(join(folder, `${name}.places`));
      return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    },
    close: () => Promise.resolve(end(child)),
  };
  return contender;
}

function end(child: ChildProcess): void {
  child.removeAllListeners();
  child.kill("SIGKILL");
}

export const PYTHON_PEERS = fileURLToPath(new URL("peers.py", import.meta.url));
export const RUNTIME_PEER = fileURLToPath(new URL("ort-peer.ts", import.meta.url));
