// Top-K lists in WebAssembly memory: exact insertion, and the selection of what to insert from products that lie in memory (docs/formats.md §6.3).

/** Slack of the approximate threshold test: four roundings of 2^-24 each are less than this. */
const SLACK: f32 = 1.0 - 1.0 / 1048576.0;

// A list is `count u32 ‖ limit f32 ‖ w u64[K] ‖ s i64[K] ‖ index u32[K]`, padded to 8 bytes. `limit` is an approximation from below
// of the w that a further record must exceed.

/** Bytes of one list of at most `topK` entries. */
export function listBytes(topK: u32): usize {
  return (8 + 20 * (topK as usize) + 7) & ~7;
}

/** Whether the entry number `entry` stands behind one of weight `w` and index `index`. */
// @ts-ignore: decorator
@inline
function isBehind(ws: usize, indices: usize, entry: usize, w: u64, index: u32): bool {
  const weight = load<u64>(ws + entry * 8);
  return weight < w || (weight == w && load<u32>(indices + entry * 4) > index);
}

/** Puts a record on a list if it stands before the last one (by w, then by index), or there is room; in whatever order records come. */
export function insert(list: usize, topK: u32, w: u64, s: i64, index: u32): void {
  let at = load<u32>(list);
  const ws = list + 8;
  const ss = ws + (topK as usize) * 8;
  const indices = ss + (topK as usize) * 8;
  if (at == topK) {
    if (!isBehind(ws, indices, (topK - 1) as usize, w, index)) return;
    at--;
  } else {
    store<u32>(list, at + 1);
  }
  while (at > 0 && isBehind(ws, indices, (at - 1) as usize, w, index)) {
    const to = at as usize;
    const from = to - 1;
    store<u64>(ws + to * 8, load<u64>(ws + from * 8));
    store<i64>(ss + to * 8, load<i64>(ss + from * 8));
    store<u32>(indices + to * 4, load<u32>(indices + from * 4));
    at--;
  }
  store<u64>(ws + (at as usize) * 8, w);
  store<i64>(ss + (at as usize) * 8, s);
  store<u32>(indices + (at as usize) * 4, index);
  if (load<u32>(list) == topK) {
    store<f32>(list, (load<u64>(ws + ((topK - 1) as usize) * 8) as f32) * SLACK, 4);
  }
}

// Limits are two arrays of f32 by query, the second negated: what a product must exceed, or fall below, to come into question.

/** Copies the limits of the lists to `limits` (one array behind another, `width` long); places past `queries` can't be exceeded. */
export function readLimits(lists: usize, topK: u32, queries: u32, width: u32, limits: usize): void {
  const stride = listBytes(topK);
  for (let query: u32 = 0; query < width; query++) {
    const at = limits + ((query as usize) << 2);
    const list = lists + (query as usize) * 2 * stride;
    store<f32>(at, query < queries ? load<f32>(list, 4) : <f32>Infinity);
    store<f32>(at + ((width as usize) << 2), query < queries ? -load<f32>(list + stride, 4) : -(<f32>Infinity));
  }
}

/**
 * Extends the lists (see `scan`) of the queries that `readLimits` filled `limits` for, by the records `base … base + count − 1`. Their
 * products are given: `width` int32 for each record, one for each query. `width` is a multiple of 16.
 */
export function select(
  products: usize,
  count: u32,
  base: u32,
  scales: usize,
  novelties: usize,
  weights: usize,
  width: u32,
  topK: u32,
  lists: usize,
  limits: usize,
): void {
  const stride = listBytes(topK);
  const bytes = (width as usize) << 2;
  const negated = limits + bytes;
  for (let record: u32 = 0; record < count; record++) {
    const at = (record as usize) << 2;
    const weight = f32x4.splat(load<f32>(weights + at));
    const from = products + (record as usize) * bytes;
    for (let i: usize = 0; i < bytes; i += 64) {
      const a = f32x4.mul(f32x4.convert_i32x4_s(v128.load(from + i)), weight);
      const b = f32x4.mul(f32x4.convert_i32x4_s(v128.load(from + i, 16)), weight);
      const c = f32x4.mul(f32x4.convert_i32x4_s(v128.load(from + i, 32)), weight);
      const d = f32x4.mul(f32x4.convert_i32x4_s(v128.load(from + i, 48)), weight);
      const overA = v128.or(f32x4.gt(a, v128.load(limits + i)), f32x4.lt(a, v128.load(negated + i)));
      const overB = v128.or(f32x4.gt(b, v128.load(limits + i, 16)), f32x4.lt(b, v128.load(negated + i, 16)));
      const overC = v128.or(f32x4.gt(c, v128.load(limits + i, 32)), f32x4.lt(c, v128.load(negated + i, 32)));
      const overD = v128.or(f32x4.gt(d, v128.load(limits + i, 48)), f32x4.lt(d, v128.load(negated + i, 48)));
      if (!v128.any_true(v128.or(v128.or(overA, overB), v128.or(overC, overD)))) continue;
      let over =
        i32x4.bitmask(overA) | (i32x4.bitmask(overB) << 4) | (i32x4.bitmask(overC) << 8) | (i32x4.bitmask(overD) << 12);
      for (; over != 0; over &= over - 1) {
        const query = ((i >> 2) as u32) + (ctz(over) as u32);
        const dot = load<i32>(from + ((query as usize) << 2)) as i64;
        const s = dot * (load<u32>(scales + at) as i64);
        const size = s < 0 ? -s : s;
        const w = (size as u64) * (load<u32>(novelties + at) as u64);
        if (w == 0) continue;
        const list = lists + ((query as usize) * 2 + (s > 0 ? 0 : 1)) * stride;
        insert(list, topK, w, s, base + record);
        const limit = load<f32>(list, 4);
        if (s > 0) store<f32>(limits + ((query as usize) << 2), limit);
        else store<f32>(negated + ((query as usize) << 2), -limit);
      }
    }
  }
}
