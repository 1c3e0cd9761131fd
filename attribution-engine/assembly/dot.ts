// Exact int8 dot products with what is computed from each of them on the spot: top-K lists and novelty (docs/formats.md §6.3, §6.4).
//
// The host lays out the memory above `heapBase()` and passes addresses; nothing is allocated here. Vectors have `k` coordinates, a
// multiple of 32. The vectors that a scan runs over are int8; the *rows* (queries, or the records whose novelty is asked) are
// widened to int16 by `widen`. Scanned vectors are widened a tile at a time, so that the inner loop is loads, multiplies and adds only.

import { insert, listBytes } from "./lists";

export { listBytes, readLimits, select } from "./lists";

/** Scanned vectors per tile: 16 · 512 coordinates as int16 fill half of a first-level cache. */
const TILE: u32 = 16;

export function heapBase(): usize {
  return __heap_base;
}

/** Bytes of scratch that `scan` and `novelty` need at `scratch` for `rows` rows of `k` coordinates. */
export function scratchBytes(k: u32, rows: u32): usize {
  return (TILE * k * 2 + rows * TILE * 4) as usize;
}

/** Widens `n` int8 values (n a multiple of 8) at `from` to int16 at `to`. */
export function widen(from: usize, to: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i += 8) {
    v128.store(to + (i as usize) * 2, v128.load_ext<i8>(from + (i as usize)));
  }
}

/** Turns int8 values into excess-128 bytes or back, in place: the highest bit of each of `n` bytes (n a multiple of 16) is inverted. */
export function flip(at: usize, n: usize): void {
  const top = i8x16.splat(-128);
  for (let i: usize = 0; i < n; i += 16) {
    v128.store(at + i, v128.xor(v128.load(at + i), top));
  }
}

// @ts-ignore: decorator
@inline
function step(acc: v128, x: v128, y: v128): v128 {
  return i32x4.add(acc, i32x4.dot_i16x8_s(x, y));
}

/** The four lane sums of four accumulators. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

/** dots[row · TILE + t] = ⟨rows[row], tile[t]⟩ for two rows at a time and four vectors of the tile at a time; `rows` is even. */
function dotTile(tile: usize, rowsAt: usize, rows: u32, k: u32, dots: usize): void {
  const width = (k as usize) * 2;
  for (let row: u32 = 0; row < rows; row += 2) {
    const q0 = rowsAt + (row as usize) * width;
    const q1 = q0 + width;
    const out = dots + (row as usize) * TILE * 4;
    for (let t: usize = 0; t < TILE; t += 4) {
      const r0 = tile + t * width;
      const r1 = r0 + width;
      const r2 = r1 + width;
      const r3 = r2 + width;
      let a0 = i32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      for (let i: usize = 0; i < width; i += 32) {
        let x = v128.load(q0 + i);
        let y = v128.load(q1 + i);
        let r = v128.load(r0 + i);
        a0 = step(a0, x, r);
        b0 = step(b0, y, r);
        r = v128.load(r1 + i);
        a1 = step(a1, x, r);
        b1 = step(b1, y, r);
        r = v128.load(r2 + i);
        a2 = step(a2, x, r);
        b2 = step(b2, y, r);
        r = v128.load(r3 + i);
        a3 = step(a3, x, r);
        b3 = step(b3, y, r);
        x = v128.load(q0 + i, 16);
        y = v128.load(q1 + i, 16);
        r = v128.load(r0 + i, 16);
        a0 = step(a0, x, r);
        b0 = step(b0, y, r);
        r = v128.load(r1 + i, 16);
        a1 = step(a1, x, r);
        b1 = step(b1, y, r);
        r = v128.load(r2 + i, 16);
        a2 = step(a2, x, r);
        b2 = step(b2, y, r);
        r = v128.load(r3 + i, 16);
        a3 = step(a3, x, r);
        b3 = step(b3, y, r);
      }
      v128.store(out + t * 4, sums(a0, a1, a2, a3));
      v128.store(out + (TILE as usize) * 4 + t * 4, sums(b0, b1, b2, b3));
    }
  }
}

/** Widens the tile that begins at vector `first`, zeroes for places past `count`. */
function loadTile(vectors: usize, count: u32, first: u32, k: u32, tile: usize): void {
  const present = min(TILE, count - first);
  widen(vectors + (first as usize) * k, tile, present * k);
  if (present < TILE) memory.fill(tile + (present as usize) * k * 2, 0, ((TILE - present) as usize) * k * 2);
}

/**
 * Extends the lists of `rows` rows (helpful, harmful, helpful, …; zeroed before the first call) by the records
 * `base … base + count − 1`. `scales` are u32; `novelties` are u32; `weights` are their products as f32. `rows` is even.
 */
