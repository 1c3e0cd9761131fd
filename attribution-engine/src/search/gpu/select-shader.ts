// The kernel that merges what a round offered into each query's lists and raises their bounds.
import { ENTRIES, HEAD_WORDS, ROUND, THREADS } from "./wgsl.ts";

/**
 * One workgroup per query. An entry's rank is the number of entries of its side that stand before it; no two are equal, since places
 * differ, so the lists are the same whatever the order in which entries were offered. The bound that the f32 filter uses lies below the
 * last weight: two conversions, a sum and a product are off by less than 2^-20 together, and 2^-17 is taken away.
 *
 * Only a full list has a threshold. If more was offered than there is room for, what was lost is unknown: the query is marked and must be
 * searched again.
 */
export const SELECT_SHADER = /* wgsl */ `
${ROUND}
@group(0) @binding(0) var<storage, read_write> heads: array<u32>;
@group(0) @binding(1) var<storage, read_write> thresholds: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> fresh: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> kept: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read_write> result: array<vec4<u32>>;
@group(1) @binding(0) var<uniform> round: Round;

var<workgroup> counts: array<atomic<u32>, 2>;
${ENTRIES}
@compute @workgroup_size(${THREADS})
fn choose(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let query = group.x;
  let head = ${HEAD_WORDS}u * query;
  let offered = heads[head];
  let helpful = heads[head + 2u];
  let held = helpful + heads[head + 3u];
  let total = held + min(offered, round.capacity);
  if (thread < 2u) { atomicStore(&counts[thread], 0u); }
  workgroupBarrier();
  for (var i = thread; i < total; i += ${THREADS}u) {
    let mine = entry(query, i, helpful, held);
    let side = mine.x >> 31u;
    var rank = 0u;
    for (var j = 0u; j < total && rank < round.topK; j++) {
      let other = entry(query, j, helpful, held);
      if (other.x >> 31u == side && before(other, mine)) { rank++; }
    }
    if (rank < round.topK) {
      result[(2u * query + side) * round.topK + rank] = mine;
      atomicMax(&counts[side], rank + 1u);
      if (rank == round.topK - 1u) {
        let upper = mine.x & 0x7fffffffu;
        let bound = (f32(upper) * 4294967296.0 + f32(mine.y)) * (1.0 - 0x1p-17);
        thresholds[2u * query + side] = vec4(upper, mine.yz, bitcast<u32>(bound));
      }
    }
  }
  workgroupBarrier();
  if (thread == 0u) {
    heads[head] = 0u;
    if (offered > round.capacity) { heads[head + 1u] = 1u; }
    heads[head + 2u] = atomicLoad(&counts[0]);
    heads[head + 3u] = atomicLoad(&counts[1]);
  }
}

fn entry(query: u32, i: u32, helpful: u32, held: u32) -> vec4<u32> {
  if (i < helpful) { return kept[2u * query * round.topK + i]; }
  if (i < held) { return kept[(2u * query + 1u) * round.topK + i - helpful]; }
  return fresh[query * round.capacity + i - held];
}
`;
