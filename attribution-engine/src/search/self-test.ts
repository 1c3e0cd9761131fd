// Whether a way of searching is exact on this machine, found out by comparing it with another one bit by bit, and how fast it is.
import { isDeepStrictEqual } from "node:util";
import type { Random } from "../numerics/random.ts";
import type { SearchBackend } from "./backend.ts";
import { openRangeSearch } from "./range-search.ts";
import type { RankedLists } from "./ranked-lists.ts";
import { memorySource } from "./record-source.ts";
import type { Queries, ScoredRecords } from "./records.ts";

/** With lists as long as there are records, every product stands in a list, so that equal lists mean equal products. */
const LISTED = 256;

/** Sizes that make whole and partial tiles, groups and panels. */
const SHAPES = [
  { k: 32, queries: 1 },
  { k: 64, queries: 17 },
  { k: 512, queries: 259 },
  { k: 4_096, queries: 33 },
] as const;

const LARGEST_SCALE = 2 ** 24 - 1;

const KINDS: readonly Kind[] = ["extreme", "random"];

/**
 * Compares the lists of extreme and of random records and queries.
 * @param kinds both, unless only one is asked for
 * @throws Error that names the first case where the two differ.
 */
export async function checkExact(
  backend: SearchBackend,
  reference: SearchBackend,
  random: Random,
  kinds: readonly Kind[] = KINDS,
): Promise<void> {
  for (const { k, queries: count } of SHAPES) {
    for (const kind of kinds) {
      const records = testRecords(random, LISTED - 1, k, kind);
      const queries = testQueries(random, count, k, kind);
      const expected = await listsOf(reference, records, queries, LISTED);
      const found = await listsOf(backend, records, queries, LISTED);
      if (!isDeepStrictEqual(found, expected)) {
        throw new Error(`its products of ${kind} sketches of ${k} coordinates are not exact`);
      }
    }
  }
}

/** Large enough that what a search begins with weighs little. */
const TRIAL = { records: 16_384, queries: 256, k: 256, topK: 32, runs: 3 } as const;

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The shortest of a few searches of middle size: of a thread's CPU time, which other programs change least, of a device by the clock. */
export async function secondsOfTrial(backend: SearchBackend, random: Random): Promise<number> {
  const { topK, runs } = TRIAL;
  const records = testRecords(random, TRIAL.records, TRIAL.k, "random");
  const queries = testQueries(random, TRIAL.queries, TRIAL.k, "random");
  const search = await openRangeSearch(backend, memorySource(records), rangeOf(records, queries, topK));
  const clock = backend.perThread ? cpuSeconds : () => performance.now() / 1_000;
  let shortest = Infinity;
  for (let run = 0; run < runs; run++) {
    const start = clock();
    await search.rank(queries, { first: 0, count: queries.count });
    shortest = Math.min(shortest, clock() - start);
  }
  await search.close();
  return shortest;
}

async function listsOf(
  backend: SearchBackend,
  records: ScoredRecords,
  queries: Queries,
  topK: number,
): Promise<RankedLists> {
  const search = await openRangeSearch(backend, memorySource(records), rangeOf(records, queries, topK));
  const lists = await search.rank(queries, { first: 0, count: queries.count });
  await search.close();
  return lists;
}

function rangeOf({ count }: ScoredRecords, queries: Queries, topK: number) {
  return { first: 0, count, topK, holdBytes: Infinity, mostQueries: queries.count };
}

type Kind = "extreme" | "random";

/** Rows of largest size of one sign, of the other, and of both in turn, then mixtures: they overflow whatever adds in too few bits. */
function extremeAt(random: Random, row: number, i: number): number {
  switch (row % 6) {
    case 0:
      return 127;
    case 1:
      return -127;
    case 2:
      return i % 2 === 0 ? 127 : -127;
    case 3:
      return i % 4 < 2 ? 127 : -127;
    case 4:
      return random.below(2) === 0 ? 127 : -127;
    default:
      return random.below(3) - 1;
  }
}

function coordinates(random: Random, count: number, k: number, kind: Kind): Int8Array {
  const sketches = new Int8Array(count * k);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < k; i++) {
      sketches[row * k + i] = kind === "random" ? random.below(255) - 127 : extremeAt(random, row, i);
    }
  }
  return sketches;
}

function testQueries(random: Random, count: number, k: number, kind: Kind): Queries {
  return { count, k, sketches: coordinates(random, count, k, kind) };
}

/** Records of which no two have equal weights by chance only, as ties must be told apart too. */
function testRecords(random: Random, count: number, k: number, kind: Kind): ScoredRecords {
  return {
    ...testQueries(random, count, k, kind),
    scales: Uint32Array.from({ length: count }, () => (kind === "extreme" ? LARGEST_SCALE : random.below(2 ** 24))),
    novelties: Uint8Array.from({ length: count }, () => (kind === "extreme" ? 255 : random.below(256))),
  };
}
