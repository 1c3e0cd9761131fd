// Divides the tiles of a shard into rounds, so that what a round offers fits into the room that each query has for it.
import { TILE_RECORDS } from "./scoring.ts";

/** What the size of rounds depends on. */
export interface RoundPlan {
  /** Tiles of the shard. */
  readonly tiles: number;
  /** Records of earlier shards, which the lists have seen. */
  readonly seen: number;
  /** Entries that a query may be offered in a round; at least one tile. */
  readonly capacity: number;
  readonly topK: number;
  /** Tiles of the largest dispatch. */
  readonly mostTiles: number;
  /** Rounds so small that every record may be offered. */
  readonly careful: boolean;
}

/**
 * Tiles of each round. After `n` records in random order the next `m` are expected to offer `topK·m/n` entries to a side; rounds grow so
 * that both sides together take at most half of the room, less for short lists, whose bounds vary more. An order that offers more is
 * noticed (`select-shader.ts`), and careful rounds cannot be offered too much.
 */
export function planRounds(plan: RoundPlan): number[] {
  const { tiles, capacity, topK, careful } = plan;
  const narrow = Math.min(Math.floor(capacity / TILE_RECORDS), plan.mostTiles);
  if (narrow < 1) throw new Error(`room for ${capacity} entries is less than a tile of ${TILE_RECORDS} records`);
  const growth = capacity / (4 * topK + 64);
  const rounds: number[] = [];
  let seenTiles = Math.floor(plan.seen / TILE_RECORDS);
  for (let left = tiles; left > 0;) {
    const wide = careful ? narrow : Math.max(narrow, Math.floor(seenTiles * growth));
    const size = Math.min(left, wide, plan.mostTiles);
    rounds.push(size);
    seenTiles += size;
    left -= size;
  }
  return rounds;
}

/**
 * The order in which tiles are taken: steps of about 0.618 of their number, so that each round is a sample of the whole shard and records
 * that stand together, like one contributor's, are spread over the rounds.
 */
export function tileOrder(tiles: number): Uint32Array {
  let stride = Math.max(1, Math.round(tiles * 0.618034));
  while (greatestDivisor(stride, tiles) > 1) stride++;
  return Uint32Array.from({ length: tiles }, (_, i) => (i * stride) % tiles);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
