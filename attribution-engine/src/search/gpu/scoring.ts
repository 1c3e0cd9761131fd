// What the kernels that score have in common: what they are bound to, and how a score is offered to a list.
import { ENTRIES, HEAD_WORDS, ROUND } from "./wgsl.ts";

/** Records of a tile. */
export const TILE_RECORDS = 128;

/** Coordinates that a step brings into workgroup memory; they divide every k. */
export const STEP_COORDINATES = 32;

/**
 * Group 0 is the shard, group 1 the queries' state, group 2 the round. Dot products are exact: |dot| ≤ 4096·127² < 2^26 in an `i32`.
 *
 * A kernel first compares `f32(dot)·f32(scale·novelty)` with the list's bound, the fourth word of its threshold. Each of the three roundings
 * is off by less than 2^-22 of its value in whichever direction the device rounds, and the bound is 2^-18 below the weight of the list's
 * last entry (`select-shader.ts`), so nothing that belongs on the list is left out. `offer` compares exactly, by 64-bit weight and place.
 *
 * Places past the last record have scale and novelty 0 and so weight 0; places past the last query are zero vectors. Neither is ever offered.
 */
export const SCORING = /* wgsl */ `
${ROUND}
@group(0) @binding(0) var<storage, read> records: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> scores: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(1) @binding(0) var<storage, read> queries: array<vec4<u32>>;
@group(1) @binding(1) var<storage, read> thresholds: array<vec4<u32>>;
@group(1) @binding(2) var<storage, read_write> heads: array<atomic<u32>>;
@group(1) @binding(3) var<storage, read_write> fresh: array<vec4<u32>>;
@group(2) @binding(0) var<uniform> round: Round;
${ENTRIES}
fn boundOf(query: u32, side: u32) -> f32 {
  return max(0.5, bitcast<f32>(thresholds[2u * query + side].w));
}

fn offer(query: u32, record: u32, dot: i32) {
  let side = select(0u, 1u, dot < 0);
  let scored = scores[record];
  let entry = vec4(weight(u32(abs(dot)), multiplier(scored)), round.firstRecord + record, scored);
  if (before(entry, thresholds[2u * query + side])) {
    let place = atomicAdd(&heads[${HEAD_WORDS}u * query], 1u);
    if (place < round.capacity) { fresh[query * round.capacity + place] = entry | vec4(side << 31u, 0u, 0u, 0u); }
  }
}
`;
