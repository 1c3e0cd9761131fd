/** Novelty as tasks for workers on any machine: each compares some records with some earlier ones, and the least novelty counts. */
import type { ShardRunner } from "../distributed/shard-runner.ts";
import { storedOnce } from "../distributed/stored-once.ts";
import type { NoveltyBlock } from "./novelty-block.ts";
import { readSketchRows } from "../sketch/sketch-column.ts";
import type { NoveltyInput, NoveltyRule } from "./novelty.ts";

export const NOVELTY = "novelty";

/** A run of records as it is stored; a task compares one run with another that lies before it, or within its own. */
export interface NoveltyRun {
  readonly count: number;
  readonly k: number;
  readonly sketches: Int8Array;
  readonly contentSignatures: Uint8Array;
}

/** How large tasks are; changes no byte of the result. */
export interface NoveltyTiles {
  /** Sketch bytes of the earlier records of a task. */
  readonly tileBytes?: number | undefined;
}

const TILE_BYTES = 16 * 2 ** 20;
/** Rows are compared among themselves in each of their tasks: they are few beside the tile. */
const BLOCKS_PER_TILE = 8;
const NONE = 0xffffffff;

interface Pair {
  readonly tile: number;
  readonly block: number;
}

/** What `computeNovelty` computes but for equal hashes, on workers; inputs must be checked. */
export async function noveltyOnShards(
  shards: ShardRunner,
  input: Omit<NoveltyInput, "recordHashes">,
  { tau, delta, signatureMatch }: NoveltyRule,
  { tileBytes = TILE_BYTES }: NoveltyTiles = {},
  onProgress?: (done: number, total: number) => void,
): Promise<NoveltyBlock> {
  const { count, k, contentSignatures } = input;
  const blockRecords = Math.max(1, Math.floor(tileBytes / k / BLOCKS_PER_TILE));
  const tileRecords = blockRecords * BLOCKS_PER_TILE;
  const blocks = Math.ceil(count / blockRecords);
  const runOf =
    (size: number) =>
    (run: number): Promise<string> => {
      const [first, end] = [run * size, Math.min(count, (run + 1) * size)];
      return shards.put({
        count: end - first,
        k,
        sketches: readSketchRows(input, first, end).slice(),
        contentSignatures: contentSignatures.slice(first * 32, end * 32),
      } satisfies NoveltyRun);
    };
  const storedTile = storedOnce(runOf(tileRecords));
  const storedBlock = storedOnce(runOf(blockRecords), blocks);
  // Tile by tile, so that a worker holds one tile for many tasks: the blocks of the tile itself, and all later ones.
  const pairs: Pair[] = [];
  for (let tile = 0; tile * tileRecords < count; tile++)
    for (let block = tile * BLOCKS_PER_TILE; block < blocks; block++) pairs.push({ tile, block });
  const result: NoveltyBlock = {
    novelties: new Uint8Array(count).fill(255),
    witnesses: new Uint32Array(count).fill(NONE),
  };
  let done = 0;
  await shards.run(
    {
      count: pairs.length,
      at: async (index) => {
        const { tile, block } = pairs[index]!;
        const place = block - tile * BLOCKS_PER_TILE;
        const isWithin = place < BLOCKS_PER_TILE;
        return {
          kind: NOVELTY,
          inputs: {
            earlier: await storedTile(tile),
            ...(isWithin ? {} : { rows: await storedBlock(block) }),
          },
          settings: { tau, delta, signatureMatch, ...(isWithin ? { first: place * blockRecords, blockRecords } : {}) },
        };
      },
    },
    (value, index) => {
      const { tile, block } = pairs[index]!;
      merge(result, value as NoveltyBlock, { first: block * blockRecords, tile: tile * tileRecords, tileRecords });
      onProgress?.(Math.floor((++done * count) / pairs.length), count);
    },
  );
  return result;
}

/** Where a task's rows and its tile begin; places past the tile are those of the rows themselves. */
interface Place {
  readonly first: number;
  readonly tile: number;
  readonly tileRecords: number;
}

/** Of each record the least novelty, and of its witnesses the lowest. */
function merge(result: NoveltyBlock, part: NoveltyBlock, { first, tile, tileRecords }: Place): void {
  part.novelties.forEach((novelty, row) => {
    const at = first + row;
    const found = part.witnesses[row]!;
    const witness = found === NONE ? NONE : found < tileRecords ? tile + found : first + found - tileRecords;
    if (novelty > result.novelties[at]!) return;
    if (novelty === result.novelties[at]! && witness >= result.witnesses[at]!) return;
    result.novelties[at] = novelty;
    result.witnesses[at] = witness;
  });
}