export function scan(
  vectors: usize,
  count: u32,
  base: u32,
  scales: usize,
  novelties: usize,
  weights: usize,
  rowsAt: usize,
  rows: u32,
  k: u32,
  topK: u32,
  lists: usize,
  scratch: usize,
): void {
  const tileDots = scratch + (TILE * k * 2) as usize;
  const stride = listBytes(topK);
  for (let first: u32 = 0; first < count; first += TILE) {
    loadTile(vectors, count, first, k, scratch);
    dotTile(scratch, rowsAt, rows, k, tileDots);
    const present = min(TILE, count - first);
    for (let row: u32 = 0; row < rows; row++) {
      const helpful = lists + (row as usize) * 2 * stride;
      const harmful = helpful + stride;
      const from = tileDots + (row as usize) * TILE * 4;
      for (let t: u32 = 0; t < present; t += 4) {
        const approx = f32x4.mul(
          f32x4.convert_i32x4_s(v128.load(from + (t as usize) * 4)),
          v128.load(weights + ((first + t) as usize) * 4),
        );
        const over = v128.or(
          f32x4.gt(approx, f32x4.splat(load<f32>(helpful, 4))),
          f32x4.gt(f32x4.neg(approx), f32x4.splat(load<f32>(harmful, 4))),
        );
        if (!v128.any_true(over)) continue;
        const end = min(t + 4, present);
        for (let i = t; i < end; i++) {
          const dot = load<i32>(from + (i as usize) * 4) as i64;
          const at = ((first + i) as usize) * 4;
          const s = dot * (load<u32>(scales + at) as i64);
          const size = s < 0 ? -s : s;
          const w = (size as u64) * (load<u32>(novelties + at) as u64);
          if (w != 0) insert(s > 0 ? helpful : harmful, topK, w, s, base + first + i);
        }
      }
    }
  }
}

/** Whether two content signatures of 32 bytes, both not 0, differ in at most `most` bits. */
// @ts-ignore: decorator
@inline
function near(a: usize, b: usize, most: i64): bool {
  const b0 = load<u64>(b);
  const b1 = load<u64>(b, 8);
  const b2 = load<u64>(b, 16);
  const b3 = load<u64>(b, 24);
  const differing =
    popcnt(load<u64>(a) ^ b0) + popcnt(load<u64>(a, 8) ^ b1) + popcnt(load<u64>(a, 16) ^ b2) + popcnt(load<u64>(a, 24) ^ b3);
  return (differing as i64) <= most && (b0 | b1 | b2 | b3) != 0;
}

/**
 * Extends `state` (per row: novelty u32, witness u32; begun as 255, NONE) of the rows `rowBase … rowBase + rows − 1` by the records
 * `base … base + count − 1`, of which only those below a row count. `squares` are the sums of squares of all records as f64;
 * `signatures` those of the scanned records, `rowSignatures` those of the rows. `mostDiffering` is 256 − signatureMatch, or
 * negative. All arithmetic on squares, dots and quotients is below 2^53 and so exact in f64; `rows` is even.
 */
export function novelty(
  vectors: usize,
  count: u32,
  base: u32,
  squares: usize,
  signatures: usize,
  rowsAt: usize,
  rows: u32,
  rowBase: u32,
  rowSquares: usize,
  rowSignatures: usize,
  k: u32,
  tau: u32,
  delta: u32,
  mostDiffering: i32,
  state: usize,
  scratch: usize,
): void {
  const tileDots = scratch + (TILE * k * 2) as usize;
  const floor16 = (tau - delta) as f64;
  for (let first: u32 = 0; first < count; first += TILE) {
    if (base + first >= rowBase + rows) return;
    loadTile(vectors, count, first, k, scratch);
    dotTile(scratch, rowsAt, rows, k, tileDots);
    const present = min(TILE, count - first);
    for (let row: u32 = 0; row < rows; row++) {
      const here = state + (row as usize) * 8;
      let best = load<u32>(here);
      if (best == 0) continue;
      const place = rowBase + row;
      if (base + first >= place) continue;
      const end = min(present, place - base - first);
      const from = tileDots + (row as usize) * TILE * 4;
      const rowSquare = load<f64>(rowSquares + (row as usize) * 8);
      const signature = rowSignatures + (row as usize) * 32;
      const signed =
        mostDiffering >= 0 &&
        (load<u64>(signature) | load<u64>(signature, 8) | load<u64>(signature, 16) | load<u64>(signature, 24)) != 0;
      for (let i: u32 = 0; i < end; i++) {
        const dot = load<i32>(from + (i as usize) * 4) as f64;
        let n: u32 = 255;
        if (dot > 0) {
          const r = Math.floor(Math.sqrt(rowSquare * load<f64>(squares + ((first + i) as usize) * 8)));
          const scaled = dot * 65536.0;
          if (scaled >= (floor16 + 1.0) * r) {
            const cos16 = Math.floor(scaled / r) as u32;
            n = cos16 >= tau ? 0 : (((255 * ((tau - cos16) as u64)) / (delta as u64)) as u32);
          }
        }
        if (n != 0 && signed && near(signature, signatures + ((first + i) as usize) * 32, mostDiffering as i64)) n = 0;
        if (n < best) {
          best = n;
          store<u32>(here, n);
          store<u32>(here, base + first + i, 4);
          if (n == 0) break;
        }
      }
    }
  }
}
