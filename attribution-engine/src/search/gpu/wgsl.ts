// The WGSL that the kernels of the search share: exact 64-bit weights from 32-bit integers, and the order of entries.

/** Threads of a workgroup, in every kernel. */
export const THREADS = 256;

/** `u32`s of the state that each query has in `heads`: entries offered since the last selection, whether some were lost, entries kept of each side. */
export const HEAD_WORDS = 4;

/**
 * Bytes of an entry, `vec4<u32>`: the weight's upper half (below 2^27, with bit 31 set if the score is negative) and lower half, the
 * record's place, its `scale·256 + novelty`.
 */
export const ENTRY_BYTES = 16;

/** Words of a round's parameters. */
export const ROUND_WORDS = 6;

/** A round: steps through a row, its first tile in the tiles' order, the place of the part's first record, what coordinates are XORed with. */
export const ROUND = /* wgsl */ `
struct Round { steps: u32, firstTile: u32, firstRecord: u32, flip: u32, topK: u32, capacity: u32 }
`;

/**
 * `weight(a, b)`: the exact product as (upper, lower) `u32`, for `a < 2^26` (|dot| at most 4096·127²) and any `b` (scale·novelty).
 * No sum overflows: with a = ah·2^16 + al and b alike, ah·bl and ah·bh are below 2^26, and the middle column is below 3·2^16.
 * `before(a, b)`: whether entry `a` stands before `b` of the same side: the larger weight, of equal ones the lower record (docs/formats.md §6.3).
 */
export const ENTRIES = /* wgsl */ `
fn weight(a: u32, b: u32) -> vec2<u32> {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let low = al * bl;
  let cross = al * bh;
  let other = ah * bl;
  let middle = (low >> 16u) + (cross & 0xffffu) + (other & 0xffffu);
  return vec2(ah * bh + (cross >> 16u) + (other >> 16u) + (middle >> 16u), (low & 0xffffu) | (middle << 16u));
}

fn multiplier(scored: u32) -> u32 {
  return (scored >> 8u) * (scored & 0xffu);
}

fn before(a: vec4<u32>, b: vec4<u32>) -> bool {
  if (a.x != b.x) { return a.x > b.x; }
  if (a.y != b.y) { return a.y > b.y; }
  return a.z < b.z;
}
`;
